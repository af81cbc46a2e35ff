//! PUR-01: a segment reads data that is not allowed to serve its purpose.

use super::permission::{Route, report};
use super::tools::purpose_name;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("PUR-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let say = |finding: Diagnostic, breach: &super::permission::Breach<'_>| {
        let purpose = purpose_name(cx.model, breach.purpose.value);
        finding
            .because("people gave this data for something else")
            .help(format!("read data that is allowed for `{purpose}`, or choose a purpose that this data may serve"))
    };
    report(cx, Route::Outside, findings, say, RULE.code);
}
