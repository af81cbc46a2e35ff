//! Seeded faults on real emitted text: each must be refused. What survives is printed as a table.

use super::{verify, verify_query, verify_upkeep};
use crate::emit::sql::{DIALECTS, emit, fit};
use crate::model::config::Config;
use crate::plan::{Plan, SegmentPlan};
use crate::source::SourceMap;

/// A segment that ranks.
const RANKED: &str = "segment ranked of customer {\n  owner \"range@shop.example\"\n  purpose service\n  consent not needed because \"a test\"\n  \
                      retain 30 days\n  where top 10% by ltv among (country = \"DE\")\n}\n";

/// `examples/shop`, planned, with a segment that ranks.
fn shop() -> Plan {
    shop_with(RANKED)
}

fn shop_with(more: &str) -> Plan {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop");
    let mut sources = SourceMap::new();
    let toml = sources.add("segma.toml", std::fs::read_to_string(root.join("segma.toml")).unwrap());
    for room in ["catalog", "policy", "segments"] {
        let mut paths: Vec<_> =
            std::fs::read_dir(root.join(room)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let name = format!("{room}/{}", path.file_name().unwrap().to_str().unwrap());
            sources.add(name, std::fs::read_to_string(&path).unwrap());
        }
    }
    sources.add("segments/more.seg", more);
    let (config, _) = Config::parse(&sources, toml);
    let (model, _) = crate::load(&config, &sources);
    let (_, checked) = crate::rules::check(model, "2026-11-01".parse().unwrap());
    crate::plan::build(&checked.unwrap(), &sources)
}

/// A view of the shop in one dialect.
struct View<'p> {
    dialect: &'static str,
    plan: &'p SegmentPlan,
    text: String,
}

fn views(plan: &Plan) -> Vec<View<'_>> {
    let mut all = Vec::new();
    for dialect in DIALECTS {
        let artefacts = emit(&fit(plan, dialect.name).unwrap(), None).unwrap();
        for (artefact, segment) in artefacts.iter().zip(&plan.segments) {
            all.push(View {
                dialect: dialect.name,
                plan: segment,
                text: String::from_utf8(artefact.bytes.clone()).unwrap(),
            });
        }
    }
    all
}

/// What a fault makes of a view; nothing where there is nothing to break.
type Break = fn(&View<'_>) -> Option<String>;

fn quote(view: &View<'_>) -> char {
    if view.dialect == "bigquery" { '`' } else { '"' }
}

/// Names in the dialect's quotes: `[x]` is one.
fn named(view: &View<'_>, pattern: &str) -> String {
    let pattern = if view.dialect == "postgres" { &pattern.replace("] AS (", "] AS MATERIALIZED (") } else { pattern };
    pattern.replace(['[', ']'], &quote(view).to_string())
}

/// The text with the last occurrence of something replaced.
fn swap_last(view: &View<'_>, from: &str, to: &str) -> Option<String> {
    let (from, to) = (named(view, from), named(view, to));
    let (before, after) = view.text.rsplit_once(from.as_str())?;
    Some(format!("{before}{to}{after}"))
}

/// The text with the first occurrence behind a mark replaced.
fn swap_after(view: &View<'_>, mark: &str, from: &str, to: &str) -> Option<String> {
    let (mark, from, to) = (named(view, mark), named(view, from), named(view, to));
    let (head, tail) = view.text.split_once(mark.as_str())?;
    let (before, after) = tail.split_once(from.as_str())?;
    Some(format!("{head}{mark}{before}{to}{after}"))
}

/// The text before and from the line on that holds something behind a mark.
fn at_line<'v>(view: &'v View<'_>, mark: &str, holds: &str) -> Option<(&'v str, &'v str)> {
    let (head, tail) = view.text.split_at(view.text.find(named(view, mark).as_str())?);
    let found = head.len() + tail.find(named(view, holds).as_str())?;
    let start = view.text.split_at(found).0.rfind('\n')? + 1;
    Some(view.text.split_at(start))
}

