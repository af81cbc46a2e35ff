//! In which order segments are settled: each after those that it refers to, and which of them refer to each other in a circle.
//!
//! Nothing here recurses: a chain or a circle of thousands of references is walked like a short one.

use std::collections::BTreeMap;

use crate::model::walk::{self, Visitor};
use crate::model::{Cond, CondKind, Model, Segment, SegmentId};

/// The order, and the circles.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// Every segment, those that it refers to before it as far as there is no circle.
    pub(super) segments: Vec<SegmentId>,
    /// The circles, each with the segment that closes it: from itself to itself.
    pub(super) circles: BTreeMap<SegmentId, Vec<SegmentId>>,
}

/// Which segments a segment refers to, in the order of the text.
fn referred(segment: &Segment) -> Vec<SegmentId> {
    struct Referred(Vec<SegmentId>);
    impl Visitor for Referred {
        fn cond(&mut self, cond: &Cond) {
            if let CondKind::InSegment { segment, .. } = &cond.kind {
                self.0.push(segment.value);
            }
        }
    }
    let mut found = Referred(Vec::new());
    walk::segment(segment, &mut found);
    found.0
}

/// Orders the segments of a model.
pub(super) fn order(model: &Model) -> Order {
    let needs: BTreeMap<SegmentId, Vec<SegmentId>> =
        model.segments.iter().map(|(id, segment)| (id, referred(segment))).collect();
    let mut walk = Walk { needs: &needs, seen: BTreeMap::new(), path: Vec::new(), out: Order::default() };
    model.segments.ids().for_each(|id| walk.from(id));
    walk.out
}

/// How far a segment has been looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// On the path that is being walked.
    Open,
    /// Done with.
    Done,
}

struct Walk<'n> {
    needs: &'n BTreeMap<SegmentId, Vec<SegmentId>>,
    seen: BTreeMap<SegmentId, Seen>,
    /// Segments that are open, and which of their references comes next.
    path: Vec<(SegmentId, usize)>,
    out: Order,
}

impl Walk<'_> {
    fn from(&mut self, id: SegmentId) {
        self.visit(id);
        while let Some((open, next)) = self.path.last_mut() {
            let open = *open;
            let need = self.needs.get(&open).and_then(|needs| needs.get(*next)).copied();
            *next += 1;
            match need {
                Some(need) => self.visit(need),
                None => {
                    self.path.pop();
                    self.seen.insert(open, Seen::Done);
                    self.out.segments.push(open);
                }
            }
        }
    }

    fn visit(&mut self, id: SegmentId) {
        match self.seen.get(&id) {
            None => {
                self.seen.insert(id, Seen::Open);
                self.path.push((id, 0));
            }
            Some(Seen::Done) => {}
            Some(Seen::Open) => {
                let round = self.path.iter().map(|(open, _)| *open).skip_while(|open| *open != id);
                let circle = round.chain([id]).collect();
                self.out.circles.entry(id).or_insert(circle);
            }
        }
    }
}
