//! Loaded tables: only the columns that some segment reads, each read once for all segments of the project.

use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;

use super::cells::Column;
use super::source::{File, Format, Progress, Source};
use super::{read_csv, read_parquet};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Value;
use crate::plan::{ColumnKind, Fresh, Guard, KeyedBy, Ledger, LedgerRows, Role, SegmentPlan, StateColumn, Table};

/// A column as somebody wants to read it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Wanted {
    pub name: String,
    pub kind: ColumnKind,
}

impl Wanted {
    pub fn new(name: &str, kind: ColumnKind) -> Self {
        Self { name: name.to_owned(), kind }
    }
}

/// A table in memory.
#[derive(Debug)]
pub(super) struct Frame {
    /// Its place in the store, by which it is told from others.
    pub id: usize,
    pub physical: String,
    pub rows: u32,
    /// What people call its file.
    pub file: String,
    /// The line of each row, where the file has lines.
    pub lines: Vec<u32>,
    columns: IndexMap<Wanted, Result<Column, Diagnostic>>,
}

impl Frame {
    /// The columns that read.
    pub fn columns(&self) -> impl Iterator<Item = (&Wanted, &Column)> {
        self.columns.iter().filter_map(|(wanted, column)| Some((wanted, column.as_ref().ok()?)))
    }

    /// A column, or why it cannot be read.
    pub fn column(&self, wanted: &Wanted) -> Result<&Column, Diagnostic> {
        match self.columns.get(wanted) {
            Some(Ok(column)) => Ok(column),
            Some(Err(finding)) => Err(finding.clone()),
            None => Err(internal(&format!("column `{}` of `{}` was not loaded", wanted.name, self.physical))),
        }
    }
}

/// What became of a table.
#[derive(Debug)]
pub(super) enum Loaded {
    Frame(Frame),
    /// The project names no file for it.
    Absent,
    Failed(Box<Diagnostic>),
}

/// Every loaded table by physical name.
#[derive(Debug, Default)]
pub(super) struct Store {
    tables: IndexMap<String, Loaded>,
    /// Those that are queries.
    queries: IndexSet<String>,
}

pub(super) const UNNAMED: Code = Code("RUN-01");
pub(super) const UNREADABLE: Code = Code("RUN-02");
pub(super) const COLUMN: Code = Code("RUN-03");
pub(super) const PLAN: Code = Code("RUN-04");

/// A finding about the engine or a plan that was not validated.
pub(super) fn internal(message: &str) -> Diagnostic {
    Diagnostic::error(PLAN, message).because("nobody is selected by a rule that does not hold together")
}

impl Store {
    /// Reads what the plans need.
    pub fn load(plans: &[&SegmentPlan], source: &dyn Source, progress: &dyn Progress) -> Self {
        let mut wanted = Wants::default();
        plans.iter().for_each(|plan| wanted.of_plan(plan));
        let stored: IndexSet<String> = plans.iter().filter_map(|plan| stored_table(plan)).collect();
        let all = wanted.tables.len();
        let done = std::sync::atomic::AtomicUsize::new(0);
        let jobs: Vec<(String, Vec<Wanted>)> =
            wanted.tables.into_iter().map(|(name, columns)| (name, columns.into_iter().collect())).collect();
        let loaded: Vec<(String, Loaded)> = jobs
            .into_par_iter()
            .enumerate()
            .map(|(id, (physical, columns))| {
                let nobody = stored.contains(&physical).then(|| nobody_stored(&columns));
                let table = table(id, &physical, columns, source, nobody);
                progress.step("tables", done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, all);
                (physical, table)
            })
            .collect();
        let queries = plans.iter().flat_map(|plan| &plan.statements).map(|statement| statement.name.clone()).collect();
        Self { tables: loaded.into_iter().collect(), queries }
    }

