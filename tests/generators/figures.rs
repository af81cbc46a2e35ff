//! The figures that a test leaves behind: one JSON line for each, in `target/evidence`, from which a page of evidence can be made.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Figure {
    /// How many cases there were.
    pub n: usize,
    pub failures: usize,
    /// In how many of them something could have gone wrong.
    pub nonvacuous: usize,
}

/// The folder of the build.
pub fn folder(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let folder = target.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl Figure {
    /// Counts one case.
    pub fn case(&mut self, failed: bool, nonvacuous: bool) {
        self.n += 1;
        self.failures += usize::from(failed);
        self.nonvacuous += usize::from(nonvacuous);
    }

    /// Writes it down, and prints it.
    pub fn write(&self, name: &str, seeds: &str, detail: Value) {
        let line = json!({
            "figure": name, "n": self.n, "failures": self.failures, "nonvacuous": self.nonvacuous, "seeds": seeds, "detail": detail,
        });
        let page = std::env::var_os("SEGMA_TEST_EVIDENCE").map(PathBuf::from);
        // A long run, and one for the page, add to what was found before; an ordinary one begins anew.
        let long = page.is_some() || std::env::var_os("SEGMA_TEST_SEED").is_some();
        let folder = page.unwrap_or_else(|| folder("evidence"));
        let file = folder.join(format!("{}.jsonl", name.replace([' ', '/'], "_")));
        let mut file =
            std::fs::OpenOptions::new().create(true).write(true).append(long).truncate(!long).open(file).unwrap();
        writeln!(file, "{line}").unwrap();
        println!("{line}");
    }
}
