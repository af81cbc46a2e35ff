//! CON-05: a segment whose purpose rests on consent is delivered over a channel that the purpose does not name; or a ledger takes a yes to
//! one channel for a yes to a narrower purpose that has another.

use std::collections::BTreeSet;

use super::tools::{ledgers, purpose_name, rests_on};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Basis, Channel, ConsentClause, ConsentState, Covers, Ledger, LedgerOf, LedgerRows, Model, PurposeId, Segment,
    StateSays,
};
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule { code: Code("CON-05"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    findings.extend(detours(cx.model, true).map(|detour| {
        let purpose = purpose_name(cx.model, detour.purpose);
        let (to, by, what) = (&detour.name.value, detour.channel.word(), detour.what);
        let own = cx.model.channel(detour.purpose);
        let has = own.map_or("no channel".to_owned(), |own| format!("`{}`", own.value.word()));
        let mut finding = Diagnostic::error(
            RULE.code,
            format!("`{to}` reaches people by `{by}`, but consent for `{purpose}` covers {has}"),
        )
        .at(detour.span, format!("delivers by `{by}`"))
        .because(format!("people who said yes to one channel would be reached by `{by}`"))
        .help(format!("choose a purpose whose channel is `{by}`, or a {what} that fits `{purpose}`"))
        .about(&detour.segment.name.value);
        if let Some(own) = own {
            finding = finding.and(own.span, "the channel is declared here");
        }
        finding.and(detour.name.span, format!("the {what} is declared here"))
    }));
    findings.extend(stretched(cx.model));
}

/// Grants of a purpose by one channel that count for narrower ones by another, where a segment asks for these.
fn stretched(model: &Model) -> Vec<Diagnostic> {
    let mut told = BTreeSet::new();
    let mut findings = Vec::new();
    for (_, segment) in model.audiences() {
        let asked = match segment.consent.as_ref().map(|clause| &clause.value) {
            Some(ConsentClause::Required(asked)) => asked.as_slice(),
            Some(ConsentClause::NotNeeded { .. }) | None => &[],
        };
        let own = |ledger: &&Ledger| segment.entity.is_some_and(|entity| ledger.of == LedgerOf::Entity(entity));
        for purpose in asked.iter().filter(|purpose| rests_on(model, purpose.value, Basis::Consent)) {
            let Some(channel) = model.channel(purpose.value) else { continue };
            for (granted, span) in ledgers(model).map(|(_, ledger)| ledger).filter(own).flat_map(broad_grants) {
                let by = model.channel(granted).filter(|by| by.value != channel.value);
                let narrower = granted != purpose.value && model.is_within(purpose.value, granted);
                let Some(by) = by.filter(|_| narrower && told.insert((purpose.value, granted))) else { continue };
                findings.push(stretch(model, purpose.value, channel, (granted, by, span)).about(&segment.name.value));
            }
        }
    }
    findings
}

/// What a ledger grants `and narrower`, and where it says so.
fn broad_grants(ledger: &Ledger) -> Vec<(PurposeId, Span)> {
    let broad = |covers: Covers| match covers {
        Covers::Purpose { purpose, and_narrower: true } => Some(purpose),
        Covers::Purpose { .. } | Covers::Nothing | Covers::Every | Covers::Channel(_) => None,
    };
    match &ledger.rows {
        LedgerRows::Events(events) if events.states.iter().any(|(_, state)| *state == ConsentState::Granted) => {
            events.purposes.iter().filter_map(|(code, covers)| Some((broad(*covers)?, code.span))).collect()
        }
        LedgerRows::Events(_) => Vec::new(),
        LedgerRows::States(columns) => {
            let says = columns
                .iter()
                .flat_map(|column| column.arms.iter().flat_map(|arm| &arm.says).map(|says| (says, column.column.span)));
            let granted = says.filter_map(|(says, span)| match says {
                StateSays::Grants(covers) => Some((broad(*covers)?, span)),
                StateSays::Refuses(_) | StateSays::Nothing => None,
            });
            granted.collect()
        }
    }
}

fn stretch(
    model: &Model,
    purpose: PurposeId,
    channel: Spanned<Channel>,
    (granted, by, span): (PurposeId, Spanned<Channel>, Span),
) -> Diagnostic {
    let (name, broad) = (purpose_name(model, purpose), purpose_name(model, granted));
    let (to, from) = (channel.value.word(), by.value.word());
    let message = format!("a yes to `{broad}` by `{from}` counts as one to `{name}`, which reaches people by `{to}`");
    Diagnostic::error(RULE.code, message)
        .at(span, "granted with everything narrower")
        .and(channel.span, format!("the channel of `{name}`"))
        .and(by.span, format!("the channel of `{broad}`"))
        .because(format!("people who said yes to one channel would be reached by `{to}`"))
        .help(format!(
            "leave out `and narrower`, and map what people answered to `{name}` itself; a yes to several channels is one to a purpose that names none"
        ))
}

/// A destination or a placement that a purpose of a segment does not lead to.
pub(super) struct Detour<'m> {
    pub(super) segment: &'m Segment,
    /// `destination` or `placement`.
    pub(super) what: &'static str,
    /// Its name.
    pub(super) name: &'m Spanned<String>,
    pub(super) channel: Channel,
    pub(super) purpose: PurposeId,
    pub(super) span: Span,
}

/// Every detour, for purposes that rest on consent or for the others.
pub(super) fn detours(model: &Model, on_consent: bool) -> impl Iterator<Item = Detour<'_>> {
    let delivered = model.audiences().flat_map(move |(_, segment)| {
        segment.destinations.iter().map(move |to| {
            let destination = &model.destinations[to.value];
            (segment, "destination", &destination.name, destination.channel, to.span)
        })
    });
    let shown = model.placements.values().flat_map(move |placement| {
        placement
            .shows
            .iter()
            .map(|show| (&model.segments[show.to.value], "placement", &placement.name, placement.channel, show.to.span))
    });
    delivered.chain(shown).filter_map(move |(segment, what, name, channel, span)| {
        let channel = channel?.value;
        let astray =
            |purpose: &&Spanned<PurposeId>| model.channel(purpose.value).is_none_or(|own| own.value != channel);
        let purpose = segment.purposes.iter().find(astray)?.value;
        let consented = rests_on(model, purpose, Basis::Consent);
        (consented == on_consent).then_some(Detour { segment, what, name, channel, purpose, span })
    })
}
