//! `segma fairness`: reports of who is in a segment and who could be, by what fairness protects, ready to be added to a project.

use std::path::PathBuf;

use segma::diagnostic::{Diagnostic, suggest, text};
use segma::emit::fairness;
use segma::model::{Date, Model};
use segma::rules;
use segma::source::SourceMap;

use super::console::Console;
use super::pipeline;
use super::project::Project;
use super::{Exit, Failure, Place, moment};

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
    let (asked, others): (Vec<_>, Vec<_>) =
        held_against(&place, &reports)?.into_iter().partition(|finding| admits(model, finding));
    console.out(&format!("{reports}{}", questions(&asked)))?;
    if !asked.is_empty() {
        console.remark(
            "these reports read what a policy forbids but for an exception, and none covers them: the exceptions that they need are \
             written below them, with `???` where whoever may approve answers",
        );
    }
    for finding in others {
        console.remark(&format!("added to the project, these reports break {}: {}", finding.code.0, finding.message));
    }
    Ok(Exit::Clean)
}

/// What stops the compiler at the reports, once they are part of the project.
fn held_against(place: &Place, reports: &str) -> Result<Vec<Diagnostic>, Failure> {
    let project = Project::read(place)?;
    let today: Date = moment::today(None, &project.config.zone)?.into();
    let mut sources = without(&project.sources, reports);
    let file = sources.add("reports of fairness.seg", reports);
    let (model, mut findings) = segma::load(&project.config, &sources);
    findings.extend(rules::check(model, today).0);
    findings.retain(|finding| finding.is_fatal() && finding.span().is_some_and(|span| span.file == file));
    Ok(findings)
}

/// The project's texts without these very declarations: what was added before is not declared twice.
fn without(sources: &SourceMap, reports: &str) -> SourceMap {
    let own: Vec<&str> = reports.split("\n\n").map(str::trim).filter(|one| !one.is_empty()).collect();
    let mut left = SourceMap::new();
    for (_, file) in sources.files() {
        let text = own.iter().fold(file.text.clone(), |text, one| text.replace(one, ""));
        if file.unread {
            left.add_unread(file.path.clone(), text)
        } else {
            left.add(file.path.clone(), text)
        };
    }
    left
}

/// Whether an exception may be made from the policy that a finding is of.
fn admits(model: &Model, finding: &Diagnostic) -> bool {
    let policy = |name: &String| model.policies.values().find(|policy| policy.name.value == *name);
    finding.subject.is_some() && finding.policy.as_ref().and_then(policy).is_some_and(|policy| policy.excepts)
}

/// The exceptions that are asked for, each once, unanswered.
fn questions(findings: &[Diagnostic]) -> String {
    let mut out: Vec<String> = Vec::new();
    for finding in findings {
        let (Some(policy), Some(subject)) = (&finding.policy, &finding.subject) else { continue };
        let question = format!(
            "\nexception to {policy} for {subject} {{\n  approved by ??? on ???\n  until       ???\n  because     ???\n}}\n"
        );
        if !out.contains(&question) {
            out.push(question);
        }
    }
    out.concat()
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
