//! How many findings of each weight there are.

use super::{Diagnostic, Severity, SuppressedBy};

/// Counts of findings; suppressed ones are counted apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Errors that stand.
    pub errors: usize,
    /// Warnings that stand.
    pub warnings: usize,
    /// Notes that stand.
    pub notes: usize,
    /// Findings of any weight that are suppressed by whatever it is: the sum of the three that follow.
    pub suppressed: usize,
    /// Those under an exception.
    pub excepted: usize,
    /// Those under a release.
    pub released: usize,
    /// Those in a baseline.
    pub baselined: usize,
}

impl Tally {
    /// Counts findings.
    pub fn of(findings: &[Diagnostic]) -> Tally {
        let mut tally = Tally::default();
        for finding in findings {
            match (&finding.suppressed, finding.severity) {
                (Some(by), _) => {
                    tally.suppressed += 1;
                    *tally.kind(by.by) += 1;
                }
                (None, Severity::Error) => tally.errors += 1,
                (None, Severity::Warning) => tally.warnings += 1,
                (None, Severity::Note) => tally.notes += 1,
            }
        }
        tally
    }

    fn kind(&mut self, by: SuppressedBy) -> &mut usize {
        match by {
            SuppressedBy::Exception => &mut self.excepted,
            SuppressedBy::Release => &mut self.released,
            SuppressedBy::Baseline => &mut self.baselined,
        }
    }

    /// How many stand under what, in words: `2 under an exception`.
    pub fn suppressed_words(mut self) -> Vec<String> {
        let counted = SuppressedBy::ALL.map(|by| (*self.kind(by), by.place()));
        counted.into_iter().filter(|(n, _)| *n > 0).map(|(n, place)| format!("{n} {place}")).collect()
    }
}
