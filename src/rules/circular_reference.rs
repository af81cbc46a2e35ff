//! COM-06: segments refer to each other in a circle.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::walk::{self, Visitor};
use crate::model::{Cond, CondKind, Model, SegmentId};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("COM-06"), check };

/// How many steps of a circle are shown.
const MOST_SHOWN: usize = 8;

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let cycles = cx.model.segments.ids().filter_map(|id| cx.facts.segment(id).cycle.as_deref()).map(from_first);
    let distinct: std::collections::BTreeSet<Vec<SegmentId>> = cycles.collect();
    findings.extend(distinct.iter().map(|cycle| circle(cx.model, cycle)));
}

/// The cycle without its closing repetition, beginning with the segment that was declared first.
fn from_first(cycle: &[SegmentId]) -> Vec<SegmentId> {
    let mut open: Vec<SegmentId> = cycle.iter().skip(1).copied().collect();
    let first = open.iter().enumerate().min_by_key(|(_, id)| **id).map_or(0, |(i, _)| i);
    open.rotate_left(first);
    open
}

fn circle(model: &Model, cycle: &[SegmentId]) -> Diagnostic {
    let name = |id: &SegmentId| model.segments[*id].name.value.as_str();
    let names: Vec<&str> = cycle.iter().chain(cycle.first()).map(name).collect();
    let round = shortened(&names);
    let steps = cycle.iter().zip(cycle.iter().skip(1).chain(cycle.first()));
    let spans: Vec<(Span, String)> = steps
        .take(MOST_SHOWN)
        .filter_map(|(from, to)| Some((reference(model, *from, *to)?, format!("refers to `{}`", name(to)))))
        .collect();
    let mut finding = Diagnostic::error(RULE.code, format!("segments refer to each other in a circle: {round}"))
        .because("nobody can say who is in an audience that is defined by itself, nor why")
        .help("let one of them read the data itself");
    for (i, (span, text)) in spans.into_iter().enumerate() {
        finding = if i == 0 { finding.at(span, text) } else { finding.and(span, text) };
    }
    match names.first() {
        Some(first) => finding.about(*first),
        None => finding,
    }
}

/// The way round, of which a long one is told by its beginning and its end.
fn shortened(names: &[&str]) -> String {
    let (shown, rest) = names.split_at(names.len().min(MOST_SHOWN - 1));
    let [_, _, .., last] = rest else { return names.join(" → ") };
    format!("{} → … {} more … → {last}", shown.join(" → "), rest.len() - 1)
}

struct Finder {
    to: SegmentId,
    found: Option<Span>,
}

impl Visitor for Finder {
    fn cond(&mut self, cond: &Cond) {
        if let CondKind::InSegment { segment, .. } = &cond.kind
            && segment.value == self.to
        {
            self.found.get_or_insert(segment.span);
        }
    }
}

fn reference(model: &Model, from: SegmentId, to: SegmentId) -> Option<Span> {
    let mut finder = Finder { to, found: None };
    walk::segment(&model.segments[from], &mut finder);
    finder.found
}
