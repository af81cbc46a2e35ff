//! How values, lengths and instants stand to each other, as far as that holds on every day.

use std::cmp::Ordering;

use crate::model::calendar::CalendarUnit;
use crate::model::{CompareOp, Length, Value, Window};
use crate::plan::Bound;
use crate::privacy::retention::{fits, reach};

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

/// Whether a bound is never after another, and not always the same instant.
fn before(a: Bound, b: Bound) -> bool {
    match (a, b) {
        (Bound::Back(a), Bound::Back(b)) => longer(a, b),
        (Bound::Back(length), Bound::Now) => longer(length, Length::seconds(0)),
        (Bound::Now, Bound::Back(length)) => longer(Length::seconds(0), length),
        (Bound::Day(a), Bound::Day(b)) => a < b,
        (Bound::UnitStart { unit, shift }, Bound::UnitStart { unit: other, shift: other_shift }) => {
            unit == other && shift < other_shift
                || holds_whole(unit, other) && unit != other && shift <= 0 && other_shift >= 0
        }
        (Bound::UnitStart { shift, .. }, Bound::Now) => shift <= 0,
        (Bound::Now, Bound::UnitStart { shift, .. }) => shift > 0,
        (Bound::Back(length), Bound::UnitStart { unit, shift }) => fits(reaches(unit, shift), length),
        (Bound::DayInMonths(a), Bound::DayInMonths(b)) => a < b,
        (Bound::DayInMonths(months), Bound::UnitStart { unit: CalendarUnit::Day, shift }) => {
            days_in(months).1 <= i64::from(shift)
        }
        (Bound::UnitStart { unit: CalendarUnit::Day, shift }, Bound::DayInMonths(months)) => {
            i64::from(shift) <= days_in(months).0
        }
        _ => false,
    }
}

/// Whether every unit of the second sort lies in one of the first.
fn holds_whole(unit: CalendarUnit, other: CalendarUnit) -> bool {
    use CalendarUnit::{Day, Month, Quarter, Week, Year};
    match (unit, other) {
        (Year, Quarter | Month | Day) | (Quarter, Month | Day) | (Month | Week, Day) => true,
        (Year | Quarter | Month | Week | Day, _) => false,
    }
}

/// How far back the start of a unit lies at most; an hour more, as clocks may have been changed on the way.
fn reaches(unit: CalendarUnit, shift: i32) -> Length {
    let n = u32::try_from(i64::from(shift).min(0).unsigned_abs()).unwrap_or(u32::MAX);
    let units = reach(Window::LastFull { n, unit }).unwrap_or_default();
    Length { months: units.months, seconds: units.seconds + 3_600 }
}

/// The fewest and the most days by which a day some months away is away.
fn days_in(months: i32) -> (i64, i64) {
    let months = i64::from(months);
    (months * if months < 0 { 31 } else { 28 }, months * if months < 0 { 28 } else { 31 })
}

/// Whether a length is longer than another on every day.
pub fn longer(a: Length, b: Length) -> bool {
    fits(b, a) && !fits(a, b)
}
