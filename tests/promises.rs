//! What the language promises whatever the data, held against the reference in invented databases: a denial never adds anyone, a
//! missing cell never adds anyone, and rows that may not be read change nothing.

mod common;

use std::collections::BTreeSet;

use common::chance::{self, Chance};
use common::worlds::{self, World, Written, declared};
use segma::model::{
    EventLedger, Field, FieldRole, Instant, LedgerRows, Model, Retain, SegmentId, TableKind, Type, Value,
};
use segma::reference;

fn members(model: &Model, id: SegmentId, world: &World) -> BTreeSet<Value> {
    reference::members(model, id, &world.rows(model), world.now).members
}

/// Every invented database, complete, with its model and what made it.
fn each_database(mut see: impl FnMut(&Model, &World, &mut Chance)) {
    for (number, world) in worlds::all().iter().enumerate() {
        // Who leaves a population moves its cut-offs: what is promised of ranks holds with those held fixed.
        if ["top ", "bottom ", "percentile(", "quintile(", "rfm("].iter().any(|rank| world.text.contains(rank)) {
            continue;
        }
        let model = world.load().model;
        for seed in 0..chance::databases(3) {
            let mut chance = Chance::new(77_000 + seed * 1_000 + number as u64);
            let mut database = chance::database(world, &model, &mut chance);
            database.complete(&model);
            see(&model, &database, &mut chance);
        }
    }
}

/// Holds every segment against a changed database: nobody may be there who was not. Gives how many members there were.
fn assert_none_added(model: &Model, before: &World, after: &World, what: &str) -> usize {
    let mut compared = 0;
    for id in model.segments.ids() {
        let (old, new) = (members(model, id, before), members(model, id, after));
        compared += old.len();
        let (added, name) = (new.difference(&old), &model.segments[id].name.value);
        assert!(new.is_subset(&old), "{} / {name}: {what} lets {added:?} in\n{}", before.name, chance::markdown(after));
    }
    compared
}

fn event_ledgers(model: &Model) -> Vec<(String, &EventLedger)> {
    let named = model.ledgers.values().filter_map(|ledger| match &ledger.rows {
        LedgerRows::Events(events) => {
            let name = ledger.physical.as_ref()?.value.join(".");
            Some((name, events.as_ref()))
        }
        LedgerRows::States(_) => None,
    });
    named.collect()
}

fn put(written: &mut Written, row: usize, column: &str, cell: Option<&str>) {
    let at = written.columns.iter().position(|known| known == column).unwrap();
    written.rows[row][at] = cell.map(str::to_owned);
}

#[test]
fn a_denial_never_adds_anyone() {
    let mut compared = 0;
    each_database(|model, world, chance| {
        for (table, events) in event_ledgers(model) {
            let mut after = world.clone();
            let Some(written) = after.tables.get_mut(&table).filter(|written| !written.rows.is_empty()) else {
                continue;
            };
            let row = chance.pick(&written.rows.clone());
            let number = written.rows.len();
            written.rows.push(row);
            let state = events.states.iter().filter(|(_, state)| {
                !matches!(
                    state,
                    segma::model::ConsentState::Granted
                        | segma::model::ConsentState::Released
                        | segma::model::ConsentState::Silent
                )
            });
            let mut states: Vec<String> = state.map(|(code, _)| code.value.clone()).collect();
            states.push("unheard of".to_owned());
            put(written, number, &events.state_column.value, Some(&chance.pick(&states)));
            if let Some(clock) = Some(&events.at).filter(|_| chance.percent(30)) {
                put(written, number, &clock.column.value, None);
            }
            compared += assert_none_added(model, world, &after, "a denial");
        }
    });
    assert!(compared > 1_000, "only {compared} members were compared");
}

#[test]
fn taking_away_a_grant_without_end_never_adds_anyone() {
    let mut compared = 0;
    each_database(|model, world, chance| {
        for (table, events) in event_ledgers(model) {
            let Some(written) = world.tables.get(&table) else { continue };
            let at = |column: &str| written.columns.iter().position(|known| known == column).unwrap();
            let granted: Vec<&String> = events
                .states
                .iter()
                .filter(|(_, state)| matches!(state, segma::model::ConsentState::Granted))
                .map(|(code, _)| &code.value)
                .collect();
            let rows = (0..written.rows.len()).filter(|row| {
                let row = &written.rows[*row];
                let grants = row[at(&events.state_column.value)].as_ref().is_some_and(|state| granted.contains(&state));
                grants && events.until.as_ref().is_none_or(|until| row[at(&until.column.value)].is_none())
            });
            let rows: Vec<usize> = rows.collect();
            if rows.is_empty() || written.rows.len() < 2 {
                continue;
            }
            let mut after = world.clone();
            after.tables.get_mut(&table).unwrap().rows.remove(chance.pick(&rows));
            compared += assert_none_added(model, world, &after, "taking away a grant");
        }
    });
    assert!(compared > 1_000, "only {compared} members were compared");
}

