//! Who may be reached: the guard of a segment for one subject, with all its small print.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Basis, Channel, ConsentClause, Covers, EntityFacts, FieldId, IdentityId, Jurisdiction, KeyedBy, LedgerId, LedgerOf,
    LinkId, Model, PurposeId, Residence, Segment, SegmentId, SubjectKind, TableId, TableKind, Valid, Value,
};

use super::rows::Cut;
use super::statements::{self, Key, Reading, Said, Since, Space, Statement, When};
use super::time::Time;
use super::{Cell, Row, World, cells, time};

/// Why somebody does not pass.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// Nobody passes: why.
    Run(String),
    /// The entity holds nobody of this key who can be read.
    NotThere,
    /// A contact field that a ledger is keyed by is missing.
    NoContact(String),
    /// Restricted or erased, or linked to somebody who is.
    Frozen,
    /// Nothing that counts grants this purpose.
    NotGranted(String),
    /// A denial of this purpose stands.
    Denied(String),
    /// A minor, or of unknown age.
    Minor,
    /// Opted out of sale.
    OptedOut,
}

/// Every ledger and identity, read once for a run.
pub struct Control<'a> {
    model: &'a Model,
    world: &'a World,
    time: Time,
    ledgers: BTreeMap<LedgerId, Vec<String>>,
    statements: BTreeMap<Key, Vec<Statement<'a>>>,
    /// The keys of these in all their spellings, by the one of each.
    spellings: BTreeMap<Key, BTreeSet<Key>>,
    /// Every row of every subject in one spelling, whether or not it may be read as data.
    people: BTreeMap<TableId, BTreeMap<String, Vec<&'a Row>>>,
    /// For every identity: pairs of subject and id, each in one spelling.
    links: BTreeMap<IdentityId, BTreeSet<(String, String)>>,
}

impl<'a> Control<'a> {
    /// Reads every ledger.
    pub fn new(model: &'a Model, world: &'a World, time: Time) -> Self {
        let mut control = Self {
            model,
            world,
            time: time.clone(),
            ledgers: BTreeMap::new(),
            statements: BTreeMap::new(),
            spellings: BTreeMap::new(),
            people: BTreeMap::new(),
            links: BTreeMap::new(),
        };
        control.find_people();
        control.find_links();
        for (id, ledger) in model.ledgers.iter() {
            let rows = ledger.physical.as_ref().and_then(|name| world.tables.get(&name.value.join(".")));
            let Reading { statements, problems } = statements::read(model, id, rows.map(Vec::as_slice), &time);
            control.ledgers.insert(id, problems);
            for (key, statement) in statements {
                control.spellings.entry(key.in_one_spelling()).or_default().insert(key.clone());
                control.statements.entry(key).or_default().push(statement);
            }
        }
        control
    }

    fn find_people(&mut self) {
        for (id, table) in self.model.tables.iter() {
            let TableKind::Entity(EntityFacts { key: Some(key), .. }) = table.kind else { continue };
            let people = self.people.entry(id).or_default();
            let name = table.physical.as_ref().map(|name| name.value.join("."));
            for row in name.and_then(|name| self.world.tables.get(&name)).into_iter().flatten() {
                if let Some(key) = cells::key(&self.model.fields[key], row) {
                    people.entry(in_one_spelling(&key)).or_default().push(row);
                }
            }
        }
    }

    fn find_links(&mut self) {
        for (id, identity) in self.model.identities.iter() {
            let pair = |row: &Row| {
                let person = cells::text(cells::cell(row, &identity.to_column.value))?;
                let id = cells::text(cells::cell(row, &identity.from_column.value))?;
                Some((in_one_spelling(&person), in_one_spelling(&id)))
            };
            let pairs = self.identity_rows(id).into_iter().flatten().filter_map(pair).collect();
            self.links.insert(id, pairs);
        }
    }

