//! Exact numbers: a whole number of 10^-scale parts, divided by a whole number.
//!
//! Integers have scale 0, decimals scale 6; a sum has the larger scale of its sides, a product the sum of both, as in SQL. What
//! needs more than 38 digits at its scale does not fit and is missing. Only division brings a divisor, and numbers are compared
//! by multiplication with 256 bits, so nothing is ever rounded.

use std::cmp::Ordering;

use crate::model::{ArithmeticOp, Decimal};

const LIMIT: u128 = 10_u128.pow(38);

/// An exact number.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    parts: i128,
    scale: u32,
    divisor: i128,
}

impl Number {
    /// A whole number.
    pub fn whole(n: i128) -> Self {
        Self { parts: n, scale: 0, divisor: 1 }
    }

    /// A decimal.
    pub fn decimal(decimal: Decimal) -> Self {
        Self { parts: decimal.micros(), scale: Decimal::SCALE, divisor: 1 }
    }

    /// The result of an operation; `None` on division by zero and where it does not fit.
    pub fn apply(op: ArithmeticOp, left: Self, right: Self) -> Option<Self> {
        match op {
            ArithmeticOp::Add => left.plus(right),
            ArithmeticOp::Subtract => left.plus(Self { parts: -right.parts, ..right }),
            ArithmeticOp::Multiply => Self {
                parts: left.parts.checked_mul(right.parts)?,
                scale: left.scale + right.scale,
                divisor: left.divisor.checked_mul(right.divisor)?,
            }
            .fitting(),
            ArithmeticOp::Divide => left.over(right),
        }
    }

    /// A part of it in millionths, cut off towards 0; `None` where it does not fit.
    pub fn micros_of_part(self, parts: u64) -> Option<i128> {
        let below = 10_i128.checked_pow(self.scale)?.checked_mul(self.divisor)?.checked_mul(i128::from(parts))?;
        self.parts.checked_mul(1_000_000)?.checked_div(below)
    }

    fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let (a, b) = (self.at_scale(scale)?, other.at_scale(scale)?);
        if a.divisor == b.divisor {
            return Self { parts: a.parts.checked_add(b.parts)?, ..a }.fitting();
        }
        let parts = a.parts.checked_mul(b.divisor)?.checked_add(b.parts.checked_mul(a.divisor)?)?;
        Self { parts, scale, divisor: a.divisor.checked_mul(b.divisor)? }.fitting()
    }

    fn over(self, other: Self) -> Option<Self> {
        if other.parts == 0 {
            return None;
        }
        let scale = self.scale.max(other.scale);
        let (a, b) = (self.at_scale(scale)?, other.at_scale(scale)?);
        let (parts, divisor) = (a.parts.checked_mul(b.divisor)?, a.divisor.checked_mul(b.parts)?);
        let sign = divisor.signum();
        Self { parts: parts.checked_mul(sign)?, scale: 0, divisor: divisor.checked_mul(sign)? }.reduced().fitting()
    }

    fn at_scale(self, scale: u32) -> Option<Self> {
        let more = 10_i128.checked_pow(scale - self.scale)?;
        Some(Self { parts: self.parts.checked_mul(more)?, scale, ..self })
    }

    fn reduced(self) -> Self {
        let common = greatest_common_divisor(self.parts.unsigned_abs(), self.divisor.unsigned_abs());
        let common = i128::try_from(common).unwrap_or(1).max(1);
        Self { parts: self.parts / common, divisor: self.divisor / common, ..self }
    }

    fn fitting(self) -> Option<Self> {
        (self.parts.unsigned_abs() < LIMIT && self.divisor.unsigned_abs() < LIMIT).then_some(self)
    }

    /// The order of two numbers, exactly.
    pub fn compare(self, other: Self) -> Ordering {
        let (negative, other_negative) = (self.parts < 0, other.parts < 0);
        match (negative, other_negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }

    fn compare_size(self, other: Self) -> Ordering {
        let side = |a: Self, b: Self| {
            let product = wide_product(a.parts.unsigned_abs(), b.divisor.unsigned_abs());
            times_power_of_ten(product, b.scale.saturating_sub(a.scale))
        };
        side(self, other).cmp(&side(other, self))
    }
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

    fn apply(op: ArithmeticOp, a: &str, b: &str) -> Option<Number> {
        Number::apply(op, n(a), n(b))
    }

    #[test]
    fn thirds_are_exact() {
        let third = apply(ArithmeticOp::Divide, "1", "3").unwrap();
        let sum = Number::apply(ArithmeticOp::Add, Number::apply(ArithmeticOp::Add, third, third).unwrap(), third);
        assert_eq!(sum.unwrap().compare(Number::whole(1)), Ordering::Equal);
        assert_eq!(third.compare(n("0.333333")), Ordering::Greater);
        assert_eq!(apply(ArithmeticOp::Divide, "1", "-3").unwrap().compare(n("-0.333333")), Ordering::Less);
    }

    #[test]
    fn nothing_is_divided_by_zero_and_products_must_fit() {
        assert!(apply(ArithmeticOp::Divide, "1", "0").is_none());
        let big = "99999999999999";
        assert!(apply(ArithmeticOp::Multiply, big, "1").is_some());
        assert!(apply(ArithmeticOp::Multiply, "999999999999999999", "999999999999999999").is_none());
    }

    #[test]
    fn scales_do_not_matter_to_order() {
        assert_eq!(n("2").compare(Number::whole(2)), Ordering::Equal);
        let square = apply(ArithmeticOp::Multiply, "9999999999", "9999999999").unwrap();
        assert_eq!(square.compare(n("999999999999999999.999999")), Ordering::Greater);
        assert_eq!(n("-1").compare(Number::whole(0)), Ordering::Less);
    }
}
