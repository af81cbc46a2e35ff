//! Columns in memory: one typed vector each, text as codes of a dictionary, and beside it what is missing or unreadable.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::{lists, parse, unread};
use crate::model::calendar::Zone;
use crate::model::{Decimal, Instant, version};
use crate::plan::ColumnKind;

/// Distinct texts of a column; the code of one is its place.
pub(super) type Dictionary = IndexSet<Box<str>, FxBuildHasher>;

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It holds a value.
    Fine = 0,
    /// It is empty.
    Missing = 1,
    /// Something is there that does not read as the column's kind, or does not fit.
    Unreadable = 2,
}

/// The values of a column. Where a cell holds none, a filler stands.
#[derive(Debug)]
pub(super) enum Cells {
    Text {
        codes: Vec<u32>,
        words: Dictionary,
    },
    Boolean(Vec<bool>),
    Integer(Vec<i64>),
    /// Millionths.
    Decimal(Vec<i128>),
    /// Days since 1970-01-01.
    Date(Vec<i32>),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(Vec<i64>),
}

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    pub cells: Cells,
    /// One per row; empty where every cell is fine.
    states: Vec<State>,
    /// Its place in the file.
    pub place: usize,
    /// What does not read.
    pub faults: Faults,
}

/// Cells that do not read: how many, and of the first ones the row and what is wrong.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults {
    pub count: u64,
    pub first: Vec<(u32, String)>,
}

/// A value of a cell, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Raw<'c> {
    Text(&'c str),
    Boolean(bool),
    Integer(i64),
    Decimal(i128),
    Date(i32),
    Instant(i64),
}

impl Column {
    pub fn state(&self, row: u32) -> State {
        self.states.get(row as usize).copied().unwrap_or(State::Fine)
    }

    pub fn is_fine(&self, row: u32) -> bool {
        self.states.is_empty() || self.state(row) == State::Fine
    }

    /// Whether any cell holds no value.
    pub fn has_gaps(&self) -> bool {
        !self.states.is_empty()
    }

    /// The value of a fine cell.
    pub fn value(&self, row: u32) -> Option<Raw<'_>> {
        if !self.is_fine(row) {
            return None;
        }
        let at = row as usize;
        match &self.cells {
            Cells::Text { codes, words } => words.get_index(*codes.get(at)? as usize).map(|word| Raw::Text(word)),
            Cells::Boolean(cells) => cells.get(at).copied().map(Raw::Boolean),
            Cells::Integer(cells) => cells.get(at).copied().map(Raw::Integer),
            Cells::Decimal(cells) => cells.get(at).copied().map(Raw::Decimal),
            Cells::Date(cells) => cells.get(at).copied().map(Raw::Date),
            Cells::Instant(cells) => cells.get(at).copied().map(Raw::Instant),
        }
    }

    /// The code of a fine text cell.
    pub fn code(&self, row: u32) -> Option<u32> {
        match &self.cells {
            Cells::Text { codes, .. } if self.is_fine(row) => codes.get(row as usize).copied(),
            Cells::Text { .. }
            | Cells::Boolean(_)
            | Cells::Integer(_)
            | Cells::Decimal(_)
            | Cells::Date(_)
            | Cells::Instant(_) => None,
        }
    }

    /// The text of a fine text cell.
    pub fn text(&self, row: u32) -> Option<&str> {
        match self.value(row)? {
            Raw::Text(text) => Some(text),
            Raw::Boolean(_) | Raw::Integer(_) | Raw::Decimal(_) | Raw::Date(_) | Raw::Instant(_) => None,
        }
    }

    /// The distinct texts, of a text column.
    pub fn words(&self) -> Option<&Dictionary> {
        match &self.cells {
            Cells::Text { words, .. } => Some(words),
            Cells::Boolean(_) | Cells::Integer(_) | Cells::Decimal(_) | Cells::Date(_) | Cells::Instant(_) => None,
        }
    }

    /// Whether two rows hold the same here. Unreadable cells are like nothing, not even each other.
    pub fn same(&self, a: u32, b: u32) -> bool {
        match (self.state(a), self.state(b)) {
            (State::Fine, State::Fine) => self.value(a) == self.value(b),
            (State::Missing, State::Missing) => true,
            (State::Fine | State::Missing | State::Unreadable, State::Fine | State::Missing | State::Unreadable) => {
                false
            }
        }
    }
}

