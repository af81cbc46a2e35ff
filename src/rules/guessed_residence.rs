//! JUR-02: the field by which people's residence is told says where they pay or connect, not where they live.
//!
//! Decided by the field's own labels. A bare column has none of its own, and says nothing either way.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{FieldRole, Residence, TableKind};
use crate::privacy::taxonomy::is_under;

pub(super) static RULE: Rule = Rule { code: Code("JUR-02"), check };

/// What tells of a device, a connection or a payment.
const ELSEWHERE: [&str; 4] = ["technical", "financial", "commercial.payment", "identity"];

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for table in cx.model.tables.values() {
        let TableKind::Entity(facts) = &table.kind else { continue };
        let Some(residence) = facts.residence else { continue };
        let Residence::Field(field) = residence.value else { continue };
        let field = &cx.model.fields[field];
        let guessed = |category: &&crate::source::Spanned<String>| {
            ELSEWHERE.iter().any(|root| is_under(cx.model, &category.value, root))
        };
        let Some(label) = field.labels.categories.iter().find(guessed).filter(|_| field.role == FieldRole::Plain)
        else {
            continue;
        };
        let (name, field) = (&table.name.value, &field.name.value);
        let message = format!("`{field}` is `{}`, and says where people of `{name}` live", label.value);
        findings.push(
            Diagnostic::warning(RULE.code, message)
                .at(residence.span, "a guess at where somebody lives")
                .and(label.span, format!("its label is `{}`", label.value))
                .because("a card or a connection from abroad would put somebody under rules that protect them less")
                .help("name a field that people gave themselves, labelled `location.country`; whoever has none takes the strictest rules")
                .about(name),
        );
    }
}
