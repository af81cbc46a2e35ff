//! The root: whoever leaves passes the guard, under every control check and the minimum; and what lies between the guard and the
//! root sees ledgers only through it.

use std::collections::BTreeSet;

use super::cuts::{Kind, every_select, is_control, key_of, pair, restricted_by};
use super::guard::Around;
use super::scope::is_outer;
use super::tree::{Body, Cte, Expr, Join, Of, Select, Source};
use super::whose::{owners, reads_others};
use super::{figures, ranks};
use crate::plan::{Guard, Role};

/// Proves the whole query.
pub fn check(around: &Around<'_>) -> Result<(), String> {
    let root = match &around.plan.figures {
        Some(figures) => figures::counted(around, figures)?,
        None => &around.query.root,
    };
    let guard = root_guard(around, root)?;
    let controls = root_controls(around, root)?;
    shape(around, root, guard, controls)?;
    minimum(around, root)?;
    delivery(around, root)?;
    let mut barriers: BTreeSet<&str> = BTreeSet::from([guard.name.as_str(), controls.name.as_str(), around.clock.name]);
    barriers.extend(other_guards(around, guard));
    barriers.extend(around.query.ctes.iter().filter(|cte| is_control(cte, around.clock)).map(|cte| cte.name.as_str()));
    flow(around, root, guard, &barriers)?;
    outer_joins(around, &barriers)?;
    people(around, guard)?;
    ranks::check(around, guard)
}

/// The guard that the root is joined to, by a conjunct of an inner join and by key.
fn root_guard<'q>(around: &Around<'q>, root: &'q Select) -> Result<&'q Cte, String> {
    let mut why = "the root is joined to no guard".to_owned();
    for source in &root.sources {
        let (Some(cte), Join::Inner(on)) = (source.name().and_then(|name| around.cte(name)), &source.join) else {
            continue;
        };
        match around.is_guard(cte, &around.plan.guard, true) {
            Ok(()) if by_key(root, source, cte, on) => return Ok(cte),
            Ok(()) => why = "the root is not joined to its guard by key".to_owned(),
            Err(fault) => why = format!("what the root is joined to is not the guard: {fault}"),
        }
    }
    Err(why)
}

/// Whether ON says that the guard's key is that of the people who leave.
fn by_key(root: &Select, source: &Source, guard: &Cte, on: &[Expr]) -> bool {
    let key = guard.body.only().and_then(|select| select.items.first()).map(|item| &item.name);
    let Some(key) = key else { return false };
    let theirs = Expr::Column(source.alias.clone(), key.clone());
    let own = root.items.first().map(|item| &item.expr);
    on.iter().any(|expr| {
        pair(expr, "=").is_some_and(|(a, b)| *a == theirs && Some(b) == own || *b == theirs && Some(a) == own)
    })
}

/// The row of truths that the root is crossed with.
fn root_controls<'q>(around: &Around<'q>, root: &'q Select) -> Result<&'q Cte, String> {
    let mut why = "the root is under no control checks".to_owned();
    for source in root.sources.iter().filter(|source| source.join == Join::Cross) {
        let Some(cte) = source.name().and_then(|name| around.cte(name)) else { continue };
        if !is_control(cte, around.clock) {
            continue;
        }
        if let Err(fault) = around.controls(cte, &around.plan.guard, true) {
            why = fault;
            continue;
        }
        let items = cte.body.only().map(|select| select.items.as_slice()).unwrap_or_default();
        let conjoined = |name: &String| root.filter.contains(&Expr::Column(source.alias.clone(), name.clone()));
        match items.iter().find(|item| !conjoined(&item.name)) {
            None => return Ok(cte),
            Some(item) => why = format!("the control check `{}` is not conjoined at the root", item.name),
        }
    }
    Err(why)
}

/// Nothing at the root but the people, the guard, the checks, and the columns that were promised.
fn shape(around: &Around<'_>, root: &Select, guard: &Cte, controls: &Cte) -> Result<(), String> {
    let plan = around.plan;
    let first = root.sources.first().ok_or("the root reads nothing")?;
    let known = |source: &Source| source.name() == Some(&guard.name) || source.name() == Some(&controls.name);
    if root.sources.len() != 3 || !root.sources.iter().skip(1).all(known) {
        return Err("the root joins something else".to_owned());
    }
    if root.sources.iter().any(is_outer) || !root.group.is_empty() {
        return Err("the root groups, or joins so that people without a match stay".to_owned());
    }
    let key = plan.tables.get(plan.guard.entity).and_then(key_of).cloned();
    let wanted = key.into_iter().chain(plan.delivery.expose.iter().map(|exposed| exposed.name.clone()));
    let names: Vec<&String> = root.items.iter().map(|item| &item.name).collect();
    // Of a report, which columns are counted is told by what they are counted for.
    if plan.figures.is_none() && !names.iter().copied().eq(wanted.collect::<Vec<String>>().iter()) {
        return Err(format!("the columns {names:?} are not those that the segment exposes"));
    }
    let own = |expr: &Expr| matches!(expr, Expr::Column(of, _) if *of == first.alias);
    if root.items.iter().all(|item| own(&item.expr)) {
        Ok(())
    } else {
        Err("a column is made up at the root".to_owned())
    }
}

