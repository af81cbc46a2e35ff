//! Exact numbers: fractions whose comparison is a multiplication, with the digits that they may need.
//!
//! No division is ever printed. Where an engine's numbers have a limit, what may pass it is computed under `try` and is missing
//! beyond it, so that no row of anybody can make a query fail.

use super::Lower;
use super::scope::Cell;
use crate::emit::sql::tree::{Expr, Func, Op, binary, call};
use crate::model::{ArithmeticOp, CompareOp, Decimal};

/// A number: `top / bottom`.
#[derive(Debug, Clone)]
pub struct Number {
    /// Above.
    pub top: Expr,
    /// Below, always positive or missing; `None` for 1.
    pub bottom: Option<Expr>,
    /// Digits that `top` may have before the point.
    pub digits: u32,
    /// Digits after it.
    pub scale: u32,
    /// Digits that `bottom` may have before the point.
    pub below: u32,
    /// Digits after it.
    pub below_scale: u32,
    /// Whether `top` is of a type of whole numbers that may overflow where it is computed with.
    pub whole: bool,
    /// Whether it may be missing.
    pub nullable: bool,
}

/// A factor: an expression, its digits before and after the point, whether of a whole type.
type Factor = (Expr, u32, u32, bool);

impl Number {
    /// A cell, aggregate or literal.
    pub fn of(cell: &Cell) -> Self {
        let (digits, scale) = if let Expr::Whole(n) = &cell.sql {
            (n.unsigned_abs().to_string().len(), 0)
        } else if let Expr::Decimal(decimal) = &cell.sql {
            places(*decimal)
        } else if cell.whole {
            (19, 0)
        } else {
            (18, 6)
        };
        let (digits, scale) = (u32::try_from(digits).unwrap_or(19), u32::try_from(scale).unwrap_or(6));
        let whole = cell.whole && !matches!(cell.sql, Expr::Whole(_));
        let nullable = cell.nullable;
        Self { top: cell.sql.clone(), bottom: None, digits, scale, below: 1, below_scale: 0, whole, nullable }
    }

    /// A sum with the digits that it may have.
    pub fn wide(top: Expr, digits: u32, scale: u32, nullable: bool) -> Self {
        Self { top, bottom: None, digits, scale, below: 1, below_scale: 0, whole: false, nullable }
    }

    fn above(&self) -> Factor {
        (self.top.clone(), self.digits, self.scale, self.whole)
    }

    fn under(&self) -> Option<Factor> {
        self.bottom.as_ref().map(|bottom| (bottom.clone(), self.below, self.below_scale, false))
    }
}

fn places(decimal: Decimal) -> (usize, usize) {
    let text = decimal.to_string();
    let (whole, fraction) = text.trim_start_matches('-').split_once('.').unwrap_or((text.trim_start_matches('-'), ""));
    (whole.len(), fraction.len())
}

