//! Mistakes that the grammar recognises in expressions: each reported once, with a mend where one is sure.

use super::super::super::ast::{Counting, Expr, ExprKind, Filter, LiteralKind, TextOp};
use super::super::super::codes;
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use super::super::literal::{LITERALS, literal};
use super::super::part;
use super::super::time::a_duration;
use super::chain::Elem;
use super::{at, habits, tails};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{Span, Spanned};

/// An operator of another language, read as what it means.
pub(super) fn instead<'t>(cx: &mut Cx<'t>, span: Span, right: &str, elem: Elem<'t>) -> Option<Elem<'t>> {
    let wrong = cx.slice(span);
    let upper = wrong.eq_ignore_ascii_case(right);
    let (code, message) = if upper {
        (codes::UPPER_CASE, format!("keywords are lower case: `{right}`"))
    } else {
        (codes::OPERATOR, format!("`{wrong}` is written `{right}` here"))
    };
    let padded = if wrong == "!" { format!("{right} ") } else { padded(cx, span, right) };
    cx.report(Diagnostic::error(code, message).at(span, format!("write `{right}`")).fix(
        format!("write `{right}`"),
        span,
        padded,
    ));
    Some(elem)
}

/// A keyword with the blanks it needs where an operator needed none.
fn padded(cx: &Cx, span: Span, word: &str) -> String {
    let glued = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '"');
    let symbol = !word.starts_with(|c: char| c.is_ascii_alphabetic());
    let before = cx.text.get(..span.start as usize).and_then(|text| text.chars().next_back());
    let after = cx.text.get(span.end as usize..).and_then(|text| text.chars().next());
    let left = if !symbol && glued(before) { " " } else { "" };
    let right = if !symbol && glued(after) { " " } else { "" };
    format!("{left}{word}{right}")
}

/// A keyword in capitals.
pub(super) fn upper_case(cx: &mut Cx, node: &Node, right: &str) {
    let span = cx.span(node);
    let finding = Diagnostic::error(codes::UPPER_CASE, format!("keywords are lower case: `{right}`"));
    cx.report(finding.at(span, format!("write `{right}`")).fix(format!("write `{right}`"), span, right));
}

/// Capitals in a tail: `NOT IN`, `BETWEEN 1 AND 2`.
pub(super) fn sql_words(cx: &mut Cx, tail: &Node) {
    const WORDS: [(Rule, &str); 4] =
        [(Rule::bad_not, "not"), (Rule::bad_in, "in"), (Rule::bad_between, "between"), (Rule::bad_and, "and")];
    let found: Vec<(Span, &str)> =
        WORDS.iter().filter_map(|(rule, right)| Some((cx.span(&tail.child(*rule)?), *right))).collect();
    let capitals = found.iter().all(|(span, right)| cx.slice(*span).eq_ignore_ascii_case(right));
    match found.as_slice() {
        [(first, _), (last, _), ..] if capitals => {
            let finding = Diagnostic::error(codes::UPPER_CASE, "keywords are lower case").at(*first, "in capitals");
            let finding = finding.and(*last, "and here");
            let edits = found.iter().map(|(span, right)| (*span, (*right).to_owned())).collect();
            cx.report(Diagnostic { fix: Some(Fix { title: "write them in lower case".to_owned(), edits }), ..finding });
        }
        several => {
            for (span, right) in several {
                instead(cx, *span, right, Elem::Not(*span));
            }
        }
    }
}

/// `consent(…)` or `in ledger …` in a condition.
pub(super) fn consent(cx: &mut Cx, span: Span) -> Option<ExprKind> {
    cx.report(consent_finding(cx.negations > 0, span));
    None
}

/// The finding about consent in a condition.
pub(in super::super::super) fn consent_finding(negated: bool, span: Span) -> Diagnostic {
    let (code, why) = if negated {
        (codes::CONSENT_NEGATED, "negated (CON-20), it would pick people because they never agreed")
    } else {
        (
            codes::CONSENT_WEAKENED,
            "inside a condition `or` could weaken it (CON-19), and people who never agreed would be contacted",
        )
    };
    let help = "write the clause `consent` with your purpose beside `where`: it is required of every member, whatever the condition says";
    let finding = Diagnostic::error(code, "consent is a clause, not a condition");
    finding.at(span, "cannot stand in a condition").because(why).help(help)
}

