//! One instant over loaded tables: cut rows, groups and links, each made once and shared by all segments that read it.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::along::Linked;
use super::cells::Column;
use super::cut::{self, Cut};
use super::keys::{Keys, NONE, TWO};
use super::store::{Frame, Store, Wanted, key_column};
use crate::diagnostic::Diagnostic;
use crate::model::calendar::Zone;
use crate::model::{Instant, Length};
use crate::plan::{Bound, Role, SegmentPlan, Table, Window};

/// A clock that is not known.
pub(super) const UNKNOWN: i64 = i64::MIN;

/// A plan's table with its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'r> {
    pub table: &'r Table,
    pub frame: &'r Frame,
}

impl<'r> View<'r> {
    /// A column by index into the table's columns.
    pub fn column(&self, index: usize) -> Result<&'r Column, Diagnostic> {
        let missing = || super::store::internal(&format!("table `{}` has no column {index}", self.table.name));
        let column = self.table.columns.get(index).ok_or_else(missing)?;
        self.frame.column(&Wanted::new(&column.name, column.kind.clone()))
    }

    /// The physical name of a column, for telling tables apart.
    fn name(&self, index: usize) -> String {
        self.table.columns.get(index).map_or_else(String::new, |column| format!("{}:{:?}", column.name, column.kind))
    }
}

/// Rows of an events table by subject, in the order of their clocks.
#[derive(Debug)]
pub(super) struct Grouped {
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// Empty where the table has no clock.
    clocks: Vec<i64>,
    /// Row by row whether it is certainly of whose group it stands in; `None` where all are.
    sure: Option<Vec<bool>>,
}

impl Grouped {
    /// The rows of a group with clocks in `[from, to)`, and their clocks.
    pub fn rows(&self, group: u32, window: Option<(i64, i64)>) -> (&[u32], &[i64]) {
        let at = group as usize;
        let (Some(start), Some(end)) = (self.starts.get(at), self.starts.get(at + 1)) else { return (&[], &[]) };
        let (start, end) = (*start as usize, *end as usize);
        let rows = self.rows.get(start..end).unwrap_or(&[]);
        let Some((from, to)) = window else { return (rows, self.clocks.get(start..end).unwrap_or(&[])) };
        let Some(clocks) = self.clocks.get(start..end).filter(|_| !self.clocks.is_empty()) else { return (rows, &[]) };
        let first = clocks.partition_point(|clock| *clock < from);
        let last = first.max(clocks.partition_point(|clock| *clock < to));
        (rows.get(first..last).unwrap_or(&[]), clocks.get(first..last).unwrap_or(&[]))
    }

    /// Whether every row is certainly of whose group it stands in.
    pub fn all_sure(&self) -> bool {
        self.sure.is_none()
    }

    /// Whether a row is certainly of whose group it stands in.
    pub fn is_sure(&self, row: u32) -> bool {
        self.sure.as_ref().is_none_or(|sure| sure.get(row as usize).copied().unwrap_or(false))
    }

    /// Groups rows (already cut) by ids below `count`.
    fn new(kept: &[u32], ids: &[u32], count: u32, clocks: Option<&[i64]>) -> Self {
        let pairs = kept.iter().filter_map(|row| Some((*row, ids.get(*row as usize).copied()?)));
        Self::of_pairs(pairs, count, clocks)
    }

