//! Whether one condition implies another, decided by their shapes: sound, and silent where it cannot tell.
//!
//! Conditions have three values, so there are two questions. *Surely*: whoever the first is definitely true of, the second is
//! definitely true of, too. *Possibly*: whoever the first is not definitely false of, the second is not definitely false of. Negation
//! turns one into the other the wrong way round: `not a` surely implies `not b` exactly if b possibly implies a. A count that must
//! reach a number grows with its sure rows, one that must stay below it shrinks with its possible ones.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::values::{test, weaker};
use crate::model::{CompareOp, Counts, Value, quotas};
use crate::plan::{Cond, Expr, Path};

/// How many conditions that are counted are looked at one by one, and how many values.
const MOST_CONDITIONS: usize = 8;
const MOST_VALUES: usize = 64;
/// How many are looked for among others.
const MOST_MATCHED: usize = 64;

/// Which question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Definitely true.
    Surely,
    /// Not definitely false.
    Possibly,
}

impl Ask {
    pub(super) fn other(self) -> Self {
        match self {
            Ask::Surely => Ask::Possibly,
            Ask::Possibly => Ask::Surely,
        }
    }
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
    pub(super) fn turned(&self) -> Self {
        Self { from: self.to.clone(), to: self.from.clone(), same_ranked: self.same_ranked, guards: self.guards }
    }

    pub(super) fn inside(&self, from: u32, to: u32) -> Self {
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
        use CompareOp::GreaterOrEqual as AtLeast;
        match (a, b) {
            (Cond::AtLeastOf { of: a, op: AtLeast, n }, Cond::AtLeastOf { of: b, op: AtLeast, n: m }) => {
                let lost = a.len().saturating_sub(self.matched(ask, a, b));
                n.saturating_sub(u64::try_from(lost).unwrap_or(u64::MAX)) >= *m
            }
            (Cond::AtLeastOf { of, op: AtLeast, n }, _) => !enough(of, *n, &|part| !self.implies(ask, part, b)),
            (_, Cond::AtLeastOf { of, op: AtLeast, n }) => enough(of, *n, &|part| self.implies(ask, a, part)),
            _ => false,
        }
    }

    /// How many of some conditions imply one of others each, every one another.
    fn matched(&self, ask: Ask, a: &[Cond], b: &[Cond]) -> usize {
        if a.len() > MOST_MATCHED || b.len() > MOST_MATCHED {
            return 0;
        }
        let follow: Vec<Vec<usize>> = a
            .iter()
            .map(|a| b.iter().enumerate().filter(|(_, b)| self.implies(ask, a, b)).map(|(at, _)| at).collect())
            .collect();
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        (0..a.len()).filter(|own| augment(*own, &follow, &mut taken, &mut BTreeSet::new())).count()
    }

    /// The same question in other words.
    fn respelled(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        if let Some(a) = at_least(a).or_else(|| parts_of(b, false).and_then(|_| each_value(a))) {
            return self.implies(ask, &a, b);
        }
        at_least(b).is_some_and(|b| self.implies(ask, a, &b))
    }

    fn negated(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        match (a, b) {
            (Cond::Not(a), Cond::Not(b)) => self.turned().implies(ask.other(), b, a),
            (Cond::Not(a), b) => flipped(a).is_some_and(|a| self.implies(ask, &a, b)),
            (a, Cond::Not(b)) => flipped(b).is_some_and(|b| self.implies(ask, a, &b)),
            _ => false,
        }
    }

    fn leaf(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        let tested = test(a).zip(test(b)).is_some_and(|((what, a), (same, b))| self.same(what, same) && a.within(&b));
        tested || weaker(self, a, b) || self.known(ask, a, b) || self.kind(ask, a, b) || self.guarded(ask, a, b)
    }

    /// Conditions of one kind.
    fn kind(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
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
            // What is found whatever the spelling of letters is not found for certain where spelling counts.
            (
                Cond::Has { list, values, ignoring_case },
                Cond::Has { list: other, values: more, ignoring_case: other_case },
            ) => {
                self.same(list, other)
                    && (ignoring_case == other_case || *other_case)
                    && values.iter().all(|value| more.contains(value))
            }
            (Cond::Around(a), Cond::Around(b)) => {
                self.same(&a.place, &b.place) && self.same(&a.of, &b.of) && a.metres <= b.metres
            }
            _ => false,
        }
    }

    /// A referenced segment: its condition holds where it does, and may hold where it may; who passes its guard is in it for certain.
    fn guarded(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        let links = |names: &Names<'_>, via: &[usize]| via.iter().map(|link| names.link(*link)).collect::<Vec<_>>();
        match (a, b) {
            (
                Cond::Guarded { via, guard, condition, .. },
                Cond::Guarded { via: via_b, guard: guard_b, condition: condition_b, .. },
            ) => {
                let passes = ask == Ask::Possibly || (self.guards)(&self.from, guard, &self.to, guard_b);
                passes && links(&self.from, via) == links(&self.to, via_b) && self.implies(ask, condition, condition_b)
            }
            (Cond::Guarded { via, condition, .. }, b) if via.is_empty() || ask == Ask::Surely => {
                self.implies(ask, condition, b)
            }
            (a, Cond::Guarded { via, condition, .. }) if via.is_empty() && ask == Ask::Possibly => {
                self.implies(ask, a, condition)
            }
            _ => false,
        }
    }

    /// What a test is true of is known. That it may be true says nothing: it may be missing.
    fn known(&self, ask: Ask, a: &Cond, b: &Cond) -> bool {
        let Cond::Not(inner) = b else { return false };
        let Cond::Missing(what) = inner.as_ref() else { return false };
        let of = |path: &Path| matches!(what, Expr::Field(other) if self.same(path, other));
        let is = |value: &Expr| self.same(value, what) || matches!(value, Expr::Age(path) if of(path));
        ask == Ask::Surely
            && match a {
                Cond::Compare { left, right, .. } => is(left) || is(right),
                Cond::OneOf { value, .. } | Cond::Text { value, .. } | Cond::Truth(value) => is(value),
                Cond::Has { list, .. } => of(list),
                Cond::Everyone
                | Cond::Sample { .. }
                | Cond::And(_)
                | Cond::Or(_)
                | Cond::Not(_)
                | Cond::Around(_)
                | Cond::Missing(_)
                | Cond::Count { .. }
                | Cond::AtLeastOf { .. }
                | Cond::Guarded { .. } => false,
            }
    }
}

/// Finds one for another condition, moving those that have one where they can have another.
fn augment(own: usize, follow: &[Vec<usize>], taken: &mut BTreeMap<usize, usize>, seen: &mut BTreeSet<usize>) -> bool {
    for at in follow.get(own).into_iter().flatten() {
        if !seen.insert(*at) {
            continue;
        }
        let free = match taken.get(at).copied() {
            None => true,
            Some(holder) => augment(holder, follow, taken, seen),
        };
        if free {
            taken.insert(*at, own);
            return true;
        }
    }
    false
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
