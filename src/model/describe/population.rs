//! Samples and ranks in plain English: among whom is always said.

use super::*;

impl English<'_> {
    /// `top 10% by …`, which is a comparison of a standing.
    pub(super) fn top(&self, left: &Expr, right: &Expr) -> Option<String> {
        let (ExprKind::Standing(standing), ExprKind::Literal(size)) = (&left.kind, &right.kind) else { return None };
        let size = match (standing.form, size) {
            (StandingForm::Ahead, Value::Decimal(percent)) => format!("{percent} %"),
            (StandingForm::Position, Value::Integer(people)) => people.to_string(),
            (_, _) => return None,
        };
        let end = if standing.bottom { "bottom" } else { "top" };
        Some(format!("is in the {end} {size} by {} ({})", self.expr(&standing.measure), self.permitted(standing)))
    }

    pub(super) fn standing(&self, standing: &Standing) -> String {
        let what = match standing.form {
            StandingForm::Ahead => "the part of people ahead",
            StandingForm::Position => "the rank",
            StandingForm::Percentile => "the percentile",
            StandingForm::Quintile => "the quintile",
        };
        let end = if standing.bottom { " from the bottom" } else { "" };
        format!("{what}{end} by {} ({})", self.expr(&standing.measure), self.permitted(standing))
    }

    /// Whom somebody is ranked among.
    fn permitted(&self, standing: &Standing) -> String {
        let narrower = standing.among.as_ref().map(|among| format!(", for whom certainly ({}),", self.about_it(among)));
        format!("among those who pass the guard{} and for whom it is known", narrower.unwrap_or_default())
    }
}

/// "is in the sample "spring" (from 10 % to 30 % of people, drawn by a hash of name and key)"
pub(super) fn sampled(sample: &Sample) -> String {
    let percent = |points: u32| match (points / 100, points % 100) {
        (whole, 0) => format!("{whole} %"),
        (whole, part) => format!("{whole}.{part:02} %"),
    };
    let (from, to, name) = (percent(sample.from), percent(sample.to), &sample.name);
    format!("is in the sample \"{name}\" (from {from} up to {to} of all, drawn by a hash of its name and the key)")
}
