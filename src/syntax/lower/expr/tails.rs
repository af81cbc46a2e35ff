//! What stands after an operand: `between`, `in (…)`, `is missing`, `contains`, `ignoring case`, and the SQL forms of them.

use super::super::super::ast::{Around, Centre, Expr, ExprKind, HasHow, TextOp};
use super::super::super::codes;
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use super::super::literal::{self, a_number};
use super::super::time::near;
use super::super::unsupported::{construct, refuse};
use super::super::{part, path};
use super::chain::{Elem, expr};
use super::{at, dates, habits, member_of, mistakes, values};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};

const COMPARING: &[Rule] = &[
    Rule::tail_between,
    Rule::tail_in,
    Rule::tail_in_segment,
    Rule::tail_in_list,
    Rule::tail_presence,
    Rule::tail_today,
    Rule::tail_within,
    Rule::tail_around,
    Rule::tail_text,
    Rule::tail_has,
    Rule::bad_like,
    Rule::bad_is_null,
    Rule::bad_is_not,
    Rule::bad_in_bare,
    Rule::bad_in_ledger,
    Rule::tail_in_days,
];
const UNSUPPORTED: &[Rule] = &[];

/// Whether a node stands after an operand.
pub(super) fn is_tail(node: &Node) -> bool {
    compares(node)
        || UNSUPPORTED.contains(&node.rule())
        || matches!(
            node.rule(),
            Rule::tail_ignoring_case
                | Rule::tail_among
                | Rule::bad_ignoring_missing
                | Rule::bad_window_stray
                | Rule::bad_in_zone
        )
}

/// Whether a tail compares, so that nothing else may compare after it.
pub(super) fn compares(node: &Node) -> bool {
    COMPARING.contains(&node.rule())
}

/// A comparison that holds something unsupported is unsupported as a whole, and says so once.
pub(super) fn refused<'t>(cx: &mut Cx<'t>, elems: &[Elem<'t>]) -> Option<Expr> {
    let operand = elems.iter().find_map(|elem| match elem {
        Elem::Operand(expr) if matches!(expr.kind, ExprKind::Unsupported(_)) && !expr.parenthesised => {
            Some(expr.clone())
        }
        Elem::Operand(_)
        | Elem::Not(_)
        | Elem::And(_)
        | Elem::Or(_)
        | Elem::Compare(_)
        | Elem::Arith(_)
        | Elem::PercentOf(_)
        | Elem::Tail(_) => None,
    });
    if operand.is_some() {
        return operand;
    }
    let tail = elems.iter().find_map(|elem| match elem {
        Elem::Tail(node) if UNSUPPORTED.contains(&node.rule()) => Some(node.clone()),
        Elem::Operand(_)
        | Elem::Not(_)
        | Elem::And(_)
        | Elem::Or(_)
        | Elem::Compare(_)
        | Elem::Arith(_)
        | Elem::PercentOf(_)
        | Elem::Tail(_) => None,
    })?;
    let span = cx.span(&tail);
    let what = refuse(cx, &tail, construct(&tail)?);
    Some(at(ExprKind::Unsupported(what), span))
}

