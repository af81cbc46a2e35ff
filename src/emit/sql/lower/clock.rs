//! The one row of instants that everything is compared with: each border is computed once, in the type in which the column
//! compared with it is stored.

use crate::emit::sql::tree::{
    Body, Cte, Expr, From, Func, Item, Op, Select, Source, Type, binary, call, col, derived, eq, named,
};
use crate::faults::{Fault, on};
use crate::model::calendar::{CalendarUnit, Zone};
use crate::model::{Date, Instant, Length};
use crate::plan::Bound;

/// The alias of the clock in every query.
pub const CLOCK: &str = "clock";

/// An instant that depends on now alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A bound of the plan.
    Bound(Bound),
    /// The earlier of a bound and now.
    UpToNow(Bound),
    /// The latest of some bounds and the first known instant.
    Latest(Vec<Bound>),
    /// The latest of the first known instant, a bound, and the earliest of others.
    Hull(Bound, Vec<Bound>),
}

/// How a column stores time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Stored {
    /// As an instant.
    Instant,
    /// As a civil day: the border is the first day that begins at or after the instant.
    Day,
    /// As wall time of a zone.
    Wall(String),
    /// As wall time of a zone, one day earlier: for narrowing a scan where wall times are not in order.
    DayBefore(String),
    /// As wall time of a zone, one day later.
    DayAfter(String),
}

/// A civil day that depends on now alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayOf {
    /// Today.
    Today,
    /// Today less so many years, clamped: whoever was born by then is that old.
    YearsAgo(u32),
}

/// Collects what queries ask of the clock and prints it as one CTE.
pub struct Clock {
    zone: Zone,
    twice: bool,
    instants: Vec<(String, Moment)>,
    stored: Vec<(String, String, Stored, Expr)>,
    days: Vec<(String, DayOf)>,
}

impl Clock {
    /// A clock of a zone.
    pub fn new(zone: Zone) -> Self {
        let twice = shows_midnight_twice(zone.name());
        Self { zone, twice, instants: Vec::new(), stored: Vec::new(), days: Vec::new() }
    }

    /// Now.
    pub fn now(&mut self) -> Expr {
        col(CLOCK, "now")
    }

    /// A civil day.
    pub fn day(&mut self, day: DayOf) -> Expr {
        let name = match day {
            DayOf::Today => return col(CLOCK, "today"),
            DayOf::YearsAgo(years) => format!("born_{years}_years_ago"),
        };
        if !self.days.iter().any(|(known, _)| *known == name) {
            self.days.push((name.clone(), day));
        }
        col(CLOCK, &name)
    }

    /// An instant, for comparing with instants.
    pub fn instant(&mut self, moment: &Moment) -> Expr {
        if *moment == Moment::Bound(Bound::Now) || *moment == Moment::UpToNow(Bound::Now) {
            return self.now();
        }
        let found = self.instants.iter().find(|(_, known)| known == moment).map(|(name, _)| name.clone());
        let name = found.unwrap_or_else(|| {
            let name = self.fresh(moment_name(moment));
            self.instants.push((name.clone(), moment.clone()));
            name
        });
        col(CLOCK, &name)
    }

    /// An instant, for comparing with a column as it is stored.
    pub fn stored(&mut self, moment: &Moment, stored: &Stored) -> Expr {
        let Expr::Column { name, .. } = self.instant(moment) else { return Expr::Null };
        let suffix = match stored {
            Stored::Instant => return col(CLOCK, &name),
            Stored::Day => "day".to_owned(),
            Stored::Wall(zone) => format!("wall_{zone}"),
            Stored::DayBefore(zone) => format!("day_before_{zone}"),
            Stored::DayAfter(zone) => format!("day_after_{zone}"),
        };
        let known = self.stored.iter().find(|(_, base, kind, _)| *base == name && kind == stored);
        if let Some((own, ..)) = known {
            return col(CLOCK, own);
        }
        let of = col("i", &name);
        let expr = match stored {
            Stored::Instant => of,
            Stored::Day => self.first_day_from(&of),
            Stored::Wall(zone) => wall_of(of, zone),
            Stored::DayBefore(zone) => wall_of(call(Func::MinusHours, vec![of, Expr::Whole(24)]), zone),
            Stored::DayAfter(zone) => wall_of(call(Func::PlusSeconds, vec![of, Expr::Whole(86_400)]), zone),
        };
        let own = self.fresh(format!("{name}_{suffix}").replace('/', "_").to_lowercase());
        self.stored.push((own.clone(), name, stored.clone(), expr));
        col(CLOCK, &own)
    }

