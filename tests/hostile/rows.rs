//! Inputs 112 and 114: rows in numbers and of values that no CSV of a test would hold, made by the engines themselves.

use std::collections::{BTreeMap, BTreeSet};

use segma::emit::sql::fit;
use segma::model::Instant;
use segma::{plan, rules, run};

use super::common::engines::Engines;
use super::common::worlds::World;

const PROGRAM: &str = r#"
entity person is person {
  table crm.people   key id integer   retain while listed because "people of a test"   allowed service, marketing   residence always eu
  field amount decimal? is commercial.purchases
}
identity cookie to person { table web.links   from cookie   to person   at linked   retain 13 months }
ledger consent of person {
  table privacy.consent   subject person_id   purposes purpose { "e" = marketing.email }   states state { granted "yes"   withdrawn "no" }
  at decided   retain 72 months
}
ledger choices of cookie {
  table privacy.choices   subject cookie   purposes purpose { "e" = marketing.email }   states state { granted "yes"   withdrawn "no" }
  at decided   retain 72 months
}
purpose marketing       { basis consent   valid 24 months }
purpose marketing.email { channel email }
purpose service         { basis contract   because "what was ordered is delivered" }
jurisdiction eu { countries "DE"   absent means no }
segment mail of person { purpose marketing.email   consent marketing.email   retain 30 days   refresh daily   where everyone }
segment above of person { purpose service   consent not needed because "the contract"   retain 30 days   refresh daily   where amount > 5 }
segment not_above of person { purpose service   consent not needed because "the contract"   retain 30 days   refresh daily   where not (amount > 5) }
"#;

