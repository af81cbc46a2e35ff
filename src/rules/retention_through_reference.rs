//! RET-08: a segment keeps memberships longer than a segment that it refers to.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Length, Model, Segment, SegmentRetain};
use crate::privacy::Reference;
use crate::privacy::algebra::compared;
use crate::privacy::retention::fits;

pub(super) static RULE: Rule = Rule { code: Code("RET-08"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let references = &cx.facts.segment(id).references;
        findings.extend(references.iter().find_map(|reference| outlived(cx.model, segment, reference)));
    }
}

fn outlived(model: &Model, segment: &Segment, reference: &Reference) -> Option<Diagnostic> {
    let own = segment.retain?;
    let other = &model.segments[reference.segment];
    let theirs = kept(other)?;
    if fits(own.value.length(), theirs) {
        return None;
    }
    let name = &other.name.value;
    let message = format!("kept for {}, but it reveals `{name}`, which is kept for {theirs}", own.value.length());
    let finding = Diagnostic::error(RULE.code, message)
        .at(own.span, format!("longer than `{name}` lives"))
        .and(reference.span, format!("refers to `{name}`"));
    let finding = match other.retain {
        Some(retain) => finding.and(retain.span, format!("kept for {theirs}")),
        None => finding,
    };
    let finding = finding
        .because("that people were on the shorter list would be known for longer than it may")
        .help(format!("retain it for at most {theirs}"))
        .about(&segment.name.value)
        .reckoned([compared(("S", own.value.length()), (&format!("S of `{name}`"), theirs))]);
    Some(match spelled(theirs) {
        Some(text) => finding.fix(format!("retain it for {text}"), own.span, format!("retain   {text}")),
        None => finding,
    })
}

fn kept(segment: &Segment) -> Option<Length> {
    match segment.retain?.value {
        SegmentRetain::For(length) => Some(length),
        SegmentRetain::Nothing => None,
    }
}

/// A length as one number and unit; `None` where it takes two.
fn spelled(length: Length) -> Option<String> {
    (length.months == 0 || length.seconds == 0).then(|| length.to_string())
}