    /// The first instant of the civil day of a wall time at midnight.
    pub fn start_of(&self, midnight: &Expr) -> Expr {
        let zone = self.zone.name().to_owned();
        let later = call(Func::InstantOfWall, vec![midnight.clone(), Expr::Text(zone.clone())]);
        if !self.twice {
            return later;
        }
        // Engines answer with the later of two midnights; the day begins with the first.
        let earlier = |seconds: i128| call(Func::MinusSeconds, vec![later.clone(), Expr::Whole(seconds)]);
        let shows = |instant: Expr| eq(wall_of(instant, &zone), midnight.clone());
        let arms = [7200, 3600, 1800].map(|seconds| (shows(earlier(seconds)), earlier(seconds)));
        Expr::Case(arms.to_vec(), Some(Box::new(later)))
    }

    /// The civil day of an instant.
    pub fn day_of(&self, instant: Expr) -> Expr {
        if on(Fault::F27) {
            return Expr::Cast(Box::new(instant), Type::Day);
        }
        Expr::Cast(Box::new(wall_of(instant, self.zone.name())), Type::Day)
    }

    /// The zone.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    fn first_day_from(&self, instant: &Expr) -> Expr {
        let day = self.day_of(instant.clone());
        let start = self.start_of(&Expr::Cast(Box::new(day.clone()), Type::Wall));
        let next = call(Func::PlusDays, vec![day.clone(), Expr::Whole(1)]);
        Expr::Case(vec![(binary(Op::Less, start, instant.clone()), next)], Some(Box::new(day)))
    }

    fn fresh(&self, name: String) -> String {
        let name = short(&name);
        let taken = |name: &str| {
            let stored = self.stored.iter().any(|(known, ..)| known == name);
            stored || name == "now" || name == "today" || self.instants.iter().any(|(known, _)| known == name)
        };
        let mut candidate = name.clone();
        let mut n = 2;
        while taken(&candidate) {
            candidate = format!("{name}_{n}");
            n += 1;
        }
        candidate
    }

    /// The CTE. Levels: now; the civil day of now; borders; borders as columns store them.
    pub fn cte(&self, now: Option<Instant>) -> Cte {
        let now = match now.filter(|_| !on(Fault::F26)) {
            Some(instant) => Expr::Instant(instant),
            None => call(Func::Now, Vec::new()),
        };
        let first = Select { items: vec![named(now, "now")], ..Select::default() };
        let second = Select {
            items: vec![named(col("n", "now"), "now"), named(self.day_of(col("n", "now")), "today")],
            from: Some(derived(Body::One(first), "n")),
            ..Select::default()
        };
        let mut items = vec![named(col("d", "now"), "now"), named(col("d", "today"), "today")];
        items.extend(self.days.iter().map(|(name, day)| named(self.day_expr(*day), name)));
        items.extend(self.instants.iter().map(|(name, moment)| named(self.moment(moment), name)));
        let from = Some(derived(Body::One(second), "d"));
        let third = Select { items, from, ..Select::default() };
        let body = if self.stored.is_empty() { third } else { self.fourth(third) };
        let comment =
            vec!["The instant of evaluation and every border that is compared with it, each computed once.".to_owned()];
        Cte { name: CLOCK.to_owned(), comment, body: Body::One(body) }
    }

    fn fourth(&self, third: Select) -> Select {
        let kept = third.items.iter().map(|item| match (&item.alias, &item.expr) {
            (Some(alias), _) => alias.clone(),
            (None, Expr::Column { name, .. }) => name.clone(),
            (None, _) => String::new(),
        });
        let mut items: Vec<Item> = kept.map(|name| named(col("i", &name), &name)).collect();
        items.extend(self.stored.iter().map(|(name, _, _, expr)| named(expr.clone(), name)));
        let from = From { source: Source::Derived(Box::new(Body::One(third))), alias: "i".to_owned() };
        Select { items, from: Some(from), ..Select::default() }
    }

    fn day_expr(&self, day: DayOf) -> Expr {
        let today = col("d", "today");
        match day {
            DayOf::Today => today,
            DayOf::YearsAgo(years) => {
                let midnight = Expr::Cast(Box::new(today), Type::Wall);
                let moved = call(Func::MinusMonths, vec![midnight, Expr::Whole(i128::from(years) * 12)]);
                Expr::Cast(Box::new(moved), Type::Day)
            }
        }
    }

    fn moment(&self, moment: &Moment) -> Expr {
        let first = Expr::Instant(Instant::FIRST_KNOWN);
        match moment {
            Moment::Bound(bound) => self.bound(*bound),
            Moment::UpToNow(bound) => call(Func::Least, vec![self.bound(*bound), col("d", "now")]),
            Moment::Latest(bounds) => {
                let mut all: Vec<Expr> = bounds.iter().map(|bound| self.bound(*bound)).collect();
                all.push(first);
                if let [only] = all.as_slice() { only.clone() } else { call(Func::Greatest, all) }
            }
            Moment::Hull(bound, others) => {
                let mut others: Vec<Expr> = others.iter().map(|bound| self.bound(*bound)).collect();
                let least = match others.len() {
                    1 => others.pop().unwrap_or(Expr::Null),
                    _ => call(Func::Least, others),
                };
                call(Func::Greatest, vec![self.bound(*bound), least, first])
            }
        }
    }

    fn bound(&self, bound: Bound) -> Expr {
        match bound {
            Bound::Now => col("d", "now"),
            Bound::Back(length) => self.back(length),
            Bound::UnitStart { unit, shift } => self.start_of(&unit_start(unit, shift)),
            Bound::DayInMonths(n) => {
                let today = Expr::Cast(Box::new(col("d", "today")), Type::Wall);
                self.start_of(&months(today, i128::from(n)))
            }
            Bound::Day(date) => self.start_of(&midnight(date)),
        }
    }

    fn back(&self, length: Length) -> Expr {
        if length.months == 0 {
            return minus(col("d", "now"), length.seconds);
        }
        let today = Expr::Cast(Box::new(col("d", "today")), Type::Wall);
        let day = self.start_of(&months(today.clone(), -i128::from(length.months)));
        let moved = call(Func::PlusBetween, vec![day, col("d", "now"), self.start_of(&today)]);
        minus(moved, length.seconds)
    }
}

