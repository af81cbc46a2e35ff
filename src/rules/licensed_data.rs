//! COM-08: data of a third party is used in a way that its contract rules out.
//!
//! `origin third party "…" under contract "…", not combined with direct, not delivered` says which. What a segment reads, hands out and is
//! matched on is held together; figures of a report leave with nobody in them, and are no delivery.

use super::tools::{chain, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Labels, Model, Origin, Role, Segment, Table};
use crate::privacy::Read;
use crate::privacy::taxonomy::is_under;
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("COM-08"), check };

/// How a licence names what stands for something.
const PROXY: &str = "proxy for ";

struct Licensed<'m> {
    read: &'m Read,
    table: &'m Table,
    said: Span,
    party: &'m str,
    apart: &'m [String],
    inside: bool,
}

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let reads = &cx.facts.segment(id).reads;
        let mut told = Vec::new();
        for it in reads.iter().filter_map(|read| licensed(cx.model, read)) {
            if told.contains(&it.said) {
                continue;
            }
            if let Some(finding) = combined(cx.model, &it, reads).or_else(|| delivered(cx.model, segment, &it)) {
                told.push(it.said);
                findings.push(finding.about(&segment.name.value));
            }
        }
    }
}

fn licensed<'m>(model: &'m Model, read: &'m Read) -> Option<Licensed<'m>> {
    let table = &model.tables[model.governing(read.table)];
    let said = table.origin.as_ref()?;
    match &said.value {
        Origin::ThirdParty { party, apart, inside, .. } if *inside || !apart.is_empty() => {
            Some(Licensed { read, table, said: said.span, party, apart, inside: *inside })
        }
        Origin::ThirdParty { .. } | Origin::FirstParty | Origin::Volunteered => None,
    }
}

fn finding(model: &Model, it: &Licensed<'_>, message: String) -> Diagnostic {
    let finding = Diagnostic::error(RULE.code, message)
        .at(it.read.entry, format!("reads `{}`{}", what(model, it.read), through(model, it.read)));
    chain(model, finding, it.read)
        .and(it.said, "what its contract rules out")
        .because("people gave it to somebody else, who lent it to us on terms that protect them")
}

/// Another table's field that the contract keeps apart from this one.
fn combined(model: &Model, it: &Licensed<'_>, reads: &[Read]) -> Option<Diagnostic> {
    let of_others = reads.iter().filter(|read| !std::ptr::eq(&model.tables[model.governing(read.table)], it.table));
    let (other, label) = of_others
        .filter_map(|read| Some((read, kept_apart(model, &model.fields[read.field?].labels, it.apart)?)))
        .next()?;
    let name = &it.table.name.value;
    let message =
        format!("`{name}` comes from `{}`, whose contract keeps it apart from data that is {label}", it.party);
    Some(
        finding(model, it, message)
            .and(other.entry, format!("`{}` is {label}", what(model, other)))
            .help(format!("leave out `{name}`, or `{}`", what(model, other))),
    )
}

/// The term of a contract that a field's labels fall under.
fn kept_apart<'m>(model: &Model, labels: &Labels, apart: &'m [String]) -> Option<&'m str> {
    let falls = |term: &&String| match term.as_str() {
        "direct" => labels.direct,
        "quasi" => labels.quasi,
        "free text" => labels.free_text,
        "protected" => labels.protected,
        term if term.starts_with(PROXY) => {
            let of = term.trim_start_matches(PROXY);
            labels.proxies.iter().any(|proxy| is_under(model, &proxy.value, of))
        }
        category => labels.categories.iter().any(|label| is_under(model, &label.value, category)),
    };
    apart.iter().find(falls).map(String::as_str)
}

fn delivered(model: &Model, segment: &Segment, it: &Licensed<'_>) -> Option<Diagnostic> {
    let to = segment.destinations.first();
    if !it.inside || to.is_none() && segment.role != Role::Shown {
        return None;
    }
    let name = &it.table.name.value;
    let message =
        format!("`{name}` comes from `{}`, whose contract lets nothing be delivered that it decides", it.party);
    let finding = finding(model, it, message).help("use it for figures of a report, or decide by other data");
    Some(match to {
        Some(to) => finding.and(to.span, "delivered there"),
        None => finding.and(segment.name.span, "shown to people"),
    })
}
