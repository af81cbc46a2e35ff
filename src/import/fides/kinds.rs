//! What kind of table a collection is, as far as a manifest tells: by primary keys, by references to them, by identities and by labels.
//!
//! A row for each user has a primary key that is a user's id. A row about one of them refers to that key, and names nobody besides. A row
//! nested in such rows refers to theirs. What refers to nobody and holds data of the system alone is looked up. Of anything else nobody can
//! tell whose rows they are, and it is asked.

use std::collections::BTreeSet;

use super::manifest::{Collection, Dataset, Field, Manifests, Reference};
use super::names::Names;
use super::taxonomy::{Taxonomy, Told};

/// A collection, and what it becomes.
#[derive(Debug)]
pub(super) struct Table<'m> {
    pub dataset: &'m Dataset,
    pub collection: &'m Collection,
    /// Its name in the language.
    pub name: String,
    pub kind: Kind,
}

/// Fields by their places in the collection, tables by theirs in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A row for each user.
    Entity { key: usize },
    /// Rows about one user.
    Source { of: usize, subject: usize },
    /// Rows nested in rows about one user.
    Rows { of: usize, by: usize },
    /// Rows about nobody.
    Lookup,
    /// Nobody can tell.
    Open,
}

/// Every table, in the order of the manifests.
pub(super) fn tables<'m>(manifests: &'m Manifests, taxonomy: &mut Taxonomy<'m>) -> Vec<Table<'m>> {
    let mut names = Names::default();
    let collections =
        manifests.datasets.iter().flat_map(|dataset| dataset.collections.iter().map(move |it| (dataset, it)));
    let mut tables: Vec<Table<'m>> = collections
        .map(|(dataset, collection)| {
            let name = names.give(&collection.name);
            Table { dataset, collection, name, kind: Kind::Open }
        })
        .collect();
    settle(&mut tables, |_, table| entity(table));
    let found: Vec<bool> = tables.iter().map(|table| all_system(&table.collection.fields, taxonomy)).collect();
    settle(&mut tables, |tables, table| source(tables, table));
    settle(&mut tables, |tables, table| nested(tables, table));
    for (table, system) in tables.iter_mut().zip(found) {
        if table.kind == Kind::Open && system && !identifies(&table.collection.fields) && !table.refers() {
            table.kind = Kind::Lookup;
        }
    }
    tables
}

/// Decides each table that is still open, by what is known so far.
fn settle<'m>(tables: &mut [Table<'m>], decide: impl Fn(&[Table<'m>], &Table<'m>) -> Option<Kind>) {
    let decided: Vec<Option<Kind>> =
        tables.iter().map(|table| if table.kind == Kind::Open { decide(tables, table) } else { None }).collect();
    for (table, kind) in tables.iter_mut().zip(decided) {
        table.kind = kind.unwrap_or(table.kind.clone());
    }
}

impl<'m> Table<'m> {
    fn fields(&self) -> impl Iterator<Item = (usize, &'m Field)> + use<'m> {
        self.collection.fields.iter().enumerate()
    }

    fn refers(&self) -> bool {
        self.collection.fields.iter().any(refers)
    }
}

fn refers(field: &Field) -> bool {
    !field.references.is_empty() || field.fields.iter().any(refers)
}

/// The table whose primary key a reference names.
pub(super) fn target(tables: &[Table<'_>], from: &Table<'_>, reference: &Reference) -> Option<usize> {
    let dataset = reference.dataset.as_deref().unwrap_or(&from.dataset.key);
    let (collection, column) = reference.field.split_once('.')?;
    let at = tables.iter().position(|table| table.dataset.key == dataset && table.collection.name == collection)?;
    let keys = tables.get(at)?.collection.fields.iter().filter(|field| field.primary_key);
    let mut keys = keys.filter(|field| field.name == column);
    keys.next().map(|_| at)
}

/// A primary key that is a user's id.
fn entity(table: &Table<'_>) -> Option<Kind> {
    let mut ids =
        table.fields().filter(|(_, field)| field.primary_key && field.categories.iter().any(|key| is_id(key)));
    let (key, _) = ids.next()?;
    ids.next().is_none().then_some(Kind::Entity { key })
}

fn is_id(key: &str) -> bool {
    key == "user.unique_id"
}

/// Refers to the key of one kind of user, and identifies nobody by itself.
fn source(tables: &[Table<'_>], table: &Table<'_>) -> Option<Kind> {
    if identifies(&table.collection.fields) {
        return None;
    }
    let mut found = Vec::new();
    for (at, field) in table.fields() {
        for reference in field.references.iter().filter(|reference| reference.direction.as_deref() != Some("to")) {
            let of = target(tables, table, reference);
            let of = of.filter(|of| matches!(tables.get(*of).map(|table| &table.kind), Some(Kind::Entity { .. })));
            found.extend(of.map(|of| (of, at)));
        }
    }
    let whose: BTreeSet<usize> = found.iter().map(|(of, _)| *of).collect();
    let (of, subject) = *found.first()?;
    (whose.len() == 1 && found.len() == 1).then_some(Kind::Source { of, subject })
}

/// Refers to the key of rows about one user, and identifies nobody by itself.
fn nested(tables: &[Table<'_>], table: &Table<'_>) -> Option<Kind> {
    if identifies(&table.collection.fields) {
        return None;
    }
    let mut found = Vec::new();
    for (by, field) in table.fields() {
        for reference in &field.references {
            let of = target(tables, table, reference);
            let kind = of.and_then(|of| tables.get(of)).map(|table| &table.kind);
            match kind {
                Some(Kind::Source { .. }) => found.extend(of.map(|of| (of, by))),
                // Whose rows they are may be another's.
                Some(Kind::Entity { .. }) => return None,
                Some(Kind::Rows { .. } | Kind::Lookup | Kind::Open) | None => {}
            }
        }
    }
    match found.as_slice() {
        [(of, by)] => Some(Kind::Rows { of: *of, by: *by }),
        [] | [_, ..] => None,
    }
}

/// Whether a field says that it identifies people.
fn identifies(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.identity.is_some() || identifies(&field.fields))
}

/// Whether every field has a category, and each is the system's.
fn all_system(fields: &[Field], taxonomy: &mut Taxonomy<'_>) -> bool {
    fields.iter().all(|field| {
        let told = !field.categories.is_empty() || !field.fields.is_empty();
        let system = field.categories.iter().all(|key| taxonomy.told(key) == Told::NotPersonal);
        told && system && all_system(&field.fields, taxonomy)
    })
}
