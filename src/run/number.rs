//! Exact numbers: a numerator and a denominator, both decimals of their own scale, each of at most 38 digits.
//!
//! The scales follow from how a number came about, as they do in SQL: cells of decimals have six places, literals as many as they need, products the
//! places of both factors. Nothing is reduced, so that what fits here is what fits there.

use std::cmp::Ordering;

use crate::faults::{Fault, on};

/// Results have fewer than this: 38 digits.
const LIMIT: i128 = 100_000_000_000_000_000_000_000_000_000_000_000_000;

/// A number: `num / den`, `den` positive, with `places` digits after the point of the one and `den_places` after that of the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    num: i128,
    den: i128,
    places: u32,
    den_places: u32,
}

/// A decimal: its digits as a whole number, and how many of them stand after the point.
type Digits = (i128, u32);

impl Number {
    /// A whole number.
    pub fn whole(n: i64) -> Self {
        Self::fraction(i128::from(n), 1)
    }

    /// Millionths.
    pub fn micros(micros: i128) -> Self {
        Self { places: 6, ..Self::fraction(micros, 1) }
    }

    /// A decimal that a condition writes, with as many places as it needs.
    pub fn written(self) -> Self {
        let mut short = self;
        while short.places > 0 && short.num % 10 == 0 {
            (short.num, short.places) = (short.num / 10, short.places - 1);
        }
        short
    }

    fn fraction(num: i128, den: i128) -> Self {
        Self { num, den, places: 0, den_places: 0 }
    }

    /// Some of all: a count over a count; `None` of nothing.
    pub fn part(some: u64, all: u64) -> Option<Self> {
        if on(Fault::F38) {
            return some.checked_div(all).and_then(|n| i64::try_from(n).ok()).map(Self::whole);
        }
        (all > 0).then(|| Self::fraction(i128::from(some), i128::from(all)))
    }

    /// As so many parts of one, where that is a whole number.
    pub fn in_units(self, parts: i128) -> Option<i128> {
        let scaled = self.num.checked_mul(parts)?.checked_mul(power(self.den_places)?)?;
        let below = self.den.checked_mul(power(self.places)?)?;
        (scaled % below == 0).then_some(scaled / below)
    }

    fn above(self) -> Digits {
        (self.num, self.places)
    }

    fn below(self) -> Digits {
        (self.den, self.den_places)
    }

    fn of(above: Digits, below: Digits) -> Self {
        Self { num: above.0, den: below.0, places: above.1, den_places: below.1 }
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Option<Self> {
        let (left, right, places) = self.multiplied_out(other)?;
        let sum = fits(left.checked_add(right)?)?;
        Some(Self::of((sum, places), product(self.below(), other.below())?))
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { num: other.num.checked_neg()?, ..other })
    }

    /// The product.
    pub fn times(self, other: Self) -> Option<Self> {
        Some(Self::of(product(self.above(), other.above())?, product(self.below(), other.below())?))
    }

    /// The quotient by what is not zero.
    pub fn over(self, other: Self) -> Option<Self> {
        let (num, places) = product(self.above(), other.below())?;
        let num = if other.num < 0 { num.checked_neg()? } else { num };
        Some(Self::of((num, places), product(self.below(), (other.num.checked_abs()?, other.places))?))
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.num == 0
    }

    /// The numerators over one denominator, with equally many places.
    fn multiplied_out(self, other: Self) -> Option<(i128, i128, u32)> {
        if self.below() == other.below() && self.below() == (1, 0) && self.places == other.places {
            return Some((self.num, other.num, self.places));
        }
        let (left, right) = (product(self.above(), other.below())?, product(other.above(), self.below())?);
        let places = left.1.max(right.1);
        Some((placed(left, places)?, placed(right, places)?, places))
    }

    /// How two numbers compare in a condition; `None` where they cannot be multiplied out within 38 digits.
    pub fn held_against(self, other: Self) -> Option<Ordering> {
        self.multiplied_out(other).map(|(left, right, _)| left.cmp(&right))
    }

    /// With no fewer places than another has.
    pub fn with_places_of(self, other: Self) -> Option<Self> {
        let (places, den_places) = (self.places.max(other.places), self.den_places.max(other.den_places));
        Some(Self::of((placed(self.above(), places)?, places), (placed(self.below(), den_places)?, den_places)))
    }

    /// Whether it is nearer to 0 than a whole number.
    pub fn is_below(self, limit: i64) -> bool {
        let size = Self { num: self.num.saturating_abs(), ..self };
        size < Self::whole(limit.saturating_abs())
    }

