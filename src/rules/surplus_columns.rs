//! IDN-12: a segment hands a destination columns that it says it does not need.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Destination, FieldPath, Model, Segment};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("IDN-12"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        findings.extend(segment.expose.iter().filter_map(|path| surplus(cx.model, segment, path)));
    }
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
