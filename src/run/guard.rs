//! Who passes a guard, person by person, and which part of it says no.
//!
//! A person is counted under one reason, the first that applies in this order: [`Reason::Suspended`], [`Reason::NoContact`],
//! [`Reason::Erased`], [`Reason::Restricted`]; then purpose by purpose [`Reason::Denied`], [`Reason::Unmapped`],
//! [`Reason::Outdated`], [`Reason::UnknownResidence`], [`Reason::NoConsent`]; then [`Reason::Minor`] and [`Reason::OptedOut`].

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cells::{Column, Raw, State};
use super::keys::{NONE, TWO};
use super::ledger::{FOREVER, NEVER, Reader, Said, Statements, read, stale};
use super::session::{Keyed, Links, Scope, View};
use super::spelling::{self, Spellings, spelt};
use super::store::{key_column, key_kind};
use super::time;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::text::counted;
use crate::faults::{Fault, on};
use crate::model::calendar::age;
use crate::model::{Basis, Instant, SubjectKind};
use crate::plan::{Asks, ColumnKind, Guard, KeyedBy, Path};

/// Why somebody may not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A purpose is suspended.
    Suspended,
    /// A ledger is keyed by a contact field that is missing here.
    NoContact,
    /// They asked to be forgotten.
    Erased,
    /// Processing of their data is frozen.
    Restricted,
    /// They (or somebody linked) said no, and nothing that counts came later.
    Denied,
    /// They (or somebody linked) said what the ledger's map does not name, which counts as a no.
    Unmapped,
    /// They said yes too long ago, or to an old notice.
    Outdated,
    /// They never said yes, and nobody knows whether they live where they need not.
    UnknownResidence,
    /// They never said yes.
    NoConsent,
    /// They are, or may be, a minor.
    Minor,
    /// They (or somebody linked) opted out of sale.
    OptedOut,
}

impl Reason {
    /// Every reason, in the order in which people are counted under them.
    pub const ALL: [Reason; 11] = [
        Reason::Suspended,
        Reason::NoContact,
        Reason::Erased,
        Reason::Restricted,
        Reason::Denied,
        Reason::Unmapped,
        Reason::Outdated,
        Reason::UnknownResidence,
        Reason::NoConsent,
        Reason::Minor,
        Reason::OptedOut,
    ];

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Suspended => "the purpose is suspended",
            Reason::NoContact => "no address that consent could be looked up by",
            Reason::Erased => "asked to be forgotten",
            Reason::Restricted => "processing is restricted",
            Reason::Denied => "said no",
            Reason::Unmapped => "said something that the ledger does not map",
            Reason::Outdated => "said yes too long ago or to an old notice",
            Reason::UnknownResidence => "never said yes, and residence is unknown",
            Reason::NoConsent => "never said yes",
            Reason::Minor => "is or may be a minor",
            Reason::OptedOut => "opted out of sale",
        }
    }
}

/// Who passes, by key.
#[derive(Debug)]
pub(super) struct Verdicts {
    /// Why not; `None` passes.
    reasons: Vec<Option<Reason>>,
    /// Why nobody passes at all, whoever they are.
    pub empties: Vec<String>,
    /// The last instant of which every ledger spoke that is stale by now; `None` where none is.
    pub spoke: Option<Instant>,
}

impl Verdicts {
    /// Whether a key passes.
    pub fn passes(&self, id: u32) -> bool {
        self.empties.is_empty() && self.reasons.get(id as usize).is_some_and(Option::is_none)
    }

    /// Why a key does not pass, the control checks aside.
    pub fn reason(&self, id: u32) -> Option<Reason> {
        self.reasons.get(id as usize).copied().flatten()
    }
}

/// How a ledger's key is a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Their own key, or the address in the row that is read.
    Own,
    /// An address in another row of theirs, which may be past its retention: it denies and grants nothing.
    Former,
    /// Of an id or a member.
    Linked,
}

/// A ledger's key, the person, and how it is theirs.
type Pair = (u32, u32, Whose);

