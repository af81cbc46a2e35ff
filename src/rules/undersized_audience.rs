//! IDN-04: the minimum is a guard of what is emitted; what is reported here is only that a smaller one was raised.

use super::{Context, Rule};
use crate::diagnostic::text::people;
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("IDN-04"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let holds = cx.facts.segment(id).minimum;
        let Some(written) = segment.minimum.filter(|written| written.value < holds) else { continue };
        findings.push(
            Diagnostic::note(
                RULE.code,
                format!("a minimum of {} holds, more than the {} written", people(holds), written.value),
            )
            .at(written.span, "raised")
            .because("the largest minimum of segment, policies, destinations and references counts")
            .help("write the one that holds, or none")
            .about(&segment.name.value),
        );
    }
}
