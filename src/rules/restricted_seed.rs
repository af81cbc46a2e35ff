//! COM-11: a segment that reveals a special category is handed to a destination which looks for more people like its members.
//!
//! Whoever resembles people with an illness is found by what that illness does, so looking for them is a use of it, whatever a
//! policy lets the segment itself do. A policy that closes the category here has spoken already.

use super::tools::{chain, origin, through, what};
use super::{Context, Rule, ways};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Demand, Destination, Model, Segment};
use crate::privacy::policy::applying;
use crate::privacy::taxonomy::{is_under, special_root};

pub(super) static RULE: Rule = Rule { code: Code("COM-11"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let Some(to) = expanding(cx.model, segment) else { continue };
        let mut reads = cx.facts.segment(id).reads.iter();
        let seed = reads.find_map(|read| {
            let mut special = read.reveals.iter().filter(|it| special_root(cx.model, &it.category).is_some());
            special.find(|it| !is_forbidden(cx, segment, &it.category)).map(|it| (read, it))
        });
        let Some((read, revealed)) = seed else { continue };
        let message = format!(
            "`{}` reveals `{}`, and `{}` would look for more people like these",
            what(cx.model, read),
            revealed.category,
            to.name.value
        );
        let finding = Diagnostic::error(RULE.code, message)
            .at(read.entry, format!("reveals `{}`{}", revealed.category, through(cx.model, read)));
        let finding = origin(chain(cx.model, finding, read), revealed)
            .and(to.expands.unwrap_or(to.name.span), "`expands audiences`")
            .because("people who never told anybody would be picked because they resemble those who did")
            .help("leave it out, or deliver to a destination that expands nothing")
            .about(&segment.name.value);
        findings.push(ways::named(cx.model, segment, finding, (read, revealed)));
    }
}

/// The destination of a segment that expands audiences, where it has one.
pub(super) fn expanding<'m>(model: &'m Model, segment: &Segment) -> Option<&'m Destination> {
    segment.destinations.iter().map(|to| &model.destinations[to.value]).find(|to| to.expands.is_some())
}

/// Whether a policy that applies closes the category here, today.
fn is_forbidden(cx: &Context<'_>, segment: &Segment, category: &str) -> bool {
    let policies = applying(cx.model, segment).map(|(_, policy)| policy).filter(|policy| policy.refuses_on(cx.today));
    let mut demands = policies.flat_map(|policy| &policy.demands);
    demands.any(|demand| matches!(&demand.value, Demand::ForbidCategory(broad) if is_under(cx.model, category, broad)))
}