fn now() -> Instant {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

fn planned() -> plan::Plan {
    let (text, tables, members) = (PROGRAM.to_owned(), BTreeMap::new(), BTreeMap::new());
    let loaded = World {
        name: "many".to_owned(),
        text,
        now: now(),
        tables,
        members,
        shown: BTreeMap::new(),
        definitions: BTreeMap::new(),
        figures: BTreeMap::new(),
    }
    .load();
    let (findings, checked) = rules::check(loaded.model, "2026-11-01".parse().unwrap());
    let said: Vec<String> = loaded.findings.iter().chain(&findings).map(|finding| finding.message.clone()).collect();
    plan::build(&checked.unwrap_or_else(|| panic!("{said:?}")), &loaded.sources)
}

fn asked(engine: &str, setup: &[&str], names: &[&str]) -> Option<Vec<BTreeSet<String>>> {
    let plan = planned();
    let fitted = fit(&plan, engine).unwrap();
    let queries: Vec<String> = names.iter().map(|name| fitted.query(name, Some(now())).unwrap().unwrap()).collect();
    let schemas = ["crm", "privacy", "web"].map(|schema| format!("CREATE SCHEMA {schema}"));
    let setup: Vec<String> = schemas.into_iter().chain(setup.iter().map(|line| (*line).to_owned())).collect();
    let answers = Engines::start()?.run(engine, &setup, &queries).unwrap();
    let keys = |rows: Vec<serde_json::Value>| rows.iter().map(|row| row["id"].to_string()).collect();
    Some(answers.into_iter().map(|answer| keys(answer.unwrap())).collect())
}

/// Person 1 has a million grants, person 2 hangs on ten thousand ids of which one says no, person 3 on as many that say nothing.
const MANY: [&str; 8] = [
    "CREATE TABLE crm.people AS SELECT CAST(g AS BIGINT) AS id, CAST(NULL AS DECIMAL(30, 8)) AS amount FROM generate_series(1, 3) AS s(g)",
    "CREATE TABLE privacy.consent AS SELECT CAST(1 AS BIGINT) AS person_id, 'e' AS purpose, 'yes' AS state, \
     TIMESTAMPTZ '2026-01-01 00:00:00+00' + g * INTERVAL '1 second' AS decided FROM generate_series(1, 1000000) AS s(g)",
    "INSERT INTO privacy.consent SELECT 2, 'e', 'yes', TIMESTAMPTZ '2026-01-01 00:00:00+00'",
    "INSERT INTO privacy.consent SELECT 3, 'e', 'yes', TIMESTAMPTZ '2026-01-01 00:00:00+00'",
    "CREATE TABLE web.links AS SELECT CAST(g AS VARCHAR) AS cookie, CAST(2 AS BIGINT) AS person, \
     TIMESTAMPTZ '2026-01-01 00:00:00+00' AS linked FROM generate_series(1, 10000) AS s(g)",
    "INSERT INTO web.links SELECT CAST(g AS VARCHAR), 3, TIMESTAMPTZ '2026-01-01 00:00:00+00' FROM generate_series(10001, 20000) AS s(g)",
    "CREATE TABLE privacy.choices AS SELECT '5000' AS cookie, 'e' AS purpose, 'no' AS state, TIMESTAMPTZ '2026-02-01 00:00:00+00' AS decided",
    "INSERT INTO privacy.choices SELECT '15000', 'e', 'yes', TIMESTAMPTZ '2026-02-01 00:00:00+00'",
];

#[test]
fn a_million_grants_and_ten_thousand_ids_are_one_person_each() {
    for engine in ["duckdb", "postgres"] {
        let began = std::time::Instant::now();
        let Some(found) = asked(engine, &MANY, &["mail"]) else { return };
        assert_eq!(found[0], ["1", "3"].map(str::to_owned).into(), "{engine}");
        assert!(began.elapsed().as_secs() < 60, "{engine}: {:?}", began.elapsed());
    }
}

#[test]
fn the_embedded_engine_reads_as_many() {
    let grants = (1..=200_000).map(|n| format!("1,e,yes,2026-01-01T00:00:00.{n:06}Z\n"));
    let grants: String = grants.chain((2..4).map(|id| format!("{id},e,yes,2026-01-01T00:00:00Z\n"))).collect();
    let links = (1..=20_000).map(|n| format!("{n},{},2026-01-01T00:00:00Z\n", 2 + n / 10_001));
    let files = [
        ("crm.people", "id,amount\n1,\n2,\n3,\n".to_owned()),
        ("privacy.consent", format!("person_id,purpose,state,decided\n{grants}")),
        ("web.links", format!("cookie,person,linked\n{}", links.collect::<String>())),
        ("privacy.choices", "cookie,purpose,state,decided\n5000,e,no,2026-02-01T00:00:00Z\n".to_owned()),
    ];
    let file = |(name, text): (&str, String)| {
        (name.to_owned(), run::File { name: name.to_owned(), format: run::Format::Csv, bytes: text.into_bytes() })
    };
    let files: BTreeMap<String, run::File> = files.map(file).into();
    let plan = planned();
    let plan = plan.segments.iter().find(|plan| plan.about.name == "mail").unwrap();
    assert_eq!(run::members(plan, &files, now()).unwrap(), ["1", "3"]);
}

/// What is no number is no amount either: its row is broken, and its person in neither.
#[test]
fn nan_and_infinity_are_no_amounts() {
    let rest = [
        "CREATE TABLE privacy.consent (person_id BIGINT, purpose VARCHAR, state VARCHAR, decided TIMESTAMPTZ)",
        "INSERT INTO privacy.consent VALUES (1, 'e', 'yes', TIMESTAMPTZ '2026-01-01 00:00:00+00')",
        "CREATE TABLE web.links (cookie VARCHAR, person BIGINT, linked TIMESTAMPTZ)",
        "CREATE TABLE privacy.choices (cookie VARCHAR, purpose VARCHAR, state VARCHAR, decided TIMESTAMPTZ)",
        "INSERT INTO privacy.choices VALUES ('x', 'e', 'yes', TIMESTAMPTZ '2026-01-01 00:00:00+00')",
    ];
    for (engine, ty) in [("duckdb", "DOUBLE"), ("postgres", "NUMERIC")] {
        let create = format!("CREATE TABLE crm.people (id BIGINT, amount {ty})");
        let rows = format!(
            "INSERT INTO crm.people VALUES (1, 6), (2, 5), (3, CAST('NaN' AS {ty})), (4, CAST('Infinity' AS {ty})), \
             (5, CAST('-Infinity' AS {ty})), (6, NULL), (7, CAST('-0' AS {ty}))"
        );
        let setup: Vec<&str> = [create.as_str(), rows.as_str()].into_iter().chain(rest).collect();
        let Some(found) = asked(engine, &setup, &["above", "not_above"]) else { return };
        assert_eq!(found, [["1"].map(str::to_owned).into(), ["2", "7"].map(str::to_owned).into()], "{engine}");
    }
}

/// Input 65: a rule as JSON whose text is half of a surrogate pair is no rule.
#[test]
fn half_a_surrogate_pair_is_no_text_of_a_rule() {
    let plan = planned();
    let text = String::from_utf8(segma::emit::rules::write(&plan.segments[0]).bytes).unwrap();
    assert!(segma::emit::rules::read(text.as_bytes()).is_ok());
    for half in ["\\ud800", "\\udfff", "\\ud800\\ud800", "\\ud800x"] {
        let broken = text.replacen("privacy", half, 1);
        assert!(broken != text && segma::emit::rules::read(broken.as_bytes()).is_err(), "{half}");
    }
}
