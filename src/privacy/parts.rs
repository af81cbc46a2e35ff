//! What somebody must be, part by part, to be in a segment: its condition as the conjunction that it is.
//!
//! It is looked at in the form that [`super::said`] gives every condition, with references to other segments opened. Two parts are the same
//! if they say the same, whatever their spelling. With it two segments can be held against each other by their text alone: one that asks
//! for all that another one asks for, and for more, selects some of its people.

use std::collections::BTreeSet;

use crate::model::{CondKind, Expr, ExprKind, Model, Rows, RowsFrom, Segment, TableId};
use crate::source::Span;

use super::Read;
use super::said::{self, Fact, Said, Test};

/// One part of what a segment asks for.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it says.
    pub said: String,
    /// Whether it leaves people out rather than chooses them. Of several ways in which somebody may get past it, one is enough: whoever it
    /// stops has what that one looks for.
    pub leaves_out: bool,
    /// Where it enters the segment itself.
    pub entry: Span,
    tests: Vec<Test>,
}

impl Part {
    /// Whether something is read by this part.
    pub fn reads(&self, read: &Read) -> bool {
        self.tests.iter().any(|test| test.reads(read))
    }

    /// Whether nobody passes it without a row of a table.
    pub fn needs_row_of(&self, table: TableId) -> bool {
        let needs = |test: &Test| matches!(&test.fact, Fact::Rows { rows, counts } if !counts.has(0) && table_of(rows) == Some(table));
        matches!(self.tests.as_slice(), [only] if needs(only))
    }

    /// The tables whose rows it counts, or holds against each other.
    pub fn tables(&self) -> impl Iterator<Item = TableId> + '_ {
        self.tests
            .iter()
            .flat_map(|test| match &test.fact {
                Fact::Rows { rows, .. } => [table_of(rows), None],
                Fact::Compare { left, right, .. } => [left, right].map(aggregated),
                Fact::Other { .. } => [None, None],
            })
            .flatten()
    }

    fn of(model: &Model, said: &Said) -> Option<Self> {
        let tests: Vec<Test> = said.tests().into_iter().cloned().collect();
        let entry = tests.iter().map(|test| test.entry).reduce(Span::to)?;
        Some(Self { said: said::text(model, said), leaves_out: tests.iter().any(Test::leaves_out), entry, tests })
    }
}

/// The parts of a segment; `None` where something in it could not be read, or goes round in a circle.
pub fn of(model: &Model, segment: &Segment) -> Option<Vec<Part>> {
    let said = said::segment(model, segment);
    let torn = said.tests().iter().any(|test| match &test.fact {
        Fact::Other { cond, .. } => matches!(cond.kind, CondKind::Error),
        Fact::Rows { .. } | Fact::Compare { .. } => false,
    });
    if torn || segment.condition.is_none() {
        return None;
    }
    // Nobody is no part of anybody.
    said.conjuncts().iter().map(|part| Part::of(model, part)).collect()
}

/// The parts that `smaller` has beyond all those of `larger`; `None` where it lacks one of them, or has none more.
pub fn beyond<'p>(smaller: &'p [Part], larger: &[Part]) -> Option<Vec<&'p Part>> {
    let known: BTreeSet<&str> = larger.iter().map(|part| part.said.as_str()).collect();
    let has: BTreeSet<&str> = smaller.iter().map(|part| part.said.as_str()).collect();
    let more: Vec<&Part> = smaller.iter().filter(|part| !known.contains(part.said.as_str())).collect();
    (known.is_subset(&has) && !more.is_empty()).then_some(more)
}

fn aggregated(side: &Expr) -> Option<TableId> {
    if let ExprKind::Aggregate(aggregate) = &side.unnamed().kind { table_of(&aggregate.rows) } else { None }
}

fn table_of(rows: &Rows) -> Option<TableId> {
    match rows.from {
        RowsFrom::Subject { table, .. } => Some(table),
        RowsFrom::Nested { .. } | RowsFrom::Related { .. } | RowsFrom::RelatedRows { .. } | RowsFrom::Error => None,
    }
}
