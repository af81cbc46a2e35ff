//! Places become the two columns that hold them.

use crate::model::{self, ExprKind, FieldPath, InPlace};
use crate::plan::{Around, Centre, Cond, Expr, Stored};

use super::Builder;

impl<'m> Builder<'m> {
    pub(super) fn around(&mut self, place: &'m model::Expr, of: &'m model::Centre, metres: model::Decimal) -> Cond {
        let of = match of {
            model::Centre::Point { latitude, longitude } => {
                Some(Centre::Point { latitude: *latitude, longitude: *longitude })
            }
            model::Centre::Place(other) => self.stored(other).map(Centre::Stored),
        };
        match (self.stored(place), of) {
            (Some(place), Some(of)) => Cond::Around(Box::new(Around { place, of, metres })),
            // Unreachable once checked; `or` of nothing is false and lets nobody in.
            (None, _) | (_, None) => Cond::Or(Vec::new()),
        }
    }

    /// A place is missing where half of it is.
    pub(super) fn missing(&mut self, value: &'m model::Expr) -> Cond {
        match self.stored(value) {
            Some(Stored { latitude, longitude }) => {
                Cond::Or([latitude, longitude].into_iter().map(|half| Cond::Missing(Expr::Field(half))).collect())
            }
            None => Cond::Missing(self.expr(value)),
        }
    }

    fn stored(&mut self, value: &model::Expr) -> Option<Stored> {
        let path = field_path(value)?;
        let Some(InPlace::Whole { latitude, longitude }) = self.model.fields[path.field].place else { return None };
        let mut half = |field| self.path(&FieldPath { field, ..path.clone() });
        Some(Stored { latitude: half(latitude), longitude: half(longitude) })
    }
}

fn field_path(value: &model::Expr) -> Option<&FieldPath> {
    if let ExprKind::Field(path) = &value.plain_field()?.kind { Some(path) } else { None }
}
