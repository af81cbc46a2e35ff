//! The account as Markdown: a page to be signed, or a section of the segment's page in the catalogue.

use super::{Account, BEYOND, asker, heading, means, reckoned};
use crate::emit::catalogue::markdown::{code, text};
use crate::privacy::obligations::{Obligation, Standing};

pub(super) fn page(account: &Account<'_>) -> String {
    let title = account.title();
    let title = if title.is_empty() { String::new() } else { format!("{}\n\n", text(title)) };
    format!("# What {} owes\n\n{title}{}\n\nRead and approved by:\n\nOn:\n", code(account.name()), section(account))
}

pub(super) fn section(account: &Account<'_>) -> String {
    let mut out = format!("## What is owed, and what discharges it\n\n{}\n", text(&account.summary()));
    for (standing, group) in account.groups() {
        out += &format!("\n### {}\n\n", heading(standing));
        out.extend(group.into_iter().map(|one| obligation(account, one, standing)));
    }
    out + &format!("\n{}\n", text(BEYOND))
}

fn obligation(account: &Account<'_>, one: &Obligation, standing: Standing) -> String {
    let owed = text(&one.owed);
    let owed = if standing == Standing::Open { format!("**{owed}**") } else { owed };
    let origins = one
        .origins
        .iter()
        .map(|origin| format!("asked by {}: {}{}", asker(origin.from), origin.says, account.placed(origin.place)));
    let by = one
        .discharged
        .iter()
        .map(|by| format!("discharged by {}: {}{}", means(by.by), by.says, account.placed(by.place)));
    let steps = reckoned(one).into_iter().map(|step| format!("reckoned: {step}"));
    let findings = one.findings.iter().flat_map(|finding| {
        let found = format!(
            "{} {}: {}{}",
            finding.severity.word(),
            finding.code,
            finding.message,
            account.placed(finding.place)
        );
        [Some(found), finding.excepted.as_ref().map(|why| format!("excepted: {why}"))].into_iter().flatten()
    });
    let lines: String =
        origins.chain(by).chain(steps).chain(findings).map(|line| format!("  - {}\n", text(&line))).collect();
    format!("- {owed}\n{lines}")
}
