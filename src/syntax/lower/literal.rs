//! Texts, numbers, money, days.

use super::super::ast::{Date, Literal, LiteralKind, Name, Number, Text};
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::super::{codes, limits};
use super::{name, part};
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;

/// The rules of a literal.
pub(super) const LITERALS: &[Rule] = &[
    Rule::lit_date,
    Rule::lit_percent,
    Rule::lit_money,
    Rule::lit_number,
    Rule::lit_text,
    Rule::bad_single,
    Rule::lit_bool,
    Rule::lit_version,
];
/// The rules of a text.
pub(super) const TEXTS: &[Rule] = &[Rule::lit_text, Rule::bad_single];

/// A literal.
pub(super) fn literal(cx: &mut Cx, node: &Node) -> Literal {
    let span = cx.span(node);
    let kind = kind(cx, node);
    Literal { kind: kind.unwrap_or(LiteralKind::Error), span }
}

fn kind(cx: &mut Cx, node: &Node) -> Option<LiteralKind> {
    let rule = node.rule();
    if TEXTS.contains(&rule) {
        return Some(LiteralKind::Text(text(cx, node).value));
    }
    if rule == Rule::lit_date {
        return day(cx, node).map(|date| LiteralKind::Date(date.value));
    }
    if rule == Rule::lit_bool {
        return Some(LiteralKind::Boolean(node.has(Rule::kw_true)));
    }
    if rule == Rule::lit_version {
        return a_text(cx, node).map(|text| LiteralKind::Version(text.value));
    }
    let amount = a_number(cx, node)?;
    if rule == Rule::lit_money {
        let currency = currency(cx, node)?;
        thousands(cx, node, &amount, &currency);
        return Some(LiteralKind::Money { amount, currency });
    }
    Some(if rule == Rule::lit_percent { LiteralKind::Percent(amount) } else { LiteralKind::Number(amount) })
}

/// Currencies of which a thousandth is money.
const OF_THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// `1.000 EUR` is one euro to the compiler, and a thousand to many who write it.
fn thousands(cx: &mut Cx, node: &Node, amount: &Number, currency: &Name) {
    let Some((whole, decimals)) = amount.text.split_once('.') else { return };
    let looks_so = decimals.len() == 3 && whole.len() <= 3 && !matches!(whole, "0" | "00" | "000");
    if !looks_so || OF_THOUSANDTHS.contains(&currency.value.as_str()) {
        return;
    }
    let span = cx.span(node);
    let (many, few) = (format!("{whole}{decimals}"), format!("{whole}.{decimals}"));
    let few = few.trim_end_matches('0').trim_end_matches('.').to_owned();
    let message = format!("`{}` may be {many} or {few}", amount.text);
    let finding = Diagnostic::error(codes::NUMBER, message).at(span, "a point before three digits");
    cx.report(
        finding
            .because("where a point parts thousands, everybody from a thousandth of the amount on would be in")
            .help(format!("write `{many} {0}` or `{few} {0}`: a point stands before decimals only", currency.value)),
    );
}

/// The currency under a node.
pub(super) fn currency(cx: &mut Cx, node: &Node) -> Option<Name> {
    part(cx, node, Rule::currency).map(|kid| name(cx, &kid))
}

/// The text under a node.
pub(super) fn a_text(cx: &mut Cx, node: &Node) -> Option<Text> {
    let found = node.any_of(TEXTS);
    if found.is_none() {
        cx.broken(node);
    }
    found.map(|kid| text(cx, &kid))
}

/// A list of texts under a node; a missing comma is reported and the text counts.
pub(super) fn texts(cx: &mut Cx, node: &Node) -> Option<Vec<Text>> {
    let list = part(cx, node, Rule::texts)?;
    let kids: Vec<Node> = list.kids().collect();
    let mut out = Vec::new();
    for kid in kids {
        if TEXTS.contains(&kid.rule()) {
            out.push(text(cx, &kid));
        } else if kid.rule() == Rule::bad_next_text {
            missing_comma(cx, &kid);
            out.extend(a_text(cx, &kid));
        }
    }
    Some(out)
}

/// Reports a comma that is missing before a node.
pub(super) fn missing_comma(cx: &mut Cx, node: &Node) {
    let span = cx.span(node);
    let before = cx.tokens.partition_point(|token| token.start < span.start).checked_sub(1);
    let place =
        before.and_then(|place| cx.tokens.get(place)).map_or(span.before(), |token| cx.token_span(token).after());
    let finding = Diagnostic::error(codes::MISSING_COMMA, "a comma is missing between the items of this list");
    cx.report(finding.at(span, "a comma belongs before this").fix("put a comma", place, ","));
}