/// What is said of somebody by others: linked ids, members, those who share an id or an address.
#[derive(Debug, Clone, Copy)]
struct Linked {
    denial: i64,
    /// The latest that the ledger's map names.
    clear: i64,
    /// A denial that its own key did not lift.
    denied: Denied,
}

/// Whether a denial stands that its own key did not lift, and whether one that the ledger's map names.
#[derive(Debug, Clone, Copy, Default)]
struct Denied {
    any: bool,
    clearly: bool,
}

impl Denied {
    fn of(said: &Said) -> Self {
        Self { any: said.is_denied(), clearly: said.is_clearly_denied() }
    }

    fn or(self, other: Self) -> Self {
        Self { any: self.any || other.any, clearly: self.clearly || other.clearly }
    }

    /// What keeps somebody out.
    fn reason(self) -> Option<Reason> {
        self.any.then_some(if self.clearly { Reason::Denied } else { Reason::Unmapped })
    }
}

/// The state of a guard's computation: one entry per key of the entity.
struct Judge<'s, 'r> {
    scope: &'s Scope<'r>,
    guard: &'r Guard,
    view: View<'r>,
    keyed: Arc<Keyed>,
    /// Keys that identities link and the entity does not hold: they are heard too. Their ids follow those of the entity.
    others: FxHashMap<String, u32>,
    /// For every key the one under which denials of all that are alike are gathered; empty where no two are.
    class: Vec<u32>,
    /// Key by key, purpose by purpose: what the own key and addresses say; denials stand at the key of their class.
    own: Vec<Said>,
    own_denied: Vec<Denied>,
    linked: Vec<Linked>,
    erased: Flags,
    restricted: Flags,
    /// Ledger by ledger that is asked for opt-outs: who has one.
    opted_out: FxHashMap<usize, Flags>,
    empties: Vec<String>,
    spoke: Option<Instant>,
}

/// Computes who passes.
pub(super) fn verdicts<'r>(scope: &Scope<'r>, guard: &'r Guard) -> Result<Verdicts, Diagnostic> {
    let mut judge = Judge::new(scope, guard)?;
    judge.control()?;
    judge.links_are_whole()?;
    for (at, ledger) in guard.ledgers.iter().enumerate() {
        judge.ledger(at, ledger)?;
    }
    judge.spread()?;
    judge.decide()
}

impl<'s, 'r> Judge<'s, 'r> {
    fn new(scope: &'s Scope<'r>, guard: &'r Guard) -> Result<Self, Diagnostic> {
        let keyed = scope.keyed(guard.entity)?;
        let others = others(scope, guard, &keyed)?;
        let people = keyed.keys.count as usize + others.len();
        let known = keyed.keys.words().into_iter().flatten().map(|word| &**word).zip(0..);
        let class = spelling::classes(known.chain(others.iter().map(|(key, id)| (key.as_str(), *id))), people);
        let cells = people * guard.purposes.len();
        let asked = guard.residence.rules.iter().map(|rule| &rule.asks).chain([&guard.residence.strictest]);
        let opted_out = asked.flat_map(|asks| &asks.opt_outs).map(|ledger| (*ledger, Flags::new(people))).collect();
        Ok(Self {
            scope,
            guard,
            view: scope.view(guard.entity)?,
            keyed,
            others,
            class,
            own: vec![Said::NOTHING; cells],
            own_denied: vec![Denied::default(); cells],
            linked: vec![Linked { denial: NEVER, clear: NEVER, denied: Denied::default() }; cells],
            erased: Flags::new(people),
            restricted: Flags::new(people),
            opted_out,
            empties: Vec::new(),
            spoke: None,
        })
    }

    /// The key under which denials of a key, and of all that are alike, are gathered.
    fn class_of(&self, id: u32) -> u32 {
        self.class.get(id as usize).copied().unwrap_or(id)
    }

    /// How many keys there are, those that only identities know included.
    fn people(&self) -> usize {
        self.keyed.keys.count as usize + self.others.len()
    }

