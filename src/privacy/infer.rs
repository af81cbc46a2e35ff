//! When a condition reveals what a value implies.
//!
//! `infer health from orders.category in ("diabetes care")` fires where what is read separates a listed value from a fresh one (a
//! value named nowhere in the project), or, in a closed field, from every unlisted one. So `= "books"` and `count(distinct …)`
//! do not fire; `in ("books", "diabetes care")`, `starts with "diab"` and `not in (all the harmless ones)` of a closed field do,
//! and exposing does. All tests on the field within one filter are looked at together; of a closed field, all tests of the whole segment and
//! of those that it refers to as well, since each of them may tell one value apart.

use std::collections::BTreeSet;

use crate::model::statement::trace::{Asked, How};
use crate::model::walk::{self, Visitor};
use crate::model::{CompareOp, Cond, CondKind, Expr, ExprKind, FieldId, Infer, Model, Segment, TextOp, Value};

/// Whether the tests on `infer.field` that stand directly in `cond` (not inside further row sets, which have filters of their own, but
/// aggregates that carry the field's value are tests) separate a listed value.
pub fn separates(model: &Model, infer: &Infer, cond: &Cond) -> bool {
    let mut tests = Vec::new();
    collect(cond, infer.field, &mut tests);
    if names_a_zone(cond, infer.field) {
        tests.push(Test::Open);
    }
    separated(model, infer, &tests)
}

/// Whether what a query asks of `infer.field` separates a listed value.
pub fn separates_asked(model: &Model, infer: &Infer, asked: &[&Asked]) -> bool {
    separated(model, infer, &asked.iter().map(|asked| Test::asked(asked)).collect::<Vec<_>>())
}

/// The texts that a query asks a column for.
pub fn names_asked<'m>(asked: &[&'m Asked]) -> Vec<Named<'m>> {
    asked.iter().flat_map(|asked| Test::asked(asked).named()).collect()
}

fn separated(model: &Model, infer: &Infer, tests: &[Test<'_>]) -> bool {
    if tests.is_empty() {
        return false;
    }
    let fresh = fresh_value(tests, infer);
    let signature = |value: &str| tests.iter().map(|test| test.outcome(value)).collect::<Vec<_>>();
    let fresh_signature = signature(&fresh);
    let is_listed = |value: &str| infer.values.iter().any(|listed| listed.value == value);
    let closed = model.fields[infer.field].one_of.as_deref();
    infer.values.iter().map(|listed| signature(&listed.value)).any(|listed| {
        let differs = |other: &Vec<Outcome>| listed.iter().zip(other).any(|(a, b)| a != b || *a == Outcome::Anything);
        let unlisted = closed.into_iter().flatten().filter(|value| !is_listed(&value.value));
        let mut from_closed = unlisted.map(|value| differs(&signature(&value.value))).peekable();
        differs(&fresh_signature) || (from_closed.peek().is_some() && from_closed.all(|separated| separated))
    })
}

/// Whether the tests on `infer.field` that stand anywhere in a segment, its cap included, and in the conditions of `others` tell a listed
/// value from every unlisted one. Only the values of a closed field can be told apart by several tests that do not do it alone.
pub fn separate_together<'m>(
    model: &'m Model,
    infer: &'m Infer,
    segment: &Segment,
    others: impl Iterator<Item = &'m Segment>,
) -> bool {
    let Some(closed) = model.fields[infer.field].one_of.as_deref() else { return false };
    let listed: Vec<&str> = infer.values.iter().map(|value| value.value.as_str()).collect();
    let values = closed.iter().map(|value| value.value.as_str());
    let unlisted: Vec<&str> = values.filter(|value| !listed.contains(value)).collect();
    let mut seen = Separation { field: infer.field, listed, unlisted, apart: BTreeSet::new() };
    walk::segment(segment, &mut seen);
    for other in others {
        other.condition.iter().chain(&other.except).for_each(|part| walk::cond(part, &mut seen));
    }
    let told = |listed: &str| seen.unlisted.iter().all(|unlisted| seen.apart.contains(&(listed, *unlisted)));
    !seen.unlisted.is_empty() && seen.listed.iter().any(|listed| told(listed))
}

/// A text that a test names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'m> {
    /// A whole value.
    Value(&'m str),
    /// A part of one.
    Part(&'m str),
    /// A pattern of one.
    Pattern(&'m str),
}

/// The texts that the tests on a field name, which stand directly in `cond`.
pub fn names(cond: &Cond, field: FieldId) -> Vec<Named<'_>> {
    let mut tests = Vec::new();
    collect(cond, field, &mut tests);
    tests.iter().flat_map(Test::named).collect()
}

/// Which listed values some test tells from which unlisted ones.
struct Separation<'m> {
    field: FieldId,
    listed: Vec<&'m str>,
    unlisted: Vec<&'m str>,
    apart: BTreeSet<(&'m str, &'m str)>,
}

