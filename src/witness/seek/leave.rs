//! Persons by whom findings about a purpose, a place or a ledger can be seen: a yes that never grows old, or is under no known notice, or
//! is a default; a child who passes on its own yes; somebody whom nobody asked. Such a finding is about a declaration; it is shown in the
//! first of some audiences that the declaration bears on.

use crate::diagnostic::Diagnostic;
use crate::model::{
    DestinationId, Jurisdiction, LedgerOf, LedgerRows, Length, PurposeId, Residence, SegmentId, StateColumn, Valid,
    Value,
};
use crate::privacy::ages::highest;

use super::super::make::{Maker, demanded};
use super::super::show;
use super::super::{Fate, Witness, fate};
use super::{Member, Seeker};

/// How many audiences that a declaration bears on are tried.
const TRIED: usize = 4;

/// How old a yes is tried, in years.
const OLD: [i64; 3] = [10, 5, 3];

impl Seeker<'_> {
    /// The audience that a finding is about, or the first that what it is about bears on: those that it names come first, then those
    /// that ask for a yes.
    pub(super) fn subjects(&self, finding: &Diagnostic) -> Vec<SegmentId> {
        let Some(name) = finding.subject.as_deref() else { return Vec::new() };
        let own = self.model.segments.iter().find(|(_, segment)| segment.name.value == name);
        if let Some((id, _)) = own {
            return vec![id];
        }
        let mut all = self.born_on(name);
        let named = |id: &SegmentId| {
            let destinations = &self.model.segments[*id].destinations;
            destinations.iter().any(|to| finding.related.iter().any(|label| label.span == to.span))
        };
        all.sort_by_key(|id| (!named(id), demanded(self.model, &self.model.segments[*id]).is_empty()));
        all.truncate(TRIED);
        all
    }

    /// The audiences on which a purpose, a place, a ledger, a destination or an entity of a name bears.
    fn born_on(&self, name: &str) -> Vec<SegmentId> {
        let model = self.model;
        let of = |entity| model.audiences().filter(|(_, s)| s.entity == Some(entity)).map(|(id, _)| id).collect();
        if let Some((id, _)) = model.purposes.iter().find(|(_, purpose)| purpose.name.value == name) {
            return self.audiences_for(id);
        }
        if model.jurisdictions.values().any(|place| place.name.value == name) {
            return self.audiences_of_residents();
        }
        if let Some(ledger) = model.ledgers.values().find(|ledger| ledger.name.value == name) {
            return match ledger.of {
                LedgerOf::Entity(entity) => of(entity),
                LedgerOf::Identity(_) => Vec::new(),
            };
        }
        if let Some((id, _)) = model.destinations.iter().find(|(_, to)| to.name.value == name) {
            return self.audiences_to(id);
        }
        let entity =
            model.tables.iter().find(|(id, table)| table.name.value == name && model.entity_facts(*id).is_some());
        entity.map_or_else(Vec::new, |(id, _)| of(id))
    }

    fn audiences_for(&self, purpose: PurposeId) -> Vec<SegmentId> {
        let serves = |id: PurposeId| self.model.is_within(id, purpose);
        let audiences = self.model.audiences();
        let found = audiences.filter(|(_, segment)| segment.purposes.iter().any(|own| serves(own.value)));
        found.map(|(id, _)| id).collect()
    }

    fn audiences_to(&self, destination: DestinationId) -> Vec<SegmentId> {
        let audiences = self.model.audiences();
        let found = audiences.filter(|(_, segment)| segment.destinations.iter().any(|to| to.value == destination));
        found.map(|(id, _)| id).collect()
    }

    /// Wherever people of an audience live is written with them, so it may be any place.
    fn audiences_of_residents(&self) -> Vec<SegmentId> {
        let lives = |id: &SegmentId| {
            let facts = self.model.segments[*id].entity.and_then(|entity| self.model.entity_facts(entity));
            facts.is_some_and(|facts| facts.residence.is_some())
        };
        self.model.audiences().map(|(id, _)| id).filter(lives).collect()
    }

    /// The place that a finding is about.
    fn place(&self, finding: &Diagnostic) -> Option<&Jurisdiction> {
        let name = finding.subject.as_deref()?;
        self.model.jurisdictions.values().find(|place| place.name.value == name)
    }

    /// Writes where somebody lives, where a field says it.
    pub(super) fn settle(&self, id: SegmentId, member: &mut Member, country: &str) {
        let facts = self.model.segments[id].entity.and_then(|entity| self.model.entity_facts(entity));
        let residence = facts.and_then(|facts| facts.residence.as_ref()).map(|residence| residence.value);
        if let Some(Residence::Field(field)) = residence {
            let mut maker = Maker::new(self.model, &mut member.draft);
            maker.set_field(&member.place, field, &Value::Text(country.to_owned()));
        }
    }

    /// Somebody of so many years who is in, in the place that a finding is about, if it is about one; with the day of birth.
    fn aged(&self, id: SegmentId, years: i64, country: Option<&str>) -> Option<(Member, String)> {
        let entity = self.model.segments[id].entity?;
        let birth = self.model.entity_facts(entity)?.birth?.value;
        self.turns(|turn| {
            let mut member = self.member(self.model, id, turn, false)?;
            if let Some(country) = country {
                self.settle(id, &mut member, country);
            }
            let mut maker = Maker::new(self.model, &mut member.draft);
            let born = maker.years_ago(years);
            maker.set_field(&member.place, birth, &born);
            let stands = fate(self.model, id, &member.draft.world, self.now, &member.key) == Fate::In;
            stands.then(|| (member, show::value(&born)))
        })
    }

    /// A child.
    pub(super) fn minor(&self, id: SegmentId, finding: &Diagnostic) -> Option<Witness> {
        let country = self.place(finding).and_then(|place| place.countries.first()).map(|one| one.value.as_str());
        let (member, born) = self.aged(id, 12, country)?;
        let place = country.map(|country| format!(" in `{country}`")).unwrap_or_default();
        let claim = format!("a child of twelve{place} is in");
        Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), format!("in, and born on {born}"))]))
    }

    /// Somebody who is old enough by what is written, and too young by what is known of their country.
    pub(super) fn too_young(&self, id: SegmentId, finding: &Diagnostic) -> Option<Witness> {
        if demanded(self.model, &self.model.segments[id]).is_empty() {
            return None;
        }
        let place = self.place(finding)?;
        let age = place.adult_at.as_ref()?.value;
        let (country, due) = highest(place).filter(|(_, due)| *due > age)?;
        let country = &country.value;
        let (member, born) = self.aged(id, i64::from(age), Some(country))?;
        let claim =
            format!("somebody of {age} in `{country}` is in on their own yes, which counts there from {due} on");
        let said = format!("in, and born on {born}");
        Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), said)]))
    }

    /// Somebody whose yes is in a ledger that does not say which notice they saw.
    pub(super) fn under_no_notice(&self, id: SegmentId, finding: &Diagnostic) -> Option<Witness> {
        let ledger = finding.subject.as_deref()?;
        let column = self.column(finding).map(|column| column.column.value.clone());
        let mut lenient = self.model.clone();
        let all: Vec<PurposeId> = lenient.purposes.ids().collect();
        for purpose in all {
            let purpose = &mut lenient.purposes[purpose];
            purpose.notice = None;
            if let Some(valid) = &mut purpose.valid {
                valid.value = Valid::WithoutEnd { because: String::new() };
            }
        }
        let only = Some((ledger.to_owned(), column));
        if demanded(self.model, &self.model.segments[id]).is_empty() {
            return None;
        }
        let member = self.turns(|turn| self.member_who(&lenient, id, turn, &|draft| draft.only.clone_from(&only)))?;
        let claim = "somebody would be selected of whom nobody knows which notice they saw".to_owned();
        let said = format!("in by what is written; `{ledger}` holds their yes, and no notice");
        Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), said)]))
    }

    /// Somebody whose yes is what the column holds where nobody was asked.
    pub(super) fn by_default(&self, id: SegmentId, finding: &Diagnostic) -> Option<Witness> {
        let ledger = finding.subject.as_deref()?;
        let column = &self.column(finding)?.column.value;
        let only = Some((ledger.to_owned(), Some(column.clone())));
        if demanded(self.model, &self.model.segments[id]).is_empty() {
            return None;
        }
        let member = self.turns(|turn| self.member_who(self.model, id, turn, &|draft| draft.only.clone_from(&only)))?;
        let claim = "somebody whom nobody asked is in, if a default looks like that".to_owned();
        let said = format!("in by what `{column}` holds; nothing tells whether they ever answered");
        Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), said)]))
    }

    /// The column of present states at which a finding stands.
    fn column(&self, finding: &Diagnostic) -> Option<&StateColumn> {
        let place = finding.span()?;
        let mut columns = self.model.ledgers.values().flat_map(|ledger| match &ledger.rows {
            LedgerRows::States(columns) => columns.as_slice(),
            LedgerRows::Events(_) => &[],
        });
        columns.find(|column| column.column.span == place)
    }

    /// Somebody who is in by a yes of years ago.
    pub(super) fn agreed_long_ago(&self, id: SegmentId) -> Option<Witness> {
        let purpose = demanded(self.model, &self.model.segments[id]).into_iter().next()?;
        let name = &self.model.purposes[purpose].name.value;
        self.turns(|turn| {
            OLD.into_iter().find_map(|years| {
                let length = Length { months: years.saturating_mul(12), seconds: 0 };
                let member = self.member_who(self.model, id, turn, &|draft| draft.agreed = Some(length))?;
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
