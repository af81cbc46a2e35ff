//! Every hand-written world on real engines: the members of the emitted SQL are the members that the world says.

mod common;

use std::collections::BTreeSet;

use common::engines::Engines;
use common::{evidence, tables, worlds};
use segma::emit::sql::fit;
use segma::model::Date;
use serde_json::Value;

/// What one world gave on one engine.
#[derive(Default)]
struct Seen {
    ran: usize,
    wrong: Vec<String>,
    refused: Vec<String>,
    unheld: usize,
}

fn members(rows: &[Value]) -> BTreeSet<String> {
    let key = |row: &Value| row.as_object().unwrap().values().next().unwrap().clone();
    rows.iter()
        .map(|row| match key(row) {
            Value::String(text) => text,
            other => other.to_string(),
        })
        .collect()
}

fn run(engines: &mut Engines, engine: &str, world: &worlds::World, seen: &mut Seen) {
    let loaded = world.load();
    let mut world = world.clone();
    world.complete(&loaded.model);
    let today: Date = segma::model::calendar::Zone::named("Europe/Berlin").unwrap().date_of(world.now);
    let (findings, checked) = segma::rules::check(loaded.model.clone(), today);
    let Some(checked) = checked else {
        let codes: BTreeSet<String> = loaded
            .findings
            .iter()
            .chain(&findings)
            .filter(|f| f.is_fatal())
            .map(|f| format!("{}: {}", f.code, f.message))
            .collect();
        seen.refused.push(format!("{}: {codes:?}", world.name));
        return;
    };
    let plan = segma::plan::build(&checked, &loaded.sources);
    world.define(&plan);
    let world = &world;
    let fitted = match fit(&plan, engine) {
        Ok(fitted) => fitted,
        Err(findings) => {
            let all: Vec<String> = findings.iter().map(|f| format!("{} {}", f.code, f.message)).collect();
            return seen.wrong.push(format!("{engine} {}: does not fit: {all:?}", world.name));
        }
    };
    let Some(setup) = tables::statements(world, &loaded.model, engine) else {
        seen.unheld += 1;
        return;
    };
    let setup: Vec<String> = setup.into_iter().chain(settings(engine)).collect();
    let names: Vec<&String> = world.members.keys().collect();
    let mut queries: Vec<String> =
        names.iter().map(|name| fitted.query(name, Some(world.now)).unwrap().unwrap()).collect();
    let reports: Vec<&String> = world.figures.keys().collect();
    queries.extend(reports.iter().map(|name| fitted.query(name, Some(world.now)).unwrap().unwrap()));
    let placements: Vec<&String> = world.shown.keys().collect();
    queries.extend(placements.iter().map(|name| fitted.shown(name, Some(world.now)).unwrap().unwrap()));
    let answers = match engines.run(engine, &setup, &queries) {
        Ok(answers) => answers,
        Err(error) => return seen.wrong.push(format!("{engine} {}: the tables cannot be made: {error}", world.name)),
    };
    let (answers, shown) = answers.split_at(names.len());
    let (figures, shown) = shown.split_at(reports.len());
    for (name, answer) in reports.iter().zip(figures) {
        seen.ran += 1;
        let expected = world.figures[*name].clone().sorted();
        match answer {
            Ok(rows) if written(&expected.columns, rows).sorted() == expected => {}
            Ok(rows) => seen.wrong.push(format!("{engine} {}: {name} has {rows:?}", world.name)),
            Err(error) if expected.rows.is_empty() && missing_table(error) => {}
            Err(error) => seen.wrong.push(format!("{engine} {}: {name} failed: {error}", world.name)),
        }
    }
    for (name, answer) in placements.iter().zip(shown) {
        seen.ran += 1;
        let expected = &world.shown[*name];
        match answer {
            Ok(rows) if self::shown(rows) == pairs(expected) => {}
            Ok(rows) => seen.wrong.push(format!("{engine} {}: {name} shows {:?}", world.name, self::shown(rows))),
            Err(error) if expected.is_empty() && missing_table(error) => {}
            Err(error) => seen.wrong.push(format!("{engine} {}: {name} failed: {error}", world.name)),
        }
    }
    for (name, answer) in names.iter().zip(answers) {
        seen.ran += 1;
        let expected = &world.members[*name];
        match answer {
            Ok(rows) if members(rows) == *expected => {}
            Ok(rows) => {
                seen.wrong.push(format!("{engine} {}: {name} gave {:?}, not {expected:?}", world.name, members(rows)))
            }
            Err(error) if expected.is_empty() && missing_table(error) => {}
            Err(error) => seen.wrong.push(format!("{engine} {}: {name} failed: {error}", world.name)),
        }
    }
}

