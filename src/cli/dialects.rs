//! `segma dialects`: what segments can be compiled for, and how well that is known to be right.

use segma::emit::sql::dialect::{DIALECTS, Dialect};
use serde::Serialize;

use super::console::Console;
use super::rules::{Format, json};
use super::{Exit, Failure};

/// Lists the SQL dialects, each with the evidence that what is emitted does what it means.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Evidence: supported dialects are run on the real engine in every test run and their rows compared;
compatible ones are run on an engine that reads the same dialect; parsed ones are read by two
independent parsers and never run.

Examples:
  segma dialects                  a table, with what else one must know
  segma dialects --format json    a list of name, title, evidence and notes")]
pub struct Args {
    /// How to print the list.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    title: &'static str,
    evidence: &'static str,
    notes: &'static [&'static str],
}

/// Prints the list.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let text = match args.format {
        Format::Text => DIALECTS.iter().map(|dialect| entry(dialect)).collect(),
        Format::Json => json(&DIALECTS.iter().map(|dialect| row(dialect)).collect::<Vec<_>>()),
    };
    console.out(&text)?;
    Ok(Exit::Clean)
}

fn entry(dialect: &Dialect) -> String {
    let head = format!("{:<10}  {:<10}  {}\n", dialect.name, dialect.tier.word(), dialect.title);
    dialect.notes.iter().fold(head, |text, note| text + &format!("    {note}\n"))
}

fn row(dialect: &Dialect) -> Row {
    Row { name: dialect.name, title: dialect.title, evidence: dialect.tier.word(), notes: dialect.notes }
}