#[test]
fn a_missing_cell_never_adds_anyone() {
    let mut compared = 0;
    each_database(|model, world, chance| {
        if [" is missing", " is known", "ignoring missing"].iter().any(|words| world.text.contains(words)) {
            return;
        }
        let mut after = world.clone();
        let mut blanked = String::new();
        for (table, columns) in declared(model) {
            let Some(written) = after.tables.get_mut(&table).filter(|written| !written.rows.is_empty()) else {
                continue;
            };
            let fields = model.fields.values().filter(|field| {
                let physical = model.tables[field.table].physical.as_ref();
                physical.is_some_and(|name| name.value.join(".") == table) && is_data(model, field)
            });
            let fields: Vec<&Field> = fields.filter(|field| columns.contains_key(&field.column)).collect();
            if fields.is_empty() {
                continue;
            }
            let (row, field) = (chance.below(written.rows.len()), chance.pick(&fields));
            let column = &field.column;
            if is_no_value(field, written, row) {
                return; // a cell that broke its row is only missing now, which mends the row likewise
            }
            put(written, row, column, None);
            if (0..written.rows.len()).any(|other| other != row && written.rows[other] == written.rows[row]) {
                return; // two versions that contradicted each other are one now: that mends a row instead of hiding a fact
            }
            blanked += &format!("{table}.{column} in row {}, ", row + 1);
        }
        compared += assert_none_added(model, world, &after, &format!("blanking {blanked}"));
    });
    assert!(compared > 500, "only {compared} members were compared");
}

/// Whether a cell holds a value that its field never has.
fn is_no_value(field: &Field, written: &Written, row: usize) -> bool {
    let Some(one_of) = field.one_of.as_ref().filter(|_| field.ty == Type::Text) else { return false };
    let at = written.columns.iter().position(|known| *known == field.column).unwrap();
    written.rows[row][at].as_ref().is_some_and(|cell| one_of.iter().all(|value| value.value != *cell))
}

/// Whether a cell of a field is data: no key or address, no subject or parent, no time. (The key of versions is left out as well: invented
/// versions of one key need not share their subject, and then each breaks the other's row only while they share the key.)
fn is_data(model: &Model, field: &Field) -> bool {
    let clock = model.tables.values().any(|table| {
        matches!(
            table.retain.as_ref().map(|retain| &retain.value),
            Some(Retain::For { after: Some(after), .. }) if std::ptr::eq(&model.fields[*after], field)
        )
    });
    let parts = model.tables.values().any(|table| match &table.kind {
        TableKind::Rows { by, .. } => std::ptr::eq(&model.fields[*by], field),
        _ => false,
    });
    let member = model.links.values().any(|link| {
        let of_people = matches!(model.tables[link.from].kind, TableKind::Entity(_));
        of_people && std::ptr::eq(&model.fields[link.by], field)
    });
    let plain = match field.role {
        FieldRole::Plain | FieldRole::Bare => true,
        FieldRole::Key | FieldRole::Subject | FieldRole::At => false,
    };
    let versions = model.tables.values().filter_map(|table| table.unique.as_ref());
    let versions = versions.map(|unique| &model.fields[unique.key]).any(|key| std::ptr::eq(key, field));
    let address = field.labels.categories.iter().any(|category| category.value.starts_with("contact"));
    plain && !clock && !parts && !member && !address && !versions
}

#[test]
fn rows_that_may_not_be_read_change_nothing() {
    let mut compared = 0;
    each_database(|model, world, chance| {
        let mut after = world.clone();
        let long_ago: Instant = "1985-06-01T00:00:00Z".parse().unwrap();
        let ahead = world.now.plus_micros(86_400_000_000 * (1 + chance.below(100) as i64));
        for table in model.tables.values().filter(|table| table.at.is_some() && table.subject.is_some()) {
            let Some(name) = table.physical.as_ref().map(|name| name.value.join(".")) else { continue };
            let Some(written) = after.tables.get_mut(&name).filter(|written| !written.rows.is_empty()) else {
                continue;
            };
            let (at, subject) = (&model.fields[table.at.unwrap()], &model.fields[table.subject.unwrap()]);
            for instant in [long_ago, ahead] {
                let mut row = chance.pick(&written.rows.clone());
                for (column, cell) in written.columns.iter().zip(&mut row) {
                    if *column == at.column {
                        *cell = Some(match at.ty {
                            Type::Date => instant.to_string()[..10].to_owned(),
                            _ => instant.to_string(),
                        });
                    }
                    if *column == subject.column {
                        *cell = Some("1".to_owned());
                    }
                    if table.arrived.is_some_and(|arrived| model.fields[arrived].column == *column) {
                        *cell = Some(long_ago.to_string());
                    }
                }
                written.rows.push(row);
            }
        }
        for id in model.segments.ids() {
            let (old, new) = (members(model, id, world), members(model, id, &after));
            compared += old.len();
            assert_eq!(old, new, "{} / {}", world.name, model.segments[id].name.value);
        }
    });
    assert!(compared > 1_000, "only {compared} members were compared");
}
