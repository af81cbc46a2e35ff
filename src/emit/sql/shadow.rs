//! No alias takes the name of a column that is at hand, whatever columns the warehouse and nested queries have: some engines read
//! the alias where the column is meant.
//!
//! Every reference is qualified, so an alias that is in the way gets another name, here and wherever it is read. The root keeps
//! its names, which are promised.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Body, Cte, Expr, From, Item, Query, Select, Source};
use crate::plan::SegmentPlan;

/// What the columns of an alias were called, and are.
type Columns = Vec<(String, String)>;
/// The aliases of a SELECT.
type Frame = Vec<(String, Columns)>;

/// Gives every alias that is in the way another name.
pub fn clear(query: Query, plan: &SegmentPlan) -> Query {
    let mut clearing = Clearing { tables: tables(plan), queries: BTreeMap::new() };
    let mut ctes = Vec::new();
    for cte in query.ctes {
        // A query of the catalog is read like a table: its columns are called as they are declared, and all it reads is qualified.
        if plan.statements.iter().any(|statement| statement.name == cte.name) {
            ctes.push(cte);
            continue;
        }
        let (body, columns) = clearing.body(cte.body);
        clearing.queries.insert(cte.name.clone(), columns);
        ctes.push(Cte { body, ..cte });
    }
    let (root, _) = clearing.select(query.root, &[], true);
    Query { ctes, comment: query.comment, root }
}

/// Columns that the plan names, by table.
fn tables(plan: &SegmentPlan) -> BTreeMap<Vec<String>, BTreeSet<String>> {
    let mut all: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    let mut add = |physical: &[String], columns: Vec<String>| all.entry(physical.to_vec()).or_default().extend(columns);
    for table in &plan.tables {
        add(&table.physical, table.columns.iter().map(|column| column.name.clone()).collect());
    }
    for guard in plan.guards() {
        for ledger in &guard.ledgers {
            add(&ledger.physical, super::lower::ledger_columns(ledger));
        }
        for identity in &guard.identities {
            add(&identity.physical, vec![identity.from.clone(), identity.to.clone()]);
        }
        for members in &guard.members {
            add(
                &members.physical,
                [vec![members.key.clone(), members.belongs.clone()], members.contacts.clone()].concat(),
            );
        }
    }
    all
}

struct Clearing {
    tables: BTreeMap<Vec<String>, BTreeSet<String>>,
    queries: BTreeMap<String, Columns>,
}

impl Clearing {
    fn body(&mut self, body: Body) -> (Body, Columns) {
        match body {
            Body::One(select) => {
                let (select, columns) = self.select(select, &[], false);
                (Body::One(select), columns)
            }
            Body::All(list) => {
                let (list, columns) = self.several(list);
                (Body::All(list), columns)
            }
            Body::Union(list) => {
                let (list, columns) = self.several(list);
                (Body::Union(list), columns)
            }
        }
    }

    /// Queries put together are called what the first is.
    fn several(&mut self, list: Vec<Select>) -> (Vec<Select>, Columns) {
        let cleared: Vec<(Select, Columns)> = list.into_iter().map(|select| self.select(select, &[], false)).collect();
        let columns = cleared.first().map(|(_, columns)| columns.clone()).unwrap_or_default();
        (cleared.into_iter().map(|(select, _)| select).collect(), columns)
    }

    fn select(&mut self, mut select: Select, outer: &[Frame], root: bool) -> (Select, Columns) {
        let mut frame = Frame::new();
        let sources = select.from.iter_mut().chain(select.joins.iter_mut().map(|join| &mut join.from));
        for from in sources {
            let columns = self.source(from);
            frame.push((from.alias.clone(), columns));
        }
        let mut frames = outer.to_vec();
        frames.push(frame);
        let was: Vec<String> = select.items.iter().map(name_of).collect();
        let on = select.joins.iter_mut().flat_map(|join| &mut join.on);
        let items = select.items.iter_mut().map(|item| &mut item.expr);
        for expr in items.chain(on).chain(&mut select.filter).chain(&mut select.group) {
            self.expr(expr, &frames);
        }
        let mut taken: Vec<String> =
            frames.last().into_iter().flatten().flat_map(|(_, columns)| columns).map(|(_, name)| fold(name)).collect();
        if root {
            let named = select.items.iter_mut().zip(&was);
            named.filter(|(item, was)| name_of(item) != **was).for_each(|(item, was)| item.alias = Some(was.clone()));
        } else {
            select.items.iter_mut().for_each(|item| unshadowed(item, &mut taken));
        }
        let now = select.items.iter().map(name_of);
        let columns = was.into_iter().zip(now).collect();
        (select, columns)
    }

