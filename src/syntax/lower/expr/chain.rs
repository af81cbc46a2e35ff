//! Precedence, applied to the flat list of operands and operators: `or` < `and` < `not` < comparison < `+ -` < `* /`
//! < `50% of`.
//!
//! Every level walks its part of the list once and yields flat chains, so a condition of many thousand terms needs no stack.

use super::super::super::ast::{ArithOp, CompareOp, Expr, ExprKind};
use super::super::super::codes;
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use super::super::literal::literal;
use super::{at, habits, mistakes, operand, tails};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};

/// One element of the flat list.
pub(super) enum Elem<'t> {
    /// `not`
    Not(Span),
    /// An operand.
    Operand(Expr),
    /// `and`
    And(Span),
    /// `or`
    Or(Span),
    /// `=`, `<`, …
    Compare(Spanned<CompareOp>),
    /// `+ - * /`
    Arith(Spanned<ArithOp>),
    /// `50% of`
    PercentOf(Expr),
    /// `between 1 and 2`, `is missing`, …
    Tail(Node<'t>),
}

/// An expression, from a node that holds a flat list.
pub(in super::super) fn expr<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Expr {
    let span = cx.span(node);
    let kids: Vec<Node> = node.kids().collect();
    if mistakes::compared_with_null(cx, &kids) || habits::several(cx, &kids) {
        return at(ExprKind::Error, span);
    }
    let mut elems: Vec<Elem> = Vec::with_capacity(kids.len());
    let mut refused = false;
    let outer = cx.negations;
    for kid in &kids {
        let elem = elem(cx, kid);
        cx.negations = if matches!(elem, Some(Elem::Not(_))) { cx.negations + 1 } else { outer };
        match elem {
            Some(elem) => elems.push(elem),
            None => refused = true,
        }
    }
    if refused || mistakes::open_filter_in(cx, &elems) {
        return at(ExprKind::Error, span);
    }
    disjunction(cx, elems, span)
}

/// Reads one kid; `None` for prefixes that make the whole list an error, which has been reported.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "operators are a few of several hundred rules; every other kid is an operand or a tail"
)]
fn elem<'t>(cx: &mut Cx<'t>, kid: &Node<'t>) -> Option<Elem<'t>> {
    let span = cx.span(kid);
    let compare = |op| Some(Elem::Compare(Spanned::new(op, span)));
    let arith = |op| Some(Elem::Arith(Spanned::new(op, span)));
    match kid.rule() {
        Rule::kw_not => Some(Elem::Not(span)),
        Rule::kw_and => Some(Elem::And(span)),
        Rule::kw_or => Some(Elem::Or(span)),
        Rule::bad_not => mistakes::instead(cx, span, "not", Elem::Not(span)),
        Rule::bad_and => mistakes::instead(cx, span, "and", Elem::And(span)),
        Rule::bad_or => mistakes::instead(cx, span, "or", Elem::Or(span)),
        Rule::bad_eq => mistakes::instead(cx, span, "=", Elem::Compare(Spanned::new(CompareOp::Eq, span))),
        Rule::bad_ne => mistakes::instead(cx, span, "!=", Elem::Compare(Spanned::new(CompareOp::Ne, span))),
        Rule::op_eq => compare(CompareOp::Eq),
        Rule::op_ne => compare(CompareOp::Ne),
        Rule::op_lt => compare(CompareOp::Lt),
        Rule::op_le => compare(CompareOp::Le),
        Rule::op_gt => compare(CompareOp::Gt),
        Rule::op_ge => compare(CompareOp::Ge),
        Rule::op_add => arith(ArithOp::Add),
        Rule::op_sub => arith(ArithOp::Subtract),
        Rule::op_mul => arith(ArithOp::Multiply),
        Rule::op_div => arith(ArithOp::Divide),
        Rule::bad_minus => mistakes::minus(cx, span),
        Rule::percent_of => Some(Elem::PercentOf(percent(cx, kid))),
        _ if tails::is_tail(kid) => Some(Elem::Tail(kid.clone())),
        _ => Some(Elem::Operand(operand(cx, kid))),
    }
}

