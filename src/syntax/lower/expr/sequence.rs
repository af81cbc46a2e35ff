//! Sequences: `any (carts then no orders within 2 days) over last 30 days`.

use super::super::super::ast::{Counting, Duration, ExprKind, Filter, Later, Name, Sequence, Step};
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use super::super::super::{codes, limits};
use super::super::part;
use super::super::time::{a_duration, window};
use super::{filter, names, quantity};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A sequence, whole.
pub(super) fn sequence<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<ExprKind> {
    let quantity = part(cx, node, Rule::quantity).and_then(|kid| quantity(cx, &kid));
    let first = part(cx, node, Rule::first_step).and_then(|kid| step(cx, &kid));
    let steps: Vec<Node> = node.all(Rule::step).collect();
    if let Some(surplus) = steps.get(limits::STEPS.saturating_sub(1)) {
        let message = format!("a sequence has at most {} steps", limits::STEPS);
        let finding = Diagnostic::error(codes::TOO_LARGE, message).at(cx.span(surplus), "one too many");
        cx.report(finding.help("ask for the steps that matter; what may lie between two of them need not be said"));
        return None;
    }
    let later: Option<Vec<Later>> = steps.iter().map(|kid| later(cx, kid)).collect();
    let all_within = node.child(Rule::all_within).and_then(|kid| a_duration(cx, &kid));
    let window = node.child(Rule::window).map(|kid| window(cx, &kid));
    let (quantity, first, later) = (quantity?, first?, later?);
    let span = first.span.to(later.last().map_or(first.span, |last| last.span));
    let sequence = Sequence { quantity, first, later, all_within, window, span };
    Some(ExprKind::Counting(Box::new(Counting::Sequence(sequence))))
}

fn step<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Step> {
    let what = super::super::a_path(cx, node);
    let filter = node.child(Rule::filter).map(|kid| filter(cx, &kid));
    let span = cx.span(node);
    what.map(|what| Step { what, filter, span })
}

/// What may follow the name of a later step, each at most once but for `with no … between`.
#[derive(Default)]
struct Extras {
    filter: Option<Filter>,
    same: Option<Vec<Name>>,
    within: Option<Duration>,
    without: Vec<Step>,
}

fn later<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Later> {
    let what = super::super::a_path(cx, node);
    let no = node.child(Rule::kw_no).map(|kid| cx.span(&kid));
    let mut extras = Extras::default();
    for kid in node.kids() {
        extra(cx, &kid, &mut extras);
    }
    let span = cx.span(node);
    let Extras { filter, same, within, without } = extras;
    let step = Step { what: what?, filter, span };
    Some(Later { no, step, same: same.unwrap_or_default(), without, within, span })
}

fn extra<'t>(cx: &mut Cx<'t>, kid: &Node<'t>, extras: &mut Extras) {
    let span = cx.span(kid);
    let twice = if kid.rule() == Rule::filter {
        extras.filter.replace(filter(cx, kid)).is_some()
    } else if kid.rule() == Rule::with_same {
        extras.same.replace(names(cx, kid)).is_some()
    } else if kid.rule() == Rule::step_within {
        a_duration(cx, kid).is_some_and(|length| extras.within.replace(length).is_some())
    } else if kid.rule() == Rule::without {
        let found = part(cx, kid, Rule::first_step).and_then(|kid| step(cx, &kid));
        extras.without.extend(found);
        false
    } else {
        false
    };
    if twice {
        said_twice(cx, span);
    }
}

fn said_twice(cx: &mut Cx, span: Span) {
    let text = cx.slice(span);
    let word = text.split_whitespace().next().unwrap_or(text);
    let finding = Diagnostic::error(codes::UNEXPECTED, format!("this step has a second `{word}`"));
    cx.report(finding.at(span, "said already").help("say it once; join two filters with `and` in parentheses"));
}
