//! `segma diff`: what a change does to people, between a revision of git and the project as it lies there.

use std::path::{Path, PathBuf};

use segma::change::{self, Changes, Declared};
use segma::diagnostic::text;
use segma::plan::Plan;
use serde::Serialize;

use super::console::Console;
use super::pipeline::{self, Compiled};
use super::rules::json;
use super::{Exit, Failure, Place, moment, revision};

/// Says what a change does to people: who may enter or leave each audience, and where data goes further.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A verdict holds whatever the data: it is proved from guard, condition and delivery. What cannot be proved
counts as a change that may let somebody in. Names, layout and comments are no change. Below stand clauses
of declarations that differ, from what to what: `+` promises less to people, `-` more, `·` neither by itself.

Exit codes: 0, or 1 under --deny widening if somebody may enter, data goes further or less is promised, under --deny purpose
if an edit gives data another purpose or recipient (PUR-05), or if a revision has errors; 2 if a revision cannot be read.

Examples:
  segma diff                             the project as it lies there against HEAD
  segma diff origin/main examples/shop --format markdown    for a pull request
  segma diff v1.2 --to v1.3              two revisions
  segma diff --deny widening --deny purpose   a gate for CI
  segma diff --witness                   with somebody invented who enters, and somebody who leaves")]
pub struct Args {
    /// The older revision, as git names it.
    #[arg(value_name = "REV", default_value = "HEAD")]
    from: String,
    /// The project's folder; by default the nearest one upwards that holds a segma.toml.
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The newer revision; by default the project as it lies there.
    #[arg(long, value_name = "REV")]
    to: Option<String>,
    /// The day for findings that depend on one; by default today in the project's zone.
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// How to print the changes.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// What else stops a run.
    #[arg(long, value_name = "WHAT")]
    deny: Vec<Deny>,
    /// Also shows somebody invented who is in now and was not, and somebody who was and is not.
    #[arg(long)]
    witness: bool,
}

/// Forms of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For a pull request.
    Markdown,
    /// One JSON document.
    Json,
}

/// What else stops a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// Somebody may enter an audience, data goes further, or a declaration promises less.
    Widening,
    /// An edit gives data another purpose or recipient (PUR-05).
    Purpose,
}

/// Compares and reports.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    compared(args, console).map_err(|failure| misread(args, failure))
}

/// One word alone is a revision, and two of them are named apart: whoever wrote it otherwise is told so.
fn misread(args: &Args, failure: Failure) -> Failure {
    let word = text::line(&args.from);
    if let Some((from, to)) = args.from.split_once("..").filter(|(from, to)| !from.is_empty() && !to.is_empty()) {
        let (from, to) = (text::line(from), text::line(to.trim_start_matches('.')));
        return Failure::new(format!("`{word}` is a range, and two revisions are named one by one"))
            .help(format!("write `segma diff {from} --to {to}`"));
    }
    let place = Path::new(&args.from);
    match &args.folder {
        Some(folder) if place.is_dir() && !folder.is_dir() => {
            let revision = text::line(&folder.display().to_string());
            Failure::new(format!("`{word}` was read as a revision of git, and it is a folder"))
                .help(format!("name the revision before the folder: `segma diff {revision} {word}`"))
        }
        None if place.is_dir() => Failure::new(format!("`{word}` was read as a revision of git, and it is a folder"))
            .help(format!("name the revision before the folder: `segma diff HEAD {word}`")),
        None if place.is_file() => Failure::new(format!("`{word}` was read as a revision of git, and it is a file"))
            .help("projects are compared as a whole: `segma diff` does it with HEAD"),
        Some(_) | None => failure,
    }
}

fn compared(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let place = Place { folder: args.folder.clone(), today: args.today.clone(), ..Place::default() };
    let new = match &args.to {
        None => Side { compiled: pipeline::compile(&place)?, name: "this".to_owned(), folder: None },
        Some(to) => of_revision(&place, to)?,
    };
    let old = of_revision(&place, &args.from)?;
    let (Some(was), Some(is)) = (plan(&old, console), plan(&new, console)) else {
        return Ok(Exit::Findings);
    };
    let (old, new) = (old.compiled, new.compiled);
    let mut changes = change::compare(&was, &is);
    changes.promises = change::promises(&declared(&old), &declared(&new));
    if let (true, Some(before), Some(after)) = (args.witness, &old.checked, &new.checked) {
        let zone = &new.project.config.zone;
        let today = moment::today(args.today.as_deref(), zone)?;
        change::look(&mut changes, before.model(), after.model(), moment::noon(today, zone));
    }
    console.out(&match args.format {
        Format::Text => change::plain(&changes),
        Format::Markdown => change::markdown(&changes),
        Format::Json => json(&Document {
            format: "segma-diff/1",
            from: &args.from,
            to: args.to.as_deref(),
            widens: changes.widen(),
            changes: &changes,
        }),
    })?;
    Ok(exit(args, &changes))
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    /// The older revision, as it was named.
    from: &'a str,
    /// The newer one; null is the project as it lies there.
    to: Option<&'a str>,
    /// Whether anything is marked `+`, which `--deny widening` refuses.
    widens: bool,
    #[serde(flatten)]
    changes: &'a Changes,
}

/// What a revision declares.
fn declared(compiled: &Compiled) -> Declared {
    let checked = compiled.checked.as_ref();
    checked.map(|checked| Declared::of(&compiled.project.sources, &checked.model().project)).unwrap_or_default()
}

fn exit(args: &Args, changes: &Changes) -> Exit {
    let denied = |deny: &Deny| match deny {
        Deny::Widening => changes.widen(),
        Deny::Purpose => !changes.creep.is_empty(),
    };
    if args.deny.iter().any(denied) { Exit::Findings } else { Exit::Clean }
}

/// One side of a comparison.
struct Side {
    compiled: Compiled,
    /// What it is called.
    name: String,
    /// Where its files lie while they are read.
    folder: Option<String>,
}

fn of_revision(place: &Place, revision: &str) -> Result<Side, Failure> {
    let folder = revision::check_out(place.folder.as_deref(), revision)?;
    let there = Place { folder: Some(folder.project()), today: place.today.clone(), ..Place::default() };
    let compiled = pipeline::compile(&there)?;
    let folder = format!("{}{}", folder.project().display(), std::path::MAIN_SEPARATOR);
    Ok(Side { compiled, name: text::line(revision), folder: Some(folder) })
}

/// The plan of a revision, or its findings on standard error: a project with errors has no audiences to compare. Files of a revision are
/// named as git names them.
fn plan(side: &Side, console: &Console) -> Option<Plan> {
    let Side { compiled, name, folder } = side;
    let plan = compiled.plan().map(|(_, plan)| plan);
    if plan.is_none() {
        let report = compiled.report(console);
        let report = folder.iter().fold(report, |said, folder| said.replace(folder, &format!("{name}:")));
        console.remark(&report);
        console.remark(&format!("`{name}` has errors, so there is nothing to compare it with"));
    }
    plan
}
