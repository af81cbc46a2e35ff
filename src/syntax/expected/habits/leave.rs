//! Consent put as a condition in words: `has consent marketing`, `not consented`, `has opted in`.

use super::super::super::lower::consent_finding;
use super::Around;
use crate::diagnostic::Diagnostic;

impl Around<'_, '_> {
    /// Words about consent where a condition was read: consent is a clause (CON-19), and never denied (CON-20).
    pub(super) fn leave(&self) -> Option<Diagnostic> {
        let at = (-3..=1).find(|at| self.speaks_of_leave(*at))?;
        if !self.in_condition(at) {
            return None;
        }
        let negated =
            (at - 3..=at + 2).any(|on| matches!(self.word(self.near(on)), "not" | "no" | "never" | "without"));
        Some(consent_finding(negated, self.stretch(at, at + 1)?))
    }

    fn speaks_of_leave(&self, at: isize) -> bool {
        let (word, next) = (self.word(self.near(at)).to_ascii_lowercase(), self.word(self.near(at + 1)));
        word.starts_with("consent")
            || matches!(
                (word.as_str(), next),
                ("opted" | "opt", "in" | "out") | ("agreed" | "subscribed", "to") | ("permission", _)
            )
    }

    /// Whether a place belongs to a condition: `where` or `except` stands before it. A clause `consent` follows what ends a condition.
    fn in_condition(&self, at: isize) -> bool {
        const JOINS: [&str; 14] =
            ["where", "except", "and", "or", "not", "no", "any", "has", "have", "in", "given", "without", "(", "with"];
        let Some(place) = self.at.checked_add_signed(at) else { return false };
        let Some(before) = self.cx.tokens.get(..place) else { return false };
        let word = self.near(at);
        let begins = word.is_some_and(|word| word.first) || !JOINS.contains(&self.word(self.near(at - 1)));
        if begins && self.word(word) == "consent" {
            return false;
        }
        let clause =
            before.iter().rev().take(2000).find(|token| matches!(self.cx.word(token), "where" | "except" | "{" | "}"));
        clause.is_some_and(|clause| matches!(self.cx.word(clause), "where" | "except"))
    }
}
