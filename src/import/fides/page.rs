//! A file of the language while it is written: lines, comments that nothing can break out of, and questions, counted.

use std::collections::BTreeMap;

use crate::diagnostic::text;

/// What stands where nobody has answered.
const OPEN: &str = "???";

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Whose rows a table holds, and so what kind of declaration it is.
    Whose,
    /// Where a table is, or which column leads from one to another.
    Table,
    /// Which column is the key, or of which type.
    Key,
    /// Which column says whose row it is.
    Subject,
    /// When a row happened.
    At,
    /// How long it is kept, and from when on.
    Retain,
    /// What data may serve.
    Allowed,
    /// Who gave the data.
    Origin,
    /// Which field says where somebody lives.
    Residence,
    /// The type of a field.
    Type,
    /// The categories of a field.
    Label,
    /// Under which category another one stands.
    Category,
    /// On which basis a purpose rests.
    Basis,
}

impl Question {
    /// The question, for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Whose => "whose rows a table holds",
            Self::Table => "where a table is, or by which column its rows belong to others",
            Self::Key => "which key, of which type",
            Self::Subject => "which column says whose row it is",
            Self::At => "when a row happened",
            Self::Retain => "how long rows are kept, and from when on",
            Self::Allowed => "what the data may serve",
            Self::Origin => "who gave the data",
            Self::Residence => "where people live",
            Self::Type => "of which type a field is",
            Self::Label => "which categories a field has",
            Self::Category => "under what a category stands",
            Self::Basis => "on which basis a purpose rests",
        }
    }
}

/// A file that is being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    /// How often each question is asked.
    pub asked: BTreeMap<Question, usize>,
    /// Lines that the language cannot say, kept as comments.
    pub kept: usize,
}

impl Page {
    /// A line.
    pub fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A line with a comment behind it, in a column of its own where there is room.
    pub fn with(&mut self, line: &str, comment: &str) {
        if comment.is_empty() {
            return self.line(line);
        }
        self.line(&format!("{line:<44}  // {}", safe(comment)));
    }

    /// An open question, to be put into a line.
    pub fn ask(&mut self, question: Question) -> &'static str {
        *self.asked.entry(question).or_default() += 1;
        OPEN
    }

    /// Documentation, if there is any.
    pub fn doc(&mut self, indent: &str, told: Option<&str>) {
        let Some(told) = told.map(safe).filter(|told| !told.trim().is_empty()) else { return };
        wrapped(&told).iter().for_each(|line| self.line(&format!("{indent}/// {line}")));
    }

    /// A comment.
    pub fn note(&mut self, indent: &str, comment: &str) {
        wrapped(&safe(comment)).iter().for_each(|line| self.line(&format!("{indent}// {line}")));
    }

    /// What the language cannot say.
    pub fn keep(&mut self, indent: &str, lines: &[String]) {
        for line in lines {
            self.kept += 1;
            self.line(&format!("{indent}// fides: {}", safe(line)));
        }
    }

    /// The whole text.
    pub fn finish(self) -> String {
        self.text
    }
}

/// Text that stays within its comment: one line, nothing that cannot be seen.
fn safe(told: &str) -> String {
    let one_line: String = told.trim().chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
    text::line(&one_line).chars().map(|c| if matches!(c, '\u{FFFE}' | '\u{FFFF}') { '\u{FFFD}' } else { c }).collect()
}

/// Lines of some length, broken at blanks.
fn wrapped(told: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in told.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < 110 => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text of the language.
pub(super) fn quoted(told: &str) -> String {
    let shown = safe(told).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{shown}\"")
}
