//! Parts of dates and instants, and anniversaries.
//!
//! A zone that a cell names is never handed to an engine: it would stop at a name that it does not know, for everybody. The zones that
//! the field may hold are written out, one arm each.

use super::Lower;
use super::clock::{CLOCK, DayOf, Moment, wall_of};
use super::condition::Amount;
use super::number::Number;
use super::scope::{Cell, Scope, Ty, safe_day};
use super::tables::plain_instant;
use crate::emit::sql::tree::{Expr as Sql, Func, Op, Type, binary, call, eq};
use crate::model::Date;
use crate::model::calendar::CalendarUnit;
use crate::plan::{Bound, DatePart, Expr, PartZone};

impl<'p> Lower<'p> {
    /// A part of a date or an instant.
    pub fn part(&mut self, scope: &mut Scope, part: DatePart, of: &'p Expr, zone: Option<&'p PartZone>) -> Amount {
        let cell = match self.expr(scope, of) {
            Amount::Cell(cell) => cell,
            Amount::Number(_) => {
                Cell { sql: self.bug("a part of a number"), ty: Ty::Day, nullable: false, whole: false }
            }
        };
        let (wall, nullable) = match cell.ty {
            Ty::Day => (safe_day(&cell.sql), false),
            Ty::Instant | Ty::Text | Ty::Truth | Ty::Number => self.wall(scope, &cell.sql, zone),
        };
        let nullable = nullable || cell.nullable;
        let day = if cell.ty == Ty::Day { wall.clone() } else { Sql::Cast(Box::new(wall.clone()), Type::Day) };
        let (func, of, digits) = match part {
            DatePart::Date => return Amount::Cell(Cell { sql: day, ty: Ty::Day, nullable, whole: false }),
            DatePart::Year => (Func::YearOf, day, 5),
            DatePart::Quarter => (Func::QuarterOf, day, 1),
            DatePart::Month => (Func::MonthOf, day, 2),
            DatePart::Week => (Func::WeekOf, day, 2),
            DatePart::DayOfMonth => (Func::DayOfMonth, day, 2),
            DatePart::DayOfWeek => (Func::DayOfWeek, day, 1),
            DatePart::DayOfYear => (Func::DayOfYear, day, 3),
            DatePart::Hour => (Func::HourOf, wall, 2),
            DatePart::Minute => (Func::MinuteOf, wall, 2),
        };
        Amount::Number(Number::wide(call(func, vec![of]), digits, 0, nullable))
    }

    /// What clocks of a zone show, and whether that may be missing where the instant is not.
    fn wall(&mut self, scope: &mut Scope, instant: &Sql, zone: Option<&'p PartZone>) -> (Sql, bool) {
        let of_clock = matches!(instant, Sql::Column { of, .. } if of == CLOCK);
        let instant = if of_clock { instant.clone() } else { plain_instant(instant) };
        match zone {
            None => (wall_of(instant, self.clock.zone().name()), false),
            Some(PartZone::Named(name)) => (wall_of(instant, name), false),
            Some(PartZone::Listed { path, zones }) => {
                let named = self.cell(scope, path);
                let arm =
                    |zone: &String| (eq(named.sql.clone(), Sql::Text(zone.clone())), wall_of(instant.clone(), zone));
                (Sql::Case(zones.iter().map(arm).collect(), None), named.nullable)
            }
        }
    }

    /// The first anniversary of a date on or after the civil day of a bound.
    pub fn anniversary(&mut self, scope: &mut Scope, of: &'p Expr, from: Bound) -> Amount {
        let Amount::Cell(cell) = self.expr(scope, of) else {
            let sql = self.bug("an anniversary of a number");
            return Amount::Cell(Cell { sql, ty: Ty::Day, nullable: false, whole: false });
        };
        let from = if from == (Bound::UnitStart { unit: CalendarUnit::Day, shift: 0 }) {
            self.clock.day(DayOf::Today)
        } else {
            let instant = self.clock.instant(&Moment::Bound(from));
            self.clock.day_of(instant)
        };
        let date = safe_day(&cell.sql);
        let year = |day: &Sql| call(Func::YearOf, vec![day.clone()]);
        let between = binary(Op::Subtract, year(&from), year(&date));
        let in_years = |years: Sql| Sql::Cast(Box::new(call(Func::PlusYears, vec![date.clone(), years])), Type::Day);
        let next = |years: Sql| {
            let passed = binary(Op::Less, in_years(years.clone()), from.clone());
            let after = in_years(binary(Op::Add, years.clone(), Sql::Whole(1)));
            Sql::Case(vec![(passed, after)], Some(Box::new(in_years(years))))
        };
        // Of the last days that engines know no anniversary can be told; like theirs, such a day lies beyond every border.
        let arms = vec![
            (binary(Op::GreaterOrEqual, date.clone(), last_told()), date.clone()),
            (binary(Op::LessOrEqual, between.clone(), Sql::Whole(1)), next(Sql::Whole(1))),
        ];
        let sql = Sql::Case(arms, Some(Box::new(next(between))));
        Amount::Cell(Cell { sql, ty: Ty::Day, nullable: cell.nullable, whole: false })
    }
}

fn last_told() -> Sql {
    Date::new(9_000, 1, 1).map_or(Sql::Null, Sql::Day)
}
