//! Values with a scale of their own: a percentile lies above 0 and up to 100, a quintile is 1 to 5, an age 0 to 150 years.
//!
//! A limit that none of the scale passes, or all of it, asks nothing: the answer is the same for everybody of whom it is known. Limits at the
//! borders that tell somebody apart (`percentile(x) = 100`, `quintile(x) > 1`) and ranges that only reach over one end stay silent.

use super::*;

const ONE: i128 = 1_000_000;

/// What values there are, in millionths.
struct Scale {
    /// The least value, or what all values are above.
    low: i128,
    /// Whether all values are above `low`.
    open: bool,
    /// The greatest value, which somebody may have.
    high: i128,
    /// Whether values are whole numbers.
    whole: bool,
    /// Where the values lie, in words.
    said: &'static str,
}

const PERCENTILE: Scale =
    Scale { low: 0, open: true, high: 100 * ONE, whole: false, said: "lies above 0 and up to 100" };
const QUINTILE: Scale =
    Scale { low: ONE, open: false, high: 5 * ONE, whole: true, said: "is a whole number from 1 to 5" };
const AGE: Scale =
    Scale { low: 0, open: false, high: 150 * ONE, whole: true, said: "is a whole number of years from 0 to 150" };

impl Scale {
    fn of(value: &Expr) -> Option<&'static Scale> {
        match &value.unnamed().kind {
            ExprKind::Age(_) => Some(&AGE),
            ExprKind::Standing(standing) => match standing.form {
                StandingForm::Percentile => Some(&PERCENTILE),
                StandingForm::Quintile => Some(&QUINTILE),
                StandingForm::Ahead | StandingForm::Position => None,
            },
            ExprKind::Field(_)
            | ExprKind::Score { .. }
            | ExprKind::Aggregate(_)
            | ExprKind::Defined { .. }
            | ExprKind::Literal(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Part { .. }
            | ExprKind::Ago(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::DateOf(_)
            | ExprKind::StartOfDay(_)
            | ExprKind::DaysSince(_)
            | ExprKind::Extreme { .. }
            | ExprKind::Error => None,
        }
    }

    /// Whether every value is more than a number.
    fn above(&self, n: i128) -> bool {
        n < self.low || self.open && n == self.low
    }

    /// Whether no value lies from one number to another, both ends included.
    fn skips(&self, from: i128, to: i128) -> bool {
        self.whole && from <= to && to.div_euclid(ONE) < from.div_euclid(ONE) + i128::from(from.rem_euclid(ONE) != 0)
    }

    /// The answer that a comparison has for all values, if it is one.
    fn always(&self, op: CompareOp, n: i128) -> Option<bool> {
        let beside = self.above(n) || n > self.high || self.skips(n, n);
        match op {
            CompareOp::Less => answer(n > self.high, n <= self.low),
            CompareOp::LessOrEqual => answer(n >= self.high, self.above(n)),
            CompareOp::Greater => answer(self.above(n), n >= self.high),
            CompareOp::GreaterOrEqual => answer(n <= self.low, n > self.high),
            CompareOp::Equal => answer(false, beside),
            CompareOp::NotEqual => answer(beside, false),
        }
    }
}

fn answer(always: bool, never: bool) -> Option<bool> {
    (always || never).then_some(always)
}

impl Typer<'_, '_> {
    /// A comparison that the whole scale passes, or nothing of it.
    pub(super) fn check_scale(&mut self, value: &Expr, op: CompareOp, limit: &Expr) {
        let (Some(scale), Some(n)) = (Scale::of(value), number(limit)) else { return };
        match scale.always(op, n) {
            Some(always) => self.off_scale(value, scale, limit.span, always),
            None => self.fraction_of_percentile(value, limit),
        }
    }

    /// `between` beside the whole scale, or around it.
    pub(super) fn check_scale_between(&mut self, value: &Expr, low: &Expr, high: &Expr) {
        let (Some(scale), Some(from), Some(to)) = (Scale::of(value), number(low), number(high)) else { return };
        let never = scale.above(to) || from > scale.high || scale.skips(from, to);
        let always = from <= scale.low && to >= scale.high;
        if from <= to && (never || always) {
            self.off_scale(value, scale, low.span.to(high.span), always);
        } else if to <= ONE {
            self.fraction_of_percentile(value, low);
        }
    }

