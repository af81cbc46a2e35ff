//! Tables: each is read only inside its own cut, within its retention and of people who may be read; ledgers and links only
//! where nothing but a guard can see them.

use std::collections::{BTreeMap, BTreeSet};

use super::along;
use super::clock::Clock;
use super::declared::{by_bytes, in_one_spelling};
use super::known::ledger_columns;
use super::tree::{Body, Cte, Expr, Join, Of, Query, Select, Source};
use crate::plan::{ColumnKind, KeyedBy, Ledger, Role, SegmentPlan, Table};

/// What a named query that reads a table of the warehouse is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The cut of a table of the plan, by index.
    Data(usize),
    /// A ledger, by its table and subject.
    Ledger(Vec<String>, String),
    /// Links: identities, members, addresses.
    Links,
    /// The readable links along which tables of ids are read.
    Along,
}

/// A table read in FROM of a named query, below layers of queries in parentheses.
struct Read<'q> {
    physical: &'q [String],
    alias: &'q str,
    /// The layers, the outermost first.
    layers: Vec<&'q Select>,
}

/// Every named query that reads a table, with what it is.
pub fn kinds(plan: &SegmentPlan, query: &Query, clock: &Clock<'_>) -> Result<BTreeMap<String, Kind>, String> {
    // Queries that stand instead of tables are tables to whoever reads them.
    let own = |cte: &&Cte| plan.statements.iter().all(|statement| statement.name != cte.name);
    let names: BTreeSet<&str> = query.ctes.iter().filter(own).map(|cte| cte.name.as_str()).collect();
    for statement in &plan.statements {
        let cte = query.ctes.iter().find(|cte| cte.name == statement.name);
        stands(statement, cte.ok_or_else(|| format!("the query `{}` is missing", statement.name))?)?;
    }
    let mut kinds = BTreeMap::new();
    for cte in query.ctes.iter().filter(own) {
        let reads = reads(&cte.body, &names);
        for select in every_select(&cte.body) {
            asked(select, &names, is_control(cte, clock))?;
        }
        let Some(read) = reads.first() else { continue };
        if reads.len() > 1 {
            return Err(format!("`{}` reads several tables", cte.name));
        }
        let found = kind(plan, query, cte, read, clock)?;
        kinds.insert(cte.name.clone(), found);
    }
    asked(&query.root, &names, false)?;
    if let Some(source) = query.root.sources.iter().find(|source| !is_query(source, &names)) {
        return Err(format!("the root reads `{}` itself", source.alias));
    }
    once(plan, &kinds)?;
    Ok(kinds)
}

/// A query that stands instead of a table reads the tables that the catalog says, has its columns, and nothing else.
fn stands(statement: &crate::plan::Statement, cte: &Cte) -> Result<(), String> {
    let trace = crate::model::statement::trace::trace(&statement.body);
    let mut read = BTreeSet::new();
    let mut left = every_select(&cte.body);
    while let Some(select) = left.pop() {
        for source in &select.sources {
            if let Of::Named(path) = &source.of {
                read.insert(path.clone());
            }
        }
        left.extend(select.exprs().into_iter().flat_map(Expr::queries).flat_map(every_select));
    }
    let names = cte.body.0.first().map(|select| select.items.iter().map(|item| &item.name));
    let wide = names.is_some_and(|names| names.eq(trace.columns.iter().map(|column| &column.name)));
    if read == trace.tables && wide && cte.body.0.len() == statement.body.of.len() {
        return Ok(());
    }
    Err(format!("the query `{}` is not the one that the catalog holds", statement.name))
}

/// No table has more cuts than the plan has readings of it.
fn once(plan: &SegmentPlan, kinds: &BTreeMap<String, Kind>) -> Result<(), String> {
    for table in &plan.tables {
        let same = |index: &usize| plan.tables.get(*index).is_some_and(|other| other.physical == table.physical);
        let planned = (0..plan.tables.len()).filter(same).count();
        let cut = kinds.values().filter(|kind| matches!(kind, Kind::Data(index) if same(index))).count();
        if cut > planned {
            return Err(format!("`{}` is cut {cut} times", table.name));
        }
    }
    Ok(())
}

fn is_query(source: &Source, names: &BTreeSet<&str>) -> bool {
    source.name().is_some_and(|name| names.contains(name))
}

/// Every SELECT of a body, those of derived tables included.
pub fn every_select(body: &Body) -> Vec<&Select> {
    let mut all = Vec::new();
    for select in &body.0 {
        all.push(select);
        for source in &select.sources {
            if let Of::Derived(inner) = &source.of {
                all.extend(every_select(inner));
            }
        }
    }
    all
}

