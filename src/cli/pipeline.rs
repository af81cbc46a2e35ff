//! The way from a project on disk to findings and a checked program, which every command that compiles shares.

use segma::diagnostic::{self, Diagnostic, Severity};

use super::project::Project;
use super::{Exit, Failure, Place, moment};

/// A project that has been through the checker.
pub struct Compiled {
    /// What was read, with every finding.
    pub project: Project,
}

/// Reads, resolves and checks a project. Findings are sorted; they are no failure.
pub fn compile(place: &Place) -> Result<Compiled, Failure> {
    let mut project = Project::read(place)?;
    let _today = moment::today(place.today.as_deref(), &project.config.zone)?;
    diagnostic::sort(&mut project.findings);
    Ok(Compiled { project })
}

impl Compiled {
    /// How the run ends by its findings alone.
    pub fn exit(&self, place: &Place) -> Exit {
        let counts = |finding: &Diagnostic| match finding.severity {
            Severity::Error => true,
            Severity::Warning => place.denies_warnings(),
            Severity::Note => false,
        };
        let stopped = self.project.findings.iter().any(|finding| finding.suppressed.is_none() && counts(finding));
        if stopped { Exit::Findings } else { Exit::Clean }
    }
}
