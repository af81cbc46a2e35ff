//! A scope: rows at hand, the to-one links joined to them, cells of outer rows handed down, and features looked up for them.

use super::Lower;
use super::tables::plain_day;
use crate::emit::sql::tree::{Expr, From, Join, JoinKind, Select, Test, col, cte, eq, is};
use crate::model::Value;
use crate::plan::{ColumnKind, Path};

/// Something of an outer row that an inner row set needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outer {
    /// A cell.
    Cell(Path),
    /// The key of whom a binding and links lead to.
    Subject(u32, Vec<usize>),
    /// What nested rows of a table find their row at a binding by.
    Parent(u32, usize),
}

/// Rows at hand.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The binding; `None` takes any (a guard, which knows only its subject).
    pub binding: Option<u32>,
    /// The alias.
    pub alias: String,
    /// Where the rows come from.
    pub from: From,
    /// What they are joined with, features not included.
    pub joins: Vec<Join>,
    /// Which of them.
    pub filter: Vec<Expr>,
    /// To-one links that are joined, with their aliases.
    pub hops: Vec<(Vec<usize>, String)>,
    /// Of outer rows.
    pub outer: Vec<(Outer, Expr)>,
    /// Features looked up.
    pub features: Vec<Join>,
}

/// A type of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ty {
    /// Text.
    Text,
    /// Truth.
    Truth,
    /// A number.
    Number,
    /// A civil day.
    Day,
    /// An instant.
    Instant,
}

/// A cell or computed value that is not a number.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The expression.
    pub sql: Expr,
    /// Its type.
    pub ty: Ty,
    /// Whether it may be missing for somebody who is not left out anyway.
    pub nullable: bool,
    /// Whether it is a whole number (else a decimal), where it is a number.
    pub whole: bool,
}

impl Scope {
    /// A scope over a CTE.
    pub fn over(binding: Option<u32>, name: &str, alias: &str) -> Self {
        Self {
            binding,
            alias: alias.to_owned(),
            from: cte(name, alias),
            joins: Vec::new(),
            filter: Vec::new(),
            hops: Vec::new(),
            outer: Vec::new(),
            features: Vec::new(),
        }
    }

    /// A SELECT from this scope.
    pub fn select(self) -> Select {
        let joins = self.joins.into_iter().chain(self.features).collect();
        Select { from: Some(self.from), joins, filter: self.filter, ..Select::default() }
    }

    fn holds(&self, binding: u32) -> bool {
        self.binding.is_none_or(|own| own == binding)
    }

    fn outer(&self, wanted: &Outer) -> Option<Expr> {
        self.outer.iter().find(|(known, _)| known == wanted).map(|(_, expr)| expr.clone())
    }
}

