//! What a guard asks of the people of an invented database: ledgers that can be believed, and grants.

use crate::model::{
    ClockColumn, ConsentState, Covers, EventLedger, KeyedBy, Ledger, LedgerOf, LedgerRows, Model, PurposeId, StateArm,
    StateColumn, StateSays, StateWhen, TableId, Type, Value, VersionColumn, Watermark,
};
use crate::reference::{Cell, Row};

use super::draft::{self, Draft, Place};

/// A minute in microseconds.
const MINUTE: i64 = 60_000_000;
/// How long ago somebody said yes: 30 days.
const SAID: i64 = -30 * 24 * 60 * MINUTE;

/// Gives every table that the model speaks of, and every ledger a row of nobody by which it is neither empty nor stale.
pub fn prepare(model: &Model, draft: &mut Draft) {
    let tables = model.tables.values().filter_map(|table| table.physical.as_ref());
    let ledgers = model.ledgers.values().filter_map(|ledger| ledger.physical.as_ref());
    let identities = model.identities.values().filter_map(|identity| identity.physical.as_ref());
    for name in tables.chain(ledgers).chain(identities) {
        draft.world.tables.entry(name.value.join(".")).or_default();
    }
    for segment in model.segments.values().filter(|segment| segment.stay.is_some()) {
        let stored = format!("{}.{}__stored", model.project.schema, segment.name.value);
        draft.world.tables.entry(stored).or_default();
    }
    for ledger in model.ledgers.values() {
        if let Some(name) = ledger.physical.as_ref().map(|name| name.value.join("."))
            && !is_of_people(model, &name)
            && draft.world.tables.get(&name).is_some_and(Vec::is_empty)
        {
            let row = heartbeat(model, ledger, draft);
            draft.world.tables.insert(name, vec![row]);
        }
    }
}

/// The address of nobody.
const NOBODYS_ADDRESS: &str = "nobody@example.org";

/// Whether a cell of a ledger is nobody's key or address: such a row only keeps the ledger from being empty.
pub fn is_nobodys(cell: &str) -> bool {
    let keys = [Type::Integer, Type::Text, Type::Uuid].map(|ty| super::show::value(&draft::nobody(&ty)));
    cell == NOBODYS_ADDRESS || keys.iter().any(|key| key == cell)
}

/// Whether a table holds the subjects of an entity themselves.
fn is_of_people(model: &Model, name: &str) -> bool {
    let here =
        |table: TableId| model.tables[table].physical.as_ref().is_some_and(|known| known.value.join(".") == name);
    model.tables.ids().any(|table| model.key_of(table).is_some() && here(table))
}

/// A row of nobody, which says that a ledger is alive.
fn heartbeat(model: &Model, ledger: &Ledger, draft: &Draft) -> Row {
    let key = |table| model.key_of(table).map_or(&Type::Text, |key| &model.fields[key].ty);
    let nobody = match (ledger.keyed_by, ledger.of) {
        (KeyedBy::Contact(_), _) => Value::Text(NOBODYS_ADDRESS.to_owned()),
        (KeyedBy::Key, LedgerOf::Entity(table)) => draft::nobody(key(table)),
        (KeyedBy::Key, LedgerOf::Identity(_)) => draft::nobody(&Type::Text),
    };
    let mut row = Row::from([(ledger.subject.value.clone(), Cell::Value(nobody))]);
    match &ledger.rows {
        LedgerRows::Events(events) => {
            let state = events.states.iter().find(|(_, state)| *state == ConsentState::Granted);
            let text =
                |code: Option<&String>| code.map_or(Cell::Missing, |code| Cell::Value(Value::Text(code.clone())));
            let any = events.states.first();
            row.insert(events.purpose_column.value.clone(), text(events.purposes.first().map(|(code, _)| &code.value)));
            row.insert(events.state_column.value.clone(), text(state.or(any).map(|(code, _)| &code.value)));
            row.insert(events.at.column.value.clone(), draft.cell(&events.at.ty, &back(draft, SAID)));
        }
        LedgerRows::States(columns) => {
            row.extend(columns.iter().map(|column| (column.column.value.clone(), silent(&column.arms))));
        }
    }
    row.extend(fresh(ledger, draft));
    row
}

fn back(draft: &Draft, micros: i64) -> Value {
    Value::Instant(draft.now.plus_micros(micros))
}

/// When people said yes.
fn agreed(draft: &Draft) -> Value {
    draft.agreed.map_or_else(|| back(draft, SAID), |length| Value::Instant(draft.ago(length)))
}

/// The cell by which a ledger is seen to be recent.
fn fresh(ledger: &Ledger, draft: &Draft) -> Option<(String, Cell)> {
    match ledger.fresh.as_ref().map(|fresh| &fresh.value.by)? {
        Watermark::Column(clock) => Some((clock.column.value.clone(), draft.cell(&clock.ty, &back(draft, -MINUTE)))),
        Watermark::Taken(_) => None,
    }
}

/// What stands in a column of present states that says nothing.
fn silent(arms: &[StateArm]) -> Cell {
    let says_nothing = |arm: &&StateArm| arm.says.iter().all(|says| *says == StateSays::Nothing);
    let missing = arms.iter().find(|arm| arm.when == StateWhen::Missing);
    let otherwise = arms.iter().find(|arm| arm.when == StateWhen::Else);
    if missing.or(otherwise).as_ref().is_some_and(says_nothing) {
        return Cell::Missing;
    }
    let named = arms.iter().filter(says_nothing).find_map(|arm| match &arm.when {
        StateWhen::Is(value) => Some(value.clone()),
        StateWhen::Missing | StateWhen::Else => None,
    });
    named.map_or(Cell::Missing, Cell::Value)
}

