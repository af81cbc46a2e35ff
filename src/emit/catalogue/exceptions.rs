//! Exceptions and releases: what somebody let be, who, until when, why, and what that lets through now.
//!
//! Nothing here is reckoned against a day: an exception past its end stops the compiler, so what is built rests on none.

use super::Catalogue;
use super::markdown::{code, name, prose, table, text};
use crate::model::{Date, Exception, Model, Release};
use crate::source::Spanned;

/// The heads of the table of exceptions.
const HEADS: [&str; 6] = ["policy", "for", "approved by", "on", "until", "because"];

/// The page; `None` where nothing is excepted or released.
pub(super) fn page(catalogue: &Catalogue<'_>) -> Option<String> {
    let model = catalogue.model;
    if model.exceptions.is_empty() && model.releases.is_empty() {
        return None;
    }
    let mut out =
        "# Exceptions and releases\n\nWhat is forbidden here and was let be, by whom, until when and why.\n".to_owned();
    for exception in &model.exceptions {
        out += &format!("\n{}", section(catalogue, exception));
    }
    if !model.releases.is_empty() {
        let rows: Vec<Vec<String>> = model.releases.iter().map(|release| released(model, release)).collect();
        let heads = ["field", "does not count as", "approved by", "on", "until", "because"];
        out += &format!("\n## Releases\n\n{}", table(&heads, &rows));
    }
    Some(out)
}

/// The section of the index; empty where nothing is excepted or released.
pub(super) fn index(catalogue: &Catalogue<'_>) -> String {
    let model = catalogue.model;
    if model.exceptions.is_empty() && model.releases.is_empty() {
        return "\n## Exceptions\n\nNone.\n".to_owned();
    }
    let rows: Vec<Vec<String>> = model.exceptions.iter().map(|one| row(model, one, "segments/")).collect();
    let rows = if rows.is_empty() { String::new() } else { format!("{}\n", table(&HEADS, &rows)) };
    format!("\n## Exceptions\n\n{rows}[What they let be, and every release](exceptions.md)\n")
}

fn section(catalogue: &Catalogue<'_>, exception: &Exception) -> String {
    let model = catalogue.model;
    let policy = exception.policy.map(|policy| &model.policies[policy.value]);
    let name = policy.map(|policy| policy.name.value.as_str()).unwrap_or_default();
    let title = policy.and_then(|policy| policy.title.as_deref()).map(|title| format!("{}\n\n", text(title)));
    let names: Vec<&str> = exception.segments.iter().map(|id| model.segments[id.value].name.value.as_str()).collect();
    let about = catalogue.findings.iter().filter(|finding| {
        let subject = finding.subject.as_deref();
        finding.suppressed.is_some()
            && finding.policy.as_deref() == Some(name)
            && names.iter().any(|name| subject == Some(name))
    });
    let lets: String = about.map(|finding| format!("- {}: {}\n", finding.code, prose(&finding.message))).collect();
    let lets = if lets.is_empty() { "Nothing at present.\n".to_owned() } else { lets };
    let owners = exception.segments.iter().map(|id| {
        let segment = &model.segments[id.value];
        let owner = segment.owner.as_ref().map_or_else(|| "nobody is named".to_owned(), |owner| text(&owner.value));
        format!("{}: {owner}", code(&segment.name.value))
    });
    let owners = owners.collect::<Vec<_>>().join("; ");
    format!(
        "## {}\n\n{}{}\nWho answers for what is excepted: {owners}.\n\nIt lets be:\n\n{lets}",
        code(name),
        title.unwrap_or_default(),
        table(&HEADS, &[row(model, exception, "segments/")]),
    )
}

fn row(model: &Model, exception: &Exception, folder: &str) -> Vec<String> {
    let names = exception.segments.iter().map(|id| {
        let name = &model.segments[id.value].name.value;
        format!("[{0}]({folder}{0}.md)", self::name(name))
    });
    vec![
        exception.policy.map(|policy| code(&model.policies[policy.value].name.value)).unwrap_or_default(),
        names.collect::<Vec<_>>().join(", "),
        said(exception.approved_by.as_ref()),
        day(exception.approved_on),
        day(exception.until),
        said(exception.because.as_ref()),
    ]
}

fn released(model: &Model, release: &Release) -> Vec<String> {
    let field = &model.fields[release.field.value];
    let from: Vec<_> = release.from.iter().map(|from| code(&from.value)).collect();
    vec![
        code(&format!("{}.{}", model.tables[field.table].name.value, field.name.value)),
        from.join(", "),
        said(release.approved_by.as_ref()),
        day(release.approved_on),
        day(release.until),
        said(release.because.as_ref()),
    ]
}

fn said(words: Option<&Spanned<String>>) -> String {
    words.map(|words| text(&words.value)).unwrap_or_default()
}

fn day(day: Option<Spanned<Date>>) -> String {
    day.map(|day| day.value.to_string()).unwrap_or_default()
}
