//! Features: what rows say about somebody, computed once per subject (or per outer row) and looked up by its key.
//!
//! A feature is grouped by the key by which its rows are found and by every cell of outer rows that its filter reads, so it is a
//! function of what it is looked up by. Nobody is multiplied by a join.

use super::Lower;
use super::condition::Side;
use super::latest::Found;
use super::scope::{Outer, Scope};
use super::tables::TableCte;
use super::walk::{self, Met};
use crate::emit::sql::tree::{
    Agg, Body, Expr, Func, Item, Join, JoinKind, Op, Select, Test, and, any_row, binary, call, col, cte, derived, eq,
    is, join, named, when,
};
use crate::plan::{ColumnKind, Rows, RowsFrom};

/// A feature that has been made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The CTE.
    pub name: String,
    /// The columns by which it is looked up: the key, then outer cells.
    pub keys: Vec<String>,
}

/// A row set opened inside a feature.
pub struct Opened {
    /// Its scope.
    pub scope: Scope,
    /// What its rows are found by, on this side.
    pub keys: Vec<Expr>,
    /// Names for the keys.
    pub names: Vec<String>,
    /// What the rows are found by, on the outer side.
    pub outer: Vec<Expr>,
    /// Whether the row is one of somebody who may be read for sure.
    pub sure: Expr,
    /// Whether the rows are known to be all there are: false where the window reaches beyond what is kept, where there is nobody whose rows
    /// they would be, and where an anchored window is not over.
    pub there: Expr,
    /// The same, whether or not an anchored window is over.
    pub told: Expr,
    /// Whether no more rows can come: false where an anchored window is not over.
    pub over: Expr,
}

/// How many rows there are, looked up.
pub struct Counted {
    /// How many.
    pub count: Expr,
    /// Whether anybody can tell.
    pub told: Expr,
    /// Whether no more can come.
    pub over: Expr,
}

impl<'p> Lower<'p> {
    /// How many rows there are for each row of the scope, definitely or at most (where both are asked they are the same), and whether
    /// that is known.
    pub fn feature(&mut self, scope: &mut Scope, rows: &'p Rows, (sure, possible): (bool, bool)) -> Counted {
        let opened = self.open(scope, rows);
        let (told, over) = (opened.told.clone(), opened.over.clone());
        let side = if sure && !possible { Side::Must } else { Side::May };
        let word = match (sure, possible) {
            (true, false) if self.uncertain_rows(rows) => "sure",
            (false, true) => "possible",
            (true | false, true | false) => "count",
        };
        let outer = opened.outer.clone();
        let made = self.made(scope, rows, word, |lower, name| {
            let mut opened = opened;
            let filter = rows.filter.as_deref().map(|filter| lower.side(&mut opened.scope, filter, false, side));
            let sure = if side == Side::Must { Some(opened.sure.clone()) } else { None };
            let items = vec![named(Expr::Aggregate(Agg::Count, None), &name)];
            lower.group(name, word, rows, opened, filter.into_iter().chain(sure).collect(), items)
        });
        let alias = self.look_up(scope, &made, &outer);
        Counted { count: call(Func::Coalesce, vec![col(&alias, &made.name), Expr::Whole(0)]), told, over }
    }

    /// A feature under a key; made once.
    pub fn made(
        &mut self,
        scope: &Scope,
        rows: &'p Rows,
        want: &str,
        make: impl FnOnce(&mut Self, String) -> Made,
    ) -> Made {
        let key = format!("{}|{want}|{:?}", self.normal(rows), scope_key(scope, rows));
        if let Some((_, known)) = self.features.iter().find(|(known, _)| *known == key) {
            return known.clone();
        }
        let table = self.rows_table(&rows.from);
        let base = self.plan.tables.get(table).map_or("rows", |table| table.name.as_str()).to_owned();
        let name = self.fresh(&format!("{base}_{}", short_word(want)));
        let made = make(self, name);
        self.features.push((key, made.clone()));
        made
    }

