//! CON-05: a segment whose purpose rests on consent is delivered over a channel that the purpose does not name.

use super::tools::{purpose_name, rests_on};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Channel, Destination, Model, PurposeId, Segment};
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule { code: Code("CON-05"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        findings.extend(detours(cx.model, segment, true).map(|detour| {
            let purpose = purpose_name(cx.model, detour.purpose);
            let (to, by) = (&detour.destination.name.value, detour.channel.word());
            let own = cx.model.channel(detour.purpose);
            let has = own.map_or("no channel".to_owned(), |own| format!("`{}`", own.value.word()));
            let mut finding = Diagnostic::error(
                RULE.code,
                format!("`{to}` reaches people by `{by}`, but consent for `{purpose}` covers {has}"),
            )
            .at(detour.span, format!("delivers by `{by}`"))
            .because(format!("people who said yes to one channel would be reached by `{by}`"))
            .help(format!("choose a purpose whose channel is `{by}`, or a destination that fits `{purpose}`"))
            .about(&segment.name.value);
            if let Some(own) = own {
                finding = finding.and(own.span, "the channel is declared here");
            }
            finding.and(detour.destination.name.span, "the destination is declared here")
        }));
    }
}

/// A destination that a purpose of the segment does not lead to.
pub(super) struct Detour<'m> {
    pub(super) destination: &'m Destination,
    pub(super) channel: Channel,
    pub(super) purpose: PurposeId,
    pub(super) span: Span,
}

/// Every detour of a segment, for purposes that rest on consent or for the others.
pub(super) fn detours<'m>(
    model: &'m Model,
    segment: &'m Segment,
    on_consent: bool,
) -> impl Iterator<Item = Detour<'m>> {
    segment.destinations.iter().filter_map(move |to| detour(model, segment, to, on_consent))
}

fn detour<'m>(
    model: &'m Model,
    segment: &'m Segment,
    to: &Spanned<crate::model::DestinationId>,
    on_consent: bool,
) -> Option<Detour<'m>> {
    let destination = &model.destinations[to.value];
    let channel = destination.channel?.value;
    let astray = |purpose: &&Spanned<PurposeId>| model.channel(purpose.value).is_none_or(|own| own.value != channel);
    let purpose = segment.purposes.iter().find(astray)?.value;
    let consented = rests_on(model, purpose, Basis::Consent);
    (consented == on_consent).then_some(Detour { destination, channel, purpose, span: to.span })
}
