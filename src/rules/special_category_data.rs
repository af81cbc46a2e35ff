//! SEN-01: a special category of data is used, and no policy says whether it may be. (What a policy closes, `policy_finding` reports.)
//!
//! It is asked of purposes that rest on consent or on an interest: what a contract or the law demands of us, the person knows of. Data
//! that no permission covers has been refused already, and data that its steward lets protect people from the purpose has been spoken of.

use std::collections::BTreeSet;

use super::tools::{chain, origin, purpose_name, rests_on, through, what};
use super::{Context, Rule, restricted_seed, ways};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Model, Policy, PurposeId, Segment};
use crate::privacy::policy::applying;
use crate::privacy::taxonomy::{is_under, special_root};
use crate::privacy::{Read, Revealed};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("SEN-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let chosen = |purpose: &&Spanned<PurposeId>| {
            rests_on(cx.model, purpose.value, Basis::Consent)
                || rests_on(cx.model, purpose.value, Basis::LegitimateInterest)
        };
        let Some(purpose) = segment.purposes.iter().find(chosen) else { continue };
        let mut told = BTreeSet::new();
        for read in cx.facts.segment(id).reads.iter().filter(|read| !is_settled(cx, segment, read, purpose.value)) {
            for revealed in &read.reveals {
                let Some(root) = special_root(cx.model, &revealed.category) else { continue };
                if restricted_seed::expanding(cx.model, segment).is_some() {
                    continue;
                }
                if !is_spoken_of(cx, segment, &revealed.category) && told.insert(root) {
                    findings.push(unspoken(cx.model, segment, purpose.value, (read, revealed), root));
                }
            }
        }
    }
}

/// Whether a policy that applies says something about a category: forbids it, or asks for a consent of its own. A pack that only warns
/// has decided nothing for the project: taking a pack never opens what was closed.
fn is_spoken_of(cx: &Context<'_>, segment: &Segment, category: &str) -> bool {
    let model = cx.model;
    let decides = |policy: &Policy| policy.pack.is_none() || policy.refuses_on(cx.today);
    let policies = applying(model, segment).map(|(_, policy)| policy).filter(|policy| decides(policy));
    let mut decided = policies.flat_map(|policy| &policy.demands).filter_map(|demand| demand.value.decides_category());
    decided.any(|broad| is_under(model, category, broad))
}

/// Whether a reading is refused anyway, or only protects people from the purpose, as the table's steward lets it.
pub(super) fn is_settled(cx: &Context<'_>, segment: &Segment, read: &Read, purpose: PurposeId) -> bool {
    let table = cx.model.governing(read.table);
    let same = |other: &Read| cx.model.governing(other.table) == table;
    let refused = cx.breaches.iter().any(|it| std::ptr::eq(it.segment, segment) && same(it.read));
    let protects = cx.model.tables[table].protects.iter().any(|broad| cx.model.is_within(purpose, broad.value));
    refused || protects && read.only_protects()
}

fn unspoken(
    model: &Model,
    segment: &Segment,
    purpose: PurposeId,
    (read, revealed): (&Read, &Revealed),
    root: &str,
) -> Diagnostic {
    let name = purpose_name(model, purpose);
    let verb = if revealed.inferred.is_some() { "implies" } else { "is" };
    let message = format!(
        "`{}` {verb} `{}`, is used for `{name}`, and no policy says whether it may be",
        what(model, read),
        revealed.category
    );
    let finding = Diagnostic::error(RULE.code, message)
        .at(read.entry, format!("reveals `{}`{}", revealed.category, through(model, read)));
    let finding = origin(chain(model, finding, read), revealed)
        .because("what is most private would be used because nobody had thought of it")
        .help(format!(
            "decide, in a policy that applies here: `require consent … for category {root}`, or `forbid category {root}`"
        ))
        .about(&segment.name.value);
    ways::named(model, segment, finding, (read, revealed))
}
