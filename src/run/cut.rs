//! How rows are cut: known and readable clocks, arrivals, versions. Windows and filters come later, row by row.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::cells::{Cells, Column, Raw, State};
use super::keys::{Keys, NONE};
use super::session::{Keyed, Scope, UNKNOWN, View};
use super::time;
use crate::diagnostic::Diagnostic;
use crate::model::calendar::Zone;
use crate::plan::{Role, Unique};

/// The rows of a table that are there.
#[derive(Debug)]
pub(super) struct Cut {
    /// In the order of the file.
    pub rows: Vec<u32>,
    /// Rows that are broken by their versions; `None` where none is.
    pub broken: Option<Vec<bool>>,
}

/// Every row's clock; [`UNKNOWN`] where it is missing, unreadable or out of range. A date is its first instant.
pub(super) fn clocks(column: &Column, rows: u32, zone: &Zone) -> Vec<i64> {
    let mut days: FxHashMap<i32, i64> = FxHashMap::default();
    let known = |micros: i64| if time::is_known(micros) { micros } else { UNKNOWN };
    match &column.cells {
        Cells::Instant(cells) if !column.has_gaps() => cells.iter().map(|micros| known(*micros)).collect(),
        Cells::Instant(cells) => {
            let clock = |(row, micros): (u32, &i64)| if column.is_fine(row) { known(*micros) } else { UNKNOWN };
            (0..rows).zip(cells).map(clock).collect()
        }
        Cells::Date(cells) => {
            let mut start =
                |day: i32| *days.entry(day).or_insert_with(|| time::start_of(day, zone).map_or(UNKNOWN, known));
            (0..rows).zip(cells).map(|(row, day)| if column.is_fine(row) { start(*day) } else { UNKNOWN }).collect()
        }
        Cells::Text { .. } | Cells::Boolean(_) | Cells::Integer(_) | Cells::Decimal(_) => vec![UNKNOWN; rows as usize],
    }
}

/// Cuts a table. `spanned`: rows before the usable span are dropped here and not by windows.
pub(super) fn cut<'r>(scope: &Scope<'r>, view: View<'r>, spanned: bool) -> Result<Cut, Diagnostic> {
    let table = view.table;
    let now = scope.now();
    let clocks = table.clock.as_ref().map(|clock| scope.clocks(view, clock.column)).transpose()?;
    let from = scope.horizon(table).filter(|_| spanned).unwrap_or(i64::MIN + 1);
    let arrived = table.arrived.map(|column| scope.clocks(view, column)).transpose()?;
    let timely = |row: u32| match &clocks {
        Some(clocks) => clocks.get(row as usize).is_some_and(|at| *at != UNKNOWN && *at >= from && *at < now),
        None => true,
    };
    let here = |row: u32| match &arrived {
        Some(arrived) => arrived.get(row as usize).is_some_and(|at| *at != UNKNOWN && *at <= now),
        None => true,
    };
    let rows: Vec<u32> = (0..view.frame.rows).filter(|row| timely(*row) && here(*row)).collect();
    match &table.unique {
        Some(unique) => versions(scope, view, unique, rows),
        None => Ok(Cut { rows, broken: None }),
    }
}

/// Resolves versions: equal rows are one, then the latest stays; what cannot be told apart is kept and broken.
fn versions<'r>(scope: &Scope<'r>, view: View<'r>, unique: &Unique, rows: Vec<u32>) -> Result<Cut, Diagnostic> {
    let keys = scope.keys(view, unique.key)?;
    let judge = Judge::new(scope, view, unique)?;
    let mut by_key: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let mut counts = vec![0_u32; keys.count as usize];
    let id = |row: u32| keys.of_row.get(row as usize).copied().unwrap_or(NONE);
    for row in &rows {
        if let Some(count) = counts.get_mut(id(*row) as usize) {
            *count += 1;
        }
    }
    let alone = |row: u32| counts.get(id(row) as usize).is_some_and(|count| *count == 1);
    let (mut kept, mut broken) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        if id(row) == NONE {
            broken.push(row);
        } else if !alone(row) {
            by_key.entry(id(row)).or_default().push(row);
        } else if judge.is_ranked(row) {
            kept.push(row);
        } else {
            broken.push(row);
        }
    }
    for versions in by_key.into_values() {
        match judge.latest(&versions) {
            Some(row) => kept.push(row),
            None => broken.extend(versions),
        }
    }
    let flags = (!broken.is_empty()).then(|| {
        let mut flags = vec![false; view.frame.rows as usize];
        broken.iter().for_each(|row| {
            if let Some(flag) = flags.get_mut(*row as usize) {
                *flag = true;
            }
        });
        flags
    });
    kept.extend(broken);
    kept.sort_unstable();
    Ok(Cut { rows: kept, broken: flags })
}

