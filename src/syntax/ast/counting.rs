//! Conditions that count: other conditions, rows that all must satisfy something, and units of time.

use super::{Duration, Expr, Quantity, Rows, Sequence, Unit};
use crate::source::{Span, Spanned};

/// A condition that counts something else than rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counting {
    /// `at least 2 of (p, q, r)`: at least one condition.
    Of {
        /// How many: `at least`, `at most` or `exactly`.
        quantity: Spanned<Quantity>,
        /// Of which.
        of: Vec<Expr>,
    },
    /// `all orders where … over … have (p)`
    AllHave {
        /// Which rows.
        rows: Rows,
        /// What each must satisfy; a bare name in it is a field of the rows.
        have: Expr,
    },
    /// `each of last 4 full weeks have at least 2 visits`
    Regular(Regular),
    /// `any (carts then no orders within 2 days) over last 30 days`
    Sequence(Sequence),
}

/// `at least 3 of last 6 full months have orders where …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regular {
    /// In how many of them; `None`: `each`.
    pub often: Option<Spanned<Quantity>>,
    /// Which stretches of time.
    pub periods: Periods,
    /// How many rows each must have; `any` where nothing is written.
    pub quantity: Spanned<Quantity>,
    /// Of what. A window has not been refused yet.
    pub rows: Rows,
}

/// Stretches of time, the latest of which ends now or with the last full unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Periods {
    /// How many: from 1 to 100 000.
    pub count: u32,
    /// How long each is.
    pub each: Period,
    /// From the number to the unit.
    pub span: Span,
}

/// How long a stretch is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Period {
    /// `full weeks`
    Full(Spanned<Unit>),
    /// `periods of 3 days`
    Of(Duration),
}
