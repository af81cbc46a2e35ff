//! LEG-09: data came from somebody else, and nobody says whether the people were told.

use super::tools::{kind_word, names_nothing, says_nothing};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Informed, Origin, Table};

pub(super) static RULE: Rule = Rule { code: Code("LEG-09"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    findings.extend(cx.model.tables.values().filter_map(untold));
}

fn untold(table: &Table) -> Option<Diagnostic> {
    let origin = table.origin.as_ref()?;
    // Without a party or a contract there is more to be mended first (COM-07).
    let Origin::ThirdParty { party, contract: Some(contract), .. } = &origin.value else { return None };
    if names_nothing(party) || names_nothing(contract) {
        return None;
    }
    let (kind, name) = (kind_word(table), &table.name.value);
    let finding = |message: String| {
        Diagnostic::warning(RULE.code, message)
            .because("people would be judged by what somebody else sold about them, and not know it")
            .about(name)
    };
    match &table.gathering.informed {
        None => Some(
            finding(format!("{kind} `{name}` came from `{party}`, and nothing says that the people were told"))
                .at(origin.span, "no `informed`")
                .help("name the record: `informed \"first letter, 2026-03\"`; or why nobody needs to be: `informed not needed because \"…\"`"),
        ),
        Some(informed) => {
            let nothing = match &informed.value {
                Informed::By(record) => names_nothing(record),
                Informed::NotNeeded { because } => says_nothing(because),
            };
            nothing.then(|| {
                finding(format!("{kind} `{name}` came from `{party}`, and `informed` says nothing"))
                    .at(informed.span, "says nothing")
                    .help("name the record by which people were told, or why they need not be")
            })
        }
    }
}
