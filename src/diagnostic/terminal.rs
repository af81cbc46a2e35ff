//! Findings for people at a terminal: a headline, the places with their text, what it means, what to write instead.
//!
//! The headline and the advice are ours; the pictures of source text are drawn by miette, one for each cluster of places, from
//! an excerpt in which nothing can steer the terminal.

mod excerpt;

use std::fmt::Write;

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::{Diagnostic, Fix, Severity, Tally, patch, text};
use crate::source::SourceMap;

/// How to draw.
#[derive(Debug, Clone)]
pub struct Look {
    /// Whether to use ANSI colours.
    pub colour: bool,
    /// Whether to draw with characters beyond ASCII.
    pub unicode: bool,
    /// Columns to fill; longer prose is broken between words.
    pub width: usize,
    /// What to write before each path so that it leads there from where the reader stands; empty or ending in `/`.
    pub base: String,
}

impl Default for Look {
    fn default() -> Self {
        Self { colour: false, unicode: true, width: 100, base: String::new() }
    }
}

/// Lines of a change that are shown; the rest is counted.
const SHOWN_LINES: usize = 12;

const RED: &str = "\u{1b}[1;31m";
const YELLOW: &str = "\u{1b}[1;33m";
const CYAN: &str = "\u{1b}[1;36m";
const GREEN: &str = "\u{1b}[32m";
const FAINT_RED: &str = "\u{1b}[31m";
const BOLD: &str = "\u{1b}[1m";

impl Look {
    /// The text in an ANSI style, or as it stands without colours.
    fn paint(&self, style: &str, text: &str) -> String {
        if self.colour { format!("{style}{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn pictures(&self) -> GraphicalReportHandler {
        let theme = match (self.unicode, self.colour) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .without_primary_span_start()
            .with_width(self.width)
            .with_context_lines(1)
    }
}

/// All findings in their order, suppressed ones last and in short, then one line that counts them.
pub fn render(findings: &[Diagnostic], sources: &SourceMap, look: &Look) -> String {
    let (excepted, standing): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| finding.suppressed.is_some());
    let mut out: String = standing.into_iter().map(|finding| one(finding, sources, look) + "\n").collect();
    out.extend(excepted.into_iter().map(|finding| in_short(finding, sources, look) + "\n"));
    out.push_str(&summary(findings, sources, look));
    out.push('\n');
    out
}

/// One finding.
pub fn one(finding: &Diagnostic, sources: &SourceMap, look: &Look) -> String {
    let mut out = headline(finding, look);
    let handler = look.pictures();
    for picture in excerpt::pictures(finding, sources, &look.base, look.width) {
        out.push_str(&picture.draw(&handler));
    }
    if !finding.also.is_empty() {
        let codes: Vec<&str> = finding.also.iter().map(|code| code.0).collect();
        paragraph(&mut out, "also", &codes.join(", "), look);
    }
    finding.steps.iter().for_each(|step| paragraph(&mut out, "reckoned", step, look));
    let advice = [("why", &finding.why), ("policy", &finding.policy), ("help", &finding.help)];
    for (name, said) in advice {
        if let Some(said) = said {
            paragraph(&mut out, name, said, look);
        }
    }
    if let Some(fix) = &finding.fix {
        suggestion(&mut out, fix, sources, look);
    }
    out
}

/// A suppressed finding: what, where, and by whose leave.
fn in_short(finding: &Diagnostic, sources: &SourceMap, look: &Look) -> String {
    let mut out = headline(finding, look);
    if let Some(span) = finding.span() {
        let place = sources.line_col(span);
        paragraph(
            &mut out,
            "at",
            &format!("{}:{}:{}", sources.shown(span, &look.base), place.line, place.column),
            look,
        );
    }
    if let Some(policy) = &finding.policy {
        paragraph(&mut out, "policy", policy, look);
    }
    if let Some(leave) = &finding.suppressed {
        paragraph(&mut out, leave.by.state(), &leave.words, look);
    }
    out
}

fn headline(finding: &Diagnostic, look: &Look) -> String {
    let style = match finding.severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => CYAN,
    };
    let excepted = finding.suppressed.as_ref().map_or(String::new(), |leave| format!("{} ", leave.by.state()));
    let codes = finding.codes().map(|code| code.0).collect::<Vec<_>>().join(", ");
    let kind = look.paint(style, &format!("{excepted}{}[{codes}]", finding.severity.word()));
    let indent = "  ";
    let message =
        wrap(&text::line(&finding.message), look.width, finding.severity.word().len() + codes.len() + 6, indent.len());
    let mut lines = message.into_iter();
    let first = lines.next().unwrap_or_default();
    let mut out = format!("{kind}{} {}\n", look.paint(BOLD, ":"), look.paint(BOLD, &first));
    lines.for_each(|line| out += &format!("{indent}{}\n", look.paint(BOLD, &line)));
    out
}

