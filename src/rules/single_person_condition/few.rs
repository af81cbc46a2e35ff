//! Ranks that hold fewer people than may be reached at once: `top 1 by ltv`.

use super::{Context, RULE, is_chosen};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::text::people;
use crate::model::{CompareOp, Cond, CondKind, Expr, ExprKind, SegmentId, StandingForm, Value};

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

/// A rank of which the first places are taken.
struct Places<'c> {
    cond: &'c Cond,
    n: u64,
    /// Nobody is in who has none of these places.
    needed: bool,
}

impl Places<'_> {
    /// Where nothing sets a minimum, one person alone may be looked at, and not delivered to anybody.
    fn finding(&self, minimum: u64, delivered: bool) -> Option<Diagnostic> {
        let short = self.needed && self.n < minimum;
        if !short && (self.n > 1 || !delivered) {
            return None;
        }
        let message = match short {
            true => format!("a rank of {} is less than the {} that must be reached at least", self.n, people(minimum)),
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
            places.extend(first_places(*op, left, right).filter(|_| holds).map(|n| Places { cond, n, needed }));
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

/// How many places a comparison takes from the first on.
fn first_places(op: CompareOp, rank: &Expr, with: &Expr) -> Option<u64> {
    let ExprKind::Standing(standing) = &rank.kind else { return None };
    let ExprKind::Literal(Value::Integer(n)) = &with.kind else { return None };
    let first = standing.form == StandingForm::Position && op == CompareOp::LessOrEqual;
    u64::try_from(*n).ok().filter(|_| first)
}
