//! PUR-09: data that may only be used to leave people alone picks them instead.

use super::permission::{Breach, Route, report};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("PUR-09"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let say = |finding: Diagnostic, breach: &Breach<'_>| {
        let table = &cx.model.tables[cx.model.governing(breach.read.table)];
        let place = table.protects.first().map(|protects| protects.span);
        let finding = match place {
            Some(span) => finding.and(span, "may only leave people out"),
            None => finding,
        };
        finding.because("a reason to be quiet would turn into the list of people to talk to").help(format!(
            "use it where one more row can only leave somebody out: `except any {} …`, `no …`, `at most n …`",
            table.name.value
        ))
    };
    report(cx, Route::Suppression, findings, say, RULE.code);
}
