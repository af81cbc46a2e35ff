//! Figures of a test run: a JSON line each in `target/evidence`, by the test that measured it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

/// Where figures go.
fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(target).join("evidence")
}

/// Adds a figure: of what, how many, how many failed, and whatever else is to be known.
pub fn figure(file: &str, figure: &str, n: usize, failures: usize, note: &str) {
    fs::create_dir_all(folder()).unwrap();
    let mut out = OpenOptions::new().create(true).append(true).open(folder().join(format!("{file}.jsonl"))).unwrap();
    let line = json!({ "figure": figure, "n": n, "failures": failures, "note": note });
    writeln!(out, "{line}").unwrap();
}
