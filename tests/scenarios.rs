//! The acceptance scenarios through the tool as people use it: what must be refused is refused for the reason named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
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

fn expected(name: &str) -> Value {
    let file = root().join("tests/scenarios").join(name).join("expected.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
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
fn scenario_a_refuses_what_it_must() {
    refusals_hold("a");
}

#[test]
fn scenario_b_refuses_what_it_must() {
    refusals_hold("b");
}
