//! Exact fractions, for moving constants to the other side of a comparison. What does not fit is not moved.

use crate::model::{Decimal, Value};

/// A fraction; the lower part is above nought.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fraction {
    upper: i128,
    lower: i128,
}

impl Fraction {
    /// Of a number; nothing of anything else.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(n) => Some(Self { upper: i128::from(*n), lower: 1 }),
            Value::Decimal(decimal) => Some(Self { upper: decimal.micros(), lower: 1_000_000 }),
            Value::Text(_) | Value::Boolean(_) | Value::Date(_) | Value::Instant(_) => None,
        }
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let upper = self.upper.checked_mul(other.lower)?.checked_add(other.upper.checked_mul(self.lower)?)?;
        Some(Self { upper, lower: self.lower.checked_mul(other.lower)? }.reduced())
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { upper: other.upper.checked_neg()?, ..other })
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let (upper, lower) = (self.upper.checked_mul(other.upper)?, self.lower.checked_mul(other.lower)?);
        Some(Self { upper, lower }.reduced())
    }

    /// Divided; nothing comes of a division by nought.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        let sign = other.upper.signum();
        let turned = Self { upper: other.lower.checked_mul(sign)?, lower: other.upper.checked_abs()? };
        if sign == 0 { None } else { self.times(turned) }
    }

    fn reduced(self) -> Self {
        let (mut a, mut b) = (self.upper.unsigned_abs(), self.lower.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a.checked_rem(b).unwrap_or(0));
        }
        let common = i128::try_from(a).unwrap_or(1).max(1);
        Self { upper: self.upper / common, lower: self.lower / common }
    }

    pub(super) fn is_below_nought(self) -> bool {
        self.upper < 0
    }

    pub(super) fn is_nought(self) -> bool {
        self.upper == 0
    }

    /// The greatest whole number that is not above it.
    pub(super) fn floor(self) -> Option<i64> {
        i64::try_from(self.upper.div_euclid(self.lower)).ok()
    }

    /// Whether it is a whole number.
    pub(super) fn is_whole(self) -> bool {
        self.upper.rem_euclid(self.lower) == 0
    }

    /// As a decimal, where six places hold it.
    pub(super) fn decimal(self) -> Option<Decimal> {
        let micros = self.upper.checked_mul(1_000_000)?;
        (micros.rem_euclid(self.lower) == 0).then_some(micros / self.lower).and_then(Decimal::from_micros)
    }

    pub(super) fn stands_to(self, other: Self) -> Option<std::cmp::Ordering> {
        Some(self.upper.checked_mul(other.lower)?.cmp(&other.upper.checked_mul(self.lower)?))
    }
}
