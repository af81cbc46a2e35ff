//! The acceptance scenarios and the grocery example, through the tool as people use it: every audience has the number of people
//! that an independent hand-written query gives, in the embedded engine, in DuckDB and in PostgreSQL, and what must be refused is
//! refused for the reason named.
//!
//! `tests/run` prepares the tables and starts the engines. Without them these tests fail; only where the acceptance data are absent
//! (`SEGMA_SHARED_DATA` unset) do the scenarios say so and end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use segma::model::config::Config;
use segma::model::{Date, Instant};
use segma::source::SourceMap;
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn needed(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run these tests with tests/run"))
}

/// Runs a command and returns its exit code and standard output; standard error goes to the test's log.
fn run(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn segma(arguments: &[&str]) -> (Option<i32>, Value) {
    let (code, text) = run(Command::new(env!("CARGO_BIN_EXE_segma")).args(arguments));
    let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("segma {arguments:?}: {error}: {text}"));
    (code, json)
}

fn python(script: &str, arguments: &[&str], input: &str) -> String {
    let mut given = tempfile::tempfile().unwrap();
    given.write_all(input.as_bytes()).unwrap();
    given.rewind().unwrap();
    let mut command = Command::new(needed("SEGMA_TEST_PYTHON"));
    let (code, text) = run(command.arg(root().join(script)).args(arguments).stdin(given));
    assert_eq!(code, Some(0), "{script} {arguments:?}");
    text
}

/// The prepared project of a scenario, or nothing where the acceptance data are absent.
fn scenario(name: &str) -> Option<PathBuf> {
    if std::env::var_os("SEGMA_SHARED_DATA").is_none() {
        eprintln!("NOT RUN: scenario {name}, as SEGMA_SHARED_DATA is not set");
        return None;
    }
    let project = root().join(".work/scenarios").join(name);
    assert!(project.join("segma.toml").exists(), "{} is not prepared: run tests/run", project.display());
    Some(project)
}

/// segment name -> people after guard, condition, cap and holdout, as `preview` counts them.
type Counts = BTreeMap<String, u64>;

fn preview(project: &Path, as_of: &str) -> Counts {
    let arguments = ["preview", project.to_str().unwrap(), "--as-of", as_of, "--today", as_of, "--format", "json"];
    let (code, json) = segma(&arguments);
    assert_eq!(code, Some(0), "{arguments:?}");
    let segments = json["segments"].as_array().unwrap_or_else(|| panic!("no segments in {json}"));
    segments.iter().map(|segment| (segment["segment"].as_str().unwrap().to_owned(), leaving(segment))).collect()
}

/// How many people would leave: nobody where they are withheld for being too few, which is shown as "fewer than".
fn leaving(segment: &Value) -> u64 {
    match (&segment["would_leave"], segment["leaves"].as_bool()) {
        (Value::Number(people), Some(_)) => people.as_u64().unwrap(),
        (Value::Object(few), Some(false)) if few.contains_key("fewer_than") => 0,
        _ => panic!("no count in {segment}"),
    }
}

/// The same question to each engine over the same rows: the embedded one as people ask it, the others by the emitted SQL.
fn on_every_engine(name: &str, project: &Path, as_of: &str) -> Vec<(&'static str, Counts)> {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("rows.duckdb");
    let (path, file) = (project.to_str().unwrap(), file.to_str().unwrap());
    let database = format!("scenario_{name}_{}", as_of.replace('-', ""));
    needed("SEGMA_TEST_PG_SOCKET");
    let asked = |dialect: &str, place: &str| {
        python("tests/engines/load.py", &[path, dialect, place], "");
        let queries = serde_json::to_string(&emitted(project, dialect, as_of)).unwrap();
        serde_json::from_str(&python("tests/engines/count.py", &[dialect, place], &queries)).unwrap()
    };
    vec![
        ("the embedded engine", preview(project, as_of)),
        ("DuckDB", asked("duckdb", file)),
        ("PostgreSQL", asked("postgres", &database)),
    ]
}

/// segment name -> the query of its view, with the instant bound.
fn emitted(project: &Path, dialect: &str, as_of: &str) -> BTreeMap<String, String> {
    let day: Date = as_of.parse().unwrap();
    let mut sources = SourceMap::new();
    let toml = sources.add("segma.toml", std::fs::read_to_string(project.join("segma.toml")).unwrap());
    for room in ["catalog", "policy", "segments"] {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(project.join(room)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            sources.add(file.display().to_string(), std::fs::read_to_string(&file).unwrap());
        }
    }
    let (config, _) = Config::parse(&sources, toml);
    let (model, findings) = segma::load(&config, &sources);
    assert!(findings.is_empty(), "{findings:?}");
    let (_, checked) = segma::rules::check(model, day);
    let plan = segma::plan::build(&checked.expect("a clean project"), &sources);
    let fitted = segma::emit::sql::fit(&plan, dialect).unwrap_or_else(|findings| panic!("{findings:?}"));
    // Both scenarios and the example reckon their days in UTC.
    let start: jiff::Timestamp = format!("{as_of}T00:00:00Z").parse().unwrap();
    let now = Some(Instant::from_micros(start.as_microsecond()));
    let names = plan.segments.iter().map(|segment| segment.about.name.clone());
    names.map(|name| (name.clone(), fitted.query(&name, now).unwrap().unwrap())).collect()
}

