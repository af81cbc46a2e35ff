//! MIN-03: children would pass on their own yes, where a parent's is due and no ledger could hold it.
//!
//! Segma knows no parent's consent: whoever is below a jurisdiction's `adult at` never passes for a purpose that one may refuse, whoever
//! agreed. So the gate must not stand below the age of children, and outside parties need one. (Advertising without a gate is MIN-01.)

use super::missing_age_gate::{advertises, people_may_live_there};
use super::tools::{listed, rests_on};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Jurisdiction, JurisdictionId, Model, Segment};
use crate::privacy::ages::{CHILDHOOD, highest};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("MIN-03"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, jurisdiction) in cx.model.jurisdictions.iter() {
        let reached: Vec<&Segment> =
            cx.model.audiences().map(|(_, segment)| segment).filter(|segment| reaches(cx.model, segment, id)).collect();
        match jurisdiction.adult_at {
            Some(age) if age.value < CHILDHOOD && !reached.is_empty() => findings.push(too_young(jurisdiction, age)),
            Some(_) => {}
            None => findings.extend(handed_over(cx.model, jurisdiction, &reached)),
        }
    }
}

/// Whether people of the segment may live there, and are reached for what they may refuse.
fn reaches(model: &Model, segment: &Segment, id: JurisdictionId) -> bool {
    people_may_live_there(model, segment, id) && segment.purposes.iter().any(|p| leaves_a_choice(model, p))
}

fn leaves_a_choice(model: &Model, purpose: &Spanned<crate::model::PurposeId>) -> bool {
    rests_on(model, purpose.value, Basis::Consent) || rests_on(model, purpose.value, Basis::LegitimateInterest)
}

fn too_young(jurisdiction: &Jurisdiction, age: Spanned<u32>) -> Diagnostic {
    let name = &jurisdiction.name.value;
    let due = highest(jurisdiction).map_or(CHILDHOOD, |(_, due)| due).max(CHILDHOOD);
    Diagnostic::error(RULE.code, format!("in `{name}` children of {} pass on their own yes", age.value))
        .at(age.span, format!("below {CHILDHOOD}"))
        .because("a child's yes would count where a parent's is due, and no ledger says that a parent agreed")
        .help(format!("ask for {due} years or more; parents' consent is not known here, so children are left out"))
        .fix(format!("let people pass from {due} years on"), age.span, format!("adult at {due}"))
        .about(name)
}

/// An outside party, by a channel other than advertising, of people of any age.
fn handed_over(model: &Model, jurisdiction: &Jurisdiction, reached: &[&Segment]) -> Option<Diagnostic> {
    let outside = |segment: &&&Segment| {
        segment.destinations.iter().any(|to| model.destinations[to.value].outside_party.is_some())
    };
    let handed: Vec<&&Segment> = reached.iter().filter(outside).collect();
    if handed.is_empty() || reached.iter().any(|segment| advertises(model, segment)) {
        return None;
    }
    let names = listed(handed.iter().map(|segment| segment.name.value.as_str()).take(3));
    let name = &jurisdiction.name;
    let finding =
        Diagnostic::error(RULE.code, format!("children who live in `{}` are handed to an outside party", name.value))
            .at(name.span, format!("no `adult at`, and {names} may hold them"))
            .because("a child's data would leave on a yes that a parent never gave")
            .help("add `adult at 16`, or the age that holds there")
            .about(&name.value);
    Some(
        handed
            .iter()
            .filter_map(|segment| segment.destinations.first())
            .fold(finding, |f, to| f.and(to.span, "delivered here")),
    )
}
