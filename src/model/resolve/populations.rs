//! What segments must not do with samples and ranks, once every condition is known.

use std::collections::BTreeSet;

use crate::source::Span;

use super::names::unfit;
use super::*;

impl Resolver<'_> {
    /// A sample of the same name as the control group is drawn from the same buckets, so that one decides the other.
    pub(super) fn samples_beside_holdouts(&mut self) {
        let mut findings = Vec::new();
        for segment in self.model.segments.values() {
            let Some(holdout) = &segment.holdout else { continue };
            let Some(place) = sample_named(&self.model, segment, &holdout.value.name) else { continue };
            let name = &holdout.value.name;
            let message = format!("the sample and the holdout of this segment are both named `{name}`");
            let finding = unfit(message, place, "draws from the buckets that the holdout draws from")
                .and(holdout.span, "the same name here")
                .because("whoever is held out would be decided by who is sampled: the control group is no fair part of the segment")
                .help("give one of them another name")
                .about(segment.name.value.clone());
            findings.push(finding);
        }
        self.findings.append(&mut findings);
    }

    /// Where somebody stands depends on whom a segment's own guard lets pass: in another segment it would be another place.
    pub(super) fn references_to_ranks(&mut self) {
        let mut findings = Vec::new();
        for segment in self.model.segments.values() {
            let mut asked = Asked::default();
            walk::segment(segment, &mut asked);
            for (id, span) in asked.every_reference {
                let other = &self.model.segments[id];
                let mut ranks = Asked::default();
                walk::segment(other, &mut ranks);
                let Some(rank) = ranks.ranks.first() else { continue };
                let name = &other.name.value;
                let finding = Diagnostic::error(codes::RANK, format!("`{name}` ranks people, and cannot be referred to"))
                    .at(span, "refers to a rank")
                    .and(*rank, "ranks those whom its own guard lets pass")
                    .because("among the people of another segment somebody stands elsewhere, so the same words would select others")
                    .help("`define` the measure, and rank by it here anew")
                    .about(segment.name.value.clone());
                findings.push(finding);
            }
        }
        self.findings.append(&mut findings);
    }
}

/// Where a segment ranks people, if it does.
pub(super) fn first_rank(segment: &Segment) -> Option<Span> {
    let mut asked = Asked::default();
    walk::segment(segment, &mut asked);
    asked.ranks.first().copied()
}

/// A sample of a name that a segment asks, by itself or through the segments of the same subject that it refers to; where that stands
/// in the segment itself.
fn sample_named(model: &Model, segment: &Segment, name: &str) -> Option<Span> {
    let mut seen = BTreeSet::new();
    let mut left: Vec<(&Segment, Option<Span>)> = vec![(segment, None)];
    while let Some((at, entry)) = left.pop() {
        let mut asked = Asked::default();
        walk::segment(at, &mut asked);
        if let Some((_, span)) = asked.samples.iter().find(|(known, _)| known == name) {
            return Some(entry.unwrap_or(*span));
        }
        let fresh = asked.references.into_iter().filter(|(id, _)| seen.insert(*id)).collect::<Vec<_>>();
        left.extend(fresh.into_iter().map(|(id, span)| (&model.segments[id], Some(entry.unwrap_or(span)))));
    }
    None
}

/// The samples and ranks that a segment asks, the segments that it refers to, and those of its own subject.
#[derive(Default)]
struct Asked {
    samples: Vec<(String, Span)>,
    ranks: Vec<Span>,
    every_reference: Vec<(SegmentId, Span)>,
    references: Vec<(SegmentId, Span)>,
}

impl walk::Visitor for Asked {
    fn cond(&mut self, cond: &Cond) {
        if let CondKind::Sample(sample) = &cond.kind {
            self.samples.push((sample.name.clone(), cond.span));
        }
        if let CondKind::InSegment { segment, via } = &cond.kind {
            self.every_reference.push((segment.value, cond.span));
            if via.is_empty() {
                self.references.push((segment.value, cond.span));
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if matches!(expr.kind, ExprKind::Standing(_)) {
            self.ranks.push(expr.span);
        }
    }
}
