//! The ways in which somebody may come to be in: the tests that must hold at once, choice by choice, segments that are referred to opened.
//!
//! Somebody is not in a segment whose condition is certainly not so, or by whose exclusions they are left out; that is opened, too. A list of
//! values of one field is one test of it and no choice, but for a list of days of birth.

use super::born::is_birth;
use crate::model::{CompareOp, CondKind, ExprKind, FieldId, Model, Segment};
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