/// The text without the first line behind a mark that holds something; a following AND becomes WHERE where needed.
fn drop_line(view: &View<'_>, mark: &str, holds: &str) -> Option<String> {
    let (head, tail) = at_line(view, mark, holds)?;
    let (line, rest) = tail.split_once('\n')?;
    let first = line.trim_start().starts_with("WHERE ");
    let rest = if first { rest.replacen("AND ", "WHERE ", 1) } else { rest.to_owned() };
    if line.trim_end().ends_with(';') {
        return Some(format!("{};\n{rest}", head.trim_end()));
    }
    Some(format!("{head}{rest}"))
}

/// The text before, of and after the root's join with the guard.
fn root_join<'v>(view: &'v View<'_>) -> (&'v str, &'v str, &'v str) {
    let (before, from) = at_line(view, "-- Who leaves", "JOIN ").unwrap();
    let (join, after) = from.split_at(from.find('\n').unwrap());
    (before, join, after)
}

fn guard_as(view: &View<'_>, word: &str) -> String {
    let (before, join, after) = root_join(view);
    format!("{before}{word} {join}{after}")
}

fn guard_in_or(view: &View<'_>) -> String {
    let (before, join, after) = root_join(view);
    let on = join.split_once(" ON ").unwrap().1;
    format!("{before}{} ON ({on} OR TRUE){after}", join.split_once(" ON ").unwrap().0)
}

fn guard_moved_into_or(view: &View<'_>) -> String {
    let (before, join, after) = root_join(view);
    let (of, on) = join.split_once(" ON ").unwrap();
    let after = after.replacen("WHERE ", &format!("WHERE ({on} OR TRUE)\n  AND "), 1);
    format!("{before}CROSS {of}{after}")
}

/// Everything before the query, in the dialect's own way.
fn statement_behind(view: &View<'_>) -> String {
    format!("{}\nDROP TABLE {};\n", view.text, named(view, "[crm].[customers]"))
}

