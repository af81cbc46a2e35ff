//! RET-13: what is known of children is kept without end, or longer than the record of the person itself.
//!
//! Decided by the label `minor` on a field of the table, never by names.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{FieldRole, Length, Model, Retain, Table, TableId, TableKind};
use crate::privacy::retention::fits;
use crate::privacy::taxonomy::is_under;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("RET-13"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for table in cx.model.tables.values() {
        let Some(label) = of_children(cx.model, table) else { continue };
        let Some(retain) = &table.retain else { continue };
        let Some((lack, place)) = too_long(cx.model, table, &retain.value) else { continue };
        findings.push(
            Diagnostic::error(RULE.code, format!("`{}` tells of children and is kept {lack}", table.name.value))
                .at(retain.span, place)
                .and(label.span, format!("its label is `{}`", label.value))
                .because("a childhood would stay on file for somebody who never chose to write it down")
                .help("keep it for a length of time that ends, no longer than the person's own record")
                .about(&table.name.value),
        );
    }
}

/// The label by which a table tells of children.
fn of_children<'m>(model: &'m Model, table: &'m Table) -> Option<&'m Spanned<String>> {
    let fields = table.fields.iter().map(|id| &model.fields[*id]).filter(|field| field.role == FieldRole::Plain);
    fields.flat_map(|field| &field.labels.categories).find(|label| is_under(model, &label.value, "minor"))
}

/// How its retention is too long, and what to say at its place.
fn too_long(model: &Model, table: &Table, retain: &Retain) -> Option<(String, String)> {
    match retain {
        Retain::WhileListed { .. } => Some(("without end".to_owned(), "no length of time".to_owned())),
        Retain::For { length, .. } => {
            let own = own_record(model, table)?;
            let too_long = !fits(*length, own);
            too_long
                .then(|| (format!("for {length}, longer than the person's own record"), format!("longer than {own}")))
        }
    }
}

/// How long the entity's own record is kept, where the table is not the entity itself.
fn own_record(model: &Model, table: &Table) -> Option<Length> {
    let entity: TableId = match &table.kind {
        TableKind::Source { of } | TableKind::List { of } => *of,
        TableKind::Score(facts) => facts.of,
        TableKind::Visits(_)
        | TableKind::Entity(_)
        | TableKind::Rows { .. }
        | TableKind::Lookup { .. }
        | TableKind::Error => return None,
    };
    match &model.tables[entity].retain.as_ref()?.value {
        Retain::For { length, .. } => Some(*length),
        Retain::WhileListed { .. } => None,
    }
}
