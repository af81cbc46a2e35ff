//! From a plan to one query: every CTE in the order in which a reader wants it.
//!
//! ```text
//! clock ─ people ─ ledgers ─ control ─ guard ─ permitted ─ cuts ─ features ─ matched ─ delivered ─▶ root
//! ```
//!
//! Truth is lowered by polarity: *must* for what has to be definitely true, *may* for what must not be excluded; only the side
//! in use is printed. Where nothing can be unknown both are the plain form.

mod aggregate;
mod along;
mod anchored;
pub mod clock;
mod condition;
mod dates;
mod declared;
mod delivery;
mod extreme;
mod feature;
mod figures;
mod guard;
mod inside;
mod latest;
mod ledger;
mod lists;
mod mode;
mod number;
mod order;
mod places;
mod population;
mod scope;
mod statement;
mod tables;
pub mod upkeep;
pub mod walk;

pub use guard::{OWN_NAMES, WHO, grants_comment, ledger_label, purpose_label};
pub use ledger::columns_of as ledger_columns;

use std::collections::{BTreeMap, BTreeSet};

use super::dialect::Dialect;
use super::tree::{Body, Cte, Expr, From, Join, JoinKind, Query, Select, cte};
use crate::model::Instant;
use crate::model::calendar::Zone;
use crate::plan::{Guard, Rows, RowsFrom, SegmentPlan};
use clock::{CLOCK, Clock};
use guard::GuardCte;
use ledger::LedgerCte;
use tables::TableCte;

/// What lowering found that cannot be said in a dialect, as text for people.
pub type Refusal = String;

/// Lowers a plan. With `as_of` the instant of evaluation is that one, else the statement's.
pub fn lower(plan: &SegmentPlan, dialect: &'static Dialect, as_of: Option<Instant>) -> Result<Query, Vec<Refusal>> {
    let mut lower = Lower::new(plan, dialect);
    let query = lower.query(as_of);
    if lower.refusals.is_empty() { Ok(super::shadow::clear(query, plan)) } else { Err(lower.refusals) }
}

/// A check that empties the run, as a column of the control row.
#[derive(Debug, Clone)]
pub struct Check {
    name: String,
    holds: Expr,
}

struct Lower<'p> {
    plan: &'p SegmentPlan,
    dialect: &'static Dialect,
    clock: Clock,
    ctes: Vec<Cte>,
    taken: BTreeSet<String>,
    tables: BTreeMap<usize, TableCte>,
    building: BTreeSet<usize>,
    owners: BTreeMap<usize, usize>,
    all_people: BTreeSet<usize>,
    used: Vec<BTreeSet<usize>>,
    across: Vec<BTreeSet<usize>>,
    rows: BTreeMap<u32, &'p Rows>,
    guards: Vec<(&'p Guard, GuardCte)>,
    ledgers: Vec<(String, LedgerCte)>,
    features: Vec<(String, feature::Made)>,
    values: BTreeMap<u32, &'p crate::plan::Aggregate>,
    broken: Option<String>,
    /// Whether `is missing` asks: then unknown must be told from missing.
    asking: bool,
    /// Where the expression last lowered is unknown rather than missing.
    doubt: Option<Expr>,
    permitted: String,
    /// Whether it is asked which records of ledgers admit people, and what tells it.
    with_records: bool,
    records: Vec<String>,
    refusals: Vec<Refusal>,
}

impl<'p> Lower<'p> {
    fn new(plan: &'p SegmentPlan, dialect: &'static Dialect) -> Self {
        let zone = Zone::named(&plan.timezone).unwrap_or_else(Zone::utc);
        let mut lower = Self {
            plan,
            dialect,
            clock: Clock::new(zone),
            ctes: Vec::new(),
            taken: BTreeSet::from([CLOCK.to_owned()]),
            tables: BTreeMap::new(),
            building: BTreeSet::new(),
            owners: BTreeMap::new(),
            all_people: BTreeSet::new(),
            used: vec![BTreeSet::new(); plan.tables.len()],
            across: vec![BTreeSet::new(); plan.tables.len()],
            rows: BTreeMap::new(),
            guards: Vec::new(),
            ledgers: Vec::new(),
            features: Vec::new(),
            values: BTreeMap::new(),
            broken: None,
            asking: false,
            doubt: None,
            permitted: "permitted".to_owned(),
            with_records: false,
            records: Vec::new(),
            refusals: Vec::new(),
        };
        lower.reserve_names();
        lower.survey();
        lower
    }

