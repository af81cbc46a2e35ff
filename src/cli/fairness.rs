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
    let Some(reports) = fairness::reports(model, &model.segments[id]) else {
        return Err(Failure::new(
            "nothing of what the segment's people are is protected, so no group can be told apart",
        )
        .help("label a field with few values `protected`, or `proxy for` what it stands for"));
    };
    console.out(&reports)?;
    Ok(Exit::Clean)
}
