//! Civil time in a named zone: the only place that turns a calendar step into instants.
//!
//! Months and years are steps on the civil date in the project's zone, clamped to the month's end, keeping the time
//! elapsed since that day's first instant. Hours, days and weeks are exact multiples of seconds.

use jiff::Span;
use jiff::Timestamp;
use jiff::civil::{Date as CivilDate, Weekday};
use jiff::tz::{Disambiguation, TimeZone};

use super::value::{Date, Instant};

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in a day of 24 hours.
pub const DAY: i64 = 86_400 * SECOND;

/// A named zone with the rules of the bundled time-zone database.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// A unit that civil time can be aligned to. Weeks are ISO weeks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CalendarUnit {
    /// A civil day.
    Day,
    /// An ISO week, from Monday.
    Week,
    /// A calendar month.
    Month,
    /// A quarter of the calendar year.
    Quarter,
    /// A calendar year.
    Year,
}

impl Zone {
    /// The zone of an IANA name in the bundled database; `None` where there is none of that name.
    pub fn named(name: &str) -> Option<Self> {
        let zone = jiff::tz::db().get(name).ok()?;
        Some(Self { name: name.to_owned(), zone })
    }

    /// UTC.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// The name it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The civil day of an instant.
    pub fn date_of(&self, instant: Instant) -> Date {
        let time = Timestamp::from_microsecond(instant.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
        time.to_zoned(self.zone.clone()).date().into()
    }

    /// The first instant of a civil day (where clocks skip midnight, the first that exists).
    pub fn start_of(&self, date: Date) -> Instant {
        let start = date.civil().to_zoned(self.zone.clone()).and_then(|day| day.start_of_day());
        start.map_or(Instant::KNOWN_END, |day| Instant::from_micros(day.timestamp().as_microsecond()))
    }

    /// The instant at which a wall clock without zone shows `micros` since 1970-01-01T00:00:00. Of a time that clocks show
    /// twice it is the later, and of one that they skip the instant as if they had not yet been put forward: what DuckDB and
    /// PostgreSQL answer to `AT TIME ZONE`.
    pub fn instant_of_wall(&self, micros: i64) -> Option<Instant> {
        let wall = Timestamp::from_microsecond(micros).ok()?.to_zoned(TimeZone::UTC).datetime();
        let found = self.zone.to_ambiguous_timestamp(wall).disambiguate(Disambiguation::Later).ok()?;
        Some(Instant::from_micros(found.as_microsecond()))
    }

    /// What clocks of the zone show at an instant, as microseconds since 1970-01-01T00:00:00 of the same clocks.
    pub fn wall_of(&self, instant: Instant) -> i64 {
        let time = Timestamp::from_microsecond(instant.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
        instant.plus_micros(i64::from(self.zone.to_offset(time).seconds()).saturating_mul(SECOND)).micros()
    }

    /// `instant` moved by calendar months (back where negative), clamped to the month's end, keeping the time elapsed since
    /// that day's first instant.
    pub fn add_months(&self, instant: Instant, months: i32) -> Instant {
        if months == 0 {
            return instant;
        }
        let day = self.date_of(instant);
        let elapsed = instant.micros() - self.start_of(day).micros();
        self.start_of(add_months(day, months)).plus_micros(elapsed)
    }

    /// The first instant of the unit that holds `instant`, moved by `shift` units.
    pub fn unit_start(&self, instant: Instant, unit: CalendarUnit, shift: i32) -> Instant {
        self.start_of(unit_start(self.date_of(instant), unit, shift))
    }
}

/// A civil date moved by months, clamped to the month's end; saturates at the ends of the calendar.
pub fn add_months(date: Date, months: i32) -> Date {
    let span = Span::new().try_months(months).unwrap_or_default();
    date.civil().saturating_add(span).into()
}

/// A civil date moved by days; saturates at the ends of the calendar.
pub fn add_days(date: Date, days: i32) -> Date {
    date.civil().saturating_add(Span::new().try_days(days).unwrap_or_default()).into()
}

/// The first day of the unit that holds `date`, moved by `shift` units.
pub fn unit_start(date: Date, unit: CalendarUnit, shift: i32) -> Date {
    let day = date.civil();
    match unit {
        CalendarUnit::Day => add_days(date, shift),
        CalendarUnit::Week => {
            let back = i32::from(day.weekday().since(Weekday::Monday));
            add_days(date, shift.saturating_mul(7) - back)
        }
        CalendarUnit::Month => add_months(first_of(day.year(), day.month()), shift),
        CalendarUnit::Quarter => {
            add_months(first_of(day.year(), (day.month() - 1) / 3 * 3 + 1), shift.saturating_mul(3))
        }
        CalendarUnit::Year => add_months(first_of(day.year(), 1), shift.saturating_mul(12)),
    }
}

/// The first anniversary of `date` on or after `from`. Anniversaries come in every year after the date's own, on its month and day;
/// of 29 February on the 28th in common years.
pub fn anniversary(date: Date, from: Date) -> Date {
    let years = (i32::from(from.civil().year()) - i32::from(date.civil().year())).max(1);
    let first = add_months(date, years.saturating_mul(12));
    if first < from { add_months(date, years.saturating_add(1).saturating_mul(12)) } else { first }
}

/// Completed years from `birth` to `today`; someone born on 29 February completes a year on 1 March of common years.
/// Negative where the birth lies ahead.
pub fn age(birth: Date, today: Date) -> i32 {
    let (b, t) = (birth.civil(), today.civil());
    let before_birthday = (t.month(), t.day()) < (b.month(), b.day());
    i32::from(t.year()) - i32::from(b.year()) - i32::from(before_birthday)
}

fn first_of(year: i16, month: i8) -> Date {
    CivilDate::new(year, month, 1).unwrap_or(CivilDate::MIN).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        Zone::named("Europe/Berlin").unwrap()
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn months_clamp_and_keep_the_time_of_day() {
        assert_eq!(berlin().add_months(at("2024-03-31T10:00:00Z"), -1).to_string(), "2024-02-29T10:00:00Z");
        assert_eq!(berlin().add_months(at("2024-02-29T00:00:00Z"), -12).to_string(), "2023-02-28T00:00:00Z");
    }

    #[test]
    fn units_start_at_local_midnight() {
        let zone = berlin();
        let now = at("2026-03-29T12:00:00Z");
        assert_eq!(zone.unit_start(now, CalendarUnit::Day, 0).to_string(), "2026-03-28T23:00:00Z");
        assert_eq!(zone.unit_start(now, CalendarUnit::Day, 1).to_string(), "2026-03-29T22:00:00Z");
        assert_eq!(zone.unit_start(now, CalendarUnit::Week, 0).to_string(), "2026-03-22T23:00:00Z");
        assert_eq!(zone.unit_start(now, CalendarUnit::Quarter, -1).to_string(), "2025-09-30T22:00:00Z");
    }

    #[test]
    fn leap_day_children_age_on_the_first_of_march() {
        let born: Date = "2008-02-29".parse().unwrap();
        assert_eq!(age(born, "2026-02-28".parse().unwrap()), 17);
        assert_eq!(age(born, "2026-03-01".parse().unwrap()), 18);
    }

    #[test]
    fn anniversaries_come_in_later_years_and_before_march() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let next = |date: &str, from: &str| anniversary(day(date), day(from)).to_string();
        assert_eq!(next("2000-02-29", "2026-02-28"), "2026-02-28");
        assert_eq!(next("2000-02-29", "2026-03-01"), "2027-02-28");
        assert_eq!(next("2000-02-29", "2028-02-28"), "2028-02-29");
        assert_eq!(next("2000-12-31", "2026-12-31"), "2026-12-31");
        assert_eq!(next("2000-01-01", "2026-12-31"), "2027-01-01");
        assert_eq!(next("2026-06-01", "2026-06-01"), "2027-06-01");
        assert_eq!(next("2030-06-01", "2026-06-01"), "2031-06-01");
    }

    #[test]
    fn clocks_show_what_the_zone_says() {
        assert_eq!(berlin().wall_of(at("2026-03-29T00:59:59Z")), at("2026-03-29T01:59:59Z").micros());
        assert_eq!(berlin().wall_of(at("2026-03-29T01:00:00Z")), at("2026-03-29T03:00:00Z").micros());
        let nepal = Zone::named("Asia/Kathmandu").unwrap();
        assert_eq!(nepal.wall_of(at("2026-01-01T18:15:00Z")), at("2026-01-02T00:00:00Z").micros());
    }

    #[test]
    fn wall_times_that_never_were_or_were_twice_read_as_the_engines_do() {
        let wall = |text: &str| berlin().instant_of_wall(at(text).micros()).unwrap().to_string();
        assert_eq!(wall("2017-03-26T02:30:00Z"), "2017-03-26T01:30:00Z");
        assert_eq!(wall("2017-10-29T02:30:00Z"), "2017-10-29T01:30:00Z");
        assert_eq!(wall("2026-07-01T02:00:00Z"), "2026-07-01T00:00:00Z");
    }
}
