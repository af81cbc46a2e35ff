//! Runs the examples of `docs/language.md` on `examples/shop`.
//!
//! A block marked `seg where` holds one condition a line: each becomes a segment of customers. Every other `seg` block is a file
//! added to the project. What a comment `// error: CODE` announces must be found on its line, and nothing else.

use std::path::{Path, PathBuf};

use segma::diagnostic::Diagnostic;
use segma::model::config::Config;
use segma::source::SourceMap;

#[test]
fn every_example_does_what_it_says() {
    let text = std::fs::read_to_string(root().join("docs/language.md")).unwrap();
    let blocks = blocks(&text);
    assert!(blocks.len() > 12, "only {} blocks", blocks.len());
    let complaints: Vec<String> = blocks.iter().flat_map(complaints).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_built_in_category_is_listed_and_no_other() {
    let text = std::fs::read_to_string(root().join("docs/language.md")).unwrap();
    let table =
        text.split("| category | narrower ones |\n| --- | --- |\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let listed: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
    assert_eq!(listed, segma::privacy::taxonomy::BUILT_IN, "the table is in the order of the list");
    let special = text.split("are the special ones").next().unwrap().rsplit("\n\n").next().unwrap();
    let special: Vec<&str> = special.split('`').skip(1).step_by(2).collect();
    assert_eq!(special, segma::privacy::taxonomy::SPECIAL);
}

/// A fenced block: what stands beside its fence, its first line, and its text.
struct Block {
    mark: String,
    line: usize,
    text: String,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (i, line) in text.lines().enumerate() {
        match (open.take(), line.strip_prefix("```")) {
            (None, Some(mark)) => open = Some(Block { mark: mark.to_owned(), line: i + 2, text: String::new() }),
            (Some(block), Some(_)) => blocks.push(block),
            (Some(mut block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks.retain(|block| block.mark.starts_with("seg"));
    blocks
}

fn complaints(block: &Block) -> Vec<String> {
    if block.mark == "seg where" {
        let lines = block.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        return lines
            .flat_map(|(i, condition)| mismatches(block.line + i, "segments/docs.seg", &segment(condition)))
            .collect();
    }
    let path = block.mark.strip_prefix("seg ").unwrap_or_else(|| panic!("line {}: a block without path", block.line));
    mismatches(block.line, path, &block.text)
}

/// A condition as a segment that may read whatever serves marketing, on one line so that places stay.
fn segment(condition: &str) -> String {
    let clauses = "purpose marketing.email consent marketing.email retain 30 days refresh daily";
    format!("segment example of customer {{ {clauses}\n  where {condition}\n}}\n")
}

fn mismatches(line: usize, path: &str, text: &str) -> Vec<String> {
    let mut wanted: Vec<(usize, &str)> = text.lines().enumerate().filter_map(announced).collect();
    let (findings, sources) = findings(path, text);
    let mut complaints = Vec::new();
    for finding in findings.iter().filter(|finding| finding.is_fatal()) {
        let at = finding.span().filter(|span| sources.path(*span) == path).map(|span| sources.line_col(span).line);
        match wanted.iter().position(|(line, code)| Some(*line) == at && finding.code.0 == *code) {
            Some(i) => drop(wanted.remove(i)),
            None => {
                complaints.push(format!("docs/language.md:{line}: {} {} (in {text})", finding.code, finding.message))
            }
        }
    }
    complaints.extend(
        wanted.iter().map(|(at, code)| format!("docs/language.md:{line}: {code} was not found on its line {at}")),
    );
    complaints
}

fn announced((i, line): (usize, &str)) -> Option<(usize, &str)> {
    let (_, rest) = line.split_once("// error: ")?;
    Some((i + 1, rest.split_whitespace().next()?))
}

fn findings(path: &str, text: &str) -> (Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::new();
    let toml = std::fs::read_to_string(root().join("examples/shop/segma.toml")).unwrap();
    let file = sources.add("segma.toml", toml);
    for shop in seg_files(&root().join("examples/shop")) {
        let name = shop.strip_prefix(root().join("examples/shop")).unwrap().to_string_lossy().into_owned();
        sources.add(name, std::fs::read_to_string(&shop).unwrap());
    }
    sources.add(path, text);
    let (config, mut findings) = Config::parse(&sources, file);
    let (model, found) = segma::load(&config, &sources);
    findings.extend(found);
    findings.extend(segma::rules::check(model, "2026-11-01".parse().unwrap()).0);
    (findings, sources)
}

fn seg_files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let inside = |path: &PathBuf| if path.is_dir() { seg_files(path) } else { vec![path.clone()] };
    entries.iter().flat_map(inside).filter(|path| path.extension().is_some_and(|ending| ending == "seg")).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
