//! Calls of what is no function: functions of other languages are told with the form that their question has here.

use super::super::super::ast::ExprKind;
use super::super::super::codes;
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use super::super::part;
use super::mistakes::raw_sql;
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::Span;

/// The functions that an expression can call.
const FUNCTIONS: &[&str] = &[
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "median",
    "first",
    "last",
    "share",
    "mode",
    "percentile",
    "quintile",
    "rfm",
    "greatest",
    "least",
];

/// Functions of other languages by which people are said to become unknown.
const HIDING: &[&str] = &[
    "hash",
    "md5",
    "sha",
    "sha1",
    "sha2",
    "sha256",
    "sha512",
    "hmac",
    "digest",
    "bucket",
    "mask",
    "encrypt",
    "tokenize",
    "pseudonymize",
    "pseudonymise",
    "anonymize",
    "anonymise",
];

/// Functions of other languages by what is written here instead.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (
        &["datediff", "date_diff", "timestampdiff", "days_between"],
        "write `days since …` in its place and compare as before: it counts whole 24 hours of an instant and civil days of a day",
    ),
    (&["dateadd", "date_add", "date_sub", "datesub"], "write `30 days ago` in its place and compare as before"),
    (
        &["now", "today", "getdate", "current_date", "current_timestamp", "sysdate"],
        "a time is told from now on by itself: `… >= 30 days ago`, `… is today`, `over last 30 days`",
    ),
    (
        &["to_date", "date_trunc", "datetime", "strftime", "extract", "datepart", "to_char"],
        "a day is written `2026-03-31`, and a part of one `month of …`, `date of …`",
    ),
    (&["dayofweek", "weekday", "dow"], "write `day of week of … in (sat, sun)`"),
    (
        &["lower", "upper", "lcase", "ucase"],
        "write the comparison and then `ignoring case`: `… = \"berlin\" ignoring case`",
    ),
    (&["contains", "instr", "charindex", "position", "search", "includes"], "write `… contains \"x\"`"),
    (&["startswith", "starts_with", "left"], "write `… starts with \"x\"`"),
    (&["endswith", "ends_with", "right"], "write `… ends with \"x\"`"),
    (&["regexp_like", "regex", "regexmatch", "rlike"], "write `… matches \"…\"`, which asks of the whole text"),
    (
        &["coalesce", "ifnull", "nvl", "isnull", "isblank", "nullif"],
        "what is missing is asked for: `… is missing or … = \"none\"`, `… is known`",
    ),
    (
        &["if", "iif", "case", "iff", "switch", "decode"],
        "join conditions instead: `(a = 1 and b = 2) or (a = 2 and b = 3)`",
    ),
    (&["average", "mean"], "write `avg(… over last 90 days)`"),
    (
        &["countif", "count_if", "countifs", "sumif", "sumifs"],
        "a filter stands inside: `count(… where … over last 90 days)`",
    ),
    (
        &["count_distinct", "countdistinct", "approx_count_distinct", "distinct", "unique"],
        "write `count(distinct … over last 90 days)`",
    ),
    (
        &["ntile", "rank", "row_number", "percent_rank"],
        "write `top 10% by …`, `quintile(…) = 5` or `percentile(…) >= 90`",
    ),
    (&["and", "or", "not"], "join conditions with `and`, `or` and `not` between and before them"),
];

/// Parts of a date that other languages call as functions.
const PARTS: &[&str] = &["year", "quarter", "month", "week", "day", "hour", "minute", "date"];

/// A call of something that is no function.
pub(super) fn unknown_function<'t>(cx: &mut Cx<'t>, node: &Node<'t>, span: Span) -> Option<ExprKind> {
    let called = part(cx, node, Rule::name)?;
    let place = cx.span(&called);
    let word = cx.slice(place);
    if word.eq_ignore_ascii_case("select") || word.eq_ignore_ascii_case("exists") {
        return raw_sql(cx, span);
    }
    if let Some(finding) = part_of_a_date(cx, word, place, span)
        .or_else(|| elapsed(cx, word, place, span))
        .or_else(|| elsewhere(word, place))
    {
        cx.report(finding);
        return None;
    }
    if HIDING.contains(&word.to_ascii_lowercase().as_str()) {
        cx.report(hiding(word, place));
        return None;
    }
    let near = super::super::super::expected::nearest(word, FUNCTIONS.iter().copied());
    let finding = Diagnostic::error(codes::UNKNOWN_FUNCTION, format!("there is no function `{word}`"))
        .at(place, "not a function");
    cx.report(match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), place, near),
        None => finding.help(format!("the functions are {}", FUNCTIONS.join(", "))),
    });
    None
}

