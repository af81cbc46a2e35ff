//! How far a place is: `location within 10 km of (52.52, 13.40)`. Nothing else can be asked of a place but whether it is missing.

use crate::syntax::ast;

use super::*;
use crate::model::places::{LONGEST, SHORTEST};

/// Metres of a statute mile, in thousandths.
const MILE: i128 = 1_609_344;

impl Typer<'_, '_> {
    pub(super) fn around(&mut self, it: &ast::Around) -> CondKind {
        let place = self.a_place(&it.place);
        let of = match &it.of {
            ast::Centre::Point { latitude, longitude } => self.point(latitude, longitude),
            ast::Centre::Path(path) => {
                let named =
                    ast::Expr { kind: ast::ExprKind::Path(path.clone()), span: path.span, parenthesised: false };
                self.a_place(&named).map(Centre::Place)
            }
        };
        let metres = self.metres(it);
        match (place, of, metres) {
            (Some(place), Some(Centre::Place(other)), Some(_)) if is_same(&place, &other) => {
                self.constant(place.span.to(other.span))
            }
            (Some(place), Some(of), Some(metres)) => CondKind::Around { place, of, metres },
            (None, _, _) | (_, None, _) | (_, _, None) => CondKind::Error,
        }
    }

    /// A field of type place.
    fn a_place(&mut self, it: &ast::Expr) -> Option<Expr> {
        let value = self.value_or_place(it);
        match (&value.ty, value.plain_field().cloned()) {
            (Type::Error, _) => None,
            (Type::Place, Some(field)) => Some(field),
            (ty, _) => {
                let (written, kind) = (self.r.written(value.span), type_name(ty));
                let finding = Diagnostic::error(
                    codes::OPERATION,
                    format!("`{written}` is {kind}, and only places are near or far"),
                )
                .at(value.span, kind)
                .help("ask a field of type `place`; for days write `within last 10 days`");
                self.report(finding);
                None
            }
        }
    }

    fn point(&mut self, latitude: &Spanned<ast::Number>, longitude: &Spanned<ast::Number>) -> Option<Centre> {
        let north = self.degrees(latitude, 90, "north");
        let east = self.degrees(longitude, 180, "east");
        Some(Centre::Point { latitude: north?, longitude: east? })
    }

    fn degrees(&mut self, it: &Spanned<ast::Number>, limit: i128, side: &str) -> Option<Decimal> {
        if it.value.micros.abs() > limit * 1_000_000 {
            let finding = Diagnostic::error(codes::CONSTANT, format!("nothing lies {} degrees {side}", it.value.text))
                .at(it.span, format!("-{limit} to {limit}"))
                .help("a point is written `(52.52, 13.40)`: degrees north, then degrees east");
            self.report(finding);
            return None;
        }
        Decimal::from_micros(it.value.micros)
    }

    /// Metres of a distance, exact to the thousandth of a metre.
    fn metres(&mut self, it: &ast::Around) -> Option<Decimal> {
        let thousandths = if it.miles { MILE } else { 1_000_000 };
        let micros = it.radius.micros.checked_mul(thousandths)? / 1_000 / 1_000 * 1_000;
        let (least, most) = (i128::from(SHORTEST) * 1_000_000, i128::from(LONGEST) * 1_000_000);
        if micros < least || micros > most {
            let written = self.r.written(it.distance);
            let (message, because) = match micros < least {
                true => (
                    format!("`{written}` is nearer than anybody can tell"),
                    "within less than 100 m of a place that is known to a metre or so, doubt would decide who is let in",
                ),
                false => (
                    format!("`{written}` is all the earth"),
                    "no place is farther than half the way around, which is 20 015 km",
                ),
            };
            let finding = Diagnostic::error(codes::CONSTANT, message).at(it.distance, "0.1 km to 20000 km");
            self.report(finding.because(because));
            return None;
        }
        Decimal::from_micros(micros)
    }

    /// A place where a value is asked for.
    pub(super) fn place_as_value(&mut self, value: &Expr) -> Expr {
        let written = self.r.written(value.span);
        let finding =
            Diagnostic::error(codes::OPERATION, format!("`{written}` is a place, and only how far it is can be asked"))
                .at(value.span, "a place")
                .help(format!("ask `{written} within 10 km of (52.52, 13.40)`, or whether it is missing"));
        self.report(finding);
        error_expr(value.span)
    }
}

fn is_same(a: &Expr, b: &Expr) -> bool {
    matches!((&a.kind, &b.kind), (ExprKind::Field(a), ExprKind::Field(b)) if a == b)
}
