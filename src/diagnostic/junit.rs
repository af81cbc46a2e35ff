//! Findings as JUnit XML: a suite for each file of the project, a case for each finding, one passing case for a clean file.
//!
//! Errors are failures, and so are warnings where the run denies them; suppressed findings are skipped cases.

use std::fmt::Write;

use super::{Diagnostic, Severity, text};
use crate::source::{FileId, SourceMap};

/// The document. `deny_warnings` says whether a warning fails its case; the policy packs in force are a property of every suite.
pub fn render(findings: &[Diagnostic], sources: &SourceMap, deny_warnings: bool, packs: &[String]) -> String {
    let mut suites: Vec<(String, Vec<&Diagnostic>)> = Vec::new();
    let placeless: Vec<&Diagnostic> = findings.iter().filter(|finding| finding.span().is_none()).collect();
    if !placeless.is_empty() {
        suites.push(("project".to_owned(), placeless));
    }
    for (id, file) in sources.files() {
        suites.push((file.path.clone(), findings.iter().filter(|finding| in_file(finding, id)).collect()));
    }
    let properties = properties(packs);
    let suite =
        |(name, findings): &(String, Vec<&Diagnostic>)| suite(name, &properties, findings, sources, deny_warnings);
    let body: String = suites.iter().map(suite).collect();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"segma check\">\n{body}</testsuites>\n")
}

fn in_file(finding: &Diagnostic, file: FileId) -> bool {
    finding.span().is_some_and(|span| span.file == file)
}

fn properties(packs: &[String]) -> String {
    if packs.is_empty() {
        return String::new();
    }
    let value = escaped(&packs.join(", "));
    format!("    <properties>\n      <property name=\"packs\" value=\"{value}\"/>\n    </properties>\n")
}

fn suite(name: &str, properties: &str, findings: &[&Diagnostic], sources: &SourceMap, deny_warnings: bool) -> String {
    let failures = findings.iter().filter(|finding| fails(finding, deny_warnings)).count();
    let skipped = findings.iter().filter(|finding| finding.suppressed.is_some()).count();
    let name = escaped(name);
    let tests = findings.len().max(1);
    let mut out = format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"0\">\n{properties}"
    );
    if findings.is_empty() {
        let _ = writeln!(out, "    <testcase classname=\"{name}\" name=\"clean\"/>");
    }
    for finding in findings {
        out.push_str(&case(&name, finding, sources, deny_warnings));
    }
    out + "  </testsuite>\n"
}

fn case(suite: &str, finding: &Diagnostic, sources: &SourceMap, deny_warnings: bool) -> String {
    let line = finding.span().map_or(String::new(), |span| format!(" line {}", sources.line_col(span).line));
    let about = finding.subject.as_ref().map_or(String::new(), |subject| format!(" {subject}"));
    let name = escaped(&format!("{}{about}{line}", finding.code));
    let (message, body) = (escaped(&finding.message), escaped(&body(finding)));
    let inside = if let Some(leave) = &finding.suppressed {
        format!("<skipped message=\"{}\"/>", escaped(&format!("{}: {}", leave.by.state(), leave.words)))
    } else if fails(finding, deny_warnings) {
        format!("<failure type=\"{}\" message=\"{message}\">{body}</failure>", finding.code)
    } else {
        format!("<system-out>{message}\n{body}</system-out>")
    };
    format!("    <testcase classname=\"{suite}\" name=\"{name}\">{inside}</testcase>\n")
}

fn fails(finding: &Diagnostic, deny_warnings: bool) -> bool {
    finding.suppressed.is_none()
        && match finding.severity {
            Severity::Error => true,
            Severity::Warning => deny_warnings,
            Severity::Note => false,
        }
}

fn body(finding: &Diagnostic) -> String {
    let advice = [("why", &finding.why), ("help", &finding.help)];
    let steps = finding.steps.iter().map(|step| format!("reckoned: {step}"));
    let said = advice.iter().filter_map(|(name, said)| said.as_ref().map(|said| format!("{name}: {said}")));
    steps.chain(said).collect::<Vec<_>>().join("\n")
}

/// Text for XML: markup escaped, and what XML 1.0 cannot hold shown as an escape.
fn escaped(said: &str) -> String {
    let safe: String = said.split('\n').map(text::line).collect::<Vec<_>>().join("\n");
    safe.chars().fold(String::with_capacity(safe.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\u{FFFE}' | '\u{FFFF}' => out.extend(c.escape_default()),
            c => out.push(c),
        }
        out
    })
}
