//! CHN-02: where silence counts as a yes, people are handed to an outside party and cannot opt out of that.

use super::tools::{denials_reach, is_blank, listed};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Destination, Jurisdiction, JurisdictionId, Model, Residence, Segment};
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
}

/// A service provider under no contract is an outside party.
fn unbound(to: &Destination) -> Option<Diagnostic> {
    let contract = to.service_provider.as_ref().filter(|contract| is_blank(&contract.value))?;
    let name = &to.name.value;
    let finding = Diagnostic::error(RULE.code, format!("destination `{name}` is a service provider under no contract"))
        .at(contract.span, "a blank contract")
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
        .because("where nobody is asked first, saying no afterwards is all that people have")
        .help("add `sale opt out from ledger …`; a `service provider under contract \"…\"` is no outside party")
        .about(&name.value);
    sold.iter().flat_map(|segment| &segment.destinations).fold(finding, |finding, to| {
        let destination = &model.destinations[to.value];
        if destination.outside_party.is_some() { finding.and(to.span, "handed over here") } else { finding }
    })
}
