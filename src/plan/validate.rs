//! Whether a plan holds together: every index points somewhere, bindings are in scope, sorts of values agree, numbers fit.
//!
//! Builders make such plans anyway; whoever reads one from outside proves it here before it is evaluated.

mod places;

use std::collections::BTreeSet;

use super::Standing;
use super::{
    Aggregate, AggregateFunc, Asks, ClockColumn, ColumnKind, Cond, DatePart, Expr, FORMAT, Fresh, Guard, KeyedBy,
    Ledger, LedgerRows, PartZone, Path, Role, Rows, RowsFrom, Says, SegmentPlan, StateColumn, Table,
};
use crate::model::calendar::Zone;
use crate::model::{Length, Value};

/// Counts above this are not the same in every reader of JSON.
const MOST: u64 = (1 << 53) - 1;
/// Purposes of one guard.
const MOST_PURPOSES: usize = 60;

type Proof = Result<(), String>;

impl SegmentPlan {
    /// Proves that the plan can be evaluated.
    ///
    /// # Errors
    /// The first thing that does not hold, as people read it.
    pub fn validate(&self) -> Result<(), String> {
        Prover { plan: self, bound: vec![(0, 0)], seen: BTreeSet::from([0]), elsewhere: false }.plan()
    }
}

/// What a value is, as far as comparisons care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Truth,
    Number,
    Date,
    Instant,
    /// Half a place: nothing can be asked of it but whether it is there.
    Degrees,
    List,
}

impl Sort {
    fn of(kind: &ColumnKind) -> Self {
        match kind {
            ColumnKind::Text | ColumnKind::Uuid | ColumnKind::Version => Sort::Text,
            ColumnKind::List { .. } => Sort::List,
            ColumnKind::Boolean => Sort::Truth,
            ColumnKind::Integer | ColumnKind::Decimal => Sort::Number,
            ColumnKind::Date => Sort::Date,
            ColumnKind::Instant | ColumnKind::Wall { .. } => Sort::Instant,
            ColumnKind::Degrees { .. } => Sort::Degrees,
        }
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::Text(_) => Sort::Text,
            Value::Boolean(_) => Sort::Truth,
            Value::Integer(_) | Value::Decimal(_) => Sort::Number,
            Value::Date(_) => Sort::Date,
            Value::Instant(_) => Sort::Instant,
        }
    }
}

