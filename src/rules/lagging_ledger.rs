//! SQL-11: a ledger of events does not say how old it may be. (That an old one empties the audience is ruled out in what is emitted.)

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Ledger, LedgerRows};

pub(super) static RULE: Rule = Rule { code: Code("SQL-11"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let unbounded = cx.model.ledgers.values().filter(|ledger| ledger.fresh.is_none() && hears_a_no(ledger));
    findings.extend(unbounded.map(|ledger| {
        let name = &ledger.name;
        Diagnostic::warning(RULE.code, format!("ledger `{}` does not say how old it may be", name.value))
            .at(name.span, "no `fresh`")
            .because("a feed that stopped would widen the audience: whoever says no from then on is not heard")
            .help("write `fresh within 6 hours by loaded_at`, with the column that says when a row arrived")
            .about(&name.value)
    }));
}

fn hears_a_no(ledger: &Ledger) -> bool {
    match &ledger.rows {
        LedgerRows::Events(events) => events.states.iter().any(|(_, state)| state.denies()),
        // A table of present states says `current`, or is refused.
        LedgerRows::States(_) => false,
    }
}
