//! GOV-06, beside policies that hold for nobody: purposes that nothing names, and definitions that nothing uses.
//!
//! A purpose is used where anything names it, a narrower or a broader one: a segment, a table's `allowed`, a ledger's codes, a policy, a
//! model. One that is suspended is kept on purpose, and where something else is wrong with one, that is told alone. A definition in a file without segments is a library for those to come, and silent; one that
//! stands among segments and serves none of them was forgotten.

use std::collections::BTreeSet;

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Define, Model, Purpose};
use crate::source::FileId;

pub(super) static RULE: Rule = Rule { code: Code("GOV-06"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let model = cx.model;
    // What could not be read may have named it.
    if !model.complete {
        return;
    }
    let told: BTreeSet<&str> = findings.iter().filter_map(|finding| finding.subject.as_deref()).collect();
    let purposes = model.unused.purposes.iter().map(|id| &model.purposes[*id]);
    let idle: Vec<Diagnostic> = purposes
        .filter(|purpose| purpose.suspended.is_none() && !told.contains(purpose.name.value.as_str()))
        .map(idle)
        .collect();
    findings.extend(idle);
    let among = files_with_audiences(model);
    let forgotten = model.unused.defines.iter().map(|id| &model.defines[*id]);
    findings.extend(forgotten.filter(|define| among.contains(&define.span.file)).map(needless));
}

/// The files in which audiences, placements or reports stand.
fn files_with_audiences(model: &Model) -> BTreeSet<FileId> {
    let segments = model.audiences().map(|(_, segment)| segment.span);
    let placements = model.placements.values().map(|placement| placement.name.span);
    let reports = model.reports.values().map(|report| report.name.span);
    segments.chain(placements).chain(reports).map(|span| span.file).collect()
}

fn idle(purpose: &Purpose) -> Diagnostic {
    let name = &purpose.name.value;
    Diagnostic::note(RULE.code, format!("nothing names purpose `{name}`: no segment, no data, no ledger, no policy"))
        .at(purpose.name.span, "unused")
        .because("people may be told of a use that nobody makes, or asked for a yes that nothing needs")
        .help("leave it out until something serves it; `suspended because \"…\"` keeps one that must not be used")
        .about(name)
}

fn needless(define: &Define) -> Diagnostic {
    let name = &define.name.value;
    Diagnostic::note(RULE.code, format!("nothing uses definition `{name}`"))
        .at(define.name.span, "unused")
        .because("whoever changes it believes to change an audience")
        .help("use it or leave it out; definitions for segments to come stand in a file of their own")
        .about(name)
}
