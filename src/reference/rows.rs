//! How the rows of a table are cut before anybody reads them.
//!
//! In this order: rows without subject or time are nobody's, absent and counted (a row whose arrival is unknown is one of them:
//! nobody can say whether it was known by now, and a row that vanished in silence could let somebody in); rows outside the usable
//! span, at or after now, or arrived after now are absent; then versions of one row are resolved. Of versions that tie only a
//! tie at the top breaks the row; a version without its `by` always does, for its place is unknown. Versions that disagree on
//! subject or time break the row for every subject concerned.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{FieldId, Instant, Length, Model, Retain, Table, TableId, TableKind, Unique, Value};

use super::time::{Moment, Time, less};
use super::{Cell, Row, cells};

/// A row that can be read.
#[derive(Debug, Clone)]
pub struct CutRow<'a> {
    /// The row.
    pub row: &'a Row,
    /// By what it is found: the key of an entity or lookup, the subject of a source, list or model, `by` of nested rows.
    pub key: String,
    /// When it happened, where the table says so.
    pub at: Option<Moment>,
    /// Whether its versions or its key contradict each other.
    pub broken: bool,
    /// Whether it is certainly of whom it is found by: an id may be linked to several.
    pub sure: bool,
}

/// The rows of a table that can be read.
#[derive(Debug, Clone)]
pub struct Cut<'a> {
    /// By their keys.
    pub rows: BTreeMap<String, Vec<CutRow<'a>>>,
    /// How many are nobody's.
    pub nobodys: u64,
    /// Where the usable span begins.
    pub usable: Instant,
}

impl<'a> Cut<'a> {
    /// The rows of a key.
    pub fn of(&self, key: &str) -> &[CutRow<'a>] {
        self.rows.get(key).map_or(&[], Vec::as_slice)
    }
}

/// Cuts the rows of a table for a segment that is retained for `kept`.
///
/// `telling` are the fields by which two rows of one entity or lookup key differ; versions of one row differ by any.
pub fn cut<'a>(
    model: &Model,
    telling: &BTreeSet<FieldId>,
    id: TableId,
    rows: &'a [Row],
    time: &Time,
    kept: Length,
) -> Cut<'a> {
    let table = &model.tables[id];
    let cutter = Cutter { model, telling, table, time, usable: usable(table, time, kept) };
    let mut nobodys = 0;
    let mut left = Vec::new();
    for row in rows {
        match cutter.read(row) {
            Reading::Nobodys => nobodys += 1,
            Reading::Absent => {}
            Reading::There(row) => left.push(row),
        }
    }
    let mut cut = Cut { rows: BTreeMap::new(), nobodys, usable: cutter.usable };
    for row in cutter.versions(left) {
        cut.rows.entry(row.key.clone()).or_default().push(row);
    }
    cut
}

/// Where the usable span of a table begins: now − (R − S).
fn usable(table: &Table, time: &Time, kept: Length) -> Instant {
    match table.retain.as_ref().map(|retain| &retain.value) {
        Some(Retain::For { length, .. }) => time.ago(less(*length, kept)),
        Some(Retain::WhileListed { .. }) => Instant::from_micros(i64::MIN),
        None => match table.kind {
            TableKind::Rows { .. } | TableKind::Lookup { .. } => Instant::from_micros(i64::MIN),
            TableKind::Entity(_)
            | TableKind::Source { .. }
            | TableKind::List { .. }
            | TableKind::Score(_)
            | TableKind::Visits(_)
            | TableKind::Error => time.now,
        },
    }
}

enum Reading<'a> {
    Nobodys,
    Absent,
    There(CutRow<'a>),
}

struct Cutter<'m> {
    model: &'m Model,
    telling: &'m BTreeSet<FieldId>,
    table: &'m Table,
    time: &'m Time,
    usable: Instant,
}

