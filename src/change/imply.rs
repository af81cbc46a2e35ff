//! Whether one condition implies another, decided by their shapes: sound, and silent where it cannot tell.
//!
//! Conditions have three values, so there are two questions. *Surely*: whoever the first is definitely true of, the second is
//! definitely true of, too. *Possibly*: whoever the first is not definitely false of, the second is not definitely false of. Negation
//! turns one into the other the wrong way round: `not a` surely implies `not b` exactly if b possibly implies a. A count that must
//! reach a number grows with its sure rows, one that must stay below it shrinks with its possible ones.

use super::names::Names;
use super::order;
use crate::model::{CompareOp, Counts, Value, quotas};
use crate::plan::{Bound, Cond, Expr, Rows, TextOp, Window};

/// How many conditions that are counted are looked at one by one, and how many values.
const MOST_CONDITIONS: usize = 8;
const MOST_VALUES: usize = 64;

/// Which question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Definitely true.
    Surely,
    /// Not definitely false.
    Possibly,
}

/// What is known besides the two conditions.
#[derive(Debug, Clone)]
pub struct Around<'p> {
    /// Names in the first one's plan.
    pub from: Names<'p>,
    /// Names in the second one's plan.
    pub to: Names<'p>,
    /// Whether the same people are ranked in both plans.
    pub same_ranked: bool,
    /// Whether whoever passes a guard of the first plan passes that of the second.
    pub guards: fn(&Names<'_>, &crate::plan::Guard, &Names<'_>, &crate::plan::Guard) -> bool,
}

impl<'p> Around<'p> {
    fn turned(&self) -> Self {
        Self { from: self.to.clone(), to: self.from.clone(), same_ranked: self.same_ranked, guards: self.guards }
    }

    fn inside(&self, from: u32, to: u32) -> Self {
        Self { from: self.from.inside(from), to: self.to.inside(to), ..self.clone() }
    }

    /// Whether two parts mean the same.
    pub fn same<T: serde::Serialize>(&self, a: &T, b: &T) -> bool {
        let (a, b) = (self.from.of(a), self.to.of(b));
        a == b && (self.same_ranked || !holds_key(&a, "standing"))
    }

    /// Whether `a` implies `b`.
    pub fn implies(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        if matches!(b, Cond::Everyone) || self.same(a, b) {
            return true;
        }
        if let Cond::Or(parts) = a {
            return parts.iter().all(|part| self.implies(ask, part, b));
        }
        if let Cond::And(parts) = b {
            return parts.iter().all(|part| self.implies(ask, a, part));
        }
        let some_part = |cond: &Cond| match parts_of(cond, true) {
            Some(parts) => parts.iter().any(|part| self.implies(ask, part, b)),
            None => false,
        };
        let some_choice = match parts_of(b, false) {
            Some(parts) => parts.iter().any(|part| self.implies(ask, a, part)),
            None => false,
        };
        let same = some_choice || some_part(a) || self.negated(ask, a, b) || self.leaf(ask, a, b);
        same || self.several(ask, a, b) || self.respelled(ask, a, b)
    }

    /// Of at least `n` conditions one implies what all but fewer than `n` of them imply; and they follow where `n` of them do.
    fn several(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        let enough = |of: &[Cond], n: u64, implied: &dyn Fn(&Cond) -> bool| {
            usize::try_from(n).is_ok_and(|n| of.iter().filter(|part| implied(part)).count() >= n)
        };
        if let Cond::AtLeastOf { of, op: CompareOp::GreaterOrEqual, n } = a {
            return !enough(of, *n, &|part| !self.implies(ask, part, b));
        }
        if let Cond::AtLeastOf { of, op: CompareOp::GreaterOrEqual, n } = b {
            return enough(of, *n, &|part| self.implies(ask, a, part));
        }
        false
    }

    /// The same question in other words.
    fn respelled(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        if let Some(a) = at_least(a).or_else(|| parts_of(b, false).and_then(|_| each_value(a))) {
            return self.implies(ask, &a, b);
        }
        at_least(b).is_some_and(|b| self.implies(ask, a, &b))
    }

