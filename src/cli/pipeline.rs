//! The way from a project on disk to findings and a checked program, which every command that compiles shares.

use segma::diagnostic::{self, Diagnostic, Severity, any_fatal, terminal};
use segma::plan::{self, Plan};
use segma::rules::{self, Checked};

use super::console::Console;
use super::project::Project;
use super::{Exit, Failure, Place, moment};

/// A project that has been through the checker.
pub struct Compiled {
    /// What was read, with every finding.
    pub project: Project,
    /// The proof that nothing stops the compiler, where nothing does.
    pub checked: Option<Checked>,
}

/// Reads, resolves and checks a project. Findings are sorted; they are no failure.
pub fn compile(place: &Place) -> Result<Compiled, Failure> {
    let mut project = Project::read(place)?;
    let today = moment::today(place.today.as_deref(), &project.config.zone)?;
    let (mut model, findings) = segma::load(&project.config, &project.sources);
    model.complete &= !any_fatal(&project.findings);
    project.findings.extend(findings);
    let (findings, checked) = rules::check(model, today.into());
    project.findings.extend(findings);
    diagnostic::sort(&mut project.findings);
    Ok(Compiled { project, checked })
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

    /// Findings for people, with a line that counts them.
    pub fn report(&self, console: &Console) -> String {
        terminal::render(&self.project.findings, &self.project.sources, &console.look(&self.project.base))
    }

    /// The plan, where the project may be compiled at all.
    pub fn plan(&self) -> Option<(&Checked, Plan)> {
        self.checked.as_ref().map(|checked| (checked, plan::build(checked, &self.project.sources)))
    }
}
