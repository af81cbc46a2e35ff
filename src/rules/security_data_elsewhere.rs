//! PUR-10: what is kept to see fraud and break-ins picks people to talk to.
//!
//! Decided by what is read: data under `technical.security`, for a purpose that people are asked for (no one is asked whether fraud may be
//! looked for) or on the way to advertising. What the data's steward lets protect the purpose may leave people out. Data that no permission
//! covers has been refused already.

use std::collections::BTreeSet;

use super::special_category_data::is_settled;
use super::tools::{chain, origin, purpose_name, rests_on, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Channel, Model, PurposeId, Segment};
use crate::privacy::taxonomy::is_under;
use crate::source::Spanned;

/// Data about attacks, fraud and robots.
const SECURITY: &str = "technical.security";

pub(super) static RULE: Rule = Rule { code: Code("PUR-10"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let Some(purpose) = elsewhere(cx.model, segment) else { continue };
        let mut told = BTreeSet::new();
        for read in cx.facts.segment(id).reads.iter().filter(|read| !is_settled(cx, segment, read, purpose.value)) {
            let Some(revealed) = read.reveals.iter().find(|it| is_under(cx.model, &it.category, SECURITY)) else {
                continue;
            };
            if told.insert(cx.model.governing(read.table)) {
                let (what, name) = (what(cx.model, read), purpose_name(cx.model, purpose.value));
                let message = format!("`{what}` is kept for security, and is used for `{name}`");
                let finding = Diagnostic::error(RULE.code, message)
                    .at(read.entry, format!("reads `{what}`{}", through(cx.model, read)));
                let finding = origin(chain(cx.model, finding, read), revealed)
                    .and(purpose.span, format!("used for `{name}`"))
                    .because("people who are watched for everybody's safety would be watched for our gain")
                    .help("read something else; to leave out robots and frauds, let the data say `protects …` and use it in `except any …`")
                    .about(&segment.name.value);
                findings.push(finding);
            }
        }
    }
}

/// A purpose of the segment that cannot be security: one that people are asked for, or any at all on the way to advertising.
fn elsewhere<'m>(model: &Model, segment: &'m Segment) -> Option<&'m Spanned<PurposeId>> {
    let ads =
        |to: &Spanned<_>| model.destinations[to.value].channel.is_some_and(|channel| channel.value == Channel::Ads);
    let advertises = segment.destinations.iter().any(ads);
    segment.purposes.iter().find(|purpose| advertises || rests_on(model, purpose.value, Basis::Consent))
}
