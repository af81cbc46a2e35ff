//! Where emitted views stand: none may take the place of a table that the project reads.
//!
//! `CREATE OR REPLACE VIEW` over a view of that name would throw it away, and whoever read it would read the segment instead.

use super::{Resolver, codes};
use crate::diagnostic::Diagnostic;
use crate::faults::{Fault, on};
use crate::source::{Span, Spanned};

impl Resolver<'_> {
    /// Refuses segments whose view would have the name of a table. Databases fold case, and a table without a schema may stand in any.
    pub(super) fn views(&mut self) {
        let model = &self.model;
        let tables = model.tables.values().map(|table| &table.physical);
        let ledgers = model.ledgers.values().map(|ledger| &ledger.physical);
        let identities = model.identities.values().map(|identity| &identity.physical);
        let physical: Vec<&Spanned<Vec<String>>> = tables.chain(ledgers).chain(identities).flatten().collect();
        let segments = model.audiences().map(|(_, segment)| ("segment", &segment.name));
        let placements = model.placements.values().map(|placement| ("placement", &placement.name));
        let reports = model.reports.values().map(|report| ("report", &report.name));
        let views: Vec<(&str, &Spanned<String>)> = segments.chain(placements).chain(reports).collect();
        let mut findings: Vec<Diagnostic> = Vec::new();
        for (at, (what, name)) in views.iter().enumerate() {
            let stored = format!("{}__stored", name.value);
            let is_taken = |parts: &str| physical.iter().find(|table| self.is_view(&table.value, parts));
            if let Some(taken) = is_taken(&name.value).or_else(|| is_taken(&stored)) {
                findings.push(replaces(&model.project.schema, what, name, &taken.value, taken.span));
            }
            let is_one = |kind: &str, other: &str| match other == name.value {
                true => kind != *what,
                false => other.eq_ignore_ascii_case(&name.value) && !on(Fault::F35),
            };
            let other = views.iter().take(at).find(|(kind, other)| is_one(kind, &other.value));
            findings.extend(other.map(|(kind, other)| same_view(what, name, kind, other)));
        }
        self.findings.extend(findings);
        self.stored_names();
    }

    /// Refuses segments whose view would have the name of what is stored of another.
    fn stored_names(&mut self) {
        let segments = || self.model.segments.values().map(|segment| &segment.name);
        let mut findings = Vec::new();
        for name in segments() {
            let owner = ["__stored", "__removed"].iter().find_map(|ending| {
                let base = name.value.to_ascii_lowercase();
                let base = base.strip_suffix(ending)?;
                segments().find(|other| other.value.eq_ignore_ascii_case(base))
            });
            findings.extend(owner.map(|owner| replaces_stored(name, owner)));
        }
        self.findings.extend(findings);
    }

    fn is_view(&self, parts: &[String], segment: &str) -> bool {
        let mut parts = parts.iter().rev();
        let named = parts.next().is_some_and(|table| table.eq_ignore_ascii_case(segment));
        named && parts.next().is_none_or(|schema| schema.eq_ignore_ascii_case(&self.model.project.schema))
    }
}

/// Two views of one name: one would silently replace the other. Most warehouses, and many systems of files, ignore case.
fn same_view(what: &str, name: &Spanned<String>, kind: &str, other: &Spanned<String>) -> Diagnostic {
    let message = match other.value == name.value {
        true => format!("a {kind} is called `{}` already", other.value),
        false => format!("`{}` and `{}` differ in upper and lower case only", other.value, name.value),
    };
    Diagnostic::error(codes::DECLARED_TWICE, message)
        .at(name.span, format!("this {what} becomes a view of the same name"))
        .and(other.span, format!("the {kind}"))
        .because("one view would take the place of the other, and readers of the one would get the people of the other")
        .help("rename one of the two")
}

fn replaces(schema: &str, what: &str, segment: &Spanned<String>, table: &[String], span: Span) -> Diagnostic {
    let name = &segment.value;
    Diagnostic::error(
        codes::DECLARED_TWICE,
        format!("the view `{schema}.{name}` of this {what} would take the place of a table"),
    )
    .at(segment.span, "becomes the view's name")
    .and(span, format!("`{}` is read here", table.join(".")))
    .because("building would replace what the project reads, and with it perhaps people's refusals")
    .help(format!("give the {what} another name, or name another `schema` for views in segma.toml"))
}

fn replaces_stored(segment: &Spanned<String>, owner: &Spanned<String>) -> Diagnostic {
    let (name, other) = (&segment.value, &owner.value);
    Diagnostic::error(codes::DECLARED_TWICE, format!("`{name}` is also the name of what is stored of `{other}`"))
        .at(segment.span, "becomes the view's name")
        .and(owner.span, "its stored memberships, or who is gone, stand under that name")
        .because("one would take the place of the other")
        .help("give the segment another name")
}
