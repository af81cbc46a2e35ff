//! What a model is unsure of, so that one mistake gives one message.
//!
//! A declaration that could not be read or resolved in part has been reported. Whatever follows from its absence (nobody can grant a consent
//! whose ledger is broken) would be a second message about the same mistake; who reports absences asks here first. A model with any doubt
//! is never [`Model::complete`](super::Model::complete), so staying silent lets nothing through.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

use super::Model;

/// Kinds of declaration of which something could not be read or resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doubts {
    /// Entities, sources, rows, lookups, lists, models, identities.
    pub tables: bool,
    /// Ledgers.
    pub ledgers: bool,
    /// Purposes.
    pub purposes: bool,
    /// Destinations.
    pub destinations: bool,
    /// Jurisdictions.
    pub jurisdictions: bool,
    /// Policies and exceptions.
    pub policies: bool,
    /// Segments.
    pub segments: bool,
    /// Declarations that were not read whole, each from its keyword to its end.
    pub torn: Vec<Span>,
    /// What keeps the model from being complete.
    pub mistakes: Vec<Mistake>,
}

/// Something that could not be read or resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where; `None` if it has no place.
    pub span: Option<Span>,
    /// Its code.
    pub code: Code,
    /// What was said of it.
    pub message: String,
}

impl Model {
    /// Takes note of findings: those that stop the compiler leave the model incomplete.
    pub fn doubt(&mut self, findings: &[Diagnostic]) {
        let fatal = findings.iter().filter(|finding| finding.is_fatal());
        let mistakes = fatal.map(|it| Mistake { span: it.span(), code: it.code, message: it.message.clone() });
        self.doubts.mistakes.extend(mistakes);
        self.complete &= self.doubts.mistakes.is_empty();
    }
}

impl Doubts {
    /// Doubt about every kind: a declaration of unknown kind could not be read.
    pub fn everything(&mut self) {
        self.tables = true;
        self.ledgers = true;
        self.purposes = true;
        self.destinations = true;
        self.jurisdictions = true;
        self.policies = true;
        self.segments = true;
    }

    /// Whether a place lies in a declaration that was not read whole.
    pub fn is_torn(&self, place: Span) -> bool {
        self.torn.iter().any(|torn| torn.holds(place))
    }
}
