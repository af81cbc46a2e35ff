//! A world's rows as SQL: typed tables for the engines that tests run.

use std::collections::BTreeMap;

use segma::model::{Model, Type};

use super::worlds::{World, Written, declared};

/// Statements that make a world's tables. `None` where typed columns cannot hold a cell.
pub fn statements(world: &World, model: &Model, engine: &str) -> Option<Vec<String>> {
    world.typed(model).then(|| of_types(world, &declared(model), engine))
}

/// The same with columns of these types; text, where none is told.
pub fn of_types(world: &World, declared: &BTreeMap<String, BTreeMap<String, Type>>, engine: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut schemas: Vec<&str> =
        world.tables.keys().filter_map(|name| name.split_once('.')).map(|(schema, _)| schema).collect();
    schemas.dedup();
    out.extend(schemas.iter().map(|schema| format!("CREATE SCHEMA IF NOT EXISTS {}", quoted(schema))));
    for (name, written) in &world.tables {
        let path = name.split('.').map(quoted).collect::<Vec<_>>().join(".");
        let of_table = declared.get(name);
        let known = |column: &String| of_table.and_then(|types| types.get(column)).cloned().unwrap_or(Type::Text);
        let types: Vec<Type> = written.columns.iter().map(known).collect();
        out.push(create(&path, written, &types, engine));
        out.extend(insert(&path, written, &types, engine));
    }
    out
}

fn create(path: &str, written: &Written, types: &[Type], engine: &str) -> String {
    let columns: Vec<String> = written
        .columns
        .iter()
        .zip(types)
        .map(|(column, ty)| format!("{} {}", quoted(column), sql_type(ty, engine)))
        .collect();
    format!("CREATE TABLE {path} ({})", columns.join(", "))
}

fn insert(path: &str, written: &Written, types: &[Type], engine: &str) -> Option<String> {
    if written.rows.is_empty() {
        return None;
    }
    let cell = |(text, ty): (&Option<String>, &Type)| match text {
        None => format!("CAST(NULL AS {})", sql_type(ty, engine)),
        Some(text) if matches!(ty, Type::List(_)) => {
            format!("CAST({} AS {})", list(text, engine), sql_type(ty, engine))
        }
        Some(text) => format!("CAST('{}' AS {})", text.replace('\'', "''"), sql_type(ty, engine)),
    };
    let row = |cells: &Vec<Option<String>>| {
        let cells: Vec<String> = cells.iter().zip(types).map(cell).collect();
        format!("({})", cells.join(", "))
    };
    let rows: Vec<String> = written.rows.iter().map(row).collect();
    Some(format!("INSERT INTO {path} VALUES {}", rows.join(", ")))
}

/// A list that is written as a JSON array, as an engine writes arrays.
fn list(text: &str, engine: &str) -> String {
    let elements: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
    let element = |element: &serde_json::Value| match element {
        serde_json::Value::Null => "NULL".to_owned(),
        serde_json::Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => other.to_string(),
    };
    let elements: Vec<String> = elements.iter().map(element).collect();
    format!("{}[{}]", if engine == "postgres" { "ARRAY" } else { "" }, elements.join(", "))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn sql_type(ty: &Type, engine: &str) -> &'static str {
    match ty {
        Type::Boolean => "BOOLEAN",
        Type::Integer => "BIGINT",
        Type::Decimal | Type::Money(_) | Type::Probability => "DECIMAL(30, 8)",
        Type::Date => "DATE",
        Type::Instant(None) => "TIMESTAMP WITH TIME ZONE",
        Type::Instant(Some(_)) => "TIMESTAMP",
        Type::Uuid => "UUID",
        Type::Place => "DOUBLE PRECISION",
        Type::List(of) if **of == Type::Integer => "BIGINT[]",
        Type::List(_) if engine == "postgres" => "TEXT[]",
        Type::List(_) => "VARCHAR[]",
        Type::Text | Type::Version | Type::Error if engine == "postgres" => "TEXT",
        Type::Text | Type::Version | Type::Error => "VARCHAR",
    }
}
