//! Somebody invented by whom a finding, or a change, can be seen: a person, their rows, and what the reference makes of them.
//!
//! A search lays rows where a condition asks for them (`make`, `solve`) and then asks the reference, which alone decides. It is
//! bounded by a number of turns, not by a clock, and draws its lots from the number of the turn: the same program and the same instant
//! give the same person. Nobody in it is real, and nothing of a project's own data is read.
//!
//! Not finding anybody proves nothing, and is said to be so.

mod changed;
mod control;
mod critical;
mod draft;
mod fill;
mod make;
mod seek;
mod show;
mod solve;
#[cfg(test)]
mod tests;
mod when;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Instant, Model, SegmentId, Value};
use crate::reference::{self, World};

pub use changed::{Revision, enters};
pub use seek::Seeker;
pub use show::{markdown, plain};

/// How many databases are invented for one question.
pub const TURNS: u64 = 160;

/// Somebody invented, with everything that is held about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// What they show, in a sentence.
    pub claim: String,
    /// The segment that it is about.
    pub segment: String,
    /// The instant at which they are looked at.
    pub now: Instant,
    /// Each person by key, with what becomes of them.
    pub people: Vec<Person>,
    /// What is held about them, by table, with the rows by which ledgers are believed.
    pub held: BTreeMap<String, Table>,
    /// The same with as many people alike as the smallest audience needs, for a test.
    #[serde(skip)]
    pub rows: BTreeMap<String, Table>,
    /// Who leaves by the reference, as the program stands; with as many people alike as the smallest audience needs, if that is few.
    pub members: Vec<String>,
    /// The smallest audience, where so many people alike would be needed that they are left out.
    pub set_aside: Option<u64>,
}

/// A person of a witness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The key.
    pub key: String,
    /// What becomes of them.
    pub fate: String,
}

/// Rows of a table, as texts; nothing where a cell is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Option<String>>>,
}

/// What came of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// Somebody.
    Found(Box<Witness>),
    /// Nobody, and what was tried.
    NotFound(String),
    /// Nobody was looked for, and why nobody could show it.
    NotSought(&'static str),
}

/// What becomes of somebody in a run, the smallest audience set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// They leave.
    In,
    /// They pass the guard and are not wanted, or not contacted.
    Unwanted,
    /// They do not pass, or nobody does.
    Kept,
}

fn fate(model: &Model, segment: SegmentId, world: &World, now: Instant, key: &Value) -> Fate {
    let outcome = reference::members(model, segment, world, now);
    if outcome.under_cap.contains(key) && !outcome.held_out.contains(key) {
        Fate::In
    } else if outcome.passed_guard.contains(key) {
        Fate::Unwanted
    } else {
        Fate::Kept
    }
}
