//! From what the engine counted to the lines that are shown.

use segma::model::Basis;
use segma::plan::{Guard, SegmentPlan};
use segma::run::{Reason, Waterfall as Counted};

use super::waterfall::{Line, Waterfall};

/// The lines of one segment.
pub fn of(plan: &SegmentPlan, counted: &Counted) -> Waterfall {
    let removed = |reason: Reason| counted.removed.get(&reason).copied().unwrap_or(0);
    let mut lines = vec![Line::left("in scope", counted.in_scope)];
    let asked = Reason::ALL.into_iter().filter(|reason| asks(&plan.guard, *reason) || removed(*reason) > 0);
    lines.extend(asked.map(|reason| Line::removed(reason.words(), removed(reason))));
    lines.push(Line::left("after the guard", counted.permitted));
    lines.push(Line::removed("has an unreadable row", counted.broken));
    lines.push(Line::removed("cannot be told", counted.unknown));
    lines.push(Line::left("after the condition", counted.wanted));
    if plan.delivery.cap.is_some() {
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

/// Whether a guard could remove anybody for a reason.
fn asks(guard: &Guard, reason: Reason) -> bool {
    let asks = || guard.residence.rules.iter().map(|rule| &rule.asks).chain([&guard.residence.strictest]);
    let consents = || guard.purposes.iter().filter(|purpose| purpose.basis == Basis::Consent);
    match reason {
        Reason::Suspended => guard.suspended.is_some(),
        Reason::NoContact => !guard.control.is_empty(),
        Reason::Erased | Reason::Restricted => true,
        Reason::Denied => {
            consents().next().is_some() || guard.purposes.iter().any(|p| p.basis == Basis::LegitimateInterest)
        }
        Reason::NoConsent => consents().next().is_some(),
        Reason::Outdated => consents().any(|purpose| purpose.valid.is_some() || purpose.notice.is_some()),
        Reason::UnknownResidence => consents().next().is_some() && asks().any(|asks| asks.absent_means_yes),
        Reason::Minor => asks().any(|asks| asks.adult_at.is_some()),
        Reason::OptedOut => asks().any(|asks| !asks.opt_outs.is_empty()),
    }
}

/// What stands beside a segment: purposes and destinations.
pub fn remark(plan: &SegmentPlan) -> String {
    let purposes: Vec<&str> = plan.about.purposes.iter().map(|purpose| purpose.name.as_str()).collect();
    let destinations: Vec<&str> = plan.about.destinations.iter().map(|destination| destination.name.as_str()).collect();
    let to = if destinations.is_empty() { String::new() } else { format!(" to {}", destinations.join(", ")) };
    format!("for {}{to}", purposes.join(", "))
}
