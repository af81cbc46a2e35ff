//! What a model was trained on, for its page: which tables and fields, how far back, and how often anew.

use super::leave::link;
use super::markdown::{code, table};
use super::terms;
use crate::model::{FieldRole, Model, ScoreFacts, TableId};

pub(super) fn section(model: &Model, facts: &ScoreFacts) -> String {
    let rows: Vec<Vec<String>> = facts.trained_on.iter().map(|table| row(model, facts, table.value)).collect();
    let back = facts.looking_back.as_ref().map_or_else(
        || "How far back it looked is not said.".to_owned(),
        |back| format!("It looked back {}: a score shows what happened so long before it was made.", back.value),
    );
    let again = facts.retrained.as_ref().map_or_else(
        || "Nobody has said how often it is trained anew.".to_owned(),
        |every| format!("It is trained anew {}.", every.value.each()),
    );
    let heads = ["table", "fields", "tells of"];
    let rows = if rows.is_empty() { "Nothing is named.\n".to_owned() } else { table(&heads, &rows) };
    format!("## Trained on\n\n{rows}\n{back} {again} Who reads the score reads all of this.\n\n")
}

fn row(model: &Model, facts: &ScoreFacts, trained: TableId) -> Vec<String> {
    let named: Vec<_> =
        facts.inputs.iter().map(|id| id.value).filter(|id| model.fields[*id].table == trained).collect();
    let every = model.tables[trained].fields.iter().copied().filter(|id| model.fields[*id].role == FieldRole::Plain);
    let fields: Vec<_> = if named.is_empty() { every.collect() } else { named.clone() };
    let mut tells: Vec<String> = Vec::new();
    for category in fields.iter().flat_map(|id| &model.fields[*id].labels.categories) {
        let label = terms::label(&category.value);
        if !tells.contains(&label) {
            tells.push(label);
        }
    }
    let names: Vec<_> = named.iter().map(|id| code(&model.fields[*id].name.value)).collect();
    let names = if names.is_empty() { "every field".to_owned() } else { names.join(", ") };
    vec![link("sources", &model.tables[trained].name.value), names, tells.join(", ")]
}
