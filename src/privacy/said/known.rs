//! What is known of everybody whose rows can be read: where it is not, a test may be unknown, and then neither it nor its contrary holds.

use crate::model::{AggregateFunc, Cond, CondKind, Expr, ExprKind, FieldPath, Model, Rows, RowsFrom, Window};

use super::{Fact, Test};

/// Whether a value is there for everybody whose rows can be read.
pub(super) fn is_known(model: &Model, value: &Expr) -> bool {
    let required = |path: &FieldPath| path.hops.is_empty() && !model.fields[path.field].optional;
    match &value.kind {
        ExprKind::Field(path) | ExprKind::Age(path) => required(path),
        ExprKind::DaysSince(inner) | ExprKind::DateOf(inner) | ExprKind::StartOfDay(inner) => is_known(model, inner),
        ExprKind::Part { of, zone, .. } => zone.is_none() && is_known(model, of),
        ExprKind::Defined { body, .. } => is_known(model, body),
        ExprKind::Literal(_) | ExprKind::Ago(_) | ExprKind::Now | ExprKind::Today => true,
        ExprKind::Score { .. }
        | ExprKind::Standing(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::Extreme { .. }
        | ExprKind::Error => false,
        ExprKind::Aggregate(aggregate) => match aggregate.func {
            AggregateFunc::Count => true,
            AggregateFunc::CountDistinct | AggregateFunc::Sum => {
                aggregate.ignoring_missing || aggregate.value.as_ref().is_some_and(|value| is_known(model, value))
            }
            AggregateFunc::Avg
            | AggregateFunc::Min
            | AggregateFunc::Max
            | AggregateFunc::Median
            | AggregateFunc::Mode
            | AggregateFunc::First
            | AggregateFunc::Last
            | AggregateFunc::Share => false,
        },
    }
}

/// Whether a test is true or false of everybody whose rows can be read.
pub(super) fn is_told(model: &Model, test: &Test) -> bool {
    match &test.fact {
        Fact::Rows { rows, .. } => are_counted(model, rows),
        Fact::Compare { left, right, .. } => compares(model, left) && compares(model, right),
        Fact::Other { cond, .. } => is_decided(model, cond),
    }
}

/// Whether a condition is true or false, and never unknown, in rows that can be read.
///
/// Asked of it as it is written: the one form leaves out what never holds, and that may be unknown.
pub(super) fn is_decided(model: &Model, cond: &Cond) -> bool {
    match &cond.kind {
        CondKind::Everyone | CondKind::Sample(_) => true,
        CondKind::And(parts) | CondKind::Or(parts) | CondKind::AtLeastOf { of: parts, .. } => {
            parts.iter().all(|part| is_decided(model, part))
        }
        CondKind::Not(inner) | CondKind::Defined { body: inner, .. } => is_decided(model, inner),
        CondKind::Compare { left, right, .. } => compares(model, left) && compares(model, right),
        CondKind::Between { value, low, high } => [value, low, high].into_iter().all(|it| compares(model, it)),
        CondKind::OneOf { value, .. }
        | CondKind::Within { value, .. }
        | CondKind::Text { value, .. }
        | CondKind::Truth(value) => compares(model, value),
        CondKind::Missing(value) => {
            matches!(&value.unnamed().kind, ExprKind::Field(path) if path.hops.is_empty())
        }
        CondKind::Count { rows, .. } | CondKind::InList { rows } => are_counted(model, rows),
        CondKind::Around { .. } | CondKind::Has { .. } | CondKind::InSegment { .. } | CondKind::Error => false,
    }
}

/// Whether a value is known, and so is every row that it comes of.
fn compares(model: &Model, value: &Expr) -> bool {
    let ExprKind::Aggregate(aggregate) = &value.unnamed().kind else { return is_known(model, value) };
    are_counted(model, &aggregate.rows) && is_known(model, value)
}

/// Whether everybody's rows are counted: all of them are sure, and the window is never one of which something is unknown.
pub(super) fn are_counted(model: &Model, rows: &Rows) -> bool {
    let own = match &rows.from {
        // Rows of an id are somebody's only where it leads to one person, and nested ones where the row around has its number.
        RowsFrom::Subject { table, via, .. } => via.is_empty() && model.tables[*table].along.is_none(),
        RowsFrom::Nested { .. } | RowsFrom::Related { .. } | RowsFrom::RelatedRows { .. } | RowsFrom::Error => false,
    };
    let rolling = rows.window.is_none_or(|window| match window.value {
        Window::Last(_)
        | Window::Ago { .. }
        | Window::LastFull { .. }
        | Window::Period { .. }
        | Window::Units { .. }
        | Window::This(_)
        | Window::Today
        | Window::Yesterday
        | Window::Retained => true,
        Window::Dates { .. } | Window::Since(_) | Window::Error => false,
    });
    let whole = rows.anchored.is_none() && rows.latest.is_none();
    let outer = rows.each.as_deref().is_none_or(|each| are_counted(model, each));
    own && rolling && whole && outer && rows.filter.as_deref().is_none_or(|filter| is_decided(model, filter))
}
