//! What a report says of the people of its plan: groups, and figures about each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cond, Expr, Holdout};
use crate::model::Length;

/// Figures about people, instead of the people.
///
/// # What is shown (all evaluators do exactly this)
///
/// *Counted* is whoever would leave the plan's segment: guard, no broken row, condition, [`super::Delivery::minimum`] (m, at least [`FEWEST`]) over all.
/// Whoever is not certainly a member is in no group, no figure and no remainder. Values equal in every [`Figures::by`] make a group; a
/// missing value is a value of its own.
///
/// A group of n people is shown iff n ≥ m, and, where any group has fewer than m, the groups with fewer people than it have together at
/// least m. So what is withheld is nobody, or at least m people together: no total tells a small group. Groups of one size are
/// shown or withheld alike. No total is shown, and a group that is withheld looks like one that is empty.
///
/// Of a group that is shown, a figure is missing where it would tell of fewer than m:
/// - *sum* and *average*, unless the value is known of everybody in the group. An average is cut off (towards 0) after six digits.
/// - *share*, unless at least m people are certainly so, and at least m are not (unknown counts as not). The share is the former divided by
///   n, cut off after six digits.
/// - the columns of *compare*, all four, unless of the held out and of the rest each at least m are certainly so and at least m are not.
///   Shares are as above, of each arm.
///
/// Sums are cut off after six digits, too. A value of 10^12 or more, either way, counts as not known, so that no engine runs out of digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// The segment that was named.
    pub of: String,
    /// How long figures are kept.
    pub retain: Length,
    /// What groups are told apart by; without any, everybody is one group.
    pub by: Vec<Group>,
    /// What is shown of each group, in order.
    pub show: Vec<Figure>,
    /// The control group beside the others.
    pub compare: Option<Compare>,
}

/// What groups are told apart by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The column.
    pub name: String,
    /// The value.
    pub value: Expr,
}

/// A column that says something of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The column.
    pub name: String,
    /// What it says.
    pub says: Says,
}

/// What a figure says of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Says {
    /// How many people.
    People,
    /// The sum of a value.
    Sum(Expr),
    /// The sum divided by the number of people.
    Average(Expr),
    /// The part of whom it is certain.
    Share(Cond),
}

/// The control group beside the others: four columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// Who is held out.
    pub holdout: Holdout,
    /// What is compared.
    pub on: Cond,
}

/// The smallest minimum: of two people, each would know the other's.
pub const FEWEST: u64 = 3;

/// Values from here on, either way, count as not known.
pub const TOO_LARGE: i64 = 1_000_000_000_000;

/// The columns of a comparison, in order: people and share of those held out, and of the rest.
pub const COMPARED: [&str; 4] = ["holdout_people", "rest_people", "holdout_share", "rest_share"];

impl Figures {
    /// The names of all columns, in order.
    pub fn columns(&self) -> Vec<String> {
        let by = self.by.iter().map(|group| group.name.clone());
        let show = self.show.iter().map(|figure| figure.name.clone());
        let compare = self.compare.iter().flat_map(|_| COMPARED.map(str::to_owned));
        by.chain(show).chain(compare).collect()
    }
}
