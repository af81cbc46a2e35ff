//! Parts of an identifier that say nearly as much as the whole: `email starts with "person07@mail"`, `order_id starts with "10293"`.
//!
//! A domain is many people, and so is a mailbox that every house has (`info@`), the area of a telephone number, the year that orders are
//! numbered by and a word that they begin with. What stands before the `@` beside anything after it is one person, and so is a run of
//! digits by which numbers are told apart.

use crate::model::mention::spelled;
use crate::model::pattern::Pattern;
use crate::model::{Field, Model, TextOp};
use crate::privacy::taxonomy::is_under;

/// Digits that tell numbers apart, those of a year, a month and a day left aside.
const TELLING_DIGITS: usize = 4;

/// Digits of a telephone number that are more than its country and its area.
const TELEPHONE_DIGITS: usize = 8;

/// Characters of a number in letters and digits.
const TELLING_MIXTURE: usize = 6;

/// Letters that are more than a first name.
const TELLING_LETTERS: usize = 12;

/// Letters and digits before an `@` that are more than a beginning.
const TELLING_NAME: usize = 5;

/// How many texts a pattern may describe that names people.
const FEW_TEXTS: u64 = 10;

/// Whether a text, or a pattern, that a value of an identifying field must have in it is hardly less than the whole.
pub(super) fn names_one(model: &Model, field: &Field, op: TextOp, text: &str) -> bool {
    match op {
        TextOp::Equals => true,
        TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains => says_most(model, field, op, text),
        TextOp::Matches => Pattern::read(text).is_ok_and(|pattern| {
            let parts = || spelled(&pattern);
            pattern.variety(FEW_TEXTS + 1) <= FEW_TEXTS
                || parts().iter().any(|part| says_most(model, field, TextOp::Contains, part))
        }),
    }
}

fn says_most(model: &Model, field: &Field, op: TextOp, text: &str) -> bool {
    let under = |root: &str| field.labels.categories.iter().any(|label| is_under(model, &label.value, root));
    if under("contact.phone") {
        digits(text).count() >= TELEPHONE_DIGITS
    } else if under("contact.email") || text.contains('@') {
        is_most_of_address(op, text)
    } else {
        is_most_of_number(text) || field.labels.direct && is_most_of_name(text)
    }
}

fn is_most_of_address(op: TextOp, text: &str) -> bool {
    match text.split_once('@') {
        Some(("", _)) => false,
        Some((name, "")) => is_particular(name),
        Some((_, _)) => true,
        None => {
            op != TextOp::EndsWith
                && text.chars().count() >= TELLING_NAME
                && digits(text).count() > 0
                && !text.contains('.')
                || op == TextOp::StartsWith && is_particular(text) && is_of_two_words(text)
        }
    }
}

/// Whether what stands before an `@` is made for one person: `anna.schmidt` and `person07`, and not `info`.
fn is_particular(name: &str) -> bool {
    name.chars().any(|c| c.is_numeric() || matches!(c, '.' | '_' | '+'))
}

fn is_most_of_number(text: &str) -> bool {
    let tokens = text.split(|c: char| !c.is_alphanumeric());
    let is_mixture = |token: &str| {
        let turns = token.chars().zip(token.chars().skip(1)).any(|(a, b)| a.is_numeric() && b.is_alphabetic());
        turns && token.chars().count() >= TELLING_MIXTURE
    };
    undated(text) >= TELLING_DIGITS || tokens.into_iter().any(is_mixture)
}

/// How many digits a text has, those of a year aside and of a month and a day that follow it.
fn undated(text: &str) -> usize {
    let runs: Vec<&str> = text.split(|c: char| !c.is_numeric()).filter(|run| !run.is_empty()).collect();
    let is_year = |run: &str| run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
    let year = runs.iter().position(|run| is_year(run));
    let dated = |at: usize| {
        year.is_some_and(|year| {
            at == year || (at == year + 1 || at == year + 2) && runs.get(at).is_some_and(|run| run.len() <= 2)
        })
    };
    runs.iter().enumerate().filter(|(at, _)| !dated(*at)).map(|(_, run)| run.len()).sum()
}

fn is_most_of_name(text: &str) -> bool {
    is_of_two_words(text) || text.chars().filter(|c| c.is_alphabetic()).count() >= TELLING_LETTERS
}

fn is_of_two_words(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1).count() > 1
}

fn digits(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_numeric())
}
