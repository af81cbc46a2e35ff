//! Conditions, row sets and expressions of a plan.

use crate::faults::{Fault, on};
use crate::model::{
    self, Aggregate as ModelAggregate, AggregateFunc, CompareOp, CondKind, ExprKind, FieldPath, LinkId,
};
use crate::plan::{Aggregate, Bound as TimeBound, Cond, Expr, Latest, Path, Rows, Scan, Window};
use crate::source::Spanned;

use super::lists::planned;
use super::{Bound, Builder, Frame};

impl<'m> Builder<'m> {
    pub(super) fn cond(&mut self, cond: &'m model::Cond) -> Cond {
        match &cond.kind {
            CondKind::Everyone => Cond::Everyone,
            CondKind::Sample(sample) => self.sample(sample),
            CondKind::And(parts) => Cond::And(self.conds(parts)),
            CondKind::Or(parts) => Cond::Or(self.conds(parts)),
            CondKind::Not(inner) => Cond::Not(Box::new(self.cond(inner))),
            CondKind::Compare { op, left, right } => self.compare(*op, left, right),
            CondKind::Has { list, values, ignoring_case } => self.has(list, values, *ignoring_case),
            CondKind::OneOf { value, values, ignoring_case } => Cond::OneOf {
                value: self.expr(value),
                values: values.iter().map(|one| planned(&one.value, &value.ty)).collect(),
                ignoring_case: *ignoring_case,
            },
            CondKind::Between { value, low, high } => Cond::And(vec![
                self.compare(CompareOp::GreaterOrEqual, value, low),
                self.compare(CompareOp::LessOrEqual, value, high),
            ]),
            CondKind::Around { place, of, metres } => self.around(place, of, *metres),
            CondKind::Within { value, near, yearly } => self.within(value, *near, *yearly),
            CondKind::Text { op, value, pattern, ignoring_case } => Cond::Text {
                op: *op,
                value: self.expr(value),
                pattern: pattern_text(*op, &pattern.value, *ignoring_case),
                ignoring_case: *ignoring_case,
            },
            CondKind::Truth(value) => Cond::Truth(self.expr(value)),
            CondKind::Missing(value) => self.missing(value),
            CondKind::Count { rows, op, n, .. } => Cond::Count { rows: Box::new(self.rows(rows)), op: *op, n: *n },
            CondKind::AtLeastOf { of, op, n, .. } => Cond::AtLeastOf { of: self.conds(of), op: *op, n: *n },
            CondKind::InList { rows } => {
                Cond::Count { rows: Box::new(self.rows(rows)), op: CompareOp::GreaterOrEqual, n: 1 }
            }
            CondKind::InSegment { segment, via } => self.reference(segment, via),
            CondKind::Defined { body, .. } => self.cond(body),
            // Unreachable once checked; `or` of nothing is false and lets nobody in.
            CondKind::Error => Cond::Or(Vec::new()),
        }
    }

    fn conds(&mut self, parts: &'m [model::Cond]) -> Vec<Cond> {
        parts.iter().map(|part| self.cond(part)).collect()
    }

    /// A bare count against a whole number knows intervals; everything else compares values.
    fn compare(&mut self, op: CompareOp, left: &'m model::Expr, right: &'m model::Expr) -> Cond {
        if let (Some(rows), Some(n)) = (bare_count(left), whole(right)) {
            return Cond::Count { rows: Box::new(self.rows(rows)), op, n };
        }
        if let (Some(n), Some(rows)) = (whole(left), bare_count(right)) {
            return Cond::Count { rows: Box::new(self.rows(rows)), op: turned(op), n };
        }
        Cond::Compare { op, left: self.expr(left), right: self.expr(right) }
    }

    pub(super) fn expr(&mut self, expr: &'m model::Expr) -> Expr {
        match &expr.kind {
            ExprKind::Literal(value) => Expr::Literal(planned(value, &expr.ty)),
            ExprKind::Field(path) => self.field(path),
            ExprKind::Score { rows, field } => {
                let (rows, path) = self.with_rows(rows, None, |builder| builder.path(field));
                Expr::Latest { rows: Box::new(rows), path }
            }
            ExprKind::Aggregate(aggregate) => Expr::Aggregate(Box::new(self.aggregate(aggregate))),
            ExprKind::Arithmetic { op, left, right } => {
                Expr::Arithmetic { op: *op, left: Box::new(self.expr(left)), right: Box::new(self.expr(right)) }
            }
            ExprKind::Age(path) => Expr::Age(self.path(path)),
            ExprKind::Part { part, of, zone } => self.part(*part, of, zone.as_deref()),
            ExprKind::Ago(length) => Expr::Instant(TimeBound::Back(*length)),
            ExprKind::Now => Expr::Instant(TimeBound::Now),
            ExprKind::Standing(standing) => Expr::Standing(Box::new(self.standing(standing))),
            ExprKind::Today => Expr::Today,
            ExprKind::DateOf(inner) => Expr::DateOf(Box::new(self.expr(inner))),
            ExprKind::StartOfDay(inner) => Expr::StartOfDay(Box::new(self.expr(inner))),
            ExprKind::DaysSince(inner) => Expr::DaysSince(Box::new(self.expr(inner))),
            ExprKind::Extreme { greatest, of, ignoring_missing } => Expr::Extreme {
                greatest: *greatest,
                of: of.iter().map(|value| self.expr(value)).collect(),
                ignoring_missing: *ignoring_missing,
            },
            ExprKind::Defined { body, .. } => self.expr(body),
            // Unreachable once checked; an age of nobody is missing for everybody, so comparisons stay unknown.
            ExprKind::Error => Expr::Instant(TimeBound::Now),
        }
    }

