//! How a column of a query is made, selection by selection, and what becomes of the rows: whether what a table says arrives as it was said.
//! A rename and a cast leave it as it is; whatever else computes it makes something that nobody said.

use super::{Body, Join, Joined, Of, Selection, Term};
use crate::model::{CompareOp, Value};

/// How a column comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made<'b> {
    /// It is a column of a table, under whatever name.
    Column,
    /// The same in every row.
    Constant(&'b Value),
    /// Missing in every row.
    Nothing,
    /// Put together from several rows.
    Folded,
    /// Computed in each row.
    Computed,
}

/// What keeps rows from arriving as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Some are left out.
    Filtered,
    /// Several become one.
    Grouped,
    /// They are put together with those of another table.
    Joined,
}

/// Where a column of this name stands in every selection.
pub fn place(body: &Body, name: &str) -> Option<usize> {
    body.of.first()?.columns.iter().position(|column| column.name == name)
}

/// How the column at a place of a selection is made; several ways where a query within has several selections.
pub fn made(selection: &Selection, place: usize) -> Vec<Made<'_>> {
    selection.columns.get(place).map(|column| of_term(selection, &column.term)).unwrap_or_default()
}

/// The gravest change of rows, queries within included. That equal rows become one changes nothing that they say.
pub fn change(body: &Body) -> Option<Change> {
    body.of.iter().filter_map(changed).max()
}

fn changed(selection: &Selection) -> Option<Change> {
    let own = [
        (selection.from.len() > 1).then_some(Change::Joined),
        (!selection.group.is_empty()).then_some(Change::Grouped),
        selection.filter.as_ref().map(|_| Change::Filtered),
    ];
    let inner = selection.from.iter().filter_map(|joined| match &joined.of {
        Of::Table(_) => None,
        Of::Query(body) => change(body),
    });
    own.into_iter().flatten().chain(inner).max()
}

fn of_term<'b>(selection: &'b Selection, term: &'b Term) -> Vec<Made<'b>> {
    match term {
        Term::Column { of, name } => match selection.from.iter().find(|joined| joined.alias == *of) {
            Some(_) if selection.from.iter().any(is_loose) => vec![Made::Computed],
            Some(Joined { of: Of::Table(_), .. }) => vec![Made::Column],
            Some(Joined { of: Of::Query(body), .. }) => match place(body, name) {
                Some(place) => body.of.iter().flat_map(|inner| made(inner, place)).collect(),
                None => vec![Made::Computed],
            },
            None => vec![Made::Computed],
        },
        Term::Literal(value) => vec![Made::Constant(value)],
        Term::Null => vec![Made::Nothing],
        Term::Cast { of, .. } => of_term(selection, of),
        Term::Fold { .. } => vec![Made::Folded],
        Term::And(_)
        | Term::Or(_)
        | Term::Not(_)
        | Term::Compare { .. }
        | Term::Arithmetic { .. }
        | Term::Missing(_)
        | Term::OneOf { .. }
        | Term::Case { .. }
        | Term::Call { .. }
        | Term::Exists(_) => vec![Made::Computed],
    }
}

/// Joined without a column of the one table being equal to one of another: then any row may stand beside any.
fn is_loose(joined: &Joined) -> bool {
    match (joined.join, &joined.on) {
        (Join::Cross, _) => true,
        (Join::Inner | Join::Left, Some(on)) => !ties(on),
        (Join::Inner | Join::Left, None) => false,
    }
}

fn ties(on: &Term) -> bool {
    match on {
        Term::And(all) => all.iter().any(ties),
        Term::Compare { op: CompareOp::Equal, left, right } => {
            matches!((&**left, &**right), (Term::Column { of: a, .. }, Term::Column { of: b, .. }) if a != b)
        }
        Term::Column { .. }
        | Term::Literal(_)
        | Term::Null
        | Term::Or(_)
        | Term::Not(_)
        | Term::Compare { .. }
        | Term::Arithmetic { .. }
        | Term::Missing(_)
        | Term::OneOf { .. }
        | Term::Case { .. }
        | Term::Call { .. }
        | Term::Fold { .. }
        | Term::Cast { .. }
        | Term::Exists(_) => false,
    }
}
