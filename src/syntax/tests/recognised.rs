//! Mistakes that are recognised: message, exact place, and a fix that mends.

use super::support::{lines, mended, mistakes, read, segment};
use crate::diagnostic::Severity;
use crate::syntax::ast::{ExprKind, ItemKind};

/// One mistake in a condition: what is found, and what the condition becomes with the fix.
fn check(condition: &str, found: &str, fixed: &str) {
    let text = segment(condition);
    assert_eq!(lines(&text), [found], "{condition}");
    let parsed = read(&text);
    let mended = mended(&text, &parsed.diagnostics[0]);
    if fixed.is_empty() {
        assert_eq!(mended, None, "{condition}");
        return;
    }
    assert_eq!(mended.as_deref(), Some(segment(fixed).as_str()), "{condition}");
    assert_eq!(lines(&segment(fixed)), Vec::<String>::new(), "{fixed}");
}

#[test]
fn operators_of_other_languages() {
    check("a == 1", "2:11 SYN-18 `==` is written `=` here", "a = 1");
    check("a <> 1", "2:11 SYN-18 `<>` is written `!=` here", "a != 1");
    check("a = 1 && b = 2", "2:15 SYN-18 `&&` is written `and` here", "a = 1 and b = 2");
    check("a = 1&&b = 2", "2:14 SYN-18 `&&` is written `and` here", "a = 1 and b = 2");
    check("a = 1 || b = 2", "2:15 SYN-18 `||` is written `or` here", "a = 1 or b = 2");
    check("!a", "2:9 SYN-18 `!` is written `not` here", "not a");
    check("-a > 1", "2:9 SYN-35 a minus sign stands before a number or between two values", "");
}

#[test]
fn capitals() {
    check("a = 1 AND b = 2", "2:15 SYN-19 keywords are lower case: `and`", "a = 1 and b = 2");
    check("a = 1 OR b = 2", "2:15 SYN-19 keywords are lower case: `or`", "a = 1 or b = 2");
    check("NOT a", "2:9 SYN-19 keywords are lower case: `not`", "not a");
    check("a IN (\"x\")", "2:11 SYN-19 keywords are lower case: `in`", "a in (\"x\")");
    check("a BETWEEN 1 and 2", "2:11 SYN-19 keywords are lower case: `between`", "a between 1 and 2");
    check(
        "any o WHERE a = 1 over today",
        "2:15 SYN-19 keywords are lower case: `where`",
        "any o where a = 1 over today",
    );
    check("any o OVER today", "2:15 SYN-19 keywords are lower case: `over`", "any o over today");
}

#[test]
fn texts() {
    check("a = 'DE'", "2:13 SYN-20 a text stands in double quotes", "a = \"DE\"");
    check("a = 'say \"x\"'", "2:13 SYN-20 a text stands in double quotes", "a = \"say \\\"x\\\"\"");
    check("a = \"DE", "2:13 SYN-06 this text is never closed on its line", "a = \"DE\"");
    check("a in (\"DE)", "2:15 SYN-06 this text is never closed on its line", "a in (\"DE\")");
    check("a = \"\\x\"", "2:14 SYN-07 a text has no escape `\\x`", "");
    check("a = \"\\u{0}\"", "2:14 SYN-07 a text cannot hold a NUL", "");
    for c in ["1b", "9b", "7f", "202e", "2028", "200f"] {
        check(
            &format!("a = \"\\u{{{c}}}[31m\""),
            "2:14 SYN-07 a text cannot hold a character that controls how others are shown",
            "",
        );
    }
    check("a = \"\\u{D800}\"", "2:14 SYN-07 there is no character `U+D800`", "");
    check("a = \"\\u{110000}\"", "2:14 SYN-07 there is no character `U+110000`", "");
    check("a = \"\\u0041\"", "2:14 SYN-07 `\\u` is followed by a number in braces: `\\u{1F600}`", "");
    check("a = \"x\\", "2:13 SYN-06 this text is never closed on its line", "");
}

