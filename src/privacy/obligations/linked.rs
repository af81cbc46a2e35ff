//! Whose word counts: ledgers and what they must be, links, members, and what the places where people live ask.

use crate::model::{
    Field, FieldRole, IdentityId, Jurisdiction, JurisdictionId, KeyedBy, Ledger, LedgerId, LedgerOf, Residence,
    SubjectKind, TableId, TableKind, Type, Watermark,
};
use crate::privacy::policy::residence;
use crate::source::Spanned;

use super::words::place;
use super::{By, Conjunct, Derive, Draft, Duty, From};

impl<'m> Derive<'m> {
    pub(super) fn linked(&mut self) {
        let ledgers = self.ledgers();
        for (id, ledger) in &ledgers {
            self.ledger(*id, ledger);
        }
        self.addresses();
        self.matched();
        self.links();
        self.members();
        if self.leaves_a_choice() {
            self.residence();
            self.ages();
            self.sale();
        }
    }

    /// What the subjects are.
    pub(super) fn kind(&self) -> SubjectKind {
        let facts = self.segment.entity.and_then(|entity| self.model.entity_facts(entity));
        facts.map_or(SubjectKind::Person, |facts| facts.subject_kind)
    }

    /// Ledgers that speak of the entity's own keys and addresses, and of its purposes.
    pub(super) fn own_ledgers(&self) -> impl Iterator<Item = (LedgerId, &'m Ledger)> + '_ {
        let of = self.segment.entity.map(LedgerOf::Entity);
        self.model.ledgers.iter().filter(move |(id, ledger)| Some(ledger.of) == of && !self.is_opt_out(*id))
    }

    /// Whether a ledger is read for refusals of sale and nothing else.
    pub(super) fn is_opt_out(&self, ledger: LedgerId) -> bool {
        self.model.jurisdictions.values().any(|j| j.sale_opt_out.is_some_and(|it| it.value == ledger))
    }

    /// Every ledger that is asked: of the entity, of ids linked to it, of its members.
    pub(super) fn ledgers(&self) -> Vec<(LedgerId, &'m Ledger)> {
        let outside = self.is_outside();
        let asked = self.model.ledgers.iter().filter(|(id, _)| outside || !self.is_opt_out(*id));
        asked.filter(|(_, ledger)| self.reaches(ledger)).collect()
    }

    fn is_outside(&self) -> bool {
        self.segment.destinations.iter().any(|to| self.model.destinations[to.value].outside_party.is_some())
    }

    fn reaches(&self, ledger: &Ledger) -> bool {
        let Some(entity) = self.segment.entity else { return false };
        match ledger.of {
            LedgerOf::Entity(of) => {
                of == entity
                    || self.belonging().contains(&of)
                    || self.identities().any(|id| self.model.identities[id].entity == Some(of))
            }
            LedgerOf::Identity(id) => match self.model.identities[id].entity {
                Some(of) => {
                    of == entity || self.identities().any(|known| self.model.identities[known].entity == Some(of))
                }
                None => self.identities().any(|known| known == id),
            },
        }
    }

    /// Entities of those who belong to the subjects: the members of an account or household, the people behind an id.
    fn belonging(&self) -> Vec<TableId> {
        let Some(entity) = self.segment.entity else { return Vec::new() };
        let groups = matches!(self.kind(), SubjectKind::Account | SubjectKind::Household);
        let links = self.model.links.values().filter(|link| groups && link.to == entity).map(|link| link.from);
        let people = links.filter(|from| matches!(self.model.tables[*from].kind, TableKind::Entity(_)));
        let ids = self.model.identities.values().filter(|identity| identity.entity == Some(entity)).map(|it| it.to);
        people.chain(ids).collect()
    }

    /// Identities whose ids are linked to the entity.
    fn identities(&self) -> impl Iterator<Item = IdentityId> + '_ {
        let entity = self.segment.entity;
        self.model.identities.iter().filter(move |(_, identity)| Some(identity.to) == entity).map(|(id, _)| id)
    }

    fn ledger(&mut self, id: LedgerId, ledger: &Ledger) {
        let name = &ledger.name.value;
        let fresh = ledger.fresh.as_ref().map(|fresh| (&fresh.value, fresh.span));
        let how = match fresh.map(|(fresh, _)| (&fresh.by, fresh.within)) {
            Some((Watermark::Column(_), Some(within))) => Some(format!("no older than {within}")),
            Some((Watermark::Taken(on), Some(within))) => Some(format!("taken on {on} and no older than {within}")),
            Some((Watermark::Taken(on), None)) => Some(format!("taken on {on}")),
            Some((Watermark::Column(_), None)) | None => None,
        };
        let recent = how.as_ref().map_or_else(String::new, |how| format!(", {how},"));
        let owed = format!("That ledger `{name}` is there{recent} and names whom it denies");
        let draft = Draft::new(Duty::Ledger(id), owed);
        let draft = draft.from(From::Ledger, format!("`{name}` speaks of these people"), Some(ledger.name.span));
        let draft = match (&how, fresh) {
            (Some(how), Some((_, span))) => draft.from(From::Ledger, how.as_str(), Some(span)),
            (_, _) => draft.from(From::Ledger, "does not say how old it may be", Some(ledger.name.span)),
        };
        let draft =
            draft.asked(By::Guard, Conjunct::Speaks(name.clone()), "empties the run where it is missing or has no row");
        self.owe(match how {
            Some(_) => draft.asked(By::Guard, Conjunct::Fresh(name.clone()), "empties the run where it is older"),
            None => draft,
        });
    }