/// `NULL` as a value.
pub(super) fn null(cx: &mut Cx, span: Span) -> Option<ExprKind> {
    let finding = Diagnostic::error(codes::SQL_IDIOM, "a missing value is asked for with `is missing` or `is known`");
    cx.report(finding.at(span, "no value can be compared with this"));
    None
}

/// `x = NULL`, `x != null`.
pub(super) fn compared_with_null(cx: &mut Cx, kids: &[Node]) -> bool {
    let found = kids.iter().zip(kids.iter().skip(1)).find(|(op, value)| {
        matches!(op.rule(), Rule::op_eq | Rule::op_ne | Rule::bad_eq | Rule::bad_ne) && value.rule() == Rule::bad_null
    });
    let Some((op, value)) = found else {
        return false;
    };
    let span = cx.span(op).to(cx.span(value));
    let right = if matches!(op.rule(), Rule::op_eq | Rule::bad_eq) { "is missing" } else { "is known" };
    let finding = Diagnostic::error(codes::SQL_IDIOM, format!("`{}` is written `{right}` here", cx.slice(span)));
    let finding = finding.at(span, "nothing equals a missing value");
    cx.report(finding.fix(format!("write `{right}`"), span, padded(cx, span, right)));
    true
}

/// A query inside a declaration.
pub(super) fn raw_sql(cx: &mut Cx, span: Span) -> Option<ExprKind> {
    cx.report(raw_sql_finding(span));
    None
}

/// The finding about a query inside a declaration.
pub(in super::super::super) fn raw_sql_finding(span: Span) -> Diagnostic {
    Diagnostic::error(codes::RAW_SQL, "a declaration holds no raw SQL")
        .at(span, "SQL begins here")
        .also(crate::diagnostic::Code("COM-13"))
        .because("nobody could check what a query reads of people, so nobody could promise them anything")
        .help("write conditions over declared sources: `any … where … over last 90 days`")
}

/// `in blocked`: a segment or a list?
pub(super) fn in_what(cx: &mut Cx, node: &Node, span: Span) -> Option<ExprKind> {
    let named = part(cx, node, Rule::path)?;
    let place = cx.span(&named);
    let word = cx.slice(place);
    if word.to_ascii_lowercase().starts_with("consent") {
        return consent(cx, span);
    }
    if matches!(word, "segment" | "list") {
        let finding = Diagnostic::error(codes::UNEXPECTED, format!("expected a name after `in {word}`"));
        cx.report(finding.at(place, "nothing follows this"));
        return None;
    }
    let finding = Diagnostic::error(codes::UNEXPECTED, format!("`in {word}` does not say what `{word}` is"));
    cx.report(finding.at(span, "a segment or a list").help(format!("write `in segment {word}` or `in list {word}`")));
    None
}

/// `30 days` where an instant is needed.
pub(super) fn duration_alone(cx: &mut Cx, node: &Node) -> Option<ExprKind> {
    let length = a_duration(cx, node)?;
    let text = cx.slice(length.span);
    let finding = Diagnostic::error(codes::AGO, "a condition compares with an instant, not with a length of time");
    // The two readings are opposites, so neither is put there unasked: later than so long ago is less than so long since.
    cx.report(
        finding
            .at(length.span, "only a length of time")
            .because("`> 30 days ago` is more recent than that, and `days since x > 30` is longer ago: one would find those whom the other leaves out")
            .help(format!(
                "for longer ago write `days since seen_at > 30` or `seen_at < {text} ago`; for more recent write `seen_at > {text} ago`"
            )),
    );
    Some(ExprKind::Ago(length))
}

/// A minus sign before something that is no number.
pub(super) fn minus<'t>(cx: &mut Cx<'t>, span: Span) -> Option<Elem<'t>> {
    let finding = Diagnostic::error(codes::MINUS, "a minus sign stands before a number or between two values");
    cx.report(finding.at(span, "before neither").help("write `0 - x`"));
    None
}

/// `ignoring missing` after something that is no value of an aggregate.
pub(super) fn ignoring_missing<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Expr {
    let place = cx.span(tail);
    let finding = Diagnostic::error(codes::UNEXPECTED, "`ignoring missing` follows the value in an aggregate");
    let finding = finding.at(place, "ignores nothing").because(
        "a condition about something missing is unknown, and unknown lets nobody in: it cannot be told to look away",
    );
    cx.report(finding.help("write `avg(… ignoring missing over …)` or `greatest(a, b ignoring missing)`"));
    at(ExprKind::Error, left.span.to(place))
}

