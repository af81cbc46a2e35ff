//! What engines do that a naive compiler would trip over, measured on the engines, and what the emitted SQL does instead. (Texts,
//! borders in time and quotients stand in `tests/worlds/traps.md`, which runs on every engine in hostile session settings.)

mod common;

use common::engines::Engines;
use common::{tables, worlds};
use segma::emit::sql::{emit, fit};
use segma::plan::{Exposed, Path, Plan};
use serde_json::{Value, json};

/// A trap as both engines set it: a query, and its only value in DuckDB and in PostgreSQL (`"error"` for an error).
fn traps() -> Vec<(&'static str, &'static str, Value, Value)> {
    vec![
        (
            "NOT IN with a missing value answers nothing",
            "select count(*) as v from (select 1 as a) t where a not in (select null::int)",
            json!(0),
            json!(0),
        ),
        (
            "NOT EXISTS answers",
            "select count(*) as v from (select 1 as a) t where not exists (select 1 from (select null::int as b) u where b = a)",
            json!(1),
            json!(1),
        ),
        (
            "a negated comparison with something missing",
            "select count(*) as v from (select null::boolean as out) t where not (out = true)",
            json!(0),
            json!(0),
        ),
        (
            "a status test on an outer join keeps whom it should not only by luck",
            "select count(*) as v from (select 1 as a) t left join (select 1 as b, 'granted' as s where false) c on b = a where s = 'granted'",
            json!(0),
            json!(0),
        ),
        (
            "an alias does not capture a column in WHERE",
            "select count(*) as v from (select coalesce(x, 0) as x from (select null::int as x) t where t.x is not null) u",
            json!(0),
            json!(0),
        ),
        ("a backslash is one character", "select length('a\\b') as v", json!(3), json!(3)),
        ("integers divide differently", "select (5 / 2)::varchar as v", json!("2.5"), json!("2")),
        ("division by zero", "select (1 / 0)::varchar as v", json!("inf"), json!("error")),
        ("NaN is greater than everything", "select ('NaN'::float8 > 5)::int as v", json!(1), json!(1)),
        (
            "the sum of nothing is nothing",
            "select count(*) as v from (select sum(x) as s from (select 1 as x where false) t) u where s is null",
            json!(1),
            json!(1),
        ),
        (
            "months are clamped",
            "select (date '2026-01-31' + interval '1 month')::date::varchar as v",
            json!("2026-02-28"),
            json!("2026-02-28"),
        ),
        (
            "a leap day less a year is the 28th",
            "select (date '2024-02-29' - interval '12 months')::date::varchar as v",
            json!("2023-02-28"),
            json!("2023-02-28"),
        ),
        ("no such day", "select ('2023-02-30'::date)::varchar as v", json!("error"), json!("error")),
        (
            "hours are exact across a change of clocks",
            "select extract(epoch from ((timestamptz '2026-03-29 12:00:00+00') - interval '24 hours'))::bigint as v",
            json!(1774699200_i64),
            json!(1774699200_i64),
        ),
        (
            "a civil time that never was reads as if clocks had not gone forward",
            "select extract(epoch from (timestamp '2017-03-26 02:30:00' at time zone 'Europe/Berlin'))::bigint as v",
            json!(1490491800_i64),
            json!(1490491800_i64),
        ),
        (
            "a civil time that was twice reads as the later",
            "select extract(epoch from (timestamp '2017-10-29 02:30:00' at time zone 'Europe/Berlin'))::bigint as v",
            json!(1509240600_i64),
            json!(1509240600_i64),
        ),
        ("folding case is not ASCII's alone", "select (lower('Ä') = 'ä')::int as v", json!(1), json!(0)),
        ("large keys keep their digits", "select (9007199254740993 = 9007199254740992)::int as v", json!(0), json!(0)),
        ("known answer of the hash", "select substr(HASH, 1, 7) as v", json!("ca97811"), json!("ca97811")),
    ]
}

