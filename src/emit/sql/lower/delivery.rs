//! From the permitted to those who leave: whole rows, condition, cap, holdout, minimum, and the guard once more at the root.

use super::condition::Side;
use super::feature::Counted;
use super::guard::GuardCte;
use super::population::bucket;
use super::scope::Scope;
use super::{Check, Lower};
use crate::emit::sql::tree::{
    Agg, Body, Expr, Func, Item, Join, JoinKind, Op, Select, Type, any_row, binary, call, col, cte, eq, join, named, or,
};
use crate::faults::{Fault, on};
use crate::plan::{Cap, ColumnKind, Exposed, Holdout, Path, Role, RowsFrom, Scan, Window};

/// What the last stage selects.
#[derive(Debug, Clone)]
pub struct Stage {
    name: String,
    key: String,
    exposed: Vec<String>,
}

impl<'p> Lower<'p> {
    /// The name of the key in the warehouse, which is its name in the view.
    pub(super) fn key_name(&self) -> String {
        let entity = self.plan.tables.get(self.plan.guard.entity);
        let key = entity.and_then(|entity| match entity.role {
            Role::Entity { key, .. } => entity.columns.get(key),
            Role::Events { .. } | Role::Nested { .. } | Role::Lookup { .. } => None,
        });
        key.map(|key| key.name.clone()).unwrap_or_default()
    }

    /// The permitted, and their key.
    pub(super) fn subject_scope(&mut self, alias: &str) -> (Scope, String) {
        let entity = self.plan.guard.entity;
        let cut = self.table(entity);
        let key = self.key_of(entity, &cut);
        (Scope::over(Some(0), &self.permitted.clone(), alias), key)
    }

    /// People with a broken row in what the segment reads.
    pub fn broken(&mut self) {
        let plan = self.plan;
        let mut parts = Vec::new();
        for scan in &plan.scans {
            let part = self.broken_part(scan);
            parts.extend(part.filter(|part| !parts.contains(part)).into_iter().collect::<Vec<Select>>());
        }
        if parts.is_empty() {
            return;
        }
        let name = "left_out".to_owned();
        self.push(&name, &["People with a broken row in what the segment reads: one that cannot be read, or that contradicts another."], Body::All(parts));
        self.broken = Some(name);
    }

    fn broken_part(&mut self, scan: &'p Scan) -> Option<Select> {
        let (mut scope, key) = self.subject_scope("p");
        let mut any = Vec::new();
        if let Some(from) = &scan.from {
            scope = self.descend(scope, from, scan.window.as_ref(), 1, u32::MAX);
            let cut = self.table(scan.table);
            any.extend(cut.broken.as_ref().map(|flag| col(&scope.alias, flag)));
        }
        // What is read across links from one reading of a table breaks its rows in every other.
        let alike = self.plan.scans.iter().filter(|other| other.table == scan.table);
        for path in alike.flat_map(|other| &other.across) {
            for wrong in self.broken_across(&mut scope, path) {
                if !any.contains(&wrong) {
                    any.push(wrong);
                }
            }
        }
        if any.is_empty() {
            return None;
        }
        let mut select = scope.select();
        select.items = vec![named(col("p", &key), &key)];
        select.filter.push(or(any));
        Some(select)
    }

    /// Joins the rows of a row set to the scope of the row above them, from the subject downwards.
    fn descend(
        &mut self,
        root: Scope,
        from: &'p RowsFrom,
        window: Option<&Window>,
        depth: usize,
        binding: u32,
    ) -> Scope {
        let of = from.of();
        let mut above = root;
        if of != 0 {
            let Some(rows) = self.rows.get(&of).copied() else {
                self.bug("a scan of rows that nobody reads");
                return above;
            };
            above = self.descend(above, &rows.from, rows.window.as_ref(), depth + 1, of);
        }
        let alias = format!("r{depth}");
        let (mut joins, table) = self.steps(&mut above, from, &alias);
        let mut scope = Scope { binding: Some(binding), alias: alias.clone(), hops: Vec::new(), ..above };
        scope.joins.append(&mut joins);
        scope.filter.extend(self.window(table, &alias, window));
        scope
    }

