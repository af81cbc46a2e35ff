//! What several audiences at one destination say together: the common ground of COM-02, COM-10 and IDN-07.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ConsentClause, DestinationId, Model, PurposeId, Segment, SegmentId, TableId};
use crate::privacy::parts::{self, Part};

/// Of two audiences of one destination, the one that is the other without some people.
pub(super) struct Without {
    /// Where both go.
    pub(super) to: DestinationId,
    /// The smaller one.
    pub(super) smaller: SegmentId,
    /// The larger one.
    pub(super) larger: SegmentId,
    /// The parts by which it leaves people out.
    pub(super) more: Vec<Part>,
}

/// The audiences of each destination whose lists can be held against each other there, by what their members are.
pub(super) fn together(model: &Model) -> BTreeMap<(DestinationId, TableId), Vec<SegmentId>> {
    let mut together: BTreeMap<(DestinationId, TableId), Vec<SegmentId>> = BTreeMap::new();
    for (id, segment) in model.audiences() {
        let Some(entity) = segment.entity else { continue };
        let open = segment.destinations.iter().filter(|to| model.destinations[to.value].isolates.is_none());
        open.for_each(|to| together.entry((to.value, entity)).or_default().push(id));
    }
    together
}

/// Every audience that is another one of the same destination, for the same purposes and on the same leave, without some people: so
/// that these are known there by subtraction. Each is told once, beside the nearest larger one. Whether a part leaves people out is asked
/// with the parts of the larger one.
pub(super) fn withouts(model: &Model, leaves_out: impl Fn(SegmentId, &Part, &[Part]) -> bool) -> Vec<Without> {
    let opened: BTreeMap<SegmentId, Vec<Part>> =
        model.audiences().filter_map(|(id, segment)| Some((id, parts::of(model, segment)?))).collect();
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for ((to, _), segments) in together(model) {
        for smaller in &segments {
            let Some(own) = opened.get(smaller) else { continue };
            let others =
                segments.iter().filter(|larger| *larger != smaller && on_same_leave(model, *smaller, **larger));
            let nested = others.filter_map(|larger| {
                let broad = opened.get(larger)?;
                let more = parts::beyond(own, broad)?;
                more.iter().all(|part| leaves_out(*smaller, part, broad)).then_some((*larger, more))
            });
            let Some((larger, more)) = nested.min_by_key(|(_, more)| more.len()) else { continue };
            if told.insert(*smaller) {
                found.push(Without { to, smaller: *smaller, larger, more: more.into_iter().cloned().collect() });
            }
        }
    }
    found
}

fn on_same_leave(model: &Model, a: SegmentId, b: SegmentId) -> bool {
    let of = |id: SegmentId| leave(&model.segments[id]);
    of(a) == of(b)
}

/// What somebody must have said yes to: whoever passes for one segment passes for another one of the same leave.
pub(super) fn leave(segment: &Segment) -> (BTreeSet<PurposeId>, BTreeSet<PurposeId>) {
    let asked = match segment.consent.as_ref().map(|consent| &consent.value) {
        Some(ConsentClause::Required(purposes)) => purposes.iter().map(|purpose| purpose.value).collect(),
        Some(ConsentClause::NotNeeded { .. }) | None => BTreeSet::new(),
    };
    (segment.purposes.iter().map(|purpose| purpose.value).collect(), asked)
}
