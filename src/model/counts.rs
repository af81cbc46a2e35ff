//! Comparisons as what they let through: their contraries, the counts that they hold of, and how many of several conditions they ask for.
//!
//! Whatever looks at the sign of a comparison asks here, so that `count < 1`, `not (count >= 1)` and `count = 0` are one thing.

use super::CompareOp;

impl CompareOp {
    /// The comparison that holds of two known values exactly where this one does not.
    pub fn contrary(self) -> Self {
        match self {
            CompareOp::Equal => CompareOp::NotEqual,
            CompareOp::NotEqual => CompareOp::Equal,
            CompareOp::Less => CompareOp::GreaterOrEqual,
            CompareOp::LessOrEqual => CompareOp::Greater,
            CompareOp::Greater => CompareOp::LessOrEqual,
            CompareOp::GreaterOrEqual => CompareOp::Less,
        }
    }
}

/// Counts that a comparison lets through: an interval, or all but one. A count is never below nought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// At least so many, from 1.
    pub least: Option<u64>,
    /// At most so many.
    pub most: Option<u64>,
    /// Any number but this one, from 1.
    pub hole: Option<u64>,
}

impl Counts {
    /// Those of which `count op n` holds.
    pub fn of(op: CompareOp, n: u64) -> Self {
        let between = |least: u64, most| Self { least: Some(least).filter(|least| *least > 0), most, hole: None };
        match op {
            CompareOp::Equal => between(n, Some(n)),
            CompareOp::NotEqual if n == 0 => between(1, None),
            CompareOp::NotEqual => Self { least: None, most: None, hole: Some(n) },
            CompareOp::Less if n == 0 => between(1, Some(0)),
            CompareOp::Less => between(0, Some(n.saturating_sub(1))),
            CompareOp::LessOrEqual => between(0, Some(n)),
            CompareOp::Greater => between(n.saturating_add(1), None),
            CompareOp::GreaterOrEqual => between(n, None),
        }
    }

    /// Whether a count is among them.
    pub fn has(self, count: u64) -> bool {
        self.least.is_none_or(|least| count >= least)
            && self.most.is_none_or(|most| count <= most)
            && self.hole != Some(count)
    }

    /// Whether every count is.
    pub fn is_all(self) -> bool {
        self.least.is_none() && self.most.is_none() && self.hole.is_none()
    }

    /// Whether none is.
    pub fn is_none(self) -> bool {
        self.most.is_some_and(|most| self.least.is_some_and(|least| least > most))
    }

    /// Whether those of `self` are all among the `other`.
    pub fn within(self, other: Self) -> bool {
        let spared = other.hole.is_none_or(|hole| !self.has(hole));
        let least = other.least.is_none_or(|least| self.least.is_some_and(|own| own >= least));
        let most = other.most.is_none_or(|most| self.most.is_some_and(|own| own <= most));
        spared && least && most
    }
}

/// What is asked of several conditions at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// At least so many of them.
    pub of: usize,
    /// And at least so many of their contraries.
    pub of_contraries: usize,
}

/// `op n of (…)` of `all` conditions as quotas of which one is to be met. This is exact with three truth values: that at most two of five are
/// not false is that at least three of the five contraries are true.
pub fn quotas(op: CompareOp, n: u64, all: usize) -> Vec<Quota> {
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    let least = |of| Quota { of, of_contraries: 0 };
    let most = |most: usize| Quota { of: 0, of_contraries: all.saturating_sub(most) };
    let never = least(all.saturating_add(1));
    let below = if n == 0 { never } else { most(n.saturating_sub(1)) };
    match op {
        CompareOp::GreaterOrEqual => vec![least(n)],
        CompareOp::Greater => vec![least(n.saturating_add(1))],
        CompareOp::LessOrEqual => vec![most(n)],
        CompareOp::Less => vec![below],
        CompareOp::Equal => vec![Quota { of: n, of_contraries: all.saturating_sub(n) }],
        CompareOp::NotEqual => vec![below, least(n.saturating_add(1))],
    }
}
