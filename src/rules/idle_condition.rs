//! TYP-10: a condition that nobody can meet, or everybody does.
//!
//! What it seems to promise is not kept: a segment that can have nobody, an exclusion that leaves nobody out, a filter that every row passes.
//! Only what [`said::Idle`] proves is told, each at the smallest place that is to blame; a definition is told once, at itself, and an
//! exclusion beside which nobody is wanted anyway is worth a note: it is often meant to be safe.

use super::{Context, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Cond, CondKind, Model, Near, Reach, Segment, codes, describe};
use crate::privacy::said::{self, Idle, Kind};

pub(super) static RULE: Rule = Rule { code: codes::IDLE, check };

/// How long a condition may be to be read out in a message.
const MOST_WORDS: usize = 90;

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let model = cx.model;
    // Where something was not understood, nobody knows what it would have said.
    if !model.complete {
        return;
    }
    for define in model.defines.values() {
        let found = said::idle_of_definition(model, define);
        findings.extend(found.iter().map(|idle| finding(model, idle).about(&define.name.value)));
    }
    for (_, segment) in model.audiences() {
        let refused = is_refused(segment, findings);
        let found = said::idle_of_segment(model, segment);
        // What holds for everybody hides what is missing, and that has been told.
        let told = found.iter().filter(|idle| !(refused && idle.kind == Kind::Always));
        findings.extend(told.map(|idle| finding(model, idle).about(&segment.name.value)));
    }
}

/// Whether something else about a segment is an error.
fn is_refused(segment: &Segment, findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| {
        let about = finding.subject.as_ref() == Some(&segment.name.value);
        finding.severity == Severity::Error && (about || finding.span().is_some_and(|place| segment.span.holds(place)))
    })
}

fn finding(model: &Model, idle: &Idle<'_>) -> Diagnostic {
    let severity = if idle.kind == Kind::NoException { Severity::Note } else { Severity::Warning };
    let whole = idle.parts.len() == 1 || idle.parts.len() > 3;
    let at = if whole { idle.at } else { idle.parts.first().map_or(idle.at, |(part, _)| *part) };
    let mut finding = Diagnostic::new(RULE.code, severity, message(model, idle)).at(at.span, label(idle));
    if !whole {
        for (part, _) in idle.parts.iter().skip(1) {
            finding = finding.and(part.span, if idle.kind == Kind::Always { "and this" } else { "with this" });
        }
    }
    if let Kind::Minors { asked, .. } = idle.kind {
        finding = finding.and(asked, "the lowest age of any of them who passes");
    }
    mended(idle, finding.because(consequence(idle)).help(help(idle)))
}

fn message(model: &Model, idle: &Idle<'_>) -> String {
    let who = if idle.of_rows { "row" } else { "person" };
    let read = read_out(model, &idle.parts);
    let alone = idle.parts.len() == 1;
    match idle.kind {
        Kind::Never if alone => format!("no {who} can meet {read}"),
        Kind::Never => format!("no {who} can be both: {read}"),
        Kind::Always if alone => format!("every {who} meets {read}"),
        Kind::Always => format!("every {who} meets one of these: {read}"),
        Kind::NeverFalse if alone => format!("every {who} of whom it is known meets {read}"),
        Kind::NeverFalse => format!("every {who} of whom it is known meets one of these: {read}"),
        Kind::NoAlternative => format!("an alternative that adds nobody, for no {who} can be both: {read}"),
        Kind::NoException => format!("an exception that leaves nobody out, for no {who} can be both: {read}"),
        Kind::Minors { age, .. } => {
            let ask = if read.starts_with('`') && !alone { "ask" } else { "asks" };
            format!("whoever of them may be reached is at least {age} years old, and {read} {ask} for younger people")
        }
        Kind::Unborn => format!("{read} asks for people who are born today or later, not for birthdays"),
    }
}

