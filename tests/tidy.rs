//! What lints cannot see: absences that the architecture promises, lengths that tire a reader, documents that must agree.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 60;

/// Files that are longer than a reader likes, and why they stay whole.
const LONG_FILES: &[(&str, &str)] = &[
    ("src/emit/sql/lower/aggregate.rs", "each aggregate with what makes it missing, side by side"),
    ("src/emit/sql/lower/condition.rs", "one arm for each construct of the algebra, in both polarities"),
    ("src/emit/sql/lower/feature.rs", "what several conditions share is found and named in one place"),
    ("src/emit/sql/lower/clock.rs", "every instant and day that a view reckons with, in one CTE"),
    ("src/emit/sql/lower/ledger.rs", "both kinds of ledger become the same statements"),
    ("src/emit/sql/verify/cuts.rs", "what a query that reads a table is, told in one place"),
    ("src/run/session.rs", "everything that is made once and shared, each in its own function"),
    ("src/emit/sql/lower/tables.rs", "how rows are cut, for each role that a table can have"),
    ("src/emit/sql/print.rs", "one printer for one tree, an arm for each node"),
    ("src/emit/sql/tree.rs", "plain data: every node that a view can hold, and how each is made"),
    ("src/model/condition.rs", "plain data: every construct that a condition can hold, in one place"),
    ("src/model/describe.rs", "one sentence for each construct, an arm for each"),
    (
        "src/model/resolve/typing/paths.rs",
        "one way from a written path to what it means, with what is said at each step",
    ),
    ("src/model/resolve/typing/rows.rs", "every way to name rows, with what is said where one is wrong"),
    ("src/plan/condition.rs", "the forms of conditions, values and rows in a plan: data, which speak of each other"),
    ("src/plan/validate.rs", "one walk over a plan, an arm for each node"),
    ("src/reference/condition.rs", "one arm for each construct, as plain loops"),
    ("src/run/compile.rs", "one arm for each construct of the algebra, made ready"),
    ("src/run/evaluate.rs", "one arm for each construct of the algebra, evaluated"),
    ("src/run/guard.rs", "who passes, reason by reason in the order in which people are counted"),
    ("src/run/ledger.rs", "both kinds of ledger become the same statements"),
    ("src/syntax/clauses.rs", "one reader for each kind of clause, all in one loop of recovery"),
    ("src/syntax/lower/expr/mistakes.rs", "a list of mistakes, each recognised on its own"),
    ("src/syntax/scan.rs", "one pass over characters; splitting it would read the text twice"),
    ("src/reference/guard.rs", "who passes, once more from top to bottom, so that it can be read against the text"),
    ("src/plan/build/guard.rs", "one guard is built from top to bottom; half of it would prove nothing"),
    (
        "src/privacy/flow.rs",
        "one walk over everything that a segment reads, each construct in its own function; training has a file of its own",
    ),
    ("src/model/catalog.rs", "plain data: every kind of declaration of a catalog"),
    ("src/model/condition.rs", "plain data: every kind of condition, expression, row set and window"),
    ("src/model/describe.rs", "one arm for each construct, as a person reads it"),
    ("src/model/config.rs", "one pass over one small file, each key in its own function"),
];