/// Decides between versions of one key.
struct Judge<'r> {
    declared: Vec<&'r Column>,
    latest_by: Option<&'r Column>,
    subject: Option<&'r Column>,
    clocks: Option<Arc<Vec<i64>>>,
}

impl<'r> Judge<'r> {
    fn new(scope: &Scope<'r>, view: View<'r>, unique: &Unique) -> Result<Self, Diagnostic> {
        let subject = match view.table.role {
            Role::Entity { key, .. } | Role::Lookup { key } => Some(key),
            Role::Events { subject } => Some(subject),
            Role::Nested { by, .. } => Some(by),
        };
        let clock = view.table.clock.as_ref().map(|clock| scope.clocks(view, clock.column)).transpose()?;
        Ok(Self {
            declared: declared(view)?,
            latest_by: unique.latest_by.map(|column| view.column(column)).transpose()?,
            subject: subject.map(|column| view.column(column)).transpose()?,
            clocks: clock,
        })
    }

    /// Whether a row has a place among versions.
    fn is_ranked(&self, row: u32) -> bool {
        self.latest_by.is_none_or(|by| by.is_fine(row))
    }

    /// Every declared cell; `None` where one is unreadable, which is like nothing else.
    fn whole(&self, row: u32) -> Option<Vec<Option<Raw<'r>>>> {
        let readable = |column: &&Column| column.state(row) != State::Unreadable;
        self.declared.iter().all(readable).then(|| self.declared.iter().map(|column| column.value(row)).collect())
    }

    /// The version that stays; `None` where nobody can tell.
    fn latest(&self, versions: &[u32]) -> Option<u32> {
        let mut seen: FxHashSet<Vec<Option<Raw<'_>>>> = FxHashSet::default();
        let is_new = |row: &u32| self.whole(*row).is_none_or(|whole| seen.insert(whole));
        let distinct: Vec<u32> = versions.iter().copied().filter(is_new).collect();
        let (first, others) = distinct.split_first()?;
        let clock = |row: u32| self.clocks.as_ref().and_then(|clocks| clocks.get(row as usize).copied());
        let together =
            |row: &u32| clock(*row) == clock(*first) && self.subject.is_none_or(|subject| subject.same(*row, *first));
        if !others.iter().all(together) || !distinct.iter().all(|row| self.is_ranked(*row)) {
            return None;
        }
        if others.is_empty() {
            return Some(*first);
        }
        let by = self.latest_by?;
        let greatest = distinct.iter().filter_map(|row| by.value(*row)).max()?;
        let mut winners = distinct.iter().filter(|row| by.value(**row) == Some(greatest));
        let winner = winners.next()?;
        if winners.next().is_some() { None } else { Some(*winner) }
    }
}

fn declared(view: View<'_>) -> Result<Vec<&Column>, Diagnostic> {
    view.table.declared.iter().map(|column| view.column(*column)).collect()
}

fn same(columns: &[&Column], a: u32, b: u32) -> bool {
    columns.iter().all(|column| column.same(a, b))
}

/// Subjects, or rows that links reach, by key. Equal rows of one key are one.
pub(super) fn keyed(view: View<'_>, keys: Arc<Keys>, cut: &Cut) -> Result<Keyed, Diagnostic> {
    let columns = declared(view)?;
    let mut row_of = vec![NONE; keys.count as usize];
    let mut twice = vec![false; keys.count as usize];
    for row in &cut.rows {
        let id = keys.of_row.get(*row as usize).copied().unwrap_or(NONE) as usize;
        let (Some(known), Some(twice)) = (row_of.get_mut(id), twice.get_mut(id)) else { continue };
        let broken = cut.broken.as_ref().is_some_and(|broken| broken.get(*row as usize).copied().unwrap_or(false));
        if *known == NONE {
            *known = *row;
            *twice = broken;
        } else if broken || !same(&columns, *known, *row) {
            *twice = true;
        }
    }
    Ok(Keyed { keys, row_of, twice })
}
