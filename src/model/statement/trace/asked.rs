//! What a query asks of the columns that it reads: which of their values its conditions tell apart.
//!
//! A column is asked where its value, or what passes it on unchanged (`coalesce`, an arm of `case`, `min`), is compared. A column of a query
//! inside that was computed from such a comparison passes the question on.

use std::collections::BTreeSet;

use super::{Cell, Frame, found};
use crate::model::statement::{Fold, Func, Term};
use crate::model::{CompareOp, Value};

/// A question about a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which column.
    pub cell: Cell,
    /// What is asked.
    pub how: How,
}

/// What is asked of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Whether it is one of these texts.
    Among(Vec<String>),
    /// How it stands to a text.
    Order(CompareOp, String),
    /// How it stands to another column.
    Column(Cell),
    /// Something that no literal says.
    Open,
}

/// Adds questions, each once.
pub(super) fn add(all: &mut Vec<Asked>, more: impl IntoIterator<Item = Asked>) {
    for asked in more {
        if !all.contains(&asked) {
            all.push(asked);
        }
    }
}

/// What a term asks; what stands in a query inside it is not among that.
pub(super) fn asks(term: &Term, around: &Frame<'_>) -> Vec<Asked> {
    let mut out = Vec::new();
    match term {
        Term::Column { of, name } => add(&mut out, found(of, name, around).asked),
        Term::Compare { op, left, right } => {
            add(&mut out, compared(*op, left, right, around));
            add(&mut out, compared(op.flipped(), right, left, around));
        }
        Term::OneOf { of, values: literals } => {
            let how = How::Among(literals.iter().filter_map(text).collect());
            add(&mut out, values(of, around).into_iter().map(|cell| Asked { cell, how: how.clone() }));
        }
        Term::Call { func: Func::NullIf, of } => {
            if let [first, second] = of.as_slice() {
                add(&mut out, compared(CompareOp::Equal, first, second, around));
                add(&mut out, compared(CompareOp::Equal, second, first, around));
            }
        }
        Term::Literal(_)
        | Term::Null
        | Term::And(_)
        | Term::Or(_)
        | Term::Not(_)
        | Term::Arithmetic { .. }
        | Term::Missing(_)
        | Term::Case { .. }
        | Term::Cast { .. }
        | Term::Call { .. }
        | Term::Fold { .. }
        | Term::Exists(_) => {}
    }
    term.parts().into_iter().for_each(|part| add(&mut out, asks(part, around)));
    out
}

/// The columns whose values a term may be, unchanged.
pub(super) fn values(term: &Term, around: &Frame<'_>) -> BTreeSet<Cell> {
    let of: Vec<&Term> = match term {
        Term::Column { of, name } => return found(of, name, around).values,
        Term::Case { arms, otherwise } => {
            arms.iter().map(|(_, then)| then).chain(otherwise.iter().map(|term| &**term)).collect()
        }
        Term::Call { func: Func::Coalesce, of } => of.iter().collect(),
        Term::Call { func: Func::NullIf, of } => of.iter().take(1).collect(),
        Term::Cast { of, .. } | Term::Fold { func: Fold::Min | Fold::Max, of: Some(of) } => vec![of],
        Term::Literal(_)
        | Term::Null
        | Term::And(_)
        | Term::Or(_)
        | Term::Not(_)
        | Term::Compare { .. }
        | Term::Arithmetic { .. }
        | Term::Missing(_)
        | Term::OneOf { .. }
        | Term::Call { func: Func::Abs, .. }
        | Term::Fold { .. }
        | Term::Exists(_) => Vec::new(),
    };
    of.into_iter().flat_map(|term| values(term, around)).collect()
}

/// What a comparison asks of the columns on its left.
fn compared(op: CompareOp, left: &Term, right: &Term, around: &Frame<'_>) -> Vec<Asked> {
    let others = values(right, around);
    let literal = if let Term::Literal(value) = right { text(value) } else { None };
    let hows = |cell: &Cell| -> Vec<How> {
        match (op, literal.clone()) {
            (CompareOp::Equal | CompareOp::NotEqual, Some(text)) => vec![How::Among(vec![text])],
            (op, Some(text)) => vec![How::Order(op, text)],
            (_, None) if others.is_empty() => vec![How::Open],
            // That two values of one column are the same tells of neither which it is.
            (_, None) => others.iter().filter(|other| *other != cell).cloned().map(How::Column).collect(),
        }
    };
    let asked = values(left, around).into_iter();
    asked.flat_map(|cell| hows(&cell).into_iter().map(move |how| Asked { cell: cell.clone(), how })).collect()
}

fn text(value: &Value) -> Option<String> {
    if let Value::Text(text) = value { Some(text.clone()) } else { None }
}
