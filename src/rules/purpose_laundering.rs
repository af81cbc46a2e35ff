//! PUR-06: a segment refers to another one that reads data which is not allowed for the purpose of the one that refers.

use super::permission::{Breach, Route, report};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("PUR-06"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let say = |finding: Diagnostic, breach: &Breach<'_>| {
        let other = breach.read.through_segment().map_or("", |id| cx.model.segments[id].name.value.as_str());
        finding
            .because(format!("the purpose of `{other}` is not lent: its members would be used for something else"))
            .help("compute the audience anew from data that is allowed for it")
    };
    report(cx, Route::Reference, findings, say, RULE.code);
}
