//! Real engines for tests: a long-lived Python process that runs SQL on DuckDB and PostgreSQL and parses it with sqlglot.
//!
//! Where the environment has no engines the caller is told so; under `SEGMA_TEST_REQUIRE` that is a failure.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The process.
pub struct Engines {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// Rows, or what the engine said.
pub type Answer = Result<Vec<Value>, String>;

impl Engines {
    /// Starts the process, or says loudly that nothing is tested.
    pub fn start() -> Option<Self> {
        let required = std::env::var_os("SEGMA_TEST_REQUIRE").is_some();
        let python = std::env::var_os("SEGMA_TEST_PYTHON");
        let server = std::env::var_os("PGHOST");
        let (Some(python), Some(_)) = (python, server) else {
            assert!(!required, "SEGMA_TEST_PYTHON and PGHOST are not set: run tests/run");
            eprintln!("NOT RUN: SEGMA_TEST_PYTHON or PGHOST is not set, so no engine runs any SQL here; run tests/run");
            return None;
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engines/sql.py");
        let mut child = Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Some(Self { child, input, output })
    }

    /// One request, one answer.
    pub fn ask(&mut self, request: &Value) -> Value {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{request}").unwrap();
        input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Runs queries over tables that `setup` makes.
    pub fn run(&mut self, engine: &str, setup: &[String], queries: &[String]) -> Result<Vec<Answer>, String> {
        let answer = self.ask(&json!({ "engine": engine, "setup": setup, "queries": queries }));
        if let Some(error) = answer["setup"].as_str() {
            return Err(error.to_owned());
        }
        let one = |result: &Value| match result["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(result["rows"].as_array().unwrap().clone()),
        };
        Ok(answer["results"].as_array().unwrap().iter().map(one).collect())
    }

    /// What sqlglot says against each statement.
    pub fn sqlglot(&mut self, dialect: &str, statements: &[String]) -> Vec<Option<String>> {
        let answer = self.ask(&json!({ "engine": "sqlglot", "dialect": dialect, "statements": statements }));
        answer["results"].as_array().unwrap().iter().map(|result| result.as_str().map(str::to_owned)).collect()
    }
}

impl Drop for Engines {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
