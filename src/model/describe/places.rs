//! How far places are, in words.

use super::English;
use crate::model::{Centre, Decimal, Expr};

impl English<'_> {
    /// `location is less than 10 km away from 52.52 north, 13.4 east`
    pub(super) fn around(&self, place: &Expr, of: &Centre, metres: Decimal) -> String {
        let place = self.expr(place);
        let centre = match of {
            Centre::Point { latitude, longitude } => {
                format!("{}, {}", degrees(*latitude, "north", "south"), degrees(*longitude, "east", "west"))
            }
            Centre::Place(other) => self.expr(other),
        };
        format!("{place} is at most {} away from {centre}", distance(metres))
    }
}

fn degrees(degrees: Decimal, plus: &str, minus: &str) -> String {
    let text = degrees.to_string();
    match text.strip_prefix('-') {
        Some(size) => format!("{size}° {minus}"),
        None => format!("{text}° {plus}"),
    }
}

/// Kilometres, exactly.
fn distance(metres: Decimal) -> String {
    let kilometres = metres.micros() % 1_000 == 0;
    match Decimal::from_micros(metres.micros() / 1_000).filter(|_| kilometres) {
        Some(kilometres) => format!("{kilometres} km"),
        None => format!("{metres} m"),
    }
}
