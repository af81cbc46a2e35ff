//! Findings that only follow from a declaration which could not be read, or from a circle of segments, and which has been reported.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::model::{Doubts, Model, SegmentId};
use crate::privacy::Facts;
use crate::source::Span;

/// Segments that refer to each other in a circle, and those that refer to them: what they read is not told by their text.
pub(super) struct Round {
    members: Vec<Span>,
    leading: Vec<Span>,
}

impl Round {
    /// The circles of a model.
    pub(super) fn of(model: &Model, facts: &Facts) -> Self {
        let circles = model.segments.ids().filter_map(|id| facts.segment(id).cycle.as_deref());
        let members: BTreeSet<SegmentId> = circles.flatten().copied().collect();
        let leads = |id: &SegmentId| facts.segment(*id).references.iter().any(|to| members.contains(&to.segment));
        let leading = model.segments.ids().filter(|id| !members.is_empty() && leads(id));
        let leading = leading.map(|id| model.segments[id].span).collect();
        Self { members: members.iter().map(|id| model.segments[*id].span).collect(), leading }
    }

    /// Whether a finding stands in a circle and is not about it, or weighs what is read through one.
    pub(super) fn explains(&self, finding: &Diagnostic) -> bool {
        let Some(place) = finding.span() else { return false };
        let within = |spans: &[Span]| spans.iter().any(|span| span.holds(place));
        finding.code.0 != "COM-06" && (within(&self.members) || finding.policy.is_some() && within(&self.leading))
    }
}

/// Whether a finding reports an absence that a doubt explains.
pub(super) fn follows(finding: &Diagnostic, doubts: &Doubts) -> bool {
    if finding.policy.is_some() {
        // What an unreadable exception would have suppressed, or an unreadable policy made different.
        return doubts.policies;
    }
    let torn = finding.span().is_some_and(|place| doubts.is_torn(place));
    torn && ABSENCES.contains(&finding.code.0) || explained(finding, doubts)
}

/// Classes that say that something is not there: in a declaration that was not read whole it may be.
const ABSENCES: [&str; 14] = [
    "SQL-11", "CON-09", "CON-01", "CON-12", "CON-13", "CON-23", "COM-07", "GOV-02", "GOV-07", "JUR-01", "MLS-04",
    "PUR-04", "RET-03", "RET-05",
];

fn explained(finding: &Diagnostic, doubts: &Doubts) -> bool {
    match finding.code.0 {
        "CON-13" | "CON-23" | "LEG-01" | "LEG-05" => doubts.ledgers || doubts.purposes || doubts.tables,
        "CON-07" | "CON-08" | "CON-09" => doubts.ledgers || doubts.purposes,
        "SQL-11" => doubts.ledgers,
        "SEN-01" => doubts.policies || doubts.purposes,
        "CON-04" | "CON-05" | "CHN-06" => doubts.purposes || doubts.destinations,
        "CHN-01" | "CHN-03" | "CON-12" => doubts.destinations || doubts.purposes,
        "CHN-02" => doubts.jurisdictions || doubts.ledgers || doubts.tables || doubts.segments,
        "MLS-04" => doubts.tables,
        "COM-02" | "COM-10" | "IDN-07" | "GOV-09" => doubts.destinations,
        "PUR-07" => doubts.tables || doubts.purposes,
        "JUR-01" | "MIN-01" | "MIN-02" => doubts.jurisdictions || doubts.tables,
        "IDN-01" | "IDN-02" => doubts.destinations || doubts.tables,
        "GOV-02" | "GOV-03" | "GOV-04" => doubts.policies || doubts.segments,
        "GOV-06" => doubts.policies || doubts.segments || doubts.tables || doubts.purposes || doubts.destinations,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::follows;
    use crate::diagnostic::{Code, Diagnostic};
    use crate::model::Doubts;

    #[test]
    fn only_what_a_doubt_explains_stays_silent() {
        let unobtainable = Diagnostic::error(Code("CON-23"), "");
        assert!(!follows(&unobtainable, &Doubts::default()));
        assert!(follows(&unobtainable, &Doubts { ledgers: true, ..Doubts::default() }));
        assert!(!follows(&unobtainable, &Doubts { policies: true, ..Doubts::default() }));
        let mut all = Doubts::default();
        all.everything();
        assert!(!follows(&Diagnostic::error(Code("COM-06"), ""), &all));
    }
}
