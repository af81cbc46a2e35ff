//! Reports.

use super::{Clause, Consent, Expr, Lost, Name, Path, Retain, Text};
use crate::source::Span;

/// `report winback_by_country of lapsed_big_spenders { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its name.
    pub name: Name,
    /// The segment whose people it is about.
    pub of: Name,
    /// `owner "crm@shop.example"`
    pub owner: Clause<Text>,
    /// `purpose analytics`
    pub purpose: Clause<Vec<Path>>,
    /// `consent not needed because "aggregates, LIA-7"`
    pub consent: Clause<Consent>,
    /// `retain 13 months`: of figures, not of people.
    pub retain: Clause<Retain>,
    /// `because "Who comes back, and where."`
    pub because: Clause<Text>,
    /// `by country, year of last_seen_at`
    pub by: Clause<Vec<Expr>>,
    /// `show people, avg(ltv), share of loyalty_tier = "gold"`
    pub show: Clause<Vec<Figure>>,
    /// `compare holdout with rest on any orders over last 14 days`
    pub compare: Clause<Expr>,
    /// `minimum 50 people`
    pub minimum: Clause<u64>,
    /// `noise epsilon 1.0 per month`
    pub noise: Clause<()>,
    /// What could not be read.
    pub lost: Lost,
}

/// A figure of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Which.
    pub kind: FigureKind,
    /// The whole figure.
    pub span: Span,
}

/// What a figure says of a group of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FigureKind {
    /// `people`
    People,
    /// `avg(ltv)`
    Over(FigureOf, Expr),
    /// `share of loyalty_tier = "gold"`
    Share(Expr),
}

/// What is made of everybody's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureOf {
    /// `sum(x)`
    Sum,
    /// `avg(x)`
    Avg,
    /// `median(x)`
    Median,
    /// `min(x)`
    Min,
    /// `max(x)`
    Max,
    /// `mode(x)`
    Mode,
}
