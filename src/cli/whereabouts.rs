//! `segma where`: everything that Segma knows of one person, and how it is forgotten. Printed and never written: the key is a real one.

use segma::emit::sql::person::{self, Key, Statement};
use segma::model::{Model, describe};
use segma::plan::{Plan, SegmentPlan};

use super::console::Console;
use super::pipeline;
use super::{Exit, Failure, Place, held};

/// Prints the SQL by which one person is found in everything that Segma stores and decides, or is forgotten.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The statements ask stored memberships (with the record that let the person in), and with one query for each
segment whether the run can be trusted, each line of the guard, every part of the condition, the control group
(each by itself, whether or not the person passes the rest) and delivery; then placements. With --erase they forget what is
stored. Nothing is written to a file, as the key is a real one. The project's own tables are not Segma's
to ask or to erase.

Examples:
  segma where --person 4711
  segma where --person 4711 --dialect postgres examples/shop
  segma where --person 4711 --erase")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The person's key.
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    person: String,
    /// Whose key it is, where the project has segments of several entities.
    #[arg(long, value_name = "ENTITY")]
    entity: Option<String>,
    /// A dialect of the project; by default its first.
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// Prints what forgets the person, instead of what finds them.
    #[arg(long)]
    erase: bool,
}

/// Prints the statements.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let compiled = pipeline::compile(&args.place)?;
    let Some((checked, plan)) = compiled.plan() else {
        console.out(&compiled.report(console))?;
        return Ok(Exit::Findings);
    };
    let of = whose(args, &plan)?;
    let first = plan.segments.iter().find(|segment| person::entity(segment) == of);
    let Some(first) = first else { return Err(Failure::new("no segment of this project is of anybody")) };
    let key = Key::of(first, &args.person).map_err(Failure::new)?;
    for dialect in
        dialects(args, &compiled.project.config.dialects.iter().map(|one| one.value.as_str()).collect::<Vec<_>>())?
    {
        console.out(&said(args, (checked.model(), &plan), &of, &dialect, &key)?)?;
    }
    Ok(Exit::Clean)
}

/// The entity whose key it is.
fn whose(args: &Args, plan: &Plan) -> Result<String, Failure> {
    let mut all: Vec<&str> = plan.segments.iter().map(|segment: &SegmentPlan| person::entity(segment)).collect();
    all.sort_unstable();
    all.dedup();
    let listed = || all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (&args.entity, all.as_slice()) {
        (Some(asked), _) if all.contains(&asked.as_str()) => Ok(asked.clone()),
        (Some(asked), _) => {
            let asked = segma::diagnostic::text::line(asked);
            Err(Failure::new(format!("no segment is of `{asked}`")).help(format!("there are segments of {}", listed())))
        }
        (None, [one]) => Ok((*one).to_owned()),
        (None, _) => Err(Failure::new(format!("whose key this is must be said: there are segments of {}", listed()))
            .help("write `--entity` and the name")),
    }
}

fn dialects(args: &Args, known: &[&str]) -> Result<Vec<String>, Failure> {
    match &args.dialect {
        None => Ok(known.iter().take(1).map(|name| (*name).to_owned()).collect()),
        Some(name) if known.contains(&name.as_str()) => Ok(vec![name.clone()]),
        Some(name) => {
            let name = segma::diagnostic::text::line(name);
            Err(Failure::new(format!("`{name}` is no dialect of this project"))
                .help(format!("it has {}", known.join(", "))))
        }
    }
}

fn said(args: &Args, (model, plan): (&Model, &Plan), of: &str, dialect: &str, key: &Key) -> Result<String, Failure> {
    if args.erase {
        let head = [
            format!(
                "Forgets one {of} in every stored membership. Destinations remove them at their next removal or expiry."
            ),
            "Also record `erased` in a ledger, or the next run may store them again.".to_owned(),
        ];
        return Ok(person::script(dialect, &head, &person::erased(plan, of, dialect, key)) + "\n");
    }
    let stored = person::stored(plan, of, dialect, key);
    let words = |segment: &SegmentPlan| {
        let id = model.segment_named(&segment.about.name);
        id.map(|id| describe::segment(model, &model.segments[id])).unwrap_or_default()
    };
    let now = person::now(plan, of, dialect, key, None, &words).map_err(|findings| Failure {
        causes: findings.into_iter().map(|finding| finding.message).collect(),
        help: None,
    })?;
    let mut head = vec![
        format!(
            "Where one {of} is stored: needs the tables of `segma build --snapshots`. Reports hold figures, and nobody's key."
        ),
        "Nothing here changes anything.".to_owned(),
    ];
    head.push(format!(
        "What the project's own tables hold of one {of} is not Segma's to ask; they are found there by:"
    ));
    head.extend(held::tables(model, of));
    head.push("What each segment is for, of what it is made, how long it keeps them and who gets it:".to_owned());
    head.extend(
        plan.segments.iter().filter(|segment| person::entity(segment) == of).map(|segment| held::about(plan, segment)),
    );
    let then = [format!("Why one {of} is in each segment now, or is not, and what placements show them.")];
    let scripts: [(&[String], Vec<Statement>); 2] = [(&head, stored), (&then, now)];
    Ok(scripts.iter().map(|(head, statements)| person::script(dialect, head, statements) + "\n").collect())
}
