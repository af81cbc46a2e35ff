//! Civil days as numbers: days since 1970-01-01 and back.

use crate::model::calendar::Zone;
use crate::model::{Date, Instant};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// The days that a cell may hold, 0001-01-01 to 9999-12-31 (see [`Date::is_readable`]), as days since 1970-01-01.
pub(super) const READABLE_DAYS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

/// The civil date so many days after 1970-01-01; `None` past the ends of the calendar.
pub(super) fn civil(days: i32) -> Option<Date> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let span = jiff::Span::new().try_days(days).ok()?;
    epoch.checked_add(span).ok().map(Date::from)
}

/// Days since 1970-01-01.
pub(super) fn days(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    (date.civil() - epoch).get_days()
}

/// The civil day of an instant in a zone, as days since 1970-01-01.
pub(super) fn day_of(micros: i64, zone: &Zone) -> i32 {
    if zone.name() == "UTC" {
        return i32::try_from(micros.div_euclid(MICROS_PER_DAY)).unwrap_or(i32::MAX);
    }
    days(zone.date_of(Instant::from_micros(micros)))
}

/// The first instant of a civil day in a zone; `None` past the ends of the calendar.
pub(super) fn start_of(days: i32, zone: &Zone) -> Option<i64> {
    if zone.name() == "UTC" {
        return i64::from(days).checked_mul(MICROS_PER_DAY);
    }
    civil(days).map(|date| zone.start_of(date).micros())
}

/// Whether clocks are believed there.
pub(super) fn is_known(micros: i64) -> bool {
    Instant::from_micros(micros).is_known()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_can_be_read_are_those_of_readable_dates() {
        let (first, last) = (*READABLE_DAYS.start(), *READABLE_DAYS.end());
        assert_eq!(civil(first).unwrap().to_string(), "0001-01-01");
        assert_eq!(civil(last).unwrap().to_string(), "9999-12-31");
        assert!(civil(first).unwrap().is_readable() && civil(last).unwrap().is_readable());
        assert!(!civil(first - 1).is_some_and(Date::is_readable) && !civil(last + 1).is_some_and(Date::is_readable));
    }
}
