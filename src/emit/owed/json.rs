//! The account for programs. Fields are only ever added; a change of meaning changes `format`.

use serde_json::{Value, json};

use super::Account;
use crate::privacy::obligations::{Obligation, Standing};
use crate::source::Span;

/// The name and version of the form.
pub const FORMAT: &str = "segma-obligations/1";

pub(super) fn render(account: &Account<'_>) -> String {
    let count = |standing| account.obligations.standing(standing).count();
    let document = json!({
        "format": FORMAT,
        "segment": account.name(),
        "packs": account.model.project.packs,
        "complete": account.obligations.complete,
        "summary": {
            "discharged": count(Standing::Discharged),
            "excepted": count(Standing::Excepted),
            "doubtful": count(Standing::Doubtful),
            "open": count(Standing::Open),
        },
        "obligations": account.obligations.all.iter().map(|one| obligation(account, one)).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn obligation(account: &Account<'_>, one: &Obligation) -> Value {
    let (duty, about) = one.duty.about(account.model);
    let place = |span: Option<Span>| account.place(span).map(|(file, line)| json!({ "file": file, "line": line }));
    let origins = one
        .origins
        .iter()
        .map(|origin| json!({ "from": origin.from.word(), "says": origin.says, "place": place(origin.place) }));
    let by = one
        .discharged
        .iter()
        .map(|by| json!({ "by": by.by.word(), "when": by.by.when(), "says": by.says, "place": place(by.place) }));
    let findings = one.findings.iter().map(|finding| {
        json!({
            "code": finding.code.0,
            "severity": finding.severity.word(),
            "message": finding.message,
            "place": place(finding.place),
            "excepted": finding.excepted,
            "help": finding.help,
        })
    });
    json!({
        "duty": duty,
        "about": about,
        "owed": one.owed,
        "standing": one.standing().word(),
        "origins": origins.collect::<Vec<_>>(),
        "discharged": by.collect::<Vec<_>>(),
        "sums": one.sums,
        "steps": one.steps,
        "findings": findings.collect::<Vec<_>>(),
    })
}