struct Prover<'p> {
    plan: &'p SegmentPlan,
    /// Bindings in scope, with their tables.
    bound: Vec<(u32, usize)>,
    seen: BTreeSet<u32>,
    /// Inside a referenced segment or a rank: nobody is ranked there.
    elsewhere: bool,
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Proof {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn zone(name: &str) -> Proof {
    ensure(Zone::named(name).is_some(), || format!("zone `{name}` is unknown"))
}

fn length(length: Length) -> Proof {
    let fits = length.months.unsigned_abs() <= 12 * 10_000 && length.seconds.unsigned_abs() <= 400_000_000_000;
    ensure(fits, || format!("{length} is out of range"))
}

fn is_key(kind: &ColumnKind) -> bool {
    matches!(kind, ColumnKind::Integer | ColumnKind::Text | ColumnKind::Uuid)
}

fn is_clock(kind: &ColumnKind) -> bool {
    matches!(kind, ColumnKind::Date | ColumnKind::Instant | ColumnKind::Wall { .. })
}

fn clock(column: &ClockColumn) -> Proof {
    if let ColumnKind::Wall { zone: name } = &column.kind {
        zone(name)?;
    }
    ensure(is_clock(&column.kind), || format!("`{}` is no clock", column.column))
}

fn physical(parts: &[String]) -> Proof {
    ensure(!parts.is_empty() && parts.iter().all(|part| !part.is_empty()), || "a table has no physical name".to_owned())
}

/// The table of which a row set holds the subject's rows.
fn rows_of(rows: &Rows) -> Option<usize> {
    match rows.from {
        RowsFrom::Subject { table, .. } => Some(table),
        RowsFrom::Nested { .. } | RowsFrom::Related { .. } | RowsFrom::RelatedRows { .. } => None,
    }
}

fn count(n: u64) -> Proof {
    ensure(n <= MOST, || format!("{n} is out of range"))
}

impl<'p> Prover<'p> {
    fn plan(&mut self) -> Proof {
        let plan = self.plan;
        ensure(plan.format == FORMAT, || format!("it is of version {} and not {FORMAT}", plan.format))?;
        zone(&plan.timezone)?;
        length(plan.about.retain)?;
        plan.tables.iter().try_for_each(|table| self.table(table))?;
        for statement in &plan.statements {
            let whole = !statement.name.is_empty() && !statement.body.of.is_empty();
            ensure(whole, || "a query has no name or no rows".to_owned())?;
        }
        for link in &plan.links {
            let to = self.table_at(link.to)?;
            let keyed = matches!(to.role, Role::Entity { .. } | Role::Lookup { .. });
            ensure(keyed, || format!("link `{}` leads to `{}`, which has no key", link.name, to.name))?;
            column(self.table_at(link.from)?, link.by)?;
        }
        ensure(plan.guard.entity == 0, || "the guard is about another table than the first".to_owned())?;
        self.guard(&plan.guard)?;
        self.cond(&plan.condition)?;
        self.stay()?;
        self.delivery()?;
        plan.figures.as_ref().map_or(Ok(()), |figures| self.figures(figures))?;
        self.scans()
    }

    fn figures(&mut self, figures: &'p super::Figures) -> Proof {
        ensure(self.plan.delivery.minimum >= super::figures::FEWEST, || "a report has no minimum".to_owned())?;
        for group in &figures.by {
            self.expr(&group.value)?;
        }
        for figure in &figures.show {
            match &figure.says {
                super::Figured::People => {}
                super::Figured::Sum(value) | super::Figured::Average(value) => {
                    let sort = self.expr(value)?;
                    ensure(sort == Sort::Number, || format!("`{}` is made of what is no number", figure.name))?;
                }
                super::Figured::Share(cond) => self.cond(cond)?,
            }
        }
        figures.compare.as_ref().map_or(Ok(()), |compare| self.cond(&compare.on))
    }

    fn table_at(&self, at: usize) -> Result<&'p Table, String> {
        self.plan.tables.get(at).ok_or_else(|| format!("there is no table {at}"))
    }

    fn table(&self, table: &Table) -> Proof {
        physical(&table.physical)?;
        for one in &table.columns {
            if let ColumnKind::Wall { zone: name } = &one.kind {
                zone(name)?;
            }
            let of = if let ColumnKind::List { of } = &one.kind { of } else { &one.kind };
            let lists = matches!(of, ColumnKind::Text | ColumnKind::Integer) || *of == one.kind;
            ensure(lists, || format!("`{}` of `{}` is a list of what no list holds", one.name, table.name))?;
            let text = one.one_of.is_none() || *of == ColumnKind::Text;
            ensure(text, || format!("`{}` of `{}` is no text, so it has no listed values", one.name, table.name))?;
        }
        match table.role {
            Role::Entity { key, .. } => {
                ensure(is_key(column(table, key)?), || format!("the key of `{}` is no key", table.name))?;
            }
            Role::Lookup { key } => column(table, key).map(|_| ())?,
            Role::Events { subject } => column(table, subject).map(|_| ())?,
            Role::Nested { parent, by, parent_by } => {
                column(table, by)?;
                column(self.table_at(parent)?, parent_by)?;
            }
        }
        if let Some(of) = &table.clock {
            ensure(is_clock(column(table, of.column)?), || format!("the clock of `{}` is no clock", table.name))?;
            length(of.span)?;
        }
        if let Some(arrived) = table.arrived {
            ensure(is_clock(column(table, arrived)?), || format!("the arrival of `{}` is no clock", table.name))?;
        }
        if let Some(unique) = &table.unique {
            column(table, unique.key)?;
            unique.latest_by.map_or(Ok(()), |by| column(table, by).map(|_| ()))?;
        }
        table.declared.iter().try_for_each(|at| column(table, *at).map(|_| ()))?;
        if let Some(along) = &table.along {
            physical(&along.physical)?;
            clock(&along.at)?;
            length(along.span)?;
            let of_ids = matches!(table.role, Role::Events { subject } if is_key(column(table, subject)?));
            ensure(of_ids && is_key(&along.to_kind), || format!("`{}` is no table of ids", table.name))?;
        }
        count(table.tolerate)
    }

    /// Walks links from a table; the table at the end.
    fn along(&self, from: usize, via: &[usize]) -> Result<usize, String> {
        via.iter().try_fold(from, |table, hop| {
            let link = self.plan.links.get(*hop).ok_or_else(|| format!("there is no link {hop}"))?;
            ensure(link.from == table, || format!("link `{}` does not begin where it is followed", link.name))?;
            Ok(link.to)
        })
    }

    fn path_from(&self, from: usize, path: &Path) -> Result<&'p ColumnKind, String> {
        let end = self.along(from, &path.hops)?;
        ensure(end == path.table, || format!("a path to table {} ends at table {end}", path.table))?;
        column(self.table_at(end)?, path.column)
    }

    fn bound(&self, binding: u32) -> Result<usize, String> {
        let found = self.bound.iter().find(|(known, _)| *known == binding);
        found.map(|(_, table)| *table).ok_or_else(|| format!("nothing is bound at {binding}"))
    }

    fn path(&self, path: &Path) -> Result<&'p ColumnKind, String> {
        self.path_from(self.bound(path.binding)?, path)
    }

    fn cond(&mut self, cond: &'p Cond) -> Proof {
        match cond {
            Cond::Everyone => Ok(()),
            Cond::Sample { key, from, to, salt } => {
                self.path(key)?;
                let is_key =
                    matches!(self.table_at(key.table)?.role, Role::Entity { key: own, .. } if own == key.column);
                ensure(is_key, || "a sample is drawn by something that is no key".to_owned())?;
                let fits = from < to && *to <= 10_000 && !salt.is_empty() && !salt.contains(':');
                ensure(fits, || "a sample is no part of the people, or its salt holds a colon".to_owned())
            }
            Cond::And(parts) | Cond::Or(parts) => parts.iter().try_for_each(|part| self.cond(part)),
            Cond::Not(inner) => self.cond(inner),
            Cond::Compare { left, right, .. } => {
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                ensure(left == right, || "two sides of a comparison are of different sorts".to_owned())
            }
            Cond::OneOf { value, values, .. } => {
                let sort = self.expr(value)?;
                let same = values.iter().all(|value| Sort::of_value(value) == sort);
                ensure(same, || "a list holds values of another sort than what is looked up in it".to_owned())
            }
            Cond::Has { list, values, ignoring_case } => {
                let ColumnKind::List { of } = self.path(list)? else {
                    return Err("something that is no list is asked what it holds".to_owned());
                };
                let sort = Sort::of(of);
                let same = !values.is_empty() && values.iter().all(|value| Sort::of_value(value) == sort);
                ensure(same, || "a list is asked for values of another sort".to_owned())?;
                let folds = !*ignoring_case || sort == Sort::Text;
                ensure(folds, || "letters are folded in what is no text".to_owned())
            }
            Cond::Text { op, value, pattern, .. } => {
                let known =
                    *op != crate::model::TextOp::Matches || crate::model::pattern::Pattern::is_canonical(pattern);
                ensure(known, || "a text is matched with something that is no pattern".to_owned())?;
                self.is(value, Sort::Text)
            }
            Cond::Around(around) => self.around(around),
            Cond::Truth(value) => self.is(value, Sort::Truth),
            Cond::Missing(value) => self.expr(value).map(|_| ()),
            Cond::Count { rows, n, .. } => {
                count(*n)?;
                self.rows(rows, |_| Ok(()))
            }
            Cond::AtLeastOf { of, n, .. } => {
                count(*n)?;
                of.iter().try_for_each(|part| self.cond(part))
            }
            Cond::Guarded { via, guard, condition, .. } => {
                let entity = self.along(0, via)?;
                ensure(guard.entity == entity, || "a referenced segment is about another table".to_owned())?;
                self.guard(guard)?;
                let before = std::mem::replace(&mut self.elsewhere, true);
                self.cond(condition)?;
                self.elsewhere = before;
                Ok(())
            }
        }
    }

    fn is(&mut self, expr: &'p Expr, sort: Sort) -> Proof {
        let found = self.expr(expr)?;
        ensure(found == sort, || format!("an expression is {found:?} where {sort:?} is needed").to_lowercase())
    }

    fn expr(&mut self, expr: &'p Expr) -> Result<Sort, String> {
        match expr {
            Expr::Literal(value) => Ok(Sort::of_value(value)),
            Expr::Field(path) => self.path(path).map(Sort::of),
            Expr::Latest { rows, path } => {
                let mut sort = Sort::Text;
                self.rows(rows, |prover| {
                    sort = Sort::of(prover.path(path)?);
                    Ok(())
                })?;
                Ok(sort)
            }
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Arithmetic { left, right, .. } => {
                self.is(left, Sort::Number)?;
                self.is(right, Sort::Number)?;
                Ok(Sort::Number)
            }
            Expr::Age(path) => {
                let date = *self.path(path)? == ColumnKind::Date;
                ensure(date, || "an age is of something that is no date".to_owned())?;
                Ok(Sort::Number)
            }
            Expr::Part { part, of, zone } => self.part(*part, of, zone.as_ref()),
            Expr::Anniversary { of, .. } => self.is(of, Sort::Date).map(|()| Sort::Date),
            Expr::Instant(_) => Ok(Sort::Instant),
            Expr::Standing(standing) => self.standing(standing),
            Expr::Today => Ok(Sort::Date),
            Expr::DateOf(of) => self.is(of, Sort::Instant).map(|()| Sort::Date),
            Expr::StartOfDay(of) => self.is(of, Sort::Date).map(|()| Sort::Instant),
            Expr::DaysSince(of) => {
                let time = matches!(self.expr(of)?, Sort::Date | Sort::Instant);
                ensure(time, || "days are counted from something that is no time".to_owned())?;
                Ok(Sort::Number)
            }
            Expr::Extreme { of, .. } => self.extreme(of),
            Expr::Back { from, length: by } => {
                length(*by)?;
                self.is(from, Sort::Instant).map(|()| Sort::Instant)
            }
        }
    }

    /// A date has no hours, no zone, and is its own date.
    fn part(&mut self, part: DatePart, of: &'p Expr, zone: Option<&'p PartZone>) -> Result<Sort, String> {
        let sort = self.expr(of)?;
        let plain = !part.needs_instant() && part != DatePart::Date && zone.is_none();
        ensure(sort == Sort::Instant || (sort == Sort::Date && plain), || {
            "a part is told of something that has none".to_owned()
        })?;
        if let Some(path) = zone.and_then(PartZone::path) {
            ensure(*self.path(path)? == ColumnKind::Text, || {
                "a zone is named by something that is no text".to_owned()
            })?;
        }
        let known = |name: &String| crate::model::config::zone_fault(name).is_ok();
        let zones = zone.map_or(&[] as &[String], PartZone::zones);
        ensure(zones.iter().all(known), || "a zone is none that every engine knows".to_owned())?;
        Ok(if part == DatePart::Date { Sort::Date } else { Sort::Number })
    }

    /// A standing is about the root subject, whom nothing else is bound beside.
    fn standing(&mut self, standing: &'p Standing) -> Result<Sort, String> {
        let alone = self.bound.len() == 1 && !std::mem::replace(&mut self.elsewhere, true);
        ensure(alone, || "people are ranked among rows, in a referenced segment or in another rank".to_owned())?;
        let sort = self.expr(&standing.measure)?;
        let ordered = matches!(sort, Sort::Number | Sort::Date | Sort::Instant);
        ensure(ordered, || "people are ranked by something that has no order".to_owned())?;
        standing.among.iter().try_for_each(|among| self.cond(among))?;
        self.elsewhere = false;
        Ok(Sort::Number)
    }

    fn extreme(&mut self, of: &'p [Expr]) -> Result<Sort, String> {
        let sorts = of.iter().map(|value| self.expr(value)).collect::<Result<Vec<Sort>, String>>()?;
        let first = *sorts.first().ok_or_else(|| "the greatest or least of nothing".to_owned())?;
        let ordered = matches!(first, Sort::Number | Sort::Date | Sort::Instant);
        let whole = ordered && sorts.iter().all(|sort| *sort == first);
        ensure(whole, || "the greatest or least is of values of several sorts, or without order".to_owned())?;
        Ok(first)
    }

    fn aggregate(&mut self, aggregate: &'p Aggregate) -> Result<Sort, String> {
        let Aggregate { func, rows, value, ignoring_missing, share } = aggregate;
        ensure(!ignoring_missing || may_ignore(*func), || "an aggregate ignores what it cannot".to_owned())?;
        let (needs_value, needs_share) = match func {
            AggregateFunc::Count => (false, false),
            AggregateFunc::Share => (false, true),
            AggregateFunc::CountDistinct
            | AggregateFunc::Sum
            | AggregateFunc::Avg
            | AggregateFunc::Min
            | AggregateFunc::Max
            | AggregateFunc::Median
            | AggregateFunc::Mode
            | AggregateFunc::First
            | AggregateFunc::Last => (true, false),
        };
        let whole = value.is_some() == needs_value && share.is_some() == needs_share;
        ensure(whole, || "an aggregate has not the parts that it needs".to_owned())?;
        let mut sort = Sort::Number;
        self.rows(rows, |prover| {
            if let Some(value) = value {
                sort = prover.expr(value)?;
            }
            share.as_ref().map_or(Ok(()), |share| prover.cond(share))
        })?;
        match func {
            AggregateFunc::Sum | AggregateFunc::Avg => {
                ensure(sort == Sort::Number, || "a sum is of something that is no number".to_owned())?;
                Ok(Sort::Number)
            }
            AggregateFunc::Count | AggregateFunc::CountDistinct | AggregateFunc::Share => Ok(Sort::Number),
            AggregateFunc::Min
            | AggregateFunc::Max
            | AggregateFunc::Median
            | AggregateFunc::Mode
            | AggregateFunc::First
            | AggregateFunc::Last => Ok(sort),
        }
    }

    /// Proves a set of rows, its filter, and what `inside` looks at while they are bound.
    fn rows(&mut self, rows: &'p Rows, inside: impl FnOnce(&mut Self) -> Proof) -> Proof {
        let before = self.bound.len();
        self.bind(rows)?;
        inside(self)?;
        self.bound.truncate(before);
        Ok(())
    }

    /// Binds rows, after those that hold them.
    fn bind(&mut self, rows: &'p Rows) -> Proof {
        ensure(self.seen.insert(rows.binding), || format!("binding {} stands twice", rows.binding))?;
        if let Some(each) = &rows.each {
            let inside = matches!(rows.from, RowsFrom::Nested { of, .. } if of == each.binding);
            let bare = rows.window.is_none() && rows.anchored.is_none() && rows.latest.is_none();
            ensure(inside && bare, || format!("the rows bound at {} are not those inside others", rows.binding))?;
            self.bind(each)?;
        }
        let table = self.source(&rows.from, true)?;
        let scan = self.plan.scans.get(rows.scan).filter(|scan| scan.table == table && scan.from.is_some());
        ensure(scan.is_some(), || format!("no scan {} reads the rows bound at {}", rows.scan, rows.binding))?;
        if let Some(anchored) = &rows.anchored {
            let timed = self.table_at(table)?.clock.is_some();
            ensure(timed, || format!("an anchored window over table {table}, which has no clock"))?;
            std::iter::once(&anchored.start).chain(&anchored.ends).try_for_each(|at| self.is(at, Sort::Instant))?;
        }
        self.bound.push((rows.binding, table));
        if let Some(latest) = &rows.latest {
            let timed = self.table_at(table)?.clock.is_some();
            ensure(timed && latest.n > 0, || format!("no latest rows of table {table}"))?;
            latest.of.iter().try_for_each(|of| self.cond(of))?;
        }
        rows.filter.as_ref().map_or(Ok(()), |filter| self.cond(filter))
    }

    /// The table of rows that come from somewhere.
    fn source(&mut self, from: &'p RowsFrom, guards: bool) -> Result<usize, String> {
        match from {
            RowsFrom::Subject { table, of, via } => {
                let whose = self.along(self.bound(*of)?, via)?;
                self.events(*table, whose)
            }
            RowsFrom::Nested { table, of } => {
                let parent = self.bound(*of)?;
                let inside =
                    matches!(self.table_at(*table)?.role, Role::Nested { parent: known, .. } if known == parent);
                ensure(inside, || format!("table {table} is not nested where it is read"))?;
                Ok(*table)
            }
            RowsFrom::Related { link, of, via, guard } => {
                self.related(*link, *of, via, guard.as_deref().filter(|_| guards))
            }
            RowsFrom::RelatedRows { link, of, via, table, guard } => {
                let whose = self.related(*link, *of, via, guard.as_deref().filter(|_| guards))?;
                self.events(*table, whose)
            }
        }
    }

    fn events(&self, table: usize, whose: usize) -> Result<usize, String> {
        let events = matches!(self.table_at(table)?.role, Role::Events { .. });
        let entity = matches!(self.table_at(whose)?.role, Role::Entity { .. });
        ensure(events && entity, || format!("table {table} holds no rows of table {whose}"))?;
        Ok(table)
    }

    fn related(&mut self, link: usize, of: u32, via: &[usize], guard: Option<&'p Guard>) -> Result<usize, String> {
        let whom = self.along(self.bound(of)?, via)?;
        let link = self.plan.links.get(link).ok_or_else(|| format!("there is no link {link}"))?;
        let entity = matches!(self.table_at(link.from)?.role, Role::Entity { .. });
        ensure(link.to == whom && entity, || format!("link `{}` does not relate to whom it is asked for", link.name))?;
        if let Some(guard) = guard {
            ensure(guard.entity == link.from, || "the guard of related people is about another table".to_owned())?;
            self.guard(guard)?;
        }
        Ok(link.from)
    }

    /// Stored memberships are asked where `where` stands, and nowhere else.
    fn stay(&self) -> Proof {
        let Some(stay) = &self.plan.stay else { return Ok(()) };
        let table = self.table_at(stay.table)?;
        length(stay.lasts)?;
        let clocked = table.clock.is_some() && matches!(table.role, Role::Events { .. });
        let read = self.plan.row_sets().iter().filter(|rows| rows_of(rows) == Some(stay.table)).count();
        let holds = clocked && read == 1 && self.plan.wanted_anew().is_some();
        ensure(holds, || "stored memberships do not stand in for what is wanted".to_owned())
    }

    fn delivery(&mut self) -> Proof {
        let delivery = &self.plan.delivery;
        delivery.expose.iter().try_for_each(|exposed| self.path(&exposed.path).map(|_| ()))?;
        if let Some(cap) = &delivery.cap {
            count(cap.contacts)?;
            self.rows(&cap.rows, |_| Ok(()))?;
        }
        if let Some(holdout) = &delivery.holdout {
            let fits = (1..=9_999).contains(&holdout.basis_points) && !holdout.salt.contains(':');
            ensure(fits, || "the holdout is no part of the people, or its salt holds a colon".to_owned())?;
        }
        count(delivery.minimum)
    }

    /// Scans may read whatever any row set binds.
    fn scans(&mut self) -> Proof {
        let plan = self.plan;
        for rows in plan.row_sets() {
            let scan = plan.scans.get(rows.scan).ok_or_else(|| format!("there is no scan {}", rows.scan))?;
            self.bound.push((rows.binding, scan.table));
        }
        for scan in &plan.scans {
            let table = self.table_at(scan.table)?;
            scan.columns.iter().try_for_each(|at| column(table, *at).map(|_| ()))?;
            scan.across.iter().try_for_each(|path| self.path_from(scan.table, path).map(|_| ()))?;
            let from = scan.from.as_ref().map(|from| self.source(from, false)).transpose()?;
            ensure(from.unwrap_or(0) == scan.table, || {
                "a scan reads another table than its rows come from".to_owned()
            })?;
        }
        Ok(())
    }

    fn guard(&self, guard: &Guard) -> Proof {
        let entity = self.table_at(guard.entity)?;
        ensure(matches!(entity.role, Role::Entity { .. }), || format!("`{}` is no entity to guard", entity.name))?;
        let purposes = guard.purposes.len();
        ensure(purposes > 0 && purposes <= MOST_PURPOSES, || format!("a guard has {purposes} purposes"))?;
        guard.purposes.iter().try_for_each(|purpose| purpose.valid.map_or(Ok(()), length))?;
        guard.shared.iter().try_for_each(|path| self.path_from(guard.entity, path).map(|_| ()))?;
        let texts = guard.control.iter().chain(&guard.residence.path);
        for path in texts {
            let text = *self.path_from(guard.entity, path)? == ColumnKind::Text;
            ensure(text, || "a guard reads something that is no text as an address or a country".to_owned())?;
        }
        if let Some(birth) = &guard.birth {
            let date = *self.path_from(guard.entity, birth)? == ColumnKind::Date;
            ensure(date, || "a guard's birth date is no date".to_owned())?;
        }
        guard.identities.iter().try_for_each(|identity| physical(&identity.physical))?;
        guard.members.iter().try_for_each(|members| physical(&members.physical))?;
        guard.residence.rules.iter().try_for_each(|rule| asks(&rule.asks, guard))?;
        asks(&guard.residence.strictest, guard)?;
        guard.ledgers.iter().try_for_each(|ledger| self.ledger(guard, ledger))
    }

    fn ledger(&self, guard: &Guard, ledger: &Ledger) -> Proof {
        physical(&ledger.physical)?;
        ledger.retention.map_or(Ok(()), length)?;
        length(ledger.skew)?;
        let keyed = match &ledger.keyed_by {
            KeyedBy::Entity => true,
            KeyedBy::Contact(path) => *self.path_from(guard.entity, path)? == ColumnKind::Text,
            KeyedBy::Identity(at) => *at < guard.identities.len(),
            KeyedBy::Member(at) => *at < guard.members.len(),
            KeyedBy::MemberContact { members, column } => {
                guard.members.get(*members).is_some_and(|members| *column < members.contacts.len())
            }
        };
        ensure(keyed, || format!("ledger `{}` is keyed by nothing that is there", ledger.name))?;
        match &ledger.fresh {
            Some(Fresh::Within { within, by }) => {
                length(*within)?;
                clock(by)?;
            }
            Some(Fresh::Taken { within, .. }) => within.map_or(Ok(()), length)?,
            None => {}
        }
        match &ledger.rows {
            LedgerRows::Events { codes, at, until, .. } => {
                clock(at)?;
                until.as_ref().map_or(Ok(()), clock)?;
                let known = codes.iter().flat_map(|code| code.grants.iter().chain(&code.denies));
                purposes(known, guard)
            }
            LedgerRows::States { columns } => columns.iter().try_for_each(|column| state(column, guard)),
        }
    }
}

