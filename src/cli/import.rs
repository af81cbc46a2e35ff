//! `segma import`: descriptions of data that were written for other tools, as files of a project.

use std::fs;
use std::path::{Path, PathBuf};

use segma::import::fides::{self, Problem, Text};

use super::console::Console;
use super::{Exit, Failure, files, output, project};

/// Turns descriptions of data that were written for other tools into files of a project.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  segma import fides .fides/*.yml            Fides manifests, into the folder `catalog/fides` of the project around here
  segma import fides --help                  what becomes of them")]
pub struct Args {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, clap::Subcommand)]
enum From {
    Fides(Fides),
}

/// Fides manifests (YAML): datasets as a catalog, data uses as purposes, policies, categories.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What a manifest does not tell is left open as `???`: whose rows a table holds, what they may serve, how long
they are kept. `segma check` refuses each with what could be written. What the language cannot say is kept as
comments. Name all manifests that belong together in one run: they refer to each other.

Examples:
  segma import fides .fides/*.yml            into the folder `catalog/fides` of the project around here
  segma import fides .fides/*.yml --to shop/catalog/fides
  segma import fides .fides/*.yml --force    again; answers that were written there are lost")]
struct Fides {
    /// The manifests.
    #[arg(value_name = "FILES", required = true)]
    files: Vec<PathBuf>,
    /// Where the files go, by default `catalog/fides` in the project; the folder must be new or empty.
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Replaces what an earlier import has written there, with all answers.
    #[arg(long)]
    force: bool,
}

/// Reads, turns and writes; on any problem nothing is written.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    match &args.from {
        From::Fides(fides) => from_fides(fides, console),
    }
}

fn from_fides(args: &Fides, console: &Console) -> Result<Exit, Failure> {
    let place = match &args.to {
        Some(to) => to.clone(),
        None => project::find(None)?.join("catalog").join("fides"),
    };
    let manifests = read(&args.files)?;
    let texts: Vec<Text<'_>> = manifests.iter().map(|(path, text)| Text { path, text }).collect();
    let import = fides::import(&texts).map_err(|problems| Failure {
        causes: problems.iter().map(told).collect(),
        help: Some("nothing was written".to_owned()),
    })?;
    let absolute = std::path::absolute(&place)
        .map_err(|error| Failure::new(format!("`{}` is no path: {error}", place.display())))?;
    output::replace(&absolute, &import.files, |place| may_write(place, args.force))?;
    console.out(&import.account.lines())?;
    console.out(&format!(
        "wrote {} files to {}\nnext: segma check\n",
        import.files.len(),
        segma::diagnostic::text::line(&place.display().to_string())
    ))?;
    Ok(Exit::Clean)
}

fn told(problem: &Problem) -> String {
    format!("{}:{}:{}: {}", problem.path, problem.place.line, problem.place.column, problem.message)
}

/// The texts of the manifests, with their paths as they were named.
fn read(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    let (mut texts, mut causes) = (Vec::new(), Vec::new());
    for path in paths {
        let shown = path.display().to_string();
        let root = path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
        match files::read(&root, path, files::LARGEST_TEXT) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => texts.push((shown, text)),
                Err(error) => {
                    let valid = error.utf8_error().valid_up_to();
                    let line = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
                    causes.push(format!(
                        "{shown}:{line}: byte {valid} begins no character, so the file is not UTF-8 text"
                    ));
                }
            },
            Err(cause) => causes.push(format!("`{shown}` {cause}")),
        }
    }
    if causes.is_empty() { Ok(texts) } else { Err(Failure { causes, help: Some("nothing was written".to_owned()) }) }
}

/// A new or empty folder; with `--force` one that holds nothing but what an import wrote.
fn may_write(place: &Path, force: bool) -> Result<(), Failure> {
    let Ok(metadata) = fs::symlink_metadata(place) else { return Ok(()) };
    if metadata.is_symlink() || !metadata.is_dir() {
        return Err(Failure::new(format!("`{}` is not a folder", place.display())).help("name another with `--to`"));
    }
    let unreadable = |error: std::io::Error| Failure::new(format!("`{}` cannot be read: {error}", place.display()));
    let mut entries = fs::read_dir(place).map_err(unreadable)?.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let Some(first) = entries.first() else { return Ok(()) };
    if !force {
        let held = first.file_name().to_string_lossy().into_owned();
        return Err(Failure::new(format!("`{}` already holds `{held}`, and nothing is overwritten", place.display()))
            .help("name another folder with `--to`; `--force` replaces an earlier import, with all answers"));
    }
    match entries.iter().find(|entry| !is_imported(&entry.path())) {
        None => Ok(()),
        Some(stranger) => {
            let held = stranger.file_name().to_string_lossy().into_owned();
            let cause =
                format!("`{}` holds `{held}`, which no import has written and which would be lost", place.display());
            Err(Failure::new(cause).help("name another folder with `--to`"))
        }
    }
}

/// Whether a file begins as an import writes it.
fn is_imported(path: &Path) -> bool {
    let is_file = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    is_file && fs::read(path).is_ok_and(|bytes| bytes.starts_with(fides::MARK.as_bytes()))
}
