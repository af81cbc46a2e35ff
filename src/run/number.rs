//! Exact numbers: quotients of two 128-bit integers, checked. What does not fit 38 digits is missing.

use std::cmp::Ordering;

use crate::faults::{Fault, on};

/// Results have fewer than this: 38 digits.
const LIMIT: i128 = 100_000_000_000_000_000_000_000_000_000_000_000_000;

/// A number: `num / den`, `den` positive. Decimals keep the power of ten that they came with, so that what fits is what fits
/// a decimal of 38 digits; only division reduces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    num: i128,
    den: i128,
}

impl Number {
    /// A whole number.
    pub fn whole(n: i64) -> Self {
        Self { num: i128::from(n), den: 1 }
    }

    /// Millionths.
    pub fn micros(micros: i128) -> Self {
        Self { num: micros, den: 1_000_000 }
    }

    /// Some of all: a count over a count; `None` of nothing.
    pub fn part(some: u64, all: u64) -> Option<Self> {
        if on(Fault::F38) {
            return some.checked_div(all).and_then(|n| i64::try_from(n).ok()).map(Self::whole);
        }
        (all > 0).then(|| Self { num: i128::from(some), den: i128::from(all) })
    }

    /// As so many parts of one, where that is a whole number.
    pub fn in_units(self, parts: i128) -> Option<i128> {
        let scaled = self.num.checked_mul(parts)?;
        (scaled % self.den == 0).then_some(scaled / self.den)
    }

    fn fits(num: i128, den: i128) -> Option<Self> {
        (num.checked_abs()? < LIMIT && den > 0 && den < LIMIT).then_some(Self { num, den })
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.den == other.den {
            return Self::fits(self.num.checked_add(other.num)?, self.den);
        }
        if self.den % other.den == 0 {
            let scaled = other.num.checked_mul(self.den / other.den)?;
            return Self::fits(self.num.checked_add(scaled)?, self.den);
        }
        if other.den % self.den == 0 {
            let scaled = self.num.checked_mul(other.den / self.den)?;
            return Self::fits(scaled.checked_add(other.num)?, other.den);
        }
        let den = self.den.checked_mul(other.den)?;
        let (left, right) = (self.num.checked_mul(other.den)?, other.num.checked_mul(self.den)?);
        Self::fits(left.checked_add(right)?, den)
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { num: other.num.checked_neg()?, den: other.den })
    }

    /// The product.
    pub fn times(self, other: Self) -> Option<Self> {
        Self::fits(self.num.checked_mul(other.num)?, self.den.checked_mul(other.den)?)
    }

    /// The quotient; `None` by zero.
    pub fn over(self, other: Self) -> Option<Self> {
        if other.num == 0 {
            return None;
        }
        let (a, b) = (reduced(self), reduced(other));
        let (num, den) = (a.num.checked_mul(b.den)?, a.den.checked_mul(b.num)?);
        let (num, den) = if den < 0 { (num.checked_neg()?, den.checked_neg()?) } else { (num, den) };
        let quotient = reduced(Self { num, den });
        Self::fits(quotient.num, quotient.den)
    }

    /// Whether it is nearer to 0 than a whole number.
    pub fn is_below(self, limit: i64) -> bool {
        let limit = self.den.checked_mul(i128::from(limit));
        limit.is_some_and(|limit| self.num.unsigned_abs() < limit.unsigned_abs())
    }

    /// A part of it in millionths, cut off towards 0; `None` where it does not fit.
    pub fn part_in_micros(self, parts: u64) -> Option<i128> {
        self.num.checked_mul(1_000_000)?.checked_div(self.den.checked_mul(i128::from(parts))?)
    }

    /// Divided by a count; `None` by zero.
    pub fn per(self, count: u64) -> Option<Self> {
        let den = self.den.checked_mul(i128::from(count))?;
        Self::fits(self.num, den)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.den == other.den {
            return self.num.cmp(&other.num);
        }
        match (self.num.checked_mul(other.den), other.num.checked_mul(self.den)) {
            (Some(left), Some(right)) => left.cmp(&right),
            (Some(_) | None, None) | (None, Some(_)) => by_parts(*self, *other),
        }
    }
}

/// Compares whole parts, then the reciprocals of what is left: Euclid's way, which never overflows.
fn by_parts(mut a: Number, mut b: Number) -> Ordering {
    loop {
        let (whole_a, whole_b) = (a.num.div_euclid(a.den), b.num.div_euclid(b.den));
        if whole_a != whole_b {
            return whole_a.cmp(&whole_b);
        }
        let (rest_a, rest_b) = (a.num.rem_euclid(a.den), b.num.rem_euclid(b.den));
        if rest_a == 0 || rest_b == 0 {
            return rest_a.cmp(&rest_b);
        }
        let (next_a, next_b) = (Number { num: b.den, den: rest_b }, Number { num: a.den, den: rest_a });
        (a, b) = (next_a, next_b);
    }
}

fn reduced(n: Number) -> Number {
    let divisor = gcd(n.num.unsigned_abs(), n.den.unsigned_abs());
    let Ok(divisor) = i128::try_from(divisor) else { return n };
    if divisor <= 1 { n } else { Number { num: n.num / divisor, den: n.den / divisor } }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_compare_exactly() {
        let third = Number::whole(1).over(Number::whole(3)).unwrap();
        assert!(third > Number::micros(333_333) && third < Number::micros(333_334));
        assert_eq!(third.times(Number::whole(3)).unwrap(), Number::whole(1));
        assert_eq!(Number::whole(-1).over(Number::whole(-2)).unwrap(), Number::micros(500_000));
        assert!(Number::whole(1).over(Number::whole(0)).is_none());
        let (big, bigger) = (Number { num: LIMIT - 1, den: 7 }, Number { num: LIMIT - 1, den: 6 });
        assert_eq!((big.cmp(&bigger), bigger.cmp(&big)), (Ordering::Less, Ordering::Greater));
        let (low, high) = (Number { num: -(LIMIT - 1), den: 3 }, Number { num: -(LIMIT - 1), den: 5 });
        assert!(low < high);
    }

    #[test]
    fn what_does_not_fit_38_digits_is_missing() {
        let huge = Number::micros(999_999_999_999_999_999_999_999);
        assert!(huge.times(huge).is_none());
        assert!(huge.times(Number::whole(1000)).is_some());
        assert!(Number { num: LIMIT - 1, den: 1 }.plus(Number::whole(1)).is_none());
    }
}