impl Lower<'_> {
    /// How two numbers compare, and whether that may be unknown.
    pub fn compare_numbers(&mut self, op: CompareOp, left: &Number, right: &Number) -> (Expr, bool) {
        let mut risky = false;
        let l = self.product(left.above(), right.under(), &mut risky);
        let r = self.product(right.above(), left.under(), &mut risky);
        let limit = self.dialect.digits.unwrap_or(u32::MAX);
        risky &= self.dialect.digits.is_some();
        risky |= l.1.max(r.1).saturating_add(l.2.max(r.2)) > limit;
        let compared = binary(compare_op(op), l.0, r.0);
        let nullable = left.nullable || right.nullable || left.bottom.is_some() || right.bottom.is_some() || risky;
        let compared = if risky && self.dialect.digits.is_some() { call(Func::Try, vec![compared]) } else { compared };
        (compared, nullable)
    }

    /// Sums, differences, products and quotients of fractions.
    pub fn arithmetic(&mut self, op: ArithmeticOp, left: &Number, right: &Number) -> Number {
        let mut risky = false;
        let (top, bottom) = match op {
            ArithmeticOp::Add | ArithmeticOp::Subtract => {
                let l = self.product(left.above(), right.under(), &mut risky);
                let r = self.product(right.above(), left.under(), &mut risky);
                let word = if op == ArithmeticOp::Add { Op::Add } else { Op::Subtract };
                let (digits, scale) = (l.1.max(r.1) + 1, l.2.max(r.2));
                let top = (binary(word, exact(&l), exact(&r)), digits, scale, false);
                (top, self.under_both(left.under(), right.under(), &mut risky))
            }
            ArithmeticOp::Multiply => {
                let top = self.product(left.above(), Some(right.above()), &mut risky);
                (top, self.under_both(left.under(), right.under(), &mut risky))
            }
            ArithmeticOp::Divide => self.quotient(left, right, &mut risky),
        };
        let limit = DIGITS;
        risky |= top.1.saturating_add(top.2) > limit;
        let tries = self.dialect.digits.is_some();
        let whole = top.3 && !risky;
        let guard = |expr: Expr, scale: u32| match (risky, tries) {
            (false, _) => expr,
            (true, true) => call(Func::Try, vec![expr]),
            (true, false) => fitting(expr, scale),
        };
        let nullable = left.nullable || right.nullable || risky || op == ArithmeticOp::Divide;
        let (below, below_scale) = bottom.as_ref().map_or((1, 0), |bottom| (bottom.1, bottom.2));
        let made = Number {
            top: guard(top.0, top.2),
            digits: top.1.min(limit.saturating_sub(top.2)),
            scale: top.2,
            bottom: bottom.map(|bottom| guard(bottom.0, bottom.2)),
            below,
            below_scale,
            whole,
            nullable,
        };
        if made.scale > 30 || made.below_scale > 30 {
            self.refusals.push("a product of so many decimals needs more digits than engines have".to_owned());
        }
        made
    }

    fn quotient(&mut self, left: &Number, right: &Number, risky: &mut bool) -> (Factor, Option<Factor>) {
        let above = self.product(left.above(), right.under(), risky);
        let divisor = right.above();
        if is_positive(&divisor.0) {
            let below = self.product(divisor, left.under(), risky);
            return (above, Some(below));
        }
        let negative = binary(Op::Less, divisor.0.clone(), Expr::Whole(0));
        let minus = binary(Op::Subtract, Expr::Whole(0), exact(&above));
        let top = Expr::Case(vec![(negative, minus)], Some(Box::new(exact(&above))));
        let size = call(Func::NullIf, vec![call(Func::Abs, vec![exact(&divisor)]), Expr::Whole(0)]);
        let below = self.product((size, divisor.1, divisor.2, false), left.under(), risky);
        ((top, above.1, above.2, false), Some(below))
    }

    fn under_both(&mut self, left: Option<Factor>, right: Option<Factor>, risky: &mut bool) -> Option<Factor> {
        match (left, right) {
            (Some(left), right) => Some(self.product(left, right, risky)),
            (None, right) => right,
        }
    }

    fn product(&mut self, left: Factor, right: Option<Factor>, risky: &mut bool) -> Factor {
        let Some(right) = right else { return left };
        let (digits, scale) = (left.1.saturating_add(right.1), left.2.saturating_add(right.2));
        *risky |= digits.saturating_add(scale) > DIGITS;
        (binary(Op::Multiply, exact(&left), exact(&right)), digits, scale, false)
    }
}

/// Digits that a number may have in all; what has more is missing.
const DIGITS: u32 = 38;

/// A number where it has no more digits than it may, for engines that would compute on.
fn fitting(expr: Expr, scale: u32) -> Expr {
    let places = DIGITS.saturating_sub(scale);
    let limit = 10_i128.checked_pow(places).map_or(Expr::Null, Expr::Whole);
    let small = binary(Op::Less, call(Func::Abs, vec![expr.clone()]), limit);
    Expr::Case(vec![(small, expr)], None)
}

/// What is above, of a type that does not overflow.
pub fn exact_top(number: &Number) -> Expr {
    exact(&number.above())
}

/// A factor of a type that does not overflow.
fn exact(factor: &Factor) -> Expr {
    if factor.3 { call(Func::Exact, vec![factor.0.clone()]) } else { factor.0.clone() }
}

fn is_positive(expr: &Expr) -> bool {
    matches!(expr, Expr::Whole(n) if *n > 0) || matches!(expr, Expr::Decimal(decimal) if decimal.micros() > 0)
}

/// The operator of a comparison.
pub fn compare_op(op: CompareOp) -> Op {
    match op {
        CompareOp::Equal => Op::Equal,
        CompareOp::NotEqual => Op::NotEqual,
        CompareOp::Less => Op::Less,
        CompareOp::LessOrEqual => Op::LessOrEqual,
        CompareOp::Greater => Op::Greater,
        CompareOp::GreaterOrEqual => Op::GreaterOrEqual,
    }
}