    fn field(&mut self, path: &FieldPath) -> Expr {
        Expr::Field(self.path(path))
    }

    fn aggregate(&mut self, aggregate: &'m ModelAggregate) -> Aggregate {
        let window = aggregate.rows.window.map(|window| window.value);
        let func = aggregate.func;
        let (rows, (value, share)) = self.with_rows(&aggregate.rows, window, |builder| {
            let value = match &aggregate.value {
                Some(value) => Some(builder.expr(value)),
                None => builder.clock_of(func, &aggregate.rows),
            };
            (value, aggregate.share.as_ref().map(|share| builder.cond(share)))
        });
        Aggregate { func, rows, value, ignoring_missing: aggregate.ignoring_missing, share }
    }

    /// `first(orders …)` and `last(orders …)` are their `at`.
    fn clock_of(&mut self, func: AggregateFunc, rows: &model::Rows) -> Option<Expr> {
        match func {
            AggregateFunc::First | AggregateFunc::Last => {
                let at = self.model.tables[row_table(self.model, &rows.from)?].at?;
                let path = self.path(&FieldPath { binding: rows.binding, hops: Vec::new(), field: at });
                Some(Expr::Field(path))
            }
            AggregateFunc::Count
            | AggregateFunc::CountDistinct
            | AggregateFunc::Sum
            | AggregateFunc::Avg
            | AggregateFunc::Min
            | AggregateFunc::Max
            | AggregateFunc::Median
            | AggregateFunc::Mode
            | AggregateFunc::Share => None,
        }
    }

    fn rows(&mut self, rows: &'m model::Rows) -> Rows {
        self.rows_over(rows, None)
    }

    /// Rows over their own window, or over another where they have none.
    pub(super) fn rows_over(&mut self, rows: &'m model::Rows, window: Option<model::Window>) -> Rows {
        self.with_rows(rows, window, |_| ()).0
    }