#[test]
fn idioms_of_sql() {
    check(
        "a LIKE \"%shoes%\"",
        "2:11 SYN-21 there is no `like`: texts are searched with `contains`, `starts with` and `ends with`",
        "a contains \"shoes\"",
    );
    check(
        "a like \"x%\"",
        "2:11 SYN-21 there is no `like`: texts are searched with `contains`, `starts with` and `ends with`",
        "a starts with \"x\"",
    );
    check(
        "a ilike \"%x\"",
        "2:11 SYN-21 there is no `like`: texts are searched with `contains`, `starts with` and `ends with`",
        "a ends with \"x\" ignoring case",
    );
    check(
        "a LIKE \"x_\"",
        "2:11 SYN-21 there is no `like`: texts are searched with `contains`, `starts with` and `ends with`",
        "",
    );
    check("a IS NULL", "2:11 SYN-21 `IS NULL` is written `is missing` here", "a is missing");
    check("a is not null", "2:11 SYN-21 `is not null` is written `is known` here", "a is known");
    check("a is not missing", "2:11 SYN-21 `is not missing` is written `is known` here", "a is known");
    check("a = NULL", "2:11 SYN-21 `= NULL` is written `is missing` here", "a is missing");
    check("a != null and b", "2:11 SYN-21 `!= null` is written `is known` here", "a is known and b");
    check("count(*) > 3", "2:15 SYN-21 `*` does not say what is counted", "");
    check("a in (1, NULL)", "2:18 SYN-21 a missing value is asked for with `is missing` or `is known`", "");
}

#[test]
fn raw_sql() {
    for condition in [
        "SELECT * FROM orders",
        "a = 1 and (select 1)",
        "exists (select 1 from t)",
        "id in (select id from t)",
        "\"\"\"select 1\"\"\"",
    ] {
        let found = lines(&segment(condition));
        assert!(
            found.len() == 1 && found[0].contains("SYN-27 a declaration holds no raw SQL"),
            "{condition}: {found:?}"
        );
    }
}

#[test]
fn commas_and_parentheses() {
    check(
        "a in (\"DE\" \"FR\")",
        "2:20 SYN-22 a comma is missing between the items of this list",
        "a in (\"DE\", \"FR\")",
    );
    check("a in \"DE\"", "2:14 SYN-01 values stand in parentheses", "a in (\"DE\")");
    check("a in (DE)", "2:15 SYN-01 `DE` is no value", "a in (\"DE\")");
    check("a in ()", "2:14 SYN-33 a list of values holds at least one", "");
    check("in blocked", "2:9 SYN-01 `in blocked` does not say what `blocked` is", "");
    check("a = 1 and (b = 2", "2:19 SYN-05 this `(` is never closed", "");
    check("a = 1) and b = 2", "2:14 SYN-05 this `)` closes nothing", "a = 1 and b = 2");
    check("a in [1, 2]", "2:14 SYN-01 square brackets mean nothing here", "");
}

#[test]
fn misspelt_words() {
    check("any o ovre last 3 days", "2:15 SYN-01 `ovre` means nothing here", "any o over last 3 days");
    check("any o over lst 3 days", "2:20 SYN-01 `lst` means nothing here", "any o over last 3 days");
    check("a = 1 adn b = 2", "2:15 SYN-01 `adn` means nothing here", "a = 1 and b = 2");
    check("any o whre a = 1 over today", "2:15 SYN-01 `whre` means nothing here", "any o where a = 1 over today");
    check("a betwen 1 and 2", "2:11 SYN-01 `betwen` means nothing here", "a between 1 and 2");
    check("sun(o.t over today) > 1", "2:9 SYN-28 there is no function `sun`", "sum(o.t over today) > 1");
    check("total_of(o) > 1", "2:9 SYN-28 there is no function `total_of`", "");
}

