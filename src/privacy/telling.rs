//! When a condition reveals what a word in its values tells: `infer health from category commercial mentioning ("insulin")`.
//!
//! It looks at the values that a condition itself names for a text field of that kind, and at nothing else: to expose such a field, to
//! count its values or to train on it names none of them. `infer … from table.field in (…)` is stricter where a field is known.

use crate::model::{Cond, FieldId, Model, Type};

use super::flow::{Read, Revealed};
use super::{infer, taxonomy};

/// Adds what words tell to the readings of one condition.
pub(super) fn over(model: &Model, cond: &Cond, reads: &mut [Read]) {
    for (j, telling) in model.telling.iter().enumerate() {
        let told = |field: FieldId| {
            is_of(model, field, &telling.from.value)
                && infer::names(cond, field).iter().any(|value| telling.is_mentioned(value))
        };
        for read in reads.iter_mut().filter(|read| read.field.is_some_and(told)) {
            let revealed = Revealed {
                category: telling.category.value.clone(),
                span: telling.category.span,
                inferred: Some(model.infers.len() + j),
                mentioned: true,
            };
            if !read.reveals.contains(&revealed) {
                read.reveals.push(revealed);
            }
        }
    }
}

/// Whether a field holds texts of a category, or of one under it.
fn is_of(model: &Model, field: FieldId, category: &str) -> bool {
    let field = &model.fields[field];
    let ty = if let Type::List(of) = &field.ty { of } else { &field.ty };
    *ty == Type::Text && field.labels.categories.iter().any(|label| taxonomy::is_under(model, &label.value, category))
}
