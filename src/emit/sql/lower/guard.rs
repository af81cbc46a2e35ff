//! The guard: positive evidence of consent, no denial, nobody frozen, adults, opt-outs.
//!
//! Whoever passes is found by a semi-join on grants and anti-joins on denials: there is no outer join and no status test in it,
//! so that a person about whom nothing is known cannot pass, on any engine.

use super::clock::DayOf;
use super::ledger::{SAID, Said, not_plain, spelt};
use super::scope::Scope;
use super::tables::control_key;
use super::{Check, Lower, control_row};
use crate::emit::sql::tree::{
    Agg, Body, Expr, From, Func, Item, Join, JoinKind, Op, Select, Test, and, any_row, binary, call, col, cte, eq, is,
    join, named, not, one_of, or, table,
};
use crate::faults::{Fault, on};
use crate::model::{Basis, SubjectKind};
use crate::plan::{
    Asks, ColumnKind, Cond, Guard, KeyedBy, Ledger, Members, Path, PurposeGuard, Residence, Role, Table,
};

/// People who pass a guard.
#[derive(Debug, Clone)]
pub struct GuardCte {
    /// The CTE.
    pub name: String,
    /// The key's column there.
    pub key: String,
}

/// What the CTEs of one guard share.
struct Around<'g> {
    guard: &'g Guard,
    /// The people, unguarded.
    people: From,
    /// Their key.
    key: String,
    /// Who is linked to whom, both ways and to oneself; `None` where nobody is linked to anybody.
    linked: Option<String>,
    /// Addresses by contact path, with everybody's key.
    addresses: Vec<(Path, String)>,
    /// Identity tables.
    identities: Vec<String>,
    /// Member tables.
    members: Vec<String>,
    /// What that key holds.
    kind: ColumnKind,
    /// Appended to names of CTEs: empty for the segment's own guard.
    suffix: String,
}

impl Around<'_> {
    /// A person's key as denials tell it.
    fn spelt_key(&self) -> Expr {
        spelt(col("p", &self.key), &self.kind)
    }
}

/// The columns of CTEs about people: theirs, and an instant.
pub const WHO: &str = "person_key";
const OTHER: &str = "linked_person_key";
pub(super) const WHEN: &str = "counts_at";
/// The record of a grant.
pub(super) const RECORDED: &str = "recorded_as";
const WHAT: &str = "address_key";
const ID: &str = "linked_id";
const MEMBER: &str = "member_key";

/// Names that queries give to columns of their own beside tables of links: no column of such a table may have one.
pub const OWN_NAMES: [&str; 6] = [WHO, OTHER, WHEN, WHAT, ID, MEMBER];

impl<'p> Lower<'p> {
    /// What must hold lest nobody pass: of ledgers, keys and addresses; for the segment itself, of nobody's rows too.
    pub fn controls(&mut self, guard: &'p Guard, root: bool) -> Vec<Check> {
        let mut checks = Vec::new();
        if let Some(why) = &guard.suspended {
            let _ = why;
            checks.push(Check { name: "purpose_is_not_suspended".to_owned(), holds: Expr::Truth(false) });
        }
        for ledger in &guard.ledgers {
            let made = self.ledger(ledger, &self.subject_kind(guard, ledger));
            checks.extend(self.ledger_checks(ledger, &made));
        }
        checks.extend(self.key_checks(guard));
        checks.extend(self.type_checks(guard, root));
        if root {
            checks.extend(self.links_are_whole());
        }
        if root && self.dialect.collation_by_session {
            let tells = binary(Op::NotEqual, Expr::Text("a".to_owned()), Expr::Text("A".to_owned()));
            checks.push(Check { name: "capitals_are_told_apart".to_owned(), holds: tells });
        }
        if root {
            let tables: Vec<&'p Table> = self.plan.tables.iter().collect();
            checks.extend(tables.into_iter().filter_map(|table| self.nobodys_check(table)));
        }
        let mut known = Vec::new();
        for check in &mut checks {
            let wanted: String = check.name.chars().take(50).collect();
            let (mut name, mut n) = (wanted.clone(), 2);
            while known.contains(&name) {
                name = format!("{wanted}_{n}");
                n += 1;
            }
            known.push(name.clone());
            check.name = name;
        }
        checks
    }

    /// The kind of a ledger's subjects.
    pub fn subject_kind(&self, guard: &Guard, ledger: &Ledger) -> ColumnKind {
        match &ledger.keyed_by {
            KeyedBy::Entity => self.key_kind(guard.entity),
            KeyedBy::Contact(_) | KeyedBy::Identity(_) | KeyedBy::Member(_) | KeyedBy::MemberContact { .. } => {
                ColumnKind::Text
            }
        }
    }

