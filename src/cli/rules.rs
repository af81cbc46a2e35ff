//! `segma rules`: every class of the catalogue of privacy violations, and what the compiler does about it.

use segma::rules::catalogue::{CLASSES, Class};
use serde::Serialize;

use super::console::Console;
use super::{Exit, Failure};

/// Lists every class of privacy violation and what the compiler does about it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Verdicts: error, warning and note are found in the files; guard is ruled out in what is emitted; undecidable
cannot be told from files.

Examples:
  segma rules                     a table
  segma rules --format json       a list of code, name, family, verdict, summary, reason and page
  segma explain PUR-01            the page of one class")]
pub struct Args {
    /// How to print the list.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// A list for people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// An aligned table.
    Text,
    /// A JSON list.
    Json,
}

#[derive(Serialize)]
struct Row {
    code: &'static str,
    name: &'static str,
    family: &'static str,
    verdict: &'static str,
    summary: &'static str,
    reason: String,
    page: String,
}

/// Prints the list.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let text = match args.format {
        Format::Text => CLASSES.iter().map(line).collect(),
        Format::Json => json(&CLASSES.iter().map(row).collect::<Vec<_>>()),
    };
    console.out(&text)?;
    Ok(Exit::Clean)
}

/// A value as indented JSON with a final line break.
pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn line(class: &Class) -> String {
    format!("{}  {:<11}  {:<36} {}\n", class.code, class.verdict.word(), class.name, class.summary)
}

fn row(class: &Class) -> Row {
    Row {
        code: class.code.0,
        name: class.name,
        family: class.family,
        verdict: class.verdict.word(),
        summary: class.summary,
        reason: class.reason(),
        page: class.page_path(),
    }
}
