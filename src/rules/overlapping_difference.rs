//! IDN-07: an outside party gets an audience, and the same audience without some people, who are known there by subtraction.
//!
//! Their number was held against no minimum: they are no audience. It is told of outside parties, who use lists for themselves and may
//! hold one against the other, and of what leaves people out; a narrower audience is one that its own minimum holds for.

use super::isolating_difference::sensitive;
use super::portfolio::withouts;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("IDN-07"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for pair in withouts(cx.model, |_, part, _| part.leaves_out) {
        let to = &cx.model.destinations[pair.to];
        if to.outside_party.is_none() || sensitive(cx, &pair).is_some() {
            continue;
        }
        let (smaller, larger) = (&cx.model.segments[pair.smaller].name, &cx.model.segments[pair.larger].name);
        let Some(part) = pair.more.first() else { continue };
        let message = format!("`{}` gets `{}`, and the same people without some", to.name.value, larger.value);
        findings.push(
            Diagnostic::warning(RULE.code, message)
                .at(part.entry, "whoever this leaves out is known there by subtraction")
                .and(larger.span, "the larger list")
                .because("a minimum holds for each list, and for no difference between two: it may be one person")
                .help("make two lists that share nobody, so that a minimum holds for both; or declare that the destination `isolates lists`")
                .about(&smaller.value),
        );
    }
}
