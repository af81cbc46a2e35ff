//! Obligations held against what the checker found.

use crate::diagnostic::{Code, Diagnostic, Severity, SuppressedBy};
use crate::model::{Exception, Model};
use crate::source::Span;

use super::{Draft, Duty, Obligation, Obligations, Standing};

/// What the checker says about an obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The code it is filed under.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// Where.
    pub place: Option<Span>,
    /// The exception that lets it be. A baseline does not: what waits there is owed.
    pub excepted: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Finding {
    /// How an obligation stands of which this was found.
    pub fn standing(&self) -> Standing {
        match (self.severity, &self.excepted) {
            (Severity::Note, _) => Standing::Discharged,
            (Severity::Warning | Severity::Error, Some(_)) => Standing::Excepted,
            (Severity::Warning, None) => Standing::Doubtful,
            (Severity::Error, None) => Standing::Open,
        }
    }

    fn of(finding: &Diagnostic) -> Self {
        Self {
            code: finding.code,
            severity: finding.severity,
            message: with_exception(finding),
            place: finding.span(),
            excepted: finding
                .suppressed
                .as_ref()
                .filter(|leave| leave.by != SuppressedBy::Baseline)
                .map(|it| it.words.clone()),
            help: finding.help.clone(),
        }
    }
}

impl Obligations {
    /// Holds them against what the checker found: about the segment, and in what it leans on.
    #[must_use]
    pub fn settle(mut self, model: &Model, findings: &[Diagnostic]) -> Self {
        let leans = self.leans(model);
        let name = &model.segments[self.segment].name.value;
        let concerns = |finding: &&Diagnostic| {
            let subject = finding.subject.as_deref();
            let of_another = subject.is_some_and(|it| it != name && model.segment_named(it).is_some());
            let place = finding.span();
            let own = place.is_some_and(|place| model.segments[self.segment].span.holds(place));
            let leaned = !of_another && place.is_some_and(|place| leans.iter().any(|known| known.holds(place)));
            subject == Some(name) && !is_elsewhere(model, finding, &self, &leans) || own || leaned
        };
        let all: Vec<Diagnostic> = findings.iter().filter(concerns).cloned().collect();
        for finding in &all {
            let at = self.fitting(model, finding);
            match at.and_then(|at| self.all.get_mut(at)) {
                Some(one) => one.findings.push(Finding::of(finding)),
                None if finding.severity == Severity::Note => {}
                None => self.all.push(beyond(finding)),
            }
        }
        self
    }

    /// The declarations that stand behind the obligations.
    fn leans(&self, model: &Model) -> Vec<Span> {
        let mut spans = Vec::new();
        for one in &self.all {
            spans.extend(one.duty.declared(model));
        }
        let own = |exception: &&Exception| exception.segments.iter().any(|named| named.value == self.segment);
        spans.extend(model.exceptions.iter().filter(own).map(|exception| exception.span));
        let purposes = model.segments[self.segment].purposes.iter().flat_map(|purpose| model.broader(purpose.value));
        spans.extend(purposes.map(|id| model.purposes[id].span));
        spans
    }

    /// The obligation that a finding is about: of those that its class belongs to, the one with most places in common.
    fn fitting(&self, model: &Model, finding: &Diagnostic) -> Option<usize> {
        let of_policy = finding.policy.as_deref();
        let fits = |one: &Obligation| match (one.duty, of_policy) {
            (Duty::Policy(id), Some(name)) => model.policies[id].name.value == name,
            (_, Some(_)) => false,
            (duty, None) => finding.codes().any(|code| duty.is_of(code.0)),
        };
        let places: Vec<Span> = finding.primary.iter().chain(&finding.related).map(|label| label.span).collect();
        let common = |one: &Obligation| {
            let own = one.origins.iter().filter_map(|origin| origin.place);
            let own = own.chain(one.discharged.iter().filter_map(|by| by.place)).chain(one.duty.declared(model));
            own.filter(|own| places.iter().any(|place| own.holds(*place) || place.holds(*own))).count()
        };
        let fitting = self.all.iter().enumerate().filter(|(_, one)| fits(one));
        fitting.max_by_key(|(at, one)| (common(one), std::cmp::Reverse(*at))).map(|(at, _)| at)
    }
}

/// What was found; beside it that an exception from it has ended, or has not begun (GOV-03).
fn with_exception(finding: &Diagnostic) -> String {
    let told = finding.also.iter().any(|code| code.0 == "GOV-03").then(|| finding.related.last()).flatten();
    told.map_or_else(|| finding.message.clone(), |label| format!("{}; GOV-03: {}", finding.message, label.text))
}

/// A subject of the same name that is another thing: the finding stands in a declaration that the segment does not lean on.
fn is_elsewhere(model: &Model, finding: &Diagnostic, of: &Obligations, leans: &[Span]) -> bool {
    let Some(place) = finding.span() else { return false };
    let segment = &model.segments[of.segment];
    let known = leans.iter().any(|span| span.holds(place)) || segment.span.holds(place) || place.holds(segment.span);
    let other = model.segments.values().any(|other| other.span.holds(place));
    !known && !other && model.purposes.values().any(|purpose| purpose.span.holds(place))
}

/// An obligation that nothing else names: what was found is what was owed.
fn beyond(finding: &Diagnostic) -> Obligation {
    let mut one = Draft::new(Duty::Found, format!("To keep to {}", finding.code)).0;
    one.findings.push(Finding::of(finding));
    one
}

