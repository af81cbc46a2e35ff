//! What happens to those who are wanted, in this order: guard, condition, cap, holdout, minimum.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::model::countries;
use crate::model::{
    Applies, Demand, Jurisdiction, Model, Policy, Residence, Segment, SegmentId, TableId, TableKind, Value,
};

use super::condition::Run;
use super::{Cell, Outcome, cells, reads};

/// Runs a segment.
pub fn deliver(run: &Run<'_>) -> Outcome {
    let segment = &run.model.segments[run.segment];
    let mut outcome = Outcome {
        empty_because: empty_because(run),
        minimum: minimum(run.model, run.segment),
        in_scope: in_scope(run),
        ..Outcome::default()
    };
    if !outcome.empty_because.is_empty() {
        return outcome;
    }
    let keep = |people: &BTreeSet<Value>, test: &dyn Fn(&str) -> bool| -> BTreeSet<Value> {
        people.iter().filter(|key| test(&cells::text_of(key))).cloned().collect()
    };
    let passes = |key: &str| run.failures(run.segment, run.entity(), key).is_empty();
    outcome.passed_guard = keep(&outcome.in_scope, &passes);
    outcome.matched = keep(&outcome.passed_guard, &|key| run.truth_of(key) == super::Truth::True);
    outcome.under_cap = keep(&outcome.matched, &|key| is_under_cap(run, segment, key));
    outcome.held_out = keep(&outcome.under_cap, &|key| is_held_out(segment, key));
    let leaving: BTreeSet<Value> = outcome.under_cap.difference(&outcome.held_out).cloned().collect();
    if leaving.len() as u64 >= outcome.minimum {
        outcome.members = leaving;
    }
    outcome
}

fn in_scope(run: &Run<'_>) -> BTreeSet<Value> {
    let Some((entity, cut)) = run.entity().and_then(|entity| Some((entity, run.cuts.get(&entity)?))) else {
        return BTreeSet::new();
    };
    let TableKind::Entity(facts) = &run.model.tables[entity].kind else { return BTreeSet::new() };
    let Some(key) = facts.key.map(|key| &run.model.fields[key]) else { return BTreeSet::new() };
    let keys = cut.rows.values().flatten().map(|row| cells::read(key, row.row));
    let value = |cell| match cell {
        Cell::Value(value) => Some(value),
        Cell::Missing | Cell::Unreadable => None,
    };
    keys.filter_map(value).collect()
}

/// Why nobody leaves, whoever they are: the guard's reasons, tables that are not there, and too many rows that are nobody's.
fn empty_because(run: &Run<'_>) -> Vec<String> {
    let mut reasons = run.guard_problems();
    if run.stored_of_nobody {
        reasons.push("a stored membership has no key".to_owned());
    }
    reasons.extend(run.loose.iter().cloned());
    for id in &run.reads.tables {
        let table = &run.model.tables[*id];
        let Some(cut) = run.cuts.get(id) else {
            reasons.push(format!("table `{}` is missing", table.name.value));
            continue;
        };
        // A row without its key may be anybody's: nobody can say whom it would have kept out.
        let (of_subjects, lacks) = match table.kind {
            TableKind::Source { .. } | TableKind::List { .. } | TableKind::Score(_) => (true, "subject or time"),
            TableKind::Entity(_) => (true, "key"),
            TableKind::Rows { .. } | TableKind::Lookup { .. } | TableKind::Visits(_) | TableKind::Error => (false, ""),
        };
        if of_subjects && cut.nobodys > table.tolerate {
            let (name, rows) = (&table.name.value, cut.nobodys);
            reasons.push(format!("`{name}` holds {rows} rows without {lacks}"));
        }
    }
    reasons
}

fn is_under_cap(run: &Run<'_>, segment: &Segment, key: &str) -> bool {
    let Some(cap) = &segment.cap else { return true };
    let contacts = run.root(key).and_then(|env| run.contacts(&env));
    contacts.is_some_and(|contacts| contacts < cap.value.contacts)
}

fn is_held_out(segment: &Segment, key: &str) -> bool {
    let Some(holdout) = &segment.holdout else { return false };
    bucket(&holdout.value.name, key) < holdout.value.basis_points
}

/// The first seven hex digits of SHA-256 of `salt:key`, modulo 10 000.
pub(super) fn bucket(salt: &str, key: &str) -> u32 {
    let hash = Sha256::digest(format!("{salt}:{key}").as_bytes());
    let digits: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    digits.get(..7).and_then(|seven| u32::from_str_radix(seven, 16).ok()).map_or(0, |number| number % 10_000)
}

