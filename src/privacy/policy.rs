//! Which policies apply to a segment, and the minimum that holds for it.

use crate::model::countries::{is_code, is_part, may_meet};
use crate::model::{
    Applies, Demand, JurisdictionId, Model, Policy, PolicyId, Residence, Segment, SegmentId, TableKind,
};

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
        Applies::Countries(countries) => {
            residence(model, segment).is_none_or(|home| may_be_home(model, home, countries))
        }
        Applies::Region(region) => {
            destinations.any(|d| d.region.as_ref().is_some_and(|own| may_meet(&own.value, region)))
        }
        Applies::Basis(basis) => {
            segment.purposes.iter().any(|purpose| model.basis(purpose.value).is_some_and(|own| own.value == *basis))
        }
        Applies::Campaign(campaign) => model.campaigns(segment).any(|own| own == *campaign),
        Applies::OutsideParty => destinations.any(|d| d.outside_party.is_some()),
        Applies::All(parts) => parts.iter().all(|part| fits(model, part, segment)),
    }
}

/// Whether people may live in one of these countries. Only a residence that is always elsewhere, or whose field is closed, required and
/// holds none of them, rules it out: where it is not known, somebody may. What is no code of ISO 3166 says of no place that it is another.
fn may_be_home(model: &Model, home: Residence, countries: &[String]) -> bool {
    let among = |own: &str| !is_code(own) || countries.iter().any(|country| same_place(own, country));
    match home {
        Residence::Always(id) => jurisdiction_among(model, id, among),
        Residence::Field(field) => {
            let field = &model.fields[field];
            match &field.one_of {
                Some(values) if !field.optional => values.iter().any(|value| among(&value.value)),
                Some(_) | None => true,
            }
        }
    }
}

fn jurisdiction_among(model: &Model, id: JurisdictionId, among: impl Fn(&str) -> bool) -> bool {
    model.jurisdictions[id].countries.iter().any(|country| among(&country.value))
}

/// Whether two codes may be of one place: the same, or one a part of the other, as `US-MD` is of `US`.
fn same_place(a: &str, b: &str) -> bool {
    a == b || is_part(a, b) || is_part(b, a)
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
