//! What the tests share.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, SourceMap};
use crate::syntax::{Parsed, codes, parse};

/// A text in a map of its own.
pub(super) struct Text {
    pub map: SourceMap,
    pub file: FileId,
    pub text: String,
}

/// A text to be read.
pub(super) fn text(text: &str) -> Text {
    let mut map = SourceMap::new();
    let file = map.add("a.seg", text);
    Text { map, file, text: text.to_owned() }
}

/// Reads a text.
pub(super) fn read(source: &str) -> Parsed {
    let text = text(source);
    parse(text.file, &text.text)
}

/// A segment with this condition.
pub(super) fn segment(condition: &str) -> String {
    format!("segment x of customer {{\n  where {condition}\n}}\n")
}

/// What was found, one line each: `line:column code message`.
pub(super) fn lines(source: &str) -> Vec<String> {
    let text = text(source);
    let found = parse(text.file, &text.text).diagnostics;
    found.iter().map(|finding| line(&text, finding)).collect()
}

fn line(text: &Text, finding: &Diagnostic) -> String {
    let place = finding
        .span()
        .map(|span| text.map.line_col(span))
        .map_or(String::new(), |at| format!("{}:{}", at.line, at.column));
    format!("{place} {} {}", finding.code, finding.message)
}

/// The findings that are errors, but for those about constructs that are not supported yet.
pub(super) fn mistakes(parsed: &Parsed) -> Vec<&Diagnostic> {
    let errors = parsed.diagnostics.iter().filter(|finding| finding.severity == Severity::Error);
    errors.filter(|finding| finding.code != codes::UNSUPPORTED).collect()
}

/// The text with a finding's fix applied.
pub(super) fn mended(source: &str, finding: &Diagnostic) -> Option<String> {
    let mut edits = finding.fix.as_ref()?.edits.clone();
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let mut out = source.to_owned();
    for (span, new) in edits.iter().rev() {
        out.replace_range(span.start as usize..span.end as usize, new);
    }
    Some(out)
}
