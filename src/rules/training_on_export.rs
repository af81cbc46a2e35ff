//! MLS-08: a destination trains models on whom it is given, for a purpose that is none of the segment's.

use super::tools::purpose_name;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("MLS-08"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let model = cx.model;
    for segment in model.segments.values() {
        for to in &segment.destinations {
            let destination = &model.destinations[to.value];
            let Some(trains) = &destination.trains else { continue };
            let mine = |purpose| segment.purposes.iter().any(|own| model.is_within(own.value, purpose));
            let Some(other) = trains.value.iter().find(|purpose| !mine(purpose.value)) else { continue };
            let (name, purpose) = (&destination.name.value, purpose_name(model, other.value));
            findings.push(
                Diagnostic::warning(RULE.code, format!("`{name}` trains models on its members for `{purpose}`, which the segment is not for"))
                    .at(to.span, "delivered there")
                    .and(trains.span, "what it does with them")
                    .because("what a model has learned of a person is not unlearned when the person leaves the list")
                    .help(format!("name `{purpose}` among the purposes, so that it is asked for; or let the contract rule training out, and take `trains models` away"))
                    .about(&segment.name.value),
            );
        }
    }
}