    /// Closes a feature: grouped by its keys.
    pub fn group(
        &mut self,
        name: String,
        what: &str,
        rows: &Rows,
        opened: Opened,
        filter: Vec<Expr>,
        items: Vec<Item>,
    ) -> Made {
        let keys: Vec<Item> =
            opened.keys.iter().zip(&opened.names).map(|(key, name)| named(key.clone(), name)).collect();
        let mut select = opened.scope.select();
        let plain: Vec<Expr> = filter.into_iter().filter(|expr| *expr != Expr::Truth(true)).collect();
        if let Expr::And(list) = and(plain.clone()) {
            select.filter.extend(list);
        } else {
            select.filter.extend(plain);
        }
        select.items = keys.into_iter().chain(items).collect();
        select.group = opened.keys;
        let comment = self.describe(what, rows);
        self.push(&name, &[&comment], Body::One(select));
        Made { name, keys: opened.names }
    }

    /// One line for people.
    pub fn describe(&self, what: &str, rows: &Rows) -> String {
        let table = self.plan.tables.get(self.rows_table(&rows.from)).map_or("rows", |table| table.name.as_str());
        match what {
            "count" => format!("How many {table}."),
            "sure" => format!("How many {table} for sure: rows whose filter is definitely true."),
            "possible" => format!("How many {table} at most: rows whose filter is not definitely false."),
            other => format!("{other} over {table}; missing where a row is only possible or lacks the value."),
        }
    }

    /// Joins a feature to the scope, once, and gives its alias.
    pub fn look_up(&mut self, scope: &mut Scope, made: &Made, outer: &[Expr]) -> String {
        if scope.features.iter().any(|join| join.from.alias == made.name) {
            return made.name.clone();
        }
        let pairs = made.keys.iter().zip(outer).enumerate();
        let on = pairs.map(|(i, (name, outer))| {
            let op = if i == 0 { Op::Equal } else { Op::Same };
            binary(op, col(&made.name, name), outer.clone())
        });
        let join = Join { kind: JoinKind::Left, from: cte(&made.name, &made.name), on: on.collect() };
        scope.features.push(join);
        made.name.clone()
    }

    /// Opens a row set for the rows of a scope.
    pub fn open(&mut self, scope: &mut Scope, rows: &'p Rows) -> Opened {
        let handed = self.handed_down(rows);
        match rows.each.as_deref() {
            None => self.open_here(scope, rows, handed),
            Some(each) => self.open_inside(scope, (rows, each), &handed, &self.read_inside(rows)),
        }
    }

    /// Opens rows that hang on a row of the scope; `handed` is what they, and what is inside them, read of outer rows.
    pub(super) fn open_here(&mut self, scope: &mut Scope, rows: &'p Rows, handed: Vec<Outer>) -> Opened {
        let mut there = Vec::new();
        let (mut inner, key, outer_key, sure) = self.source(scope, rows, &mut there);
        let table = self.rows_table(&rows.from);
        there.push(self.covered(table, rows.window.as_ref()));
        let over = self.hung(scope, rows, table, &mut there);
        let mut outer = vec![outer_key];
        let own = if let Expr::Column { name, .. } = &key { name.as_str() } else { "found_by" };
        let mut names = vec![own.to_owned()];
        let mut keys = vec![key.clone()];
        if !handed.is_empty() {
            let values: Vec<Expr> = handed.iter().map(|wanted| self.hand(scope, wanted)).collect();
            let base = self.outer_rows(scope, &outer, &values);
            names = (0..=handed.len()).map(|i| format!("outer_{i}")).collect();
            keys = names.iter().map(|name| col("o", name)).collect();
            let first = keys.first().cloned().unwrap_or(Expr::Null);
            let rows_from = std::mem::replace(&mut inner.from, derived(Body::One(base), "o"));
            inner.joins.insert(0, join(rows_from, vec![eq(key, first)]));
            inner.outer = handed.into_iter().zip(keys.iter().skip(1).cloned()).collect();
            outer.extend(values);
        }
        inner.filter.extend(self.window(table, &inner.alias.clone(), rows.window.as_ref()));
        let within = self.within_anchored(&mut inner, rows, table);
        inner.filter.extend(within);
        if let Some(latest) = rows.latest.as_deref() {
            let found = Found { keys: &keys, names: &names, outer: &outer, sure: sure.clone() };
            there.extend(self.cut_to_latest(scope, &mut inner, (rows, latest), &found));
            there.push(over.clone());
        }
        let told = and(there);
        let there = and(vec![told.clone(), over.clone()]);
        Opened { scope: inner, keys, names, outer, sure, there, told, over }
    }

