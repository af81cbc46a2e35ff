//! How values, lengths and instants stand to each other, as far as that holds on every day.

use std::cmp::Ordering;

use crate::model::{CompareOp, Length, Value};
use crate::plan::Bound;
use crate::privacy::retention::fits;

/// How two literals of one sort stand to each other.
pub fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.cmp(b)),
        (Value::Integer(a), Value::Decimal(b)) => Some((i128::from(*a) * 1_000_000).cmp(&b.micros())),
        (Value::Decimal(a), Value::Integer(b)) => Some(a.micros().cmp(&(i128::from(*b) * 1_000_000))),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Instant(a), Value::Instant(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether `a op b` of two literals.
pub fn holds(a: &Value, op: CompareOp, b: &Value) -> bool {
    compare(a, b).is_some_and(|order| op.holds(order))
}

/// How two bounds stand to each other whatever now is. `Less` and `Greater` do not exclude that they meet on some days.
pub fn bounds(a: Bound, b: Bound) -> Option<Ordering> {
    if a == b {
        Some(Ordering::Equal)
    } else if before(a, b) {
        Some(Ordering::Less)
    } else if before(b, a) {
        Some(Ordering::Greater)
    } else {
        None
    }
}

/// Whether a bound is never after another.
pub fn not_after(a: Bound, b: Bound) -> bool {
    a == b || before(a, b)
}

fn before(a: Bound, b: Bound) -> bool {
    match (a, b) {
        (Bound::Back(a), Bound::Back(b)) => longer(a, b),
        (Bound::Back(length), Bound::Now) => longer(length, Length::seconds(0)),
        (Bound::Now, Bound::Back(length)) => longer(Length::seconds(0), length),
        (Bound::Day(a), Bound::Day(b)) => a < b,
        (Bound::UnitStart { unit, shift }, Bound::UnitStart { unit: other, shift: other_shift }) => {
            unit == other && shift < other_shift
        }
        (Bound::DayInMonths(a), Bound::DayInMonths(b)) => a < b,
        _ => false,
    }
}

/// Whether a length is longer than another on every day.
pub fn longer(a: Length, b: Length) -> bool {
    fits(b, a) && !fits(a, b)
}
