//! CON-24: what was recorded on people's leave is read about people who never gave it, or took it back.
//!
//! A source says that its rows are `collected under consent` to a purpose: that no row is older than the yes is its collector's promise. Whoever
//! reads it must ask for that consent as well, so that nobody's rows are read who has not agreed, or no longer does.

use std::collections::BTreeSet;

use super::tools::{chain, mend, purpose_name, rests_on, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, ConsentClause, Model, PurposeId, Segment};
use crate::privacy::Read;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("CON-24"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    findings.extend(cx.model.tables.values().filter_map(|table| {
        let under = table.gathering.collected_under?;
        (!rests_on(cx.model, under.value, Basis::Consent)).then(|| {
            let (name, purpose) = (&table.name.value, purpose_name(cx.model, under.value));
            Diagnostic::error(
                RULE.code,
                format!("`{purpose}` does not rest on consent, so nothing was collected under it"),
            )
            .at(under.span, "no consent to be under")
            .because("a promise that cannot be kept would stand in the catalogue")
            .help("name the purpose to which people agreed when a row was recorded")
            .about(name)
        })
    }));
    for (id, segment) in cx.model.segments.iter() {
        let mut told = BTreeSet::new();
        for read in &cx.facts.segment(id).reads {
            let table = cx.model.governing(read.table);
            let Some(under) = cx.model.tables[table].gathering.collected_under else { continue };
            let unasked = rests_on(cx.model, under.value, Basis::Consent) && !asks(segment, under.value);
            if unasked && told.insert(under.value) {
                findings.push(unasked_for(cx.model, segment, read, under));
            }
        }
    }
}

fn asks(segment: &Segment, purpose: PurposeId) -> bool {
    match segment.consent.as_ref().map(|clause| &clause.value) {
        Some(ConsentClause::Required(asked)) => asked.iter().any(|asked| asked.value == purpose),
        Some(ConsentClause::NotNeeded { .. }) => false,
        // CON-01 says it.
        None => true,
    }
}

fn unasked_for(model: &Model, segment: &Segment, read: &Read, under: Spanned<PurposeId>) -> Diagnostic {
    let (what, purpose) = (what(model, read), purpose_name(model, under.value));
    let message = format!("`{what}` was collected under consent to `{purpose}`, which this segment does not ask for");
    let finding =
        Diagnostic::error(RULE.code, message).at(read.entry, format!("reads `{what}`{}", through(model, read)));
    let finding = chain(model, finding, read)
        .and(under.span, "collected on that leave only")
        .because("people would be judged by what was recorded before they agreed, or after they had taken it back")
        .help(format!("name `{purpose}` in `consent` too; it may name more than the segment's own purpose"))
        .about(&segment.name.value);
    match segment.consent.as_ref().map(|clause| &clause.value) {
        Some(ConsentClause::Required(asked)) => match asked.last() {
            Some(last) => mend(finding, "ask for it too", vec![(last.span.after(), format!(", {purpose}"))]),
            None => finding,
        },
        Some(ConsentClause::NotNeeded { .. }) | None => finding,
    }
}
