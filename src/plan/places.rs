//! Places and how far apart they are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Path;
use crate::model::Decimal;

/// Whether two places are at most so many metres apart, along a great circle of a sphere whose radius is [`EARTH_RADIUS`].
///
/// With d the distance: true where d ≤ metres − [`DOUBT`], false where d > metres + [`DOUBT`], unknown between, and unknown where a degree
/// of either place is missing. Distances are reckoned in binary floating point, whose last digits engines may disagree on; they decide
/// between true and unknown or between unknown and false, never between true and false.
///
/// [`EARTH_RADIUS`]: crate::model::places::EARTH_RADIUS
/// [`DOUBT`]: crate::model::places::DOUBT
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Around {
    /// A place that is stored.
    pub place: Stored,
    /// The other.
    pub of: Centre,
    /// How far.
    pub metres: Decimal,
}

/// A place in two columns of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// Degrees north.
    pub latitude: Path,
    /// Degrees east.
    pub longitude: Path,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Centre {
    /// A point.
    Point {
        /// Degrees north, -90 to 90.
        latitude: Decimal,
        /// Degrees east, -180 to 180.
        longitude: Decimal,
    },
    /// One that is stored.
    Stored(Stored),
}

impl Around {
    /// The metres within which it is true, and those beyond which it is false.
    pub fn borders(&self) -> (Decimal, Decimal) {
        let doubt = i128::from(crate::model::places::DOUBT) * 1_000_000;
        let moved = |by: i128| Decimal::from_micros(self.metres.micros().saturating_add(by)).unwrap_or(self.metres);
        (moved(-doubt), moved(doubt))
    }

    /// Every cell that is read.
    pub fn cells(&self) -> impl Iterator<Item = &Path> {
        let other = match &self.of {
            Centre::Point { .. } => None,
            Centre::Stored(stored) => Some(stored),
        };
        std::iter::once(&self.place).chain(other).flat_map(|stored| [&stored.latitude, &stored.longitude])
    }
}
