//! Days around now, anniversaries found day by day, and parts of dates by the calendar's own rules.

use crate::model::calendar::Zone;
use crate::model::{CompareOp, Date, DatePart, Expr, Instant, Length, Near, PartZone, Reach, Value};

use super::condition::{Env, Run};
use super::expression::{Val, compare};
use super::number::Number;
use super::time::{Time, add_days, add_months, unit_start};
use super::{Cell, Truth};

/// Whether a day or an instant, or an anniversary of a day, lies on days around now.
pub fn within(time: &Time, value: &Val, is_day: bool, near: Near, yearly: bool) -> Truth {
    if yearly {
        return match value {
            Val::Known(Value::Date(date)) => Truth::of(celebrated(*date, days(time, near))),
            Val::Known(_) | Val::Number(_) | Val::Count(..) | Val::Missing | Val::Unknown => Truth::Unknown,
        };
    }
    let (from, to) = if is_day {
        let (from, to) = days(time, near);
        (Value::Date(from), Value::Date(to))
    } else {
        let (from, to) = instants(time, near);
        (Value::Instant(from), Value::Instant(to))
    };
    let not_before = compare(CompareOp::GreaterOrEqual, value, &Val::Known(from));
    not_before.and(compare(CompareOp::Less, value, &Val::Known(to)))
}

/// The first day and the first day after.
fn days(time: &Time, near: Near) -> (Date, Date) {
    let today = time.today();
    let start = |unit, shift: i64| unit_start(today, unit, shift);
    let moved = |reach: Reach, sign: i64| match reach {
        Reach::Days(n) => add_days(today, sign * i64::from(n)),
        Reach::Months(n) => add_months(today, sign * i64::from(n)),
        Reach::Seconds(_) => today,
    };
    match near {
        Near::Today => (today, add_days(today, 1)),
        Near::Yesterday => (add_days(today, -1), today),
        Near::Next(reach) => (today, moved(reach, 1)),
        Near::Last(reach) => (moved(reach, -1), today),
        Near::NextFull { n, unit } => (start(unit, 1), start(unit, 1 + i64::from(n))),
        Near::LastFull { n, unit } => (start(unit, -i64::from(n)), start(unit, 0)),
    }
}

fn instants(time: &Time, near: Near) -> (Instant, Instant) {
    let length = |reach: Reach| match reach {
        Reach::Days(n) => Length::days(i64::from(n)),
        Reach::Months(n) => Length::months(i64::from(n)),
        Reach::Seconds(n) => Length::seconds(i64::from(n)),
    };
    let (first, after) = days(time, near);
    let (first, after) = (time.zone.start_of(first), time.zone.start_of(after));
    match near {
        Near::Next(Reach::Seconds(n)) => (time.now, time.ahead(Length::seconds(i64::from(n)))),
        Near::Next(_) => (time.now, after),
        Near::Last(reach) => (time.ago(length(reach)), time.now),
        Near::Today | Near::Yesterday | Near::NextFull { .. } | Near::LastFull { .. } => (first, after),
    }
}

fn is_leap(year: i16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Whether somebody born on a day is greeted on one of the days from `from` up to `to`, in a later year.
fn celebrated(date: Date, (from, to): (Date, Date)) -> bool {
    let born = date.civil();
    let greeted = |day: Date| {
        let day = day.civil();
        let early = (born.month(), born.day()) == (2, 29) && !is_leap(day.year());
        let at = if early { (2, 28) } else { (born.month(), born.day()) };
        born.year() < day.year() && (day.month(), day.day()) == at
    };
    (0..=800).map(|n| add_days(from, n)).take_while(|day| *day < to).any(greeted)
}

impl<'a> Run<'a> {
    pub(super) fn part(&self, part: DatePart, of: &Expr, zone: Option<&PartZone>, env: &Env<'a>) -> Val {
        let value = self.eval(of, env);
        let zone = match zone {
            None => Some(self.time.zone.clone()),
            Some(PartZone::Named(name)) => Zone::named(name),
            Some(PartZone::Field { path, zones }) => match self.at_path(path, env) {
                Cell::Value(Value::Text(name)) if zones.contains(&name) => Zone::named(&name),
                Cell::Missing => return Val::Missing,
                Cell::Value(_) | Cell::Unreadable => None,
            },
        };
        match (value, zone) {
            (Val::Missing, _) => Val::Missing,
            (Val::Known(Value::Date(date)), _) => of_day(part, date),
            (Val::Known(Value::Instant(instant)), Some(zone)) => of_instant(part, instant, &zone),
            (Val::Known(_) | Val::Number(_) | Val::Count(..) | Val::Unknown, _) => Val::Unknown,
        }
    }
}

fn number(n: i64) -> Val {
    Val::Number(Number::whole(i128::from(n)))
}

fn of_instant(part: DatePart, instant: Instant, zone: &Zone) -> Val {
    let seconds = zone.wall_of(instant).div_euclid(1_000_000);
    match part {
        DatePart::Date => Val::Known(Value::Date(zone.date_of(instant))),
        DatePart::Hour => number(seconds.rem_euclid(86_400) / 3_600),
        DatePart::Minute => number(seconds.rem_euclid(3_600) / 60),
        DatePart::Year
        | DatePart::Quarter
        | DatePart::Month
        | DatePart::Week
        | DatePart::DayOfMonth
        | DatePart::DayOfWeek
        | DatePart::DayOfYear => of_day(part, zone.date_of(instant)),
    }
}

fn of_day(part: DatePart, date: Date) -> Val {
    let day = date.civil();
    match part {
        DatePart::Date => Val::Known(Value::Date(date)),
        DatePart::Year => number(i64::from(day.year())),
        DatePart::Quarter => number(match day.month() {
            1..=3 => 1,
            4..=6 => 2,
            7..=9 => 3,
            _ => 4,
        }),
        DatePart::Month => number(i64::from(day.month())),
        DatePart::DayOfMonth => number(i64::from(day.day())),
        DatePart::DayOfYear => number(day_of_year(date)),
        DatePart::DayOfWeek => number(day_of_week(date)),
        // A week belongs to the year of its Thursday.
        DatePart::Week => number((day_of_year(add_days(date, 4 - day_of_week(date))) - 1) / 7 + 1),
        DatePart::Hour | DatePart::Minute => Val::Unknown,
    }
}

fn day_of_year(date: Date) -> i64 {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let day = date.civil();
    let month = usize::try_from(day.month() - 1).ok().and_then(|month| BEFORE.get(month)).copied().unwrap_or(0);
    month + i64::from(day.day()) + i64::from(day.month() > 2 && is_leap(day.year()))
}

/// 1 for Monday, by Sakamoto's rule.
fn day_of_week(date: Date) -> i64 {
    const SHIFT: [i64; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let day = date.civil();
    let year = i64::from(day.year()) - i64::from(day.month() < 3);
    let shift = usize::try_from(day.month() - 1).ok().and_then(|month| SHIFT.get(month)).copied().unwrap_or(0);
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let sunday_zero = (year + leaps + shift + i64::from(day.day())).rem_euclid(7);
    if sunday_zero == 0 { 7 } else { sunday_zero }
}
