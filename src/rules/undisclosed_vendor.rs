//! CHN-05: people are handed to an outside party that the purpose's notice does not name.
//!
//! Where a purpose says with whom its notice tells people that it shares (`shares with …`), an outside party must be among them. A provider that
//! only acts for us is none. Where the purpose says nothing, the files do not know the notice, and nothing is reported.

use super::tools::purpose_name;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{DestinationId, Model, Segment};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("CHN-05"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, segment) in cx.model.audiences() {
        findings.extend(segment.destinations.iter().filter_map(|to| undisclosed(cx.model, segment, to)));
    }
}

fn undisclosed(model: &Model, segment: &Segment, to: &Spanned<DestinationId>) -> Option<Diagnostic> {
    let destination = &model.destinations[to.value];
    let outside = destination.outside_party?;
    let (purpose, shares) = segment.purposes.iter().find_map(|purpose| {
        let shares = model.shares(purpose.value)?;
        let named = shares.value.iter().any(|named| named.value == to.value);
        (!named).then_some((purpose, shares))
    })?;
    let (name, party) = (purpose_name(model, purpose.value), &destination.name.value);
    let finding = Diagnostic::error(RULE.code, format!("the notice of `{name}` does not say that it shares with `{party}`"))
        .at(to.span, "an outside party that people were not told of")
        .and(shares.span, "whom people were told of")
        .and(outside, "an outside party")
        .because("people agreed to the recipients that they were shown, and would find themselves with another")
        .help("name it in the notice first, then here; people who agreed before have agreed to the others only: raise `notice from`")
        .about(&segment.name.value);
    Some(finding)
}
