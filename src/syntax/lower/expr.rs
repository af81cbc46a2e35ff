//! Expressions: the operands of the flat list. What joins them is applied in `chain`.

mod chain;
mod counting;
mod dates;
mod functions;
mod habits;
mod mistakes;
mod population;
mod sequence;
mod tails;

use super::super::ast::{
    Aggregate, AggregateFn, Define, DefineBody, Events, Expr, ExprKind, Extreme, Filter, Literal, LiteralKind,
    Quantity, Rows,
};
use super::super::codes;
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::literal::{a_count, literal, missing_comma};
use super::time::{a_duration, window};
use super::unsupported::{construct, refuse};
use super::{Body, a_name, name, part, path};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};

pub(super) use chain::expr;
pub(in super::super) use mistakes::{consent_finding, raw_sql_finding};

/// A definition, from its head.
pub(in super::super) fn define<'t>(cx: &mut Cx<'t>, body: &Body<'t>) -> Option<Define> {
    let head = body.head.as_ref()?;
    let value = match head.child(Rule::define_rows) {
        Some(node) => DefineBody::Rows(rows(cx, &node)?),
        None => DefineBody::Expr(expr_of(cx, head)?),
    };
    Some(Define { name: body.name(cx, 0), of: body.name(cx, 1), body: value })
}

/// The expression under a node.
pub(super) fn expr_of<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Expr> {
    let found = part(cx, node, Rule::expr)?;
    Some(expr(cx, &found))
}

/// An expression at a place.
fn at(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span, parenthesised: false }
}

/// One operand.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "operands are a few of several hundred rules; the rest is the compiler's mistake"
)]
fn operand<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Expr {
    let span = cx.span(node);
    if let Some(construct) = construct(node) {
        return at(ExprKind::Unsupported(refuse(cx, node, construct)), span);
    }
    let kind = match node.rule() {
        Rule::paren => return paren(cx, node, span),
        Rule::path => Some(ExprKind::Path(path(cx, node))),
        Rule::everyone => Some(ExprKind::Everyone),
        Rule::ago => a_duration(cx, node).map(ExprKind::Ago),
        Rule::rank => population::rank(cx, node),
        Rule::standing => population::standing(cx, node),
        Rule::rfm => population::rfm(cx, node),
        Rule::sample => population::sample(cx, node).map(ExprKind::Sample),
        Rule::events => events(cx, node).map(ExprKind::Events),
        Rule::sequence => sequence::sequence(cx, node),
        Rule::count_of => counting::count_of(cx, node),
        Rule::all_have => counting::all_have(cx, node),
        Rule::regular => counting::regular(cx, node),
        Rule::told => dates::part(cx, node),
        Rule::aggregate => aggregate(cx, node).map(ExprKind::Aggregate),
        Rule::days_since => of_value(cx, node).map(ExprKind::DaysSince),
        Rule::extreme => extreme(cx, node).map(ExprKind::Extreme),
        Rule::in_segment => a_name(cx, node).map(|segment| ExprKind::InSegment { via: None, negated: false, segment }),
        Rule::in_list => a_name(cx, node).map(|list| ExprKind::InList { via: None, negated: false, list }),
        Rule::bad_duration => mistakes::duration_alone(cx, node),
        Rule::bad_consent | Rule::bad_ledger => mistakes::consent(cx, span),
        Rule::bad_null => mistakes::null(cx, span),
        Rule::bad_exists => functions::exists(cx, span),
        Rule::bad_call => functions::unknown_function(cx, node, span),
        Rule::bad_in_name => mistakes::in_what(cx, node, span),
        _ => Some(ExprKind::Literal(literal(cx, node))),
    };
    at(kind.unwrap_or(ExprKind::Error), span)
}

/// A field, or a part of a date.
pub(super) fn by_part<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Expr> {
    let found = node.any_of(&[Rule::told, Rule::path]);
    if found.is_none() {
        cx.broken(node);
    }
    found.map(|kid| operand(cx, &kid))
}

/// The value under a node that takes a path, an aggregate, `greatest(…)` or `least(…)`.
fn of_value<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Box<Expr>> {
    const VALUES: &[Rule] = &[Rule::aggregate, Rule::extreme, Rule::path];
    let found = node.any_of(VALUES);
    if found.is_none() {
        cx.broken(node);
    }
    found.map(|kid| Box::new(operand(cx, &kid)))
}

