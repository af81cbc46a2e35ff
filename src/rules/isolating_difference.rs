//! COM-02: two audiences of one destination differ by a special category, so that the list of one taken from the other is a list of it.
//!
//! The smaller one may be innocent by itself: what it reads may leave people out, and does. Where everybody in the larger one gave the leave
//! that the category asks for, the two are on the same leave and a policy says so; then nobody is known who did not agree to it.

use super::portfolio::{Without, withouts};
use super::tools::{chain, listed, origin, rests_on, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Demand, Model, Segment, SegmentId};
use crate::privacy::parts::Part;
use crate::privacy::policy::applying;
use crate::privacy::taxonomy::{is_under, special_root};
use crate::privacy::{Read, Revealed, RowEffect};

pub(super) static RULE: Rule = Rule { code: Code("COM-02"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for pair in withouts(cx.model, |id, part, larger| part.leaves_out || leaves_out_inside(cx, id, part, larger)) {
        let smaller = &cx.model.segments[pair.smaller];
        let Some((read, revealed)) = sensitive(cx, &pair) else { continue };
        let spoken = |finding: &Diagnostic| finding.subject.as_deref() == Some(smaller.name.value.as_str());
        let told = |finding: &Diagnostic| {
            spoken(finding) && finding.span().is_some_and(|at| read.entry.holds(at) || at.holds(read.entry))
        };
        if !findings.iter().any(told) {
            findings.push(told_of(cx.model, &pair, read, revealed));
        }
    }
}

/// Whether a part leaves people out by a special category held against what everybody in the larger audience has: fewer rows of it than
/// orders. Whom it stops has such a row then.
fn leaves_out_inside(cx: &Context<'_>, id: SegmentId, part: &Part, larger: &[Part]) -> bool {
    let special = |read: &Read| read.reveals.iter().any(|it| special_root(cx.model, &it.category).is_some());
    let leaves = |read: &Read| read.effect == RowEffect::Leaves && part.reads(read) && special(read);
    cx.facts.segment(id).reads.iter().any(leaves)
        && part.tables().any(|table| larger.iter().any(|other| other.needs_row_of(table)))
}

/// What in the difference of two audiences is a special category that nobody there gave leave for.
pub(super) fn sensitive<'m>(cx: &Context<'m>, pair: &Without) -> Option<(&'m Read, &'m Revealed)> {
    let smaller = &cx.model.segments[pair.smaller];
    let chosen = [Basis::Consent, Basis::LegitimateInterest];
    if !smaller.purposes.iter().any(|purpose| chosen.iter().any(|basis| rests_on(cx.model, purpose.value, *basis))) {
        return None;
    }
    let facts: &'m crate::privacy::Facts = cx.facts;
    let reads = facts.segment(pair.smaller).reads.iter().filter(|read| pair.more.iter().any(|part| part.reads(read)));
    let mut revealed = reads.flat_map(|read| read.reveals.iter().map(move |revealed| (read, revealed)));
    revealed.find(|(_, revealed)| {
        special_root(cx.model, &revealed.category).is_some() && !is_asked_for(cx.model, smaller, &revealed.category)
    })
}

/// Whether a policy asks for a consent of its own wherever a category is used: then both audiences asked for it.
fn is_asked_for(model: &Model, segment: &Segment, category: &str) -> bool {
    let mut demands = applying(model, segment).flat_map(|(_, policy)| &policy.demands);
    demands.any(|demand| matches!(&demand.value, Demand::RequireConsent { category: Some(broad), .. } if is_under(model, category, broad)))
}

fn told_of(model: &Model, pair: &Without, read: &Read, revealed: &Revealed) -> Diagnostic {
    let (smaller, larger) = (&model.segments[pair.smaller].name, &model.segments[pair.larger].name);
    let to = &model.destinations[pair.to].name;
    let names = listed([larger.value.as_str(), smaller.value.as_str()]);
    let message = format!("{names} go to `{}`, and differ by `{}`", to.value, revealed.category);
    let finding =
        Diagnostic::error(RULE.code, message).at(read.entry, format!("leaves people out by `{}`", what(model, read)));
    origin(chain(model, finding, read), revealed)
        .and(larger.span, "the same people, these included")
        .because("whoever is on one list and not on the other is known there by what nobody was to know")
        .help("send both audiences without these people, or one of the two, or to a destination that `isolates lists`")
        .about(&smaller.value)
}
