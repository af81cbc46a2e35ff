//! IDN-04: the minimum is a guard of what is emitted; what is reported here is only that a larger one holds than the project wrote.
//!
//! Told once for a segment: where it writes a smaller one than holds, and where a pack decides, whose number nobody of the project wrote, so
//! that an audience which stays empty is no riddle. A policy of the project's own speaks for itself.

use super::{Context, Rule};
use crate::diagnostic::text::people;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Demand, Model, Role, Segment, SegmentId};
use crate::privacy::policy::{applying, own_minimum};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("IDN-04"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let holds = cx.facts.segment(id).minimum;
        let from = decisive(cx, id, segment, holds);
        match segment.minimum {
            Some(written) if written.value < holds => {
                let message = format!("a minimum of {} holds, more than the {} written", people(holds), written.value);
                findings.push(raised(segment, message, (written.span, "raised"), from));
            }
            None if segment.role == Role::Audience && from.as_ref().is_some_and(|from| from.of_pack) => {
                let message = format!("a minimum of {} holds, and the project writes none as large", people(holds));
                findings.push(raised(segment, message, (segment.name.span, "fewer, and nobody leaves"), from));
            }
            Some(_) | None => {}
        }
    }
}

fn raised(segment: &Segment, message: String, (at, label): (Span, &str), from: Option<Decisive>) -> Diagnostic {
    let finding = Diagnostic::note(RULE.code, message)
        .at(at, label)
        .because("the largest minimum of segment, policies, destinations and references counts")
        .help("write the one that holds, so that whoever reads the segment knows it, or none")
        .about(&segment.name.value);
    match from {
        Some(from) => finding.and(from.span, format!("by {}", from.words)),
        None => finding,
    }
}

/// What sets the minimum that holds.
struct Decisive {
    words: String,
    span: Span,
    of_pack: bool,
}

/// The first of policies (the project's own before those of packs), destinations and references that asks for what holds.
fn decisive(cx: &Context<'_>, id: SegmentId, segment: &Segment, holds: u64) -> Option<Decisive> {
    let model = cx.model;
    if segment.minimum.is_some_and(|written| written.value >= holds) || holds == 0 {
        return None;
    }
    let of_policies = of_policies(model, segment, holds);
    let (own, packs): (Vec<_>, Vec<_>) = of_policies.into_iter().partition(|it| !it.of_pack);
    let destinations = segment.destinations.iter().filter_map(|to| {
        let to = &model.destinations[to.value];
        let minimum = to.minimum.filter(|minimum| minimum.value == holds)?;
        Some(Decisive { words: format!("destination `{}`", to.name.value), span: minimum.span, of_pack: false })
    });
    let references = cx.facts.segment(id).references.iter().filter(|it| own_minimum(model, it.segment) == holds);
    let references = references.map(|it| {
        let words = format!("segment `{}`, to which it refers", model.segments[it.segment].name.value);
        Decisive { words, span: it.span, of_pack: false }
    });
    own.into_iter().chain(destinations).chain(packs).chain(references).next()
}

fn of_policies(model: &Model, segment: &Segment, holds: u64) -> Vec<Decisive> {
    let demands = applying(model, segment).flat_map(|(_, policy)| policy.demands.iter().map(move |it| (policy, it)));
    let decide = demands.filter(|(_, demand)| demand.value == Demand::Minimum(holds));
    let told = decide.map(|(policy, demand)| {
        let of = policy.pack.map_or(String::new(), |pack| format!(" of pack `{pack}`"));
        Decisive {
            words: format!("policy `{}`{of}", policy.name.value),
            span: demand.span,
            of_pack: policy.pack.is_some(),
        }
    });
    told.collect()
}