    /// The distinct rows of a scope that features are asked for.
    fn outer_rows(&self, scope: &Scope, outer: &[Expr], values: &[Expr]) -> Select {
        let mut plain = scope.clone();
        plain.features.clear();
        let mut select = plain.select();
        let all = outer.iter().chain(values).enumerate();
        select.items = all.map(|(i, expr)| named(expr.clone(), &format!("outer_{i}"))).collect();
        select.distinct = true;
        select
    }

    /// Where rows come from: their scope, what they are found by on their side and on the outer side, and whether they are surely readable.
    fn source(&mut self, scope: &mut Scope, rows: &'p Rows, there: &mut Vec<Expr>) -> (Scope, Expr, Expr, Expr) {
        let sure = Expr::Truth(true);
        match &rows.from {
            RowsFrom::Subject { table, of, via } => {
                let cut = self.table(*table);
                let inner = Scope::over(Some(rows.binding), &cut.name, "r");
                let (outer, exists) = self.subject(scope, *of, via);
                there.extend(exists);
                let owner = self.subject_table(*of, via);
                let (left, right) = self.paired(
                    col("r", &self.key_of(*table, &cut)),
                    self.key_kind(*table),
                    outer,
                    self.key_kind(owner),
                );
                (inner, left, right, own_sure(&cut))
            }
            RowsFrom::Nested { table, of } => {
                let cut = self.table(*table);
                let inner = Scope::over(Some(rows.binding), &cut.name, "r");
                let outer = self.parent(scope, *of, *table);
                if self.may_lack_parent(*table) {
                    there.push(is(outer.clone(), Test::NotNull));
                }
                let kinds = self.nested_kinds(*table);
                let (left, right) = self.paired(col("r", &self.key_of(*table, &cut)), kinds.0, outer, kinds.1);
                (inner, left, right, sure)
            }
            RowsFrom::Related { link, of, via, guard } => {
                let (from, by) = self.plan.links.get(*link).map_or((0, 0), |link| (link.from, link.by));
                let cut = self.table(from);
                let inner = Scope::over(Some(rows.binding), &cut.name, "r");
                let (outer, exists) = self.subject(scope, *of, via);
                there.extend(exists);
                let owner = self.subject_table(*of, via);
                let key = col("r", cut.columns.get(&by).map_or("", String::as_str));
                let (left, right) = self.paired(key, self.kind(from, by), outer, self.key_kind(owner));
                let sure = guard.as_deref().map_or(sure, |guard| {
                    let made = self.other_guard(guard);
                    let own = self.key_of(from, &cut);
                    Expr::Exists(any_row(cte(&made.name, "g"), vec![eq(col("g", &made.key), col("r", &own))]))
                });
                (inner, left, right, sure)
            }
            RowsFrom::RelatedRows { link, of, via, table, guard } => {
                let (from, by) = self.plan.links.get(*link).map_or((0, 0), |link| (link.from, link.by));
                let (people, cut) = (self.table(from), self.table(*table));
                let mut inner = Scope::over(Some(rows.binding), &cut.name, "r");
                let person = self.key_of(from, &people);
                let subject = col("r", &self.key_of(*table, &cut));
                let events = std::mem::replace(&mut inner.from, cte(&people.name, "m"));
                inner.joins.push(join(events, vec![eq(subject, col("m", &person))]));
                let (outer, exists) = self.subject(scope, *of, via);
                there.extend(exists);
                let owner = self.subject_table(*of, via);
                let key = col("m", people.columns.get(&by).map_or("", String::as_str));
                let (left, right) = self.paired(key, self.kind(from, by), outer, self.key_kind(owner));
                let sure = guard.as_deref().map_or(sure, |guard| {
                    let made = self.other_guard(guard);
                    Expr::Exists(any_row(cte(&made.name, "g"), vec![eq(col("g", &made.key), col("m", &person))]))
                });
                (inner, left, right, and(vec![own_sure(&cut), sure]))
            }
        }
    }

