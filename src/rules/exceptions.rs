//! Exceptions at work, and GOV-03: exceptions that are past their end, or that nothing needs.
//!
//! An exception suppresses the findings of one policy about one segment: they stay visible and stop nobody. It does so only while
//! it is whole (GOV-02), admitted (GOV-04), approved and not past its end.

use super::incomplete_exception::lacks;
use crate::diagnostic::{Code, Diagnostic, Label};
use crate::model::{Date, Exception, Model};
use crate::source::Span;

const CODE: Code = Code("GOV-03");

/// Suppresses what exceptions in force suppress, and reports the others.
pub(super) fn apply(model: &Model, today: Date, findings: &mut Vec<Diagnostic>) {
    let mut about_exceptions = Vec::new();
    for exception in &model.exceptions {
        if let Some(until) = exception.until.filter(|until| until.value < today) {
            if !come_back(model, exception, until.value, findings) {
                about_exceptions.push(expired(exception, until.value, until.span));
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
    let admitted = exception.policy.is_some_and(|policy| model.policies[policy.value].excepts);
    let approved = exception.approved_on.is_some_and(|day| day.value <= today);
    admitted && approved && lacks(exception).is_empty()
}

/// Marks what it suppresses; whether there was anything.
fn suppress(model: &Model, exception: &Exception, findings: &mut [Diagnostic]) -> bool {
    let words = words(exception);
    let about = findings.iter_mut().filter(|finding| is_about(model, exception, finding));
    about.map(|finding| finding.suppressed = Some(words.clone())).count() > 0
}

/// Says at what an exception past its end suppressed that it did: one message for one mistake; whether there was anything.
fn come_back(model: &Model, exception: &Exception, until: Date, findings: &mut [Diagnostic]) -> bool {
    let label = Label { span: head(exception), text: format!("the exception from it ended on {until}") };
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
    let until = exception.until.map_or(String::new(), |until| until.value.to_string());
    format!("approved by {} until {until}: {}", text(&exception.approved_by), text(&exception.because))
}

fn expired(exception: &Exception, until: Date, span: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("this exception ended on {until}"))
        .at(head(exception), "suppresses nothing any more")
        .and(span, "its end")
        .because("exceptions outlive their reasons unless somebody is told")
        .help("remove it; if it is still needed, somebody approves it anew, with a new end")
}

fn unused(exception: &Exception) -> Diagnostic {
    Diagnostic::warning(CODE, "this exception suppresses nothing")
        .at(head(exception), "no finding of this policy about this segment")
        .because("a standing exception is an invitation")
        .help("remove it")
}
