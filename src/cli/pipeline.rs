//! The way from a project on disk to findings and a checked program, which every command that compiles shares.

use rayon::prelude::*;
use segma::diagnostic::{self, Code, Diagnostic, Severity, any_fatal, terminal};
use segma::emit::sql::{self, Fitted};
use segma::model::{Date, Model};
use segma::plan::{self, Plan};
use segma::rules::baseline::Unbending;
use segma::rules::{self, Checked};
use segma::source::Span;

use super::console::Console;
use super::project::Project;
use super::{Exit, Failure, Place, moment};

/// A project that has been through the checker.
pub struct Compiled {
    /// What was read, with every finding.
    pub project: Project,
    /// The proof that nothing stops the compiler, where nothing does.
    pub checked: Option<Checked>,
    /// The program as it was held against the rules, whatever was found: only where it was asked for.
    pub model: Option<Model>,
    /// The day on which it was looked at.
    pub today: Date,
    /// What no baseline may quiet.
    pub unbending: Unbending,
}

/// Reads, resolves and checks a project. Findings are sorted; they are no failure.
pub fn compile(place: &Place) -> Result<Compiled, Failure> {
    compile_keeping(place, false)
}

/// The same, and keeps the program even where it breaks a rule.
pub fn compile_keeping(place: &Place, keep: bool) -> Result<Compiled, Failure> {
    let mut project = Project::read(place)?;
    let today: Date = moment::today(place.today.as_deref(), &project.config.zone)?.into();
    let (mut model, findings) = segma::load(&project.config, &project.sources);
    model.doubt(&project.findings);
    project.findings.extend(findings);
    if model.segments.is_empty() && !any_fatal(&project.findings) {
        project.findings.push(no_segment(&project));
    }
    let kept = keep.then(|| model.clone());
    let unbending = Unbending::of(&model);
    let (findings, checked) = rules::check(model, today);
    project.findings.extend(findings);
    diagnostic::sort(&mut project.findings);
    Ok(Compiled { project, checked, model: kept, today, unbending })
}

/// A project that selects nobody may be one whose segments lie elsewhere.
fn no_segment(project: &Project) -> Diagnostic {
    Diagnostic::warning(Code("CFG-12"), "this project has no segment")
        .at(project.config.span, "nothing to compile")
        .help("segments stand in files whose names end in `.seg`, below this folder")
}

impl Compiled {
    /// How the run ends by its findings alone.
    pub fn exit(&self, place: &Place) -> Exit {
        let counts = |finding: &Diagnostic| match finding.severity {
            Severity::Error => true,
            Severity::Warning => place.denies_warnings(),
            Severity::Note => false,
        };
        let standing = || self.project.findings.iter().filter(|finding| finding.suppressed.is_none());
        if standing().any(|finding| finding.code.0.starts_with("INT-")) {
            Exit::Internal
        } else if standing().any(counts) {
            Exit::Findings
        } else {
            Exit::Clean
        }
    }

    /// Findings for people, with a line that counts them.
    pub fn report(&self, console: &Console) -> String {
        terminal::render(&self.project.findings, &self.project.sources, &console.look(&self.project.base))
    }

    /// The plan, where the project may be compiled at all.
    pub fn plan(&self) -> Option<(&Checked, Plan)> {
        self.checked.as_ref().map(|checked| (checked, plan::build(checked, &self.project.sources)))
    }

    /// The plan for each of the project's dialects; where one cannot say a segment, that is a finding at the segment.
    pub fn fit<'p>(&mut self, plan: &'p Plan) -> Vec<Fitted<'p>> {
        let names: Vec<&str> = self.project.config.dialects.iter().map(|name| name.value.as_str()).collect();
        let fits: Vec<_> = names.par_iter().map(|name| sql::fit(plan, name)).collect();
        let mut fitted = Vec::new();
        for fit in fits {
            match fit {
                Ok(fit) => fitted.push(fit),
                Err(findings) => self.place(findings),
            }
        }
        fitted
    }

    /// Adds findings of what is emitted, which know their segment and no place.
    pub fn place(&mut self, findings: Vec<Diagnostic>) {
        let schema = self.project.config.schema.span;
        let placed = findings.into_iter().map(|finding| placed(finding, self.checked.as_ref(), schema));
        self.project.findings.extend(placed);
        diagnostic::sort(&mut self.project.findings);
    }
}

/// A finding without a place: about a segment it stands at the segment's name, else at the schema that `segma.toml` names.
fn placed(finding: Diagnostic, checked: Option<&Checked>, schema: Span) -> Diagnostic {
    if finding.primary.is_some() {
        return finding;
    }
    let model = || checked.into_iter().map(Checked::model);
    let segments = model().flat_map(|model| model.audiences().map(|(_, segment)| &segment.name));
    let placements = model().flat_map(|model| model.placements.values().map(|placement| &placement.name));
    let reports = model().flat_map(|model| model.reports.values().map(|report| &report.name));
    let subject = finding.subject.clone();
    match segments.chain(placements).chain(reports).find(|name| Some(&name.value) == subject.as_ref()) {
        Some(name) => finding.at(name.span, ""),
        None => finding.at(schema, ""),
    }
}