    /// The ids of a column's keys.
    fn ids(&self, column: &Column, rows: u32) -> Vec<u32> {
        let mut ids = self.keyed.keys.ids(column, rows);
        if !self.others.is_empty() {
            for (row, id) in (0..rows).zip(&mut ids).filter(|(_, id)| **id == NONE) {
                let other = super::keys::text(column, row).and_then(|key| self.others.get(&key));
                *id = other.copied().unwrap_or(NONE);
            }
        }
        ids
    }

    /// Missing keys and unnormalised addresses empty the run.
    fn control(&mut self) -> Result<(), Diagnostic> {
        let lost = self.keyed.keys.of_row.iter().filter(|id| **id == NONE).count();
        let name = &self.view.table.name;
        if lost > 0 {
            self.empties.push(format!("`{name}` holds {} without a key", counted(lost as u64, "row")));
        }
        for path in &self.guard.control {
            let cells = Reached::of(self.scope, path)?;
            let odd = (0..self.view.frame.rows).filter_map(|row| cells.text(row)).filter(|text| is_odd(text)).count();
            if odd > 0 {
                let column = column_name(self.scope, path);
                self.empties.push(format!(
                    "`{column}` of `{name}` holds {} in upper case or with outer blanks",
                    addresses(odd)
                ));
            }
        }
        Ok(())
    }

    /// Links without id or key, and members without key, carry denials of nobody knows whom. A person without account or
    /// household is nobody's member; where it cannot be read, nobody knows whose.
    fn links_are_whole(&mut self) -> Result<(), Diagnostic> {
        let key = key_kind(self.scope.plan, self.guard);
        for identity in &self.guard.identities {
            let Some(frame) = self.scope.session.store.get(&identity.physical)? else { continue };
            let reader = Reader { frame, zone: self.scope.zone };
            let (from, to) =
                (reader.column(&identity.from, ColumnKind::Text)?, reader.column(&identity.to, key.clone())?);
            let lost = (0..frame.rows).filter(|row| !(from.is_fine(*row) && to.is_fine(*row))).count();
            if lost > 0 {
                self.empties.push(format!("identity `{}` holds {lost} links without id or key", identity.name));
            }
        }
        let ids = matches!(self.guard.kind, SubjectKind::Person | SubjectKind::Device);
        for members in &self.guard.members {
            let Some(frame) = self.scope.session.store.get(&members.physical)? else { continue };
            let reader = Reader { frame, zone: self.scope.zone };
            let own = reader.column(&members.key, members.kind.clone())?;
            let belongs = reader.column(&members.belongs, key.clone())?;
            let nobodys = |row: &u32| match belongs.state(*row) {
                State::Fine => false,
                State::Missing => ids,
                State::Unreadable => true,
            };
            let lost = (0..frame.rows).filter(|row| !own.is_fine(*row) || nobodys(row)).count();
            if lost > 0 {
                let table = members.physical.join(".");
                self.empties.push(format!("`{table}` holds {lost} members of nobody knows whom"));
            }
        }
        Ok(())
    }

    fn ledger(&mut self, at: usize, ledger: &'r crate::plan::Ledger) -> Result<(), Diagnostic> {
        let Some(frame) = self.scope.session.store.get(&ledger.physical)? else {
            if !on(Fault::F46) {
                self.empties.push(format!(
                    "ledger `{}` is missing: no rows are named for `{}`",
                    ledger.name,
                    ledger.physical.join(".")
                ));
            }
            return Ok(());
        };
        if let Some(stale) = stale(self.scope, ledger, frame)? {
            self.empties.push(stale.why);
            self.spoke = [self.spoke, stale.last].into_iter().flatten().min();
        }
        let said =
            read(self.scope, self.guard, ledger, frame, &|column, rows| (self.ids(column, rows), self.people()))?;
        if said.ownerless && !on(Fault::F54) {
            self.empties.push(format!("ledger `{}` holds a denial without a subject", ledger.name));
        }
        let reader = Reader { frame, zone: self.scope.zone };
        let subjects = || reader.column(&ledger.subject, ColumnKind::Text);
        let pairs: Vec<Pair> = match &ledger.keyed_by {
            KeyedBy::Entity => (0..u32::try_from(self.people()).unwrap_or(0)).map(|id| (id, id, Whose::Own)).collect(),
            KeyedBy::Contact(path) => {
                self.check_addresses(ledger, subjects()?);
                self.by_text(&Reached::of(self.scope, path)?, subjects()?)
            }
            KeyedBy::Identity(identity) => self.by_identity(*identity, subjects()?)?,
            KeyedBy::Member(members) => self.by_member(*members, None, subjects()?)?,
            KeyedBy::MemberContact { members, column } => {
                self.check_addresses(ledger, subjects()?);
                self.by_member(*members, Some(*column), subjects()?)?
            }
        };
        for pair in pairs {
            self.hear(at, &said, pair, ledger.only_opt_out);
        }
        Ok(())
    }

