//! IDN-10: a condition names one person by what identifies only that person.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::walk::{self, Visitor};
use crate::model::{CompareOp, Cond, CondKind, Expr, ExprKind, Field, FieldRole, Model, TextOp};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("IDN-10"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        let mut finder = Finder { model: cx.model, found: Vec::new() };
        walk::segment(segment, &mut finder);
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
        let named = match &cond.kind {
            CondKind::Compare { op: CompareOp::Equal, left, right } => match (&left.kind, &right.kind) {
                (_, ExprKind::Literal(_)) => Some(left),
                (ExprKind::Literal(_), _) => Some(right),
                (_, _) => None,
            },
            CondKind::OneOf { value, .. } | CondKind::Text { op: TextOp::Equals, value, .. } => Some(value),
            CondKind::Compare { .. }
            | CondKind::Text { .. }
            | CondKind::Everyone
            | CondKind::And(_)
            | CondKind::Or(_)
            | CondKind::Not(_)
            | CondKind::Between { .. }
            | CondKind::Truth(_)
            | CondKind::Missing(_)
            | CondKind::Count { .. }
            | CondKind::InList { .. }
            | CondKind::InSegment { .. }
            | CondKind::Defined { .. }
            | CondKind::Error => None,
        };
        if let Some(field) = named.and_then(|value| self.identifier(value)) {
            self.found.push((cond.span, field));
        }
    }
}

impl<'m> Finder<'m> {
    /// The field behind a value, where it identifies a person alone.
    fn identifier(&self, value: &Expr) -> Option<&'m Field> {
        let ExprKind::Field(path) = &value.kind else { return None };
        let field = &self.model.fields[path.field];
        let key = match field.role {
            FieldRole::Key => self.model.entity_facts(field.table).is_some(),
            FieldRole::Subject => true,
            FieldRole::Plain | FieldRole::At | FieldRole::Bare => false,
        };
        (field.labels.direct || key).then_some(field)
    }
}
