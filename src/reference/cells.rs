//! Cells: what a column of a type makes of what stands there, and the canonical text of keys.

use crate::model::calendar::Zone;
use crate::model::{Decimal, Field, FieldRole, Type, Value};

use super::{Cell, Row, lists};

/// The cell of a column; a column that the row lacks is missing.
pub fn cell<'r>(row: &'r Row, column: &str) -> &'r Cell {
    row.get(column).unwrap_or(&Cell::Missing)
}

/// What a field's column holds, as its type.
pub fn read(field: &Field, row: &Row) -> Cell {
    let cell = cell(row, &field.column);
    super::places::degrees(field, cell).unwrap_or_else(|| typed(&field.ty, cell))
}

/// A cell as a column of type `ty`: wall time becomes an instant, a whole number in a decimal column a decimal, a UUID its
/// canonical text; what does not belong there is unreadable.
pub fn typed(ty: &Type, cell: &Cell) -> Cell {
    let Cell::Value(value) = cell else { return cell.clone() };
    let value = match (ty, value) {
        (Type::Text | Type::Place | Type::Error, Value::Text(_))
        | (Type::Boolean, Value::Boolean(_))
        | (Type::Integer, Value::Integer(_))
        | (Type::Decimal | Type::Money(_) | Type::Probability, Value::Decimal(_)) => Some(value.clone()),
        (Type::Date, Value::Date(day)) => day.is_readable().then(|| value.clone()),
        (Type::Instant(None), Value::Instant(instant)) => instant.is_readable().then(|| value.clone()),
        (Type::Decimal | Type::Money(_) | Type::Probability, Value::Integer(n)) => {
            Decimal::from_int(*n).map(Value::Decimal)
        }
        (Type::Instant(Some(zone)), Value::Instant(wall)) => {
            let zone = Zone::named(zone).filter(|_| wall.is_readable());
            zone.and_then(|zone| zone.instant_of_wall(wall.micros())).map(Value::Instant)
        }
        (Type::Uuid, Value::Text(text)) => uuid(text).map(Value::Text),
        (Type::Version, Value::Text(text)) => lists::version(text).map(Value::Text),
        (Type::List(of), Value::Text(text)) => lists::elements(text, of).map(|_| value.clone()),
        (
            Type::Text
            | Type::Boolean
            | Type::Integer
            | Type::Decimal
            | Type::Money(_)
            | Type::Probability
            | Type::Date
            | Type::Instant(_)
            | Type::Uuid
            | Type::Version
            | Type::Place
            | Type::List(_)
            | Type::Error,
            Value::Text(_)
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::Decimal(_)
            | Value::Date(_)
            | Value::Instant(_),
        ) => None,
    };
    value.map_or(Cell::Unreadable, Cell::Value)
}

fn uuid(text: &str) -> Option<String> {
    let shape = |(i, byte): (usize, u8)| match i {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    (text.len() == 36 && text.bytes().enumerate().all(shape)).then(|| text.to_ascii_lowercase())
}

/// Whether what stands in a field's column breaks its row for whoever reads the field: it is required and missing, it is
/// unreadable, or it is outside the field's `one of`. Keys, subjects and clocks have rules of their own.
pub fn breaks(field: &Field, row: &Row) -> bool {
    match field.role {
        FieldRole::Key | FieldRole::Subject | FieldRole::At => return false,
        FieldRole::Plain | FieldRole::Bare => {}
    }
    match read(field, row) {
        Cell::Missing => !field.optional,
        Cell::Unreadable => true,
        Cell::Value(Value::Text(text)) if matches!(field.ty, Type::List(_)) => closed_to_some(field, &text),
        Cell::Value(Value::Text(text)) => {
            field.one_of.as_ref().is_some_and(|listed| listed.iter().all(|one| one.value != text))
        }
        Cell::Value(Value::Boolean(_) | Value::Integer(_) | Value::Decimal(_) | Value::Date(_) | Value::Instant(_)) => {
            false
        }
    }
}

/// Whether a list holds what its field never has.
fn closed_to_some(field: &Field, text: &str) -> bool {
    let (Type::List(of), Some(listed)) = (&field.ty, &field.one_of) else { return false };
    let foreign = |element: &Value| match element {
        Value::Text(text) => listed.iter().all(|one| one.value != *text),
        Value::Boolean(_) | Value::Integer(_) | Value::Decimal(_) | Value::Date(_) | Value::Instant(_) => true,
    };
    lists::elements(text, of).is_none_or(|elements| elements.iter().flatten().any(foreign))
}

/// The canonical text of a value: how keys, codes and versions are compared and keys are hashed.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Decimal(decimal) => decimal.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant.to_string(),
    }
}

/// The canonical text of what a cell holds; `None` where it holds nothing readable.
pub fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Missing | Cell::Unreadable => None,
        Cell::Value(value) => Some(text_of(value)),
    }
}

/// The canonical text of a field that holds a key.
pub fn key(field: &Field, row: &Row) -> Option<String> {
    text(&read(field, row))
}

/// Whether an address is written as everybody else writes it: no upper-case ASCII letter, no white space around it.
pub fn is_normalised(address: &str) -> bool {
    !address.bytes().any(|byte| byte.is_ascii_uppercase()) && address.trim() == address
}