    fn check_addresses(&mut self, ledger: &crate::plan::Ledger, subjects: &Column) {
        let odd = subjects.words().map_or(0, |words| words.iter().filter(|word| is_odd(word)).count());
        if odd > 0 {
            self.empties.push(format!(
                "ledger `{}` holds {} in upper case or with outer blanks",
                ledger.name,
                addresses(odd)
            ));
        }
    }

    /// Takes what a ledger says of one of its keys as said of a person. What ids and members say travels no further.
    fn hear(&mut self, ledger: usize, said: &Statements, (key, person, whose): Pair, only_opt_out: bool) {
        if key as usize >= said.keys {
            return;
        }
        let travels = whose != Whose::Linked;
        let class = self.class_of(person);
        let refuses = said.refuses.get(key as usize).copied().unwrap_or(false);
        if let Some(out) = self.opted_out.get_mut(&ledger) {
            out.hear(class, refuses, travels);
        }
        if only_opt_out {
            return;
        }
        let freeze = said.freeze.get(key as usize).copied().unwrap_or_default();
        self.erased.hear(class, freeze.erased, travels);
        self.restricted.hear(class, freeze.restricted, travels);
        for purpose in 0..self.guard.purposes.len() {
            let one = said.said(key, purpose);
            let purposes = self.guard.purposes.len();
            let at = class as usize * purposes + purpose;
            if whose == Whose::Linked {
                if let Some(linked) = self.linked.get_mut(at) {
                    linked.denial = linked.denial.max(one.denial);
                    linked.clear = linked.clear.max(one.clear);
                    linked.denied = linked.denied.or(Denied::of(&one));
                }
                continue;
            }
            if let (Some(known), Some(denied)) = (self.own.get_mut(at), self.own_denied.get_mut(at)) {
                known.denial = known.denial.max(one.denial);
                known.clear = known.clear.max(one.clear);
                *denied = denied.or(Denied::of(&one));
            }
            if whose == Whose::Own
                && let Some(known) = self.own.get_mut(person as usize * purposes + purpose)
            {
                known.grant = known.grant.max(one.grant);
                known.outdated |= one.outdated;
            }
        }
    }

    /// Pairs of a ledger's key (the code of its subject) and the person whose cell holds that text.
    fn by_text(&self, cells: &Reached<'_>, subjects: &Column) -> Vec<Pair> {
        let Some(words) = subjects.words() else { return Vec::new() };
        let pair = |row: u32| {
            let person = self.keyed.keys.of_row.get(row as usize).copied().filter(|id| *id != NONE)?;
            let key = words.get_index_of(cells.text(row)?)?;
            let whose = if self.keyed.row(person) == row { Whose::Own } else { Whose::Former };
            Some((u32::try_from(key).ok()?, person, whose))
        };
        (0..self.view.frame.rows).filter_map(pair).collect()
    }

    fn by_identity(&mut self, identity: usize, subjects: &Column) -> Result<Vec<Pair>, Diagnostic> {
        let Some(words) = subjects.words() else { return Ok(Vec::new()) };
        let (words, pairs) = (Spellings::of(words), self.identity(identity)?);
        let heard = pairs.iter().flat_map(|(id, person)| words.alike(id).map(move |key| (key, *person, Whose::Linked)));
        Ok(heard.collect())
    }

