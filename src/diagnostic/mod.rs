//! What the compiler has to say, as data. Rendering (terminal, JSON, SARIF, GitHub, JUnit) lives in the files beside this one.
//!
//! Voice: the message is one lower-case sentence without a final period and holds the cause; the primary label says what is
//! wrong at the place; `why` says what it means for a person; `help` says what to write instead; text of the user stands in
//! backquotes. No Rust names.

pub mod fingerprint;
pub mod github;
pub mod json;
pub mod junit;
pub mod patch;
pub mod sarif;
pub mod suggest;
mod suppression;
mod tally;
pub mod terminal;
pub mod text;

pub use suppression::{SuppressedBy, Suppression};
pub use tally::Tally;

use crate::source::Span;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never affects the exit code.
    Note,
    /// Should be looked at; counts only under `--deny warnings`.
    Warning,
    /// Nothing is emitted while it stands.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A stable code: a class of the catalogue of privacy violations (`PUR-01`), `POL-01`, or one of the language's own
/// (`SYN-…` syntax, `NAM-…` names, `DCL-…` declarations, `TYP-…` types, `CFG-…` configuration, `DIA-…` dialects, `INT-…` internal).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// A place with a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark; may be empty.
    pub text: String,
}

/// A replacement of text that mends the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, in the imperative: "declare the consent that mail needs".
    pub title: String,
    /// Replacements, none of which overlap; an empty span inserts.
    pub edits: Vec<(Span, String)>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// Further classes of the catalogue that the same mistake belongs to, so that one mistake gives one message.
    pub also: Vec<Code>,
    /// How much it weighs.
    pub severity: Severity,
    /// The cause, one sentence.
    pub message: String,
    /// Where; `None` only for findings about the project as a whole.
    pub primary: Option<Label>,
    /// Further places in order: the chain by which a label arrived, the other declaration, and so on. May span files.
    pub related: Vec<Label>,
    /// The steps of the sum behind it, in order.
    pub steps: Vec<String>,
    /// What it means for a person.
    pub why: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
    /// At most one mend, which compiles.
    pub fix: Option<Fix>,
    /// The policy whose rule was broken, where it was a policy's.
    pub policy: Option<String>,
    /// The exception, release or baseline that suppresses it; a suppressed finding stays visible and never fails a run.
    pub suppressed: Option<Suppression>,
    /// The segment (or other declaration) that it is about, for grouping.
    pub subject: Option<String>,
}

impl Diagnostic {
    /// A finding without a place yet.
    pub fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            also: Vec::new(),
            severity,
            message: message.into(),
            primary: None,
            related: Vec::new(),
            steps: Vec::new(),
            why: None,
            help: None,
            fix: None,
            policy: None,
            suppressed: None,
            subject: None,
        }
    }

    /// An error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// A note.
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Note, message)
    }

    /// Sets the primary place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: text.into() });
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Adds steps of the sum behind it.
    #[must_use]
    pub fn reckoned(mut self, steps: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.steps.extend(steps.into_iter().map(Into::into));
        self
    }

    /// Says what it means for a person.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers a mend of one replacement.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { title: title.into(), edits: vec![(span, text.into())] });
        self
    }

    /// Names a further class of the catalogue that the same mistake belongs to.
    #[must_use]
    pub fn also(mut self, code: Code) -> Self {
        if code != self.code && !self.also.contains(&code) {
            self.also.push(code);
        }
        self
    }

    /// Every class that it belongs to, the one it is filed under first.
    pub fn codes(&self) -> impl Iterator<Item = Code> + '_ {
        std::iter::once(self.code).chain(self.also.iter().copied())
    }

    /// Names the segment (or other declaration) that it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Where it stands, for sorting and grouping.
    pub fn span(&self) -> Option<Span> {
        self.primary.as_ref().map(|label| label.span)
    }

    /// Whether it stops the compiler: an error that nothing suppresses.
    pub fn is_fatal(&self) -> bool {
        self.severity == Severity::Error && self.suppressed.is_none()
    }
}

/// Sorts findings by file, place, weight and code, and drops exact repetitions.
pub fn sort(findings: &mut Vec<Diagnostic>) {
    findings.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.message.cmp(&b.message)));
    findings.dedup();
}

fn order(finding: &Diagnostic) -> (bool, Option<Span>, std::cmp::Reverse<Severity>, Code) {
    (finding.primary.is_some(), finding.span(), std::cmp::Reverse(finding.severity), finding.code)
}

/// Takes back the fixes that would change a text that ships with the compiler: nobody can.
pub fn forget_fixes_of_shipped(findings: &mut [Diagnostic]) {
    let shipped = |fix: &Fix| fix.edits.iter().any(|(span, _)| span.file.is_shipped());
    findings
        .iter_mut()
        .filter(|finding| finding.fix.as_ref().is_some_and(shipped))
        .for_each(|finding| finding.fix = None);
}

/// Whether any finding stops the compiler.
pub fn any_fatal(findings: &[Diagnostic]) -> bool {
    findings.iter().any(Diagnostic::is_fatal)
}

#[cfg(test)]
mod tests;