/// `(SELECT count(*) FROM the people) >= N` where the plan has a minimum.
fn minimum(around: &Around<'_>, root: &Select) -> Result<(), String> {
    let least = around.plan.delivery.minimum;
    if least <= 1 {
        return Ok(());
    }
    let people = root.sources.first().and_then(Source::name);
    let counts = |body: &Body| {
        body.only().is_some_and(|inner| {
            let [source] = inner.sources.as_slice() else { return false };
            let [item] = inner.items.as_slice() else { return false };
            let plain = inner.filter.is_empty() && inner.group.is_empty() && !inner.distinct;
            plain && source.name() == people && item.expr == Expr::Call("count".to_owned(), vec![Expr::Star])
        })
    };
    let enough = |expr: &Expr| {
        let Some((Expr::Scalar(body), Expr::Number(number))) = pair(expr, ">=") else { return false };
        counts(body) && *number == least.to_string()
    };
    if root.filter.iter().any(enough) { Ok(()) } else { Err(format!("fewer than {least} people may leave")) }
}

/// Nobody leaves who was contacted too often or is held out.
fn delivery(around: &Around<'_>, root: &Select) -> Result<(), String> {
    let delivery = &around.plan.delivery;
    let people = root.sources.first().and_then(Source::name).and_then(|name| around.cte(name));
    let filter = people.and_then(|cte| cte.body.only()).map(|select| select.filter.as_slice()).unwrap_or_default();
    let under = |expr: &Expr, op: &str, number: String| {
        pair(expr, op).filter(|(_, right)| **right == Expr::Number(number)).map(|(left, _)| left.clone())
    };
    if let Some(cap) = &delivery.cap
        && !filter.iter().any(|expr| under(expr, "<", cap.contacts.to_string()).is_some())
    {
        return Err("people who were contacted too often may leave".to_owned());
    }
    if let Some(holdout) = &delivery.holdout {
        let salt = Expr::Text(format!("{}:", holdout.salt));
        let salted = |left: Expr| {
            let mut found = false;
            left.walk(&mut |inner| found |= *inner == salt);
            found
        };
        if !filter.iter().any(|expr| under(expr, ">=", holdout.basis_points.to_string()).is_some_and(salted)) {
            return Err("people who are held out may leave".to_owned());
        }
    }
    Ok(())
}

/// Guards of referenced segments and of related people, where they are proved to be such.
fn other_guards<'q>(around: &Around<'q>, own: &Cte) -> Vec<&'q str> {
    let guards: Vec<&Guard> = around.plan.guards();
    let other =
        |cte: &&Cte| cte.name != own.name && guards.iter().any(|guard| around.is_guard(cte, guard, false).is_ok());
    around.query.ctes.iter().filter(other).map(|cte| cte.name.as_str()).collect()
}

/// Every named query that a SELECT reads, in FROM or inside its expressions.
fn read_by<'q>(body: &'q Body, found: &mut BTreeSet<&'q str>) {
    for select in every_select(body) {
        found.extend(select.sources.iter().filter_map(Source::name));
        for inner in select.exprs().into_iter().flat_map(Expr::queries) {
            read_by(inner, found);
        }
    }
}

/// Every named query that one reads, directly or through others, and itself.
pub fn reached(around: &Around<'_>, name: &str) -> BTreeSet<String> {
    let mut left = vec![name.to_owned()];
    let mut met: BTreeSet<String> = left.iter().cloned().collect();
    while let Some(cte) = left.pop().and_then(|name| around.cte(&name)) {
        let mut names = BTreeSet::new();
        read_by(&cte.body, &mut names);
        left.extend(
            names
                .into_iter()
                .filter(|name| around.cte(name).is_some() && met.insert((*name).to_owned()))
                .map(str::to_owned),
        );
    }
    met
}