    /// Every row of a subject, whether or not it may be read as data.
    fn rows_of(&self, entity: TableId, key: &str) -> &[&'a Row] {
        self.people.get(&entity).and_then(|people| people.get(key)).map_or(&[], Vec::as_slice)
    }

    fn rows(&self, table: TableId) -> &'a [Row] {
        let name = self.model.tables[table].physical.as_ref().map(|name| name.value.join("."));
        name.and_then(|name| self.world.tables.get(&name)).map_or(&[], Vec::as_slice)
    }

    fn identity_rows(&self, identity: IdentityId) -> Option<&'a Vec<Row>> {
        let physical = self.model.identities[identity].physical.as_ref()?;
        self.world.tables.get(&physical.value.join("."))
    }
}

/// What one purpose demands of a subject.
#[derive(Debug, Clone)]
struct Demand {
    purpose: PurposeId,
    basis: Basis,
}

/// What jurisdictions ask of a subject.
#[derive(Debug, Clone, Default)]
struct Asks {
    absent_means_yes: bool,
    adult_at: Option<u32>,
    opt_outs: BTreeSet<LedgerId>,
}

/// The guard of a segment for subjects of one entity: the segment's own, or one that its conditions relate to it.
pub struct Judge<'a, 'c> {
    control: &'c Control<'a>,
    segment: &'a Segment,
    entity: TableId,
    facts: &'a EntityFacts,
    demands: Vec<Demand>,
    channels: BTreeSet<Channel>,
    /// Every ledger that may speak of a subject or of somebody linked.
    ledgers: BTreeSet<LedgerId>,
    /// Of these, the ones that are read for opt-outs of sale only.
    opt_out_only: BTreeSet<LedgerId>,
    /// Identities whose ids are linked to subjects of the entity.
    identities: Vec<IdentityId>,
    /// Identities whose ids are the subjects of the entity.
    identities_of_ids: Vec<IdentityId>,
    /// Where members of an account or household are.
    members: Vec<LinkId>,
    /// Other subjects by the addresses that a destination matches on.
    addresses: BTreeMap<(FieldId, String), BTreeSet<String>>,
    /// Why nobody passes.
    pub problems: Vec<String>,
}

impl<'a, 'c> Judge<'a, 'c> {
    /// The guard of a segment for an entity; `None` where that is no entity.
    pub fn new(control: &'c Control<'a>, segment: SegmentId, entity: TableId) -> Option<Self> {
        let model = control.model;
        let segment = &model.segments[segment];
        let TableKind::Entity(facts) = &model.tables[entity].kind else { return None };
        let mut judge = Self {
            control,
            segment,
            entity,
            facts,
            channels: channels(model, segment, &demands(model, segment)),
            demands: demands(model, segment),
            ledgers: BTreeSet::new(),
            opt_out_only: model.jurisdictions.values().filter_map(|law| law.sale_opt_out).map(|g| g.value).collect(),
            identities: Vec::new(),
            identities_of_ids: Vec::new(),
            members: Vec::new(),
            addresses: BTreeMap::new(),
            problems: Vec::new(),
        };
        judge.find_linked_tables();
        if !judge.leaves_the_house() {
            judge.ledgers = judge.ledgers.difference(&judge.opt_out_only).copied().collect();
        }
        judge.find_addresses();
        judge.find_problems();
        Some(judge)
    }

