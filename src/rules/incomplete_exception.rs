//! GOV-02: an exception has no approver, no reason or no end.

use super::tools::{listed, says_nothing};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Exception;

pub(super) static RULE: Rule = Rule { code: Code("GOV-02"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    findings.extend(cx.model.exceptions.iter().filter_map(incomplete));
}

/// What an exception lacks, in the words of its clauses.
pub(super) fn lacks(exception: &Exception) -> Vec<&'static str> {
    let blank = |text: &Option<crate::source::Spanned<String>>| text.as_ref().is_none_or(|t| says_nothing(&t.value));
    let approved = !blank(&exception.approved_by) && exception.approved_on.is_some();
    let clauses =
        [("approved by", approved), ("until", exception.until.is_some()), ("because", !blank(&exception.because))];
    clauses.into_iter().filter(|(_, written)| !written).map(|(clause, _)| clause).collect()
}

fn incomplete(exception: &Exception) -> Option<Diagnostic> {
    let lacks = lacks(exception);
    (!lacks.is_empty()).then(|| {
        Diagnostic::error(RULE.code, format!("an exception without {}", listed(lacks)))
            .at(super::exceptions::head(exception), "suppresses nothing as it stands")
            .because("people would go without a protection, and nobody would answer for that")
            .help("write who approved it and on which day, `until` when it holds, and `because` of what")
    })
}