    /// Ids, in their one spelling, and the persons whom they are linked to.
    fn identity(&self, identity: usize) -> Result<Vec<(Cow<'r, str>, u32)>, Diagnostic> {
        let Some(identity) = self.guard.identities.get(identity) else { return Ok(Vec::new()) };
        let Some(frame) = self.scope.session.store.get(&identity.physical)? else { return Ok(Vec::new()) };
        let reader = Reader { frame, zone: self.scope.zone };
        let ids = reader.column(&identity.from, ColumnKind::Text)?;
        let to = reader.column(&identity.to, key_kind(self.scope.plan, self.guard))?;
        let persons = self.ids(to, frame.rows);
        let pair =
            |(row, person): (u32, &u32)| (*person != NONE).then_some((spelt(ids.text(row)?), self.class_of(*person)));
        Ok((0..frame.rows).zip(&persons).filter_map(pair).collect())
    }

    /// Pairs of a ledger's key and the account or household of the member whose key or contact it is.
    fn by_member(
        &mut self,
        members: usize,
        contact: Option<usize>,
        subjects: &Column,
    ) -> Result<Vec<Pair>, Diagnostic> {
        let (Some(members), Some(words)) = (self.guard.members.get(members), subjects.words()) else {
            return Ok(Vec::new());
        };
        let Some(frame) = self.scope.session.store.get(&members.physical)? else { return Ok(Vec::new()) };
        let reader = Reader { frame, zone: self.scope.zone };
        let name = contact.and_then(|contact| members.contacts.get(contact)).unwrap_or(&members.key);
        let cells = reader.column(name, ColumnKind::Text)?;
        let belongs = reader.column(&members.belongs, key_kind(self.scope.plan, self.guard))?;
        let whose = self.ids(belongs, frame.rows);
        let spellings = Spellings::of(words);
        if contact.is_some() {
            let odd = cells.words().map_or(0, |words| words.iter().filter(|word| is_odd(word)).count());
            if odd > 0 {
                self.empties
                    .push(format!("`{name}` of members holds {} in upper case or with outer blanks", addresses(odd)));
            }
        }
        let of_somebody = (0..frame.rows).zip(&whose).filter(|(_, whose)| **whose != NONE);
        let heard = of_somebody.flat_map(|(row, whose)| {
            let keys = cells.text(row).map(|text| spellings.alike(text));
            keys.into_iter().flatten().map(move |key| (key, *whose, Whose::Linked))
        });
        Ok(heard.collect())
    }

    /// People who share an id or an address share what their own keys and addresses say against them.
    fn spread(&mut self) -> Result<(), Diagnostic> {
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for at in 0..self.guard.identities.len() {
            let identity = self.guard.identities.get(at);
            let missing =
                identity.filter(|identity| matches!(self.scope.session.store.get(&identity.physical), Ok(None)));
            if let Some(identity) = missing {
                self.empties.push(format!(
                    "identity `{}` is missing: no rows are named for `{}`",
                    identity.name,
                    identity.physical.join(".")
                ));
            }
            gather(&mut groups, self.identity(at)?.into_iter());
        }
        for at in 0..self.guard.members.len() {
            let Some(members) = self.guard.members.get(at) else { continue };
            if self.scope.session.store.get(&members.physical)?.is_none() {
                self.empties
                    .push(format!("members are missing: no rows are named for `{}`", members.physical.join(".")));
            }
        }
        for path in &self.guard.shared {
            let cells = Reached::of(self.scope, path)?;
            let person = |row: u32| self.keyed.keys.of_row.get(row as usize).copied().filter(|id| *id != NONE);
            let pair = |row: u32| Some((address(cells.value(row)?), self.class_of(person(row)?)));
            gather(&mut groups, (0..self.view.frame.rows).filter_map(pair));
        }
        groups.iter().for_each(|group| self.share(group));
        Ok(())
    }

