//! Conditions that count: how many of several hold, whether all rows satisfy something, and in how many stretches of time.
//!
//! `all orders have (p)` is that no order has not `p`; `each of last 4 full weeks have …` is a count over each week.

use crate::syntax::ast::{self, Counting, Period, Quantity};

use super::super::calendar::CalendarUnit;
use super::*;

/// How many stretches of time one condition may look at.
const MOST_PERIODS: u32 = 120;
/// How far back they may reach, in days.
const FARTHEST: i64 = 200 * 366;

impl Typer<'_, '_> {
    pub(super) fn counting(&mut self, it: &Counting, span: Span) -> CondKind {
        match it {
            Counting::Of { quantity, of } => self.so_many_of(*quantity, of),
            Counting::AllHave { rows, have } => self.all_have(rows, have, span).unwrap_or(CondKind::Error),
            Counting::Sequence(it) => self.sequence(it, span).unwrap_or(CondKind::Error),
            Counting::Regular(regular) => self.regular(regular, span).unwrap_or(CondKind::Error),
        }
    }

    fn so_many_of(&mut self, quantity: Spanned<Quantity>, of: &[ast::Expr]) -> CondKind {
        let of: Vec<Cond> = of.iter().map(|part| self.cond(part)).collect();
        let (op, n) = self.how_often(quantity, of.len() as u64, "conditions");
        CondKind::AtLeastOf { of, op, n, word: OfWord::Listed }
    }

    /// `at least 3` of so many; what is always or never so is refused.
    fn how_often(&mut self, quantity: Spanned<Quantity>, many: u64, what: &str) -> (CompareOp, u64) {
        let (op, n, _) = self.quantity(quantity);
        let constant = match op {
            CompareOp::LessOrEqual if n >= many => Some("always"),
            CompareOp::GreaterOrEqual | CompareOp::Equal if n > many => Some("never"),
            CompareOp::LessOrEqual
            | CompareOp::GreaterOrEqual
            | CompareOp::Equal
            | CompareOp::NotEqual
            | CompareOp::Less
            | CompareOp::Greater => None,
        };
        if let Some(when) = constant {
            let written = self.r.written(quantity.span);
            let what = if many == 1 { what.trim_end_matches('s') } else { what };
            let finding = Diagnostic::error(codes::CONSTANT, format!("`{written}` of {many} {what} is {when} true"))
                .at(quantity.span, format!("there are {many}"));
            self.report(finding.help("ask for fewer than there are"));
        }
        (op, n)
    }

    /// No row that the filter keeps lacks it.
    fn all_have(&mut self, rows: &ast::Rows, have: &ast::Expr, span: Span) -> Option<CondKind> {
        let mut rows = self.counted_rows(rows, rows.span)?;
        let table = self.model().table_of_rows(&rows)?;
        let before = self.enter(&rows, table, Vec::new());
        let have = self.cond(have);
        self.scopes.truncate(before);
        let place = have.span;
        let lacking = Cond { kind: CondKind::Not(Box::new(have)), span: place };
        rows.filter = Some(Box::new(match rows.filter.take() {
            Some(kept) => Cond { kind: CondKind::And(vec![*kept, lacking]), span: place },
            None => lacking,
        }));
        rows.span = span;
        Some(CondKind::Count { rows: Box::new(rows), op: CompareOp::Equal, n: 0, word: CountWord::AllHave })
    }

    /// One count for each stretch of time, the latest first.
    fn regular(&mut self, it: &ast::Regular, span: Span) -> Option<CondKind> {
        if let Some(window) = &it.rows.window {
            let finding = Diagnostic::error(codes::WINDOW, "these rows have two windows")
                .at(window.span, "a second window")
                .and(it.periods.span, "these say over which time")
                .fix("leave the window out", window.span, "");
            self.report(finding);
            return None;
        }
        self.no_latest(it.rows.latest, "of each period")?;
        let (op, n, word) = self.quantity(it.quantity);
        let windows = self.windows(&it.periods)?;
        let first = Spanned::new(*windows.first()?, it.periods.span);
        let source = self.source(&it.rows.what, it.rows.span)?;
        self.nothing_after(&it.rows, source.used)?;
        let rows = self.filtered_over(source, it.rows.filter.as_ref(), Some(first), it.rows.span, span)?;
        let (size, height) = inline::of_rows(&rows);
        if !self.grow(size.saturating_mul(windows.len()), height, span) {
            return None;
        }
        let of = windows.iter().map(|window| {
            let mut rows = self.other_rows(&rows);
            rows.timed_mut().window = Some(Spanned::new(*window, it.periods.span));
            Cond { kind: CondKind::Count { rows: Box::new(rows), op, n, word }, span }
        });
        let of: Vec<Cond> = of.collect();
        let many = of.len() as u64;
        let (op, n) = match it.often {
            Some(often) => self.how_often(often, many, "periods"),
            None => (CompareOp::GreaterOrEqual, many),
        };
        let word = match &it.periods.each {
            Period::Full(unit) => OfWord::FullUnits(self.unit(unit.value, unit.span)?),
            Period::Of(each) => OfWord::Periods(length(*each)),
        };
        Some(CondKind::AtLeastOf { of, op, n, word })
    }

    fn windows(&mut self, it: &ast::Periods) -> Option<Vec<Window>> {
        let each = match &it.each {
            Period::Full(unit) => units_long(self.unit(unit.value, unit.span)?),
            Period::Of(each) => length(*each),
        };
        let far = fewest_seconds(each).saturating_mul(i64::from(it.count)) / 86_400 > FARTHEST;
        if it.count > MOST_PERIODS || far {
            let finding = Diagnostic::error(codes::TOO_LARGE, "these are more periods than anybody could review");
            let most = format!("at most {MOST_PERIODS} of them, and 200 years back");
            self.report(finding.at(it.span, most).help("ask for longer periods, or for fewer of them"));
            return None;
        }
        let full = match &it.each {
            Period::Full(unit) => Some(self.unit(unit.value, unit.span)?),
            Period::Of(_) => None,
        };
        Some((1..=it.count).map(|back| full.map_or(Window::Period { each, back }, |unit| whole(unit, back))).collect())
    }
}

/// The unit that ended `back - 1` units ago.
fn whole(unit: CalendarUnit, back: u32) -> Window {
    Window::Units { from: back, to: Some(back.saturating_sub(1)), unit }
}

fn units_long(unit: CalendarUnit) -> Length {
    match unit {
        CalendarUnit::Day => Length::days(1),
        CalendarUnit::Week => Length::days(7),
        CalendarUnit::Month => Length::months(1),
        CalendarUnit::Quarter => Length::months(3),
        CalendarUnit::Year => Length::months(12),
    }
}
