//! Who remains by `stay`: by the rows of stored memberships, if the very same definition admitted them.

use std::collections::BTreeSet;

use crate::model::{Model, SegmentId, TableKind, Value};

use super::time::Time;
use super::{Cell, World, cells};

/// The keys of those for whom `where` was last true within the time that members stay: at or after now less that time, and before
/// now. Where the table is not there, nobody is stored.
pub fn staying(model: &Model, segment: SegmentId, world: &World, time: &Time) -> BTreeSet<String> {
    let segment = &model.segments[segment];
    let name = &segment.name.value;
    let table = format!("{}.{name}__stored", model.project.schema);
    let facts = segment.entity.map(|entity| &model.tables[entity].kind);
    let Some(TableKind::Entity(facts)) = facts else { return BTreeSet::new() };
    let (Some(stay), Some(key), Some(rows)) = (segment.stay, facts.key, world.tables.get(&table)) else {
        return BTreeSet::new();
    };
    let from = time.ago(stay.value);
    let kept = time.ago(segment.retain.map_or_else(Default::default, |retain| retain.value.length()));
    let mut found = BTreeSet::new();
    for row in rows {
        let Cell::Value(Value::Instant(last)) = cells::cell(row, "last_true") else { continue };
        let Cell::Value(Value::Text(under)) = cells::cell(row, "definition") else { continue };
        let in_time = from <= *last && kept <= *last && *last < time.now && last.is_known();
        if in_time && world.definitions.get(name) == Some(under) {
            found.extend(cells::key(&model.fields[key], row));
        }
    }
    found
}

/// Whether a stored membership is nobody's: a row without a key may be anybody's, and empties the run.
pub fn is_anybodys(model: &Model, segment: SegmentId, world: &World) -> bool {
    let segment = &model.segments[segment];
    let table = format!("{}.{}__stored", model.project.schema, segment.name.value);
    let facts = segment.entity.map(|entity| &model.tables[entity].kind);
    let (Some(TableKind::Entity(facts)), Some(_)) = (facts, segment.stay) else { return false };
    let Some(key) = facts.key.map(|key| &model.fields[key]) else { return false };
    world.tables.get(&table).into_iter().flatten().any(|row| cells::key(key, row).is_none())
}