    fn addresses(&mut self) {
        let mut seen = Vec::new();
        for ledger in self.model.ledgers.values() {
            let (KeyedBy::Contact(field), true) =
                (ledger.keyed_by, Some(ledger.of) == self.segment.entity.map(LedgerOf::Entity))
            else {
                continue;
            };
            if seen.contains(&field) {
                continue;
            }
            seen.push(field);
            let (name, column) = (&self.model.fields[field].name.value, self.model.fields[field].column.clone());
            let owed = format!("That `{name}` is written plainly, as a no is found by it");
            let says = format!("ledger `{}` is keyed by it", ledger.name.value);
            let draft = Draft::new(Duty::Address(field), owed).from(From::Ledger, says, Some(ledger.subject.span));
            let asks = "empties the run where one has capitals or outer blanks; whoever has none does not pass";
            self.owe(draft.asked(By::Guard, Conjunct::Plain(column), asks));
        }
    }

    /// Addresses on which destinations match: whoever shares one is linked.
    fn matched(&mut self) {
        let Some(entity) = self.segment.entity.map(|id| &self.model.tables[id]) else { return };
        let mut seen = Vec::new();
        for to in self.segment.destinations.clone() {
            let destination = &self.model.destinations[to.value];
            let Some(matched) = &destination.matched else { continue };
            let name = &matched.field.value;
            // Nobody shares a key, and what is no text is no address.
            let is_address = |field: &Field| field.role == FieldRole::Plain && field.ty == Type::Text;
            let named = |field: &Field| field.name.value == *name && is_address(field);
            let field = entity.fields.iter().find(|id| named(&self.model.fields[**id]));
            let Some(field) = field.filter(|id| !seen.contains(*id)) else { continue };
            seen.push(*field);
            let owed = format!("That a no of whoever shares their `{name}` counts, as messages would reach them too");
            let says = format!("`{}` matches on it", destination.name.value);
            let draft = Draft::new(Duty::Address(*field), owed).from(From::Destination, says, Some(matched.field.span));
            let asks = "asks the ledgers about everybody with the same address, whatever its capitals and outer blanks";
            self.owe(draft.by(By::Guard, asks, None));
        }
    }

    fn links(&mut self) {
        let speaking: Vec<IdentityId> = self
            .identities()
            .filter(|id| self.model.ledgers.values().any(|ledger| self.is_of_ids(ledger, *id)))
            .collect();
        for id in speaking {
            let identity = &self.model.identities[id];
            let name = &identity.name.value;
            let owed = format!("That a no of anybody's `{name}` reaches the person, and everyone who shares it");
            let draft = Draft::new(Duty::Links(id), owed).from(
                From::Ledger,
                format!("a ledger speaks of ids that `{name}` links"),
                Some(identity.name.span),
            );
            let asks = "follows every link whatever its time, and empties the run where one is not whole";
            self.owe(draft.asked(By::Guard, Conjunct::Whole(name.clone()), asks));
        }
    }

    fn is_of_ids(&self, ledger: &Ledger, id: IdentityId) -> bool {
        match ledger.of {
            LedgerOf::Identity(of) => {
                of == id || self.model.identities[of].name.value == self.model.identities[id].name.value
            }
            LedgerOf::Entity(of) => self.model.identities[id].entity == Some(of),
        }
    }

    fn members(&mut self) {
        if self.belonging().is_empty() {
            return;
        }
        let owed = "That the no of any member, or of whoever is behind an id, counts for the whole";
        let draft =
            Draft::new(Duty::Members, owed).from(From::Language, "nobody is reached through somebody else", None);
        self.owe(draft.asked(By::Guard, Conjunct::Members, "asks their ledgers too, for denials and never for grants"));
    }

    /// Jurisdictions whose rules may hold for somebody here.
    pub(super) fn places(&self) -> Vec<(JurisdictionId, &'m Jurisdiction)> {
        let always = match residence(self.model, self.segment) {
            Some(Residence::Always(id)) => Some(id),
            Some(Residence::Field(_)) | None => None,
        };
        self.model.jurisdictions.iter().filter(|(id, _)| always.is_none_or(|always| always == *id)).collect()
    }