const FAULTS: &[(&str, Break)] = &[
    ("the guard's join dropped", |v| {
        let (before, _, after) = root_join(v);
        Some(format!("{before}{}", after.trim_start_matches('\n')))
    }),
    ("the guard in OR", |v| Some(guard_in_or(v))),
    ("the guard's condition moved into an OR of WHERE", |v| Some(guard_moved_into_or(v))),
    ("the guard as LEFT JOIN", |v| Some(guard_as(v, "LEFT"))),
    ("the guard as FULL JOIN", |v| Some(guard_as(v, "FULL"))),
    ("a view that readers' functions look behind", |v| {
        let barrier = [" WITH (security_barrier = true)", " SECURE"];
        barrier.iter().find(|barrier| v.text.contains(**barrier)).map(|barrier| v.text.replacen(barrier, "", 1))
    }),
    ("a view with the reader's rights", |v| {
        let own = v.text.replacen("security_barrier = true", "security_barrier = true, security_invoker = true", 1);
        (own != v.text).then_some(own)
    }),
    ("a barrier that is put up later", |v| {
        let open = v.text.replacen(" WITH (security_barrier = true)", "", 1);
        let later =
            format!("ALTER VIEW \"audiences\".\"{}\" SET (security_barrier = true);\n\nCOMMIT;", v.plan.about.name);
        (open != v.text).then(|| open.replacen("COMMIT;", &later, 1))
    }),
    ("a view that is made outside a transaction", |v| {
        v.text.contains("BEGIN;\n\n").then(|| v.text.replacen("BEGIN;\n\n", "", 1))
    }),
    ("a look-alike in another schema", |v| {
        let (from, to) = (named(v, "[privacy].[consent_events]"), named(v, "[public].[consent_events]"));
        v.text.contains(&from).then(|| v.text.replace(&from, &to))
    }),
    ("a table by its bare name", |v| {
        let (from, to) = (named(v, "[privacy].[consent_events]"), named(v, "[consent_events]"));
        v.text.contains(&from).then(|| v.text.replace(&from, &to))
    }),
    ("the digest of another definition", |v| {
        let other = v.text.replace(&format!("definition {}", v.plan.hash), &format!("definition {}", "0".repeat(64)));
        (other != v.text).then_some(other)
    }),
    ("another query in the guard's place", |v| {
        let (before, join, after) = root_join(v);
        Some(format!("{before}{}{after}", join.replacen(&named(v, "[guard]"), &named(v, "[customer]"), 1)))
    }),
    ("the guard joined by another column", |v| {
        let (before, join, after) = root_join(v);
        let (of, _) = join.split_once(" ON ").unwrap();
        Some(format!("{before}{of} ON TRUE{after}"))
    }),
    ("NOT IN for the anti-join", |v| {
        swap_after(
            v,
            "[guard] AS (",
            "NOT EXISTS (SELECT 1 FROM [frozen] AS [n] WHERE [n].[person_key] = [p].[customer_id])",
            "[p].[customer_id] NOT IN (SELECT [n].[person_key] FROM [frozen] AS [n])",
        )
    }),
    ("nobody frozen is kept out", |v| drop_line(v, "[guard] AS (", "[frozen]")),
    ("consent is not asked for", |v| {
        swap_after(v, "[guard] AS (", "EXISTS (SELECT 1 FROM [consented_", "TRUE OR EXISTS (SELECT 1 FROM [consented_")
    }),
    ("consent asked the wrong way round", |v| {
        swap_after(v, "[guard] AS (", "(EXISTS (SELECT 1 FROM [consented_", "(NOT EXISTS (SELECT 1 FROM [consented_")
    }),
    ("consent is enough whatever was denied since", |v| {
        swap_after(v, "[guard] AS (", "AND NOT EXISTS (SELECT 1 FROM [denied_", "AND EXISTS (SELECT 1 FROM [denied_")
    }),
    ("a later denial is forgotten", |v| drop_denials(v)),
    ("denials of equal time lose", |v| {
        swap_after(
            v,
            "-- Whoever granted it after every denial.",
            "[counts_at] >= [g].[counts_at]",
            "[counts_at] > [g].[counts_at]",
        )
    }),
    ("a grant for another purpose counts", |v| swap_after(v, "-- Grants of", "IN ('mkt_email')", "IN ('mkt_ads')")),
    ("a withdrawal is a grant", |v| swap_after(v, "-- Grants of", "'opt_in'", "'opt_out'")),
    ("a grant of tomorrow counts", |v| drop_line(v, "-- Grants of", "[said_at] <= [clock].[now]")),
    ("a denial of one state is not read", |v| swap_after(v, "-- Denials of", "'opt_out', 'revoked', ", "'opt_out', ")),
    ("a denial of every purpose is not read", |v| swap_after(v, "-- Denials of", ", '*')", ")")),
    ("an unknown purpose denies nothing", |v| swap_after(v, "-- Denials of", "IS NOT TRUE", "IS TRUE")),
    ("a grant older than its purpose allows", |v| drop_line(v, "-- Grants of", "[clock].[24_months_ago]")),
    ("a grant older than its ledger allows", |v| drop_line(v, "-- Grants of", "[clock].[72_months_ago]")),
    ("a grant of an old notice", |v| swap_after(v, "-- Grants of", "'2025-01-01'", "'01'")),
    ("the erased are not frozen", |v| {
        swap_after(v, "-- Restricted and not released", "IN ('erased')", "IN ('unfrozen')")
    }),
    ("denials reach nobody linked", |v| {
        let text = swap_after(v, "-- Denials of", "[k].[person_key]", "[s].[subject_key] AS [person_key]")?;
        drop_line(&View { text, ..*v }, "-- Denials of", "JOIN [linked] AS [k]")
    }),
    ("those who share an id or address are not linked", |v| {
        let (head, tail) = at_line(v, "-- Whose denials reach whom", "UNION")?;
        let (_, rest) = tail.split_once("\n")?;
        let end = rest.find("UNION").map(|at| rest.split_at(at).0.rfind('\n').unwrap() + 1);
        Some(format!("{head}{}", rest.split_at(end?).1))
    }),
    ("those who were contacted often leave", |v| drop_line(v, "[delivered] AS (", "< ")),
    ("those held out leave", |v| {
        v.plan.delivery.holdout.as_ref()?;
        drop_line(v, "[delivered] AS (", ">= ")
    }),
    ("minors pass", |v| swap_after(v, "[guard] AS (", "[clock].[born_18_years_ago]", "[clock].[born_16_years_ago]")),
    ("a table read outside its cut", |v| {
        swap_after(v, "[matched] AS (", "FROM [permitted] AS [p]", "FROM [crm].[customers] AS [p]")
    }),
    ("a table beside the root", |v| {
        swap_last(v, "CROSS JOIN [control]\n", "CROSS JOIN [control]\nCROSS JOIN [shop].[orders]\n")
    }),
    ("a table asked outside the controls", |v| {
        swap_after(
            v,
            "[matched] AS (",
            "WHERE ",
            "WHERE EXISTS (SELECT 1 FROM [crm].[customers] AS [r] WHERE [r].[customer_id] IS NULL) AND ",
        )
    }),
    ("a ledger read past the guard", |v| {
        swap_after(v, "[matched] AS (", "WHERE ", "WHERE EXISTS (SELECT 1 FROM [consent_ledger] AS [l]) AND ")
    }),
    ("a ledger's status by outer join", |v| {
        swap_after(
            v,
            "[matched] AS (",
            "WHERE ",
            "LEFT JOIN [consent_ledger] AS [l] ON [l].[subject_key] = [p].[customer_id]\n    WHERE ",
        )
    }),
    ("the people without the guard", |v| {
        swap_after(v, "[permitted] AS (", "JOIN [guard] AS [g] ON [g].[customer_id] = [p].[customer_id]", "")
    }),
    ("the people with a guard that keeps nobody out", |v| {
        swap_after(v, "[permitted] AS (", "JOIN [guard]", "LEFT JOIN [guard]")
    }),
    ("a rank among everybody in scope", |v| {
        swap_after(v, "[standing] AS (", "FROM [permitted] AS [p]", "FROM [customer] AS [p]")
    }),
    ("a rank that the plan does not know", |v| {
        swap_after(
            v,
            "[matched] AS (",
            "AS [p]",
            "AS [p]\n    CROSS JOIN (SELECT count(*) OVER () AS [n] FROM [permitted] AS [p]) AS [q]",
        )
    }),
    ("rows of everybody", |v| unguarded(v)),
    ("rows of those not permitted", |v| {
        swap_after(
            v,
            "rows of people who may be read",
            "EXISTS (SELECT 1 FROM [permitted]",
            "NOT EXISTS (SELECT 1 FROM [permitted]",
        )
    }),
    ("rows of people who did not pass", |v| {
        swap_after(
            v,
            "rows of people who may be read",
            "EXISTS (SELECT 1 FROM [permitted]",
            "EXISTS (SELECT 1 FROM [customer]",
        )
    }),
    ("the guard of rows in OR", |v| {
        swap_after(
            v,
            "rows of people who may be read",
            "AND EXISTS (SELECT 1 FROM [permitted]",
            "AND TRUE OR EXISTS (SELECT 1 FROM [permitted]",
        )
    }),
    ("the lower bound dropped", |v| drop_line(v, "CROSS JOIN [clock]\n", ">= [clock].[")),
    ("the lower bound of rows dropped", |v| drop_line(v, "rows of people who may be read", ">= [clock].[")),
    ("the upper bound dropped", |v| drop_line(v, "CROSS JOIN [clock]\n", "< [clock].[now")),
    ("the lower bound of a shorter span", |v| longer_span(v)),
    ("the lower bound widened by least", |v| {
        let from = if matches!(v.dialect, "duckdb" | "postgres") { "greatest(" } else { "GREATEST(" };
        let to = if matches!(v.dialect, "duckdb" | "postgres") { "least(" } else { "LEAST(" };
        let all = v.text.replace(from, to);
        (all != v.text).then_some(all)
    }),
    ("an alias that shadows a column", |v| {
        v.text.contains("country").then_some(())?;
        swap_after(v, "[matched] AS (", "SELECT [p].[customer_id]\n", "SELECT [p].[customer_id], 1 AS [country]\n")
    }),
    ("a star", |v| swap_after(v, "[matched] AS (", "SELECT [p].[customer_id]", "SELECT *")),
    ("a star of an alias", |v| swap_after(v, "[matched] AS (", "SELECT [p].[customer_id]", "SELECT [p].*")),
    ("an unknown function", |v| swap_after(v, "[matched] AS (", "WHERE ", "WHERE pg_sleep(1) IS NULL AND ")),
    ("another instant", |v| {
        let now = match v.dialect {
            "duckdb" => "now()",
            "postgres" => "statement_timestamp()",
            _ => "CURRENT_TIMESTAMP()",
        };
        swap_after(v, "[matched] AS (", "WHERE ", &format!("WHERE {now} IS NOT NULL AND "))
    }),
    ("an escape that ends a literal", |v| swap_after(v, "[consent_ledger]", "'opt_in'", r"'\' OR 1=1 -- '")),
    ("a literal that decodes to something else", |v| swap_after(v, "-- Grants of", "'opt_in'", "'opt''_in'")),
    ("a literal that means two things", |v| swap_after(v, "-- Grants of", "'opt_in'", r"'opt\_in'")),
    ("a statement behind", |v| Some(statement_behind(v))),
    ("a statement before", |v| {
        Some(v.text.replacen("\nCREATE ", &named(v, "\nDROP TABLE [crm].[customers];\nCREATE "), 1))
    }),
    ("a statement in the header", |v| Some(v.text.replacen("-- Purpose:", "DROP TABLE x; -- Purpose:", 1))),
    ("a comment that ends early", |v| Some(v.text.replacen("-- Owner:", "-- Owner:\u{2028}", 1))),
    ("a comment that ends with a carriage return", |v| Some(v.text.replacen("-- Owner:", "-- Owner:\rSELECT 1;", 1))),
    ("a block comment", |v| Some(v.text.replacen("\n-- Who leaves", "\n/* */-- Who leaves", 1))),
    ("the minimum dropped", |v| {
        (v.plan.delivery.minimum > 1).then(|| drop_line(v, "-- Who leaves", "(SELECT count(*)")).flatten()
    }),
    ("a smaller minimum", |v| {
        let least = v.plan.delivery.minimum;
        (least > 1).then(|| swap_last(v, &format!(">= {least};"), &format!(">= {};", least - 1))).flatten()
    }),
    ("the minimum counted over everybody", |v| {
        (v.plan.delivery.minimum > 1)
            .then(|| swap_last(v, "(SELECT count(*) FROM [matched]", "(SELECT count(*) FROM [customer]"))
            .flatten()
    }),
    ("a control check dropped at the root", |v| drop_line(v, "-- Who leaves", "[control].[consent_is_fresh]")),
    ("a control check negated at the root", |v| {
        swap_after(v, "-- Who leaves", "AND [control].[consent_is_fresh]", "AND NOT [control].[consent_is_fresh]")
    }),
    ("a control check in OR at the root", |v| {
        swap_after(v, "-- Who leaves", "AND [control].[consent_is_fresh]", "OR [control].[consent_is_fresh]")
    }),
    ("a control check dropped everywhere", |v| {
        let first = swap_after(
            v,
            "[control] AS (",
            "EXISTS (SELECT 1 FROM [consent_ledger] AS [s]) AS [consent_has_rows],",
            "",
        )?;
        drop_line(&View { text: first, ..*v }, "-- Who leaves", "[control].[consent_has_rows]")
    }),
    ("a control check that is always true", |v| {
        swap_after(v, "[control] AS (", "EXISTS (SELECT 1 FROM [consent_ledger] AS [s]) AS", "TRUE AS")
    }),
    ("a clock without zone passes for an instant", |v| match v.dialect {
        "duckdb" => Some(v.text.replacen("= 'TIMESTAMP WITH TIME ZONE'", "= 'TIMESTAMP'", 1)),
        "postgres" => {
            Some(v.text.replacen("CAST('timestamp with time zone' AS", "CAST('timestamp without time zone' AS", 1))
        }
        _ => None,
    }),
    ("one right type is enough", |v| match v.dialect {
        "duckdb" => Some(v.text.replacen("AND typeof(", "OR typeof(", 1)),
        "postgres" => Some(v.text.replacen("AND pg_typeof(", "OR pg_typeof(", 1)),
        _ => None,
    }),
    ("a link without an id is passed over", |v| swap_after(v, "[control] AS (", "[r].[cookie_id] IS NULL OR ", "")),
    ("a ledger's words in whatever collation they have", |v| {
        let collated = match v.dialect {
            "duckdb" => "CAST([l].[status] AS VARCHAR) COLLATE [C]",
            "postgres" => "CAST([l].[status] AS text) COLLATE [C]",
            "snowflake" => "COLLATE(CAST([l].[status] AS VARCHAR), '')",
            _ => return None,
        };
        let plain = collated.replace(" COLLATE [C]", "").replace("COLLATE(", "").replace(", '')", "");
        swap_after(v, "[consent_ledger] AS (", collated, &plain)
    }),
    ("capitals told apart by whoever asks", |v| {
        (v.dialect == "duckdb").then(|| v.text.replacen("'a' <> 'A'", "'a' <> 'a'", 1))
    }),
    ("an id in another spelling links nobody", |v| swap_after(v, "[cookie_ids] AS (", "translate(", "coalesce(")),
    ("a denial of an id in another spelling", |v| {
        swap_after(v, "-- Denials of", "[s].[subject_spelt]", "[s].[subject_key]")
    }),
    ("an extra column", |v| {
        swap_after(
            v,
            "-- Who leaves",
            "SELECT [d].[customer_id]\n",
            "SELECT [d].[customer_id], [d].[customer_id] AS [again]\n",
        )
    }),
    ("another view", |v| Some(v.text.replace(&named(v, &format!("[{}]", v.plan.about.name)), &named(v, "[other]")))),
    ("rows in an order, cut off", |v| swap_last(v, ";", " LIMIT 1;")),
    ("an unquoted name", |v| swap_after(v, "-- Who leaves", "[d].[customer_id]", "d.customer_id")),
];