    /// The joins from a scope to the rows of a row set, which get the alias.
    fn steps(&mut self, above: &mut Scope, from: &RowsFrom, alias: &str) -> (Vec<Join>, usize) {
        match from {
            RowsFrom::Subject { table, of, via } => {
                let cut = self.table(*table);
                let (outer, _) = self.subject(above, *of, via);
                let owner = self.subject_table(*of, via);
                let key = col(alias, &self.key_of(*table, &cut));
                let (left, right) = self.comparable((key, &self.key_kind(*table)), (outer, &self.key_kind(owner)));
                (vec![join(cte(&cut.name, alias), vec![eq(left, right)])], *table)
            }
            RowsFrom::Nested { table, of } => {
                let cut = self.table(*table);
                let outer = self.parent(above, *of, *table);
                let kinds = match self.plan.tables.get(*table).map(|table| &table.role) {
                    Some(Role::Nested { parent, by, parent_by }) => {
                        (self.kind(*table, *by), self.kind(*parent, *parent_by))
                    }
                    Some(Role::Entity { .. } | Role::Events { .. } | Role::Lookup { .. }) | None => {
                        (ColumnKind::Text, ColumnKind::Text)
                    }
                };
                let key = col(alias, &self.key_of(*table, &cut));
                let (left, right) = self.comparable((key, &kinds.0), (outer, &kinds.1));
                (vec![join(cte(&cut.name, alias), vec![eq(left, right)])], *table)
            }
            RowsFrom::Related { link, of, via, .. } => {
                let (people, on) = self.related(above, *link, *of, via, alias);
                let table = self.plan.links.get(*link).map_or(0, |link| link.from);
                (vec![join(cte(&people, alias), vec![on])], table)
            }
            RowsFrom::RelatedRows { link, of, via, table, .. } => {
                let person = format!("{alias}_of");
                let (people, on) = self.related(above, *link, *of, via, &person);
                let from = self.plan.links.get(*link).map_or(0, |link| link.from);
                let (members, cut) = (self.table(from), self.table(*table));
                let whose = eq(col(alias, &self.key_of(*table, &cut)), col(&person, &self.key_of(from, &members)));
                (vec![join(cte(&people, &person), vec![on]), join(cte(&cut.name, alias), vec![whose])], *table)
            }
        }
    }

    fn related(&mut self, above: &mut Scope, link: usize, of: u32, via: &[usize], alias: &str) -> (String, Expr) {
        let (from, by) = self.plan.links.get(link).map_or((0, 0), |link| (link.from, link.by));
        let people = self.table(from);
        let (outer, _) = self.subject(above, of, via);
        let owner = self.subject_table(of, via);
        let key = col(alias, people.columns.get(&by).map_or("", String::as_str));
        let (left, right) = self.comparable((key, &self.kind(from, by)), (outer, &self.key_kind(owner)));
        (people.name, eq(left, right))
    }

    /// Whether a row that a link leads to is broken in a cell that is read, or is two.
    fn broken_across(&mut self, scope: &mut Scope, path: &Path) -> Vec<Expr> {
        let plan = self.plan;
        let mut out = Vec::new();
        for (i, hop) in path.hops.iter().enumerate() {
            let before: Vec<usize> = path.hops.iter().take(i).copied().collect();
            let Some(link) = plan.links.get(*hop) else { continue };
            let from_alias = self.hop(scope, &before);
            let (source, target) = (self.table(link.from), self.table(link.to));
            let Some(broken) = &target.broken else { continue };
            let by = col(&from_alias, source.columns.get(&link.by).map_or("", String::as_str));
            let key = col("t", &self.key_of(link.to, &target));
            let (left, right) = self.comparable((key, &self.key_kind(link.to)), (by, &self.kind(link.from, link.by)));
            let exists = Expr::Exists(any_row(cte(&target.name, "t"), vec![eq(left, right), col("t", broken)]));
            if !out.contains(&exists) {
                out.push(exists);
            }
        }
        out
    }

    /// Whom the condition selects, then cap and holdout.
    pub fn deliver(&mut self) -> Stage {
        let plan = self.plan;
        let matched = self.matched();
        let delivery = &plan.delivery;
        if delivery.cap.is_none() && delivery.holdout.is_none() {
            return matched;
        }
        self.delivered(&matched, delivery.cap.as_ref(), delivery.holdout.as_ref())
    }

    fn matched(&mut self) -> Stage {
        let plan = self.plan;
        let (mut scope, key) = self.subject_scope("p");
        let side = if on(Fault::F18) { Side::May } else { Side::Must };
        let holds = self.side(&mut scope, &plan.condition, false, side);
        let mut items = vec![named(col("p", &key), &key)];
        let mut exposed = Vec::new();
        for column in &plan.delivery.expose {
            let value = self.exposed(&mut scope, column);
            let name = self.output_name(column, &value);
            items.push(named(value, &name));
            exposed.push(name);
        }
        scope.filter.extend(self.whole(&key));
        let mut select = scope.select();
        if let Expr::And(list) = holds {
            select.filter.extend(list);
        } else if holds != Expr::Truth(true) {
            select.filter.push(holds);
        }
        select.items = items;
        let written = format!("Wanted: {}", plan.about.written);
        self.push("matched", &[&written], Body::One(select));
        Stage { name: "matched".to_owned(), key, exposed }
    }

    /// Whether somebody permitted, at `p`, has no broken row.
    pub(super) fn whole(&self, key: &str) -> Option<Expr> {
        let broken = self.broken.as_ref()?;
        Some(Expr::NotExists(any_row(cte(broken, "b"), vec![eq(col("b", key), col("p", key))])))
    }