#[test]
fn engines_set_the_traps_that_are_recorded() {
    let Some(mut engines) = Engines::start() else { return };
    for (engine, hash) in [("duckdb", "sha256('a')"), ("postgres", "encode(sha256(convert_to('a', 'UTF8')), 'hex')")] {
        let traps = traps();
        let queries: Vec<String> = traps.iter().map(|(_, query, ..)| query.replace("HASH", hash)).collect();
        let answers = engines.run(engine, &[], &queries).unwrap();
        for ((name, _, duckdb, postgres), answer) in traps.iter().zip(answers) {
            let expected = if engine == "duckdb" { duckdb } else { postgres };
            let found = answer.map_or(json!("error"), |rows| rows[0]["v"].clone());
            assert_eq!(found, *expected, "{engine}: {name}");
        }
    }
}

/// A world with a plan of its first segment.
fn sample() -> (worlds::World, worlds::Loaded, Plan) {
    let mut world = worlds::all().into_iter().find(|world| world.name.starts_with("conditions: A comparison")).unwrap();
    let loaded = world.load();
    world.complete(&loaded.model);
    let (_, checked) = segma::rules::check(loaded.model.clone(), "2026-11-01".parse().unwrap());
    let mut plan = segma::plan::build(&checked.unwrap(), &loaded.sources);
    plan.segments.truncate(1);
    (world, loaded, plan)
}

fn messages(plan: &Plan, dialect: &str) -> Vec<String> {
    let findings = fit(plan, dialect).err().unwrap_or_default();
    findings.iter().map(|finding| format!("{} {}", finding.code, finding.message)).collect()
}

#[test]
fn names_that_an_engine_would_cut_or_fold_are_refused() {
    let (_, _, plan) = sample();
    let mut long = plan.clone();
    long.segments[0].about.name = "a".repeat(64);
    assert!(messages(&long, "postgres")[0].starts_with("DIA-02"), "{:?}", messages(&long, "postgres"));
    let mut twice = plan.clone();
    let mut other = twice.segments[0].clone();
    other.about.name = twice.segments[0].about.name.to_uppercase();
    twice.segments.push(other);
    assert!(messages(&twice, "duckdb")[0].starts_with("DIA-03"), "{:?}", messages(&twice, "duckdb"));
    assert_eq!(messages(&twice, "postgres"), Vec::<String>::new());
    let mut system = plan.clone();
    system.schema = "pg_catalog".to_owned();
    assert!(messages(&system, "postgres")[0].starts_with("DIA-02"));
    assert!(messages(&plan, "nosuch")[0].starts_with("DIA-01"));
}

#[test]
fn views_are_made_and_made_again_with_other_columns() {
    let Some(mut engines) = Engines::start() else { return };
    let (world, loaded, plan) = sample();
    let mut wider = plan.clone();
    let segment = &mut wider.segments[0];
    let city = segment.tables[0].columns.iter().position(|column| column.name == "city").unwrap();
    let path = Path { binding: 0, hops: Vec::new(), table: 0, column: city };
    segment.delivery.expose.push(Exposed { name: "city".to_owned(), path, hashed: false });
    for engine in ["duckdb", "postgres"] {
        let file = |plan: &Plan| {
            let fitted = fit(plan, engine).unwrap();
            String::from_utf8(emit(&fitted, None).unwrap().remove(0).bytes).unwrap()
        };
        let mut setup = tables::statements(&world, &loaded.model, engine).unwrap();
        setup.push("CREATE SCHEMA IF NOT EXISTS \"audiences\"".to_owned());
        let name = &plan.segments[0].about.name;
        let columns = format!(
            "select string_agg(column_name, ',' order by ordinal_position) as v from information_schema.columns where table_name = '{name}'"
        );
        let queries = [file(&plan), columns.clone(), file(&wider), columns.clone(), file(&plan), columns];
        let answers = engines.run(engine, &setup, &queries).unwrap();
        let found: Vec<Value> =
            answers.into_iter().skip(1).step_by(2).map(|rows| rows.unwrap()[0]["v"].clone()).collect();
        assert_eq!(found, [json!("id"), json!("id,city"), json!("id")], "{engine}");
    }
}

#[test]
fn a_change_of_schema_can_be_taken_back() {
    let Some(mut engines) = Engines::start() else { return };
    for engine in ["duckdb", "postgres"] {
        let script = "begin; create view v as select 1 as a; rollback;".to_owned();
        let count = "select count(*) as v from information_schema.tables where table_name = 'v'".to_owned();
        let answers = engines.run(engine, &[], &[script, count]).unwrap();
        assert_eq!(answers[1].as_ref().unwrap()[0]["v"], json!(0), "{engine}");
    }
}
