//! `segma build`: everything that a project becomes, written as one tree.

use segma::emit::Artefact;
use segma::emit::catalogue::Catalogue;
use segma::plan::{Plan, SegmentPlan};
use segma::rules::Checked;

use super::console::Console;
use super::pipeline::{self, Compiled};
use super::{Exit, Failure, Place, manifest, moment, output, preview, rules};

/// Compiles a project into SQL views, JSON rules and a catalogue.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The output tree is replaced as a whole: a build that fails or is killed leaves the old one untouched.

Examples:
  segma build                     the project around the current folder, into its folder `out`
  segma build examples/shop --out audiences
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
}

/// Compiles and writes.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let compiled = pipeline::compile(&args.place)?;
    let as_of = args.moment.named(&compiled.project.config.zone)?;
    console.out(&compiled.report(console))?;
    let Some((checked, plan)) = compiled.plan().filter(|_| compiled.exit(&args.place) == Exit::Clean) else {
        return Ok(Exit::Findings);
    };
    let artefacts = emit(&compiled, checked, &plan);
    output::write(&compiled.project.out, &artefacts)?;
    console.out(&format!("wrote {} files to {}\n", artefacts.len(), compiled.project.shown_out()))?;
    if !args.preview {
        return Ok(Exit::Clean);
    }
    console.out("\n")?;
    let plans: Vec<&SegmentPlan> = plan.segments.iter().collect();
    preview::show(&compiled.project, &plans, as_of.unwrap_or_else(moment::now), rules::Format::Text, console)
}

/// Everything to be written, the manifest last.
fn emit(compiled: &Compiled, checked: &Checked, plan: &Plan) -> Vec<Artefact> {
    let project = &compiled.project;
    let (model, facts, findings) = (checked.model(), checked.facts(), project.findings.as_slice());
    let mut artefacts = Catalogue { model, facts, plan, findings, sql: &[] }.emit();
    artefacts.sort_by(|a, b| a.path.cmp(&b.path));
    let sources: Vec<(&str, &[u8])> =
        project.sources.files().map(|(_, file)| (file.path.as_str(), file.text.as_bytes())).collect();
    let dialects: Vec<&str> = project.config.dialects.iter().map(|name| name.value.as_str()).collect();
    let manifest = manifest::of(&sources, &artefacts, &project.config.name, &dialects);
    artefacts.push(manifest);
    artefacts
}
