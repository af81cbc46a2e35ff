//! Exact numbers: a fraction of two whole numbers of 10^-scale parts.
//!
//! Integers have scale 0, decimals scale 6, literals as many places as they are written with; a sum has the larger scale of its sides, a product
//! the sum of both, as in SQL. Only division brings something below, and nothing is ever reduced or rounded. What needs more than 38 digits at
//! its scale is too large, and so is what two fractions are multiplied out to in order to be held against each other.

use std::cmp::Ordering;

use crate::model::{ArithmeticOp, Decimal};

const LIMIT: u128 = 10_u128.pow(38);

/// An exact number: `top` parts of 10^-scale over `bottom` parts of 10^-below.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    top: i128,
    scale: u32,
    bottom: i128,
    below: u32,
}

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Division by zero.
    Zero,
    /// More than 38 digits.
    TooLarge,
}

/// Parts and their scale.
type Parts = (i128, u32);

impl Number {
    /// A whole number.
    pub fn whole(n: i128) -> Self {
        Self::plain(n, 0)
    }

    /// A decimal in a cell.
    pub fn decimal(decimal: Decimal) -> Self {
        Self::plain(decimal.micros(), Decimal::SCALE)
    }

    /// A decimal that is written in a condition.
    pub fn literal(decimal: Decimal) -> Self {
        let (mut parts, mut scale) = (decimal.micros(), Decimal::SCALE);
        while scale > 0 && parts % 10 == 0 {
            (parts, scale) = (parts / 10, scale - 1);
        }
        Self::plain(parts, scale)
    }

    fn plain(top: i128, scale: u32) -> Self {
        Self { top, scale, bottom: 1, below: 0 }
    }

    /// The result of an operation.
    pub fn apply(op: ArithmeticOp, left: Self, right: Self) -> Result<Self, Trouble> {
        match op {
            ArithmeticOp::Add => left.plus(right),
            ArithmeticOp::Subtract => left.plus(Self { top: -right.top, ..right }),
            ArithmeticOp::Multiply => Self::of(times(left.above(), right.above()), times(left.under(), right.under())),
            ArithmeticOp::Divide if right.top == 0 => Err(Trouble::Zero),
            ArithmeticOp::Divide => {
                let sign = right.top.signum();
                let size = (right.top.abs(), right.scale);
                let above = times(left.above(), right.under()).map(|(top, scale)| (top * sign, scale));
                Self::of(above, times(left.under(), size))
            }
        }
    }

    /// A part of it in millionths, cut off towards 0; `None` where it does not fit.
    pub fn micros_of_part(self, parts: u64) -> Option<i128> {
        let common = greatest_common_divisor(self.top.unsigned_abs(), self.bottom.unsigned_abs());
        let common = i128::try_from(common).unwrap_or(1).max(1);
        let above = 10_i128.checked_pow(Decimal::SCALE + self.below.saturating_sub(self.scale))?;
        let below = 10_i128.checked_pow(self.scale.saturating_sub(self.below))?;
        let below = below.checked_mul(self.bottom / common)?.checked_mul(i128::from(parts))?;
        (self.top / common).checked_mul(above)?.checked_div(below)
    }

    /// Whether it has more than 18 digits before its point, which a cell never has.
    pub fn is_beyond_cells(self) -> bool {
        self.compare(Self::whole(BEYOND)).is_ge() || self.compare(Self::whole(-BEYOND)).is_le()
    }

    fn of(above: Result<Parts, Trouble>, under: Result<Parts, Trouble>) -> Result<Self, Trouble> {
        let ((top, scale), (bottom, below)) = (above?, under?);
        Ok(Self { top, scale, bottom, below })
    }

    fn above(self) -> Parts {
        (self.top, self.scale)
    }

    fn under(self) -> Parts {
        (self.bottom, self.below)
    }

    fn plus(self, other: Self) -> Result<Self, Trouble> {
        let (left, right, scale) = self.crosswise(other)?;
        let sum = fitting(left.checked_add(right))?;
        Self::of(Ok((sum, scale)), times(self.under(), other.under()))
    }

    /// Both multiplied out, at one scale.
    fn crosswise(self, other: Self) -> Result<(i128, i128, u32), Trouble> {
        let (left, right) = (times(self.above(), other.under())?, times(other.above(), self.under())?);
        let scale = left.1.max(right.1);
        Ok((at_scale(left, scale)?, at_scale(right, scale)?, scale))
    }

    /// The order of two numbers that are held against each other; `None` where what they are multiplied out to is too large.
    pub fn against(self, other: Self) -> Option<Ordering> {
        self.crosswise(other).ok().map(|(left, right, _)| left.cmp(&right))
    }

    /// The scales of what is above and below, each at least that of another.
    pub fn like(self, other: Self) -> Result<Self, Trouble> {
        let (scale, below) = (self.scale.max(other.scale), self.below.max(other.below));
        let (top, bottom) = (at_scale(self.above(), scale)?, at_scale(self.under(), below)?);
        Ok(Self { top, scale, bottom, below })
    }

