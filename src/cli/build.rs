//! `segma build`: everything that a project becomes, written as one tree.

use std::path::PathBuf;

use segma::diagnostic::{Code, Diagnostic};
use segma::emit::catalogue::Catalogue;
use segma::emit::sql::{self, Fitted};
use segma::emit::{self, Artefact};
use segma::plan::{Plan, SegmentPlan};
use segma::rules::Checked;

use super::console::Console;
use super::pipeline::{self, Compiled};
use super::{Exit, Failure, Place, baseline, manifest, moment, output, preview, rules};

/// Members stay by stored memberships, and the build writes none.
const UNSTORED: Code = Code("CFG-13");

/// Compiles a project into SQL views, JSON rules and a catalogue.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The output tree is replaced as a whole: a build that fails or is killed leaves the old one untouched.

Examples:
  segma build                     the project around the current folder, into its folder `out`
  segma build examples/shop --out audiences
  segma build --deny warnings --baseline baseline.json
                                  only warnings that it does not list stop the build
  segma build --preview --as-of 2018-01-01 examples/grocery
                                  and counts the people of each segment at that instant")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    moment: preview::Moment,
    /// Counts the people of each segment after writing, as `segma preview` does.
    #[arg(long)]
    preview: bool,
    /// Writes the scripts that store memberships, remove whom they no longer hold and say why; segments with `stay` need them.
    #[arg(long)]
    snapshots: bool,
    /// Warnings that may stand for now, as `segma baseline` wrote them: the catalogue says so; an error stops the build, listed or
    /// not.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// Compiles, writes, and counts where asked.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let mut compiled = pipeline::compile(&args.place)?;
    if let Some(file) = &args.baseline {
        baseline::hold_warnings(file, &mut compiled)?;
    }
    let as_of = args.moment.named(&compiled.project.config.zone)?;
    if args.snapshots && as_of.is_some() {
        return Err(Failure::new("a run in the past never writes a membership")
            .help("leave `--as-of` out, or leave `--snapshots` out"));
    }
    let Some(plan) = compiled.plan().map(|(_, plan)| plan) else { return refused(&compiled, args, console) };
    let fitted = compiled.fit(&plan);
    let views = fitted.iter().map(|fitted| match as_of {
        Some(as_of) => sql::questions(fitted, as_of),
        None => sql::emit(fitted, None),
    });
    let views = views.collect::<Result<Vec<_>, _>>();
    let views = views.unwrap_or_else(|unproved| {
        compiled.project.findings.extend(unproved);
        Vec::new()
    });
    let stored = if args.snapshots { stored(&mut compiled, &fitted) } else { unstored(&mut compiled, &plan) };
    let rules = emit::rules::emit(&plan).unwrap_or_else(|unreadable| {
        compiled.place(unreadable);
        Vec::new()
    });
    let exit = compiled.exit(&args.place);
    let (Exit::Clean, Some(checked)) = (exit, &compiled.checked) else { return refused(&compiled, args, console) };
    let artefacts = emit(&compiled, checked, &plan, &fitted, [views.concat(), rules, stored].concat());
    output::write(&compiled.project.out, &artefacts)?;
    console.out(&compiled.report(console))?;
    console.out(&format!("wrote {} files to {}\n", artefacts.len(), compiled.project.shown_out()))?;
    if !args.preview {
        return Ok(Exit::Clean);
    }
    console.out("\n")?;
    let plans: Vec<&SegmentPlan> = plan.segments.iter().collect();
    preview::show(
        &compiled.project,
        &plans,
        Some(&plan),
        as_of.unwrap_or_else(moment::now),
        rules::Format::Text,
        console,
    )
}

/// The scripts that keep stored memberships.
fn stored(compiled: &mut Compiled, fitted: &[Fitted<'_>]) -> Vec<Artefact> {
    let mut all = Vec::new();
    for fitted in fitted {
        match sql::snapshots(fitted) {
            Ok(artefacts) => all.extend(artefacts),
            Err(findings) => compiled.place(findings),
        }
    }
    all
}

/// Who stays does so by what is stored; a view without its upkeep would be one of nobody's stay.
fn unstored(compiled: &mut Compiled, plan: &Plan) -> Vec<Artefact> {
    let staying = plan.segments.iter().filter(|plan| plan.stay.is_some());
    let findings = staying.map(|plan| {
        let name = &plan.about.name;
        Diagnostic::error(UNSTORED, format!("members of `{name}` stay by stored memberships, and none are stored"))
            .because("the view reads a table that nobody would make or keep, and removals would reach no destination")
            .help("build with `--snapshots`, and run what it writes with every refresh; or leave `stay` out")
            .about(name.clone())
    });
    compiled.place(findings.collect());
    Vec::new()
}

/// Nothing is written: what was found says why.
fn refused(compiled: &Compiled, args: &Args, console: &Console) -> Result<Exit, Failure> {
    console.out(&compiled.report(console))?;
    Ok(match compiled.exit(&args.place) {
        Exit::Clean => Exit::Internal,
        exit @ (Exit::Findings | Exit::Failed | Exit::Internal) => exit,
    })
}

/// Everything to be written, the manifest last.
fn emit(
    compiled: &Compiled,
    checked: &Checked,
    plan: &Plan,
    fitted: &[Fitted<'_>],
    mut artefacts: Vec<Artefact>,
) -> Vec<Artefact> {
    let project = &compiled.project;
    let views: Vec<(String, String, String)> = artefacts.iter().filter_map(view).collect();
    let (model, facts, findings) = (checked.model(), checked.facts(), project.findings.as_slice());
    artefacts.extend(Catalogue { model, facts, plan, findings, sql: &views }.emit());
    artefacts.sort_by(|a, b| a.path.cmp(&b.path));
    let sources: Vec<(&str, &[u8])> =
        project.sources.files().map(|(_, file)| (file.path.as_str(), file.text.as_bytes())).collect();
    let dialects: Vec<&str> = fitted.iter().map(|fitted| fitted.dialect().name).collect();
    let manifest = manifest::of(&sources, &artefacts, (&model.project, &model.ground), &dialects);
    artefacts.push(manifest);
    artefacts
}

/// The dialect, segment and text of an emitted view.
fn view(artefact: &Artefact) -> Option<(String, String, String)> {
    let (dialect, file) = artefact.path.strip_prefix("sql/")?.split_once('/')?;
    let text = String::from_utf8(artefact.bytes.clone()).ok()?;
    Some((dialect.to_owned(), file.strip_suffix(".sql")?.to_owned(), text))
}