/// The conjunct that undoes grants.
fn drop_denials(view: &View<'_>) -> Option<String> {
    let (head, tail) = at_line(view, "-- Whoever granted it after every denial.", "    WHERE NOT EXISTS (")?;
    let (_, rest) = tail.split_once("\n      )\n")?;
    Some(format!("{head}{rest}"))
}

/// Rows of events without their semi-join.
fn unguarded(view: &View<'_>) -> Option<String> {
    let (head, tail) = at_line(view, "rows of people who may be read", "      AND EXISTS (SELECT 1 FROM [permitted]")?;
    Some(format!("{head}{}", tail.split_once('\n')?.1))
}

/// A retention that is kept for longer than declared.
fn longer_span(view: &View<'_>) -> Option<String> {
    let (from, to) = match view.dialect {
        "duckdb" | "postgres" => ("INTERVAL '36 months'", "INTERVAL '37 months'"),
        "snowflake" => ("'month', -36", "'month', -37"),
        _ => ("INTERVAL 36 MONTH", "INTERVAL 37 MONTH"),
    };
    view.text.contains(from).then(|| view.text.replacen(from, to, 1))
}

#[test]
fn every_seeded_fault_is_refused() {
    let plan = shop();
    let views = views(&plan);
    let mut table = Vec::new();
    let mut survived = 0;
    for (name, fault) in FAULTS {
        let (mut seeded, mut killed, mut alive) = (0, 0, Vec::new());
        let mut why = String::new();
        for view in &views {
            let Some(broken) = fault(view) else { continue };
            assert_ne!(broken, view.text, "{name} changes nothing in {} for {}", view.plan.about.name, view.dialect);
            seeded += 1;
            match verify(view.plan, &plan.schema, view.dialect, &broken, None) {
                Err(finding) => {
                    killed += 1;
                    why = finding.message.rsplit_once("own check: ").map(|(_, why)| why.to_owned()).unwrap();
                }
                Ok(()) => alive.push(format!("{}/{}", view.dialect, view.plan.about.name)),
            }
        }
        survived += alive.len() + usize::from(seeded == 0);
        table.push(format!("{name:<50} {killed:>3} of {seeded:>3}  {}  [{why}]", alive.join(" ")));
    }
    println!("{}", table.join("\n"));
    assert_eq!(survived, 0, "faults that nobody noticed:\n{}", table.join("\n"));
}

