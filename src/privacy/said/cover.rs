//! What holds for everybody, and what for nobody: tests of one value that leave nothing out, or that leave nothing.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::model::{CondKind, Counts, Expr, ExprKind, Model, Type, Value, describe, version};

use super::fraction::Fraction;
use super::{CompareOp, Fact, Said, Test, known, plain};

/// What a test asks of the value that it tests.
enum Asked {
    Counts(Counts),
    Compare(CompareOp, Value),
    Holds(bool),
}

/// Tests of one value.
struct Group<'t> {
    tests: Vec<Asked>,
    /// The value, where it is compared.
    value: Option<&'t Expr>,
    /// One of the tests.
    test: &'t Test,
}

/// Whether one of the parts holds, whatever the values are. Values that may be missing exhaust nothing; where it is to be proved, nor do
/// rows and tests that may be in doubt.
pub(super) fn exhaust(model: &Model, parts: &[Said], proves: bool) -> bool {
    let known = |group: &Group<'_>| match proves {
        true => known::is_told(model, group.test),
        false => group.value.is_none_or(|value| known::is_known(model, value)),
    };
    groups(model, parts).iter().any(|group| known(group) && group.leaves_none(model, false))
}

/// Whether no values let all of the parts hold.
pub(super) fn contradict(model: &Model, parts: &[Said]) -> bool {
    groups(model, parts).iter().any(|group| group.leaves_none(model, true))
}

/// How many choices are looked at for what they have in common.
const MOST_CHOICES: usize = 16;

/// What each of several choices asks for, and what is left of each: `(a and b) or (a and c)` is `a and (b or c)`.
pub(super) fn common(model: &Model, parts: &[Said]) -> Option<(Vec<Said>, Vec<Said>)> {
    if parts.len() > MOST_CHOICES || !parts.iter().any(|part| matches!(part, Said::All(_))) {
        return None;
    }
    let texts = |part: &Said| -> Vec<String> { part.conjuncts().iter().map(|it| plain::text(model, it)).collect() };
    let all: Vec<Vec<String>> = parts.iter().map(texts).collect();
    let (first, others) = (parts.first()?, all.get(1..)?);
    let shared: Vec<&String> = all.first()?.iter().filter(|text| others.iter().all(|of| of.contains(text))).collect();
    if shared.is_empty() || others.is_empty() {
        return None;
    }
    let kept = |part: &Said, common: bool| -> Vec<Said> {
        let of = part.conjuncts().iter();
        of.filter(|it| shared.contains(&&plain::text(model, it)) == common).cloned().collect()
    };
    let rest = parts.iter().map(|part| match kept(part, false) {
        mut one if one.len() == 1 => one.swap_remove(0),
        rest => Said::All(rest),
    });
    Some((kept(first, true), rest.collect()))
}

fn groups<'t>(model: &Model, parts: &'t [Said]) -> Vec<Group<'t>> {
    let tests = parts.iter().filter_map(|part| if let Said::Test(test) = part { Some(&**test) } else { None });
    let tests: Vec<&Test> = tests.collect();
    if tests.len() < 2 {
        return Vec::new();
    }
    let mut groups: BTreeMap<String, Group<'t>> = BTreeMap::new();
    for test in tests {
        let Some((name, asked, value)) = asked(model, test) else { continue };
        groups.entry(name).or_insert(Group { tests: Vec::new(), value, test }).tests.push(asked);
    }
    groups.into_values().filter(|group| group.tests.len() > 1).collect()
}

fn asked<'t>(model: &Model, test: &'t Test) -> Option<(String, Asked, Option<&'t Expr>)> {
    match &test.fact {
        Fact::Rows { rows, counts } => Some((plain::rows_text(model, rows), Asked::Counts(*counts), None)),
        Fact::Compare { op, left, right } => {
            let ExprKind::Literal(value) = &right.kind else { return None };
            let value = in_order(value, &left.ty)?;
            Some((describe::expression(model, left), Asked::Compare(*op, value), Some(left)))
        }
        Fact::Other { cond, holds } => {
            let value = if let CondKind::Truth(value)
            | CondKind::Text { value, .. }
            | CondKind::OneOf { value, .. }
            | CondKind::Within { value, .. }
            | CondKind::Around { place: value, .. }
            | CondKind::Has { list: value, .. } = &cond.kind
            {
                Some(value)
            } else {
                None
            };
            Some((format!("whether {}", describe::condition(model, cond)), Asked::Holds(*holds), value))
        }
    }
}

