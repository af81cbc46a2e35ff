//! MLS-01: a score was trained on data that is not allowed for the purpose of the segment that reads it.

use super::permission::{Breach, Route, report};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("MLS-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let say = |finding: Diagnostic, breach: &Breach<'_>| {
        let model = breach.read.through_model().map_or("", |id| cx.model.tables[id].name.value.as_str());
        finding
            .because(format!("people gave this data for something else, and `{model}` says it again in a number"))
            .help("train it on what the purpose may use, or read another score")
    };
    report(cx, Route::Training, findings, say, RULE.code);
}
