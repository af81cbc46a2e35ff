//! IDN-11: a field in which people write whatever they like is handed out (an error), or decides (a warning).

use super::tools::{chain, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::{Model, Segment};
use crate::privacy::{Context as Standing, Read};

pub(super) static RULE: Rule = Rule { code: Code("IDN-11"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let mut seen = Vec::new();
        for read in &cx.facts.segment(id).reads {
            let place = (read.entry, read.field);
            if let Some(finding) = loose(cx.model, segment, read).filter(|_| !seen.contains(&place)) {
                seen.push(place);
                findings.push(finding);
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
