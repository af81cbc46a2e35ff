//! RET-07: data is kept for as long as somebody opens messages, where France holds that an opening is no contact.
//!
//! Decided by the label of the field after which retention is counted: a click or a purchase has another one.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{FieldRole, Model, Residence, Retain, TableId, TableKind};
use crate::privacy::taxonomy::is_under;

pub(super) static RULE: Rule = Rule { code: Code("RET-07"), check };

const OPENS: &str = "communication.engagement.opens";

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, table) in cx.model.tables.iter().filter(|(id, _)| may_live_in_france(cx.model, *id)) {
        let Some(retain) = &table.retain else { continue };
        let Retain::For { after: Some(field), .. } = &retain.value else { continue };
        let field = &cx.model.fields[*field];
        let opens = field.labels.categories.iter().find(|label| is_under(cx.model, &label.value, OPENS));
        let Some(label) = opens.filter(|_| field.role != FieldRole::Bare) else { continue };
        let message =
            format!("`{}` is kept after `{}`, which is the opening of a message", table.name.value, field.name.value);
        findings.push(
            Diagnostic::warning(RULE.code, message)
                .at(retain.span, "starts anew whenever a message is opened")
                .and(label.span, format!("its label is `{}`", label.value))
                .because("a picture that a mail program loads by itself would keep somebody's data for ever")
                .help("count from what people did themselves: a click, a purchase, a call")
                .about(&table.name.value),
        );
    }
}

/// Whether somebody of a table's entity may live in France by the jurisdictions that are declared.
fn may_live_in_france(model: &Model, table: TableId) -> bool {
    let french = |id| model.jurisdictions[id].countries.iter().any(|country| country.value == "FR");
    let entity = match &model.tables[table].kind {
        TableKind::Entity(_) => table,
        TableKind::Source { of } | TableKind::List { of } => *of,
        TableKind::Score(facts) => facts.of,
        TableKind::Visits(facts) => facts.of,
        TableKind::Rows { .. } | TableKind::Lookup { .. } | TableKind::Error => return false,
    };
    match model.entity_facts(entity).and_then(|facts| facts.residence).map(|residence| residence.value) {
        Some(Residence::Always(id)) => french(id),
        Some(Residence::Field(_)) => model.jurisdictions.iter().any(|(id, _)| french(id)),
        None => false,
    }
}