/// Conditions in plain English, or that they are marked where they are long.
fn read_out(model: &Model, parts: &[(&Cond, bool)]) -> String {
    let text = |(cond, holds): &(&Cond, bool)| match holds {
        true => describe::condition(model, cond),
        false => {
            let kind = CondKind::Not(Box::new((*cond).clone()));
            describe::condition(model, &Cond { kind, span: cond.span })
        }
    };
    let texts: Vec<String> = parts.iter().map(text).collect();
    let long = texts.len() > 3 || texts.iter().any(|text| text.chars().count() > MOST_WORDS);
    match (long, texts.len()) {
        (true, 1) => "what is marked".to_owned(),
        (true, _) => "what is marked, at once".to_owned(),
        (false, _) => super::tools::listed(texts.iter().map(String::as_str)),
    }
}

fn label(idle: &Idle<'_>) -> &'static str {
    match idle.kind {
        Kind::Never if idle.parts.len() > 1 => "this",
        Kind::Never => "never holds",
        Kind::Always | Kind::NeverFalse => "always holds",
        Kind::NoAlternative => "never holds here",
        Kind::NoException => "leaves nobody out",
        Kind::Minors { .. } => "too young for the guard",
        Kind::Unborn => "a day that is to come",
    }
}

/// What it means: a promise that is not kept.
fn consequence(idle: &Idle<'_>) -> &'static str {
    if idle.empties {
        return "the segment can have nobody in it: whoever it was meant for is not reached";
    }
    match (idle.kind, idle.of_rows, idle.denied) {
        (Kind::Never, true, _) => "no row is ever found, so what is asked of the rows has one answer for everybody",
        (Kind::Never, false, true) => "nobody is left out by it, although it reads as if somebody were",
        (Kind::Never | Kind::NoAlternative, false, _) | (Kind::NoAlternative, true, _) => {
            "nobody is chosen by it, although it reads as if somebody were"
        }
        (Kind::Always | Kind::NeverFalse, true, _) => "every row passes, although it reads as if some did not",
        (Kind::Always | Kind::NeverFalse, false, true) => "everybody is left out by it",
        (Kind::Always | Kind::NeverFalse, false, false) => {
            "everybody passes it, although it reads as if somebody did not"
        }
        (Kind::NoException, ..) => {
            "whoever it was meant to leave out is not among those who are wanted, or is not left out"
        }
        (Kind::Minors { .. }, ..) => "whoever it was meant for is not reached",
        (Kind::Unborn, ..) => "nobody whose birthday it is is found",
    }
}

fn help(idle: &Idle<'_>) -> &'static str {
    match idle.kind {
        Kind::Never if idle.parts.len() > 1 => "write `or` where either will do, or correct one of them",
        Kind::Never | Kind::NoAlternative | Kind::NoException => "correct it, or leave it out",
        Kind::Always | Kind::NeverFalse => "write `and` where both must hold, correct it, or leave it out",
        Kind::Minors { .. } => "ask for people who may be reached, or for nobody",
        Kind::Unborn => "write `anniversary of` before the date of birth",
    }
}

/// A birthday is an anniversary; everything else may be meant in more than one way.
fn mended(idle: &Idle<'_>, finding: Diagnostic) -> Diagnostic {
    let CondKind::Within { value, near, .. } = &idle.at.kind else { return finding };
    let within_a_year = match near {
        Near::Today => true,
        Near::Next(Reach::Days(n)) => *n < 365,
        Near::Next(Reach::Months(n)) => *n < 12,
        Near::Next(Reach::Seconds(_)) | Near::NextFull { .. } => false,
        Near::Last(_) | Near::LastFull { .. } | Near::Yesterday => false,
    };
    match idle.kind {
        Kind::Unborn if within_a_year => finding.fix("ask for birthdays", value.span.before(), "anniversary of "),
        Kind::Unborn
        | Kind::Never
        | Kind::Always
        | Kind::NeverFalse
        | Kind::NoAlternative
        | Kind::NoException
        | Kind::Minors { .. } => finding,
    }
}