/// Applies a tail to what stands before it.
pub(super) fn apply<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Expr {
    let span = left.span.to(cx.span(tail));
    let rule = tail.rule();
    if rule == Rule::tail_ignoring_case {
        return ignoring_case(cx, left, tail);
    }
    if rule == Rule::bad_in_zone {
        return dates::zone_alone(cx, left, tail);
    }
    if rule == Rule::tail_among {
        return super::population::narrowed(cx, left, tail);
    }
    if rule == Rule::bad_ignoring_missing {
        return mistakes::ignoring_missing(cx, left, tail);
    }
    if rule == Rule::bad_window_stray {
        return mistakes::stray_window(cx, left, tail);
    }
    at(kind(cx, left, tail, span).unwrap_or(ExprKind::Error), span)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "tails are a few of several hundred rules; the rest is the compiler's mistake"
)]
fn kind<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>, span: Span) -> Option<ExprKind> {
    match tail.rule() {
        Rule::tail_between if habits::rows_between(cx, &left, tail) => None,
        Rule::tail_between => between(cx, left, tail),
        Rule::tail_in => within(cx, left, tail),
        Rule::tail_in_days => dates::weekdays(cx, left, tail, is_negated(tail)),
        Rule::tail_in_segment => member(cx, left, tail, true),
        Rule::tail_in_list => member(cx, left, tail, false),
        Rule::tail_presence => Some(ExprKind::Presence { value: Box::new(left), known: tail.has(Rule::kw_known) }),
        Rule::tail_today | Rule::tail_within => {
            near(cx, tail).map(|near| ExprKind::Within { value: Box::new(left), near })
        }
        Rule::tail_around => around(cx, left, tail),
        Rule::tail_text => text_test(cx, left, tail),
        Rule::tail_has => has(cx, left, tail),
        Rule::bad_like => mistakes::like(cx, left, tail),
        Rule::bad_is_null => mistakes::is_null(cx, left, tail),
        Rule::bad_is_not => mistakes::is_not(cx, left, tail),
        Rule::bad_in_bare => mistakes::in_bare(cx, left, tail),
        Rule::bad_in_ledger => mistakes::consent(cx, span),
        _ => {
            cx.broken(tail);
            None
        }
    }
}

fn between<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Option<ExprKind> {
    mistakes::sql_words(cx, tail);
    let ends: Vec<Node> = tail.all(Rule::arith).collect();
    let mut read: Vec<Expr> = ends.iter().map(|end| expr(cx, end)).collect();
    let (high, low) = (read.pop()?, read.pop()?);
    Some(ExprKind::Between { value: Box::new(left), low: Box::new(low), high: Box::new(high) })
}

fn is_negated(tail: &Node) -> bool {
    tail.has(Rule::kw_not) || tail.has(Rule::bad_not)
}

fn within<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Option<ExprKind> {
    mistakes::sql_words(cx, tail);
    let values = values(cx, tail)?;
    Some(ExprKind::In { value: Box::new(left), negated: is_negated(tail), values, ignoring_case: None })
}

/// `within 10 km of (52.52, 13.40)`
fn around<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Option<ExprKind> {
    let number = part(cx, tail, Rule::number)?;
    let unit = tail.any_of(&[Rule::kw_km, Rule::kw_mi])?;
    let distance = cx.span(&number).to(cx.span(&unit));
    let radius = a_number(cx, tail);
    let of = match tail.child(Rule::point) {
        Some(point) => {
            let ends: Vec<Node> = point.all(Rule::number).collect();
            let [latitude, longitude] = ends.as_slice() else { return None };
            let mut degrees = |node: &Node| literal::number(cx, node).map(|n| Spanned::new(n, cx.span(node)));
            let (latitude, longitude) = (degrees(latitude), degrees(longitude));
            Centre::Point { latitude: latitude?, longitude: longitude? }
        }
        None => {
            let other = part(cx, tail, Rule::path)?;
            Centre::Path(path(cx, &other))
        }
    };
    let miles = unit.rule() == Rule::kw_mi;
    Some(ExprKind::Around(Around { place: Box::new(left), radius: radius?, miles, distance, of }))
}

fn member<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>, segment: bool) -> Option<ExprKind> {
    mistakes::sql_words(cx, tail);
    let name = member_of(cx, tail)?;
    let negated = is_negated(tail);
    let ExprKind::Path(path) = left.kind else {
        let finding = Diagnostic::error(codes::UNEXPECTED, "only a link stands before `in segment` or `in list`");
        cx.report(finding.at(left.span, "not a name").help("write `account in segment …`, or `in segment …` alone"));
        return None;
    };
    let via = Some(path);
    Some(if segment {
        ExprKind::InSegment { via, negated, segment: name }
    } else {
        ExprKind::InList { via, negated, list: name }
    })
}

