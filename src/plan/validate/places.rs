//! Places: columns of degrees, points on the globe, distances that can be told.

use super::{Proof, Prover, ensure};
use crate::model::{Decimal, places};
use crate::plan::{Around, Centre, ColumnKind, Path, Stored};

impl<'p> Prover<'p> {
    pub(super) fn around(&self, around: &'p Around) -> Proof {
        self.stored(&around.place)?;
        let micros = |metres: i64| i128::from(metres) * 1_000_000;
        let fits =
            micros(places::SHORTEST) <= around.metres.micros() && around.metres.micros() <= micros(places::LONGEST);
        ensure(fits, || format!("a distance of {} m cannot be told", around.metres))?;
        match &around.of {
            Centre::Stored(stored) => self.stored(stored),
            Centre::Point { latitude, longitude } => {
                let within = |degrees: &Decimal, limit: i64| degrees.micros().abs() <= micros(limit);
                let on_earth = within(latitude, 90) && within(longitude, 180);
                ensure(on_earth, || "a point lies beyond the globe".to_owned())
            }
        }
    }

    fn stored(&self, stored: &'p Stored) -> Proof {
        let limit = |path: &'p Path| match self.path(path)? {
            ColumnKind::Degrees { limit } => Ok(Some(*limit)),
            ColumnKind::Text
            | ColumnKind::Boolean
            | ColumnKind::Integer
            | ColumnKind::Decimal
            | ColumnKind::Date
            | ColumnKind::Instant
            | ColumnKind::Wall { .. }
            | ColumnKind::Version
            | ColumnKind::List { .. }
            | ColumnKind::Uuid => Ok::<_, String>(None),
        };
        let place = limit(&stored.latitude)? == Some(90) && limit(&stored.longitude)? == Some(180);
        ensure(place, || "a place is in columns that hold no degrees".to_owned())
    }
}