    fn key_checks(&mut self, guard: &Guard) -> Vec<Check> {
        let mut checks = Vec::new();
        let plan = self.plan;
        let Some(entity) = plan.tables.get(guard.entity) else { return checks };
        let none = |from: From, filter: Expr| Expr::NotExists(any_row(from, vec![filter]));
        if let Role::Entity { key, .. } = entity.role {
            let name = entity.columns.get(key).map_or("", |column| column.name.as_str());
            let holds = none(table(&entity.physical, "r"), is(col("r", name), Test::Null));
            checks.push(Check { name: format!("every_{}_has_a_key", entity.name), holds });
        }
        for path in &guard.control {
            let of = plan.tables.get(path.table);
            let Some((of, column)) = of.and_then(|of| Some((of, of.columns.get(path.column)?))) else { continue };
            let holds = none(table(&of.physical, "r"), not_plain(&control_key(col("r", &column.name), &column.kind)));
            checks.push(Check { name: format!("{}_is_plain", column.name), holds });
        }
        for identity in &guard.identities {
            let lacks = |column: &str| is(col("r", column), Test::Null);
            let holds = none(table(&identity.physical, "r"), or(vec![lacks(&identity.from), lacks(&identity.to)]));
            checks.push(Check { name: format!("every_link_of_{}_is_whole", identity.name), holds });
        }
        let ids = matches!(guard.kind, SubjectKind::Person | SubjectKind::Device);
        for members in &guard.members {
            let holds = none(table(&members.physical, "r"), is(col("r", &members.key), Test::Null));
            checks.push(Check { name: "every_member_has_a_key".to_owned(), holds });
            if ids {
                let holds = none(table(&members.physical, "r"), is(col("r", &members.belongs), Test::Null));
                checks.push(Check { name: "every_link_has_an_id".to_owned(), holds });
            }
            for contact in &members.contacts {
                let plain = not_plain(&control_key(col("r", contact), &ColumnKind::Text));
                checks.push(Check {
                    name: format!("members_{contact}_is_plain"),
                    holds: none(table(&members.physical, "r"), plain),
                });
            }
        }
        checks
    }

    /// Rows without subject or time are few enough.
    fn nobodys_check(&mut self, of: &'p Table) -> Option<Check> {
        let (Role::Entity { key, .. } | Role::Events { subject: key }) = of.role else { return None };
        let raw = |column: usize| col("r", of.columns.get(column).map_or("", |column| column.name.as_str()));
        let mut nobodys = vec![is(raw(key), Test::Null)];
        if let Some(clock) = of.clock.as_ref().filter(|clock| clock.happened) {
            let kind = of.columns.get(clock.column).map_or(ColumnKind::Instant, |column| column.kind.clone());
            nobodys.push(is(self.known_clock(&raw(clock.column), &kind), Test::NotTrue));
        }
        // Nobody can say whether a row of unknown arrival was known by now.
        if let Some(arrived) = of.arrived {
            let kind = of.columns.get(arrived).map_or(ColumnKind::Instant, |column| column.kind.clone());
            nobodys.push(is(self.known_clock(&raw(arrived), &kind), Test::NotTrue));
        }
        let from = table(&of.physical, "r");
        let holds = if of.tolerate == 0 {
            Expr::NotExists(any_row(from, vec![or(nobodys)]))
        } else {
            let items = vec![Item { expr: Expr::Aggregate(Agg::Count, None), alias: None }];
            let count = Select { items, from: Some(from), filter: vec![or(nobodys)], ..Select::default() };
            binary(Op::LessOrEqual, Expr::Scalar(Box::new(count)), Expr::Whole(i128::from(of.tolerate)))
        };
        Some(Check { name: format!("{}_rows_have_owner_and_time", of.name), holds })
    }

    /// Whether a clock is there and within the years in which clocks are believed.
    fn known_clock(&mut self, bare: &Expr, kind: &ColumnKind) -> Expr {
        use crate::model::Instant;
        let (first, end) = (Instant::FIRST_KNOWN, Instant::KNOWN_END);
        let between = |of: Expr, low: Expr, high: Expr| {
            and(vec![binary(Op::GreaterOrEqual, of.clone(), low), binary(Op::Less, of, high)])
        };
        match kind {
            ColumnKind::Date => {
                let day = |instant| Expr::Day(super::ledger::first_day(self.clock.zone(), instant));
                between(bare.clone(), day(first), day(end))
            }
            ColumnKind::Wall { .. } => {
                let instant = super::tables::instant_of(bare, kind, "UTC");
                between(instant, Expr::Instant(first), Expr::Instant(end))
            }
            ColumnKind::Instant
            | ColumnKind::Text
            | ColumnKind::Boolean
            | ColumnKind::Integer
            | ColumnKind::Decimal
            | ColumnKind::Degrees { .. }
            | ColumnKind::Version
            | ColumnKind::List { .. }
            | ColumnKind::Uuid => between(bare.clone(), Expr::Instant(first), Expr::Instant(end)),
        }
    }

