//! CHN-06: a segment is delivered over a channel that is no part of its purpose. Under consent it is CON-05.
//!
//! Advertising on other sites is part of no contract and no duty, whatever the purpose says of its channel.

use super::consent_for_another_channel::detours;
use super::switched_basis::is_switched;
use super::tools::{entity_of, listed, purpose_name};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Channel, ConsentClause, Model, PurposeId, Segment, SubjectKind};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("CHN-06"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    findings.extend(detours(cx.model, false).map(|detour| {
        let purpose = purpose_name(cx.model, detour.purpose);
        let by = detour.channel.word();
        let message = match cx.model.channel(detour.purpose) {
            None => format!("purpose `{purpose}` names no channel, so it delivers nowhere"),
            Some(own) => format!("purpose `{purpose}` delivers by `{}`, not by `{by}`", own.value.word()),
        };
        Diagnostic::error(RULE.code, message)
            .at(detour.span, format!("delivers by `{by}`"))
            .and(cx.model.purposes[detour.purpose].name.span, "the purpose is declared here")
            .because("people who said no to advertising would get it under the name of a service")
            .help(fitting(cx.model, &detour))
            .about(&detour.segment.name.value)
    }));
    findings.extend(cx.model.purposes.ids().filter_map(|id| advertising(cx.model, id)));
}

/// A purpose on a contract or a legal duty whose channel is advertising.
fn advertising(model: &Model, purpose: PurposeId) -> Option<Diagnostic> {
    let channel = model.channel(purpose).filter(|channel| channel.value == Channel::Ads)?;
    let (basis, users) = unasked(model, purpose)?;
    let name = purpose_name(model, purpose);
    let used = listed(users.iter().map(|segment| segment.name.value.as_str()).take(3));
    let message = format!("`{name}` reaches people by `ads`, and rests on {}", basis.value.words());
    let finding = Diagnostic::error(RULE.code, message)
        .at(model.purposes[purpose].name.span, format!("used by {used}"))
        .and(channel.span, "the channel")
        .and(basis.span, "the basis")
        .because("people would be advertised to, children too, on leave that nobody gave and nobody can take back")
        .help("let it rest on consent; no contract and no law asks for advertising")
        .about(name);
    let people =
        |segment: &&Segment| entity_of(model, segment).is_some_and(|it| it.subject_kind == SubjectKind::Person);
    Some(if users.iter().any(people) { finding.also(Code("MIN-01")) } else { finding })
}

/// A basis that asks nobody, and the segments of people that have no other.
pub(super) fn unasked(model: &Model, purpose: PurposeId) -> Option<(Spanned<Basis>, Vec<&Segment>)> {
    let asks = |id: PurposeId| model.basis(id).is_none_or(|basis| basis.value.leaves_a_choice());
    let basis = model.basis(purpose).filter(|_| !asks(purpose) && !is_switched(model, purpose))?;
    let people =
        |segment: &Segment| entity_of(model, segment).is_some_and(|it| it.subject_kind != SubjectKind::Account);
    let waits = |segment: &Segment| match segment.consent.as_ref().map(|clause| &clause.value) {
        Some(ConsentClause::Required(asked)) => !asked.is_empty(),
        Some(ConsentClause::NotNeeded { .. }) | None => false,
    };
    let users = model.audiences().map(|(_, segment)| segment).filter(|segment| {
        let own = segment.purposes.iter().any(|used| used.value == purpose);
        own && people(segment) && !waits(segment) && !segment.purposes.iter().any(|used| asks(used.value))
    });
    let users: Vec<&Segment> = users.collect();
    (!users.is_empty()).then_some((basis, users))
}

fn fitting(model: &Model, detour: &super::consent_for_another_channel::Detour<'_>) -> String {
    let by = detour.channel.word();
    let fits = |id: &crate::model::PurposeId| {
        model.is_within(*id, detour.purpose) && model.channel(*id).is_some_and(|own| own.value == detour.channel)
    };
    match model.purposes.ids().find(fits) {
        Some(id) => format!("`{}` names the channel `{by}`", purpose_name(model, id)),
        None => format!("declare a purpose under `{}` with `channel {by}`", purpose_name(model, detour.purpose)),
    }
}
