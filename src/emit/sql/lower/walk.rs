//! Walks over conditions: every row set, cell, bound and guard in them, each once, outermost first.

use crate::plan::{Aggregate, Cond, Expr, Figured, Figures, Guard, PartZone, Path, Rows, RowsFrom};

/// Something met on a walk.
#[derive(Debug, Clone, Copy)]
pub enum Met<'p> {
    /// A row set.
    Rows(&'p Rows),
    /// A cell.
    Cell(&'p Path),
    /// The subject that a binding and links lead to, whose rows or guard are asked for.
    Subject(u32, &'p [usize]),
    /// A row in which others are nested.
    Parent(u32, usize),
    /// The guard of a referenced segment, for whom the links lead to.
    Guard(&'p Guard),
}

/// Visits everything in a condition.
pub fn cond<'p>(at: &'p Cond, see: &mut dyn FnMut(Met<'p>)) {
    match at {
        Cond::Everyone => {}
        Cond::Sample { key: cell, .. } | Cond::Has { list: cell, .. } => see(Met::Cell(cell)),
        Cond::And(list) | Cond::Or(list) | Cond::AtLeastOf { of: list, .. } => {
            list.iter().for_each(|inner| cond(inner, see))
        }
        Cond::Not(inner) => cond(inner, see),
        Cond::Compare { left, right, .. } => {
            expr(left, see);
            expr(right, see);
        }
        Cond::Around(of) => of.cells().for_each(|path| see(Met::Cell(path))),
        Cond::OneOf { value, .. } | Cond::Text { value, .. } | Cond::Truth(value) | Cond::Missing(value) => {
            expr(value, see);
        }
        Cond::Count { rows: of, .. } => rows(of, see),
        Cond::Guarded { via, guard, condition, .. } => {
            see(Met::Guard(guard));
            see(Met::Subject(0, via));
            cond(condition, see);
        }
    }
}

/// Visits everything that a report says.
pub fn figures<'p>(figures: &'p Figures, see: &mut dyn FnMut(Met<'p>)) {
    figures.by.iter().for_each(|group| expr(&group.value, see));
    for figure in &figures.show {
        match &figure.says {
            Figured::People => {}
            Figured::Sum(value) | Figured::Average(value) => expr(value, see),
            Figured::Share(inner) => cond(inner, see),
        }
    }
    if let Some(compare) = &figures.compare {
        cond(&compare.on, see);
    }
}

/// Visits everything in an expression.
pub fn expr<'p>(at: &'p Expr, see: &mut dyn FnMut(Met<'p>)) {
    match at {
        Expr::Literal(_) | Expr::Instant(_) | Expr::Today => {}
        Expr::Field(path) | Expr::Age(path) => see(Met::Cell(path)),
        Expr::Part { of, zone, .. } => {
            expr(of, see);
            zone.iter().filter_map(PartZone::path).for_each(|path| see(Met::Cell(path)));
        }
        Expr::Anniversary { of, .. } => expr(of, see),
        Expr::Latest { rows: of, path } => {
            rows(of, see);
            see(Met::Cell(path));
        }
        Expr::Aggregate(of) => aggregate(of, see),
        Expr::Standing(of) => {
            expr(&of.measure, see);
            of.among.iter().for_each(|among| cond(among, see));
        }
        Expr::Arithmetic { left, right, .. } => {
            expr(left, see);
            expr(right, see);
        }
        Expr::DateOf(of) | Expr::StartOfDay(of) | Expr::DaysSince(of) | Expr::Back { from: of, .. } => expr(of, see),
        Expr::Extreme { of, .. } => of.iter().for_each(|value| expr(value, see)),
    }
}

/// Visits everything in an aggregate.
pub fn aggregate<'p>(at: &'p Aggregate, see: &mut dyn FnMut(Met<'p>)) {
    rows(&at.rows, see);
    if let Some(value) = &at.value {
        expr(value, see);
    }
    if let Some(share) = &at.share {
        cond(share, see);
    }
}

/// Visits everything in a row set.
pub fn rows<'p>(at: &'p Rows, see: &mut dyn FnMut(Met<'p>)) {
    see(Met::Rows(at));
    if let Some(each) = &at.each {
        rows(each, see);
    }
    from(&at.from, see);
    anchored(at, see);
    if let Some(of) = at.latest.as_ref().and_then(|latest| latest.of.as_ref()) {
        cond(of, see);
    }
    if let Some(filter) = &at.filter {
        cond(filter, see);
    }
}

/// Visits what a window hangs on.
pub fn anchored<'p>(at: &'p Rows, see: &mut dyn FnMut(Met<'p>)) {
    if let Some(anchored) = &at.anchored {
        expr(&anchored.start, see);
        anchored.ends.iter().for_each(|end| expr(end, see));
    }
}

/// Visits what a row set starts from.
pub fn from<'p>(at: &'p RowsFrom, see: &mut dyn FnMut(Met<'p>)) {
    match at {
        RowsFrom::Subject { of, via, .. } => see(Met::Subject(*of, via)),
        RowsFrom::Nested { table, of } => see(Met::Parent(*of, *table)),
        RowsFrom::Related { of, via, guard, .. } | RowsFrom::RelatedRows { of, via, guard, .. } => {
            see(Met::Subject(*of, via));
            if let Some(guard) = guard {
                see(Met::Guard(guard));
            }
        }
    }
}
