//! POL-01: what a project's own policies forbid, require and limit.
//!
//! A finding carries the policy's name and reason, weighs what the policy says, and is filed under the policy's class; the classes by
//! which the data came (inferred, under negation, through a filter, through a reference) stand beside it. A minimum is enforced in
//! what is emitted and is no finding. Before the day of its `since` a policy warns of what it will refuse. The policies of a pack are
//! held like the project's own.

mod forbid;
mod limit;
mod lists;
mod reach;
mod require;

use super::{Context, Rule, catalogue};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::{Demand, OriginKind, Policy, Segment};
use crate::privacy::SegmentFacts;
use crate::privacy::policy::applying;

pub(super) static RULE: Rule = Rule { code: Code("POL-01"), check };

/// One demand of one policy on one segment.
struct Case<'a> {
    cx: &'a Context<'a>,
    segment: &'a Segment,
    facts: &'a SegmentFacts,
    policy: &'a Policy,
}

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        for (_, policy) in applying(cx.model, segment) {
            let case = Case { cx, segment, facts: cx.facts.segment(id), policy };
            for demand in &policy.demands {
                case.hold(&demand.value, findings);
            }
        }
    }
    lists::check(cx, findings);
}

impl Case<'_> {
    /// What the policy found, with what it means for a person before the policy's own reason.
    fn hold(&self, demand: &Demand, findings: &mut Vec<Diagnostic>) {
        let before = findings.len();
        self.ask(demand, findings);
        for finding in findings.iter_mut().skip(before) {
            let means = consequence(demand);
            finding.why = Some(finding.why.as_ref().map_or_else(|| means.to_owned(), |why| format!("{means}: {why}")));
        }
    }

    fn ask(&self, demand: &Demand, findings: &mut Vec<Diagnostic>) {
        match demand {
            Demand::ForbidCategory(category) => findings.extend(self.forbid_category(category)),
            Demand::ForbidTargeting(category) => findings.extend(self.forbid_targeting(category)),
            Demand::ForbidCombining(categories) => findings.extend(self.forbid_combining(categories)),
            Demand::ForbidOrigin(kind) => findings.extend(self.forbid_origin(*kind)),
            Demand::ForbidField(field) => findings.extend(self.forbid_field(*field)),
            Demand::RequireConsent { purpose, category } => {
                findings.extend(self.require_consent(*purpose, category.as_deref()));
            }
            Demand::RequireAdult => findings.extend(self.require_adult()),
            Demand::RequireAssessment(category) => findings.extend(self.require_assessment(category.as_deref())),
            Demand::RequireBasis(basis) => findings.extend(self.require_basis(*basis)),
            Demand::RequireRegister => findings.extend(self.require_register()),
            Demand::RequireCap => findings.extend(self.require_cap()),
            Demand::RequireCover(regions) => findings.extend(self.require_cover(regions)),
            Demand::RequireReview => findings.extend(self.require_review()),
            Demand::LimitConditions(most) => findings.extend(self.limit_conditions(*most)),
            Demand::LimitRetain(most) => findings.extend(self.limit_retain(*most)),
            Demand::LimitWindow(most) => findings.extend(self.limit_window(*most)),
            Demand::LimitRemovalLag(most) => findings.extend(self.limit_removal_lag(*most)),
            // Held over all segments at once.
            Demand::LimitLists(_) | Demand::Minimum(_) => {}
        }
    }

    /// A finding of the policy about the segment.
    fn finding(&self, message: String) -> Diagnostic {
        let (name, title) = (&self.policy.name, self.policy.title.as_deref());
        let class = self.policy.class.as_ref().and_then(|class| catalogue::class(&class.value));
        let code = class.map_or(RULE.code, |class| class.code);
        let coming = self.policy.since.map(|since| since.value).filter(|since| *since > self.cx.today);
        let (level, message) = match coming {
            Some(day) => (self.policy.level.min(Severity::Warning), format!("{message} (refused from {day} on)")),
            None => (self.policy.level, message),
        };
        let mut finding = Diagnostic::new(code, level, message).about(&self.segment.name.value);
        finding.policy = Some(name.value.clone());
        finding.why = self.policy.because.clone().or_else(|| title.map(str::to_owned));
        finding
    }

    /// Adds the policy's own place, last.
    fn cited(&self, finding: Diagnostic) -> Diagnostic {
        let says = self.policy.title.as_deref().map(|title| format!(": {title}")).unwrap_or_default();
        let unverified = if self.policy.unverified { " unverified" } else { "" };
        let since = self.policy.since.map_or(String::new(), |since| format!(" since {}{unverified}", since.value));
        let of = self.policy.pack.map_or(String::new(), |pack| format!(" of pack `{pack}`{since}"));
        finding.and(self.policy.name.span, format!("policy `{}`{of}{says}", self.policy.name.value))
    }

    fn help(&self, what: &str) -> String {
        if self.policy.excepts { format!("{what}; or ask whoever may approve an exception") } else { what.to_owned() }
    }
}

/// What it would mean for a person if a demand were not held.
fn consequence(demand: &Demand) -> &'static str {
    match demand {
        Demand::ForbidCategory(_) => "people would be picked by it, and whoever sees the list would know it of them",
        Demand::ForbidTargeting(_) => "people would be picked by it",
        Demand::ForbidCombining(_) => "single people would be recognised by what is put together",
        Demand::ForbidOrigin(OriginKind::ThirdParty) => "people would be reached by what somebody else told of them",
        Demand::ForbidOrigin(OriginKind::FirstParty) => "people would be reached by what was watched of them",
        Demand::ForbidOrigin(OriginKind::Volunteered) => "people would be reached by what they told for something else",
        Demand::ForbidField(_) => "people would be picked by what nobody may look at for this",
        Demand::RequireConsent { .. } => "people would be reached who never agreed to that",
        Demand::RequireAdult => "children would be reached",
        Demand::RequireAssessment(_) => "nobody would have weighed what this does to people",
        Demand::RequireBasis(_) => "people would be reached on a leave that does not reach so far",
        Demand::RequireRegister => "people would be reached who said no to being reached like this",
        Demand::RequireCap => "people would be contacted as often as anybody likes",
        Demand::RequireCover(_) => "people's data would leave for where nobody protects it",
        Demand::RequireReview => "people would stay on a list that nobody looks at again",
        Demand::Minimum(_) => "people in a small group would be recognised",
        Demand::LimitConditions(_) => "people would be recognised by so many conditions",
        Demand::LimitRetain(_) => "that people were on the list would be known for longer than was promised",
        Demand::LimitWindow(_) => "what people did before that would still count",
        Demand::LimitRemovalLag(_) => "people who said no would be reached for longer than was promised",
        Demand::LimitLists(_) => "people would be sorted into lists by what each tells of them",
    }
}
