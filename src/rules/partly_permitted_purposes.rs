//! PUR-03: a segment has several purposes, and what it reads is allowed for some of them only.

use super::permission::{Breach, Route, report};
use super::tools::purpose_name;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("PUR-03"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let say = |finding: Diagnostic, breach: &Breach<'_>| {
        let purpose = purpose_name(cx.model, breach.purpose.value);
        finding
            .because("people gave this data for one of the purposes, and would be used for the others too")
            .help(format!("split the segment by purpose, and read this only where `{purpose}` is not among them"))
    };
    report(cx, Route::Partly, findings, say, RULE.code);
}
