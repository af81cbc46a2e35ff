//! The embedded engine on whole projects: the examples, and the acceptance scenarios where their tables have been made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use segma::model::Instant;
use segma::model::config::{Config, DataFormat};
use segma::plan::{self, SegmentPlan};
use segma::run::{self, File, Format, Outcome, Silent};
use segma::source::SourceMap;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A compiled project with its rows.
struct Project {
    plans: Vec<SegmentPlan>,
    rows: BTreeMap<String, File>,
}

impl Project {
    fn open(folder: &Path, today: &str) -> Self {
        let mut sources = SourceMap::new();
        let text = std::fs::read_to_string(folder.join("segma.toml")).unwrap();
        let file = sources.add("segma.toml", text);
        let (config, mut findings) = Config::parse(&sources, file);
        let mut paths = Vec::new();
        seg_files(folder, &mut paths);
        for path in paths {
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            sources.add(&name, std::fs::read_to_string(&path).unwrap());
        }
        let (model, found) = segma::load(&config, &sources);
        findings.extend(found);
        let (found, checked) = segma::rules::check(model, today.parse().unwrap());
        findings.extend(found);
        let fatal: Vec<_> =
            findings.iter().filter(|finding| finding.is_fatal()).map(|finding| &finding.message).collect();
        assert!(fatal.is_empty(), "{}: {fatal:#?}", folder.display());
        let plans = plan::build(&checked.expect("a checked project"), &sources).segments;
        let rows = config.data.iter().filter_map(|(name, data)| {
            let bytes = std::fs::read(folder.join(&data.path)).ok()?;
            let format = match data.format {
                DataFormat::Csv => Format::Csv,
                DataFormat::Parquet => Format::Parquet,
            };
            Some((name.clone(), File { name: data.path.clone(), format, bytes }))
        });
        Self { plans, rows: rows.collect() }
    }

    fn run(&self, now: &str) -> Vec<Outcome> {
        let now: Instant = now.parse().unwrap();
        let found = run::preview(&self.plans, &self.rows, now, &Silent);
        found.into_iter().map(|preview| preview.outcome.unwrap()).collect()
    }
}

fn seg_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["data", "refused", "build"].contains(&name.as_str()) && !name.starts_with('.') {
            seg_files(&path, into);
        } else if name.ends_with(".seg") {
            into.push(path);
        }
    }
}

#[test]
fn shop() {
    let project = Project::open(&root().join("examples/shop"), "2026-11-01");
    for outcome in project.run("2026-11-01T00:00:00Z") {
        eprintln!("{} {:?} {:#?}", outcome.segment, outcome.members(), outcome.waterfall);
    }
}

#[test]
fn grocery() {
    let project = Project::open(&root().join("examples/grocery"), "2018-01-01");
    for outcome in project.run("2018-01-01T00:00:00Z") {
        eprintln!("{} {:#?}", outcome.segment, outcome.waterfall);
    }
}
