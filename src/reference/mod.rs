//! The reference: who is a member, by plain loops over rows in memory, from the typed [`Model`].
//!
//! It is the oracle that everything else is held against, so it is meant to be read beside the language's description and
//! found obviously right: three-valued truth, one instant, no cleverness. It shares nothing with the plan, the emitters or the
//! embedded engine. It does no IO and has no clock.
//!
//! What a cell holds: a value of its column's type, nothing, or something unreadable. Clocks are instants in UTC; a column
//! that is declared `in zone` holds *wall time*: the [`Value::Instant`] whose reading in UTC is what the wall showed. A column
//! that a row lacks is missing. Columns of ledgers and identities that have no declared type hold text, whole numbers, truth
//! values or dates; codes and keys are compared by their canonical text.

mod along;
mod anchored;
mod broken;
mod cells;
mod condition;
mod dates;
mod deliver;
mod expression;
mod guard;
mod latest;
mod lists;
mod number;
mod pattern;
mod places;
mod ranks;
mod reads;
mod report;
mod rows;
mod statements;
mod stay;
mod time;
mod upkeep;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Instant, Model, PlacementId, SegmentId, Value};

pub use guard::Failure;
pub use report::{Figures, report};
pub use upkeep::{Kept, Membership, Why, upkeep};

/// The tables by their physical names, parts joined by dots.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    /// The rows of each table. A table that is not here is missing, which is not the same as empty.
    pub tables: BTreeMap<String, Vec<Row>>,
    /// The name of each segment's definition, under which its memberships are stored: what is stored under another is not believed.
    pub definitions: BTreeMap<String, String>,
}

/// A row: cells by the names of their columns.
pub type Row = BTreeMap<String, Cell>;

/// What stands in a column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Missing,
    /// A value.
    Value(Value),
    /// Something that is no value of the column's type.
    Unreadable,
}

/// Kleene's three values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// Definitely not.
    False,
    /// Nobody can say.
    Unknown,
    /// Definitely.
    True,
}

/// What a run of a segment gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Who leaves.
    pub members: BTreeSet<Value>,
    /// The subjects that can be read at all.
    pub in_scope: BTreeSet<Value>,
    /// Those of them who pass the guard.
    pub passed_guard: BTreeSet<Value>,
    /// Those of them for whom the condition is true.
    pub matched: BTreeSet<Value>,
    /// Those of them who may be contacted once more.
    pub under_cap: BTreeSet<Value>,
    /// Those of them who are held out.
    pub held_out: BTreeSet<Value>,
    /// The effective minimum.
    pub minimum: u64,
    /// Why the run is empty whatever the people: empty where it is not.
    pub empty_because: Vec<String>,
}

/// Who is a member at `now`.
pub fn members(model: &Model, segment: SegmentId, world: &World, now: Instant) -> Outcome {
    deliver::deliver(&condition::Run::new(model, segment, world, now))
}

/// What a placement shows to each person at `now`; whoever is not here is shown what it says `otherwise`.
pub fn shown(model: &Model, placement: PlacementId, world: &World, now: Instant) -> BTreeMap<Value, String> {
    let mut shown = BTreeMap::new();
    for show in &model.placements[placement].shows {
        for person in members(model, show.members, world, now).members {
            shown.entry(person).or_insert_with(|| show.what.value.clone());
        }
    }
    shown
}

/// Why a subject does not pass the guard of a segment; empty if it does. What empties the whole run is among it.
pub fn guard(model: &Model, segment: SegmentId, world: &World, now: Instant, subject: &Value) -> Vec<Failure> {
    let run = condition::Run::new(model, segment, world, now);
    run.failures(segment, run.entity(), &cells::text_of(subject))
}

/// Whether the condition of a segment (`where` and every `except`) holds for a subject, whatever the guard says. Unknown for
/// somebody with a broken row and for somebody who cannot be read.
pub fn truth(model: &Model, segment: SegmentId, world: &World, now: Instant, subject: &Value) -> Truth {
    condition::Run::new(model, segment, world, now).truth_of(&cells::text_of(subject))
}

impl Truth {
    /// True or false.
    pub fn of(known: bool) -> Self {
        if known { Truth::True } else { Truth::False }
    }

    /// Kleene's and.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Kleene's or.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    /// Kleene's not.
    fn not(self) -> Self {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

#[cfg(test)]
mod tests;