/// Takes cells one by one.
#[derive(Debug)]
pub(super) struct Builder {
    cells: Cells,
    states: Vec<State>,
    gaps: bool,
    kind: ColumnKind,
    zone: Option<Zone>,
    faults: Faults,
}

impl Builder {
    /// For a kind; a wall time of a zone that nobody knows is unreadable.
    pub fn new(kind: &ColumnKind) -> Self {
        let (cells, zone) = match kind {
            ColumnKind::Text | ColumnKind::Uuid | ColumnKind::Version | ColumnKind::List { .. } => {
                (Cells::Text { codes: Vec::new(), words: Dictionary::default() }, None)
            }
            ColumnKind::Boolean => (Cells::Boolean(Vec::new()), None),
            ColumnKind::Integer => (Cells::Integer(Vec::new()), None),
            ColumnKind::Decimal | ColumnKind::Degrees { .. } => (Cells::Decimal(Vec::new()), None),
            ColumnKind::Date => (Cells::Date(Vec::new()), None),
            ColumnKind::Instant => (Cells::Instant(Vec::new()), None),
            ColumnKind::Wall { zone } => (Cells::Instant(Vec::new()), Zone::named(zone)),
        };
        Self { cells, states: Vec::new(), gaps: false, kind: kind.clone(), zone, faults: Faults::default() }
    }

    /// The column, and its place in the file.
    pub fn finish(self, place: usize) -> Column {
        let states = if self.gaps { self.states } else { Vec::new() };
        Column { cells: self.cells, states, place, faults: self.faults }
    }

    /// An empty cell.
    pub fn missing(&mut self) {
        self.gap(State::Missing);
    }

    /// A cell that does not read.
    pub fn unreadable(&mut self) {
        self.gap(State::Unreadable);
    }

    fn gap(&mut self, state: State) {
        self.gaps = true;
        self.faults.count += u64::from(state == State::Unreadable);
        self.states.push(state);
        match &mut self.cells {
            Cells::Text { codes, .. } => codes.push(0),
            Cells::Boolean(cells) => cells.push(false),
            Cells::Integer(cells) | Cells::Instant(cells) => cells.push(0),
            Cells::Decimal(cells) => cells.push(0),
            Cells::Date(cells) => cells.push(0),
        }
    }

    /// A cell written as text, read strictly; the first that do not read are remembered.
    pub fn written(&mut self, text: &str) {
        let before = self.faults.count;
        self.read(text);
        if self.faults.count > before && self.faults.first.len() < unread::TOLD {
            let row = u32::try_from(self.states.len()).unwrap_or(u32::MAX).saturating_sub(1);
            self.faults.first.push((row, unread::fault(&self.kind, text)));
        }
    }

    fn read(&mut self, text: &str) {
        match &self.kind {
            ColumnKind::Text => self.text(text),
            ColumnKind::Uuid => match parse::uuid(text) {
                Some(id) => self.text(&id),
                None => self.unreadable(),
            },
            ColumnKind::Version => match version::key(text) {
                Some(key) => self.text(&key),
                None => self.unreadable(),
            },
            ColumnKind::List { of } => match lists::canonical(text, of) {
                Some(list) => self.text(&list),
                None => self.unreadable(),
            },
            ColumnKind::Boolean => self.maybe(parse::boolean(text), Self::boolean),
            ColumnKind::Integer => self.maybe(parse::integer(text), Self::integer),
            ColumnKind::Decimal => self.maybe(text.parse::<Decimal>().ok(), |to, n| to.decimal(n.micros())),
            ColumnKind::Degrees { .. } => self.maybe(parse::real(text), Self::degrees),
            ColumnKind::Date => self.maybe(parse::date(text), Self::date),
            ColumnKind::Instant => self.maybe(parse::instant(text), Self::instant),
            ColumnKind::Wall { .. } => self.maybe(parse::wall(text), Self::wall),
        }
    }