/// `not` straight in a filter.
pub(super) fn filter_shape(cx: &mut Cx, span: Span) {
    let finding = Diagnostic::error(codes::FILTER_SHAPE, "a filter is one comparison, or a condition in parentheses");
    cx.report(wrap(finding.at(span, "more than a comparison"), "put it in parentheses", span));
}

fn wrap(mut finding: Diagnostic, title: &str, span: Span) -> Diagnostic {
    let edits = vec![(span.before(), "(".to_owned()), (span.after(), ")".to_owned())];
    finding.fix = Some(Fix { title: title.to_owned(), edits });
    finding
}

/// `count(*)`.
pub(super) fn star(cx: &mut Cx, argument: &Node) -> Option<Expr> {
    let star = part(cx, argument, Rule::bad_star)?;
    let span = cx.span(&star);
    let finding = Diagnostic::error(codes::SQL_IDIOM, "`*` does not say what is counted");
    cx.report(finding.at(span, "name a source").help("write `count(… over last 90 days)`"));
    None
}

/// A name among values.
pub(super) fn name_among_values(cx: &mut Cx, span: Span) {
    let word = cx.slice(span);
    let finding = Diagnostic::error(codes::UNEXPECTED, format!("`{word}` is no value"));
    let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let finding = finding.at(span, "a text stands in double quotes");
    cx.report(if plain { finding.fix("put it in quotes", span, format!("\"{word}\"")) } else { finding });
}

/// Whether a filter without a window stands open before `and` or `or`; it is reported with both readings.
pub(super) fn open_filter_in(cx: &mut Cx, elems: &[Elem]) -> bool {
    let mut pairs = elems.iter().zip(elems.iter().skip(1)).enumerate();
    let found = pairs.find_map(|(place, (elem, next))| match (elem, next) {
        (Elem::Operand(expr), Elem::And(op) | Elem::Or(op)) => {
            open_filter_of(expr).map(|filter| (place, filter.clone(), *op))
        }
        (
            Elem::Not(_)
            | Elem::Operand(_)
            | Elem::And(_)
            | Elem::Or(_)
            | Elem::Compare(_)
            | Elem::Arith(_)
            | Elem::PercentOf(_)
            | Elem::Tail(_),
            Elem::Not(_)
            | Elem::Operand(_)
            | Elem::And(_)
            | Elem::Or(_)
            | Elem::Compare(_)
            | Elem::Arith(_)
            | Elem::PercentOf(_)
            | Elem::Tail(_),
        ) => None,
    });
    let Some((place, filter, op)) = found else {
        return false;
    };
    let window = elems.iter().skip(place).find_map(|elem| match elem {
        Elem::Tail(node) if node.rule() == Rule::bad_window_stray => Some(cx.span(node)),
        Elem::Tail(_)
        | Elem::Not(_)
        | Elem::Operand(_)
        | Elem::And(_)
        | Elem::Or(_)
        | Elem::Compare(_)
        | Elem::PercentOf(_)
        | Elem::Arith(_) => None,
    });
    let end = window.map(|window| last_end_before(cx, window.start));
    open_filter(cx, &filter, op, end);
    true
}

fn open_filter_of(expr: &Expr) -> Option<&Filter> {
    if expr.parenthesised {
        return None;
    }
    if let ExprKind::Counting(counting) = &expr.kind {
        return open_filter_in_counting(counting);
    }
    let ExprKind::Events(events) = &expr.kind else { return None };
    let rows = &events.rows;
    rows.filter.as_ref().filter(|filter| rows.window.is_none() && !filter.condition.parenthesised)
}

/// The periods stand before the filter, so nothing closes it.
fn open_filter_in_counting(counting: &Counting) -> Option<&Filter> {
    match counting {
        Counting::Regular(regular) => regular.rows.filter.as_ref().filter(|filter| !filter.condition.parenthesised),
        Counting::Of { .. } | Counting::AllHave { .. } | Counting::Sequence(_) => None,
    }
}

fn last_end_before(cx: &Cx, place: u32) -> u32 {
    let before = cx.tokens.partition_point(|token| token.start < place).checked_sub(1);
    before.and_then(|index| cx.tokens.get(index)).map_or(place, |token| token.end)
}

