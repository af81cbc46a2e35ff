//! One mistake gives one message: a stray parenthesis in place of any word of the shop is found, and what follows from it stays silent.

#[path = "common/projects.rs"]
mod projects;

use projects::{Files, complaints, outcome, shop};
use rayon::prelude::*;

/// Every how manieth word is spoilt.
const STEP: usize = 5;

#[test]
fn the_shop_itself_has_none() {
    let shop = shop();
    assert_eq!(complaints(&shop, &outcome(&shop)), Vec::<String>::new());
}

#[test]
fn a_stray_parenthesis_is_found_and_seldom_says_more_than_itself() {
    let shop = shop();
    let spoilt: Vec<Files> = words(&shop).into_iter().step_by(STEP).map(|word| spoil(&shop, word)).collect();
    assert!(spoilt.len() > 150, "only {} words", spoilt.len());
    let counts: Vec<usize> = spoilt
        .par_iter()
        .map(|files| outcome(files).findings.iter().filter(|finding| finding.is_fatal()).count())
        .collect();
    assert!(counts.iter().all(|count| *count > 0), "a mistake was not found");
    let more = counts.iter().filter(|count| **count > 1).count();
    assert!(more * 6 < counts.len(), "{more} of {} mistakes give more than one message", counts.len());
    assert!(counts.iter().all(|count| *count <= 20), "one mistake gives {:?} messages", counts.iter().max());
}

/// Mistakes of new users in the shop: file, what is there, what is written instead, and how the fix mends the line; `None`
/// where no fix can be right.
const MISTAKES: &[(&str, &str, &str, Option<&str>)] = &[
    ("segments/offers.seg", "= \"bronze\")", "= \"bronze)", Some("= \"bronze\")")),
    (
        "segments/win_back.seg",
        "where status = \"paid\" over last 12",
        "where (status = \"paid) over last 12",
        Some("(status = \"paid\") over"),
    ),
    (
        "segments/win_back.seg",
        "status = \"paid\" over last 12",
        "status = \"paid over last 12",
        Some("\"paid\" over last 12"),
    ),
    ("segments/win_back.seg", "(\"DE\", \"FR\")", "(\"DE, \"FR\")", None),
    ("segments/win_back.seg", "500 EUR", "500,50 EUR", Some("500.50 EUR")),
    ("segments/win_back.seg", "500 EUR", "1.500,50 EUR", Some("1500.50 EUR")),
    ("segments/win_back.seg", "500 EUR", "1,500 EUR", None),
    ("segments/win_back.seg", "from sends", "from sendz", Some("from sends")),
    (
        "segments/win_back.seg",
        "except in segment recent",
        "except recent",
        Some("except in segment recent_complainers"),
    ),
    ("segments/offers.seg", "except in list blocked", "except blocked", Some("except in list blocked")),
    ("segments/win_back.seg", "from sends", "from emails", None),
    ("segments/win_back.seg", "  retain   30 days", "retain   30 days", Some("  retain   30 days")),
    ("segments/win_back.seg", "  where sum", "where sum", Some("  where sum")),
    ("segments/win_back.seg", "  purpose  marketing", "purpose  marketing", Some("  purpose  marketing")),
    ("segments/win_back.seg", "last 90 days", "last 90 dayz", Some("last 90 days")),
    ("segments/win_back.seg", "over last 90 days", "over the last 90 days", Some("over last 90 days")),
    ("segments/win_back.seg", "over last 90 days", "over past 90 days", Some("over last 90 days")),
    ("segments/win_back.seg", "orders over last 90 days", "orders in last 90 days", Some("orders over last 90 days")),
    (
        "segments/win_back.seg",
        "orders over last 90 days",
        "orders in the past 90 days",
        Some("orders over last 90 days"),
    ),
    (
        "segments/win_back.seg",
        "\"paid\" over last 12 months",
        "\"paid\" in the last 12 months",
        Some("over last 12 months"),
    ),
    ("segments/win_back.seg", "retain   30 days", "retain   forever", Some("retain   nothing")),
    ("catalog/orders.seg", "retain   26 months", "retain   forever", None),
    (
        "segments/offers.seg",
        "  where ltv >= 300 EUR\n    and",
        "  where top 10 percent by ltv\n    and",
        Some("where top 10% by ltv\n    and"),
    ),
    ("segments/offers.seg", "refresh  daily", "refresh  6 hours", Some("refresh  every 6 hours")),
    ("segments/win_back.seg", "review   every 6", "review   6", Some("review   every 6 months, last")),
    ("segments/win_back.seg", "except in segment", "except segment", Some("except in segment recent")),
    ("segments/offers.seg", "except in list blocked", "except list blocked", Some("except in list blocked")),
    (
        "segments/win_back.seg",
        "2 contacts per 30 days",
        "2 per week",
        Some("cap      2 contacts per 1 week from sends"),
    ),
    ("segments/win_back.seg", "2 contacts per 30 days", "2 mails per 30 days", Some("2 contacts per 30 days from")),
    ("segments/win_back.seg", "2 contacts per 30 days", "2 contacts per month", Some("2 contacts per 1 month from")),
    ("segments/win_back.seg", "2 contacts per 30 days from sends", "2 per week", None),
    ("segments/win_back.seg", " named \"winback-2026q4\"", "", Some("holdout  10% named \"lapsed_big_spenders\"")),
    ("segments/win_back.seg", "holdout  10% named", "holdout  10 percent named", Some("holdout  10% named")),
];

