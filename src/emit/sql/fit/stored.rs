//! The scripts of stored memberships: tables, upkeep and erasure, each proved like a view.

use super::{Fitted, NAME, bad_name, cannot, header, lower, verify};
use crate::diagnostic::Diagnostic;
use crate::emit::Artefact;
use crate::emit::sql::dialect::Dialect;
use crate::emit::sql::upkeep;
use crate::model::{Instant, Length};
use crate::plan::SegmentPlan;
use crate::plan::stay::{COLUMNS, STORED};

impl Fitted<'_> {
    /// The scripts of every segment that stores memberships.
    pub(in crate::emit::sql) fn snapshots(&self) -> Result<Vec<Artefact>, Vec<Diagnostic>> {
        let mut artefacts = Vec::new();
        for (plan, _) in self.segments.iter().filter(|(plan, _)| plan.about.retain != Length::default()) {
            let findings = stored_findings(self.dialect, plan);
            if !findings.is_empty() {
                return Err(findings.into_iter().map(|finding| finding.about(plan.about.name.clone())).collect());
            }
            let file = |name: &str, text: String| Artefact {
                path: format!("snapshots/{}/{}/{name}.sql", self.dialect.name, plan.about.name),
                bytes: text.into_bytes(),
            };
            let head = header::header(plan, self.dialect, self.home.ground, None);
            let tables: Vec<String> = self.tables_of(plan).iter().map(|statement| format!("{statement};\n")).collect();
            artefacts.push(file("tables", format!("{head}\n{}", tables.join("\n"))));
            artefacts.push(file("upkeep", self.proved_upkeep(plan, None)?));
            artefacts
                .push(file("erase", format!("{head}\n{};\n", upkeep::erase(self.dialect, self.home.schema, plan))));
        }
        Ok(artefacts)
    }

    fn tables_of(&self, plan: &SegmentPlan) -> Vec<String> {
        upkeep::tables(self.dialect, self.home.schema, plan)
    }

    /// What makes the table of a segment's stored memberships; `None` where there is no such segment.
    pub fn stored_tables(&self, segment: &str) -> Option<Vec<String>> {
        self.segments.iter().find(|(plan, _)| plan.about.name == segment).map(|(plan, _)| self.tables_of(plan))
    }

    /// The script that keeps a segment's stored memberships. Bound to an instant it is for trying out what a row of runs does to tables
    /// of their own: no run in the past writes a membership that is used.
    pub fn upkeep(&self, segment: &str, as_of: Option<Instant>) -> Option<Result<String, Vec<Diagnostic>>> {
        let (plan, _) = self.segments.iter().find(|(plan, _)| plan.about.name == segment)?;
        Some(self.proved_upkeep(plan, as_of))
    }

    fn proved_upkeep(&self, plan: &SegmentPlan, as_of: Option<Instant>) -> Result<String, Vec<Diagnostic>> {
        let query = lower::upkeep::upkeep(plan, self.home.schema, self.dialect, as_of);
        let query = query.map_err(|refusals| cannot(self.dialect, &refusals))?;
        let merge = upkeep::merge(self.dialect, self.home.schema, plan, &query);
        let text = format!("{}\n{merge};\n", header::header(plan, self.dialect, self.home.ground, as_of));
        verify::verify_upkeep(plan, self.home.schema, self.dialect.name, &text, as_of).map_err(|fault| vec![fault])?;
        Ok(text)
    }
}

/// The names of the table of stored memberships, of the view of those who are gone, and of their columns.
pub(super) fn stored_findings(dialect: &Dialect, plan: &SegmentPlan) -> Vec<Diagnostic> {
    let names = [STORED, upkeep::REMOVED].map(|ending| format!("{}{ending}", plan.about.name));
    let mut findings: Vec<Diagnostic> =
        names.iter().filter_map(|name| bad_name(dialect, name, "table of stored memberships")).collect();
    let key = plan.subject_key().map(|(key, _)| key).unwrap_or_default();
    let own = COLUMNS.into_iter().chain(lower::upkeep::SETS).chain([lower::upkeep::KEY, lower::upkeep::IS_OVER]);
    if own.into_iter().any(|own| own.eq_ignore_ascii_case(&key)) {
        let message = format!("the key `{key}` is called as stored memberships call a column of their own");
        findings.push(Diagnostic::error(NAME, message).help("give the column another name in a view over its table"));
    }
    findings
}
