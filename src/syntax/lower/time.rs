//! Durations and windows.

use super::super::ast::{Duration, Near, NearKind, Unit, Window, WindowKind};
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::super::{codes, limits};
use super::literal::{a_day, a_number};
use super::part;
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};

/// The duration under a node.
pub(super) fn a_duration(cx: &mut Cx, node: &Node) -> Option<Duration> {
    let found = part(cx, node, Rule::duration)?;
    duration(cx, &found)
}

/// A number and a unit.
pub(super) fn duration(cx: &mut Cx, node: &Node) -> Option<Duration> {
    let span = cx.span(node);
    let unit = a_unit(cx, node)?;
    let count = whole_count(cx, node, span)?;
    Some(Duration { count, unit: unit.value, span })
}

/// How many units: a whole number from 1 to the limit.
pub(super) fn whole_count(cx: &mut Cx, node: &Node, span: Span) -> Option<u32> {
    let number = a_number(cx, node)?;
    let whole = u32::try_from(number.micros / 1_000_000).ok().filter(|_| number.whole);
    if let Some(count) = whole.filter(|count| (1..=limits::DURATION).contains(count)) {
        return Some(count);
    }
    let text = cx.slice(span);
    let label = format!("a whole number from 1 to {}", limits::DURATION);
    let finding = Diagnostic::error(codes::RANGE, format!("`{text}` is no length of time")).at(span, label);
    cx.report(if number.micros == 0 { finding.because("it would hold nothing, for nobody") } else { finding });
    None
}

/// The unit under a node.
pub(super) fn a_unit(cx: &mut Cx, node: &Node) -> Option<Spanned<Unit>> {
    let found = part(cx, node, Rule::unit)?;
    let span = cx.span(&found);
    let word = cx.slice(span);
    let unit = match word.strip_suffix('s').unwrap_or(word) {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        _ => Unit::Year,
    };
    Some(Spanned::new(unit, span))
}

/// Days around now, from `within` or `is` on.
pub(super) fn near(cx: &mut Cx, node: &Node) -> Option<Near> {
    let span = cx.span(node);
    let kind = if let Some(full) = node.child(Rule::near_full) {
        let length = full_units(cx, &full)?;
        if full.has(Rule::kw_next) { NearKind::NextFull(length) } else { NearKind::LastFull(length) }
    } else if let Some(units) = node.child(Rule::near_units) {
        let length = a_duration(cx, &units)?;
        if units.has(Rule::kw_next) { NearKind::Next(length) } else { NearKind::Last(length) }
    } else if node.has(Rule::kw_today) {
        NearKind::Today
    } else {
        NearKind::Yesterday
    };
    Some(Near { kind, span })
}

/// A window, from its `over` on.
pub(super) fn window(cx: &mut Cx, node: &Node) -> Window {
    let span = cx.span(node);
    let shape = node.kids().find(|kid| kid.rule() != Rule::kw_over);
    let kind = shape.and_then(|shape| window_kind(cx, &shape));
    let so_far = node.child(Rule::so_far).map(|kid| cx.span(&kid));
    Window { kind: kind.unwrap_or(WindowKind::Error), so_far, span }
}

fn window_kind(cx: &mut Cx, shape: &Node) -> Option<WindowKind> {
    let rule = shape.rule();
    if rule == Rule::win_last {
        return a_duration(cx, shape).map(WindowKind::Last);
    }
    if rule == Rule::win_last_full {
        return full_units(cx, shape).map(WindowKind::LastFull);
    }
    if rule == Rule::win_ago {
        return ago(cx, shape);
    }
    if rule == Rule::win_this {
        return this(cx, shape);
    }
    if rule == Rule::win_dates {
        return dates(cx, shape);
    }
    if rule == Rule::win_day {
        return a_day(cx, shape).map(|day| WindowKind::Dates { from: day, to: day });
    }
    if rule == Rule::win_since {
        return a_day(cx, shape).map(WindowKind::Since);
    }
    if rule == Rule::win_anchored {
        return anchored(cx, shape);
    }
    if rule == Rule::bad_window_length {
        return length_alone(cx, shape);
    }
    simple_window(rule)
}

fn simple_window(rule: Rule) -> Option<WindowKind> {
    let words = [
        (Rule::win_today, WindowKind::Today),
        (Rule::win_yesterday, WindowKind::Yesterday),
        (Rule::win_retained, WindowKind::Retained),
    ];
    words.into_iter().find(|(named, _)| *named == rule).map(|(_, kind)| kind)
}

/// A number of full units, none of them minutes.
pub(super) fn full_units(cx: &mut Cx, shape: &Node) -> Option<Duration> {
    let span = cx.span(shape);
    let number = part(cx, shape, Rule::number)?;
    let place = cx.span(&number).to(span);
    let unit = a_unit(cx, shape)?;
    let count = whole_count(cx, shape, place)?;
    if unit.value == Unit::Minute {
        minutes(cx, unit.span);
        return None;
    }
    Some(Duration { count, unit: unit.value, span: place })
}

fn minutes(cx: &mut Cx, span: Span) {
    let finding = Diagnostic::error(codes::RANGE, "no window is aligned to minutes");
    cx.report(finding.at(span, "hours, days, weeks, months or years"));
}

fn ago(cx: &mut Cx, shape: &Node) -> Option<WindowKind> {
    let ends: Vec<Node> = shape.all(Rule::duration).collect();
    let mut read = ends.iter().map(|end| duration(cx, end)).collect::<Vec<_>>().into_iter();
    match (read.next().flatten(), read.next().flatten()) {
        (Some(from), Some(to)) => Some(WindowKind::Ago { from, to }),
        (Some(_) | None, Some(_) | None) => None,
    }
}

fn this(cx: &mut Cx, shape: &Node) -> Option<WindowKind> {
    let unit = a_unit(cx, shape)?;
    if unit.value == Unit::Minute {
        minutes(cx, unit.span);
        return None;
    }
    Some(WindowKind::This(unit))
}

fn dates(cx: &mut Cx, shape: &Node) -> Option<WindowKind> {
    let days: Vec<Node> = shape.all(Rule::lit_date).collect();
    let mut read = days.iter().map(|day| super::literal::day(cx, day)).collect::<Vec<_>>().into_iter();
    match (read.next().flatten(), read.next().flatten()) {
        (Some(from), Some(to)) => Some(WindowKind::Dates { from, to }),
        (Some(_) | None, Some(_) | None) => None,
    }
}

fn anchored(cx: &mut Cx, shape: &Node) -> Option<WindowKind> {
    let length = a_duration(cx, shape);
    let after = super::a_path(cx, shape);
    Some(WindowKind::Anchored { length: length?, after: after? })
}

fn length_alone(cx: &mut Cx, shape: &Node) -> Option<WindowKind> {
    let length = a_duration(cx, shape)?;
    let text = cx.slice(length.span);
    let finding = Diagnostic::error(codes::AGO, format!("a window says where it lies: `over last {text}`"));
    cx.report(finding.at(length.span, "only a length").fix("write `last`", length.span.before(), "last "));
    Some(WindowKind::Last(length))
}
