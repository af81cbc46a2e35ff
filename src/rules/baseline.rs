//! A baseline: the findings that an old project had on the day when it took Segma up, so that only new ones fail.
//!
//! It only ratchets down. Its findings are known by what they say, never by lines; one that occurs no more is an error until it is
//! taken out, one that occurs more often than it is listed fails, its end does not move, and past its end it suppresses nothing.
//! What could reach somebody who said no, or was never asked, cannot wait in one; see [`cannot_wait`].
//!
//! Deliberately absent: any way from here to a `Checked`. A baseline quiets a report; nothing is emitted while an error stands.

use serde::{Deserialize, Serialize};

use super::catalogue;
use crate::diagnostic::{Code, Diagnostic, Severity, Suppression};
use crate::model::{Date, Demand, Model, Policy};
use crate::privacy::taxonomy::is_under;
use crate::source::{FileId, Span};

/// The name and version of its form.
pub const FORMAT: &str = "segma-baseline/1";
const CODE: Code = Code("GOV-03");

/// A baseline, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// [`FORMAT`].
    pub format: String,
    /// The last day on which it holds.
    pub until: Date,
    /// Its findings, sorted.
    pub findings: Vec<Entry>,
}

/// A finding that waits, and how often.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its code.
    pub code: String,
    /// The segment or other declaration that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// See [`Diagnostic::fingerprint`].
    pub fingerprint: String,
    /// How often it occurs.
    pub times: usize,
    /// What it says, for people.
    pub message: String,
}

/// What of a project no baseline may quiet.
#[derive(Debug, Clone, Default)]
pub struct Unbending {
    policies: Vec<String>,
    /// Those that ask for a leave, an age or a register, under whichever class they are filed.
    of_leave: Vec<String>,
}

impl Unbending {
    /// The policies whose level says `no exceptions`.
    pub fn of(model: &Model) -> Self {
        let firm = model.policies.values().filter(|policy| !policy.excepts);
        let asking =
            model.policies.values().filter(|policy| policy.demands.iter().any(|it| asks_leave(model, &it.value)));
        let names = |policy: &Policy| policy.name.value.clone();
        Self { policies: firm.map(names).collect(), of_leave: asking.map(names).collect() }
    }
}

fn asks_leave(model: &Model, demand: &Demand) -> bool {
    match demand {
        Demand::RequireConsent { .. } | Demand::RequireAdult | Demand::RequireBasis(_) | Demand::RequireRegister => {
            true
        }
        Demand::ForbidCategory(category) => is_under(model, category, "minor"),
        Demand::ForbidTargeting(_)
        | Demand::ForbidCombining(_)
        | Demand::ForbidOrigin(_)
        | Demand::ForbidField(_)
        | Demand::RequireAssessment(_)
        | Demand::RequireReview
        | Demand::RequireCap
        | Demand::RequireCover(_)
        | Demand::Minimum(_)
        | Demand::LimitConditions(_)
        | Demand::LimitRetain(_)
        | Demand::LimitWindow(_)
        | Demand::LimitRemovalLag(_)
        | Demand::LimitLists(_) => false,
    }
}

/// Classes about the leave itself: while one of these stands, nobody can say who may be reached.
const FAMILIES: [&str; 5] = ["CON-", "LEG-", "MIN-", "JUR-", "CHN-"];
/// The same in other families: no purpose, a gate that is lost on the way, people to be left alone who are chosen, and exceptions.
const CLASSES: [&str; 9] = ["PUR-04", "PUR-09", "COM-05", "COM-06", "COM-14", "GOV-02", "GOV-03", "GOV-04", "SQL-11"];

/// Why a finding cannot wait in a baseline; `None` where it can.
pub fn cannot_wait(finding: &Diagnostic, unbending: &Unbending) -> Option<&'static str> {
    if finding.policy.as_ref().is_some_and(|policy| unbending.policies.contains(policy)) {
        return Some("its policy admits no exceptions");
    }
    if finding.policy.as_ref().is_some_and(|policy| unbending.of_leave.contains(policy)) {
        return Some("its policy asks for a leave, an age or a register");
    }
    let of_language = |code: Code| catalogue::class(code.0).is_none() && code.0 != "POL-01";
    let of_leave = |code: Code| FAMILIES.iter().any(|family| code.0.starts_with(family)) || CLASSES.contains(&code.0);
    if finding.codes().any(of_language) {
        Some("what cannot be read cannot be judged")
    } else if finding.codes().any(of_leave) {
        Some("somebody could be reached who said no, or was never asked")
    } else {
        None
    }
}

