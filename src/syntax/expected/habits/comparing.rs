//! Comparisons in words, as tools for campaigns write them: `is set`, `is any of`, `does not contain`, `older than`, `on or after`.
//!
//! A table says what each phrase is here. A mend is offered where it finds exactly the people whom the phrase means, or fewer.

use super::super::super::codes;
use super::super::super::scan::TokenKind;
use super::{Around, is_unit};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::Span;

/// What a phrase is here.
#[derive(Clone, Copy)]
enum Here {
    /// An operator.
    Op(&'static str),
    /// A comparison of ages and times: the operator for an age.
    Aged(&'static str),
    /// Another word in its place.
    Word(&'static str),
    /// A test of texts with `not` before all of it.
    Not(&'static str),
    /// A list in parentheses.
    List(&'static str),
    /// Two things, which are told.
    Either(&'static str),
}

/// The phrases, the longer ones of one beginning first. Those with a dot begin with `is`.
const PHRASES: &[(&str, Here)] = &[
    (". not any of", Here::List("not in")),
    (". not one of", Here::List("not in")),
    (". not in", Here::List("not in")),
    (". none of", Here::List("not in")),
    ("not any of", Here::List("not in")),
    ("not one of", Here::List("not in")),
    ("none of", Here::List("not in")),
    (". any of", Here::List("in")),
    (". one of", Here::List("in")),
    (". in", Here::List("in")),
    (". among", Here::List("in")),
    ("any of", Here::List("in")),
    ("one of", Here::List("in")),
    (". not set", Here::Word("is missing")),
    (". not present", Here::Word("is missing")),
    (". not defined", Here::Word("is missing")),
    (". unset", Here::Word("is missing")),
    (". undefined", Here::Word("is missing")),
    (". unknown", Here::Word("is missing")),
    (". absent", Here::Word("is missing")),
    ("does not exist", Here::Word("is missing")),
    ("has no value", Here::Word("is missing")),
    (". not unknown", Here::Word("is known")),
    (". set", Here::Word("is known")),
    (". present", Here::Word("is known")),
    (". defined", Here::Word("is known")),
    (". filled", Here::Word("is known")),
    ("has any value", Here::Word("is known")),
    ("has a value", Here::Word("is known")),
    ("exists", Here::Word("is known")),
    (". not empty", Here::Either("`is known` where there is a value, `!= \"\"` where that is no empty text")),
    (". not blank", Here::Either("`is known` where there is a value, `!= \"\"` where that is no empty text")),
    (". empty", Here::Either("`is missing` where there is no value, `= \"\"` where it is an empty text")),
    (". blank", Here::Either("`is missing` where there is no value, `= \"\"` where it is an empty text")),
    (". not equal to", Here::Op("!=")),
    ("not equal to", Here::Op("!=")),
    ("does not equal", Here::Op("!=")),
    ("not equals", Here::Op("!=")),
    (". different from", Here::Op("!=")),
    (". equal to", Here::Op("=")),
    ("equal to", Here::Op("=")),
    ("equals", Here::Op("=")),
    (". greater than or equal to", Here::Op(">=")),
    ("greater than or equal to", Here::Op(">=")),
    (". less than or equal to", Here::Op("<=")),
    ("less than or equal to", Here::Op("<=")),
    (". at least", Here::Op(">=")),
    ("at least", Here::Op(">=")),
    (". not less than", Here::Op(">=")),
    ("not less than", Here::Op(">=")),
    (". at most", Here::Op("<=")),
    ("at most", Here::Op("<=")),
    (". not more than", Here::Op("<=")),
    ("not more than", Here::Op("<=")),
    (". greater than", Here::Op(">")),
    ("greater than", Here::Op(">")),
    (". higher than", Here::Op(">")),
    ("higher than", Here::Op(">")),
    (". above", Here::Op(">")),
    ("above", Here::Op(">")),
    ("exceeds", Here::Op(">")),
    (". lower than", Here::Op("<")),
    ("lower than", Here::Op("<")),
    (". below", Here::Op("<")),
    ("below", Here::Op("<")),
    (". more than", Here::Aged(">")),
    ("more than", Here::Aged(">")),
    (". less than", Here::Aged("<")),
    ("less than", Here::Aged("<")),
    (". older than", Here::Aged(">")),
    ("older than", Here::Aged(">")),
    (". younger than", Here::Aged("<")),
    ("younger than", Here::Aged("<")),
    (". on or after", Here::Op(">=")),
    ("on or after", Here::Op(">=")),
    ("since", Here::Op(">=")),
    (". on or before", Here::Op("<=")),
    ("on or before", Here::Op("<=")),
    (". after", Here::Op(">")),
    ("after", Here::Op(">")),
    (". before", Here::Op("<")),
    ("before", Here::Op("<")),
    ("does not contain", Here::Not("contains")),
    ("not contains", Here::Not("contains")),
    ("does not start with", Here::Not("starts with")),
    ("does not begin with", Here::Not("starts with")),
    ("not starts with", Here::Not("starts with")),
    ("does not end with", Here::Not("ends with")),
    ("not ends with", Here::Not("ends with")),
    ("begins with", Here::Word("starts with")),
    ("includes", Here::Word("contains")),
];

impl<'t> Around<'_, 't> {
    /// A comparison in words, or `is` and `is not` before a value.
    pub(super) fn compared_in_words(&self) -> Option<Diagnostic> {
        (-4..=0).find_map(|start| self.phrase_from(start))
    }

    fn phrase_from(&self, start: isize) -> Option<Diagnostic> {
        if !self.is_value(start) {
            return None;
        }
        let found = PHRASES.iter().find_map(|(phrase, here)| {
            let length = self.length_of(start, phrase)?;
            (start + length > 0).then_some((length, *here))
        });
        let (length, here) = match found {
            Some(found) => found,
            None => match self.is_of_a_value(start) {
                Some(found) => found,
                None => return self.is_unquoted(start),
            },
        };
        let span = self.stretch(start, start + length)?;
        let said = self.cx.slice(span);
        let next = start + length;
        Some(match here {
            Here::Op(op) => self.operator(span, said, op, next),
            Here::Aged(op) => self.aged(span, start, op, next),
            Here::Word(word) => written(span, said, word).fix(format!("write `{word}`"), span, word),
            Here::List(word) if self.word(self.near(next)) == "(" => {
                written(span, said, word).fix(format!("write `{word}`"), span, word)
            }
            Here::List(word) => {
                written(span, said, &format!("{word} (…)")).help(format!("write `{word} (\"a\", \"b\")`"))
            }
            Here::Not(word) => self.negated(span, start, word, next),
            Here::Either(both) => Diagnostic::error(codes::UNEXPECTED, format!("`{said}` is two things here"))
                .at(span, "which of them?")
                .help(both),
        })
    }

    /// `tier is "plus"`, `tier is not "plus"`, `member is true`: how many words, and what they are.
    fn is_of_a_value(&self, start: isize) -> Option<(isize, Here)> {
        let word = |on| self.word(self.near(on));
        let (length, op) = match (word(start), word(start + 1)) {
            ("is", "not") => (2, "!="),
            ("is", _) => (1, "="),
            (_, _) => return None,
        };
        let value = self.near(start + length)?;
        let literal = matches!(value.kind, TokenKind::Text | TokenKind::Number)
            || matches!(self.cx.word(value), "true" | "false");
        (literal && start + length >= 0).then_some((length, Here::Op(op)))
    }

    /// `tier is plus`
    fn is_unquoted(&self, start: isize) -> Option<Diagnostic> {
        let value = self.near(start + 1).filter(|value| value.kind == TokenKind::Word)?;
        let word = self.cx.word(value);
        let reserved =
            matches!(word, "not" | "missing" | "known" | "today" | "yesterday" | "in" | "any" | "no" | "all");
        if self.word(self.near(start)) != "is" || start + 1 < 0 || reserved || !self.ends(start + 2) {
            return None;
        }
        let span = self.stretch(start, start + 2)?;
        let right = format!("= \"{word}\"");
        Some(written(span, self.cx.slice(span), &right).fix(format!("write `{right}`"), span, right))
    }

    /// How many tokens a phrase takes from a place on.
    fn length_of(&self, start: isize, phrase: &str) -> Option<isize> {
        let mut on = start;
        for word in phrase.split(' ') {
            let said = self.word(self.near(on));
            let fits = if word == "." { matches!(said, "is" | "are" | "was") } else { said.eq_ignore_ascii_case(word) };
            if !fits {
                return None;
            }
            on += 1;
        }
        Some(on - start)
    }

    /// Whether a value ends before a place: a field, or an aggregate.
    fn is_value(&self, at: isize) -> bool {
        const OTHERS: [&str; 12] =
            ["where", "and", "or", "not", "except", "is", "in", "than", "any", "no", "all", "over"];
        let Some(before) = self.near(at - 1) else { return false };
        match before.kind {
            TokenKind::Word => {
                !OTHERS.contains(&self.cx.word(before)) && !self.is_of_rows(at) && !is_unit(self.cx.word(before))
            }
            TokenKind::Backquoted => true,
            TokenKind::Close => self.cx.word(before) == ")" && self.closes_a_call(at - 1),
            TokenKind::Number | TokenKind::Text | TokenKind::RawText | TokenKind::Open | TokenKind::Punct => false,
        }
    }

    /// Whether the parenthesis at a place closes `sum(…)` or the like.
    fn closes_a_call(&self, at: isize) -> bool {
        let mut open = 0_usize;
        for on in (at - 200..=at).rev() {
            match self.word(self.near(on)) {
                ")" => open += 1,
                "(" => open = open.saturating_sub(1),
                _ => {}
            }
            if open == 0 {
                let call = self.near(on - 1).filter(|call| call.kind == TokenKind::Word);
                return call.is_some_and(|call| !matches!(self.cx.word(call), "where" | "and" | "or" | "not" | "in"));
            }
        }
        false
    }

    fn operator(&self, span: Span, said: &str, op: &'static str, next: isize) -> Diagnostic {
        let finding = written(span, said, op);
        match self.compares_plainly(next) {
            true => finding.fix(format!("write `{op}`"), span, op),
            false => finding
                .help(format!("write `{op}` and a value: a number, a text, a day as 2026-03-31, or `30 days ago`")),
        }
    }

    /// Whether a value stands at a place that can be compared as it is.
    fn compares_plainly(&self, at: isize) -> bool {
        let Some(value) = self.near(at) else { return false };
        let word = self.cx.word(value);
        let unit = value.kind == TokenKind::Number && is_unit(self.word(self.near(at + 1)));
        match value.kind {
            TokenKind::Number => !unit || self.word(self.near(at + 2)) == "ago",
            TokenKind::Text | TokenKind::Backquoted => true,
            TokenKind::Word => !matches!(word, "today" | "yesterday" | "tomorrow" | "now" | "the" | "last" | "this"),
            TokenKind::RawText | TokenKind::Open | TokenKind::Close | TokenKind::Punct => false,
        }
    }

    /// `more than 18`, `more than 30 days ago`, `older than 30 days`: longer ago is earlier, and so less.
    fn aged(&self, span: Span, start: isize, op: &'static str, next: isize) -> Diagnostic {
        let said = self.cx.slice(span);
        let unit = self.near(next + 1).filter(|unit| is_unit(self.cx.word(unit)));
        let Some(unit) = unit.filter(|_| self.near(next).is_some_and(|number| number.kind == TokenKind::Number)) else {
            return self.operator(span, said, op, next);
        };
        if self.word(self.near(start - 1)) == "age" {
            return written(span, said, op).help(format!("an age counts years by itself: write `age {op} 18`"));
        }
        let time = if op == ">" { "<" } else { ">" };
        let ago = self.word(self.near(next + 2)) == "ago";
        let aged = said.contains("old") || said.contains("young");
        let finding = written(span, said, time);
        if !ago && !aged {
            return finding.help("for longer ago write `< 30 days ago`, for more recent `> 30 days ago`");
        }
        let mut edits = vec![(span, time.to_owned())];
        if !ago {
            edits.push((self.cx.token_span(unit).after(), " ago".to_owned()));
        }
        let finding = finding.because("what is longer ago is the earlier instant");
        Diagnostic { fix: Some(Fix { title: format!("write `{time} … ago`"), edits }), ..finding }
    }

    /// `email does not contain "x"`
    fn negated(&self, span: Span, start: isize, word: &'static str, next: isize) -> Diagnostic {
        let said = self.cx.slice(span);
        let mut first = start - 1;
        while self.word(self.near(first - 1)) == "." {
            first -= 2;
        }
        let finding =
            Diagnostic::error(codes::UNEXPECTED, format!("`{said}` is written with `not` before the whole comparison"));
        let finding = finding.at(span, "denies in the middle");
        let begins = matches!(self.word(self.near(first - 1)), "where" | "and" | "or" | "(" | "except");
        let (Some(path), Some(text)) = (self.near(first), self.near(next).filter(|text| text.kind == TokenKind::Text))
        else {
            return finding.help(format!("write `not (… {word} \"x\")`"));
        };
        if !begins || path.kind != TokenKind::Word {
            return finding.help(format!("write `not (… {word} \"x\")`"));
        }
        let edits = vec![
            (self.cx.token_span(path).before(), "(not ".to_owned()),
            (span, word.to_owned()),
            (self.cx.token_span(text).after(), ")".to_owned()),
        ];
        Diagnostic { fix: Some(Fix { title: format!("write `not … {word}`"), edits }), ..finding }
    }
}

fn written(span: Span, said: &str, right: &str) -> Diagnostic {
    Diagnostic::error(codes::UNEXPECTED, format!("`{said}` is written `{right}` here")).at(span, "in words")
}