    fn model(&self) -> &'a Model {
        self.control.model
    }

    fn time(&self) -> &Time {
        &self.control.time
    }

    fn find_linked_tables(&mut self) {
        let model = self.model();
        let own = Space::Subject(self.entity);
        let speaks = |of: &dyn Fn(LedgerOf) -> bool| {
            let ledgers = model.ledgers.iter().filter(|(_, ledger)| of(ledger.of));
            ledgers.map(|(id, _)| id).collect::<BTreeSet<LedgerId>>()
        };
        let of_subject = |space: Space| {
            speaks(&|of| match of {
                LedgerOf::Entity(table) => Space::Subject(table) == space,
                LedgerOf::Identity(identity) => statements::ids_of(model, identity) == space,
            })
        };
        self.ledgers = of_subject(own);
        for (id, identity) in model.identities.iter() {
            let ids = statements::ids_of(model, id);
            let of_ids = of_subject(ids);
            if identity.to == self.entity && !of_ids.is_empty() {
                self.identities.push(id);
                self.ledgers.extend(of_ids);
            }
            if ids == own {
                self.identities_of_ids.push(id);
                self.ledgers.extend(of_subject(Space::Subject(identity.to)));
            }
        }
        if matches!(self.facts.subject_kind, SubjectKind::Account | SubjectKind::Household) {
            let is_entity = |table: TableId| matches!(model.tables[table].kind, TableKind::Entity(_));
            let members = model.links.iter().filter(|(_, link)| link.to == self.entity && is_entity(link.from));
            for (id, link) in members {
                self.members.push(id);
                self.ledgers.extend(of_subject(Space::Subject(link.from)));
            }
        }
    }

    fn find_addresses(&mut self) {
        let fields = self.matched_fields();
        for (key, rows) in self.control.people.get(&self.entity).into_iter().flatten() {
            for (row, field) in rows.iter().flat_map(|row| fields.iter().map(move |field| (row, *field))) {
                if let Some(address) = cells::key(&self.model().fields[field], row).map(|text| in_one_spelling(&text)) {
                    self.addresses.entry((field, address)).or_default().insert(key.clone());
                }
            }
        }
    }

    fn find_problems(&mut self) {
        let model = self.model();
        for demand in &self.demands {
            if model.suspended(demand.purpose).is_some() {
                let name = &model.purposes[demand.purpose].name.value;
                self.problems.push(format!("purpose `{name}` is suspended"));
            }
        }
        let key = self.facts.key.map(|key| &model.fields[key]);
        if self.control.rows(self.entity).iter().any(|row| key.and_then(|key| cells::key(key, row)).is_none()) {
            self.problems.push("a row of the entity has no key".to_owned());
        }
        for ledger in &self.ledgers {
            self.problems.extend(self.control.ledgers.get(ledger).into_iter().flatten().cloned());
            self.problems.extend(self.unnormalised(*ledger));
        }
        for identity in self.identities.iter().chain(&self.identities_of_ids) {
            let identity_of = &model.identities[*identity];
            let (name, columns) = (&identity_of.name.value, [&identity_of.from_column, &identity_of.to_column]);
            let Some(rows) = self.control.identity_rows(*identity) else {
                self.problems.push(format!("identity `{name}` is missing"));
                continue;
            };
            let lacks = |row: &Row| columns.iter().any(|column| cells::text(cells::cell(row, &column.value)).is_none());
            if rows.iter().any(lacks) {
                self.problems.push(format!("identity `{name}` links nobody knows whom"));
            }
        }
        for link in self.members.clone() {
            self.problems.extend(self.unknown_members(link));
        }
        self.problems.sort();
        self.problems.dedup();
    }

    /// Members without a key, or of an account or household that cannot be read. One without any is nobody's member.
    fn unknown_members(&self, link: LinkId) -> Option<String> {
        let model = self.model();
        let link = &model.links[link];
        let TableKind::Entity(facts) = &model.tables[link.from].kind else { return None };
        let (key, by) = (&model.fields[facts.key?], &model.fields[link.by]);
        let unknown = |row: &Row| cells::key(key, row).is_none() || cells::read(by, row) == Cell::Unreadable;
        let any = self.control.rows(link.from).iter().any(unknown);
        any.then(|| format!("`{}` holds members of nobody knows whom", model.tables[link.from].name.value))
    }

    /// Addresses that a ledger is keyed by are control cells.
    fn unnormalised(&self, ledger: LedgerId) -> Option<String> {
        let KeyedBy::Contact(field) = self.model().ledgers[ledger].keyed_by else { return None };
        let field = &self.model().fields[field];
        let mut rows = self.control.rows(field.table).iter();
        let foul = rows.any(|row| cells::key(field, row).is_some_and(|text| !cells::is_normalised(&text)));
        foul.then(|| format!("`{}` holds an address that is not normalised", field.name.value))
    }

    /// Why a subject does not pass; empty if it does. `there` are the subjects that can be read.
    pub fn failures(&self, key: &str, there: &Cut<'a>) -> Vec<Failure> {
        if !self.problems.is_empty() {
            return self.problems.iter().cloned().map(Failure::Run).collect();
        }
        let Some(row) = there.of(key).first() else { return vec![Failure::NotThere] };
        let asks = self.asks(row.row);
        let spelt = in_one_spelling(key);
        let all: Vec<Key> = self.keys_of(self.entity, &spelt).into_iter().chain(self.linked(&spelt)).collect();
        let all = self.heard(&all);
        let mut failures = self.missing_contacts(row.row);
        if self.is_frozen(&all) {
            failures.push(Failure::Frozen);
        }
        for demand in &self.demands {
            failures.extend(self.refuses(demand, &asks, &self.addresses(row.row, key), &all));
        }
        failures.extend(self.minor(&asks, row.row));
        failures.extend(self.opted_out(&asks, &all));
        failures
    }

    /// Keys in every spelling in which a ledger has them: what keeps people out reaches all that are alike.
    fn heard(&self, keys: &[Key]) -> Vec<Key> {
        let spelt: BTreeSet<Key> = keys.iter().map(Key::in_one_spelling).collect();
        spelt.iter().filter_map(|key| self.control.spellings.get(key)).flatten().cloned().collect()
    }

    /// The keys under which a subject itself may have been granted something: its own, and the addresses it has now.
    fn addresses(&self, row: &Row, key: &str) -> Vec<Key> {
        let own = Key { space: Space::Subject(self.entity), text: key.to_owned() };
        std::iter::once(own).chain(self.contacts_in(self.entity, row)).collect()
    }

    /// The keys under which a subject may have been denied something: its own, and every address it is known by.
    fn keys_of(&self, entity: TableId, key: &str) -> Vec<Key> {
        let own = Key { space: Space::Subject(entity), text: key.to_owned() };
        let rows = self.control.rows_of(entity, key).iter();
        std::iter::once(own).chain(rows.flat_map(|row| self.contacts_in(entity, row))).collect()
    }

    fn contacts_in(&self, entity: TableId, row: &Row) -> Vec<Key> {
        let keyed = self.contact_fields(entity).into_iter();
        let address = |field| cells::key(&self.model().fields[field], row).map(|text| (field, text));
        keyed.filter_map(address).map(|(field, text)| Key { space: Space::Contact(field), text }).collect()
    }

    /// The contact fields of an entity that ledgers are keyed by.
    fn contact_fields(&self, entity: TableId) -> BTreeSet<FieldId> {
        let keyed = self.ledgers.iter().map(|ledger| self.model().ledgers[*ledger].keyed_by);
        let contact = |keyed| match keyed {
            KeyedBy::Contact(field) => Some(field),
            KeyedBy::Key => None,
        };
        keyed.filter_map(contact).filter(|field| self.model().fields[*field].table == entity).collect()
    }

    fn missing_contacts(&self, row: &Row) -> Vec<Failure> {
        let fields = self.contact_fields(self.entity).into_iter().map(|field| &self.model().fields[field]);
        let missing = fields.filter(|field| cells::key(field, row).is_none());
        missing.map(|field| Failure::NoContact(field.name.value.clone())).collect()
    }

    /// The keys of everyone linked: ids, people who share an id, people who share an address, members. No further hops.
    fn linked(&self, key: &str) -> Vec<Key> {
        let mut keys = Vec::new();
        for identity in &self.identities {
            self.linked_by_ids(*identity, key, &mut keys);
        }
        for identity in &self.identities_of_ids {
            let to = self.model().identities[*identity].to;
            let people = self.links(*identity).filter(|(_, id)| id == key).map(|(person, _)| person);
            keys.extend(people.flat_map(|person| self.keys_of(to, person)));
        }
        for person in self.sharing_address(key) {
            keys.extend(self.keys_of(self.entity, &person));
        }
        for link in &self.members {
            keys.extend(self.members_of(*link, key));
        }
        keys
    }

    fn linked_by_ids(&self, identity: IdentityId, key: &str, keys: &mut Vec<Key>) {
        let ids: BTreeSet<&String> =
            self.links(identity).filter(|(person, _)| person == key).map(|(_, id)| id).collect();
        let space = statements::ids_of(self.model(), identity);
        keys.extend(ids.iter().map(|id| Key { space, text: (*id).clone() }));
        if ids.is_empty() {
            return;
        }
        let sharing = self.links(identity).filter(|(person, id)| ids.contains(id) && person != key);
        let sharing: BTreeSet<&String> = sharing.map(|(person, _)| person).collect();
        keys.extend(sharing.into_iter().flat_map(|person| self.keys_of(self.entity, person)));
    }

    /// Pairs of subject and id. A link counts whatever its time: it is read for denials only.
    fn links(&self, identity: IdentityId) -> impl Iterator<Item = &(String, String)> {
        self.control.links.get(&identity).into_iter().flatten()
    }

    /// Others who share an address that a destination matches on.
    fn sharing_address(&self, key: &str) -> BTreeSet<String> {
        let mut sharing = BTreeSet::new();
        for (row, field) in self
            .control
            .rows_of(self.entity, key)
            .iter()
            .flat_map(|row| self.matched_fields().into_iter().map(move |field| (row, field)))
        {
            let address = cells::key(&self.model().fields[field], row);
            let others = address.and_then(|address| self.addresses.get(&(field, in_one_spelling(&address))));
            sharing.extend(others.into_iter().flatten().filter(|other| *other != key).cloned());
        }
        sharing
    }

    fn matched_fields(&self) -> Vec<FieldId> {
        let model = self.model();
        let destinations = self.segment.destinations.iter().map(|id| &model.destinations[id.value]);
        let names: Vec<&String> = destinations.filter_map(|to| to.matched.as_ref()).map(|m| &m.field.value).collect();
        let fields = model.tables[self.entity].fields.iter().copied();
        fields.filter(|field| names.contains(&&model.fields[*field].name.value)).collect()
    }

    fn members_of(&self, link: LinkId, key: &str) -> Vec<Key> {
        let link = &self.model().links[link];
        let TableKind::Entity(EntityFacts { key: Some(own), .. }) = &self.model().tables[link.from].kind else {
            return Vec::new();
        };
        let (own, by) = (&self.model().fields[*own], &self.model().fields[link.by]);
        let rows = self
            .control
            .rows(link.from)
            .iter()
            .filter(|row| cells::key(by, row).is_some_and(|by| in_one_spelling(&by) == key));
        let members: BTreeSet<String> =
            rows.filter_map(|row| cells::key(own, row)).map(|own| in_one_spelling(&own)).collect();
        members.iter().flat_map(|member| self.keys_of(link.from, member)).collect()
    }

    fn statements_of(&self, key: &Key) -> impl Iterator<Item = &Statement<'a>> {
        self.control.statements.get(key).into_iter().flatten().filter(|s| self.ledgers.contains(&s.ledger))
    }

    /// Statements of the ledgers that speak of consent, not of those that are read for opt-outs of sale only.
    fn consents_of(&self, key: &Key) -> impl Iterator<Item = &Statement<'a>> {
        self.statements_of(key).filter(|statement| !self.opt_out_only.contains(&statement.ledger))
    }

    /// The last instant up to which a ledger's denials count.
    fn horizon(&self, ledger: LedgerId) -> crate::model::Instant {
        self.time().ahead(self.model().ledgers[ledger].skew)
    }

    /// Whether a denial, restriction or erasure is in force.
    fn is_in_force(&self, statement: &Statement<'_>) -> bool {
        match statement.when {
            When::At(moment) => moment.first <= self.horizon(statement.ledger),
            When::Unknown | When::Standing(_) => true,
        }
    }

    fn is_frozen(&self, keys: &[Key]) -> bool {
        keys.iter().any(|key| {
            let statements: Vec<&Statement<'_>> = self.consents_of(key).collect();
            statements.iter().any(|statement| match statement.said {
                Said::Erases => self.is_in_force(statement),
                Said::Restricts => {
                    self.is_in_force(statement) && !statements.iter().any(|other| self.releases(other, statement))
                }
                Said::Grants(_) | Said::Denies(_) | Said::Releases => false,
            })
        })
    }

    fn releases(&self, release: &Statement<'_>, restriction: &Statement<'_>) -> bool {
        let there = release.said == Said::Releases && release.ledger == restriction.ledger;
        let known = matches!(release.when, When::At(moment) if moment.first < self.horizon(release.ledger));
        there && known && is_after(release, restriction)
    }

    /// Why a purpose is refused by what ledgers say.
    fn refuses(&self, demand: &Demand, asks: &Asks, own: &[Key], all: &[Key]) -> Vec<Failure> {
        let name = self.model().purposes[demand.purpose].name.value.clone();
        let grants_of =
            |key: &Key| self.consents_of(key).filter(|grant| self.grants(grant, demand)).collect::<Vec<_>>();
        let denials_of = |key: &Key| {
            let denials = self.consents_of(key).filter(|statement| self.denies(statement, demand));
            denials.collect::<Vec<_>>()
        };
        match demand.basis {
            Basis::Consent => {
                let grants: Vec<&Statement<'_>> = own.iter().flat_map(grants_of).collect();
                let lifted = |denial: &&Statement<'_>| grants.iter().any(|grant| is_after(grant, denial));
                let missing = grants.is_empty() && !asks.absent_means_yes;
                let denied = !all.iter().flat_map(denials_of).all(|denial| lifted(&denial));
                let missing = missing.then(|| Failure::NotGranted(name.clone()));
                missing.into_iter().chain(denied.then_some(Failure::Denied(name))).collect()
            }
            Basis::LegitimateInterest => {
                let lifted = |key: &Key| {
                    let grants = grants_of(key);
                    let lifts = |grant: &Statement<'_>, denial: &Statement<'_>| {
                        grant.ledger == denial.ledger && is_after(grant, denial)
                    };
                    denials_of(key).iter().all(|denial| grants.iter().any(|grant| lifts(grant, denial)))
                };
                if all.iter().all(lifted) { Vec::new() } else { vec![Failure::Denied(name)] }
            }
            Basis::Contract | Basis::LegalDuty => Vec::new(),
        }
    }

    /// Whether a statement is a denial in force that covers a purpose or one of its channels.
    fn denies(&self, statement: &Statement<'_>, demand: &Demand) -> bool {
        let Said::Denies(covers) = statement.said else { return false };
        let covered = match covers {
            Covers::Nothing => false,
            Covers::Every => true,
            Covers::Channel(channel) => self.channels.contains(&channel),
            Covers::Purpose { purpose, .. } => {
                self.model().is_within(purpose, demand.purpose) || self.model().is_within(demand.purpose, purpose)
            }
        };
        covered && self.is_in_force(statement)
    }

    /// Whether a statement is a grant of a purpose that counts: by coverage, time, validity, retention and notice.
    fn grants(&self, statement: &Statement<'_>, demand: &Demand) -> bool {
        let Said::Grants(covers) = statement.said else { return false };
        let covered = match covers {
            Covers::Nothing | Covers::Every | Covers::Channel(_) => false,
            Covers::Purpose { purpose, and_narrower } => {
                purpose == demand.purpose || (and_narrower && self.model().is_within(demand.purpose, purpose))
            }
        };
        covered && self.is_in_time(statement, demand) && self.is_recent(statement, demand)
    }

    fn is_in_time(&self, grant: &Statement<'_>, demand: &Demand) -> bool {
        let valid = match self.model().valid(demand.purpose).map(|valid| &valid.value) {
            Some(Valid::For(length)) => Some(*length),
            Some(Valid::WithoutEnd { .. }) | None => None,
        };
        let kept = statements::believed_for(&self.model().ledgers[grant.ledger]);
        let (When::At(moment) | When::Standing(Since::At(moment))) = grant.when else {
            return grant.when == When::Standing(Since::Undeclared) && valid.is_none() && kept.is_none();
        };
        let young = |length| self.time().ago(length) <= moment.first;
        moment.first <= self.time().now && valid.is_none_or(young) && kept.is_none_or(young)
    }

    fn is_recent(&self, grant: &Statement<'_>, demand: &Demand) -> bool {
        let Some(notice) = self.model().notice(demand.purpose) else { return true };
        let Some(version) = &grant.version else { return false };
        match grant.order {
            Some(order) => {
                let place = |wanted: &str| order.iter().position(|listed| listed == wanted);
                place(version).zip(place(&notice.value)).is_some_and(|(seen, asked)| asked <= seen)
            }
            None => day_of(version).zip(day_of(&notice.value)).is_some_and(|(seen, asked)| asked <= seen),
        }
    }

    /// What the jurisdictions that may hold for a subject ask, aspect by aspect.
    fn asks(&self, row: &Row) -> Asks {
        let model = self.model();
        let lives: Vec<&Jurisdiction> = match self.facts.residence.map(|residence| residence.value) {
            Some(Residence::Always(law)) => {
                let own = &model.jurisdictions[law];
                let parts = own.countries.iter().flat_map(|country| with_parts(model, &country.value));
                std::iter::once(own).chain(parts).collect()
            }
            Some(Residence::Field(field)) => {
                let country = cells::key(&model.fields[field], row);
                let listed = |law: &Jurisdiction| law.countries.iter().any(|it| Some(&it.value) == country.as_ref());
                let named = model.jurisdictions.values().any(listed);
                country.iter().filter(|_| named).flat_map(|country| with_parts(model, country)).collect()
            }
            None => Vec::new(),
        };
        let known = !lives.is_empty();
        let laws = if known { lives } else { model.jurisdictions.values().collect() };
        Asks {
            absent_means_yes: known && laws.iter().all(|law| law.absent_means_yes),
            adult_at: laws.iter().filter_map(|law| law.adult_at).map(|age| age.value).max(),
            opt_outs: laws.iter().filter_map(|law| law.sale_opt_out).map(|ledger| ledger.value).collect(),
        }
    }

    /// Whether anything but contract and legal duty is among the bases: these are bound by restriction and erasure only.
    fn is_bound_by_jurisdictions(&self) -> bool {
        self.demands.iter().any(|demand| matches!(demand.basis, Basis::Consent | Basis::LegitimateInterest))
    }

    fn minor(&self, asks: &Asks, row: &Row) -> Option<Failure> {
        let asked = asks.adult_at.filter(|_| self.facts.subject_kind == SubjectKind::Person)?;
        let birth = self.facts.birth.map(|field| cells::read(&self.model().fields[field.value], row));
        let age = match birth {
            Some(Cell::Value(Value::Date(birth))) => time::age(birth, self.time().today()),
            Some(Cell::Value(_) | Cell::Missing | Cell::Unreadable) | None => -1,
        };
        (age < i64::from(asked) && self.is_bound_by_jurisdictions()).then_some(Failure::Minor)
    }

    /// Whether a destination is an outside party.
    fn leaves_the_house(&self) -> bool {
        let mut destinations = self.segment.destinations.iter().map(|id| &self.model().destinations[id.value]);
        destinations.any(|to| to.outside_party.is_some())
    }

    fn opted_out(&self, asks: &Asks, all: &[Key]) -> Option<Failure> {
        if !self.leaves_the_house() || !self.is_bound_by_jurisdictions() {
            return None;
        }
        let mut statements = all.iter().flat_map(|key| self.statements_of(key));
        let out = statements.any(|statement| {
            let denies = matches!(statement.said, Said::Denies(_));
            asks.opt_outs.contains(&statement.ledger) && denies && self.is_in_force(statement)
        });
        out.then_some(Failure::OptedOut)
    }
}

