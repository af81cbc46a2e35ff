//! Ranks that hold fewer people than may be reached at once: `top 1 by ltv`.
//!
//! How many people a share is depends on how many there are, which the files do not know. Where a minimum is in force, a share of fewer is
//! nobody; where none is, a share as small as one in a thousand may be one person. Whom a sample draws is nobody in particular.

use super::{Context, RULE, is_chosen};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::text::people;
use crate::model::{CompareOp, Cond, CondKind, Expr, ExprKind, SegmentId, StandingForm, Value};
use crate::privacy::said::isolated;

/// The findings about the ranks by which a segment chooses its people.
pub(super) fn ranks(cx: &Context<'_>, id: SegmentId) -> Vec<Diagnostic> {
    let segment = &cx.model.segments[id];
    let mut places = Vec::new();
    segment.condition.iter().for_each(|condition| chosen(condition, true, true, &mut places));
    segment.except.iter().for_each(|except| chosen(except, false, true, &mut places));
    let minimum = cx.facts.segment(id).minimum;
    let delivered = !segment.destinations.is_empty();
    places.into_iter().filter_map(|place| place.finding(minimum, delivered)).collect()
}

/// A share so small that it may be one person: 0.1 %, in millionths of a percent.
const SLIVER: i128 = 100_000;

/// All, in millionths of a percent.
const ALL: i128 = 100_000_000;

/// A rank of which the first places are taken.
struct Places<'c> {
    cond: &'c Cond,
    /// How many; nothing of a share, however small.
    n: Option<u64>,
    /// Nobody is in who has none of these places.
    needed: bool,
}

impl Places<'_> {
    /// Where nothing sets a minimum, one person alone may be looked at, and not delivered to anybody.
    fn finding(&self, minimum: u64, delivered: bool) -> Option<Diagnostic> {
        let Some(n) = self.n else { return self.sliver(minimum, delivered) };
        let short = self.needed && n < minimum;
        if !short && (n > 1 || !delivered) {
            return None;
        }
        let message = match short {
            true => format!("a rank of {n} is less than the {} that must be reached at least", people(minimum)),
            false => "the first of a rank is one person, and no audience to deliver".to_owned(),
        };
        Some(
            Diagnostic::error(RULE.code, message)
                .at(self.cond.span, "picks so few that each is known")
                .because("an audience of one is a letter to somebody, written past every rule for letters")
                .help(match short {
                    true => format!("rank {} or more, or a part of everybody: `top 1% by …`", people(minimum)),
                    false => "rank more people, or a part of everybody: `top 1% by …`".to_owned(),
                }),
        )
    }

    /// A share that may be one person where no minimum says otherwise.
    fn sliver(&self, minimum: u64, delivered: bool) -> Option<Diagnostic> {
        (self.needed && minimum <= 1 && delivered).then(|| {
            Diagnostic::error(RULE.code, "so small a share may be one person, and no minimum holds")
                .at(self.cond.span, "picks so few that each may be known")
                .because("an audience of one is a letter to somebody, written past every rule for letters")
                .help("write a minimum, say `minimum 50 people`: of fewer nobody is reached")
        })
    }
}

/// Gathers the ranks whose first places are chosen where a condition is, or is not, so.
fn chosen<'c>(cond: &'c Cond, holds: bool, needed: bool, places: &mut Vec<Places<'c>>) {
    match &cond.kind {
        CondKind::And(parts) => parts.iter().for_each(|part| chosen(part, holds, needed && holds, places)),
        CondKind::Or(parts) => parts.iter().for_each(|part| chosen(part, holds, needed && !holds, places)),
        CondKind::AtLeastOf { of, op, n, .. } => {
            of.iter().for_each(|part| chosen(part, is_chosen(*op, *n, holds), false, places));
        }
        CondKind::Not(inner) => chosen(inner, !holds, needed, places),
        CondKind::Defined { body, .. } => chosen(body, holds, needed, places),
        CondKind::Compare { op, left, right } => {
            let op = if holds { *op } else { op.contrary() };
            places.extend(picked(op, left, right).map(|n| Places { cond, n, needed }));
        }
        CondKind::Between { value, low, high } if holds => {
            let ends = [(CompareOp::GreaterOrEqual, low), (CompareOp::LessOrEqual, high)];
            let first = ends.into_iter().find_map(|(op, end)| picked(op, value, end));
            places.extend(first.map(|n| Places { cond, n, needed }));
        }
        CondKind::Everyone
        | CondKind::Sample(_)
        | CondKind::OneOf { .. }
        | CondKind::Between { .. }
        | CondKind::Within { .. }
        | CondKind::Around { .. }
        | CondKind::Has { .. }
        | CondKind::Text { .. }
        | CondKind::Truth(_)
        | CondKind::Missing(_)
        | CondKind::Count { .. }
        | CondKind::InList { .. }
        | CondKind::InSegment { .. }
        | CondKind::Error => {}
    }
}

/// What a comparison picks of a rank, whatever is reckoned with it: so many places from the first on, or a share as small as one person.
fn picked(op: CompareOp, left: &Expr, right: &Expr) -> Option<Option<u64>> {
    let (op, rank, value) = isolated(op, left.unnamed(), right.unnamed())?;
    let ExprKind::Standing(standing) = &rank.unnamed().kind else { return None };
    match standing.form {
        StandingForm::Position => first_places(op, &value).map(Some),
        form @ (StandingForm::Ahead | StandingForm::Percentile | StandingForm::Quintile) => {
            is_sliver(form, op, &value).then_some(None)
        }
    }
}

/// How many places a comparison takes from the first on.
fn first_places(op: CompareOp, with: &Value) -> Option<u64> {
    let Value::Integer(n) = with else { return None };
    u64::try_from(*n).ok().filter(|_| op == CompareOp::LessOrEqual)
}

/// Whether a comparison takes hardly more than the first place.
fn is_sliver(form: StandingForm, op: CompareOp, with: &Value) -> bool {
    let percent = match with {
        Value::Integer(n) => i128::from(*n).saturating_mul(1_000_000),
        Value::Decimal(decimal) => decimal.micros(),
        Value::Text(_) | Value::Boolean(_) | Value::Date(_) | Value::Instant(_) => return false,
    };
    match form {
        StandingForm::Ahead => matches!(op, CompareOp::Less | CompareOp::LessOrEqual) && percent <= SLIVER,
        StandingForm::Percentile => {
            let upper = matches!(op, CompareOp::Greater | CompareOp::GreaterOrEqual | CompareOp::Equal);
            upper && percent >= ALL - SLIVER
        }
        StandingForm::Position | StandingForm::Quintile => false,
    }
}
