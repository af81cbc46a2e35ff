//! What the guard and the matching of destinations read of people: fields and links that no condition names and the SQL asks all the same.
//!
//! Membership reveals nothing of them by itself; whoever signs a segment, or looks up who reads a table, must see them nevertheless.

use super::Catalogue;
use super::markdown::code;
use super::terms;
use crate::model::{Field, Model};
use crate::plan::{KeyedBy, Path, SegmentPlan};

/// Something that is read besides what the condition asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// The table or identity.
    pub(super) table: String,
    /// The field; empty for links.
    pub(super) field: String,
    /// For what.
    pub(super) why: &'static str,
}

/// Everything that a segment's guard, and the matching of its destinations, reads.
pub(super) fn reads(plan: &SegmentPlan) -> Vec<Reading> {
    let guard = &plan.guard;
    let mut found = Vec::new();
    let mut add = |path: &Path, why: &'static str| {
        let of = plan.tables.get(path.table);
        if let Some((of, column)) = of.and_then(|of| Some((of, of.columns.get(path.column)?))) {
            let reading = Reading { table: of.name.clone(), field: column.name.clone(), why };
            if !found.contains(&reading) {
                found.push(reading);
            }
        }
    };
    let keyed = guard
        .ledgers
        .iter()
        .filter_map(|ledger| if let KeyedBy::Contact(path) = &ledger.keyed_by { Some(path) } else { None });
    keyed.chain(&guard.control).for_each(|path| add(path, "a ledger speaks of it"));
    guard.shared.iter().for_each(|path| add(path, "a destination matches on it, and a no of whoever shares it counts"));
    let choice = guard.purposes.iter().any(|purpose| purpose.basis.leaves_a_choice());
    guard.residence.path.iter().filter(|_| choice).for_each(|path| add(path, "the rules of which place hold"));
    let aged = guard.residence.rules.iter().map(|rule| &rule.asks).chain([&guard.residence.strictest]);
    let aged = choice && aged.into_iter().any(|asks| asks.adult_at.is_some());
    guard.birth.iter().filter(|_| aged).for_each(|path| add(path, "who is of age"));
    let links = guard.identities.iter().map(|identity| Reading {
        table: identity.name.clone(),
        field: String::new(),
        why: "a no of a linked id counts",
    });
    found.extend(links);
    found
}

/// The fields by which an entity's retention is counted: the SQL reads them, so as to forget in time.
pub(super) fn clocks(plan: &SegmentPlan) -> Vec<Reading> {
    let entities = plan.tables.iter().filter_map(|table| {
        let clock = table.clock.as_ref().filter(|clock| !clock.happened)?;
        let column = table.columns.get(clock.column)?;
        let why = "only to forget in time: what is kept is counted from it";
        Some(Reading { table: table.name.clone(), field: column.name.clone(), why })
    });
    entities.collect()
}

/// The field that a column of a table is.
pub(super) fn field_of<'m>(model: &'m Model, table: &str, column: &str) -> Option<&'m Field> {
    let table = model.tables.values().find(|known| known.name.value == table)?;
    table.fields.iter().map(|id| &model.fields[*id]).find(|field| field.column == column)
}

/// Rows of the table of what is read.
pub(super) fn rows(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> Vec<[String; 4]> {
    let row = |(reading, what_for): (Reading, &str)| {
        let model = catalogue.model;
        let field = field_of(model, &reading.table, &reading.field);
        let labels = field.into_iter().flat_map(|field| &field.labels.categories);
        let labels: Vec<_> = labels.map(|category| terms::label(&category.value)).collect();
        let what = match (field, reading.field.as_str()) {
            (Some(field), _) => code(&field.name.value),
            (None, "") => "the links".to_owned(),
            (None, column) => code(column),
        };
        [code(&reading.table), what, labels.join(", "), format!("{what_for}{}", reading.why)]
    };
    let leave = reads(plan).into_iter().map(|reading| (reading, "only for the leave: "));
    leave.chain(clocks(plan).into_iter().map(|reading| (reading, ""))).map(row).collect()
}