    /// Every table that was read.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.tables.values().filter_map(|table| match table {
            Loaded::Frame(frame) => Some(frame),
            Loaded::Absent | Loaded::Failed(_) => None,
        })
    }

    /// A table; `Ok(None)` where the project names no file for it.
    pub fn get(&self, physical: &[String]) -> Result<Option<&Frame>, Diagnostic> {
        match self.tables.get(&physical.join(".")) {
            Some(Loaded::Frame(frame)) => Ok(Some(frame)),
            Some(Loaded::Failed(finding)) => Err((**finding).clone()),
            Some(Loaded::Absent) | None => Ok(None),
        }
    }

    /// A table that must be there.
    pub fn need(&self, physical: &[String]) -> Result<&Frame, Diagnostic> {
        self.get(physical)?.ok_or_else(|| {
            let name = physical.join(".");
            let is_query = self.queries.contains(&name);
            let what = if is_query { "the query of" } else { "table" };
            let instead = if is_query { ", or ask a database that can run it with `--on`" } else { "" };
            Diagnostic::error(UNNAMED, format!("no rows are named for {what} `{name}`"))
                .because("without them nobody can be told apart, so nobody is selected")
                .help(format!("add `\"{name}\" = \"data/…\"` under `[data]` in segma.toml{instead}"))
        })
    }
}

/// The table of stored memberships of a plan that asks for them.
fn stored_table(plan: &SegmentPlan) -> Option<String> {
    plan.tables.get(plan.stay.as_ref()?.table).map(|table| table.physical.join("."))
}

/// Before the first run nobody is stored.
fn nobody_stored(columns: &[Wanted]) -> File {
    let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name.replace('"', "\"\""))).collect();
    File { name: "nobody".to_owned(), format: Format::Csv, bytes: (names.join(",") + "\n").into_bytes() }
}

/// A table, or what stands in for it where the project names no file.
fn table(id: usize, physical: &str, wanted: Vec<Wanted>, source: &dyn Source, otherwise: Option<File>) -> Loaded {
    let file = match source.open(physical).map(|file| file.or(otherwise)) {
        Ok(Some(file)) => file,
        Ok(None) => return Loaded::Absent,
        Err(cause) => return Loaded::Failed(Box::new(unreadable(physical, &cause))),
    };
    let File { name, format, bytes } = file;
    let read = match format {
        Format::Csv => read_csv::read(&bytes, &wanted),
        Format::Parquet => read_parquet::read(bytes, &wanted),
    };
    match read {
        Err(cause) => Loaded::Failed(Box::new(unreadable(physical, &format!("`{name}` cannot be read: {cause}")))),
        Ok((rows, columns, lines)) => {
            let finding = |wanted: &Wanted, cause: String| {
                let column = &wanted.name;
                Diagnostic::error(COLUMN, format!("column `{column}` of table `{physical}` {cause}, in `{name}`"))
                    .because("what cannot be read decides nothing, so nobody is selected")
                    .help("correct the file, or the column's name and type in the catalog")
            };
            let columns = wanted.into_iter().zip(columns).map(|(wanted, column)| {
                let column = column.map_err(|cause| finding(&wanted, cause));
                (wanted, column)
            });
            let columns = columns.collect();
            Loaded::Frame(Frame { id, physical: physical.to_owned(), rows, file: name, lines, columns })
        }
    }
}

fn unreadable(physical: &str, cause: &str) -> Diagnostic {
    Diagnostic::error(UNREADABLE, format!("table `{physical}` has no rows: {cause}"))
        .because("what cannot be read decides nothing, so nobody is selected")
        .help("give a whole CSV or Parquet file")
}

/// Which columns of which tables.
#[derive(Default)]
struct Wants {
    tables: IndexMap<String, IndexSet<Wanted>>,
}

impl Wants {
    fn add(&mut self, physical: &[String], name: &str, kind: ColumnKind) {
        self.tables.entry(physical.join(".")).or_default().insert(Wanted::new(name, kind));
    }

    fn of_plan(&mut self, plan: &SegmentPlan) {
        for table in &plan.tables {
            for column in &table.columns {
                self.add(&table.physical, &column.name, column.kind.clone());
            }
            if let (Some(along), Role::Events { subject }) = (&table.along, &table.role) {
                let id = table.columns.get(*subject).map_or(ColumnKind::Text, |column| column.kind.clone());
                self.add(&along.physical, &along.from, id);
                self.add(&along.physical, &along.to, along.to_kind.clone());
                self.add(&along.physical, &along.at.column, along.at.kind.clone());
            }
        }
        for guard in plan.guards() {
            self.of_guard(plan, guard);
        }
    }

