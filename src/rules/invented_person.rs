//! MIN-02 and JUR-01: a query stands for an entity, and makes up when people were born or where they live, where nobody knows.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::statement::made::{Made, made, place};
use crate::model::{FieldId, Residence, Statement, TableId};

pub(super) static BIRTHDAY: Rule = Rule { code: Code("MIN-02"), check: |cx, findings| check(cx, "MIN-02", findings) };
pub(super) static COUNTRY: Rule = Rule { code: Code("JUR-01"), check: |cx, findings| check(cx, "JUR-01", findings) };

fn check(cx: &Context<'_>, code: &str, findings: &mut Vec<Diagnostic>) {
    for (id, table) in cx.model.tables.iter() {
        let Some((facts, statement)) = cx.model.entity_facts(id).zip(cx.model.query_of(table.physical.as_ref())) else {
            continue;
        };
        let birth = facts.birth.as_ref().map(|birth| (birth.value, BIRTH));
        let residence = facts.residence.as_ref().and_then(|residence| match residence.value {
            Residence::Field(field) => Some((field, RESIDENCE)),
            Residence::Always(_) => None,
        });
        findings.extend(
            [birth, residence]
                .into_iter()
                .flatten()
                .filter(|(_, what)| what.0 == code)
                .filter_map(|(field, what)| invented(cx, id, statement, field, what)),
        );
    }
}

/// The class, what it is called, and what comes of it.
type What = (&'static str, &'static str, &'static str);

const BIRTH: What = (
    "MIN-02",
    "when people were born",
    "a child whose birthday nobody knows would count as an adult, and be reached as one",
);
const RESIDENCE: What = (
    "JUR-01",
    "where people live",
    "whoever lives elsewhere, or nobody knows where, would lose the rights of the place",
);

fn invented(
    cx: &Context<'_>,
    entity: TableId,
    statement: &Statement,
    field: FieldId,
    (code, what, because): What,
) -> Option<Diagnostic> {
    let (field, name) = (&cx.model.fields[field], &cx.model.tables[entity].name);
    let place = place(&statement.body, &field.column)?;
    let computed = statement.body.of.iter().flat_map(|selection| made(selection, place)).any(|way| match way {
        Made::Column | Made::Nothing => false,
        Made::Constant(_) | Made::Folded | Made::Computed => true,
    });
    computed.then(|| {
        Diagnostic::error(Code(code), format!("the query of entity `{}` makes up {what}", name.value))
            .at(statement.span, format!("computes `{}`", field.column))
            .and(field.name.span, "decides whose rules hold")
            .because(because)
            .help(format!(
                "select the column as it is, `{}` missing where it is missing: unknown counts on the safe side",
                field.column
            ))
            .about(&name.value)
    })
}
