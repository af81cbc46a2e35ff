//! From what the engine counted to the lines that are shown.

use segma::model::{Basis, ConsentState, SubjectKind};
use segma::plan::{Guard, LedgerRows, SegmentPlan};
use segma::run::{Reason, Waterfall as Counted};

use super::waterfall::{Line, Waterfall};

/// The lines of one segment.
pub fn of(plan: &SegmentPlan, counted: &Counted) -> Waterfall {
    let mut lines = vec![Line::left("in scope", counted.in_scope)];
    lines.extend(removed(&plan.guard, counted).into_iter().map(|(reason, n)| Line::removed(reason.words(), n)));
    lines.push(Line::left("after the guard", counted.permitted));
    lines.push(Line::removed("has an unreadable row", counted.broken));
    lines.push(Line::removed("cannot be told", counted.unknown));
    lines.push(Line::untold(counted.permitted.saturating_sub(counted.broken + counted.unknown + counted.wanted)));
    lines.push(Line::left("after the condition", counted.wanted));
    if plan.delivery.cap.is_some() {
        lines.push(Line::untold(counted.capped));
        lines.push(Line::left("after the cap", counted.wanted.saturating_sub(counted.capped)));
    }
    if plan.delivery.holdout.is_some() {
        lines.push(Line::removed("held out", counted.held_out));
        lines.push(Line::left("without those held out", counted.selected));
    }
    Waterfall {
        segment: plan.about.name.clone(),
        remark: remark(plan),
        minimum: counted.minimum,
        lines,
        selected: counted.selected,
        emptied: counted.empty_because.clone(),
        nobodys: counted.nobodys.iter().map(|(table, rows)| (table.clone(), *rows)).collect(),
    }
}

/// The parts that a guard has, and how many each removed. Which are listed depends on the guard, not on its people.
fn removed(guard: &Guard, counted: &Counted) -> Vec<(Reason, u64)> {
    let mut parts: Vec<(Reason, u64)> =
        Reason::ALL.into_iter().filter(|reason| asks(guard, *reason)).map(|reason| (reason, 0)).collect();
    for (reason, people) in &counted.removed {
        // A yes whose time is not known counts as none where the guard asks for no age and no notice.
        let part = if asks(guard, *reason) { *reason } else { Reason::NoConsent };
        match parts.iter_mut().find(|(known, _)| *known == part) {
            Some((_, sum)) => *sum += people,
            None => parts.push((*reason, *people)),
        }
    }
    parts
}

/// Whether a guard could remove anybody for a reason.
fn asks(guard: &Guard, reason: Reason) -> bool {
    let bases = |wanted: &[Basis]| guard.purposes.iter().any(|purpose| wanted.contains(&purpose.basis));
    let asked_back = guard.purposes.iter().any(|purpose| purpose.basis.leaves_a_choice());
    let asks = || guard.residence.rules.iter().map(|rule| &rule.asks).chain([&guard.residence.strictest]);
    let consents = || guard.purposes.iter().filter(|purpose| purpose.basis == Basis::Consent);
    let ages = guard.ledgers.iter().any(|ledger| !ledger.only_opt_out && ledger.retention.is_some());
    match reason {
        Reason::Suspended => guard.suspended.is_some(),
        Reason::NoContact => !guard.control.is_empty(),
        Reason::Erased => holds(guard, ConsentState::Erased),
        Reason::Restricted => holds(guard, ConsentState::Restricted),
        Reason::Denied | Reason::Unmapped => asked_back,
        Reason::NoConsent => bases(&[Basis::Consent]),
        Reason::Outdated => consents().any(|purpose| purpose.valid.is_some() || purpose.notice.is_some() || ages),
        Reason::UnknownResidence => {
            let elsewhere = guard.residence.rules.iter().any(|rule| rule.asks.absent_means_yes);
            bases(&[Basis::Consent]) && guard.residence.path.is_some() && elsewhere
        }
        Reason::Minor => asked_back && guard.kind == SubjectKind::Person && asks().any(|asks| asks.adult_at.is_some()),
        Reason::OptedOut => asked_back && asks().any(|asks| !asks.opt_outs.is_empty()),
    }
}

/// Whether a ledger of the guard knows a state.
fn holds(guard: &Guard, wanted: ConsentState) -> bool {
    guard.ledgers.iter().filter(|ledger| !ledger.only_opt_out).any(|ledger| match &ledger.rows {
        LedgerRows::Events { states, .. } => states.iter().any(|(_, state)| *state == wanted),
        LedgerRows::States { .. } => false,
    })
}

/// What stands beside a segment: purposes and destinations.
pub fn remark(plan: &SegmentPlan) -> String {
    let purposes: Vec<&str> = plan.about.purposes.iter().map(|purpose| purpose.name.as_str()).collect();
    let destinations: Vec<&str> = plan.about.destinations.iter().map(|destination| destination.name.as_str()).collect();
    let to = if destinations.is_empty() { String::new() } else { format!(" to {}", destinations.join(", ")) };
    format!("for {}{to}", purposes.join(", "))
}
