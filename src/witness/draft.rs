//! A small invented database while it is being written: rows by the physical names of tables and columns, so that two revisions of a
//! project can be asked about the same rows.
//!
//! Keys and addresses are numbers and texts that stand nowhere else, so that everything about somebody can be copied for somebody else by
//! replacing them. Chance is a number that is passed in: the same number gives the same rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::calendar::Zone;
use crate::model::{Decimal, Instant, Length, TableId, Type, Value};
use crate::reference::{Cell, Row, World};

use super::critical::Critical;

/// A row that is being written.
#[derive(Debug, Clone)]
pub struct Place {
    /// The table, in the model that asked for it.
    pub table: TableId,
    /// Its name in the warehouse.
    pub physical: String,
    /// Which of its rows.
    pub at: usize,
}

/// A database that is being written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The rows.
    pub world: World,
    /// The instant at which it is looked at.
    pub now: Instant,
    /// Where civil days are reckoned.
    pub zone: Zone,
    /// Whether rows are laid as far back as a window allows.
    pub far: bool,
    /// Whether rows are laid close to the edges of windows.
    pub edges: bool,
    /// What may stand in cells that nobody has written yet, and matters.
    pub critical: Critical,
    /// How long ago people said yes; 30 days unless it matters.
    pub agreed: Option<Length>,
    /// The ledger that alone may hold a yes, and of present states the column, where it matters.
    pub only: Option<(String, Option<String>)>,
    ids: BTreeSet<Value>,
    next: i64,
    chance: u64,
    drawn: bool,
}

/// The first number that stands for a key.
const FIRST_KEY: i64 = 90_000_001;

impl Draft {
    /// An empty database. With `turn` 0 everything is as is most natural; every other number draws lots of its own.
    pub fn new(now: Instant, zone: Zone, turn: u64) -> Self {
        let chance = turn.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // Other turns are other people: a sample or a holdout looks at nothing but the key.
        let next = FIRST_KEY.saturating_add(i64::try_from(turn).unwrap_or(0).saturating_mul(100));
        Self {
            world: World::default(),
            now,
            zone,
            far: false,
            edges: false,
            critical: Critical::new(),
            agreed: None,
            only: None,
            ids: BTreeSet::new(),
            next,
            chance,
            drawn: turn > 0,
        }
    }