/// `month(born)`
fn part_of_a_date(cx: &Cx, word: &str, place: Span, span: Span) -> Option<Diagnostic> {
    let part = PARTS.iter().find(|part| word.eq_ignore_ascii_case(part))?;
    let inside = cx.slice(Span { start: place.end, ..span });
    let inside = inside.trim().strip_prefix('(').and_then(|inside| inside.strip_suffix(')'))?.trim();
    let finding = Diagnostic::error(codes::UNKNOWN_FUNCTION, format!("a part of a date is written `{part} of …`"));
    let finding = finding.at(place, "not a function");
    let path = inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    Some(match path && !inside.is_empty() {
        true => finding.fix(format!("write `{part} of {inside}`"), span, format!("{part} of {inside}")),
        false => finding.help(format!("write `{part} of …`")),
    })
}

/// `datediff(day, seen_at, now()) > 30`: the days since then, compared as they are there. No mend is sure, for what another tool counts
/// as a day may be a midnight.
fn elapsed(cx: &Cx, word: &str, place: Span, span: Span) -> Option<Diagnostic> {
    let called = word.to_ascii_lowercase();
    if !matches!(called.as_str(), "datediff" | "date_diff" | "timestampdiff") {
        return None;
    }
    let inside = cx.slice(Span { start: place.end, ..span }).trim().strip_prefix('(')?.strip_suffix(')')?;
    let given: Vec<&str> = inside.split(',').map(|one| one.trim().trim_matches(['"', '\''])).collect();
    let is_day = |unit: &str| unit.eq_ignore_ascii_case("day") || unit.eq_ignore_ascii_case("days");
    let (then, now) = match given.as_slice() {
        [unit, then, now] if is_day(unit) => (then, now),
        [now, then, unit] if is_day(unit) => (then, now),
        [now, then] => (then, now),
        _ => return None,
    };
    let now = now.to_ascii_lowercase();
    let is_now = ["now", "today", "getdate", "current_date", "current_timestamp", "sysdate", "curdate"]
        .contains(&now.trim_end_matches("()"));
    let path = then.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    if !is_now || !path || then.is_empty() {
        return None;
    }
    let right = format!("days since {then}{}", compared_after(cx, span));
    let finding = Diagnostic::error(codes::UNKNOWN_FUNCTION, format!("there is no function `{word}`"));
    Some(
        finding
            .at(place, "a function of another language")
            .help(format!("write `{right}`, which counts whole 24 hours of an instant and civil days of a day")),
    )
}

/// The comparison with a number behind a place, as it is written there, and nothing where there is none.
fn compared_after(cx: &Cx, span: Span) -> String {
    let rest = cx.text.get(span.end as usize..).unwrap_or("").trim_start();
    let op = ["<=", ">=", "!=", "<", ">", "="].into_iter().find_map(|op| Some((op, rest.strip_prefix(op)?)));
    let number = op.map(|(op, rest)| (op, rest.trim_start().split(|c: char| !c.is_ascii_digit()).next().unwrap_or("")));
    match number {
        Some((op, number)) if !number.is_empty() => format!(" {op} {number}"),
        Some(_) | None => String::new(),
    }
}

/// `dateadd(day, -30, now())`
fn elsewhere(word: &str, place: Span) -> Option<Diagnostic> {
    let lower = word.to_ascii_lowercase();
    let (_, help) = ELSEWHERE.iter().find(|(words, _)| words.contains(&lower.as_str()))?;
    let finding = Diagnostic::error(codes::UNKNOWN_FUNCTION, format!("there is no function `{word}`"));
    Some(finding.at(place, "a function of another language").help(*help))
}

/// `exists(orders where …)`, which is no query: the rows are asked for with `any`.
pub(super) fn exists(cx: &mut Cx, span: Span) -> Option<ExprKind> {
    let said = cx.slice(span);
    let inside = said.split_once('(').and_then(|(_, inside)| inside.strip_suffix(')')).unwrap_or("").trim();
    let mut words = inside.split_whitespace();
    let first = words.next().unwrap_or("");
    let rows = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !rows || first.eq_ignore_ascii_case("select") {
        return raw_sql(cx, span);
    }
    let joined = words.any(|word| matches!(word, "and" | "or"));
    let finding = Diagnostic::error(codes::SQL_IDIOM, "whether rows exist is asked with `any`, or with `no`");
    let finding = finding.at(span, "an idiom of SQL");
    let fix = Fix { title: format!("write `any {first} …`"), edits: vec![(span, format!("any {inside}"))] };
    cx.report(match joined {
        true => finding.help(format!("write `any {first} where (…) over last 90 days`")),
        false => Diagnostic { fix: Some(fix), ..finding },
    });
    None
}

/// `hash(email)`
fn hiding(word: &str, place: Span) -> Diagnostic {
    Diagnostic::error(codes::UNKNOWN_FUNCTION, format!("there is no function `{word}`, and it would take no label away"))
        .at(place, "still about the same person")
        .also(crate::diagnostic::Code("COM-14"))
        .because("whoever has the address has its hash, and everybody in a bucket is still somebody: people are recognised by either")
        .help(
            "a destination is given hashes by `match email hashed`; what has truly lost its label is declared by a reviewed `release`; \
             a part of everybody is drawn by `sample 10% named \"spring\"`",
        )
}
