//! Exceptions at work, and GOV-03: exceptions that are past their end, not approved yet, or that nothing needs.
//!
//! An exception suppresses the findings of one policy about one segment: they stay visible and stop nobody. It does so only while
//! it is whole (GOV-02), admitted (GOV-04), approved on a day that has come, and not past its end.

use super::incomplete_exception::lacks;
use crate::diagnostic::{Code, Diagnostic, Label, Suppression};
use crate::model::{Date, Exception, Model};
use crate::source::{Span, Spanned};

const CODE: Code = Code("GOV-03");

/// Suppresses what exceptions in force suppress, and reports the others.
pub(super) fn apply(model: &Model, today: Date, findings: &mut Vec<Diagnostic>) {
    let mut about_exceptions = Vec::new();
    for exception in &model.exceptions {
        if let Some(until) = exception.until.filter(|until| until.value < today) {
            let said = format!("the exception from it ended on {}", until.value);
            if !told_beside(model, exception, &said, findings) {
                about_exceptions.push(expired(exception, until.value, until.span));
            }
        } else if let Some(day) = unapproved(model, exception, today) {
            let said = format!("the exception from it is approved on {}, a day that has not come", day.value);
            if !told_beside(model, exception, &said, findings) {
                about_exceptions.push(early(exception, day.value, day.span));
            }
        } else if in_force(model, exception, today) && !suppress(model, exception, findings) {
            about_exceptions.push(unused(exception));
        }
    }
    findings.extend(about_exceptions);
}

/// The place that stands for an exception: the policy it names.
pub(super) fn head(exception: &Exception) -> Span {
    exception.policy.map_or(exception.span, |policy| policy.span)
}

fn in_force(model: &Model, exception: &Exception, today: Date) -> bool {
    is_fit(model, exception) && exception.approved_on.is_some_and(|day| day.value <= today)
}

/// Whether it is whole, and from a policy that admits one.
fn is_fit(model: &Model, exception: &Exception) -> bool {
    let admitted = exception.policy.is_some_and(|policy| model.policies[policy.value].excepts);
    admitted && lacks(exception).is_empty()
}

/// The day of its approval, where that is all that it lacks.
fn unapproved(model: &Model, exception: &Exception, today: Date) -> Option<Spanned<Date>> {
    exception.approved_on.filter(|day| day.value > today && is_fit(model, exception))
}

/// Marks what it suppresses; whether there was anything.
fn suppress(model: &Model, exception: &Exception, findings: &mut [Diagnostic]) -> bool {
    let words = words(exception);
    let about = findings.iter_mut().filter(|finding| is_about(model, exception, finding));
    about.map(|finding| finding.suppressed = Some(Suppression::exception(words.as_str()))).count() > 0
}

/// Says of an exception that is not in force beside each finding that it would suppress: one message for one mistake; whether there was
/// any.
fn told_beside(model: &Model, exception: &Exception, said: &str, findings: &mut [Diagnostic]) -> bool {
    let label = Label { span: head(exception), text: said.to_owned() };
    let about = findings.iter_mut().filter(|finding| is_about(model, exception, finding));
    about.map(|finding| (finding.also.push(CODE), finding.related.push(label.clone()))).count() > 0
}

/// Whether a finding is of the exception's policy, about its segment.
fn is_about(model: &Model, exception: &Exception, finding: &Diagnostic) -> bool {
    let policy = exception.policy.map(|policy| model.policies[policy.value].name.value.as_str());
    let mut names = exception.segments.iter().map(|s| model.segments[s.value].name.value.as_str());
    policy.is_some()
        && finding.policy.as_deref() == policy
        && names.any(|name| finding.subject.as_deref() == Some(name))
}

fn words(exception: &Exception) -> String {
    let text =
        |text: &Option<crate::source::Spanned<String>>| text.as_ref().map_or("", |text| text.value.as_str()).to_owned();
    let day = |day: Option<Spanned<Date>>| day.map_or(String::new(), |day| day.value.to_string());
    let (on, until) = (day(exception.approved_on), day(exception.until));
    format!("approved by {} on {on}, until {until}: {}", text(&exception.approved_by), text(&exception.because))
}

fn expired(exception: &Exception, until: Date, span: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("this exception ended on {until}"))
        .at(head(exception), "suppresses nothing any more")
        .and(span, "its end")
        .because("people would go without a protection for a reason that has passed")
        .help("remove it; if it is still needed, somebody approves it anew, with a new end")
}

fn early(exception: &Exception, day: Date, span: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("this exception is approved on {day}, a day that has not come"))
        .at(head(exception), "suppresses nothing yet")
        .and(span, "the day of its approval")
        .because("nobody has looked at it yet")
        .help("write the day on which it was approved")
}

fn unused(exception: &Exception) -> Diagnostic {
    Diagnostic::warning(CODE, "this exception suppresses nothing")
        .at(head(exception), "no finding of this policy about this segment")
        .because("a standing exception is an invitation")
        .help("remove it")
}
