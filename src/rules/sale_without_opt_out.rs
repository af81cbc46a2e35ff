//! CHN-02: where silence counts as a yes, or nobody is asked at all, people are handed to an outside party and cannot opt out of that.

use super::purpose_without_channel::unasked;
use super::tools::{denials_reach, listed, names_nothing, purpose_name};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Channel, Destination, Jurisdiction, JurisdictionId, Model, PurposeId, Residence, Segment};
use crate::privacy::policy::residence;

pub(super) static RULE: Rule = Rule { code: Code("CHN-02"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    findings.extend(cx.model.destinations.values().filter_map(unbound));
    for (id, jurisdiction) in cx.model.jurisdictions.iter().filter(|(_, j)| j.absent_means_yes) {
        let sold: Vec<&Segment> = cx
            .model
            .audiences()
            .map(|(_, s)| s)
            .filter(|segment| is_sold(cx.model, segment, id, jurisdiction))
            .collect();
        if !sold.is_empty() {
            findings.push(finding(cx.model, jurisdiction, &sold));
        }
    }
    findings.extend(cx.model.purposes.ids().filter_map(|id| never_asked(cx.model, id)));
}

/// A contract or a legal duty hears no opt-out, so what goes to an outside party on either is no advertising, or is refused. Advertising by
/// its channel is CHN-06.
fn never_asked(model: &Model, purpose: PurposeId) -> Option<Diagnostic> {
    let (basis, users) = unasked(model, purpose)?;
    let advertises = model.channel(purpose).is_some_and(|channel| channel.value == Channel::Ads);
    if advertises || model.advertises_nothing(purpose).is_some() {
        return None;
    }
    let told = |segment: &Segment| {
        model.jurisdictions.iter().any(|(id, it)| it.absent_means_yes && is_sold(model, segment, id, it))
    };
    let outside =
        |segment: &&Segment| segment.destinations.iter().any(|to| model.destinations[to.value].outside_party.is_some());
    let handed: Vec<&Segment> = users.into_iter().filter(outside).filter(|segment| !told(segment)).collect();
    let name = purpose_name(model, purpose);
    let names = listed(handed.iter().map(|segment| segment.name.value.as_str()).take(3));
    if handed.is_empty() {
        return None;
    }
    let message = format!(
        "`{name}` rests on {}, which hears no opt-out, and hands people to an outside party",
        basis.value.words()
    );
    let finding = Diagnostic::error(RULE.code, message)
        .at(model.purposes[purpose].name.span, format!("used by {names}"))
        .and(basis.span, "the basis")
        .because("people would be handed on without being asked, and could not say no afterwards either")
        .help("let it rest on consent; or say why it is no advertising: `advertises nothing because \"the carrier brings the parcel\"`; a `service provider under contract \"…\"` is no outside party")
        .about(name);
    Some(over(model, finding, &handed))
}

/// Shows where people are handed over.
fn over(model: &Model, finding: Diagnostic, segments: &[&Segment]) -> Diagnostic {
    segments.iter().flat_map(|segment| &segment.destinations).fold(finding, |finding, to| {
        let destination = &model.destinations[to.value];
        if destination.outside_party.is_some() { finding.and(to.span, "handed over here") } else { finding }
    })
}

/// A service provider under no contract is an outside party.
fn unbound(to: &Destination) -> Option<Diagnostic> {
    let contract = to.service_provider.as_ref().filter(|contract| names_nothing(&contract.value))?;
    let name = &to.name.value;
    let finding = Diagnostic::error(RULE.code, format!("destination `{name}` is a service provider under no contract"))
        .at(contract.span, "names none")
        .because("whom no contract binds may use what it gets for itself, past everybody's opt-out of sale")
        .help("name the contract, or write `outside party`")
        .about(name);
    Some(finding)
}

fn is_sold(model: &Model, segment: &Segment, id: JurisdictionId, jurisdiction: &Jurisdiction) -> bool {
    let outside = segment.destinations.iter().any(|to| model.destinations[to.value].outside_party.is_some());
    let may_live_there = match residence(model, segment) {
        Some(Residence::Always(always)) => always == id,
        Some(Residence::Field(_)) | None => true,
    };
    let heard = jurisdiction.sale_opt_out.is_some_and(|ledger| {
        segment.entity.is_some_and(|entity| denials_reach(model, &model.ledgers[ledger.value], entity))
    });
    outside && may_live_there && !heard
}

fn finding(model: &Model, jurisdiction: &Jurisdiction, sold: &[&Segment]) -> Diagnostic {
    let name = &jurisdiction.name;
    let names = listed(sold.iter().map(|segment| segment.name.value.as_str()).take(3));
    let message = match jurisdiction.sale_opt_out {
        None => format!("jurisdiction `{}` takes silence for a yes and names no opt-out of sale", name.value),
        Some(ledger) => {
            let ledger = &model.ledgers[ledger.value].name.value;
            format!("the opt-outs of `{}` stand in `{ledger}`, which does not speak of these people", name.value)
        }
    };
    let finding = Diagnostic::error(RULE.code, message)
        .at(name.span, format!("{names} may hand people from here to an outside party"))
        .because("people who were never asked would be handed to an outside party, with no way to say no to it")
        .help("add `sale opt out from ledger …`; a `service provider under contract \"…\"` is no outside party")
        .about(&name.value);
    over(model, finding, sold)
}
