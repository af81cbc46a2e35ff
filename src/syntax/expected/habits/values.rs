//! Values, amounts and clauses as they are said: `100 euro`, `EUR 100`, `between 18 to 30`, `limit 100`, `purpose: marketing`.

use super::super::super::codes;
use super::super::super::scan::{Token, TokenKind};
use super::{Around, is_unit};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::Span;

impl<'t> Around<'_, 't> {
    /// Values as they are said.
    pub(super) fn said_as_spoken(&self, found: &Token) -> Option<Diagnostic> {
        self.amount(found).or_else(|| self.joined_values(found)).or_else(|| self.unmeasured(found))
    }

    fn is_number(&self, on: isize) -> bool {
        self.near(on).is_some_and(|token| token.kind == TokenKind::Number)
    }

    fn is_sign(&self, on: isize) -> bool {
        matches!(self.word(self.near(on)), "=" | "!=" | "<" | "<=" | ">" | ">=")
    }

    /// `18 years old`, `100 euro`, `EUR 100`, `$100`
    fn amount(&self, found: &Token) -> Option<Diagnostic> {
        let (word, span) = (self.cx.word(found), self.cx.token_span(found));
        if word == "old" && is_unit(self.word(self.near(-1))) && self.is_number(-2) && self.word(self.near(-4)) == "age"
        {
            let rest = self.stretch(-2, -1)?.after().to(span);
            return Some(otherwise(span, "an age counts years by itself").fix("leave the unit out", rest, ""));
        }
        if self.is_number(-1) && matches!(word, "euro" | "euros" | "Euro" | "Euros") {
            return Some(otherwise(span, &format!("`{word}` is written `EUR` here")).fix("write `EUR`", span, "EUR"));
        }
        if self.is_number(-1) && self.is_currency_word(found) {
            return Some(otherwise(span, "an amount names its currency in three letters").help("write `100 USD`"));
        }
        let currency = self.word(self.near(-1));
        if self.is_number(0)
            && self.is_sign(-2)
            && currency.len() == 3
            && currency.bytes().all(|byte| byte.is_ascii_uppercase())
        {
            let (right, whole) = (format!("{word} {currency}"), self.stretch(-1, 1)?);
            return Some(otherwise(span, &format!("the currency follows the amount: `{right}`")).fix(
                format!("write `{right}`"),
                whole,
                right,
            ));
        }
        if word == "$" && self.is_sign(-1) && self.is_number(1) {
            let help = format!("write `{} USD`, or the dollar that is meant", self.word(self.near(1)));
            return Some(otherwise(span, "an amount names its currency in three letters").help(help));
        }
        None
    }

    /// `between 18 to 30`, `from 18 to 30`, `= ("DE", "FR")`
    fn joined_values(&self, found: &Token) -> Option<Diagnostic> {
        let (word, span) = (self.cx.word(found), self.cx.token_span(found));
        if word == "to" && self.is_number(-1) && self.word(self.near(-2)) == "between" {
            return Some(otherwise(span, "`between` joins its ends with `and`").fix("write `and`", span, "and"));
        }
        if word == "from" && self.is_number(1) && self.word(self.near(2)) == "to" && self.is_number(3) {
            let fix = Fix {
                title: "write `between … and …`".into(),
                edits: vec![(span, "between".to_owned()), (self.stretch(2, 3)?, "and".to_owned())],
            };
            return Some(Diagnostic { fix: Some(fix), ..otherwise(span, "values lie `between` two ends") });
        }
        if word == ","
            && self.is_sign(-3)
            && self.word(self.near(-2)) == "("
            && matches!(self.word(self.near(-3)), "=" | "!=")
        {
            let sign = self.stretch(-3, -2)?;
            let right = if self.cx.slice(sign) == "=" { "in" } else { "not in" };
            let finding =
                Diagnostic::error(codes::UNEXPECTED, format!("one of several values is asked with `{right}`"));
            return Some(finding.at(sign, "compares with one").fix(format!("write `{right}`"), sign, right));
        }
        None
    }

    /// `interval '30 days'`, `30 business days`, `limit 100`
    fn unmeasured(&self, found: &Token) -> Option<Diagnostic> {
        let (word, span) = (self.cx.word(found), self.cx.token_span(found));
        if found.kind == TokenKind::Text && self.word(self.near(-1)).eq_ignore_ascii_case("interval") {
            return Some(otherwise(span, "a length of time has no quotes").help("write `>= 30 days ago`"));
        }
        if self.is_number(-1) && matches!(word, "business" | "working" | "calendar" | "consecutive") {
            return Some(
                otherwise(span, "days are days of the calendar")
                    .help("write `last 30 days`; nothing here knows of working days"),
            );
        }
        if word == "limit" && self.is_number(1) {
            return Some(otherwise(span, "an audience is never cut at a number of rows").because("which people a limit lets in is chance, or the order of a table").help(
                "say whom: `top 100 by …` in the condition, or a part of everybody: `sample 10% named \"spring\"`",
            ));
        }
        None
    }

    /// `purpose: marketing.email`, `owner = "…"`
    pub(super) fn clause_sign(&self, found: &Token) -> Option<Diagnostic> {
        let clause = self.near(-1).filter(|clause| clause.first && clause.kind == TokenKind::Word)?;
        let (word, span) = (self.cx.word(found), self.cx.token_span(found));
        let keyword = self.cx.word(clause);
        if !matches!(word, ":" | "=") || word == "=" && matches!(keyword, "where" | "except" | "consent") {
            return None;
        }
        let finding =
            Diagnostic::error(codes::UNEXPECTED, format!("what a clause says follows its name: `{keyword} …`"));
        Some(finding.at(span, "means nothing here").fix("leave it out", span, ""))
    }
}

fn otherwise(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error(codes::UNEXPECTED, message.to_owned()).at(span, "not how it is written")
}
