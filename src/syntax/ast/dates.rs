//! Parts of dates and instants, and the zone in which they are told.

use super::{Path, Text};
use crate::source::Spanned;

/// What is told of a date or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DatePart {
    /// `anniversary of`: of a day, once a year.
    Anniversary,
    /// `date of`: the civil day.
    Date,
    /// `year of`
    Year,
    /// `quarter of`: 1 to 4.
    Quarter,
    /// `month of`: 1 to 12.
    Month,
    /// `week of`: the ISO week, 1 to 53.
    Week,
    /// `day of month of`, `day of`: 1 to 31.
    DayOfMonth,
    /// `day of week of`: mon to sun.
    DayOfWeek,
    /// `day of year of`: 1 to 366.
    DayOfYear,
    /// `hour of`: 0 to 23.
    Hour,
    /// `minute of`: 0 to 59.
    Minute,
}

/// `month of birth_date`, `hour of visited_at in zone "America/New_York"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which part, at its words.
    pub part: Spanned<DatePart>,
    /// Of what.
    pub of: Box<super::Expr>,
    /// In which zone; the project's where it is not written.
    pub zone: Option<Spanned<InZone>>,
}

/// `in zone "America/New_York"`, `in zone tz`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InZone {
    /// An IANA name.
    Named(Text),
    /// A text field that holds one.
    Field(Path),
}

/// Days of the ISO week, from Monday, as they are written.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The number of a day of the week, 1 for `mon`.
pub fn weekday(word: &str) -> Option<u8> {
    WEEKDAYS.iter().zip(1..).find(|(known, _)| **known == word).map(|(_, n)| n)
}