#[test]
fn a_rule_has_no_exception() {
    let found = lines("exception to CON-01 for x { because \"careful\" }\n");
    assert!(found.len() == 1 && found[0].contains("GOV-04 an exception names a policy"), "{found:?}");
}

#[test]
fn consent_is_no_condition() {
    for (condition, code) in [
        ("consent(marketing.email) or vip", "CON-19"),
        ("a = 1 and consent marketing.email", "CON-19"),
        ("not consent(email)", "CON-20"),
        ("not (a = 1 and consent(email))", "CON-20"),
        ("in ledger consents", "CON-19"),
        ("customer not in ledger consents", "CON-19"),
        ("consent.status = \"granted\"", "CON-19"),
    ] {
        let found = lines(&segment(condition));
        assert!(
            found.len() == 1 && found[0].contains(&format!("{code} consent is a clause, not a condition")),
            "{condition}: {found:?}"
        );
    }
    let except = "segment x of y {\n  where everyone\n  except consent(email)\n}\n";
    assert_eq!(lines(except), ["3:10 CON-20 consent is a clause, not a condition"]);
}

#[test]
fn an_open_filter_offers_both_readings() {
    check(
        "any o where a = 1 and b = 2 over today",
        "2:27 SYN-24 the filter before this `and` is still open, so two readings are possible",
        "any o where (a = 1 and b = 2) over today",
    );
    check(
        "(any o where a = 1 and any p over today)",
        "2:28 SYN-24 the filter before this `and` is still open, so two readings are possible",
        "(any o where (a = 1) and any p over today)",
    );
    check(
        "count(o where a = 1 or b = 2 over today) > 1",
        "2:29 SYN-24 the filter before this `or` is still open, so two readings are possible",
        "count(o where (a = 1 or b = 2) over today) > 1",
    );
    let help = read(&segment("any o where a = 1 and b = 2 over today")).diagnostics[0].help.clone().unwrap();
    assert!(help.contains("`where (a = 1 and …)`") && help.contains("`where (a = 1) and …`"), "{help}");
    assert_eq!(lines(&segment("any o where (a = 1) and b = 2")), Vec::<String>::new());
    assert_eq!(lines(&segment("any o where a = 1 over today and b = 2")), Vec::<String>::new());
}

#[test]
fn filters_are_one_comparison_or_in_parentheses() {
    check(
        "any o where not a over today",
        "2:21 SYN-29 a filter is one comparison, or a condition in parentheses",
        "any o where (not a) over today",
    );
    check(
        "any o where any i where a = 1 over today",
        "2:21 SYN-29 a filter is one comparison, or a condition in parentheses",
        "",
    );
    assert_eq!(
        lines(&segment("any o where gift over today and any o where (a + b) > 3 over today")),
        Vec::<String>::new()
    );
}

#[test]
fn comparisons() {
    check("1 < a < 5", "2:15 SYN-25 comparisons do not chain", "1 < a and a < 5");
    check(
        "a = 1 is missing",
        "2:15 SYN-25 comparisons do not chain",
        "1 and 1".replace("1 and 1", "a = 1 and 1 is missing").as_str(),
    );
    check(
        "a = not b",
        "2:13 SYN-01 expected a value, found `not`"
            .replace("SYN-01 expected a value, found `not`", "SYN-30 `not` stands before a whole comparison")
            .as_str(),
        "",
    );
    check("signup_at >= 30 days", "2:22 SYN-34 a condition compares with an instant, not with a length of time", "");
    check(
        "any o over 30 days",
        "2:20 SYN-34 a window says where it lies: `over last 30 days`",
        "any o over last 30 days",
    );
    check("a = 1 over last 3 days", "2:15 SYN-31 this window bounds no rows", "");
    check("sum(o.t) > 3 over last 3 days", "2:22 SYN-31 this window bounds no rows", "");
    check("a ignoring case", "2:11 SYN-01 `ignoring case` follows a comparison of texts", "");
}

