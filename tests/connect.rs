//! `preview --on`: the emitted SQL, asked through ADBC, counts as the embedded engine does.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const AS_OF: &str = "2026-11-01";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The environment, or nothing where no engines are up; under SEGMA_TEST_REQUIRE that is a failure.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    let required = std::env::var_os("SEGMA_TEST_REQUIRE").is_some();
    assert!(value.is_some() || !required, "{name} is not set: run tests/run");
    if value.is_none() {
        eprintln!("NOT RUN: {name} is not set; run tests/run");
    }
    value
}

fn load(project: &Path, engine: &str, into: &str, python: &str) {
    let script = root().join("tests/engines/load.py");
    let done = Command::new(python).arg(script).arg(project).args([engine, into]).status().unwrap();
    assert!(done.success(), "the tables of {} were not loaded", project.display());
}

/// Segments with their counts, as JSON gives them.
fn counts(project: &Path, more: &[&str]) -> Vec<(String, Value)> {
    let mut segma = Command::new(env!("CARGO_BIN_EXE_segma"));
    segma.arg("preview").arg(project).args(["--today", AS_OF, "--as-of", AS_OF, "--format", "json"]).args(more);
    let output = segma.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{more:?}: {error}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = json["segments"].as_array().unwrap_or_else(|| panic!("{json}"));
    found.iter().map(|one| (one["segment"].as_str().unwrap().to_owned(), one["result"].clone())).collect()
}

#[test]
fn duckdb_counts_as_the_embedded_engine_does() {
    let (Some(python), Some(_)) = (variable("SEGMA_TEST_PYTHON"), variable("SEGMA_DUCKDB_DRIVER")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("warehouse.db");
    let shop = root().join("examples/shop");
    load(&shop, "duckdb", file.to_str().unwrap(), &python);
    let on = format!("duckdb:{}", file.display());
    let found = counts(&shop, &["--on", &on]);
    assert_eq!(found, counts(&shop, &[]));
    assert!(found.len() >= 9);
}

#[test]
fn postgresql_counts_as_the_embedded_engine_does() {
    let (Some(python), Some(uri)) = (variable("SEGMA_TEST_PYTHON"), variable("SEGMA_TEST_PG_URI")) else { return };
    let database = format!("segma_connect_{}", std::process::id());
    let shop = root().join("examples/shop");
    load(&shop, "postgres", &database, &python);
    let on = uri.replace("///postgres?", &format!("///{database}?"));
    let found = counts(&shop, &["--on", &on]);
    let own = counts(&shop, &[]);
    let drop = format!("drop database \"{database}\" with (force)");
    assert!(
        Command::new("psql").args(["--dbname", "postgres", "--quiet", "--command", &drop]).status().unwrap().success()
    );
    assert_eq!(found, own);
}

#[test]
fn what_cannot_be_asked_is_told_without_secrets() {
    let shop = root().join("examples/shop");
    let ask = |arguments: &[&str]| {
        let mut segma = Command::new(env!("CARGO_BIN_EXE_segma"));
        segma.arg("preview").arg(&shop).args(["--as-of", AS_OF]).args(arguments);
        let output = segma.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = ask(&["--on", "mysql://root:hunter2@db/shop"]);
    assert!(code == Some(2) && said.contains("duckdb:FILE") && !said.contains("hunter2"), "{said}");
    let (code, said) = ask(&["--on", "duckdb:/nowhere/shop.db"]);
    assert!(code == Some(2) && said.contains("there is no DuckDB file"), "{said}");
    let (code, said) = ask(&["--on", "postgresql://a:hunter2@b/c", "--driver", "/nowhere/driver.so"]);
    assert!(code == Some(2) && said.contains("SEGMA_POSTGRESQL_DRIVER") && !said.contains("hunter2"), "{said}");
}
