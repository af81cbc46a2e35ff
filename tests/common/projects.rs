//! Projects in memory: read, resolved and checked; what they find set against what their comments expect.
//!
//! A comment `// error: CODE "part of the message"` at the end of a line expects a finding there; the text may be left out, several
//! codes are separated by commas, and several comments may follow each other. `warning` and `note` likewise. Every finding must be
//! expected, and every mend that a finding offers is applied and must mend it without making another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use segma::diagnostic::{Diagnostic, patch};
use segma::model::config::Config;
use segma::model::{Date, Model};
use segma::source::{SourceMap, Span};

/// The day on which every project is checked.
pub const TODAY: &str = "2026-11-01";

/// Texts by path.
pub type Files = BTreeMap<String, String>;

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of a folder, sorted.
pub fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// `examples/shop`, whole.
pub fn shop() -> Files {
    let mut files = Files::new();
    let folder = root().join("examples/shop");
    files.insert("segma.toml".into(), std::fs::read_to_string(folder.join("segma.toml")).unwrap());
    for room in ["catalog", "policy", "segments"] {
        for path in sorted(&folder.join(room)) {
            let name = format!("{room}/{}", path.file_name().unwrap().to_str().unwrap());
            files.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    files
}

/// What came of a project.
pub struct Outcome {
    pub sources: SourceMap,
    pub model: Model,
    pub findings: Vec<Diagnostic>,
}

/// Reads, resolves and checks; the proof must be there exactly when nothing fatal was found.
pub fn outcome(files: &Files) -> Outcome {
    let mut sources = SourceMap::new();
    let toml = sources.add("segma.toml", files["segma.toml"].clone());
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".seg")) {
        sources.add(path.clone(), text.clone());
    }
    let (config, mut findings) = Config::parse(&sources, toml);
    let (model, found) = segma::load(&config, &sources);
    findings.extend(found);
    let (found, checked) = segma::rules::check(model.clone(), TODAY.parse::<Date>().unwrap());
    assert_eq!(checked.is_some(), model.complete && !segma::diagnostic::any_fatal(&found));
    findings.extend(found);
    segma::diagnostic::sort(&mut findings);
    Outcome { sources, model, findings }
}

/// What was found and not expected, or expected and not found, and mends that do not mend.
pub fn complaints(files: &Files, outcome: &Outcome) -> Vec<String> {
    let mut wanted = expectations(files);
    let mut out = Vec::new();
    for finding in outcome.findings.iter().filter(|finding| finding.suppressed.is_none()) {
        match wanted.iter().position(|wanted| wanted.fits(finding, &outcome.sources)) {
            Some(i) => drop(wanted.remove(i)),
            None => out.push(format!("not expected: {}", told(finding, &outcome.sources))),
        }
        out.extend(bad_mend(finding, outcome, files));
    }
    out.extend(
        wanted.iter().map(|w| format!("expected {} {} {:?} at {}:{}", w.severity, w.code, w.text, w.path, w.line)),
    );
    out
}

/// A finding in one line.
pub fn told(finding: &Diagnostic, sources: &SourceMap) -> String {
    let place = |span: Span| format!("{}:{}", sources.path(span), sources.line_col(span).line);
    let at = finding.span().map_or("nowhere".to_owned(), place);
    format!("{} {} at {at}: {}", finding.severity.word(), finding.code, finding.message)
}

/// A mend that does not mend.
fn bad_mend(finding: &Diagnostic, before: &Outcome, files: &Files) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let mut mended = files.clone();
    for (id, file) in before.sources.files() {
        if fix.edits.iter().any(|(span, _)| span.file == id) {
            let Some(text) = patch::apply(fix, &before.sources, id) else {
                return Some(format!("the mend `{}` does not fit", fix.title));
            };
            mended.insert(file.path.clone(), text);
        }
    }
    let after = outcome(&mended);
    let fatal = |outcome: &Outcome| outcome.findings.iter().filter(|finding| finding.is_fatal()).count();
    let alike = |outcome: &Outcome| {
        outcome
            .findings
            .iter()
            .filter(|other| other.message == finding.message && other.subject == finding.subject)
            .count()
    };
    let same = alike(&after) >= alike(before);
    if same || fatal(&after) >= fatal(before) && finding.is_fatal() {
        let list: Vec<String> = after.findings.iter().map(|finding| told(finding, &after.sources)).collect();
        return Some(format!("the mend `{}` of {} leaves: {}", fix.title, finding.code, list.join("; ")));
    }
    None
}

/// A finding that a comment asks for.
struct Wanted {
    path: String,
    line: usize,
    severity: String,
    code: String,
    text: String,
}

impl Wanted {
    fn fits(&self, finding: &Diagnostic, sources: &SourceMap) -> bool {
        let here = finding
            .span()
            .is_some_and(|span| sources.path(span) == self.path && sources.line_col(span).line == self.line);
        here && self.severity == finding.severity.word()
            && finding.codes().any(|code| code.0 == self.code)
            && finding.message.contains(&self.text)
    }
}

fn expectations(files: &Files) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".seg")) {
        for (i, line) in text.lines().enumerate() {
            for comment in line.split("// ").skip(1) {
                let Some((severity, rest)) = comment.trim().split_once(": ") else { continue };
                if !matches!(severity, "error" | "warning" | "note") {
                    continue;
                }
                let (codes, text) = rest.split_once(" \"").unwrap_or((rest, "\""));
                let text = text.strip_suffix('"').expect("the expected text ends with a quote");
                wanted.extend(codes.split(", ").map(|code| Wanted {
                    path: path.clone(),
                    line: i + 1,
                    severity: severity.to_owned(),
                    code: code.trim().to_owned(),
                    text: text.to_owned(),
                }));
            }
        }
    }
    wanted
}
