//! Findings as one JSON document for other programs.
//!
//! The form is stable: fields are only ever added, and a change of meaning changes `format`. Lines and columns count from 1,
//! columns and byte offsets are half-open, columns count characters, paths are relative to the project's folder.

use serde::Serialize;

use super::{Diagnostic, Fix, Label, Tally};
use crate::source::{LineCol, SourceMap, Span};

/// The name and version of the form.
pub const FORMAT: &str = "segma-findings/1";

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    compiler: &'static str,
    packs: &'a [String],
    summary: Tally,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    also: Vec<&'static str>,
    severity: &'static str,
    message: &'a str,
    subject: Option<&'a str>,
    steps: &'a [String],
    policy: Option<&'a str>,
    suppressed: Option<&'a str>,
    suppressed_by: Option<&'static str>,
    why: Option<&'a str>,
    help: Option<&'a str>,
    primary: Option<Remark<'a>>,
    related: Vec<Remark<'a>>,
    fix: Option<Mend<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct Remark<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Mend<'a> {
    title: &'a str,
    edits: Vec<Remark<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    byte: u32,
}

/// The document, indented, with a final line break: the findings, the policy packs in force, by name and version, and what is known of a
/// witness of the finding at each place of the list.
pub fn render(
    findings: &[Diagnostic],
    sources: &SourceMap,
    packs: &[String],
    witness: &dyn Fn(usize) -> Option<serde_json::Value>,
) -> String {
    let with = |(at, finding)| Finding { witness: witness(at), ..Finding::of(finding, sources) };
    let document = Document {
        format: FORMAT,
        compiler: env!("CARGO_PKG_VERSION"),
        packs,
        summary: Tally::of(findings),
        findings: findings.iter().enumerate().map(with).collect(),
    };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

impl<'a> Finding<'a> {
    fn of(finding: &'a Diagnostic, sources: &'a SourceMap) -> Self {
        Finding {
            code: finding.code.0,
            also: finding.also.iter().map(|code| code.0).collect(),
            severity: finding.severity.word(),
            message: &finding.message,
            subject: finding.subject.as_deref(),
            steps: &finding.steps,
            policy: finding.policy.as_deref(),
            suppressed: finding.suppressed.as_ref().map(|leave| leave.words.as_str()),
            suppressed_by: finding.suppressed.as_ref().map(|leave| leave.by.word()),
            why: finding.why.as_deref(),
            help: finding.help.as_deref(),
            primary: finding.primary.as_ref().map(|label| Remark::of(label, sources)),
            related: finding.related.iter().map(|label| Remark::of(label, sources)).collect(),
            fix: finding.fix.as_ref().map(|fix| Mend::of(fix, sources)),
            witness: None,
        }
    }
}

impl<'a> Remark<'a> {
    fn of(label: &'a Label, sources: &'a SourceMap) -> Self {
        Remark { place: Place::of(label.span, sources), text: &label.text }
    }
}

impl<'a> Mend<'a> {
    fn of(fix: &'a Fix, sources: &'a SourceMap) -> Self {
        let edits = fix.edits.iter().map(|(span, text)| Remark { place: Place::of(*span, sources), text });
        Mend { title: &fix.title, edits: edits.collect() }
    }
}

impl<'a> Place<'a> {
    fn of(span: Span, sources: &'a SourceMap) -> Self {
        Place {
            file: sources.path(span),
            start: Point::of(sources.line_col(span), span.start),
            end: Point::of(sources.end_line_col(span), span.end),
        }
    }
}

impl Point {
    fn of(place: LineCol, byte: u32) -> Self {
        Point { line: place.line, column: place.column, byte }
    }
}