    fn query(&mut self, as_of: Option<Instant>) -> Query {
        let (guard, checks) = self.passing();
        let plan = self.plan;
        let root = match &plan.figures {
            Some(figures) => self.figures(figures, &guard, &checks),
            None => {
                let last = self.deliver();
                self.root(&last, &guard, &checks)
            }
        };
        let mut ctes = vec![self.clock.cte(as_of)];
        ctes.extend(self.plan.statements.iter().map(statement::cte));
        ctes.append(&mut self.ctes);
        let comment = match plan.figures {
            Some(_) => "What is shown: groups of enough people, of which no remainder tells a small one.",
            None => "Who leaves: permitted and wanted, on control data that can be trusted.",
        };
        let comment = vec![comment.to_owned()];
        Query { ctes, comment, root }
    }

    /// From the people in scope to those who pass the guard and have no broken row.
    fn passing(&mut self) -> (GuardCte, Vec<Check>) {
        let plan = self.plan;
        self.people(plan.guard.entity);
        let checks = self.controls(&plan.guard, true);
        self.push(
            "control",
            &["Whether the control data can be trusted; any doubt empties the audience."],
            control_row(&checks),
        );
        let guard = self.guard(&plan.guard, &[]);
        self.permitted(&guard);
        self.broken();
        (guard, checks)
    }

    /// Names of one part that tables of the warehouse have: no CTE may hide them.
    fn reserve_names(&mut self) {
        let plan = self.plan;
        let ledgers = plan.guard.ledgers.iter().map(|ledger| &ledger.physical);
        let identities = plan.guard.identities.iter().map(|identity| &identity.physical);
        let tables = plan.tables.iter().map(|table| &table.physical);
        let links = plan.tables.iter().filter_map(|table| table.along.as_ref()).map(|along| &along.physical);
        for parts in tables.chain(ledgers).chain(identities).chain(links) {
            if let [only] = parts.as_slice() {
                self.taken.insert(only.to_lowercase());
            }
        }
        for statement in &plan.statements {
            self.taken.insert(statement.name.to_lowercase());
            let read = crate::model::statement::trace::trace(&statement.body).tables;
            self.taken
                .extend(read.into_iter().filter(|path| path.len() == 1).flatten().map(|name| name.to_lowercase()));
        }
        // Features name their columns after themselves: none may be called like a column that is at hand.
        let columns = plan.tables.iter().flat_map(|table| &table.columns);
        self.taken.extend(columns.map(|column| column.name.to_lowercase()));
        self.taken
            .extend(["clock", "control", "guard", "permitted", "left_out", "matched", "delivered"].map(str::to_owned));
        if plan.figures.is_some() {
            self.taken.extend(["counted", "cells", "sizes", "below"].map(str::to_owned));
        }
    }

    /// Which columns are read, whose rows are whose, and every row set by its binding.
    fn survey(&mut self) {
        let plan = self.plan;
        let mut met = Vec::new();
        walk::cond(&plan.condition, &mut |at| met.push(at));
        if let Some(cap) = &plan.delivery.cap {
            walk::rows(&cap.rows, &mut |at| met.push(at));
        }
        if let Some(figures) = &plan.figures {
            walk::figures(figures, &mut |at| met.push(at));
        }
        for scan in &plan.scans {
            if let Some(from) = &scan.from {
                walk::from(from, &mut |at| met.push(at));
            }
            scan.across.iter().for_each(|path| {
                if let Some(set) = self.across.get_mut(path.table) {
                    set.insert(path.column);
                }
            });
            met.extend(scan.across.iter().map(walk::Met::Cell));
        }
        met.extend(plan.delivery.expose.iter().map(|exposed| walk::Met::Cell(&exposed.path)));
        self.survey_guard(&plan.guard);
        for at in &met {
            if let walk::Met::Rows(rows) = at {
                self.rows.insert(rows.binding, rows);
            }
        }
        for at in met {
            match at {
                walk::Met::Rows(rows) => self.survey_rows(&rows.from),
                walk::Met::Cell(path) => {
                    self.survey_hops(&path.hops);
                    self.uses(path.table, path.column);
                }
                walk::Met::Subject(_, via) => self.survey_hops(via),
                walk::Met::Parent(_, table) => self.survey_nested(table),
                walk::Met::Guard(guard) => self.survey_guard(guard),
            }
        }
    }

    fn survey_guard(&mut self, guard: &'p Guard) {
        let cells = guard.shared.iter().chain(&guard.control).chain(&guard.residence.path).chain(&guard.birth);
        for path in cells {
            self.survey_guard_path(path);
        }
        for ledger in &guard.ledgers {
            if let crate::plan::KeyedBy::Contact(path) = &ledger.keyed_by {
                self.survey_guard_path(path);
            }
        }
        self.all_people.insert(guard.entity);
    }

