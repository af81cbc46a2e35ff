//! PUR-02: data is allowed for a narrower purpose than the one that the segment declares.

use super::permission::{Breach, Route, report};
use super::tools::{mend, purpose_name};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::ConsentClause;
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("PUR-02"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let say = |finding: Diagnostic, breach: &Breach<'_>| {
        let narrow = breach.allowed.iter().find(|allowed| cx.model.is_within(allowed.value, breach.purpose.value));
        let finding = finding
            .because("people who said yes to something narrow would be used for everything whose name begins alike");
        match narrow.map(|narrow| purpose_name(cx.model, narrow.value)) {
            Some(narrow) => {
                let title = format!("declare `{narrow}`");
                mend(finding.help(format!("{title}, the narrower purpose")), &title, edits(breach, narrow))
            }
            None => finding,
        }
    };
    report(cx, Route::Broader, findings, say, RULE.code);
}

/// The purpose, and the consent for it where it stands beside.
fn edits(breach: &Breach<'_>, narrow: &str) -> Vec<(Span, String)> {
    let asked = match breach.segment.consent.as_ref().map(|clause| &clause.value) {
        Some(ConsentClause::Required(asked)) => asked.as_slice(),
        Some(ConsentClause::NotNeeded { .. }) | None => &[],
    };
    let same = asked.iter().filter(|asked| asked.value == breach.purpose.value).map(|asked| asked.span);
    std::iter::once(breach.purpose.span).chain(same).map(|span| (span, narrow.to_owned())).collect()
}
