//! Where emitted views stand: none may take the place of a table that the project reads.
//!
//! `CREATE OR REPLACE VIEW` over a view of that name would throw it away, and whoever read it would read the segment instead.

use super::{Resolver, codes};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};

impl Resolver<'_> {
    /// Refuses segments whose view would have the name of a table. Databases fold case, and a table without a schema may stand in any.
    pub(super) fn views(&mut self) {
        let model = &self.model;
        let tables = model.tables.values().map(|table| &table.physical);
        let ledgers = model.ledgers.values().map(|ledger| &ledger.physical);
        let identities = model.identities.values().map(|identity| &identity.physical);
        let physical: Vec<&Spanned<Vec<String>>> = tables.chain(ledgers).chain(identities).flatten().collect();
        let findings: Vec<Diagnostic> = model
            .segments
            .values()
            .filter_map(|segment| {
                let taken = physical.iter().find(|parts| self.is_view(&parts.value, &segment.name.value))?;
                Some(replaces(&model.project.schema, &segment.name, &taken.value, taken.span))
            })
            .collect();
        self.findings.extend(findings);
    }

    fn is_view(&self, parts: &[String], segment: &str) -> bool {
        let mut parts = parts.iter().rev();
        let named = parts.next().is_some_and(|table| table.eq_ignore_ascii_case(segment));
        named && parts.next().is_none_or(|schema| schema.eq_ignore_ascii_case(&self.model.project.schema))
    }
}

fn replaces(schema: &str, segment: &Spanned<String>, table: &[String], span: Span) -> Diagnostic {
    let name = &segment.value;
    Diagnostic::error(
        codes::DECLARED_TWICE,
        format!("the view `{schema}.{name}` of this segment would take the place of a table"),
    )
    .at(segment.span, "becomes the view's name")
    .and(span, format!("`{}` is read here", table.join(".")))
    .because("building would replace what the project reads, and with it perhaps people's refusals")
    .help("give the segment another name, or name another `schema` for views in segma.toml")
}