/// The percentage of `50% of`.
fn percent<'t>(cx: &mut Cx<'t>, kid: &Node<'t>) -> Expr {
    let span = cx.span(kid);
    match kid.child(Rule::lit_percent) {
        Some(found) => at(ExprKind::Literal(literal(cx, &found)), cx.span(&found)),
        None => {
            cx.broken(kid);
            at(ExprKind::Error, span)
        }
    }
}

fn split<'t>(elems: Vec<Elem<'t>>, ends: impl Fn(&Elem<'t>) -> bool) -> Vec<Vec<Elem<'t>>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    for elem in elems {
        if ends(&elem) {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(elem);
        }
    }
    parts.push(part);
    parts
}

fn disjunction<'t>(cx: &mut Cx<'t>, elems: Vec<Elem<'t>>, span: Span) -> Expr {
    let parts = split(elems, |elem| matches!(elem, Elem::Or(_)));
    let several = parts.len() > 1;
    let mut terms = Vec::with_capacity(parts.len());
    let mut mixed = Vec::new();
    for part in parts {
        let term = conjunction(cx, part, span);
        if several && matches!(term.kind, ExprKind::And(_)) && !term.parenthesised {
            mixed.push(term.span);
        }
        terms.push(term);
    }
    mistakes::mixed(cx, &mixed);
    joined(terms, span, ExprKind::Or)
}

fn conjunction<'t>(cx: &mut Cx<'t>, elems: Vec<Elem<'t>>, span: Span) -> Expr {
    let parts = split(elems, |elem| matches!(elem, Elem::And(_)));
    let terms = parts.into_iter().map(|part| negation(cx, part, span)).collect();
    joined(terms, span, ExprKind::And)
}

/// One term as it is, several as a chain.
fn joined(mut terms: Vec<Expr>, span: Span, chain: impl FnOnce(Vec<Expr>) -> ExprKind) -> Expr {
    if terms.len() == 1 {
        return terms.pop().unwrap_or(at(ExprKind::Error, span));
    }
    let first = terms.first().map_or(span, |term| term.span);
    let last = terms.last().map_or(span, |term| term.span);
    at(chain(terms), first.to(last))
}

fn negation<'t>(cx: &mut Cx<'t>, elems: Vec<Elem<'t>>, span: Span) -> Expr {
    let mut nots = Vec::new();
    let mut rest = elems.into_iter().peekable();
    while let Some(Elem::Not(place)) = rest.peek() {
        nots.push(*place);
        rest.next();
    }
    let inner = comparison(cx, rest.collect(), span);
    nots.into_iter().rev().fold(inner, |inner, place| {
        let span = place.to(inner.span);
        at(ExprKind::Not(Box::new(inner)), span)
    })
}

fn comparison<'t>(cx: &mut Cx<'t>, elems: Vec<Elem<'t>>, span: Span) -> Expr {
    if let Some(refused) = tails::refused(cx, &elems) {
        return refused;
    }
    if let Some(place) = elems.iter().find_map(|elem| if let Elem::Not(place) = elem { Some(*place) } else { None }) {
        let finding = Diagnostic::error(codes::MISPLACED_NOT, "`not` stands before a whole comparison");
        cx.report(finding.at(place, "in the middle of one").help("write `not a = b`, or `a != b`"));
        return at(ExprKind::Error, span);
    }
    let mut rest = elems.into_iter().peekable();
    let mut left = arith(cx, &mut rest, span);
    let mut compared = false;
    while let Some(elem) = rest.next() {
        let (op, tail) = match elem {
            Elem::Compare(op) => (Some(op), None),
            Elem::Tail(node) => (None, Some(node)),
            Elem::Not(_) | Elem::And(_) | Elem::Or(_) | Elem::Arith(_) | Elem::PercentOf(_) | Elem::Operand(_) => {
                (None, None)
            }
        };
        let again = compared && (op.is_some() || tail.as_ref().is_some_and(tails::compares));
        compared |= op.is_some() || tail.as_ref().is_some_and(tails::compares);
        if again {
            mistakes::chained(cx, &left, op.map(|op| op.span).or(tail.map(|node| cx.span(&node))));
            return at(ExprKind::Error, span);
        }
        left = match (op, tail) {
            (Some(op), _) => compare(left, op, arith(cx, &mut rest, op.span)),
            (None, Some(node)) => tails::apply(cx, left, &node),
            (None, None) => left,
        };
    }
    left
}

