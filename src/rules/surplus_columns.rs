//! IDN-12: a destination is handed more than it needs: columns that it says it does not take, or an address in the clear.
//!
//! Whoever sends a message to an address must know it. An outside party that only shows something to whom it recognises does as well with
//! its hash, which tells nothing of those whom it does not know.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Channel, Destination, FieldPath, Model, Segment, TableId};
use crate::privacy::taxonomy::is_under;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("IDN-12"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        findings.extend(segment.expose.iter().filter_map(|path| surplus(cx.model, segment, path)));
    }
    for (id, to) in cx.model.destinations.iter() {
        let served = cx.model.segments.values().filter(|segment| segment.destinations.iter().any(|it| it.value == id));
        findings.extend(served.filter_map(|segment| segment.entity).find_map(|of| in_the_clear(cx.model, to, of)));
    }
}

/// An address by which an outside party recognises people, and to which it sends nothing.
fn in_the_clear(model: &Model, to: &Destination, entity: TableId) -> Option<Diagnostic> {
    let only_shows = match to.channel?.value {
        Channel::Ads | Channel::Web | Channel::App => true,
        Channel::Email | Channel::Sms | Channel::Push | Channel::Phone | Channel::Post => false,
    };
    let party = to.outside_party.filter(|_| only_shows)?;
    let matched = to.matched.as_ref().filter(|matched| !matched.hashed)?;
    let field = &model.fields[model.field_named(entity, &matched.field.value)?];
    let is_address = |label: &Spanned<String>| is_under(model, &label.value, "contact");
    if !field.labels.categories.iter().any(is_address) {
        return None;
    }
    let (name, by) = (&to.name.value, &matched.field.value);
    Some(
        Diagnostic::warning(RULE.code, format!("`{name}` is handed `{by}` in the clear, and sends nothing to it"))
            .at(matched.field.span, "recognised by it")
            .and(party, "uses what it is given for itself")
            .because(
                "it learns the address also of those whom it never knew; by a hash it recognises only whom it knows",
            )
            .help(format!("write `match {by} hashed`"))
            .fix("match the hash", matched.field.span.after(), " hashed")
            .about(name),
    )
}

fn surplus(model: &Model, segment: &Segment, path: &Spanned<FieldPath>) -> Option<Diagnostic> {
    let name = &model.fields[path.value.field].name.value;
    let needs = |to: &Destination| to.takes.as_ref().is_none_or(|takes| takes.value.iter().any(|it| it.value == *name));
    let mut destinations = segment.destinations.iter().map(|to| &model.destinations[to.value]);
    let to = destinations.find(|to| !needs(to))?;
    let says = to.takes.as_ref().map_or(to.name.span, |takes| takes.span);
    Some(
        Diagnostic::warning(RULE.code, format!("`{name}` is handed to `{}`, which does not need it", to.name.value))
            .at(path.span, "exposed here")
            .and(says, "what it takes")
            .because("what was never sent cannot be lost, sold or looked at")
            .help(format!("leave it out; if its templates use it, `{}` says so in `takes`", to.name.value))
            .about(&segment.name.value),
    )
}
