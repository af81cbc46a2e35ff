//! Runs the suites of `tests/suites`: Markdown in which headings are tests and fences are files.
//!
//! Each `##` heading is a test. Its fences are added to `examples/shop`, or to an empty project where the test says `base: none`;
//! fences before the first `##` belong to every test of the suite. A fence ```` ```seg path ```` is a file (without a path,
//! `segments/test.seg`); in ```` ```cond ENTITY PURPOSE ```` (of `customer`
//! for `service`, if unwritten) every line is the condition of a segment of its own, for which `// says: "…"` expects a
//! part of its reading in plain English. What else comments expect is told in `common/projects.rs`.

#[path = "common/projects.rs"]
mod projects;

use rayon::prelude::*;

use projects::{Files, complaints, outcome, root, shop, sorted};
use segma::model::describe;

const EMPTY: &str = "name = \"empty\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\ndialects = [\"duckdb\"]\n";

struct Test {
    name: String,
    alone: bool,
    files: Files,
}

#[test]
fn suites_find_what_they_expect_and_nothing_else() {
    let suites = sorted(&root().join("tests/suites"));
    let tests: Vec<Test> = suites.iter().flat_map(|path| tests(path)).collect();
    assert!(tests.len() > 45, "only {} tests", tests.len());
    let failures: Vec<String> = tests.par_iter().flat_map_iter(failures).collect();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

fn failures(test: &Test) -> Vec<String> {
    let mut files = if test.alone { Files::from([("segma.toml".to_owned(), EMPTY.to_owned())]) } else { shop() };
    files.extend(test.files.clone());
    let outcome = outcome(&files);
    let mut out = complaints(&files, &outcome);
    out.extend(unsaid(test, &outcome));
    out.into_iter().map(|complaint| format!("{}: {complaint}", test.name)).collect()
}

/// Readings in plain English that are not as expected.
fn unsaid(test: &Test, outcome: &projects::Outcome) -> Vec<String> {
    let mut out = Vec::new();
    for line in test.files.values().flat_map(|text| text.lines()) {
        let Some((segment, says)) = line.split_once(" // says: \"") else { continue };
        let wanted = says.split("\" //").next().unwrap().trim_end_matches('"');
        let name = segment.split(' ').nth(1).unwrap();
        let id = outcome.model.segment_named(name).unwrap();
        let read = describe::segment(&outcome.model, &outcome.model.segments[id]).join(", ");
        if !read.contains(wanted) {
            out.push(format!("`{}` is read as `{read}`, not `{wanted}`", segment.trim()));
        }
    }
    out
}

fn tests(path: &std::path::Path) -> Vec<Test> {
    let text = std::fs::read_to_string(path).unwrap();
    let suite = path.file_stem().unwrap().to_str().unwrap();
    let mut parts = text.split("\n## ");
    let shared = files(parts.next().unwrap(), suite);
    parts
        .map(|part| {
            let heading = part.lines().next().unwrap();
            let name = format!("{suite}: {heading}");
            let own = files(part, &name);
            assert!(!own.is_empty(), "{name}: shows nothing");
            let files = shared.clone().into_iter().chain(own).collect();
            Test { alone: part.lines().any(|line| line == "base: none"), files, name }
        })
        .collect()
}

/// The fences of a part.
fn files(part: &str, name: &str) -> Files {
    let mut files = Files::new();
    let mut lines = part.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let (kind, rest) = fence.split_once(' ').unwrap_or((fence, ""));
        let (path, text) = match kind {
            "seg" => (if rest.is_empty() { "segments/test.seg" } else { rest }.to_owned(), body.join("\n")),
            "cond" => ("segments/conditions.seg".to_owned(), conditions(&body, rest)),
            other => panic!("{name}: a fence of unknown kind `{other}`"),
        };
        assert!(files.insert(path.clone(), text + "\n").is_none(), "{name}: `{path}` stands twice");
    }
    files
}

/// One segment per line; comments stay at the line's end.
fn conditions(lines: &[&str], about: &str) -> String {
    let mut words = about.split(' ').filter(|word| !word.is_empty());
    let (entity, purpose) = (words.next().unwrap_or("customer"), words.next().unwrap_or("service"));
    let wrap = |(i, line): (usize, &&str)| {
        let (condition, comment) =
            line.split_once(" // ").map_or((*line, String::new()), |(c, rest)| (c, format!(" // {rest}")));
        let head = format!("segment line_{} of {entity}", i + 1);
        format!(
            "{head} {{ purpose {purpose}  consent not needed because \"a test\"  retain 1 days  where {condition} }}{comment}"
        )
    };
    lines.iter().enumerate().map(wrap).collect::<Vec<_>>().join("\n")
}
