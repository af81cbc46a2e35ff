//! Figures of a test run: a JSON line each, by the test that measured it, in `target/evidence` or where `SEGMA_TEST_EVIDENCE` says. The
//! page `docs/evidence.md` is made of them by `tests/evidence --page`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

/// Where figures go.
fn folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("SEGMA_TEST_EVIDENCE") {
        return folder.into();
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(target).join("evidence")
}

/// Adds a figure: of what, how many, how many failed, and whatever else is to be known.
pub fn figure(file: &str, figure: &str, n: usize, failures: usize, note: &str) {
    told(file, &json!({ "figure": figure, "n": n, "failures": failures, "note": note }));
}

/// The same, where it is known in how many something could have gone wrong, and which seeds invented them.
pub fn invented(file: &str, figure: &str, (n, failures, nonvacuous): (usize, usize, usize), seeds: &str, note: &str) {
    let line = json!({ "figure": figure, "n": n, "failures": failures, "nonvacuous": nonvacuous, "seeds": seeds, "note": note });
    told(file, &line);
}

fn told(file: &str, line: &serde_json::Value) {
    fs::create_dir_all(folder()).unwrap();
    let mut out = OpenOptions::new().create(true).append(true).open(folder().join(format!("{file}.jsonl"))).unwrap();
    writeln!(out, "{line}").unwrap();
}