fn reads<'q>(body: &'q Body, names: &BTreeSet<&str>) -> Vec<Read<'q>> {
    let mut found = Vec::new();
    for select in &body.0 {
        for source in &select.sources {
            match &source.of {
                Of::Named(path) if !is_query(source, names) => {
                    found.push(Read { physical: path, alias: &source.alias, layers: vec![select] });
                }
                Of::Named(_) => {}
                Of::Derived(inner) => found.extend(reads(inner, names).into_iter().map(|mut read| {
                    read.layers.insert(0, select);
                    read
                })),
            }
        }
    }
    found
}

/// Whether a named query is one row of truths: no rows of its own, only answers.
pub fn is_control(cte: &Cte, clock: &Clock<'_>) -> bool {
    let Some(select) = cte.body.only() else { return false };
    let alone = select.sources.iter().all(|source| source.name() == Some(clock.name));
    alone && select.filter.is_empty() && select.group.is_empty() && select.items.iter().all(|item| is_truth(&item.expr))
}

/// Whether an expression gives nothing but true or false.
fn is_truth(expr: &Expr) -> bool {
    match expr {
        Expr::Truth(_) | Expr::Exists(..) | Expr::Is(..) | Expr::In(..) => true,
        Expr::And(all) | Expr::Or(all) => all.iter().all(is_truth),
        Expr::Not(of) => is_truth(of),
        Expr::Binary(op, ..) => ["=", "<>", "<", "<=", ">", ">="].contains(&op.as_str()),
        _ => false,
    }
}

/// Tables that queries inside expressions read: only controls may, and only to ask whether or how many.
fn asked(select: &Select, names: &BTreeSet<&str>, control: bool) -> Result<(), String> {
    for body in select.exprs().into_iter().flat_map(Expr::queries) {
        for inner in every_select(body) {
            let table =
                inner.sources.iter().find(|source| matches!(source.of, Of::Named(_)) && !is_query(source, names));
            let answers = inner.items.iter().all(|item| match &item.expr {
                Expr::Number(_) => true,
                Expr::Call(name, args) => name == "count" && *args == [Expr::Star],
                _ => false,
            });
            if let Some(table) = table.filter(|_| !control || !answers) {
                return Err(format!("`{}` is read outside its cut", spoken(table)));
            }
            asked(inner, names, control)?;
        }
    }
    Ok(())
}

fn spoken(source: &Source) -> String {
    match &source.of {
        Of::Named(path) => path.join("."),
        Of::Derived(_) => source.alias.clone(),
    }
}

fn kind(plan: &SegmentPlan, query: &Query, cte: &Cte, read: &Read<'_>, clock: &Clock<'_>) -> Result<Kind, String> {
    let mut why = format!("`{}` reads `{}`, which the segment does not", cte.name, read.physical.join("."));
    let single = cte.body.only().is_some();
    let innermost = read.layers.last().copied().filter(|_| single);
    let Some(innermost) = innermost else { return Err(format!("`{}` puts a table beside others", cte.name)) };
    let columns = columns_of(innermost, read.alias);
    if is_ledger(plan, read, innermost, &columns)
        && let Some(subject) =
            ledgers(plan).find(|ledger| ledger.physical == read.physical && columns.contains(&ledger.subject))
    {
        return Ok(Kind::Ledger(subject.physical.clone(), subject.subject.clone()));
    }
    if is_link(plan, read, innermost, &columns) {
        return Ok(Kind::Links);
    }
    if plan.tables.iter().filter_map(|table| table.along.as_ref()).any(|of| along::links(of, cte, clock).is_some()) {
        return Ok(Kind::Along);
    }
    for (index, table) in plan.tables.iter().enumerate().filter(|(_, table)| table.physical == read.physical) {
        match cut(plan, index, table, query, read, innermost, clock) {
            Ok(()) => return Ok(Kind::Data(index)),
            Err(fault) => why = format!("`{}` is no proper cut: {fault}", cte.name),
        }
    }
    Err(why)
}

/// Every ledger of every guard.
pub fn ledgers(plan: &SegmentPlan) -> impl Iterator<Item = &Ledger> {
    plan.guards().into_iter().flat_map(|guard| &guard.ledgers)
}

/// The columns of an alias that a SELECT reads, also in queries inside it.
fn columns_of(select: &Select, alias: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for expr in select.exprs() {
        expr.walk(&mut |inner| {
            if let Expr::Column(of, name) = inner
                && of == alias
            {
                found.insert(name.clone());
            }
        });
        for body in expr.queries() {
            for inner in every_select(body) {
                if inner.sources.iter().all(|source| source.alias != alias) {
                    found.extend(columns_of(inner, alias));
                }
            }
        }
    }
    found
}

