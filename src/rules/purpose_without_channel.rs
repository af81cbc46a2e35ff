//! CHN-06: a segment is delivered over a channel that is no part of its purpose. Under consent it is CON-05.

use super::consent_for_another_channel::detours;
use super::tools::purpose_name;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Model;

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
            .because("promotion finds its way around a no under the name of a service")
            .help(fitting(cx.model, &detour))
            .about(&detour.segment.name.value)
    }));
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
