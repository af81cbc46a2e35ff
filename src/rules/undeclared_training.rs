//! MLS-04: a model does not say what it was trained on, or how far back.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{FieldRole, Model, ScoreFacts, Table, TableKind};

pub(super) static RULE: Rule = Rule { code: Code("MLS-04"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let undescended = cx.model.tables.values().filter(|table| !is_released(cx.model, table));
    findings.extend(undescended.filter_map(|table| undeclared(table, score(table)?)));
    let unfollowed = cx.model.segments.iter().filter(|(id, _)| cx.facts.segment(*id).unfollowed);
    findings.extend(unfollowed.map(|(_, segment)| {
        Diagnostic::error(RULE.code, "scores were trained on scores in more ways than can be followed")
            .at(segment.name.span, "reads such a score")
            .because("people would be picked by what a score has learned, and nobody could tell what that is")
            .help("train on the data itself, or on fewer scores")
            .about(&segment.name.value)
    }));
}

/// Whether a reviewed release says of every score what it no longer counts as, instead of `trained on`.
fn is_released(model: &Model, table: &Table) -> bool {
    let mut scores = table.fields.iter().filter(|field| model.fields[**field].role == FieldRole::Plain).peekable();
    let untold = score(table).is_some_and(|facts| facts.trained_on.is_empty());
    untold && scores.peek().is_some() && scores.all(|field| model.releases_of(*field).next().is_some())
}

fn score(table: &Table) -> Option<&ScoreFacts> {
    if let TableKind::Score(score) = &table.kind { Some(score) } else { None }
}

fn undeclared(table: &Table, score: &ScoreFacts) -> Option<Diagnostic> {
    let name = &table.name;
    let message = match (score.trained_on.is_empty(), score.looking_back.is_none()) {
        (true, _) => format!("model `{}` does not say what it was trained on", name.value),
        (false, true) => format!("model `{}` does not say how far back its training looked", name.value),
        (false, false) => return None,
    };
    Some(
        Diagnostic::error(RULE.code, message)
            .at(name.span, "a number of unknown descent")
            .because("people would be picked by what a score has learned, and nobody could tell what that is")
            .help("write `trained on … looking back 12 months`, with the tables that it learned from; of a score that cannot say so, somebody may review a `release`")
            .about(&name.value),
    )
}
