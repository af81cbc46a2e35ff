//! Walking a plan: every condition, expression, row set and guard of a segment, in the order in which they are written.

use super::{Aggregate, Cond, Expr, Figured, Figures, Guard, Rows, RowsFrom, SegmentPlan};

/// Something that a plan holds.
#[derive(Debug, Clone, Copy)]
pub enum Node<'p> {
    /// A condition.
    Cond(&'p Cond),
    /// An expression.
    Expr(&'p Expr),
    /// A set of rows.
    Rows(&'p Rows),
    /// A guard: the segment's own, a referenced segment's or one of related people.
    Guard(&'p Guard),
}

impl SegmentPlan {
    /// Shows every node to `see`: the guard, the condition, the cap. Whatever stands inside comes after what holds it.
    pub fn walk<'p>(&'p self, see: &mut dyn FnMut(Node<'p>)) {
        see(Node::Guard(&self.guard));
        walk_cond(&self.condition, see);
        if let Some(cap) = &self.delivery.cap {
            walk_rows(&cap.rows, see);
        }
        if let Some(figures) = &self.figures {
            walk_figures(figures, see);
        }
    }

    /// Every guard.
    pub fn guards(&self) -> Vec<&Guard> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if let Node::Guard(guard) = node {
                found.push(guard);
            }
        });
        found
    }

    /// Every set of rows.
    pub fn row_sets(&self) -> Vec<&Rows> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if let Node::Rows(rows) = node {
                found.push(rows);
            }
        });
        found
    }
}

/// Shows everything that a report says.
fn walk_figures<'p>(figures: &'p Figures, see: &mut dyn FnMut(Node<'p>)) {
    figures.by.iter().for_each(|group| walk_expr(&group.value, see));
    for figure in &figures.show {
        match &figure.says {
            Figured::People => {}
            Figured::Sum(value) | Figured::Average(value) => walk_expr(value, see),
            Figured::Share(cond) => walk_cond(cond, see),
        }
    }
    if let Some(compare) = &figures.compare {
        walk_cond(&compare.on, see);
    }
}

/// Shows a condition and everything inside it.
pub fn walk_cond<'p>(cond: &'p Cond, see: &mut dyn FnMut(Node<'p>)) {
    see(Node::Cond(cond));
    match cond {
        Cond::Everyone | Cond::Sample { .. } | Cond::Has { .. } => {}
        Cond::And(parts) | Cond::Or(parts) | Cond::AtLeastOf { of: parts, .. } => {
            parts.iter().for_each(|part| walk_cond(part, see))
        }
        Cond::Not(inner) => walk_cond(inner, see),
        Cond::Compare { left, right, .. } => {
            walk_expr(left, see);
            walk_expr(right, see);
        }
        Cond::Around(_) => {}
        Cond::OneOf { value, .. } | Cond::Text { value, .. } | Cond::Truth(value) | Cond::Missing(value) => {
            walk_expr(value, see);
        }
        Cond::Count { rows, .. } => walk_rows(rows, see),
        Cond::Guarded { guard, condition, .. } => {
            see(Node::Guard(guard));
            walk_cond(condition, see);
        }
    }
}

/// Shows an expression and everything inside it.
pub fn walk_expr<'p>(expr: &'p Expr, see: &mut dyn FnMut(Node<'p>)) {
    see(Node::Expr(expr));
    match expr {
        Expr::Literal(_) | Expr::Field(_) | Expr::Age(_) | Expr::Instant(_) | Expr::Today => {}
        Expr::Latest { rows, .. } => walk_rows(rows, see),
        Expr::Aggregate(aggregate) => walk_aggregate(aggregate, see),
        Expr::Standing(standing) => {
            walk_expr(&standing.measure, see);
            standing.among.iter().for_each(|among| walk_cond(among, see));
        }
        Expr::Arithmetic { left, right, .. } => {
            walk_expr(left, see);
            walk_expr(right, see);
        }
        Expr::Part { of: inner, .. }
        | Expr::Anniversary { of: inner, .. }
        | Expr::DateOf(inner)
        | Expr::StartOfDay(inner)
        | Expr::DaysSince(inner)
        | Expr::Back { from: inner, .. } => walk_expr(inner, see),
        Expr::Extreme { of, .. } => of.iter().for_each(|value| walk_expr(value, see)),
    }
}

fn walk_aggregate<'p>(aggregate: &'p Aggregate, see: &mut dyn FnMut(Node<'p>)) {
    walk_rows(&aggregate.rows, see);
    if let Some(value) = &aggregate.value {
        walk_expr(value, see);
    }
    if let Some(share) = &aggregate.share {
        walk_cond(share, see);
    }
}

/// Shows a set of rows and everything inside it.
pub fn walk_rows<'p>(rows: &'p Rows, see: &mut dyn FnMut(Node<'p>)) {
    see(Node::Rows(rows));
    if let Some(each) = &rows.each {
        walk_rows(each, see);
    }
    match &rows.from {
        RowsFrom::Related { guard: Some(guard), .. } | RowsFrom::RelatedRows { guard: Some(guard), .. } => {
            see(Node::Guard(guard));
        }
        RowsFrom::Subject { .. }
        | RowsFrom::Nested { .. }
        | RowsFrom::Related { guard: None, .. }
        | RowsFrom::RelatedRows { guard: None, .. } => {}
    }
    if let Some(anchored) = &rows.anchored {
        walk_expr(&anchored.start, see);
        anchored.ends.iter().for_each(|end| walk_expr(end, see));
    }
    if let Some(of) = rows.latest.as_ref().and_then(|latest| latest.of.as_ref()) {
        walk_cond(of, see);
    }
    if let Some(filter) = &rows.filter {
        walk_cond(filter, see);
    }
}