impl Duty {
    /// The declaration that it is about.
    fn declared(self, model: &Model) -> Option<Span> {
        Some(match self {
            Duty::Consent(id)
            | Duty::Withdrawal(id)
            | Duty::Objection(id)
            | Duty::Assessment(id)
            | Duty::Need(id)
            | Duty::Told(id)
            | Duty::Controller(id)
            | Duty::Existing(id)
            | Duty::Unadvertised(id)
            | Duty::Alone(id)
            | Duty::Suspension(id) => model.purposes[id].span,
            Duty::Ledger(id) | Duty::Sale(id) => model.ledgers[id].span,
            Duty::Address(id) => model.fields[id].span,
            Duty::Links(id) | Duty::KeptLinks(id) => model.identities[id].span,
            Duty::Age(id) => model.jurisdictions[id].span,
            Duty::Allowed(id)
            | Duty::Origin(id)
            | Duty::Kept(id)
            | Duty::Informed(id)
            | Duty::Collected(id)
            | Duty::Licence(id)
            | Duty::Retrained(id) => model.tables[id].span,
            Duty::Policy(id) => model.policies[id].span,
            Duty::Channel(id)
            | Duty::Removal(id)
            | Duty::Shared(id)
            | Duty::Transfer(id)
            | Duty::Apart(id)
            | Duty::Seed(id)
            | Duty::Training(id)
            | Duty::Needed(id) => model.destinations[id].span,
            Duty::Release(id) => return model.releases_of(id).next().map(|release| release.span),
            Duty::Reference(_)
            | Duty::Purpose
            | Duty::Leave
            | Duty::Frozen
            | Duty::Members
            | Duty::Residence
            | Duty::Special(_)
            | Duty::Exposed
            | Duty::Decision
            | Duty::Campaign
            | Duty::Fairness
            | Duty::Membership
            | Duty::Refresh
            | Duty::Stay
            | Duty::Minimum
            | Duty::Cap
            | Duty::Holdout
            | Duty::Found => return None,
        })
    }

    /// Whether findings of a class are about it, or the policy behind it is filed under that.
    pub fn is_filed_under(self, model: &Model, code: &str) -> bool {
        let of_policy = model.policies.iter().any(|(id, policy)| {
            self == Duty::Policy(id) && policy.class.as_ref().is_some_and(|class| class.value == code)
        });
        of_policy || self.is_of(code)
    }

    /// Whether findings of a class are about it.
    fn is_of(self, code: &str) -> bool {
        let any = |codes: &[&str]| codes.contains(&code);
        match self {
            Duty::Purpose => code == "PUR-04",
            Duty::Leave => any(&["CON-01", "CON-19", "CON-20"]),
            Duty::Consent(_) => any(&["CON-04", "CON-07", "CON-08", "CON-13", "CON-18", "CON-23", "LEG-02"]),
            Duty::Alone(_) => code == "CON-17",
            Duty::Existing(_) | Duty::Unadvertised(_) => code == "LEG-02",
            Duty::Campaign => any(&["SEN-07", "SEN-11"]),
            Duty::Fairness => code == "SEN-11",
            Duty::Licence(_) => code == "COM-08",
            Duty::Retrained(_) => code == "MLS-03",
            Duty::Transfer(_) => any(&["JUR-03", "JUR-04", "JUR-05"]),
            Duty::Apart(_) => code == "COM-10",
            Duty::Seed(_) => code == "COM-11",
            Duty::Training(_) => code == "MLS-08",
            Duty::Needed(_) => code == "IDN-12",
            Duty::Withdrawal(_) => code == "CON-09",
            Duty::Objection(_) | Duty::Assessment(_) => any(&["LEG-01", "LEG-02", "LEG-03", "LEG-07"]),
            Duty::Told(_) => code == "LEG-08",
            Duty::Controller(_) => code == "CON-06",
            Duty::Shared(_) => code == "CHN-05",
            Duty::Informed(_) => code == "LEG-09",
            Duty::Collected(_) => code == "CON-24",
            Duty::Decision => code == "LEG-06",
            Duty::Need(_) => any(&["CON-01", "LEG-03"]),
            Duty::Ledger(_) => any(&["SQL-11", "CON-03", "CON-09", "CON-25"]),
            Duty::Address(_) => code == "SQL-04",
            Duty::Links(_) => code == "CON-14",
            Duty::Residence => any(&["JUR-01", "JUR-02"]),
            Duty::Age(_) => code.starts_with("MIN-"),
            Duty::Sale(_) => code == "CHN-02",
            Duty::Allowed(_) => code.starts_with("PUR-") && code != "PUR-04" || any(&["COM-01", "MLS-01"]),
            Duty::Origin(_) => code == "COM-07",
            // That a name tells of its members is of no category that a policy could decide on.
            Duty::Special(_) => code.starts_with("SEN-") && code != "SEN-05",
            Duty::Release(_) => code == "COM-14",
            Duty::Reference(_) => any(&["COM-05", "PUR-06"]),
            Duty::Exposed => any(&["IDN-01", "IDN-02", "IDN-10", "IDN-11"]),
            Duty::Kept(_) => any(&["RET-01", "RET-02", "RET-03", "RET-04", "RET-06", "RET-09"]),
            Duty::KeptLinks(_) => any(&["RET-01", "RET-02", "RET-03"]),
            Duty::Membership => any(&["RET-03", "RET-08"]),
            Duty::Refresh => code == "RET-05",
            Duty::Channel(_) => any(&["CON-05", "CHN-03", "CHN-06"]),
            Duty::Removal(_) => any(&["CON-11", "CON-12", "GOV-09"]),
            Duty::Minimum => any(&["IDN-04", "IDN-08"]),
            Duty::Policy(_)
            | Duty::Suspension(_)
            | Duty::Frozen
            | Duty::Members
            | Duty::Stay
            | Duty::Cap
            | Duty::Holdout
            | Duty::Found => false,
        }
    }
}
