//! The ways in which somebody may come to be in: the tests that must hold at once, choice by choice, segments that are referred to opened.
//!
//! Somebody is not in a segment whose condition is certainly not so, or by whose exclusions they are left out; that is opened, too. A list of
//! values of one field is one test of it and no choice, but for a list of days of birth.

use super::born::is_birth;
use crate::model::{CompareOp, Cond, CondKind, CountWord, Expr, ExprKind, FieldId, Model, Rows, Segment, describe};
use crate::privacy::said::{self, Fact, Said, Test};
use crate::source::Span;

/// How many ways are looked at; of more, only what all of them have in common.
const MOST_WAYS: usize = 64;

/// How many references in a row are opened.
const MOST_STEPS: usize = 8;

/// The tests of each way.
pub(super) fn ways(model: &Model, said: &Said) -> Vec<Vec<Test>> {
    Ways { model, steps: 0 }.of(said)
}

/// A way with what the filters of its rows say of the person whose rows they are: `any orders where customer.birth_date = …`. What they all
/// have, where there is one, is one way; several ways only lead on from rows that must be there.
pub(super) fn joined(model: &Model, tests: Vec<Test>) -> Vec<Vec<Test>> {
    let mut joined = vec![tests.clone()];
    for test in &tests {
        let Some(mut choices) = of_their_person(model, test, &tests) else { continue };
        choices.iter_mut().flatten().for_each(|inner| entered(inner, test.entry));
        if choices.iter().any(|way| !way.is_empty()) && joined.len().saturating_mul(choices.len()) <= MOST_WAYS {
            let with = |way: &Vec<Test>| choices.iter().map(|more| [way.as_slice(), more].concat()).collect::<Vec<_>>();
            joined = joined.iter().flat_map(with).collect();
        }
    }
    joined
}

fn of_their_person(model: &Model, test: &Test, beside: &[Test]) -> Option<Vec<Vec<Test>>> {
    let Fact::Rows { rows, counts } = &test.fact else { return None };
    let filter = rows.filter.as_deref()?;
    let choices = if !counts.has(0) {
        ways(model, &said::condition(model, filter))
    } else if counts.most == Some(0) && beside.iter().any(|other| is_row_of(model, other, rows)) {
        let each = ways(model, &said::contrary(model, filter));
        Some(each).filter(|each| each.len() == 1)?
    } else {
        return None;
    };
    Some(choices.into_iter().map(|way| way.into_iter().filter(is_of_person).collect()).collect())
}

/// Whether a test asks for one of these rows, or for one of some of them.
fn is_row_of(model: &Model, test: &Test, rows: &Rows) -> bool {
    let text = |rows: &Rows| {
        let rows = Rows { filter: None, ..rows.clone() };
        let span = rows.span;
        let kind = CondKind::Count { rows: Box::new(rows), op: CompareOp::GreaterOrEqual, n: 1, word: CountWord::Any };
        describe::condition(model, &Cond { kind, span })
    };
    matches!(&test.fact, Fact::Rows { rows: others, counts } if !counts.has(0) && text(others) == text(rows))
}

/// Whether a test in a filter is one of the person whose segment it is, and of nobody else.
fn is_of_person(test: &Test) -> bool {
    let of_person = |expr: &Expr| {
        let expr = expr.unnamed();
        if let ExprKind::Part { of, .. } | ExprKind::DateOf(of) | ExprKind::StartOfDay(of) | ExprKind::DaysSince(of) =
            &expr.kind
        {
            return is_field_of_person(of);
        }
        is_field_of_person(expr)
    };
    match &test.fact {
        Fact::Compare { left, right, .. } => of_person(left) || of_person(right),
        Fact::Other { cond, .. } => {
            if let CondKind::OneOf { value, .. } | CondKind::Text { value, .. } | CondKind::Within { value, .. } =
                &cond.kind
            {
                return of_person(value);
            }
            false
        }
        Fact::Rows { .. } => false,
    }
}

fn is_field_of_person(expr: &Expr) -> bool {
    matches!(&expr.unnamed().kind, ExprKind::Field(path) | ExprKind::Age(path) if path.binding == 0 && path.hops.is_empty())
}

struct Ways<'m> {
    model: &'m Model,
    steps: usize,
}

impl Ways<'_> {
    fn of(&mut self, said: &Said) -> Vec<Vec<Test>> {
        match said {
            Said::All(parts) => parts.iter().fold(vec![Vec::new()], |ways, part| self.with(ways, part)),
            Said::Any(parts) if !self.is_list(parts) => {
                let ways: Vec<_> = parts.iter().flat_map(|part| self.of(part)).collect();
                if ways.len() > MOST_WAYS { vec![Vec::new()] } else { ways }
            }
            Said::Any(_) | Said::AtLeast { .. } => vec![Vec::new()],
            Said::Test(test) => self.opened(test).unwrap_or_else(|| vec![vec![(**test).clone()]]),
        }
    }

    fn with(&mut self, ways: Vec<Vec<Test>>, part: &Said) -> Vec<Vec<Test>> {
        let choices = self.of(part);
        if ways.len().saturating_mul(choices.len()) > MOST_WAYS {
            return ways;
        }
        ways.iter().flat_map(|way| choices.iter().map(move |more| [way.as_slice(), more.as_slice()].concat())).collect()
    }

    /// What being in another segment says, or not being in it.
    fn opened(&mut self, test: &Test) -> Option<Vec<Vec<Test>>> {
        let Fact::Other { cond, holds } = &test.fact else { return None };
        let CondKind::InSegment { segment, via } = &cond.kind else { return None };
        if !via.is_empty() || self.steps >= MOST_STEPS {
            return None;
        }
        let referred = &self.model.segments[segment.value];
        let said = if *holds { said::segment(self.model, referred) } else { absent(self.model, referred) };
        self.steps += 1;
        let mut ways = self.of(&said);
        self.steps = self.steps.saturating_sub(1);
        ways.iter_mut().flatten().for_each(|inner| entered(inner, test.entry));
        Some(ways)
    }

    /// Whether these are values of one field, of whom nobody is told apart by birth.
    fn is_list(&self, parts: &[Said]) -> bool {
        let fields: Option<Vec<FieldId>> = parts.iter().map(|part| self.one_value(part)).collect();
        fields.is_some_and(|fields| {
            fields.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
                && fields.first().is_some_and(|field| !is_birth(self.model, *field))
        })
    }

    fn one_value(&self, said: &Said) -> Option<FieldId> {
        let Said::Test(test) = said else { return None };
        let Fact::Compare { op: CompareOp::Equal, left, .. } = &test.fact else { return None };
        if let ExprKind::Field(path) = &left.unnamed().kind { Some(path.field) } else { None }
    }
}

/// What is so of whoever is certainly not in a segment.
fn absent(model: &Model, segment: &Segment) -> Said {
    let conditions = segment.condition.iter().map(|cond| said::contrary(model, cond));
    Said::Any(conditions.chain(segment.except.iter().map(|except| said::condition(model, except))).collect())
}

fn entered(test: &mut Test, entry: Span) {
    test.entry = entry;
}