    /// The CTEs of a guard. `own` checks are conjoined here; those of the segment itself stand at its root.
    pub fn guard(&mut self, guard: &'p Guard, own: &[Check]) -> GuardCte {
        if let Some((_, known)) = self.guards.iter().find(|(known, _)| is_same(known, guard)) {
            return known.clone();
        }
        let suffix = if self.guards.is_empty() { String::new() } else { format!("_{}", self.guards.len() + 1) };
        let cut = self.table(guard.entity);
        let key = self.key_of(guard.entity, &cut);
        let name = format!("guard{suffix}");
        let made = GuardCte { name: name.clone(), key: key.clone() };
        self.guards.push((guard, made.clone()));
        let mut around = Around {
            guard,
            people: cte(&cut.name, "p"),
            key,
            kind: self.key_kind(guard.entity),
            linked: None,
            addresses: Vec::new(),
            identities: Vec::new(),
            members: Vec::new(),
            suffix,
        };
        self.link_tables(&mut around);
        let body = self.guard_body(&around, own);
        let comment =
            "Who may be reached for this purpose: evidence of every leave that is asked, and nothing against it.";
        self.push(&name, &[comment], Body::One(body));
        made
    }

    /// The guard of a referenced segment or of related people, with its control checks.
    pub fn other_guard(&mut self, guard: &'p Guard) -> GuardCte {
        if let Some((_, known)) = self.guards.iter().find(|(known, _)| is_same(known, guard)) {
            return known.clone();
        }
        let checks = self.controls(guard, false);
        let number = self.guards.len() + 1;
        let name = self.fresh(&format!("control_{number}"));
        self.push(&name, &["The same for the control data of another guard."], control_row(&checks));
        let own: Vec<Check> = checks
            .into_iter()
            .map(|check| {
                let items = vec![Item { expr: col("c", &check.name), alias: None }];
                let only = Select { items, from: Some(cte(&name, "c")), ..Select::default() };
                Check { name: check.name, holds: Expr::Scalar(Box::new(only)) }
            })
            .collect();
        self.guard(guard, &own)
    }

    fn guard_body(&mut self, around: &Around<'p>, own: &[Check]) -> Select {
        let guard = around.guard;
        let mut scope = Scope::over(None, &source_name(&around.people), "p");
        let key = col("p", &around.key);
        let mut filter: Vec<Expr> = own.iter().map(|check| check.holds.clone()).collect();
        if guard.suspended.is_some() {
            filter.push(Expr::Truth(false));
        }
        for path in &guard.control {
            filter.push(is(self.cell(&mut scope, path).sql, Test::NotNull));
        }
        if let Some(frozen) = self.frozen_people(around) {
            filter.push(Expr::NotExists(about(&frozen, &around.spelt_key())));
        }
        for (index, purpose) in guard.purposes.iter().enumerate() {
            filter.extend(self.purpose(around, &mut scope, index, purpose));
        }
        filter.extend(self.adults(around, &mut scope));
        filter.extend(self.opt_outs(around, &mut scope));
        let mut select = scope.select();
        select.items = vec![Item { expr: key, alias: None }];
        select.filter = match () {
            () if on(Fault::F1) => Vec::new(),
            () if on(Fault::F2) => vec![or(filter)],
            () => filter,
        };
        select
    }

    fn purpose(
        &mut self,
        around: &Around<'p>,
        scope: &mut Scope,
        index: usize,
        purpose: &'p PurposeGuard,
    ) -> Vec<Expr> {
        let key = col("p", &around.key);
        match purpose.basis {
            Basis::Contract | Basis::LegalDuty => Vec::new(),
            Basis::LegitimateInterest => {
                let objected = self.denied(around, index, purpose, true);
                objected.into_iter().map(|name| Expr::NotExists(about(&name, &around.spelt_key()))).collect()
            }
            Basis::Consent => {
                let denied = self.denied(around, index, purpose, false);
                let consented = self.consented(around, index, purpose, denied.as_deref());
                if let Some(name) = consented.as_ref().filter(|_| on(Fault::F3)) {
                    let outer = vec![eq(col("o", WHO), key)];
                    scope.joins.push(Join { kind: JoinKind::Left, from: cte(name, "o"), on: outer });
                    return vec![or(vec![is(col("o", WHO), Test::Null), is(col("o", WHO), Test::NotNull)])];
                }
                let yes = consented.map_or(Expr::Truth(false), |name| Expr::Exists(about(&name, &key)));
                let absent =
                    self.by_jurisdiction(&around.guard.residence, scope, |asks| Expr::Truth(asks.absent_means_yes));
                if absent == Expr::Truth(false) {
                    return vec![yes];
                }
                let clean = denied.map_or(Expr::Truth(true), |name| Expr::NotExists(about(&name, &around.spelt_key())));
                vec![or(vec![yes, and(vec![absent, clean])])]
            }
        }
    }

