//! Upkeep: one statement that merges as memberships only whom the view's query gives, begins the time of those anew for whom `where`
//! is true by itself, and marks everybody else as gone.

use super::cuts::{pair, uncast};
use super::guard::Around;
use super::heads::{self, Merge};
use super::known::Known;
use super::listed::Reader;
use super::tree::{Cte, Expr, Item, Join, Of, Query, Select, Source, Test};
use super::{agree, begins, clock, cuts, lex, read, root, scope};
use crate::model::{Instant, Length};
use crate::plan::stay::{COLUMNS, EXPIRES_AT, REMOVED_AT};
use crate::plan::{Delivery, SegmentPlan};

/// The columns of what is merged, in order.
const MERGED: [&str; 9] = [
    "stored_key",
    "set_first_in",
    "set_last_true",
    "set_admitted_by",
    "set_definition",
    "set_expires_at",
    "set_removed_at",
    "set_removed_because",
    "is_over",
];

/// Proves the file of upkeep.
pub fn file(
    plan: &SegmentPlan,
    schema: &str,
    reader: &Reader,
    sql: &str,
    as_of: Option<Instant>,
) -> Result<(), String> {
    let delivery = Delivery { expose: Vec::new(), ..plan.delivery.clone() };
    let plan = SegmentPlan { delivery, ..plan.clone() };
    let tokens = lex::read(sql, reader)?;
    agree::agree(sql, &tokens, reader)?;
    begins(sql, &tokens)?;
    let (key, _) = plan.subject_key().ok_or("the people have no key")?;
    let stored = plan.stored(schema);
    let merge = Merge { table: &stored, key: &key, columns: &COLUMNS, merged: &MERGED };
    let text = sql.get(heads::merge(&tokens, &merge)?).ok_or("the query cannot be found")?;
    query(&plan, reader, text, &stored, &key, as_of)
}

fn query(
    plan: &SegmentPlan,
    reader: &Reader,
    text: &str,
    stored: &[String],
    key: &str,
    as_of: Option<Instant>,
) -> Result<(), String> {
    let query = read::query(text, reader)?;
    let mut known = Known::of(plan);
    known.storing(stored, key, &plan.definition());
    let bound = as_of.map(|instant| instant.to_string());
    scope::check(&query, &known, reader, bound.as_deref())?;
    let [front @ .., members, rows, changes] = query.ctes.as_slice() else {
        return Err("too little stands before what is merged".to_owned());
    };
    let own = members.body.only().ok_or("the members are several queries")?;
    let view = Query { ctes: front.to_vec(), root: own.clone() };
    let clock = clock::Clock::of(&view.ctes, reader)?;
    let kinds = cuts::kinds(plan, &view, &clock)?;
    let around = Around { plan, query: &view, clock: &clock, kinds: &kinds, reader };
    root::check(&around)?;
    merged(&query.root, changes)?;
    is_stored(rows, stored, key)?;
    let parts = Parts { plan, around: &around, members: &members.name, key, rows: &rows.name };
    let [leaving, over, entering] = changes.body.0.as_slice() else {
        return Err("what is merged has another number of parts".to_owned());
    };
    parts.leaving(leaving)?;
    parts.over(over)?;
    parts.entering(entering)
}

/// The root gives the changes as they are.
fn merged(root: &Select, changes: &Cte) -> Result<(), String> {
    let [source] = root.sources.as_slice() else { return Err("the root joins something".to_owned()) };
    let plain = |(item, name): (&Item, &str)| item.expr == Expr::Column(source.alias.clone(), name.to_owned());
    let whole = root.items.len() == MERGED.len() && root.items.iter().zip(MERGED).all(plain);
    let bare = root.filter.is_empty() && root.group.is_empty() && source.name() == Some(&changes.name);
    if whole && bare { Ok(()) } else { Err("the root is not what the parts say".to_owned()) }
}

/// Stored rows are read whole, in what is needed of them.
fn is_stored(cte: &Cte, stored: &[String], key: &str) -> Result<(), String> {
    let fault = || "stored memberships are not read whole".to_owned();
    let select = cte.body.only().ok_or_else(fault)?;
    let ([source], [first, rest @ ..]) = (select.sources.as_slice(), select.items.as_slice()) else {
        return Err(fault());
    };
    let column = |expr: &Expr, name: &str| matches!(expr, Expr::Column(of, is) if *of == source.alias && is == name);
    let named = first.name == "stored_key" && column(uncast(&first.expr), key);
    let others = matches!(rest, [until, at] if column(&until.expr, EXPIRES_AT) && column(&at.expr, REMOVED_AT));
    let whole = select.filter.is_empty() && select.group.is_empty() && !select.distinct;
    let table = matches!(&source.of, Of::Named(path) if path == stored);
    if named && others && whole && table { Ok(()) } else { Err(fault()) }
}

struct Parts<'a, 'q> {
    plan: &'a SegmentPlan,
    around: &'a Around<'q>,
    members: &'a str,
    key: &'a str,
    rows: &'a str,
}

/// Nothing, of the type of instants or texts.
fn is_nothing(expr: &Expr) -> bool {
    match expr {
        Expr::Case(arms, None) => matches!(arms.as_slice(), [(Expr::Truth(false), _)]),
        Expr::Cast(of, _) => **of == Expr::Null,
        other => *other == Expr::Null,
    }
}