/// Whether a grant (or release) is strictly after a denial (or restriction). A present state is older than every denial, and
/// nothing is after a denial of unknown time.
fn is_after(grant: &Statement<'_>, denial: &Statement<'_>) -> bool {
    match (denial.when, grant.when) {
        (When::At(denied), When::At(granted)) => denied.last < granted.first,
        (When::At(_) | When::Unknown | When::Standing(_), When::At(_) | When::Unknown | When::Standing(_)) => false,
    }
}

/// A notice version as a day: `YYYY-MM-DD`, or `YYYY-MM` for the first of that month.
fn day_of(version: &str) -> Option<String> {
    let day = if version.len() == 7 { format!("{version}-01") } else { version.to_owned() };
    let digit = |(i, byte): (usize, u8)| if i == 4 || i == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    if day.len() != 10 || !day.bytes().enumerate().all(digit) {
        return None;
    }
    let month = day.get(5..7).unwrap_or("");
    let of_month = day.get(8..10).unwrap_or("");
    (("01"..="12").contains(&month) && ("01"..="31").contains(&of_month)).then_some(day)
}

/// What each purpose demands: those that the consent clause names a grant, the segment's others what their basis does.
fn demands(model: &Model, segment: &Segment) -> Vec<Demand> {
    let required: Vec<PurposeId> = match segment.consent.as_ref().map(|consent| &consent.value) {
        Some(ConsentClause::Required(purposes)) => purposes.iter().map(|purpose| purpose.value).collect(),
        Some(ConsentClause::NotNeeded { .. }) | None => Vec::new(),
    };
    let others = segment.purposes.iter().map(|purpose| purpose.value).filter(|purpose| !required.contains(purpose));
    let based = |purpose| model.basis(purpose).map_or(Basis::Consent, |basis| basis.value);
    let demanded = required.iter().map(|purpose| (*purpose, Basis::Consent));
    let demanded = demanded.chain(others.map(|purpose| (purpose, based(purpose))));
    demanded.map(|(purpose, basis)| Demand { purpose, basis }).collect()
}

