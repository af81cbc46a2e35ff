//! Rows inside all of some rows (`orders.items`): the rows that hold them are opened as they are elsewhere, and joined to what they hold.
//!
//! They are found by what those that hold them are found by, so one feature says all of them of a subject at once.

use super::Lower;
use super::condition::Side;
use super::feature::Opened;
use super::scope::{Outer, Scope};
use super::walk::Met;
use crate::emit::sql::tree::{Agg, Expr, Func, Test, and, call, col, cte, eq, is, join, named};
use crate::plan::{Rows, RowsFrom};

/// What features of rows that lack the column by which what they hold is found are called by.
pub const LACKING: &str = "lacking";

impl<'p> Lower<'p> {
    /// Opens the rows that are inside all of some rows.
    pub fn open_inside(
        &mut self,
        scope: &mut Scope,
        (rows, each): (&'p Rows, &'p Rows),
        handed: &[Outer],
        met: &[Met<'p>],
    ) -> Opened {
        let mut opened = self.open_holders(scope, each, handed, met);
        self.filter_holders(&mut opened, each);
        let (of, table) = match &rows.from {
            RowsFrom::Nested { table, of } => (*of, *table),
            RowsFrom::Subject { .. } | RowsFrom::Related { .. } | RowsFrom::RelatedRows { .. } => {
                self.bug("rows inside others that are not nested in them");
                return opened;
            }
        };
        if self.may_lack_parent(table) {
            let whole = self.none_lacks(scope, (rows, each), (of, table), handed, met);
            opened.told = and(vec![opened.told, whole.clone()]);
            opened.there = and(vec![opened.there, whole]);
        }
        self.step_inside(&mut opened, rows.binding, (of, table), met);
        opened
    }

    fn open_holders(&mut self, scope: &mut Scope, each: &'p Rows, handed: &[Outer], met: &[Met<'p>]) -> Opened {
        match each.each.as_deref() {
            None => self.open_here(scope, each, handed.to_vec()),
            Some(outer) => self.open_inside(scope, (each, outer), handed, met),
        }
    }

    /// Of the rows that hold others those that are possible, and which of them are sure.
    fn filter_holders(&mut self, opened: &mut Opened, each: &'p Rows) {
        let Some(filter) = each.filter.as_deref() else { return };
        let uncertain = self.uncertain(filter);
        let side = if uncertain { Side::May } else { Side::Must };
        let possible = self.side(&mut opened.scope, filter, false, side);
        opened.scope.filter.extend(Some(possible).filter(|holds| *holds != Expr::Truth(true)));
        if uncertain {
            let sure = self.side(&mut opened.scope, filter, false, Side::Must);
            opened.sure = and(vec![opened.sure.clone(), sure]);
        }
    }

    /// Joins what the rows of a scope hold, and keeps at hand what is read of these rows.
    fn step_inside(&mut self, opened: &mut Opened, binding: u32, (of, table): (u32, usize), met: &[Met<'p>]) {
        let found = self.parent(&mut opened.scope, of, table);
        let at_hand = met.iter().filter_map(|at| match at {
            Met::Cell(path) => (path.binding == of).then(|| Outer::Cell((*path).clone())),
            Met::Subject(whose, via) => (*whose == of).then(|| Outer::Subject(of, via.to_vec())),
            Met::Parent(parent, nested) => (*parent == of).then_some(Outer::Parent(of, *nested)),
            Met::Rows(_) | Met::Guard(_) => None,
        });
        for wanted in at_hand.collect::<Vec<_>>() {
            if !opened.scope.outer.iter().any(|(known, _)| *known == wanted) {
                let value = self.hand(&mut opened.scope, &wanted);
                opened.scope.outer.push((wanted, value));
            }
        }
        let cut = self.table(table);
        let alias = self.alias_in(&opened.scope, "e");
        let kinds = self.nested_kinds(table);
        let key = col(&alias, &self.key_of(table, &cut));
        let (left, right) = self.comparable((key, &kinds.0), (found, &kinds.1));
        let scope = &mut opened.scope;
        scope.joins.push(join(cte(&cut.name, &alias), vec![eq(left, right)]));
        (scope.binding, scope.alias) = (Some(binding), alias);
        scope.hops.clear();
    }

    /// Whether no row that may hold others lacks the column by which they are found: else nobody can tell them.
    fn none_lacks(
        &mut self,
        scope: &mut Scope,
        (rows, each): (&'p Rows, &'p Rows),
        (of, table): (u32, usize),
        handed: &[Outer],
        met: &[Met<'p>],
    ) -> Expr {
        let opened = self.open_holders(scope, each, handed, met);
        let outer = opened.outer.clone();
        let want = format!("{LACKING} {}", self.normal(rows));
        let made = self.made(scope, each, &want, |lower, name| {
            let mut opened = opened;
            lower.filter_holders(&mut opened, each);
            let key = lower.parent(&mut opened.scope, of, table);
            let items = vec![named(Expr::Aggregate(Agg::Count, None), &name)];
            lower.group(name, "Rows that nobody can find the parts of", each, opened, vec![is(key, Test::Null)], items)
        });
        let alias = self.look_up(scope, &made, &outer);
        eq(call(Func::Coalesce, vec![col(&alias, &made.name), Expr::Whole(0)]), Expr::Whole(0))
    }
}
