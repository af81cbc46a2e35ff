//! The guard of a segment: its purposes, and every ledger, identity and jurisdiction that speaks of its people.

use crate::faults::{Fault, on};
use crate::model::{
    self, Basis, Channel, ConsentClause, Covers, EntityFacts, FieldRole, IdentityId, KeyedBy as ModelKey, LedgerId,
    LedgerOf, LedgerRows as ModelRows, LinkId, PurposeId, Residence as ModelResidence, Retain, Segment, StateSays,
    StateWhen, SubjectKind, TableId, TableKind, Valid, Value, Watermark,
};
use crate::plan::{
    Asks, ClockColumn, Code, ColumnKind, Fresh, Guard, Identity, Jurisdiction, KeyedBy, Ledger, LedgerRows, Members,
    Path, PurposeGuard, Residence, Says, StateColumn, Version,
};

use super::Builder;
use super::tables::kind;

/// Whose statements a ledger holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subjects {
    Of(TableId),
    Ids(IdentityId),
}

/// By what somebody belongs to a subject, so that their denials reach it.
#[derive(Clone, Copy)]
enum Belonging {
    /// A member's link to the account or household.
    Link(LinkId),
    /// An id's person.
    Id(IdentityId),
}

/// The purposes of a guard, for telling what a ledger's code covers.
struct Coverage {
    purposes: Vec<PurposeId>,
    channels: Vec<Channel>,
}

impl<'m> Builder<'m> {
    /// The guard of `segment` for subjects of `entity` (its own, or related people).
    pub(super) fn guard(&mut self, segment: &'m Segment, entity: TableId) -> Guard {
        let facts = self.entity_facts(entity);
        let subject_kind = facts.map_or(SubjectKind::Person, |facts| facts.subject_kind);
        let purposes: Vec<_> =
            purposes_of(segment).into_iter().map(|(id, basis)| (id, basis.unwrap_or(self.basis(id)))).collect();
        let channels = self.channels(segment, &purposes);
        let cover = Coverage { channels, purposes: purposes.iter().map(|(id, _)| *id).collect() };
        let members = self.members(entity, subject_kind);
        let outside = segment.destinations.iter().any(|d| self.model.destinations[d.value].outside_party.is_some());
        let (ledgers, ledger_ids, identities) = self.ledgers(entity, &members, &cover, outside);
        let asks = |jurisdiction: &model::Jurisdiction| self.asks(jurisdiction, subject_kind, outside, &ledger_ids);
        let strictest = self.strictest(asks);
        let rules: Vec<_> = self
            .model
            .jurisdictions
            .iter()
            .flat_map(|(id, j)| self.laws(j, asks).into_iter().map(move |it| (id, it)))
            .collect();
        // What nobody asks is not read: contract and legal duty leave nothing to where somebody lives and how old they are.
        let bound = purposes.iter().any(|(_, basis)| basis.leaves_a_choice());
        let aged = facts.filter(|_| bound && strictest.adult_at.is_some());
        let told = facts.and_then(|facts| facts.residence).map(|residence| residence.value);
        let told = told.filter(|told| bound || matches!(told, ModelResidence::Always(_)));
        Guard {
            entity: self.tables.table(entity),
            kind: subject_kind,
            suspended: cover.purposes.iter().find_map(|id| self.model.suspended(*id)).map(|why| why.value.clone()),
            purposes: purposes.iter().map(|(id, basis)| self.purpose(*id, *basis, &cover)).collect(),
            shared: self.shared(segment, entity),
            control: self.control(entity),
            residence: self.residence(told, rules, strictest),
            birth: aged.and_then(|facts| facts.birth).map(|birth| self.contact(birth.value)),
            members: members.iter().filter_map(|link| self.member_table(*link)).collect(),
            ledgers,
            identities,
        }
    }

