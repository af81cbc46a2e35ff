//! IDN-03, where no policy speaks of combining: columns that identify in combination are handed together to an outside party.
//!
//! A policy that forbids combining decides by itself (`policy_finding`). Where none applies, two such columns of one person beside each other are
//! warned of. Whoever is told the address in the clear knows already who it is; there it is no combination that identifies.

use super::tools::listed;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Demand, Destination, Field, FieldPath, Model, Segment, TableId};
use crate::privacy::policy::applying;
use crate::privacy::taxonomy::is_under;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("IDN-03"), check };

/// What identifies in combination, labelled so or not.
const QUASI: [&str; 2] = ["demographic.birth_date", "location.postcode"];

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values().filter(|segment| !is_decided(cx.model, segment)) {
        findings.extend(combined(cx.model, segment));
    }
}

/// Whether a policy says what may be combined here.
fn is_decided(model: &Model, segment: &Segment) -> bool {
    let combining = |demand: &Spanned<Demand>| matches!(demand.value, Demand::ForbidCombining(_));
    applying(model, segment).any(|(_, policy)| policy.demands.iter().any(combining))
}

fn combined(model: &Model, segment: &Segment) -> Option<Diagnostic> {
    let mut destinations = segment.destinations.iter().map(|to| (to, &model.destinations[to.value]));
    let (place, to) = destinations.find(|(_, to)| to.outside_party.is_some() && !is_told_who(model, segment, to))?;
    let quasi = |path: &&Spanned<FieldPath>| identifies_together(model, &model.fields[path.value.field]);
    let mut columns: Vec<&Spanned<FieldPath>> = segment.expose.iter().filter(quasi).collect();
    columns.dedup_by_key(|path| path.value.field);
    let [first, second, ..] = columns.as_slice() else { return None };
    let names = columns.iter().map(|path| model.fields[path.value.field].name.value.as_str());
    let message = format!("{} go together to the outside party `{}`", listed(names), to.name.value);
    Some(
        Diagnostic::warning(RULE.code, message)
            .at(second.span, "exposed here")
            .and(first.span, "and beside it")
            .and(place.span, "an outside party")
            .because("each of them fits many people, and together they may fit one")
            .help("expose one of them, or none; or let a policy say what may be combined: `forbid combining a, b, c`")
            .about(&segment.name.value),
    )
}

fn identifies_together(model: &Model, field: &Field) -> bool {
    let labels = || field.labels.categories.iter();
    field.labels.quasi || QUASI.iter().any(|root| labels().any(|label| is_under(model, &label.value, root)))
}

/// Whether a destination gets what identifies a person directly, in the clear.
fn is_told_who(model: &Model, segment: &Segment, to: &Destination) -> bool {
    let direct = |entity: TableId, name: &str| {
        model.field_named(entity, name).is_some_and(|field| model.fields[field].labels.direct)
    };
    to.matched.as_ref().zip(segment.entity).is_some_and(|(by, entity)| !by.hashed && direct(entity, &by.field.value))
}
