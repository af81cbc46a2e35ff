//! How many findings of each weight there are.

use super::{Diagnostic, Severity};

/// Counts of findings; those under an exception are counted apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Errors that stand.
    pub errors: usize,
    /// Warnings that stand.
    pub warnings: usize,
    /// Notes that stand.
    pub notes: usize,
    /// Findings of any weight under an exception.
    pub suppressed: usize,
}

impl Tally {
    /// Counts findings.
    pub fn of(findings: &[Diagnostic]) -> Tally {
        let mut tally = Tally::default();
        for finding in findings {
            let counter = match (finding.suppressed.is_some(), finding.severity) {
                (true, _) => &mut tally.suppressed,
                (false, Severity::Error) => &mut tally.errors,
                (false, Severity::Warning) => &mut tally.warnings,
                (false, Severity::Note) => &mut tally.notes,
            };
            *counter += 1;
        }
        tally
    }
}
