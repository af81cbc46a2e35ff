//! How far apart two places are: the haversine formula, which stays exact for small distances.

use super::cells::Raw;
use super::compile::{Cell, Compiler, Truth};
use super::evaluate::Binding;
use crate::diagnostic::Diagnostic;
use crate::model::Decimal;
use crate::model::places::EARTH_RADIUS;
use crate::plan::{self, Centre, Stored};

/// Whether two places are near each other.
#[derive(Debug)]
pub(super) struct Around<'r> {
    pub place: Spot<'r>,
    pub of: Spot<'r>,
    /// Up to so many metres it is true.
    pub within: f64,
    /// Beyond so many it is false.
    pub beyond: f64,
}

/// A place.
#[derive(Debug)]
pub(super) enum Spot<'r> {
    /// Degrees north and east.
    Point(f64, f64),
    /// Those that a row holds.
    Cells(Box<[Cell<'r>; 2]>),
}

impl<'r> Compiler<'_, 'r> {
    /// Makes a distance ready.
    pub(super) fn around(&self, around: &plan::Around) -> Result<Around<'r>, Diagnostic> {
        let stored = |stored: &Stored| {
            Ok::<_, Diagnostic>(Spot::Cells(Box::new([self.cell(&stored.latitude)?, self.cell(&stored.longitude)?])))
        };
        let of = match &around.of {
            Centre::Point { latitude, longitude } => Spot::Point(float(*latitude), float(*longitude)),
            Centre::Stored(other) => stored(other)?,
        };
        let (within, beyond) = around.borders();
        Ok(Around { place: stored(&around.place)?, of, within: float(within), beyond: float(beyond) })
    }
}

impl Around<'_> {
    /// What it answers for the rows that are bound.
    pub fn test(&self, bound: &Binding) -> Truth {
        let (Some(here), Some(there)) = (self.place.degrees(bound), self.of.degrees(bound)) else {
            return Truth::Unknown;
        };
        let metres = metres(here, there);
        if metres <= self.within {
            Truth::True
        } else if metres > self.beyond {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
}

impl Spot<'_> {
    fn degrees(&self, bound: &Binding) -> Option<(f64, f64)> {
        match self {
            Spot::Point(north, east) => Some((*north, *east)),
            Spot::Cells(cells) => {
                let [north, east] = cells.as_ref();
                Some((cell(north, bound)?, cell(east, bound)?))
            }
        }
    }
}

fn cell(cell: &Cell<'_>, bound: &Binding) -> Option<f64> {
    match cell.raw(bound)? {
        Raw::Decimal(micros) => Some(real(micros)),
        Raw::Text(_) | Raw::Boolean(_) | Raw::Integer(_) | Raw::Date(_) | Raw::Instant(_) => None,
    }
}

/// A decimal as a number of binary floating point.
fn float(decimal: Decimal) -> f64 {
    real(decimal.micros())
}

#[expect(clippy::cast_precision_loss, reason = "degrees and metres have far fewer digits than a float holds")]
fn real(micros: i128) -> f64 {
    micros as f64 / 1_000_000.0
}

fn metres(here: (f64, f64), there: (f64, f64)) -> f64 {
    let half = |a: f64, b: f64| ((a - b).to_radians() / 2.0).sin().powi(2);
    let (north, east) = (half(here.0, there.0), half(here.1, there.1));
    let h = north + here.0.to_radians().cos() * there.0.to_radians().cos() * east;
    2.0 * EARTH_RADIUS * h.min(1.0).sqrt().asin()
}
