//! Questions about one person, each asked by itself: whether a run can be trusted, what the guard finds, and each part of a condition of
//! anybody, whether or not the guard lets them pass.
//!
//! A query that was proved as views are is taken apart: its control row, its guard line by line, and the rest with everybody let through.
//! Nothing of this leaves people for a destination; it tells somebody who asks why they are in or not.

use super::lower::{grants_comment, ledger_label, purpose_label};
use super::tree::{Body, Cte, Expr, Item, Query, Select, Source, col, cte, named};
use crate::plan::{Cond, Expr as Value, SegmentPlan, walk::Node};

const GUARD: &str = "guard";
const CONTROL: &str = "control";

/// The query with everybody let through; `None` where that would change what is asked: of places among those who pass, and of others who
/// must pass the same guard.
pub fn of_anybody(plan: &SegmentPlan, query: &Query) -> Option<Query> {
    if among_the_permitted(plan) {
        return None;
    }
    let mut query = uncontrolled(query.clone());
    let guard = query.ctes.iter_mut().find(|cte| cte.name == GUARD)?;
    guard.comment = vec!["Everybody, as each part is asked by itself.".to_owned()];
    let Body::One(select) = &mut guard.body else { return None };
    select.joins.clear();
    select.filter.clear();
    Some(query)
}

/// Whether who passes the guard matters to what is asked.
fn among_the_permitted(plan: &SegmentPlan) -> bool {
    let mut ranked = false;
    plan.walk(&mut |node| {
        if let Node::Expr(Value::Standing(_)) = node {
            ranked = true;
        }
    });
    ranked || plan.guards().into_iter().skip(1).any(|other| *other == plan.guard)
}

/// The query whatever the control row says.
pub fn uncontrolled(mut query: Query) -> Query {
    query.root.joins.clear();
    query.root.filter.clear();
    query
}

/// The control row, and the names of its checks; `None` where nothing is checked.
pub fn control(query: &Query) -> Option<(Query, Vec<String>)> {
    let row = one(query.ctes.iter().find(|cte| cte.name == CONTROL)?)?;
    let names: Vec<String> = row.items.iter().filter_map(name_of).collect();
    if names.is_empty() {
        return None;
    }
    let items = names.iter().map(|name| named(col("c", name), name)).collect();
    let root = Select { items, from: Some(cte(CONTROL, "c")), ..Select::default() };
    Some((Query { root, ..query.clone() }, names))
}

/// Who passes the guard, under the name of their key.
pub fn guarded(query: &Query, key: &str) -> Option<Query> {
    let select = one(query.ctes.iter().find(|cte| cte.name == GUARD)?)?;
    let own = select.items.first().and_then(name_of)?;
    let items = vec![named(col("g", &own), key)];
    let root = Select { items, from: Some(cte(GUARD, "g")), ..Select::default() };
    Some(Query { root, ..query.clone() })
}

/// What the guard finds, line by line, in words, with the query of those of whom it holds.
pub fn causes(plan: &SegmentPlan, query: &Query, key: &str) -> Vec<(String, Query)> {
    let Some(select) = query.ctes.iter().find(|cte| cte.name == GUARD).and_then(one) else { return Vec::new() };
    let mut found = agreed(plan, query, key);
    let of = |filter: Vec<Expr>| {
        let items = select.items.iter().map(|item| named(item.expr.clone(), key)).collect();
        Query { root: Select { items, filter, ..select.clone() }, ..query.clone() }
    };
    let mut rest = Vec::new();
    for line in &select.filter {
        match asks_of(line).iter().find_map(|name| told(plan, name)) {
            Some(says) => found.push((says, of(vec![line.clone()]))),
            None => rest.push(line.clone()),
        }
    }
    if plan.guard.suspended.is_none() && !rest.is_empty() {
        found.push(("of age where they live, with an address that can be asked about".to_owned(), of(rest)));
    }
    found
}

/// Whoever has said yes, whatever they said besides.
fn agreed(plan: &SegmentPlan, query: &Query, key: &str) -> Vec<(String, Query)> {
    let one = |purpose: &String| {
        let granted = query.ctes.iter().find(|cte| cte.comment == [grants_comment(purpose)])?;
        let items = vec![named(col("g", super::lower::WHO), key)];
        let root = Select { items, from: Some(cte(&granted.name, "g")), ..Select::default() };
        Some((format!("has said yes to {purpose}, so that it counts now"), Query { root, ..query.clone() }))
    };
    plan.guard.purposes.iter().filter_map(|purpose| one(&purpose.purpose)).collect()
}

fn told(plan: &SegmentPlan, name: &str) -> Option<String> {
    if name == "frozen" {
        return Some("their data may be used: it is neither frozen nor erased".to_owned());
    }
    let guard = &plan.guard;
    if let Some(label) = name.strip_prefix("opted_out_") {
        let (_, ledger) = guard.ledgers.iter().enumerate().find(|(index, _)| ledger_label(guard, *index) == label)?;
        return Some(format!(
            "may be handed to an outside party: {} holds no refusal of it, or none is asked for where they live",
            ledger.name
        ));
    }
    let (kind, label) = name.split_once('_')?;
    let (_, purpose) = guard.purposes.iter().enumerate().find(|(index, _)| purpose_label(guard, *index) == label)?;
    let purpose = &purpose.purpose;
    match kind {
        "consented" | "denied" => Some(format!("may be reached for {purpose}: {}", leave(plan))),
        "objected" => Some(format!("may be used for {purpose}: no objection to it stands")),
        _ => None,
    }
}

/// What lets somebody be reached on consent, so that it is untrue of whoever said nothing where silence is no yes.
fn leave(plan: &SegmentPlan) -> &'static str {
    if plan.guard.residence.rules.iter().any(|rule| rule.asks.absent_means_yes) {
        "a yes stands that no refusal is as late as, or silence is a yes where they live and no refusal stands"
    } else {
        "a yes stands that no refusal is as late as"
    }
}

/// The named queries in which somebody must, or must not, be.
fn asks_of(expr: &Expr) -> Vec<&str> {
    if let Expr::Exists(select) | Expr::NotExists(select) = expr {
        let source = select.from.as_ref().map(|from| &from.source);
        return if let Some(Source::Cte(name)) = source { vec![name] } else { Vec::new() };
    }
    if let Expr::And(parts) | Expr::Or(parts) = expr {
        return parts.iter().flat_map(asks_of).collect();
    }
    Vec::new()
}

fn one(cte: &Cte) -> Option<&Select> {
    if let Body::One(select) = &cte.body { Some(select) } else { None }
}

fn name_of(item: &Item) -> Option<String> {
    let own = if let Expr::Column { name, .. } = &item.expr { Some(name) } else { None };
    item.alias.as_ref().or(own).cloned()
}

/// What must all be true.
pub fn flat(cond: &Cond) -> Vec<&Cond> {
    if let Cond::And(parts) = cond { parts.iter().flat_map(flat).collect() } else { vec![cond] }
}