    fn paired(&self, inner: Expr, inner_kind: ColumnKind, outer: Expr, outer_kind: ColumnKind) -> (Expr, Expr) {
        self.comparable((inner, &inner_kind), (outer, &outer_kind))
    }

    /// Whether a row may lack the column by which its nested rows are found: then nobody can say which they are.
    pub fn may_lack_parent(&self, table: usize) -> bool {
        let role = self.plan.tables.get(table).map(|table| &table.role);
        let Some(crate::plan::Role::Nested { parent, parent_by, .. }) = role else { return false };
        let column = self.plan.tables.get(*parent).and_then(|parent| parent.columns.get(*parent_by));
        column.is_none_or(|column| column.optional)
    }

    /// Whether a row set may not be all that there is: its window reaches beyond what is kept, or nobody can say whose rows they are.
    pub fn may_be_elsewhere(&self, rows: &Rows) -> bool {
        let lost = match &rows.from {
            RowsFrom::Subject { via, .. } | RowsFrom::Related { via, .. } | RowsFrom::RelatedRows { via, .. } => {
                !via.is_empty()
            }
            RowsFrom::Nested { table, .. } => self.may_lack_parent(*table),
        };
        let hung = rows.anchored.as_ref().is_some_and(|anchored| self.may_be_open(anchored));
        let each = rows.each.as_deref().is_some_and(|each| self.may_be_elsewhere(each));
        lost || each || hung || rows.latest.is_some() || rows.window.is_some_and(|window| window.absolute)
    }

    pub(super) fn nested_kinds(&self, table: usize) -> (ColumnKind, ColumnKind) {
        match self.plan.tables.get(table).map(|table| &table.role) {
            Some(crate::plan::Role::Nested { parent, by, parent_by }) => {
                (self.kind(table, *by), self.kind(*parent, *parent_by))
            }
            Some(
                crate::plan::Role::Entity { .. } | crate::plan::Role::Events { .. } | crate::plan::Role::Lookup { .. },
            )
            | None => (ColumnKind::Text, ColumnKind::Text),
        }
    }

    /// Everything of outer rows that a row set reads, what it is found by not included.
    fn handed_down(&self, rows: &'p Rows) -> Vec<Outer> {
        let met = self.read_inside(rows);
        let mut own: Vec<u32> =
            std::iter::successors(Some(rows), |rows| rows.each.as_deref()).map(|rows| rows.binding).collect();
        own.extend(met.iter().filter_map(|at| match at {
            Met::Rows(rows) => Some(rows.binding),
            Met::Cell(_) | Met::Subject(..) | Met::Parent(..) | Met::Guard(_) => None,
        }));
        let mut out = Vec::new();
        let mut add = |outer: Outer| {
            if !out.contains(&outer) {
                out.push(outer);
            }
        };
        for at in met {
            match at {
                Met::Cell(path) if !own.contains(&path.binding) => add(Outer::Cell(path.clone())),
                Met::Subject(of, via) if !own.contains(&of) => add(Outer::Subject(of, via.to_vec())),
                Met::Parent(of, table) if !own.contains(&of) => add(Outer::Parent(of, table)),
                Met::Cell(_) | Met::Subject(..) | Met::Parent(..) | Met::Rows(_) | Met::Guard(_) => {}
            }
        }
        out
    }