#[test]
fn and_mixed_with_or_is_a_warning_with_a_fix() {
    check(
        "a = 1 or b = 2 and c = 3",
        "2:18 SYN-26 `and` is mixed with `or` without parentheses",
        "a = 1 or (b = 2 and c = 3)",
    );
    check("a and b or c and d", "2:9 SYN-26 `and` is mixed with `or` without parentheses", "(a and b) or (c and d)");
    let parsed = read(&segment("a or b and c"));
    assert_eq!(parsed.diagnostics[0].severity, Severity::Warning);
    assert!(mistakes(&parsed).is_empty());
    assert_eq!(lines(&segment("a or (b and c)")), Vec::<String>::new());
}

#[test]
fn numbers_days_and_lengths() {
    check("a > 1_000", "2:13 SYN-15 `1_000` is not a number", "a > 1000");
    check("a > 1e5", "2:13 SYN-15 `1e5` is not a number", "a > 100000");
    check("a > 0x10", "2:13 SYN-15 `0x10` is not a number", "");
    check("a >= 30days ago", "2:14 SYN-15 `30days` is not a number", "a >= 30 days ago");
    check("a > 1e999999999", "2:13 SYN-15 `1e999999999` is not a number", "");
    check("a > 1.1234567", "2:13 SYN-17 `1.1234567` is out of range", "");
    check("a > 1234567890123456789", "2:13 SYN-17 `1234567890123456789` is out of range", "");
    check("a = 2023-02-30", "2:13 SYN-16 there is no day `2023-02-30`", "");
    check("a = 2023-02-29", "2:13 SYN-16 there is no day `2023-02-29`", "");
    check("a = 2023-13-01", "2:13 SYN-16 there is no day `2023-13-01`", "");
    check("a = 0000-01-01", "2:13 SYN-16 there is no day `0000-01-01`", "");
    check("a = 2023-2-3", "2:13 SYN-16 `2023-2-3` is not written as year-month-day", "a = 2023-02-03");
    check("a = 2023-02-03T10", "2:13 SYN-16 `2023-02-03T10` is not a day", "");
    check("any o over last 0 days", "2:25 SYN-17 `0 days` is no length of time", "");
    check("any o over last -1 days", "2:25 SYN-17 `-1 days` is no length of time", "");
    check("any o over last 1.5 days", "2:25 SYN-17 `1.5 days` is no length of time", "");
    check("any o over last 1000000000000 days", "2:25 SYN-17 `1000000000000 days` is no length of time", "");
    assert_eq!(lines(&segment("a = 2024-02-29 and b > -0 and c < 999999999999999999.999999")), Vec::<String>::new());
}

#[test]
fn reserved_words_as_names() {
    check("where = 1", "2:9 SYN-14 `where` is a reserved word", "`where` = 1");
    check("any over over today", "2:13 SYN-14 `over` is a reserved word", "any `over` over today");
    assert_eq!(lines("segment all of customer {\n  where everyone\n}\n"), ["1:9 SYN-14 `all` is a reserved word"]);
    assert_eq!(
        lines("source s of c {\n  field between text is not personal\n}\n"),
        ["2:9 SYN-14 `between` is a reserved word"]
    );
    assert_eq!(
        lines(&segment("o.where = 1 and `any`.all > 2 and count > 1 and at < 2 and first = 1")),
        Vec::<String>::new()
    );
}

#[test]
fn words_that_are_no_keywords_are_names_everywhere() {
    for word in [
        "count", "at", "state", "first", "last", "text", "date", "from", "to", "by", "as", "of", "on", "key", "table",
        "named", "list", "day",
    ] {
        let field = format!(
            "source {word} of c {{\n  at {word}\n  subject {word}\n  field {word} text is {word}, {word}.{word}\n}}\n"
        );
        assert_eq!(lines(&field), Vec::<String>::new(), "{word}");
        let condition = segment(&format!("{word} = 1 and o.{word} = 2 and any {word} where {word} = 1 over today"));
        assert_eq!(lines(&condition), Vec::<String>::new(), "{word}");
    }
}

