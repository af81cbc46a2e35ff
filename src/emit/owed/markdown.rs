//! The account as Markdown: a page to be signed, or a section of the segment's page in the catalogue. What stands open is told in
//! full, what is discharged is a table, and the derivations are folded away below it.

use super::{Account, BEYOND, asker, heading, means, reckoned, shortly, undone};
use crate::emit::catalogue::markdown::{code, prose, table, text};
use crate::privacy::obligations::{By, Obligation, Standing};

pub(super) fn page(account: &Account<'_>) -> String {
    let title = account.title();
    let title = if title.is_empty() { String::new() } else { format!("{}\n\n", text(title)) };
    let section = section(account, false);
    format!("# What {} owes\n\n{title}{section}\n\nRead and approved by:\n\nOn:\n", code(account.name()))
}

/// `folded`: what is discharged is folded away, as it follows upon pages that told it in other words.
pub(super) fn section(account: &Account<'_>, folded: bool) -> String {
    let mut out = format!("## What is owed, and what discharges it\n\n{}\n", prose(&account.summary()));
    for (standing, group) in account.groups() {
        let n = group.len();
        if standing == Standing::Discharged && folded {
            let table = discharged(account, &group);
            out += &format!(
                "\n<details>\n<summary>The {n} that are discharged, and by what</summary>\n\n{table}\n</details>\n"
            );
            continue;
        }
        out += &format!("\n### {}\n\n", heading(standing));
        match standing {
            Standing::Discharged => out += &discharged(account, &group),
            Standing::Open | Standing::Doubtful | Standing::Excepted => {
                out.extend(group.into_iter().map(|one| obligation(account, one)));
            }
        }
    }
    out + &format!("\n{}\n", text(BEYOND))
}

fn discharged(account: &Account<'_>, group: &[&Obligation]) -> String {
    let placed = account.sources.is_some();
    let mut heads = vec!["owed", "discharged by"];
    heads.extend(placed.then_some("written in"));
    let row = |one: &&Obligation| {
        let place = placed.then(|| text(&account.where_of(one).unwrap_or_default()));
        // What somebody wrote down is what they sign for.
        let clauses = one.discharged.iter().filter(|by| by.by == By::Clause && !by.says.is_empty());
        let said: Vec<String> = clauses.map(|by| prose(&by.says)).collect();
        let said = if said.is_empty() { String::new() } else { format!(": {}", said.join("; ")) };
        [prose(&account.owed(one)), format!("{}{said}", text(&shortly(one)))].into_iter().chain(place).collect()
    };
    let rows: Vec<Vec<String>> = group.iter().map(row).collect();
    let derived: String = group.iter().map(|one| obligation(account, one)).collect();
    let summary = format!("How each of the {} is derived", group.len());
    format!("{}\n<details>\n<summary>{summary}</summary>\n\n{derived}\n</details>\n", table(&heads, &rows))
}

fn obligation(account: &Account<'_>, one: &Obligation) -> String {
    let owed = prose(&account.owed(one));
    let owed = if one.standing() == Standing::Open { format!("**{owed}**") } else { owed };
    let origins = one
        .origins
        .iter()
        .map(|origin| format!("asked by {}: {}{}", asker(origin.from), origin.says, account.placed(origin.place)));
    let lead = undone(one.standing());
    let by =
        one.discharged.iter().map(|by| format!("{lead} {}: {}{}", means(by.by), by.says, account.placed(by.place)));
    let steps = reckoned(one).into_iter().map(|step| format!("reckoned: {step}"));
    let findings = one.findings.iter().flat_map(|finding| {
        let place = account.placed(finding.place);
        let found = format!("{} {}: {}{place}", finding.severity.word(), finding.code, finding.message);
        let then = match (&finding.excepted, &finding.help) {
            (Some(why), _) => Some(format!("let be: {why}")),
            (None, help) => help.as_ref().map(|help| format!("asked instead: {help}")),
        };
        [Some(found), then].into_iter().flatten()
    });
    let lines: String =
        origins.chain(by).chain(steps).chain(findings).map(|line| format!("  - {}\n", prose(&line))).collect();
    format!("- {owed}\n{lines}")
}
