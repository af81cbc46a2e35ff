//! CON-23: no ledger can grant the consent that a segment asks for.

use super::tools::{Kinship, can_grant, consent_purposes, kinship, ledgers, purpose_name};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ConsentClause, Model, PurposeId, Segment, TableId};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("CON-23"), check };

/// A purpose that a segment asks for and that no ledger of its entity can grant.
pub(super) struct Lack<'m> {
    pub(super) segment: &'m Segment,
    pub(super) entity: TableId,
    pub(super) purpose: PurposeId,
    pub(super) name: &'m str,
    pub(super) span: Span,
}

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for lack in unobtainable(cx.model).filter(|lack| !granted_nearby(cx.model, lack)) {
        let entity = &cx.model.tables[lack.entity].name.value;
        let finding = Diagnostic::error(RULE.code, format!("no ledger of `{entity}` can grant `{}`", lack.name))
            .at(lack.span, "nobody can ever have agreed to this")
            .and(cx.model.purposes[lack.purpose].name.span, "the purpose is declared here")
            .because("the audience would be empty for ever, which tempts somebody to take the clause away")
            .help(format!(
                "map a code of a ledger of `{entity}` to it, or suspend the purpose with a reason until there is one"
            ))
            .about(&lack.segment.name.value);
        findings.push(finding);
    }
}

/// Every consent that is asked for and cannot be on record, suspended purposes apart.
pub(super) fn unobtainable(model: &Model) -> impl Iterator<Item = Lack<'_>> {
    model.segments.values().flat_map(move |segment| {
        let asked = match segment.consent.as_ref().map(|clause| &clause.value) {
            Some(ConsentClause::Required(asked)) => asked.as_slice(),
            Some(ConsentClause::NotNeeded { .. }) | None => &[],
        };
        // Where the clause misses the segment's own purpose, that is the mistake (CON-04), and what it names instead is beside the point.
        let astray = consent_purposes(model, segment).any(|p| asked.iter().all(|asked| asked.value != p.value));
        asked.iter().filter(move |_| !astray).filter_map(move |asked| {
            let (entity, purpose) = (segment.entity?, asked.value);
            let obtainable = is_obtainable(model, entity, purpose);
            let name = purpose_name(model, purpose);
            (!obtainable).then_some(Lack { segment, entity, purpose, name, span: asked.span })
        })
    })
}

/// Whether a ledger of an entity can hold leave for a purpose; a suspended purpose asks for none.
pub(super) fn is_obtainable(model: &Model, entity: TableId, purpose: PurposeId) -> bool {
    let own = |ledger| kinship(model, ledger, entity) == Kinship::Own && can_grant(model, ledger, purpose);
    model.suspended(purpose).is_some() || ledgers(model).any(|(_, ledger)| own(ledger))
}

fn granted_nearby(model: &Model, lack: &Lack<'_>) -> bool {
    ledgers(model).any(|(_, ledger)| {
        kinship(model, ledger, lack.entity) == Kinship::Linked && can_grant(model, ledger, lack.purpose)
    })
}
