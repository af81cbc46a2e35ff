//! CON-05: a segment whose purpose rests on consent is delivered over a channel that the purpose does not name.

use super::tools::{purpose_name, rests_on};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Channel, Model, PurposeId, Segment};
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