impl Parts<'_, '_> {
    /// The value of a column, and the alias of the first source, which must be a given query.
    fn begins<'s>(&self, part: &'s Select, with: &str) -> Result<(&'s str, Vec<&'s Expr>), String> {
        let first = part.sources.first().filter(|source| source.name() == Some(with));
        let first = first.ok_or_else(|| format!("a part does not begin with `{with}`"))?;
        let named = part.items.iter().map(|item| item.name.as_str()).eq(MERGED);
        let plain = part.group.is_empty() && !part.distinct;
        if !named || !plain {
            return Err("a part gives other columns".to_owned());
        }
        Ok((&first.alias, part.items.iter().map(|item| &item.expr).collect()))
    }

    fn is_ahead(&self, expr: &Expr, length: Length) -> bool {
        let back = Length { months: -length.months, seconds: -length.seconds };
        self.around.clock.is_back(expr, back)
    }

    /// Beside the first source only the clock, and queries that can neither add nor remove anybody.
    fn beside(&self, part: &Select, allowed: &dyn Fn(&Source) -> bool) -> bool {
        let clock = |source: &Source| source.join == Join::Cross && source.name() == Some(self.around.clock.name);
        part.sources.iter().skip(1).all(|source| clock(source) || allowed(source))
    }

    /// `NOT EXISTS` among the members.
    fn is_no_member(&self, expr: &Expr, alias: &str) -> bool {
        let Expr::Exists(body, true) = expr else { return false };
        let Some(inner) = body.only() else { return false };
        let ([source], [on]) = (inner.sources.as_slice(), inner.filter.as_slice()) else { return false };
        let own = Expr::Column(source.alias.clone(), self.key.to_owned());
        let theirs = Expr::Column(alias.to_owned(), "stored_key".to_owned());
        source.name() == Some(self.members) && pair(on, "=").is_some_and(|(a, b)| *a == own && *b == theirs)
    }

    /// Everybody who is stored as a member and is none now is marked as gone, now.
    fn leaving(&self, part: &Select) -> Result<(), String> {
        let (alias, values) = self.begins(part, self.rows)?;
        let column = |name: &str| Expr::Column(alias.to_owned(), name.to_owned());
        let [key, first, last, by, under, _, at, why, over] = values.as_slice() else {
            return Err("a part gives other columns".to_owned());
        };
        let forgets = [first, last, by, under].into_iter().all(|value| is_nothing(value));
        let told = self.around.clock.is_now(at) && !is_nothing(why) && **over == Expr::Truth(false);
        let control = |source: &Source| {
            let cte = source.name().and_then(|name| self.around.cte(name));
            source.join == Join::Cross && cte.is_some_and(|cte| cuts::is_control(cte, self.around.clock))
        };
        let [active, none] = part.filter.as_slice() else { return Err("not everybody who left is told of".to_owned()) };
        let all = *active == Expr::Is(Box::new(column(REMOVED_AT)), Test::Null) && self.is_no_member(none, alias);
        if **key == column("stored_key") && forgets && told && all && self.beside(part, &control) {
            Ok(())
        } else {
            Err("somebody who is no member any more may stay stored as one".to_owned())
        }
    }

    /// Rows are dropped only where they have told of it.
    fn over(&self, part: &Select) -> Result<(), String> {
        let (alias, values) = self.begins(part, self.rows)?;
        let column = |name: &str| Expr::Column(alias.to_owned(), name.to_owned());
        let ends = values.last().is_some_and(|over| **over == Expr::Truth(true));
        let gone = values.get(6).is_some_and(|at| self.around.clock.is_now(at));
        let [removed, expired, none] = part.filter.as_slice() else {
            return Err("stored rows are dropped early".to_owned());
        };
        let told = *removed == Expr::Is(Box::new(column(REMOVED_AT)), Test::NotNull)
            && pair(expired, "<").is_some_and(|(at, now)| *at == column(EXPIRES_AT) && self.around.clock.is_now(now))
            && self.is_no_member(none, alias);
        if ends && gone && told && self.beside(part, &|_| false) {
            Ok(())
        } else {
            Err("stored rows are dropped early".to_owned())
        }
    }

    /// Only members are stored as such, for S from now on, under this definition; with `stay` only those for whom `where` is true.
    fn entering(&self, part: &Select) -> Result<(), String> {
        let (alias, values) = self.begins(part, self.members)?;
        let [key, first, last, _, under, until, at, why, over] = values.as_slice() else {
            return Err("a part gives other columns".to_owned());
        };
        let clock = self.around.clock;
        let dated = clock.is_now(first) && clock.is_now(last) && self.is_ahead(until, self.plan.about.retain);
        let own = **under == Expr::Text(self.plan.definition()) && **over == Expr::Truth(false);
        let active = is_nothing(at) && is_nothing(why);
        let is_key = **key == Expr::Column(alias.to_owned(), self.key.to_owned());
        if !(dated && own && active && is_key && self.beside(part, &|source| matches!(source.join, Join::Left(_)))) {
            return Err("what is stored of members is not what the segment says".to_owned());
        }
        match (&self.plan.stay, part.filter.as_slice()) {
            (None, []) => Ok(()),
            (Some(stay), [Expr::Exists(body, false)]) => self.anew(body.only(), stay.table),
            (Some(_), _) | (None, _) => Err("the time of members may begin anew without reason".to_owned()),
        }
    }

    /// What lets the time of members begin anew does not itself ask what is stored.
    fn anew(&self, inner: Option<&Select>, stored: usize) -> Result<(), String> {
        let name = inner.and_then(|inner| inner.sources.first()).and_then(Source::name).unwrap_or_default();
        let asks = root::reached(self.around, name)
            .iter()
            .any(|name| matches!(self.around.kinds.get(name), Some(cuts::Kind::Data(table)) if *table == stored));
        if self.around.cte(name).is_none() || asks { Err("memberships prolong themselves".to_owned()) } else { Ok(()) }
    }
}
