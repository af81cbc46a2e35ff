//! Conditions about visits, written out as conditions about the rows of their sources.
//!
//! A visit is found by its first readable row: the row of its session before which, in whatever source, there is none (of sources with
//! a row at the same instant the one that is declared first). So `any visits where (p) over w` asks of each source whether it has such
//! a row in w of whose session p holds, and a count adds the different sessions of such rows. What is asked inside p is asked of
//! all readable rows of the same subject with that session id.

use crate::syntax::ast;

use super::super::names::not_yet;
use super::rows::Source;
use super::*;

/// How the rows of the visit at hand are found.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// Whose visit it is.
    subject: u32,
    /// The session id of the row that the scope binds.
    session: FieldId,
    /// The sources, with their session ids.
    parts: Vec<(TableId, FieldId)>,
}

/// Visits that a path names.
pub(super) struct Visits {
    table: TableId,
    subject: u32,
    parts: Vec<(TableId, FieldId)>,
}

impl Typer<'_, '_> {
    /// The visits of the subject at hand, where a path begins with their name.
    pub(super) fn visits_named(&self, path: &ast::Path) -> Option<Visits> {
        let scope = self.scope();
        let names::Found::Known(Member::Visits(table)) = self.r.member(scope.table).find(&path.first()?.value) else {
            return None;
        };
        let TableKind::Visits(facts) = &self.model().tables[table].kind else { return None };
        Some(Visits { table, subject: scope.binding, parts: facts.parts.clone() })
    }

    /// `any visits where … over …`, and every other number of them.
    pub(super) fn visits(
        &mut self,
        it: &ast::Rows,
        visits: Visits,
        (op, n): (CompareOp, u64),
        span: Span,
    ) -> Option<CondKind> {
        self.nothing_after(it, 1)?;
        self.no_latest(it.latest, "of visits")?;
        if let Some(same) = it.same.first() {
            self.report(not_yet("`with same` of visits", same.span));
            return None;
        }
        let window = self.window_of_visits(&visits, it.window.as_ref(), it.span)?;
        let rows = self.first_rows(&visits, it.filter.as_ref(), window, span)?;
        let some = |rows, op, n, word| Cond { kind: CondKind::Count { rows: Box::new(rows), op, n, word }, span };
        Some(match (op, n) {
            (CompareOp::GreaterOrEqual, 1) => {
                let any = rows.into_iter().map(|(rows, _)| some(rows, op, 1, CountWord::Any));
                one_of_them(any.collect(), CondKind::Or)
            }
            (CompareOp::Equal | CompareOp::LessOrEqual, 0) => {
                let none = rows.into_iter().map(|(rows, _)| some(rows, CompareOp::Equal, 0, CountWord::No));
                one_of_them(none.collect(), CondKind::And)
            }
            (_, _) => {
                let n = i64::try_from(n).unwrap_or(i64::MAX);
                let literal = Expr { kind: ExprKind::Literal(Value::Integer(n)), ty: Type::Integer, span };
                CondKind::Compare { op, left: self.sessions(rows, span)?, right: literal }
            }
        })
    }

    /// `count(visits where … over …)`; nothing else can be computed over visits yet.
    pub(super) fn count_of_visits(
        &mut self,
        it: &ast::Aggregate,
        path: &ast::Path,
        visits: Visits,
        span: Span,
    ) -> Option<Expr> {
        let plain = it.function.value == ast::AggregateFn::Count && it.ignoring_missing.is_none();
        if !plain || path.segments.len() > 1 || !matches!(it.value.kind, ast::ExprKind::Path(_)) {
            let what = format!("anything but `any`, `no`, a number and `count` of visits (`{}`)", path.text());
            self.report(not_yet(&what, span));
            return None;
        }
        let window = self.window_of_visits(&visits, it.window.as_ref(), it.argument)?;
        let rows = self.first_rows(&visits, it.filter.as_ref(), window, span)?;
        self.sessions(rows, span)
    }

    fn window_of_visits(
        &mut self,
        visits: &Visits,
        window: Option<&ast::Window>,
        end: Span,
    ) -> Option<Spanned<Window>> {
        match window {
            Some(window) if window.so_far.is_some() || matches!(window.kind, ast::WindowKind::Anchored { .. }) => {
                self.report(not_yet("visits over a window that hangs on an instant", window.span));
                None
            }
            Some(window) => Some(self.window(window)),
            None => {
                self.unbounded(visits.table, end);
                None
            }
        }
    }

