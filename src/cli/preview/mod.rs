//! `segma preview`: how many people each segment would reach, step by step, in the rows that the project names.

mod counts;
mod database;
mod figures;
mod hidden;
mod rows;
mod stale;
mod unread;
mod waterfall;

use jiff::tz::TimeZone;
use segma::diagnostic::terminal;
use segma::diagnostic::{Diagnostic, suggest, text};
use segma::model::Instant;
use segma::plan::{Plan, SegmentPlan};
use segma::run;

use super::console::Console;
use super::pipeline::{self, Compiled};
use super::project::Project;
use super::{Exit, Failure, Place, moment};
use rows::ProjectRows;

/// Counts the people of each segment, step by step.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Rows come from the files that [data] in segma.toml names. A count under a segment's own minimum N is
printed as `fewer than N`, and zero is no exception; a count from which such a number could be worked out
is printed as `A and fewer than B more`.

Examples:
  segma preview examples/grocery --as-of 2018-01-01
  segma preview examples/shop --as-of 2026-11-01 --only lapsed_big_spenders
  segma preview --on duckdb:warehouse.db
  segma preview --format json")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    moment: Moment,
    #[command(flatten)]
    on: database::On,
    /// Only this segment; may be given several times.
    #[arg(long, value_name = "SEGMENT")]
    only: Vec<String>,
    /// How to print counts.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: super::rules::Format,
}

/// When segments are evaluated.
#[derive(Debug, clap::Args)]
pub struct Moment {
    /// The instant of evaluation: with its offset, as in 2026-05-01T08:00:00Z, or a day, which means its first instant in the
    /// project's zone; by default now.
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
}

impl Moment {
    /// The instant that was named, if one was.
    pub fn named(&self, zone: &TimeZone) -> Result<Option<Instant>, Failure> {
        self.as_of.as_deref().map(|written| moment::instant(written, zone)).transpose()
    }
}

/// Checks, evaluates and prints.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let compiled = pipeline::compile(&args.place)?;
    let now = args.moment.named(&compiled.project.config.zone)?.unwrap_or_else(moment::now);
    let exit = compiled.exit(&args.place);
    let Some((_, plan)) = compiled.plan().filter(|_| exit == Exit::Clean) else {
        console.out(&compiled.report(console))?;
        return Ok(Exit::Findings);
    };
    let plans = chosen(&plan.segments, &args.only)?;
    remark_findings(&compiled, console);
    if let Some(found) = args.on.counts(&plans, &plan.schema, now) {
        print(&compiled.project, &found?, now, args.format, (None, &[]), console)?;
        return Ok(Exit::Clean);
    }
    // Reports and placements are shown beside all segments, not beside some that were chosen.
    let beside = if args.only.is_empty() { Some(&plan) } else { None };
    show(&compiled.project, &plans, beside, now, args.format, console)
}

/// Evaluates plans over the project's rows and prints the counts.
pub fn show(
    project: &Project,
    plans: &[&SegmentPlan],
    beside: Option<&Plan>,
    now: Instant,
    format: super::rules::Format,
    console: &Console,
) -> Result<Exit, Failure> {
    let rows = ProjectRows { project };
    let all: Vec<&SegmentPlan> = plans.iter().copied().chain(beside.into_iter().flat_map(figures::plans)).collect();
    let data = run::Data::load(&all, &rows, console);
    let previews = data.preview(plans, now, console);
    let (mut found, mut refused, mut spoke) = (Vec::new(), Vec::new(), Vec::new());
    for (plan, preview) in plans.iter().zip(previews) {
        match preview.outcome {
            Ok(outcome) => {
                spoke.extend(outcome.waterfall.spoke);
                found.push(counts::of(plan, &outcome.waterfall));
            }
            Err(finding) => refused.push(finding),
        }
    }
    // Counts of some segments beside none of others would look like a whole result.
    if !refused.is_empty() {
        return Err(unreadable(refused));
    }
    let beside = beside.map(|plan| shown(plan, &data, now)).transpose()?;
    print(project, &found, now, format, (beside, &data.unread(&all)), console)?;
    if let Some(remark) = stale::remark(&data, plans, &spoke, &project.config.zone, console) {
        console.remark(&remark);
    }
    Ok(Exit::Clean)
}

/// What is said beside the counts of segments: tables of reports, and lists of placements.
type Beside = (Vec<(String, run::Table)>, Vec<figures::Lists>);

