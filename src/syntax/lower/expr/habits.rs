//! Habits that show only in several operands read together: `today - 30 days`, `12/31/2000`, `age >= 18 years`, `= "DE" or "FR"`.

use super::super::super::ast::{Expr, ExprKind};
use super::super::super::codes;
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::Span;

/// Whether operands that belong together make up a habit; it is reported, and the whole is no condition.
pub(super) fn several(cx: &mut Cx, kids: &[Node]) -> bool {
    let found = (0..kids.len()).find_map(|at| {
        let rest = kids.get(at..)?;
        let before = at.checked_sub(1).and_then(|before| kids.get(before));
        slashed_day(cx, rest)
            .or_else(|| back_from_today(cx, rest, before))
            .or_else(|| years_of_age(cx, rest))
            .or_else(|| values_of_or(cx, rest))
    });
    let is_habit = found.is_some();
    if let Some(found) = found {
        cx.report(found);
    }
    is_habit
}

/// `12/31/2000`
fn slashed_day(cx: &Cx, kids: &[Node]) -> Option<Diagnostic> {
    let [a, first, b, second, c, ..] = kids else { return None };
    let divided = first.rule() == Rule::op_div && second.rule() == Rule::op_div;
    if !divided || [a, b, c].iter().any(|number| number.rule() != Rule::lit_number) {
        return None;
    }
    let span = cx.span(a).to(cx.span(c));
    let [a, b, c] = [a, b, c].map(|number| number.text().trim());
    let number = |text: &str| text.parse::<u32>().ok();
    let finding = Diagnostic::error(codes::DATE, "a day is written as 2026-03-31, which nobody reads in two ways");
    let finding = finding.at(span, "numbers that divide each other");
    if a.len() == 4 && number(b)? <= 12 && number(c)? <= 31 {
        return Some(day(finding, span, a, b, c));
    }
    let (x, y) = (number(a)?, number(b)?);
    if c.len() != 4 || x == 0 || y == 0 || x > 31 || y > 31 || x > 12 && y > 12 {
        return None;
    }
    Some(match (x > 12, y > 12) {
        (true, _) => day(finding, span, c, b, a),
        (_, true) => day(finding, span, c, a, b),
        (_, _) if x == y => day(finding, span, c, a, b),
        (_, _) => finding.help(format!(
            "write `{c}-{x:02}-{y:02}` if the month comes first, or `{c}-{y:02}-{x:02}` if the day does"
        )),
    })
}

fn day(finding: Diagnostic, span: Span, year: &str, month: &str, day: &str) -> Diagnostic {
    let right = format!("{year}-{month:0>2}-{day:0>2}");
    finding.fix(format!("write `{right}`"), span, right)
}

/// `today - 30 days`, `now() - 30 days`, `current_date - 30`
fn back_from_today(cx: &Cx, kids: &[Node], before: Option<&Node>) -> Option<Diagnostic> {
    let [from, minus, length, ..] = kids else { return None };
    if minus.rule() != Rule::op_sub {
        return None;
    }
    let said = from.text().trim().trim_end_matches("()").to_ascii_lowercase();
    let now = matches!(said.as_str(), "now" | "current_timestamp" | "getdate");
    let today = matches!(said.as_str(), "today" | "current_date" | "sysdate");
    if !now && !today {
        return None;
    }
    let amount = cx.slice(cx.span(length));
    // A field may be called `current_date`; a call is none.
    let days = length.rule() == Rule::lit_number && from.rule() == Rule::bad_call;
    if !days && length.rule() != Rule::bad_duration {
        return None;
    }
    let right = if days { format!("{amount} days ago") } else { format!("{amount} ago") };
    let span = cx.span(from).to(cx.span(length));
    let finding = Diagnostic::error(codes::AGO, format!("an instant before now is written `{right}`"));
    let finding = finding.at(span, "told from now on by itself");
    // The day begins before now does, so only what is later than it may take an instant in its place.
    let later = before.is_some_and(|op| matches!(op.rule(), Rule::op_ge | Rule::op_gt));
    Some(match now || later {
        true => finding.fix(format!("write `{right}`"), span, right),
        false => finding.help(format!("write `{right}`: the same time of day, so many days back")),
    })
}