    fn negated(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        let other = if ask == Ask::Surely { Ask::Possibly } else { Ask::Surely };
        match (a, b) {
            (Cond::Not(a), Cond::Not(b)) => self.turned().implies(other, b, a),
            (Cond::Not(a), b) => flipped(a).is_some_and(|a| self.implies(ask, &a, b)),
            (a, Cond::Not(b)) => flipped(b).is_some_and(|b| self.implies(ask, a, &b)),
            _ => false,
        }
    }

    fn leaf(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        if let (Some((what, a)), Some((same, b))) = (test(a), test(b)) {
            return self.same(what, same) && a.within(&b);
        }
        match (a, b) {
            (Cond::Count { rows: a, op, n }, Cond::Count { rows: b, op: op_b, n: m }) => {
                self.counts(ask, (a, *op, *n), (b, *op_b, *m))
            }
            (Cond::AtLeastOf { of: a, op, n }, Cond::AtLeastOf { of: b, op: op_b, n: m }) => {
                self.same(a, b) && Counts::of(*op, *n).within(Counts::of(*op_b, *m))
            }
            (
                Cond::Sample { key, from, to, salt },
                Cond::Sample { key: key_b, from: from_b, to: to_b, salt: salt_b },
            ) => self.same(key, key_b) && salt == salt_b && from_b <= from && to <= to_b,
            (
                Cond::Guarded { via, guard, condition, .. },
                Cond::Guarded { via: via_b, guard: guard_b, condition: condition_b, .. },
            ) => {
                let passes = ask == Ask::Possibly || (self.guards)(&self.from, guard, &self.to, guard_b);
                let links =
                    |names: &Names<'_>, via: &[usize]| via.iter().map(|link| names.link(*link)).collect::<Vec<_>>();
                passes && links(&self.from, via) == links(&self.to, via_b) && self.implies(ask, condition, condition_b)
            }
            _ => false,
        }
    }

    fn counts(&self, ask: Ask, a: (&Rows, CompareOp, u64), b: (&Rows, CompareOp, u64)) -> bool {
        let (from, to) = (Counts::of(a.1, a.2), Counts::of(b.1, b.2));
        let other = if ask == Ask::Surely { Ask::Possibly } else { Ask::Surely };
        let same_rows = || self.same(a.0, b.0);
        let floor = |n| from.least.is_some_and(|least| least >= n) && (same_rows() || self.rows(ask, a.0, b.0));
        let ceiling =
            |n| from.most.is_some_and(|most| most <= n) && (same_rows() || self.turned().rows(other, b.0, a.0));
        match (to.least, to.most) {
            (None, None) => to.is_all() || from.within(to) && same_rows(),
            (least, most) => least.is_none_or(floor) && most.is_none_or(ceiling),
        }
    }

    /// Whether every row of `a` (surely or possibly there) is one of `b`. Which rows are the latest depends on all the others, so
    /// only equal ones are compared, and so it is with the rows inside all of some rows.
    fn rows(&self, ask: Ask, a: &Rows, b: &Rows) -> bool {
        let Rows { binding, from, filter, window, anchored, latest, each, scan: _ } = a;
        let inside = self.inside(*binding, b.binding);
        let filter = match (filter, &b.filter) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(a), Some(b)) => inside.implies(ask, a, b),
        };
        let anchored = match (anchored, &b.anchored) {
            (None, None) => true,
            (Some(a), Some(b)) => self.same(a, b),
            (Some(_), None) | (None, Some(_)) => false,
        };
        let whole = |rows: &Rows| rows.latest.is_none() && rows.each.is_none();
        let all = latest.is_none() && each.is_none() && whole(b);
        all && filter && anchored && self.same(from, &b.from) && within(*window, b.window)
    }
}

/// The parts of an `and` or of an `or`.
fn parts_of(cond: &Cond, and: bool) -> Option<&[Cond]> {
    match (cond, and) {
        (Cond::And(parts), true) | (Cond::Or(parts), false) => Some(parts),
        _ => None,
    }
}