    fn residence(&mut self) {
        let Some(Residence::Field(field)) = residence(self.model, self.segment) else { return };
        let name = &self.model.fields[field].name.value;
        let owed = "That each person is held against the rules of the person's own place, and of all places where nobody knows which";
        let draft = Draft::new(Duty::Residence, owed).from(
            From::Source,
            format!("residence {name}"),
            Some(self.model.fields[field].name.span),
        );
        let asks = format!("takes the strictest of every rule where `{name}` is missing or in no jurisdiction");
        self.owe(draft.asked(By::Guard, Conjunct::Residence, asks));
    }

    fn ages(&mut self) {
        let birth = self.segment.entity.and_then(|entity| self.model.entity_facts(entity)?.birth);
        if self.kind() != SubjectKind::Person {
            return;
        }
        let unknown = residence(self.model, self.segment).is_none();
        let strictest = self.model.jurisdictions.values().filter_map(|j| j.adult_at).map(|age| age.value).max();
        let asked = self.places().into_iter().flat_map(|(id, jurisdiction)| {
            let ages = if unknown { jurisdiction.adult_at.into_iter().collect() } else { self.ages_in(jurisdiction) };
            ages.into_iter().map(move |age| (id, jurisdiction, age))
        });
        for (id, jurisdiction, age) in asked.collect::<Vec<_>>() {
            if unknown && Some(age.value) != strictest {
                continue;
            }
            let whose = if jurisdiction.adult_at.is_some_and(|own| own.value == age.value) {
                ""
            } else {
                ", of whoever may live in a part of it"
            };
            let owed = format!(
                "An age of at least {} in {}{whose}; whoever may be younger counts as younger",
                age.value,
                place(jurisdiction)
            );
            let draft = Draft::new(Duty::Age(id), owed);
            let draft = draft.from(From::Jurisdiction, format!("adult at {}", age.value), Some(age.span));
            let name = if unknown { String::new() } else { jurisdiction.name.value.clone() };
            self.owe(match birth {
                Some(birth) => {
                    let says = format!(
                        "reckons by `{}` on the civil day of the run",
                        self.model.fields[birth.value].name.value
                    );
                    draft.asked(By::Guard, Conjunct::Adult(name, age.value), says)
                }
                None => draft,
            });
        }
    }

    /// The ages that are asked in the countries of a jurisdiction: its own, and a higher one wherever a part of the country has it.
    fn ages_in(&self, own: &Jurisdiction) -> Vec<Spanned<u32>> {
        let among = |country: &str| {
            let parts = self.model.laws_in_parts_of(country).filter_map(|law| law.adult_at);
            own.adult_at.into_iter().chain(parts).rev().max_by_key(|age| age.value)
        };
        let mut ages: Vec<Spanned<u32>> = own.countries.iter().filter_map(|country| among(&country.value)).collect();
        if own.countries.is_empty() {
            ages.extend(own.adult_at);
        }
        ages.sort_by_key(|age| age.value);
        ages.dedup_by_key(|age| age.value);
        ages
    }

    fn sale(&mut self) {
        if !self.is_outside() {
            return;
        }
        let places: Vec<&Jurisdiction> = self.places().into_iter().map(|(_, place)| place).collect();
        let parts = self.model.jurisdictions.values().filter(|part| {
            let is_part = |country: &str| places.iter().any(|whole| lies_in(country, whole));
            !places.iter().any(|own| own.name.value == part.name.value)
                && part.countries.iter().any(|country| is_part(&country.value))
        });
        for jurisdiction in places.iter().copied().chain(parts) {
            let Some(ledger) = jurisdiction.sale_opt_out else { continue };
            let name = &self.model.ledgers[ledger.value].name.value;
            let reaches = self.reaches(&self.model.ledgers[ledger.value]);
            let owed = format!("That whoever refuses the sale of data in {} is left out", place(jurisdiction));
            let draft = Draft::new(Duty::Sale(ledger.value), owed).from(
                From::Jurisdiction,
                format!("sale opt out from ledger `{name}`"),
                Some(ledger.span),
            );
            let draft = self.segment.destinations.iter().fold(draft, |draft, to| {
                let destination = &self.model.destinations[to.value];
                match destination.outside_party {
                    Some(span) => draft.from(
                        From::Destination,
                        format!("`{}` is an outside party", destination.name.value),
                        Some(span),
                    ),
                    None => draft,
                }
            });
            self.owe(if reaches {
                draft.asked(
                    By::Guard,
                    Conjunct::OptOut(name.clone()),
                    format!("asks `{name}` for a refusal of whatever purpose"),
                )
            } else {
                draft
            });
        }
    }
}

/// Whether a part of a country (`US-CA`) lies in a country of a jurisdiction.
fn lies_in(part: &str, whole: &Jurisdiction) -> bool {
    let within = |country: &str| part.strip_prefix(country).is_some_and(|rest| rest.starts_with('-'));
    whole.countries.iter().any(|country| within(&country.value))
}
