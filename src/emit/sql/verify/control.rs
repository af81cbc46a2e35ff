//! Control checks: that ledgers are there, fresh and speak of somebody, that keys and addresses can be compared, and that few enough
//! rows are nobody's. Each must be a truth in the row that the root (or another guard) is conjoined with.

use super::cuts::{Kind, key_of, pair};
use super::guard::Around;
use super::said::says;
use super::tree::{Body, Cte, Expr, Select, Test};
use crate::model::SubjectKind;
use crate::plan::{Fresh, Guard, KeyedBy, Ledger, LedgerRows, Role, Table};

impl Around<'_> {
    /// Proves that a row of truths holds every control check of a guard (and, at the root, of the tables).
    pub fn controls(&self, cte: &Cte, guard: &Guard, root: bool) -> Result<(), String> {
        let select = cte.body.only().ok_or("it is several queries")?;
        let items: Vec<&Expr> = select.items.iter().map(|item| &item.expr).collect();
        if guard.suspended.is_some() && !items.contains(&&Expr::Truth(false)) {
            return Err("a suspended purpose is not among the control checks".to_owned());
        }
        for ledger in &guard.ledgers {
            self.ledger_controls(&items, ledger)?;
        }
        let lacking = |what: String| Err(format!("no control check tells {what}"));
        let entity = self.plan.tables.get(guard.entity);
        if let Some((table, key)) = entity.and_then(|table| Some((table, key_of(table)?)))
            && !items.iter().any(|item| none_missing(item, &table.physical, key))
        {
            return lacking(format!("whether every key of `{}` is there", table.name));
        }
        for path in &guard.control {
            let Some(table) = self.plan.tables.get(path.table) else { continue };
            let Some(column) = table.columns.get(path.column) else { continue };
            let plain =
                |item: &&&Expr| asks_of(item, &table.physical).is_some_and(|inner| compares(inner, &column.name));
            if items.iter().find(plain).is_none() {
                return lacking(format!("whether addresses in `{}` are plain", column.name));
            }
        }
        for members in &guard.members {
            if !items.iter().any(|item| none_missing(item, &members.physical, &members.key)) {
                return lacking("whether every member has a key".to_owned());
            }
            let ids = matches!(guard.kind, SubjectKind::Person | SubjectKind::Device);
            if ids && !items.iter().any(|item| none_missing(item, &members.physical, &members.belongs)) {
                return lacking("whether every link has an id".to_owned());
            }
        }
        let links = self.plan.tables.iter().filter(|_| root).filter_map(|table| table.along.as_ref());
        let along = links.map(|along| (&along.name, &along.physical, &along.from, &along.to));
        let identities = guard.identities.iter().map(|of| (&of.name, &of.physical, &of.from, &of.to));
        for (name, physical, from, to) in identities.chain(along) {
            let whole = |item: &&Expr| {
                let inner = asks_of(item, physical);
                let Some([Expr::Or(any)]) = inner.map(|inner| inner.filter.as_slice()) else { return false };
                any.len() == 2 && [from, to].iter().all(|of| any.iter().any(|expr| is_missing(expr, of)))
            };
            if !items.iter().any(whole) {
                return lacking(format!("whether every link of `{}` has an id and a key", name));
            }
        }
        self.types(&items, guard, root)?;
        let text = |text: &str| Box::new(Expr::Text(text.to_owned()));
        let tells = Expr::Binary("<>".to_owned(), text("a"), text("A"));
        if root && self.reader.name == "duckdb" && !items.contains(&&tells) {
            return lacking("whether texts that differ are told apart".to_owned());
        }
        if !root {
            return Ok(());
        }
        for table in
            self.plan.tables.iter().filter(|table| matches!(table.role, Role::Entity { .. } | Role::Events { .. }))
        {
            if !items.iter().any(|item| counts_nobodys(item, table)) {
                return lacking(format!("whether rows of `{}` have an owner and a time", table.name));
            }
        }
        Ok(())
    }

    fn ledger_controls(&self, items: &[&Expr], ledger: &Ledger) -> Result<(), String> {
        let kind = Kind::Ledger(ledger.physical.clone(), ledger.subject.clone());
        let asked = |item: &Expr, negated: bool| -> Option<Select> {
            let Expr::Exists(body, not) = item else { return None };
            let inner = body.only().filter(|_| *not == negated)?;
            let [source] = inner.sources.as_slice() else { return None };
            (source.name().and_then(|name| self.kinds.get(name)) == Some(&kind)).then(|| inner.clone())
        };
        let lacking = |what: &str| Err(format!("no control check tells whether ledger `{}` {what}", ledger.name));
        if !items.iter().any(|item| asked(item, false).is_some_and(|inner| inner.filter.is_empty())) {
            return lacking("has rows");
        }
        let fresh = match &ledger.fresh {
            None => true,
            Some(Fresh::Within { .. }) => items.iter().filter_map(|item| asked(item, false)).any(|inner| {
                let has = |op: &str| {
                    inner.filter.iter().any(|expr| pair(expr, op).is_some_and(|(_, b)| b.reads(self.clock.name)))
                };
                has(">=") && has("<=")
            }),
            Some(Fresh::Taken { .. }) => {
                items.iter().any(|item| item.reads(self.clock.name) && item.queries().is_empty())
            }
        };
        if !fresh {
            return lacking("is fresh");
        }
        let speaks = match &ledger.rows {
            LedgerRows::Events { .. } => true,
            LedgerRows::States { columns } => {
                columns.iter().any(|column| says(column, |says| says.refuses || !says.denies.is_empty()))
            }
        };
        let names = |inner: Select| {
            inner.filter.iter().any(|expr| matches!(expr, Expr::Is(_, Test::Null))) && inner.filter.len() <= 2
        };
        if speaks && !items.iter().filter_map(|item| asked(item, true)).any(names) {
            return lacking("names everybody who denies");
        }
        let by_address = matches!(ledger.keyed_by, KeyedBy::Contact(_) | KeyedBy::MemberContact { .. });
        let plain = |inner: Select| inner.filter.iter().any(|expr| matches!(expr, Expr::Or(_)));
        if by_address && !items.iter().filter_map(|item| asked(item, true)).any(plain) {
            return lacking("holds plain addresses");
        }
        Ok(())
    }
}