/// The opposite of a condition without `not` before it, where it has such a form. Kleene's laws hold with unknowns.
fn flipped(cond: &Cond) -> Option<Cond> {
    let not = |cond: &Cond| flipped(cond).unwrap_or_else(|| Cond::Not(Box::new(cond.clone())));
    if let Cond::Not(inner) = cond {
        return Some((**inner).clone());
    }
    if let Some(parts) = parts_of(cond, true) {
        return Some(Cond::Or(parts.iter().map(not).collect()));
    }
    if let Some(parts) = parts_of(cond, false) {
        return Some(Cond::And(parts.iter().map(not).collect()));
    }
    if let Some(any) = each_value(cond) {
        return self::flipped(&any);
    }
    let mut flipped = cond.clone();
    if let Cond::Compare { op, .. } | Cond::Count { op, .. } | Cond::AtLeastOf { op, .. } = &mut flipped {
        *op = op.contrary();
        return Some(flipped);
    }
    None
}

/// So many of several conditions as at least so many of them, and at least so many of their contraries; nothing where that is what it says.
fn at_least(cond: &Cond) -> Option<Cond> {
    let Cond::AtLeastOf { of, op, n } = cond else { return None };
    if *op == CompareOp::GreaterOrEqual || of.len() > MOST_CONDITIONS {
        return None;
    }
    let least = |of: Vec<Cond>, n: usize| match u64::try_from(n) {
        Ok(n) if n > 0 => Some(Cond::AtLeastOf { of, op: CompareOp::GreaterOrEqual, n }),
        Ok(_) | Err(_) => None,
    };
    let contraries = || of.iter().map(|part| Cond::Not(Box::new(part.clone()))).collect();
    let choices = quotas(*op, *n, of.len()).into_iter().map(|quota| {
        let parts = [least(of.clone(), quota.of), least(contraries(), quota.of_contraries)];
        Cond::And(parts.into_iter().flatten().collect())
    });
    Some(Cond::Or(choices.collect()))
}

/// One of several values as one test for each.
fn each_value(cond: &Cond) -> Option<Cond> {
    let Cond::OneOf { value, values, ignoring_case: false } = cond else { return None };
    let equals = |literal: &Value| Cond::Compare {
        op: CompareOp::Equal,
        left: value.clone(),
        right: Expr::Literal(literal.clone()),
    };
    (values.len() <= MOST_VALUES).then(|| Cond::Or(values.iter().map(equals).collect()))
}

/// A test of a value against literals.
#[derive(Debug, Clone, PartialEq)]
enum Test<'c> {
    /// One of these.
    OneOf(Vec<Value>, bool),
    /// A comparison with a literal.
    Literal(CompareOp, &'c Value),
    /// A comparison with an instant that moves with now.
    Moving(CompareOp, Bound),
    /// A text that holds another somewhere.
    Text(TextOp, &'c str, bool),
}

/// A test, and of what.
fn test(cond: &Cond) -> Option<(&Expr, Test<'_>)> {
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
        _ => None,
    }
}

impl Test<'_> {
    /// Whether every known value that passes this one passes the other.
    fn within(&self, other: &Test<'_>) -> bool {
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
            // Bounds may meet on some days, so nothing strict follows from what is not.
            (Test::Moving(op, bound), Test::Moving(other_op, other)) => {
                op == other_op && half_line(*op, *op, order::bounds(*bound, *other))
            }
            _ => false,
        }
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

/// Whether a window lies in another, whenever it is. Absolute windows may be unknown, so only equal ones are compared.
pub fn within(a: Option<Window>, b: Option<Window>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) if a == b => true,
        (Some(a), Some(b)) => {
            !a.absolute && !b.absolute && order::not_after(b.from, a.from) && order::not_after(a.to, b.to)
        }
        // Without a window every readable row counts.
        (Some(a), None) => !a.absolute,
        (None, Some(_)) => false,
    }
}

/// Whether a key stands anywhere in a value.
fn holds_key(value: &serde_json::Value, key: &str) -> bool {
    match value {
        serde_json::Value::Array(parts) => parts.iter().any(|part| holds_key(part, key)),
        serde_json::Value::Object(fields) => fields.iter().any(|(name, value)| name == key || holds_key(value, key)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => false,
    }
}
