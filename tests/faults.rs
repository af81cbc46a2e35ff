//! Every seeded fault must be noticed, by rows: for each mistake that `src/faults.rs` can make, the worlds are run on the embedded engine,
//! DuckDB and PostgreSQL until some audience is not whom the world says, which was written by hand. An engine that fails is no such row:
//! what nothing but an error shows is counted apart. Then it is told whether the independent reader of emitted SQL would have noticed,
//! too. At last the test itself is made faulty, and must let faults through.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant as Clock;

use common::engines::Engines;
use common::worlds::{self, World};
use common::{evidence, tables};
use segma::emit::catalogue::Catalogue;
use segma::emit::sql::{emit, fit};
use segma::faults::{Fault, choose};
use segma::model::{Date, Model};
use segma::plan::Plan;
use segma::{plan, rules, run};

/// Where each fault is looked for first: how the names of worlds begin.
fn hints(fault: Fault) -> &'static [&'static str] {
    use Fault::*;
    match fault {
        F15 | F16 => &["guard_linked"],
        F5 => &["guard_states", "guard_linked", "guard"],
        F17 | F18 => &["conditions", "values"],
        F21 | F22 | F48 | F51 => &["related"],
        F23 | F24 | F26 | F27 | F53 => &["windows", "dates", "rows"],
        F28 | F29 | F30 => &["delivery"],
        F36 | F38 | F40 => &["values", "traps", "hostile", "conditions"],
        F52 => &["related", "members"],
        F20 | F25 | F33 | F34 | F41 | F42 | F43 => &["worlds"],
        _ => &["guard"],
    }
}

/// Faults that no row of an audience can show, with what shows them instead.
const BY_WHAT_IS_SAID: [(Fault, &str); 3] = [
    (Fault::F31, "a count that a preview must hide is printed"),
    (Fault::F44, "a page of the catalogue lacks its guard"),
    (Fault::F49, "two builds of one project differ in their bytes"),
];

/// Numbers that stand for no mistake here, with the reason.
const ELSEWHERE: [(&str, &str); 5] = [
    (
        "F19",
        "NOT IN for an anti-join selects the same people: keys of denials are never missing, as a denial without a key empties the run; the reader of the SQL refuses it all the same",
    ),
    (
        "F32",
        "an alias that takes a column's name: DuckDB and PostgreSQL take the column (tests/sql_traps.rs), and no other engine is run; the reader of the SQL refuses it all the same",
    ),
    ("F39", "a key that stands twice in a rule is refused three times over: by the reader, by serde and by the hash"),
    ("F45", "nothing is deployed: a build writes files, all or nothing"),
    ("F50", "nothing is kept between builds"),
];

/// Whether what was found is what was expected.
type Same = fn(&BTreeSet<String>, &BTreeSet<String>) -> bool;

fn same(found: &BTreeSet<String>, expected: &BTreeSet<String>) -> bool {
    found == expected
}

fn all_worlds() -> Vec<World> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/faults/worlds.md");
    worlds::all().into_iter().chain(worlds::of(&own)).filter(|world| !world.members.is_empty()).collect()
}

/// What a world becomes; `None` where it is refused.
fn planned(world: &World) -> (Model, Option<Plan>) {
    let loaded = world.load();
    let model = loaded.model.clone();
    let today: Date = segma::model::calendar::Zone::named("Europe/Berlin").unwrap().date_of(world.now);
    let (_, checked) = rules::check(loaded.model, today);
    (model, checked.map(|checked| plan::build(&checked, &loaded.sources)))
}

/// The first audience that differs, on the embedded engine.
fn differs_in_run(world: &World, same: Same) -> Option<String> {
    let (model, plan) = planned(world);
    let mut whole = world.clone();
    whole.complete(&model);
    let file = |name: &String| {
        let bytes = whole.csv(name).unwrap();
        (name.clone(), run::File { name: name.clone(), format: run::Format::Csv, bytes })
    };
    let files: BTreeMap<String, run::File> = whole.tables.keys().map(file).collect();
    let differs = |(name, expected): (&String, &BTreeSet<String>)| {
        let of = plan.as_ref().and_then(|plan| plan.segments.iter().find(|plan| plan.about.name == *name));
        let found = of.map(|of| run::members(of, &files, world.now).unwrap_or_default()).unwrap_or_default();
        let found: BTreeSet<String> = found.into_iter().collect();
        (!same(&found, expected)).then(|| format!("{} / {name}", world.name))
    };
    world.members.iter().find_map(differs)
}

/// The same on a database, and whether it fails.
#[derive(Debug, Default)]
struct Differs {
    rows: Option<String>,
    error: Option<String>,
}

