//! What the checker said of the project and stands all the same: open, under an exception or a release, or in a baseline until a day.

use super::Catalogue;
use super::markdown::{code, prose, table, text};
use crate::diagnostic::{Diagnostic, Severity, SuppressedBy};
use crate::rules::catalogue::{CLASSES, Verdict};

/// The section of the index.
pub(super) fn index(catalogue: &Catalogue<'_>) -> String {
    let standing = catalogue.findings.iter().filter(|finding| finding.severity != Severity::Note);
    let rows: Vec<Vec<String>> = standing.map(|finding| row(catalogue, finding)).collect();
    let list = if rows.is_empty() {
        "None: the checker has nothing against this project, and nothing is let be.\n".to_owned()
    } else {
        table(&["finding", "about", "what it says", "state"], &rows)
    };
    format!(
        "\n## Findings that stand\n\n{list}\n## What no file tells\n\nThe checker cannot decide these; a person has to look at them. `segma explain` and the code say how.\n\n{}",
        undecided()
    )
}

fn undecided() -> String {
    let classes = CLASSES.iter().filter(|class| class.verdict == Verdict::Undecidable);
    classes.map(|class| format!("- {}: {}\n", class.code, text(class.summary))).collect()
}

fn row(catalogue: &Catalogue<'_>, finding: &Diagnostic) -> Vec<String> {
    let about = finding.subject.as_deref().map_or_else(
        || "the project".to_owned(),
        |subject| match catalogue.plan.segments.iter().any(|plan| plan.about.name == subject) {
            true => format!("[{subject}](segments/{subject}.md)"),
            false => code(subject),
        },
    );
    let policy = finding.policy.as_deref().map(|name| format!(", by policy {}", code(name))).unwrap_or_default();
    let what = format!("{} {}{policy}", finding.severity.word(), finding.code);
    vec![what, about, prose(&finding.message), state(finding)]
}

/// Whether a finding is open, and under what it stands if not.
pub(super) fn state(finding: &Diagnostic) -> String {
    match &finding.suppressed {
        None => "open".to_owned(),
        Some(leave) => match leave.by {
            SuppressedBy::Baseline => text(&leave.words),
            SuppressedBy::Exception | SuppressedBy::Release => format!("{}: {}", leave.by.place(), text(&leave.words)),
        },
    }
}

/// How many findings there are, by their state.
pub(super) fn counted<'f>(findings: impl Iterator<Item = &'f Diagnostic> + Clone) -> String {
    let of =
        |by: Option<SuppressedBy>| findings.clone().filter(|it| it.suppressed.as_ref().map(|it| it.by) == by).count();
    let kinds = [(None, "open")].into_iter().chain(SuppressedBy::ALL.map(|by| (Some(by), by.state())));
    let said: Vec<String> =
        kinds.map(|(by, word)| (of(by), word)).filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if said.is_empty() { "none".to_owned() } else { said.join(", ") }
}
