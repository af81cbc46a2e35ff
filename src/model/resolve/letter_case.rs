//! Names of one kind that differ in upper and lower case only.
//!
//! Readers, ledgers and systems of files take them for one, so a yes for the one would be read as a yes for the other. (Names that are
//! views are looked at in [`super::views`], which says more.)

use super::{Resolver, codes};
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;

impl Resolver<'_> {
    /// Refuses purposes, destinations, ledgers and policies whose names differ in letter case only.
    pub(super) fn letter_case(&mut self) {
        let model = &self.model;
        let mut findings = Vec::new();
        findings.extend(alike("purpose", model.purposes.values().map(|it| &it.name)));
        findings.extend(alike("destination", model.destinations.values().map(|it| &it.name)));
        findings.extend(alike("ledger", model.ledgers.values().map(|it| &it.name)));
        findings.extend(alike("policy", model.policies.values().map(|it| &it.name)));
        self.findings.extend(findings);
    }
}

fn alike<'m>(what: &str, names: impl Iterator<Item = &'m Spanned<String>>) -> Vec<Diagnostic> {
    let names: Vec<&Spanned<String>> = names.collect();
    let found = names.iter().enumerate().filter_map(|(at, name)| {
        let same = |other: &&&Spanned<String>| other.value.eq_ignore_ascii_case(&name.value);
        let other = names.iter().take(at).find(same).filter(|other| other.value != name.value)?;
        let message = format!("`{}` and `{}` differ in upper and lower case only", other.value, name.value);
        let finding = Diagnostic::error(codes::DECLARED_TWICE, message)
            .at(name.span, format!("this {what}"))
            .and(other.span, format!("the other {what}"))
            .because("one would be taken for the other, and a yes for the one would pass for a yes for the other")
            .help("rename one of the two");
        Some(finding)
    });
    found.collect()
}