/// `NOT EXISTS (SELECT 1 FROM table WHERE …)`: the query inside.
pub fn asks_of<'e>(item: &'e Expr, physical: &[String]) -> Option<&'e Select> {
    let Expr::Exists(body, true) = item else { return None };
    about_table(body, physical)
}

fn about_table<'e>(body: &'e Body, physical: &[String]) -> Option<&'e Select> {
    let inner = body.only()?;
    let [source] = inner.sources.as_slice() else { return None };
    matches!(&source.of, super::tree::Of::Named(path) if path == physical).then_some(inner)
}

fn is_missing(expr: &Expr, column: &str) -> bool {
    matches!(expr, Expr::Is(of, Test::Null) if matches!(&**of, Expr::Column(_, name) if name == column))
}

fn none_missing(item: &Expr, physical: &[String], column: &str) -> bool {
    asks_of(item, physical).is_some_and(|inner| matches!(inner.filter.as_slice(), [only] if is_missing(only, column)))
}

/// Whether a query asks how a column compares with itself, made plain.
fn compares(inner: &Select, column: &str) -> bool {
    let [Expr::Or(any)] = inner.filter.as_slice() else { return false };
    any.len() == 2
        && any.iter().all(|expr| {
            pair(expr, "<>")
                .is_some_and(|(left, _)| matches!(super::cuts::uncast(left), Expr::Column(_, name) if name == column))
        })
}

/// Whether a check counts rows without subject, or without a clock that says when they happened or came.
fn counts_nobodys(item: &Expr, table: &Table) -> bool {
    let inner = match item {
        Expr::Exists(..) if table.tolerate == 0 => asks_of(item, &table.physical),
        Expr::Binary(op, left, right) if op == "<=" && **right == Expr::Number(table.tolerate.to_string()) => {
            match &**left {
                Expr::Scalar(body) => about_table(body, &table.physical),
                _ => None,
            }
        }
        _ => None,
    };
    let (Some(inner), Some(subject)) = (inner, key_of(table)) else { return false };
    let clocks =
        table.clock.as_ref().filter(|clock| clock.happened).map(|clock| clock.column).into_iter().chain(table.arrived);
    let clocks: Vec<&str> =
        clocks.filter_map(|index| table.columns.get(index)).map(|column| column.name.as_str()).collect();
    let any = match inner.filter.as_slice() {
        [Expr::Or(any)] => any.as_slice(),
        other => other,
    };
    let unknown = |expr: &Expr, column: &str| {
        let Expr::Is(of, Test::NotTrue) = expr else { return false };
        let mut found = false;
        of.walk(&mut |inner| found |= matches!(inner, Expr::Column(_, name) if name == column));
        found
    };
    any.len() == 1 + clocks.len()
        && any.iter().any(|expr| is_missing(expr, subject))
        && clocks.iter().all(|column| any.iter().any(|expr| unknown(expr, column)))
}
