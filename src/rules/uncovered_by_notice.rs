//! LEG-08: data of a kind that the purpose's notice does not tell of.
//!
//! Where a purpose says what its notice tells of (`tells of …`), everything that its segments read must be among it, or stand under it.
//! Where it says nothing, the files do not know the notice, and nothing is reported.

use std::collections::BTreeSet;

use super::special_category_data::is_settled;
use super::tools::{chain, origin, purpose_name, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Segment;
use crate::privacy::taxonomy::is_under;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("LEG-08"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        for purpose in &segment.purposes {
            let Some(tells) = cx.model.tells(purpose.value) else { continue };
            let mut told: BTreeSet<&str> = BTreeSet::new();
            for read in cx.facts.segment(id).reads.iter().filter(|read| !is_settled(cx, segment, read, purpose.value)) {
                for revealed in &read.reveals {
                    let covered = |broad: &Spanned<String>| is_under(cx.model, &revealed.category, &broad.value);
                    if tells.value.iter().any(covered) || !told.insert(&revealed.category) {
                        continue;
                    }
                    let (what, name) = (what(cx.model, read), purpose_name(cx.model, purpose.value));
                    let message = format!("the notice of `{name}` does not tell of `{}`", revealed.category);
                    let finding = Diagnostic::warning(RULE.code, message)
                        .at(read.entry, format!("reads `{what}`{}", through(cx.model, read)));
                    findings.push(told_of(origin(chain(cx.model, finding, read), revealed), tells, segment));
                }
            }
        }
    }
}

fn told_of(finding: Diagnostic, tells: &Spanned<Vec<Spanned<String>>>, segment: &Segment) -> Diagnostic {
    finding
        .and(tells.span, "what people are told")
        .because("people would be picked by what nobody told them is looked at")
        .help("read what the notice tells of; or change the notice first, and then this clause")
        .about(&segment.name.value)
}
