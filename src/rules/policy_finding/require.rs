//! What policies require: a consent, adults, an assessment, a review.

use super::super::dead_policy::after;
use super::super::gate_lost_in_reference::{self, asks_for};
use super::super::tools::{chain, entity_of, listed, origin, purpose_name, through, what};
use super::super::ways;
use super::Case;
use super::forbid::distinct;
use crate::diagnostic::Diagnostic;
use crate::model::{ConsentClause, Jurisdiction, PurposeId, Residence, SubjectKind};
use crate::privacy::policy::residence;

impl Case<'_> {
    pub(super) fn require_consent(&self, purpose: PurposeId, category: Option<&str>) -> Vec<Diagnostic> {
        if asks_for(self.segment, purpose) {
            return Vec::new();
        }
        match category {
            None => vec![self.unasked(purpose)],
            Some(category) => distinct(self.revealing(category).map(|(read, revealed)| {
                let (read_name, name) = (what(self.cx.model, read), purpose_name(self.cx.model, purpose));
                let verb = if revealed.inferred.is_some() { "implies" } else { "is" };
                let message = format!("`{read_name}` {verb} `{}`, which needs consent for `{name}`", revealed.category);
                let finding = self
                    .finding(message)
                    .at(read.entry, format!("reveals `{}`{}", revealed.category, through(self.cx.model, read)));
                let finding = origin(chain(self.cx.model, finding, read), revealed);
                let finding = match gate_lost_in_reference::named_by(self.cx.model, read, purpose) {
                    Some(class) => finding.also(class),
                    None => finding,
                };
                let finding = ways::named(self.cx.model, self.segment, self.cited(finding), (read, revealed));
                self.asking(finding, purpose)
            })),
        }
    }

    fn unasked(&self, purpose: PurposeId) -> Diagnostic {
        let place = self.segment.consent.as_ref().map_or(self.segment.name.span, |clause| clause.span);
        let name = purpose_name(self.cx.model, purpose);
        let message = format!("policy `{}` requires consent for `{name}`", self.policy.name.value);
        self.asking(self.cited(self.finding(message).at(place, "not asked for")), purpose)
    }

    /// Says, and offers, how to ask for a consent.
    fn asking(&self, finding: Diagnostic, purpose: PurposeId) -> Diagnostic {
        let name = purpose_name(self.cx.model, purpose);
        let finding = finding.help(self.help(&format!("name `{name}` in `consent` as well, or leave the data out")));
        let Some(clause) = &self.segment.consent else { return finding };
        match &clause.value {
            ConsentClause::Required(asked) => match asked.last() {
                Some(last) => finding.fix(format!("ask for `{name}` too"), last.span.after(), format!(", {name}")),
                None => finding,
            },
            ConsentClause::NotNeeded { .. } => {
                finding.fix(format!("ask for `{name}`"), clause.span, format!("consent  {name}"))
            }
        }
    }

    /// Ages bind people; accounts, households and devices have none.
    pub(super) fn require_adult(&self) -> Option<Diagnostic> {
        let model = self.cx.model;
        let facts = entity_of(model, self.segment).filter(|facts| facts.subject_kind == SubjectKind::Person)?;
        let may_hold: Vec<&Jurisdiction> = match residence(model, self.segment) {
            Some(Residence::Always(id)) => vec![&model.jurisdictions[id]],
            Some(Residence::Field(_)) | None => model.jurisdictions.values().collect(),
        };
        let ageless: Vec<&str> =
            may_hold.iter().filter(|j| j.adult_at.is_none()).map(|j| j.name.value.as_str()).collect();
        let lack = if may_hold.is_empty() {
            "no jurisdiction says who is an adult".to_owned()
        } else if !ageless.is_empty() {
            format!("jurisdiction {} does not say who is an adult", listed(ageless))
        } else if facts.birth.is_none() {
            "nothing says when these people were born".to_owned()
        } else {
            return None;
        };
        let finding = self.finding(format!("policy `{}` is for adults, and {lack}", self.policy.name.value));
        let finding = self.cited(finding.at(self.segment.name.span, "may reach children"));
        Some(finding.help(self.help("declare `adult at 18` in the jurisdiction, and `birth` in the entity")))
    }

    /// Where a category is named, the first reading that reveals it is what the assessment would be of.
    pub(super) fn require_assessment(&self, category: Option<&str>) -> Option<Diagnostic> {
        let model = self.cx.model;
        let read = category.map(|category| self.revealing(category).next());
        if read.is_some_and(|read| read.is_none()) {
            return None;
        }
        let bare = self.segment.purposes.iter().find(|purpose| model.assessment(purpose.value).is_none())?;
        let name = purpose_name(model, bare.value);
        let of = match read.flatten() {
            Some((read, revealed)) => {
                format!(" of using `{}`, which reveals `{}`", what(model, read), revealed.category)
            }
            None => String::new(),
        };
        let finding = self.finding(format!(
            "policy `{}` requires an assessment{of}, and `{name}` names none",
            self.policy.name.value
        ));
        let finding = finding
            .at(bare.span, "not assessed")
            .and(model.purposes[bare.value].name.span, "the purpose is declared here");
        let finding = match read.flatten() {
            Some((read, revealed)) => origin(
                chain(model, finding.and(read.entry, format!("reveals `{}`", revealed.category)), read),
                revealed,
            ),
            None => finding,
        };
        Some(self.cited(finding).help(self.help("name the record in the purpose: `assessment \"DPIA-12\"`")))
    }

    pub(super) fn require_review(&self) -> Option<Diagnostic> {
        let name = &self.policy.name.value;
        let help = self.help("write when it is looked at again and was last: `review every 6 months, last 2026-09-01`");
        let finding = match &self.segment.review {
            None => self
                .finding(format!("policy `{name}` requires a review, and the segment has none"))
                .at(self.segment.name.span, "no `review`"),
            Some(review) => match review.value.last.map(|last| after(last, review.value.every)) {
                None => self
                    .finding(format!("policy `{name}` requires a review, and there was none yet"))
                    .at(review.span, "no `last`"),
                Some(due) if due < self.cx.today => self
                    .finding(format!("policy `{name}` requires a review, and it was due on {due}"))
                    .at(review.span, "overdue"),
                Some(_) => return None,
            },
        };
        Some(self.cited(finding).help(help))
    }
}
