//! What tests of values imply: against literals, days that move with now, and values of the same rows.

use super::imply::Around;
use super::order;
use crate::model::calendar::CalendarUnit;
use crate::model::{AggregateFunc, ArithmeticOp, CompareOp, Value};
use crate::plan::{Bound, Cond, Expr, TextOp};

/// A test of a value against literals, or against what moves with now.
#[derive(Debug, Clone, PartialEq)]
pub enum Test<'c> {
    /// One of these.
    OneOf(Vec<Value>, bool),
    /// A comparison with a literal.
    Literal(CompareOp, &'c Value),
    /// A comparison with an instant that moves with now.
    Moving(CompareOp, Bound),
    /// A comparison with a civil day that does.
    Day(CompareOp, Bound),
    /// A text that holds another somewhere.
    Text(TextOp, &'c str, bool),
}

/// A test, and of what.
pub fn test(cond: &Cond) -> Option<(&Expr, Test<'_>)> {
    if let Cond::OneOf { value, values, ignoring_case } = cond {
        return Some((value, Test::OneOf(values.clone(), *ignoring_case)));
    }
    if let Cond::Text { op, value, pattern, ignoring_case } = cond {
        return Some((value, Test::Text(*op, pattern, *ignoring_case)));
    }
    let Cond::Compare { op, left, right } = cond else { return None };
    match (left, right) {
        (what, Expr::Literal(value)) => Some((what, Test::Literal(*op, value))),
        (Expr::Literal(value), what) => Some((what, Test::Literal(op.flipped(), value))),
        (what, Expr::Instant(bound)) => Some((what, Test::Moving(*op, *bound))),
        (Expr::Instant(bound), what) => Some((what, Test::Moving(op.flipped(), *bound))),
        (what, day) => {
            let ends = |what: &'_ Expr, op, day: &Expr| {
                day_of(day).map(|bound| Test::Day(op, bound)).filter(|_| day_of(what).is_none())
            };
            ends(what, *op, day).map(|test| (what, test)).or_else(|| Some((day, ends(day, op.flipped(), what)?)))
        }
    }
}

/// The civil day of a bound.
fn day_of(value: &Expr) -> Option<Bound> {
    if matches!(value, Expr::Today) {
        return Some(Bound::UnitStart { unit: CalendarUnit::Day, shift: 0 });
    }
    let Expr::DateOf(of) = value else { return None };
    let Expr::Instant(bound) = of.as_ref() else { return None };
    Some(*bound)
}

impl Test<'_> {
    /// Whether every known value that passes this one passes the other.
    pub fn within(&self, other: &Test<'_>) -> bool {
        match (self, other) {
            (Test::OneOf(own, fold), Test::OneOf(values, other_fold)) => {
                fold == other_fold && own.iter().all(|value| values.contains(value))
            }
            (Test::OneOf(own, false), Test::Literal(op, value)) => own.iter().all(|own| order::holds(own, *op, value)),
            (Test::Literal(CompareOp::Equal, value), Test::OneOf(values, false)) => values.contains(value),
            (Test::Literal(op, value), Test::Literal(other_op, other)) => {
                half_line(*op, *other_op, order::compare(value, other))
            }
            // What is folded is folded letter by letter: a part of a pattern is a part of it in every spelling.
            (Test::Text(op, own, fold), Test::Text(other_op, other, other_fold)) => {
                fold == other_fold && text_within(*op, own, *other_op, other)
            }
            (Test::Literal(CompareOp::Equal, Value::Text(own)), Test::Text(op, pattern, fold)) => {
                text_passes(own, *op, pattern, *fold)
            }
            (Test::OneOf(own, own_fold), Test::Text(op, pattern, fold)) => {
                let passes = |value: &Value| matches!(value, Value::Text(own) if text_passes(own, *op, pattern, *fold));
                (*fold || !own_fold) && own.iter().all(passes)
            }
            (Test::Moving(op, bound), Test::Moving(other_op, other))
            | (Test::Day(op, bound), Test::Day(other_op, other)) => beyond(*op, *other_op, *bound, *other),
            _ => false,
        }
    }
}

/// Whether all x with `x op a` have `x other b`. Bounds may meet on some days, so it must hold if they do, too.
fn beyond(op: CompareOp, other: CompareOp, a: Bound, b: Bound) -> bool {
    let a_to_b = order::bounds(a, b);
    half_line(op, other, a_to_b) && half_line(op, other, a_to_b.map(|_| std::cmp::Ordering::Equal))
}

/// Whether a text has a pattern at such a place.
fn text_passes(own: &str, op: TextOp, pattern: &str, fold: bool) -> bool {
    let folded = |text: &str| if fold { text.to_ascii_lowercase() } else { text.to_owned() };
    let (own, pattern) = (folded(own), folded(pattern));
    match op {
        TextOp::Equals => own == pattern,
        TextOp::StartsWith => own.starts_with(&pattern),
        TextOp::EndsWith => own.ends_with(&pattern),
        TextOp::Contains => own.contains(&pattern),
        TextOp::Matches => false,
    }
}