/// Rows of figures as worlds write them.
fn written(columns: &[String], rows: &[Value]) -> worlds::Written {
    let cell = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let plain = |text: String| text.parse::<segma::model::Decimal>().map_or(text, |number| number.to_string());
    let row = |row: &Value| {
        assert_eq!(row.as_object().unwrap().len(), columns.len(), "{row}");
        columns.iter().map(|column| cell(&row[column]).map(plain)).collect()
    };
    worlds::Written { columns: columns.to_vec(), rows: rows.iter().map(row).collect() }
}

/// Keys and what they are shown, every row of them.
fn shown(rows: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut all: Vec<(String, String)> = rows
        .iter()
        .map(|row| row.as_object().unwrap())
        .map(|row| {
            let key = row.iter().find(|(name, _)| *name != "shown").unwrap().1;
            (text(key), text(&row["shown"]))
        })
        .collect();
    all.sort();
    all
}

fn pairs(expected: &std::collections::BTreeMap<String, String>) -> Vec<(String, String)> {
    expected.iter().map(|(key, what)| (key.clone(), what.clone())).collect()
}

/// Settings of a session that must make no difference.
fn settings(engine: &str) -> Vec<String> {
    let all: &[&str] = match engine {
        "postgres" => &[
            "SET timezone = 'America/New_York'",
            "SET datestyle = 'SQL, DMY'",
            "SET intervalstyle = 'iso_8601'",
            "SET standard_conforming_strings = off",
            "SET escape_string_warning = off",
        ],
        _ => &["SET TimeZone = 'America/New_York'"],
    };
    all.iter().map(|setting| (*setting).to_owned()).collect()
}

/// A table that is not there is an error of the engine, which empties the run.
fn missing_table(error: &str) -> bool {
    error.contains("does not exist")
}

fn all_on(engine: &str) {
    let Some(mut engines) = Engines::start() else { return };
    let mut seen = Seen::default();
    let only = std::env::var("SEGMA_TEST_WORLD").unwrap_or_default();
    for world in worlds::all().iter().filter(|world| world.name.contains(&only)) {
        run(&mut engines, engine, world, &mut seen);
    }
    eprintln!(
        "{engine}: {} audiences run, {} worlds that typed columns cannot hold, {} refused by the checker",
        seen.ran,
        seen.unheld,
        seen.refused.len()
    );
    if only.is_empty() {
        let note = format!("{} worlds that typed columns cannot hold are left out", seen.unheld);
        evidence::figure("worlds", &format!("hand-written worlds, {engine}"), seen.ran, seen.wrong.len(), &note);
    }
    for refused in &seen.refused {
        eprintln!("  refused: {refused}");
    }
    assert!(seen.wrong.is_empty(), "{} of {} differ:\n{}", seen.wrong.len(), seen.ran, seen.wrong.join("\n"));
    assert!(seen.ran > 200 || !only.is_empty(), "only {} audiences ran", seen.ran);
}

#[test]
fn duckdb_gives_the_members_that_every_world_says() {
    all_on("duckdb");
}

#[test]
fn postgres_gives_the_members_that_every_world_says() {
    all_on("postgres");
}
