//! From what the grammar could have read to what a person should write.
//!
//! pest names the rules that it tried at the furthest place. Here they become at most five friendly names, a suggestion where a word
//! is misspelt, and a finding of its own for the mistakes that people make most.

mod clauses;
mod habits;
mod said;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::codes;
use super::grammar::Rule;
use super::node::Cx;
use super::scan::{OPEN_QUESTION, Token, TokenKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
pub(super) use clauses::clause_of_others;
pub(super) use habits::unit_of;
use said::{Said, choices, keyword, said};

/// Where a strict parse stopped, and what it would have read there.
pub(super) struct Stop {
    /// The token it stopped at: its place among the tokens of the file. May be one past the last that was given.
    pub token: usize,
    expected: Vec<Rule>,
}

impl Stop {
    /// A stop that says nothing.
    pub fn nowhere(token: usize) -> Self {
        Self { token, expected: Vec::new() }
    }
}

/// The stop of a failed parse of the text from byte `base` on.
pub(super) fn stop(cx: &Cx, error: &Error<Rule>, base: u32) -> Stop {
    let place = match error.location {
        InputLocation::Pos(place) | InputLocation::Span((place, _)) => place,
    };
    let place = base.saturating_add(u32::try_from(place).unwrap_or(u32::MAX));
    let token = cx.tokens.partition_point(|token| token.end <= place);
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Stop { token, expected }
}

/// The finding about a stop in the tokens from `first` up to `end`.
pub(super) fn finding(cx: &Cx, stop: &Stop, first: usize, end: usize) -> Diagnostic {
    let tokens = cx.tokens.get(first..end.min(cx.tokens.len())).unwrap_or(&[]);
    let at = stop.token.saturating_sub(first);
    let before = at.checked_sub(1).and_then(|place| tokens.get(place));
    if let Some(select) = sql_before(cx, tokens, at) {
        return super::lower::raw_sql_finding(cx.token_span(select));
    }
    let open = tokens.get(at).is_some_and(|found| cx.word(found) == OPEN_QUESTION);
    if let Some(habit) = habits::Around::new(cx, stop.token, end).habit().filter(|_| !open) {
        return habit;
    }
    let Some(found) = tokens.get(at).filter(|found| cx.word(found) != "}") else {
        let before = before_or_outer(cx, tokens, at, first);
        return early_end(cx, &stop.expected, before);
    };
    if cx.word(found) == OPEN_QUESTION {
        return left_open(cx, &stop.expected, tokens.get(at..).unwrap_or(&[]));
    }
    let next = tokens.get(at + 1);
    let special = reserved(cx, &stop.expected, found, next)
        .or_else(|| foreign_type(cx, &stop.expected, found))
        .or_else(|| filter_shape(cx, before, found))
        .or_else(|| misspelt(cx, &stop.expected, found))
        .or_else(|| missing_comma(cx, &stop.expected, before, found));
    special.unwrap_or_else(|| {
        let finding = general(cx, &stop.expected, found);
        match before {
            Some(before) => with_reason(cx, before, finding),
            None => finding,
        }
    })
}

/// The token before the place where a parse stopped, or before all that was given.
fn before_or_outer<'t>(cx: &Cx<'t>, tokens: &'t [Token], at: usize, first: usize) -> Option<&'t Token> {
    let inner = at.min(tokens.len()).checked_sub(1).and_then(|place| tokens.get(place));
    inner.or_else(|| first.checked_sub(1).and_then(|place| cx.tokens.get(place)))
}

fn sql_before<'t>(cx: &Cx, tokens: &'t [Token], at: usize) -> Option<&'t Token> {
    let upto = tokens.get(..tokens.len().min(at + 1)).unwrap_or(tokens);
    let select =
        upto.iter().find(|token| token.kind == TokenKind::Word && cx.word(token).eq_ignore_ascii_case("select"));
    select.or_else(|| upto.last().filter(|token| token.kind == TokenKind::RawText))
}

fn early_end(cx: &Cx, expected: &[Rule], last: Option<&Token>) -> Diagnostic {
    let wanted = list(&friendly(expected));
    let Some(last) = last else {
        return Diagnostic::error(codes::UNEXPECTED, format!("expected {wanted}"));
    };
    let message = format!("expected {wanted} after `{}`", shown(cx, last));
    with_reason(cx, last, Diagnostic::error(codes::UNEXPECTED, message).at(cx.token_span(last), "nothing follows this"))
}

/// What is done without consent says why.
fn with_reason(cx: &Cx, last: &Token, finding: Diagnostic) -> Diagnostic {
    if cx.word(last) != "needed" {
        return finding;
    }
    finding
        .because("nobody is asked, so the reason stands where everybody who reviews the segment reads it")
        .help("say the reason: `consent not needed because \"…\"`, and why nobody need be asked")
}