impl Baseline {
    /// What may wait of these findings: warnings and errors that stand.
    pub fn of(findings: &[Diagnostic], unbending: &Unbending, until: Date) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let waiting = findings.iter().filter(|finding| stands(finding) && cannot_wait(finding, unbending).is_none());
        for finding in waiting {
            let fingerprint = finding.fingerprint();
            match entries.iter_mut().find(|entry| entry.fingerprint == fingerprint) {
                Some(known) => known.times += 1,
                None => entries.push(Entry {
                    code: finding.code.0.to_owned(),
                    segment: finding.subject.clone(),
                    fingerprint,
                    times: 1,
                    message: finding.message.clone(),
                }),
            }
        }
        entries.sort();
        Self { format: FORMAT.to_owned(), until, findings: entries }
    }

    /// The same baseline without what occurs no more: nothing enters, no number grows, the end stays.
    #[must_use]
    pub fn ratcheted(&self, now: &Baseline) -> Self {
        let left = self.findings.iter().filter_map(|entry| {
            let found = now.findings.iter().find(|found| found.fingerprint == entry.fingerprint)?;
            Some(Entry { times: entry.times.min(found.times), ..entry.clone() })
        });
        Self { findings: left.collect(), ..self.clone() }
    }

    /// Suppresses what it lists, and reports what is wrong with the list itself, which is the file `file` with this text.
    pub fn apply(
        &self,
        findings: &mut Vec<Diagnostic>,
        unbending: &Unbending,
        today: Date,
        (file, text): (FileId, &str),
    ) {
        if self.until < today {
            findings.push(ended(self.until, place(file, text, &self.until.to_string())));
            return;
        }
        let mut about: Vec<Diagnostic> = Vec::new();
        for entry in &self.findings {
            let at = place(file, text, &entry.fingerprint);
            let mut found = 0;
            let mut refused = None;
            for finding in findings.iter_mut().filter(|it| stands(it) && it.fingerprint() == entry.fingerprint) {
                match cannot_wait(finding, unbending) {
                    Some(why) => refused = Some(why),
                    None if found < entry.times => {
                        finding.suppressed =
                            Some(Suppression::baseline(format!("in the baseline until {}", self.until)));
                        found += 1;
                    }
                    None => {}
                }
            }
            about.extend(match refused {
                Some(why) => Some(unfit(entry, why, at)),
                None => (found < entry.times).then(|| gone(entry, found, at)),
            });
        }
        findings.extend(about);
    }
}

fn stands(finding: &Diagnostic) -> bool {
    finding.suppressed.is_none() && finding.severity != Severity::Note
}

/// Where a word stands in the baseline's own text.
fn place(file: FileId, text: &str, word: &str) -> Span {
    let start = text.find(word).and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
    let length = if text.contains(word) { u32::try_from(word.len()).unwrap_or(0) } else { 0 };
    Span::new(file, start, start.saturating_add(length))
}

fn ended(until: Date, at: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("this baseline ended on {until}"))
        .at(at, "suppresses nothing any more")
        .because("old findings become the custom of the house unless somebody is told")
        .help("mend what it listed, and remove it")
}

fn unfit(entry: &Entry, why: &str, at: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("{} cannot wait in a baseline: {why}", entry.code))
        .at(at, "suppresses nothing")
        .because("a baseline buys time for paperwork, never at the expense of a person who said no")
        .help("take the entry out, and mend the finding")
}

fn gone(entry: &Entry, found: usize, at: Span) -> Diagnostic {
    let message = match found {
        0 => "a finding of the baseline occurs no more".to_owned(),
        found => format!("a finding of the baseline occurs {found} times, not {}", entry.times),
    };
    let about = entry.segment.as_ref().map_or(String::new(), |segment| format!(" of `{segment}`"));
    Diagnostic::error(CODE, message)
        .at(at, format!("this {}{about}", entry.code))
        .because("what is mended would be free to come back")
        .help("run `segma baseline` on the file again: it takes out what is mended, and lets nothing in")
}