/// Gives the rows of people what ledgers of present states that stand in the same table want to see, where nothing stands yet.
pub fn settle(model: &Model, draft: &mut Draft) {
    for ledger in model.ledgers.values() {
        let Some(name) = ledger.physical.as_ref().map(|name| name.value.join(".")) else { continue };
        let LedgerRows::States(columns) = &ledger.rows else { continue };
        let mut cells: Vec<(String, Cell)> =
            columns.iter().map(|column| (column.column.value.clone(), silent(&column.arms))).collect();
        cells.extend(fresh(ledger, draft));
        for row in draft.world.tables.get_mut(&name).into_iter().flatten() {
            for (column, cell) in &cells {
                row.entry(column.clone()).or_insert_with(|| cell.clone());
            }
        }
    }
}

/// Writes that somebody said yes to a purpose, in the first ledger that can hold it. Whether one could.
pub fn grant(model: &Model, draft: &mut Draft, person: &Place, purpose: PurposeId) -> bool {
    let only = draft.only.clone();
    let may = |ledger: &&Ledger| only.as_ref().is_none_or(|(name, _)| *name == ledger.name.value);
    let column_may = |column: &&StateColumn| {
        only.as_ref().and_then(|(_, named)| named.as_ref()).is_none_or(|named| *named == column.column.value)
    };
    let ledgers = model.ledgers.values().filter(|ledger| ledger.of == LedgerOf::Entity(person.table));
    for ledger in ledgers.filter(may) {
        let done = match &ledger.rows {
            LedgerRows::Events(events) => decide(model, draft, person, ledger, events, purpose),
            LedgerRows::States(columns) => {
                columns.iter().filter(column_may).any(|column| state(model, draft, person, ledger, column, purpose))
            }
        };
        if done {
            return true;
        }
    }
    false
}

fn covers(model: &Model, covers: Covers, purpose: PurposeId) -> bool {
    match covers {
        Covers::Purpose { purpose: of, and_narrower } => of == purpose || and_narrower && model.is_within(purpose, of),
        Covers::Nothing | Covers::Every | Covers::Channel(_) => false,
    }
}

/// The key by which a ledger knows somebody.
fn subject(model: &Model, draft: &mut Draft, person: &Place, ledger: &Ledger) -> Option<Value> {
    match ledger.keyed_by {
        KeyedBy::Key => draft.get(person, &model.fields[model.key_of(person.table)?].column),
        KeyedBy::Contact(field) => {
            let column = &model.fields[field].column;
            if draft.get(person, column).is_none() {
                let address = draft.address();
                draft.set(person, column, Cell::Value(address));
            }
            draft.get(person, column)
        }
    }
}

fn decide(
    model: &Model,
    draft: &mut Draft,
    person: &Place,
    ledger: &Ledger,
    events: &EventLedger,
    purpose: PurposeId,
) -> bool {
    let code = events.purposes.iter().find(|(_, means)| covers(model, *means, purpose)).map(|(code, _)| &code.value);
    let yes = events.states.iter().find(|(_, state)| *state == ConsentState::Granted).map(|(code, _)| &code.value);
    let (Some(code), Some(yes), Some(name)) = (code, yes, &ledger.physical) else { return false };
    let Some(key) = subject(model, draft, person, ledger) else { return false };
    let row = draft.add(person.table, name.value.join("."));
    let mut cells = vec![
        (ledger.subject.value.clone(), Cell::Value(key)),
        (events.purpose_column.value.clone(), Cell::Value(Value::Text(code.clone()))),
        (events.state_column.value.clone(), Cell::Value(Value::Text(yes.clone()))),
        (events.at.column.value.clone(), draft.cell(&events.at.ty, &agreed(draft))),
    ];
    cells.extend(version(draft, events.version.as_ref()));
    cells.extend(fresh(ledger, draft));
    if let Some(evidence) = &events.evidence {
        cells.push((evidence.value.clone(), Cell::Value(draft.fresh(&Type::Text))));
    }
    cells.into_iter().for_each(|(column, cell)| draft.set(&row, &column, cell));
    true
}

fn version(draft: &Draft, column: Option<&VersionColumn>) -> Option<(String, Cell)> {
    let column = column?;
    let latest = match &column.order {
        Some(order) => order.last()?.clone(),
        None => draft.zone.date_of(draft.now.plus_micros(SAID)).to_string(),
    };
    Some((column.column.value.clone(), Cell::Value(Value::Text(latest))))
}

fn state(
    model: &Model,
    draft: &mut Draft,
    person: &Place,
    ledger: &Ledger,
    column: &StateColumn,
    purpose: PurposeId,
) -> bool {
    let grants = |arm: &&StateArm| {
        arm.says.iter().any(|says| match says {
            StateSays::Grants(means) => covers(model, *means, purpose),
            StateSays::Refuses(_) | StateSays::Nothing => false,
        })
    };
    let Some(StateWhen::Is(value)) = column.arms.iter().find(grants).map(|arm| arm.when.clone()) else { return false };
    let (Some(key), Some(name)) = (subject(model, draft, person, ledger), &ledger.physical) else { return false };
    let name = name.value.join(".");
    let row = match name == person.physical {
        true => person.clone(),
        false => draft.add(person.table, name),
    };
    let since = |clock: &ClockColumn| (clock.column.value.clone(), draft.cell(&clock.ty, &agreed(draft)));
    let mut cells =
        vec![(column.column.value.clone(), Cell::Value(value)), (ledger.subject.value.clone(), Cell::Value(key))];
    cells.extend(column.since.as_ref().map(since));
    cells.extend(version(draft, column.version.as_ref()));
    cells.extend(fresh(ledger, draft));
    cells.into_iter().for_each(|(column, cell)| draft.set(&row, &column, cell));
    true
}
