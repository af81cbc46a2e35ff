//! Findings as GitHub workflow commands, which show up beside the changed lines of a pull request.

use super::{Diagnostic, Severity, text};
use crate::source::SourceMap;

/// One command a line; the policy packs in force stand in a line before them that is no command, and so shows up in the log alone. `base` leads from the root of the repository to the project's folder; it is empty or ends in `/`.
pub fn render(findings: &[Diagnostic], sources: &SourceMap, base: &str, packs: &[String]) -> String {
    let commands = findings.iter().map(|finding| command(finding, sources, base));
    text::packs_in_force(packs).into_iter().chain(commands).collect()
}

fn command(finding: &Diagnostic, sources: &SourceMap, base: &str) -> String {
    let kind = match (finding.suppressed.is_some(), finding.severity) {
        (true, _) | (false, Severity::Note) => "notice",
        (false, Severity::Error) => "error",
        (false, Severity::Warning) => "warning",
    };
    let place = place(finding, sources, base);
    let state = finding.suppressed.as_ref().map_or(String::new(), |leave| format!(" ({})", leave.by.state()));
    let title = property(&format!("{}{state}", finding.code));
    format!("::{kind} {place}title={title}::{}\n", data(&body(finding)))
}

fn place(finding: &Diagnostic, sources: &SourceMap, base: &str) -> String {
    let Some(span) = finding.span() else { return String::new() };
    let (start, end) = (sources.line_col(span), sources.end_line_col(span));
    let file = property(&sources.shown(span, base));
    if start.line == end.line {
        let last = end.column.saturating_sub(1).max(start.column);
        return format!("file={file},line={},endLine={},col={},endColumn={last},", start.line, end.line, start.column);
    }
    format!("file={file},line={},endLine={},", start.line, end.line)
}

fn body(finding: &Diagnostic) -> String {
    let leave = finding.suppressed.as_ref().map(|leave| (leave.by.state(), leave.words.as_str()));
    let advice =
        [finding.why.as_deref().map(|why| ("why", why)), leave, finding.help.as_deref().map(|it| ("help", it))];
    let said = advice.into_iter().flatten().map(|(name, said)| format!("\n{name}: {said}"));
    let steps = finding.steps.iter().map(|step| format!("\nreckoned: {step}"));
    finding.message.clone() + &steps.chain(said).collect::<String>()
}

fn data(said: &str) -> String {
    text::lines(said).replace('%', "%25").replace('\n', "%0A")
}

fn property(said: &str) -> String {
    data(said).replace(':', "%3A").replace(',', "%2C")
}
