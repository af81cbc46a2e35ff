//! COM-10: what no audience may combine arrives at one destination in several.
//!
//! A policy forbids categories to be combined; each audience keeps to it, and the destination, which knows the same person by the same
//! address in each of its lists, has all of them. Where one audience combines them by itself, that has been told already.

use std::collections::BTreeSet;

use super::portfolio::together;
use super::tools::listed;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::{Demand, DestinationId, Policy, SegmentId};
use crate::privacy::Read;
use crate::privacy::policy::applies;
use crate::privacy::taxonomy::is_under;

pub(super) static RULE: Rule = Rule { code: Code("COM-10"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for ((to, _), segments) in together(cx.model) {
        for policy in cx.model.policies.values() {
            let bound: Vec<SegmentId> =
                segments.iter().copied().filter(|id| applies(cx.model, policy, &cx.model.segments[*id])).collect();
            for demand in &policy.demands {
                if let Demand::ForbidCombining(categories) = &demand.value {
                    findings.extend(recombined(cx, to, policy, &bound, categories));
                }
            }
        }
    }
}

fn recombined(
    cx: &Context<'_>,
    to: DestinationId,
    policy: &Policy,
    segments: &[SegmentId],
    categories: &[String],
) -> Option<Diagnostic> {
    let carrying = |category: &String| -> Vec<(SegmentId, &Read)> {
        segments.iter().filter_map(|id| Some((*id, revealing(cx, *id, category)?))).collect()
    };
    let carriers: Vec<Vec<(SegmentId, &Read)>> = categories.iter().map(carrying).collect();
    let alone = |id: &SegmentId| carriers.iter().all(|of| of.iter().any(|(carrier, _)| carrier == id));
    if carriers.iter().any(Vec::is_empty) || segments.iter().any(alone) {
        return None;
    }
    let firsts: Vec<(SegmentId, &Read)> = carriers.iter().filter_map(|of| of.first().copied()).collect();
    let (last, read) = *firsts.iter().max_by_key(|(id, _)| cx.model.segments[*id].name.span)?;
    let name = &cx.model.destinations[to].name;
    let names = listed(categories.iter().map(String::as_str));
    let message = format!("`{}` gets {names} of the same people in separate audiences", name.value);
    let level = policy.level.min(Severity::Warning);
    let segment = &cx.model.segments[last].name.value;
    let mut finding =
        Diagnostic::new(RULE.code, level, message).at(read.entry, "completes the combination there").about(segment);
    let mut seen = BTreeSet::from([last]);
    for (id, read) in firsts.iter().filter(|(id, _)| seen.insert(*id)) {
        finding = finding.and(read.entry, format!("`{}` brings this", cx.model.segments[*id].name.value));
    }
    finding.policy = Some(policy.name.value.clone());
    finding = finding
        .and(policy.name.span, format!("policy `{}` forbids it in one audience", policy.name.value))
        .because("the destination knows one person by one address, whichever list they are on")
        .help("send one of them elsewhere, leave one of the categories out, or declare that the destination `isolates lists`");
    Some(finding)
}

/// What a segment asks for or exposes that reveals a category or one under it. What a score was trained on is not handed over by it.
fn revealing<'m>(cx: &Context<'m>, id: SegmentId, category: &str) -> Option<&'m Read> {
    let facts: &'m crate::privacy::Facts = cx.facts;
    let under = |read: &&Read| read.reveals.iter().any(|revealed| is_under(cx.model, &revealed.category, category));
    facts.segment(id).reads.iter().filter(|read| read.through_model().is_none()).find(under)
}
