//! What a run does to the table of stored memberships: who is a member now, and who no longer is.
//!
//! The view's own query, whole, stands inside as one named query; what is merged as a membership begins there and nowhere else.
//! `where` by itself says of whom the last time is now; whoever remains only by `stay` is left as stored, and so runs out.

use super::clock::Moment;
use super::guard::{GuardCte, WHO};
use super::tables::key_expr;
use super::{Check, Lower, Refusal};
use crate::emit::sql::dialect::Dialect;
use crate::emit::sql::tree::{
    Agg, Body, Expr, Func, Item, Join, JoinKind, Op, Query, Select, Test, Type, and, any_row, binary, call, col, cte,
    eq, is, join, named, or, table, when,
};
use crate::model::{Instant, Length};
use crate::plan::stay::{EXPIRES_AT, REMOVED_AT};
use crate::plan::{Bound, ColumnKind, Cond, Delivery, SegmentPlan};

/// The key, in what is merged.
pub const KEY: &str = "stored_key";
/// What the columns are to be, in their order.
pub const SETS: [&str; 7] = [
    "set_first_in",
    "set_last_true",
    "set_admitted_by",
    "set_definition",
    "set_expires_at",
    "set_removed_at",
    "set_removed_because",
];
/// Whether the row has told long enough that somebody is gone.
pub const IS_OVER: &str = "is_over";
/// The record of a grant.
pub const RECORD: &str = "record_id_text";
/// When the latest grant was given.
const LATEST: &str = "latest_at";

/// The rows to be merged into the table of stored memberships.
pub fn upkeep(
    plan: &SegmentPlan,
    schema: &str,
    dialect: &'static Dialect,
    as_of: Option<Instant>,
) -> Result<Query, Vec<Refusal>> {
    let delivery = Delivery { expose: Vec::new(), ..plan.delivery.clone() };
    let bare = SegmentPlan { delivery, ..plan.clone() };
    let mut lower = Lower::new(&bare, dialect);
    lower.with_records = true;
    let query = lower.upkeep_query(schema, as_of);
    if lower.refusals.is_empty() { Ok(crate::emit::sql::shadow::clear(query, &bare)) } else { Err(lower.refusals) }
}

/// Names that the parts of the merge share.
struct Names {
    members: String,
    key: String,
    stored: String,
    admitted: Option<(String, String)>,
}

impl<'p> Lower<'p> {
    fn upkeep_query(&mut self, schema: &str, as_of: Option<Instant>) -> Query {
        let plan = self.plan;
        let (guard, checks) = self.passing();
        let last = self.deliver();
        let admitted = plan.wanted_anew().map(|wanted| self.admitted(wanted));
        let root = self.root(&last, &guard, &checks);
        let members = self.fresh("members_now");
        self.push(&members, &["Who is a member now: exactly whom the view shows."], Body::One(root));
        let stored = self.fresh("stored_rows");
        self.push(&stored, &["What is stored."], Body::One(self.stored_rows(schema)));
        let names = Names { members, key: self.key_name(), stored, admitted };
        let parts = vec![self.leaving(&names, &guard, &checks), self.told(&names), self.entering(&names)];
        let changes = self.fresh("changes");
        self.push(
            &changes,
            &["Who is no longer a member, then rows that have told so for long enough, then who is one."],
            Body::All(parts),
        );
        let all = std::iter::once(KEY).chain(SETS).chain([IS_OVER]);
        let items = all.map(|name| Item { expr: col("c", name), alias: None }).collect();
        let root = Select { items, from: Some(cte(&changes, "c")), ..Select::default() };
        let mut ctes = vec![self.clock.cte(as_of)];
        ctes.extend(self.plan.statements.iter().map(super::statement::cte));
        ctes.append(&mut self.ctes);
        Query { ctes, comment: vec!["What is merged.".to_owned()], root }
    }

    /// People for whom `where` is true by itself.
    fn admitted(&mut self, wanted: &'p Cond) -> (String, String) {
        let (mut scope, key) = self.subject_scope("p");
        let holds = self.must(&mut scope, wanted);
        let mut select = scope.select();
        select.items = vec![named(col("p", &key), &key)];
        if let Expr::And(list) = holds {
            select.filter.extend(list);
        } else if holds != Expr::Truth(true) {
            select.filter.push(holds);
        }
        let name = self.fresh("admitted_anew");
        self.push(&name, &["For whom `where` is true now, whatever is stored."], Body::One(select));
        (name, key)
    }

    fn stored_rows(&self, schema: &str) -> Select {
        let (name, kind) = self.plan.subject_key().unwrap_or_else(|| (String::new(), ColumnKind::Text));
        let plain = |name: &str| Item { expr: col("r", name), alias: None };
        let items = vec![named(key_expr(col("r", &name), &kind), KEY), plain(EXPIRES_AT), plain(REMOVED_AT)];
        Select { items, from: Some(table(&self.plan.stored(schema), "r")), ..Select::default() }
    }

    fn ahead(&mut self, length: Length) -> Expr {
        let back = Length { months: -length.months, seconds: -length.seconds };
        self.clock.instant(&Moment::Bound(Bound::Back(back)))
    }

    /// No instant, and no text, of a type that engines know.
    fn nothing(&mut self) -> (Expr, Expr) {
        (when(Expr::Truth(false), self.clock.now()), Expr::Cast(Box::new(Expr::Null), Type::Text))
    }

    fn no_member(names: &Names) -> Expr {
        Expr::NotExists(any_row(cte(&names.members, "m"), vec![eq(col("m", &names.key), col("k", KEY))]))
    }