#[test]
fn a_query_is_proved_as_a_view_is() {
    let plan = shop();
    let fitted = fit(&plan, "duckdb").unwrap();
    let segment = &plan.segments[0];
    let now = "2026-11-01T12:00:00Z".parse().unwrap();
    let text = fitted.query(&segment.about.name, Some(now)).unwrap().unwrap();
    assert!(verify_query(segment, "duckdb", &text, Some(now)).is_ok());
    let other = "2026-11-01T13:00:00Z".parse().unwrap();
    assert!(verify_query(segment, "duckdb", &text, Some(other)).is_err(), "it is bound to another instant");
    assert!(verify_query(segment, "duckdb", &text, None).is_err(), "it is bound to an instant");
    assert!(verify_query(segment, "oracle", &text, Some(now)).is_err(), "nobody reads this dialect");
}

/// A segment whose members stay.
const STAYING: &str = "segment staying of customer {\n  owner \"range@shop.example\"\n  purpose service\n  consent not needed because \"a \
                       test\"\n  retain 30 days\n  refresh daily\n  stay for 14 days\n  where country = \"DE\"\n}\n";

#[test]
fn faults_in_upkeep_are_noticed() {
    let plan = shop_with(STAYING);
    let faults: [(&str, &str, &str); 14] = [
        ("whoever was permitted is stored", "FROM [members_now] AS [m]", "FROM [permitted] AS [m]"),
        (
            "who left is told of only if stored long",
            "[k].[removed_at] IS NULL AND NOT",
            "[k].[expires_at] < [clock].[now] AND NOT",
        ),
        ("who left stays", "NOT EXISTS (SELECT 1 FROM [members_now]", "EXISTS (SELECT 1 FROM [members_now]"),
        ("a stay prolongs itself", "FROM [admitted_anew] AS [a]", "FROM [members_now] AS [a]"),
        (
            "it is merged under another key",
            "ON [t].[customer_id] = [s].[stored_key]",
            "ON [t].[customer_id] = [t].[customer_id]",
        ),
        ("nobody is taken off", "[removed_at] = [s].[set_removed_at]", "[removed_at] = [t].[removed_at]"),
        ("memberships keep their time", "[last_true] = [s].[set_last_true]", "[last_true] = [t].[last_true]"),
        ("memberships live longer", "[expires_at] = [s].[set_expires_at]", "[expires_at] = [t].[expires_at]"),
        (
            "who is gone is put in",
            "AND [s].[set_removed_at] IS NULL THEN INSERT",
            "AND [s].[set_removed_at] IS NOT NULL THEN INSERT",
        ),
        (
            "another table is written",
            "MERGE INTO [audiences].[staying__stored]",
            "MERGE INTO [audiences].[others__stored]",
        ),
        ("everything is deleted", "WHEN MATCHED AND [s].[is_over] THEN DELETE", "WHEN MATCHED THEN DELETE"),
        ("a control check is not asked", "FROM [left_out] AS [b]", "FROM [people] AS [b]"),
        ("the last time is another", "[clock].[now] AS [set_last_true]", "[clock].[in_30_days] AS [set_last_true]"),
        (
            "stored rows are read in part",
            "[staying__stored] AS [r]\n",
            "[staying__stored] AS [r]\n WHERE [r].[removed_at] IS NOT NULL\n",
        ),
    ];
    let mut seen = 0;
    for dialect in DIALECTS {
        let fitted = fit(&plan, dialect.name).unwrap();
        let segment = plan.segments.iter().find(|segment| segment.about.name == "staying").unwrap();
        let text = fitted.upkeep("staying", None).unwrap().unwrap();
        let quote = if dialect.name == "bigquery" { "`" } else { "\"" };
        assert!(verify_upkeep(segment, &plan.schema, dialect.name, &text, None).is_ok());
        for (what, from, to) in faults {
            let (from, to) = (from.replace(['[', ']'], quote), to.replace(['[', ']'], quote));
            let broken = text.replace(&from, &to);
            if broken == text {
                continue;
            }
            seen += 1;
            let proved = verify_upkeep(segment, &plan.schema, dialect.name, &broken, None);
            assert!(proved.is_err(), "{}: nobody notices that {what}", dialect.name);
        }
    }
    assert!(
        seen >= 4 * 12,
        "only {seen} faults could be made:\n{}",
        fit(&plan, "duckdb").unwrap().upkeep("staying", None).unwrap().unwrap()
    );
}

