//! Places and how far away they are.

use super::{Expr, Number, Path};
use crate::source::{Span, Spanned};

/// `location within 10 km of (52.52, 13.40)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// Which place.
    pub place: Box<Expr>,
    /// How far, as written.
    pub radius: Number,
    /// Whether in miles, else in kilometres.
    pub miles: bool,
    /// Where the number and its unit stand.
    pub distance: Span,
    /// From where.
    pub of: Centre,
}

/// From where a distance is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Centre {
    /// `(52.52, 13.40)`: degrees north, then degrees east.
    Point {
        /// Degrees north.
        latitude: Spanned<Number>,
        /// Degrees east.
        longitude: Spanned<Number>,
    },
    /// Another place.
    Path(Path),
}
