//! What a run does to stored memberships, by plain steps: the oracle of the scripts that keep them.

use std::collections::BTreeMap;

use crate::model::{Instant, Length, Model, SegmentId, Value};

use super::condition::Run;
use super::deliver::deliver;
use super::{Truth, World, cells};

/// What is stored of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Since when and until when somebody is a member; nothing once that is over.
    pub member: Option<Membership>,
    /// When the row is to be gone.
    pub expires_at: Instant,
    /// When the membership ended, and why.
    pub removed: Option<(Instant, Why)>,
}

/// A membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// When it began.
    pub first_in: Instant,
    /// When `where` was last true.
    pub last_true: Instant,
    /// The definition that admitted the person.
    pub definition: String,
}

/// Why somebody is no longer a member, the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The guard does not let them pass, or the run cannot be trusted.
    Denied,
    /// The membership outlived its retention.
    Expired,
    /// Anything else.
    Left,
}

impl Why {
    /// `denied`, `expired` or `left`.
    pub fn word(self) -> &'static str {
        match self {
            Why::Denied => "denied",
            Why::Expired => "expired",
            Why::Left => "left",
        }
    }
}

/// What is stored after a run at `now`. The world holds what was stored before as rows, too, for whoever stays by it.
pub fn upkeep(
    model: &Model,
    segment: SegmentId,
    world: &World,
    before: &BTreeMap<Value, Kept>,
    now: Instant,
) -> BTreeMap<Value, Kept> {
    let run = Run::new(model, segment, world, now);
    let outcome = deliver(&run);
    let mut after = BTreeMap::new();
    for (key, kept) in before.iter().filter(|(key, _)| !outcome.members.contains(key)) {
        if kept.removed.is_some() {
            if now <= kept.expires_at {
                after.insert(key.clone(), kept.clone());
            }
            continue;
        }
        let why = match outcome.passed_guard.contains(key) {
            false => Why::Denied,
            true if kept.expires_at < now => Why::Expired,
            true => Why::Left,
        };
        let expires_at = run.time.ahead(told_for(model, segment));
        after.insert(key.clone(), Kept { member: None, expires_at, removed: Some((now, why)) });
    }
    let definition = world.definitions.get(&model.segments[segment].name.value).cloned().unwrap_or_default();
    for key in outcome.members {
        let old = before.get(&key).filter(|kept| kept.removed.is_none());
        if run.anew(&cells::text_of(&key)) == Truth::True {
            let first_in = old.and_then(|kept| kept.member.as_ref()).map_or(now, |member| member.first_in);
            let member = Some(Membership { first_in, last_true: now, definition: definition.clone() });
            let expires_at = run.time.ahead(stored_for(model, segment));
            after.insert(key, Kept { member, expires_at, removed: None });
        } else if let Some(kept) = old {
            after.insert(key, kept.clone());
        }
    }
    after
}

fn stored_for(model: &Model, segment: SegmentId) -> Length {
    model.segments[segment].retain.map_or_else(Length::default, |retain| retain.value.length())
}

/// How long a row tells that somebody is gone: one more refresh and the longest lag of a destination.
fn told_for(model: &Model, segment: SegmentId) -> Length {
    let it = &model.segments[segment];
    let refresh = it.refresh.map_or_else(|| stored_for(model, segment), |refresh| refresh.value);
    let lags = it.destinations.iter().filter_map(|to| model.destinations[to.value].lag).map(|lag| lag.value);
    let longest = lags.max_by_key(|lag| lag.months * 31 * 86_400 + lag.seconds).unwrap_or_default();
    Length { months: refresh.months + longest.months, seconds: refresh.seconds + longest.seconds }
}
