//! Which policies apply to a segment, and the minimum that holds for it.

use crate::model::{Applies, Demand, Model, Policy, PolicyId, Residence, Segment, SegmentId, TableKind};

/// Every policy that applies to a segment, in order of declaration.
pub fn applying<'m>(model: &'m Model, segment: &'m Segment) -> impl Iterator<Item = (PolicyId, &'m Policy)> {
    model.policies.iter().filter(move |(_, policy)| applies(model, policy, segment))
}

/// Whether a policy applies: any of its `applies to` fits, and not every purpose of the segment is excepted.
pub fn applies(model: &Model, policy: &Policy, segment: &Segment) -> bool {
    let excepted = |purpose| policy.except_purposes.iter().any(|broad| model.is_within(purpose, broad.value));
    let all_excepted = !segment.purposes.is_empty() && segment.purposes.iter().all(|purpose| excepted(purpose.value));
    !all_excepted && policy.applies.iter().any(|to| fits(model, &to.value, segment))
}

fn fits(model: &Model, to: &Applies, segment: &Segment) -> bool {
    let mut destinations = segment.destinations.iter().map(|d| &model.destinations[d.value]);
    match to {
        Applies::Any => true,
        Applies::Channel(channel) => {
            destinations.any(|d| d.channel.is_some_and(|c| c.value == *channel))
                || segment.purposes.iter().any(|p| model.channel(p.value).is_some_and(|c| c.value == *channel))
        }
        Applies::Purpose(broad) => segment.purposes.iter().any(|purpose| model.is_within(purpose.value, *broad)),
        Applies::Destination(id) => segment.destinations.iter().any(|d| d.value == *id),
        Applies::Jurisdiction(id) => match residence(model, segment) {
            Some(Residence::Always(always)) => always == *id,
            Some(Residence::Field(_)) | None => true,
        },
        Applies::OutsideParty => destinations.any(|d| d.outside_party.is_some()),
    }
}

/// How the residence of a segment's people is known.
pub fn residence(model: &Model, segment: &Segment) -> Option<Residence> {
    match &model.tables[segment.entity?].kind {
        TableKind::Entity(facts) => facts.residence.map(|residence| residence.value),
        TableKind::Source { .. }
        | TableKind::Rows { .. }
        | TableKind::Lookup { .. }
        | TableKind::List { .. }
        | TableKind::Score(_)
        | TableKind::Visits(_)
        | TableKind::Error => None,
    }
}

/// What a segment asks for by itself: the largest of its own minimum, its policies' and its destinations'. References are not
/// counted; see [`super::SegmentFacts::minimum`].
pub fn own_minimum(model: &Model, id: SegmentId) -> u64 {
    let segment = &model.segments[id];
    let written = segment.minimum.map(|minimum| minimum.value);
    let demanded =
        applying(model, segment).flat_map(|(_, policy)| &policy.demands).filter_map(|demand| minimum(&demand.value));
    let destinations = segment.destinations.iter().filter_map(|d| model.destinations[d.value].minimum).map(|m| m.value);
    written.into_iter().chain(demanded).chain(destinations).max().unwrap_or(0)
}

fn minimum(demand: &Demand) -> Option<u64> {
    if let Demand::Minimum(people) = demand { Some(*people) } else { None }
}
