//! GOV-05: an exception is approved by whoever answers for the segment.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Segment;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("GOV-05"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    if cx.model.project.one_person {
        return;
    }
    for exception in &cx.model.exceptions {
        let Some(by) = &exception.approved_by else { continue };
        let segments = exception.segments.iter().map(|id| &cx.model.segments[id.value]);
        findings.extend(segments.filter_map(|segment| own(by, segment)));
    }
}

fn own(by: &Spanned<String>, segment: &Segment) -> Option<Diagnostic> {
    let owner = segment.owner.as_ref().filter(|owner| same(&owner.value, &by.value))?;
    let name = &segment.name.value;
    let finding = Diagnostic::warning(RULE.code, format!("the owner of `{name}` approves an exception for it"))
        .at(by.span, "approves")
        .and(owner.span, "and answers for the segment")
        .because("whoever wants the audience is the last to see what speaks against it")
        .help(
            "let somebody else approve; where nobody else is there, `segma.toml` says `organisation = \"one person\"`",
        )
        .about(name);
    Some(finding)
}

/// Whether two texts name the same person or office, in whole or by an address in angle brackets; without regard to case.
fn same(a: &str, b: &str) -> bool {
    let equal = |a: &str, b: &str| !a.is_empty() && a.eq_ignore_ascii_case(b);
    equal(a.trim(), b.trim()) || equal(address(a), address(b))
}

/// The address of `Anna <anna@shop.example>`, or the whole text.
fn address(text: &str) -> &str {
    let inside = text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<'));
    inside.map_or(text, |(_, address)| address).trim()
}