fn compare(left: Expr, op: Spanned<CompareOp>, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    at(ExprKind::Compare { left: Box::new(left), op, right: Box::new(right), ignoring_case: None }, span)
}

type Rest<'t> = std::iter::Peekable<std::vec::IntoIter<Elem<'t>>>;

fn arith<'t>(cx: &mut Cx<'t>, rest: &mut Rest<'t>, span: Span) -> Expr {
    let first = product(cx, rest, span);
    let mut more = Vec::new();
    while let Some(op) = next_arith(rest, false) {
        more.push((op, product(cx, rest, op.span)));
    }
    chain(first, more, |first, rest| ExprKind::Sum { first, rest })
}

fn product<'t>(cx: &mut Cx<'t>, rest: &mut Rest<'t>, span: Span) -> Expr {
    let first = part_of(cx, rest, span);
    let mut more = Vec::new();
    while let Some(op) = next_arith(rest, true) {
        more.push((op, part_of(cx, rest, op.span)));
    }
    chain(first, more, |first, rest| ExprKind::Product { first, rest })
}

type More = Vec<(Spanned<ArithOp>, Expr)>;

fn chain(first: Expr, more: More, build: impl FnOnce(Box<Expr>, More) -> ExprKind) -> Expr {
    let Some(end) = more.last().map(|(_, last)| last.span) else {
        return first;
    };
    let span = first.span.to(end);
    at(build(Box::new(first), more), span)
}

fn next_arith(rest: &mut Rest, product: bool) -> Option<Spanned<ArithOp>> {
    let op = match rest.peek() {
        Some(Elem::Arith(op)) if matches!(op.value, ArithOp::Multiply | ArithOp::Divide) == product => *op,
        Some(
            Elem::Arith(_)
            | Elem::Not(_)
            | Elem::And(_)
            | Elem::Or(_)
            | Elem::Compare(_)
            | Elem::PercentOf(_)
            | Elem::Tail(_)
            | Elem::Operand(_),
        )
        | None => return None,
    };
    rest.next();
    Some(op)
}

/// The next operand, times the percentages before it.
fn part_of<'t>(cx: &mut Cx<'t>, rest: &mut Rest<'t>, span: Span) -> Expr {
    let mut percents = Vec::new();
    while matches!(rest.peek(), Some(Elem::PercentOf(_))) {
        if let Some(Elem::PercentOf(percent)) = rest.next() {
            percents.push(percent);
        }
    }
    let value = one(cx, rest, span);
    let mut factors = percents.into_iter().chain([value]);
    let Some(first) = factors.next() else { return at(ExprKind::Error, span) };
    let times = |before: &mut Span, factor: Expr| {
        let op = Spanned::new(ArithOp::Multiply, before.after());
        *before = factor.span;
        Some((op, factor))
    };
    let more = factors.scan(first.span, times).collect();
    chain(first, more, |first, rest| ExprKind::Product { first, rest })
}

/// The next operand. The grammar promises one after every operator.
fn one<'t>(cx: &mut Cx<'t>, rest: &mut Rest<'t>, span: Span) -> Expr {
    match rest.next() {
        Some(Elem::Operand(expr)) => expr,
        Some(
            Elem::Not(_)
            | Elem::And(_)
            | Elem::Or(_)
            | Elem::Compare(_)
            | Elem::Arith(_)
            | Elem::PercentOf(_)
            | Elem::Tail(_),
        )
        | None => {
            let finding =
                Diagnostic::error(codes::INTERNAL, "the parser contradicted itself: an operator without an operand");
            cx.report(finding.at(span, "read here"));
            at(ExprKind::Error, span)
        }
    }
}
