//! LEG-05: one table of people stands under two entities, and only one of them has a ledger of who is restricted or erased.

use super::tools::denials_reach;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ConsentState, Ledger, LedgerRows, Model, SubjectKind, TableId};

pub(super) static RULE: Rule = Rule { code: Code("LEG-05"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let model = cx.model;
    let people: Vec<TableId> = model.tables.ids().filter(|id| is_person(model, *id)).collect();
    for id in people.iter().filter(|id| control(model, **id).is_none()) {
        let twin = people.iter().filter(|other| *other != id && alike(model, **other, *id));
        let Some((twin, ledger)) = twin.into_iter().find_map(|twin| Some((*twin, control(model, *twin)?))) else {
            continue;
        };
        let (name, other) = (&model.tables[*id].name, &model.tables[twin].name);
        let message = format!(
            "`{}` are the people of `{}` again, and no ledger says who of them is restricted or erased",
            name.value, other.value
        );
        let finding = Diagnostic::error(RULE.code, message)
            .at(name.span, "the same table")
            .and(ledger.name.span, format!("speaks of `{}` only", other.value))
            .because("whoever asked for a halt, or to be forgotten, would be reached under the other name")
            .help(format!("write segments of `{}`, or declare the ledger for `{}`, too", other.value, name.value))
            .about(&name.value);
        findings.push(finding);
    }
}

fn is_person(model: &Model, id: TableId) -> bool {
    model.entity_facts(id).is_some_and(|facts| match facts.subject_kind {
        SubjectKind::Person => true,
        SubjectKind::Account | SubjectKind::Household | SubjectKind::Device => false,
    })
}

/// A ledger that can say that one of these people is restricted or erased.
fn control(model: &Model, entity: TableId) -> Option<&Ledger> {
    model.ledgers.values().find(|ledger| speaks(ledger) && denials_reach(model, ledger, entity))
}

fn speaks(ledger: &Ledger) -> bool {
    match &ledger.rows {
        LedgerRows::Events(events) => {
            events.states.iter().any(|(_, state)| matches!(state, ConsentState::Restricted | ConsentState::Erased))
        }
        LedgerRows::States(_) => false,
    }
}

/// Whether both take their people from one table.
fn alike(model: &Model, a: TableId, b: TableId) -> bool {
    let (a, b) = (base(model, a), base(model, b));
    a.zip(b).is_some_and(|(a, b)| model.is_one_table(a, b))
}

/// The table that the people are in: of a query, the one that its key is a column of.
fn base(model: &Model, entity: TableId) -> Option<&[String]> {
    let physical = model.tables[entity].physical.as_ref()?;
    let Some(statement) = model.query_of(Some(physical)) else { return Some(&physical.value) };
    let key = &model.fields[model.entity_facts(entity)?.key?].column;
    let column = statement.trace.columns.iter().find(|column| column.name == *key)?;
    column.same.as_ref().map(|cell| cell.table.as_slice())
}
