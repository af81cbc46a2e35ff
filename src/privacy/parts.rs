//! What somebody must be, part by part, to be in a segment: its condition as the conjunction that it is.
//!
//! `and`, definitions, `except` and plain references to other segments are opened; everything else is a part. Two parts are the same if they
//! say the same in English. With it two segments can be held against each other by their text alone: one that asks for all that
//! another one asks for, and for more, selects some of its people.

use std::collections::BTreeSet;

use crate::model::{CompareOp, Cond, CondKind, Model, Segment, SegmentId, describe};
use crate::source::Span;

use super::Read;

/// How many references in a row are opened.
const MOST_STEPS: usize = 40;

/// One part of what a segment asks for.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it says.
    pub said: String,
    /// Whether it leaves people out rather than chooses them.
    pub leaves_out: bool,
    /// Where it enters the segment itself.
    pub entry: Span,
    /// Where it stands, in whatever declaration.
    pub span: Span,
}

impl Part {
    /// Whether something is read by this part.
    pub fn reads(&self, read: &Read) -> bool {
        let inside = || self.span.holds(read.span) || read.via.iter().any(|step| self.span.holds(step.span));
        self.entry.holds(read.entry) && inside()
    }
}

/// The parts of a segment; `None` where something in it could not be read, or goes round in a circle.
pub fn of(model: &Model, segment: &Segment) -> Option<Vec<Part>> {
    let mut opened = Opened { model, parts: Vec::new(), path: Vec::new(), torn: segment.condition.is_none() };
    opened.segment(segment, None);
    (!opened.torn).then_some(opened.parts)
}

/// The parts that `smaller` has beyond all those of `larger`; `None` where it lacks one of them, or has none more.
pub fn beyond<'p>(smaller: &'p [Part], larger: &[Part]) -> Option<Vec<&'p Part>> {
    let known: BTreeSet<&str> = larger.iter().map(|part| part.said.as_str()).collect();
    let has: BTreeSet<&str> = smaller.iter().map(|part| part.said.as_str()).collect();
    let more: Vec<&Part> = smaller.iter().filter(|part| !known.contains(part.said.as_str())).collect();
    (known.is_subset(&has) && !more.is_empty()).then_some(more)
}

struct Opened<'m> {
    model: &'m Model,
    parts: Vec<Part>,
    path: Vec<SegmentId>,
    torn: bool,
}

impl Opened<'_> {
    fn segment(&mut self, segment: &Segment, entry: Option<Span>) {
        segment.condition.iter().for_each(|cond| self.add(cond, false, entry));
        segment.except.iter().for_each(|cond| self.add(cond, true, entry));
    }

    fn add(&mut self, cond: &Cond, negated: bool, entry: Option<Span>) {
        let through = Some(entry.unwrap_or(cond.span));
        match (&cond.kind, negated) {
            (CondKind::Everyone, false) => {}
            (CondKind::And(parts), false) | (CondKind::Or(parts), true) => {
                parts.iter().for_each(|part| self.add(part, negated, entry));
            }
            (CondKind::Not(inner), _) => self.add(inner, !negated, entry),
            (CondKind::Defined { body, .. }, _) => self.add(body, negated, through),
            (CondKind::InSegment { segment, via }, false) if via.is_empty() => self.refer(segment.value, through),
            (CondKind::Error, _) => self.torn = true,
            _ => self.parts.push(Part {
                said: format!("{}{}", if negated { "not: " } else { "" }, describe::condition(self.model, cond)),
                leaves_out: negated != leaves_out(cond),
                entry: entry.unwrap_or(cond.span),
                span: cond.span,
            }),
        }
    }

    fn refer(&mut self, id: SegmentId, entry: Option<Span>) {
        if self.path.contains(&id) || self.path.len() > MOST_STEPS {
            self.torn = true;
            return;
        }
        self.path.push(id);
        let model = self.model;
        self.segment(&model.segments[id], entry);
        self.path.pop();
    }
}

/// Whether a condition by itself says that something is not so: `no orders`, `at most 2`, `country != "DE"`.
fn leaves_out(cond: &Cond) -> bool {
    match &cond.kind {
        CondKind::Count { op, n, .. } => match op {
            CompareOp::Less | CompareOp::LessOrEqual => true,
            CompareOp::Equal => *n == 0,
            CompareOp::NotEqual | CompareOp::Greater | CompareOp::GreaterOrEqual => false,
        },
        CondKind::Compare { op, .. } => *op == CompareOp::NotEqual,
        CondKind::Everyone
        | CondKind::Sample(_)
        | CondKind::And(_)
        | CondKind::Or(_)
        | CondKind::Not(_)
        | CondKind::OneOf { .. }
        | CondKind::Between { .. }
        | CondKind::Within { .. }
        | CondKind::Around { .. }
        | CondKind::Has { .. }
        | CondKind::Text { .. }
        | CondKind::Truth(_)
        | CondKind::Missing(_)
        | CondKind::AtLeastOf { .. }
        | CondKind::InList { .. }
        | CondKind::InSegment { .. }
        | CondKind::Defined { .. }
        | CondKind::Error => false,
    }
}
