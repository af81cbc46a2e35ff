//! JUR-01: nothing says where people live, so nobody's rules would hold.

use super::tools::{add_clause, is_people};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Model, Segment};

pub(super) static RULE: Rule = Rule { code: Code("JUR-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    findings.extend(lawless(cx.model));
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
        .because("nobody could say whose law protects these people: who is a child there, and whether silence is a no")
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

/// People are reached whose residence is known, and no jurisdiction is declared that could hold for it. (Where declarations could not be
/// read, one of those may have been it.)
fn lawless(model: &Model) -> Option<Diagnostic> {
    let people = |id| model.entity_facts(id).filter(|facts| is_people(facts.subject_kind) && facts.residence.is_some());
    let of_people = |segment: &&Segment| segment.entity.is_some_and(|id| people(id).is_some());
    let reached = model.segments.values().find(of_people)?;
    let entity = &model.tables[reached.entity?].name;
    (model.complete && model.jurisdictions.is_empty()).then(|| {
        Diagnostic::error(RULE.code, "no jurisdiction is declared, so nobody's rules would hold")
            .at(entity.span, "where its people live decides nothing")
            .and(reached.name.span, "reaches them")
            .because("who is a minor, and what silence means, is the law of the place where somebody lives")
            .help("declare one: `jurisdiction eu { countries \"DE\", \"FR\"   absent means no   adult at 16 }`")
            .about(&entity.value)
    })
}