    /// One of so many; the first at the first turn.
    pub fn choose(&mut self, of: usize) -> usize {
        if !self.drawn || of < 2 {
            return 0;
        }
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.chance;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % of as u64).unwrap_or(0)
    }

    /// A key of a type that nothing else has.
    pub fn fresh(&mut self, ty: &Type) -> Value {
        let number = self.next;
        self.next += 1;
        let key = key(ty, number);
        self.ids.insert(key.clone());
        key
    }

    /// An address that nobody else has.
    pub fn address(&mut self) -> Value {
        let number = self.next;
        self.next += 1;
        let address = Value::Text(format!("p{number}@example.org"));
        self.ids.insert(address.clone());
        address
    }

    /// Adds an empty row.
    pub fn add(&mut self, table: TableId, physical: String) -> Place {
        let rows = self.world.tables.entry(physical.clone()).or_default();
        rows.push(Row::new());
        Place { table, physical, at: rows.len() - 1 }
    }

    /// Writes a cell.
    pub fn set(&mut self, place: &Place, column: &str, cell: Cell) {
        let row = self.world.tables.get_mut(&place.physical).and_then(|rows| rows.get_mut(place.at));
        if let Some(row) = row {
            row.insert(column.to_owned(), cell);
        }
    }

    /// What stands in a cell that has been written.
    pub fn get(&self, place: &Place, column: &str) -> Option<Value> {
        match self.world.tables.get(&place.physical)?.get(place.at)?.get(column)? {
            Cell::Value(value) => Some(value.clone()),
            Cell::Missing | Cell::Unreadable => None,
        }
    }

    /// Whether a cell has been written at all.
    pub fn is_set(&self, place: &Place, column: &str) -> bool {
        let row = self.world.tables.get(&place.physical).and_then(|rows| rows.get(place.at));
        row.is_some_and(|row| row.contains_key(column))
    }

    /// Now less a length.
    pub fn ago(&self, length: Length) -> Instant {
        let months = i32::try_from(length.months).unwrap_or(i32::MAX);
        let moved = self.zone.add_months(self.now, -months.min(24_000));
        moved.plus_micros(-length.seconds.saturating_mul(1_000_000))
    }

    /// A value as a column of a type holds it.
    pub fn cell(&self, ty: &Type, value: &Value) -> Cell {
        Cell::Value(self.held(ty, value).unwrap_or_else(|| value.clone()))
    }

    fn held(&self, ty: &Type, value: &Value) -> Option<Value> {
        if let Type::Instant(zone) = ty {
            let instant = self.instant(value)?;
            let wall = |name: &String| Some(Instant::from_micros(Zone::named(name)?.wall_of(instant)));
            return zone.as_ref().map_or(Some(instant), wall).map(Value::Instant);
        }
        match (ty, value) {
            (Type::Date, Value::Instant(at)) => Some(Value::Date(self.zone.date_of(*at))),
            (Type::Integer, Value::Decimal(number)) => {
                i64::try_from(number.micros().div_euclid(1_000_000)).ok().map(Value::Integer)
            }
            (Type::Decimal | Type::Money(_) | Type::Probability, Value::Integer(n)) => {
                Decimal::from_int(*n).map(Value::Decimal)
            }
            (Type::Text | Type::Version | Type::Uuid, Value::Integer(n)) => Some(Value::Text(n.to_string())),
            (_, _) => None,
        }
    }

    /// The instant that a value stands for.
    pub fn instant(&self, value: &Value) -> Option<Instant> {
        match value {
            Value::Instant(at) => Some(*at),
            Value::Date(day) => Some(self.zone.start_of(*day)),
            Value::Text(_) | Value::Boolean(_) | Value::Integer(_) | Value::Decimal(_) => None,
        }
    }

    /// The world with everything about anybody once more, under other keys: `number` tells copies apart. Also the new names of keys.
    pub fn copied(&self, number: i64) -> (World, BTreeMap<Value, Value>) {
        let renamed: BTreeMap<Value, Value> =
            self.ids.iter().map(|id| (id.clone(), other(id, number.saturating_mul(1_000)))).collect();
        let of_somebody =
            |row: &&Row| row.values().any(|cell| matches!(cell, Cell::Value(v) if renamed.contains_key(v)));
        let copy = |row: &Row| -> Row {
            let cell = |cell: &Cell| match cell {
                Cell::Value(value) => Cell::Value(renamed.get(value).unwrap_or(value).clone()),
                Cell::Missing | Cell::Unreadable => cell.clone(),
            };
            row.iter().map(|(column, one)| (column.clone(), cell(one))).collect()
        };
        let tables = self.world.tables.iter();
        let tables = tables.map(|(name, rows)| (name.clone(), rows.iter().filter(of_somebody).map(copy).collect()));
        (World { tables: tables.collect(), definitions: BTreeMap::new() }, renamed)
    }
}

/// A key of a type by its number.
/// A key that nobody has.
pub fn nobody(ty: &Type) -> Value {
    key(ty, FIRST_KEY - 1)
}

fn key(ty: &Type, number: i64) -> Value {
    match ty {
        Type::Integer => Value::Integer(number),
        Type::Uuid => Value::Text(format!("00000000-0000-4000-8000-{number:012}")),
        Type::Text
        | Type::Boolean
        | Type::Decimal
        | Type::Money(_)
        | Type::Probability
        | Type::Date
        | Type::Instant(_)
        | Type::Version
        | Type::Place
        | Type::List(_)
        | Type::Error => Value::Text(format!("k{number}")),
    }
}

/// A key of the same form with another number.
fn other(id: &Value, more: i64) -> Value {
    match id {
        Value::Integer(n) => Value::Integer(n.saturating_add(more)),
        Value::Text(text) => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let start = digits.rfind("9000").map_or(digits.as_str(), |at| digits.get(at..).unwrap_or_default());
            let number = start.parse::<i64>().unwrap_or(0);
            Value::Text(text.replacen(start, &number.saturating_add(more).to_string(), 1))
        }
        Value::Boolean(_) | Value::Decimal(_) | Value::Date(_) | Value::Instant(_) => id.clone(),
    }
}

/// Rows of two databases together.
pub fn together(mut one: World, two: World) -> World {
    for (name, rows) in two.tables {
        one.tables.entry(name).or_default().extend(rows);
    }
    one
}
