//! The exact order of fractions, where engines sort: no engine keeps a quotient, so each is told by whole numbers that order it.
//!
//! Of `top / bottom`, both whole, the first key is how often `bottom` goes into `top`, the next are digits of what is left over, so many at
//! a time. Two different fractions whose denominators have fewer than d digits are further apart than 10^-2d, so 2d such digits
//! tell them apart, and equal fractions have equal keys however they are written.

use super::Lower;
use super::condition::Amount;
use super::number::{Number, exact_top};
use crate::emit::sql::tree::{Expr, Func, Op, Test, and, binary, call, is, or};
use crate::model::{CompareOp, Value};

/// Digits of a whole number in every engine.
const DIGITS: u32 = 38;

/// How many digits a denominator may have, so that no engine is asked for very many keys.
const DENOMINATOR: u32 = 32;

impl Lower<'_> {
    /// What a number is ordered by: the greater number has the greater keys, and equal numbers have equal ones. All are missing where it is.
    pub fn order_keys(&mut self, number: &Number) -> Vec<Expr> {
        let Some(bottom) = &number.bottom else { return vec![number.top.clone()] };
        let below = number.below + number.below_scale;
        if below > DENOMINATOR {
            self.refusals.push(format!(
                "people are ranked by a quotient whose divisor may have {below} digits, and engines order exactly up to {DENOMINATOR}"
            ));
            return vec![Expr::Null];
        }
        let top = self.whole_number(number.top.clone(), number.digits, number.scale);
        let bottom = self.whole_number(bottom.clone(), number.below, number.below_scale);
        let at_once = (DIGITS - below).min(2 * below);
        let mut keys = vec![call(Func::Goes, vec![top.clone(), bottom.clone()])];
        let (mut left, mut told) = (top, 0);
        while told < 2 * below {
            let rest = call(Func::Modulo, vec![left, bottom.clone()]);
            left = binary(Op::Multiply, rest, 10_i128.checked_pow(at_once).map_or(Expr::Null, Expr::Whole));
            keys.push(call(Func::Goes, vec![left.clone(), bottom.clone()]));
            told += at_once;
        }
        keys
    }

    /// Whether a quotient is, or is not, one of some literals.
    pub fn quotient_listed(&mut self, number: &Number, values: &[Value], negated: bool) -> Expr {
        let op = if negated { CompareOp::NotEqual } else { CompareOp::Equal };
        let parts = values.iter().map(|value| self.compare_numbers(op, number, &Number::of(&Lower::literal(value))).0);
        let parts = parts.collect();
        if negated { and(parts) } else { or(parts) }
    }

    /// The greatest or least of numbers of which some are quotients: of the first that no other beats, what is above and what is below.
    /// Where one is missing so is the result, unless what is missing is left out.
    pub fn best_quotient(&mut self, greatest: bool, numbers: &[Number], ignoring: bool) -> Number {
        let op = if greatest { CompareOp::GreaterOrEqual } else { CompareOp::LessOrEqual };
        let (mut tops, mut bottoms) = (Vec::new(), Vec::new());
        for (at, own) in numbers.iter().enumerate() {
            let mut beats = vec![is(exact_top(own), Test::NotNull)];
            for other in numbers.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, other)| other) {
                let compared = self.compare_numbers(op, own, other).0;
                let absent = ignoring.then(|| Amount::Number(other.clone()).missing());
                beats.push(or(absent.into_iter().chain([compared]).collect()));
            }
            let beats = and(beats);
            tops.push((beats.clone(), exact_top(own)));
            bottoms.push((beats, own.bottom.clone().unwrap_or(Expr::Whole(1))));
        }
        let most = |of: fn(&Number) -> u32| numbers.iter().map(of).max().unwrap_or(0);
        let (digits, scale) = (most(|number| number.digits), most(|number| number.scale));
        let (below, below_scale) = (most(|number| number.below), most(|number| number.below_scale));
        let top = self.one_of_several(Expr::Case(tops, None), digits, scale);
        let bottom = numbers.iter().any(|number| number.bottom.is_some());
        let bottom = bottom.then(|| self.one_of_several(Expr::Case(bottoms, None), below, below_scale));
        Number { bottom, below, below_scale, ..Number::wide(top, digits, scale, true) }
    }

    /// A decimal without its point.
    fn whole_number(&mut self, of: Expr, digits: u32, scale: u32) -> Expr {
        if scale == 0 {
            return call(Func::Digits38, vec![of]);
        }
        let moved = binary(Op::Multiply, of, 10_i128.checked_pow(scale).map_or(Expr::Null, Expr::Whole));
        let fits = digits.saturating_add(2 * scale) <= DIGITS || self.dialect.digits.is_none();
        let moved = if fits { moved } else { call(Func::Try, vec![moved]) };
        call(Func::Digits38, vec![moved])
    }
}
