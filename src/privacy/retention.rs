//! The algebra of retention and look-back.
//!
//! Months are subtracted from months and seconds from seconds. Months that are left over count as their fewest days less an hour
//! on the side that allows, and as their most days plus an hour on the side that demands (an hour, because a civil day may be
//! that much shorter or longer); equal months with no seconds left are equal.

use crate::faults::{Fault, on};
use crate::model::calendar::CalendarUnit;
use crate::model::{Length, Retain, Window};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// The usable span of a table for a segment: U = R − S. `None`: unbounded, as the rows are kept while listed.
pub fn usable(kept: &Retain, stored: Length) -> Option<Length> {
    match kept {
        Retain::WhileListed { .. } => None,
        Retain::For { length, .. } => {
            let length =
                if on(Fault::F24) { Length::seconds(length.months * 30 * DAY + length.seconds) } else { *length };
            Some(Length { months: length.months - stored.months, seconds: length.seconds - stored.seconds })
        }
    }
}

/// Whether a length is certainly more than nothing, whatever the day.
pub fn is_positive(length: Length) -> bool {
    at_least_seconds(length) > 0
}

/// Whether `demanded` certainly fits into `allowed`, whatever the day.
pub fn fits(demanded: Length, allowed: Length) -> bool {
    let left = Length { months: allowed.months - demanded.months, seconds: allowed.seconds - demanded.seconds };
    at_least_seconds(left) >= if on(Fault::F25) { -DAY } else { 0 }
}

/// The shorter of two lengths where that is certain; the first where they may be either.
pub fn shorter(a: Length, b: Length) -> Length {
    if fits(b, a) && !fits(a, b) { b } else { a }
}

/// How far back a window reaches at most. `None`: absolute windows (compared when the segment runs) and `over retained history`
/// (the usable span by definition).
pub fn reach(window: Window) -> Option<Length> {
    match window {
        Window::Last(length) => Some(length),
        Window::Ago { from, .. } => Some(from),
        Window::LastFull { n, unit } => Some(units(unit, i64::from(n) + 1)),
        Window::Period { each, back } => Some(times(each, back)),
        Window::Units { from, unit, .. } => Some(units(unit, i64::from(from) + 1)),
        Window::This(unit) => Some(units(unit, 1)),
        Window::Today => Some(units(CalendarUnit::Day, 1)),
        Window::Yesterday => Some(units(CalendarUnit::Day, 2)),
        Window::Dates { .. } | Window::Since(_) | Window::Retained | Window::Error => None,
    }
}

/// The sum of two lengths, for a score's `looking back` and its own retention.
pub fn plus(a: Length, b: Length) -> Length {
    Length { months: a.months + b.months, seconds: a.seconds + b.seconds }
}

/// So many lengths in a row.
pub fn times(each: Length, n: u32) -> Length {
    Length { months: each.months.saturating_mul(i64::from(n)), seconds: each.seconds.saturating_mul(i64::from(n)) }
}

fn units(unit: CalendarUnit, n: i64) -> Length {
    match unit {
        CalendarUnit::Day => Length::seconds(n * DAY + HOUR),
        CalendarUnit::Week => Length::seconds(n * 7 * DAY + HOUR),
        CalendarUnit::Month => Length::months(n),
        CalendarUnit::Quarter => Length::months(3 * n),
        CalendarUnit::Year => Length::months(12 * n),
    }
}

/// The fewest seconds that a difference can be.
pub(super) fn at_least_seconds(left: Length) -> i64 {
    match left.months {
        0 => left.seconds,
        m if m > 0 => fewest_days(m) * DAY - HOUR + left.seconds,
        m => left.seconds - (most_days(-m) * DAY + HOUR),
    }
}

/// The fewest days that so many calendar months can have, within the years in which clocks are believed.
pub fn fewest_days(months: i64) -> i64 {
    const REST: [i64; 12] = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334];
    let (years, rest) = (months / 12, months % 12);
    years * 365 + years / 4 + rest_days(&REST, rest)
}

/// The most days that so many calendar months can have.
pub fn most_days(months: i64) -> i64 {
    const REST: [i64; 12] = [0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337];
    let (years, rest) = (months / 12, months % 12);
    years * 365 + (years + 3) / 4 + rest_days(&REST, rest)
}

fn rest_days(table: &[i64; 12], rest: i64) -> i64 {
    usize::try_from(rest).ok().and_then(|i| table.get(i)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::calendar::add_months;
    use crate::model::value::Date;

    #[test]
    fn months_are_bounded_by_what_calendars_do() {
        let mut day: jiff::civil::Date = "1999-12-25".parse().unwrap();
        for _ in 0..1_600 {
            for n in [1, 2, 3, 5, 7, 11, 12, 13, 25, 36, 48] {
                let back = add_months(Date::from(day), -n).civil();
                let days = i64::from((day - back).get_days());
                assert!(fewest_days(i64::from(n)) <= days && days <= most_days(i64::from(n)), "{day} {n} {days}");
            }
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn equal_months_with_nothing_left_are_equal() {
        assert!(fits(Length::months(12), Length::months(12)));
        assert!(!fits(Length::months(12), Length { months: 12, seconds: -1 }));
        assert!(fits(Length::months(12), Length { months: 26, seconds: -30 * DAY }));
        assert!(!fits(Length::months(30), Length { months: 26, seconds: -30 * DAY }));
    }

    #[test]
    fn a_month_never_holds_thirty_days_for_certain() {
        assert!(!fits(Length::days(28), Length::months(1)), "February less an hour");
        assert!(fits(Length::days(27), Length::months(1)));
        assert!(!fits(Length::months(1), Length::days(31)));
        assert!(fits(Length::months(1), Length::days(32)));
    }

    #[test]
    fn calendar_days_count_an_hour_more() {
        assert!(!fits(reach(Window::Yesterday).unwrap(), Length::days(2)));
        assert!(fits(reach(Window::Yesterday).unwrap(), Length { months: 0, seconds: 2 * DAY + HOUR }));
        assert_eq!(reach(Window::LastFull { n: 3, unit: CalendarUnit::Month }), Some(Length::months(4)));
    }

    #[test]
    fn a_usable_span_must_be_positive() {
        let kept = Retain::For { length: Length::days(30), after: None };
        assert!(!is_positive(usable(&kept, Length::days(30)).unwrap()));
        assert!(is_positive(usable(&kept, Length::days(29)).unwrap()));
        assert!(!is_positive(usable(&kept, Length::months(1)).unwrap()));
    }
}
