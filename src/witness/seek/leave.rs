//! Persons by whom findings about a purpose or a place can be seen: a yes that never grows old, a child who passes on its own yes, somebody
//! whom nobody asked. Such a finding is about a declaration; it is shown in the first audience that the declaration bears on.

use crate::diagnostic::Diagnostic;
use crate::model::{Length, PurposeId, SegmentId};

use super::super::make::demanded;
use super::super::{Fate, Witness, fate};
use super::Seeker;

/// How old a yes is tried, in years.
const OLD: [i64; 3] = [10, 5, 3];

impl Seeker<'_> {
    /// The audience that a finding is about, or the first that what it is about bears on.
    pub(super) fn subject(&self, finding: &Diagnostic) -> Option<SegmentId> {
        let name = finding.subject.as_deref()?;
        let own = self.model.segments.iter().find(|(_, segment)| segment.name.value == name).map(|(id, _)| id);
        let of_purpose = || self.model.purposes.iter().find(|(_, purpose)| purpose.name.value == name);
        let of_place = || self.model.jurisdictions.iter().find(|(_, place)| place.name.value == name);
        own.or_else(|| of_purpose().and_then(|(id, _)| self.audience_for(id)))
            .or_else(|| of_place().and_then(|_| self.audience_of_residents()))
    }

    fn audience_for(&self, purpose: PurposeId) -> Option<SegmentId> {
        let serves = |id: PurposeId| self.model.is_within(id, purpose);
        let mut audiences = self.model.audiences();
        let found = audiences.find(|(_, segment)| segment.purposes.iter().any(|own| serves(own.value)));
        found.map(|(id, _)| id)
    }

    /// Wherever people of an audience live is written with them, so it may be any place.
    fn audience_of_residents(&self) -> Option<SegmentId> {
        let lives = |id: SegmentId| {
            let entity = self.model.segments[id].entity?;
            self.model.entity_facts(entity)?.residence.as_ref()
        };
        self.model.audiences().map(|(id, _)| id).find(|id| lives(*id).is_some())
    }

    /// Somebody who is in by a yes of years ago.
    pub(super) fn agreed_long_ago(&self, id: SegmentId) -> Option<Witness> {
        let purpose = demanded(self.model, &self.model.segments[id]).into_iter().next()?;
        let name = &self.model.purposes[purpose].name.value;
        self.turns(|turn| {
            OLD.into_iter().find_map(|years| {
                let length = Length { months: years.saturating_mul(12), seconds: 0 };
                let member = self.member_who(self.model, id, turn, false, Some(length))?;
                let day = self.zone.date_of(member.draft.ago(length));
                let claim = format!("a yes of {years} years ago still lets somebody in");
                let fate = format!("in by a yes to `{name}` of {day}");
                Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), fate)]))
            })
        })
    }

    /// Somebody who is in though no ledger holds a yes of anybody.
    pub(super) fn never_asked(&self, id: SegmentId) -> Option<Witness> {
        if !demanded(self.model, &self.model.segments[id]).is_empty() {
            return None;
        }
        let member = self.turns(|turn| self.member(self.model, id, turn, false))?;
        if fate(self.model, id, &member.draft.world, self.now, &member.key) != Fate::In {
            return None;
        }
        let claim = "somebody whom nobody ever asked is in".to_owned();
        let said = "in; no ledger holds a yes of theirs, and the purpose asks for none".to_owned();
        Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), said)]))
    }
}