    /// The order of two numbers, exactly.
    pub fn compare(self, other: Self) -> Ordering {
        let (negative, other_negative) = (self.top < 0, other.top < 0);
        match (negative, other_negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }

    fn compare_size(self, other: Self) -> Ordering {
        let side = |a: Self, b: Self| {
            let product = wide_product(a.top.unsigned_abs(), b.bottom.unsigned_abs());
            times_power_of_ten(product, (a.below + b.scale).saturating_sub(b.below + a.scale))
        };
        side(self, other).cmp(&side(other, self))
    }
}

/// The least number of 19 digits.
const BEYOND: i128 = 1_000_000_000_000_000_000;

fn fitting(parts: Option<i128>) -> Result<i128, Trouble> {
    parts.filter(|parts| parts.unsigned_abs() < LIMIT).ok_or(Trouble::TooLarge)
}

fn times(left: Parts, right: Parts) -> Result<Parts, Trouble> {
    Ok((fitting(left.0.checked_mul(right.0))?, left.1 + right.1))
}

fn at_scale((parts, scale): Parts, wanted: u32) -> Result<i128, Trouble> {
    if parts == 0 {
        return Ok(0);
    }
    let more = 10_i128.checked_pow(wanted - scale).ok_or(Trouble::TooLarge)?;
    fitting(parts.checked_mul(more))
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A natural number of 512 bits, highest part first.
type Wide = [u128; 4];

fn wide_product(a: u128, b: u128) -> Wide {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let (low, mid, mid2, high) = (a0 * b0, a1 * b0, a0 * b1, a1 * b1);
    let carry = (low >> 64) + (mid & LOW) + (mid2 & LOW);
    [0, 0, high + (mid >> 64) + (mid2 >> 64) + (carry >> 64), (carry << 64) | (low & LOW)]
}

fn times_power_of_ten(number: Wide, power: u32) -> Wide {
    (0..power).fold(number, |number, _| {
        let mut carry = 0;
        let mut result = [0; 4];
        for (digit, place) in number.iter().zip(result.iter_mut()).rev() {
            let [_, _, high, low] = wide_product(*digit, 10);
            let (sum, overflow) = low.overflowing_add(carry);
            *place = sum;
            carry = high + u128::from(overflow);
        }
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Number {
        Number::decimal(text.parse().unwrap())
    }

    fn apply(op: ArithmeticOp, a: &str, b: &str) -> Result<Number, Trouble> {
        Number::apply(op, n(a), n(b))
    }

    #[test]
    fn thirds_are_exact() {
        let third = apply(ArithmeticOp::Divide, "1", "3").unwrap();
        let sum = Number::apply(ArithmeticOp::Add, third, third).unwrap();
        assert_eq!(sum.compare(Number::whole(1)), Ordering::Less);
        assert_eq!(third.compare(n("0.333333")), Ordering::Greater);
        assert_eq!(apply(ArithmeticOp::Divide, "1", "-3").unwrap().compare(n("-0.333333")), Ordering::Less);
    }

    #[test]
    fn nothing_is_divided_by_zero_and_products_must_fit() {
        assert_eq!(apply(ArithmeticOp::Divide, "1", "0").unwrap_err(), Trouble::Zero);
        let big = "99999999999999";
        assert!(apply(ArithmeticOp::Multiply, big, "1").is_ok());
        let huge = "999999999999999999";
        assert_eq!(apply(ArithmeticOp::Multiply, huge, huge).unwrap_err(), Trouble::TooLarge);
    }

    #[test]
    fn fractions_are_held_against_each_other_up_to_38_digits() {
        let fraction = |top: &str, bottom: &str| apply(ArithmeticOp::Divide, top, bottom).unwrap();
        let (low, high) = ("9999999999998", "9999999999999");
        assert_eq!(fraction(low, high).against(fraction(high, low)), Some(Ordering::Less));
        assert_eq!(fraction("10000000000000", high).against(fraction(high, "10000000000000")), None);
        assert_eq!(fraction("10000000000000", high).compare(fraction(high, "10000000000000")), Ordering::Greater);
    }

    #[test]
    fn scales_do_not_matter_to_order() {
        assert_eq!(n("2").compare(Number::whole(2)), Ordering::Equal);
        assert_eq!(n("2.5").against(Number::literal("2.5".parse().unwrap())), Some(Ordering::Equal));
        let square = apply(ArithmeticOp::Multiply, "9999999999", "9999999999").unwrap();
        assert_eq!(square.compare(n("999999999999999999.999999")), Ordering::Greater);
        assert_eq!(n("-1").compare(Number::whole(0)), Ordering::Less);
        assert!(n("999999999999999999.999999").micros_of_part(1).is_some());
        assert!(!n("999999999999999999.999999").is_beyond_cells() && Number::whole(BEYOND).is_beyond_cells());
    }
}