    fn share(&mut self, group: &[u32]) {
        self.erased.share(group);
        self.restricted.share(group);
        self.opted_out.values_mut().for_each(|out| out.share(group));
        let purposes = self.guard.purposes.len();
        for purpose in 0..purposes {
            let places = || group.iter().map(|id| *id as usize * purposes + purpose);
            let said = || places().filter_map(|at| self.own.get(at));
            let denial = said().map(|said| said.denial).max().unwrap_or(NEVER);
            let clear = said().map(|said| said.clear).max().unwrap_or(NEVER);
            let denied = places().filter_map(|at| self.own_denied.get(at)).copied();
            let denied = denied.fold(Denied::default(), Denied::or);
            for at in places() {
                if let Some(linked) = self.linked.get_mut(at) {
                    linked.denial = linked.denial.max(denial);
                    linked.clear = linked.clear.max(clear);
                    linked.denied = linked.denied.or(denied);
                }
            }
        }
    }

    fn decide(mut self) -> Result<Verdicts, Diagnostic> {
        let control =
            self.guard.control.iter().map(|path| Reached::of(self.scope, path)).collect::<Result<Vec<_>, _>>()?;
        let country = self.guard.residence.path.as_ref().map(|path| Reached::of(self.scope, path)).transpose()?;
        let birth = self.guard.birth.as_ref().map(|path| Reached::of(self.scope, path)).transpose()?;
        let mut by_country: FxHashMap<&str, &'r Asks> = FxHashMap::default();
        for rule in &self.guard.residence.rules {
            for country in &rule.countries {
                by_country.entry(country).or_insert(&rule.asks);
            }
        }
        let mut reasons = Vec::with_capacity(self.keyed.keys.count as usize);
        for id in 0..self.keyed.keys.count {
            let row = self.keyed.row(id);
            if row == NONE {
                reasons.push(Some(Reason::NoConsent));
                continue;
            }
            let asks =
                country.as_ref().and_then(|cells| cells.text(row)).and_then(|country| by_country.get(country)).copied();
            let unreachable = control.iter().any(|cells| cells.text(row).is_none());
            reasons.push(self.reason(id, unreachable, asks, birth.as_ref().map(|cells| cells.value(row))));
        }
        let empties = std::mem::take(&mut self.empties);
        Ok(Verdicts { reasons, empties, spoke: self.spoke })
    }

    fn reason(
        &self,
        id: u32,
        unreachable: bool,
        asks: Option<&Asks>,
        birth: Option<Option<Raw<'_>>>,
    ) -> Option<Reason> {
        if self.guard.suspended.is_some() {
            return Some(Reason::Suspended);
        }
        if unreachable {
            return Some(Reason::NoContact);
        }
        let class = self.class_of(id);
        if self.erased.is_set(class) {
            return Some(Reason::Erased);
        }
        if self.restricted.is_set(class) {
            return Some(Reason::Restricted);
        }
        let strictest = &self.guard.residence.strictest;
        let absent_helps = |asks: &Asks| asks.absent_means_yes;
        let elsewhere = asks.is_none() && self.guard.residence.rules.iter().any(|rule| absent_helps(&rule.asks));
        let asks = asks.unwrap_or(strictest);
        let mut bound = false;
        for (at, purpose) in self.guard.purposes.iter().enumerate() {
            let no = match purpose.basis {
                Basis::Consent => self.consent(id, at, asks.absent_means_yes, elsewhere),
                Basis::LegitimateInterest => self.interest(id, at),
                Basis::Contract | Basis::LegalDuty => None,
            };
            if no.is_some() {
                return no;
            }
            bound |= purpose.basis.leaves_a_choice();
        }
        if !bound {
            return None;
        }
        if self.guard.kind == SubjectKind::Person && asks.adult_at.is_some_and(|adult| !self.is_adult(birth, adult)) {
            return Some(Reason::Minor);
        }
        let out = |ledger: &usize| self.opted_out.get(ledger).is_some_and(|out| out.is_set(class));
        asks.opt_outs.iter().any(out).then_some(Reason::OptedOut)
    }