/// A ledger is read whole: every row of it, judged later.
fn is_ledger(plan: &SegmentPlan, read: &Read<'_>, select: &Select, columns: &BTreeSet<String>) -> bool {
    let whole = read.layers.len() == 1
        && select.filter.is_empty()
        && select.sources.len() == 1
        && !select.distinct
        && by_bytes(select);
    let known = |ledger: &Ledger| {
        let all = ledger_columns(ledger);
        ledger.physical == read.physical
            && columns.contains(&ledger.subject)
            && columns.iter().all(|name| all.contains(name))
    };
    whole && ledgers(plan).any(known)
}

/// Links are pairs: who has which id, which address, which members.
fn is_link(plan: &SegmentPlan, read: &Read<'_>, select: &Select, columns: &BTreeSet<String>) -> bool {
    if read.layers.len() != 1 || !select.distinct || select.sources.len() != 1 || !in_one_spelling(select) {
        return false;
    }
    let within = |all: Vec<&String>| columns.iter().all(|name| all.contains(&name));
    let whole = select.filter.is_empty();
    plan.guards().into_iter().any(|guard| {
        let identity = guard.identities.iter().any(|identity| {
            whole
                && identity.physical == read.physical
                && within(vec![&identity.from, &identity.to])
                && columns.len() == 2
        });
        let members = guard.members.iter().any(|members| {
            let all = [&members.key, &members.belongs].into_iter().chain(&members.contacts).collect();
            whole && members.physical == read.physical && columns.contains(&members.belongs) && within(all)
        });
        let keyed = guard.ledgers.iter().filter_map(|ledger| match &ledger.keyed_by {
            KeyedBy::Contact(path) => Some(path),
            KeyedBy::Entity | KeyedBy::Identity(_) | KeyedBy::Member(_) | KeyedBy::MemberContact { .. } => None,
        });
        let address = guard.shared.iter().chain(keyed).any(|path| {
            let Some(table) = plan.tables.get(guard.entity).filter(|_| path.hops.is_empty()) else { return false };
            let key = key_of(table);
            let contact = table.columns.get(path.column).map(|column| &column.name);
            let there = contact.is_some_and(|contact| {
                select.filter.as_slice()
                    == [Expr::Is(
                        Box::new(Expr::Column(read.alias.to_owned(), contact.clone())),
                        super::tree::Test::NotNull,
                    )]
            });
            there && table.physical == read.physical && within(key.into_iter().chain(contact).collect())
        });
        identity || members || address
    })
}

/// The name of the column by which rows are somebody's, or are found.
pub fn key_of(table: &Table) -> Option<&String> {
    let index = match table.role {
        Role::Entity { key, .. } | Role::Lookup { key } => key,
        Role::Events { subject } => subject,
        Role::Nested { by, .. } => by,
    };
    table.columns.get(index).map(|column| &column.name)
}

fn cut(
    plan: &SegmentPlan,
    index: usize,
    table: &Table,
    query: &Query,
    read: &Read<'_>,
    innermost: &Select,
    clock: &Clock<'_>,
) -> Result<(), String> {
    let columns = columns_of(innermost, read.alias);
    let linked = table.along.as_ref().and_then(|along| {
        let own = key_of(table)?;
        read.layers.first().and_then(|outermost| along::joined(along, own, outermost, query, clock))
    });
    if table.along.is_some() && linked.is_none() {
        return Err("its ids are not joined to whom they are linked to".to_owned());
    }
    let beside = |layer: &&Select| {
        layer.sources.iter().skip(1).any(|source| {
            let links = linked.as_ref().is_some_and(|(alias, _)| *alias == source.alias);
            !links && (source.join != Join::Cross || source.name() != Some(clock.name))
        })
    };
    if read.layers.iter().any(beside) {
        return Err("something else is joined to it".to_owned());
    }
    if let Some(other) = columns.iter().find(|name| table.columns.iter().all(|column| column.name != **name)) {
        return Err(format!("`{other}` is not read by the segment"));
    }
    bounds(table, read.alias, innermost, clock)?;
    let Some(outermost) = read.layers.first() else { return Err("it reads nothing".to_owned()) };
    match table.role {
        Role::Entity { .. } | Role::Lookup { .. } => Ok(()),
        Role::Events { .. } => semi_join(table, outermost, linked).map(|_| ()),
        Role::Nested { .. } => semi_join(table, outermost, None).map(|_| ()),
    }
    .map_err(|fault| format!("{fault} (table {} of {})", index + 1, plan.tables.len()))
}