fn text_test<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Option<ExprKind> {
    let found = tail.any_of(&[Rule::kw_contains, Rule::op_starts_with, Rule::op_ends_with, Rule::kw_matches])?;
    let op = if found.rule() == Rule::kw_contains {
        TextOp::Contains
    } else if found.rule() == Rule::op_starts_with {
        TextOp::StartsWith
    } else if found.rule() == Rule::kw_matches {
        TextOp::Matches
    } else {
        TextOp::EndsWith
    };
    let op = Spanned::new(op, cx.span(&found));
    let text = tail.any_of(super::super::literal::TEXTS)?;
    Some(ExprKind::TextTest { value: Box::new(left), op, part: literal::literal(cx, &text), ignoring_case: None })
}

fn has<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Option<ExprKind> {
    let how = if tail.has(Rule::kw_all) {
        HasHow::All
    } else if tail.has(Rule::kw_none) {
        HasHow::None
    } else {
        HasHow::Any
    };
    let values = match tail.any_of(super::super::literal::LITERALS) {
        Some(only) => vec![literal::literal(cx, &only)],
        None => values(cx, tail)?,
    };
    if values.len() > 1 && !tail.has(Rule::kw_any) && how == HasHow::Any {
        let span = cx.span(tail);
        let finding = Diagnostic::error(codes::UNEXPECTED, "`has` does not say how many of these values");
        cx.report(
            finding.at(span, "any of them, or all?").help("write `has any (…)`, `has all (…)` or `has none (…)`"),
        );
        return None;
    }
    Some(ExprKind::Has { value: Box::new(left), how, values, ignoring_case: None })
}

fn ignoring_case<'t>(cx: &mut Cx<'t>, mut left: Expr, tail: &Node<'t>) -> Expr {
    let place = cx.span(tail);
    let span = left.span.to(place);
    let slot = match &mut left.kind {
        ExprKind::Compare { ignoring_case, .. }
        | ExprKind::In { ignoring_case, .. }
        | ExprKind::TextTest { ignoring_case, .. }
        | ExprKind::Has { ignoring_case, .. }
            if !left.parenthesised =>
        {
            Some(ignoring_case)
        }
        ExprKind::Error | ExprKind::Unsupported(_) => return left,
        ExprKind::Compare { .. }
        | ExprKind::In { .. }
        | ExprKind::TextTest { .. }
        | ExprKind::Has { .. }
        | ExprKind::DaysSince(_)
        | ExprKind::Extreme(_)
        | ExprKind::Everyone
        | ExprKind::Sample(_)
        | ExprKind::Rank(_)
        | ExprKind::Path(_)
        | ExprKind::Literal(_)
        | ExprKind::Ago(_)
        | ExprKind::Not(_)
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Between { .. }
        | ExprKind::Within { .. }
        | ExprKind::Around(_)
        | ExprKind::InWeekdays { .. }
        | ExprKind::Part(_)
        | ExprKind::Presence { .. }
        | ExprKind::Sum { .. }
        | ExprKind::Product { .. }
        | ExprKind::Events(_)
        | ExprKind::Counting(_)
        | ExprKind::Aggregate(_)
        | ExprKind::InSegment { .. }
        | ExprKind::InList { .. } => None,
    };
    let Some(slot) = slot else {
        let finding = Diagnostic::error(codes::UNEXPECTED, "`ignoring case` follows a comparison of texts");
        cx.report(finding.at(place, "compares nothing").help("write `name = \"ada\" ignoring case`"));
        return at(ExprKind::Error, span);
    };
    *slot = Some(place);
    left.span = span;
    left
}

/// The part of a `like` pattern, if the tail has one.
pub(super) fn pattern<'t>(cx: &mut Cx<'t>, tail: &Node<'t>) -> Option<super::super::super::ast::Literal> {
    let text = tail.any_of(super::super::literal::TEXTS);
    if text.is_none() {
        part(cx, tail, Rule::lit_text);
    }
    text.map(|text| literal::literal(cx, &text))
}