fn general(cx: &Cx, expected: &[Rule], found: &Token) -> Diagnostic {
    let names = friendly(expected);
    let word = shown(cx, found);
    let message = match names.as_slice() {
        [] => format!("`{word}` does not fit here"),
        [_, ..] => format!("expected {}, found `{word}`", list(&names)),
    };
    let finding = Diagnostic::error(codes::UNEXPECTED, message).at(cx.token_span(found), "unexpected");
    let window = expected.iter().any(|rule| matches!(rule, Rule::window | Rule::kw_over));
    if window
        && matches!(word.as_str(), "since" | "after" | "before" | "during" | "until" | "for" | "from" | "within" | "in")
    {
        return finding.help("a window begins with `over`: `over last 90 days`, `over 2026-01-01 to now`");
    }
    finding
}

/// A `???`: what could be written there is what the grammar would have read. The others of the same clause are the same finding's.
fn left_open(cx: &Cx, expected: &[Rule], tokens: &[Token]) -> Diagnostic {
    let message = format!("this is left open: write {}", list(&friendly(expected)));
    let mut finding = Diagnostic::error(codes::LEFT_OPEN, message);
    let Some((first, rest)) = tokens.split_first() else { return finding };
    finding = finding.at(cx.token_span(first), "nobody has answered this yet");
    // What a clause leaves open besides stands on its line; further lines may be other clauses.
    let rest = rest.iter().take_while(|token| !token.first).filter(|token| cx.word(token) == OPEN_QUESTION);
    for hole in rest {
        finding = finding.and(cx.token_span(hole), "nor this");
    }
    finding.help("`???` stands for an answer; nothing is compiled before somebody who knows has given it")
}

/// Types of other languages.
fn foreign_type(cx: &Cx, expected: &[Rule], found: &Token) -> Option<Diagnostic> {
    const TYPES: &[(&str, &str)] = &[
        ("string", "text"),
        ("str", "text"),
        ("varchar", "text"),
        ("char", "text"),
        ("int", "integer"),
        ("bigint", "integer"),
        ("number", "decimal"),
        ("numeric", "decimal"),
        ("float", "decimal"),
        ("double", "decimal"),
        ("bool", "boolean"),
        ("datetime", "timestamp"),
        ("timestamptz", "timestamp"),
    ];
    let place = expected.iter().any(|rule| matches!(rule, Rule::field_type | Rule::type_scalar | Rule::type_word));
    let word = cx.word(found);
    let (_, ours) = TYPES.iter().find(|(theirs, _)| place && word.eq_ignore_ascii_case(theirs))?;
    let span = cx.token_span(found);
    let finding =
        Diagnostic::error(codes::UNEXPECTED, format!("there is no type `{word}`: it is called `{ours}` here"));
    Some(finding.at(span, "a type of another language").fix(format!("write `{ours}`"), span, *ours))
}

/// A token for a message: short, on one line, nothing that a terminal obeys.
pub(super) fn shown(cx: &Cx, token: &Token) -> String {
    let text = cx.word(token);
    let short: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    let short = short.replace("\\\"", "\"").replace("\\'", "'");
    if text.chars().count() > 40 { format!("{short}…") } else { short }
}

/// The words that cannot be names.
const RESERVED: &[&str] = &[
    "and", "or", "not", "is", "in", "has", "between", "where", "over", "then", "within", "with", "have", "any", "all",
    "no", "except", "ignoring",
];

/// Rules that begin with a name.
const NAMES: &[Rule] = &[
    Rule::name,
    Rule::path,
    Rule::column,
    Rule::names,
    Rule::paths,
    Rule::columns,
    Rule::rows,
    Rule::purpose_grants,
    Rule::label,
];

fn is_operand_place(expected: &[Rule]) -> bool {
    expected
        .iter()
        .any(|rule| matches!(rule, Rule::aggregate | Rule::aggregate_name | Rule::paren | Rule::arith | Rule::expr))
}

fn reserved(cx: &Cx, expected: &[Rule], found: &Token, next: Option<&Token>) -> Option<Diagnostic> {
    let word = cx.word(found);
    let compared = next.is_some_and(|next| matches!(cx.word(next), "=" | "!=" | "<" | "<=" | ">" | ">=" | "=="));
    let name = expected.iter().any(|rule| NAMES.contains(rule));
    let operand = is_operand_place(expected);
    let fits = (name || operand) && RESERVED.contains(&word) && (compared || !operand);
    let span = cx.token_span(found);
    fits.then(|| {
        Diagnostic::error(codes::RESERVED, format!("`{word}` is a reserved word"))
            .at(span, "cannot be a name as it stands")
            .fix("write it in backquotes", span, format!("`{word}`"))
    })
}

fn filter_shape(cx: &Cx, before: Option<&Token>, found: &Token) -> Option<Diagnostic> {
    let filter = before.is_some_and(|before| cx.word(before) == "where");
    let condition =
        matches!(cx.word(found), "any" | "no" | "all" | "at" | "exactly" | "in" | "each" | "top" | "bottom");
    (filter && condition).then(|| {
        Diagnostic::error(codes::FILTER_SHAPE, "a filter is one comparison, or a condition in parentheses")
            .at(cx.token_span(found), "more than a comparison")
            .help(format!("write `where ({} …)`", cx.word(found)))
    })
}

