//! Cutting tables: retained, before now, arrived by now, one row per key, and who is broken.
//!
//! A warehouse table that is read as data stands in exactly one CTE, which restricts its rows to people who may be read.

use std::collections::BTreeMap;

use super::clock::{Moment, Stored};
use super::{Lower, lists};
use crate::emit::sql::tree::{
    Body, Expr, From, Func, Item, Op, Over, Select, Test, Type, and, any_row, binary, call, col, cte, derived, eq, is,
    join, named, one_of, or, table, when,
};
use crate::faults::{Fault, on};
use crate::model::{Date, Instant};
use crate::plan::{Bound, Column, ColumnKind, Role, Table, Window};

/// The alias of a warehouse row inside its cut.
const ROW: &str = "r";

/// A table, cut.
#[derive(Debug, Clone)]
pub struct TableCte {
    /// The CTE.
    pub name: String,
    /// Names of its columns there, by index.
    pub columns: BTreeMap<usize, String>,
    /// The column that says whether the row is broken in anything that the segment reads of its table; `None` where none can be.
    pub broken: Option<String>,
    /// Of rows of ids: whose rows they are, and whether they are so for sure.
    pub along: Option<(String, String)>,
}

impl Lower<'_> {
    /// The cut of a table, made where it is not there yet.
    pub fn table(&mut self, index: usize) -> TableCte {
        if let Some(known) = self.tables.get(&index) {
            return known.clone();
        }
        let plan = self.plan;
        let Some(of) = plan.tables.get(index) else {
            self.bug("a table that is not there");
            return TableCte { name: String::new(), columns: BTreeMap::new(), broken: None, along: None };
        };
        self.building.insert(index);
        let made = match of.role {
            Role::Entity { key, .. } | Role::Lookup { key } => self.keyed_rows(index, of, key),
            Role::Events { subject } => self.event_rows(index, of, subject),
            Role::Nested { parent, by, parent_by } => self.nested_rows(index, of, parent, by, parent_by),
        };
        self.building.remove(&index);
        self.tables.insert(index, made.clone());
        made
    }

    /// The people in scope: the entity's rows, one per key.
    pub fn people(&mut self, index: usize) -> TableCte {
        self.table(index)
    }

    /// The name of the key (or subject) column in a table's cut.
    pub fn key_of(&self, index: usize, cut: &TableCte) -> String {
        if let Some((key, _)) = &cut.along {
            return key.clone();
        }
        let key = match self.plan.tables.get(index).map(|table| &table.role) {
            Some(Role::Entity { key, .. } | Role::Lookup { key }) => *key,
            Some(Role::Events { subject }) => *subject,
            Some(Role::Nested { by, .. }) => *by,
            None => 0,
        };
        cut.columns.get(&key).cloned().unwrap_or_default()
    }

    /// The kind of a column.
    pub fn kind(&self, table: usize, column: usize) -> ColumnKind {
        let found = self.plan.tables.get(table).and_then(|table| table.columns.get(column));
        found.map_or(ColumnKind::Text, |column| column.kind.clone())
    }

    fn keyed_rows(&mut self, index: usize, of: &Table, key: usize) -> TableCte {
        let name = self.fresh(&of.name);
        let columns = self.column_names(index, of, &[key]);
        let (mut filter, clocked) = (vec![is(raw(of, key, ROW), Test::NotNull)], self.clock_range(of, None));
        filter.extend(clocked);
        filter.extend(self.reach(index, of, key));
        let read: Vec<usize> = self.read_columns(index, of, &columns);
        let distinct = Select {
            distinct: true,
            items: read.iter().map(|column| raw_item(of, *column, ROW)).collect(),
            from: Some(table(&of.physical, ROW)),
            filter,
            ..Select::default()
        };
        // Contradicting rows of one key stay side by side, broken, and so does whoever needs one of them. To keep one of them here
        // would cost what a planner knows about the number of rows.
        let copies = spare(of, "copies");
        let partition = vec![raw(of, key, "d")];
        let count = Expr::Over { func: Over::Count, of: None, partition, order: Vec::new() };
        let mut items: Vec<Item> = read.iter().map(|column| raw_item(of, *column, "d")).collect();
        items.push(named(count, &copies));
        let counted = Select { items, from: Some(derived(Body::One(distinct), "d")), ..Select::default() };
        let twice = binary(Op::Greater, col("v", &copies), Expr::Whole(1));
        let (items, broken) = self.row_items(index, of, &columns, "v", Some(twice));
        let body = Select { items, from: Some(derived(Body::One(counted), "v")), ..Select::default() };
        let what = if matches!(of.role, Role::Lookup { .. }) {
            "one row per key."
        } else {
            "within their retention, one row each."
        };
        self.push(&name, &[&format!("{}: {what}", of.name)], Body::One(body));
        TableCte { name, columns, broken, along: None }
    }

    fn event_rows(&mut self, index: usize, of: &Table, subject: usize) -> TableCte {
        let owner = self.owners.get(&index).copied().unwrap_or(self.plan.guard.entity);
        let whose = self.readable_people(owner);
        let id_kind = self.kind(index, subject);
        let links = of.along.as_ref().map(|along| self.links_along(of, along, &id_kind));
        let name = self.fresh(&of.name);
        let columns = self.column_names(index, of, &[subject]);
        let hull = self.hull(index, of);
        let range = self.clock_range(of, hull.as_deref());
        let known = of.unique.iter().map(|_| is(raw(of, subject, ROW), Test::NotNull));
        let (source, mut filter, broken_too) = self.versions(of, subject, known.chain(range).collect());
        let alias = source.alias.clone();
        let own = keyed(of, subject, &alias);
        let whoever = links.as_ref().map_or_else(|| own.clone(), |links| col("l", &links.key));
        filter.push(self.semi_join(&whose, owner, whoever));
        let (mut items, broken) = self.row_items(index, of, &columns, &alias, broken_too);
        let mut joins = Vec::new();
        if let Some(links) = &links {
            items.extend([&links.key, &links.sure].map(|name| Item { expr: col("l", name), alias: None }));
            joins.push(join(cte(&links.name, "l"), vec![eq(col("l", &links.id), own)]));
        }
        let body = Select { items, from: Some(source), joins, filter, ..Select::default() };
        let lines = [format!("{}: rows of people who may be read, as far back as they are needed and kept.", of.name)];
        self.push(&name, &[&lines.concat()], Body::One(body));
        TableCte { name, columns, broken, along: links.map(|links| (links.key, links.sure)) }
    }

    /// Versions of one row: the latest, or every one where they cannot be told apart, which breaks them.
    fn versions(&mut self, of: &Table, whose: usize, filter: Vec<Expr>) -> (From, Vec<Expr>, Option<Expr>) {
        let Some(unique) = &of.unique else { return (table(&of.physical, ROW), filter, None) };
        let all: Vec<usize> = (0..of.columns.len()).collect();
        let items = |alias: &str| all.iter().map(|column| raw_item(of, *column, alias)).collect::<Vec<Item>>();
        let from = Some(table(&of.physical, ROW));
        let distinct = Select { distinct: true, items: items(ROW), from, filter, ..Select::default() };
        let partition = vec![raw(of, unique.key, "d")];
        let over = |func, of: Option<Expr>, order: Vec<(Expr, bool)>| Expr::Over {
            func,
            of: of.map(Box::new),
            partition: partition.clone(),
            order,
        };
        let differ = |expr: Expr| {
            let least = over(Over::Min, Some(expr.clone()), Vec::new());
            binary(Op::NotEqual, least, over(Over::Max, Some(expr), Vec::new()))
        };
        let mut vague = vec![differ(keyed(of, whose, "d"))];
        if matches!(of.role, Role::Nested { .. }) {
            // A version that says of nothing what it is in may be the one that counts.
            let placed = over(Over::Count, Some(raw(of, whose, "d")), Vec::new());
            vague.push(binary(Op::NotEqual, over(Over::Count, None, Vec::new()), placed));
        }
        vague.extend(of.clock.as_ref().map(|clock| differ(raw(of, clock.column, "d"))));
        let (place, vague_name, next) = (spare(of, "place"), spare(of, "vague"), spare(of, "next_version"));
        let mut layer = items("d");
        let count = over(Over::Count, None, Vec::new());
        let mut kept = Vec::new();
        let mut broken = vec![col("v", &vague_name), is(raw(of, unique.key, "v"), Test::Null)];
        match unique.latest_by {
            Some(by) => {
                let order = vec![(raw(of, by, "d"), true)];
                layer.push(named(over(Over::RowNumber, None, order.clone()), &place));
                layer.push(named(over(Over::Lead, Some(raw(of, by, "d")), order), &next));
                vague.push(binary(Op::NotEqual, count, over(Over::Count, Some(raw(of, by, "d")), Vec::new())));
                kept.push(eq(col("v", &place), Expr::Whole(1)));
                broken.push(is(eq(col("v", &next), raw(of, by, "v")), Test::True));
            }
            None => vague.push(binary(Op::Greater, count, Expr::Whole(1))),
        }
        layer.push(named(or(vague), &vague_name));
        let layer = Select { items: layer, from: Some(derived(Body::One(distinct), "d")), ..Select::default() };
        kept.extend([col("v", &vague_name), is(raw(of, unique.key, "v"), Test::Null)]);
        let filter = if unique.latest_by.is_some() { vec![or(kept)] } else { Vec::new() };
        (derived(Body::One(layer), "v"), filter, Some(or(broken)))
    }

    fn nested_rows(&mut self, index: usize, of: &Table, parent: usize, by: usize, parent_by: usize) -> TableCte {
        let above = self.table(parent);
        let name = self.fresh(&of.name);
        let columns = self.column_names(index, of, &[by]);
        let parent_column = above.columns.get(&parent_by).cloned().unwrap_or_default();
        let range = self.clock_range(of, None);
        let (source, mut filter, broken_too) = self.versions(of, by, range);
        let alias = source.alias.clone();
        let (left, right) = self.comparable(
            (col("p", &parent_column), &self.kind(parent, parent_by)),
            (keyed(of, by, &alias), &self.kind(index, by)),
        );
        filter.push(Expr::Exists(any_row(cte(&above.name, "p"), vec![eq(left, right)])));
        let (items, broken) = self.row_items(index, of, &columns, &alias, broken_too);
        let body = Select { items, from: Some(source), filter, ..Select::default() };
        let parent_name = self.plan.tables.get(parent).map_or("", |table| table.name.as_str());
        self.push(&name, &[&format!("{}: rows nested in those of {parent_name}.", of.name)], Body::One(body));
        TableCte { name, columns, broken, along: None }
    }

    /// Two key columns made comparable: as they are where their kinds agree, else as text.
    pub fn comparable(&self, left: (Expr, &ColumnKind), right: (Expr, &ColumnKind)) -> (Expr, Expr) {
        let textual = |kind: &ColumnKind| matches!(kind, ColumnKind::Text | ColumnKind::Uuid);
        if left.1 == right.1 || (textual(left.1) && textual(right.1)) {
            return (left.0, right.0);
        }
        let text = |(expr, kind): (Expr, &ColumnKind)| {
            if textual(kind) { expr } else { Expr::Cast(Box::new(expr), Type::Text) }
        };
        (text(left), text(right))
    }

    /// The CTE of those of an entity whose rows may be read: who passes the guard, or, where rows of related people count as possible, everybody.
    fn readable_people(&mut self, owner: usize) -> TableCte {
        let cut = self.table(owner);
        if owner == self.plan.guard.entity && !self.related_read(owner) {
            return TableCte { name: self.permitted.clone(), ..cut };
        }
        cut
    }

    /// Whether rows of others than the subject are read.
    fn related_read(&self, owner: usize) -> bool {
        self.rows.values().any(|rows| match &rows.from {
            crate::plan::RowsFrom::RelatedRows { link, .. } => {
                self.plan.links.get(*link).is_some_and(|link| link.from == owner)
            }
            crate::plan::RowsFrom::Subject { of, via, .. } => *of != 0 && self.subject_table(*of, via) == owner,
            crate::plan::RowsFrom::Nested { .. } | crate::plan::RowsFrom::Related { .. } => false,
        })
    }

    fn semi_join(&self, whose: &TableCte, owner: usize, subject: Expr) -> Expr {
        let key = self.key_of(owner, whose);
        Expr::Exists(any_row(cte(&whose.name, "p"), vec![eq(col("p", &key), subject)]))
    }

    /// For an entity that no guard speaks of: only rows that somebody who is permitted leads to.
    fn reach(&mut self, index: usize, of: &Table, key: usize) -> Option<Expr> {
        let entity = matches!(of.role, Role::Entity { .. });
        if !entity
            || self.all_people.contains(&index)
            || self.owners.values().any(|owner| *owner == index) && self.building.len() > 1
        {
            return None;
        }
        let root = self.plan.guard.entity;
        let from_root = |link: &&crate::plan::Link| link.to == index;
        let links: Vec<crate::plan::Link> = self.plan.links.iter().filter(from_root).cloned().collect();
        if links.is_empty() || links.iter().any(|link| link.from != root) {
            return None;
        }
        let people = self.table(root);
        let reached = links.iter().filter_map(|link| {
            let by = people.columns.get(&link.by)?;
            let (left, right) = self
                .comparable((col("p", by), &self.kind(root, link.by)), (keyed(of, key, ROW), &self.kind(index, key)));
            Some(Expr::Exists(any_row(cte(&self.permitted, "p"), vec![eq(left, right)])))
        });
        Some(or(reached.collect()))
    }

    /// The columns of a cut by name: those that are read, the key first.
    fn column_names(&self, index: usize, of: &Table, always: &[usize]) -> BTreeMap<usize, String> {
        let mut wanted: Vec<usize> = always.to_vec();
        wanted.extend(of.clock.as_ref().map(|clock| clock.column));
        wanted.extend(self.used.get(index).into_iter().flatten());
        let mut names = BTreeMap::new();
        for column in wanted {
            let Some(found) = of.columns.get(column) else { continue };
            let name = match suffix(of, self.joins(index, column), column) {
                Some(suffix) if found.name.len() <= 40 => spare(of, &format!("{}_{suffix}", found.name)),
                Some(suffix) => spare(of, &format!("column_{column}_{suffix}")),
                None => found.name.clone(),
            };
            names.insert(column, name);
        }
        names
    }

    /// Whether rows are joined by this column.
    fn joins(&self, index: usize, column: usize) -> bool {
        let nested = |table: &Table| matches!(table.role, Role::Nested { parent, parent_by, .. } if parent == index && parent_by == column);
        let own = match self.plan.tables.get(index).map(|table| &table.role) {
            Some(Role::Entity { key, .. } | Role::Lookup { key }) => *key == column,
            Some(Role::Events { subject }) => *subject == column,
            Some(Role::Nested { by, .. }) => *by == column,
            None => false,
        };
        own || self.plan.links.iter().any(|link| link.from == index && link.by == column)
            || self.plan.tables.iter().any(nested)
    }

    /// Raw columns that the outer layer needs.
    fn read_columns(&self, index: usize, of: &Table, columns: &BTreeMap<usize, String>) -> Vec<usize> {
        let scanned =
            self.plan.scans.iter().filter(|scan| scan.table == index).flat_map(|scan| scan.columns.iter().copied());
        let across = self.across.get(index).into_iter().flatten().copied();
        let mut all: Vec<usize> =
            columns.keys().copied().chain(of.declared.iter().copied()).chain(scanned).chain(across).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The items of a cut: its columns ready for use, and whether the row is broken.
    fn row_items(
        &self,
        index: usize,
        of: &Table,
        columns: &BTreeMap<usize, String>,
        alias: &str,
        broken_too: Option<Expr>,
    ) -> (Vec<Item>, Option<String>) {
        let mut items = Vec::new();
        for (column, name) in columns {
            let expr = if self.joins(index, *column) { keyed(of, *column, alias) } else { value(of, *column, alias) };
            items.push(named(expr, name));
        }
        let mut any: Vec<Expr> = broken_too.into_iter().collect();
        any.extend(self.read_of(index).into_iter().map(|column| cell_broken(of, column, alias)));
        let flag = or(any);
        if flag == Expr::Truth(false) {
            return (items, None);
        }
        let name = spare(of, "broken");
        items.push(named(flag, &name));
        (items, Some(name))
    }

    /// Every column of a table that the segment reads anywhere: each breaks its row in every window that is read.
    fn read_of(&self, index: usize) -> Vec<usize> {
        let scanned =
            self.plan.scans.iter().filter(|scan| scan.table == index).flat_map(|scan| scan.columns.iter().copied());
        let across = self.across.get(index).into_iter().flatten().copied();
        // What nested rows find their row by is read, too.
        let found_by = self.plan.tables.iter().filter_map(|table| match table.role {
            Role::Nested { parent, parent_by, .. } if parent == index => Some(parent_by),
            Role::Nested { .. } | Role::Entity { .. } | Role::Events { .. } | Role::Lookup { .. } => None,
        });
        let mut all: Vec<usize> = scanned.chain(across).chain(found_by).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The windows over a table, if every reading of it has one and rows stand alone: nothing earlier need be read.
    fn hull(&self, index: usize, of: &Table) -> Option<Vec<Bound>> {
        if of.unique.is_some() {
            return None;
        }
        let rows = self.rows.values().filter(|rows| self.rows_table(&rows.from) == index).map(|rows| rows.window);
        let scans = self.plan.scans.iter().filter(|scan| scan.table == index).map(|scan| scan.window);
        let mut bounds = Vec::new();
        for window in rows.chain(scans) {
            let from = window?.from;
            if !bounds.contains(&from) {
                bounds.push(from);
            }
        }
        (!bounds.is_empty()).then_some(bounds)
    }

    /// Rows within `[now − span, now)` of their clock that had arrived, as conditions on the bare columns.
    fn clock_range(&mut self, of: &Table, hull: Option<&[Bound]>) -> Vec<Expr> {
        let mut out = Vec::new();
        if on(Fault::F23) && self.plan.tables.last().is_some_and(|last| last.name == of.name) {
            return out;
        }
        if let Some(clock) = &of.clock {
            let span = Bound::Back(clock.span);
            let from = match hull {
                Some(bounds) => Moment::Hull(span, bounds.to_vec()),
                None => Moment::Latest(vec![span]),
            };
            out.extend(self.between(of, clock.column, &from, Some(&Moment::Bound(Bound::Now))));
        }
        if let Some(arrived) = of.arrived {
            out.extend(self.arrived_by_now(of, arrived));
        }
        out
    }

    /// Rows that had arrived by now, at a time that is known.
    fn arrived_by_now(&mut self, of: &Table, column: usize) -> Vec<Expr> {
        let bare = raw(of, column, ROW);
        let kind = of.columns.get(column).map_or(ColumnKind::Instant, |column| column.kind.clone());
        let mut out = self.within(&bare, &kind, &Moment::Latest(Vec::new()), None);
        let now = Moment::Bound(Bound::Now);
        out.push(match &kind {
            ColumnKind::Date => binary(Op::LessOrEqual, bare, self.clock.day(super::clock::DayOf::Today)),
            ColumnKind::Wall { .. } => {
                binary(Op::LessOrEqual, instant_of(&bare, &kind, "UTC"), self.clock.instant(&now))
            }
            ColumnKind::Instant
            | ColumnKind::Text
            | ColumnKind::Boolean
            | ColumnKind::Integer
            | ColumnKind::Decimal
            | ColumnKind::Degrees { .. }
            | ColumnKind::Version
            | ColumnKind::List { .. }
            | ColumnKind::Uuid => binary(Op::LessOrEqual, bare, self.clock.instant(&now)),
        });
        out
    }

    fn between(&mut self, of: &Table, column: usize, from: &Moment, to: Option<&Moment>) -> Vec<Expr> {
        let kind = of.columns.get(column).map_or(ColumnKind::Instant, |column| column.kind.clone());
        self.within(&raw(of, column, ROW), &kind, from, to)
    }

    /// `[from, to)` on a column as it is stored.
    pub fn within(&mut self, bare: &Expr, kind: &ColumnKind, from: &Moment, to: Option<&Moment>) -> Vec<Expr> {
        let at_least = |bare: &Expr, border: Expr| binary(Op::GreaterOrEqual, bare.clone(), border);
        let before = |bare: &Expr, border: Expr| binary(Op::Less, bare.clone(), border);
        let mut out = Vec::new();
        let stored = match kind {
            ColumnKind::Date => Stored::Day,
            ColumnKind::Wall { zone } if zone == "UTC" => Stored::Wall(zone.clone()),
            ColumnKind::Wall { zone } => {
                out.push(at_least(bare, self.clock.stored(from, &Stored::DayBefore(zone.clone()))));
                let exact = instant_of(bare, kind, &self.clock_zone());
                out.push(at_least(&exact, self.clock.instant(from)));
                if let Some(to) = to {
                    out.push(before(bare, self.clock.stored(to, &Stored::DayAfter(zone.clone()))));
                    out.push(before(&exact, self.clock.instant(to)));
                }
                return out;
            }
            ColumnKind::Instant
            | ColumnKind::Text
            | ColumnKind::Boolean
            | ColumnKind::Integer
            | ColumnKind::Decimal
            | ColumnKind::Degrees { .. }
            | ColumnKind::Version
            | ColumnKind::List { .. }
            | ColumnKind::Uuid => Stored::Instant,
        };
        out.push(at_least(bare, self.clock.stored(from, &stored)));
        if let Some(to) = to {
            out.push(before(bare, self.clock.stored(to, &stored)));
        }
        out
    }

    /// The conditions of a window on rows of a cut.
    pub fn window(&mut self, index: usize, alias: &str, window: Option<&Window>) -> Vec<Expr> {
        let plan = self.plan;
        let (Some(window), Some(of)) = (window, plan.tables.get(index)) else { return Vec::new() };
        let Some(clock) = &of.clock else { return Vec::new() };
        let cut = self.table(index);
        let Some(name) = cut.columns.get(&clock.column) else { return Vec::new() };
        // Cuts hold instants where the warehouse holds wall times.
        let stored = self.kind(index, clock.column);
        let kind = if matches!(stored, ColumnKind::Wall { .. }) { ColumnKind::Instant } else { stored };
        let to = (window.to != Bound::Now).then_some(Moment::UpToNow(window.to));
        self.within(&col(alias, name), &kind, &Moment::Bound(window.from), to.as_ref())
    }

    /// For an absolute window: whether it begins within what is kept.
    pub fn covered(&mut self, index: usize, window: Option<&Window>) -> Expr {
        let clock = self.plan.tables.get(index).and_then(|table| table.clock.as_ref());
        let (Some(window), Some(clock)) = (window, clock) else { return Expr::Truth(true) };
        if !window.absolute {
            return Expr::Truth(true);
        }
        let from = self.clock.instant(&Moment::Bound(window.from));
        let kept = self.clock.instant(&Moment::Bound(Bound::Back(clock.span)));
        binary(Op::GreaterOrEqual, from, kept)
    }

    /// The project's zone.
    pub fn clock_zone(&self) -> String {
        self.plan.timezone.clone()
    }
}

/// Whether a cell breaks its row.
fn cell_broken(of: &Table, index: usize, alias: &str) -> Expr {
    let Some(column) = of.columns.get(index) else { return Expr::Truth(false) };
    let raw = col(alias, &column.name);
    let Some(valid) = readable(column, &raw) else {
        return if column.optional { Expr::Truth(false) } else { is(raw, Test::Null) };
    };
    let invalid = is(valid, Test::NotTrue);
    if column.optional { and(vec![is(raw, Test::NotNull), invalid]) } else { invalid }
}

/// Whether a cell that is there can be read; `None` where every one can.
fn readable(column: &Column, raw: &Expr) -> Option<Expr> {
    match &column.kind {
        ColumnKind::Text => column.one_of.as_ref().map(|values| one_of(raw.clone(), values)),
        ColumnKind::Boolean | ColumnKind::Integer | ColumnKind::Uuid => None,
        ColumnKind::Version => Some(lists::is_version(raw)),
        ColumnKind::List { of } => lists::within(of, column.one_of.as_deref()?, raw),
        ColumnKind::Decimal => Some(call(Func::DecimalFits, vec![raw.clone()])),
        ColumnKind::Degrees { limit } => Some(on_earth(raw, *limit)),
        ColumnKind::Date => Some(between(raw, day(1, 1, 1), day(9999, 12, 31))),
        ColumnKind::Instant => {
            Some(between(raw, Expr::Instant(Instant::FIRST_READABLE), Expr::Instant(Instant::LAST_READABLE)))
        }
        ColumnKind::Wall { .. } => {
            Some(between(raw, Expr::Wall(Instant::FIRST_READABLE), Expr::Wall(Instant::LAST_READABLE)))
        }
    }
}

fn between(of: &Expr, low: Expr, high: Expr) -> Expr {
    Expr::And(vec![binary(Op::GreaterOrEqual, of.clone(), low), binary(Op::LessOrEqual, of.clone(), high)])
}

fn on_earth(raw: &Expr, limit: u16) -> Expr {
    between(raw, Expr::Whole(-i128::from(limit)), Expr::Whole(i128::from(limit)))
}

fn day(year: i16, month: i8, day: i8) -> Expr {
    Date::new(year, month, day).map_or(Expr::Null, Expr::Day)
}

/// A civil day that every engine can turn into an instant, else nothing.
pub fn plain_day(of: &Expr) -> Expr {
    when(between(of, day(1, 1, 1), day(9999, 12, 30)), of.clone())
}

/// A civil day that every engine can count days from, else nothing.
pub fn any_day(of: &Expr) -> Expr {
    when(between(of, day(1, 1, 1), day(9999, 12, 31)), of.clone())
}

/// An instant that every engine can turn into wall time, else nothing.
pub fn plain_instant(of: &Expr) -> Expr {
    when(between(of, Expr::Instant(Instant::FIRST_READABLE), Expr::Instant(Instant::LAST_READABLE)), of.clone())
}

/// The instant of a wall time; nothing where no engine can tell.
pub fn instant_of(bare: &Expr, kind: &ColumnKind, zone: &str) -> Expr {
    let zone = match kind {
        ColumnKind::Wall { zone } => zone.as_str(),
        ColumnKind::Instant
        | ColumnKind::Date
        | ColumnKind::Text
        | ColumnKind::Boolean
        | ColumnKind::Integer
        | ColumnKind::Decimal
        | ColumnKind::Degrees { .. }
        | ColumnKind::Version
        | ColumnKind::List { .. }
        | ColumnKind::Uuid => zone,
    };
    let instant = call(Func::InstantOfWall, vec![bare.clone(), Expr::Text(zone.to_owned())]);
    when(between(bare, Expr::Wall(Instant::FIRST_READABLE), Expr::Wall(Instant::LAST_READABLE)), instant)
}

/// A column as the warehouse holds it.
fn raw(of: &Table, column: usize, alias: &str) -> Expr {
    col(alias, of.columns.get(column).map_or("", |column| column.name.as_str()))
}

fn raw_item(of: &Table, column: usize, alias: &str) -> Item {
    Item { expr: raw(of, column, alias), alias: None }
}

/// A column by which rows are joined.
fn keyed(of: &Table, column: usize, alias: &str) -> Expr {
    let kind = of.columns.get(column).map_or(&ColumnKind::Text, |column| &column.kind);
    key_expr(raw(of, column, alias), kind)
}

/// A key or reference ready to be compared: numbers as they are, everything else as text.
pub fn key_expr(raw: Expr, kind: &ColumnKind) -> Expr {
    match kind {
        ColumnKind::Integer => raw,
        ColumnKind::Uuid => call(Func::UuidText, vec![raw]),
        ColumnKind::Text
        | ColumnKind::Boolean
        | ColumnKind::Decimal
        | ColumnKind::Degrees { .. }
        | ColumnKind::Date
        | ColumnKind::Instant
        | ColumnKind::Version
        | ColumnKind::List { .. }
        | ColumnKind::Wall { .. } => Expr::Cast(Box::new(raw), Type::Text),
    }
}

/// A key, code or address of control data: texts of it are compared byte by byte, whatever collation their column or the session has.
pub fn control_key(raw: Expr, kind: &ColumnKind) -> Expr {
    let key = key_expr(raw, kind);
    match kind {
        ColumnKind::Text => call(Func::ByCodePoint, vec![key]),
        ColumnKind::Integer
        | ColumnKind::Uuid
        | ColumnKind::Version
        | ColumnKind::List { .. }
        | ColumnKind::Boolean
        | ColumnKind::Decimal
        | ColumnKind::Degrees { .. }
        | ColumnKind::Date
        | ColumnKind::Instant
        | ColumnKind::Wall { .. } => key,
    }
}

/// A column ready for comparison.
fn value(of: &Table, column: usize, alias: &str) -> Expr {
    let bare = raw(of, column, alias);
    match of.columns.get(column).map(|column| &column.kind) {
        Some(ColumnKind::Decimal) => call(Func::DecimalOf, vec![bare]),
        // No function of angles is asked about what is no angle: some would fail.
        Some(ColumnKind::Degrees { limit }) => when(on_earth(&bare, *limit), call(Func::SixPlaces, vec![bare])),
        Some(kind @ ColumnKind::Wall { .. }) => instant_of(&bare, kind, "UTC"),
        Some(ColumnKind::Uuid) => call(Func::UuidText, vec![bare]),
        Some(ColumnKind::Version) => lists::version(&bare),
        Some(ColumnKind::List { of }) => lists::plain(of, bare),
        Some(ColumnKind::Text | ColumnKind::Boolean | ColumnKind::Integer | ColumnKind::Date | ColumnKind::Instant)
        | None => bare,
    }
}

/// What a computed column's name ends in; `None` where the column is taken as it is.
fn suffix(of: &Table, joins: bool, column: usize) -> Option<&'static str> {
    match of.columns.get(column).map(|column| &column.kind) {
        Some(ColumnKind::Decimal) if joins => Some("text"),
        Some(ColumnKind::Decimal) => Some("exact"),
        Some(ColumnKind::Degrees { .. }) => Some("degrees"),
        Some(ColumnKind::Wall { .. }) => Some("instant"),
        Some(ColumnKind::Uuid) => Some("text"),
        Some(ColumnKind::Version) => Some("key"),
        Some(ColumnKind::List { .. }) => Some("list"),
        Some(ColumnKind::Text | ColumnKind::Boolean | ColumnKind::Date | ColumnKind::Instant) if joins => Some("text"),
        Some(ColumnKind::Text | ColumnKind::Boolean | ColumnKind::Integer | ColumnKind::Date | ColumnKind::Instant)
        | None => None,
    }
}

/// A name that no column of the table has, whatever its case.
fn spare(of: &Table, wanted: &str) -> String {
    let taken = |name: &str| of.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    let wanted: String = wanted.chars().take(50).collect();
    let mut name = wanted.clone();
    let mut n = 2;
    while taken(&name) {
        name = format!("{wanted}_{n}");
        n += 1;
    }
    name
}
