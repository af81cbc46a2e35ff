//! Lengths, windows and clocks. The arithmetic is the reference's own; only the conversion between instants and civil days of a
//! zone is taken from [`Zone`].

use crate::model::calendar::{CalendarUnit, Zone};
use crate::model::{Date, Instant, Length, Type, Value, Window};

use super::Cell;

/// What a clock showed: one instant, or a civil day from its first to its last microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The first instant that it may have been.
    pub first: Instant,
    /// The last.
    pub last: Instant,
}

/// A half-open span of instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first instant within.
    pub from: Instant,
    /// The first instant after.
    pub to: Instant,
}

impl Span {
    /// Whether an instant lies within.
    pub fn holds(self, instant: Instant) -> bool {
        self.from <= instant && instant < self.to
    }
}

/// The time of a run: one instant and the zone in which civil days are reckoned.
#[derive(Debug, Clone)]
pub struct Time {
    /// The instant.
    pub now: Instant,
    /// The project's zone.
    pub zone: Zone,
}

impl Time {
    /// Now less a length: first the calendar months, then the exact seconds.
    pub fn ago(&self, length: Length) -> Instant {
        shift(self.now, -length.months, -length.seconds, &self.zone)
    }

    /// Now and a length on top.
    pub fn ahead(&self, length: Length) -> Instant {
        shift(self.now, length.months, length.seconds, &self.zone)
    }

    /// An instant and a length on top: first the calendar months, then the exact seconds.
    pub fn after(&self, instant: Instant, length: Length) -> Instant {
        shift(instant, length.months, length.seconds, &self.zone)
    }

    /// The civil day of now.
    pub fn today(&self) -> Date {
        self.zone.date_of(self.now)
    }

    /// What a clock's cell shows, as a column of type `ty`. `None` where it is missing, unreadable or outside the years in which clocks
    /// are believed.
    pub fn moment(&self, ty: &Type, cell: &Cell) -> Option<Moment> {
        let moment = match super::cells::typed(ty, cell) {
            Cell::Value(Value::Instant(instant)) => Moment { first: instant, last: instant },
            Cell::Value(Value::Date(day)) => self.day(day),
            Cell::Value(Value::Text(_) | Value::Boolean(_) | Value::Integer(_) | Value::Decimal(_))
            | Cell::Missing
            | Cell::Unreadable => return None,
        };
        moment.first.is_known().then_some(moment)
    }

    fn day(&self, day: Date) -> Moment {
        let next = self.zone.start_of(add_days(day, 1));
        Moment { first: self.zone.start_of(day), last: next.plus_micros(-1) }
    }

    /// The instants of a window, never past now. `usable` is where the table's usable span begins.
    pub fn window(&self, window: Window, usable: Instant) -> Option<Span> {
        let start = |unit, shift| self.zone.start_of(unit_start(self.today(), unit, shift));
        let (from, to) = match window {
            Window::Last(length) => (self.ago(length), self.now),
            Window::Ago { from, to } => (self.ago(from), self.ago(to)),
            Window::LastFull { n, unit } => (start(unit, -i64::from(n)), start(unit, 0)),
            Window::Period { each, back } => {
                let ago = |n: u32| {
                    let n = i64::from(n);
                    self.ago(Length { months: n * each.months, seconds: n * each.seconds })
                };
                (ago(back), ago(back.saturating_sub(1)))
            }
            Window::Units { from, to, unit } => {
                let end = to.map_or(self.now, |to| start(unit, -i64::from(to)));
                (start(unit, -i64::from(from)), end)
            }
            Window::This(unit) => (start(unit, 0), self.now),
            Window::Today => (start(CalendarUnit::Day, 0), self.now),
            Window::Yesterday => (start(CalendarUnit::Day, -1), start(CalendarUnit::Day, 0)),
            Window::Dates { from, to } => (self.zone.start_of(from), self.zone.start_of(add_days(to, 1))),
            Window::Since(from) => (self.zone.start_of(from), self.now),
            Window::Retained => (usable, self.now),
            Window::Error => return None,
        };
        Some(Span { from, to: to.min(self.now) })
    }
}

/// An instant moved by calendar months (the civil date, clamped to the month's end; the time elapsed since that day's first
/// instant is kept), then by seconds.
fn shift(instant: Instant, months: i64, seconds: i64, zone: &Zone) -> Instant {
    let micros = seconds.saturating_mul(1_000_000);
    if months == 0 {
        return instant.plus_micros(micros);
    }
    let day = zone.date_of(instant);
    let elapsed = instant.micros() - zone.start_of(day).micros();
    zone.start_of(add_months(day, months)).plus_micros(elapsed).plus_micros(micros)
}

/// A civil date moved by months, clamped to the month's end.
pub fn add_months(date: Date, months: i64) -> Date {
    let day = date.civil();
    let counted = i64::from(day.year()) * 12 + i64::from(day.month()) - 1 + months;
    let (year, month) = (counted.div_euclid(12).clamp(-9_999, 9_999), counted.rem_euclid(12) + 1);
    let first = i16::try_from(year).ok().zip(i8::try_from(month).ok());
    let first = first.and_then(|(year, month)| jiff::civil::Date::new(year, month, 1).ok());
    let last = first.map(|first| first.last_of_month());
    let moved = first.zip(last).and_then(|(first, last)| first.with().day(day.day().min(last.day())).build().ok());
    moved.unwrap_or(jiff::civil::Date::MIN).into()
}

/// A civil date moved by days.
pub fn add_days(date: Date, days: i64) -> Date {
    date.civil().saturating_add(jiff::Span::new().days(days.clamp(-7_000_000, 7_000_000))).into()
}

/// How many days lie from one day to another.
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to.civil() - from.civil()).get_days())
}

/// The first day of the unit that holds `today`, moved by units.
pub fn unit_start(today: Date, unit: CalendarUnit, shift: i64) -> Date {
    let day = today.civil();
    let first = |month: i8| day.with().month(month).day(1).build().unwrap_or(day).into();
    match unit {
        CalendarUnit::Day => add_days(today, shift),
        CalendarUnit::Week => {
            let since_monday = i64::from(day.weekday().to_monday_zero_offset());
            add_days(today, 7 * shift - since_monday)
        }
        CalendarUnit::Month => add_months(first(day.month()), shift),
        CalendarUnit::Quarter => add_months(first(3 * ((day.month() - 1) / 3) + 1), 3 * shift),
        CalendarUnit::Year => add_months(first(1), 12 * shift),
    }
}

/// Completed years on a day. Those born on 29 February complete a year on 1 March of common years.
pub fn age(birth: Date, today: Date) -> i64 {
    let (birth, today) = (birth.civil(), today.civil());
    let years = i64::from(today.year()) - i64::from(birth.year());
    let birthday_ahead = (birth.month(), birth.day()) > (today.month(), today.day());
    if birthday_ahead { years - 1 } else { years }
}

/// R − S: months from months and seconds from seconds.
pub fn less(long: Length, short: Length) -> Length {
    Length { months: long.months - short.months, seconds: long.seconds - short.seconds }
}