/// `age >= 18 years`
fn years_of_age(cx: &Cx, kids: &[Node]) -> Option<Diagnostic> {
    let [age, op, length, ..] = kids else { return None };
    let compared =
        matches!(op.rule(), Rule::op_ge | Rule::op_gt | Rule::op_le | Rule::op_lt | Rule::op_eq | Rule::op_ne);
    if age.text().trim() != "age" || !compared || length.rule() != Rule::bad_duration {
        return None;
    }
    let span = cx.span(length);
    let (number, unit) = cx.slice(span).split_once(char::is_whitespace)?;
    let finding = Diagnostic::error(codes::AGO, "an age counts years by itself").at(span, "a number is enough");
    Some(match unit.trim() {
        "year" | "years" => finding.fix(format!("write `{number}`"), span, number),
        _ => finding.help("write `age >= 18`"),
    })
}

/// `country = "DE" or "FR"`
fn values_of_or(cx: &Cx, kids: &[Node]) -> Option<Diagnostic> {
    let [op, first, rest @ ..] = kids else { return None };
    if op.rule() != Rule::op_eq || first.rule() != Rule::lit_text {
        return None;
    }
    let texts: Vec<&Node> = rest
        .chunks(2)
        .map_while(|pair| match pair {
            [or, text] if or.rule() == Rule::kw_or && text.rule() == Rule::lit_text => Some(text),
            _ => None,
        })
        .collect();
    let last = texts.last()?;
    let follows = rest.get(texts.len() * 2).is_none_or(|next| matches!(next.rule(), Rule::kw_and | Rule::kw_or));
    if !follows {
        return None;
    }
    let span = cx.span(op).to(cx.span(last));
    let all: Vec<&str> = std::iter::once(&first).chain(&texts).map(|text| cx.slice(cx.span(text))).collect();
    let right = format!("in ({})", all.join(", "));
    let finding = Diagnostic::error(codes::UNEXPECTED, "one of several values is asked with `in`");
    Some(finding.at(span, "a value alone is no condition").fix(format!("write `{right}`"), span, right))
}

/// `any orders between 2025-01-01 and today`, and the same after a filter: between two days rows are read `over` them.
pub(super) fn rows_between(cx: &mut Cx, left: &Expr, tail: &Node) -> bool {
    let rows = matches!(left.kind, ExprKind::Events(_));
    if !rows {
        return false;
    }
    let span = cx.span(tail);
    let finding = Diagnostic::error(codes::UNEXPECTED, "a window begins with `over`").at(span, "not how it begins");
    cx.report(days_of(cx, span).map_or_else(
        || {
            finding
                .clone()
                .help("write `over 2026-01-01 to now`, or `over 2026-01-01 to 2026-03-31` with both days included")
        },
        |right| Diagnostic {
            fix: Some(Fix { title: format!("write `{right}`"), edits: vec![(span, right.clone())] }),
            ..finding.clone()
        },
    ));
    true
}

/// The window that `between a and b` means, where both are days, and `in 2025`.
pub(super) fn days_of(cx: &Cx, span: Span) -> Option<String> {
    let said = cx.slice(span);
    if let Some(year) = said.strip_prefix("in ").map(str::trim) {
        let is_year = year.len() == 4 && year.starts_with(['1', '2']) && year.bytes().all(|byte| byte.is_ascii_digit());
        return is_year.then(|| format!("over {year}-01-01 to {year}-12-31"));
    }
    let (first, last) = said.strip_prefix("between")?.split_once(" and ")?;
    let is_day = |text: &str| {
        text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
    };
    let (first, last) = (first.trim(), last.trim());
    let last = if matches!(last, "today" | "now") { "now" } else { last };
    (is_day(first) && (last == "now" || is_day(last))).then(|| format!("over {first} to {last}"))
}