#[test]
fn separators_and_comments_of_other_languages() {
    check("a = 1; ", "2:14 SYN-36 clauses and declarations need no `;` between them", "a = 1 ");
    check("a = 1 -- x", "2:15 SYN-36 comments begin with `//`, not with `--`", "a = 1 // x");
    check("a = 1 # x", "2:15 SYN-36 comments begin with `//`, not with `#`", "a = 1 // x");
    check("a = 1 /* x */", "2:15 SYN-36 comments begin with `//` and end with the line", "");
}

#[test]
fn mistakes_that_are_understood_keep_their_meaning() {
    let parsed = read(&segment("a == 1 && b <> 'x'"));
    let ItemKind::Segment(segment) = &parsed.items[0].kind else { panic!() };
    let condition = &segment.condition.as_ref().unwrap().value;
    assert!(
        matches!(&condition.kind, ExprKind::And(terms) if terms.len() == 2 && matches!(terms[1].kind, ExprKind::Compare { .. }))
    );
    assert_eq!(parsed.diagnostics.len(), 4);
}

/// Every error production of the grammar, where it may stand.
const PRODUCTIONS: &[(&str, &str)] = &[
    ("bad_single", "a = @"),
    ("bad_next_text", "jurisdiction e {\n  countries \"DE\" @\n}\n"),
    ("bad_next_value", "a in (\"DE\" @)"),
    ("bad_value_name", "a in (@)"),
    ("bad_in_zone", "a @"),
    ("bad_duration", "a > @"),
    ("bad_window_length", "any o over @"),
    ("bad_and", "a @ b"),
    ("bad_or", "a @ b"),
    ("bad_not", "@ a"),
    ("bad_eq", "a @ 1"),
    ("bad_ne", "a @ 1"),
    ("bad_in", "a @ (1)"),
    ("bad_between", "a @ 1 and 2"),
    ("bad_where", "any o @ a = 1 over today"),
    ("bad_null", "a > @"),
    ("bad_is_null", "a @"),
    ("bad_is_not", "a @"),
    ("bad_like", "a @"),
    ("bad_in_bare", "a @"),
    ("bad_in_name", "@"),
    ("bad_window_stray", "a @"),
    ("bad_filter_rest", "count(o where a = 1 @ over today) > 1"),
    ("bad_minus", "@ a > 1"),
    ("bad_star", "count(@) > 1"),
    ("bad_consent", "@"),
    ("bad_ledger", "@"),
    ("bad_in_ledger", "a @"),
    ("bad_exists", "@"),
    ("bad_ignoring_missing", "a @ > 1"),
    ("bad_call", "@ > 1"),
    ("bad_rule_code", "exception to @ for x {\n  because \"careful\"\n}\n"),
];

#[test]
fn every_error_production_is_reported_exactly_once() {
    let grammar = include_str!("../../../grammar/segma.pest");
    let lines_of: Vec<&str> = grammar.lines().collect();
    let mut seen = 0;
    for pair in lines_of.windows(2) {
        let Some(example) = pair[0].strip_prefix("/// ").filter(|_| pair[1].starts_with("bad_")) else { continue };
        let name = pair[1].split([' ', '=']).next().unwrap();
        let (_, place) =
            PRODUCTIONS.iter().find(|(rule, _)| *rule == name).unwrap_or_else(|| panic!("{name} has no place"));
        let text = place.replace('@', example);
        let text = if place.contains('\n') { text } else { segment(&text) };
        let found = lines(&text);
        assert_eq!(found.len(), 1, "{name}: {found:?}\n{text}");
        assert!(!found[0].contains("SYN-01 expected"), "{name} was not recognised: {found:?}");
        seen += 1;
    }
    assert_eq!(seen, PRODUCTIONS.len());
}
