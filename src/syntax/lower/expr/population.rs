//! What is said of somebody among everybody: samples and ranks.

use super::super::super::ast::{Aggregate, AggregateFn, Expr, ExprKind, Number, Rank, RankForm, RankSize, Sample};
use super::super::super::codes;
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use super::super::literal::{a_count, a_number, a_text};
use super::super::{name, part};
use super::{at, bounds, closed_filter, expr, expr_of, latest, mistakes};
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;

/// `sample 10% to 30% named "spring"`
pub(super) fn sample<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Sample> {
    let parts: Vec<Node> = node.all(Rule::lit_percent).collect();
    let mut percents: Vec<Spanned<Number>> = parts.iter().filter_map(|part| percent(cx, part)).collect();
    let named = a_text(cx, node)?;
    let to = percents.pop()?;
    Some(Sample { from: percents.pop(), to, named })
}

fn percent(cx: &mut Cx, node: &Node) -> Option<Spanned<Number>> {
    let span = cx.span(node);
    a_number(cx, node).map(|number| Spanned::new(number, span))
}

/// `top 10% by ltv among (country = "DE")`
pub(super) fn rank<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<ExprKind> {
    let size = match node.child(Rule::lit_percent) {
        Some(share) => percent(cx, &share).map(RankSize::Percent),
        None => a_count(cx, node).map(RankSize::People),
    };
    let by = part(cx, node, Rule::arith).map(|by| expr(cx, &by));
    let among = node.child(Rule::tail_among).map(|tail| inside(cx, &tail));
    let form = if node.has(Rule::kw_top) { RankForm::Top(size?) } else { RankForm::Bottom(size?) };
    Some(ExprKind::Rank(Box::new(Rank { form, by: by?, among })))
}

/// `percentile(ltv)`
pub(super) fn standing<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<ExprKind> {
    let named = part(cx, node, Rule::standing_name)?;
    let by = part(cx, node, Rule::arith).map(|by| expr(cx, &by))?;
    let form = if named.text() == "percentile" { RankForm::Percentile } else { RankForm::Quintile };
    Some(ExprKind::Rank(Box::new(Rank { form, by, among: None })))
}

/// `rfm(orders.total over last 12 months).r`
pub(super) fn rfm<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<ExprKind> {
    let argument = part(cx, node, Rule::argument)?;
    let letter = part(cx, node, Rule::member).map(|kid| name(cx, &kid));
    let span = cx.span(&argument);
    if let Some(word) = argument.child(Rule::kw_distinct) {
        let place = cx.span(&word);
        let finding = Diagnostic::error(codes::UNEXPECTED, "`distinct` stands in `count(distinct …)` only");
        cx.report(finding.at(place, "not here").fix("remove it", place, ""));
    }
    let value = match argument.child(Rule::arith) {
        Some(arith) => Some(expr(cx, &arith)),
        None => mistakes::star(cx, &argument),
    };
    let (filter, window) = bounds(cx, &argument);
    let latest = latest(cx, &argument)?;
    let filter = closed_filter(cx, &argument, filter);
    let function = Spanned::new(AggregateFn::Sum, part(cx, node, Rule::rfm_name).map_or(span, |kid| cx.span(&kid)));
    let ignoring_missing = argument.child(Rule::ignoring_missing).map(|kid| cx.span(&kid));
    let value = Box::new(value?);
    let sum = Aggregate { function, value, ignoring_missing, latest, filter, window, argument: span };
    let by = at(ExprKind::Aggregate(sum), cx.span(node));
    Some(ExprKind::Rank(Box::new(Rank { form: RankForm::Rfm(letter?), by, among: None })))
}

fn inside<'t>(cx: &mut Cx<'t>, tail: &Node<'t>) -> Expr {
    let span = cx.span(tail);
    let outer = std::mem::take(&mut cx.negations);
    let inner = part(cx, tail, Rule::paren).and_then(|paren| expr_of(cx, &paren));
    cx.negations = outer;
    inner.unwrap_or(at(ExprKind::Error, span))
}

/// `quintile(ltv) = 5 among (country = "DE")`: whom the rank on the left of the comparison is among.
pub(super) fn narrowed<'t>(cx: &mut Cx<'t>, mut left: Expr, tail: &Node<'t>) -> Expr {
    let place = cx.span(tail);
    let among = inside(cx, tail);
    left.span = left.span.to(place);
    match place_of_among(&mut left) {
        Some(slot @ None) => *slot = Some(among),
        Some(Some(first)) => {
            let finding = Diagnostic::error(codes::UNEXPECTED, "a rank is among one set of people");
            cx.report(
                finding.at(place, "a second one").and(first.span, "the first").help("join both conditions with `and`"),
            );
        }
        None => {
            let finding = Diagnostic::error(codes::UNEXPECTED, "`among` narrows a rank, and none stands before it");
            cx.report(
                finding.at(place, "among whom?").help("write `top 10% by … among (…)`, or `quintile(…) = 5 among (…)`"),
            );
            left.kind = ExprKind::Error;
        }
    }
    left
}

fn place_of_among(left: &mut Expr) -> Option<&mut Option<Expr>> {
    if left.parenthesised {
        return None;
    }
    if let ExprKind::Rank(_) = left.kind {
        return rank_of(left);
    }
    let (ExprKind::Compare { left: value, .. } | ExprKind::Between { value, .. } | ExprKind::In { value, .. }) =
        &mut left.kind
    else {
        return None;
    };
    rank_of(value)
}

fn rank_of(value: &mut Expr) -> Option<&mut Option<Expr>> {
    if let ExprKind::Rank(rank) = &mut value.kind { Some(&mut rank.among) } else { None }
}