    /// Memberships that end now: all that is left of them is the key, when, and why, for as long as destinations need.
    fn leaving(&mut self, names: &Names, guard: &GuardCte, checks: &[Check]) -> Select {
        let passes = any_row(cte(&guard.name, "g"), vec![eq(col("g", &guard.key), col("k", KEY))]);
        let trusted = and(checks.iter().map(|check| col("control", &check.name)).collect());
        let mut denied = vec![Expr::NotExists(passes)];
        if trusted != Expr::Truth(true) {
            denied.push(is(trusted, Test::NotTrue));
        }
        let now = self.clock.now();
        let expired = binary(Op::Less, col("k", EXPIRES_AT), now.clone());
        let text = |text: &str| Expr::Text(text.to_owned());
        let why =
            Expr::Case(vec![(or(denied), text("denied")), (expired, text("expired"))], Some(Box::new(text("left"))));
        let (instant, nothing) = self.nothing();
        let told = self.ahead(self.plan.told_for());
        let sets = [instant.clone(), instant, nothing.clone(), nothing, told, now, why];
        let mut select = part(col("k", KEY), sets, Expr::Truth(false), &names.stored, "k");
        if !checks.is_empty() {
            select.joins.push(Join { kind: JoinKind::Cross, from: cte("control", "control"), on: Vec::new() });
        }
        select.filter = vec![is(col("k", REMOVED_AT), Test::Null), Self::no_member(names)];
        select
    }

    /// Rows that have told for long enough that somebody is gone.
    fn told(&mut self, names: &Names) -> Select {
        let (instant, nothing) = self.nothing();
        let now = self.clock.now();
        let sets = [instant.clone(), instant.clone(), nothing.clone(), nothing.clone(), instant, now.clone(), nothing];
        let mut select = part(col("k", KEY), sets, Expr::Truth(true), &names.stored, "k");
        let told = binary(Op::Less, col("k", EXPIRES_AT), now);
        select.filter = vec![is(col("k", REMOVED_AT), Test::NotNull), told, Self::no_member(names)];
        select
    }

    /// Members for whom `where` is true now: their time begins anew.
    fn entering(&mut self, names: &Names) -> Select {
        let (instant, nothing) = self.nothing();
        let now = self.clock.now();
        let (records, by) = self.admitting(names, nothing.clone());
        let expires = self.ahead(self.plan.about.retain);
        let definition = Expr::Text(self.plan.definition());
        let sets = [now.clone(), now, by, definition, expires, instant, nothing];
        let mut select = part(col("m", &names.key), sets, Expr::Truth(false), &names.members, "m");
        select.joins = records;
        if let Some((admitted, key)) = &names.admitted {
            let same = vec![eq(col("a", key), col("m", &names.key))];
            select.filter.push(Expr::Exists(any_row(cte(admitted, "a"), same)));
        }
        select
    }

    /// The records of the latest grants, one for each purpose that asks for consent.
    fn admitting(&mut self, names: &Names, nothing: Expr) -> (Vec<Join>, Expr) {
        let records: Vec<String> = self.records.clone();
        let alias = |n: usize| format!("e{n}");
        let on = |n: usize| vec![eq(col(&alias(n), WHO), col("m", &names.key))];
        let joins = records.iter().enumerate().map(|(n, name)| Join {
            kind: JoinKind::Left,
            from: cte(name, &alias(n)),
            on: on(n),
        });
        let said = |n: usize| {
            let record = col(&alias(n), RECORD);
            if records.len() == 1 { record } else { call(Func::Coalesce, vec![record, Expr::Text(String::new())]) }
        };
        let beside = |all: Expr, n: usize| {
            let more = binary(Op::Concat, all, Expr::Text("; ".to_owned()));
            binary(Op::Concat, more, said(n))
        };
        let by = if records.is_empty() { nothing } else { (1..records.len()).fold(said(0), beside) };
        (joins.collect(), by)
    }

    /// Of whom which record holds the latest grant that counts; of several at that instant the greatest by code points.
    pub(super) fn record_grants(&mut self, granted: &str, purpose: &str) {
        let of = |alias: &str| Item { expr: col(alias, WHO), alias: None };
        let most = |expr: Expr| Expr::Aggregate(Agg::Max, Some(Box::new(expr)));
        let latest = self.fresh(&format!("latest_{purpose}"));
        let items = vec![of("g"), named(most(col("g", super::guard::WHEN)), LATEST)];
        let body = Select { items, from: Some(cte(granted, "g")), group: vec![col("g", WHO)], ..Select::default() };
        self.push(&latest, &["When it was granted last."], Body::One(body));
        let name = self.fresh(&format!("records_{purpose}"));
        let on = vec![eq(col("l", WHO), col("g", WHO)), eq(col("l", LATEST), col("g", super::guard::WHEN))];
        let record = most(call(Func::ByCodePoint, vec![col("g", super::guard::RECORDED)]));
        let body = Select {
            items: vec![of("g"), named(record, RECORD)],
            from: Some(cte(granted, "g")),
            joins: vec![join(cte(&latest, "l"), on)],
            group: vec![col("g", WHO)],
            ..Select::default()
        };
        self.push(&name, &["By which record."], Body::One(body));
        self.records.push(name);
    }
}

/// Rows to be merged, from one named query.
fn part(key: Expr, sets: [Expr; 7], over: Expr, from: &str, alias: &str) -> Select {
    let sets = sets.into_iter().zip(SETS).map(|(expr, name)| named(expr, name));
    let items = std::iter::once(named(key, KEY)).chain(sets).chain([named(over, IS_OVER)]).collect();
    Select { items, from: Some(cte(from, alias)), ..Select::default() }
}