    /// The name of an exposed column, unless another column that is at hand has it already.
    fn output_name(&mut self, column: &Exposed, value: &Expr) -> String {
        let own = matches!(value, Expr::Column { name, .. } if *name == column.name);
        let cut = self.table(self.plan.guard.entity);
        let taken = cut.columns.values().any(|name| name.eq_ignore_ascii_case(&column.name));
        if taken && !own { format!("{}_shown", column.name) } else { column.name.clone() }
    }

    fn exposed(&mut self, scope: &mut Scope, column: &Exposed) -> Expr {
        let cell = self.cell(scope, &column.path).sql;
        if !column.hashed {
            return cell;
        }
        let kind = self.kind(column.path.table, column.path.column);
        let text = match kind {
            ColumnKind::Text | ColumnKind::Uuid | ColumnKind::Version | ColumnKind::List { .. } => cell,
            ColumnKind::Integer => Expr::Cast(Box::new(cell), Type::Text),
            ColumnKind::Date => call(Func::DayText, vec![cell]),
            ColumnKind::Boolean
            | ColumnKind::Decimal
            | ColumnKind::Degrees { .. }
            | ColumnKind::Instant
            | ColumnKind::Wall { .. } => {
                self.refusals
                    .push(format!("hashing `{}`, which is no text, number or date, is not supported yet", column.name));
                cell
            }
        };
        call(Func::Sha256, vec![text])
    }

    fn delivered(&mut self, matched: &Stage, cap: Option<&'p Cap>, holdout: Option<&Holdout>) -> Stage {
        let (mut scope, key) = self.subject_scope("p");
        let mut filter = Vec::new();
        if let Some(cap) = cap {
            let Counted { count, told, over } = self.feature(&mut scope, &cap.rows, (false, true));
            filter.extend([told, over].into_iter().filter(|part| *part != Expr::Truth(true)));
            filter.push(binary(Op::Less, count, Expr::Whole(i128::from(cap.contacts))));
        }
        if let Some(holdout) = holdout {
            filter.push(self.not_held_out(holdout, &col("m", &key)));
        }
        let mut select = if cap.is_some() { scope.select() } else { Select::default() };
        let source = cte(&matched.name, "m");
        if let Some(people) = select.from.replace(source) {
            select.joins.insert(0, join(people, vec![eq(col("p", &key), col("m", &key))]));
        }
        select.filter.extend(filter.into_iter().filter(|expr| *expr != Expr::Truth(true)));
        let names = std::iter::once(&matched.key).chain(&matched.exposed);
        select.items = names.map(|name| Item { expr: col("m", name), alias: None }).collect();
        let what = match (cap, holdout) {
            (Some(_), Some(_)) => "Not contacted too often, and not held out as the control group.",
            (Some(_), None) => "Not contacted too often.",
            (None, _) => "Not held out as the control group.",
        };
        self.push("delivered", &[what], Body::One(select));
        Stage { name: "delivered".to_owned(), ..matched.clone() }
    }

    fn not_held_out(&mut self, holdout: &Holdout, key: &Expr) -> Expr {
        let bucket = bucket(&holdout.salt, key.clone(), &self.key_kind(self.plan.guard.entity));
        binary(Op::GreaterOrEqual, bucket, Expr::Whole(i128::from(holdout.basis_points)))
    }

    /// The root: joined to the guard, under every control check and the minimum.
    pub fn root(&mut self, last: &Stage, guard: &GuardCte, checks: &[Check]) -> Select {
        let mut filter: Vec<Expr> = checks.iter().map(|check| col("control", &check.name)).collect();
        let minimum = self.plan.delivery.minimum;
        if minimum > 1 {
            let items = vec![Item { expr: Expr::Aggregate(Agg::Count, None), alias: None }];
            let mut count = Select { items, from: Some(cte(&last.name, "n")), ..Select::default() };
            if on(Fault::F28) {
                count.from = Some(cte(&self.table(self.plan.guard.entity).name, "n"));
            }
            if on(Fault::F29) {
                count.joins.push(Join { kind: JoinKind::Cross, from: cte(&last.name, "more"), on: Vec::new() });
            }
            let reached = if on(Fault::F30) { Op::Greater } else { Op::GreaterOrEqual };
            filter.push(binary(reached, Expr::Scalar(Box::new(count)), Expr::Whole(i128::from(minimum))));
        }
        let mut items = vec![named(col("d", &last.key), &self.key_name())];
        let exposed = last.exposed.iter().zip(&self.plan.delivery.expose);
        items.extend(exposed.map(|(name, column)| named(col("d", name), &column.name)));
        let mut joins = vec![join(cte(&guard.name, "g"), vec![eq(col("g", &guard.key), col("d", &last.key))])];
        joins.retain(|_| !self.forgets_guard());
        if !checks.is_empty() {
            joins.push(Join { kind: JoinKind::Cross, from: cte("control", "control"), on: Vec::new() });
        }
        Select { items, from: Some(cte(&last.name, "d")), joins, filter, ..Select::default() }
    }
}
