//! Reports of who is represented: a segment's people by what fairness protects, beside everybody who may be reached for the same.
//!
//! They are written in the language, ready to be added to a project: a report of the segment, one of everybody on the same leave, and the
//! segment of these. What a report withholds it withholds here, too.

use crate::model::{ConsentClause, Field, FieldRole, Model, Segment, Type};
use crate::privacy::fairness::{PROTECTED, of_field};
use crate::privacy::taxonomy::is_under;

/// The text of the reports; `None` where the entity has no protected field that groups could be told apart by.
pub fn reports(model: &Model, segment: &Segment) -> Option<String> {
    let entity = segment.entity?;
    let fields: Vec<&str> = model
        .fields_of(entity)
        .filter(|(id, field)| groups(field) && (of_field(model, *id).is_some() || is_kind(model, field)))
        .map(|(_, field)| field.name.value.as_str())
        .collect();
    if fields.is_empty() {
        return None;
    }
    let apart = apart(model, segment);
    let (name, of) = (&segment.name.value, &model.tables[entity].name.value);
    let leave = leave(model, segment);
    let everybody = format!("everybody_beside_{name}");
    let mut out = format!(
        "/// Everybody who may be reached for the same as `{name}`.\nsegment {everybody} of {of} {{\n{leave}  retain   nothing\n  \
         where everyone\n}}\n"
    );
    for field in fields {
        for (whose, title) in [(name, "Who is in it"), (&everybody, "Who could be")] {
            out += &format!(
                "\n/// {title}, by {field}.\nreport {whose}_by_{field} of {whose} {{\n{leave}  retain   13 months\n  by       {field}\n  \
                 show     people\n  minimum  50 people\n}}\n"
            );
        }
    }
    for field in apart {
        out += &format!(
            "\n// `{field}` is protected too, and has no few groups: a report by it needs a field that holds them, such as an age band.\n"
        );
    }
    Some(out)
}

/// Protected fields of the segment's people that no report can group by.
pub fn apart(model: &Model, segment: &Segment) -> Vec<String> {
    let fields = segment.entity.into_iter().flat_map(|entity| model.fields_of(entity));
    fields
        .filter(|(id, field)| {
            field.role == FieldRole::Plain
                && !groups(field)
                && (of_field(model, *id).is_some() || is_kind(model, field))
        })
        .map(|(_, field)| field.name.value.clone())
        .collect()
}

/// Whether a report can group by a field, and its groups are few.
fn groups(field: &Field) -> bool {
    let text = matches!(field.ty, Type::Text) && !field.labels.direct && !field.labels.free_text;
    (text || matches!(field.ty, Type::Boolean)) && field.role == FieldRole::Plain
}

fn is_kind(model: &Model, field: &Field) -> bool {
    let place = |category: &str| category.starts_with("location.");
    let kind = |category: &str| !place(category) && PROTECTED.iter().any(|kind| is_under(model, category, kind));
    field.labels.categories.iter().any(|category| kind(&category.value))
}

/// The clauses of purpose and consent, as the segment has them.
fn leave(model: &Model, segment: &Segment) -> String {
    let name = |id: &crate::source::Spanned<crate::model::PurposeId>| model.purposes[id.value].name.value.clone();
    let purposes: Vec<String> = segment.purposes.iter().map(name).collect();
    let consent = match segment.consent.as_ref().map(|consent| &consent.value) {
        Some(ConsentClause::Required(asked)) => asked.iter().map(name).collect::<Vec<_>>().join(", "),
        Some(ConsentClause::NotNeeded { because }) => {
            let because = because.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ");
            format!("not needed because \"{because}\"")
        }
        None => purposes.join(", "),
    };
    format!("  purpose  {}\n  consent  {consent}\n", purposes.join(", "))
}
