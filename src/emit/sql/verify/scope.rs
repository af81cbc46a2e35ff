//! Names: every table is the plan's, every column is there and says whose it is, no alias takes the name of a column that is at
//! hand, every literal is the plan's, and the clock is read once.

use std::collections::BTreeMap;

use super::known::Known;
use super::listed::Reader;
use super::tree::{Body, Expr, Item, Join, Of, Query, Select, Source};

/// What aliases of one SELECT have for columns.
type Frame = Vec<(String, Vec<String>)>;

/// Checks every name and literal of a query.
pub fn check(query: &Query, known: &Known, reader: &Reader, as_of: Option<&str>) -> Result<(), String> {
    let mut scopes = Scopes { known, outputs: BTreeMap::new(), as_of, now: reader.now, nows: 0, free: false };
    for cte in &query.ctes {
        if !known.may_name(&cte.name) {
            return Err(format!("the query `{}` has a name of unknown origin", cte.name));
        }
        let own = known.statements.contains(&cte.name);
        scopes.free = own;
        let hides = !own && known.tables.keys().any(|path| matches!(path.as_slice(), [only] if same(only, &cte.name)));
        if hides || scopes.outputs.keys().any(|other| same(other, &cte.name)) {
            return Err(format!("the query `{}` hides another of its name", cte.name));
        }
        let columns = scopes.body(&cte.body, &[])?;
        scopes.outputs.insert(cte.name.clone(), columns);
    }
    scopes.free = false;
    scopes.select(&query.root, &[])?;
    match (scopes.nows, as_of) {
        (1, None) | (0, Some(_)) => Ok(()),
        (n, _) => Err(format!("the instant of evaluation is asked for {n} times")),
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

struct Scopes<'k> {
    known: &'k Known,
    outputs: BTreeMap<String, Vec<String>>,
    as_of: Option<&'k str>,
    now: &'static str,
    nows: usize,
    /// In a query that stands instead of a table: what it calls its columns is the catalog's to say, and all of them say whose they are.
    free: bool,
}

impl Scopes<'_> {
    /// The names of the columns of a body.
    fn body(&mut self, body: &Body, outer: &[Frame]) -> Result<Vec<String>, String> {
        let mut all: Option<Vec<String>> = None;
        for select in &body.0 {
            let columns = self.select(select, outer)?;
            match &all {
                None => all = Some(columns),
                Some(first) if first.len() == columns.len() => {}
                Some(_) => return Err("queries of different width are put together".to_owned()),
            }
        }
        Ok(all.unwrap_or_default())
    }

    fn select(&mut self, select: &Select, outer: &[Frame]) -> Result<Vec<String>, String> {
        let mut frame: Frame = Vec::new();
        for source in &select.sources {
            let columns = self.source(source)?;
            if frame.iter().any(|(alias, _)| same(alias, &source.alias)) || !self.known.may_name(&source.alias) {
                return Err(format!("the alias `{}` is used twice or of unknown origin", source.alias));
            }
            frame.push((source.alias.clone(), columns));
        }
        for item in &select.items {
            self.item(item, &frame)?;
        }
        let mut frames = outer.to_vec();
        frames.push(frame);
        for expr in select.exprs() {
            self.expr(expr, &frames)?;
        }
        let names: Vec<String> = select.items.iter().map(|item| item.name.clone()).collect();
        for (i, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if names.iter().skip(i + 1).any(|other| same(name, other)) {
                return Err(format!("two columns are called `{name}`"));
            }
        }
        Ok(names)
    }

    fn source(&mut self, source: &Source) -> Result<Vec<String>, String> {
        match &source.of {
            Of::Derived(body) => self.body(body, &[]),
            Of::Named(path) => {
                let query = if let [only] = path.as_slice() { self.outputs.get(only) } else { None };
                let table = self.known.tables.get(path).map(|columns| columns.iter().cloned().collect());
                query
                    .cloned()
                    .or(table)
                    .ok_or_else(|| format!("the table `{}` is not the segment's to read", path.join(".")))
            }
        }
    }

    /// A new name must not be a column's that is at hand: some engines read the one where the other is meant.
    fn item(&self, item: &Item, frame: &Frame) -> Result<(), String> {
        if !item.renamed || self.free {
            return Ok(());
        }
        if matches!(&item.expr, Expr::Column(_, name) if *name == item.name) {
            return Ok(());
        }
        if frame.iter().any(|(_, columns)| columns.iter().any(|column| same(column, &item.name))) {
            return Err(format!("the alias `{}` shadows a column that is at hand", item.name));
        }
        if !self.known.may_name(&item.name) {
            return Err(format!("the alias `{}` is of unknown origin", item.name));
        }
        Ok(())
    }

    fn expr(&mut self, expr: &Expr, frames: &[Frame]) -> Result<(), String> {
        let mut seen = Vec::new();
        expr.walk(&mut |inner| seen.push(inner));
        for inner in seen {
            self.one(inner, frames)?;
        }
        Ok(())
    }

    fn one(&mut self, expr: &Expr, frames: &[Frame]) -> Result<(), String> {
        match expr {
            Expr::Column(of, name) => {
                let found = frames.iter().rev().flatten().find(|(alias, _)| alias == of);
                match found {
                    Some((_, columns)) if columns.contains(name) => Ok(()),
                    Some(_) | None => Err(format!("`{of}.{name}` is not there to be read")),
                }
            }
            Expr::Text(text) if !self.known.has_text(text) => {
                Err(format!("the literal {text:?} is nothing that the segment says"))
            }
            Expr::Typed(ty, text) if !self.known.has_typed(ty, text, self.as_of) => {
                Err(format!("the literal {ty} {text:?} is nothing that the segment says"))
            }
            Expr::Call(name, args) if name == self.now && args.is_empty() => {
                self.nows += 1;
                Ok(())
            }
            Expr::Exists(body, _) | Expr::Scalar(body) => self.body(body, frames).map(|_| ()),
            _ => Ok(()),
        }
    }
}

/// Whether a join's right side may have no row.
pub fn is_outer(source: &Source) -> bool {
    matches!(source.join, Join::Left(_))
}
