//! MIN-01: advertising without an age gate; or a gate that nobody's age can open.

use super::tools::{entity_of, listed};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Channel, Jurisdiction, JurisdictionId, Model, Residence, Segment, SubjectKind, Table, Type};
use crate::privacy::policy::residence;

pub(super) static RULE: Rule = Rule { code: Code("MIN-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, jurisdiction) in cx.model.jurisdictions.iter().filter(|(_, j)| j.adult_at.is_none()) {
        let exposed: Vec<&Segment> =
            cx.model.audiences().map(|(_, s)| s).filter(|s| is_exposed(cx.model, s, id)).collect();
        if !exposed.is_empty() {
            findings.push(ageless(jurisdiction, &exposed));
        }
    }
    findings.extend(unborn(cx.model));
}

/// Whether people of the segment may live there and are advertised to.
fn is_exposed(model: &Model, segment: &Segment, id: JurisdictionId) -> bool {
    people_may_live_there(model, segment, id) && advertises(model, segment)
}

/// Whether it is people that the segment holds, and they may live there.
pub(super) fn people_may_live_there(model: &Model, segment: &Segment, id: JurisdictionId) -> bool {
    let people = entity_of(model, segment).is_some_and(|facts| facts.subject_kind == SubjectKind::Person);
    let may_live_there = match residence(model, segment) {
        Some(Residence::Always(always)) => always == id,
        Some(Residence::Field(_)) | None => true,
    };
    people && may_live_there
}

/// Whether a segment goes to advertising.
pub(super) fn advertises(model: &Model, segment: &Segment) -> bool {
    segment.destinations.iter().any(|to| model.destinations[to.value].channel.is_some_and(|c| c.value == Channel::Ads))
}

fn ageless(jurisdiction: &Jurisdiction, exposed: &[&Segment]) -> Diagnostic {
    let name = &jurisdiction.name;
    let names = listed(exposed.iter().map(|segment| segment.name.value.as_str()).take(3));
    let finding = Diagnostic::error(RULE.code, format!("jurisdiction `{}` does not say who is an adult", name.value))
        .at(name.span, format!("{names} may reach its children"))
        .because("children would be picked for advertising")
        .help("add `adult at 16`, or the age that holds there")
        .about(&name.value);
    exposed.iter().fold(finding, |finding, segment| match segment.destinations.first() {
        Some(to) => finding.and(to.span, "delivered here"),
        None => finding,
    })
}

/// Entities of people without a date of birth, under a jurisdiction that asks for an age.
fn unborn(model: &Model) -> Vec<Diagnostic> {
    let Some(asking) = model.jurisdictions.values().find_map(|jurisdiction| jurisdiction.adult_at) else {
        return Vec::new();
    };
    let used = |id| model.segments.values().any(|segment| segment.entity == Some(id));
    let unborn = model.tables.iter().filter(|(id, _)| {
        let ageless = model
            .entity_facts(*id)
            .is_some_and(|facts| facts.subject_kind == SubjectKind::Person && facts.birth.is_none());
        ageless && used(*id)
    });
    let finding = |name: &crate::source::Spanned<String>, help: String| {
        Diagnostic::error(
            RULE.code,
            format!("entity `{}` has no date of birth, so nobody counts as an adult", name.value),
        )
        .at(name.span, "no `birth`")
        .and(asking.span, "an age is asked for here")
        .because("unknown age counts as minor: every audience of these people would be empty")
        .help(help)
        .about(&name.value)
    };
    unborn.map(|(_, table)| finding(&table.name, birth_help(model, table))).collect()
}

/// Which field may hold the day, and what else would do.
fn birth_help(model: &Model, table: &Table) -> String {
    let days = table.fields.iter().map(|id| &model.fields[*id]).filter(|field| field.ty == Type::Date);
    let fields: Vec<&str> = days.map(|field| field.name.value.as_str()).collect();
    let how = if fields.is_empty() {
        "declare the day of birth as a field of type `date`, and name it with `birth FIELD`".to_owned()
    } else {
        let clauses: Vec<String> = fields.iter().map(|field| format!("birth {field}")).collect();
        let named = listed(clauses.iter().map(String::as_str));
        format!("name the field that holds it, if one does: {named}")
    };
    format!("{how}; or, where no age is asked for, take `adult at` out of the jurisdiction")
}