/// What reports and placements show.
fn shown(plan: &Plan, data: &run::Data, now: Instant) -> Result<Beside, Failure> {
    let run = data.at(now);
    let failed = |finding: Diagnostic| unreadable(vec![finding]);
    let mut reports = Vec::new();
    for report in &plan.reports {
        reports.push((report.about.name.clone(), run.report(report).map_err(failed)?));
    }
    let mut placements = Vec::new();
    for placement in &plan.placements {
        let outcomes = placement.shows.iter().map(|show| run.run(&show.to)).collect::<Result<Vec<_>, _>>();
        placements.push(figures::lists(placement, &outcomes.map_err(failed)?));
    }
    Ok((reports, placements))
}

fn print(
    project: &Project,
    found: &[waterfall::Waterfall],
    now: Instant,
    format: super::rules::Format,
    (beside, unread): (Option<Beside>, &[run::Unread]),
    console: &Console,
) -> Result<(), Failure> {
    let look = console.look(&project.base);
    console.out(&match format {
        super::rules::Format::Text => {
            let (reports, placements) = beside.unwrap_or_default();
            let beside = figures::render(&reports, &placements);
            let gap = if beside.is_empty() { "" } else { "\n" };
            let packs = text::packs_in_force(&project.packs()).map(|line| "\n".to_owned() + &line).unwrap_or_default();
            let counts = waterfall::render_all(found, now, &look);
            let unread = unread::render(unread, &look);
            format!("{counts}{unread}{gap}{}{gap}{packs}", beside.trim_end_matches('\n'))
        }
        super::rules::Format::Json => {
            let (reports, placements) = beside.unwrap_or_default();
            let unread = unread::values(unread);
            waterfall::json(found, now, &project.packs(), unread, figures::values(&reports, &placements))
        }
    })
}

/// Findings do not stop a preview, but nobody should take its counts without knowing of them.
fn remark_findings(compiled: &Compiled, console: &Console) {
    if !compiled.project.findings.is_empty() {
        let look = terminal::Look { colour: false, ..console.look("") };
        let summary = terminal::summary(&compiled.project.findings, &compiled.project.sources, &look);
        console.remark(&format!("{summary}; `segma check` shows them"));
    }
}

fn unreadable(findings: Vec<Diagnostic>) -> Failure {
    let mut causes: Vec<String> = Vec::new();
    let mut helps: Vec<String> = Vec::new();
    for finding in findings {
        if !causes.contains(&finding.message) {
            causes.push(finding.message);
        }
        helps.extend(finding.help.filter(|help| !helps.contains(help)));
    }
    let help = match helps.as_slice() {
        [help] => help.clone(),
        [] | [_, _, ..] => "`[data]` in segma.toml names the files that hold the rows of tables".to_owned(),
    };
    Failure { causes, help: Some(help) }
}

/// The name that was probably meant, or every one there is.
pub fn known<'n>(wanted: &str, names: impl Iterator<Item = &'n str> + Clone) -> String {
    const MOST: usize = 20;
    if let Some(near) = suggest::closest(wanted, names.clone()) {
        return format!("did you mean `{near}`?");
    }
    let lower = wanted.to_lowercase();
    let part = |name: &&str| lower.len() >= 3 && (name.contains(&lower) || lower.contains(*name));
    let alike: Vec<String> = names.clone().filter(part).take(3).map(|name| format!("`{name}`")).collect();
    if !alike.is_empty() {
        return format!("did you mean {}?", alike.join(" or "));
    }
    let shown: Vec<String> = names.clone().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = if names.count() > MOST { ", …" } else { "" };
    if shown.is_empty() {
        return "this project has no segment".to_owned();
    }
    format!("the segments are {}{more}", shown.join(", "))
}

fn chosen<'p>(plans: &'p [SegmentPlan], only: &[String]) -> Result<Vec<&'p SegmentPlan>, Failure> {
    if only.is_empty() {
        return Ok(plans.iter().collect());
    }
    let names = || plans.iter().map(|plan| plan.about.name.as_str());
    if let Some(unknown) = only.iter().find(|name| !names().any(|known| known == *name)) {
        let failure = Failure::new(format!("there is no segment `{}`", text::line(unknown)));
        return Err(failure.help(known(unknown, names())));
    }
    Ok(plans.iter().filter(|plan| only.contains(&plan.about.name)).collect())
}