impl Cutter<'_> {
    fn read<'a>(&self, row: &'a Row) -> Reading<'a> {
        let key = self.key_field().and_then(|field| cells::key(&self.model.fields[field], row));
        let at = self.table.at.map(|field| self.clock(field, row));
        let arrived = self.table.arrived.map(|field| self.clock(field, row));
        let Some(key) = key.or_else(|| self.key_of_the_unplaced()) else { return Reading::Nobodys };
        if at == Some(None) || arrived == Some(None) {
            return Reading::Nobodys;
        }
        let late = arrived.flatten().is_some_and(|arrived| arrived.first > self.time.now);
        if late || !self.is_retained(row, at.flatten()) {
            return Reading::Absent;
        }
        Reading::There(CutRow { row, key, at: at.flatten(), broken: false, sure: true })
    }

    /// A version that says of nothing what it is in may be the one that counts, so it stays among its versions under a key that no
    /// row has.
    fn key_of_the_unplaced(&self) -> Option<String> {
        let inside = matches!(self.table.kind, TableKind::Rows { .. });
        (inside && self.table.unique.is_some()).then(|| "\u{0}".to_owned())
    }

    /// By which field the rows of the table are found.
    fn key_field(&self) -> Option<FieldId> {
        match &self.table.kind {
            TableKind::Entity(facts) => facts.key,
            TableKind::Lookup { key } => Some(*key),
            TableKind::Rows { by, .. } => Some(*by),
            TableKind::Source { .. } | TableKind::List { .. } | TableKind::Score(_) => self.table.subject,
            TableKind::Visits(_) | TableKind::Error => None,
        }
    }

    fn clock(&self, field: FieldId, row: &Row) -> Option<Moment> {
        let field = &self.model.fields[field];
        self.time.moment(&field.ty, cells::cell(row, &field.column))
    }

    /// Whether the clocks of a row say that it may be read: it happened before now, and the clock that its retention is counted
    /// from lies in the usable span.
    fn is_retained(&self, row: &Row, at: Option<Moment>) -> bool {
        let usable = |moment: Moment| self.usable <= moment.first && moment.first < self.time.now;
        let happened = at.is_none_or(|at| at.first < self.time.now);
        happened
            && match self.table.retain.as_ref().map(|retain| &retain.value) {
                Some(Retain::For { after: Some(field), .. }) => self.clock(*field, row).is_some_and(usable),
                Some(Retain::For { after: None, .. }) => at.is_some_and(usable),
                Some(Retain::WhileListed { .. }) | None => true,
            }
    }

    fn versions<'a>(&self, rows: Vec<CutRow<'a>>) -> Vec<CutRow<'a>> {
        match (&self.table.unique, &self.table.kind) {
            (Some(unique), _) => self.latest(rows, unique),
            (None, TableKind::Entity(_) | TableKind::Lookup { .. }) => self.one_per_key(rows),
            (
                None,
                TableKind::Source { .. }
                | TableKind::Rows { .. }
                | TableKind::List { .. }
                | TableKind::Score(_)
                | TableKind::Visits(_)
                | TableKind::Error,
            ) => rows,
        }
    }

    /// Entities and lookups: equal rows are one; two different ones of a key are broken.
    fn one_per_key<'a>(&self, rows: Vec<CutRow<'a>>) -> Vec<CutRow<'a>> {
        let mut keys: BTreeMap<String, Vec<CutRow<'a>>> = BTreeMap::new();
        for row in rows {
            keys.entry(row.key.clone()).or_default().push(row);
        }
        let different = keys.into_values().map(|rows| self.different(rows));
        different.flat_map(|rows| if rows.len() > 1 { broken(rows) } else { rows }).collect()
    }

    fn latest<'a>(&self, rows: Vec<CutRow<'a>>, unique: &Unique) -> Vec<CutRow<'a>> {
        let mut keys: BTreeMap<String, Vec<CutRow<'a>>> = BTreeMap::new();
        let mut kept = Vec::new();
        for row in rows {
            match cells::key(&self.model.fields[unique.key], row.row) {
                Some(key) => keys.entry(key).or_default().push(row),
                None => kept.push(CutRow { broken: true, ..row }),
            }
        }
        for versions in keys.into_values() {
            kept.extend(self.latest_of(self.different(versions), unique));
        }
        kept
    }

    fn latest_of<'a>(&self, versions: Vec<CutRow<'a>>, unique: &Unique) -> Vec<CutRow<'a>> {
        let agree = versions.iter().zip(versions.iter().skip(1)).all(|(a, b)| a.key == b.key && a.at == b.at);
        let Some(by) = unique.latest_by.filter(|_| agree) else {
            return if versions.len() > 1 { broken(versions) } else { versions };
        };
        let rank = |row: &CutRow<'_>| match cells::read(&self.model.fields[by], row.row) {
            Cell::Value(value) => Some(value),
            Cell::Missing | Cell::Unreadable => None,
        };
        let ranks: Option<Vec<Value>> = versions.iter().map(rank).collect();
        let Some(greatest) = ranks.and_then(|ranks| ranks.into_iter().max()) else { return broken(versions) };
        let top: Vec<CutRow<'a>> = versions.into_iter().filter(|row| rank(row).as_ref() == Some(&greatest)).collect();
        if top.len() > 1 { broken(top) } else { top }
    }

    /// Rows that are equal in every declared column are one.
    fn different<'a>(&self, rows: Vec<CutRow<'a>>) -> Vec<CutRow<'a>> {
        let mut kept: Vec<CutRow<'a>> = Vec::new();
        for row in rows {
            if !kept.iter().any(|other| self.equal(row.row, other.row)) {
                kept.push(row);
            }
        }
        kept
    }

    /// Whether two rows are equal: versions in every declared column, rows of an entity or lookup in all that is read of them.
    fn equal(&self, a: &Row, b: &Row) -> bool {
        let clock = self.table.retain.as_ref().and_then(|retain| match retain.value {
            Retain::For { after, .. } => after,
            Retain::WhileListed { .. } => None,
        });
        let counts =
            |field: &&FieldId| self.table.unique.is_some() || self.telling.contains(*field) || clock == Some(**field);
        // A place is no cell: its two degrees are.
        let fields = self.table.fields.iter().filter(counts).map(|field| &self.model.fields[*field]);
        fields.filter(|field| field.place.is_none_or(|place| place.limit().is_some())).all(|field| {
            let (a, b) = (cells::read(field, a), cells::read(field, b));
            a == b && a != Cell::Unreadable
        })
    }
}

fn broken(rows: Vec<CutRow<'_>>) -> Vec<CutRow<'_>> {
    rows.into_iter().map(|row| CutRow { broken: true, ..row }).collect()
}
