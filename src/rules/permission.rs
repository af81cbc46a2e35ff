//! Which readings no permission covers, and by which route they came: the common ground of PUR-01, 02, 03, 06, 09, COM-01 and MLS-01.
//!
//! Each breach belongs to exactly one class, so that one mistake gives one message. Lookups are no personal data and need no
//! permission; nested rows follow the source above them. A field's own list narrows its table's.

use crate::diagnostic::{Code, Diagnostic};
use crate::faults::{Fault, on};
use crate::model::{Model, PurposeId, Segment, TableId, TableKind};
use crate::privacy::{Context as Standing, Facts, Polarity, Read, RowEffect};
use crate::source::{Span, Spanned};

use super::tools::{chain, listed, purpose_name, through, what};

/// By which route data came to a purpose that it may not serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// MLS-01: a model was trained on it.
    Training,
    /// PUR-09: it may only leave people out, and selects.
    Suppression,
    /// COM-01: it decides who is left out.
    Complement,
    /// PUR-06: another segment reads it.
    Reference,
    /// PUR-03: it may serve another purpose of the segment.
    Partly,
    /// PUR-02: it may serve a narrower purpose.
    Broader,
    /// PUR-01: it may not serve it at all.
    Outside,
}

/// A reading without permission.
pub(crate) struct Breach<'m> {
    /// Whose.
    pub(crate) segment: &'m Segment,
    /// What.
    pub(crate) read: &'m Read,
    /// For what.
    pub(crate) purpose: Spanned<PurposeId>,
    /// What it may serve.
    pub(crate) allowed: &'m [Spanned<PurposeId>],
    /// The declaration that says so: the table's or the field's.
    pub(crate) declared: Span,
    /// How.
    pub(crate) route: Route,
}

/// Every breach of a program: per segment, route and declaration of permission the first.
pub(super) fn breaches<'m>(model: &'m Model, facts: &'m Facts) -> Vec<Breach<'m>> {
    model.segments.iter().flat_map(|(id, segment)| of_segment(model, segment, &facts.segment(id).reads)).collect()
}

fn of_segment<'m>(model: &'m Model, segment: &'m Segment, reads: &'m [Read]) -> Vec<Breach<'m>> {
    let mut found: Vec<Breach<'m>> = Vec::new();
    for breach in reads.iter().filter_map(|read| breach(model, segment, read)) {
        let same_way = |known: &Breach<'_>| known.route == breach.route || breach.read.context == Standing::Delivery;
        if !found.iter().any(|known| same_way(known) && known.declared == breach.declared) {
            found.push(breach);
        }
    }
    found
}

fn breach<'m>(model: &'m Model, segment: &'m Segment, read: &'m Read) -> Option<Breach<'m>> {
    let table = model.governing(read.table);
    let needs_leave = match &model.tables[table].kind {
        TableKind::Entity(_) | TableKind::Source { .. } | TableKind::List { .. } | TableKind::Score(_) => true,
        TableKind::Rows { .. } | TableKind::Lookup { .. } | TableKind::Visits(_) | TableKind::Error => false,
    };
    let permissions = permissions(model, read, needs_leave.then_some(table));
    let asked = if on(Fault::F41) { 1 } else { segment.purposes.len() };
    segment.purposes.iter().take(asked).find_map(|purpose| {
        let lacking = permissions.iter().find(|(allowed, _, protects)| {
            let protected = read.only_protects() && covers(model, protects, purpose.value);
            !protected && !covers(model, allowed, purpose.value)
        })?;
        let (allowed, declared, protects) = *lacking;
        let route = route(model, segment, read, purpose.value, allowed, protects);
        Some(Breach { segment, read, purpose: *purpose, allowed, declared, route })
    })
}

type Permission<'m> = (&'m [Spanned<PurposeId>], Span, &'m [Spanned<PurposeId>]);

/// The permissions of the table, of nested rows that narrow it, and of the field where it has one of its own. A lookup needs no leave,
/// but its field may ask for one.
fn permissions<'m>(model: &'m Model, read: &Read, governing: Option<TableId>) -> Vec<Permission<'m>> {
    let of_table = governing.map(|table| {
        let of = &model.tables[table];
        (of.allowed.as_slice(), of.allowed_span.unwrap_or(of.name.span), of.protects.as_slice())
    });
    let nested = std::iter::successors(Some(read.table), |table| match &model.tables[*table].kind {
        TableKind::Rows { of, .. } => Some(*of),
        TableKind::Entity(_)
        | TableKind::Source { .. }
        | TableKind::Lookup { .. }
        | TableKind::List { .. }
        | TableKind::Score(_)
        | TableKind::Visits(_)
        | TableKind::Error => None,
    });
    let narrower = nested.take(model.tables.len()).filter(|table| Some(*table) != governing).filter_map(|table| {
        let of = &model.tables[table];
        Some((of.allowed.as_slice(), of.allowed_span?, [].as_slice()))
    });
    let field = read.field.map(|field| &model.fields[field]);
    let own = field.and_then(|field| Some((field.allowed.as_deref()?, field.name.span, [].as_slice())));
    of_table.into_iter().chain(narrower).chain(own).collect()
}

fn covers(model: &Model, allowed: &[Spanned<PurposeId>], purpose: PurposeId) -> bool {
    allowed.iter().any(|broad| model.is_within(purpose, broad.value))
}

fn route(
    model: &Model,
    segment: &Segment,
    read: &Read,
    purpose: PurposeId,
    allowed: &[Spanned<PurposeId>],
    protects: &[Spanned<PurposeId>],
) -> Route {
    if read.through_model().is_some() {
        Route::Training
    } else if covers(model, protects, purpose) {
        Route::Suppression
    } else if leaves_out(read) {
        Route::Complement
    } else if read.through_segment().is_some() {
        Route::Reference
    } else if segment.purposes.iter().any(|other| covers(model, allowed, other.value)) {
        Route::Partly
    } else if allowed.iter().any(|narrow| model.is_within(narrow.value, purpose)) {
        Route::Broader
    } else {
        Route::Outside
    }
}

/// Whether a reading decides who is left out, by any of what it does; [`Read::leaves_out`] asks whether that is all.
pub(super) fn leaves_out(read: &Read) -> bool {
    read.polarity == Polarity::Negative || read.effect == RowEffect::Leaves
}

/// The findings of one route: the message's tail after "`x` is allowed for … " is the rule's own.
pub(super) fn report(
    cx: &super::Context<'_>,
    route: Route,
    findings: &mut Vec<Diagnostic>,
    say: impl Fn(Diagnostic, &Breach<'_>) -> Diagnostic,
    code: Code,
) {
    let model = cx.model;
    findings.extend(cx.breaches.iter().filter(|breach| breach.route == route).map(|breach| {
        let (read, purpose) = (what(model, breach.read), purpose_name(model, breach.purpose.value));
        let allowed = listed(breach.allowed.iter().map(|allowed| purpose_name(model, allowed.value)));
        let allowed = if allowed.is_empty() { "nothing".to_owned() } else { allowed };
        let message = format!("`{read}` is allowed for {allowed}, not for `{purpose}`");
        let finding = Diagnostic::error(code, message)
            .at(breach.read.entry, format!("reads `{read}`{}", through(model, breach.read)));
        let finding = chain(model, finding, breach.read)
            .and(breach.declared, format!("allowed for {allowed}"))
            .and(breach.purpose.span, format!("used for `{purpose}`"))
            .about(&breach.segment.name.value);
        say(finding, breach)
    }));
}
