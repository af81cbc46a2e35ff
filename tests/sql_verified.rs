//! No false alarms: every audience of every project and world is proved by the independent reader, in every dialect, both as a
//! view of the statement's own instant and bound to one.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{evidence, worlds};
use segma::emit::sql::{DIALECTS, emit, fit};
use segma::model::config::Config;
use segma::plan::Plan;
use segma::source::SourceMap;

fn seg_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.ends_with("refused") {
            seg_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "seg") {
            found.push(path);
        }
    }
}

fn project(folder: &str) -> (SourceMap, Config, PathBuf) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut sources = SourceMap::new();
    let toml = sources.add("segma.toml", std::fs::read_to_string(root.join("segma.toml")).unwrap());
    let mut files = Vec::new();
    seg_files(&root, &mut files);
    for file in files {
        let name = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        sources.add(name, std::fs::read_to_string(&file).unwrap());
    }
    let (config, _) = Config::parse(&sources, toml);
    (sources, config, root)
}

/// Everything that is not proved, by dialect and segment; and how many files are.
fn unproved(name: &str, plan: &Plan, now: segma::model::Instant, wrong: &mut Vec<String>) -> usize {
    let mut files = 0;
    for dialect in DIALECTS {
        let fitted = match fit(plan, dialect.name) {
            Ok(fitted) => fitted,
            Err(findings) => {
                // What a dialect cannot say is refused by name; only what is not proved is a false alarm.
                let unproved = findings.iter().filter(|finding| finding.code.0.starts_with("INT-"));
                wrong.extend(unproved.map(|finding| format!("{name}: {}", finding.message)));
                continue;
            }
        };
        for as_of in [None, Some(now)] {
            match emit(&fitted, as_of) {
                Ok(artefacts) => files += artefacts.len(),
                Err(findings) => wrong.extend(findings.iter().map(|f| format!("{name} {as_of:?}: {}", f.message))),
            }
        }
        for segment in &plan.segments {
            if let Err(findings) = fitted.query(&segment.about.name, Some(now)).unwrap() {
                wrong.extend(findings.iter().map(|finding| format!("{name}, as a query: {}", finding.message)));
            }
        }
    }
    files
}

/// One line for each kind of alarm, with how many there are.
fn none(wrong: &[String]) {
    let mut kinds: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for alarm in wrong {
        let kind = alarm.rsplit_once("own check: ").map_or(alarm.as_str(), |(_, kind)| kind);
        kinds.entry(kind).or_insert((0, alarm)).0 += 1;
    }
    let lines: Vec<String> = kinds.values().map(|(n, first)| format!("{n} like: {first}")).collect();
    assert!(wrong.is_empty(), "{} are not proved:\n{}", wrong.len(), lines.join("\n"));
}

#[test]
fn every_audience_of_every_project_is_proved() {
    let mut wrong = Vec::new();
    let mut files = 0;
    let projects = [
        ("examples/shop", "2026-11-01"),
        ("examples/grocery", "2018-01-01"),
        ("tests/scenarios/a", "2018-01-01"),
        ("tests/scenarios/b", "2018-01-01"),
    ];
    for (folder, today) in projects {
        let (sources, config, _) = project(folder);
        let (model, found) = segma::load(&config, &sources);
        let (findings, checked) = segma::rules::check(model, today.parse().unwrap());
        let fatal = || found.iter().chain(&findings).filter(|f| f.is_fatal()).map(|f| &f.message).collect::<Vec<_>>();
        let checked = checked.unwrap_or_else(|| panic!("{folder} is refused: {:?}", fatal()));
        let plan = segma::plan::build(&checked, &sources);
        files += unproved(folder, &plan, "2018-01-01T00:00:00Z".parse().unwrap(), &mut wrong);
    }
    evidence::figure("proved", "SQL of whole projects, read back", files, wrong.len(), "in every dialect");
    none(&wrong);
    eprintln!("{files} files of projects are proved");
    assert!(files > 300, "only {files} files");
}

#[test]
fn every_audience_of_every_world_is_proved() {
    let mut wrong = Vec::new();
    let mut files = 0;
    for world in worlds::all() {
        let loaded = world.load();
        let today = segma::model::calendar::Zone::named("Europe/Berlin").unwrap().date_of(world.now);
        let (_, checked) = segma::rules::check(loaded.model, today);
        let Some(checked) = checked else { continue };
        let plan = segma::plan::build(&checked, &loaded.sources);
        files += unproved(&world.name, &plan, world.now, &mut wrong);
    }
    evidence::figure("proved", "SQL of hand-written worlds, read back", files, wrong.len(), "in every dialect");
    none(&wrong);
    eprintln!("{files} files of worlds are proved");
    assert!(files > 1000, "only {files} files");
}
