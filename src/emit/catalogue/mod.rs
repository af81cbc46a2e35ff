//! The catalogue: Markdown that a privacy officer reads and signs.
//!
//! An index, a page for every segment, source, ledger, purpose, destination and jurisdiction, and one of all exceptions. The page of a
//! segment answers first what whoever signs asks, then says in plain English who is selected and on what leave, how long, what is read and
//! by which way it got there, who receives it, findings and exceptions, and what nobody but a person can know. A picture of the lineage and
//! links to the SQL close it. They derive from the model and the plan that everything else derives from.

mod absence;
mod brief;
mod exceptions;
mod guarded;
mod index;
mod leave;
mod ledger;
mod lineage;
pub mod markdown;
mod packs;
mod place;
mod placement;
mod promises;
mod receivers;
mod report;
mod score;
mod segment;
mod standing;
mod terms;
mod things;
mod vouched;

use crate::diagnostic::Diagnostic;
use crate::emit::Artefact;
use crate::model::Model;
use crate::plan::{Plan, SegmentPlan};
use crate::privacy::Facts;

/// Everything that pages are made of.
pub struct Catalogue<'a> {
    /// The checked project.
    pub model: &'a Model,
    /// What flows where.
    pub facts: &'a Facts,
    /// The plans.
    pub plan: &'a Plan,
    /// Findings that do not stop the compiler: warnings, notes, and suppressed errors.
    pub findings: &'a [Diagnostic],
    /// The SQL of each segment: dialect, segment, text.
    pub sql: &'a [(String, String, String)],
}

impl Catalogue<'_> {
    /// Every page, in the order of paths.
    pub fn emit(&self) -> Vec<Artefact> {
        let mut pages = vec![page("index", index::page(self))];
        pages.extend(
            self.plan
                .segments
                .iter()
                .map(|plan| page(&format!("segments/{}", plan.about.name), segment::page(self, plan))),
        );
        let reports = &self.plan.reports;
        pages
            .extend(reports.iter().map(|plan| page(&format!("reports/{}", plan.about.name), report::page(self, plan))));
        let placements = &self.plan.placements;
        pages.extend(
            placements.iter().map(|plan| page(&format!("placements/{}", plan.name), placement::page(self, plan))),
        );
        pages.extend(things::sources(self).into_iter().map(|(name, text)| page(&format!("sources/{name}"), text)));
        pages.extend(things::purposes(self).into_iter().map(|(name, text)| page(&format!("purposes/{name}"), text)));
        pages.extend(ledger::pages(self).into_iter().map(|(name, text)| page(&format!("ledgers/{name}"), text)));
        pages.extend(place::pages(self).into_iter().map(|(name, text)| page(&format!("jurisdictions/{name}"), text)));
        pages.extend(exceptions::page(self).map(|text| page("exceptions", text)));
        pages.extend(
            things::destinations(self).into_iter().map(|(name, text)| page(&format!("destinations/{name}"), text)),
        );
        pages.sort_by(|a, b| a.path.cmp(&b.path));
        pages
    }

    fn findings_of<'s>(&'s self, plan: &'s SegmentPlan) -> impl Iterator<Item = &'s Diagnostic> + Clone {
        self.findings.iter().filter(|finding| finding.subject.as_deref() == Some(&plan.about.name))
    }
}

fn page(name: &str, mut text: String) -> Artefact {
    text.push_str(&terms::attribution(&text));
    Artefact { path: format!("catalogue/{name}.md"), bytes: text.into_bytes() }
}