    /// Groups rows by ids below `count`; a row may stand in several groups.
    fn of_pairs(pairs: impl Iterator<Item = (u32, u32)> + Clone, count: u32, clocks: Option<&[i64]>) -> Self {
        let pairs = pairs.filter(|(_, id)| *id < count);
        let mut starts = vec![0_u32; count as usize + 1];
        for (_, id) in pairs.clone() {
            if let Some(start) = starts.get_mut(id as usize + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut rows = vec![0_u32; sum as usize];
        for (row, id) in pairs {
            if let Some(place) = next.get_mut(id as usize) {
                if let Some(slot) = rows.get_mut(*place as usize) {
                    *slot = row;
                }
                *place += 1;
            }
        }
        let Some(clocks) = clocks else { return Self { starts, rows, clocks: Vec::new(), sure: None } };
        let clock = |row: &u32| clocks.get(*row as usize).copied().unwrap_or(UNKNOWN);
        for bounds in starts.windows(2) {
            let [start, end] = bounds else { continue };
            if let Some(group) = rows.get_mut(*start as usize..*end as usize)
                && !group.is_sorted_by_key(clock)
            {
                group.sort_by_key(clock);
            }
        }
        let clocks = rows.iter().map(clock).collect();
        Self { starts, rows, clocks, sure: None }
    }
}

/// Subjects, or rows that links reach, by key.
#[derive(Debug)]
pub(super) struct Keyed {
    pub keys: Arc<Keys>,
    /// Key to its row within the cut; [`NONE`] where there is none. Of two different rows the first.
    pub row_of: Vec<u32>,
    /// Keys with two different rows, or with broken versions.
    pub twice: Vec<bool>,
}

impl Keyed {
    pub fn row(&self, id: u32) -> u32 {
        self.row_of.get(id as usize).copied().unwrap_or(NONE)
    }

    pub fn is_twice(&self, id: u32) -> bool {
        self.twice.get(id as usize).copied().unwrap_or(false)
    }
}

/// Where a link leads from each row: a row, [`NONE`] or [`TWO`].
#[derive(Debug)]
pub(super) struct Links {
    pub target: Vec<u32>,
    pub any_two: bool,
}

impl Links {
    pub fn from(&self, row: u32) -> u32 {
        self.target.get(row as usize).copied().unwrap_or(NONE)
    }
}

/// Nested rows by parent row.
#[derive(Debug)]
pub(super) struct Nested {
    pub rows: Grouped,
    /// Parent row to group; [`TWO`] where the row lacks the column by which its parts are found, so that nobody can tell them.
    pub of_parent: Vec<u32>,
}

#[derive(Debug)]
struct Memo<T>(Mutex<FxHashMap<String, Arc<T>>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Memo<T> {
    fn get(&self, key: String, make: impl FnOnce() -> Result<T, Diagnostic>) -> Result<Arc<T>, Diagnostic> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let made = Arc::new(make()?);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&made));
        Ok(made)
    }
}

/// Tables at one instant.
#[derive(Debug)]
pub(super) struct Session<'r> {
    pub store: &'r Store,
    pub now: Instant,
    clocks: Memo<Vec<i64>>,
    keys: Memo<Keys>,
    cuts: Memo<Cut>,
    keyed: Memo<Keyed>,
    grouped: Memo<Grouped>,
    links: Memo<Links>,
    nested: Memo<Nested>,
    lost: Memo<u64>,
}

/// A session in the zone of one plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'r> {
    pub session: &'r Session<'r>,
    pub plan: &'r SegmentPlan,
    pub zone: &'r Zone,
}

impl<'r> Session<'r> {
    pub fn new(store: &'r Store, now: Instant) -> Self {
        Self {
            store,
            now,
            clocks: Memo::default(),
            keys: Memo::default(),
            cuts: Memo::default(),
            keyed: Memo::default(),
            grouped: Memo::default(),
            links: Memo::default(),
            nested: Memo::default(),
            lost: Memo::default(),
        }
    }
}

impl<'r> Scope<'r> {
    pub fn now(&self) -> i64 {
        self.session.now.micros()
    }

    /// Now less a length.
    pub fn back(&self, length: Length) -> i64 {
        Bound::Back(length).at(self.session.now, self.zone).micros()
    }

    /// Now and a length.
    pub fn ahead(&self, length: Length) -> i64 {
        self.back(Length { months: length.months.saturating_neg(), seconds: length.seconds.saturating_neg() })
    }

