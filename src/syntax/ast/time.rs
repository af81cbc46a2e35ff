//! Spans of time, days and windows.

use super::Path;
use crate::source::{Span, Spanned};

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Sixty seconds.
    Minute,
    /// Sixty minutes.
    Hour,
    /// Twenty-four hours.
    Day,
    /// Seven days.
    Week,
    /// A calendar month.
    Month,
    /// Twelve calendar months.
    Year,
}

/// `90 days`, `1 month`. The count is at least 1 and at most 100 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
    /// From the number to the unit.
    pub span: Span,
}

/// A civil day that exists, between the years 1 and 9999.
pub type Date = Spanned<jiff::civil::Date>;

/// `within next 7 days`, `is today`: days around now, asked of a date or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    /// Which.
    pub kind: NearKind,
    /// From `within` or `is` to the end.
    pub span: Span,
}

/// The shapes of days around now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NearKind {
    /// `within next 7 days`
    Next(Duration),
    /// `within last 7 days`
    Last(Duration),
    /// `within next 2 full months`
    NextFull(Duration),
    /// `within last 1 full weeks`
    LastFull(Duration),
    /// `is today`
    Today,
    /// `is yesterday`
    Yesterday,
}

/// `over …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Which.
    pub kind: WindowKind,
    /// Where `so far` stands.
    pub so_far: Option<Span>,
    /// From `over` to its end.
    pub span: Span,
}

/// The shapes of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowKind {
    /// `over last 90 days`
    Last(Duration),
    /// `over 90 days ago to 30 days ago`. Which is earlier has not been checked.
    Ago {
        /// The farther end.
        from: Duration,
        /// The nearer end.
        to: Duration,
    },
    /// `over last 3 full months`
    LastFull(Duration),
    /// `over this year`
    This(Spanned<Unit>),
    /// `over today`
    Today,
    /// `over yesterday`
    Yesterday,
    /// `over 2026-01-01 to 2026-03-31`, both days included; `over 2026-03-10` has both ends equal. The order has not been checked.
    Dates {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// `over 2026-01-01 to now`
    Since(Date),
    /// `over retained history`
    Retained,
    /// `over first 14 days after customer.signup_at`
    Anchored {
        /// How long.
        length: Duration,
        /// The instant that it begins with, unresolved.
        after: Path,
    },
    /// A window with a mistake (a day that does not exist, none of a unit). Reported.
    Error,
}