    /// For each source the rows with which a visit begins, of whose visit the filter holds; and the session id.
    fn first_rows(
        &mut self,
        visits: &Visits,
        filter: Option<&ast::Filter>,
        window: Spanned<Window>,
        span: Span,
    ) -> Option<Vec<(Rows, FieldId)>> {
        let before = self.r.findings.len();
        let mut all = Vec::new();
        for (place, (table, session)) in visits.parts.clone().into_iter().enumerate() {
            let known = self.r.findings.len();
            let binding = self.fresh();
            let mut holds = self.begins(visits, place, binding, span)?;
            if let Some(filter) = filter {
                holds.push(self.of_visit(visits, session, filter, binding));
            }
            // What is wrong with the filter was said when it was read for the first source.
            if place > 0 {
                self.r.findings.truncate(known);
            }
            let from = RowsFrom::Subject { table, of: visits.subject, via: Vec::new() };
            let filter = Some(Box::new(Cond { kind: CondKind::And(holds), span }));
            all.push((
                Rows { binding, from, filter, window: Some(window), anchored: None, latest: None, each: None, span },
                session,
            ));
            if crate::diagnostic::any_fatal(self.r.findings.get(before..).unwrap_or_default()) {
                return None;
            }
        }
        Some(all)
    }

    /// That no row of the session is before the one that is bound.
    fn begins(&mut self, visits: &Visits, place: usize, binding: u32, span: Span) -> Option<Vec<Cond>> {
        let (table, session) = *visits.parts.get(place)?;
        let at = self.field_of(binding, self.model().tables[table].at?, span);
        let id = self.field_of(binding, session, span);
        let mut all = Vec::new();
        for (index, (other, other_session)) in visits.parts.clone().into_iter().enumerate() {
            if !self.grow(8, 4, span) {
                return None;
            }
            let earlier = self.fresh();
            let op = if index < place { CompareOp::LessOrEqual } else { CompareOp::Less };
            let clock = self.field_of(earlier, self.model().tables[other].at?, span);
            let same = compare(CompareOp::Equal, self.field_of(earlier, other_session, span), id.clone());
            let sooner = compare(op, clock, at.clone());
            let filter = Cond { kind: CondKind::And(vec![same, sooner]), span };
            let rows = Rows {
                binding: earlier,
                from: RowsFrom::Subject { table: other, of: visits.subject, via: Vec::new() },
                filter: Some(Box::new(filter)),
                window: Some(Spanned::new(Window::Retained, span)),
                anchored: None,
                latest: None,
                each: None,
                span,
            };
            let kind = CondKind::Count { rows: Box::new(rows), op: CompareOp::Equal, n: 0, word: CountWord::Begins };
            all.push(Cond { kind, span });
        }
        Some(all)
    }

    /// What is asked of the visit of a row.
    fn of_visit(&mut self, visits: &Visits, session: FieldId, filter: &ast::Filter, binding: u32) -> Cond {
        let visit = Visit { subject: visits.subject, session, parts: visits.parts.clone() };
        self.scopes.push(Scope { binding, table: visits.table, prefix: Vec::new(), visit: Some(visit) });
        let cond = self.cond(&filter.condition);
        self.scopes.pop();
        cond
    }

    /// Rows of the visit at hand: of its subject, with its session id, whenever they happened.
    pub(super) fn rows_of_visit(
        &mut self,
        scope: &Scope,
        table: TableId,
        name: &ast::Name,
        span: Span,
    ) -> Option<Source> {
        let visit = scope.visit.as_ref()?;
        let (_, session) = *visit.parts.iter().find(|(part, _)| *part == table)?;
        let binding = self.fresh();
        let same = compare(
            CompareOp::Equal,
            self.field_of(binding, session, name.span),
            self.field_of(scope.binding, visit.session, name.span),
        );
        let rows = Rows {
            binding,
            from: RowsFrom::Subject { table, of: visit.subject, via: Vec::new() },
            filter: Some(Box::new(same)),
            window: Some(Spanned::new(Window::Retained, name.span)),
            anchored: None,
            latest: None,
            each: None,
            span,
        };
        Some(Source { rows, table, used: 1 })
    }

    /// How many different sessions rows have, in all sources together: each visit begins in one of them.
    fn sessions(&mut self, rows: Vec<(Rows, FieldId)>, span: Span) -> Option<Expr> {
        let counts: Vec<Expr> = rows
            .into_iter()
            .map(|(rows, session)| {
                let value = Some(self.field_of(rows.binding, session, span));
                let aggregate =
                    Aggregate { func: AggregateFunc::CountDistinct, rows, value, share: None, ignoring_missing: false };
                Expr { kind: ExprKind::Aggregate(Box::new(aggregate)), ty: Type::Integer, span }
            })
            .collect();
        counts.into_iter().reduce(|left, right| {
            let (left, right) = (Box::new(left), Box::new(right));
            let kind = ExprKind::Arithmetic { op: ArithmeticOp::Add, left, right };
            Expr { kind, ty: Type::Integer, span }
        })
    }

    fn field_of(&self, binding: u32, field: FieldId, span: Span) -> Expr {
        let ty = self.model().fields[field].ty.clone();
        Expr { kind: ExprKind::Field(FieldPath { binding, hops: Vec::new(), field }), ty, span }
    }
}

fn compare(op: CompareOp, left: Expr, right: Expr) -> Cond {
    let span = left.span;
    Cond { kind: CondKind::Compare { op, left, right }, span }
}

fn one_of_them(mut parts: Vec<Cond>, join: fn(Vec<Cond>) -> CondKind) -> CondKind {
    match parts.len() {
        1 => parts.remove(0).kind,
        _ => join(parts),
    }
}