    pub fn view(&self, table: usize) -> Result<View<'r>, Diagnostic> {
        let missing = || super::store::internal(&format!("the plan has no table {table}"));
        let table = self.plan.tables.get(table).ok_or_else(missing)?;
        Ok(View { table, frame: self.session.store.need(&table.physical)? })
    }

    /// The first readable instant of a table's clock.
    pub fn horizon(&self, table: &Table) -> Option<i64> {
        table.clock.as_ref().map(|clock| self.back(clock.span))
    }

    /// The instants that a window reads of a table: `[from, to)`, within the usable span and before now. Besides, whether it is
    /// absolute and starts before that span.
    pub fn window(&self, window: Option<&Window>, table: &Table) -> (Option<(i64, i64)>, bool) {
        let Some(horizon) = self.horizon(table) else { return (None, false) };
        let Some(window) = window else { return (Some((horizon, self.now())), false) };
        let from = window.from.at(self.session.now, self.zone).micros();
        let to = window.to.at(self.session.now, self.zone).micros().min(self.now());
        (Some((from.max(horizon), to)), window.absolute && from < horizon)
    }

    /// Every row's clock, [`UNKNOWN`] where it is missing, unreadable or out of range.
    pub fn clocks(&self, view: View<'r>, column: usize) -> Result<Arc<Vec<i64>>, Diagnostic> {
        let key = format!("{}|{}|{}", view.frame.id, view.name(column), self.zone.name());
        self.session.clocks.get(key, || Ok(cut::clocks(view.column(column)?, view.frame.rows, self.zone)))
    }

    pub fn keys(&self, view: View<'r>, column: usize) -> Result<Arc<Keys>, Diagnostic> {
        let key = format!("{}|{}", view.frame.id, view.name(column));
        self.session.keys.get(key, || Ok(Keys::of(view.column(column)?, view.frame.rows)))
    }

    /// What makes a table's cut what it is. Events without versions share one cut whatever their span; windows heed it.
    fn cut_key(&self, view: View<'r>, spanned: bool) -> String {
        let table = view.table;
        let clock = table.clock.as_ref().map(|clock| (view.name(clock.column), spanned.then_some(clock.span)));
        let arrived = table.arrived.map(|column| view.name(column));
        let unique =
            table.unique.as_ref().map(|unique| (view.name(unique.key), unique.latest_by.map(|by| view.name(by))));
        let declared: Vec<String> = if unique.is_some() || key_column(table).is_some() {
            table.declared.iter().map(|column| view.name(*column)).collect()
        } else {
            Vec::new()
        };
        format!("{}|{clock:?}|{arrived:?}|{unique:?}|{declared:?}|{}", view.frame.id, self.zone.name())
    }

    fn is_spanned(view: View<'r>) -> bool {
        view.table.unique.is_some() || key_column(view.table).is_some()
    }

    pub fn cut(&self, view: View<'r>) -> Result<Arc<Cut>, Diagnostic> {
        let spanned = Self::is_spanned(view);
        self.session.cuts.get(self.cut_key(view, spanned), || cut::cut(self, view, spanned))
    }

    /// Subjects or linked rows by key.
    pub fn keyed(&self, table: usize) -> Result<Arc<Keyed>, Diagnostic> {
        let view = self.view(table)?;
        let key = key_column(view.table)
            .ok_or_else(|| super::store::internal(&format!("table `{}` has no key", view.table.name)))?;
        let name = format!("{}|{}", view.name(key), self.cut_key(view, true));
        self.session.keyed.get(name, || {
            let keys = self.keys(view, key)?;
            let cut = self.cut(view)?;
            cut::keyed(view, keys, &cut)
        })
    }

    /// Rows of an events table by the subjects of table `entity`.
    pub fn grouped(&self, table: usize, entity: usize) -> Result<Arc<Grouped>, Diagnostic> {
        let (view, whose) = (self.view(table)?, self.view(entity)?);
        let (Role::Events { subject }, Some(key)) = (&view.table.role, key_column(whose.table)) else {
            return Err(super::store::internal(&format!(
                "`{}` holds no rows of `{}`",
                view.table.name, whose.table.name
            )));
        };
        let cut_key = self.cut_key(view, Self::is_spanned(view));
        let along = &view.table.along;
        let name = format!("{}|{cut_key}|{}|{}|{along:?}", view.name(*subject), whose.frame.id, whose.name(key));
        self.session.grouped.get(name, || {
            let keys = self.keys(whose, key)?;
            let cut = self.cut(view)?;
            let clocks = view.table.clock.as_ref().map(|clock| self.clocks(view, clock.column)).transpose()?;
            if let Some(along) = along {
                let linked = Linked::of(self, view, along, &keys)?;
                let (pairs, sure) = linked.rows(view.column(*subject)?, &cut.rows, view.frame.rows);
                let clocks = clocks.as_ref().map(|clocks| clocks.as_slice());
                let grouped = Grouped::of_pairs(pairs.into_iter(), keys.count, clocks);
                return Ok(Grouped { sure: Some(sure), ..grouped });
            }
            let ids = keys.ids(view.column(*subject)?, view.frame.rows);
            Ok(Grouped::new(&cut.rows, &ids, keys.count, clocks.as_ref().map(|c| c.as_slice())))
        })
    }

    /// Where a link leads.
    pub fn links(&self, link: usize) -> Result<Arc<Links>, Diagnostic> {
        let missing = || super::store::internal(&format!("the plan has no link {link}"));
        let link = self.plan.links.get(link).ok_or_else(missing)?;
        let (from, to) = (self.view(link.from)?, self.view(link.to)?);
        let to_key = key_column(to.table).map(|key| to.name(key)).unwrap_or_default();
        let name = format!("{}|{}|{to_key}|{}", from.frame.id, from.name(link.by), self.cut_key(to, true));
        self.session.links.get(name, || {
            let keyed = self.keyed(link.to)?;
            let ids = keyed.keys.ids(from.column(link.by)?, from.frame.rows);
            let target: Vec<u32> = ids
                .into_iter()
                .map(|id| if keyed.is_twice(id) && keyed.row(id) != NONE { TWO } else { keyed.row(id) })
                .collect();
            let any_two = target.contains(&TWO);
            Ok(Links { target, any_two })
        })
    }

    /// The rows of table `links[link].from` by the subject that the link leads to: one per subject, and all of one with
    /// different rows, which break whomever each of them leads to.
    pub fn related(&self, link: usize) -> Result<Arc<Grouped>, Diagnostic> {
        let missing = || super::store::internal(&format!("the plan has no link {link}"));
        let found = self.plan.links.get(link).ok_or_else(missing)?;
        let (from, to) = (self.view(found.from)?, self.view(found.to)?);
        let to_key = key_column(to.table).map(|key| to.name(key)).unwrap_or_default();
        let cut = self.cut_key(from, true);
        let name = format!("related|{cut}|{}|{}|{to_key}", from.name(found.by), to.frame.id);
        self.session.grouped.get(name, || {
            let subjects = self.keyed(found.from)?;
            let keys = self.keyed(found.to)?;
            let ids = keys.keys.ids(from.column(found.by)?, from.frame.rows);
            let cut = self.cut(from)?;
            let stands = |row: &u32| {
                let id = subjects.keys.of_row.get(*row as usize).copied().unwrap_or(NONE);
                subjects.is_twice(id) || subjects.row(id) == *row
            };
            let rows: Vec<u32> = cut.rows.iter().copied().filter(stands).collect();
            Ok(Grouped::new(&rows, &ids, keys.keys.count, None))
        })
    }

    /// Nested rows by parent row.
    pub fn nested(&self, table: usize) -> Result<Arc<Nested>, Diagnostic> {
        let view = self.view(table)?;
        let Role::Nested { parent, by, parent_by } = view.table.role else {
            return Err(super::store::internal(&format!("`{}` is not nested", view.table.name)));
        };
        let above = self.view(parent)?;
        let cut_key = self.cut_key(view, true);
        let name = format!("{}|{cut_key}|{}|{}", view.name(by), above.frame.id, above.name(parent_by));
        self.session.nested.get(name, || {
            let keys = self.keys(view, by)?;
            let cut = self.cut(view)?;
            let clocks = view.table.clock.as_ref().map(|clock| self.clocks(view, clock.column)).transpose()?;
            let clocks = clocks.as_ref().map(|c| c.as_slice());
            let rows = Grouped::new(&cut.rows, &keys.of_row, keys.count, clocks);
            let found_by = above.column(parent_by)?;
            let mut of_parent = keys.ids(found_by, above.frame.rows);
            if found_by.has_gaps() {
                let lacking = (0..).zip(&mut of_parent).filter(|(row, _)| !found_by.is_fine(*row));
                lacking.for_each(|(_, group)| *group = TWO);
            }
            Ok(Nested { rows, of_parent })
        })
    }

    /// Rows that are nobody's: of an events table without subject or known clock, or of unknown arrival; of an entity without key.
    pub fn lost(&self, view: View<'r>) -> Result<u64, Diagnostic> {
        let (Role::Events { subject } | Role::Entity { key: subject, .. }) = view.table.role else { return Ok(0) };
        let happened = view.table.clock.as_ref().filter(|clock| clock.happened).map(|clock| clock.column);
        let columns: Vec<usize> = happened.into_iter().chain(view.table.arrived).collect();
        let names: Vec<String> = columns.iter().map(|column| view.name(*column)).collect();
        let name = format!("{}|{}|{names:?}|{}", view.frame.id, view.name(subject), self.zone.name());
        let lost = self.session.lost.get(name, || {
            let clocks = columns.iter().map(|column| self.clocks(view, *column)).collect::<Result<Vec<_>, _>>()?;
            let subjects = view.column(subject)?;
            let known = |row: u32| clocks.iter().all(|clock| clock.get(row as usize).is_some_and(|at| *at != UNKNOWN));
            let lost = (0..view.frame.rows).filter(|row| !(subjects.is_fine(*row) && known(*row))).count();
            Ok(lost as u64)
        })?;
        Ok(*lost)
    }
}