fn misspelt(cx: &Cx, expected: &[Rule], found: &Token) -> Option<Diagnostic> {
    if found.kind != TokenKind::Word {
        return None;
    }
    let word = cx.word(found);
    let words = expected.iter().flat_map(|rule| words(*rule).into_iter().chain(choices(*rule).iter().copied()));
    let near = nearest(word, words)?;
    Some(instead(word, near, cx.token_span(found)))
}

/// The finding about a word that stands for another.
pub(super) fn instead(word: &str, near: &str, span: Span) -> Diagnostic {
    let finding = if word.eq_ignore_ascii_case(near) {
        Diagnostic::error(codes::UPPER_CASE, format!("keywords are lower case: `{near}`"))
            .at(span, format!("write `{near}`"))
    } else {
        Diagnostic::error(codes::UNEXPECTED, format!("`{word}` means nothing here"))
            .at(span, "misspelt?")
            .help(format!("did you mean `{near}`?"))
    };
    finding.fix(format!("write `{near}`"), span, near)
}

fn missing_comma(cx: &Cx, expected: &[Rule], before: Option<&Token>, found: &Token) -> Option<Diagnostic> {
    let before = before?;
    let item = matches!(found.kind, TokenKind::Word | TokenKind::Text | TokenKind::Number | TokenKind::Backquoted);
    let alike = before.kind == found.kind && !RESERVED.contains(&cx.word(found));
    let fits = item && alike && !found.first && expected.contains(&Rule::comma);
    fits.then(|| {
        Diagnostic::error(codes::MISSING_COMMA, "a comma is missing between the items of this list")
            .at(cx.token_span(found), "a comma belongs before this")
            .fix("put a comma", cx.token_span(before).after(), ",")
    })
}

/// The nearest of some words: the same but for case, or one or two letters away.
pub(super) fn nearest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let lower = word.to_ascii_lowercase();
    if lower.len() > 24 {
        return None;
    }
    // Of two that are equally near, the one that is as long: `dayz` is `days` rather than `day`.
    let ranked = words.map(|candidate| {
        (strsim::damerau_levenshtein(&lower, candidate), candidate.len().abs_diff(lower.len()), candidate)
    });
    let near = ranked.filter(|(distance, _, candidate)| *distance <= allowed(candidate) && *distance < lower.len());
    near.min().map(|(_, _, candidate)| candidate)
}

/// How many letters may differ.
fn allowed(candidate: &str) -> usize {
    match candidate.len() {
        0..=2 => 0,
        3..=6 => 1,
        _ => 2,
    }
}

/// The words that a rule begins with.
fn words(rule: Rule) -> Vec<&'static str> {
    match said(rule) {
        Said::Keyword => keyword(rule).into_iter().collect(),
        Said::Words(words) => words.to_vec(),
        Said::Hidden | Said::Role(_) => Vec::new(),
    }
}

/// At most five friendly names, the useful ones first.
fn friendly(expected: &[Rule]) -> Vec<String> {
    if is_operand_place(expected) {
        let condition =
            expected.iter().any(|rule| matches!(rule, Rule::events | Rule::quantity | Rule::expr | Rule::kw_not));
        return vec![if condition { "a condition" } else { "a value" }.to_owned()];
    }
    let compares = expected.contains(&Rule::op_ge);
    let joins = expected.contains(&Rule::op_add);
    let mut named: Vec<(u8, String)> = expected.iter().flat_map(|rule| ranked(*rule, compares, joins)).collect();
    named.sort();
    named.dedup();
    named.truncate(5);
    named.into_iter().map(|(_, name)| name).collect()
}

/// Words that begin a comparison or something that is not supported: understood, not offered.
const NOT_OFFERED: &[&str] = &[
    "among", "has", "matches", "within", "with", "so", "latest", "each", "top", "bottom", "sample", "all", "version",
    "days", "distinct",
];
const COMPARING: &[&str] = &["between", "in", "is", "contains", "starts", "ends", "ignoring", "not"];

/// The names of a rule with their ranks: what joins first, then signs, words, roles, and the end.
fn ranked(rule: Rule, compares: bool, joins: bool) -> Vec<(u8, String)> {
    let word = |word: &str| {
        if compares && matches!(word, "and" | "or") {
            Some((0, format!("`{word}`")))
        } else if compares && COMPARING.contains(&word) {
            Some((3, "a comparison".to_owned()))
        } else {
            (!NOT_OFFERED.contains(&word)).then(|| (2, format!("`{word}`")))
        }
    };
    match said(rule) {
        Said::Hidden => Vec::new(),
        Said::Role("an operator" | "`=`") if compares => vec![(3, "a comparison".to_owned())],
        Said::Keyword => keyword(rule).into_iter().filter_map(word).collect(),
        Said::Words(words) => words.iter().copied().filter_map(word).collect(),
        Said::Role("a currency" | "a unit of time") if joins => Vec::new(),
        Said::Role("the end") => vec![(6, "the end of this clause".to_owned())],
        Said::Role(role) if role.starts_with('`') && role.len() == 3 => vec![(1, role.to_owned())],
        Said::Role(role) => vec![(4, role.to_owned())],
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => "something else".to_owned(),
        [only] => only.clone(),
        [init @ .., last] => format!("{} or {last}", init.join(", ")),
    }
}
