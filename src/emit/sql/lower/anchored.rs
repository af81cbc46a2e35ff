//! Windows that hang on an instant of an outer row: the instants are handed down like any other cell, and rows are compared with them.

use super::Lower;
use super::clock::{Moment, less};
use super::condition::Amount;
use super::scope::{Scope, Ty, safe_day};
use super::tables::plain_instant;
use crate::emit::sql::tree::{Expr, Func, Op, Test, Type, binary, call, is};
use crate::model::Length;
use crate::plan::{self, Anchored, Bound, Path, Rows};

impl<'p> Lower<'p> {
    /// Whether the window of a row set is over, for the rows of the scope; `told` gets what must hold for anybody to tell its rows.
    pub fn hung(&mut self, scope: &mut Scope, rows: &'p Rows, table: usize, told: &mut Vec<Expr>) -> Expr {
        let Some(anchored) = rows.anchored.as_deref() else { return Expr::Truth(true) };
        let start = self.instant(scope, &anchored.start);
        for at in std::iter::once(&anchored.start).chain(&anchored.ends) {
            if !self.may_lack(at) {
                continue;
            }
            let cell = self.instant(scope, base(at));
            told.push(is(cell, Test::NotNull));
        }
        let span = self.plan.tables.get(table).and_then(|table| table.clock.as_ref()).map(|clock| clock.span);
        if let Some(span) = span.filter(|_| !anchored.within_span) {
            let kept = self.clock.instant(&Moment::Bound(Bound::Back(span)));
            told.push(is(binary(Op::GreaterOrEqual, start.clone(), kept), Test::True));
        }
        if anchored.so_far {
            let now = self.clock.now();
            told.push(is(binary(Op::Less, start, now), Test::True));
        }
        self.over(scope, anchored)
    }

    fn over(&mut self, scope: &mut Scope, anchored: &'p Anchored) -> Expr {
        if anchored.so_far || self.ends_before_now(anchored) {
            return Expr::Truth(true);
        }
        match self.end(scope, anchored) {
            Some(end) => {
                let now = self.clock.now();
                is(binary(Op::LessOrEqual, end, now), Test::True)
            }
            None => Expr::Truth(true),
        }
    }

    /// The earliest end.
    fn end(&mut self, scope: &mut Scope, anchored: &'p Anchored) -> Option<Expr> {
        let mut ends: Vec<Expr> = anchored.ends.iter().map(|end| self.instant(scope, end)).collect();
        if ends.len() > 1 { Some(call(Func::Least, ends)) } else { ends.pop() }
    }

    /// Where the rows of a set lie, by what has been handed down to their scope.
    pub fn within_anchored(&mut self, inner: &mut Scope, rows: &'p Rows, table: usize) -> Vec<Expr> {
        let Some(anchored) = rows.anchored.as_deref() else { return Vec::new() };
        let Some(at) = self.clock_of_row(inner, rows.binding, table) else { return Vec::new() };
        let start = self.instant(inner, &anchored.start);
        let op = if anchored.open { Op::Greater } else { Op::GreaterOrEqual };
        let mut within = vec![binary(op, at.clone(), start)];
        within.extend(self.end(inner, anchored).map(|end| binary(Op::Less, at, end)));
        within
    }

    /// When a row happened.
    fn clock_of_row(&mut self, scope: &mut Scope, binding: u32, table: usize) -> Option<Expr> {
        let column = self.plan.tables.get(table)?.clock.as_ref()?.column;
        let cell = self.cell(scope, &Path { binding, hops: Vec::new(), table, column });
        Some(match cell.ty {
            Ty::Day => self.clock.start_of(&Expr::Cast(Box::new(safe_day(&cell.sql)), Type::Wall)),
            Ty::Instant | Ty::Text | Ty::Truth | Ty::Number => cell.sql,
        })
    }

    fn instant(&mut self, scope: &mut Scope, at: &'p plan::Expr) -> Expr {
        match self.expr(scope, at) {
            Amount::Cell(cell) => cell.sql,
            Amount::Number(_) => self.bug("a number as an instant"),
        }
    }

    /// An instant less a length.
    pub fn back(&mut self, instant: &Expr, length: Length) -> Expr {
        less(&self.clock, plain_instant(instant), length)
    }

    /// Whether what is counted in the window may be unknown, or without end.
    pub fn may_be_open(&self, anchored: &Anchored) -> bool {
        let ends = !anchored.ends.is_empty() && !anchored.so_far && !self.ends_before_now(anchored);
        let lacks = std::iter::once(&anchored.start).chain(&anchored.ends).any(|at| self.may_lack(at));
        !anchored.within_span || anchored.so_far || ends || lacks
    }

    /// An end that is the instant of a row that happened.
    fn ends_before_now(&self, anchored: &Anchored) -> bool {
        let happened = |path: &Path| path.binding != 0 && path.hops.is_empty() && self.is_clock(path);
        anchored.ends.iter().any(|end| plain_field(end).is_some_and(happened))
    }

    fn is_clock(&self, path: &Path) -> bool {
        let clock = self.plan.tables.get(path.table).and_then(|table| table.clock.as_ref());
        clock.is_some_and(|clock| clock.column == path.column)
    }

    fn may_lack(&self, at: &plan::Expr) -> bool {
        let base = base(at);
        let clock = plain_field(base).is_some_and(|path| path.hops.is_empty() && self.is_clock(path));
        !clock && self.may_miss(base)
    }
}

/// The field that an instant is, or whose day's first instant it is.
fn plain_field(at: &plan::Expr) -> Option<&Path> {
    if let plan::Expr::StartOfDay(of) = at {
        return plain_field(of);
    }
    if let plan::Expr::Field(path) = at { Some(path) } else { None }
}

/// What lengths are added to.
fn base(at: &plan::Expr) -> &plan::Expr {
    if let plan::Expr::Back { from, .. } = at { base(from) } else { at }
}