    fn maybe<T>(&mut self, value: Option<T>, push: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => push(self, value),
            None => self.unreadable(),
        }
    }

    /// A text, as it is.
    pub fn text(&mut self, text: &str) {
        let Cells::Text { codes, words } = &mut self.cells else { return self.unreadable() };
        let known = words.get_index_of(text);
        let code = known.unwrap_or_else(|| words.insert_full(text.into()).0);
        match u32::try_from(code) {
            Ok(code) => {
                codes.push(code);
                self.states.push(State::Fine);
            }
            Err(_) => self.unreadable(),
        }
    }

    /// A truth value.
    pub fn boolean(&mut self, truth: bool) {
        let Cells::Boolean(cells) = &mut self.cells else { return self.unreadable() };
        cells.push(truth);
        self.states.push(State::Fine);
    }

    /// A whole number; text columns take it in decimal digits, decimals as it is.
    pub fn integer(&mut self, n: i64) {
        match &mut self.cells {
            Cells::Integer(cells) => cells.push(n),
            Cells::Text { .. } => return self.text(&n.to_string()),
            Cells::Decimal(_) => return self.decimal(i128::from(n) * 1_000_000),
            Cells::Boolean(_) | Cells::Date(_) | Cells::Instant(_) => return self.unreadable(),
        }
        self.states.push(State::Fine);
    }

    /// Millionths.
    pub fn decimal(&mut self, micros: i128) {
        let fits = Decimal::from_micros(micros);
        match (&mut self.cells, fits) {
            (Cells::Decimal(cells), Some(n)) => cells.push(n.micros()),
            (Cells::Integer(cells), Some(n)) if n.micros() % 1_000_000 == 0 => {
                match i64::try_from(n.micros() / 1_000_000) {
                    Ok(whole) => cells.push(whole),
                    Err(_) => return self.unreadable(),
                }
            }
            (
                Cells::Text { .. }
                | Cells::Boolean(_)
                | Cells::Integer(_)
                | Cells::Decimal(_)
                | Cells::Date(_)
                | Cells::Instant(_),
                Some(_) | None,
            ) => return self.unreadable(),
        }
        self.states.push(State::Fine);
    }

    /// Degrees as they are, rounded to millionths.
    pub fn degrees(&mut self, degrees: f64) {
        let ColumnKind::Degrees { limit } = self.kind else { return self.unreadable() };
        if degrees.abs() <= f64::from(limit) { self.decimal(millionths(degrees)) } else { self.unreadable() }
    }

    /// Days since 1970-01-01; text columns take the ISO day.
    pub fn date(&mut self, days: i32) {
        match &mut self.cells {
            Cells::Date(cells) if super::time::READABLE_DAYS.contains(&days) => cells.push(days),
            Cells::Date(_) => return self.unreadable(),
            Cells::Text { .. } => {
                return match super::time::civil(days) {
                    Some(date) => self.text(&date.to_string()),
                    None => self.unreadable(),
                };
            }
            Cells::Boolean(_) | Cells::Integer(_) | Cells::Decimal(_) | Cells::Instant(_) => return self.unreadable(),
        }
        self.states.push(State::Fine);
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn instant(&mut self, micros: i64) {
        let Cells::Instant(cells) = &mut self.cells else { return self.unreadable() };
        if !Instant::from_micros(micros).is_readable() {
            return self.unreadable();
        }
        cells.push(micros);
        self.states.push(State::Fine);
    }

    /// Microseconds of the zone's wall clock; what no cell may hold is measured on that clock, before it becomes an instant.
    pub fn wall(&mut self, micros: i64) {
        if !Instant::from_micros(micros).is_readable() {
            return self.unreadable();
        }
        let instant = match &self.zone {
            Some(zone) if zone.name() == "UTC" => Instant::from_micros(micros),
            Some(zone) => zone.instant_of_wall(micros).unwrap_or(Instant::from_micros(micros)),
            None => return self.unreadable(),
        };
        self.instant(instant.micros());
    }
}

/// Millionths of a number of degrees, the nearest; halves go away from zero.
#[expect(clippy::cast_possible_truncation, reason = "degrees are at most 180")]
fn millionths(degrees: f64) -> i128 {
    (degrees * 1_000_000.0).round() as i128
}
