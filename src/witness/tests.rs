//! The examples of the rules' own pages, each with a person.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::*;
use crate::model::config::Config;
use crate::source::SourceMap;

type Files = BTreeMap<String, String>;

const TODAY: &str = "2026-11-01";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn now() -> Instant {
    "2026-11-01T11:00:00Z".parse().unwrap()
}

fn shop() -> Files {
    let folder = root().join("examples/shop");
    let mut files = Files::new();
    for room in ["catalog", "policy", "segments"] {
        for entry in std::fs::read_dir(folder.join(room)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{room}/{}", path.file_name().unwrap().to_str().unwrap());
            files.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    files
}

fn loaded(files: &Files) -> Model {
    let mut sources = SourceMap::new();
    let toml = std::fs::read_to_string(root().join("examples/shop/segma.toml")).unwrap();
    let file = sources.add("segma.toml", toml);
    for (path, text) in files {
        sources.add(path.clone(), text.clone());
    }
    let (config, _) = Config::parse(&sources, file);
    crate::load(&config, &sources).0
}

/// The projects of the examples of a page.
fn examples(path: &Path) -> Vec<Files> {
    let text = std::fs::read_to_string(path).unwrap();
    let example = text.split("## Example").nth(1).unwrap().split("## Fix").next().unwrap();
    let mut projects: Vec<Files> = Vec::new();
    for block in example.split("```seg ").skip(1) {
        let (path, body) = block.split_once('\n').unwrap();
        let body = body.split("```").next().unwrap();
        match projects.last_mut() {
            Some(files) if !files.contains_key(path) => drop(files.insert(path.to_owned(), body.to_owned())),
            _ => projects.push(Files::from([(path.to_owned(), body.to_owned())])),
        }
    }
    projects
}

/// What is found beside each finding of an example, by code.
fn sought(added: &Files) -> Vec<(String, Sought)> {
    let mut files = shop();
    files.extend(added.clone());
    let model = loaded(&files);
    let (findings, _) = crate::rules::check(model.clone(), TODAY.parse().unwrap());
    let seeker = Seeker::new(&model, now());
    let standing = findings.iter().filter(|finding| finding.suppressed.is_none());
    standing.map(|finding| (finding.code.to_string(), seeker.seek(finding))).collect()
}

#[test]
fn pages_of_rules_about_who_is_in_have_their_witnesses() {
    let mut said = String::new();
    for entry in std::fs::read_dir(root().join("docs/rules")).unwrap() {
        let path = entry.unwrap().path();
        for added in examples(&path) {
            for (code, sought) in sought(&added) {
                let what = match sought {
                    Sought::Found(witness) => format!("found: {}", witness.claim),
                    Sought::NotFound(why) => format!("not found: {why}"),
                    Sought::NotSought => "not sought".to_owned(),
                };
                said.push_str(&format!("{code} {what}\n"));
            }
        }
    }
    let mut lines: Vec<&str> = said.lines().collect();
    lines.sort_unstable();
    let expected = std::fs::read_to_string(root().join("src/witness/tests.txt")).unwrap_or_default();
    let found = lines.join("\n") + "\n";
    if std::env::var_os("SEGMA_WITNESS_UPDATE").is_some() {
        std::fs::write(root().join("src/witness/tests.txt"), &found).unwrap();
        return;
    }
    assert_eq!(found, expected);
}
