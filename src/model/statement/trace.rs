//! What the columns of a query carry: which columns of which tables stand in them, and which decided about them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Body, Of, Selection, Term};

mod asked;

pub use asked::{Asked, How};
use asked::{add, asks, values};

/// A column of a table of the warehouse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The table, one part per dot.
    pub table: Vec<String>,
    /// The column.
    pub column: String,
}

/// What a query reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Its columns in order.
    pub columns: Vec<Carried>,
    /// What only conditions, joins and groups read: it is carried by every column.
    pub control: BTreeSet<Cell>,
    /// Every table of which rows are read.
    pub tables: BTreeSet<Vec<String>>,
    /// Every column of a table that is named, what a query inside selects and nothing around it uses included.
    pub named: BTreeSet<Cell>,
    /// What conditions, joins and groups ask of columns.
    pub asked: Vec<Asked>,
}

/// What a column carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub data: BTreeSet<Cell>,
    /// The column that it is, unchanged, where it is nothing but one.
    pub same: Option<Cell>,
    /// The columns whose values it may be, unchanged.
    pub values: BTreeSet<Cell>,
    /// What it asks of columns.
    pub asked: Vec<Asked>,
}

/// What a name stands for.
enum Rows {
    Table(Vec<String>),
    Query(BTreeMap<String, Carried>),
}

type Frame<'f> = Vec<BTreeMap<&'f str, Rows>>;

/// Follows every column of a query.
pub fn trace(body: &Body) -> Trace {
    let mut out = Trace::default();
    for (i, selection) in body.of.iter().enumerate() {
        let found = selected(selection, &mut Vec::new());
        out.control.extend(found.control);
        out.tables.extend(found.tables);
        out.named.extend(found.named);
        add(&mut out.asked, found.asked);
        if i == 0 {
            out.columns = found.columns;
            continue;
        }
        for (column, more) in out.columns.iter_mut().zip(found.columns) {
            column.data.extend(more.data);
            column.values.extend(more.values);
            add(&mut column.asked, more.asked);
            column.same = column.same.take().filter(|same| Some(same) == more.same.as_ref());
        }
    }
    out
}

fn selected<'s>(selection: &'s Selection, around: &mut Frame<'s>) -> Trace {
    let mut out = Trace::default();
    let mut frame = BTreeMap::new();
    for joined in &selection.from {
        let rows = match &joined.of {
            Of::Table(path) => {
                out.tables.insert(path.clone());
                Rows::Table(path.clone())
            }
            Of::Query(body) => {
                let inner = trace(body);
                out.control.extend(inner.control);
                out.tables.extend(inner.tables);
                out.named.extend(inner.named);
                add(&mut out.asked, inner.asked);
                Rows::Query(inner.columns.into_iter().map(|column| (column.name.clone(), column)).collect())
            }
        };
        frame.insert(joined.alias.as_str(), rows);
    }
    around.push(frame);
    let decided = selection.from.iter().filter_map(|joined| joined.on.as_ref()).chain(&selection.filter);
    for term in decided.chain(&selection.group) {
        let (cells, more) = cells(term, around);
        out.control.extend(cells);
        out.absorb(more);
        add(&mut out.asked, asks(term, around));
    }
    for column in &selection.columns {
        let (data, more) = cells(&column.term, around);
        out.absorb(more);
        let same = if let Term::Column { of, name } = &column.term { found(of, name, around).same } else { None };
        let (values, asked) = (values(&column.term, around), asks(&column.term, around));
        out.columns.push(Carried { name: column.name.clone(), data, same, values, asked });
    }
    around.pop();
    let named = out.columns.iter().flat_map(|column| &column.data).chain(&out.control).cloned();
    out.named.extend(named.collect::<Vec<_>>());
    out
}

impl Trace {
    /// What a query inside reads decides about every row.
    fn absorb(&mut self, inner: Trace) {
        self.control.extend(inner.control);
        for column in inner.columns {
            self.control.extend(column.data);
            add(&mut self.asked, column.asked);
        }
        add(&mut self.asked, inner.asked);
        self.tables.extend(inner.tables);
        self.named.extend(inner.named);
    }
}

/// The columns in a term, and what queries inside it read.
fn cells<'s>(term: &'s Term, around: &mut Frame<'s>) -> (BTreeSet<Cell>, Trace) {
    let (mut out, mut inner) = (BTreeSet::new(), Trace::default());
    match term {
        Term::Column { of, name } => out.extend(found(of, name, around).data),
        Term::Exists(selection) => inner.absorb(selected(selection, around)),
        Term::Literal(_)
        | Term::Null
        | Term::And(_)
        | Term::Or(_)
        | Term::Not(_)
        | Term::Compare { .. }
        | Term::Arithmetic { .. }
        | Term::Missing(_)
        | Term::OneOf { .. }
        | Term::Case { .. }
        | Term::Cast { .. }
        | Term::Call { .. }
        | Term::Fold { .. } => {
            for part in term.parts() {
                let (more, deeper) = cells(part, around);
                out.extend(more);
                inner.absorb(deeper);
            }
        }
    }
    (out, inner)
}

fn found(of: &str, name: &str, around: &Frame<'_>) -> Carried {
    match around.iter().rev().find_map(|frame| frame.get(of)) {
        Some(Rows::Table(path)) => {
            let cell = Cell { table: path.clone(), column: name.to_owned() };
            let only = BTreeSet::from([cell.clone()]);
            Carried { name: name.to_owned(), data: only.clone(), same: Some(cell), values: only, asked: Vec::new() }
        }
        Some(Rows::Query(columns)) => columns.get(name).cloned().unwrap_or_default(),
        None => Carried::default(),
    }
}
