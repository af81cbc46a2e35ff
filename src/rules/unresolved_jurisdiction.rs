//! JUR-01: nothing says where people live, so nobody's rules would hold.

use super::tools::{add_clause, is_people};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("JUR-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, table) in cx.model.tables.iter() {
        let homeless =
            cx.model.entity_facts(id).is_some_and(|facts| is_people(facts.subject_kind) && facts.residence.is_none());
        if !homeless {
            continue;
        }
        let finding = Diagnostic::error(
            RULE.code,
            format!("entity `{}` does not say where its people live", table.name.value),
        )
        .at(table.name.span, "no `residence`")
        .because("a right that depends on a country needs the country")
        .help("name the field that holds the country, `residence country`, or a jurisdiction, `residence always eu`")
        .about(&table.name.value);
        findings.push(match cx.model.jurisdictions.values().next() {
            Some(only) if cx.model.jurisdictions.len() == 1 => {
                let clause = format!("residence always {}", only.name.value);
                add_clause(finding, "declare the one jurisdiction there is", table.body, &clause)
            }
            Some(_) | None => finding,
        });
    }
}
