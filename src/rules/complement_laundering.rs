//! COM-01: data that a purpose may not use decides who is left out, and so shows by absence whom it concerns.

use super::permission::{Breach, Route, leaves_out, report};
use super::tools::purpose_name;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::privacy::Read;

pub(super) static RULE: Rule = Rule { code: Code("COM-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let say = |finding: Diagnostic, breach: &Breach<'_>| {
        let (table, purpose) =
            (&cx.model.tables[breach.read.table].name.value, purpose_name(cx.model, breach.purpose.value));
        let through = if breach.read.through_segment().is_some() { "PUR-06" } else { "PUR-01" };
        finding
            .because("who is missing from the audience shows whom the data concerns")
            .help(format!(
                "leave it out; if `{table}` is meant for leaving people alone, its steward says `protects {purpose}`"
            ))
            .also(Code(through))
    };
    report(cx, Route::Complement, findings, say, RULE.code);
}

/// The class, where a reading that a policy forbids only leaves people out.
pub(super) fn named_by(read: &Read) -> Option<Code> {
    leaves_out(read).then_some(RULE.code)
}