    /// One of the values of `in (…)` that no value of the scale equals.
    pub(super) fn check_scale_one(&mut self, value: &Expr, one: &Expr) {
        let (Some(scale), Some(n)) = (Scale::of(value), number(one)) else { return };
        if scale.always(CompareOp::Equal, n) == Some(false) {
            self.off_scale(value, scale, one.span, false);
        }
    }

    fn off_scale(&mut self, value: &Expr, scale: &Scale, place: Span, always: bool) {
        let written = self.r.written(value.span);
        let (how, why) = match always {
            true => ("always", "whoever wrote a limit meant to leave somebody out, and it leaves out nobody"),
            false => ("never", "whoever wrote a limit meant to pick somebody, and nobody is picked by it"),
        };
        let message = format!("`{written}` {}, so this {how} holds", scale.said);
        let finding = Diagnostic::error(codes::CONSTANT, message).at(place, "the same answer for everybody");
        let (low, high) = (scale.low / ONE, scale.high / ONE);
        self.report(finding.because(why).help(format!("write a limit between {low} and {high} that tells some apart")));
    }

    /// `percentile(ltv) >= 0.9`: a share of one where the scale is a hundred. Somebody may mean it, so it is a remark, and never
    /// an edit: a hundred times the number may reach a hundred times as many.
    fn fraction_of_percentile(&mut self, value: &Expr, limit: &Expr) {
        let Some(n) = number(limit).filter(|n| is_percentile(value) && 0 < *n && *n < ONE) else { return };
        let (written, ranked) = (self.r.written(limit.span), self.r.written(value.span));
        let message = format!("`{written}` is less than one, and `{ranked}` is a number up to 100");
        let (whole, rest) = (n * 100 / ONE, n * 100 % ONE);
        let digits = format!("{rest:06}");
        let percent = format!("{whole}.{digits}").trim_end_matches('0').trim_end_matches('.').to_owned();
        let finding = Diagnostic::note(codes::CONSTANT, message)
            .at(limit.span, "less than one in a hundred")
            .because("fewer than one in a hundred stand below it, so it tells nearly nobody apart")
            .help(format!(
                "percentiles go from 0 to 100: leave it where {written} % of all are meant, or write `{percent}` where {percent} % are"
            ));
        self.report(finding);
    }

    /// `percentile(ltv) >= 90%`: the percentage would be read as the percentile 0.9.
    pub(super) fn percentage_of_percentile(&mut self, percent: &Expr, with: &Expr) {
        let (literal, ranked) = (self.r.written(percent.span), self.r.written(with.span));
        let message = format!("`{literal}` is a percentage, and `{ranked}` is a number up to 100");
        let finding = Diagnostic::error(codes::MISMATCH, message)
            .at(percent.span, "a percentage")
            .and(with.span, "a number up to 100")
            .because(format!("`{literal}` is a hundredth of that number, and nearly everybody would stand above it"));
        let bare = literal.trim_end_matches('%').trim_end().to_owned();
        let fits = number(percent).is_some_and(|share| share > 0 && share <= ONE);
        self.report(match fits {
            true => finding.help(format!("write `{bare}`")).fix(format!("write `{bare}`"), percent.span, bare),
            false => finding.help("write a number up to 100, without `%`"),
        });
    }
}

/// Whether a value is a percentile.
pub(super) fn is_percentile(value: &Expr) -> bool {
    let ExprKind::Standing(standing) = &value.unnamed().kind else { return false };
    standing.form == StandingForm::Percentile
}

/// The number that a literal is, in millionths.
fn number(literal: &Expr) -> Option<i128> {
    let ExprKind::Literal(value) = &literal.kind else { return None };
    match value {
        Value::Integer(n) => i128::from(*n).checked_mul(ONE),
        Value::Decimal(n) => Some(n.micros()),
        Value::Text(_) | Value::Boolean(_) | Value::Date(_) | Value::Instant(_) => None,
    }
}
