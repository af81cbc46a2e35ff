//! Exact numbers: fractions whose comparison is a multiplication, with the digits that they may need.
//!
//! No division is ever printed. Numbers have at most 38 digits in every engine: where the numbers of one end there, what may pass that is computed
//! under `try`, elsewhere its size is asked. Beyond it the result is unknown, so that no row of anybody can make a query fail or answer otherwise
//! than another engine.

use super::Lower;
use super::condition::Amount;
use super::scope::Cell;
use crate::emit::sql::tree::{Expr, Func, Op, and, binary, call, not, or, when};
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
    /// How two numbers compare, and whether that may be unknown: it is where what they are multiplied out to has more digits than may be.
    pub fn compare_numbers(&mut self, op: CompareOp, left: &Number, right: &Number) -> (Expr, bool) {
        let mut risky = false;
        let l = self.product(left.above(), right.under(), &mut risky);
        let r = self.product(right.above(), left.under(), &mut risky);
        let scale = l.2.max(r.2);
        risky |= l.1.max(r.1).saturating_add(scale) > DIGITS;
        if scale > DIGITS {
            self.refuse_places();
        }
        let mut compared = binary(compare_op(op), l.0.clone(), r.0.clone());
        if risky {
            compared = self.in_digits(compared, &[l, r], scale);
        }
        let nullable = left.nullable || right.nullable || left.bottom.is_some() || right.bottom.is_some() || risky;
        (compared, nullable)
    }

    fn refuse_places(&mut self) {
        self.refusals.push("a product of so many decimals needs more digits than engines have".to_owned());
    }

    /// An expression where parts of it have no more digits at a scale than they may. An engine whose numbers end there tells by itself.
    fn in_digits(&self, expr: Expr, parts: &[Factor], scale: u32) -> Expr {
        let tries = self.dialect.digits.is_some();
        let checked = if tries && scale > 0 { expr } else { fitting(expr, parts, scale) };
        if tries { call(Func::Try, vec![checked]) } else { checked }
    }

    /// One of several numbers, with the digits and the places that any of them may have.
    pub fn one_of_several(&self, expr: Expr, digits: u32, scale: u32) -> Expr {
        if digits.saturating_add(scale) <= DIGITS {
            return expr;
        }
        let part = (expr.clone(), digits, scale, false);
        self.in_digits(expr, &[part], scale)
    }

    /// Sums, differences, products and quotients of fractions.
    pub fn arithmetic(&mut self, op: ArithmeticOp, left: &Number, right: &Number) -> Number {
        let mut risky = false;
        let mut parts: Vec<Factor> = Vec::new();
        let (top, bottom) = match op {
            ArithmeticOp::Add | ArithmeticOp::Subtract => {
                let l = self.product(left.above(), right.under(), &mut risky);
                let r = self.product(right.above(), left.under(), &mut risky);
                let word = if op == ArithmeticOp::Add { Op::Add } else { Op::Subtract };
                let (digits, scale) = (l.1.max(r.1) + 1, l.2.max(r.2));
                let top = (binary(word, exact(&l), exact(&r)), digits, scale, false);
                parts.extend([l, r]);
                (top, self.under_both(left.under(), right.under(), &mut risky))
            }
            ArithmeticOp::Multiply => {
                let top = self.product(left.above(), Some(right.above()), &mut risky);
                (top, self.under_both(left.under(), right.under(), &mut risky))
            }
            ArithmeticOp::Divide => self.quotient(left, right, &mut risky),
        };
        risky |= top.1.saturating_add(top.2) > DIGITS;
        let whole = top.3 && !risky;
        let nullable = left.nullable || right.nullable || risky || op == ArithmeticOp::Divide;
        parts.push(top.clone());
        let fit =
            |expr: Expr, parts: &[Factor], scale: u32| if risky { self.in_digits(expr, parts, scale) } else { expr };
        let (below, below_scale) = bottom.as_ref().map_or((1, 0), |bottom| (bottom.1, bottom.2));
        let made = Number {
            top: fit(top.0, &parts, top.2),
            digits: top.1.min(DIGITS.saturating_sub(top.2)),
            scale: top.2,
            bottom: bottom.map(|bottom| fit(bottom.0.clone(), std::slice::from_ref(&bottom), bottom.2)),
            below: below.min(DIGITS.saturating_sub(below_scale)),
            below_scale,
            whole,
            nullable,
        };
        if made.scale > 30 || made.below_scale > 30 {
            self.refuse_places();
        }
        if self.asking && risky {
            self.too_large(op, left, right, &made);
        }
        made
    }

    /// What is known on both sides, and has a result that is too large, is unknown rather than missing.
    fn too_large(&mut self, op: ArithmeticOp, left: &Number, right: &Number, made: &Number) {
        let absent = |number: &Number| Amount::Number(number.clone()).missing();
        let mut lost = vec![absent(made), not(absent(left)), not(absent(right))];
        if op == ArithmeticOp::Divide {
            lost.push(binary(Op::NotEqual, right.top.clone(), Expr::Whole(0)));
        }
        let before = self.doubt.take().into_iter();
        self.doubt = Some(or(before.chain([and(lost)]).collect()));
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

/// Digits that a number may have in all; what has more is unknown.
const DIGITS: u32 = 38;

/// An expression where those of its parts that might have more digits than they may do not.
fn fitting(expr: Expr, parts: &[Factor], scale: u32) -> Expr {
    let large = parts.iter().filter(|part| part.1.saturating_add(scale) > DIGITS);
    let small = large.map(|part| {
        let size = call(Func::Abs, vec![exact(part)]);
        // The limit itself has one digit more than a whole number may have.
        match 10_i128.checked_pow(DIGITS.saturating_sub(scale)) {
            Some(limit) if scale == 0 => binary(Op::LessOrEqual, size, Expr::Whole(limit - 1)),
            Some(limit) => binary(Op::Less, size, Expr::Whole(limit)),
            None => Expr::Null,
        }
    });
    when(and(small.collect()), expr)
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
