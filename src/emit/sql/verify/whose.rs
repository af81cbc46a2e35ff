//! Whose rows the plan reads: the subject's own, or those of others.

use std::collections::BTreeSet;

use crate::plan::{RowsFrom, SegmentPlan};

/// The table whose rows a row set binds.
fn bound(plan: &SegmentPlan, from: &RowsFrom) -> Option<usize> {
    match from {
        RowsFrom::Subject { table, .. } | RowsFrom::Nested { table, .. } | RowsFrom::RelatedRows { table, .. } => {
            Some(*table)
        }
        RowsFrom::Related { link, .. } => plan.links.get(*link).map(|link| link.from),
    }
}

/// Whose rows a row set of subjects asks for.
fn owner(plan: &SegmentPlan, of: u32, via: &[usize]) -> Option<usize> {
    match via.last() {
        Some(hop) => plan.links.get(*hop).map(|link| link.to),
        None => match plan.row_sets().iter().find(|rows| rows.binding == of) {
            Some(rows) => bound(plan, &rows.from),
            None => Some(plan.guard.entity),
        },
    }
}

/// Whose rows the rows of a table are.
pub fn owners(plan: &SegmentPlan, index: usize) -> BTreeSet<usize> {
    let whose = |from: &RowsFrom| match from {
        RowsFrom::Subject { table, of, via } if *table == index => owner(plan, *of, via),
        RowsFrom::RelatedRows { table, link, .. } if *table == index => plan.links.get(*link).map(|link| link.from),
        RowsFrom::Subject { .. }
        | RowsFrom::Nested { .. }
        | RowsFrom::Related { .. }
        | RowsFrom::RelatedRows { .. } => None,
    };
    plan.row_sets().iter().filter_map(|rows| whose(&rows.from)).collect()
}

/// Whether rows of others of the same kind as the subject are read: such rows are only ever possible, so they need not pass.
pub fn reads_others(plan: &SegmentPlan, entity: usize) -> bool {
    let leads = |link: usize| plan.links.get(link).is_some_and(|link| link.from == entity);
    plan.links.iter().any(|link| link.to == entity)
        || plan.row_sets().iter().any(|rows| match &rows.from {
            RowsFrom::Related { link, .. } | RowsFrom::RelatedRows { link, .. } => leads(*link),
            RowsFrom::Subject { of, via, .. } => *of != 0 && owner(plan, *of, via) == Some(entity),
            RowsFrom::Nested { .. } => false,
        })
}