/// An instant less a length of exact seconds.
pub fn minus(instant: Expr, seconds: i64) -> Expr {
    let n = i128::from(seconds);
    match n {
        0 => instant,
        n if n > 0 && n % 3600 == 0 => call(Func::MinusHours, vec![instant, Expr::Whole(n / 3600)]),
        n if n > 0 => call(Func::MinusSeconds, vec![instant, Expr::Whole(n)]),
        n => call(Func::PlusSeconds, vec![instant, Expr::Whole(-n)]),
    }
}

/// An instant less a length (months first, on the civil date), where the instant is no border of the clock's.
pub fn less(clock: &Clock, instant: Expr, length: Length) -> Expr {
    if length.months == 0 {
        return minus(instant, length.seconds);
    }
    let midnight = Expr::Cast(Box::new(clock.day_of(instant.clone())), Type::Wall);
    let day = clock.start_of(&months(midnight.clone(), -i128::from(length.months)));
    let moved = call(Func::PlusBetween, vec![day, instant, clock.start_of(&midnight)]);
    minus(moved, length.seconds)
}

/// What clocks of a zone show at an instant.
pub fn wall_of(instant: Expr, zone: &str) -> Expr {
    call(Func::WallOfInstant, vec![instant, Expr::Text(zone.to_owned())])
}

fn midnight(date: Date) -> Expr {
    Expr::Wall(Zone::utc().start_of(date))
}

fn months(wall: Expr, months: i128) -> Expr {
    match months {
        0 => wall,
        n if n < 0 => call(Func::MinusMonths, vec![wall, Expr::Whole(-n)]),
        n => call(Func::PlusMonths, vec![wall, Expr::Whole(n)]),
    }
}