fn differs_in_sql(engines: &mut Engines, engine: &str, world: &World, same: Same) -> Option<Differs> {
    let (model, plan) = planned(world);
    let mut whole = world.clone();
    whole.complete(&model);
    let mut setup = tables::statements(&whole, &model, engine)?;
    setup.extend(settings(engine));
    let fitted = plan.as_ref().map(|plan| fit(plan, engine));
    let fitted = match fitted {
        Some(Ok(fitted)) => Some(fitted),
        Some(Err(_)) => return None,
        None => None,
    };
    let query = |name: &String| fitted.as_ref().and_then(|fitted| fitted.query(name, Some(world.now)));
    let queries: Vec<(&String, String)> =
        world.members.keys().filter_map(|name| Some((name, query(name)?.ok()?))).collect();
    let texts: Vec<String> = queries.iter().map(|(_, query)| query.clone()).collect();
    let answers = if texts.is_empty() { Vec::new() } else { engines.run(engine, &setup, &texts).unwrap_or_default() };
    let key = |row: &serde_json::Value| match row.as_object().unwrap().values().next().unwrap() {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut found: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
    let mut failed: BTreeMap<&String, String> = BTreeMap::new();
    for ((name, _), answer) in queries.iter().zip(answers) {
        match answer {
            Ok(rows) => drop(found.insert(name, rows.iter().map(key).collect())),
            // A table that is not there is an error, and an error lets nobody in.
            Err(_) if world.members[*name].is_empty() => {}
            Err(error) => {
                drop(failed.insert(name, format!("{} / {name} fails: {error}", world.name).chars().take(160).collect()))
            }
        }
    }
    let differs = |(name, expected): (&String, &BTreeSet<String>)| {
        let found = found.get(name).cloned().unwrap_or_default();
        (!failed.contains_key(name) && !same(&found, expected)).then(|| format!("{} / {name}", world.name))
    };
    let rows = world.members.iter().find_map(differs);
    Some(Differs { rows, error: failed.into_values().next() })
}

/// Settings of a session that must make no difference.
fn settings(engine: &str) -> Vec<String> {
    let all: &[&str] = match engine {
        "postgres" => &[
            "SET timezone = 'America/New_York'",
            "SET standard_conforming_strings = off",
            "SET escape_string_warning = off",
        ],
        _ => &["SET TimeZone = 'America/New_York'"],
    };
    all.iter().map(|setting| (*setting).to_owned()).collect()
}

/// The databases that a fault is looked for on, in this order.
const DATABASES: [&str; 2] = ["duckdb", "postgres"];

/// Where rows first differ under the mistake that is being made.
fn killed_by_rows(
    engines: &mut Engines,
    databases: &[&'static str],
    worlds: &[&World],
    same: Same,
) -> Option<(&'static str, String)> {
    let run = || worlds.iter().find_map(|world| differs_in_run(world, same)).map(|at| ("engine", at));
    run().or_else(|| {
        databases.iter().copied().find_map(|engine| {
            let rows = |world: &&World| differs_in_sql(engines, engine, world, same)?.rows;
            worlds.iter().find_map(rows).map(|at| (engine, at))
        })
    })
}

/// Where a database first fails under the mistake that is being made.
fn killed_by_an_error(engines: &mut Engines, worlds: &[&World]) -> Option<(&'static str, String)> {
    DATABASES.iter().find_map(|engine| {
        let error = |world: &&World| differs_in_sql(engines, engine, world, same)?.error;
        worlds.iter().find_map(error).map(|at| (AN_ERROR, at))
    })
}

/// What noticed a fault that no row shows.
const AN_ERROR: &str = "an error";

fn starting<'w>(worlds: &'w [World], hints: &[&str], yes: bool) -> Vec<&'w World> {
    let starts = |world: &&World| hints.iter().any(|hint| world.name.starts_with(hint));
    worlds.iter().filter(|world| starts(world) == yes).collect()
}

/// Two views whose names differ in case only, made one after the other: whom the first has.
fn case_is_told_apart(engines: &mut Engines) -> Option<(&'static str, String)> {
    let head = &all_worlds().into_iter().find(|world| world.name.starts_with("worlds: What is exposed")).unwrap();
    let one = |name: &str, condition: &str| {
        format!(
            "segment {name} of person {{ purpose service   consent not needed because \"the contract\"   retain 30 days   refresh daily   where {condition} }}\n"
        )
    };
    let (before, _) = head.text.split_once("segment ").unwrap();
    let text = format!("{before}{}{}", one("mine", "level = 1"), one("Mine", "level = 2"));
    let world = World { text, ..head.clone() };
    let (model, plan) = planned(&world);
    // Without the fault the names are refused, and nothing is planned.
    let plan = plan?;
    let fitted = fit(&plan, "duckdb").ok()?;
    let mut setup = tables::statements(&world, &model, "duckdb").unwrap();
    setup.push("CREATE SCHEMA audiences".to_owned());
    // In the order in which they are written: the second takes the place of the first.
    let mut files = emit(&fitted, Some(world.now)).unwrap();
    files.sort_by(|a, b| b.path.cmp(&a.path));
    let mut queries: Vec<String> = files.into_iter().map(|file| String::from_utf8(file.bytes).unwrap()).collect();
    queries.push("select \"id\" from audiences.\"mine\"".to_owned());
    let answers = engines.run("duckdb", &setup, &queries).unwrap();
    let found = answers.last().unwrap().clone().unwrap_or_default();
    let found: Vec<String> = found.iter().map(|row| row["id"].to_string()).collect();
    (found != ["1"]).then(|| ("duckdb", format!("the view `mine` holds {found:?}")))
}

