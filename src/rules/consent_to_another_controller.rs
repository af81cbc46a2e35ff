//! CON-06: a yes that was given to one controller is used by another one.
//!
//! Decided by what is declared: a ledger says to whom its yes was given, a purpose says who acts, a destination says for whom it works. Where
//! nobody says anything, the project has one controller, and nothing is asked. A denial counts whoever it was told to.

use super::tools::{consent_purposes, grant_covers, ledgers, listed, purpose_name};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ConsentState, Ledger, LedgerRows, Model, PurposeId, Segment, StateSays};
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule { code: Code("CON-06"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let used: Vec<PurposeId> = cx.model.purposes.ids().filter(|id| is_used(cx.model, *id)).collect();
    for (_, ledger) in ledgers(cx.model) {
        let granted = used.iter().filter_map(|id| Some((*id, grants(cx.model, ledger, *id)?)));
        let strange = granted.filter_map(|(id, place)| given_to_another(cx.model, ledger, id, place));
        findings.extend(strange.take(1));
    }
    for (_, segment) in cx.model.audiences() {
        findings.extend(delivered_to_another(cx.model, segment));
    }
}

fn is_used(model: &Model, purpose: PurposeId) -> bool {
    model.segments.values().any(|segment| consent_purposes(model, segment).any(|used| used.value == purpose))
}

/// Where a ledger grants a purpose.
fn grants(model: &Model, ledger: &Ledger, purpose: PurposeId) -> Option<Span> {
    match &ledger.rows {
        LedgerRows::Events(events) => {
            let yes = events.states.iter().any(|(_, state)| *state == ConsentState::Granted);
            let code = events.purposes.iter().find(|(_, covers)| grant_covers(model, *covers, purpose));
            code.filter(|_| yes).map(|(code, _)| code.span)
        }
        LedgerRows::States(columns) => {
            let mut arms = columns.iter().flat_map(|column| &column.arms);
            let arm = arms.find(|arm| {
                arm.says.iter().any(|says| match says {
                    StateSays::Grants(covers) => grant_covers(model, *covers, purpose),
                    StateSays::Refuses(_) | StateSays::Nothing => false,
                })
            });
            arm.map(|arm| arm.span)
        }
    }
}

fn given_to_another(model: &Model, ledger: &Ledger, purpose: PurposeId, place: Span) -> Option<Diagnostic> {
    let (given, acting) = (ledger.controllers.as_slice(), model.controllers(purpose));
    let stranger = acting.iter().find(|acts| !holds(given, acts));
    if stranger.is_none() && given.is_empty() == acting.is_empty() {
        return None;
    }
    let (name, holder) = (purpose_name(model, purpose), &ledger.name.value);
    let message = match (given.is_empty(), stranger) {
        (true, _) => {
            format!("ledger `{holder}` does not say to whom its yes was given, and `{name}` is for {}", names(acting))
        }
        (false, Some(stranger)) => {
            format!("ledger `{holder}` holds a yes given to {}, and `{name}` is for `{}`", names(given), stranger.value)
        }
        (false, None) => {
            format!("ledger `{holder}` holds a yes given to {}, and nobody says who acts for `{name}`", names(given))
        }
    };
    let finding = Diagnostic::error(RULE.code, message).at(place, format!("grants `{name}`"));
    let places = given.first().map(|first| (first.span, "given to")).into_iter();
    let places = places.chain(acting.first().map(|first| (first.span, "acts")));
    let finding = places.fold(finding, |finding, (span, text)| finding.and(span, text));
    Some(
        finding
            .because("people would be reached by somebody whom they never said yes to")
            .help("say `controller \"…\"` in ledger and purpose; controllers who act jointly, and were named together, stand in both")
            .about(holder),
    )
}

/// A destination that works for somebody who does not act for the segment's purpose.
fn delivered_to_another(model: &Model, segment: &Segment) -> Option<Diagnostic> {
    segment.destinations.iter().find_map(|to| {
        let destination = &model.destinations[to.value];
        let stranger = |purpose: &&Spanned<PurposeId>| {
            destination.controllers.iter().any(|own| !holds(model.controllers(purpose.value), own))
        };
        let purpose = segment.purposes.iter().find(stranger)?;
        let (name, works_for) = (purpose_name(model, purpose.value), names(&destination.controllers));
        let acting = model.controllers(purpose.value);
        let acts = if acting.is_empty() { "nobody says who acts".to_owned() } else { format!("{} acts", names(acting)) };
        let message = format!("`{}` works for {works_for}, and {acts} for `{name}`", destination.name.value);
        let finding = Diagnostic::error(RULE.code, message)
            .at(to.span, "delivered to another controller")
            .and(purpose.span, format!("for `{name}`"))
            .because("people would be reached by somebody whom they never said yes to")
            .help("deliver to a destination of the controller who acts, or name both in purpose and ledger where people agreed to both")
            .about(&segment.name.value);
        Some(finding)
    })
}

fn holds(all: &[Spanned<String>], one: &Spanned<String>) -> bool {
    all.iter().any(|other| other.value == one.value)
}

fn names(all: &[Spanned<String>]) -> String {
    listed(all.iter().map(|one| one.value.as_str()))
}