/// Whether an aggregate may leave out rows that lack the value.
fn may_ignore(func: AggregateFunc) -> bool {
    match func {
        AggregateFunc::Sum | AggregateFunc::Avg | AggregateFunc::Min | AggregateFunc::Max | AggregateFunc::Median => {
            true
        }
        AggregateFunc::Count
        | AggregateFunc::CountDistinct
        | AggregateFunc::Mode
        | AggregateFunc::First
        | AggregateFunc::Last
        | AggregateFunc::Share => false,
    }
}

fn column(table: &Table, at: usize) -> Result<&ColumnKind, String> {
    table.columns.get(at).map(|column| &column.kind).ok_or_else(|| format!("`{}` has no column {at}", table.name))
}

fn asks(asks: &Asks, guard: &Guard) -> Proof {
    let known = asks.opt_outs.iter().all(|ledger| *ledger < guard.ledgers.len());
    ensure(known, || "a jurisdiction asks a ledger that is not there".to_owned())
}

fn purposes<'g>(mut at: impl Iterator<Item = &'g usize>, guard: &Guard) -> Proof {
    ensure(at.all(|at| *at < guard.purposes.len()), || "a ledger speaks of a purpose that is not there".to_owned())
}

fn state(column: &StateColumn, guard: &Guard) -> Proof {
    let fits = |value: &Value| match (&column.kind, value) {
        (ColumnKind::Text, Value::Text(_))
        | (ColumnKind::Boolean, Value::Boolean(_))
        | (ColumnKind::Integer, Value::Integer(_)) => true,
        (
            ColumnKind::Text
            | ColumnKind::Boolean
            | ColumnKind::Integer
            | ColumnKind::Decimal
            | ColumnKind::Degrees { .. }
            | ColumnKind::Date
            | ColumnKind::Instant
            | ColumnKind::Wall { .. }
            | ColumnKind::Uuid
            | ColumnKind::Version
            | ColumnKind::List { .. },
            Value::Text(_)
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::Decimal(_)
            | Value::Date(_)
            | Value::Instant(_),
        ) => false,
    };
    ensure(column.values.iter().all(|(value, _)| fits(value)), || format!("`{}` holds no such values", column.column))?;
    column.since.as_ref().map_or(Ok(()), clock)?;
    let said: Vec<&Says> =
        column.values.iter().map(|(_, says)| says).chain([&column.missing, &column.otherwise]).collect();
    purposes(said.into_iter().flat_map(|says| says.grants.iter().chain(&says.denies)), guard)
}
