//! Rows counted in words: `more than 3 orders`, `has orders`, `never orders`, `orders at least once`, `>= 3 orders`.

use super::super::super::codes;
use super::super::super::scan::{Token, TokenKind};
use super::{Around, is_unit};
use crate::diagnostic::{Diagnostic, Fix};

/// Numbers in words.
const NUMBERS: &[(&str, u32)] = &[
    ("once", 1),
    ("one", 1),
    ("twice", 2),
    ("two", 2),
    ("thrice", 3),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
];

impl<'t> Around<'_, 't> {
    /// Rows that are counted in words.
    pub(super) fn counted_in_words(&self, found: &Token) -> Option<Diagnostic> {
        self.than(found)
            .or_else(|| self.times())
            .or_else(|| self.number_in_words(found))
            .or_else(|| self.signed(found))
            .or_else(|| self.has_rows(found))
            .or_else(|| self.never(found))
            .or_else(|| self.bare_number(found))
            .or_else(|| self.unit_of_rows(found))
            .or_else(|| self.filtered(found))
    }

    /// Whether a condition may begin at a place.
    pub(super) fn begins(&self, at: isize) -> bool {
        matches!(self.word(self.near(at - 1)), "where" | "and" | "or" | "not" | "(" | "except" | "have")
    }

    fn number(&self, at: isize) -> Option<u32> {
        let token = self.near(at)?;
        let word = self.cx.word(token);
        match token.kind {
            TokenKind::Number => word.parse().ok(),
            TokenKind::Word => NUMBERS.iter().find(|(said, _)| *said == word).map(|(_, number)| *number),
            TokenKind::Backquoted
            | TokenKind::Text
            | TokenKind::RawText
            | TokenKind::Open
            | TokenKind::Close
            | TokenKind::Punct => None,
        }
    }

    fn is_name(&self, at: isize) -> bool {
        self.near(at).is_some_and(|token| token.kind == TokenKind::Word && !is_unit(self.cx.word(token)))
    }

    /// `more than 3 orders`, `fewer than 3 orders`
    fn than(&self, found: &Token) -> Option<Diagnostic> {
        let more = match self.word(self.near(-1)) {
            "more" => true,
            "less" | "fewer" => false,
            _ => return None,
        };
        if self.cx.word(found) != "than" || !self.begins(-1) {
            return None;
        }
        let number = self.number(1)?;
        let right = match more {
            true => format!("at least {}", number.checked_add(1)?),
            false => format!("at most {}", number.checked_sub(1)?),
        };
        self.quantity(-1, 2, &right)
    }

    /// A quantity in place of some tokens, before the name of rows.
    fn quantity(&self, start: isize, end: isize, right: &str) -> Option<Diagnostic> {
        let span = self.stretch(start, end)?;
        let finding =
            Diagnostic::error(codes::UNEXPECTED, format!("`{}` is written `{right}` here", self.cx.slice(span)));
        let finding = finding.at(span, "how many rows?");
        Some(match self.is_name(end) {
            true => finding.fix(format!("write `{right}`"), span, right),
            false => finding.help(format!("write `{right} … over last 30 days`, with the name of a source")),
        })
    }

    /// `orders at least 3 times`, `orders at least once`
    fn times(&self) -> Option<Diagnostic> {
        let mut first = -1;
        while self.word(self.near(first - 1)) == "." {
            first -= 2;
        }
        let (words, number) = match (self.word(self.near(0)), self.word(self.near(1))) {
            ("at", "least" | "most") => (2, self.number(2)?),
            ("exactly", _) => (1, self.number(1)?),
            (_, _) => return None,
        };
        let last = self.word(self.near(words));
        let end = match (self.word(self.near(words + 1)), last) {
            ("times" | "time", _) => words + 2,
            (_, "once" | "twice" | "thrice") => words + 1,
            (_, _) => return None,
        };
        if !self.begins(first) || !self.is_name(-1) {
            return None;
        }
        let (rows, how) = (self.stretch(first, 0)?, self.stretch(0, words)?);
        let whole = rows.to(self.stretch(0, end)?);
        let right = format!("{} {number} {}", self.cx.slice(how), self.cx.slice(rows));
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("how many comes before the rows: `{right}`"));
        Some(finding.at(whole, "the other way round").fix(format!("write `{right}`"), whole, right))
    }

    /// `at least three orders`, `at least once`
    fn number_in_words(&self, found: &Token) -> Option<Diagnostic> {
        let number = self.number(0).filter(|_| found.kind == TokenKind::Word)?;
        let start = match (self.word(self.near(-2)), self.word(self.near(-1))) {
            ("at", "least" | "most") => -2,
            (_, "exactly") => -1,
            (_, _) => return None,
        };
        let words = self.cx.slice(self.stretch(start, 0)?);
        self.quantity(start, 1, &format!("{words} {number}"))
    }

    /// `>= 3 orders`
    fn signed(&self, found: &Token) -> Option<Diagnostic> {
        let number = self.number(1)?;
        if !self.begins(0) {
            return None;
        }
        if matches!(self.word(self.near(-1)), "and" | "or") && !self.is_name(2) {
            return None;
        }
        let right = match self.cx.word(found) {
            ">=" => format!("at least {number}"),
            ">" => format!("at least {}", number.checked_add(1)?),
            "<=" => format!("at most {number}"),
            "<" => format!("at most {}", number.checked_sub(1)?),
            "=" => format!("exactly {number}"),
            _ => return None,
        };
        self.is_name(2).then(|| self.quantity(0, 2, &right))?
    }

    /// `has any orders`, `has orders`, `has not orders`
    fn has_rows(&self, found: &Token) -> Option<Diagnostic> {
        if !matches!(self.cx.word(found), "has" | "have" | "had") || !self.begins(0) {
            return None;
        }
        match self.word(self.near(1)) {
            "any" | "no" | "at" | "exactly" | "all" => {
                let span = self.stretch(0, 1)?;
                let rest = self.stretch(0, 2)?;
                let rest = crate::source::Span { end: self.stretch(1, 2)?.start, ..rest };
                let finding =
                    Diagnostic::error(codes::UNEXPECTED, format!("`{}` is not said here", self.cx.word(found)));
                Some(finding.at(span, "what follows is asked of each person").fix("leave it out", rest, ""))
            }
            "not" | "never" => self.named_rows(0, 2, "no"),
            _ => self.named_rows(0, 1, "any"),
        }
    }

    /// `never orders`
    fn never(&self, found: &Token) -> Option<Diagnostic> {
        let never = found.kind == TokenKind::Word && self.word(self.near(-1)) == "never" && self.begins(-1);
        never.then(|| self.named_rows(-1, 0, "no"))?
    }

    /// Words before rows that stand for `any` or `no`; a verb names no source, so it is only told.
    fn named_rows(&self, start: isize, rows: isize, right: &str) -> Option<Diagnostic> {
        let span = self.stretch(start, rows)?;
        let name = self.word(self.near(rows));
        let what = if right == "any" { "somebody who has" } else { "somebody who never has" };
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("{what} is found with `{right}` before rows"));
        let finding = finding.at(span, "asks nothing here");
        let verb = name.ends_with("ed") || !name.ends_with('s') || !self.is_name(rows);
        Some(match verb {
            true => finding.help(format!("write `{right} … over last 12 months`, with the name of a source")),
            false => finding.fix(format!("write `{right} {name}`"), span, right),
        })
    }

    /// `3 orders`
    fn bare_number(&self, found: &Token) -> Option<Diagnostic> {
        let counted = self.near(-1)?.kind == TokenKind::Number && self.begins(-1) && self.is_name(0);
        let number = self.number(-1).filter(|_| counted)?;
        let span = self.stretch(-1, 1)?;
        let name = self.cx.word(found);
        let finding = Diagnostic::error(
            codes::UNEXPECTED,
            format!("`{}` may be just so many, or so many and more", self.cx.slice(span)),
        );
        Some(
            finding
                .at(span, "how many?")
                .help(format!("write `exactly {number} {name}` or `at least {number} {name}`")),
        )
    }

    /// `count(orders over last 30 days) > 3 orders`
    fn unit_of_rows(&self, found: &Token) -> Option<Diagnostic> {
        let compared = matches!(self.word(self.near(-2)), "=" | "!=" | "<" | "<=" | ">" | ">=");
        let counted = self.word(self.near(-3)) == ")" && self.near(-1)?.kind == TokenKind::Number;
        if !compared
            || !counted
            || !self.is_name(0)
            || matches!(self.cx.word(found), "over" | "and" | "or" | "in" | "is")
        {
            return None;
        }
        let span = self.cx.token_span(found);
        if self.is_currency_word(found) || !self.ends(1) {
            return None;
        }
        let from = self.stretch(-1, 0)?.after().to(span);
        let finding = Diagnostic::error(codes::UNEXPECTED, "a count is a number, and `count(…)` says of what");
        Some(finding.at(span, "said twice").fix("leave it out", from, ""))
    }

    pub(super) fn is_currency_word(&self, found: &Token) -> bool {
        matches!(self.cx.word(found), "euro" | "euros" | "Euro" | "Euros" | "dollar" | "dollars" | "pound" | "pounds")
    }

    /// Whether a term ends before a place.
    pub(super) fn ends(&self, at: isize) -> bool {
        let Some(token) = self.near(at) else { return true };
        token.first || matches!(self.cx.word(token), "}" | ")" | "and" | "or" | ",")
    }

    /// `any orders having total > 50 EUR`, `any orders with status = "paid"`
    fn filtered(&self, found: &Token) -> Option<Diagnostic> {
        let word = self.cx.word(found);
        let at = match (word, self.word(self.near(-1))) {
            ("having" | "when" | "whose" | "which" | "that" | "if", _) => 0,
            (_, "with") if word != "same" && found.kind == TokenKind::Word => -1,
            (_, _) => return None,
        };
        if !self.near(at - 1).is_some_and(|rows| rows.kind == TokenKind::Word) || !self.is_of_rows(at) {
            return None;
        }
        let span = self.stretch(at, at + 1)?;
        let finding = Diagnostic::error(codes::UNEXPECTED, "rows are chosen with `where`").at(span, "begins no filter");
        Some(finding.fix("write `where`", span, "where"))
    }

    /// `age > 18 and < 30`
    pub(super) fn without_a_value(&self, found: &Token) -> Option<Diagnostic> {
        let joins = matches!(self.word(self.near(-1)), "and" | "or");
        if !joins || !matches!(self.cx.word(found), "<" | "<=" | ">" | ">=" | "=" | "!=") {
            return None;
        }
        let op =
            (-5..=-3).rev().find(|on| matches!(self.word(self.near(*on)), "<" | "<=" | ">" | ">=" | "=" | "!="))?;
        let mut first = op - 1;
        while self.word(self.near(first - 1)) == "." {
            first -= 2;
        }
        if !self.near(op - 1).is_some_and(|path| path.kind == TokenKind::Word) || !self.begins(first) {
            return None;
        }
        let path = self.cx.slice(self.stretch(first, op)?);
        let span = self.cx.token_span(found);
        let finding = Diagnostic::error(codes::UNEXPECTED, "each comparison names what it compares");
        let finding = finding.at(span, "nothing stands before this");
        let edits = vec![(span.before(), format!("{path} "))];
        Some(Diagnostic { fix: Some(Fix { title: format!("write `{path}` again"), edits }), ..finding })
    }
}