    /// People whose latest grant is after every denial.
    fn consented(
        &mut self,
        around: &Around<'p>,
        index: usize,
        purpose: &'p PurposeGuard,
        denied: Option<&str>,
    ) -> Option<String> {
        let mut parts = Vec::new();
        for ledger in around.guard.ledgers.iter().filter(|ledger| !ledger.only_opt_out) {
            if !matches!(ledger.keyed_by, KeyedBy::Entity | KeyedBy::Contact(_)) && !on(Fault::F15) {
                continue;
            }
            let made = self.ledger(ledger, &self.subject_kind(around.guard, ledger));
            for said in self.grants(ledger, &made, index, purpose) {
                if on(Fault::F15) {
                    parts.extend(self.spread(around, ledger, &said));
                }
                parts.extend(self.own_statements(around, ledger, &said));
            }
        }
        if parts.is_empty() {
            return None;
        }
        let label = purpose_label(around.guard, index);
        let granted = self.fresh(&format!("granted_{label}{}", around.suffix));
        self.push(&granted, &[&grants_comment(&purpose.purpose)], Body::All(parts));
        if self.with_records && around.suffix.is_empty() {
            self.record_grants(&granted, &label);
        }
        let name = self.fresh(&format!("consented_{label}{}", around.suffix));
        let mut filter = Vec::new();
        if let Some(denied) = denied {
            let later = vec![
                eq(col("d", WHO), spelt(col("g", WHO), &around.kind)),
                binary(if on(Fault::F9) { Op::Greater } else { Op::GreaterOrEqual }, col("d", WHEN), col("g", WHEN)),
            ];
            filter.push(Expr::NotExists(any_row(cte(denied, "d"), later)));
        }
        let body = Select {
            distinct: true,
            items: vec![Item { expr: col("g", WHO), alias: None }],
            from: Some(cte(&granted, "g")),
            filter,
            ..Select::default()
        };
        self.push(&name, &["Whoever granted it after every denial."], Body::One(body));
        Some(name)
    }

    /// Denials of a purpose by person; under legitimate interest only those that no later grant of the same key lifts.
    fn denied(&mut self, around: &Around<'p>, index: usize, purpose: &'p PurposeGuard, lifted: bool) -> Option<String> {
        let mut parts = Vec::new();
        for ledger in around.guard.ledgers.iter().filter(|ledger| !ledger.only_opt_out) {
            let made = self.ledger(ledger, &self.subject_kind(around.guard, ledger));
            for mut said in self.denials(ledger, &made, Some(index)) {
                if lifted {
                    let grants = self.grants(ledger, &made, index, purpose);
                    let by = self.said_by(&made);
                    let lifting = grants.iter().map(|grant| lifts(&made.name, (&by, &by), grant, &said.at));
                    let lifting: Vec<Expr> = lifting.collect();
                    said.filter.extend(lifting);
                }
                parts.extend(self.spread(around, ledger, &said));
            }
        }
        let word = if lifted { "objected" } else { "denied" };
        let comment =
            format!("Denials of {}, whoever they reach; those of unknown time count until 2100.", purpose.purpose);
        let label = purpose_label(around.guard, index);
        self.people_cte(&format!("{word}_{label}{}", around.suffix), &comment, parts)
    }

    fn frozen_people(&mut self, around: &Around<'p>) -> Option<String> {
        let mut parts = Vec::new();
        for ledger in around.guard.ledgers.iter().filter(|ledger| !ledger.only_opt_out) {
            let made = self.ledger(ledger, &self.subject_kind(around.guard, ledger));
            for filter in self.frozen(ledger, &made) {
                let at = super::ledger::for_ever();
                parts.extend(self.spread(around, ledger, &Said { filter, at }));
            }
        }
        self.people_cte(
            &format!("frozen{}", around.suffix),
            "Restricted and not released, or erased: lifted by no grant.",
            parts,
        )
    }

    fn people_cte(&mut self, name: &str, comment: &str, parts: Vec<Select>) -> Option<String> {
        if parts.is_empty() {
            return None;
        }
        let name = self.fresh(name);
        self.push(&name, &[comment], Body::All(parts));
        Some(name)
    }

    /// A statement by the person's own key or address.
    fn own_statements(&mut self, around: &Around<'p>, ledger: &Ledger, said: &Said) -> Option<Select> {
        let mut statement = self.own_statement(around, ledger, said)?;
        if self.with_records {
            let made = self.ledger(ledger, &self.subject_kind(around.guard, ledger));
            statement.items.push(named(made.record(), RECORDED));
        }
        Some(statement)
    }