/// A text, decoded. Wrong escapes have been reported by the scan.
pub(super) fn text(cx: &mut Cx, node: &Node) -> Text {
    let span = cx.span(node);
    let written = cx.slice(span);
    let inside = written.get(1..written.len().saturating_sub(1)).unwrap_or("");
    if node.rule() == Rule::bad_single {
        let double = format!("\"{}\"", inside.replace('\\', "\\\\").replace('"', "\\\""));
        let finding = Diagnostic::error(codes::SINGLE_QUOTES, "a text stands in double quotes");
        cx.report(finding.at(span, "single quotes").fix("use double quotes", span, double));
        return Spanned::new(inside.to_owned(), span);
    }
    Spanned::new(decode(inside), span)
}

/// The inside of a text with its escapes resolved; what is no escape stays as it is.
fn decode(inside: &str) -> String {
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (c, tail) = escaped(after);
        out.push(c);
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn escaped(after: &str) -> (char, &str) {
    let mut chars = after.chars();
    match chars.next() {
        Some('n') => ('\n', chars.as_str()),
        Some('t') => ('\t', chars.as_str()),
        Some('u') => unicode(chars.as_str()).unwrap_or(('\u{FFFD}', chars.as_str())),
        Some(c) => (c, chars.as_str()),
        None => ('\u{FFFD}', ""),
    }
}

fn unicode(rest: &str) -> Option<(char, &str)> {
    let (digits, tail) = rest.strip_prefix('{')?.split_once('}')?;
    let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?;
    Some((c, tail))
}

/// The number under a node.
pub(super) fn a_number(cx: &mut Cx, node: &Node) -> Option<Number> {
    let found = part(cx, node, Rule::number)?;
    number(cx, &found)
}

/// A number in millionths; what does not fit is reported.
pub(super) fn number(cx: &mut Cx, node: &Node) -> Option<Number> {
    let span = cx.span(node);
    let text = cx.slice(span);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let fits = whole.trim_start_matches('-').len() <= 18 && decimals.len() <= 6;
    let micros = format!("{whole}{decimals:0<6}").parse::<i128>().ok().filter(|_| fits);
    if micros.is_none() && text.len() <= limits::NUMBER_BYTES {
        let finding = Diagnostic::error(codes::RANGE, format!("`{text}` is out of range"));
        cx.report(finding.at(span, "at most 18 digits before the point and 6 after it"));
    }
    micros.map(|micros| Number { text: text.to_owned(), micros, whole: decimals.is_empty() })
}

/// The whole number under a node, which counts people, rows or contacts.
pub(super) fn a_count(cx: &mut Cx, node: &Node) -> Option<Spanned<u64>> {
    let found = part(cx, node, Rule::integer)?;
    let span = cx.span(&found);
    let text = cx.slice(span);
    let value = text.parse::<u64>().ok().filter(|value| *value <= limits::COUNT);
    if value.is_none() && text.len() <= limits::NUMBER_BYTES {
        let finding = Diagnostic::error(codes::RANGE, format!("`{text}` is out of range"));
        cx.report(finding.at(span, format!("at most {}", limits::COUNT)));
    }
    value.map(|value| Spanned::new(value, span))
}

/// The day under a node.
pub(super) fn a_day(cx: &mut Cx, node: &Node) -> Option<Date> {
    let found = part(cx, node, Rule::lit_date)?;
    day(cx, &found)
}

/// A day that exists, written with two digits for month and day.
pub(super) fn day(cx: &mut Cx, node: &Node) -> Option<Date> {
    let span = cx.span(node);
    let text = cx.slice(span);
    let parts: Vec<i16> = text.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts.as_slice() else {
        cx.broken(node);
        return None;
    };
    let (Ok(month), Ok(day)) = (i8::try_from(*month), i8::try_from(*day)) else {
        cx.broken(node);
        return None;
    };
    match jiff::civil::Date::new(*year, month, day).ok().filter(|_| *year > 0) {
        Some(date) if text.len() == 10 => return Some(Spanned::new(date, span)),
        Some(date) => {
            let finding = Diagnostic::error(codes::DATE, format!("`{text}` is not written as year-month-day"));
            cx.report(finding.at(span, "two digits each").fix("write two digits", span, date.to_string()));
        }
        None => {
            let finding = Diagnostic::error(codes::DATE, format!("there is no day `{text}`"));
            cx.report(match last_day(*year, month) {
                Some(last) => finding.at(span, format!("this month ends with {last}")),
                None => finding.at(span, "months are 01 to 12, years 0001 to 9999"),
            });
        }
    }
    None
}

fn last_day(year: i16, month: i8) -> Option<jiff::civil::Date> {
    jiff::civil::Date::new(year, month, 1).ok().filter(|_| year > 0).map(jiff::civil::Date::last_of_month)
}