#[test]
fn a_mistake_of_a_new_user_is_one_finding_and_its_fix_compiles() {
    let shop = shop();
    for (path, right, wrong, mended) in MISTAKES {
        let mut files = shop.clone();
        let text = files.get_mut(*path).unwrap();
        assert!(text.contains(right), "{right}");
        *text = text.replacen(right, wrong, 1);
        let found = outcome(&files);
        let fatal: Vec<_> = found.findings.iter().filter(|finding| finding.is_fatal()).collect();
        let messages: Vec<&str> = fatal.iter().map(|finding| finding.message.as_str()).collect();
        let fix = fatal.iter().find_map(|finding| finding.fix.as_ref());
        let Some(mended) = mended else {
            assert!(fix.is_none() && !messages.is_empty(), "{wrong}: {messages:?} {fix:?}");
            continue;
        };
        assert_eq!(messages.len(), 1, "{wrong}: {messages:?}");
        let mut edits = fix.unwrap_or_else(|| panic!("{wrong}: no fix")).edits.clone();
        edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, new) in edits {
            let text = files.get_mut(found.sources.path(span)).unwrap();
            text.replace_range(span.start as usize..span.end as usize, &new);
        }
        assert!(files[*path].contains(mended), "{wrong}: {}", files[*path]);
        assert_eq!(complaints(&files, &outcome(&files)), Vec::<String>::new(), "{wrong}");
    }
}

/// Conditions as people write them who know SQL, spreadsheets or tools for campaigns. Three lines each: the condition, the code and the
/// place of its one finding, and the condition once mended, or `-` where more than one reading is right.
const HABITS: &str = include_str!("mistakes/habits.txt");

#[test]
fn a_habit_of_another_tool_is_one_finding_in_its_place_and_its_fix_compiles() {
    let shop = shop();
    let habits: Vec<Vec<&str>> = HABITS.split("\n\n").map(|habit| habit.trim().lines().collect()).collect();
    assert!(habits.len() >= 120, "only {} habits", habits.len());
    let wrong: Vec<String> = habits.par_iter().filter_map(|habit| misread(&shop, habit).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not told as the list says.
fn misread(shop: &Files, habit: &[&str]) -> Result<(), String> {
    let &[condition, told, mended] = habit else { return Err(format!("{habit:?} are not three lines")) };
    let (code, place) = told.split_once(' ').unwrap();
    let files = with_trial(shop, condition);
    let found = outcome(&files);
    let fatal: Vec<_> = found.findings.iter().filter(|finding| finding.is_fatal()).collect();
    let [finding] = fatal.as_slice() else {
        let messages: Vec<&str> = fatal.iter().map(|finding| finding.message.as_str()).collect();
        return Err(format!("{condition}: {messages:?}"));
    };
    let span = finding.span().unwrap();
    let at = &files[found.sources.path(span)][span.start as usize..span.end as usize];
    if (finding.code.0, at) != (code, place) {
        return Err(format!("{condition}: {} at `{at}`", finding.code));
    }
    let Some(fix) = finding.fix.as_ref() else {
        return if mended == "-" { Ok(()) } else { Err(format!("{condition}: no fix")) };
    };
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut after = files.clone();
    for (span, new) in edits {
        let text = after.get_mut(found.sources.path(span)).unwrap();
        text.replace_range(span.start as usize..span.end as usize, &new);
    }
    if after != with_trial(shop, mended) {
        return Err(format!("{condition}: {}", after["segments/trial.seg"]));
    }
    let left: Vec<_> = outcome(&after).findings.into_iter().filter(|finding| finding.is_fatal()).collect();
    if left.is_empty() { Ok(()) } else { Err(format!("{mended}: {left:?}")) }
}

/// The shop with one more segment of a condition.
fn with_trial(shop: &Files, condition: &str) -> Files {
    let mut files = shop.clone();
    let text = format!(
        "segment trial of customer {{\n  owner    \"trial@shop.example\"\n  purpose  marketing.email\n  consent  marketing.email\n  \
         retain   30 days\n  refresh  daily\n  for      mailer\n\n  where {condition}\n}}\n"
    );
    files.insert("segments/trial.seg".into(), text);
    files
}

/// Where words stand: path, first byte, one past the last.
fn words(files: &Files) -> Vec<(String, usize, usize)> {
    let mut out = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".seg")) {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !line.trim_start().starts_with("//") {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
                let mut rest = 0;
                while let Some(start) = line[rest..].find(plain).map(|start| start + rest) {
                    let end = line[start..].find(|c| !plain(c)).map_or(line.len(), |end| end + start);
                    // Inside a text a parenthesis is no mistake.
                    if line[..start].matches('"').count() % 2 == 0 {
                        out.push((path.clone(), at + start, at + end));
                    }
                    rest = end;
                }
            }
            at += line.len();
        }
    }
    out
}

fn spoil(files: &Files, (path, start, end): (String, usize, usize)) -> Files {
    let mut spoilt = files.clone();
    let text = spoilt.get_mut(&path).unwrap();
    text.replace_range(start..end, ")");
    spoilt
}
