//! IDN-15: two outside parties are given one and the same token for a person, and can put together what each knows.
//!
//! An address is how a party recognises people, and each has it anyway. Our own key is not: whoever else is given it shares it with us and
//! with everybody to whom we give it. A service provider under contract is no outside party.

use std::collections::BTreeMap;

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{DestinationId, FieldId, Model, Segment};
use crate::privacy::taxonomy::is_under;
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("IDN-15"), check };

/// The parties that a field goes to, each with where it is named and by which segment. A hash is no other token: whoever holds the key
/// computes it.
type Given<'m> = BTreeMap<FieldId, Vec<(DestinationId, Span, &'m Segment)>>;

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut given = Given::new();
    for segment in cx.model.segments.values() {
        for to in &segment.destinations {
            let Some(token) = token(cx.model, segment, to.value) else { continue };
            let known = given.entry(token).or_default();
            if !known.iter().any(|(party, _, _)| *party == to.value) {
                known.push((to.value, to.span, segment));
            }
        }
    }
    for (field, parties) in &given {
        let Some((first, rest)) = parties.split_first() else { continue };
        findings.extend(rest.iter().map(|other| shared(cx.model, *field, *first, *other)));
    }
}

/// The field that an outside party is given for a person, hashed or not, where it is no address.
fn token(model: &Model, segment: &Segment, to: DestinationId) -> Option<FieldId> {
    let destination = &model.destinations[to];
    let matched = destination.matched.as_ref().filter(|_| destination.outside_party.is_some())?;
    let field = model.field_named(segment.entity?, &matched.field.value)?;
    let is_contact = model.fields[field].labels.categories.iter().any(|label| is_under(model, &label.value, "contact"));
    (!is_contact).then_some(field)
}

fn shared(
    model: &Model,
    field: FieldId,
    (first, there, _): (DestinationId, Span, &Segment),
    (other, here, segment): (DestinationId, Span, &Segment),
) -> Diagnostic {
    let name = |id: DestinationId| &model.destinations[id].name.value;
    let token = &model.fields[field].name.value;
    let given = |id: DestinationId| {
        let hashed = model.destinations[id].matched.as_ref().is_some_and(|matched| matched.hashed);
        if hashed { format!("given `{token}` hashed") } else { format!("given `{token}`") }
    };
    Diagnostic::warning(RULE.code, format!("`{}` and `{}` know people by one token, `{token}`", name(first), name(other)))
        .at(here, given(other))
        .and(there, format!("{}, too", given(first)))
        .because("two companies that share a token for you share whatever each of them knows of you")
        .help("match one of them on another field, such as an id made for it alone; a provider under contract is no outside party")
        .about(&segment.name.value)
}
