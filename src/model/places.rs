//! Places on the globe: degrees north and degrees east, and how far one lies from another.
//!
//! A place is held by two columns. Whoever names a field of type place reads both; each is a field of its own that no condition can
//! name. Distances are those of a sphere (the mean radius of the IUGG), which differ from the ellipsoid's by less than 0.6 percent.

use super::{Decimal, Expr, FieldId};

/// The mean radius of the earth in metres: R1 of GRS 80, as the International Union of Geodesy and Geophysics recommends.
pub const EARTH_RADIUS: f64 = 6_371_008.8;

/// So many metres on either side of a border nobody can tell on which side of it a place lies: neither the columns nor the numbers of an
/// engine are that exact.
pub const DOUBT: i64 = 1;

/// The shortest radius in metres that can be asked about: with less the doubt would be more than a hundredth of it.
pub const SHORTEST: i64 = 100;

/// The longest radius in metres: nearly half the way around.
pub const LONGEST: i64 = 20_000_000;

/// What a field has to do with a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InPlace {
    /// It is the place. Its column is that of the degrees north.
    Whole {
        /// Its degrees north.
        latitude: FieldId,
        /// Its degrees east.
        longitude: FieldId,
    },
    /// It holds degrees north, -90 to 90.
    Latitude,
    /// It holds degrees east, -180 to 180.
    Longitude,
}

impl InPlace {
    /// The greatest number of degrees that may stand in the column, either way.
    pub fn limit(self) -> Option<u16> {
        match self {
            InPlace::Whole { .. } => None,
            InPlace::Latitude => Some(90),
            InPlace::Longitude => Some(180),
        }
    }
}

/// From where a distance is taken.
#[derive(Debug, Clone)]
pub enum Centre {
    /// A point.
    Point {
        /// Degrees north.
        latitude: Decimal,
        /// Degrees east.
        longitude: Decimal,
    },
    /// Another field of type place.
    Place(Expr),
}

impl Centre {
    /// The place that is read.
    pub fn place(&self) -> Option<&Expr> {
        match self {
            Centre::Point { .. } => None,
            Centre::Place(place) => Some(place),
        }
    }
}
