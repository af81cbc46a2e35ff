//! Links along which rows of ids are read: readable ones alone lead anywhere, and whether an id leads to one alone is told by all of them.

use super::clock::Clock;
use super::cuts::{is_cell, pair, uncast};
use super::tree::{Cte, Expr, Join, Of, Query, Select};
use crate::plan::{Along, ColumnKind};

/// The columns of a query of links.
pub struct Links {
    id: String,
    key: String,
}

/// What a query of links gives, where it is one: pairs as they are stored, judged whole, of which the readable ones are kept.
pub fn links(along: &Along, cte: &Cte, clock: &Clock<'_>) -> Option<Links> {
    let kept = cte.body.only()?;
    let judged = below(kept)?;
    let pairs = below(judged)?;
    let [source, rest @ ..] = pairs.sources.as_slice() else { return None };
    let beside = rest.iter().all(|other| other.join == Join::Cross && other.name() == Some(clock.name));
    let whole = pairs.distinct && pairs.filter.is_empty() && judged.filter.is_empty() && !judged.distinct;
    if !matches!(&source.of, Of::Named(path) if *path == along.physical) || !beside || !whole {
        return None;
    }
    let cell = |name: &str| Expr::Column(source.alias.clone(), name.to_owned());
    let holds = |name: &String, column: &str| {
        pairs.items.iter().any(|item| item.name == *name && *uncast(&item.expr) == cell(column))
    };
    let [id, key, sure] = kept.items.as_slice() else { return None };
    let [Expr::Column(_, readable)] = kept.filter.as_slice() else { return None };
    let read = pairs.items.iter().find(|item| item.name == *readable)?;
    let told = judged.items.iter().find(|item| item.name == sure.name)?;
    let fine = holds(&id.name, &along.from)
        && holds(&key.name, &along.to)
        && is_readable(along, &source.alias, &read.expr, clock)
        && one_alone(&told.expr, pairs, (along, &source.alias));
    fine.then(|| Links { id: id.name.clone(), key: key.name.clone() })
}

/// The one query in parentheses that a query reads, and nothing else.
fn below(select: &Select) -> Option<&Select> {
    let [source] = select.sources.as_slice() else { return None };
    let Of::Derived(body) = &source.of else { return None };
    body.only()
}

/// Made at a known time, within the retention of links, before now.
fn is_readable(along: &Along, alias: &str, expr: &Expr, clock: &Clock<'_>) -> bool {
    let Expr::And(all) = expr else { return false };
    let exact = matches!(&along.at.kind, ColumnKind::Wall { zone } if zone != "UTC");
    let of = |expr: &Expr| is_cell(expr, alias, &along.at.column, exact);
    let low = |expr: &Expr| pair(expr, ">=").is_some_and(|(a, b)| of(a) && clock.is_kept_since(b, Some(along.span)));
    let high = |expr: &Expr| pair(expr, "<").is_some_and(|(a, b)| of(a) && clock.is_now(b));
    all.iter().any(low) && all.iter().any(high)
}

/// `min(key) OVER (PARTITION BY id) = max(key) OVER (PARTITION BY id)`, of all that are alike.
fn one_alone(expr: &Expr, pairs: &Select, (along, alias): (&Along, &str)) -> bool {
    let Some((least, most)) = pair(expr, "=") else { return false };
    let about = |expr: &Expr, column: &str| {
        let Expr::Column(_, name) = expr else { return false };
        pairs.items.iter().any(|item| {
            let mut of = false;
            item.expr.walk(&mut |inner| of |= *inner == Expr::Column(alias.to_owned(), column.to_owned()));
            item.name == *name && of
        })
    };
    let is = |expr: &Expr, func: &str| match expr {
        Expr::Over(name, args, partition, order) => {
            name == func
                && order.is_empty()
                && matches!(args.as_slice(), [key] if about(key, &along.to))
                && matches!(partition.as_slice(), [id] if about(id, &along.from))
        }
        _ => false,
    };
    is(least, "min") && is(most, "max")
}

/// Where a cut joins its ids to such a query: the alias there, and the column that says whose rows they are.
pub fn joined(
    along: &Along,
    own: &str,
    outermost: &Select,
    query: &Query,
    clock: &Clock<'_>,
) -> Option<(String, String)> {
    let first = outermost.sources.first()?;
    outermost.sources.iter().find_map(|source| {
        let cte = query.ctes.iter().find(|cte| source.name() == Some(&cte.name))?;
        let found = links(along, cte, clock)?;
        let Join::Inner(on) = &source.join else { return None };
        let id = Expr::Column(source.alias.clone(), found.id.clone());
        let of = Expr::Column(first.alias.clone(), own.to_owned());
        let equal = |expr: &Expr| {
            pair(expr, "=").is_some_and(|(a, b)| *a == id && *uncast(b) == of || *b == id && *uncast(a) == of)
        };
        on.iter().any(equal).then(|| (source.alias.clone(), found.key))
    })
}
