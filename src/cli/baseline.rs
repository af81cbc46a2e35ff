//! `segma baseline`: the findings that an old project has today, written down so that only new ones fail.

use std::path::{Path, PathBuf};

use segma::diagnostic::{Diagnostic, Severity, SuppressedBy, Suppression, text};
use segma::model::Date;
use segma::rules::baseline::{Baseline, FORMAT, cannot_wait};

use super::console::Console;
use super::pipeline::{self, Compiled};
use super::{Exit, Failure, Place, files, moment};

/// Writes down the findings of today, so that `segma check --baseline` fails on new ones only.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A baseline only shrinks. A file that is there already loses what is mended; nothing enters it, and its end
does not move. What could reach somebody who said no, or was never asked, cannot wait in one; nothing is
built while an error stands, whether or not a baseline lists it.

Exit codes: 0, or 1 if findings are left that cannot wait.

Examples:
  segma baseline baseline.json --until 2027-03-31
  segma check --baseline baseline.json
  segma baseline baseline.json           after mending something")]
pub struct Args {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// The last day on which a new baseline holds.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// Writes a new baseline, or shrinks the one that is there.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let compiled = pipeline::compile(&args.place)?;
    let baseline = if args.file.exists() { shrunk(args, &compiled)? } else { fresh(args, &compiled)? };
    let written = serde_json::to_string_pretty(&baseline).unwrap_or_default() + "\n";
    std::fs::write(&args.file, written)
        .map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", args.file.display())))?;
    let entries = text::counted(baseline.findings.len() as u64, "finding");
    console.out(&format!("wrote {entries} to {}, until {}\n", args.file.display(), baseline.until))?;
    let left = left(&compiled);
    for (finding, why) in &left {
        console.out(&format!("cannot wait: {} {} ({why})\n", finding.code, text::line(&finding.message)))?;
    }
    Ok(if left.is_empty() { Exit::Clean } else { Exit::Findings })
}

fn fresh(args: &Args, compiled: &Compiled) -> Result<Baseline, Failure> {
    let Some(until) = &args.until else {
        return Err(Failure::new("a new baseline needs the last day on which it holds")
            .help("write `--until DATE`; past that day it suppresses nothing"));
    };
    let day: Date = moment::today(Some(until), &compiled.project.config.zone)
        .map_err(|_| Failure::new(format!("`--until {until}` is not a day")).help("write it as in 2027-03-31"))?
        .into();
    if day < compiled.today {
        return Err(Failure::new(format!("`--until {until}` is over already")));
    }
    Ok(Baseline::of(&compiled.project.findings, &compiled.unbending, day))
}

fn shrunk(args: &Args, compiled: &Compiled) -> Result<Baseline, Failure> {
    if args.until.is_some() {
        return Err(Failure::new("the end of a baseline does not move")
            .help("leave `--until` out; a new baseline is a new file, which somebody reviews"));
    }
    let (old, _) = read(&args.file)?;
    Ok(old.ratcheted(&Baseline::of(&compiled.project.findings, &compiled.unbending, old.until)))
}

/// Errors that stand and cannot wait.
fn left(compiled: &Compiled) -> Vec<(&Diagnostic, &'static str)> {
    let errors = compiled.project.findings.iter().filter(|it| it.severity == Severity::Error && it.is_fatal());
    errors.filter_map(|finding| Some((finding, cannot_wait(finding, &compiled.unbending)?))).collect()
}

/// Holds a project's findings against a baseline.
pub fn hold(file: &Path, compiled: &mut Compiled) -> Result<(), Failure> {
    let (baseline, text) = read(file)?;
    let shown = seen_from(&compiled.project.root, file);
    let id = compiled.project.sources.add(shown, text.as_str());
    let (today, unbending) = (compiled.today, compiled.unbending.clone());
    baseline.apply(&mut compiled.project.findings, &unbending, today, (id, &text));
    segma::diagnostic::sort(&mut compiled.project.findings);
    Ok(())
}

/// The same for a build: what it lists of warnings is baselined, and an error stops the build whether or not it is listed.
pub fn hold_warnings(file: &Path, compiled: &mut Compiled) -> Result<(), Failure> {
    hold(file, compiled)?;
    let waits = |it: &Suppression| it.by == SuppressedBy::Baseline;
    for finding in compiled.project.findings.iter_mut().filter(|it| it.severity == Severity::Error) {
        finding.suppressed = finding.suppressed.take().filter(|leave| !waits(leave));
    }
    Ok(())
}

/// The way to a file from a folder.
fn seen_from(root: &Path, file: &Path) -> String {
    let path = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let way = root.ancestors().enumerate().find_map(|(up, above)| Some((up, path.strip_prefix(above).ok()?)));
    way.map_or_else(|| file.display().to_string(), |(up, rest)| format!("{}{}", "../".repeat(up), rest.display()))
}

fn read(file: &Path) -> Result<(Baseline, String), Failure> {
    let unreadable = |cause: String| Failure::new(format!("`{}` is no baseline: {cause}", file.display()));
    let size = std::fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
    if size > files::LARGEST_TEXT {
        return Err(unreadable("it is larger than any baseline".to_owned()));
    }
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    let baseline: Baseline = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if baseline.format != FORMAT {
        return Err(unreadable(format!("its format is `{}`, not `{FORMAT}`", text::line(&baseline.format))));
    }
    Ok((baseline, text))
}
