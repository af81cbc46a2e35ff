//! How far apart two places are: the angle between two directions from the middle of the earth.

use crate::model::places::{DOUBT, EARTH_RADIUS};
use crate::model::{Centre, Decimal, Expr, ExprKind, Field, FieldPath, InPlace, Value};

use super::condition::{Env, Run};
use super::{Cell, Truth};

/// A direction from the middle of the earth, of length 1.
type Direction = [f64; 3];

impl<'a> Run<'a> {
    /// Whether two places are at most so many metres apart; unknown where either is missing or the border is too near.
    pub(super) fn around(&self, place: &Expr, of: &Centre, metres: Decimal, env: &Env<'a>) -> Truth {
        let other = match of {
            Centre::Point { latitude, longitude } => Some(direction(*latitude, *longitude)),
            Centre::Place(other) => self.direction_of(other, env),
        };
        let Some((here, there)) = self.direction_of(place, env).zip(other) else { return Truth::Unknown };
        let (distance, radius) = (apart(here, there), number(metres));
        let doubt = Decimal::from_int(DOUBT).map_or(1.0, number);
        if distance <= radius - doubt {
            Truth::True
        } else if distance > radius + doubt {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// Whether a place is missing, where the expression is one.
    pub(super) fn place_missing(&self, value: &Expr, env: &Env<'a>) -> Option<Truth> {
        let halves = self.halves(value)?;
        let missing = |cell: Cell| match cell {
            Cell::Missing => Truth::True,
            Cell::Unreadable => Truth::Unknown,
            Cell::Value(_) => Truth::False,
        };
        Some(halves.iter().map(|half| missing(self.at_path(half, env))).fold(Truth::False, Truth::or))
    }

    fn direction_of(&self, place: &Expr, env: &Env<'a>) -> Option<Direction> {
        let [latitude, longitude] = self.halves(place)?;
        let degrees = |path: &FieldPath| match self.at_path(path, env) {
            Cell::Value(Value::Decimal(degrees)) => Some(degrees),
            Cell::Value(_) | Cell::Missing | Cell::Unreadable => None,
        };
        Some(direction(degrees(&latitude)?, degrees(&longitude)?))
    }

    /// The two fields behind a place.
    fn halves(&self, place: &Expr) -> Option<[FieldPath; 2]> {
        if let ExprKind::Defined { body, .. } = &place.kind {
            return self.halves(body);
        }
        let ExprKind::Field(path) = &place.kind else { return None };
        let Some(InPlace::Whole { latitude, longitude }) = self.model.fields[path.field].place else { return None };
        Some([latitude, longitude].map(|field| FieldPath { field, ..path.clone() }))
    }
}

/// What a column of a place makes of a number: degrees within their limit; `None` for every other field.
pub fn degrees(field: &Field, cell: &Cell) -> Option<Cell> {
    let limit = field.place?.limit()?;
    let on_earth = |degrees: &Decimal| degrees.micros().abs() <= i128::from(limit) * 1_000_000;
    let degrees = match cell {
        Cell::Missing => return Some(Cell::Missing),
        Cell::Value(Value::Decimal(degrees)) => Some(*degrees),
        Cell::Value(Value::Integer(n)) => Decimal::from_int(*n),
        Cell::Value(_) | Cell::Unreadable => None,
    };
    Some(degrees.filter(on_earth).map_or(Cell::Unreadable, |degrees| Cell::Value(Value::Decimal(degrees))))
}

#[expect(clippy::cast_precision_loss, reason = "degrees and metres have far fewer digits than a float holds")]
fn number(decimal: Decimal) -> f64 {
    decimal.micros() as f64 / 1e6
}

fn direction(latitude: Decimal, longitude: Decimal) -> Direction {
    let (north, east) = (number(latitude).to_radians(), number(longitude).to_radians());
    [north.cos() * east.cos(), north.cos() * east.sin(), north.sin()]
}

/// Metres along the sphere: the straight line through the earth is 2·sin of half the angle.
fn apart(a: Direction, b: Direction) -> f64 {
    let straight = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
    2.0 * EARTH_RADIUS * (straight / 2.0).min(1.0).asin()
}