impl Visitor for Separation<'_> {
    fn cond(&mut self, cond: &Cond) {
        let Some(test) = test_of(cond, self.field) else { return };
        for listed in &self.listed {
            let outcome = test.outcome(listed);
            let apart = |other: &&&str| outcome == Outcome::Anything || outcome != test.outcome(other);
            self.apart.extend(self.unlisted.iter().filter(apart).map(|unlisted| (*listed, *unlisted)));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    True,
    False,
    /// It depends on something else than a literal: taken to separate.
    Anything,
}

enum Test<'m> {
    Among(Vec<&'m str>, bool),
    Text(TextOp, &'m str, bool),
    Order(CompareOp, &'m str),
    Range(&'m str, &'m str),
    Pattern(&'m str),
    Open,
}

impl<'m> Test<'m> {
    fn asked(asked: &'m Asked) -> Self {
        match &asked.how {
            How::Among(texts) => Test::Among(texts.iter().map(String::as_str).collect(), false),
            How::Order(op, text) => Test::Order(*op, text),
            How::Column(_) | How::Open => Test::Open,
        }
    }

    fn outcome(&self, value: &str) -> Outcome {
        let holds = match self {
            Test::Among(values, fold) => values.iter().any(|v| equal(v, value, *fold)),
            Test::Text(op, pattern, fold) => text(*op, pattern, value, *fold),
            Test::Order(op, literal) => op.holds(value.cmp(*literal)),
            Test::Range(low, high) => *low <= value && value <= *high,
            Test::Pattern(_) | Test::Open => return Outcome::Anything,
        };
        if holds { Outcome::True } else { Outcome::False }
    }

    fn literals(&self) -> Vec<&'m str> {
        match self {
            Test::Among(values, _) => values.clone(),
            Test::Text(_, text, _) | Test::Order(_, text) => vec![*text],
            Test::Range(low, high) => vec![*low, *high],
            Test::Pattern(_) | Test::Open => Vec::new(),
        }
    }

    fn named(&self) -> Vec<Named<'m>> {
        match self {
            Test::Text(TextOp::Contains | TextOp::StartsWith | TextOp::EndsWith, text, _) => vec![Named::Part(text)],
            Test::Pattern(pattern) => vec![Named::Pattern(pattern)],
            Test::Text(TextOp::Equals | TextOp::Matches, ..)
            | Test::Among(..)
            | Test::Order(..)
            | Test::Range(..)
            | Test::Open => self.literals().into_iter().map(Named::Value).collect(),
        }
    }
}

fn equal(a: &str, b: &str, fold: bool) -> bool {
    if fold { a.eq_ignore_ascii_case(b) } else { a == b }
}

fn text(op: TextOp, pattern: &str, value: &str, fold: bool) -> bool {
    let normal = |text: &str| if fold { text.to_ascii_lowercase() } else { text.to_owned() };
    let (pattern, value) = (normal(pattern), normal(value));
    match op {
        TextOp::Equals => value == pattern,
        TextOp::Contains => value.contains(&pattern),
        TextOp::StartsWith => value.starts_with(&pattern),
        TextOp::EndsWith => value.ends_with(&pattern),
        // A pattern is taken to separate, and never comes here.
        TextOp::Matches => false,
    }
}

/// A value that no literal of the tests and no listed value holds or is held by.
fn fresh_value(tests: &[Test<'_>], infer: &Infer) -> String {
    let literals = tests.iter().flat_map(Test::literals).chain(infer.values.iter().map(|value| value.value.as_str()));
    let longest = literals.map(str::len).max().unwrap_or(0);
    "\u{1}".repeat(longest + 1)
}

fn collect<'m>(cond: &'m Cond, field: FieldId, tests: &mut Vec<Test<'m>>) {
    match &cond.kind {
        CondKind::And(parts) | CondKind::Or(parts) | CondKind::AtLeastOf { of: parts, .. } => {
            parts.iter().for_each(|part| collect(part, field, tests));
        }
        CondKind::Not(inner) | CondKind::Defined { body: inner, .. } => collect(inner, field, tests),
        CondKind::Compare { .. }
        | CondKind::OneOf { .. }
        | CondKind::Has { .. }
        | CondKind::Text { .. }
        | CondKind::Between { .. }
        | CondKind::Within { .. }
        | CondKind::Around { .. }
        | CondKind::Truth(_)
        | CondKind::Missing(_)
        | CondKind::Everyone
        | CondKind::Sample(_)
        | CondKind::Count { .. }
        | CondKind::InList { .. }
        | CondKind::InSegment { .. }
        | CondKind::Error => tests.extend(test_of(cond, field)),
    }
}

/// Whether something is told in the zone that the field names, and so depends on its value in a way of its own.
fn names_a_zone(cond: &Cond, field: FieldId) -> bool {
    struct Zones(FieldId, bool);
    impl walk::Visitor for Zones {
        fn expr(&mut self, expr: &Expr) {
            if let ExprKind::Part { zone: Some(zone), .. } = &expr.kind {
                self.1 |= zone.path().is_some_and(|path| path.field == self.0);
            }
        }
    }
    let mut zones = Zones(field, false);
    walk::cond(cond, &mut zones);
    zones.1
}

/// What a condition that has no conditions in it asks of the field.
fn test_of(cond: &Cond, field: FieldId) -> Option<Test<'_>> {
    match &cond.kind {
        CondKind::Compare { op, left, right } => compare(*op, left, right, field),
        CondKind::OneOf { value, values, ignoring_case } if carries(value, field) => {
            Some(Test::Among(values.iter().filter_map(|value| as_text(&value.value)).collect(), *ignoring_case))
        }
        CondKind::Has { list, values, ignoring_case } if carries(list, field) => {
            Some(Test::Among(values.iter().filter_map(|value| as_text(&value.value)).collect(), *ignoring_case))
        }
        CondKind::Text { op: TextOp::Matches, value, pattern, .. } if carries(value, field) => {
            Some(Test::Pattern(&pattern.value))
        }
        CondKind::Text { op, value, pattern, ignoring_case } if carries(value, field) => {
            Some(Test::Text(*op, &pattern.value, *ignoring_case))
        }
        CondKind::Between { value, low, high } if carries(value, field) => match (literal(low), literal(high)) {
            (Some(low), Some(high)) => Some(Test::Range(low, high)),
            (None, _) | (_, None) => Some(Test::Open),
        },
        CondKind::And(_)
        | CondKind::Or(_)
        | CondKind::AtLeastOf { .. }
        | CondKind::Not(_)
        | CondKind::Defined { .. }
        | CondKind::OneOf { .. }
        | CondKind::Has { .. }
        | CondKind::Text { .. }
        | CondKind::Between { .. }
        | CondKind::Within { .. }
        | CondKind::Around { .. }
        | CondKind::Truth(_)
        | CondKind::Missing(_)
        | CondKind::Everyone
        | CondKind::Sample(_)
        | CondKind::Count { .. }
        | CondKind::InList { .. }
        | CondKind::InSegment { .. }
        | CondKind::Error => None,
    }
}

fn compare<'m>(op: CompareOp, left: &'m Expr, right: &'m Expr, field: FieldId) -> Option<Test<'m>> {
    let (value, op) = match (carries(left, field), carries(right, field)) {
        (true, false) => (right, op),
        (false, true) => (left, op.flipped()),
        // That two values of the field are the same, as `with same category` asks, tells of no value which it is.
        (true, true) | (false, false) => return None,
    };
    Some(match (op, literal(value)) {
        (CompareOp::Equal | CompareOp::NotEqual, Some(text)) => Test::Among(vec![text], false),
        (op, Some(text)) => Test::Order(op, text),
        (_, None) => Test::Open,
    })
}

/// Whether an expression's value is a value of the field: the field itself, or an aggregate that picks one of its values.
fn carries(expr: &Expr, field: FieldId) -> bool {
    match &expr.kind {
        ExprKind::Field(path) | ExprKind::Score { field: path, .. } => path.field == field,
        ExprKind::Defined { body, .. } => carries(body, field),
        ExprKind::Extreme { of, .. } => of.iter().any(|value| carries(value, field)),
        ExprKind::Aggregate(aggregate) => {
            aggregate.func.picks() && aggregate.value.as_ref().is_some_and(|value| carries(value, field))
        }
        ExprKind::Literal(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::Age(_)
        | ExprKind::Part { .. }
        | ExprKind::Ago(_)
        | ExprKind::Now
        | ExprKind::Today
        | ExprKind::Standing(_)
        | ExprKind::DateOf(_)
        | ExprKind::StartOfDay(_)
        | ExprKind::DaysSince(_)
        | ExprKind::Error => false,
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    if let ExprKind::Literal(value) = &expr.kind { as_text(value) } else { None }
}

fn as_text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}
