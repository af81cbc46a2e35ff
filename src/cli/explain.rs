//! `segma explain`: the page of a code, or what one segment owes and by what that is discharged.

use std::path::PathBuf;

use segma::diagnostic::{suggest, text};
use segma::emit::catalogue::Catalogue;
use segma::emit::owed::Account;
use segma::privacy::Facts;
use segma::privacy::obligations::{Obligations, Standing};
use segma::rules::catalogue;

use super::console::Console;
use super::pipeline::{self, Compiled};
use super::{Exit, Failure, Place, preview};

/// Explains a code such as PUR-01, or a segment of the project.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  segma explain PUR-01            what the class is, why it matters, an example and its fix
  segma explain lapsed_big_spenders examples/shop
                                  what a segment owes to the people in it, and what discharges each of it
  segma explain --long lapsed_big_spenders examples/shop
                                  with everything that asks for it, and every sum
  segma explain --duty retention lapsed_big_spenders examples/shop
                                  the same of one kind of duty, of one table or purpose, or of a code
  segma explain --format markdown lapsed_big_spenders examples/shop
                                  the whole page of a segment, to be read and signed")]
pub struct Args {
    /// A code or the name of a segment.
    #[arg(value_name = "CODE|SEGMENT")]
    what: String,
    /// The project's folder, for a segment.
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// How to print the account of a segment.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Says of each obligation what asks for it, what discharges it and by which sums.
    #[arg(long)]
    long: bool,
    /// Says that of one: a kind of duty (`retention`), what it is about (`orders`), or a code (`RET-01`).
    #[arg(long, value_name = "DUTY", conflicts_with_all = ["long", "format"])]
    duty: Option<String>,
}

/// An account for people, for a signature, or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One screen, what is open first.
    Text,
    /// The page of the catalogue; of a segment with errors, the account alone.
    Markdown,
    /// A JSON document.
    Json,
}

/// Families of codes that belong to the language itself and have no page.
const FAMILIES: [(&str, &str); 7] = [
    ("SYN", "the text is not written as the language asks; the message names what was expected and the place"),
    ("NAM", "a name is unknown, declared twice, or of another kind than the place asks for"),
    ("DCL", "a declaration lacks a clause, or says something that does not fit together"),
    ("TYP", "a value is compared or computed with one of another type, unit or currency"),
    ("CFG", "`segma.toml` or the project's files say something that cannot be used"),
    ("DIA", "a dialect cannot express what the segment says exactly, so nothing is emitted for it"),
    ("INT", "the compiler checked its own output and found it wrong; please report it with the project that shows it"),
];

/// Prints the explanation.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    if let Some(page) = page(&args.what) {
        if args.format == Format::Json {
            return Err(Failure::new("the page of a code is Markdown").help("leave `--format json` out"));
        }
        console.out(&page)?;
        return Ok(Exit::Clean);
    }
    if looks_like_code(&args.what) {
        return Err(unknown_code(&args.what));
    }
    segment(args, console)
}

/// The page of a code, if it is one.
fn page(what: &str) -> Option<String> {
    if let Some(class) = catalogue::class(what) {
        return Some(class.page.to_owned());
    }
    let code = what.to_ascii_uppercase();
    let (family, number) = code.split_once('-')?;
    let (_, said) = FAMILIES.iter().find(|(known, _)| *known == family)?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{code}: {said}\n"))
}

fn looks_like_code(what: &str) -> bool {
    what.split_once('-').is_some_and(|(family, number)| {
        family.len() == 3 && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn unknown_code(what: &str) -> Failure {
    let wanted = what.to_ascii_uppercase();
    let near = suggest::closest(&wanted, catalogue::CLASSES.iter().map(|class| class.code.0));
    let failure = Failure::new(format!("there is no code `{}`", text::line(what)));
    match near {
        Some(code) => failure.help(format!("did you mean `{code}`? `segma rules` lists all")),
        None => failure.help("`segma rules` lists all codes"),
    }
}

/// What a segment owes and by what that is discharged; of reports and placements, the page that the catalogue has. A segment with
/// findings is told of as well, and what is owed and not discharged comes first.
fn segment(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let place = Place { folder: args.folder.clone(), ..Place::default() };
    let compiled = pipeline::compile_keeping(&place, true)?;
    let named = compiled.model.as_ref().and_then(|model| {
        let (id, _) = model.audiences().find(|(_, segment)| segment.name.value == args.what)?;
        Some((model, id))
    });
    let Some((model, id)) = named else {
        return other(args, &compiled, console);
    };
    let obligations = Obligations::of(model, &Facts::of(model), id).settle(model, &compiled.project.findings);
    let account = Account { model, obligations: &obligations, sources: Some(&compiled.project.sources) };
    let width = console.look("").width;
    let page = match args.format {
        Format::Text => match &args.duty {
            Some(wanted) => account.derived(wanted, width).ok_or_else(|| no_duty(wanted, &account))?,
            None if args.long => account.long(width),
            None => account.text(width),
        },
        Format::Json => account.json(),
        Format::Markdown => segment_page(&compiled, &args.what)?.unwrap_or_else(|| account.markdown()),
    };
    console.out(&page)?;
    let open = obligations.standing(Standing::Open).next().is_some();
    Ok(if open || !obligations.complete { Exit::Findings } else { Exit::Clean })
}

fn no_duty(wanted: &str, account: &Account<'_>) -> Failure {
    let failure = Failure::new(format!("this segment owes nothing that is called `{}`", text::line(wanted)));
    let duties = account.duties();
    match suggest::closest(wanted, duties.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help(format!("its duties are {}", duties.join(", "))),
    }
}

/// A report or a placement. A project with errors has no pages: its findings are shown instead.
fn other(args: &Args, compiled: &Compiled, console: &Console) -> Result<Exit, Failure> {
    let Some(page) = segment_page(compiled, &args.what)? else {
        console.out(&compiled.report(console))?;
        return Ok(Exit::Findings);
    };
    if args.format == Format::Json {
        return Err(Failure::new("only segments are told of as JSON").help("leave `--format json` out"));
    }
    console.out(&page)?;
    Ok(Exit::Clean)
}

fn segment_page(compiled: &Compiled, name: &str) -> Result<Option<String>, Failure> {
    let Some((checked, plan)) = compiled.plan() else { return Ok(None) };
    let (model, facts, findings) = (checked.model(), checked.facts(), compiled.project.findings.as_slice());
    let pages = Catalogue { model, facts, plan: &plan, findings, sql: &[] }.emit();
    let wanted = [
        format!("catalogue/segments/{name}.md"),
        format!("catalogue/placements/{name}.md"),
        format!("catalogue/reports/{name}.md"),
    ];
    if let Some(page) = pages.iter().find(|page| wanted.contains(&page.path)) {
        return Ok(Some(String::from_utf8_lossy(&page.bytes).into_owned()));
    }
    let failure =
        Failure::new(format!("there is neither a code, a segment, a report nor a placement `{}`", text::line(name)));
    let segments = plan.segments.iter().map(|segment| segment.about.name.as_str());
    let reports = plan.reports.iter().map(|report| report.about.name.as_str());
    let placements = plan.placements.iter().map(|placement| placement.name.as_str());
    Err(failure.help(preview::known(name, segments.chain(reports).chain(placements))))
}
