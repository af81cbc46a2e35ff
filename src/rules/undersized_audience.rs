//! IDN-04: the minimum is a guard of what is emitted; what is reported here is only that a smaller one was raised, and by whom.
//!
//! A number that is written and does not hold is told; one that nobody wrote is not, however large: `segma explain` derives it.

use super::{Context, Rule};
use crate::diagnostic::text::people;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Demand, Segment, SegmentId};
use crate::privacy::policy::{applying, own_minimum};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("IDN-04"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let holds = cx.facts.segment(id).minimum;
        let Some(written) = segment.minimum.filter(|written| written.value < holds) else { continue };
        let message = format!("a minimum of {} holds, more than the {} written", people(holds), written.value);
        let finding = Diagnostic::note(RULE.code, message)
            .at(written.span, "raised")
            .because("the largest minimum of segment, policies, destinations and references counts")
            .help("write the one that holds, or none")
            .about(&segment.name.value);
        findings.push(match decisive(cx, id, segment, holds) {
            Some(from) => finding.and(from.span, format!("by {}", from.words)),
            None => finding,
        });
    }
}

/// What sets the minimum that holds.
struct Decisive {
    words: String,
    span: Span,
}

/// The first of policies, destinations and references that asks for what holds.
fn decisive(cx: &Context<'_>, id: SegmentId, segment: &Segment, holds: u64) -> Option<Decisive> {
    let model = cx.model;
    let demands = applying(model, segment).flat_map(|(_, policy)| policy.demands.iter().map(move |it| (policy, it)));
    let policies = demands.filter(|(_, demand)| demand.value == Demand::Minimum(holds)).map(|(policy, demand)| {
        let of = policy.pack.map_or(String::new(), |pack| format!(" of pack `{pack}`"));
        Decisive { words: format!("policy `{}`{of}", policy.name.value), span: demand.span }
    });
    let destinations = segment.destinations.iter().filter_map(|to| {
        let to = &model.destinations[to.value];
        let minimum = to.minimum.filter(|minimum| minimum.value == holds)?;
        Some(Decisive { words: format!("destination `{}`", to.name.value), span: minimum.span })
    });
    let references = cx.facts.segment(id).references.iter().filter(|it| own_minimum(model, it.segment) == holds);
    let references = references.map(|it| {
        let words = format!("segment `{}`, to which it refers", model.segments[it.segment].name.value);
        Decisive { words, span: it.span }
    });
    policies.chain(destinations).chain(references).next()
}