    fn own_statement(&mut self, around: &Around<'p>, ledger: &Ledger, said: &Said) -> Option<Select> {
        let made = self.ledger(ledger, &self.subject_kind(around.guard, ledger));
        let subject = self.said_by(&made);
        match &ledger.keyed_by {
            KeyedBy::Entity => {
                let mut filter = said.filter.clone();
                filter.push(is(subject.clone(), Test::NotNull));
                Some(statement(subject, said, &made.name, Vec::new(), filter))
            }
            KeyedBy::Contact(path) => {
                let mut scope = Scope::over(None, &source_name(&around.people), "p");
                let address = self.cell(&mut scope, path).sql;
                if !scope.joins.is_empty() {
                    self.bug("an address that is not the subject's own");
                }
                let joins = vec![join(around.people.clone(), vec![eq(address, subject)])];
                Some(statement(col("p", &around.key), said, &made.name, joins, said.filter.clone()))
            }
            KeyedBy::Identity(_) | KeyedBy::Member(_) | KeyedBy::MemberContact { .. } => None,
        }
    }

    /// A statement reaches the person it is about and everybody linked. Equal ones are one where the engine guesses how many there are.
    fn spread(&mut self, around: &Around<'p>, ledger: &Ledger, said: &Said) -> Vec<Select> {
        let distinct = self.dialect.guesses_common_tables;
        self.reaching(around, ledger, said).into_iter().map(|part| Select { distinct, ..part }).collect()
    }

    fn reaching(&mut self, around: &Around<'p>, ledger: &Ledger, said: &Said) -> Vec<Select> {
        let made = self.ledger(ledger, &self.subject_kind(around.guard, ledger));
        let subject = self.denied_by(&made);
        let reach = |who: Expr, mut joins: Vec<Join>, filter: Vec<Expr>| match around
            .linked
            .as_ref()
            .filter(|_| !on(Fault::F16))
        {
            None => statement(who, said, &made.name, joins, filter),
            Some(linked) => {
                joins.push(join(cte(linked, "k"), vec![eq(col("k", OTHER), who)]));
                statement(col("k", WHO), said, &made.name, joins, filter)
            }
        };
        let direct = |name: Option<&String>, on: &str| {
            let joins = vec![join(cte(name.map_or("", String::as_str), "i"), vec![eq(col("i", on), subject.clone())])];
            statement(col("i", WHO), said, &made.name, joins, said.filter.clone())
        };
        match &ledger.keyed_by {
            KeyedBy::Entity => {
                let mut filter = said.filter.clone();
                filter.push(is(subject.clone(), Test::NotNull));
                vec![reach(subject, Vec::new(), filter)]
            }
            KeyedBy::Contact(path) => {
                let addresses = around.addresses.iter().find(|(known, _)| known == path).map(|(_, name)| name.as_str());
                let joins = vec![join(cte(addresses.unwrap_or_default(), "a"), vec![eq(col("a", WHAT), subject)])];
                vec![reach(col("a", WHO), joins, said.filter.clone())]
            }
            KeyedBy::Identity(index) => vec![direct(around.identities.get(*index), ID)],
            KeyedBy::Member(index) => vec![direct(around.members.get(*index), MEMBER)],
            KeyedBy::MemberContact { members, column } => {
                let name = format!("contact_{column}");
                vec![direct(around.members.get(*members), &name)]
            }
        }
    }

    /// Identity, member and address tables, each read once; and who is linked to whom by them.
    fn link_tables(&mut self, around: &mut Around<'p>) {
        let guard = around.guard;
        let kind = self.key_kind(guard.entity);
        for identity in &guard.identities {
            let name = self.fresh(&format!("{}_ids{}", identity.name, around.suffix));
            let items = vec![
                named(alike(col("l", &identity.from), &ColumnKind::Text), ID),
                named(alike(col("l", &identity.to), &kind), WHO),
            ];
            let body =
                Select { distinct: true, items, from: Some(table(&identity.physical, "l")), ..Select::default() };
            self.push(
                &name,
                &[&format!("Which {} belongs to whom, whenever it was linked: read for denials only.", identity.name)],
                Body::One(body),
            );
            around.identities.push(name);
        }
        for members in &guard.members {
            let name = self.fresh(&format!("members{}", around.suffix));
            let body = self.member_items(members, &kind);
            self.push(&name, &["Members, whose denials reach whom they belong to."], Body::One(body));
            around.members.push(name);
        }
        let mut paths: Vec<Path> = guard.shared.clone();
        for ledger in &guard.ledgers {
            if let KeyedBy::Contact(path) = &ledger.keyed_by {
                paths.push(path.clone());
            }
        }
        for path in paths {
            if !around.addresses.iter().any(|(known, _)| *known == path) {
                let name = self.addresses(around, &path);
                around.addresses.push((path, name));
            }
        }
        self.linked(around);
    }