    /// Binds rows, builds what is said of them inside, and unbinds.
    fn with_rows<T>(
        &mut self,
        rows: &'m model::Rows,
        window: Option<model::Window>,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> (Rows, T) {
        let (rows, hidden) = self.bind(rows, window);
        let result = inside(self);
        self.unbind(hidden);
        (rows, result)
    }

    /// Binds rows, after those that hold them: the rows, and what was bound in their place.
    fn bind(&mut self, rows: &'m model::Rows, window: Option<model::Window>) -> (Rows, Vec<(u32, Option<Bound>)>) {
        let (each, mut hidden) = match &rows.each {
            Some(each) => {
                let (each, hidden) = self.bind(each, window);
                (Some(Box::new(each)), hidden)
            }
            None => (None, Vec::new()),
        };
        let window = window.filter(|_| each.is_none()).or(rows.window.map(|window| window.value)).and_then(bounds);
        let from = self.rows_from(&rows.from);
        let table = self.table_of(&from);
        self.members_read(&from);
        let scan = self.scans.len();
        self.scans.push(Scan { table, columns: Vec::new(), from: Some(from.clone()), window, across: Vec::new() });
        let anchored = rows.anchored.as_ref().map(|anchored| Box::new(self.anchored(anchored, window)));
        let binding = self.next_binding;
        self.next_binding += 1;
        hidden.push((rows.binding, self.frame.bindings.insert(rows.binding, Bound { binding, scan })));
        let filter = rows.filter.as_ref().map(|filter| Box::new(self.cond(filter)));
        let latest = rows
            .latest
            .as_ref()
            .map(|latest| Box::new(Latest { n: latest.n, of: latest.of.as_ref().map(|of| self.cond(of)) }));
        (Rows { binding, from, filter, window, anchored, latest, each, scan }, hidden)
    }

    fn unbind(&mut self, hidden: Vec<(u32, Option<Bound>)>) {
        for (binding, before) in hidden.into_iter().rev() {
            match before {
                Some(before) => self.frame.bindings.insert(binding, before),
                None => self.frame.bindings.remove(&binding),
            };
        }
    }

    pub(super) fn via(&mut self) -> Vec<usize> {
        let links = self.frame.via.clone();
        links.into_iter().map(|link| self.tables.link(link)).collect()
    }

    pub(super) fn bound(&self, binding: u32) -> Bound {
        self.frame.bindings.get(&binding).copied().unwrap_or(Bound { binding: 0, scan: 0 })
    }

    /// A path, noted in the scan that fills its binding.
    pub(super) fn path(&mut self, path: &FieldPath) -> Path {
        let plain = self.bare_path(path);
        let bound = self.bound(path.binding);
        let first_hop = plain.hops.first().copied().map(|link| self.tables.link_by(link));
        if let Some(scan) = self.scans.get_mut(bound.scan) {
            match first_hop {
                None => note(&mut scan.columns, plain.column),
                Some(by) => {
                    note(&mut scan.columns, by);
                    note(&mut scan.across, plain.clone());
                }
            }
        }
        plain
    }

    /// A path that no scan notes: what the guard reads does not break rows.
    pub(super) fn bare_path(&mut self, path: &FieldPath) -> Path {
        let (binding, mut hops) = self.whose(path.binding);
        hops.extend(path.hops.iter().map(|link| self.tables.link(*link)));
        let table = self.tables.table(self.model.fields[path.field].table);
        Path { binding, hops, table, column: self.tables.column(path.field) }
    }

    /// A referenced segment: its condition re-planned with this segment's S, its guard beside it.
    fn reference(&mut self, id: &Spanned<model::SegmentId>, links: &[LinkId]) -> Cond {
        let segment = &self.model.segments[id.value];
        let Some(entity) = segment.entity else { return Cond::Or(Vec::new()) };
        let via: Vec<_> = self.frame.via.iter().chain(links).copied().collect();
        let root = Bound { binding: 0, scan: 0 };
        let inner = Frame { via, bindings: std::iter::once((0, root)).collect() };
        let outer = std::mem::replace(&mut self.frame, inner);
        let condition = Box::new(crate::faults::at_another_instant(self.membership(segment)));
        let via = self.via();
        self.frame = outer;
        if on(Fault::F21) {
            return *condition;
        }
        let guard = Box::new(self.guard(segment, entity));
        Cond::Guarded { segment: segment.name.value.clone(), via, guard, condition }
    }
}

/// What is sought; a pattern as every engine reads it. One that cannot be read describes nothing here; it was refused.
fn pattern_text(op: model::TextOp, text: &str, ignoring_case: bool) -> String {
    if op != model::TextOp::Matches {
        return text.to_owned();
    }
    let read = model::pattern::Pattern::read(text);
    let read = read.map(|pattern| if ignoring_case { pattern.folded() } else { pattern });
    read.map(|pattern| pattern.canonical()).unwrap_or_default()
}

pub(super) fn note<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn bare_count(expr: &model::Expr) -> Option<&model::Rows> {
    let ExprKind::Aggregate(aggregate) = &expr.unnamed().kind else { return None };
    (aggregate.func == AggregateFunc::Count).then_some(&aggregate.rows)
}

fn whole(expr: &model::Expr) -> Option<u64> {
    let ExprKind::Literal(model::Value::Integer(n)) = expr.kind else { return None };
    u64::try_from(n).ok()
}

fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        CompareOp::Equal | CompareOp::NotEqual => op,
    }
}

fn row_table(model: &model::Model, from: &model::RowsFrom) -> Option<model::TableId> {
    match from {
        model::RowsFrom::Subject { table, .. }
        | model::RowsFrom::Nested { table, .. }
        | model::RowsFrom::RelatedRows { table, .. } => Some(*table),
        model::RowsFrom::Related { link, .. } => Some(model.links[*link].from),
        model::RowsFrom::Error => None,
    }
}

/// A window as bounds; `None`: the whole usable span.
fn bounds(window: model::Window) -> Option<Window> {
    use crate::model::calendar::{CalendarUnit, add_days};
    use crate::privacy::retention::times;
    let start = |unit, shift| TimeBound::UnitStart { unit, shift };
    let (from, to, absolute) = match window {
        model::Window::Last(length) => (TimeBound::Back(length), TimeBound::Now, false),
        model::Window::Ago { from, to } => (TimeBound::Back(from), TimeBound::Back(to), false),
        model::Window::LastFull { n, unit } => {
            (start(unit, i32::try_from(n).unwrap_or(i32::MAX).saturating_neg()), start(unit, 0), false)
        }
        model::Window::Period { each, back } => {
            let to = if back <= 1 { TimeBound::Now } else { TimeBound::Back(times(each, back - 1)) };
            (TimeBound::Back(times(each, back)), to, false)
        }
        model::Window::Units { from, to, unit } => {
            let back = |n: u32| i32::try_from(n).unwrap_or(i32::MAX).saturating_neg();
            (start(unit, back(from)), to.map_or(TimeBound::Now, |to| start(unit, back(to))), false)
        }
        model::Window::This(unit) => (start(unit, 0), TimeBound::Now, false),
        model::Window::Today => (start(CalendarUnit::Day, 0), TimeBound::Now, false),
        model::Window::Yesterday => (start(CalendarUnit::Day, -1), start(CalendarUnit::Day, 0), false),
        model::Window::Dates { from, to } => (TimeBound::Day(from), TimeBound::Day(add_days(to, 1)), true),
        model::Window::Since(from) => (TimeBound::Day(from), TimeBound::Now, true),
        model::Window::Retained | model::Window::Error => return None,
    };
    Some(Window { from, to, absolute })
}