    /// A part of it in millionths, cut off towards 0; `None` where it does not fit.
    pub fn part_in_micros(self, parts: u64) -> Option<i128> {
        let shared = i128::try_from(gcd(self.num.unsigned_abs(), self.den.unsigned_abs())).ok()?.max(1);
        let num = (self.num / shared).checked_mul(power(6 + self.den_places.saturating_sub(self.places))?)?;
        let den = (self.den / shared).checked_mul(power(self.places.saturating_sub(self.den_places))?)?;
        num.checked_div(den.checked_mul(i128::from(parts))?)
    }

    /// Divided by a count; `None` by zero.
    pub fn per(self, count: u64) -> Option<Self> {
        (count > 0).then_some(())?;
        Some(Self { den: fits(self.den.checked_mul(i128::from(count))?)?, ..self })
    }

    /// What orders it, whatever its size: the numerator, the denominator and the power of ten by which the first is multiplied.
    fn size_against(self, other: Self) -> Wide {
        let up = (self.den_places + other.places).saturating_sub(other.den_places + self.places);
        let product = times(&times(&[1, 0, 0, 0, 0, 0, 0, 0], self.num.unsigned_abs()), other.den.unsigned_abs());
        (0..up).fold(product, |wide, _| times(&wide, 10))
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
        if let Some(order) = self.held_against(*other) {
            return order;
        }
        let size = || {
            let (mut left, mut right) = (self.size_against(*other), other.size_against(*self));
            left.reverse();
            right.reverse();
            left.cmp(&right)
        };
        match (self.num < 0, other.num < 0) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => size(),
            (true, true) => size().reverse(),
        }
    }
}

/// A natural number of 512 bits, lowest part first.
type Wide = [u64; 8];

/// What of a number of 128 bits is above, and what below, 64 bits.
fn halves(n: u128) -> (u64, u64) {
    (u64::try_from(n >> 64).unwrap_or(u64::MAX), u64::try_from(n & u128::from(u64::MAX)).unwrap_or(u64::MAX))
}

fn times(wide: &Wide, by: u128) -> Wide {
    let (high, low) = halves(by);
    let (low, high) = (times_part(wide, low), times_part(wide, high));
    let mut carry = 0;
    let mut result = [0; 8];
    let shifted = std::iter::once(&0).chain(&high);
    for ((place, a), b) in result.iter_mut().zip(&low).zip(shifted) {
        (carry, *place) = halves(u128::from(*a) + u128::from(*b) + u128::from(carry));
    }
    result
}

fn times_part(wide: &Wide, by: u64) -> Wide {
    let mut carry = 0;
    let mut result = [0; 8];
    for (place, part) in result.iter_mut().zip(wide) {
        (carry, *place) = halves(u128::from(*part) * u128::from(by) + u128::from(carry));
    }
    result
}

fn power(of_ten: u32) -> Option<i128> {
    10_i128.checked_pow(of_ten)
}

fn fits(digits: i128) -> Option<i128> {
    (digits.checked_abs()? < LIMIT).then_some(digits)
}

fn product(left: Digits, right: Digits) -> Option<Digits> {
    Some((fits(left.0.checked_mul(right.0)?)?, left.1 + right.1))
}

fn placed((digits, has): Digits, places: u32) -> Option<i128> {
    if digits == 0 || places == has {
        return Some(digits);
    }
    fits(digits.checked_mul(power(places.checked_sub(has)?)?)?)
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
        let (big, bigger) = (Number::fraction(LIMIT - 1, 7), Number::fraction(LIMIT - 1, 6));
        assert_eq!((big.cmp(&bigger), bigger.cmp(&big)), (Ordering::Less, Ordering::Greater));
        let (low, high) = (Number::fraction(-(LIMIT - 1), 3), Number::fraction(-(LIMIT - 1), 5));
        assert!(low < high);
        let tiny = Number { den_places: 0, places: 12, ..big };
        assert!(tiny < bigger && Number::fraction(1, LIMIT - 1) < tiny);
    }

    #[test]
    fn what_does_not_fit_38_digits_is_nothing() {
        let huge = Number::micros(999_999_999_999_999_999_999_999);
        assert!(huge.times(huge).is_none());
        assert!(huge.times(Number::whole(1000)).is_some());
        assert!(Number::fraction(LIMIT - 1, 1).plus(Number::whole(1)).is_none());
    }

    #[test]
    fn quotients_are_held_against_each_other_within_38_digits() {
        let of = |n: i128| Number::micros(n * 1_000_000);
        let (below, edge) = (9_999_999_999_999, 10_000_000_000_000);
        let low = of(below - 1).over(of(below)).unwrap();
        assert_eq!(low.held_against(of(below).over(of(below - 1)).unwrap()), Some(Ordering::Less));
        let high = of(edge).over(of(below)).unwrap();
        assert_eq!(high.held_against(of(below).over(of(edge)).unwrap()), None);
        assert!(high > of(below).over(of(edge)).unwrap());
    }
}