impl Group<'_> {
    /// Whether there is no value for which all the tests hold, or else none for which none of them does.
    fn leaves_none(&self, model: &Model, all: bool) -> bool {
        let met = |holds: &dyn Fn(&Asked) -> bool| match all {
            true => self.tests.iter().all(holds),
            false => !self.tests.iter().any(holds),
        };
        let counts = |n: u64| met(&|asked| matches!(asked, Asked::Counts(counts) if counts.has(n)));
        let truth = |is: bool| met(&|asked| matches!(asked, Asked::Holds(holds) if *holds == is));
        match self.tests.first() {
            Some(Asked::Counts(_)) => !self.counts().into_iter().any(counts),
            Some(Asked::Holds(_)) => !truth(true) && !truth(false),
            Some(Asked::Compare(..)) => {
                let Some(points) = self.points(model) else { return false };
                let holds = |point: &Point| {
                    met(&|asked| matches!(asked, Asked::Compare(op, value) if op.holds(point.stands_to(value))))
                };
                !points.iter().any(holds)
            }
            None => false,
        }
    }

    /// Counts between which no test changes its mind.
    fn counts(&self) -> Vec<u64> {
        let bounds = self.tests.iter().flat_map(|asked| match asked {
            Asked::Counts(counts) => [counts.least, counts.most, counts.hole].into_iter().flatten().collect(),
            Asked::Compare(..) | Asked::Holds(_) => Vec::new(),
        });
        let bounds: Vec<u64> = bounds.collect();
        let around = bounds.iter().flat_map(|n: &u64| [n.saturating_sub(1), *n, n.saturating_add(1)]);
        std::iter::once(0).chain(around).collect()
    }

    /// The values that tests name, and one of those between any two of them.
    fn points(&self, model: &Model) -> Option<Vec<Point>> {
        let mut values: Vec<&Value> = Vec::new();
        for asked in &self.tests {
            if let Asked::Compare(_, value) = asked {
                values.push(value);
            }
        }
        let comparable = values.iter().all(|a| values.iter().all(|b| stands_to(a, b).is_some()));
        if !comparable {
            return None;
        }
        values.sort_by(|a, b| stands_to(a, b).unwrap_or(Ordering::Equal));
        values.dedup();
        let named: Vec<Point> = values.iter().map(|value| Point::Named((*value).clone())).collect();
        if self.are_all(model, &values) {
            return Some(named);
        }
        let whole = self.value.is_some_and(|value| value.ty == Type::Integer);
        let between = values.windows(2).filter_map(|pair| match pair {
            [a, b] if !(whole && are_neighbours(a, b)) => Some(Point::After((*a).clone())),
            _ => None,
        });
        let ends =
            [values.first().map(|v| Point::Before((*v).clone())), values.last().map(|v| Point::After((*v).clone()))];
        let between: Vec<Point> = between.chain(ends.into_iter().flatten()).collect();
        Some(named.into_iter().chain(between).collect())
    }

    /// Whether these are all the values that a field may have.
    fn are_all(&self, model: &Model, values: &[&Value]) -> bool {
        let Some(ExprKind::Field(path)) = self.value.map(|value| &value.kind) else { return false };
        let Some(closed) = &model.fields[path.field].one_of else { return false };
        closed.iter().all(|known| values.iter().any(|value| matches!(value, Value::Text(text) if *text == known.value)))
    }
}

/// A value, or those just before or after it that no test names.
enum Point {
    Before(Value),
    Named(Value),
    After(Value),
}

impl Point {
    fn stands_to(&self, other: &Value) -> Ordering {
        let (value, equal) = match self {
            Point::Before(value) => (value, Ordering::Less),
            Point::Named(value) => (value, Ordering::Equal),
            Point::After(value) => (value, Ordering::Greater),
        };
        stands_to(value, other).unwrap_or(Ordering::Equal).then(equal)
    }
}

/// A value whose order is that of its type: versions are no texts.
fn in_order(value: &Value, ty: &Type) -> Option<Value> {
    match (value, ty) {
        (Value::Text(text), Type::Version) => version::key(text).map(Value::Text),
        _ => Some(value.clone()),
    }
}

fn stands_to(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Instant(a), Value::Instant(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
        (a, b) => Fraction::of(a)?.stands_to(Fraction::of(b)?),
    }
}

fn are_neighbours(a: &Value, b: &Value) -> bool {
    matches!((a, b), (Value::Integer(a), Value::Integer(b)) if a.checked_add(1) == Some(*b))
}
