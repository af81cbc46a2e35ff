//! `segma packs`: the policy packs that ship with the compiler, as a list or as the text of one.

use std::path::Path;

use segma::diagnostic::{suggest, text};
use segma::model::config::{Config, FILE_NAME};
use segma::model::{PackInForce, Policy};
use segma::source::SourceMap;
use segma::source::shipped::{self, PACKS, Pack};
use serde::Serialize;

use super::console::Console;
use super::project::Project;
use super::rules::{Format, json};
use super::{Exit, Failure, Place};

/// Lists the policy packs that a project may take, or prints the text of one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A project takes packs in segma.toml: packs = [\"gdpr\", \"dsa\"]. Packs are pointers to rules, written by
engineers; they are not legal advice, and dates marked `unverified` have been checked by nobody.

Examples:
  segma packs                     what each pack holds
  segma packs dsa                 the text of one, in the language itself
  segma packs --format json       all of it: versions, digests, each policy with its source and date, what is taken here")]
pub struct Args {
    /// A pack.
    #[arg(value_name = "PACK")]
    pack: Option<String>,
    /// How to print the list.
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "pack")]
    format: Format,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    version: &'static str,
    sha256: String,
    title: &'static str,
    policies: Vec<Rule>,
    jurisdictions: Vec<&'static str>,
    /// Whether the project that lies here takes it; null outside of one.
    taken: Option<bool>,
}

/// A policy of a pack, with where it comes from and how firm it is.
#[derive(Serialize)]
struct Rule {
    name: String,
    title: Option<String>,
    /// The class of the catalogue that its findings are filed under.
    class: Option<String>,
    level: &'static str,
    /// Where it comes from: the pack's own `because`.
    source: Option<String>,
    /// The first day on which it is in force; null where its source names none.
    since: Option<String>,
    /// Whether a person has checked that day; null where there is none.
    verified: Option<bool>,
    /// Whether a project may except a segment from it.
    may_be_excepted: bool,
}

/// Prints the list or the text.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let said = match (&args.pack, args.format) {
        (Some(name), _) => whole(name)?,
        (None, Format::Text) => listed(taken().as_deref()),
        (None, Format::Json) => {
            let taken = taken();
            json(&PACKS.iter().map(|pack| row(pack, taken.as_deref())).collect::<Vec<_>>())
        }
    };
    console.out(&said)?;
    Ok(Exit::Clean)
}

fn whole(name: &str) -> Result<String, Failure> {
    match shipped::pack(name) {
        Some((_, pack)) => Ok(pack.text.to_owned()),
        None => {
            let failure = Failure::new(format!("there is no policy pack `{}`", text::line(name)));
            if Path::new(name).is_dir() {
                return Err(failure.help("`segma packs`, called in a project's folder, tells which it takes"));
            }
            let near = suggest::closest(name, PACKS.iter().map(|pack| pack.name));
            Err(failure
                .help(near.map_or("`segma packs` lists all".to_owned(), |near| format!("did you mean `{near}`?"))))
        }
    }
}

/// The packs of the project that lies here; `None` outside of one.
fn taken() -> Option<Vec<String>> {
    let project = Project::read(&Place::default()).ok()?;
    Some(project.config.packs.into_iter().map(|pack| pack.value).collect())
}

fn listed(taken: Option<&[String]>) -> String {
    let lines: String = PACKS
        .iter()
        .map(|pack| {
            let n = named(pack, "policy ").len();
            let count = format!("{n} {}", if n == 1 { "policy" } else { "policies" });
            format!("{:<10} {:<3} {count:<12} {}\n", pack.name, pack.version, pack.title)
        })
        .collect();
    let here = match taken {
        Some([]) => "This project takes none of them. ".to_owned(),
        Some(names) => {
            let names = names.iter().map(|name| text::line(name)).collect::<Vec<_>>().join(", ");
            format!("This project takes {names}. ")
        }
        None => String::new(),
    };
    format!(
        "{lines}\n{here}To take packs, write in segma.toml: packs = [\"gdpr\", \"dsa\"]. This is not legal advice.\n"
    )
}

fn row(pack: &Pack, taken: Option<&[String]>) -> Row {
    Row {
        name: pack.name,
        version: pack.version,
        sha256: PackInForce::of(pack).sha256,
        title: pack.title,
        policies: rules(pack),
        jurisdictions: named(pack, "jurisdiction "),
        taken: taken.map(|names| names.iter().any(|name| name == pack.name)),
    }
}

/// The policies of a pack, as a project that takes nothing else reads them.
fn rules(pack: &Pack) -> Vec<Rule> {
    let mut sources = SourceMap::new();
    let settings = format!(
        "name = \"packs\"\nedition = \"2026\"\ntimezone = \"Etc/UTC\"\ndialects = [\"duckdb\"]\npacks = [\"{}\"]\n",
        pack.name
    );
    let file = sources.add(FILE_NAME, settings);
    let (config, _) = Config::parse(&sources, file);
    let (model, _) = segma::load(&config, &sources);
    let rule = |policy: &Policy| Rule {
        name: policy.name.value.clone(),
        title: policy.title.clone(),
        class: policy.class.as_ref().map(|class| class.value.clone()),
        level: policy.level.word(),
        source: policy.because.clone(),
        since: policy.since.as_ref().map(|since| since.value.to_string()),
        verified: policy.since.as_ref().map(|_| !policy.unverified),
        may_be_excepted: policy.excepts,
    };
    model.policies.values().map(rule).collect()
}

/// The names of the declarations that begin with a keyword: a pack is written by us, one declaration a line.
fn named(pack: &Pack, keyword: &str) -> Vec<&'static str> {
    let heads = pack.text.lines().filter_map(|line| line.strip_prefix(keyword));
    heads.filter_map(|head| head.split_whitespace().next()).collect()
}
