//! IDN-10: a condition names one person by what identifies only that person.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::walk::{self, Visitor};
use crate::model::{AggregateFunc, CompareOp, Cond, CondKind, Expr, ExprKind, Field, FieldRole, Model, TextOp, Value};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("IDN-10"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        let mut finder = Finder { model: cx.model, found: Vec::new() };
        walk::segment(segment, &mut finder);
        segment.except.iter().for_each(|except| finder.negated(except));
        findings.extend(finder.found.into_iter().map(|(span, field)| {
            Diagnostic::error(RULE.code, format!("`{}` names single people, not an audience", field.name.value))
                .at(span, "picks whom it names")
                .and(field.name.span, "identifies a person alone")
                .because("an audience of one is a letter to somebody, written past every rule for letters")
                .help("describe what the members have in common; for test accounts declare a `list`")
                .about(&segment.name.value)
        }));
    }
}

struct Finder<'m> {
    model: &'m Model,
    found: Vec<(Span, &'m Field)>,
}

impl Visitor for Finder<'_> {
    fn cond(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::Compare { op: CompareOp::Equal, left, right } => self.compared(left, right, cond.span),
            CondKind::OneOf { value, .. } | CondKind::Text { op: TextOp::Equals, value, .. } => {
                self.named(value, cond.span);
            }
            CondKind::Text { value, pattern, .. } if is_address(&pattern.value) => self.named(value, cond.span),
            CondKind::Between { value, low, high } if is_one_value(low, high) => self.named(value, cond.span),
            CondKind::Not(inner) => self.negated(inner),
            CondKind::And(parts) | CondKind::AtLeastOf { of: parts, .. } => self.pinched(parts),
            CondKind::Compare { .. }
            | CondKind::Text { .. }
            | CondKind::Everyone
            | CondKind::Sample(_)
            | CondKind::Or(_)
            | CondKind::Between { .. }
            | CondKind::Within { .. }
            | CondKind::Truth(_)
            | CondKind::Missing(_)
            | CondKind::Count { .. }
            | CondKind::InList { .. }
            | CondKind::InSegment { .. }
            | CondKind::Defined { .. }
            | CondKind::Error => {}
        }
    }
}

impl<'m> Finder<'m> {
    /// Leaving out everybody but one names that one.
    fn negated(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::Compare { op: CompareOp::NotEqual, left, right } => self.compared(left, right, cond.span),
            CondKind::And(parts) | CondKind::Or(parts) | CondKind::AtLeastOf { of: parts, .. } => {
                parts.iter().for_each(|part| self.negated(part));
            }
            CondKind::Defined { body, .. } => self.negated(body),
            CondKind::Compare { .. }
            | CondKind::OneOf { .. }
            | CondKind::Text { .. }
            | CondKind::Between { .. }
            | CondKind::Within { .. }
            | CondKind::Truth(_)
            | CondKind::Missing(_)
            | CondKind::Everyone
            | CondKind::Sample(_)
            | CondKind::Not(_)
            | CondKind::Count { .. }
            | CondKind::InList { .. }
            | CondKind::InSegment { .. }
            | CondKind::Error => {}
        }
    }

    /// Two bounds that leave one value: `id >= 5 and id <= 5`.
    fn pinched(&mut self, parts: &[Cond]) {
        let bounds: Vec<_> = parts.iter().filter_map(bound).collect();
        for (value, op, literal, span) in &bounds {
            let Some(field) = self.identifier(value).filter(|_| *op == CompareOp::GreaterOrEqual) else { continue };
            let closes = |(other, op, high, _): &(&Expr, CompareOp, &Value, Span)| {
                *op == CompareOp::LessOrEqual
                    && high == literal
                    && self.identifier(other).is_some_and(|it| std::ptr::eq(it, field))
            };
            if bounds.iter().any(closes) {
                self.found.push((*span, field));
            }
        }
    }

    fn compared(&mut self, left: &Expr, right: &Expr, span: Span) {
        match (&left.kind, &right.kind) {
            (_, ExprKind::Literal(_)) => self.named(left, span),
            (ExprKind::Literal(_), _) => self.named(right, span),
            (_, _) => {}
        }
    }

    fn named(&mut self, value: &Expr, span: Span) {
        if let Some(field) = self.identifier(value) {
            self.found.push((span, field));
        }
    }

    /// The field behind a value, where it identifies a person alone: also when it is reckoned with, or picked from rows.
    fn identifier(&self, value: &Expr) -> Option<&'m Field> {
        let path = match &value.kind {
            ExprKind::Field(path) => path,
            ExprKind::Defined { body, .. } | ExprKind::DaysSince(body) => return self.identifier(body),
            ExprKind::Extreme { of, .. } => return of.iter().find_map(|value| self.identifier(value)),
            ExprKind::Arithmetic { left, right, .. } => {
                return self.identifier(left).or_else(|| self.identifier(right));
            }
            ExprKind::Aggregate(aggregate) if picks(aggregate.func) => {
                return aggregate.value.as_ref().and_then(|value| self.identifier(value));
            }
            ExprKind::Aggregate(_)
            | ExprKind::Score { .. }
            | ExprKind::Literal(_)
            | ExprKind::Age(_)
            | ExprKind::Part { .. }
            | ExprKind::Ago(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::Standing(_)
            | ExprKind::DateOf(_)
            | ExprKind::StartOfDay(_)
            | ExprKind::Error => return None,
        };
        let field = &self.model.fields[path.field];
        let key = match field.role {
            FieldRole::Key => self.model.entity_facts(field.table).is_some(),
            FieldRole::Subject => true,
            FieldRole::Plain | FieldRole::At | FieldRole::Bare => false,
        };
        (field.labels.direct || key).then_some(field)
    }
}

fn bound(cond: &Cond) -> Option<(&Expr, CompareOp, &Value, Span)> {
    let CondKind::Compare { op, left, right } = &cond.kind else { return None };
    match (&left.kind, &right.kind) {
        (_, ExprKind::Literal(value)) => Some((left, *op, value, cond.span)),
        (ExprKind::Literal(value), _) => Some((right, op.flipped(), value, cond.span)),
        (_, _) => None,
    }
}

fn is_one_value(low: &Expr, high: &Expr) -> bool {
    matches!((&low.kind, &high.kind), (ExprKind::Literal(low), ExprKind::Literal(high)) if low == high)
}

/// Whether a pattern is a whole e-mail address, and not only its domain or the word before it.
fn is_address(pattern: &str) -> bool {
    pattern.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

fn picks(func: AggregateFunc) -> bool {
    match func {
        AggregateFunc::Min | AggregateFunc::Max | AggregateFunc::Mode | AggregateFunc::First | AggregateFunc::Last => {
            true
        }
        AggregateFunc::Count
        | AggregateFunc::CountDistinct
        | AggregateFunc::Sum
        | AggregateFunc::Avg
        | AggregateFunc::Median
        | AggregateFunc::Share => false,
    }
}
