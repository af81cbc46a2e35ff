//! What the rules of the grammar are called in messages: one table for each manner of calling them.
//!
//! The tables hold each rule once: one that stands in none of them does not compile, and one in two is a pattern never reached.

/// A table of rules with what each is called, and the pattern of its rules under a name of its own.
macro_rules! table {
    ($table:ident: $what:ty, $pattern:ident { $($($rule:ident)|+ => $said:expr,)* }) => {
        /// The rules with what each is called.
        pub(super) const $table: &[(Rule, $what)] = &[$($((Rule::$rule, $said)),+),*];

        rules! { $pattern { $($($rule,)+)* } }
    };
}

/// The pattern that some rules make up, under a name.
macro_rules! rules {
    ($pattern:ident { $($rule:ident,)* }) => {
        macro_rules! $pattern {
            () => { $(Rule::$rule)|* };
        }
        pub(super) use $pattern;
    };
}

mod hidden;
mod keywords;
mod roles;
mod words;

use super::super::grammar::Rule;
use hidden::hidden_rule;
use keywords::{KEYWORDS, keyword_rule};
use roles::{ROLES, role_rule};
use words::{WORDS, word_rule};

/// What rules are called.
pub(super) enum Said {
    /// Not said.
    Hidden,
    /// A keyword, called by its rule's name.
    Keyword,
    /// Begins with one of these words.
    Words(&'static [&'static str]),
    /// Called by its role.
    Role(&'static str),
}

/// What each rule is called. A rule that no table holds does not compile.
pub(super) fn said(rule: Rule) -> Said {
    match rule {
        hidden_rule!() => Said::Hidden,
        keyword_rule!() => Said::Keyword,
        word_rule!() => Said::Words(row(WORDS, rule).unwrap_or_default()),
        role_rule!() => row(ROLES, rule).map_or(Said::Hidden, Said::Role),
    }
}

/// The keyword of a rule called `kw_…`.
pub(super) fn keyword(rule: Rule) -> Option<&'static str> {
    row(KEYWORDS, rule)
}

fn row<T: Copy>(table: &[(Rule, T)], rule: Rule) -> Option<T> {
    table.iter().find(|(named, _)| *named == rule).map(|(_, said)| *said)
}

/// The words among which a rule chooses, where they are no keywords.
pub(super) fn choices(rule: Rule) -> &'static [&'static str] {
    const CHOICES: &[(Rule, &[&str])] = &[
        (Rule::subject_kind, &["person", "account", "household", "device"]),
        (
            Rule::type_word,
            &[
                "text",
                "boolean",
                "integer",
                "decimal",
                "money",
                "date",
                "timestamp",
                "probability",
                "version",
                "place",
                "uuid",
                "list",
            ],
        ),
        (Rule::key_type, &["integer", "text", "uuid"]),
        (Rule::state_word, &["granted", "withdrawn", "objected", "restricted", "released", "erased"]),
        (Rule::level_word, &["error", "warning", "note"]),
        (Rule::refresh_word, &["hourly", "daily", "weekly", "monthly", "every"]),
        (
            Rule::unit,
            &["minutes", "hours", "days", "weeks", "months", "years", "minute", "hour", "day", "week", "month", "year"],
        ),
        (
            Rule::scope,
            &["any", "channel", "purpose", "destination", "jurisdiction", "region", "basis", "campaign", "outside"],
        ),
        (Rule::forbid, &["category", "targeting", "combining", "origin", "field"]),
        (Rule::require, &["consent", "adult", "assessment", "review", "basis", "register", "cap", "transfer"]),
        (Rule::limit, &["conditions", "retain", "window", "removal", "lists"]),
    ];
    let same = if matches!(rule, Rule::field_type | Rule::type_scalar) {
        Rule::type_word
    } else if rule == Rule::state_codes {
        Rule::state_word
    } else {
        rule
    };
    CHOICES.iter().find(|(named, _)| *named == same).map_or(&[], |(_, words)| words)
}
