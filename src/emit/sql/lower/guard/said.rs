//! What ledgers say of people: who granted and never took it back, who denied, who is frozen, and whom each statement reaches.

use super::{Around, ID, Lower, MEMBER, OTHER, RECORDED, WHAT, WHEN, WHO, grants_comment, purpose_label, source_name};
use crate::emit::sql::lower::ledger::{SAID, Said, for_ever, spelt};
use crate::emit::sql::lower::scope::Scope;
use crate::emit::sql::tree::{
    Body, Expr, Item, Join, Op, Select, Test, any_row, binary, col, cte, eq, is, join, named,
};
use crate::faults::{Fault, on};
use crate::plan::{ColumnKind, Guard, KeyedBy, Ledger, PurposeGuard};

impl<'p> Lower<'p> {
    /// The kind of a ledger's subjects.
    pub fn subject_kind(&self, guard: &Guard, ledger: &Ledger) -> ColumnKind {
        match &ledger.keyed_by {
            KeyedBy::Entity => self.key_kind(guard.entity),
            KeyedBy::Contact(_) | KeyedBy::Identity(_) | KeyedBy::Member(_) | KeyedBy::MemberContact { .. } => {
                ColumnKind::Text
            }
        }
    }
    /// People whose latest grant is after every denial.
    pub(super) fn consented(
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
    pub(super) fn denied(
        &mut self,
        around: &Around<'p>,
        index: usize,
        purpose: &'p PurposeGuard,
        lifted: bool,
    ) -> Option<String> {
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

    pub(super) fn frozen_people(&mut self, around: &Around<'p>) -> Option<String> {
        let mut parts = Vec::new();
        for ledger in around.guard.ledgers.iter().filter(|ledger| !ledger.only_opt_out) {
            let made = self.ledger(ledger, &self.subject_kind(around.guard, ledger));
            for filter in self.frozen(ledger, &made) {
                let at = for_ever();
                parts.extend(self.spread(around, ledger, &Said { filter, at }));
            }
        }
        self.people_cte(
            &format!("frozen{}", around.suffix),
            "Restricted and not released, or erased: lifted by no grant.",
            parts,
        )
    }

    pub(super) fn people_cte(&mut self, name: &str, comment: &str, parts: Vec<Select>) -> Option<String> {
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
    pub(super) fn spread(&mut self, around: &Around<'p>, ledger: &Ledger, said: &Said) -> Vec<Select> {
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
