//! `segma categories`: the built-in categories of personal data, with their names in public vocabularies.

use segma::privacy::taxonomy::special_root_built_in;
use segma::privacy::taxonomy::vocabularies::{Counterpart, MEANINGS, Meaning};
use serde::Serialize;

use super::console::Console;
use super::rules::{Format, json};
use super::{Exit, Failure};

/// Lists the built-in categories of personal data, and what public vocabularies call them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
DPV is the W3C Data Privacy Vocabulary 2.3 (names of terms, W3C Software and Document licence); Fides is
Fideslang by Ethyca (keys, CC BY 4.0). `<` stands before a term for more than the category, `-` where there
is none; why is in the JSON form. What matches what is our judgement, not theirs, and not legal advice.

Examples:
  segma categories                   a table: category, special or not, DPV, Fides, meaning
  segma categories --format json     a list with IRIs, how near each term comes, and why one is missing")]
pub struct Args {
    /// How to print the list.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Serialize)]
struct Row {
    category: &'static str,
    meaning: &'static str,
    special: Option<&'static str>,
    dpv: Term,
    fides: Term,
}

#[derive(Serialize)]
struct Term {
    term: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iri: Option<String>,
    #[serde(rename = "match")]
    nearness: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'static str>,
}

/// Prints the list.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let text = match args.format {
        Format::Text => MEANINGS.iter().map(line).collect(),
        Format::Json => json(&MEANINGS.iter().map(row).collect::<Vec<_>>()),
    };
    console.out(&text)?;
    Ok(Exit::Clean)
}

fn line(row: &Meaning) -> String {
    let special = special_root_built_in(row.category).map_or("", |_| "special");
    let (dpv, fides) = (cell(row.dpv, "pd:"), cell(row.fides, ""));
    format!("{:<30}  {special:<7}  {dpv:<24}  {fides:<38}  {}\n", row.category, row.meaning)
}

fn cell(found: Counterpart, prefix: &str) -> String {
    match found {
        Counterpart::Close(term) => format!("{prefix}{term}"),
        Counterpart::Broader(term) => format!("< {prefix}{term}"),
        Counterpart::Absent(_) => "-".to_owned(),
    }
}

fn row(row: &Meaning) -> Row {
    let iri = row.dpv.term().map(|term| format!("https://w3id.org/dpv/pd#{term}"));
    Row {
        category: row.category,
        meaning: row.meaning,
        special: special_root_built_in(row.category),
        dpv: term(row.dpv, "pd:", iri),
        fides: term(row.fides, "", None),
    }
}

fn term(found: Counterpart, prefix: &str, iri: Option<String>) -> Term {
    let term = found.term().map(|term| format!("{prefix}{term}"));
    Term { term, iri, nearness: found.word(), because: found.because() }
}
