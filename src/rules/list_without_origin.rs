//! COM-07: data of which nobody says where it came from.

use super::tools::{kind_word, names_nothing};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Origin, Table, TableKind};

pub(super) static RULE: Rule = Rule { code: Code("COM-07"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    findings.extend(cx.model.tables.values().filter(|table| needs_origin(table)).filter_map(doubtful));
}

fn needs_origin(table: &Table) -> bool {
    match &table.kind {
        TableKind::Source { .. } | TableKind::List { .. } => true,
        TableKind::Entity(_)
        | TableKind::Rows { .. }
        | TableKind::Lookup { .. }
        | TableKind::Score(_)
        | TableKind::Visits(_)
        | TableKind::Error => false,
    }
}

fn doubtful(table: &Table) -> Option<Diagnostic> {
    let (kind, name) = (kind_word(table), &table.name);
    let finding = |message: String| {
        Diagnostic::error(RULE.code, message)
            .because(
                "people who never heard of us would be reached, and nobody could tell them from where we know them",
            )
            .about(&name.value)
    };
    match &table.origin {
        None => Some(
            finding(format!("{kind} `{}` does not say where it came from", name.value))
                .at(name.span, "no `origin`")
                .help("write `origin first party`, `origin volunteered`, or `origin third party \"…\" under contract \"…\"`"),
        ),
        Some(origin) => match &origin.value {
            Origin::ThirdParty { party, contract: None, .. } => Some(
                finding(format!("{kind} `{}` came from `{party}` under no contract", name.value))
                    .at(origin.span, "no `under contract`")
                    .help("name the contract under which it was bought or lent: `under contract \"…\"`"),
            ),
            Origin::ThirdParty { party, contract: Some(contract), .. } if names_nothing(party) || names_nothing(contract) => Some(
                finding(format!("{kind} `{}` came from a third party without a name, or under no contract", name.value))
                    .at(origin.span, "says nothing")
                    .help("name the party and the contract: `origin third party \"…\" under contract \"…\"`"),
            ),
            Origin::ThirdParty { .. } | Origin::FirstParty | Origin::Volunteered => None,
        },
    }
}