    fn of_guard(&mut self, plan: &SegmentPlan, guard: &Guard) {
        let key = key_kind(plan, guard);
        for identity in &guard.identities {
            self.add(&identity.physical, &identity.from, ColumnKind::Text);
            self.add(&identity.physical, &identity.to, key.clone());
        }
        for members in &guard.members {
            self.add(&members.physical, &members.key, ColumnKind::Text);
            self.add(&members.physical, &members.key, members.kind.clone());
            self.add(&members.physical, &members.belongs, key.clone());
            for contact in &members.contacts {
                self.add(&members.physical, contact, ColumnKind::Text);
            }
        }
        for ledger in &guard.ledgers {
            self.of_ledger(plan, guard, ledger);
        }
    }

    fn of_ledger(&mut self, plan: &SegmentPlan, guard: &Guard, ledger: &Ledger) {
        self.add(&ledger.physical, &ledger.subject, subject_kind(plan, guard, ledger));
        self.add(&ledger.physical, &ledger.subject, whole_kind(plan, guard, ledger));
        if let Some(Fresh::Within { by, .. }) = &ledger.fresh {
            self.add(&ledger.physical, &by.column, by.kind.clone());
        }
        match &ledger.rows {
            LedgerRows::Events { purpose_column, state_column, at, until, version, .. } => {
                self.add(&ledger.physical, purpose_column, ColumnKind::Text);
                self.add(&ledger.physical, state_column, ColumnKind::Text);
                self.add(&ledger.physical, &at.column, at.kind.clone());
                if let Some(until) = until {
                    self.add(&ledger.physical, &until.column, until.kind.clone());
                }
                if let Some(version) = version {
                    self.add(&ledger.physical, &version.column, ColumnKind::Text);
                }
            }
            LedgerRows::States { columns } => columns.iter().for_each(|column| self.of_state(ledger, column)),
        }
    }

    fn of_state(&mut self, ledger: &Ledger, column: &StateColumn) {
        self.add(&ledger.physical, &column.column, column.kind.clone());
        if column.kind == ColumnKind::Integer {
            self.add(&ledger.physical, &column.column, ColumnKind::Decimal);
        }
        if let Some(since) = &column.since {
            self.add(&ledger.physical, &since.column, since.kind.clone());
        }
        if let Some(version) = &column.version {
            self.add(&ledger.physical, &version.column, ColumnKind::Text);
        }
    }
}

/// What the keys of a guard's entity are.
pub(super) fn key_kind(plan: &SegmentPlan, guard: &Guard) -> ColumnKind {
    let key = plan.tables.get(guard.entity).and_then(|table| Some((table, key_column(table)?)));
    key.and_then(|(table, key)| table.columns.get(key)).map_or(ColumnKind::Text, |column| column.kind.clone())
}

/// The key's column of an entity or lookup.
pub(super) fn key_column(table: &Table) -> Option<usize> {
    match table.role {
        Role::Entity { key, .. } | Role::Lookup { key } => Some(key),
        Role::Events { .. } | Role::Nested { .. } => None,
    }
}

/// What a ledger's subjects must be, so that it is known whom they are; those of members are read as text beside.
pub(super) fn whole_kind(plan: &SegmentPlan, guard: &Guard, ledger: &Ledger) -> ColumnKind {
    let members = match ledger.keyed_by {
        KeyedBy::Member(members) => guard.members.get(members),
        KeyedBy::Entity | KeyedBy::Contact(_) | KeyedBy::Identity(_) | KeyedBy::MemberContact { .. } => None,
    };
    members.map_or_else(|| subject_kind(plan, guard, ledger), |members| members.kind.clone())
}

/// What a ledger's subjects are.
pub(super) fn subject_kind(plan: &SegmentPlan, guard: &Guard, ledger: &Ledger) -> ColumnKind {
    match ledger.keyed_by {
        KeyedBy::Entity => key_kind(plan, guard),
        KeyedBy::Contact(_) | KeyedBy::Identity(_) | KeyedBy::Member(_) | KeyedBy::MemberContact { .. } => {
            ColumnKind::Text
        }
    }
}

/// A literal of a plan as cells hold it.
pub(super) fn literal(value: &Value) -> super::cells::Raw<'_> {
    use super::cells::Raw;
    match value {
        Value::Text(text) => Raw::Text(text),
        Value::Boolean(truth) => Raw::Boolean(*truth),
        Value::Integer(n) => Raw::Integer(*n),
        Value::Decimal(n) => Raw::Decimal(n.micros()),
        Value::Date(date) => Raw::Date(super::time::days(*date)),
        Value::Instant(instant) => Raw::Instant(instant.micros()),
    }
}
