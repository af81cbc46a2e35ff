//! Values at which a condition changes its mind: those that it names, and those just beside them.
//!
//! Where two revisions differ by little, somebody who is in one audience alone has such a value in a cell that one of them reads.

use std::collections::BTreeMap;

use crate::model::calendar::add_days;
use crate::model::walk::{self, Visitor};
use crate::model::{Cond, CondKind, Decimal, Expr, ExprKind, Model, Segment, TextOp, Value};

/// Values by table and column of the warehouse.
pub type Critical = BTreeMap<(String, String), Vec<Value>>;

/// Adds the values of a segment's conditions.
pub fn collect(model: &Model, segment: &Segment, found: &mut Critical) {
    walk::segment(segment, &mut Collector { model, found });
}

struct Collector<'m, 'f> {
    model: &'m Model,
    found: &'f mut Critical,
}

impl Collector<'_, '_> {
    fn add(&mut self, of: &Expr, values: impl IntoIterator<Item = Value>) {
        let Some(ExprKind::Field(path)) = of.plain_field().map(|plain| &plain.kind) else { return };
        let field = &self.model.fields[path.field];
        let Some(table) = &self.model.tables[field.table].physical else { return };
        let known = self.found.entry((table.value.join("."), field.column.clone())).or_default();
        for value in values {
            if !known.contains(&value) {
                known.push(value);
            }
        }
    }

    fn bound(&mut self, of: &Expr, bound: &Expr) {
        if let ExprKind::Literal(value) = &bound.unnamed().kind {
            self.add(of, beside(value));
        }
    }
}

impl Visitor for Collector<'_, '_> {
    fn cond(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::Compare { left, right, .. } => {
                self.bound(left, right);
                self.bound(right, left);
            }
            CondKind::Between { value, low, high } => {
                self.bound(value, low);
                self.bound(value, high);
            }
            CondKind::OneOf { value, values, .. } => self.add(value, values.iter().flat_map(|one| beside(&one.value))),
            CondKind::Text { op, value, pattern, .. } => {
                let pattern = &pattern.value;
                let longer = match op {
                    TextOp::Equals | TextOp::Matches => pattern.clone(),
                    TextOp::StartsWith => format!("{pattern}0"),
                    TextOp::EndsWith => format!("0{pattern}"),
                    TextOp::Contains => format!("0{pattern}0"),
                };
                self.add(value, [Value::Text(longer), Value::Text("other".to_owned())]);
            }
            CondKind::Truth(value) => self.add(value, [Value::Boolean(true), Value::Boolean(false)]),
            CondKind::Everyone
            | CondKind::Sample(_)
            | CondKind::And(_)
            | CondKind::Or(_)
            | CondKind::Not(_)
            | CondKind::Defined { .. }
            | CondKind::Has { .. }
            | CondKind::Within { .. }
            | CondKind::Around { .. }
            | CondKind::Missing(_)
            | CondKind::Count { .. }
            | CondKind::AtLeastOf { .. }
            | CondKind::InList { .. }
            | CondKind::InSegment { .. }
            | CondKind::Error => {}
        }
    }
}

/// A value, and those just beside it.
fn beside(value: &Value) -> Vec<Value> {
    let others = match value {
        Value::Integer(n) => vec![Value::Integer(n.saturating_sub(1)), Value::Integer(n.saturating_add(1))],
        Value::Decimal(n) => [-1, 1]
            .iter()
            .filter_map(|step| Decimal::from_micros(n.micros() + step * 1_000_000))
            .map(Value::Decimal)
            .collect(),
        Value::Date(day) => vec![Value::Date(add_days(*day, -1)), Value::Date(add_days(*day, 1))],
        Value::Boolean(truth) => vec![Value::Boolean(!truth)],
        Value::Text(_) => vec![Value::Text("other".to_owned())],
        Value::Instant(_) => Vec::new(),
    };
    std::iter::once(value.clone()).chain(others).collect()
}
