//! Sequences: rows of one subject, one after the other.

use super::{Duration, Filter, Name, Path, Quantity, Window};
use crate::source::{Span, Spanned};

/// `any (carts where total > 5 then no orders within 2 days all within 3 days) over last 30 days`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// How many first steps complete.
    pub quantity: Spanned<Quantity>,
    /// What it begins with.
    pub first: Step,
    /// What follows, in order; at least one.
    pub later: Vec<Later>,
    /// `all within 24 hours`: from the first step on.
    pub all_within: Option<Duration>,
    /// Where the first step lies.
    pub window: Option<Window>,
    /// From the first to the last step.
    pub span: Span,
}

/// `carts where total > 5`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What names the rows, unresolved.
    pub what: Path,
    /// Which of them.
    pub filter: Option<Filter>,
    /// From the name to the end.
    pub span: Span,
}

/// `then no orders with same product_id within 2 days`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// Where `no` stands.
    pub no: Option<Span>,
    /// Which rows.
    pub step: Step,
    /// Fields that equal those of the first step. Often none.
    pub same: Vec<Name>,
    /// What must not lie between the step before and this one. Often none.
    pub without: Vec<Step>,
    /// How long after the step before.
    pub within: Option<Duration>,
    /// From `no` or the name to the end.
    pub span: Span,
}
