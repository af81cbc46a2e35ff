//! IDN-08: a report whose groups may be as small as one or two people.

use super::{Context, Rule};
use crate::diagnostic::text::people;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Role;

pub(super) static RULE: Rule = Rule { code: Code("IDN-08"), check };

/// The smallest minimum of a report: of two people, each would know the other's.
const FEWEST: u64 = 3;

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter().filter(|(_, segment)| segment.role == Role::Counted) {
        let holds = cx.facts.segment(id).minimum;
        if holds >= FEWEST {
            continue;
        }
        let name = &segment.name;
        let message = match segment.minimum {
            None => format!("report `{}` has no minimum", name.value),
            Some(written) => format!("report `{}` shows groups of {}", name.value, people(written.value)),
        };
        let finding = Diagnostic::error(RULE.code, message)
            .at(segment.minimum.map_or(name.span, |written| written.span), "groups this small tell of single people")
            .because("a figure about one person is that person's secret, and of two each knows the other's")
            .help("write `minimum 50 people`; groups under it, and what tells of them, are withheld")
            .about(&name.value);
        findings.push(match segment.minimum {
            None => super::tools::add_clause(finding, "withhold small groups", segment.body, "minimum 50 people"),
            Some(_) => finding,
        });
    }
}