fn extreme<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Extreme> {
    let named = part(cx, node, Rule::extreme_name)?;
    let greatest = named.text().starts_with("greatest");
    let values: Vec<Node> = node.all(Rule::arith).collect();
    let of = values.iter().map(|value| expr(cx, value)).collect();
    let ignoring_missing = node.child(Rule::ignoring_missing).map(|kid| cx.span(&kid));
    Some(Extreme { greatest, of, ignoring_missing })
}

fn paren<'t>(cx: &mut Cx<'t>, node: &Node<'t>, span: Span) -> Expr {
    match expr_of(cx, node) {
        Some(inner) => Expr { kind: inner.kind, span, parenthesised: true },
        None => at(ExprKind::Error, span),
    }
}

fn events<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Events> {
    let quantity = part(cx, node, Rule::quantity).and_then(|quantity| self::quantity(cx, &quantity));
    let rows = part(cx, node, Rule::rows).and_then(|node| rows(cx, &node));
    Some(Events { quantity: quantity?, rows: rows? })
}

fn quantity<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Spanned<Quantity>> {
    let span = cx.span(node);
    let value = if node.has(Rule::kw_any) {
        Quantity::Any
    } else if node.has(Rule::kw_no) {
        Quantity::No
    } else if let Some(kid) = node.child(Rule::at_least) {
        Quantity::AtLeast(a_count(cx, &kid)?.value)
    } else if let Some(kid) = node.child(Rule::at_most) {
        Quantity::AtMost(a_count(cx, &kid)?.value)
    } else {
        let kid = part(cx, node, Rule::exactly)?;
        Quantity::Exactly(a_count(cx, &kid)?.value)
    };
    Some(Spanned::new(value, span))
}

/// Rows with their filter and window.
fn rows<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Rows> {
    let what = super::a_path(cx, node);
    let (filter, window) = bounds(cx, node);
    let latest = latest(cx, node);
    let span = cx.span(node);
    let same = node.child(Rule::with_same).map(|kid| names(cx, &kid)).unwrap_or_default();
    Some(Rows { what: what?, latest: latest?, same, filter, window, span })
}

/// The names under a node, in order.
fn names<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Vec<super::super::ast::Name> {
    let Some(listed) = part(cx, node, Rule::names) else { return Vec::new() };
    listed.all(Rule::name).map(|kid| name(cx, &kid)).collect()
}

fn bounds<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> (Option<Filter>, Option<super::super::ast::Window>) {
    let filter = node.child(Rule::filter).map(|kid| self::filter(cx, &kid));
    let window = node.child(Rule::window).map(|kid| window(cx, &kid));
    (filter, window)
}

/// `latest 5`, where it is written; `None` where it cannot be read.
fn latest<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Option<Spanned<u64>>> {
    let Some(found) = node.child(Rule::latest) else { return Some(None) };
    let n = a_count(cx, &found)?.value;
    Some(Some(Spanned::new(n, cx.span(&found))))
}

fn filter<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Filter {
    if let Some(upper) = node.child(Rule::bad_where) {
        mistakes::upper_case(cx, &upper, "where");
    }
    let span = cx.span(node);
    let Some(simple) = part(cx, node, Rule::simple) else {
        return Filter { condition: Box::new(at(ExprKind::Error, span)), span };
    };
    let condition = expr(cx, &simple);
    if matches!(condition.kind, ExprKind::Not(_)) && !condition.parenthesised {
        mistakes::filter_shape(cx, condition.span);
    }
    Filter { condition: Box::new(condition), span }
}

fn aggregate<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Aggregate> {
    let named = part(cx, node, Rule::aggregate_name)?;
    let argument = part(cx, node, Rule::argument)?;
    let function = function(cx, &named, &argument);
    let value = match argument.child(Rule::arith) {
        Some(arith) => Some(expr(cx, &arith)),
        None => mistakes::star(cx, &argument),
    };
    let (filter, window) = bounds(cx, &argument);
    let latest = latest(cx, &argument)?;
    let filter = closed_filter(cx, &argument, filter);
    let ignoring_missing = argument.child(Rule::ignoring_missing).map(|kid| cx.span(&kid));
    let span = cx.span(&argument);
    let (function, value) = (function?, Box::new(value?));
    Some(Aggregate { function, value, ignoring_missing, latest, filter, window, argument: span })
}

