//! Windows: of positive length, from further back to nearer, aligned to units that the calendar has.

use crate::syntax::ast::{self, Unit, WindowKind};

use super::super::calendar::CalendarUnit;
use super::*;

impl Typer<'_, '_> {
    pub(super) fn window(&mut self, it: &ast::Window) -> Spanned<Window> {
        let window = self.window_kind(it).unwrap_or(Window::Error);
        Spanned::new(window, it.span)
    }

    fn window_kind(&mut self, it: &ast::Window) -> Option<Window> {
        match &it.kind {
            WindowKind::Last(back) => Some(Window::Last(length(*back))),
            WindowKind::Ago { from, to } => self.ago(*from, *to),
            WindowKind::LastFull(back) => {
                Some(Window::LastFull { n: back.count, unit: self.unit(back.unit, back.span)? })
            }
            WindowKind::This(unit) => Some(Window::This(self.unit(unit.value, unit.span)?)),
            WindowKind::Today => Some(Window::Today),
            WindowKind::Yesterday => Some(Window::Yesterday),
            WindowKind::Dates { from, to } => self.dates(from, to),
            WindowKind::Since(from) => Some(Window::Since(from.value.into())),
            WindowKind::Retained => Some(Window::Retained),
            // What it hangs on is kept beside the window.
            WindowKind::Anchored { .. } => Some(Window::Retained),
            WindowKind::Error => None,
        }
    }

    /// A unit that windows align to.
    pub(super) fn unit(&mut self, unit: Unit, span: Span) -> Option<CalendarUnit> {
        match unit {
            Unit::Day => Some(CalendarUnit::Day),
            Unit::Week => Some(CalendarUnit::Week),
            Unit::Month => Some(CalendarUnit::Month),
            Unit::Year => Some(CalendarUnit::Year),
            Unit::Minute | Unit::Hour => {
                let finding = Diagnostic::error(codes::WINDOW, "windows align to days, weeks, months and years only");
                self.report(
                    finding
                        .at(span, "no unit of the calendar")
                        .help("write `over last 24 hours` for a window of exact length"),
                );
                None
            }
        }
    }

    fn ago(&mut self, from: ast::Duration, to: ast::Duration) -> Option<Window> {
        let (back, near) = (length(from), length(to));
        if fewest_seconds(back) > most_seconds(near) {
            return Some(Window::Ago { from: back, to: near });
        }
        let (a, b) = (self.r.written(from.span), self.r.written(to.span));
        let surely = most_seconds(back) < fewest_seconds(near);
        let finding = Diagnostic::error(
            codes::WINDOW,
            match surely {
                true => format!("`{a}` ago is not before `{b}` ago, so nothing lies between"),
                false => format!("`{a}` ago may not be before `{b}` ago"),
            },
        );
        let finding = finding.at(from.span.to(to.span), "from further back to nearer");
        let mut finding = match surely {
            true => finding.fix(format!("write `{b} ago to {a} ago`"), from.span, b),
            false => finding.help("write both ends in the same unit"),
        };
        if let Some(fix) = &mut finding.fix {
            fix.edits.push((to.span, a));
        }
        self.report(finding);
        None
    }

    fn dates(&mut self, from: &ast::Date, to: &ast::Date) -> Option<Window> {
        if from.value <= to.value {
            return Some(Window::Dates { from: from.value.into(), to: to.value.into() });
        }
        let (a, b) = (self.r.written(from.span), self.r.written(to.span));
        let mut finding = Diagnostic::error(codes::WINDOW, format!("`{a}` is after `{b}`, so no day lies between"))
            .at(from.span.to(to.span), "the earlier day comes first")
            .fix(format!("write `{b} to {a}`"), from.span, b);
        if let Some(fix) = &mut finding.fix {
            fix.edits.push((to.span, a));
        }
        self.report(finding);
        None
    }
}

/// The fewest days that the first so many months of a year can have, leap years and starting points aside.
const FEWEST: [i64; 12] = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334];
/// The most.
const MOST: [i64; 12] = [0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337];

/// The shortest that a length can be, in seconds.
pub(super) fn fewest_seconds(length: Length) -> i64 {
    bounded(length, &FEWEST, 365)
}

/// The longest that a length can be, in seconds.
pub(super) fn most_seconds(length: Length) -> i64 {
    bounded(length, &MOST, 366)
}

fn bounded(length: Length, days: &[i64; 12], year: i64) -> i64 {
    let rest = usize::try_from(length.months.rem_euclid(12)).ok().and_then(|rest| days.get(rest)).copied().unwrap_or(0);
    let days = length.months.div_euclid(12).saturating_mul(year).saturating_add(rest);
    days.saturating_mul(86_400).saturating_add(length.seconds)
}
