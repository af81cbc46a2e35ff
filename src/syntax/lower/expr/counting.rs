//! Conditions that count: `at least 2 of (…)`, `all … have (…)`, `each of last 4 full weeks have …`.

use super::super::super::ast::{Counting, ExprKind, Period, Periods, Quantity, Regular};
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use super::super::part;
use super::super::time::{a_duration, a_unit, full_units, whole_count};
use super::{expr, expr_of, quantity, rows};
use crate::source::Spanned;

/// `at least 2 of (p, q, r)`
pub(super) fn count_of<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<ExprKind> {
    let quantity = quantity(cx, node)?;
    let parts: Vec<Node> = node.all(Rule::expr).collect();
    let of = parts.iter().map(|part| expr(cx, part)).collect();
    Some(ExprKind::Counting(Box::new(Counting::Of { quantity, of })))
}

/// `all orders over last 30 days have (total > 5)`
pub(super) fn all_have<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<ExprKind> {
    let rows = part(cx, node, Rule::rows).and_then(|node| rows(cx, &node));
    let inside = part(cx, node, Rule::paren)?;
    let have = expr_of(cx, &inside)?;
    Some(ExprKind::Counting(Box::new(Counting::AllHave { rows: rows?, have })))
}

/// `each of last 4 full weeks have at least 2 visits`
pub(super) fn regular<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<ExprKind> {
    let often = match node.has(Rule::each) {
        true => None,
        false => Some(quantity(cx, node)?),
    };
    let periods = periods(cx, node);
    let found = part(cx, node, Rule::rows)?;
    let quantity = match node.child(Rule::quantity) {
        Some(kid) => quantity(cx, &kid),
        None => Some(Spanned::new(Quantity::Any, cx.span(&found).before())),
    };
    let rows = rows(cx, &found);
    let regular = Regular { often, periods: periods?, quantity: quantity?, rows: rows? };
    Some(ExprKind::Counting(Box::new(Counting::Regular(regular))))
}

fn periods<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Periods> {
    if let Some(full) = node.child(Rule::periods_full) {
        let unit = a_unit(cx, &full)?;
        let length = full_units(cx, &full)?;
        return Some(Periods { count: length.count, each: Period::Full(unit), span: length.span });
    }
    let found = part(cx, node, Rule::periods_of)?;
    let span = cx.span(&found);
    let count = whole_count(cx, &found, span)?;
    let each = Period::Of(a_duration(cx, &found)?);
    Some(Periods { count, each, span })
}
