//! The form back as a condition, in one order and in plain words: two conditions that say the same are the same text.

use crate::model::{Aggregate, CompareOp, Cond, CondKind, CountWord, Expr, ExprKind, Model, OfWord, Rows, describe};
use crate::source::Span;

use super::{Fact, Reader, Said, Test, Way, known};

/// What the form says, in English, in an order of its own.
pub fn text(model: &Model, said: &Said) -> String {
    match said.tests().first() {
        Some(test) => describe::condition(model, &condition(model, said, test.span)),
        None if said.is_everybody() => "everybody".to_owned(),
        None => "nobody".to_owned(),
    }
}

/// Rows in English, without how many.
pub(super) fn rows_text(model: &Model, rows: &Rows) -> String {
    describe::condition(model, &count(rows, (CompareOp::GreaterOrEqual, 1, CountWord::Any), rows.span))
}

/// The form as a condition that stands at a place.
pub fn condition(model: &Model, said: &Said, span: Span) -> Cond {
    let parts = |parts: &[Said]| {
        let mut parts: Vec<(String, Cond)> = parts
            .iter()
            .map(|part| condition(model, part, span))
            .map(|cond| (describe::condition(model, &cond), cond))
            .collect();
        parts.sort_by(|(a, _), (b, _)| a.cmp(b));
        parts.dedup_by(|(a, _), (b, _)| a == b);
        parts.into_iter().map(|(_, cond)| cond).collect::<Vec<_>>()
    };
    let kind = match said {
        Said::All(of) if of.is_empty() => CondKind::Everyone,
        Said::All(of) => CondKind::And(parts(of)),
        Said::Any(of) => CondKind::Or(parts(of)),
        Said::AtLeast { n, of } => CondKind::AtLeastOf {
            of: of.iter().map(|part| condition(model, part, span)).collect(),
            op: CompareOp::GreaterOrEqual,
            n: u64::try_from(*n).unwrap_or(u64::MAX),
            word: OfWord::Listed,
        },
        Said::Test(test) => return tested(test),
    };
    Cond { kind, span }
}

/// A filter of which something may be unknown that the form does not show.
fn in_doubt(filter: Cond) -> Cond {
    let span = filter.span;
    Cond { kind: CondKind::And(vec![filter, Cond { kind: CondKind::Error, span }]), span }
}

/// A filter that no row passes.
pub(super) fn is_none(filter: &Cond) -> bool {
    if let CondKind::And(of) = &filter.kind {
        return of.first().is_some_and(is_none);
    }
    matches!(&filter.kind, CondKind::Or(of) if of.is_empty())
}

fn tested(test: &Test) -> Cond {
    let span = test.span;
    match &test.fact {
        Fact::Rows { rows, counts } => {
            let how = match (counts.least, counts.most, counts.hole) {
                (_, Some(0), _) => (CompareOp::Equal, 0, CountWord::No),
                (Some(n), Some(most), _) if n == most => (CompareOp::Equal, n, CountWord::Exactly),
                (Some(n), _, _) => (CompareOp::GreaterOrEqual, n, CountWord::AtLeast),
                (None, Some(n), _) => (CompareOp::LessOrEqual, n, CountWord::AtMost),
                (None, None, hole) => (CompareOp::NotEqual, hole.unwrap_or(0), CountWord::Exactly),
            };
            count(rows, how, span)
        }
        Fact::Compare { op, left, right } => {
            Cond { kind: CondKind::Compare { op: *op, left: left.clone(), right: right.clone() }, span }
        }
        Fact::Other { cond, holds: true } => cond.clone(),
        Fact::Other { cond, holds: false } => Cond { kind: CondKind::Not(Box::new(cond.clone())), span },
    }
}

fn count(rows: &Rows, (op, n, word): (CompareOp, u64, CountWord), span: Span) -> Cond {
    Cond { kind: CondKind::Count { rows: Box::new(rows.clone()), op, n, word }, span }
}

impl Reader<'_> {
    /// Rows with their filters in the one form. A filter that always holds is none.
    pub(super) fn rows(&mut self, rows: &Rows) -> Rows {
        let mut rows = rows.clone();
        rows.filter = rows.filter.and_then(|filter| self.filter(&filter)).map(Box::new);
        rows.each = rows.each.map(|each| Box::new(self.rows(&each)));
        if let Some(latest) = &mut rows.latest {
            latest.of = latest.of.as_ref().and_then(|of| self.filter(of));
        }
        rows
    }

    fn filter(&mut self, cond: &Cond) -> Option<Cond> {
        let said = self.cond(cond, Way::PLAIN);
        let filter = (!said.is_everybody()).then(|| condition(self.model, &said, cond.span))?;
        let doubtful = self.proves && !known::is_decided(self.model, cond);
        Some(if doubtful { in_doubt(filter) } else { filter })
    }

    /// A test with what it tests in the one form.
    pub(super) fn bare(&mut self, cond: &Cond) -> Cond {
        let mut cond = cond.clone();
        match &mut cond.kind {
            CondKind::OneOf { value, .. }
            | CondKind::Within { value, .. }
            | CondKind::Has { list: value, .. }
            | CondKind::Text { value, .. }
            | CondKind::Truth(value)
            | CondKind::Missing(value) => *value = self.expr(value),
            CondKind::Everyone
            | CondKind::Sample(_)
            | CondKind::And(_)
            | CondKind::Or(_)
            | CondKind::Not(_)
            | CondKind::Compare { .. }
            | CondKind::Between { .. }
            | CondKind::Around { .. }
            | CondKind::Count { .. }
            | CondKind::AtLeastOf { .. }
            | CondKind::InList { .. }
            | CondKind::InSegment { .. }
            | CondKind::Defined { .. }
            | CondKind::Error => {}
        }
        cond
    }

    /// An expression without the names of definitions, and its rows in the one form.
    pub(super) fn expr(&mut self, expr: &Expr) -> Expr {
        let mut expr = expr.unnamed().clone();
        match &mut expr.kind {
            ExprKind::Score { rows, .. } => **rows = self.rows(rows),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Standing(standing) => {
                standing.measure = self.expr(&standing.measure);
                standing.among = standing.among.as_ref().and_then(|among| self.filter(among));
            }
            ExprKind::Arithmetic { left, right, .. } => {
                (**left, **right) = (self.expr(left), self.expr(right));
            }
            ExprKind::Extreme { of, .. } => of.iter_mut().for_each(|part| *part = self.expr(part)),
            ExprKind::Part { of: inner, .. }
            | ExprKind::DateOf(inner)
            | ExprKind::StartOfDay(inner)
            | ExprKind::DaysSince(inner)
            | ExprKind::Defined { body: inner, .. } => **inner = self.expr(inner),
            ExprKind::Literal(_)
            | ExprKind::Field(_)
            | ExprKind::Age(_)
            | ExprKind::Ago(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::Error => {}
        }
        expr
    }

    fn aggregate(&mut self, aggregate: &mut Aggregate) {
        aggregate.rows = self.rows(&aggregate.rows);
        aggregate.value = aggregate.value.as_ref().map(|value| self.expr(value));
        aggregate.share = aggregate.share.as_ref().map(|share| {
            let said = self.cond(share, Way::PLAIN);
            condition(self.model, &said, share.span)
        });
    }
}
