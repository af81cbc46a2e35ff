//! When a row must have happened to lie in a window.

use crate::model::calendar::{CalendarUnit, add_days};
use crate::model::{Date, Expr, ExprKind, Instant, Length, Rows, Type, Value, Window};

use super::make::{Env, Maker};

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

impl Maker<'_, '_> {
    /// An instant in the window of rows.
    pub fn moment(&mut self, rows: &Rows, env: &Env) -> Option<Instant> {
        if let Some(anchored) = &rows.anchored {
            let field = anchored.start.plain_field().or(Some(&anchored.start)).and_then(|expr| self.read(expr, env));
            let turn = self.draft.choose(if self.draft.edges { 10 } else { 4 });
            let day = 24 * HOUR;
            let after = [HOUR, HOUR / 60, 20 * HOUR, 0, 36 * HOUR, 60 * HOUR, 5 * day, 10 * day, 20 * day, 45 * day];
            let after = after.get(turn).copied().unwrap_or(HOUR);
            if let Some(at) = field.and_then(|value| self.draft.instant(&value)) {
                return Some(at.plus_micros(after));
            }
        }
        let (from, to) = self.bounds(rows.window?.value)?;
        let (from, to) = (from.micros(), to.micros().min(self.draft.now.micros()));
        let near = (to - 24 * HOUR).max(from);
        let turn = if self.draft.far { 1 } else { self.draft.choose(4) };
        let day = 24 * HOUR;
        if self.draft.edges {
            let inside =
                [from + HOUR / 60, from + 2 * HOUR, to - HOUR / 60, to - 2 * HOUR, from + 3 * day, to - 3 * day];
            let turn = self.draft.choose(inside.len());
            let at = inside.get(turn).copied().unwrap_or(near);
            return Some(Instant::from_micros(at.clamp(from, (to - 1).max(from))));
        }
        Some(Instant::from_micros(match turn {
            1 => (from + day).min(near),
            2 => from + (to - from) / 2,
            3 => from + (to - from) / 4,
            _ => near,
        }))
    }

    /// What has been written where an expression reads.
    fn read(&self, expr: &Expr, env: &Env) -> Option<Value> {
        match &expr.kind {
            ExprKind::Field(path) if path.hops.is_empty() => {
                let row = env.get(&path.binding)?;
                let field = &self.model.fields[path.field];
                let value = self.draft.get(row, &field.column)?;
                let Type::Instant(Some(zone)) = &field.ty else { return Some(value) };
                let wall = self.draft.instant(&value)?;
                let zone = crate::model::calendar::Zone::named(zone)?;
                zone.instant_of_wall(wall.micros()).map(Value::Instant)
            }
            ExprKind::StartOfDay(inner) | ExprKind::DateOf(inner) | ExprKind::Defined { body: inner, .. } => {
                self.read(inner, env)
            }
            ExprKind::Field(_)
            | ExprKind::Literal(_)
            | ExprKind::Score { .. }
            | ExprKind::Aggregate(_)
            | ExprKind::Standing(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Age(_)
            | ExprKind::Part { .. }
            | ExprKind::Ago(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::DaysSince(_)
            | ExprKind::Extreme { .. }
            | ExprKind::Error => None,
        }
    }

    /// Where a window begins and ends.
    fn bounds(&self, window: Window) -> Option<(Instant, Instant)> {
        let (draft, now) = (&self.draft, self.draft.now);
        let unit =
            |unit: CalendarUnit, back: u32| draft.zone.unit_start(now, unit, -i32::try_from(back).unwrap_or(i32::MAX));
        let day = |day: Date| draft.zone.start_of(day);
        Some(match window {
            Window::Last(length) => (draft.ago(length), now),
            Window::Ago { from, to } => (draft.ago(from), draft.ago(to)),
            Window::LastFull { n, unit: of } => (unit(of, n), unit(of, 0)),
            Window::Period { each, back } => {
                let times =
                    |n: u32| Length { months: each.months * i64::from(n), seconds: each.seconds * i64::from(n) };
                (draft.ago(times(back)), draft.ago(times(back.saturating_sub(1))))
            }
            Window::Units { from, to, unit: of } => (unit(of, from), to.map_or(now, |to| unit(of, to))),
            Window::This(of) => (unit(of, 0), now),
            Window::Today => (unit(CalendarUnit::Day, 0), now),
            Window::Yesterday => (unit(CalendarUnit::Day, 1), unit(CalendarUnit::Day, 0)),
            Window::Dates { from, to } => (day(from), day(add_days(to, 1))),
            Window::Since(from) => (day(from), now),
            Window::Retained => (draft.ago(Length::days(20)), now),
            Window::Error => return None,
        })
    }
}
