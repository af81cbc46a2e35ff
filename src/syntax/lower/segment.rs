//! Segments.

use super::super::ast::{Cap, Clause, Consent, Expr, ExprKind, Holdout, Name, Refresh, Review, Segment};
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::data::{count, retain};
use super::expr::expr_of;
use super::literal::{a_count, a_day, a_number, a_text};
use super::promises::decides;
use super::time::a_duration;
use super::{Body, a_name, name, part, paths};
use crate::source::Spanned;

/// `segment … of … { … }`
pub(in super::super) fn segment<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Segment {
    Segment {
        name: body.name(cx, 0),
        of: body.name(cx, 1),
        owner: body.once(cx, Rule::cl_owner, a_text),
        purpose: body.once(cx, Rule::cl_purpose, paths),
        consent: body.once(cx, Rule::cl_consent, consent),
        retain: body.once(cx, Rule::cl_segment_retain, retain),
        refresh: body.once(cx, Rule::cl_refresh, refresh),
        review: body.once(cx, Rule::cl_review, review),
        because: body.once(cx, Rule::cl_because, a_text),
        destinations: body.once(cx, Rule::cl_for, names),
        expose: body.once(cx, Rule::cl_expose, paths),
        minimum: body.once(cx, Rule::cl_minimum, count),
        fairness: body.once(cx, Rule::cl_fairness, a_text),
        campaign: body.once(cx, Rule::cl_campaign, super::rules::campaign),
        holdout: body.once(cx, Rule::cl_holdout, holdout),
        cap: body.once(cx, Rule::cl_cap, cap),
        stay: body.once(cx, Rule::cl_stay, a_duration),
        condition: condition(cx, &mut body, Rule::cl_where),
        except: condition(cx, &mut body, Rule::cl_except),
        decides: decides(cx, &mut body),
        lost: body.lost,
    }
}

fn condition<'t>(cx: &mut Cx<'t>, body: &mut Body<'t>, rule: Rule) -> Clause<Expr> {
    body.once(cx, rule, |cx, node| {
        let span = cx.span(node);
        // `except p` reads as `and not (p)`.
        cx.negations = usize::from(rule == Rule::cl_except);
        Some(expr_of(cx, node).unwrap_or(Expr { kind: ExprKind::Error, span, parenthesised: false }))
    })
}

pub(super) fn consent(cx: &mut Cx, node: &Node) -> Option<Consent> {
    match node.child(Rule::consent_not_needed) {
        Some(kid) => a_text(cx, &kid).map(|because| Consent::NotNeeded { because }),
        None => paths(cx, node).map(Consent::Required),
    }
}

fn refresh(cx: &mut Cx, node: &Node) -> Option<Refresh> {
    if let Some(kid) = node.child(Rule::refresh_every) {
        return a_duration(cx, &kid).map(Refresh::Every);
    }
    Some(match part(cx, node, Rule::refresh_word)?.text() {
        "hourly" => Refresh::Hourly,
        "daily" => Refresh::Daily,
        "weekly" => Refresh::Weekly,
        _ => Refresh::Monthly,
    })
}

fn review(cx: &mut Cx, node: &Node) -> Option<Review> {
    let every = a_duration(cx, node);
    let last = node.child(Rule::review_last).and_then(|kid| a_day(cx, &kid));
    every.map(|every| Review { every, last })
}

pub(super) fn names(cx: &mut Cx, node: &Node) -> Option<Vec<Name>> {
    part(cx, node, Rule::names).map(|list| list.all(Rule::name).map(|kid| name(cx, &kid)).collect())
}

fn holdout(cx: &mut Cx, node: &Node) -> Option<Holdout> {
    let percent = part(cx, node, Rule::lit_percent)?;
    let span = cx.span(&percent);
    let number = a_number(cx, &percent);
    let named = a_text(cx, node)?;
    number.map(|number| Holdout { percent: Spanned::new(number, span), named })
}

fn cap(cx: &mut Cx, node: &Node) -> Option<Cap> {
    let contacts = a_count(cx, node);
    let per = a_duration(cx, node);
    let from = a_name(cx, node)?;
    Some(Cap { contacts: contacts?, per: per?, from })
}
