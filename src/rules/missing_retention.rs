//! RET-03: something is stored, and nothing says for how long.

use super::tools::{add_clause, kind_word, says_nothing};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Retain, Table, TableKind};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("RET-03"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values().filter(|segment| segment.retain.is_none()) {
        let finding = absent("segment", &segment.name).help(
            "write how long a stored membership may live: `retain 30 days`, or `retain nothing` if it is never stored",
        );
        let finding = finding.reckoned(["S is not known, so U = R − S is not either, for anything that it reads"]);
        findings.push(add_clause(finding, "never store it", segment.body, "retain   nothing"));
    }
    for table in cx.model.tables.values().filter(|table| is_stored(table)) {
        match &table.retain {
            None => findings.push(catalog(kind_word(table), &table.name)),
            Some(retain) => {
                let clockless = clockless(table, retain);
                findings.extend(clockless.or_else(|| unreasoned(kind_word(table), &table.name, retain)));
            }
        }
    }
    for ledger in cx.model.ledgers.values() {
        findings.extend(ledger.retain.as_ref().and_then(|retain| unreasoned("ledger", &ledger.name, retain)));
    }
    for identity in cx.model.identities.values() {
        findings.extend(identity.retain.as_ref().and_then(|retain| unreasoned("identity", &identity.name, retain)));
    }
    for ledger in cx.model.ledgers.values().filter(|ledger| ledger.retain.is_none()) {
        findings.push(catalog("ledger", &ledger.name));
    }
    for identity in cx.model.identities.values().filter(|identity| identity.retain.is_none()) {
        let help = "write how long links are kept: `retain 13 months`";
        findings.push(absent("identity", &identity.name).help(help));
    }
}

fn is_stored(table: &Table) -> bool {
    match &table.kind {
        TableKind::Entity(_) | TableKind::Source { .. } | TableKind::List { .. } | TableKind::Score(_) => true,
        TableKind::Rows { .. } | TableKind::Lookup { .. } | TableKind::Visits(_) | TableKind::Error => false,
    }
}

fn absent(kind: &str, name: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(RULE.code, format!("{kind} `{}` does not say how long it is kept", name.value))
        .at(name.span, "no `retain`")
        .because("it would be known of people for ever, and nobody decided that")
        .about(&name.value)
}

/// Only a steward knows how long; so there is no ready mend.
fn catalog(kind: &str, name: &Spanned<String>) -> Diagnostic {
    absent(kind, name)
        .reckoned(["R is not known, so U = R − S is not either, for any segment that reads it"])
        .help("write `retain 26 months`, or `retain while listed because \"…\"` for a table without a clock")
}

/// Kept while listed, and nobody says why.
fn unreasoned(kind: &str, name: &Spanned<String>, retain: &Spanned<Retain>) -> Option<Diagnostic> {
    let Retain::WhileListed { because } = &retain.value else { return None };
    says_nothing(because).then(|| {
        Diagnostic::error(RULE.code, format!("{kind} `{}` does not say why it has no clock", name.value))
            .at(retain.span, "says nothing")
            .because("it would be known of people for ever, and nobody decided that")
            .help("write why rows stay for as long as they are listed: `retain while listed because \"…\"`")
            .about(&name.value)
    })
}

/// A length that is counted from nothing.
fn clockless(table: &Table, retain: &Spanned<Retain>) -> Option<Diagnostic> {
    match &retain.value {
        Retain::For { after: None, .. } if table.at.is_none() => Some(
            absent(kind_word(table), &table.name)
                .at(retain.span, "counted from which time?")
                .help("declare the clock with `at`, name a field with `after`, or write `while listed because \"…\"`"),
        ),
        // What stands at the name stands in for a clause that could not be read.
        Retain::WhileListed { .. } if has_clock(table) && retain.span != table.name.span => Some(
            absent(kind_word(table), &table.name)
                .at(retain.span, "its rows have a time, so they can have an end")
                .help("write how long a row is kept, counted from its `at`: `retain 26 months`"),
        ),
        Retain::For { .. } | Retain::WhileListed { .. } => None,
    }
}

/// Events and scores always have a time; what is merely listed may have none.
fn has_clock(table: &Table) -> bool {
    match &table.kind {
        TableKind::Source { .. } | TableKind::Score(_) => true,
        TableKind::Entity(_)
        | TableKind::Rows { .. }
        | TableKind::Lookup { .. }
        | TableKind::List { .. }
        | TableKind::Visits(_)
        | TableKind::Error => false,
    }
}