    fn member_items(&self, members: &Members, kind: &ColumnKind) -> Select {
        let mut items = vec![
            named(alike(col("l", &members.key), &ColumnKind::Text), MEMBER),
            named(alike(col("l", &members.belongs), kind), WHO),
        ];
        let contacts = members.contacts.iter().enumerate();
        items.extend(
            contacts.map(|(i, contact)| named(alike(col("l", contact), &ColumnKind::Text), &format!("contact_{i}"))),
        );
        Select { distinct: true, items, from: Some(table(&members.physical, "l")), ..Select::default() }
    }

    /// Everybody's address, whether or not their row is still within its retention.
    fn addresses(&mut self, around: &Around<'p>, path: &Path) -> String {
        let plan = self.plan;
        let column = plan.tables.get(path.table).and_then(|table| table.columns.get(path.column));
        let base = column.map_or("address", |column| column.name.as_str());
        let name = self.fresh(&format!("{}_of_everybody{}", plain(base), around.suffix));
        let own = plan.tables.get(around.guard.entity).filter(|_| path.hops.is_empty());
        let body = match (own, column, own.map(|own| &own.role)) {
            (Some(own), Some(column), Some(Role::Entity { key, .. })) => {
                let key_column = own.columns.get(*key).map_or("", |column| column.name.as_str());
                let address = col("r", &column.name);
                Select {
                    distinct: true,
                    items: vec![
                        named(alike(col("r", key_column), &around.kind), WHO),
                        named(alike(address.clone(), &column.kind), WHAT),
                    ],
                    from: Some(table(&own.physical, "r")),
                    filter: vec![is(address, Test::NotNull)],
                    ..Select::default()
                }
            }
            _ => {
                let mut scope = Scope::over(None, &source_name(&around.people), "p");
                let cell = self.cell(&mut scope, path).sql;
                let mut select = scope.select();
                select.distinct = true;
                select.items =
                    vec![named(around.spelt_key(), WHO), named(spelt(cell.clone(), &ColumnKind::Text), WHAT)];
                select.filter.push(is(cell, Test::NotNull));
                select
            }
        };
        self.push(
            &name,
            &["Who has which address: read for statements by address, and for denials of those who share it."],
            Body::One(body),
        );
        name
    }

    fn linked(&mut self, around: &mut Around<'p>) {
        let shared: Vec<String> = around
            .guard
            .shared
            .iter()
            .filter_map(|path| around.addresses.iter().find(|(known, _)| known == path).map(|(_, name)| name.clone()))
            .collect();
        let mut tables: Vec<(String, &str)> = around.identities.iter().map(|name| (name.clone(), ID)).collect();
        let mut names: Vec<String> = shared;
        names.sort();
        names.dedup();
        tables.extend(names.into_iter().map(|name| (name, WHAT)));
        if tables.is_empty() {
            return;
        }
        let own = Select {
            items: vec![named(around.spelt_key(), WHO), named(around.spelt_key(), OTHER)],
            from: Some(around.people.clone()),
            ..Select::default()
        };
        let mut parts = vec![own];
        parts.extend(tables.into_iter().map(|(name, by)| Select {
            items: vec![named(col("x", WHO), WHO), named(col("y", WHO), OTHER)],
            from: Some(cte(&name, "x")),
            joins: vec![join(cte(&name, "y"), vec![eq(col("y", by), col("x", by))])],
            filter: vec![is(col("x", WHO), Test::NotNull), is(col("y", WHO), Test::NotNull)],
            ..Select::default()
        }));
        let name = self.fresh(&format!("linked{}", around.suffix));
        self.push(
            &name,
            &["Whose denials reach whom: one's own, and those of whoever shares an id or an address."],
            Body::Union(parts),
        );
        around.linked = Some(name);
    }

    fn adults(&mut self, around: &Around<'p>, scope: &mut Scope) -> Option<Expr> {
        let guard = around.guard;
        if guard.kind != SubjectKind::Person || !guard.purposes.iter().any(|purpose| purpose.basis.leaves_a_choice()) {
            return None;
        }
        let birth = guard.birth.as_ref().map(|path| (self.cell(scope, path).sql, self.kind(path.table, path.column)));
        let mut years: Vec<u32> = guard.residence.rules.iter().filter_map(|rule| rule.asks.adult_at).collect();
        years.extend(guard.residence.strictest.adult_at);
        let mut old_enough = std::collections::BTreeMap::new();
        for age in years {
            let by = self.clock.day(DayOf::YearsAgo(age));
            let holds = match &birth {
                None => Expr::Truth(false),
                Some((cell, kind)) => {
                    let day = if *kind == ColumnKind::Date {
                        cell.clone()
                    } else {
                        self.clock.day_of(super::tables::plain_instant(cell))
                    };
                    let real = crate::model::Date::new(1, 1, 1).map_or(Expr::Null, Expr::Day);
                    and(vec![binary(Op::GreaterOrEqual, day.clone(), real), binary(Op::LessOrEqual, day, by)])
                }
            };
            old_enough.insert(age, holds);
        }
        let holds = self.by_jurisdiction(&guard.residence, scope, |asks| {
            asks.adult_at.and_then(|age| old_enough.get(&age).cloned()).unwrap_or(Expr::Truth(true))
        });
        (holds != Expr::Truth(true)).then_some(holds)
    }