/// `[now − span, now)` of the clock, and arrived by now at a known time, as conjuncts where the table is read.
fn bounds(table: &Table, alias: &str, select: &Select, clock: &Clock<'_>) -> Result<(), String> {
    let column = |index: usize| table.columns.get(index);
    if let Some((by, column)) = table.clock.as_ref().and_then(|by| Some((by, column(by.column)?))) {
        let exact = matches!(&column.kind, ColumnKind::Wall { zone } if zone != "UTC");
        let of = |expr: &Expr| is_cell(expr, alias, &column.name, exact);
        let low = |expr: &Expr| pair(expr, ">=").is_some_and(|(a, b)| of(a) && clock.is_kept_since(b, Some(by.span)));
        let high = |expr: &Expr| pair(expr, "<").is_some_and(|(a, b)| of(a) && clock.is_now(b));
        if !select.filter.iter().any(low) {
            return Err(format!("rows of `{}` are not cut where their retention ends", table.name));
        }
        if !select.filter.iter().any(high) {
            return Err(format!("rows of `{}` after the instant of evaluation are not cut off", table.name));
        }
    }
    if let Some(column) = table.arrived.and_then(column) {
        let of = |expr: &Expr| is_cell(expr, alias, &column.name, false) || is_cell(expr, alias, &column.name, true);
        let low = |expr: &Expr| pair(expr, ">=").is_some_and(|(a, b)| of(a) && clock.is_kept_since(b, None));
        let high = |expr: &Expr| pair(expr, "<=").is_some_and(|(a, b)| of(a) && clock.is_now(b));
        if !select.filter.iter().any(low) || !select.filter.iter().any(high) {
            return Err(format!("rows of `{}` that had not arrived are not cut off", table.name));
        }
    }
    Ok(())
}

/// The sides of a comparison.
pub fn pair<'e>(expr: &'e Expr, wanted: &str) -> Option<(&'e Expr, &'e Expr)> {
    if let Expr::Binary(op, left, right) = expr { (op == wanted).then_some((left, right)) } else { None }
}

/// Whether an expression is a cell: bare, or, where wall times are not in order, made an instant where it can be.
pub fn is_cell(expr: &Expr, alias: &str, name: &str, exact: bool) -> bool {
    let cell = Expr::Column(alias.to_owned(), name.to_owned());
    match (expr, exact) {
        (Expr::Case(arms, None), true) => match arms.as_slice() {
            [(_, then)] => uncast(then) == &cell,
            _ => false,
        },
        (other, false) => *other == cell,
        (_, true) => false,
    }
}

/// A value without casts, zones and the like.
pub fn uncast(expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast(of, _) | Expr::Zone(of, _) | Expr::Collate(of) => uncast(of),
        Expr::Call(name, args) if ["lower", "timestamp", "collate"].contains(&name.as_str()) => {
            args.first().map_or(expr, uncast)
        }
        Expr::Call(name, args) if name == "convert_timezone" => args.last().map_or(expr, uncast),
        Expr::Binary(op, left, _) if op == "||" => uncast(left),
        other => other,
    }
}

/// The named query by whose rows a cut is restricted: a conjunct `EXISTS`, by the column that says whose rows they are.
fn semi_join<'q>(table: &Table, outermost: &'q Select, linked: Option<(String, String)>) -> Result<&'q str, String> {
    let subject = key_of(table).ok_or("a table without subject")?;
    let alias = outermost.sources.first().map(|source| source.alias.as_str()).unwrap_or_default();
    let (alias, subject) = linked.unwrap_or_else(|| (alias.to_owned(), subject.clone()));
    let found = outermost.filter.iter().find_map(|expr| {
        let Expr::Exists(body, false) = expr else { return None };
        let inner = body.only()?;
        let [source] = inner.sources.as_slice() else { return None };
        let of = |expr: &Expr| *uncast(expr) == Expr::Column(alias.clone(), subject.clone());
        let by = |expr: &Expr| matches!(uncast(expr), Expr::Column(of, _) if *of == source.alias);
        let equal = |expr: &Expr| pair(expr, "=").is_some_and(|(a, b)| by(a) && of(b) || by(b) && of(a));
        inner.filter.iter().any(equal).then(|| source.name()).flatten()
    });
    found.ok_or_else(|| format!("rows of `{}` are not restricted to people who may be read", table.name))
}

/// Whose rows a cut restricts itself to.
pub fn restricted_by<'q>(table: &Table, cte: &'q Cte, query: &Query, clock: &Clock<'_>) -> Option<&'q str> {
    let select = cte.body.only()?;
    let linked = match &table.along {
        Some(of) => Some(along::joined(of, key_of(table)?, select, query, clock)?),
        None => None,
    };
    semi_join(table, select, linked).ok()
}
