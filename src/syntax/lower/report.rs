//! Reports.

use super::super::ast::{Figure, FigureKind, FigureOf, Report};
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::data::{count, retain};
use super::expr::{by_part, expr_of};
use super::literal::a_text;
use super::segment::consent;
use super::{Body, part, paths};

/// `report … of … { … }`
pub(in super::super) fn report<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Report {
    Report {
        name: body.name(cx, 0),
        of: body.name(cx, 1),
        owner: body.once(cx, Rule::cl_owner, a_text),
        purpose: body.once(cx, Rule::cl_purpose, paths),
        consent: body.once(cx, Rule::cl_consent, consent),
        retain: body.once(cx, Rule::cl_segment_retain, retain),
        because: body.once(cx, Rule::cl_because, a_text),
        by: body.once(cx, Rule::cl_by, |cx, node| node.all(Rule::by_part).map(|kid| by_part(cx, &kid)).collect()),
        show: body.once(cx, Rule::cl_show, |cx, node| node.all(Rule::figure).map(|kid| figure(cx, &kid)).collect()),
        compare: body.once(cx, Rule::cl_compare, expr_of),
        minimum: body.once(cx, Rule::cl_minimum, count),
        noise: body.once(cx, Rule::cl_noise, |_, _| Some(())),
        lost: body.lost,
    }
}

fn figure<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Figure> {
    let span = cx.span(node);
    let kind = if let Some(share) = node.child(Rule::figure_share) {
        FigureKind::Share(expr_of(cx, &share)?)
    } else if let Some(over) = node.child(Rule::figure_over) {
        let of = match part(cx, &over, Rule::figure_name)?.text() {
            "sum" => FigureOf::Sum,
            "avg" => FigureOf::Avg,
            "median" => FigureOf::Median,
            "min" => FigureOf::Min,
            "max" => FigureOf::Max,
            _ => FigureOf::Mode,
        };
        FigureKind::Over(of, expr_of(cx, &over)?)
    } else {
        FigureKind::People
    };
    Some(Figure { kind, span })
}
