//! LEG-06: a decision that weighs on people is taken by a segment alone.
//!
//! Decided by what is declared: a segment that `decides` something, or goes to a destination that does, says who looks at each case.

use super::tools::{is_blank, says_nothing};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Model, Segment};

pub(super) static RULE: Rule = Rule { code: Code("LEG-06"), check };

/// Whom it harms.
const WHY: &str = "somebody would be turned down, and nobody could say that a person had looked";

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, segment) in cx.model.audiences() {
        findings.extend(unreviewed(segment).or_else(|| delivered(cx.model, segment)));
    }
}

/// It decides, and nobody looks.
fn unreviewed(segment: &Segment) -> Option<Diagnostic> {
    let decides = segment.decides.as_ref()?;
    let reviewer = decides.value.reviewed_by.as_deref();
    if reviewer.is_some_and(|who| !says_nothing(who)) {
        return None;
    }
    let message = format!("this segment decides {}, and nobody looks at the case", quoted(&decides.value.what));
    let finding = Diagnostic::error(RULE.code, message)
        .at(decides.span, "no `reviewed by`")
        .because(WHY)
        .help("say who decides each case, and may decide otherwise: `reviewed by \"credit desk\"`")
        .about(&segment.name.value);
    Some(finding)
}

/// It goes where something is decided, and does not say so.
fn delivered(model: &Model, segment: &Segment) -> Option<Diagnostic> {
    if segment.decides.is_some() {
        return None;
    }
    segment.destinations.iter().find_map(|to| {
        let destination = &model.destinations[to.value];
        let decides = destination.decides.as_ref()?;
        let message =
            format!("`{}` decides {}, and nobody looks at the case", destination.name.value, quoted(&decides.value));
        let finding = Diagnostic::error(RULE.code, message)
            .at(to.span, "decided there")
            .and(decides.span, "what is decided")
            .because(WHY)
            .help("say what the segment decides, and who looks at each case: `decides \"…\" reviewed by \"…\"`")
            .about(&segment.name.value);
        Some(finding)
    })
}

fn quoted(what: &str) -> String {
    if is_blank(what) { "something".to_owned() } else { format!("`{what}`") }
}