fn function(cx: &mut Cx, named: &Node, argument: &Node) -> Option<Spanned<AggregateFn>> {
    let span = cx.span(named);
    let distinct = argument.child(Rule::kw_distinct);
    let function = match cx.slice(span) {
        "count" if distinct.is_some() => AggregateFn::CountDistinct,
        "count" => AggregateFn::Count,
        "sum" => AggregateFn::Sum,
        "avg" => AggregateFn::Avg,
        "min" => AggregateFn::Min,
        "max" => AggregateFn::Max,
        "median" => AggregateFn::Median,
        "mode" => AggregateFn::Mode,
        "first" => AggregateFn::First,
        "last" => AggregateFn::Last,
        _ => AggregateFn::Share,
    };
    if let Some(word) = distinct.filter(|_| function != AggregateFn::CountDistinct) {
        let place = cx.span(&word);
        let finding = Diagnostic::error(codes::UNEXPECTED, "`distinct` stands in `count(distinct …)` only");
        cx.report(finding.at(place, "not here").fix("remove it", place, ""));
    }
    Some(Spanned::new(function, span))
}

/// The filter of an aggregate; `and` after its one comparison leaves it open.
fn closed_filter<'t>(cx: &mut Cx<'t>, argument: &Node<'t>, filter: Option<Filter>) -> Option<Filter> {
    let rests: Vec<Node> = argument.all(Rule::bad_filter_rest).collect();
    let (Some(first), Some(last)) = (rests.first(), rests.last()) else {
        return filter;
    };
    let (first, last) = (cx.span(first), cx.span(last));
    match filter {
        Some(mut filter) => {
            mistakes::open_filter(cx, &filter, first, Some(last.end));
            filter.condition = Box::new(at(ExprKind::Error, filter.span));
            Some(filter)
        }
        None => {
            let finding = Diagnostic::error(codes::UNEXPECTED, "a condition on rows follows `where`");
            cx.report(finding.at(first, "no filter stands before this"));
            None
        }
    }
}

/// The values in parentheses under a node: at least one, or it is reported.
fn values(cx: &mut Cx, node: &Node) -> Option<Vec<Literal>> {
    let list = part(cx, node, Rule::values)?;
    let kids: Vec<Node> = list.kids().collect();
    let out: Vec<Literal> = kids.iter().filter_map(|kid| value(cx, kid)).collect();
    if out.is_empty() {
        let span = cx.span(&list);
        let finding = Diagnostic::error(codes::EMPTY, "a list of values holds at least one");
        cx.report(finding.at(span, "empty").because("nobody has a value out of none"));
        return None;
    }
    Some(out)
}

fn value(cx: &mut Cx, node: &Node) -> Option<Literal> {
    let rule = node.rule();
    if matches!(rule, Rule::comma | Rule::lparen | Rule::rparen) {
        return None;
    }
    if rule == Rule::bad_next_value {
        missing_comma(cx, node);
        return node.any_of(super::literal::LITERALS).map(|kid| literal(cx, &kid));
    }
    let span = cx.span(node);
    if rule == Rule::bad_null {
        mistakes::null(cx, span);
    } else if rule == Rule::bad_value_name {
        mistakes::name_among_values(cx, span);
    } else {
        return Some(literal(cx, node));
    }
    Some(Literal { kind: LiteralKind::Error, span })
}

/// The list of values for `infer`: in parentheses, or one literal.
pub(super) fn infer_values<'t>(cx: &mut Cx<'t>, head: &Node<'t>) -> Option<Vec<Literal>> {
    match head.any_of(super::literal::LITERALS) {
        Some(only) => Some(vec![literal(cx, &only)]),
        None => values(cx, head),
    }
}

/// The name of a segment or a list under a tail.
fn member_of(cx: &mut Cx, node: &Node) -> Option<super::super::ast::Name> {
    part(cx, node, Rule::name).map(|kid| name(cx, &kid))
}
