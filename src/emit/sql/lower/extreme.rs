//! `greatest(…)`, `least(…)` and `days since …`.
//!
//! Engines disagree on what the greatest of a NULL is, so functions are only ever given values that are known.

use super::Lower;
use super::clock::DayOf;
use super::condition::Amount;
use super::number::Number;
use super::scope::{Cell, Scope, Ty};
use super::tables::{any_day, plain_instant};
use crate::emit::sql::tree::{Expr as Sql, Func, Test, and, call, is, not, or, when};
use crate::plan::Expr;

impl<'p> Lower<'p> {
    /// Whole days from a day to today, or from an instant to now.
    pub fn days_since(&mut self, scope: &mut Scope, of: &'p Expr) -> Amount {
        let Amount::Cell(cell) = self.expr(scope, of) else { return Amount::Cell(self.wrong("days since a number")) };
        let days = if cell.ty == Ty::Day {
            let today = self.clock.day(DayOf::Today);
            call(Func::DaysBetween, vec![any_day(&cell.sql), today])
        } else {
            let now = self.clock.now();
            call(Func::WholeDaysBetween, vec![plain_instant(&cell.sql), now])
        };
        Amount::Number(Number::wide(days, 7, 0, cell.nullable))
    }

    /// The greatest or least of some values.
    pub fn extreme_of(&mut self, scope: &mut Scope, greatest: bool, of: &'p [Expr], ignoring: bool) -> Amount {
        let before = self.asking;
        self.asking |= ignoring;
        self.doubt = None;
        let mut values = Vec::new();
        for value in of {
            let amount = self.expr(scope, value);
            values.push((amount, self.doubt.take().unwrap_or(Sql::Truth(false))));
        }
        self.asking = before;
        let numbers: Vec<Number> = values.iter().filter_map(|(amount, _)| number_of(amount)).collect();
        let most = |of: fn(&Number) -> u32| numbers.iter().map(of).max().unwrap_or(0);
        let wide = most(|number| number.digits) + most(|number| number.scale) > 38;
        if wide || numbers.iter().any(|number| number.bottom.is_some()) {
            return self.extreme_quotient(greatest, &numbers, &values, ignoring);
        }
        let func = if greatest { Func::Greatest } else { Func::Least };
        let doubt = or(values.iter().map(|(_, doubt)| doubt.clone()).collect());
        let (sql, nullable) = if ignoring { of_the_known(func, &values, &doubt) } else { of_all(func, &values) };
        self.doubt = (doubt != Sql::Truth(false)).then(|| doubted(&values, doubt, ignoring));
        shaped_like(&values, sql, nullable)
    }

    /// The same of numbers of which some are quotients.
    fn extreme_quotient(
        &mut self,
        greatest: bool,
        numbers: &[Number],
        values: &[(Amount, Sql)],
        ignoring: bool,
    ) -> Amount {
        let mut best = self.best_quotient(greatest, numbers, ignoring);
        let doubt = or(values.iter().map(|(_, doubt)| doubt.clone()).collect());
        if doubt != Sql::Truth(false) {
            if ignoring {
                best.top = when(is(doubt.clone(), Test::NotTrue), best.top);
            }
            self.doubt = Some(doubted(values, doubt, ignoring));
        }
        Amount::Number(best)
    }
}

fn number_of(amount: &Amount) -> Option<Number> {
    match amount {
        Amount::Number(number) => Some(number.clone()),
        Amount::Cell(_) => None,
    }
}

fn plain(amount: &Amount) -> Sql {
    match amount {
        Amount::Number(number) => number.top.clone(),
        Amount::Cell(cell) => cell.sql.clone(),
    }
}

/// Of values all of which must be known.
fn of_all(func: Func, values: &[(Amount, Sql)]) -> (Sql, bool) {
    let known =
        values.iter().filter(|(amount, _)| amount.nullable()).map(|(amount, _)| is(plain(amount), Test::NotNull));
    let known = and(known.collect());
    let best = call(func, values.iter().map(|(amount, _)| plain(amount)).collect());
    if known == Sql::Truth(true) { (best, false) } else { (when(known, best), true) }
}

/// Of values of which some may be missing, but none unknown: each stands for itself, or where it is missing for one that is not.
fn of_the_known(func: Func, values: &[(Amount, Sql)], doubt: &Sql) -> (Sql, bool) {
    let stand_in = |at: usize| {
        let own = values.iter().skip(at).chain(values.iter().take(at)).map(|(amount, _)| amount);
        let known = own.clone().position(|amount| !amount.nullable());
        let list: Vec<Sql> = own.take(known.map_or(values.len(), |place| place + 1)).map(plain).collect();
        if let [only] = list.as_slice() { only.clone() } else { call(Func::Coalesce, list) }
    };
    let best = call(func, (0..values.len()).map(stand_in).collect());
    let nullable = values.iter().all(|(amount, _)| amount.nullable());
    if *doubt == Sql::Truth(false) {
        return (best, nullable);
    }
    (when(is(doubt.clone(), Test::NotTrue), best), true)
}

/// Where the result is unknown rather than missing.
fn doubted(values: &[(Amount, Sql)], doubt: Sql, ignoring: bool) -> Sql {
    let doubt = is(doubt, Test::True);
    if ignoring {
        return doubt;
    }
    let missing = values.iter().filter(|(amount, _)| amount.nullable());
    let missing = missing.map(|(amount, doubt)| and(vec![amount.missing(), is(doubt.clone(), Test::NotTrue)]));
    and(vec![doubt, not(or(missing.collect()))])
}

/// The result as an amount of the kind of the values.
fn shaped_like(values: &[(Amount, Sql)], sql: Sql, nullable: bool) -> Amount {
    let numbers = || {
        values.iter().filter_map(|(amount, _)| match amount {
            Amount::Number(number) => Some(number),
            Amount::Cell(_) => None,
        })
    };
    if let Some((Amount::Cell(cell), _)) = values.first() {
        return Amount::Cell(Cell { sql, ty: cell.ty, nullable, whole: false });
    }
    let digits = numbers().map(|number| number.digits).max().unwrap_or(19);
    let scale = numbers().map(|number| number.scale).max().unwrap_or(6);
    let whole = numbers().all(|number| number.whole || number.scale == 0) && numbers().any(|number| number.whole);
    Amount::Number(Number { whole, ..Number::wide(sql, digits, scale, nullable) })
}