/// `  why: …`, broken between words and indented under its first word.
fn paragraph(out: &mut String, name: &str, said: &str, look: &Look) {
    let lead = format!("  {name}: ");
    let said = said.split('\n').flat_map(|line| wrap(&text::line(line), look.width, lead.len(), lead.len()));
    for (index, line) in said.enumerate() {
        let lead = if index == 0 { look.paint(CYAN, &lead) } else { " ".repeat(lead.len()) };
        let _ = writeln!(out, "{lead}{line}");
    }
}

fn suggestion(out: &mut String, fix: &Fix, sources: &SourceMap, look: &Look) {
    paragraph(out, "fix", &fix.title, look);
    for hunk in patch::hunks(fix, sources) {
        let path = sources.get(hunk.file).map_or("", |file| file.path.as_str());
        let _ = writeln!(out, "       {}{}:{}", look.base, text::line(path), hunk.line);
        changed(out, &hunk.old, "-", FAINT_RED, look);
        changed(out, &hunk.new, "+", GREEN, look);
    }
}

fn changed(out: &mut String, lines: &[String], sign: &str, style: &str, look: &Look) {
    for line in lines.iter().take(SHOWN_LINES) {
        let shown = format!("{sign} {}", clip(&text::line(&line.replace('\t', "    "))));
        let _ = writeln!(out, "       {}", look.paint(style, shown.trim_end()));
    }
    if let Some(more) = lines.len().checked_sub(SHOWN_LINES).filter(|more| *more > 0) {
        let _ = writeln!(out, "       {sign} ({more} more lines)");
    }
}

fn clip(line: &str) -> String {
    const LONGEST: usize = 160;
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    line.chars().take(LONGEST).chain(" (…)".chars()).collect()
}

/// `2 errors, 1 warning in 5 files`.
pub fn summary(findings: &[Diagnostic], sources: &SourceMap, look: &Look) -> String {
    let tally = Tally::of(findings);
    let files = count(sources.files().count(), "file");
    if tally == Tally::default() {
        return format!("{} in {files}", look.paint(GREEN, "no findings"));
    }
    let kinds = [(tally.errors, "error", RED), (tally.warnings, "warning", YELLOW), (tally.notes, "note", CYAN)];
    let mut parts: Vec<String> =
        kinds.iter().filter(|(n, ..)| *n > 0).map(|(n, word, style)| look.paint(style, &count(*n, word))).collect();
    parts.extend(tally.suppressed_words());
    format!("{} in {files}", parts.join(", "))
}

fn count(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// Breaks a line between words; the first piece leaves room for `first` columns, later ones for `rest`.
pub fn wrap(line: &str, width: usize, first: usize, rest: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut room = width.saturating_sub(first).max(20);
    let mut used = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            out.push(String::new());
            room = width.saturating_sub(rest).max(20);
            used = 0;
        }
        if let Some(current) = out.last_mut() {
            if used > 0 {
                current.push(' ');
                used += 1;
            }
            current.push_str(word);
            used += length;
        }
    }
    out
}

#[cfg(test)]
mod tests;
