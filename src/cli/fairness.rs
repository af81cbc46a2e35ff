//! `segma fairness`: reports of who is in a segment and who could be, by what fairness protects, ready to be added to a project.

use std::path::PathBuf;

use segma::diagnostic::{suggest, text};
use segma::emit::fairness;

use super::console::Console;
use super::pipeline;
use super::{Exit, Failure, Place};

/// Writes reports of who is in a segment, by what fairness protects, beside everybody who could be.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is written is text of the language: add it to the project, build, and hold the shares of the two reports
against each other. Groups under the minimum are withheld in them as in every report.

Examples:
  segma fairness lapsed_big_spenders examples/shop
  segma fairness lapsed_big_spenders > segments/fairness.seg")]
pub struct Args {
    /// The segment.
    #[arg(value_name = "SEGMENT")]
    segment: String,
    /// The project's folder; by default the nearest one upwards that holds a segma.toml.
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints the reports.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let place = Place { folder: args.folder.clone(), ..Place::default() };
    let compiled = pipeline::compile_keeping(&place, true)?;
    let Some(model) = &compiled.model else { return Ok(Exit::Internal) };
    let Some(id) = model.segment_named(&args.segment) else {
        let names = model.audiences().map(|(_, segment)| segment.name.value.as_str());
        let failure = Failure::new(format!("there is no segment `{}`", text::line(&args.segment)));
        return Err(match suggest::closest(&args.segment, names) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure,
        });
    };
    let segment = &model.segments[id];
    let Some(reports) = fairness::reports(model, segment) else {
        return Err(nothing(&fairness::apart(model, segment)));
    };
    console.out(&reports)?;
    Ok(Exit::Clean)
}

/// No field has groups: either nothing is protected, or what is has no few values.
fn nothing(apart: &[String]) -> Failure {
    let help = "label a field with few values `protected`, or `proxy for` what it stands for";
    if apart.is_empty() {
        let why = "nothing of what the segment's people are is protected, so no group can be told apart";
        return Failure::new(why).help(help);
    }
    let names = apart.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let verb = if apart.len() == 1 { "is protected and has" } else { "are protected and have" };
    Failure::new(format!("{names} {verb} no few groups, so no group can be told apart")).help(help)
}