    /// What a guard reads is read of everybody: nobody has passed it yet.
    fn survey_guard_path(&mut self, path: &crate::plan::Path) {
        self.survey_hops(&path.hops);
        self.uses(path.table, path.column);
        self.all_people.insert(path.table);
        for hop in &path.hops {
            self.all_people.extend(self.plan.links.get(*hop).map(|link| link.to));
        }
    }

    fn survey_rows(&mut self, from: &RowsFrom) {
        match from {
            RowsFrom::Subject { table, of, via } => {
                let owner = self.subject_table(*of, via);
                self.owners.insert(*table, owner);
            }
            RowsFrom::Nested { table, .. } => self.survey_nested(*table),
            RowsFrom::Related { link, .. } => self.survey_related(*link),
            RowsFrom::RelatedRows { link, table, .. } => {
                self.survey_related(*link);
                if let Some(link) = self.plan.links.get(*link) {
                    self.owners.insert(*table, link.from);
                    self.all_people.insert(link.from);
                }
            }
        }
    }

    fn survey_related(&mut self, link: usize) {
        if let Some(link) = self.plan.links.get(link) {
            self.all_people.insert(link.from);
            self.uses(link.from, link.by);
        }
    }

    fn survey_nested(&mut self, table: usize) {
        let role = self.plan.tables.get(table).map(|table| table.role.clone());
        if let Some(crate::plan::Role::Nested { parent, by, parent_by }) = role {
            self.uses(table, by);
            self.uses(parent, parent_by);
        }
    }

    fn survey_hops(&mut self, hops: &[usize]) {
        for hop in hops {
            if let Some(link) = self.plan.links.get(*hop) {
                self.uses(link.from, link.by);
            }
        }
    }

    fn uses(&mut self, table: usize, column: usize) {
        if let Some(set) = self.used.get_mut(table) {
            set.insert(column);
        }
    }

    /// The table of the subject that a binding and links lead to.
    fn subject_table(&self, of: u32, via: &[usize]) -> usize {
        if let Some(link) = via.last().and_then(|hop| self.plan.links.get(*hop)) {
            return link.to;
        }
        match self.rows.get(&of) {
            Some(rows) => self.rows_table(&rows.from),
            None => self.plan.guard.entity,
        }
    }

    /// The table whose rows a row set binds.
    fn rows_table(&self, from: &RowsFrom) -> usize {
        match from {
            RowsFrom::Subject { table, .. } | RowsFrom::Nested { table, .. } | RowsFrom::RelatedRows { table, .. } => {
                *table
            }
            RowsFrom::Related { link, .. } => self.plan.links.get(*link).map_or(0, |link| link.from),
        }
    }

    /// A name for a CTE that nothing else has, whatever its case.
    fn fresh(&mut self, wanted: &str) -> String {
        let wanted: String = wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(40).collect();
        let mut name = wanted.clone();
        let mut n = 2;
        while !self.taken.insert(name.to_lowercase()) {
            name = format!("{wanted}_{n}");
            n += 1;
        }
        name
    }

    /// Adds a CTE under exactly this name.
    fn push(&mut self, name: &str, comment: &[&str], body: Body) {
        let comment = comment.iter().map(|line| (*line).to_owned()).collect();
        self.ctes.push(Cte { name: name.to_owned(), comment, body: with_clock(body) });
    }

    /// Something that a valid plan never asks for.
    fn bug(&mut self, what: &str) -> Expr {
        self.refusals.push(format!("the plan of this segment is not sound: {what}"));
        Expr::Truth(false)
    }
}

/// Joins the clock wherever a SELECT reads it.
fn with_clock(body: Body) -> Body {
    match body {
        Body::One(select) => Body::One(clocked(select)),
        Body::All(list) => Body::All(list.into_iter().map(clocked).collect()),
        Body::Union(list) => Body::Union(list.into_iter().map(clocked).collect()),
    }
}

fn clocked(mut select: Select) -> Select {
    if let Some(From { source: super::tree::Source::Derived(body), .. }) = &mut select.from {
        **body = with_clock((**body).clone());
    }
    for join in &mut select.joins {
        if let super::tree::Source::Derived(body) = &mut join.from.source {
            **body = with_clock((**body).clone());
        }
    }
    let has = |from: &From| from.alias == CLOCK;
    let joined = select.from.as_ref().is_some_and(has) || select.joins.iter().any(|join| has(&join.from));
    if joined || !select.reads(CLOCK) {
        return select;
    }
    let clock = cte(CLOCK, CLOCK);
    match select.from {
        None => select.from = Some(clock),
        Some(_) => select.joins.push(Join { kind: JoinKind::Cross, from: clock, on: Vec::new() }),
    }
    select
}

fn control_row(checks: &[Check]) -> Body {
    let items = checks.iter().map(|check| super::tree::named(check.holds.clone(), &check.name)).collect();
    Body::One(Select { items, ..Select::default() })
}
