//! What several rules share: walking over declarations, wording, and edits that mend.

use crate::diagnostic::{Diagnostic, Fix};
use crate::model::{
    Basis, Channel, ConsentState, Covers, EntityFacts, Ledger, LedgerId, LedgerOf, LedgerRows, Model, PurposeId,
    Segment, StateSays, SubjectKind, Table, TableId, TableKind,
};
use crate::privacy::{Read, Revealed, StepKind};
use crate::source::{Span, Spanned};
pub(super) use crate::source::{is_blank, names_nothing, says_nothing};

/// `` `a` ``, `` `a` and `b` ``, `` `a`, `b` and `c` ``.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The dotted name of a purpose.
pub(super) fn purpose_name(model: &Model, purpose: PurposeId) -> &str {
    &model.purposes[purpose].name.value
}

/// A mend that adds a clause on a line of its own at the head of a declaration's inside.
pub(super) fn add_clause(finding: Diagnostic, title: &str, body: Span, clause: &str) -> Diagnostic {
    finding.fix(title, body.before(), format!("\n  {clause}"))
}

/// A mend that adds a clause on the same line at the head of a declaration's inside.
pub(super) fn add_inline(finding: Diagnostic, title: &str, body: Span, clause: &str) -> Diagnostic {
    finding.fix(title, body.before(), format!(" {clause}  "))
}

/// A mend of several replacements.
pub(super) fn mend(mut finding: Diagnostic, title: &str, edits: Vec<(Span, String)>) -> Diagnostic {
    finding.fix = Some(Fix { title: title.to_owned(), edits });
    finding
}

/// What only the entity of a segment has.
pub(super) fn entity_of<'m>(model: &'m Model, segment: &Segment) -> Option<&'m EntityFacts> {
    model.entity_facts(segment.entity?)
}

/// The word for a kind of table.
pub(super) fn kind_word(table: &Table) -> &'static str {
    match &table.kind {
        TableKind::Entity(_) => "entity",
        TableKind::Source { .. } => "source",
        TableKind::Rows { .. } => "rows",
        TableKind::Lookup { .. } => "lookup",
        TableKind::List { .. } => "list",
        TableKind::Score(_) => "model",
        TableKind::Visits(_) => "sessions",
        TableKind::Error => "table",
    }
}

/// Whether it is people (or the homes of people) that the entity holds.
pub(super) fn is_people(kind: SubjectKind) -> bool {
    match kind {
        SubjectKind::Person | SubjectKind::Household => true,
        SubjectKind::Account | SubjectKind::Device => false,
    }
}

/// Whether a ledger is read for `sale opt out` and nothing else.
pub(super) fn only_opt_out(model: &Model, ledger: LedgerId) -> bool {
    model.jurisdictions.values().any(|j| j.sale_opt_out.is_some_and(|opt_out| opt_out.value == ledger))
}

/// Whose key a ledger holds, seen from an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinship {
    /// The entity's own.
    Own,
    /// Of ids, members or groups that are linked to it: denials reach it, grants never do.
    Linked,
    /// Of somebody else.
    Stranger,
}

/// How a ledger stands to an entity.
pub(super) fn kinship(model: &Model, ledger: &Ledger, entity: TableId) -> Kinship {
    match ledger.of {
        LedgerOf::Entity(of) if of == entity => Kinship::Own,
        LedgerOf::Entity(of) => {
            let joins = |from, to| model.links.values().any(|link| link.from == from && link.to == to);
            let identified = model.identities_to(entity).any(|(_, identity)| identity.entity == Some(of));
            if identified || joins(of, entity) || joins(entity, of) { Kinship::Linked } else { Kinship::Stranger }
        }
        LedgerOf::Identity(id) if model.identities[id].to == entity => Kinship::Linked,
        LedgerOf::Identity(_) => Kinship::Stranger,
    }
}

/// Whether a denial in a ledger reaches the people of an entity: its own, those of ids linked to it, and those of a group's members. What a
/// group refuses is not read for its members.
pub(super) fn denials_reach(model: &Model, ledger: &Ledger, entity: TableId) -> bool {
    let groups = model.entity_facts(entity).is_some_and(|facts| match facts.subject_kind {
        SubjectKind::Account | SubjectKind::Household => true,
        SubjectKind::Person | SubjectKind::Device => false,
    });
    match ledger.of {
        LedgerOf::Entity(of) if of == entity => true,
        LedgerOf::Entity(of) => {
            let identified = model.identities.values().any(|identity| {
                (identity.to == entity && identity.entity == Some(of))
                    || (identity.to == of && identity.entity == Some(entity))
            });
            identified || (groups && model.links.values().any(|link| link.from == of && link.to == entity))
        }
        LedgerOf::Identity(id) => model.identities[id].to == entity,
    }
}

/// Every ledger that speaks about purposes, with its place.
pub(super) fn ledgers(model: &Model) -> impl Iterator<Item = (LedgerId, &Ledger)> {
    model.ledgers.iter().filter(|(id, _)| !only_opt_out(model, *id))
}