    fn opt_outs(&mut self, around: &Around<'p>, scope: &mut Scope) -> Vec<Expr> {
        let guard = around.guard;
        if !guard.purposes.iter().any(|purpose| purpose.basis.leaves_a_choice()) {
            return Vec::new();
        }
        let mut asked: Vec<usize> = guard.residence.rules.iter().flat_map(|rule| rule.asks.opt_outs.clone()).collect();
        asked.extend(&guard.residence.strictest.opt_outs);
        asked.sort_unstable();
        asked.dedup();
        let mut out = Vec::new();
        for index in asked {
            let Some(ledger) = guard.ledgers.get(index) else {
                out.push(self.bug("an opt-out of a ledger that is not there"));
                continue;
            };
            let made = self.ledger(ledger, &self.subject_kind(guard, ledger));
            let mut parts = Vec::new();
            for said in self.denials(ledger, &made, None) {
                parts.extend(self.spread(around, ledger, &said));
            }
            let comment = format!("Whoever opted out in ledger {}.", ledger.name);
            let label = ledger_label(guard, index);
            let Some(name) = self.people_cte(&format!("opted_out_{label}{}", around.suffix), &comment, parts) else {
                continue;
            };
            let clean = Expr::NotExists(about(&name, &around.spelt_key()));
            let free =
                self.by_jurisdiction(&guard.residence, scope, |asks| Expr::Truth(!asks.opt_outs.contains(&index)));
            out.push(or(vec![free, clean]));
        }
        out
    }

    /// What holds where a person lives; the strictest where that is not known. Never NULL where the arms are not.
    fn by_jurisdiction(&mut self, residence: &Residence, scope: &mut Scope, ask: impl Fn(&Asks) -> Expr) -> Expr {
        let strictest = ask(&residence.strictest);
        let Some(path) = &residence.path else {
            let only = residence.rules.first().map(|rule| ask(&rule.asks));
            return only.unwrap_or(strictest);
        };
        let rules: Vec<(&Vec<String>, Expr)> =
            residence.rules.iter().map(|rule| (&rule.countries, ask(&rule.asks))).collect();
        if rules.iter().all(|(_, holds)| *holds == strictest) {
            return strictest;
        }
        let country = call(Func::ByCodePoint, vec![self.cell(scope, path).sql]);
        let differing = rules.iter().filter(|(countries, holds)| *holds != strictest && !countries.is_empty());
        if strictest == Expr::Truth(false) && rules.iter().all(|(_, holds)| matches!(holds, Expr::Truth(_))) {
            let all: Vec<String> = differing.flat_map(|(countries, _)| (*countries).clone()).collect();
            return is(one_of(country, &all), Test::True);
        }
        let arms: Vec<(Expr, Expr)> =
            differing.map(|(countries, holds)| (one_of(country.clone(), countries), holds.clone())).collect();
        if arms.is_empty() { strictest } else { Expr::Case(arms, Some(Box::new(strictest))) }
    }

    /// Whether a complement is taken over everybody: a seeded fault.
    pub(super) fn forgets_guard(&self) -> bool {
        let is_not = |cond: &Cond| matches!(cond, Cond::Not(_));
        let condition = &self.plan.condition;
        on(Fault::F20) && (is_not(condition) || matches!(condition, Cond::And(parts) if parts.iter().any(is_not)))
    }

    /// People who pass the guard, with the columns that conditions read.
    pub fn permitted(&mut self, guard: &GuardCte) {
        let entity = self.plan.guard.entity;
        let cut = self.table(entity);
        let mut filter = Vec::new();
        filter.extend(cut.broken.as_ref().map(|flag| not(col("p", flag))));
        let items = cut.columns.values().map(|name| Item { expr: col("p", name), alias: None }).collect();
        let same = vec![eq(col("g", &guard.key), col("p", &guard.key))];
        let from = Some(cte(&cut.name, "p"));
        let joins = if self.forgets_guard() { Vec::new() } else { vec![join(cte(&guard.name, "g"), same)] };
        let body = Select { items, from, joins, filter, ..Select::default() };
        let name = self.permitted.clone();
        self.push(&name, &["The people who pass the guard and whose own row is whole."], Body::One(body));
    }
}

