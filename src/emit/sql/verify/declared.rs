//! Physical types: where a dialect can tell, the control row holds that every column by which a guard decides, and every clock, is
//! of a type that what the catalog declares may have.

use super::control::asks_of;
use super::cuts::key_of;
use super::guard::Around;
use super::listed::type_names;
use super::tree::{Expr, Select};
use crate::plan::{ClockColumn, ColumnKind, Fresh, Guard, KeyedBy, Ledger, LedgerRows};

/// A column of a table of the warehouse, and what it is declared to hold.
type Declared<'g> = (&'g [String], &'g str, &'g ColumnKind);

impl Around<'_> {
    /// Proves that a row of truths asks for the types.
    pub fn types(&self, items: &[&Expr], guard: &Guard, root: bool) -> Result<(), String> {
        let Some(type_of) = self.reader.type_of else { return Ok(()) };
        for (physical, column, kind) in self.declared(guard, root) {
            let names = type_names(kind);
            let asked =
                |item: &&Expr| asks_of(item, physical).is_some_and(|inner| finds_others(inner, type_of, column, names));
            if !names.is_empty() && !items.iter().any(asked) {
                return Err(format!(
                    "no control check tells whether `{column}` of `{}` has the type that is declared",
                    physical.join(".")
                ));
            }
        }
        Ok(())
    }

    fn declared<'g>(&'g self, guard: &'g Guard, root: bool) -> Vec<Declared<'g>> {
        let tables = &self.plan.tables;
        let mut all: Vec<Declared<'g>> = Vec::new();
        let entity = tables.get(guard.entity);
        let key = entity.and_then(|of| of.columns.iter().find(|column| Some(&column.name) == key_of(of)));
        let key_kind = key.map_or(&ColumnKind::Text, |key| &key.kind);
        all.extend(entity.zip(key).map(|(of, key)| (of.physical.as_slice(), key.name.as_str(), &key.kind)));
        let at = |table: usize, column: usize| {
            let of = tables.get(table)?;
            let column = of.columns.get(column)?;
            Some((of.physical.as_slice(), column.name.as_str(), &column.kind))
        };
        all.extend(guard.birth.as_ref().and_then(|path| at(path.table, path.column)));
        for ledger in &guard.ledgers {
            let subject = if ledger.keyed_by == KeyedBy::Entity { key_kind } else { &ColumnKind::Text };
            all.push((&ledger.physical, &ledger.subject, subject));
            all.extend(of_ledger(ledger).into_iter().map(|(column, kind)| (ledger.physical.as_slice(), column, kind)));
        }
        all.extend(guard.identities.iter().map(|of| (of.physical.as_slice(), of.to.as_str(), key_kind)));
        all.extend(guard.members.iter().map(|of| (of.physical.as_slice(), of.belongs.as_str(), key_kind)));
        for (index, of) in tables.iter().enumerate().filter(|_| root) {
            let clocks = of.clock.iter().map(|clock| clock.column).chain(of.arrived);
            all.extend(clocks.filter_map(|column| at(index, column)));
            let along = of.along.iter();
            all.extend(along.flat_map(|along| {
                let place = along.physical.as_slice();
                [(place, along.to.as_str(), &along.to_kind), (place, along.at.column.as_str(), &along.at.kind)]
            }));
        }
        all
    }
}

fn of_ledger(ledger: &Ledger) -> Vec<(&str, &ColumnKind)> {
    let mut clocks: Vec<&ClockColumn> = Vec::new();
    let mut all: Vec<(&str, &ColumnKind)> = Vec::new();
    if let Some(Fresh::Within { by, .. }) = &ledger.fresh {
        clocks.push(by);
    }
    match &ledger.rows {
        LedgerRows::Events { at, until, .. } => clocks.extend([at].into_iter().chain(until)),
        LedgerRows::States { columns } => {
            clocks.extend(columns.iter().filter_map(|column| column.since.as_ref()));
            all.extend(columns.iter().map(|column| (column.column.as_str(), &column.kind)));
        }
    }
    all.extend(clocks.into_iter().map(|clock| (clock.column.as_str(), &clock.kind)));
    all
}

/// What is in the one spelling of all keys that are alike: `translate(trim(key, …), 'A…Z', 'a…z')`.
pub fn spelt(expr: &Expr) -> Option<&Expr> {
    let Expr::Call(fold, args) = expr else { return None };
    let [Expr::Call(trim, inner), Expr::Text(from), Expr::Text(to)] = args.as_slice() else { return None };
    let folds = fold == "translate" && *from == to.to_ascii_uppercase() && to.len() == 26;
    (folds && ["trim", "btrim"].contains(&trim.as_str())).then(|| inner.first()).flatten()
}

/// Whether links tell texts by their one spelling; numbers and UUIDs have but one.
pub fn in_one_spelling(select: &Select) -> bool {
    select.items.iter().all(|item| match &item.expr {
        Expr::Column(..) => true,
        Expr::Call(name, _) if name == "lower" => true,
        other => spelt(other).is_some(),
    })
}

/// Whether every text that a reading of control data makes of a column is compared byte by byte.
pub fn by_bytes(select: &Select) -> bool {
    select.items.iter().all(|item| {
        !matches!(&item.expr, Expr::Cast(of, ty)
        if matches!(**of, Expr::Column(..)) && ["varchar", "text"].contains(&ty.as_str()))
    })
}

/// Whether a query finds every row of a table where a column is of none of these types: `WHERE NOT (… AND typeof(column) = '…' AND …)`.
fn finds_others(inner: &Select, type_of: &str, column: &str, names: &[&str]) -> bool {
    let [Expr::Not(of)] = inner.filter.as_slice() else { return false };
    let all = if let Expr::And(all) = &**of { all.as_slice() } else { std::slice::from_ref(&**of) };
    let told = |expr: &Expr| {
        matches!(expr, Expr::Call(name, args) if name == type_of
            && matches!(args.as_slice(), [Expr::Column(_, name)] if name == column))
    };
    let fits = |expr: &Expr| match expr {
        Expr::Text(text) => names.contains(&text.as_str()),
        Expr::Cast(of, ty) if ty == "regtype" => matches!(&**of, Expr::Text(text) if names.contains(&text.as_str())),
        _ => false,
    };
    all.iter().any(|expr| match expr {
        Expr::Binary(op, left, right) => op == "=" && told(left) && fits(right),
        Expr::In(of, values, false) => told(of) && values.iter().all(fits),
        _ => false,
    })
}
