//! Times in words: `over last month`, `no orders for 90 days`, `any orders yesterday`, `over all time`, `seen_at this week`.

use super::super::super::codes;
use super::super::super::scan::{Token, TokenKind};
use super::{Around, is_unit};
use crate::diagnostic::Diagnostic;

/// Short units, and what they are.
const SHORT: &[(&str, &str)] = &[
    ("d", "days"),
    ("h", "hours"),
    ("hr", "hours"),
    ("hrs", "hours"),
    ("w", "weeks"),
    ("wk", "weeks"),
    ("wks", "weeks"),
    ("mo", "months"),
    ("mos", "months"),
    ("mth", "months"),
    ("mths", "months"),
    ("y", "years"),
    ("yr", "years"),
    ("yrs", "years"),
    ("min", "minutes"),
    ("mins", "minutes"),
];

/// The unit that a short word stands for, for so many.
pub(in super::super::super) fn unit_of(short: &str, number: &str) -> Option<&'static str> {
    let (_, unit) = SHORT.iter().find(|(said, _)| *said == short)?;
    if number == "1" { unit.strip_suffix('s') } else { Some(unit) }
}

impl<'t> Around<'_, 't> {
    /// A time in words.
    pub(super) fn timed_in_words(&self, found: &Token) -> Option<Diagnostic> {
        self.calendar_unit()
            .or_else(|| self.lookback())
            .or_else(|| self.for_long(found))
            .or_else(|| self.all_time(found))
            .or_else(|| self.short_unit(found))
            .or_else(|| self.without_over(found))
            .or_else(|| self.since_day(found))
    }

    /// `over last month`, `over last quarter`, `over last 2 quarters`
    fn calendar_unit(&self) -> Option<Diagnostic> {
        let at = (-3..=0).find(|at| matches!(self.word(self.near(*at)), "last" | "past" | "previous"))?;
        let counted = self.near(at + 1)?.kind == TokenKind::Number;
        let (number, unit) = (if counted { self.word(self.near(at + 1)) } else { "1" }, at + 1 + isize::from(counted));
        let word = self.word(self.near(unit));
        if unit < 0 {
            return None;
        }
        let span = self.stretch(at, unit + 1)?;
        let said = self.cx.slice(span);
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("`{said}` may be two times"));
        let finding = finding.at(span, "of the calendar, or up to now?");
        if matches!(word, "quarter" | "quarters") {
            return Some(finding.help(format!(
                "write `over last {} months` for the time up to now, or the days: `over 2026-01-01 to 2026-03-31`",
                number.parse::<u32>().ok()?.checked_mul(3)?
            )));
        }
        let one = word.strip_suffix('s').unwrap_or(word);
        (!counted && is_unit(word) && !self.is_value_of_time(at)).then(|| {
            finding.help(format!(
                "write `over last 1 full {one}` for the {one} of the calendar before this one, or `over last 1 {one}` for the time up to now"
            ))
        })
    }

    fn is_value_of_time(&self, at: isize) -> bool {
        self.word(self.near(at - 1)) != "over" && !self.has_rows_before(at)
    }

    /// `no orders for 90 days`, `any orders within 90 days`
    fn for_long(&self, found: &Token) -> Option<Diagnostic> {
        let at = (-2..=0).find(|at| matches!(self.word(self.near(*at)), "for" | "in" | "within" | "during"))?;
        let (begin, number, unit) = (self.near(at)?, self.near(at + 1)?, self.near(at + 2)?);
        if begin.first || number.kind != TokenKind::Number || !is_unit(self.cx.word(unit)) {
            return None;
        }
        let length = self.cx.slice(self.stretch(at + 1, at + 3)?);
        let span = self.stretch(at, at + 3)?;
        if self.has_rows_before(at) {
            let right = format!("over last {length}");
            let finding = Diagnostic::error(codes::UNEXPECTED, format!("a window is written `{right}`"));
            let place = self.cx.token_span(begin);
            return Some(finding.at(place, "not how it begins").fix(format!("write `{right}`"), span, right));
        }
        let dated =
            self.near(at - 1).is_some_and(|before| before.kind == TokenKind::Word) && self.cx.word(found) != "(";
        dated.then(|| {
            let message = format!("`{}` may be before now or after", self.cx.slice(span));
            let finding = Diagnostic::error(codes::UNEXPECTED, message).at(span, "which way?");
            finding.help(format!(
                "write `>= {length} ago` for the time up to now, or `within next {length}` for a day to come"
            ))
        })
    }

    /// `over all time`, `over lifetime`, `any orders ever`
    fn all_time(&self, found: &Token) -> Option<Diagnostic> {
        let over = self.word(self.near(-1)) == "over";
        let length = match (self.cx.word(found), self.word(self.near(1))) {
            ("all", "time" | "history") => 2,
            ("lifetime" | "ever" | "always" | "everything" | "forever", _) => 1,
            (_, _) => return None,
        };
        if !over && !self.has_rows_before(0) {
            return None;
        }
        let span = self.stretch(0, length)?;
        let right = if over { "retained history" } else { "over retained history" };
        let finding = Diagnostic::error(codes::UNEXPECTED, "nothing is kept for all time")
            .at(span, "how far back?")
            .because("what should be gone is never read, however long ago somebody did it");
        Some(finding.fix("read all that may still be read", span, right))
    }

    /// `over last 30 d`
    fn short_unit(&self, found: &Token) -> Option<Diagnostic> {
        let number = self.near(-1).filter(|number| number.kind == TokenKind::Number)?;
        let (word, span) = (self.cx.word(found), self.cx.token_span(found));
        let unit = unit_of(word, self.cx.word(number))?;
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("`{word}` is written `{unit}` here"));
        Some(finding.at(span, "too short").fix(format!("write `{unit}`"), span, unit))
    }

    /// `any orders last 30 days`, `any orders this week`, `any orders yesterday`; `seen_at yesterday`
    fn without_over(&self, found: &Token) -> Option<Diagnostic> {
        let word = self.cx.word(found);
        let fits = match word {
            "last" => self.near(1)?.kind == TokenKind::Number,
            "this" => is_unit(self.word(self.near(1))),
            "today" | "yesterday" => true,
            _ => false,
        };
        if !fits || self.word(self.near(-1)) == "over" {
            return None;
        }
        let span = self.cx.token_span(found);
        if self.has_rows_before(0) {
            let finding = Diagnostic::error(codes::UNEXPECTED, "a window begins with `over`");
            return Some(finding.at(span, "`over` belongs before this").fix("write `over`", span.before(), "over "));
        }
        let value = self.near(-1)?.kind == TokenKind::Word && !self.begins(0);
        let day = matches!(word, "today" | "yesterday");
        value.then(|| {
            let finding = Diagnostic::error(codes::UNEXPECTED, "a value is compared with a time by a word or a sign");
            let finding = finding.at(span, "what about it?");
            match day {
                true => finding.fix(format!("write `is {word}`"), span.before(), "is "),
                false => finding.help("write `>= 7 days ago`, `>= 2026-03-01`, `is today`, or `month of … = 3`"),
            }
        })
    }

    /// `any orders since 2026-01-01`, `any orders before 2026-01-01`
    fn since_day(&self, found: &Token) -> Option<Diagnostic> {
        let word = self.cx.word(found);
        let day = self.near(1).filter(|day| day.kind == TokenKind::Number && self.cx.word(day).contains('-'))?;
        if !matches!(word, "since" | "from" | "after" | "before" | "until") || !self.has_rows_before(0) {
            return None;
        }
        let span = self.stretch(0, 2)?;
        let day = self.cx.word(day);
        let finding = Diagnostic::error(codes::UNEXPECTED, "a window begins with `over` and says both ends");
        let finding = finding.at(span, "not how it begins");
        Some(match word {
            "since" | "from" if self.ends(2) => {
                let right = format!("over {day} to now");
                finding.fix(format!("write `{right}`"), span, right)
            }
            _ => finding
                .help("write `over 2026-01-01 to now`, or `over 2026-01-01 to 2026-03-31` with both days included"),
        })
    }

    /// `over 2025`
    pub(super) fn year_alone(&self) -> Option<Diagnostic> {
        let (over, year) = (self.word(self.before(2)), self.before(1)?);
        let word = self.cx.word(year);
        if over != "over" || year.kind != TokenKind::Number || word.len() != 4 || !word.starts_with(['1', '2']) {
            return None;
        }
        let span = self.cx.token_span(year);
        let right = format!("{word}-01-01 to {word}-12-31");
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("a year is written `over {right}`"));
        Some(finding.at(span, "only a number").fix(format!("write `{right}`"), span, right))
    }

    /// Whether rows stand before a place, with a filter or without.
    fn has_rows_before(&self, at: isize) -> bool {
        let Some(before) = self.near(at - 1) else { return false };
        if before.kind == TokenKind::Word && !self.is_plain_rows(at) {
            return false;
        }
        if before.kind == TokenKind::Word {
            return true;
        }
        let back = (at - 24..at).rev().take_while(|on| !matches!(self.word(self.near(*on)), "over" | "{" | "}"));
        let filter = back.into_iter().find(|on| self.word(self.near(*on)) == "where");
        filter.is_some_and(|filter| self.is_plain_rows(filter))
    }

    /// Whether the word before a place names rows.
    fn is_plain_rows(&self, at: isize) -> bool {
        self.near(at - 1).is_some_and(|rows| rows.kind == TokenKind::Word) && self.is_of_rows(at)
    }
}