/// The largest minimum of the segment, its destinations, the policies that apply, and every segment that it refers to.
fn minimum(model: &Model, segment: SegmentId) -> u64 {
    let own = |id: SegmentId| {
        let segment = &model.segments[id];
        let written = segment.minimum.map(|minimum| minimum.value);
        let to = segment.destinations.iter().filter_map(|to| model.destinations[to.value].minimum);
        let policies = model.policies.values().filter(|policy| applies(model, policy, segment));
        let demands = policies.flat_map(|policy| &policy.demands).filter_map(|demand| match &demand.value {
            Demand::Minimum(people) => Some(*people),
            Demand::ForbidCategory(_)
            | Demand::ForbidTargeting(_)
            | Demand::RequireBasis(_)
            | Demand::RequireRegister
            | Demand::RequireCap
            | Demand::RequireCover(_)
            | Demand::ForbidCombining(_)
            | Demand::ForbidOrigin(_)
            | Demand::ForbidField(_)
            | Demand::RequireConsent { .. }
            | Demand::RequireAdult
            | Demand::RequireAssessment(_)
            | Demand::RequireReview
            | Demand::LimitConditions(_)
            | Demand::LimitRetain(_)
            | Demand::LimitWindow(_)
            | Demand::LimitRemovalLag(_)
            | Demand::LimitLists(_) => None,
        });
        written.into_iter().chain(to.map(|minimum| minimum.value)).chain(demands).max().unwrap_or(0)
    };
    reads::of(model, segment).segments.into_iter().map(own).max().unwrap_or(0)
}

/// Whether a policy applies to a segment. A purpose is excepted only where all of the segment's are.
fn applies(model: &Model, policy: &Policy, segment: &Segment) -> bool {
    let excepted = |purpose| policy.except_purposes.iter().any(|broad| model.is_within(purpose, broad.value));
    let all_excepted = !segment.purposes.is_empty() && segment.purposes.iter().all(|purpose| excepted(purpose.value));
    !all_excepted && policy.applies.iter().any(|applies| reaches(model, &applies.value, segment))
}

fn reaches(model: &Model, applies: &Applies, segment: &Segment) -> bool {
    let mut destinations = segment.destinations.iter().map(|to| &model.destinations[to.value]);
    let mut purposes = segment.purposes.iter().map(|purpose| purpose.value);
    match applies {
        Applies::Any => true,
        Applies::Channel(channel) => {
            destinations.any(|to| to.channel.is_some_and(|by| by.value == *channel))
                || purposes.any(|purpose| model.channel(purpose).is_some_and(|by| by.value == *channel))
        }
        Applies::Purpose(broad) => purposes.any(|purpose| model.is_within(purpose, *broad)),
        Applies::Destination(to) => segment.destinations.iter().any(|other| other.value == *to),
        Applies::Jurisdiction(law) => segment.entity.is_none_or(|entity| may_live_in(model, entity, *law)),
        Applies::Countries(listed) => segment.entity.is_none_or(|entity| may_live_among(model, entity, listed)),
        Applies::Region(region) => destinations.any(|to| to.region.as_ref().map(|own| &own.value) == Some(region)),
        Applies::Basis(basis) => purposes.any(|purpose| model.basis(purpose).map(|own| own.value) == Some(*basis)),
        Applies::Campaign(kind) => {
            segment.campaign.map(|own| own.value) == Some(*kind)
                || purposes.any(|purpose| model.campaign(purpose).map(|own| own.value) == Some(*kind))
        }
        Applies::OutsideParty => destinations.any(|to| to.outside_party.is_some()),
        Applies::All(parts) => parts.iter().all(|part| reaches(model, part, segment)),
    }
}

/// Whether somebody of an entity may live in one of these countries or in a part of one: ruled out only by a residence that is always
/// elsewhere, or by a required field none of whose closed values is one.
fn may_live_among(model: &Model, entity: TableId, listed: &[String]) -> bool {
    let TableKind::Entity(facts) = &model.tables[entity].kind else { return true };
    let inside = |part: &str, whole: &str| part == whole || part.starts_with(&format!("{whole}-"));
    let meets = |own: &str| {
        !countries::is_code(own) || listed.iter().any(|country| inside(own, country) || inside(country, own))
    };
    match facts.residence.map(|residence| residence.value) {
        Some(Residence::Always(law)) => model.jurisdictions[law].countries.iter().any(|country| meets(&country.value)),
        Some(Residence::Field(field)) => {
            let field = &model.fields[field];
            let closed = field.one_of.as_ref().filter(|_| !field.optional);
            closed.is_none_or(|values| values.iter().any(|value| meets(&value.value)))
        }
        None => true,
    }
}

/// Whether somebody of an entity may live in a jurisdiction: an unknown or undeclared country takes every jurisdiction's rules,
/// so only a residence that is always another one rules it out.
fn may_live_in(model: &Model, entity: TableId, law: crate::source::Id<Jurisdiction>) -> bool {
    let TableKind::Entity(facts) = &model.tables[entity].kind else { return true };
    match facts.residence.map(|residence| residence.value) {
        Some(Residence::Always(other)) => other == law,
        Some(Residence::Field(_)) | None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_the_first_seven_hex_digits_of_sha256() {
        assert_eq!(bucket("", ""), 0xe7a_c078 % 10_000);
        assert_eq!(bucket("winback-2026q4", "1"), 0xbb6_a7dd % 10_000);
    }
}