/// Whether a ledger can hold a grant of a purpose.
pub(super) fn can_grant(model: &Model, ledger: &Ledger, purpose: PurposeId) -> bool {
    match &ledger.rows {
        LedgerRows::Events(events) => {
            events.states.iter().any(|(_, state)| *state == ConsentState::Granted)
                && events.purposes.iter().any(|(_, covers)| grant_covers(model, *covers, purpose))
        }
        LedgerRows::States(columns) => {
            let says = columns.iter().flat_map(|column| &column.arms).flat_map(|arm| &arm.says);
            says.into_iter().any(|says| match says {
                StateSays::Grants(covers) => grant_covers(model, *covers, purpose),
                StateSays::Refuses(_) | StateSays::Nothing => false,
            })
        }
    }
}

/// Whether a grant of this coverage grants a purpose.
pub(super) fn grant_covers(model: &Model, covers: Covers, purpose: PurposeId) -> bool {
    covers.grants(model, purpose)
}

/// Whether a ledger can hold a denial of a purpose.
pub(super) fn can_deny(model: &Model, ledger: &Ledger, purpose: PurposeId) -> bool {
    match &ledger.rows {
        LedgerRows::Events(events) => {
            let denies = |state: &ConsentState| matches!(state, ConsentState::Withdrawn | ConsentState::Objected);
            events.states.iter().any(|(_, state)| denies(state))
                && events.purposes.iter().any(|(_, covers)| denial_covers(model, *covers, purpose))
        }
        LedgerRows::States(columns) => {
            let says = columns.iter().flat_map(|column| &column.arms).flat_map(|arm| &arm.says);
            says.into_iter().any(|says| match says {
                StateSays::Refuses(covers) => denial_covers(model, *covers, purpose),
                StateSays::Grants(_) | StateSays::Nothing => false,
            })
        }
    }
}

/// Whether a ledger can hold a refusal of a channel as such, as a register of people who are not to be called does.
pub(super) fn can_deny_channel(ledger: &Ledger, channel: Channel) -> bool {
    let covers = |covers: &Covers| match covers {
        Covers::Channel(own) => *own == channel,
        Covers::Every | Covers::Purpose { .. } | Covers::Nothing => false,
    };
    match &ledger.rows {
        LedgerRows::Events(events) => {
            let denies = |state: &ConsentState| matches!(state, ConsentState::Withdrawn | ConsentState::Objected);
            events.states.iter().any(|(_, state)| denies(state)) && events.purposes.iter().any(|(_, it)| covers(it))
        }
        LedgerRows::States(columns) => {
            let says = columns.iter().flat_map(|column| &column.arms).flat_map(|arm| &arm.says);
            says.into_iter().any(|says| match says {
                StateSays::Refuses(it) => covers(it),
                StateSays::Grants(_) | StateSays::Nothing => false,
            })
        }
    }
}

fn denial_covers(model: &Model, covers: Covers, purpose: PurposeId) -> bool {
    match covers {
        Covers::Every => true,
        Covers::Channel(channel) => model.channel(purpose).is_some_and(|own| own.value == channel),
        Covers::Purpose { purpose: denied, .. } => model.is_within(purpose, denied) || model.is_within(denied, purpose),
        Covers::Nothing => false,
    }
}

/// Whether the basis of a purpose is this one.
pub(super) fn rests_on(model: &Model, purpose: PurposeId, basis: Basis) -> bool {
    model.basis(purpose).is_some_and(|declared| declared.value == basis)
}

/// The purposes of a segment that rest on consent.
pub(super) fn consent_purposes<'m>(
    model: &'m Model,
    segment: &'m Segment,
) -> impl Iterator<Item = &'m Spanned<PurposeId>> {
    segment.purposes.iter().filter(|purpose| rests_on(model, purpose.value, Basis::Consent))
}

/// What is read, in words: `orders.total`, or `orders` for rows.
pub(super) fn what(model: &Model, read: &Read) -> String {
    let table = &model.tables[read.table].name.value;
    match read.field {
        Some(field) => format!("{table}.{}", model.fields[field].name.value),
        None => table.clone(),
    }
}

/// By which declarations a reading came, in words: `` through segment `a` and definition `b` ``, or nothing.
pub(super) fn through(model: &Model, read: &Read) -> String {
    let steps: Vec<String> = read.via.iter().map(|step| step_words(model, step.kind)).collect();
    match steps.split_last() {
        None => String::new(),
        Some((only, [])) => format!(" through {only}"),
        Some((last, rest)) => format!(" through {} and {last}", rest.join(", ")),
    }
}

fn step_words(model: &Model, step: StepKind) -> String {
    match step {
        StepKind::Segment(id) => format!("segment `{}`", model.segments[id].name.value),
        StepKind::Define(id) => format!("definition `{}`", model.defines[id].name.value),
        StepKind::Model(id) => format!("model `{}`", model.tables[id].name.value),
    }
}

/// Adds the places by which a reading came to the segment, declaration by declaration.
pub(super) fn chain(model: &Model, finding: Diagnostic, read: &Read) -> Diagnostic {
    let steps = read.via.iter().map(|step| (step.span, format!("uses {}", step_words(model, step.kind))));
    let here = (read.span, format!("reads `{}`", what(model, read)));
    let new = steps.chain([here]).filter(|(span, _)| *span != read.entry);
    new.fold(finding, |finding, (span, text)| finding.and(span, text))
}

/// Adds the place that says what a reading reveals.
pub(super) fn origin(finding: Diagnostic, revealed: &Revealed) -> Diagnostic {
    let says = if revealed.inferred.is_some() { "its values imply" } else { "its label is" };
    finding.and(revealed.span, format!("{says} `{}`", revealed.category))
}
