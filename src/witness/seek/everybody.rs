//! Findings that everybody shows who is in, and findings that nobody can show, each with its reason.

use crate::diagnostic::Diagnostic;
use crate::model::SegmentId;

use super::super::{Fate, Witness, fate};
use super::Seeker;

/// Classes of which everybody who is in is a case: reached in another way, by another, without a way out, or past what they were told.
const EVERYBODY: &[&str] = &[
    "CON-05", "CON-06", "CON-12", "CHN-02", "CHN-05", "CHN-06", "COM-11", "IDN-01", "IDN-12", "IDN-15", "JUR-03",
    "JUR-04", "JUR-05", "LEG-01", "LEG-06", "LEG-07", "LEG-08", "LEG-09", "MLS-08",
];

/// Why an entity without a residence shows nobody.
pub(super) const STRICTEST: &str =
    "where nobody knows where people live the strictest of all rules holds, so nobody is in by it who should not be";

/// Whether everybody who is in shows what a class is about.
pub(super) fn shows(code: &str) -> bool {
    EVERYBODY.contains(&code)
}

/// Why nobody can show what a class is about.
pub(super) fn none(code: &str) -> &'static str {
    match (code, code.split('-').next().unwrap_or(code)) {
        ("JUR-01", _) => STRICTEST,
        ("CON-23", _) => "nobody can be in, as no ledger could hold their yes",
        ("CON-13", _) => "the yes is somebody else's, and who that is stands in no row of theirs",
        ("CON-19" | "CON-20" | "COM-13" | "PUR-04" | "COM-06", _) => {
            "what is not written, or cannot be, selects nobody"
        }
        ("CON-09" | "CON-11" | "CON-12" | "SQL-11" | "GOV-09" | "RET-05", _) => {
            "it is about what happens after a run, and each run by itself lets in whom it should"
        }
        (_, "RET") => "it is about how long something is kept or how its time is told, which no single run shows",
        (_, "GOV") => "it is about what the project says of itself, and decides nothing about who is in",
        (_, "SYN" | "NAM" | "TYP" | "DCL" | "CFG" | "DIA" | "INT") => "what cannot be read or named selects nobody",
        (_, _) => "it is about a declaration, and nobody's rows show it",
    }
}

impl Seeker<'_> {
    /// Anybody who is in: what the finding says of people holds of them.
    pub(super) fn everybody(&self, id: SegmentId, finding: &Diagnostic) -> Option<Witness> {
        let place = self.model.jurisdictions.values().find(|one| finding.subject.as_deref() == Some(&one.name.value));
        let country = place.and_then(|place| place.countries.first());
        let member = self.turns(|turn| {
            let mut member = self.member(self.model, id, turn, false)?;
            if let Some(country) = country {
                self.settle(id, &mut member, &country.value);
            }
            (fate(self.model, id, &member.draft.world, self.now, &member.key) == Fate::In).then_some(member)
        })?;
        let claim = finding.why.clone().unwrap_or_else(|| finding.message.clone());
        let said = "one of them: in, and there is nothing that would keep them out".to_owned();
        Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), said)]))
    }
}