    fn place(&self, id: u32, purpose: usize) -> (Said, Denied, Linked) {
        let purposes = self.guard.purposes.len();
        let at = self.class_of(id) as usize * purposes + purpose;
        let own = self.own.get(id as usize * purposes + purpose).copied().unwrap_or(Said::NOTHING);
        let (denial, clear) = self.own.get(at).map_or((FOREVER, FOREVER), |said| (said.denial, said.clear));
        let always = Denied { any: true, clearly: true };
        let denied = self.own_denied.get(at).copied().unwrap_or(always);
        let linked = self.linked.get(at).copied();
        let linked = linked.unwrap_or(Linked { denial: FOREVER, clear: FOREVER, denied: always });
        (Said { denial, clear, ..own }, denied, linked)
    }

    fn consent(&self, id: u32, purpose: usize, absent_means_yes: bool, elsewhere: bool) -> Option<Reason> {
        let (own, _, linked) = self.place(id, purpose);
        let said = Said { denial: own.denial.max(linked.denial), clear: own.clear.max(linked.clear), ..own };
        if let Some(no) = Denied::of(&said).reason() {
            return Some(no);
        }
        if own.grant != NEVER || absent_means_yes {
            return None;
        }
        Some(match (own.outdated, elsewhere) {
            (true, _) => Reason::Outdated,
            (false, true) => Reason::UnknownResidence,
            (false, false) => Reason::NoConsent,
        })
    }

    fn interest(&self, id: u32, purpose: usize) -> Option<Reason> {
        let (_, denied, linked) = self.place(id, purpose);
        denied.or(linked.denied).reason()
    }

    fn is_adult(&self, birth: Option<Option<Raw<'_>>>, adult_at: u32) -> bool {
        let Some(Some(Raw::Date(days))) = birth else { return false };
        let today = self.scope.zone.date_of(self.scope.session.now);
        time::civil(days).is_some_and(|birth| i64::from(age(birth, today)) >= i64::from(adult_at))
    }
}

/// Keys that identities link and the entity does not hold.
fn others(scope: &Scope<'_>, guard: &Guard, keyed: &Keyed) -> Result<FxHashMap<String, u32>, Diagnostic> {
    let mut others = FxHashMap::default();
    for identity in &guard.identities {
        let Some(frame) = scope.session.store.get(&identity.physical)? else { continue };
        let to = Reader { frame, zone: scope.zone }.column(&identity.to, key_kind(scope.plan, guard))?;
        for (row, _) in (0..frame.rows).zip(keyed.keys.ids(to, frame.rows)).filter(|(_, id)| *id == NONE) {
            let next = keyed.keys.count.saturating_add(u32::try_from(others.len()).unwrap_or(u32::MAX));
            if let Some(key) = super::keys::text(to, row) {
                others.entry(key).or_insert(next);
            }
        }
    }
    if let Some(known) = keyed.keys.words() {
        add_spellings(scope, guard, (keyed, known), &mut others)?;
    }
    Ok(others)
}

/// Keys that only ledgers and members spell so: they are heard for all that are alike.
fn add_spellings(
    scope: &Scope<'_>,
    guard: &Guard,
    (keyed, known): (&Keyed, &super::cells::Dictionary),
    others: &mut FxHashMap<String, u32>,
) -> Result<(), Diagnostic> {
    let odd = spelling::odd(known.iter().map(|word| &**word).chain(others.keys().map(String::as_str)));
    let own = guard.ledgers.iter().filter(|ledger| ledger.keyed_by == KeyedBy::Entity);
    let spoken = own.map(|ledger| (&ledger.physical, &ledger.subject));
    let belong = guard.members.iter().map(|members| (&members.physical, &members.belongs));
    for (physical, column) in spoken.chain(belong) {
        let Some(frame) = scope.session.store.get(physical)? else { continue };
        let column = Reader { frame, zone: scope.zone }.column(column, key_kind(scope.plan, guard))?;
        for word in column.words().into_iter().flatten() {
            let alike = spelling::is_odd(word) || odd.contains(&**word);
            if alike && !known.contains(&**word) && !others.contains_key(&**word) {
                let next = keyed.keys.count.saturating_add(u32::try_from(others.len()).unwrap_or(u32::MAX));
                others.insert((**word).to_owned(), next);
            }
        }
    }
    Ok(())
}

