//! Literals: decoded, and never re-spelled (the text stands under the span).

use super::Name;
use crate::source::Span;

/// A literal and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Its value.
    pub kind: LiteralKind,
    /// From its first character to its last.
    pub span: Span,
}

/// The kinds of literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiteralKind {
    /// `"DE"`, decoded.
    Text(String),
    /// `12`, `-3`, `0.25`
    Number(Number),
    /// `500 EUR`
    Money {
        /// The amount.
        amount: Number,
        /// Three upper-case letters, not yet checked against ISO 4217.
        currency: Name,
    },
    /// `20%`; the number is 20.
    Percent(Number),
    /// `2026-03-31`, a day that exists.
    Date(jiff::civil::Date),
    /// `true`, `false`
    Boolean(bool),
    /// `version "4.10"`, not yet checked to be one.
    Version(String),
    /// A literal with a mistake. Reported.
    Error,
}

/// A number: exact, at most 18 digits before the point and 6 after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// As written, with its sign.
    pub text: String,
    /// The value in millionths.
    pub micros: i128,
    /// Whether it was written without a point.
    pub whole: bool,
}
