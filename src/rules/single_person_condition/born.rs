//! An exact day of birth beside other traits: `birth_date = 1965-02-04 and gender = "f" and country = "DE"`.
//!
//! One day of birth fits one of some 25 000 people, which is a crowd where millions are asked: the children of a great day may be greeted. Each
//! further trait divides what is left.

use super::RULE;
use crate::diagnostic::Diagnostic;
use crate::model::{
    CompareOp, Cond, CondKind, Date, Expr, ExprKind, Field, FieldId, Model, Segment, TableId, TextOp, Value,
};
use crate::privacy::taxonomy::is_under;
use crate::rules::tools::listed;
use crate::source::Span;

/// So many days of birth in a row are hardly more than one.
const FEW_DAYS: i32 = 7;

/// How much the traits beside a day of birth may tell.
const MOST_TOLD: u32 = 1;

/// The finding about a day of birth that is asked for beside other traits.
pub(super) fn beside_others(model: &Model, segment: &Segment) -> Option<Diagnostic> {
    let entity = segment.entity?;
    let mut asked = Asked { model, entity, born: Vec::new(), traits: Vec::new() };
    segment.condition.iter().for_each(|condition| asked.cond(condition, true));
    segment.except.iter().for_each(|except| asked.cond(except, false));
    let (birth, day) = asked.day()?;
    if asked.traits.iter().map(|(field, _)| told(model, &model.fields[*field])).sum::<u32>() <= MOST_TOLD {
        return None;
    }
    let name = |field: FieldId| model.fields[field].name.value.as_str();
    let names = [birth].into_iter().chain(asked.traits.iter().map(|(field, _)| *field)).map(name);
    let finding = Diagnostic::error(RULE.code, format!("{} together name single people", listed(names)))
        .at(day, "a day of birth fits few people")
        .because("a day of birth fits one of 25 000 people, and each further trait leaves fewer: what is left is a letter to somebody")
        .help("ask for an age (`age between 55 and 65`), or for less beside the day");
    Some(asked.traits.iter().fold(finding, |finding, (_, span)| finding.and(*span, "and fewer by this")))
}

/// What is asked of everybody who is in.
struct Asked<'m> {
    model: &'m Model,
    entity: TableId,
    /// Bounds of a day of birth: the first days, or the last.
    born: Vec<(FieldId, CompareOp, Date, Span)>,
    /// Other fields of which one value is asked for.
    traits: Vec<(FieldId, Span)>,
}

impl Asked<'_> {
    fn cond(&mut self, cond: &Cond, holds: bool) {
        match &cond.kind {
            CondKind::And(parts) if holds => parts.iter().for_each(|part| self.cond(part, holds)),
            CondKind::Or(parts) if !holds => parts.iter().for_each(|part| self.cond(part, holds)),
            CondKind::Not(inner) => self.cond(inner, !holds),
            CondKind::Defined { body, .. } => self.cond(body, holds),
            CondKind::Compare { op, left, right } => {
                let op = if holds { *op } else { super::contrary(*op) };
                self.compared(left, op, right, cond.span);
                self.compared(right, op.flipped(), left, cond.span);
            }
            CondKind::Between { value, low, high } if holds => {
                self.compared(value, CompareOp::GreaterOrEqual, low, cond.span);
                self.compared(value, CompareOp::LessOrEqual, high, cond.span);
            }
            CondKind::OneOf { value, values, .. } if holds => {
                if let [only] = values.as_slice() {
                    self.value(value, CompareOp::Equal, &only.value, cond.span);
                }
            }
            CondKind::Text { op: TextOp::Equals, value, .. } if holds => self.one_value(value, cond.span),
            CondKind::And(_)
            | CondKind::Or(_)
            | CondKind::Between { .. }
            | CondKind::OneOf { .. }
            | CondKind::Text { .. }
            | CondKind::Everyone
            | CondKind::Sample(_)
            | CondKind::Within { .. }
            | CondKind::Around { .. }
            | CondKind::Has { .. }
            | CondKind::Truth(_)
            | CondKind::Missing(_)
            | CondKind::Count { .. }
            | CondKind::AtLeastOf { .. }
            | CondKind::InList { .. }
            | CondKind::InSegment { .. }
            | CondKind::Error => {}
        }
    }

    fn compared(&mut self, value: &Expr, op: CompareOp, with: &Expr, span: Span) {
        if let ExprKind::Literal(with) = &with.kind {
            self.value(value, op, with, span);
        }
    }

    fn value(&mut self, value: &Expr, op: CompareOp, with: &Value, span: Span) {
        match (self.field(value), with) {
            (Some(field), Value::Date(day)) if self.is_birth(field) => self.born.push((field, op, *day, span)),
            (_, _) if op == CompareOp::Equal => self.one_value(value, span),
            (_, _) => {}
        }
    }

    fn one_value(&mut self, value: &Expr, span: Span) {
        let field = self.field(value).filter(|field| !self.traits.iter().any(|(known, _)| known == field));
        self.traits.extend(field.filter(|field| told(self.model, &self.model.fields[*field]) > 0).map(|it| (it, span)));
    }

    /// A field of the person, not of what is linked.
    fn field(&self, value: &Expr) -> Option<FieldId> {
        let ExprKind::Field(path) = &value.unnamed().kind else { return None };
        Some(path.field).filter(|field| self.model.fields[*field].table == self.entity)
    }

    fn is_birth(&self, field: FieldId) -> bool {
        let declared = self.model.entity_facts(self.entity).and_then(|facts| facts.birth);
        let labels = &self.model.fields[field].labels.categories;
        declared.is_some_and(|birth| birth.value == field)
            || labels.iter().any(|label| is_under(self.model, &label.value, "demographic.birth_date"))
    }

    /// The day of birth that is asked for, or few days in a row.
    fn day(&self) -> Option<(FieldId, Span)> {
        let first = |op| matches!(op, CompareOp::Equal | CompareOp::Greater | CompareOp::GreaterOrEqual);
        let last = |op| matches!(op, CompareOp::Equal | CompareOp::Less | CompareOp::LessOrEqual);
        let lows = self.born.iter().filter(|(_, op, ..)| first(*op));
        let pairs = lows.flat_map(|low| self.born.iter().filter(|(_, op, ..)| last(*op)).map(move |high| (low, high)));
        let mut few = pairs.filter(|((a, _, from, _), (b, _, to, _))| {
            a == b && to.civil().since(from.civil()).is_ok_and(|days| (0..FEW_DAYS).contains(&days.get_days()))
        });
        few.next().map(|((field, .., span), _)| (*field, *span))
    }
}

/// How much one value of a field tells of who somebody is: nothing, something, or much.
fn told(model: &Model, field: &Field) -> u32 {
    let under = |root: &str| field.labels.categories.iter().any(|label| is_under(model, &label.value, root));
    if field.labels.quasi || ["location.postcode", "location.precise", "contact"].iter().any(|root| under(root)) {
        2
    } else {
        u32::from(["demographic", "location", "professional", "ethnicity"].iter().any(|root| under(root)))
    }
}
