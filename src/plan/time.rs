//! Bounds over `now`: the only notion of time that evaluators have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::Length;
use crate::model::calendar::{CalendarUnit, Zone, add_months};
use crate::model::value::{Date, Instant};

/// An instant that depends on `now` alone (and the zone).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Bound {
    /// Now.
    Now,
    /// Now less a length: first the calendar months on the civil date in the zone (clamped, keeping the time elapsed since that
    /// day's first instant), then the exact seconds. Negative seconds go forward.
    Back(Length),
    /// The first instant of the unit that holds now, moved by units.
    UnitStart {
        /// The unit.
        unit: CalendarUnit,
        /// By how many units it is moved; negative is back.
        shift: i32,
    },
    /// The first instant of the civil day of now moved by calendar months, clamped to the month's end; negative is back.
    DayInMonths(i32),
    /// The first instant of a civil day.
    Day(Date),
}

impl Bound {
    /// The instant, for a given now.
    pub fn at(self, now: Instant, zone: &Zone) -> Instant {
        match self {
            Bound::Now => now,
            Bound::Back(length) => {
                let months = i32::try_from(length.months).unwrap_or(i32::MAX);
                let micros = length.seconds.saturating_mul(1_000_000);
                zone.add_months(now, months.saturating_neg()).plus_micros(micros.saturating_neg())
            }
            Bound::UnitStart { unit, shift } => zone.unit_start(now, unit, shift),
            Bound::DayInMonths(months) => zone.start_of(add_months(zone.date_of(now), months)),
            Bound::Day(date) => zone.start_of(date),
        }
    }
}

/// A window: clocks in `[from, to)`. `to` is never past now: evaluators take the earlier of `to` and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The first instant.
    pub from: Bound,
    /// One past the last.
    pub to: Bound,
    /// An absolute window that starts before the usable span makes what is computed over it unknown, never 0. Where false, the
    /// checker has proved that the window lies within the span.
    pub absolute: bool,
}