    /// This segment's guard, recast for the people that a link comes from; `None` where they are not people.
    pub(super) fn related_guard(&mut self, link: LinkId) -> Option<Box<Guard>> {
        let from = self.model.links[link].from;
        let is_person = self.entity_facts(from).is_some_and(|facts| facts.subject_kind == SubjectKind::Person);
        let segment = self.root.filter(|_| is_person)?;
        Some(Box::new(self.guard(segment, from)))
    }

    fn entity_facts(&self, table: TableId) -> Option<&'m EntityFacts> {
        if let TableKind::Entity(facts) = &self.model.tables[table].kind { Some(facts) } else { None }
    }

    /// A purpose without basis was refused; consent is the reading that lets nobody in by mistake.
    fn basis(&self, purpose: PurposeId) -> Basis {
        self.model.basis(purpose).map_or(Basis::Consent, |basis| basis.value)
    }

    fn channels(&self, segment: &Segment, purposes: &[(PurposeId, Basis)]) -> Vec<Channel> {
        let own = purposes.iter().filter_map(|(id, _)| self.model.channel(*id));
        let theirs = segment.destinations.iter().filter_map(|d| self.model.destinations[d.value].channel);
        let mut channels: Vec<_> = own.chain(theirs).map(|channel| channel.value).collect();
        channels.sort();
        channels.dedup();
        channels
    }

    fn purpose(&self, id: PurposeId, basis: Basis, cover: &Coverage) -> PurposeGuard {
        let valid = self.model.valid(id).and_then(|valid| match valid.value {
            Valid::For(length) => Some(length),
            Valid::WithoutEnd { .. } => None,
        });
        PurposeGuard {
            purpose: self.model.purposes[id].name.value.clone(),
            basis,
            valid,
            notice: self.model.notice(id).map(|notice| notice.value.clone()),
            channels: cover.channels.clone(),
        }
    }

    /// Every ledger that speaks of the entity, of ids linked to it, or of its members; and those ids.
    fn ledgers(
        &mut self,
        entity: TableId,
        members: &[Belonging],
        cover: &Coverage,
        outside: bool,
    ) -> (Vec<Ledger>, Vec<LedgerId>, Vec<Identity>) {
        let model = self.model;
        let opt_outs: Vec<_> = model.jurisdictions.values().filter_map(|j| j.sale_opt_out).map(|id| id.value).collect();
        let mut identities = Vec::new();
        let (mut ledgers, mut ids) = (Vec::new(), Vec::new());
        for (id, ledger) in model.ledgers.iter() {
            let only_opt_out = opt_outs.contains(&id);
            if only_opt_out && !outside {
                continue;
            }
            let Some(keyed_by) = self.keyed_by(ledger, entity, members, &mut identities) else { continue };
            ledgers.push(self.ledger(ledger, keyed_by, only_opt_out, cover));
            ids.push(id);
        }
        (ledgers, ids, identities)
    }

    /// How a ledger's subjects are this entity's; `None` where they are not.
    fn keyed_by(
        &mut self,
        ledger: &model::Ledger,
        entity: TableId,
        members: &[Belonging],
        identities: &mut Vec<Identity>,
    ) -> Option<KeyedBy> {
        let of = self.subjects(ledger.of);
        if of == Subjects::Of(entity) {
            return Some(match ledger.keyed_by {
                ModelKey::Key => KeyedBy::Entity,
                ModelKey::Contact(field) => KeyedBy::Contact(self.contact(field)),
            });
        }
        if let Some(position) = members.iter().position(|belonging| Subjects::Of(self.member_entity(*belonging)) == of)
        {
            return Some(match ledger.keyed_by {
                ModelKey::Key => KeyedBy::Member(position),
                ModelKey::Contact(field) => KeyedBy::MemberContact {
                    members: position,
                    column: self.member_contact(self.model.fields[field].table, field),
                },
            });
        }
        let linked = self.model.identities.iter();
        let mut linked = linked.filter(|(_, identity)| identity.to == entity);
        let (_, identity) = linked.find(|(id, _)| self.subjects(LedgerOf::Identity(*id)) == of)?;
        Some(KeyedBy::Identity(known(identities, describe_identity(identity))))
    }

    /// Whose statements these are. The ids of an identity are the subjects of an entity of the same name, where there is one.
    fn subjects(&self, of: LedgerOf) -> Subjects {
        match of {
            LedgerOf::Entity(table) => Subjects::Of(table),
            LedgerOf::Identity(id) => self.entity_of_ids(id).map_or(Subjects::Ids(id), Subjects::Of),
        }
    }

    fn entity_of_ids(&self, id: IdentityId) -> Option<TableId> {
        let name = &self.model.identities[id].name.value;
        let mut entities = self.model.tables.iter().filter(|(table, _)| self.entity_facts(*table).is_some());
        entities.find(|(_, table)| table.name.value == *name).map(|(table, _)| table)
    }

    fn ledger(&self, ledger: &model::Ledger, keyed_by: KeyedBy, only_opt_out: bool, cover: &Coverage) -> Ledger {
        Ledger {
            name: ledger.name.value.clone(),
            physical: ledger.physical.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
            subject: ledger.subject.value.clone(),
            keyed_by,
            only_opt_out,
            retention: ledger.retain.as_ref().and_then(|retain| match &retain.value {
                Retain::For { length, .. } => Some(*length),
                Retain::WhileListed { .. } => None,
            }),
            skew: ledger.skew,
            fresh: ledger.fresh.as_ref().and_then(|fresh| self::fresh(&fresh.value)),
            rows: match &ledger.rows {
                ModelRows::Events(events) => self.events(events, cover),
                ModelRows::States(columns) => LedgerRows::States {
                    columns: columns.iter().map(|column| self.state_column(column, cover)).collect(),
                },
            },
        }
    }

    fn events(&self, events: &model::EventLedger, cover: &Coverage) -> LedgerRows {
        let codes = events.purposes.iter().map(|(code, covers)| Code {
            code: code.value.clone(),
            grants: self.grants(*covers, cover),
            denies: self.denies(*covers, cover),
        });
        LedgerRows::Events {
            purpose_column: events.purpose_column.value.clone(),
            codes: codes.collect(),
            state_column: events.state_column.value.clone(),
            states: events.states.iter().map(|(code, state)| (code.value.clone(), *state)).collect(),
            at: clock(&events.at),
            until: events.until.as_ref().map(clock),
            version: events.version.as_ref().map(version),
            evidence: events.evidence.as_ref().map(|column| column.value.clone()),
        }
    }

    fn state_column(&self, column: &model::StateColumn, cover: &Coverage) -> StateColumn {
        let says = |arm: &model::StateArm| self.says(&arm.says, cover);
        let find = |wanted: &StateWhen| column.arms.iter().find(|arm| arm.when == *wanted).map(says);
        let otherwise = find(&StateWhen::Else);
        let values: Vec<_> =
            column.arms.iter().filter_map(|arm| value_of(&arm.when).map(|value| (value, says(arm)))).collect();
        StateColumn {
            column: column.column.value.clone(),
            kind: values.first().map_or(ColumnKind::Text, |(value, _)| kind_of(value)),
            since: column.since.as_ref().map(clock),
            version: column.version.as_ref().map(version),
            missing: find(&StateWhen::Missing).or_else(|| otherwise.clone()).unwrap_or_default(),
            otherwise: otherwise.unwrap_or_else(|| self.doubt(cover)),
            values,
        }
    }

    /// A value that no arm names says what doubt says: it denies everything.
    fn doubt(&self, cover: &Coverage) -> Says {
        self.says(&[StateSays::Refuses(Covers::Every)], cover)
    }

    fn says(&self, states: &[StateSays], cover: &Coverage) -> Says {
        let mut says = Says::default();
        for state in states {
            match state {
                StateSays::Grants(covers) => says.grants.extend(self.grants(*covers, cover)),
                StateSays::Refuses(covers) => {
                    says.refuses = true;
                    says.denies.extend(self.denies(*covers, cover));
                }
                StateSays::Nothing => {}
            }
        }
        says.grants.sort_unstable();
        says.grants.dedup();
        says.denies.sort_unstable();
        says.denies.dedup();
        says
    }

    /// Purposes of the guard that a grant of this covers: the very one, and narrower ones where it says so.
    fn grants(&self, covers: Covers, cover: &Coverage) -> Vec<usize> {
        match covers {
            Covers::Purpose { purpose, and_narrower } => cover.matching(|own| match () {
                () if on(Fault::F4) => own != purpose,
                () if on(Fault::F47) => self.model.is_within(purpose, own),
                () => own == purpose || and_narrower && self.model.is_within(own, purpose),
            }),
            Covers::Nothing | Covers::Every | Covers::Channel(_) => Vec::new(),
        }
    }

    /// Purposes of the guard that a denial of this covers: itself, narrower and broader ones.
    fn denies(&self, covers: Covers, cover: &Coverage) -> Vec<usize> {
        match covers {
            Covers::Nothing => Vec::new(),
            Covers::Every => cover.matching(|_| true),
            Covers::Channel(_) if on(Fault::F5) => Vec::new(),
            Covers::Channel(channel) => cover.matching(|_| cover.channels.contains(&channel)),
            Covers::Purpose { purpose, .. } => {
                cover.matching(|own| self.model.is_within(own, purpose) || self.model.is_within(purpose, own))
            }
        }
    }

    /// Columns that destinations match on: people who share such an address are linked. A key is shared by nobody.
    fn shared(&mut self, segment: &Segment, entity: TableId) -> Vec<Path> {
        let matched = segment.destinations.iter().filter_map(|d| self.model.destinations[d.value].matched.as_ref());
        let fields = matched.filter_map(|matched| self.field_named(entity, &matched.field.value));
        // Nobody shares a key, and what is no text is no address.
        let is_address = |field: &model::FieldId| {
            let field = &self.model.fields[*field];
            field.role == model::FieldRole::Plain && field.ty == model::Type::Text
        };
        let fields: Vec<_> = fields.filter(is_address).collect();
        let mut paths = Vec::new();
        for field in fields.into_iter().filter(|field| self.model.fields[*field].role != FieldRole::Key) {
            let path = self.contact(field);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// Contact columns that key a ledger of the entity.
    fn control(&mut self, entity: TableId) -> Vec<Path> {
        let mut paths = Vec::new();
        for ledger in self.model.ledgers.values() {
            if let (LedgerOf::Entity(of), ModelKey::Contact(field)) = (ledger.of, ledger.keyed_by) {
                let path = self.contact(field);
                if of == entity && !paths.contains(&path) {
                    paths.push(path);
                }
            }
        }
        paths
    }

    fn field_named(&self, entity: TableId, name: &str) -> Option<model::FieldId> {
        let mut fields = self.model.tables[entity].fields.iter().copied();
        fields.find(|field| self.model.fields[*field].name.value == name)
    }

    /// A column of the guard's own entity, as a path from its subject.
    fn contact(&mut self, field: model::FieldId) -> Path {
        let table = self.tables.table(self.model.fields[field].table);
        Path { binding: 0, hops: Vec::new(), table, column: self.tables.column(field) }
    }

    fn asks(&self, j: &model::Jurisdiction, kind: SubjectKind, outside: bool, ledgers: &[LedgerId]) -> Asks {
        let opt_out =
            j.sale_opt_out.filter(|_| outside).and_then(|id| ledgers.iter().position(|known| *known == id.value));
        Asks {
            absent_means_yes: j.absent_means_yes,
            adult_at: j.adult_at.map(|age| age.value).filter(|_| kind == SubjectKind::Person),
            opt_outs: opt_out.into_iter().collect(),
        }
    }

    fn strictest(&self, asks: impl Fn(&model::Jurisdiction) -> Asks) -> Asks {
        let all: Vec<_> = self.model.jurisdictions.values().map(asks).collect();
        Asks { absent_means_yes: false, ..together(&all) }
    }

    /// What a jurisdiction asks in its countries. Whoever lives in a country may live in a part of it that has a law of its own, so both hold.
    fn laws(&self, own: &model::Jurisdiction, asks: impl Fn(&model::Jurisdiction) -> Asks) -> Vec<Jurisdiction> {
        let mut out: Vec<Jurisdiction> = vec![rule(own, asks(own))];
        for country in &own.countries {
            let parts: Vec<Asks> = self.model.laws_in_parts_of(&country.value).map(&asks).collect();
            if parts.is_empty() {
                continue;
            }
            let both = together(&[vec![asks(own)], parts].concat());
            out.iter_mut().for_each(|law| law.countries.retain(|it| *it != country.value));
            out.push(Jurisdiction { name: own.name.value.clone(), countries: vec![country.value.clone()], asks: both });
        }
        out.retain(|law| !law.countries.is_empty() || own.countries.is_empty());
        out
    }

    fn residence(
        &mut self,
        told: Option<ModelResidence>,
        rules: Vec<(model::JurisdictionId, Jurisdiction)>,
        strictest: Asks,
    ) -> Residence {
        match told {
            Some(ModelResidence::Field(field)) => Residence {
                path: Some(self.contact(field)),
                rules: rules.into_iter().map(|(_, rule)| rule).collect(),
                strictest,
            },
            Some(ModelResidence::Always(id)) => {
                let rules: Vec<_> = rules.into_iter().filter(|(known, _)| *known == id).map(|(_, rule)| rule).collect();
                let asked: Vec<Asks> = rules.iter().map(|rule| rule.asks.clone()).collect();
                let strictest = if asked.is_empty() { strictest } else { together(&asked) };
                Residence { path: None, rules, strictest }
            }
            None => Residence { path: None, rules: Vec::new(), strictest },
        }
    }

    /// Who belongs to subjects of the entity: the people of an account or household, by their link; the person behind an id.
    fn members(&self, entity: TableId, kind: SubjectKind) -> Vec<Belonging> {
        let has_members = match kind {
            SubjectKind::Account | SubjectKind::Household => true,
            SubjectKind::Person | SubjectKind::Device => false,
        };
        let links = self.model.links.iter().filter(|(_, link)| has_members && link.to == entity);
        let people =
            links.filter(|(_, link)| self.entity_facts(link.from).is_some()).map(|(id, _)| Belonging::Link(id));
        let ids = self.model.identities.ids().filter(|id| self.entity_of_ids(*id) == Some(entity));
        people.chain(ids.map(Belonging::Id)).collect()
    }

    fn member_entity(&self, belonging: Belonging) -> TableId {
        match belonging {
            Belonging::Link(link) => self.model.links[link].from,
            Belonging::Id(identity) => self.model.identities[identity].to,
        }
    }

    fn member_table(&self, belonging: Belonging) -> Option<Members> {
        let column = |field: model::FieldId| self.model.fields[field].column.clone();
        match belonging {
            Belonging::Link(link) => {
                let link = &self.model.links[link];
                let key = self.entity_facts(link.from)?.key?;
                Some(Members {
                    physical: self.model.tables[link.from].physical.as_ref()?.value.clone(),
                    key: column(key),
                    kind: kind(&self.model.fields[key].ty),
                    belongs: column(link.by),
                    contacts: self.member_contacts(link.from).into_iter().map(column).collect(),
                })
            }
            Belonging::Id(identity) => {
                let identity = &self.model.identities[identity];
                Some(Members {
                    physical: identity.physical.as_ref()?.value.clone(),
                    key: identity.to_column.value.clone(),
                    kind: kind(&self.model.fields[self.entity_facts(identity.to)?.key?].ty),
                    belongs: identity.from_column.value.clone(),
                    contacts: Vec::new(),
                })
            }
        }
    }

    fn member_contacts(&self, members: TableId) -> Vec<model::FieldId> {
        let mut fields = Vec::new();
        for ledger in self.model.ledgers.values() {
            if let ModelKey::Contact(field) = ledger.keyed_by
                && ledger.of == LedgerOf::Entity(members)
                && !fields.contains(&field)
            {
                fields.push(field);
            }
        }
        fields
    }

    fn member_contact(&self, members: TableId, field: model::FieldId) -> usize {
        self.member_contacts(members).iter().position(|known| *known == field).unwrap_or(0)
    }
}

impl Coverage {
    fn matching(&self, mut fits: impl FnMut(PurposeId) -> bool) -> Vec<usize> {
        self.purposes.iter().enumerate().filter(|(_, id)| fits(**id)).map(|(i, _)| i).collect()
    }
}

/// What must hold: every purpose of the segment on its own basis, and every purpose that its consent clause names on consent.
fn purposes_of(segment: &Segment) -> Vec<(PurposeId, Option<Basis>)> {
    let required = match segment.consent.as_ref().map(|clause| &clause.value) {
        Some(ConsentClause::Required(purposes)) => purposes.as_slice(),
        Some(ConsentClause::NotNeeded { .. }) | None => &[],
    };
    let consented = required.iter().map(|purpose| (purpose.value, Some(Basis::Consent)));
    let rest = segment.purposes.iter().filter(|p| !required.iter().any(|known| known.value == p.value));
    let mut purposes: Vec<(PurposeId, Option<Basis>)> = Vec::new();
    for purpose in consented.chain(rest.map(|purpose| (purpose.value, None))) {
        if !purposes.contains(&purpose) {
            purposes.push(purpose);
        }
    }
    purposes
}

/// What several jurisdictions ask at once, aspect by aspect.
fn together(all: &[Asks]) -> Asks {
    let mut opt_outs: Vec<_> = all.iter().flat_map(|asks| asks.opt_outs.iter().copied()).collect();
    opt_outs.sort_unstable();
    opt_outs.dedup();
    Asks {
        absent_means_yes: all.iter().all(|asks| asks.absent_means_yes),
        adult_at: all.iter().filter_map(|asks| asks.adult_at).max(),
        opt_outs,
    }
}

fn rule(jurisdiction: &model::Jurisdiction, asks: Asks) -> Jurisdiction {
    Jurisdiction {
        name: jurisdiction.name.value.clone(),
        countries: jurisdiction.countries.iter().map(|country| country.value.clone()).collect(),
        asks,
    }
}

fn known(identities: &mut Vec<Identity>, identity: Identity) -> usize {
    identities.iter().position(|known| *known == identity).unwrap_or_else(|| {
        identities.push(identity);
        identities.len() - 1
    })
}

fn describe_identity(identity: &model::Identity) -> Identity {
    Identity {
        name: identity.name.value.clone(),
        physical: identity.physical.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
        from: identity.from_column.value.clone(),
        to: identity.to_column.value.clone(),
    }
}

fn fresh(fresh: &model::Fresh) -> Option<Fresh> {
    match &fresh.by {
        Watermark::Column(by) => fresh.within.map(|within| Fresh::Within { within, by: clock(by) }),
        Watermark::Taken(on) => Some(Fresh::Taken { on: *on, within: fresh.within }),
    }
}

fn clock(column: &model::ClockColumn) -> ClockColumn {
    ClockColumn { column: column.column.value.clone(), kind: kind(&column.ty) }
}

fn version(column: &model::VersionColumn) -> Version {
    Version { column: column.column.value.clone(), order: column.order.clone() }
}

fn value_of(when: &StateWhen) -> Option<Value> {
    match when {
        StateWhen::Is(value) => Some(value.clone()),
        StateWhen::Missing | StateWhen::Else => None,
    }
}

fn kind_of(value: &Value) -> ColumnKind {
    match value {
        Value::Text(_) => ColumnKind::Text,
        Value::Boolean(_) => ColumnKind::Boolean,
        Value::Integer(_) => ColumnKind::Integer,
        Value::Decimal(_) => ColumnKind::Decimal,
        Value::Date(_) => ColumnKind::Date,
        Value::Instant(_) => ColumnKind::Instant,
    }
}
