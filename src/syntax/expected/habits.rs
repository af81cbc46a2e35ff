//! Clauses as people write them who know other tools: `top 10 percent`, `refresh 60 days`, `cap 2 per week`, `except segment x`.
//!
//! Each is told with the form that it has here, and with a mend where what was written says enough for one.

mod comparing;
mod counting;
mod leave;
mod values;
mod windows;

use super::super::codes;
use super::super::node::Cx;
use super::super::scan::{Token, TokenKind};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::source::Span;
pub(in super::super) use windows::unit_of;

/// The tokens around the place where a parse stopped; those behind it belong to the same clause.
pub(super) struct Around<'c, 't> {
    cx: &'c Cx<'t>,
    at: usize,
    end: usize,
}

impl<'c, 't> Around<'c, 't> {
    /// Around the token at a place of the file, in a clause that ends before another.
    pub fn new(cx: &'c Cx<'t>, at: usize, end: usize) -> Self {
        Self { cx, at, end }
    }

    /// A habit that is recognised here.
    pub fn habit(&self) -> Option<Diagnostic> {
        let found = self.after(0);
        let Some(found) = found.filter(|found| self.cx.word(found) != "}") else {
            return self.unnamed().or_else(|| self.year_alone()).or_else(|| self.leave());
        };
        self.percent(found)
            .or_else(|| self.leave())
            .or_else(|| self.every(found))
            .or_else(|| self.membership(found))
            .or_else(|| self.contacts(found))
            .or_else(|| self.endless(found))
            .or_else(|| self.clause_sign(found))
            .or_else(|| self.counted_in_words(found))
            .or_else(|| self.timed_in_words(found))
            .or_else(|| self.compared_in_words())
            .or_else(|| self.without_a_value(found))
            .or_else(|| self.said_as_spoken(found))
            .or_else(|| self.year_alone())
    }

    /// From one token, counted from here, up to another, exclusive.
    fn stretch(&self, from: isize, end: isize) -> Option<Span> {
        let (first, last) = (self.near(from)?, self.near((end - 1).max(from))?);
        Some(self.cx.token_span(first).to(self.cx.token_span(last)))
    }

