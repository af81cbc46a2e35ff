//! The commands. One file each; what they share (reading a project, writing an output tree, the console) lies beside them.
//!
//! A command returns an [`Exit`] or a [`Failure`] to do its own work (usage, IO); findings about a project are no failure.

mod baseline;
mod build;
mod categories;
mod check;
mod completions;
mod console;
mod dialects;
mod diff;
mod explain;
mod fairness;
mod files;
mod held;
mod import;
mod init;
mod manifest;
mod moment;
mod output;
mod packs;
mod pipeline;
mod preview;
mod project;
mod revision;
mod rules;
mod whereabouts;
mod witness;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};

use console::Console;

/// How a run ended, as the process tells its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to complain about, or warnings only.
    Clean,
    /// The project has errors, or warnings that were denied.
    Findings,
    /// The command could not do its work: wrong arguments, files that cannot be read or written.
    Failed,
    /// A mistake of the compiler itself.
    Internal,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Failed => 2,
            Exit::Internal => 3,
        })
    }
}

/// Why a command could not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, one lower-case sentence for each cause.
    pub causes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Failure {
    /// A single cause.
    pub fn new(cause: impl Into<String>) -> Self {
        Self { causes: vec![cause.into()], help: None }
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

const EXITS: &str = "\
Exit codes:
  0  clean, or warnings only
  1  errors found, or warnings under --deny warnings
  2  wrong usage, or files that cannot be read or written
  3  a mistake of the compiler itself";

/// What `--version` says: a build that can make mistakes on purpose says so.
const VERSION: &str = if cfg!(feature = "seeded-faults") {
    concat!(env!("CARGO_PKG_VERSION"), " with seeded faults: not to be used")
} else {
    env!("CARGO_PKG_VERSION")
};

/// Compiles audience segments that say what they are for, on whose leave they use people's data, and how long it is kept.
#[derive(Debug, Parser)]
#[command(name = "segma", version = VERSION, after_help = EXITS, arg_required_else_help = true, max_term_width = 100)]
struct Args {
    #[command(subcommand)]
    command: Command,
    /// When to use colours; `auto` respects NO_COLOR and uses none in a pipe.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Import(import::Args),
    Check(check::Args),
    Baseline(baseline::Args),
    Build(build::Args),
    Diff(diff::Args),
    Explain(explain::Args),
    Fairness(fairness::Args),
    Preview(preview::Args),
    Rules(rules::Args),
    Packs(packs::Args),
    Categories(categories::Args),
    Dialects(dialects::Args),
    Where(whereabouts::Args),
    Completions(completions::Args),
}

/// Which project, and what depends on the day.
#[derive(Debug, Default, clap::Args)]
pub struct Place {
    /// The project's folder; by default the nearest one upwards that holds a segma.toml.
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Where outputs go, by default `out` in the project; it is never read as a part of the project.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The day for findings that depend on one, such as exceptions past their end; by default today in the project's zone.
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// What else stops a run.
    #[arg(long, value_name = "WHAT")]
    deny: Option<Deny>,
}

impl Place {
    fn denies_warnings(&self) -> bool {
        self.deny == Some(Deny::Warnings)
    }
}

/// What else stops a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// Warnings count as errors.
    Warnings,
}

/// The version of the command line as clap sees it, for completions.
fn command() -> clap::Command {
    Args::command()
}

/// Reads the arguments of the process, runs the command and says how it ended.
pub fn run() -> Exit {
    #[cfg(feature = "seeded-faults")]
    segma::faults::choose(std::env::var("SEGMA_FAULT").ok().and_then(|name| segma::faults::named(&name)), false);
    run_with(std::env::args_os().collect())
}

fn run_with(arguments: Vec<OsString>) -> Exit {
    let args = match command().try_get_matches_from(arguments).and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(usage) => return usage_exit(&usage),
    };
    let console = Console::new(args.color);
    match dispatch(args.command, &console) {
        Ok(exit) => exit,
        Err(failure) => {
            console.failure(&failure);
            Exit::Failed
        }
    }
}

/// Help and version are asked for; anything else is wrong usage.
fn usage_exit(usage: &clap::Error) -> Exit {
    let _ = usage.print();
    if usage.use_stderr() { Exit::Failed } else { Exit::Clean }
}

fn dispatch(command: Command, console: &Console) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => init::run(&args, console),
        Command::Import(args) => import::run(&args, console),
        Command::Check(args) => check::run(&args, console),
        Command::Baseline(args) => baseline::run(&args, console),
        Command::Build(args) => build::run(&args, console),
        Command::Diff(args) => diff::run(&args, console),
        Command::Fairness(args) => fairness::run(&args, console),
        Command::Explain(args) => explain::run(&args, console),
        Command::Preview(args) => preview::run(&args, console),
        Command::Rules(args) => rules::run(&args, console),
        Command::Packs(args) => packs::run(&args, console),
        Command::Categories(args) => categories::run(&args, console),
        Command::Dialects(args) => dialects::run(&args, console),
        Command::Where(args) => whereabouts::run(&args, console),
        Command::Completions(args) => completions::run(&args, console),
    }
}

/// What is said when the compiler itself is at fault.
pub fn report_panic(what: &str) {
    use std::io::Write;
    let said = segma::diagnostic::text::lines(what);
    let _ = writeln!(
        std::io::stderr(),
        "segma: internal error: {said}\n  this is a mistake of the compiler, not of your project; nothing was written"
    );
}
