//! GOV-07: a field says neither what kind of data it is nor that it is not personal.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::FieldRole;

pub(super) static RULE: Rule = Rule { code: Code("GOV-07"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let unlabelled = cx.model.fields.values().filter(|field| field.role == FieldRole::Plain && field.labels.is_empty());
    findings.extend(unlabelled.map(|field| {
        let table = &cx.model.tables[field.table].name.value;
        Diagnostic::error(RULE.code, format!("field `{table}.{}` has no label", field.name.value))
            .at(field.name.span, "what kind of data is it?")
            .because("what it says of people could be used for anything, as no rule would know it")
            .help("write its category after the type, say `is commercial.purchases`, or `is not personal`")
            .about(table)
    }));
}