    fn before(&self, back: usize) -> Option<&'t Token> {
        self.at.checked_sub(back).and_then(|place| self.cx.tokens.get(place))
    }

    fn after(&self, on: usize) -> Option<&'t Token> {
        let place = self.at.saturating_add(on);
        self.cx.tokens.get(place).filter(|_| place < self.end)
    }

    fn word(&self, token: Option<&Token>) -> &'t str {
        token.map_or("", |token| self.cx.word(token))
    }

    /// `10 percent`
    fn percent(&self, found: &Token) -> Option<Diagnostic> {
        let (number, word) = match found.kind {
            TokenKind::Number => (found, self.after(1)?),
            TokenKind::Word
            | TokenKind::Backquoted
            | TokenKind::Text
            | TokenKind::RawText
            | TokenKind::Open
            | TokenKind::Close
            | TokenKind::Punct => (self.before(1)?, found),
        };
        let said = self.cx.word(word);
        if number.kind != TokenKind::Number || !matches!(said, "percent" | "percents" | "pct") {
            return None;
        }
        let right = format!("{}%", self.cx.word(number));
        let span = self.cx.token_span(number).to(self.cx.token_span(word));
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("a percentage is written `{right}`"));
        Some(finding.at(span, "in words").fix(format!("write `{right}`"), span, right))
    }

    /// `refresh 60 days`, `review 6 months`
    fn every(&self, found: &Token) -> Option<Diagnostic> {
        let clause = self.word(self.before(1));
        if found.kind != TokenKind::Number || !matches!(clause, "refresh" | "review") {
            return None;
        }
        let right = format!("{clause} every {} {}", self.cx.word(found), self.word(self.after(1)));
        let right = right.trim_end();
        let span = self.cx.token_span(found);
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("a length of time follows `{clause} every`"));
        let finding = finding.at(span, "how often is this?");
        Some(finding.fix(format!("write `{right}`"), span.before(), "every "))
    }

    /// `except segment x`, `where list x`
    fn membership(&self, found: &Token) -> Option<Diagnostic> {
        let kind = self.before(1)?;
        let what = self.cx.word(kind);
        let begins = matches!(self.word(self.before(2)), "except" | "where" | "and" | "or" | "not" | "(");
        let ends = matches!(self.word(self.after(1)), "" | "}" | ")" | "and" | "or");
        let named = found.kind == TokenKind::Word && matches!(what, "segment" | "list");
        if !(begins && ends && named) {
            return None;
        }
        let right = format!("in {what} {}", self.cx.word(found));
        let span = self.cx.token_span(kind);
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("who is in a {what} is asked with `in {what}`"));
        let whole = span.to(self.cx.token_span(found));
        Some(finding.at(whole, "names people, and asks nothing of them").fix(
            format!("write `{right}`"),
            span.before(),
            "in ",
        ))
    }

    /// `cap 2 per week`, `cap 2 mails per 7 days`, `cap 2 contacts per week`
    fn contacts(&self, found: &Token) -> Option<Diagnostic> {
        let word = self.cx.word(found);
        // Where the number of contacts stands, counted back from here.
        let back = match (self.word(self.before(1)), self.word(self.before(2))) {
            ("per", "contacts") => 3,
            (_, "cap") => 1,
            (_, _) => return None,
        };
        let number = self.before(back)?;
        if found.kind != TokenKind::Word || number.kind != TokenKind::Number {
            return None;
        }
        let mut edits = Vec::new();
        let span = self.cx.token_span(found);
        let unit = match (back, word) {
            (1, "per") => {
                edits.push((span.before(), "contacts ".to_owned()));
                self.after(1)
            }
            (1, _) => {
                edits.push((span, "contacts".to_owned()));
                self.after(2).filter(|_| self.word(self.after(1)) == "per")
            }
            (_, _) => Some(found),
        };
        let bare = unit.filter(|unit| matches!(self.cx.word(unit), "hour" | "day" | "week" | "month" | "year"));
        if let Some(unit) = bare {
            edits.push((self.cx.token_span(unit).before(), "1 ".to_owned()));
        }
        if edits.is_empty() {
            return None;
        }
        let finding = Diagnostic::error(codes::UNEXPECTED, "a cap says how many contacts in which time")
            .at(span, "not the form of a cap")
            .help(format!(
                "write `cap {} contacts per 7 days from …`, with the source of what was sent",
                self.cx.word(number)
            ));
        let counted = (self.at..self.end).filter_map(|place| self.cx.tokens.get(place));
        let whole = unit.is_some() && counted.into_iter().any(|token| self.cx.word(token) == "from");
        let fix = Fix { title: "write `contacts per …`".to_owned(), edits };
        Some(Diagnostic { fix: whole.then_some(fix), ..finding })
    }

    /// `retain forever`
    fn endless(&self, found: &Token) -> Option<Diagnostic> {
        const ENDLESS: [&str; 9] =
            ["forever", "always", "ever", "indefinitely", "permanently", "unlimited", "infinite", "everything", "all"];
        let word = self.cx.word(found);
        if !ENDLESS.contains(&word.to_ascii_lowercase().as_str()) || self.word(self.before(1)) != "retain" {
            return None;
        }
        let span = self.cx.token_span(found);
        let finding = Diagnostic::error(codes::UNEXPECTED, "nothing about people is kept for ever")
            .at(span, "has no end")
            .also(Code("RET-03"))
            .because("what has no end is found by whoever comes later, when nobody remembers why it was kept, and the person least of all");
        Some(match self.segment() {
            Some(_) => finding
                .help("write how long a stored membership may live: `retain 30 days`, or `retain nothing` if it is never stored")
                .fix("never store it", span, "nothing"),
            None => finding.help(
                "write how long: `retain 26 months`; a table without a clock says why its rows stay: `retain while listed because \"…\"`",
            ),
        })
    }

    /// `over the last 90 days`, `any orders in the past 3 months`, `seen_at within last 3 days`
    fn lookback(&self) -> Option<Diagnostic> {
        (0..=3).find_map(|back| self.lookback_from(-back))
    }

    fn lookback_from(&self, at: isize) -> Option<Diagnostic> {
        let word = |on: isize| self.word(self.near(on));
        let is_over = word(at) == "over";
        if !is_over && !matches!(word(at), "in" | "during" | "for" | "within" | "since" | "from") {
            return None;
        }
        let named = at + 1 + isize::from(word(at + 1) == "the");
        let ours = word(named) == "last";
        let number = named + isize::from(ours || matches!(word(named), "past" | "previous"));
        let counts = self.near(number).is_some_and(|token| token.kind == TokenKind::Number);
        let end = number + isize::from(counts);
        let as_here = is_over && named == at + 1 && ours;
        if as_here || number == at + 1 || end < 0 || !is_unit(word(end)) {
            return None;
        }
        let denied = word(at - 1) == "not";
        let from = if denied { at - 1 } else { at };
        let (begin, last, unit) = (self.near(from)?, self.near(number - 1)?, self.near(end)?);
        let count = if counts { word(number) } else { "1" };
        let span = self.cx.token_span(begin).to(self.cx.token_span(unit));
        let unit = self.cx.word(unit);
        let (message, right) = match (denied, is_over || self.is_of_rows(from)) {
            (false, true) => ("a window", format!("over last {count} {unit}")),
            (true, true) => return None,
            (false, false) => ("a time since then", format!(">= {count} {unit} ago")),
            (true, false) => ("a time before then", format!("< {count} {unit} ago")),
        };
        let begins = self.cx.token_span(begin).to(self.cx.token_span(last));
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("{message} is written `{right}`"));
        Some(finding.at(begins, "not how it begins").fix(format!("write `{right}`"), span, right))
    }

    /// A token, counted from here.
    fn near(&self, on: isize) -> Option<&'t Token> {
        match usize::try_from(on) {
            Ok(on) => self.after(on),
            Err(_) => self.before(on.unsigned_abs()),
        }
    }

    /// Whether rows, or what they are chosen by, stand before a place: `any orders`, `count(orders.total`, `where status = "paid"`.
    fn is_of_rows(&self, at: isize) -> bool {
        let mut on = at - 1;
        while self.word(self.near(on - 1)) == "." {
            on -= 2;
        }
        if self.near(on).is_none_or(|token| token.kind != TokenKind::Word) {
            return true;
        }
        let before = self.near(on - 1);
        match self.word(before) {
            "any" | "no" | "all" | "distinct" => true,
            "(" => self
                .near(on - 2)
                .is_some_and(|call| !matches!(self.cx.word(call), "where" | "and" | "or" | "not" | "(")),
            _ => before.is_some_and(|before| before.kind == TokenKind::Number),
        }
    }

    /// `holdout 10%`
    fn unnamed(&self) -> Option<Diagnostic> {
        let [percent, number, clause] = [self.before(1)?, self.before(2)?, self.before(3)?];
        let is_holdout = self.cx.word(percent) == "%" && self.cx.word(clause) == "holdout";
        if !is_holdout || number.kind != TokenKind::Number {
            return None;
        }
        let share = self.cx.word(number);
        let finding = Diagnostic::error(codes::UNEXPECTED, "a holdout has a name, by which its people are drawn")
            .at(self.cx.token_span(clause).to(self.cx.token_span(percent)), "which group is this?")
            .because("the same people stay held out as long as the name stays, and another name draws others");
        let name = self.segment();
        let example = name.unwrap_or("spring-2026");
        let finding = finding.help(format!("write `holdout {share}% named \"{example}\"`"));
        Some(match name {
            Some(name) => finding.fix(
                format!("write `named \"{name}\"`"),
                self.cx.token_span(percent).after(),
                format!(" named \"{name}\""),
            ),
            None => finding,
        })
    }

    /// The name of the segment that is being read.
    fn segment(&self) -> Option<&'t str> {
        let before = self.cx.tokens.get(..self.at.min(self.cx.tokens.len()))?;
        let head = before.iter().rposition(|token| token.column == 0 && self.cx.word(token) == "segment")?;
        let name = self.cx.tokens.get(head + 1).filter(|name| name.kind == TokenKind::Word)?;
        Some(self.cx.word(name))
    }
}

fn is_unit(word: &str) -> bool {
    matches!(word.strip_suffix('s').unwrap_or(word), "minute" | "hour" | "day" | "week" | "month" | "year")
}
