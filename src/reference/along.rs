//! Rows of ids, as rows of whom the ids are linked to.
//!
//! A row is of everybody to whom its id has a link that may be read: made at a known time, within the retention of links, before now. It is
//! theirs for sure only where every link of that id, however spelt and whenever made, leads to one and the same; otherwise it only
//! possibly is. Links that lack an id or a key empty the run.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Field, Identity, Length, Model, Retain, Table, TableId};

use super::guard::in_one_spelling;
use super::rows::{Cut, CutRow};
use super::time::{Time, less};
use super::{Row, World, cells};

/// The links that rows of a table are read along.
struct Links<'m> {
    identity: &'m Identity,
    id: &'m Field,
    key: &'m Field,
}

impl<'m> Links<'m> {
    fn of(model: &'m Model, table: &Table) -> Option<Self> {
        let identity = &model.identities[table.along?];
        let key = &model.fields[model.key_of(identity.to)?];
        Some(Self { identity, id: &model.fields[table.subject?], key })
    }

    fn rows<'w>(&self, world: &'w World) -> Option<&'w [Row]> {
        let name = self.identity.physical.as_ref()?.value.join(".");
        world.tables.get(&name).map(Vec::as_slice)
    }

    fn id(&self, link: &Row) -> Option<String> {
        cells::text(&cells::typed(&self.id.ty, cells::cell(link, &self.identity.from_column.value)))
    }

    fn key(&self, link: &Row) -> Option<String> {
        cells::text(&cells::typed(&self.key.ty, cells::cell(link, &self.identity.to_column.value)))
    }

    /// Whether a link may be read: for data, a link of unknown time is none.
    fn is_readable(&self, link: &Row, time: &Time, kept: Length) -> bool {
        let clock = self.identity.at.as_ref();
        let at = clock.and_then(|at| time.moment(&at.ty, cells::cell(link, &at.column.value)));
        let usable = self.identity.retain.as_ref().and_then(|retain| match &retain.value {
            Retain::For { length, .. } => Some(time.ago(less(*length, kept))),
            Retain::WhileListed { .. } => None,
        });
        at.is_some_and(|at| usable.is_none_or(|usable| usable <= at.first) && at.first < time.now)
    }
}

/// The rows of a table of ids, by those whose rows they are; any other table as it is.
pub fn spread<'a>(model: &Model, world: &World, table: TableId, time: &Time, kept: Length, cut: Cut<'a>) -> Cut<'a> {
    let Some(links) = Links::of(model, &model.tables[table]) else { return cut };
    let mut readable: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for link in links.rows(world).into_iter().flatten() {
        let Some((id, key)) = links.id(link).zip(links.key(link)) else { continue };
        all.entry(in_one_spelling(&id)).or_default().insert(key.clone());
        if links.is_readable(link, time, kept) {
            readable.entry(id).or_default().insert(key);
        }
    }
    let mut rows: BTreeMap<String, Vec<CutRow<'a>>> = BTreeMap::new();
    for row in cut.rows.into_values().flatten() {
        let sure = all.get(&in_one_spelling(&row.key)).is_some_and(|keys| keys.len() == 1);
        for key in readable.get(&row.key).into_iter().flatten() {
            rows.entry(key.clone()).or_default().push(CutRow { key: key.clone(), sure, ..row.clone() });
        }
    }
    Cut { rows, ..cut }
}

/// Why the links that a table is read along empty the run.
pub fn problems(model: &Model, world: &World, table: TableId) -> Vec<String> {
    let Some(links) = Links::of(model, &model.tables[table]) else { return Vec::new() };
    let name = &links.identity.name.value;
    let Some(rows) = links.rows(world) else { return vec![format!("the links of `{name}` are missing")] };
    let lost = rows.iter().filter(|link| links.id(link).is_none() || links.key(link).is_none()).count();
    if lost == 0 { Vec::new() } else { vec![format!("{lost} links of `{name}` lack an id or a key")] }
}
