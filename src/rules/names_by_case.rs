//! DIA-03, before anything is built: two segments whose names differ in upper and lower case only.
//!
//! The files that are written for them are one file wherever names of files ignore case, and so are the views of most warehouses: whoever reads
//! the people of one would get those of the other. What only a dialect takes for one another is told when it is built.

use std::collections::BTreeMap;

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("DIA-03"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut known: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
    for segment in cx.model.segments.values().filter(|segment| !segment.span.file.is_shipped()) {
        let name = &segment.name;
        let Some(other) = known.insert(name.value.to_lowercase(), name).filter(|other| other.value != name.value)
        else {
            continue;
        };
        findings.push(
            Diagnostic::error(
                RULE.code,
                format!("`{}` and `{}` differ in upper and lower case only", other.value, name.value),
            )
            .at(name.span, "taken for the other by files and warehouses that ignore case")
            .and(other.span, "the other")
            .because("one would silently replace the other, and readers of one would get the people of the other")
            .help("rename one of them")
            .about(&name.value),
        );
    }
}