/// Functions that are longer than a reader likes, and why they stay whole.
const LONG_FUNCTIONS: &[(&str, &str)] = &[
    ("src/emit/sql/dialect/bigquery.rs spell", "a table from functions to spellings"),
    ("src/emit/sql/dialect/duckdb.rs spell", "a table from functions to spellings"),
    ("src/emit/sql/dialect/snowflake.rs spell", "a table from functions to spellings"),
    ("src/emit/sql/dialect/postgres.rs spell", "a table from functions to spellings"),
    ("src/emit/sql/dialect/snowflake.rs spell", "a table from functions to spellings"),
    ("src/emit/sql/verify/control.rs controls", "one control check after the other"),
    ("src/emit/sql/lower/aggregate.rs chosen", "one query, written as it is read"),
    ("src/emit/sql/lower/feature.rs source", "one query, written as it is read"),
    ("src/reference/report.rs report", "one report from top to bottom, so that it can be read against the text"),
    ("src/run/evaluate.rs test", "one arm for each kind of condition"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder of the repository that git would track, by relative path.
fn files(below: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root().join(below)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && !name.starts_with('.') && !["target", "out", "node_modules"].contains(&name) {
                open.push(path);
            } else if name.ends_with(ending) && path.is_file() {
                let relative = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push((relative, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The code of a file without its tests, which stand at its end or in a file of their own.
fn code(path: &str, text: &str) -> String {
    if path.ends_with("tests.rs") || path.contains("/tests/") {
        return String::new();
    }
    text.split("#[cfg(test)]").next().unwrap().to_owned()
}

fn reasons(list: &[(&'static str, &str)]) -> BTreeSet<&'static str> {
    assert!(list.iter().all(|(_, reason)| reason.len() > 10), "every exception has its reason");
    list.iter().map(|(name, _)| *name).collect()
}

#[test]
fn long_files_have_their_reasons() {
    let excused = reasons(LONG_FILES);
    let long: Vec<String> = files("src", ".rs")
        .iter()
        .filter(|(path, text)| code(path, text).lines().count() > LONGEST_FILE)
        .map(|(path, _)| path.clone())
        .collect();
    let unexcused: Vec<_> = long.iter().filter(|path| !excused.contains(path.as_str())).collect();
    assert!(unexcused.is_empty(), "over {LONGEST_FILE} lines: split by meaning or give a reason: {unexcused:#?}");
    let gone: Vec<_> = excused.iter().filter(|path| !root().join(path).exists()).collect();
    assert!(gone.is_empty(), "excused, but not there: {gone:?}");
}

#[test]
fn long_functions_have_their_reasons() {
    let excused = reasons(LONG_FUNCTIONS);
    let (mut long, mut all) = (Vec::new(), BTreeSet::new());
    for (path, text) in files("src", ".rs") {
        for (name, lines) in functions(&code(&path, &text)) {
            all.insert(format!("{path} {name}"));
            if lines > LONGEST_FUNCTION {
                long.push((format!("{path} {name}"), lines));
            }
        }
    }
    let unexcused: Vec<_> = long.iter().filter(|(name, _)| !excused.contains(name.as_str())).collect();
    assert!(unexcused.is_empty(), "over {LONGEST_FUNCTION} lines: split by meaning or give a reason: {unexcused:#?}");
    let gone: Vec<_> = excused.iter().filter(|name| !all.contains(**name)).collect();
    assert!(gone.is_empty(), "excused, but not there: {gone:?}");
}

/// Functions of formatted code with their lengths in lines: from `fn` to the brace that closes at its indentation.
fn functions(code: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        let head = ["pub ", "pub(crate) ", "pub(super) ", "const ", "async "]
            .iter()
            .fold(bare, |head, word| head.strip_prefix(word).unwrap_or(head));
        let Some(rest) = head.strip_prefix("fn ") else { continue };
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let closing = format!("{}}}", " ".repeat(indent));
        let length = lines[at..].iter().position(|line| *line == closing).map_or(1, |end| end + 1);
        found.push((name, length));
    }
    found
}

#[test]
fn the_library_touches_nothing_outside() {
    let forbidden = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "TimeZone::system",
        "println!",
        "eprintln!",
        "stdout()",
        "stderr()",
    ];
    let outside = |path: &str| path.starts_with("src/cli/") || path == "src/main.rs" || path.starts_with("src/connect");
    let mut found = Vec::new();
    for (path, text) in files("src", ".rs").into_iter().filter(|(path, _)| !outside(path)) {
        let code = code(&path, &text);
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let hits = forbidden.iter().filter(|word| line.contains(**word));
            found.extend(hits.map(|word| format!("{path}:{}: {word}", number + 1)));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn only_syntax_knows_its_parser_and_only_sql_its_own() {
    let homes: [(&str, &[&str]); 4] = [
        ("pest", &["src/syntax"]),
        // The verifier reads what was emitted, and the catalog's own queries are read before anything is.
        ("sqlparser", &["src/emit/sql", "src/model/statement/read"]),
        ("clap", &["src/cli"]),
        ("miette", &["src/diagnostic"]),
    ];
    for (path, text) in files("src", ".rs") {
        for (name, home) in homes {
            let uses = format!("{name}::");
            let used =
                code(&path, &text).lines().any(|line| !line.trim_start().starts_with("//") && line.contains(&uses));
            let at_home = home.iter().any(|home| path.starts_with(home));
            assert!(!used || at_home, "{path} uses {name}, which belongs to {home:?}");
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> = files("src", ".rs")
        .into_iter()
        .filter(|(path, text)| !path.ends_with("tests.rs") && !text.starts_with("//!") && !text.starts_with("#![doc"))
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn documents_name_no_place_of_one_machine() {
    let mut found = Vec::new();
    let documents = files("docs", ".md").into_iter().chain(top_level_documents()).chain(files("examples", ".md"));
    for (path, text) in documents {
        for (number, line) in text.lines().enumerate() {
            if ["/home/", "/root/", "/tmp/", "/work/", "/Users/", "C:\\"].iter().any(|place| line.contains(place)) {
                found.push(format!("{path}:{}: {line}", number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

fn top_level_documents() -> Vec<(String, String)> {
    ["README.md", "CHANGELOG.md"]
        .iter()
        .map(|name| ((*name).to_owned(), fs::read_to_string(root().join(name)).unwrap()))
        .collect()
}

#[test]
fn local_links_of_documents_lead_somewhere() {
    let mut broken = Vec::new();
    for (path, text) in files("docs", ".md").into_iter().chain(top_level_documents()) {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap();
            let local = !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:");
            if local && !root().join(&path).parent().unwrap().join(target).exists() {
                broken.push(format!("{path}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_page_of_evidence_is_as_its_command_writes_it() {
    let python = std::env::var_os("SEGMA_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let mut check = std::process::Command::new(python);
    check.current_dir(root()).args(["tests/evidence_page.py", "--check", "docs/evidence.md"]);
    let Ok(done) = check.output() else {
        assert!(std::env::var_os("SEGMA_TEST_REQUIRE").is_none(), "there is no Python");
        return eprintln!("NOT RUN: the form of docs/evidence.md, as there is no Python");
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn every_rule_page_is_listed_and_every_listed_page_exists() {
    let pages: BTreeSet<String> = files("docs/rules", ".md").into_iter().map(|(path, _)| path).collect();
    let listed: BTreeSet<String> = segma::rules::catalogue::CLASSES.iter().map(|class| class.page_path()).collect();
    assert!(!pages.is_empty());
    assert_eq!(pages, listed);
}

#[test]
fn a_page_says_the_code_name_and_verdict_that_the_list_says() {
    for class in segma::rules::catalogue::CLASSES {
        let page = fs::read_to_string(root().join(class.page_path())).unwrap();
        assert!(page.starts_with(&format!("# {}: {}\n", class.code, class.name)), "{}", class.code);
        assert!(
            page.contains(&format!("| {} | {} |", class.family, class.verdict.word())),
            "{}: family or verdict",
            class.code
        );
    }
}