impl Lower<'_> {
    /// A cell.
    pub fn cell(&mut self, scope: &mut Scope, path: &Path) -> Cell {
        let column = self.plan.tables.get(path.table).and_then(|table| table.columns.get(path.column));
        let optional = column.is_none_or(|column| column.optional);
        let kind = self.kind(path.table, path.column);
        let sql = match scope.outer(&Outer::Cell(path.clone())) {
            Some(sql) => sql,
            None if scope.holds(path.binding) => {
                let alias = self.hop(scope, &path.hops);
                let cut = self.table(path.table);
                col(&alias, cut.columns.get(&path.column).map_or("", String::as_str))
            }
            None => self.bug("a cell of a row that is not at hand"),
        };
        if let ColumnKind::List { .. } = kind {
            self.may_ask_list();
        }
        let ty = match kind {
            ColumnKind::Text | ColumnKind::Uuid | ColumnKind::Version | ColumnKind::List { .. } => Ty::Text,
            ColumnKind::Boolean => Ty::Truth,
            ColumnKind::Integer | ColumnKind::Decimal | ColumnKind::Degrees { .. } => Ty::Number,
            ColumnKind::Date => Ty::Day,
            ColumnKind::Instant | ColumnKind::Wall { .. } => Ty::Instant,
        };
        Cell { sql, ty, nullable: optional || !path.hops.is_empty(), whole: kind == ColumnKind::Integer }
    }

    /// The alias of the row at the end of links, joining what is not joined yet.
    pub fn hop(&mut self, scope: &mut Scope, hops: &[usize]) -> String {
        let Some((last, before)) = hops.split_last() else { return scope.alias.clone() };
        if let Some((_, alias)) = scope.hops.iter().find(|(known, _)| known == hops) {
            return alias.clone();
        }
        let from_alias = self.hop(scope, before);
        let plan = self.plan;
        let Some(link) = plan.links.get(*last) else {
            self.bug("a link that is not there");
            return from_alias;
        };
        let (source, target) = (self.table(link.from), self.table(link.to));
        let key = self.key_of(link.to, &target);
        let alias = self.alias_in(scope, &link.name);
        let by = source.columns.get(&link.by).cloned().unwrap_or_default();
        let key_kind = self.key_kind(link.to);
        let (left, right) =
            self.comparable((col(&alias, &key), &key_kind), (col(&from_alias, &by), &self.kind(link.from, link.by)));
        let on = vec![eq(left, right)];
        scope.joins.push(Join { kind: JoinKind::Left, from: cte(&target.name, &alias), on });
        scope.hops.push((hops.to_vec(), alias.clone()));
        alias
    }

    /// The kind of the key of an entity or lookup.
    pub fn key_kind(&self, table: usize) -> ColumnKind {
        if let Some(along) = self.plan.tables.get(table).and_then(|table| table.along.as_ref()) {
            return along.to_kind.clone();
        }
        match self.plan.tables.get(table).map(|table| &table.role) {
            Some(crate::plan::Role::Entity { key, .. } | crate::plan::Role::Lookup { key }) => self.kind(table, *key),
            Some(crate::plan::Role::Events { subject }) => self.kind(table, *subject),
            Some(crate::plan::Role::Nested { by, .. }) => self.kind(table, *by),
            None => ColumnKind::Text,
        }
    }

    /// An alias that nothing in the scope has.
    pub(super) fn alias_in(&self, scope: &Scope, wanted: &str) -> String {
        let taken = |name: &str| {
            let all = scope.joins.iter().chain(&scope.features).map(|join| &join.from.alias);
            name == scope.alias || name == "clock" || all.into_iter().any(|alias| alias == name)
        };
        let mut name: String = wanted.chars().take(50).collect();
        while taken(&name) {
            name.push('_');
        }
        name
    }

    /// The key of whom a binding and links lead to, and whether there is such a one where that is not certain.
    pub fn subject(&mut self, scope: &mut Scope, of: u32, via: &[usize]) -> (Expr, Option<Expr>) {
        let wanted = Outer::Subject(of, via.to_vec());
        let key = match scope.outer(&wanted) {
            Some(key) => key,
            None if scope.holds(of) => {
                let table = self.subject_table(of, via);
                let alias = self.hop(scope, via);
                let cut = self.table(table);
                col(&alias, &self.key_of(table, &cut))
            }
            None => self.bug("a subject that is not at hand"),
        };
        let there = (!via.is_empty()).then(|| is(key.clone(), Test::NotNull));
        (key, there)
    }

    /// What nested rows of a table find their row at a binding by.
    pub fn parent(&mut self, scope: &mut Scope, of: u32, table: usize) -> Expr {
        if let Some(known) = scope.outer(&Outer::Parent(of, table)) {
            return known;
        }
        let role = self.plan.tables.get(table).map(|table| &table.role);
        let Some(crate::plan::Role::Nested { parent, parent_by, .. }) = role else {
            return self.bug("nested rows of a table without a parent");
        };
        let (parent, parent_by) = (*parent, *parent_by);
        let cut = self.table(parent);
        if !scope.holds(of) {
            return self.bug("a row of nested rows that is not at hand");
        }
        col(&scope.alias, cut.columns.get(&parent_by).map_or("", String::as_str))
    }

    /// A literal that is not a number.
    pub fn literal(value: &Value) -> Cell {
        let (sql, ty) = match value {
            Value::Text(text) => (Expr::Text(text.clone()), Ty::Text),
            Value::Boolean(value) => (Expr::Truth(*value), Ty::Truth),
            Value::Integer(n) => (Expr::Whole(i128::from(*n)), Ty::Number),
            Value::Decimal(decimal) => (Expr::Decimal(*decimal), Ty::Number),
            Value::Date(date) => (Expr::Day(*date), Ty::Day),
            Value::Instant(instant) => (Expr::Instant(*instant), Ty::Instant),
        };
        Cell { sql, ty, nullable: false, whole: matches!(value, Value::Integer(_)) }
    }
}

/// A civil day on which arithmetic is safe.
pub fn safe_day(of: &Expr) -> Expr {
    if matches!(of, Expr::Column { of, .. } if of == super::clock::CLOCK) { of.clone() } else { plain_day(of) }
}
