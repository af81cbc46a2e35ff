//! Parts of dates and instants: `month of birth_date`, `hour of visited_at in zone "America/New_York"`, `in (sat, sun)`.

use super::super::super::ast::{self, DatePart, Expr, ExprKind, InZone};
use super::super::super::codes;
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use super::super::literal::a_text;
use super::super::{part as kid_of, path};
use super::{at, mistakes, of_value};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};

/// A part of a date or an instant.
pub(super) fn part<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<ExprKind> {
    let of = of_value(cx, node)?;
    let zone = node.child(Rule::told_zone).map(|kid| zone(cx, &kid));
    let part = which(cx, node)?;
    match zone {
        Some(None) => None,
        zone => Some(ExprKind::Part(ast::Part { part, of, zone: zone.flatten() })),
    }
}

/// Which part the words name.
fn which<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Spanned<DatePart>> {
    let word = kid_of(cx, node, Rule::date_part)?;
    let outer = node.child(Rule::told_of);
    let span = outer.as_ref().map_or(cx.span(&word), |outer| cx.span(&word).to(cx.span(outer)));
    let part = match (word.text(), outer.as_ref().map(Node::text)) {
        ("anniversary", None) => DatePart::Anniversary,
        ("date", None) => DatePart::Date,
        ("year", None) => DatePart::Year,
        ("quarter", None | Some("year")) => DatePart::Quarter,
        ("month", None | Some("year")) => DatePart::Month,
        ("week", None | Some("year")) => DatePart::Week,
        ("day", None | Some("month")) => DatePart::DayOfMonth,
        ("day", Some("week")) => DatePart::DayOfWeek,
        ("day", Some("year")) => DatePart::DayOfYear,
        ("hour", None) => DatePart::Hour,
        ("minute", None) => DatePart::Minute,
        _ => return no_part(cx, span),
    };
    Some(Spanned::new(part, span))
}

fn no_part(cx: &mut Cx, span: Span) -> Option<Spanned<DatePart>> {
    let words = cx.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let finding = Diagnostic::error(codes::UNEXPECTED, format!("there is no `{words}`")).at(span, "no part of a date");
    cx.report(
        finding.help("the parts are year, quarter, month, week, day of month, day of week, day of year, hour, minute"),
    );
    None
}

fn zone<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Spanned<InZone>> {
    let span = cx.span(node);
    let zone = match node.child(Rule::path) {
        Some(kid) => InZone::Field(path(cx, &kid)),
        None => InZone::Named(a_text(cx, node)?),
    };
    Some(Spanned::new(zone, span))
}

/// `in (sat, sun)`
pub(super) fn weekdays<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>, negated: bool) -> Option<ExprKind> {
    mistakes::sql_words(cx, tail);
    let days = tail.all(Rule::weekday).filter_map(|day| Some(Spanned::new(ast::weekday(day.text())?, cx.span(&day))));
    Some(ExprKind::InWeekdays { value: Box::new(left), negated, days: days.collect() })
}

/// `in zone` behind what has none.
pub(super) fn zone_alone<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Expr {
    let place = cx.span(tail);
    let span = left.span.to(place);
    if !matches!(left.kind, ExprKind::Error | ExprKind::Unsupported(_)) {
        let finding = Diagnostic::error(codes::UNEXPECTED, "`in zone` follows a part of an instant");
        cx.report(
            finding
                .at(place, "nothing here is told in a zone")
                .help("write `hour of visited_at in zone \"Europe/Berlin\" >= 18`"),
        );
    }
    at(ExprKind::Error, span)
}