/// Whether a segment rests on anything but contract and legal duty: only then does it matter where somebody lives and how old they are.
pub fn leaves_a_choice(model: &Model, segment: &Segment) -> bool {
    demands(model, segment).iter().any(|demand| matches!(demand.basis, Basis::Consent | Basis::LegitimateInterest))
}

/// The channels by which people are reached: the purposes' own and every destination's.
fn channels(model: &Model, segment: &Segment, demands: &[Demand]) -> BTreeSet<Channel> {
    let own = demands.iter().filter_map(|demand| model.channel(demand.purpose)).map(|channel| channel.value);
    let to = segment.destinations.iter().filter_map(|id| model.destinations[id.value].channel);
    own.chain(to.map(|channel| channel.value)).collect()
}

/// An address or key without what spellings of it differ in: outer blanks, capital ASCII letters.
pub fn in_one_spelling(address: &str) -> String {
    let blank = |c: char| c == ' ' || ('\u{9}'..='\u{d}').contains(&c);
    address.trim_matches(blank).chars().map(|c| c.to_ascii_lowercase()).collect()
}

/// The laws of a country, and those of its parts: whoever lives there may live in one.
fn with_parts<'m>(model: &'m Model, country: &str) -> Vec<&'m Jurisdiction> {
    let inside = format!("{country}-");
    let holds =
        |law: &&Jurisdiction| law.countries.iter().any(|it| it.value == country || it.value.starts_with(&inside));
    model.jurisdictions.values().filter(holds).collect()
}
