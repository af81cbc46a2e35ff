//! Segments.

use super::Date;
use super::{Clause, Decides, Duration, Expr, Lost, Name, Number, Path, Retain, Text};
use crate::source::Spanned;

/// `segment lapsed_big_spenders of customer { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its name.
    pub name: Name,
    /// The entity whose members it selects.
    pub of: Name,
    /// `owner "crm@shop.example"`
    pub owner: Clause<Text>,
    /// `purpose marketing.email, analytics`
    pub purpose: Clause<Vec<Path>>,
    /// `consent marketing.email`
    pub consent: Clause<Consent>,
    /// `retain 30 days`, `retain nothing`; other forms of retention have been refused.
    pub retain: Clause<Retain>,
    /// `refresh daily`
    pub refresh: Clause<Refresh>,
    /// `review every 6 months, last 2026-09-01`
    pub review: Clause<Review>,
    /// `because "One win-back mail."`
    pub because: Clause<Text>,
    /// `for mailer, ad_network`: destinations.
    pub destinations: Clause<Vec<Name>>,
    /// `expose loyalty_tier`: columns beside the key.
    pub expose: Clause<Vec<Path>>,
    /// `minimum 50 people`
    pub minimum: Clause<u64>,
    /// `fairness because "…"`
    pub fairness: Clause<Text>,
    /// `campaign credit`
    pub campaign: Clause<super::Campaign>,
    /// `holdout 10% named "winback-2026q4"`
    pub holdout: Clause<Holdout>,
    /// `cap 2 contacts per 30 days from sends`
    pub cap: Clause<Cap>,
    /// `stay for 14 days`: how long a member remains, once in.
    pub stay: Clause<Duration>,
    /// `where …`; its value may be an `Error`, so that a broken condition is not a missing one.
    pub condition: Clause<Expr>,
    /// `except …`
    pub except: Clause<Expr>,
    /// `decides "who is offered credit" reviewed by "credit desk"`
    pub decides: Clause<Decides>,
    /// What could not be read.
    pub lost: Lost,
}

/// The `consent` clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// The purposes whose grant is required.
    Required(Vec<Path>),
    /// `consent not needed because "recall notice"`
    NotNeeded {
        /// The reason; mandatory.
        because: Text,
    },
}

/// How often a segment is evaluated anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// `hourly`
    Hourly,
    /// `daily`
    Daily,
    /// `weekly`
    Weekly,
    /// `monthly`
    Monthly,
    /// `every 6 hours`
    Every(Duration),
}

/// `every 6 months, last 2026-09-01`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// How often somebody looks at it.
    pub every: Duration,
    /// When somebody did last.
    pub last: Option<Date>,
}

/// `10% named "winback-2026q4"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdout {
    /// The percentage: 10 for `10%`. The range has not been checked.
    pub percent: Spanned<Number>,
    /// The salt's name.
    pub named: Text,
}

/// `2 contacts per 30 days from sends`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// How many contacts at most.
    pub contacts: Spanned<u64>,
    /// In which time.
    pub per: Duration,
    /// The source that records contacts.
    pub from: Name,
}