    fn source(&mut self, from: &mut From) -> Columns {
        match &mut from.source {
            Source::Table(path) => {
                let columns = self.tables.get(path).into_iter().flatten();
                columns.map(|name| (name.clone(), name.clone())).collect()
            }
            Source::Cte(name) => self.queries.get(name).cloned().unwrap_or_default(),
            Source::Derived(body) => {
                let (cleared, columns) = self.body((**body).clone());
                **body = cleared;
                columns
            }
        }
    }

    fn expr(&mut self, expr: &mut Expr, frames: &[Frame]) {
        match expr {
            Expr::Column { of, name } => {
                let columns = frames.iter().rev().flatten().find(|(alias, _)| alias == of).map(|(_, columns)| columns);
                let found = columns.into_iter().flatten().find(|(was, _)| was == name);
                if let Some((_, now)) = found {
                    name.clone_from(now);
                }
            }
            Expr::Text(_)
            | Expr::Whole(_)
            | Expr::Decimal(_)
            | Expr::Truth(_)
            | Expr::Day(_)
            | Expr::Instant(_)
            | Expr::Wall(_)
            | Expr::Null => {}
            Expr::And(list) | Expr::Or(list) | Expr::Call(_, list) => {
                list.iter_mut().for_each(|e| self.expr(e, frames))
            }
            Expr::Not(of) | Expr::Is(of, _) | Expr::Cast(of, _) => self.expr(of, frames),
            Expr::Binary(_, left, right) => {
                self.expr(left, frames);
                self.expr(right, frames);
            }
            Expr::In { of, values, .. } => {
                self.expr(of, frames);
                values.iter_mut().for_each(|value| self.expr(value, frames));
            }
            Expr::Case(arms, otherwise) => {
                for (when, then) in arms {
                    self.expr(when, frames);
                    self.expr(then, frames);
                }
                otherwise.iter_mut().for_each(|expr| self.expr(expr, frames));
            }
            Expr::Aggregate(_, of) => of.iter_mut().for_each(|expr| self.expr(expr, frames)),
            Expr::Over { of, partition, order, .. } => {
                of.iter_mut().for_each(|expr| self.expr(expr, frames));
                partition.iter_mut().for_each(|expr| self.expr(expr, frames));
                order.iter_mut().for_each(|(expr, _)| self.expr(expr, frames));
            }
            Expr::Exists(inner) | Expr::NotExists(inner) | Expr::Scalar(inner) => {
                **inner = self.select((**inner).clone(), frames, false).0;
            }
        }
    }
}

/// The name of an item; empty where it has none.
fn name_of(item: &Item) -> String {
    match (&item.alias, &item.expr) {
        (Some(alias), _) => alias.clone(),
        (None, Expr::Column { name, .. }) => name.clone(),
        (None, _) => String::new(),
    }
}

fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// Another name for an alias that is taken already.
fn unshadowed(item: &mut Item, taken: &mut Vec<String>) {
    let own = matches!((&item.alias, &item.expr), (Some(alias), Expr::Column { name, .. }) if alias == name);
    let Some(alias) = item.alias.as_mut().filter(|_| !own) else { return };
    let (wanted, mut n) = (alias.clone(), 2);
    while taken.contains(&fold(alias)) {
        *alias = format!("{wanted}_{n}");
        n += 1;
    }
    taken.push(fold(alias));
}