/// NaN in a column of numbers, which no CSV of a world holds.
fn nan_is_no_number(engines: &mut Engines) -> Option<(&'static str, String)> {
    let head = all_worlds().into_iter().find(|world| world.name.starts_with("worlds: What is exposed")).unwrap();
    let (before, _) = head.text.split_once("segment ").unwrap();
    let segment = "segment dear of person { purpose service   consent not needed because \"the contract\"   retain 30 days   refresh daily   where sum(orders.total over last 20 days) >= 5 }\n";
    let world = World { text: format!("{before}{segment}"), ..head };
    let (model, plan) = planned(&world);
    let plan = plan.unwrap();
    let mut setup = tables::statements(&world, &model, "postgres").unwrap();
    setup.push("UPDATE shop.orders SET total = 'NaN'".to_owned());
    let query = fit(&plan, "postgres").unwrap().query("dear", Some(world.now)).unwrap().unwrap();
    let found = engines.run("postgres", &setup, &[query]).unwrap().remove(0);
    (found != Ok(Vec::new())).then(|| ("postgres", format!("NaN >= 5 gives {found:?}")))
}

/// What only outputs other than rows show.
fn shown_otherwise(fault: Fault, name: &str) -> bool {
    let shop = common::folders::folder("examples/shop");
    match fault {
        Fault::F31 => {
            let preview = |fault: &str| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_segma"));
                command.args(["preview", "--as-of", "2026-11-01"]).arg(&shop).env("SEGMA_FAULT", fault);
                command.output().unwrap().stdout
            };
            let plain = String::from_utf8(preview("")).unwrap();
            assert!(plain.contains("fewer than"), "{plain}");
            plain.as_bytes() != preview(name)
        }
        Fault::F44 => !page().contains("and no refusal at its time or since"),
        _ => {
            let worlds = all_worlds();
            let world = worlds.iter().max_by_key(|world| world.members.len()).unwrap();
            let order =
                || planned(world).1.unwrap().segments.into_iter().map(|plan| plan.about.name).collect::<Vec<_>>();
            let first = order();
            (0..20).any(|_| order() != first)
        }
    }
}

/// The pages of a world with consent, whole.
fn page() -> String {
    let worlds = all_worlds();
    let world = worlds.iter().find(|world| world.name.starts_with("guard: ")).unwrap();
    let loaded = world.load();
    let (findings, checked) = rules::check(loaded.model, "2026-11-01".parse().unwrap());
    let checked = checked.unwrap();
    let plan = plan::build(&checked, &loaded.sources);
    let (model, facts) = (checked.model(), checked.facts());
    let pages = Catalogue { model, facts, plan: &plan, findings: &findings, sql: &[] }.emit();
    pages.iter().map(|page| String::from_utf8_lossy(&page.bytes).into_owned()).collect()
}

/// Whether the independent reader refuses what is emitted for some of the worlds.
fn refused_by_reader(worlds: &[&World]) -> bool {
    worlds.iter().take(12).any(|world| {
        let Some(plan) = planned(world).1 else { return false };
        let findings = fit(&plan, "duckdb").err().into_iter().chain(fit(&plan, "postgres").err()).flatten();
        findings.into_iter().any(|finding| finding.code.0 == "INT-10")
    })
}

/// The first row that differs under a fault, where worlds or what is special about it show one.
fn hunted(engines: &mut Engines, worlds: &[World], fault: Fault) -> Option<(&'static str, String)> {
    match fault {
        Fault::F35 => case_is_told_apart(engines),
        Fault::F37 => nan_is_no_number(engines),
        _ => {
            let first = starting(worlds, hints(fault), true);
            killed_by_rows(engines, &DATABASES, &first, same)
                .or_else(|| killed_by_rows(engines, &["duckdb"], &starting(worlds, hints(fault), false), same))
                .or_else(|| killed_by_an_error(engines, &first))
        }
    }
}