fn unit_start(unit: CalendarUnit, shift: i32) -> Expr {
    let today = Expr::Cast(Box::new(col("d", "today")), Type::Wall);
    let shift = i128::from(shift);
    let days = |days: i128| {
        let day = col("d", "today");
        let moved = match days {
            0 => day,
            n if n < 0 => call(Func::MinusDays, vec![day, Expr::Whole(-n)]),
            n => call(Func::PlusDays, vec![day, Expr::Whole(n)]),
        };
        Expr::Cast(Box::new(moved), Type::Wall)
    };
    match unit {
        CalendarUnit::Day => days(shift),
        CalendarUnit::Week => call(Func::WeekStart, vec![days(shift * 7)]),
        CalendarUnit::Month => months(call(Func::MonthStart, vec![today]), shift),
        CalendarUnit::Quarter => months(call(Func::QuarterStart, vec![today]), shift * 3),
        CalendarUnit::Year => months(call(Func::YearStart, vec![today]), shift * 12),
    }
}

fn moment_name(moment: &Moment) -> String {
    match moment {
        Moment::Bound(bound) => bound_name(*bound),
        Moment::UpToNow(bound) => format!("{}_or_now", bound_name(*bound)),
        Moment::Latest(bounds) if bounds.is_empty() => "first_known".to_owned(),
        Moment::Latest(bounds) => {
            let names: Vec<String> = bounds.iter().map(|bound| bound_name(*bound)).collect();
            format!("kept_since_{}", names.join("_"))
        }
        Moment::Hull(_, others) => match others.as_slice() {
            [only] => format!("read_since_{}", bound_name(*only)),
            _ => "read_since".to_owned(),
        },
    }
}

fn bound_name(bound: Bound) -> String {
    match bound {
        Bound::Now => "now".to_owned(),
        Bound::Back(length) if length.months == 0 && length.seconds < 0 => {
            format!("in_{}", Length::seconds(-length.seconds)).replace(' ', "_")
        }
        Bound::Back(length) => format!("{length} ago").replace(' ', "_").replace('-', "minus_"),
        Bound::DayInMonths(n) if n < 0 => format!("start_of_day_{}_months_ago", n.unsigned_abs()),
        Bound::DayInMonths(n) => format!("start_of_day_in_{n}_months"),
        Bound::Day(date) => format!("start_of_{date}").replace('-', "_"),
        Bound::UnitStart { unit, shift } => {
            let unit = match unit {
                CalendarUnit::Day => "day",
                CalendarUnit::Week => "week",
                CalendarUnit::Month => "month",
                CalendarUnit::Quarter => "quarter",
                CalendarUnit::Year => "year",
            };
            match shift {
                0 => format!("start_of_this_{unit}"),
                n if n < 0 => format!("start_of_{unit}_{}_back", n.unsigned_abs()),
                n => format!("start_of_{unit}_{n}_ahead"),
            }
        }
    }
}

/// A generated name that every engine can hold; what is cut off stays distinct by `fresh`.
fn short(name: &str) -> String {
    name.chars().take(50).collect()
}

/// Whether clocks of the zone ever show a midnight twice on one day, between 1970 and 2100.
fn shows_midnight_twice(zone: &str) -> bool {
    let Ok(zone) = jiff::tz::db().get(zone) else { return true };
    let Ok(start) = jiff::Timestamp::from_second(0) else { return true };
    let end = Instant::KNOWN_END.micros() / 1_000_000;
    zone.following(start).take_while(|change| change.timestamp().as_second() < end).any(|change| {
        let at = change.timestamp();
        let Ok(just_before) = at.checked_sub(jiff::SignedDuration::from_nanos(1)) else { return true };
        let before = i64::from(zone.to_offset(just_before).seconds());
        let after = i64::from(change.offset().seconds());
        let (from, to) = (at.as_second() + after, at.as_second() + before);
        let holds_midnight = from.rem_euclid(86_400) == 0 || from.div_euclid(86_400) != (to - 1).div_euclid(86_400);
        after < before && holds_midnight
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_zones_show_midnight_twice() {
        assert!(!shows_midnight_twice("Europe/Berlin"));
        assert!(!shows_midnight_twice("UTC"));
        assert!(!shows_midnight_twice("America/New_York"));
        assert!(shows_midnight_twice("America/Havana"));
        assert!(shows_midnight_twice("Atlantic/Azores"));
    }
}
