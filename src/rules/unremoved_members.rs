//! CON-12: a destination can neither remove people nor let them expire, or lets them expire later than the segment does.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{DestinationId, Model, Segment, SegmentRetain};
use crate::privacy::algebra::compared;
use crate::privacy::retention::fits;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("CON-12"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let clinging = cx.model.destinations.values().filter(|to| to.removes_members.is_none() && to.expires.is_none());
    findings.extend(clinging.map(|to| {
        Diagnostic::error(RULE.code, format!("destination `{}` never lets anybody go", to.name.value))
            .at(to.name.span, "neither `removes members` nor `expires after`")
            .because("somebody who withdraws would stay on its lists")
            .help("declare `removes members` if it takes removals, or `expires after 30 days` if it forgets by itself")
            .about(&to.name.value)
    }));
    for segment in cx.model.segments.values() {
        findings.extend(segment.destinations.iter().filter_map(|to| outliving(cx.model, segment, to)));
    }
}

/// A destination that removes nobody, and forgets later than the membership ends.
fn outliving(model: &Model, segment: &Segment, to: &Spanned<DestinationId>) -> Option<Diagnostic> {
    let destination = &model.destinations[to.value];
    let expires = destination.expires.filter(|_| destination.removes_members.is_none())?;
    let retain = segment.retain?;
    if fits(expires.value, retain.value.length()) {
        return None;
    }
    let name = &destination.name.value;
    let kept = match retain.value {
        SegmentRetain::Nothing => "is never stored".to_owned(),
        SegmentRetain::For(length) => format!("is kept for {length}"),
    };
    let finding = Diagnostic::error(
        RULE.code,
        format!("`{name}` forgets people after {}, and the segment {kept}", expires.value),
    )
    .at(to.span, "keeps them longer")
    .and(expires.span, "expires here")
    .and(retain.span, "the life of a membership")
    .because("whoever left the audience, or withdrew, would stay on that list")
    .help("choose a destination that removes members or forgets earlier, or retain the segment for as long")
    .about(&segment.name.value)
    .reckoned([compared(("expires", expires.value), ("S", retain.value.length()))]);
    Some(finding)
}