    /// Everything that rows, and those that hold them, read besides what they are found by.
    fn read_inside(&self, rows: &'p Rows) -> Vec<Met<'p>> {
        let mut met = Vec::new();
        for rows in std::iter::successors(Some(rows), |rows| rows.each.as_deref()) {
            walk::anchored(rows, &mut |at| met.push(at));
            let cut = rows.latest.iter().filter_map(|latest| latest.of.as_ref());
            for filter in rows.filter.as_deref().into_iter().chain(cut) {
                walk::cond(filter, &mut |at| met.push(at));
            }
        }
        // The values of aggregates over these rows are walked with the condition that holds them.
        if let Some(extra) = self.extra_reads(rows.binding) {
            met.extend(extra);
        }
        met
    }

    /// What the value and share of the aggregate over a binding read.
    fn extra_reads(&self, binding: u32) -> Option<Vec<Met<'p>>> {
        let aggregate = self.values.get(&binding)?;
        let mut met = Vec::new();
        if let Some(value) = &aggregate.value {
            walk::expr(value, &mut |at| met.push(at));
        }
        if let Some(share) = &aggregate.share {
            walk::cond(share, &mut |at| met.push(at));
        }
        Some(met)
    }

    pub(super) fn hand(&mut self, scope: &mut Scope, wanted: &Outer) -> Expr {
        match wanted {
            Outer::Cell(path) => self.cell(scope, path).sql,
            Outer::Subject(of, via) => self.subject(scope, *of, via).0,
            Outer::Parent(of, table) => self.parent(scope, *of, *table),
        }
    }

    /// A part of the plan as text that is the same for equal parts, whatever their bindings.
    pub(super) fn normal_of(value: impl serde::Serialize) -> String {
        let mut json = serde_json::to_value(value).unwrap_or_default();
        renumber(&mut json, &mut Vec::new());
        json.to_string()
    }

    /// A row set as text that is the same for equal row sets, whatever their bindings.
    pub(super) fn normal(&self, rows: &Rows) -> String {
        Self::normal_of((rows, self.values.get(&rows.binding).map(|of| (&of.value, of.ignoring_missing, &of.share))))
    }
}

/// Replaces bindings by the order of their first appearance (the subject's stays 0) and drops the scan.
fn renumber(json: &mut serde_json::Value, known: &mut Vec<u64>) {
    match json {
        serde_json::Value::Object(map) => {
            map.remove("scan");
            for (key, value) in map.iter_mut() {
                if let (true, Some(n)) = (key == "binding" || key == "of", value.as_u64()) {
                    if n != 0 {
                        let place = known.iter().position(|other| *other == n).unwrap_or_else(|| {
                            known.push(n);
                            known.len() - 1
                        });
                        *value = serde_json::Value::from(place + 1);
                    }
                } else {
                    renumber(value, known);
                }
            }
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(|value| renumber(value, known)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

/// Features of inner scopes are made for these very rows.
fn scope_key(scope: &Scope, rows: &Rows) -> Option<(Option<u32>, u32)> {
    (scope.binding != Some(0)).then_some((scope.binding, rows.binding))
}

fn short_word(want: &str) -> &'static str {
    match want.trim_end_matches('?') {
        "sum" => "sum",
        "sum and count" => "avg",
        "different values" => "distinct",
        "least" => "min",
        "greatest" => "max",
        "first" => "first",
        "last" => "last",
        "middle values" => "median",
        "most frequent value" => "mode",
        "share" => "share",
        "sure" => "sure",
        "possible" => "possible",
        "count" => "count",
        "cut" => "cut",
        want if want.starts_with(super::inside::LACKING) => "lacking",
        _ => "latest",
    }
}

/// Whether every row has it: `count(CASE WHEN … THEN 1 END) = count(*)`.
pub fn every_row(holds: Expr) -> Expr {
    let all = Expr::Aggregate(Agg::Count, None);
    if holds == Expr::Truth(true) {
        return holds;
    }
    let counted = if let Expr::Is(of, Test::NotNull) = holds { of } else { Box::new(when(holds, Expr::Whole(1))) };
    eq(Expr::Aggregate(Agg::Count, Some(counted)), all)
}

/// A known value only.
pub fn known(expr: &Expr, nullable: bool) -> Expr {
    if nullable { is(expr.clone(), Test::NotNull) } else { Expr::Truth(true) }
}

/// Whether a row, at `r`, is certainly of whom it is found by.
fn own_sure(cut: &TableCte) -> Expr {
    cut.along.as_ref().map_or(Expr::Truth(true), |(_, sure)| col("r", sure))
}
