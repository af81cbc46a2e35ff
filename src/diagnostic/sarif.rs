//! Findings as SARIF 2.1.0, which code-scanning services and editors read.
//!
//! Suppressed findings are kept as results with a `suppression`, which says by what. Fingerprints depend on what a finding says and is
//! about, not on its line, so a finding keeps its identity while the text around it moves.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Diagnostic, Fix, Label, Severity, fingerprint};
use crate::source::{FileId, SourceMap, Span};

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its name, such as `missing-consent`.
    pub name: String,
    /// What it is, in one line.
    pub summary: String,
}

/// The log of one run. `base` leads from the root of the repository to the project's folder; it is empty or ends in `/`.
/// `packs` are the policy packs in force, by name and version; `describe` knows what codes stand for, as far as anybody does.
pub fn render(
    findings: &[Diagnostic],
    sources: &SourceMap,
    base: &str,
    packs: &[String],
    describe: &dyn Fn(&str) -> Option<Description>,
) -> String {
    let writer = Writer { sources, base };
    let codes: Vec<&'static str> = BTreeMap::from_iter(findings.iter().map(|f| (f.code.0, ()))).into_keys().collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code, describe(code))).collect();
    let results: Vec<Value> = findings.iter().map(|finding| writer.result(finding, &codes)).collect();
    let driver = json!({
        "name": "segma",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "properties": { "packs": packs },
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn rule(code: &str, description: Option<Description>) -> Value {
    let help = json!({ "text": format!("segma explain {code}") });
    match description {
        Some(known) => {
            json!({ "id": code, "name": known.name, "shortDescription": { "text": known.summary }, "help": help })
        }
        None => json!({ "id": code, "help": help }),
    }
}

struct Writer<'a> {
    sources: &'a SourceMap,
    base: &'a str,
}

impl Writer<'_> {
    fn result(&self, finding: &Diagnostic, codes: &[&str]) -> Value {
        let mut result = json!({
            "ruleId": finding.code.0,
            "ruleIndex": codes.iter().position(|code| *code == finding.code.0),
            "level": level(finding.severity),
            "message": { "text": message(finding) },
            "locations": finding.primary.iter().map(|label| self.location(label, None)).collect::<Vec<_>>(),
            "relatedLocations": finding.related.iter().enumerate().map(|(i, l)| self.location(l, Some(i))).collect::<Vec<_>>(),
            "partialFingerprints": { "segma/v1": self.fingerprint(finding) },
            "properties": { "also": finding.also.iter().map(|code| code.0).collect::<Vec<_>>(), "subject": finding.subject, "policy": finding.policy },
        });
        if let Some(fields) = result.as_object_mut() {
            if let Some(leave) = &finding.suppressed {
                let suppression = json!({
                    "kind": "external",
                    "status": "accepted",
                    "justification": leave.words,
                    "properties": { "by": leave.by.word() },
                });
                fields.insert("suppressions".to_owned(), json!([suppression]));
            }
            if let Some(fix) = &finding.fix {
                fields.insert("fixes".to_owned(), json!([self.fix(fix)]));
            }
        }
        result
    }

    fn location(&self, label: &Label, id: Option<usize>) -> Value {
        let mut location = json!({ "physicalLocation": self.physical(label.span) });
        if let Some(fields) = location.as_object_mut() {
            if let Some(id) = id {
                fields.insert("id".to_owned(), json!(id));
            }
            if !label.text.is_empty() {
                fields.insert("message".to_owned(), json!({ "text": label.text }));
            }
        }
        location
    }

    fn physical(&self, span: Span) -> Value {
        json!({ "artifactLocation": { "uri": self.uri(span.file) }, "region": self.region(span) })
    }

    fn region(&self, span: Span) -> Value {
        let (start, end) = (self.sources.line_col(span), self.sources.end_line_col(span));
        json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
    }

    fn fix(&self, fix: &Fix) -> Value {
        let mut files: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
        for (span, text) in &fix.edits {
            let edit = json!({ "deletedRegion": self.region(*span), "insertedContent": { "text": text } });
            files.entry(span.file).or_default().push(edit);
        }
        let changes = files
            .into_iter()
            .map(|(file, edits)| json!({ "artifactLocation": { "uri": self.uri(file) }, "replacements": edits }));
        json!({ "description": { "text": fix.title }, "artifactChanges": changes.collect::<Vec<_>>() })
    }

    fn uri(&self, file: FileId) -> String {
        match self.sources.get(file) {
            // What ships has a URI of its own, that nothing is put before.
            Some(text) if file.is_shipped() => text.path.clone(),
            Some(text) => percent_encoded(&text.shown(self.base)),
            None => String::new(),
        }
    }

    fn fingerprint(&self, finding: &Diagnostic) -> String {
        let path = finding.span().map_or("", |span| self.sources.path(span));
        let parts = [finding.code.0, finding.subject.as_deref().unwrap_or(""), path, finding.message.as_str()];
        fingerprint::of(&parts)
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn message(finding: &Diagnostic) -> String {
    let advice = [("why", &finding.why), ("help", &finding.help)];
    let said = advice.iter().filter_map(|(name, said)| said.as_ref().map(|said| format!("\n{name}: {said}")));
    let steps = finding.steps.iter().map(|step| format!("\nreckoned: {step}"));
    finding.message.clone() + &steps.chain(said).collect::<String>()
}

fn percent_encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