/// Walks from the root to every table without passing a guard: only cuts of data may be met, and of the people themselves only
/// beside the guard.
fn flow(around: &Around<'_>, root: &Select, guard: &Cte, barriers: &BTreeSet<&str>) -> Result<(), String> {
    let plan = around.plan;
    let root = Body(vec![root.clone()]);
    let mut names = BTreeSet::new();
    read_by(&root, &mut names);
    let mut left: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let mut met: BTreeSet<String> = left.iter().cloned().collect();
    let free = reads_others(plan, plan.guard.entity);
    while let Some(name) = left.pop() {
        if barriers.contains(name.as_str()) {
            continue;
        }
        let Some(cte) = around.cte(&name) else { continue };
        if matches!(around.kinds.get(&name), Some(Kind::Ledger(..) | Kind::Links)) {
            return Err(format!("`{name}`, which only guards may see, is read past the guard"));
        }
        for select in every_select(&cte.body) {
            let people = |source: &Source| {
                source.name().and_then(|name| around.kinds.get(name)) == Some(&Kind::Data(plan.guard.entity))
            };
            if !free && select.sources.iter().any(people) && !joins(select, guard) {
                return Err(format!("`{name}` reads people who have not passed the guard"));
            }
        }
        let mut names = BTreeSet::new();
        read_by(&cte.body, &mut names);
        left.extend(names.into_iter().filter(|name| met.insert((*name).to_owned())).map(str::to_owned));
    }
    Ok(())
}

/// Whether a SELECT is joined to the guard by a conjunct, by its key.
pub fn joins(select: &Select, guard: &Cte) -> bool {
    let key =
        guard.body.only().and_then(|select| select.items.first()).map(|item| item.name.clone()).unwrap_or_default();
    select.sources.iter().any(|source| {
        let Join::Inner(on) = &source.join else { return false };
        let theirs = Expr::Column(source.alias.clone(), key.clone());
        let equal = |expr: &Expr| pair(expr, "=").is_some_and(|(a, b)| *a == theirs || *b == theirs);
        source.name() == Some(&guard.name) && on.iter().any(equal)
    })
}

/// No outer join with a guard, a check, or anything that a ledger said.
fn outer_joins(around: &Around<'_>, barriers: &BTreeSet<&str>) -> Result<(), String> {
    let plan = around.plan;
    let mut told: BTreeSet<String> = BTreeSet::new();
    for cte in &around.query.ctes {
        let mut names = BTreeSet::new();
        read_by(&cte.body, &mut names);
        let control = matches!(around.kinds.get(&cte.name), Some(Kind::Ledger(..) | Kind::Links));
        if control || !barriers.contains(cte.name.as_str()) && names.iter().any(|name| told.contains(*name)) {
            told.insert(cte.name.clone());
        }
    }
    let root = Body(vec![around.query.root.clone()]);
    let own = |cte: &&Cte| plan.statements.iter().all(|statement| statement.name != cte.name);
    for body in around.query.ctes.iter().filter(own).map(|cte| &cte.body).chain([&root]) {
        let mut selects = every_select(body);
        let mut i = 0;
        while let Some(select) = selects.get(i).copied() {
            i += 1;
            for inner in select.exprs().into_iter().flat_map(Expr::queries) {
                selects.extend(every_select(inner));
            }
            for source in select.sources.iter().filter(|source| is_outer(source)) {
                let bad = match &source.of {
                    Of::Derived(_) => true,
                    Of::Named(_) => source.name().is_none_or(|name| barriers.contains(name) || told.contains(name)),
                };
                if bad {
                    return Err(format!("`{}` is joined so that people without a match stay", source.alias));
                }
            }
        }
    }
    Ok(())
}

/// Rows of people are restricted to those who pass, and nested rows to rows that are.
fn people(around: &Around<'_>, guard: &Cte) -> Result<(), String> {
    let plan = around.plan;
    for cte in &around.query.ctes {
        let Some(Kind::Data(index)) = around.kinds.get(&cte.name) else { continue };
        let Some(table) = plan.tables.get(*index) else { continue };
        let whose = restricted_by(table, cte, around.query, around.clock).and_then(|name| around.cte(name));
        match table.role {
            Role::Entity { .. } | Role::Lookup { .. } => {}
            Role::Nested { parent, .. } => {
                let of = whose.and_then(|whose| around.kinds.get(&whose.name));
                let same = |found: &usize| match (plan.tables.get(*found), plan.tables.get(parent)) {
                    (Some(found), Some(parent)) => found.physical == parent.physical,
                    _ => false,
                };
                if !matches!(of, Some(Kind::Data(found)) if same(found)) {
                    return Err(format!("rows of `{}` are not restricted to rows that may be read", table.name));
                }
            }
            Role::Events { .. } => {
                let passes = |whose: &Cte| {
                    whose.name == guard.name || whose.body.only().is_some_and(|select| joins(select, guard))
                };
                let owner = |whose: &Cte| match around.kinds.get(&whose.name) {
                    Some(Kind::Data(owner)) => {
                        owners(plan, *index).contains(owner)
                            && (*owner != plan.guard.entity || reads_others(plan, *owner))
                    }
                    Some(Kind::Ledger(..) | Kind::Links | Kind::Along) | None => false,
                };
                if !whose.is_some_and(|whose| passes(whose) || owner(whose)) {
                    return Err(format!("rows of `{}` are not restricted to people who may be read", table.name));
                }
            }
        }
    }
    Ok(())
}
