//! The guard: positive evidence of consent, no denial, nobody frozen, adults, opt-outs.
//!
//! Whoever passes is found by a semi-join on grants and anti-joins on denials: there is no outer join and no status test in it,
//! so that a person about whom nothing is known cannot pass, on any engine.
mod controls;
mod links;
mod names;
mod residence;
mod said;

pub use links::alike;
pub use names::{grants_comment, ledger_label, purpose_label};

use super::ledger::spelt;
use super::scope::Scope;
use super::{Check, Lower, control_row};
use crate::emit::sql::tree::{
    Body, Expr, From, Item, Join, JoinKind, Select, Source, Test, and, any_row, col, cte, eq, is, join, not, or,
};
use crate::faults::{Fault, on};
use crate::model::Basis;
use crate::plan::{ColumnKind, Cond, Guard, Path, PurposeGuard};

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
        Source::Cte(name) => name.clone(),
        Source::Table(_) | Source::Derived(_) => String::new(),
    }
}

fn about(name: &str, key: &Expr) -> Box<Select> {
    any_row(cte(name, "n"), vec![eq(col("n", WHO), key.clone())])
}
