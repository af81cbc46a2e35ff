//! When a condition reveals what a word in its values tells: `infer health from category commercial mentioning ("insulin")`.
//!
//! It looks at the values that a condition itself names for a text field of that kind: whole ones, parts and patterns; of a closed field
//! also at those that it tells from all others without naming them. To expose such a field, to count its values or to train on it names
//! none of them. `infer … from table.field in (…)` is stricter where a field is known.
//!
//! What a lookup says of a thing is nobody's data. Asked about somebody's rows it is of their kind: the name of what was bought is data
//! about purchases.

use crate::model::mention::spelled;
use crate::model::pattern::Pattern;
use crate::model::statement::trace::Asked;
use crate::model::walk::{self, Visitor};
use crate::model::{Cond, Field, FieldId, FieldPath, Infer, LinkId, Model, TableId, Telling, Type};
use crate::source::{Span, Spanned};

use super::flow::{Read, Revealed, table_labels};
use super::infer::{self, Named};
use super::taxonomy::is_under;

/// Adds what words tell to the readings of one condition.
pub(super) fn over(model: &Model, cond: &Cond, reads: &mut [Read]) {
    for (j, telling) in model.telling.iter().enumerate() {
        let told = |field: FieldId| {
            is_of(model, field, &telling.from.value, || leading_to(model, cond, field))
                && is_told(model, cond, field, telling)
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

/// Whether a condition asks a field for a value that mentions a word.
fn is_told(model: &Model, cond: &Cond, field: FieldId, telling: &Telling) -> bool {
    let named = |named: &Named<'_>| match named {
        Named::Value(value) => telling.is_mentioned(value),
        Named::Part(part) => telling.is_hinted(part),
        Named::Pattern(pattern) => {
            Pattern::read(pattern).is_ok_and(|it| spelled(&it).iter().any(|text| telling.is_hinted(text)))
        }
    };
    let apart = |as_infer: &Infer| infer::separates(model, as_infer, cond);
    infer::names(cond, field).iter().any(named) || is_told_apart(model, field, telling, apart)
}

/// Whether a query that reads some tables asks a field for a value that mentions a word. It names whole values only.
pub(super) fn is_asked(model: &Model, read: &[TableId], asked: &[&Asked], field: FieldId, telling: &Telling) -> bool {
    let named = |named: &Named<'_>| match named {
        Named::Value(text) | Named::Part(text) | Named::Pattern(text) => telling.is_mentioned(text),
    };
    let apart = |as_infer: &Infer| infer::separates_asked(model, as_infer, asked);
    let leading =
        || model.links.iter().filter(|(_, link)| link.to == model.fields[field].table && read.contains(&link.from));
    is_of(model, field, &telling.from.value, || leading().map(|(id, _)| id).collect())
        && (infer::names_asked(asked).iter().any(named) || is_told_apart(model, field, telling, apart))
}

/// Whether a condition tells a value of a closed field that mentions a word from all others.
fn is_told_apart(model: &Model, id: FieldId, telling: &Telling, apart: impl Fn(&Infer) -> bool) -> bool {
    let field: &Field = &model.fields[id];
    let mentioning = |value: &&Spanned<String>| telling.is_mentioned(&value.value);
    let values: Vec<Spanned<String>> = field.one_of.iter().flatten().filter(mentioning).cloned().collect();
    let as_infer =
        || Infer { category: telling.category.clone(), field: id, values, doc: None, span: telling.category.span };
    field.one_of.iter().flatten().any(|value| mentioning(&value)) && apart(&as_infer())
}

/// Whether a field holds texts of a category, or of one under it.
fn is_of(model: &Model, id: FieldId, category: &str, leading: impl FnOnce() -> Vec<LinkId>) -> bool {
    let field = &model.fields[id];
    let ty = if let Type::List(of) = &field.ty { of } else { &field.ty };
    let under = |label: &String| is_under(model, label, category);
    let mut own = field.labels.categories.iter().map(|label| &label.value);
    let about = || leading().into_iter().any(|link| kinds(model, link).iter().any(under));
    *ty == Type::Text
        && (own.any(under) || field.labels.categories.is_empty() && is_lookup(model, field.table) && about())
}

/// The links from somebody's rows by which a condition comes to a field of a lookup.
fn leading_to(model: &Model, cond: &Cond, field: FieldId) -> Vec<LinkId> {
    struct Paths<'m>(&'m Model, FieldId, Vec<LinkId>);
    impl Visitor for Paths<'_> {
        fn path(&mut self, path: &FieldPath, _span: Span) {
            let of_somebody = |link: &&LinkId| !is_lookup(self.0, self.0.links[**link].from);
            self.2.extend(path.hops.iter().rev().find(of_somebody).filter(|_| path.field == self.1));
        }
    }
    let mut paths = Paths(model, field, Vec::new());
    walk::cond(cond, &mut paths);
    paths.2
}

/// What the column of a link says, and where nobody has labelled it, its rows.
fn kinds(model: &Model, link: LinkId) -> Vec<String> {
    let link = &model.links[link];
    let own: Vec<String> = model.fields[link.by].labels.categories.iter().map(|label| label.value.clone()).collect();
    if own.is_empty() { table_labels(model, link.from).into_iter().map(|label| label.category).collect() } else { own }
}

fn is_lookup(model: &Model, table: TableId) -> bool {
    model.tables[table].is_lookup()
}
