//! RET-02: a membership is kept as long as, or longer than, the data that it was made from.

use super::tools::{chain, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Model, Retain, Segment, SegmentRetain};
use crate::privacy::Read;
use crate::privacy::algebra::Sum;
use crate::privacy::retention::{is_positive, usable};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("RET-02"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let Some(retain) = segment.retain else { continue };
        let reads = &cx.facts.segment(id).reads;
        findings.extend(reads.iter().find_map(|read| outlived(cx.model, segment, retain, read)));
    }
}

fn outlived(model: &Model, segment: &Segment, retain: Spanned<SegmentRetain>, read: &Read) -> Option<Diagnostic> {
    let table = &model.tables[model.governing(read.table)];
    let identity = table.along.map(|identity| &model.identities[identity]);
    // Rows of ids are read along links, which are kept for a time of their own.
    let links = identity.and_then(|identity| Some((&identity.name.value, identity.retain.as_ref()?)));
    let all = table.retain.as_ref().map(|kept| (&table.name.value, kept)).into_iter().chain(links);
    let stored = retain.value.length();
    let outlived = |kept: &Spanned<Retain>| usable(&kept.value, stored).is_some_and(|left| !is_positive(left));
    let (name, kept) = all.into_iter().find(|(_, kept)| outlived(kept))?;
    let Retain::For { length, .. } = &kept.value else { return None };
    let finding =
        Diagnostic::error(RULE.code, format!("`{name}` is kept for {length}, and the membership for {stored}"))
            .at(retain.span, "nothing is left that may be read")
            .and(read.entry, format!("reads `{}`{}", what(model, read), through(model, read)));
    let finding = chain(model, finding, read)
        .and(kept.span, format!("kept for {length}"))
        .because("the list would show facts about people that should be gone")
        .help(format!("retain the membership for less than {length}, or `retain nothing` if it is never stored"))
        .about(&segment.name.value)
        .reckoned(Sum::of(name, &kept.value, stored, None, "").steps);
    Some(finding.fix("never store it", retain.span, "retain   nothing"))
}