/// Whether every text with `own` at such a place has `other` at such another.
fn text_within(op: TextOp, own: &str, other_op: TextOp, other: &str) -> bool {
    match (op, other_op) {
        (TextOp::Equals, TextOp::Equals) | (TextOp::Matches, TextOp::Matches) => own == other,
        (TextOp::Equals | TextOp::StartsWith, TextOp::StartsWith) => own.starts_with(other),
        (TextOp::Equals | TextOp::EndsWith, TextOp::EndsWith) => own.ends_with(other),
        (TextOp::Equals | TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains, TextOp::Contains) => {
            own.contains(other)
        }
        (_, TextOp::Equals | TextOp::Matches | TextOp::StartsWith | TextOp::EndsWith) | (TextOp::Matches, _) => false,
    }
}

/// Whether all x with `x op a` have `x other b`, given how a stands to b.
fn half_line(op: CompareOp, other: CompareOp, a_to_b: Option<std::cmp::Ordering>) -> bool {
    use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let Some(a_to_b) = a_to_b else { return false };
    match (op, other) {
        (Equal, other) => other.holds(a_to_b),
        (NotEqual, NotEqual) => a_to_b.is_eq(),
        (Greater | GreaterOrEqual, GreaterOrEqual) | (Greater, Greater) => a_to_b.is_ge(),
        (GreaterOrEqual, Greater | NotEqual) => a_to_b.is_gt(),
        (Greater, NotEqual) => a_to_b.is_ge(),
        (Less | LessOrEqual, LessOrEqual) | (Less, Less) => a_to_b.is_le(),
        (LessOrEqual, Less | NotEqual) => a_to_b.is_lt(),
        (Less, NotEqual) => a_to_b.is_le(),
        _ => false,
    }
}

/// Whether a comparison asks less of the same values: of two that are compared with each other, of a part of something that is never below
/// nought, of the next anniversary of a day. Both are known of the same people.
pub fn weaker(around: &Around<'_>, a: &Cond, b: &Cond) -> bool {
    let (Cond::Compare { op, left, right }, Cond::Compare { op: other, left: other_left, right: other_right }) = (a, b)
    else {
        return false;
    };
    let follows = |other| half_line(*op, other, Some(std::cmp::Ordering::Equal));
    let same = around.same(left, other_left);
    same && around.same(right, other_right) && follows(*other)
        || around.same(left, other_right) && around.same(right, other_left) && follows(other.flipped())
        || same && shares(around, *op, right, *other, other_right)
        || anniversaries(around, (*op, left, right), (*other, other_left, other_right))
}

/// More or less of the same count: `x < 40% of n` implies `x < 50% of n`.
fn shares(around: &Around<'_>, op: CompareOp, a: &Expr, other: CompareOp, b: &Expr) -> bool {
    let Some(((share, of), (other_share, other_of))) = share_of(a).zip(share_of(b)) else { return false };
    let Some(order) = order::compare(share, other_share) else { return false };
    // Of nothing all shares are alike.
    around.same(of, other_of)
        && half_line(op, other, Some(order))
        && half_line(op, other, Some(std::cmp::Ordering::Equal))
}

/// So many times a number that is never below nought.
fn share_of(value: &Expr) -> Option<(&Value, &Expr)> {
    let Expr::Arithmetic { op: ArithmeticOp::Multiply, left, right } = value else { return None };
    let (share, of) = match (left.as_ref(), right.as_ref()) {
        (Expr::Literal(share), of) | (of, Expr::Literal(share)) => (share, of),
        _ => return None,
    };
    let Expr::Aggregate(aggregate) = of else { return None };
    matches!(aggregate.func, AggregateFunc::Count | AggregateFunc::CountDistinct).then_some((share, of))
}

/// The first anniversary on or after a later day is later.
fn anniversaries(around: &Around<'_>, a: (CompareOp, &Expr, &Expr), b: (CompareOp, &Expr, &Expr)) -> bool {
    let told = |(op, left, right): (CompareOp, &'_ Expr, &Expr)| {
        let Expr::Anniversary { of, from } = left else { return None };
        Some((op, of.clone(), *from, day_of(right)?))
    };
    let Some(((op, of, from, to), (other, other_of, other_from, other_to))) = told(a).zip(told(b)) else {
        return false;
    };
    if op != other || !around.same(&of, &other_of) {
        return false;
    }
    match op {
        CompareOp::Less | CompareOp::LessOrEqual => {
            order::not_after(other_from, from) && order::not_after(to, other_to)
        }
        CompareOp::Greater | CompareOp::GreaterOrEqual => {
            order::not_after(from, other_from) && order::not_after(other_to, to)
        }
        CompareOp::Equal | CompareOp::NotEqual => false,
    }
}
