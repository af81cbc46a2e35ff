//! Parts of dates and instants, and anniversaries.

use super::compile::{Cell, Compiler, Val, Value};
use super::number::Number;
use super::time;
use crate::diagnostic::Diagnostic;
use crate::model::calendar::{self, Zone};
use crate::model::{Date, Instant};
use crate::plan::{Bound, DatePart, Expr, PartZone};

const MICROS_PER_DAY: i64 = 86_400_000_000;
const MICROS_PER_MINUTE: i64 = 60_000_000;

/// The zone in which a part is told.
#[derive(Debug)]
pub(super) enum ToldIn<'r> {
    /// The same for everybody.
    One(Zone),
    /// The one that a cell names, by its text.
    Named { cell: Cell<'r>, zones: Vec<(String, Zone)> },
}

impl<'r> Compiler<'_, 'r> {
    pub(super) fn part(
        &mut self,
        part: DatePart,
        of: &'r Expr,
        zone: Option<&'r PartZone>,
    ) -> Result<Value<'r>, Diagnostic> {
        let of = Box::new(self.value(of)?);
        let named = |name: &String| Some((name.clone(), Zone::named(name)?));
        let zone = match zone {
            None => ToldIn::One(self.scope.zone.clone()),
            Some(PartZone::Named(name)) => ToldIn::One(Zone::named(name).unwrap_or_else(|| self.scope.zone.clone())),
            Some(PartZone::Listed { path, zones }) => {
                ToldIn::Named { cell: self.cell(path)?, zones: zones.iter().filter_map(named).collect() }
            }
        };
        Ok(Value::Part { part, of, zone })
    }

    pub(super) fn anniversary(&mut self, of: &'r Expr, from: Bound) -> Result<Value<'r>, Diagnostic> {
        let zone = self.scope.zone;
        let from = zone.date_of(from.at(self.scope.session.now, zone));
        Ok(Value::Anniversary { of: Box::new(self.value(of)?), from })
    }
}

impl ToldIn<'_> {
    /// The zone, or why there is none.
    pub(super) fn zone(&self, bound: &super::evaluate::Binding) -> Result<&Zone, Val<'static>> {
        match self {
            ToldIn::One(zone) => Ok(zone),
            ToldIn::Named { cell, zones } => match cell.value(bound) {
                Val::Text(name) => {
                    zones.iter().find(|(known, _)| known == name).map(|(_, zone)| zone).ok_or(Val::Unknown)
                }
                Val::Missing => Err(Val::Missing),
                Val::Unknown | Val::Boolean(_) | Val::Number(_) | Val::Date(_) | Val::Instant(_) => Err(Val::Unknown),
            },
        }
    }
}

/// A part of a value.
pub(super) fn part(part: DatePart, value: Val<'_>, zone: Result<&Zone, Val<'static>>) -> Val<'static> {
    let (days, time) = match (value, zone) {
        (Val::Missing, _) | (_, Err(Val::Missing)) => return Val::Missing,
        (Val::Date(days), Ok(_)) => (i64::from(days), 0),
        (Val::Instant(micros), Ok(zone)) => {
            let wall = zone.wall_of(Instant::from_micros(micros));
            (wall.div_euclid(MICROS_PER_DAY), wall.rem_euclid(MICROS_PER_DAY))
        }
        (_, Err(_)) | (Val::Unknown | Val::Text(_) | Val::Boolean(_) | Val::Number(_), Ok(_)) => return Val::Unknown,
    };
    let Ok(days) = i32::try_from(days) else { return Val::Unknown };
    let Some(date) = time::civil(days) else { return Val::Unknown };
    let day = date.civil();
    let number = |n: i64| Val::Number(Number::whole(n));
    match part {
        DatePart::Date => Val::Date(days),
        DatePart::Year => number(i64::from(day.year())),
        DatePart::Quarter => number((i64::from(day.month()) + 2) / 3),
        DatePart::Month => number(i64::from(day.month())),
        DatePart::Week => number(i64::from(day.iso_week_date().week())),
        DatePart::DayOfMonth => number(i64::from(day.day())),
        DatePart::DayOfWeek => number(i64::from(day.weekday().to_monday_one_offset())),
        DatePart::DayOfYear => number(i64::from(day.day_of_year())),
        DatePart::Hour => number(time / (60 * MICROS_PER_MINUTE)),
        DatePart::Minute => number(time / MICROS_PER_MINUTE % 60),
    }
}

/// The first anniversary of a day on or after another.
pub(super) fn anniversary(value: Val<'_>, from: Date) -> Val<'static> {
    match value {
        Val::Date(days) => {
            time::civil(days).map_or(Val::Unknown, |date| Val::Date(time::days(calendar::anniversary(date, from))))
        }
        Val::Missing => Val::Missing,
        Val::Unknown | Val::Text(_) | Val::Boolean(_) | Val::Number(_) | Val::Instant(_) => Val::Unknown,
    }
}
