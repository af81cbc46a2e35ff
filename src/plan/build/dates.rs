//! Days around now become comparisons with bounds; parts keep what they are told of.

use crate::model::calendar::CalendarUnit;
use crate::model::{self, CompareOp, Length, Near, Reach, Type};
use crate::plan::{Bound, Cond, Expr, PartZone};

use super::Builder;

impl<'m> Builder<'m> {
    /// `from <= value < to`, each asked of a value of its own, as between asks its ends.
    pub(super) fn within(&mut self, value: &'m model::Expr, near: Near, yearly: bool) -> Cond {
        let is_day = value.ty == Type::Date;
        let (from, to) = if is_day { days(near) } else { instants(near) };
        if yearly {
            let left = Expr::Anniversary { of: Box::new(self.expr(value)), from };
            return Cond::Compare { op: CompareOp::Less, left, right: day(to) };
        }
        let end = |bound| if is_day { day(bound) } else { Expr::Instant(bound) };
        Cond::And(vec![
            Cond::Compare { op: CompareOp::GreaterOrEqual, left: self.expr(value), right: end(from) },
            Cond::Compare { op: CompareOp::Less, left: self.expr(value), right: end(to) },
        ])
    }

    pub(super) fn part(
        &mut self,
        part: model::DatePart,
        of: &'m model::Expr,
        zone: Option<&'m model::PartZone>,
    ) -> Expr {
        let zone = zone.map(|zone| match zone {
            model::PartZone::Named(name) => PartZone::Named(name.clone()),
            model::PartZone::Field { path, zones } => PartZone::Listed { path: self.path(path), zones: zones.clone() },
        });
        Expr::Part { part, of: Box::new(self.expr(of)), zone }
    }
}

/// The civil day that begins at a bound.
fn day(bound: Bound) -> Expr {
    if bound == unit(CalendarUnit::Day, 0) { Expr::Today } else { Expr::DateOf(Box::new(Expr::Instant(bound))) }
}

fn unit(unit: CalendarUnit, shift: i64) -> Bound {
    let edge = if shift < 0 { i32::MIN } else { i32::MAX };
    Bound::UnitStart { unit, shift: i32::try_from(shift).unwrap_or(edge) }
}

fn full(near: Near) -> (Bound, Bound) {
    match near {
        Near::NextFull { n, unit: of } => (unit(of, 1), unit(of, i64::from(n) + 1)),
        Near::LastFull { n, unit: of } => (unit(of, -i64::from(n)), unit(of, 0)),
        Near::Yesterday => (unit(CalendarUnit::Day, -1), unit(CalendarUnit::Day, 0)),
        Near::Today | Near::Next(_) | Near::Last(_) => (unit(CalendarUnit::Day, 0), unit(CalendarUnit::Day, 1)),
    }
}

/// The first instant of the day so far from today.
fn ahead(reach: Reach, sign: i64) -> Bound {
    match reach {
        Reach::Days(n) => unit(CalendarUnit::Day, sign * i64::from(n)),
        Reach::Months(n) => {
            let months = i32::try_from(n).unwrap_or(i32::MAX);
            Bound::DayInMonths(if sign < 0 { -months } else { months })
        }
        Reach::Seconds(n) => Bound::Back(Length::seconds(-sign * i64::from(n))),
    }
}

/// Bounds of civil days.
fn days(near: Near) -> (Bound, Bound) {
    let today = unit(CalendarUnit::Day, 0);
    match near {
        Near::Next(reach) => (today, ahead(reach, 1)),
        Near::Last(reach) => (ahead(reach, -1), today),
        Near::NextFull { .. } | Near::LastFull { .. } | Near::Today | Near::Yesterday => full(near),
    }
}

/// Bounds of instants.
fn instants(near: Near) -> (Bound, Bound) {
    match near {
        Near::Next(reach) => (Bound::Now, ahead(reach, 1)),
        Near::Last(Reach::Days(n)) => (Bound::Back(Length::days(i64::from(n))), Bound::Now),
        Near::Last(Reach::Months(n)) => (Bound::Back(Length::months(i64::from(n))), Bound::Now),
        Near::Last(Reach::Seconds(n)) => (Bound::Back(Length::seconds(i64::from(n))), Bound::Now),
        Near::NextFull { .. } | Near::LastFull { .. } | Near::Today | Near::Yesterday => full(near),
    }
}
