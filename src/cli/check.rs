//! `segma check`: every finding of a project, in the form that the reader asks for.

use std::path::PathBuf;

use segma::diagnostic::{github, json, junit, sarif, terminal, text};
use segma::rules::catalogue;

use super::console::Console;
use super::pipeline::{self, Compiled};
use super::{Exit, Failure, Place, baseline, moment, witness};

/// Checks a project and reports every finding.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  segma check                     the project around the current folder
  segma check examples/shop --deny warnings
  segma check --format sarif > findings.sarif
  segma check --baseline baseline.json      only what is new fails
  segma check --format github     annotations beside the lines of a pull request
  segma check --witness           beside each finding somebody invented who would be selected and should not be")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// How to print findings.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Also compiles for every dialect, as `segma build` does, without writing anything.
    #[arg(long)]
    sql: bool,
    /// Also shows, beside each finding that can be seen by a person, somebody invented with their rows.
    #[arg(long)]
    witness: bool,
    /// Findings that may stand for now, as `segma baseline` wrote them; new ones fail, and nothing is built while errors stand.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// Forms of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people, with the lines concerned.
    Text,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub workflow commands.
    Github,
    /// JUnit XML.
    Junit,
}

/// Checks and reports.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    if args.witness && !matches!(args.format, Format::Text | Format::Json) {
        return Err(
            Failure::new("`--witness` is shown as text or JSON").help("leave out `--format`, or write `--format json`")
        );
    }
    let mut compiled = pipeline::compile_keeping(&args.place, args.witness)?;
    if let Some(file) = &args.baseline {
        baseline::hold(file, &mut compiled)?;
    }
    let mut tried = String::new();
    if let Some(plan) = compiled.plan().map(|(_, plan)| plan).filter(|_| args.sql) {
        let fitted = compiled.fit(&plan).len();
        tried = said_of(&compiled, plan.segments.len(), fitted);
    }
    let (findings, sources, base) = (&compiled.project.findings, &compiled.project.sources, &compiled.project.base);
    let today = moment::today(args.place.today.as_deref(), &compiled.project.config.zone)?;
    let noon = moment::noon(today, &compiled.project.config.zone);
    let shown = compiled.model.as_ref().map(|model| witness::seek(model, findings, noon));
    let packs = compiled.project.packs();
    let text = match args.format {
        Format::Text => {
            let said = shown.map(|shown| shown.text(findings, sources)).unwrap_or_default();
            let packs = text::packs_in_force(&packs).unwrap_or_default();
            terminal::render(findings, sources, &console.look(base)) + &packs + &tried + &said
        }
        Format::Json => json::render(findings, sources, &packs, &|at| shown.as_ref()?.json(at)),
        Format::Sarif => sarif::render(findings, sources, repository_path(base), &packs, &describe),
        Format::Github => github::render(findings, sources, repository_path(base), &packs),
        Format::Junit => junit::render(findings, sources, args.place.denies_warnings(), &packs),
    };
    console.out(&text)?;
    Ok(compiled.exit(&args.place))
}

/// Which dialects were tried, and how many of them can say every segment.
fn said_of(compiled: &Compiled, segments: usize, fitted: usize) -> String {
    let names: Vec<&str> = compiled.project.config.dialects.iter().map(|name| name.value.as_str()).collect();
    let all = if fitted == names.len() { "all can say it" } else { "not all can say it" };
    let segments = text::counted(segments as u64, "segment");
    format!("SQL of {segments} tried for {}: {all}\n", names.join(", "))
}

/// The way to the project from the root of a repository, if commands run there; a way upwards leads nowhere in one.
fn repository_path(base: &str) -> &str {
    if base.starts_with("..") || base.starts_with('/') { "" } else { base }
}

fn describe(code: &str) -> Option<sarif::Description> {
    let class = catalogue::class(code)?;
    Some(sarif::Description { name: class.name.to_owned(), summary: class.summary.to_owned() })
}
