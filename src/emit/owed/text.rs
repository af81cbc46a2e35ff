//! The account for a terminal, every derivation written out: a tree, what is open first.

use std::fmt::Write;

use super::{Account, BEYOND, asker, heading, means, reckoned, undone};
use crate::diagnostic::terminal::wrap;
use crate::diagnostic::text;
use crate::privacy::obligations::{Obligation, Standing};

pub(super) fn render(account: &Account<'_>, width: usize) -> String {
    let mut out = head(account, width);
    for (standing, group) in account.groups() {
        let _ = writeln!(out, "\n{} ({})", heading(standing), group.len());
        group.into_iter().for_each(|one| obligation(&mut out, account, one, width));
    }
    out.push('\n');
    paragraph(&mut out, "", BEYOND, width);
    out
}

/// Obligations that were asked for alone.
pub(super) fn some(account: &Account<'_>, chosen: &[&Obligation], width: usize) -> String {
    let mut out = head(account, width);
    chosen.iter().for_each(|one| obligation(&mut out, account, one, width));
    out
}

pub(super) fn head(account: &Account<'_>, width: usize) -> String {
    let mut out = String::new();
    let segment = &account.model.segments[account.obligations.segment];
    let place = account.placed(Some(segment.name.span));
    paragraph(&mut out, "", &format!("{}: {}{place}", account.name(), account.title()), width);
    paragraph(&mut out, "", &account.summary(), width);
    out
}

pub(super) fn mark(standing: Standing) -> &'static str {
    match standing {
        Standing::Discharged => "[x] ",
        Standing::Excepted => "[~] ",
        Standing::Doubtful => "[?] ",
        Standing::Open => "[ ] ",
    }
}

fn obligation(out: &mut String, account: &Account<'_>, one: &Obligation, width: usize) {
    out.push('\n');
    paragraph(out, mark(one.standing()), &account.owed(one), width);
    for origin in &one.origins {
        let from = format!("    asked by {}: ", asker(origin.from));
        paragraph(out, &from, &format!("{}{}", origin.says, account.placed(origin.place)), width);
    }
    let lead = undone(one.standing());
    for by in &one.discharged {
        let said = format!("{}: {}{}", means(by.by), by.says, account.placed(by.place));
        paragraph(out, &format!("    {lead} "), &said, width);
    }
    for step in reckoned(one) {
        paragraph(out, "    reckoned: ", step, width);
    }
    findings(out, account, one, width);
}

/// What stands against an obligation, and what is asked instead.
pub(super) fn findings(out: &mut String, account: &Account<'_>, one: &Obligation, width: usize) {
    for finding in &one.findings {
        let place = account.placed(finding.place);
        let said = format!("{}{place}", finding.message);
        paragraph(out, &format!("    {}[{}]: ", finding.severity.word(), finding.code), &said, width);
        if let Some(why) = &finding.excepted {
            paragraph(out, "    let be: ", why, width);
        } else if let Some(help) = &finding.help {
            paragraph(out, "    asked instead: ", help, width);
        }
    }
}

/// A lead, then words that are broken to stand under the first of them.
pub(super) fn paragraph(out: &mut String, lead: &str, said: &str, width: usize) {
    let indent = if lead.len() > 24 { 8 } else { lead.len() };
    for (index, line) in wrap(&text::line(said), width, lead.len(), indent).into_iter().enumerate() {
        let lead = if index == 0 { lead.to_owned() } else { " ".repeat(indent) };
        let _ = writeln!(out, "{}", format!("{lead}{line}").trim_end());
    }
}