/// Something that is said of people or not: by their own keys and addresses, and by anybody linked.
struct Flags {
    own: Vec<bool>,
    all: Vec<bool>,
}

impl Flags {
    fn new(people: usize) -> Self {
        Self { own: vec![false; people], all: vec![false; people] }
    }

    fn hear(&mut self, person: u32, said: bool, travels: bool) {
        set(&mut self.all, person, said);
        set(&mut self.own, person, said && travels);
    }

    /// What a group's own keys say reaches everybody in it.
    fn share(&mut self, group: &[u32]) {
        if group.iter().any(|id| self.own.get(*id as usize).copied().unwrap_or(false)) {
            group.iter().for_each(|id| set(&mut self.all, *id, true));
        }
    }

    fn is_set(&self, person: u32) -> bool {
        self.all.get(person as usize).copied().unwrap_or(false)
    }
}

fn set(flags: &mut [bool], at: u32, more: bool) {
    if let Some(flag) = flags.get_mut(at as usize) {
        *flag |= more;
    }
}

/// An address as others may have spelt it: without outer blanks, ASCII letters folded.
fn address(value: Raw<'_>) -> Cow<'_, str> {
    match value {
        Raw::Text(text) => spelt(text),
        other @ (Raw::Boolean(_) | Raw::Integer(_) | Raw::Decimal(_) | Raw::Date(_) | Raw::Instant(_)) => {
            Cow::Owned(format!("{other:?}"))
        }
    }
}

/// Groups of two or more people by what they share.
fn gather<K: Eq + std::hash::Hash>(groups: &mut Vec<Vec<u32>>, pairs: impl Iterator<Item = (K, u32)>) {
    let mut by_value: FxHashMap<K, Vec<u32>> = FxHashMap::default();
    pairs.for_each(|(value, person)| by_value.entry(value).or_default().push(person));
    groups.extend(by_value.into_values().filter(|group| group.len() > 1));
}

/// An upper-case ASCII letter, or an outer blank: an address that others may hold in another spelling.
fn is_odd(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_uppercase()) || text.trim() != text
}

fn addresses(n: usize) -> String {
    if n == 1 { "1 address".to_owned() } else { format!("{n} addresses") }
}

fn column_name(scope: &Scope<'_>, path: &Path) -> String {
    let table = scope.plan.tables.get(path.table);
    table.and_then(|table| table.columns.get(path.column)).map_or_else(String::new, |column| column.name.clone())
}

/// Cells of the guard's entity, over links where need be.
struct Reached<'r> {
    hops: Vec<Arc<Links>>,
    column: &'r Column,
}

impl<'r> Reached<'r> {
    fn of(scope: &Scope<'r>, path: &Path) -> Result<Self, Diagnostic> {
        let hops = path.hops.iter().map(|hop| scope.links(*hop)).collect::<Result<_, _>>()?;
        Ok(Self { hops, column: scope.view(path.table)?.column(path.column)? })
    }

    fn value(&self, row: u32) -> Option<Raw<'r>> {
        let mut row = row;
        for hop in &self.hops {
            row = hop.from(row);
        }
        if row < TWO { self.column.value(row) } else { None }
    }

    fn text(&self, row: u32) -> Option<&'r str> {
        match self.value(row)? {
            Raw::Text(text) => Some(text),
            Raw::Boolean(_) | Raw::Integer(_) | Raw::Decimal(_) | Raw::Date(_) | Raw::Instant(_) => None,
        }
    }
}

/// The canonical text of a subject's key.
pub(super) fn key_text(view: View<'_>, row: u32) -> Option<String> {
    let key = key_column(view.table)?;
    super::keys::text(view.column(key).ok()?, row)
}
