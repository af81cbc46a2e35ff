//! Tests that hold a day or an instant against now, as stretches of time around now: two that do not meet cannot both hold.
//!
//! A stretch is never shorter than what is asked, whatever the months and clock changes between: what does not meet never does.

use std::collections::BTreeMap;

use crate::model::{CompareOp, Cond, CondKind, Expr, ExprKind, Length, Model, Near, Reach, Type, Value, describe};
use crate::privacy::retention::{at_least_seconds, most_days};

use super::compare::{birth, compared};
use super::{Fact, Reader, Said, Test, Way};

const DAY: i64 = 86_400;

/// Seconds from now; below nought for what is past.
#[derive(Clone, Copy)]
struct Stretch {
    from: i64,
    to: i64,
    /// Whether its ends are exact and at least one of them is left out.
    open: bool,
}

/// Whether two of the parts ask for one value at times that do not meet.
pub(super) fn contradict(model: &Model, parts: &[Said]) -> bool {
    let mut stretches: BTreeMap<String, Vec<Stretch>> = BTreeMap::new();
    for part in parts {
        if let Said::Test(test) = part
            && let Some((value, stretch)) = stretch(test)
        {
            stretches.entry(describe::expression(model, value)).or_default().push(stretch);
        }
    }
    let apart = |a: &Stretch, b: &Stretch| a.from > b.to || a.from == b.to && (a.open || b.open);
    stretches.values().any(|all| all.iter().any(|a| all.iter().any(|b| apart(a, b))))
}

fn stretch(test: &Test) -> Option<(&Expr, Stretch)> {
    match &test.fact {
        Fact::Compare { op, left, right } => match (ago(left), ago(right)) {
            (None, Some(length)) => compare(*op, left, (right, length)),
            (Some(length), None) => compare(op.flipped(), right, (left, length)),
            (None, None) | (Some(_), Some(_)) => None,
        },
        Fact::Other { cond: Cond { kind: CondKind::Within { value, near, yearly: false }, .. }, holds: true } => {
            let (from, to) = days(*near)?;
            let at = |days: i64| days.saturating_mul(DAY);
            // A day more on either side: today is a day and now an instant of it.
            Some((bare(value), Stretch { from: at(from.saturating_sub(2)), to: at(to.saturating_add(2)), open: false }))
        }
        Fact::Rows { .. } | Fact::Other { .. } => None,
    }
}

fn compare<'t>(op: CompareOp, value: &'t Expr, (now, length): (&Expr, Length)) -> Option<(&'t Expr, Stretch)> {
    let bare = bare(value);
    let days = !std::ptr::eq(bare, value) || matches!(now.kind, ExprKind::DateOf(_) | ExprKind::Today);
    let exact = length.months == 0 && !days;
    let slack = if exact { 0 } else { 2 * DAY };
    let nearest = at_least_seconds(length).saturating_sub(slack);
    let furthest = most_days(length.months).saturating_mul(DAY).saturating_add(length.seconds).saturating_add(slack);
    let (from, to) = match op {
        CompareOp::Less | CompareOp::LessOrEqual => (i64::MIN, nearest.saturating_neg()),
        CompareOp::Greater | CompareOp::GreaterOrEqual => (furthest.saturating_neg(), i64::MAX),
        CompareOp::Equal => (furthest.saturating_neg(), nearest.saturating_neg()),
        CompareOp::NotEqual => return None,
    };
    let open = exact && matches!(op, CompareOp::Less | CompareOp::Greater);
    Some((bare, Stretch { from, to, open }))
}

/// How long before now an expression is, if it says so.
fn ago(expr: &Expr) -> Option<Length> {
    if let ExprKind::DateOf(inner) = &expr.kind {
        return ago(inner);
    }
    if let ExprKind::Ago(length) = &expr.kind {
        return Some(*length).filter(|length| length.months >= 0 && length.seconds >= 0);
    }
    matches!(&expr.kind, ExprKind::Now | ExprKind::Today).then(Length::default)
}

/// What a day or an instant is made of.
fn bare(expr: &Expr) -> &Expr {
    if let ExprKind::DateOf(inner) | ExprKind::StartOfDay(inner) = &expr.kind { bare(inner) } else { expr }
}

/// The days of a nearness, counted from today, at most; nothing for calendar units.
fn days(near: Near) -> Option<(i64, i64)> {
    let most = |reach: Reach| match reach {
        Reach::Days(n) => i64::from(n),
        Reach::Months(n) => most_days(i64::from(n)),
        Reach::Seconds(n) => i64::from(n) / DAY + 1,
    };
    match near {
        Near::Next(reach) => Some((0, most(reach))),
        Near::Last(reach) => Some((-most(reach), 0)),
        Near::Today => Some((0, 0)),
        Near::Yesterday => Some((-1, -1)),
        Near::NextFull { .. } => Some((0, i64::from(u32::MAX))),
        Near::LastFull { .. } => Some((-i64::from(u32::MAX), 0)),
    }
}

impl Reader<'_> {
    /// Somebody who was born within so many days, or is yet to be, is of an age that this tells.
    pub(super) fn born_near(&mut self, cond: &Cond, value: &Expr, near: Near, way: Way) -> Said {
        let other = self.other(cond, way);
        let bare = self.expr(value);
        let Some(path) = birth(self.model, &bare) else { return other };
        let oldest = match near {
            Near::Next(_) | Near::NextFull { .. } | Near::Today | Near::Yesterday => 0,
            Near::Last(Reach::Days(n)) => i64::from(n) / 365 + 1,
            Near::Last(Reach::Months(n)) => i64::from(n) / 12 + 1,
            Near::Last(Reach::Seconds(_)) | Near::LastFull { .. } => return other,
        };
        let age = Expr { kind: ExprKind::Age(path.clone()), ty: Type::Integer, span: value.span };
        let young = way.test(compared(CompareOp::LessOrEqual, &age, Value::Integer(oldest)), cond.span);
        self.all(vec![other, young])
    }
}
