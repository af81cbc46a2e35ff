//! Placements.

use super::{Clause, Lost, Name, Text};
use crate::source::Span;

/// `placement home_banner { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Its name.
    pub name: Name,
    /// `owner "web@shop.example"`
    pub owner: Clause<Text>,
    /// `because "Who knows us sees what is new."`
    pub because: Clause<Text>,
    /// `channel web`
    pub channel: Clause<Name>,
    /// `show "loyalty-offer" to loyal_customers`, in order: the first that applies is shown.
    pub shows: Vec<Show>,
    /// `otherwise "default"`
    pub otherwise: Clause<Text>,
    /// What could not be read.
    pub lost: Lost,
}

/// `show "loyalty-offer" to loyal_customers`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Show {
    /// What is shown.
    pub what: Text,
    /// The segment whose members see it.
    pub to: Name,
    /// The whole clause.
    pub span: Span,
}