/// Reports a filter that is still open. Where `end` is known, what follows up to there can only belong to the filter.
pub(super) fn open_filter(cx: &mut Cx, filter: &Filter, op: Span, end: Option<u32>) {
    let condition = filter.condition.span;
    let text = cx.slice(condition);
    let word = cx.slice(op).split_whitespace().next().unwrap_or("and");
    let whole = Span { end: end.unwrap_or(condition.end), ..condition };
    let (title, wrapped) =
        if end.is_some() { ("make both part of the filter", whole) } else { ("close the filter first", condition) };
    let finding = Diagnostic::error(codes::OPEN_FILTER, format!("the filter before this `{word}` is still open, so two readings are possible"))
        .at(op, "belongs to the filter, or to the whole condition?")
        .and(filter.span, "this filter is not closed by a window or a parenthesis")
        .help(format!("write `where ({text} {word} …)` if both are about the same rows, or `where ({text}) {word} …` if the filter ends there"));
    cx.report(wrap(finding, title, wrapped));
}

/// `a < b < c`.
pub(super) fn chained(cx: &mut Cx, left: &Expr, second: Option<Span>) {
    let place = second.unwrap_or(left.span);
    if let Some(right) = habits::days_of(cx, place) {
        let finding = Diagnostic::error(codes::CHAINED, "a window begins with `over`").at(place, "not how it begins");
        cx.report(finding.fix(format!("write `{right}`"), place, right));
        return;
    }
    let finding = Diagnostic::error(codes::CHAINED, "comparisons do not chain")
        .at(place, "a second comparison of the same value");
    let compared = if let ExprKind::Compare { right, .. } = &left.kind { Some(right.span) } else { None };
    let middle = compared.filter(|_| !left.parenthesised);
    let finding = finding.help("write `a < b and b < c`, or `b between a and c` with both ends");
    cx.report(match middle {
        Some(middle) => {
            let text = cx.slice(middle);
            finding.fix("compare twice", middle.after(), format!(" and {text}"))
        }
        None => finding,
    });
}

/// `and` groups inside an `or` without parentheses.
pub(super) fn mixed(cx: &mut Cx, groups: &[Span]) {
    let Some(first) = groups.first() else {
        return;
    };
    let finding = Diagnostic::warning(codes::MIXED, "`and` is mixed with `or` without parentheses")
        .at(*first, "read as one group")
        .help("`and` binds tighter than `or`; parentheses say so");
    let edits =
        groups.iter().flat_map(|group| [(group.before(), "(".to_owned()), (group.after(), ")".to_owned())]).collect();
    cx.report(Diagnostic { fix: Some(Fix { title: "write the parentheses".to_owned(), edits }), ..finding });
}

/// A window after something that is no row selection.
pub(super) fn stray_window<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Expr {
    let place = cx.span(tail);
    let span = left.span.to(place);
    if !matches!(left.kind, ExprKind::Error | ExprKind::Unsupported(_)) {
        let finding = Diagnostic::error(codes::STRAY_WINDOW, "this window bounds no rows");
        let help = "a window stands directly after rows: `any … over last 90 days`, `count(… over last 90 days)`";
        let finding = finding.at(place, "belongs inside the count, or after rows").help(help);
        let fix = window_inside(cx, &left, place).or_else(|| any_before(cx, &left, place));
        cx.report(Diagnostic { fix, ..finding });
    }
    at(ExprKind::Error, span)
}

/// `orders over last 30 days`: a condition about rows says how many.
fn any_before(cx: &Cx, left: &Expr, place: Span) -> Option<Fix> {
    let ExprKind::Path(_) = &left.kind else { return None };
    let after = cx.tokens.partition_point(|token| token.start < place.end);
    let next = cx.tokens.get(after).map_or("", |token| cx.word(token));
    let compared =
        matches!(next, "=" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "between" | "in" | "is");
    let edits = vec![(left.span.before(), "any ".to_owned())];
    (!compared && !left.parenthesised).then(|| Fix { title: "write `any`".to_owned(), edits })
}

/// `sum(orders.total) over last 30 days`: the window belongs before the parenthesis.
fn window_inside(cx: &Cx, left: &Expr, place: Span) -> Option<Fix> {
    let ExprKind::Aggregate(aggregate) = &left.kind else { return None };
    let said = cx.slice(left.span);
    let names_rows = said.starts_with("count(") || said.contains('.');
    if aggregate.window.is_some() || !said.ends_with(')') || !names_rows {
        return None;
    }
    let close = Span { start: left.span.end.saturating_sub(1), end: left.span.end.saturating_sub(1), ..left.span };
    let after = Span { start: left.span.end, ..place };
    let edits = vec![(close, format!(" {}", cx.slice(place))), (after, String::new())];
    Some(Fix { title: "put the window inside".to_owned(), edits })
}