#[test]
fn every_seeded_fault_is_noticed() {
    let Some(mut engines) = Engines::start() else { return };
    let worlds = all_worlds();
    let only = std::env::var("SEGMA_TEST_FAULT").unwrap_or_default();
    choose(None, false);
    let own: Vec<&World> = starting(&worlds, &["worlds"], true);
    assert_eq!(killed_by_rows(&mut engines, &DATABASES, &own, same), None, "worlds of faults that hold without any");
    assert_eq!(killed_by_an_error(&mut engines, &own), None, "worlds of faults that fail without any");
    assert!(case_is_told_apart(&mut engines).is_none() && nan_is_no_number(&mut engines).is_none());
    let (mut survivors, mut by_rows, mut by_errors, mut by_reader) = (Vec::new(), 0, 0, 0);
    let mut times = Vec::new();
    for (fault, name, what) in
        Fault::ALL.iter().filter(|(_, name, _)| only.is_empty() || only.split(',').any(|one| one == *name))
    {
        let began = Clock::now();
        choose(Some(*fault), true);
        let otherwise = BY_WHAT_IS_SAID.iter().find(|(said, _)| said == fault);
        let killed = match otherwise {
            Some((_, by)) => shown_otherwise(*fault, name).then(|| ("not rows", (*by).to_owned())),
            None => hunted(&mut engines, &worlds, *fault),
        };
        let took = began.elapsed();
        choose(Some(*fault), false);
        let reader = refused_by_reader(&starting(&worlds, hints(*fault), true));
        choose(None, false);
        by_reader += usize::from(reader);
        let error = killed.as_ref().is_some_and(|(by, _)| *by == AN_ERROR);
        by_errors += usize::from(error);
        by_rows += usize::from(killed.is_some() && otherwise.is_none() && !error);
        times.push(took);
        let reader = if reader { "and by the reader of the SQL" } else { "" };
        match &killed {
            Some((by, at)) => println!("{name}: {what}: killed by {by} in {took:.2?} ({at}) {reader}"),
            None => println!("{name}: {what}: SURVIVES {took:.2?} {reader}"),
        }
        let note = killed.as_ref().map_or("survives".to_owned(), |(by, at)| format!("{by}: {at} {reader}"));
        evidence::figure("faults", name, 1, usize::from(killed.is_none()), &note);
        if killed.is_none() {
            survivors.push(*name);
        }
    }
    for (name, why) in ELSEWHERE {
        println!("{name}: does not apply: {why}");
    }
    times.sort();
    let median = times.get(times.len() / 2).map_or(0.0, std::time::Duration::as_secs_f64);
    let said = BY_WHAT_IS_SAID.len();
    let note = format!(
        "{by_rows} by rows, {by_errors} by nothing but an engine's error, {said} by what is said; {by_reader} by the reader as well; half of \
         them within {median:.1} s; {} more of the list are not built in",
        ELSEWHERE.len()
    );
    println!("of {}: {note}", Fault::ALL.len());
    evidence::figure("faults", "seeded faults", Fault::ALL.len(), survivors.len(), &note);
    assert!(survivors.is_empty(), "nobody notices {survivors:?}");
    if only.is_empty() || only == "test" {
        a_faulty_test_lets_faults_through(&mut engines, &worlds);
    }
}

/// A world whose ledgers hold no denial, with the members that the reference finds then.
fn without_denials(world: &World) -> World {
    let mut world = world.clone();
    for written in world.tables.values_mut() {
        if let Some(at) = written.columns.iter().position(|column| column == "state") {
            written.rows.retain(|row| row[at].as_deref() == Some("yes"));
        }
    }
    let model = world.load().model;
    let rows = world.rows(&model);
    for (name, members) in &mut world.members {
        let found = segma::reference::members(&model, model.segment_named(name).unwrap(), &rows, world.now).members;
        *members = found.iter().map(worlds::key_text).collect();
    }
    world
}

/// A comparison that overlooks people who are too many, and rows without any denial: each must leave faults alive that are killed
/// otherwise.
fn a_faulty_test_lets_faults_through(engines: &mut Engines, worlds: &[World]) {
    let guard: Vec<&World> = worlds.iter().filter(|world| world.name.starts_with("guard: ")).collect();
    let blind: Same = |found, expected| expected.is_subset(found);
    choose(Some(Fault::F1), true);
    let killed = killed_by_rows(engines, &["duckdb"], &guard, blind);
    assert_eq!(killed, None, "a comparison that is blind for who is too many must let the missing guard through");
    choose(None, false);
    let harmless: Vec<World> = guard.iter().map(|world| without_denials(world)).collect();
    let harmless: Vec<&World> = harmless.iter().collect();
    choose(Some(Fault::F12), true);
    let killed = killed_by_rows(engines, &["duckdb"], &harmless, same);
    assert_eq!(killed, None, "rows without denials must let a fault of denials through");
    assert!(killed_by_rows(engines, &["duckdb"], &guard, same).is_some());
    choose(None, false);
    evidence::figure("faults", "faults of the test itself", 2, 0, "each lets a seeded fault through");
}
