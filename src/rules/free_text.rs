//! IDN-11: a field in which people write whatever they like is handed out (an error), or decides (a warning), be it about the rows of a
//! query that are read.

use super::tools::{chain, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::{FieldId, Model, Segment};
use crate::privacy::{Context as Standing, Read, queries};

pub(super) static RULE: Rule = Rule { code: Code("IDN-11"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let (mut seen, mut chosen) = (Vec::new(), Vec::new());
        for read in &cx.facts.segment(id).reads {
            let place = (read.entry, read.field);
            if let Some(finding) = loose(cx.model, segment, read).filter(|_| !seen.contains(&place)) {
                seen.push(place);
                findings.push(finding);
            }
            for field in choosing(cx.model, read) {
                if !chosen.contains(&field) {
                    chosen.push(field);
                    findings.push(choice(cx.model, segment, read, field));
                }
            }
        }
    }
}

fn loose(model: &Model, segment: &Segment, read: &Read) -> Option<Diagnostic> {
    let field = &model.fields[read.field?];
    if !field.labels.free_text || field.one_of.is_some() {
        return None;
    }
    let name = what(model, read);
    let (severity, message) = match read.context {
        Standing::Expose => (Severity::Error, format!("`{name}` is free text, and free text is not handed out")),
        Standing::Condition | Standing::Filter | Standing::Aggregate => {
            (Severity::Warning, format!("`{name}` is free text, and may hold anything about anybody"))
        }
        Standing::Rows | Standing::Link | Standing::Training | Standing::Cap | Standing::Delivery => return None,
    };
    let finding =
        Diagnostic::new(RULE.code, severity, message).at(read.entry, format!("read here{}", through(model, read)));
    Some(
        chain(model, finding, read)
            .and(field.name.span, "labelled `free text`")
            .because("what was written for one colleague would decide who is reached, or leave the house")
            .help("use a field whose values are known: `one of …`")
            .about(&segment.name.value),
    )
}

/// The free texts by which a query chose the rows that are read.
fn choosing(model: &Model, read: &Read) -> Vec<FieldId> {
    let is_read = match read.context {
        Standing::Training | Standing::Cap => false,
        Standing::Condition
        | Standing::Filter
        | Standing::Aggregate
        | Standing::Rows
        | Standing::Link
        | Standing::Expose
        | Standing::Delivery => read.field.is_none(),
    };
    let deciding = if is_read { queries::deciding(model, read.table) } else { Vec::new() };
    let loose = |field: &FieldId| model.fields[*field].labels.free_text && model.fields[*field].one_of.is_none();
    deciding.into_iter().filter(loose).collect()
}

fn choice(model: &Model, segment: &Segment, read: &Read, field: FieldId) -> Diagnostic {
    let (field, rows) = (&model.fields[field], &model.tables[read.table]);
    let name = format!("{}.{}", model.tables[field.table].name.value, field.name.value);
    let message = format!(
        "`{name}` is free text, may hold anything about anybody, and chooses the rows of `{}`",
        rows.name.value
    );
    let finding = Diagnostic::new(RULE.code, Severity::Warning, message)
        .at(read.entry, format!("read here{}", through(model, read)))
        .and(rows.name.span, "computed by a query");
    chain(model, finding, read)
        .and(field.name.span, "labelled `free text`")
        .because("what was written for one colleague would decide who is reached")
        .help("choose the rows by a field whose values are known: `one of …`")
        .about(&segment.name.value)
}