fn expected(name: &str) -> Value {
    let file = root().join("tests/scenarios").join(name).join("expected.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The answers that came with the acceptance data, so that `expected.json` cannot drift from them.
fn oracle(id: &str) -> u64 {
    let file = Path::new(&needed("SEGMA_SHARED_DATA")).join("oracles.json");
    let answers: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    answers[id].as_u64().unwrap_or_else(|| panic!("oracles.json knows no {id}"))
}

fn wanted(entry: &Value) -> u64 {
    let people = entry["people"].as_u64().unwrap();
    assert_eq!(people, oracle(entry["oracle"].as_str().unwrap()), "expected.json differs from oracles.json: {entry}");
    people
}

fn counts_agree(name: &str) {
    let Some(project) = scenario(name) else { return };
    let expected = expected(name);
    let as_of = expected["as_of"].as_str().unwrap();
    let wanted_now: Counts = expected["segments"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(segment, entry)| (segment.clone(), wanted(entry)))
        .collect();
    for (engine, counts) in on_every_engine(name, &project, as_of) {
        assert_eq!(counts, wanted_now, "{engine}, as of {as_of}");
    }
    for other in expected["also"].as_array().into_iter().flatten() {
        let (as_of, segment) = (other["as_of"].as_str().unwrap(), other["segment"].as_str().unwrap());
        for (engine, counts) in on_every_engine(name, &project, as_of) {
            assert_eq!(counts.get(segment), Some(&wanted(other)), "{engine}: {segment} as of {as_of}");
        }
    }
}

/// The exit code of `check`, the distinct codes of all errors, and their messages.
fn errors(project: &Path) -> (Option<i32>, BTreeSet<String>, String) {
    let (code, json) = segma(&["check", project.to_str().unwrap(), "--format", "json", "--today", "2018-01-01"]);
    let findings = json["findings"].as_array().unwrap();
    let severe = || findings.iter().filter(|finding| finding["severity"] == "error");
    let codes = severe().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect();
    let messages = severe().map(|finding| finding["message"].as_str().unwrap().to_owned() + "\n").collect();
    (code, codes, messages)
}

fn copy_sources(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_name().to_str().unwrap() {
            "refused" | "data" => {}
            _ if entry.file_type().unwrap().is_dir() => copy_sources(&entry.path(), &target),
            _ => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Each refused audience alone, beside an otherwise clean project: no data are needed to refuse it.
fn refusals_hold(name: &str) {
    let committed = root().join("tests/scenarios").join(name);
    let refused = expected(name)["refused"].as_object().unwrap().clone();
    let clean = tempfile::tempdir().unwrap();
    copy_sources(&committed, clean.path());
    let found = errors(clean.path());
    assert_eq!(found, (Some(0), BTreeSet::new(), String::new()), "scenario {name} without the refused audiences");
    for (id, wanted) in &refused {
        let project = tempfile::tempdir().unwrap();
        copy_sources(&committed, project.path());
        let file = format!("{id}.seg");
        std::fs::copy(committed.join("refused").join(&file), project.path().join("segments").join(&file)).unwrap();
        let (code, codes, messages) = errors(project.path());
        assert_eq!((code, codes), (Some(1), texts(&wanted["codes"])), "{id}: {messages}");
        for name in texts(&wanted["names"]) {
            assert!(messages.contains(&name), "{id} does not name {name}: {messages}");
        }
    }
}

#[test]
fn scenario_a_counts_as_the_oracle_does() {
    counts_agree("a");
}

#[test]
fn scenario_b_counts_as_the_oracle_does() {
    counts_agree("b");
}

#[test]
fn scenario_a_refuses_what_it_must() {
    refusals_hold("a");
}

#[test]
fn scenario_b_refuses_what_it_must() {
    refusals_hold("b");
}

/// Every audience of the grocery example against `tests/grocery/oracles.sql`. Under the example's minimum of ten the view is empty.
#[test]
fn the_grocery_example_counts_as_hand_written_sql_does() {
    const MINIMUM: u64 = 10;
    let answers: Counts = serde_json::from_str(&python("tests/grocery/oracles.py", &[], "")).unwrap();
    for (engine, counts) in on_every_engine("grocery", &root().join("examples/grocery"), "2018-01-01") {
        assert!(counts.len() >= 15, "{engine}: only {} segments", counts.len());
        for (segment, people) in &counts {
            if segment == "cooling_down" {
                // A holdout of 10 % is taken out; which households is a matter of hashes.
                let before = answers["cooling_down_before_holdout"];
                assert!((MINIMUM..before).contains(people), "{engine}: {people} of {before} in {segment}");
                continue;
            }
            let answer = answers.get(segment).unwrap_or_else(|| panic!("no query for {segment}"));
            let shown = if *answer < MINIMUM && segment != "fuel_recall" { 0 } else { *answer };
            assert_eq!(*people, shown, "{engine}: {segment}");
        }
    }
}
