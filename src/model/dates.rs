//! Days around now, parts of dates and instants, and the zone in which they are told.

use super::FieldPath;
use super::calendar::CalendarUnit;

/// Days around now, asked of a date or an instant.
///
/// `next` begins with now and counts today as its first civil day; `last` ends before it. So of a date, `next n days` are today and
/// the n - 1 days after it, and `last n days` the n days before today: no day belongs to both. Of an instant, `next` runs from now
/// (included) to the end of the last civil day, and `last` is what a window of the same words holds, `[now - n, now)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Near {
    /// `within next 5 days`
    Next(Reach),
    /// `within last 3 days`
    Last(Reach),
    /// `within next 2 full months`: those after the one that holds today.
    NextFull {
        /// How many.
        n: u32,
        /// Of what.
        unit: CalendarUnit,
    },
    /// `within last 1 full weeks`: those before the one that holds today.
    LastFull {
        /// How many.
        n: u32,
        /// Of what.
        unit: CalendarUnit,
    },
    /// `is today`
    Today,
    /// `is yesterday`
    Yesterday,
}

/// How far from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Civil days; a week has seven.
    Days(u32),
    /// Calendar months; a year has twelve. The day is clamped to the month's end.
    Months(u32),
    /// Exact seconds, for instants only.
    Seconds(u32),
}

/// A part of a civil date, or of what clocks of a zone show at an instant.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// The civil day itself, a date.
    Date,
    /// The calendar year.
    Year,
    /// 1 to 4.
    Quarter,
    /// 1 to 12.
    Month,
    /// The ISO week, 1 to 53: the week that holds the year's first Thursday is its first.
    Week,
    /// 1 to 31.
    DayOfMonth,
    /// 1 for Monday to 7 for Sunday.
    DayOfWeek,
    /// 1 to 366.
    DayOfYear,
    /// 0 to 23, as clocks show it.
    Hour,
    /// 0 to 59.
    Minute,
}

impl DatePart {
    /// Its words in the language, without `of`.
    pub fn words(self) -> &'static str {
        match self {
            DatePart::Date => "date",
            DatePart::Year => "year",
            DatePart::Quarter => "quarter",
            DatePart::Month => "month",
            DatePart::Week => "week",
            DatePart::DayOfMonth => "day of month",
            DatePart::DayOfWeek => "day of week",
            DatePart::DayOfYear => "day of year",
            DatePart::Hour => "hour",
            DatePart::Minute => "minute",
        }
    }

    /// Whether a civil date has no such part.
    pub fn needs_instant(self) -> bool {
        matches!(self, DatePart::Hour | DatePart::Minute)
    }

    /// The least and the greatest that it can be; a date is no number and has none.
    pub fn range(self) -> Option<(i64, i64)> {
        match self {
            DatePart::Date => None,
            DatePart::Year => Some((1, 9_999)),
            DatePart::Quarter => Some((1, 4)),
            DatePart::Month => Some((1, 12)),
            DatePart::Week => Some((1, 53)),
            DatePart::DayOfMonth => Some((1, 31)),
            DatePart::DayOfWeek => Some((1, 7)),
            DatePart::DayOfYear => Some((1, 366)),
            DatePart::Hour => Some((0, 23)),
            DatePart::Minute => Some((0, 59)),
        }
    }
}

/// The zone in which a part is told, where it is not the project's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartZone {
    /// An IANA name.
    Named(String),
    /// A closed text field that holds one; the part is missing where the field is.
    Field {
        /// The field.
        path: FieldPath,
        /// Its values, each an IANA name.
        zones: Vec<String>,
    },
}

impl PartZone {
    /// The field that is read.
    pub fn path(&self) -> Option<&FieldPath> {
        match self {
            PartZone::Named(_) => None,
            PartZone::Field { path, .. } => Some(path),
        }
    }
}