#[test]
fn both_readers_decode_what_was_printed() {
    let hostile = [
        "",
        "'",
        "''",
        "\\",
        "\\'",
        "'\\",
        "\\\\'",
        "a\nb",
        "\r\n\t",
        "it's",
        "\\' OR 1=1 -- ",
        "/*",
        "*/",
        "--",
        "$$",
        "%_",
        "\"",
        "`",
        "\\n",
        "\\u0027",
        "é\u{202e}\u{200b}",
        "E'",
        "N'",
        ";",
        "{x}",
        "?",
        ":a",
        "\u{1}",
        "ａ＇",
    ];
    for dialect in DIALECTS {
        let reader = super::listed::reader(dialect.name).unwrap();
        for text in hostile {
            let printed = crate::emit::sql::quote::text(dialect, text);
            let read = super::lex::read(&printed, reader).unwrap_or_else(|fault| panic!("{printed}: {fault}"));
            let tokens: Vec<_> = read.iter().map(|placed| placed.token.clone()).collect();
            assert_eq!(tokens, [super::lex::Token::Text(text.to_owned())], "{} {printed}", dialect.name);
            super::agree::agree(&printed, &read, reader)
                .unwrap_or_else(|fault| panic!("{} {printed}: {fault}", dialect.name));
        }
        for name in ["a", "A b", "a\"b", "a\"\"b", "größe", "select", "a.b", "a`b", "a\\b"] {
            let printed = crate::emit::sql::quote::name(dialect, name);
            let read = super::lex::read(&printed, reader);
            // BigQuery knows no column with a backslash or a backquote: such names are refused, never misread.
            if dialect.name == "bigquery" && name.contains(['\\', '`']) {
                assert!(read.is_err(), "{printed}");
                continue;
            }
            let read = read.unwrap();
            let tokens: Vec<_> = read.iter().map(|placed| placed.token.clone()).collect();
            assert_eq!(tokens, [super::lex::Token::Name(name.to_owned())], "{} {printed}", dialect.name);
            super::agree::agree(&printed, &read, reader)
                .unwrap_or_else(|fault| panic!("{} {printed}: {fault}", dialect.name));
        }
    }
}