/// Whether two guards let the same people pass.
fn is_same(known: &Guard, guard: &Guard) -> bool {
    known == guard || on(Fault::F48) && known.entity == guard.entity
}

fn source_name(from: &From) -> String {
    match &from.source {
        crate::emit::sql::tree::Source::Cte(name) => name.clone(),
        crate::emit::sql::tree::Source::Table(_) | crate::emit::sql::tree::Source::Derived(_) => String::new(),
    }
}

fn about(name: &str, key: &Expr) -> Box<Select> {
    any_row(cte(name, "n"), vec![eq(col("n", WHO), key.clone())])
}

fn statement(who: Expr, said: &Said, ledger: &str, joins: Vec<Join>, filter: Vec<Expr>) -> Select {
    let items = vec![named(who, WHO), named(said.at.clone(), WHEN)];
    Select { items, from: Some(cte(ledger, SAID)), joins, filter, ..Select::default() }
}

/// No later grant by the same key.
fn lifts(ledger: &str, (by, of): (&Expr, &Expr), grant: &Said, denied_at: &Expr) -> Expr {
    let mut filter: Vec<Expr> = grant.filter.iter().map(|expr| renamed(expr, SAID, "x")).collect();
    filter.push(eq(renamed(by, SAID, "x"), of.clone()));
    filter.push(binary(Op::Greater, renamed(&grant.at, SAID, "x"), denied_at.clone()));
    Expr::NotExists(any_row(cte(ledger, "x"), filter))
}

/// The same expression over another alias.
fn renamed(expr: &Expr, from: &str, to: &str) -> Expr {
    let list = |list: &[Expr]| list.iter().map(|e| renamed(e, from, to)).collect::<Vec<Expr>>();
    let boxed = |e: &Expr| Box::new(renamed(e, from, to));
    match expr {
        Expr::Column { of, name } if of == from => col(to, name),
        Expr::And(all) => Expr::And(list(all)),
        Expr::Or(any) => Expr::Or(list(any)),
        Expr::Not(of) => Expr::Not(boxed(of)),
        Expr::Binary(op, left, right) => Expr::Binary(*op, boxed(left), boxed(right)),
        Expr::Is(of, test) => Expr::Is(boxed(of), *test),
        Expr::In { of, values, negated } => Expr::In { of: boxed(of), values: list(values), negated: *negated },
        Expr::Case(arms, otherwise) => {
            let arms = arms.iter().map(|(when, then)| (renamed(when, from, to), renamed(then, from, to))).collect();
            Expr::Case(arms, otherwise.as_deref().map(boxed))
        }
        Expr::Cast(of, ty) => Expr::Cast(boxed(of), *ty),
        Expr::Call(func, args) => Expr::Call(*func, list(args)),
        Expr::Column { .. }
        | Expr::Text(_)
        | Expr::Whole(_)
        | Expr::Decimal(_)
        | Expr::Truth(_)
        | Expr::Day(_)
        | Expr::Instant(_)
        | Expr::Wall(_)
        | Expr::Null
        | Expr::Aggregate(..)
        | Expr::Over { .. }
        | Expr::Exists(_)
        | Expr::NotExists(_)
        | Expr::Scalar(_) => expr.clone(),
    }
}

/// What is said of the query of those who granted a purpose.
pub fn grants_comment(purpose: &str) -> String {
    format!("Grants of {purpose} that count now.")
}

/// A purpose of a guard as part of the names of what is asked about it.
pub fn purpose_label(guard: &Guard, index: usize) -> String {
    label(guard.purposes.iter().map(|purpose| purpose.purpose.as_str()), index)
}

/// A ledger of a guard as part of the names of what is asked of it.
pub fn ledger_label(guard: &Guard, index: usize) -> String {
    label(guard.ledgers.iter().map(|ledger| ledger.name.as_str()), index)
}

/// One of several names as part of an identifier, unlike those of the others: two long names may begin alike.
fn label<'n>(names: impl Iterator<Item = &'n str>, index: usize) -> String {
    let mut before: Vec<String> = Vec::new();
    for name in names.take(index + 1) {
        let whole = plain(name);
        let numbered = (2..).map(|n| format!("{}_{n}", whole.chars().take(26).collect::<String>()));
        before.extend(std::iter::once(whole.clone()).chain(numbered).find(|label| !before.contains(label)));
    }
    before.pop().unwrap_or_default()
}

/// A dotted name as part of an identifier.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(30).collect()
}

/// What links people, or is found by it, in the one spelling of all that are alike.
pub fn alike(cell: Expr, kind: &ColumnKind) -> Expr {
    spelt(control_key(cell, kind), kind)
}