/// `LIKE "%x%"`, read as what it means where that can be said.
pub(super) fn like<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Option<ExprKind> {
    let span = cx.span(tail);
    let pattern = tails::pattern(cx, tail)?;
    let finding = Diagnostic::error(
        codes::SQL_IDIOM,
        "there is no `like`: texts are searched with `contains`, `starts with` and `ends with`",
    );
    let finding = finding.at(span, "a pattern of SQL");
    let negated = tail.has(Rule::kw_not) || tail.has(Rule::kw_not_upper);
    let LiteralKind::Text(text) = &pattern.kind else {
        cx.report(finding);
        return None;
    };
    let Some((words, inner, op)) = like_words(text).filter(|_| !negated) else {
        cx.report(finding.help("write `not (name contains \"x\")` for a negation; other patterns have no equal"));
        return None;
    };
    let folded = tail.child(Rule::kw_like).is_some_and(|word| word.text().to_ascii_lowercase().starts_with("il"));
    let case = if folded { " ignoring case" } else { "" };
    let mend = format!("{words} \"{}\"{case}", inner.escape_default());
    cx.report(finding.fix(format!("write `{words}`"), span, mend));
    let part = super::super::super::ast::Literal { kind: LiteralKind::Text(inner), span: pattern.span };
    let op = Spanned::new(op, span);
    Some(ExprKind::TextTest { value: Box::new(left), op, part, ignoring_case: folded.then_some(span) })
}

fn like_words(pattern: &str) -> Option<(&'static str, String, TextOp)> {
    let starts = pattern.starts_with('%');
    let ends = pattern.len() > 1 && pattern.ends_with('%');
    let inner = pattern.strip_prefix('%').unwrap_or(pattern);
    let inner = inner.strip_suffix('%').unwrap_or(inner);
    let plain = !inner.is_empty() && !inner.contains(['%', '_', '\\']);
    let (words, op) = match (starts, ends) {
        (true, true) => ("contains", TextOp::Contains),
        (true, false) => ("ends with", TextOp::EndsWith),
        (false, true) => ("starts with", TextOp::StartsWith),
        (false, false) => return None,
    };
    plain.then(|| (words, inner.to_owned(), op))
}

/// `IS NULL`, `is not null`.
pub(super) fn is_null<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Option<ExprKind> {
    let known = tail.has(Rule::kw_not) || tail.has(Rule::kw_not_upper);
    presence(cx, left, tail, known)
}

/// `is not missing`, `is not known`.
pub(super) fn is_not<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Option<ExprKind> {
    presence(cx, left, tail, tail.has(Rule::kw_missing))
}

fn presence<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>, known: bool) -> Option<ExprKind> {
    let span = cx.span(tail);
    let right = if known { "is known" } else { "is missing" };
    let finding = Diagnostic::error(codes::SQL_IDIOM, format!("`{}` is written `{right}` here", cx.slice(span)));
    cx.report(finding.at(span, format!("write `{right}`")).fix(format!("write `{right}`"), span, right));
    Some(ExprKind::Presence { value: Box::new(left), known })
}

/// `country in "DE"`, `country in others`.
pub(super) fn in_bare<'t>(cx: &mut Cx<'t>, left: Expr, tail: &Node<'t>) -> Option<ExprKind> {
    sql_words(cx, tail);
    let Some(value) = tail.any_of(LITERALS) else {
        let named = part(cx, tail, Rule::path)?;
        let denied = usize::from(tail.has(Rule::kw_not) || tail.has(Rule::bad_not));
        cx.negations += denied;
        let what = in_what(cx, tail, cx.span(&named));
        cx.negations = cx.negations.saturating_sub(denied);
        return what;
    };
    let place = cx.span(&value);
    if matches!(left.kind, ExprKind::Events(_)) {
        habits::rows_between(cx, &left, tail);
        return None;
    }
    let finding =
        Diagnostic::error(codes::UNEXPECTED, "values stand in parentheses").at(place, "one value without them");
    cx.report(wrap(finding, "put it in parentheses", place));
    let negated = tail.has(Rule::kw_not) || tail.has(Rule::bad_not);
    let values = vec![literal(cx, &value)];
    Some(ExprKind::In { value: Box::new(left), negated, values, ignoring_case: None })
}
