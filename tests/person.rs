//! One person: what is stored of them and why they are in, asked of real engines; and what suspension and emitted files hold of anybody.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use common::engines::Engines;
use common::tables;
use common::worlds::{self, Loaded, World};
use segma::emit::rules;
use segma::emit::sql::person::{self, Key};
use segma::emit::sql::{Fitted, fit};
use segma::plan::Plan;
use segma::{reference, run};

/// A key that could end a literal or steer a terminal; `o'k` is like it.
const NASTY: &str = "o'k\\1\u{1b}[2J\u{202e}";

const PROGRAM: &str = r#"
entity person is person {
  table   crm.people
  key     id text
  retain  while listed because "people of a test"
  allowed marketing
  residence always eu
  field tier text? is commercial.loyalty one of "gold", "silver"
}
source orders of person {
  table   shop.orders
  subject person_id
  at      ordered_at
  retain  24 months
  allowed marketing
  origin  first party
  field total decimal? is commercial.purchases
}
ledger consent of person {
  table      privacy.consent_events
  subject    person_id
  purposes   purpose_code { "mail" = marketing.email   "web" = marketing.web }
  states     status { granted "yes"   withdrawn "no" }
  at         decided_at
  evidence   record_id
  retain     72 months
}
purpose marketing       { basis consent   valid 24 months }
purpose marketing.email { channel email }
purpose marketing.web   { channel web }
jurisdiction eu { countries "DE"   absent means no }
segment buyers of person {
  purpose marketing.email consent marketing.email retain 10 days refresh daily
  holdout 1% named "spring"
  where tier = "gold" and any orders over last 20 days
}
segment seen of person {
  purpose marketing.web consent marketing.web retain 10 days refresh daily
  where any orders over last 20 days
}
placement banner { channel web   show "thanks" to seen }
report figures of buyers {
  purpose marketing.email   consent marketing.email   retain 13 months   by tier   show people   minimum 5 people
}
"#;

fn world(text: &str) -> World {
    let file = tempfile::Builder::new().suffix(".md").tempfile().unwrap();
    let (mut people, mut orders, mut grants) = (String::new(), String::new(), String::new());
    for number in 4..=10 {
        people += &format!("k{number},gold\n");
        orders += &format!("k{number},2026-10-30T00:00:00Z,5\n");
        grants += &format!("k{number},mail,yes,2026-10-01T00:00:00Z,r{number}\n");
    }
    let rows = format!(
        "```seg\n{text}\n```\n\n## w\n\n```rows crm.people\nid,tier\n{NASTY},gold\no'k,gold\nk3,silver\n{people}```\n\n\
         ```rows shop.orders\nperson_id,ordered_at,total\n{NASTY},2026-10-30T00:00:00Z,5\no'k,2026-10-30T00:00:00Z,5\nk3,2026-10-30T00:00:00Z,5\n{orders}```\n\n\
         ```rows privacy.consent_events\nperson_id,purpose_code,status,decided_at,record_id\n\
         {NASTY},mail,yes,2026-10-01T00:00:00Z,r1\n{NASTY},web,yes,2026-10-01T00:00:00Z,r2\n\
         o'k,mail,yes,2026-10-01T00:00:00Z,r5\nk3,mail,yes,2026-10-01T00:00:00Z,r3\nk3,web,no,2026-10-02T00:00:00Z,r4\n{grants}```\n\n```members\nbuyers:\n```\n"
    );
    std::fs::write(file.path(), rows).unwrap();
    worlds::of(file.path()).remove(0)
}

fn planned(world: &World) -> (Loaded, Plan) {
    let loaded = world.load();
    let (found, checked) = segma::rules::check(loaded.model.clone(), "2026-11-01".parse().unwrap());
    let plan =
        segma::plan::build(&checked.unwrap_or_else(|| panic!("{:?} {found:?}", loaded.findings)), &loaded.sources);
    (loaded, plan)
}

/// The tables of a world, those of stored memberships, a run of upkeep, and the placement's view.
fn setup(world: &World, loaded: &Loaded, plan: &Plan, fitted: &Fitted<'_>, engine: &str) -> Vec<String> {
    let mut world = world.clone();
    world.complete(&loaded.model);
    let mut setup = tables::statements(&world, &loaded.model, engine).unwrap();
    setup.push(format!("CREATE SCHEMA IF NOT EXISTS \"{}\"", plan.schema));
    for segment in &plan.segments {
        setup.extend(fitted.stored_tables(&segment.about.name).unwrap());
        setup.push(fitted.upkeep(&segment.about.name, Some(world.now)).unwrap().unwrap());
    }
    let shown = fitted.shown("banner", Some(world.now)).unwrap().unwrap();
    setup.push(format!("CREATE VIEW \"{}\".\"banner\" AS\n{shown}", plan.schema));
    setup
}

fn on(engine: &str) {
    let Some(mut engines) = Engines::start() else { return };
    let world = world(PROGRAM);
    let (loaded, plan) = planned(&world);
    let fitted = fit(&plan, engine).unwrap();
    let setup = setup(&world, &loaded, &plan, &fitted, engine);
    let said = |engines: &mut Engines, key: &str| {
        let key = Key::of(&plan.segments[0], key).unwrap();
        let mut statements = person::stored(&plan, "person", engine, &key);
        let stored = statements.len();
        statements.extend(person::now(&plan, "person", engine, &key, Some(world.now), &|_| Vec::new()).unwrap());
        statements.extend(person::erased(&plan, "person", engine, &key));
        statements.extend(person::stored(&plan, "person", engine, &key));
        let sql: Vec<String> = statements.iter().map(|one| one.sql.clone()).collect();
        let answers = engines.run(engine, &setup, &sql).unwrap();
        let mut lines = Vec::new();
        for (at, (statement, answer)) in statements.iter().zip(answers).enumerate() {
            let rows = answer.unwrap_or_else(|error| panic!("{}: {error}\n{}", statement.of, statement.sql));
            let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or("-").to_owned();
            let deletes = statement.sql.starts_with("DELETE");
            for row in rows.iter().filter(|_| !deletes) {
                lines.push(match row.get("said") {
                    Some(_) => format!("{} {} {}", text(row, "segment"), text(row, "part"), text(row, "said")),
                    None if at < stored => format!("{} stored by {}", text(row, "segment"), text(row, "admitted_by")),
                    None => format!("{} still stored", text(row, "segment")),
                });
            }
        }
        lines
    };
    let nasty = [
        "buyers stored by r1",
        "seen stored by r2",
        "buyers the run can be trusted yes",
        "buyers has said yes to marketing.email, so that it counts now yes",
        "buyers may be reached for marketing.email: a yes stands that no refusal is as late as yes",
        "buyers passes the guard yes",
        "buyers condition, part 1 of 2 yes",
        "buyers condition, part 2 of 2 yes",
        "buyers condition yes",
        "buyers outside the control group yes",
        "buyers leaves yes",
        "seen the run can be trusted yes",
        "seen has said yes to marketing.web, so that it counts now yes",
        "seen may be reached for marketing.web: a yes stands that no refusal is as late as yes",
        "seen passes the guard yes",
        "seen condition yes",
        "seen leaves yes",
        "banner shown thanks",
    ];
    assert_eq!(said(&mut engines, NASTY), nasty);
    let other = [
        "buyers the run can be trusted yes",
        "buyers has said yes to marketing.email, so that it counts now yes",
        "buyers may be reached for marketing.email: a yes stands that no refusal is as late as yes",
        "buyers passes the guard yes",
        "buyers condition, part 1 of 2 no",
        "buyers condition, part 2 of 2 yes",
        "buyers condition no",
        "buyers outside the control group yes",
        "buyers leaves no",
        "seen the run can be trusted yes",
        "seen has said yes to marketing.web, so that it counts now no",
        "seen may be reached for marketing.web: a yes stands that no refusal is as late as no",
        "seen passes the guard no",
        "seen condition yes",
        "seen leaves no",
    ];
    assert_eq!(said(&mut engines, "k3"), other);
}

/// What is said of somebody by each question about the first segment.
fn answers(engines: &mut Engines, engine: &str, program: &str, who: &str) -> Vec<(String, String)> {
    let mut world = world(program);
    let (loaded, plan) = planned(&world);
    world.complete(&loaded.model);
    let setup = tables::statements(&world, &loaded.model, engine).unwrap();
    let key = Key::of(&plan.segments[0], who).unwrap();
    let asked = person::now(&plan, "person", engine, &key, Some(world.now), &|_| Vec::new()).unwrap();
    let answers = engines.run(engine, &setup, &[asked[0].sql.clone()]).unwrap().remove(0).unwrap();
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
    answers.iter().map(|row| (text(row, "part"), text(row, "said"))).collect()
}

/// Each part is asked by itself: of whoever is refused, and under a ledger that nobody trusts.
fn asked_by_itself(engine: &str) {
    let Some(mut engines) = Engines::start() else { return };
    let said = |answers: &[(String, String)], part: &str| {
        answers.iter().find(|(known, _)| known == part).map(|(_, said)| said.clone()).unwrap_or_default()
    };
    let may = "may be reached for marketing.email: a yes stands that no refusal is as late as";
    let has = "has said yes to marketing.email, so that it counts now";
    let refused = PROGRAM.replace("\"web\" = marketing.web", "\"web\" = marketing and narrower");
    let found = answers(&mut engines, engine, &refused, "k3");
    for (part, expected) in [
        ("the run can be trusted", "yes"),
        (has, "yes"),
        (may, "no"),
        ("passes the guard", "no"),
        ("condition, part 2 of 2", "yes"),
        ("outside the control group", "yes"),
        ("leaves", "no"),
    ] {
        assert_eq!(said(&found, part), expected, "{part}: {found:?}");
    }
    // Two purposes whose names begin alike are told apart.
    let (mail, web) = ("marketing.offers_of_the_season_and_more.mail", "marketing.offers_of_the_season_and_more.web");
    let both = PROGRAM
        .replace("purpose marketing.email consent marketing.email", "purpose M, W consent M, W")
        .replace("marketing.email", mail)
        .replace("marketing.web", web);
    let both = both.replace("M, W", &format!("{mail}, {web}"));
    let found = answers(&mut engines, engine, &both, "k3");
    for (purpose, expected) in [(mail, "yes"), (web, "no")] {
        let part = format!("has said yes to {purpose}, so that it counts now");
        assert_eq!(said(&found, &part), expected, "{part}: {found:?}");
        let part = format!("may be reached for {purpose}: a yes stands that no refusal is as late as");
        assert_eq!(said(&found, &part), expected, "{part}: {found:?}");
    }
    let stale =
        PROGRAM.replace("evidence   record_id", "evidence   record_id\n  fresh      within 1 hour by decided_at");
    let found = answers(&mut engines, engine, &stale, NASTY);
    for (part, expected) in [
        ("the run can be trusted", "no: consent_is_fresh"),
        (may, "yes"),
        ("passes the guard", "yes"),
        ("condition", "yes"),
        ("leaves", "no"),
    ] {
        assert_eq!(said(&found, part), expected, "{part}: {found:?}");
    }
}

#[test]
fn duckdb_asks_each_part_by_itself() {
    asked_by_itself("duckdb");
}

#[test]
fn postgres_asks_each_part_by_itself() {
    asked_by_itself("postgres");
}

#[test]
fn duckdb_tells_one_person_and_forgets_them() {
    on("duckdb");
}

#[test]
fn postgres_tells_one_person_and_forgets_them() {
    on("postgres");
}

#[test]
fn keys_are_typed() {
    let whole = planned(&world(&PROGRAM.replace("id text", "id integer"))).1;
    assert_eq!(Key::of(&whole.segments[0], "-7"), Ok(Key::Integer(-7)));
    for bad in ["1; DROP TABLE x", "", "1.0", "0x1", "99999999999999999999"] {
        assert!(Key::of(&whole.segments[0], bad).is_err(), "{bad}");
    }
    let uuid = planned(&world(&PROGRAM.replace("id text", "id uuid"))).1;
    let key = "0000000A-0000-4000-8000-000000000001";
    assert_eq!(Key::of(&uuid.segments[0], key), Ok(Key::Text(key.to_lowercase())));
    assert!(Key::of(&uuid.segments[0], "' OR '1'='1").is_err());
    let text = planned(&world(PROGRAM)).1;
    assert!(Key::of(&text.segments[0], "a\0b").is_err());
    let key = Key::of(&text.segments[0], NASTY).unwrap();
    for dialect in ["duckdb", "postgres", "snowflake", "bigquery"] {
        let said = person::script(dialect, &[], &person::erased(&text, "person", dialect, &key));
        assert!(said.contains("chr(27)") && said.contains("chr(8238)"), "{said}");
        assert!(said.chars().all(|c| c == '\n' || !segma::diagnostic::text::is_hazard(c)), "{said:?}");
    }
}

fn suspended() -> String {
    PROGRAM.replace(
        "basis consent   valid 24 months",
        "basis consent   valid 24 months   suspended because \"incident 12\"",
    )
}

fn files(world: &World) -> BTreeMap<String, run::File> {
    let bytes = |name: &String| world.csv(name).unwrap_or_default();
    let file = |name: &String| run::File { name: name.clone(), format: run::Format::Csv, bytes: bytes(name) };
    world.tables.keys().map(|name| (name.clone(), file(name))).collect()
}

/// How many people, or rows about people, each artefact gives without a database.
fn given(program: &str) -> Vec<(String, usize)> {
    let mut world = world(program);
    let (loaded, plan) = planned(&world);
    let model = &loaded.model;
    world.complete(model);
    let (files, rows) = (files(&world), world.rows(model));
    let mut found = Vec::new();
    for segment in &plan.segments {
        let name = &segment.about.name;
        let rule = rules::read(&rules::write(segment).bytes).unwrap();
        found.push((format!("rule {name}"), run::members(&rule, &files, world.now).map_or(0, |all| all.len())));
        let id = model.segment_named(name).unwrap();
        found.push((format!("reference {name}"), reference::members(model, id, &rows, world.now).members.len()));
        let kept = reference::upkeep(model, id, &rows, &BTreeMap::new(), world.now);
        found.push((format!("stored {name}"), kept.len()));
    }
    for placement in &plan.placements {
        let document = rules::write_placement(placement);
        assert!(!document.bytes.is_empty());
        found.push(("placement".to_owned(), run::shown(placement, &files, world.now).map_or(0, |all| all.len())));
    }
    for report in &plan.reports {
        found.push(("report".to_owned(), run::report(report, &files, world.now).map_or(0, |table| table.rows.len())));
    }
    found
}

#[test]
fn a_suspended_purpose_empties_every_artefact() {
    for (what, number) in given(PROGRAM) {
        assert!(number > 0, "{what} gives nobody even before");
    }
    for (what, number) in given(&suspended()) {
        assert_eq!(number, 0, "{what} gives somebody of a suspended purpose");
    }
}

/// Views, placements and reports are empty, and upkeep takes out whoever was stored before.
fn suspended_on(engine: &str) {
    let Some(mut engines) = Engines::start() else { return };
    let world = world(PROGRAM);
    let (loaded, plan) = planned(&world);
    let before = fit(&plan, engine).unwrap();
    let setup = setup(&world, &loaded, &plan, &before, engine);
    let (_, stopped) = planned(&self::world(&suspended()));
    let after = fit(&stopped, engine).unwrap();
    let questions = |fitted: &Fitted<'_>| {
        let of = |name: &str| fitted.query(name, Some(world.now)).unwrap().unwrap();
        let shown = fitted.shown("banner", Some(world.now)).unwrap().unwrap();
        vec![of("buyers"), of("seen"), of("figures"), shown]
    };
    let later = world.now.plus_micros(3_600_000_000);
    let upkeep = |name: &str| after.upkeep(name, Some(later)).unwrap().unwrap();
    let state = |name: &str| {
        format!(
            "SELECT r.removed_because AS why FROM audiences.{name}__stored AS r WHERE r.first_in IS NULL AND r.admitted_by IS NULL"
        )
    };
    let kept = |name: &str| format!("SELECT 1 AS one FROM audiences.{name}__stored AS r WHERE r.first_in IS NOT NULL");
    let mut queries = questions(&before);
    queries.extend(questions(&after));
    for name in ["buyers", "seen"] {
        queries.extend([kept(name), upkeep(name), kept(name), state(name)]);
    }
    let answers: Vec<_> = engines.run(engine, &setup, &queries).unwrap().into_iter().map(Result::unwrap).collect();
    let (full, rest) = answers.split_at(4);
    let (empty, stored) = rest.split_at(4);
    assert!(full.iter().all(|rows| !rows.is_empty()), "{full:?}");
    assert!(empty.iter().all(Vec::is_empty), "{empty:?}");
    for part in stored.chunks(4) {
        assert!(!part[0].is_empty() && part[2].is_empty(), "{part:?}");
        assert_eq!(part[3].len(), part[0].len());
        assert!(part[3].iter().all(|row| row["why"] == "denied"), "{part:?}");
    }
}

#[test]
fn duckdb_is_empty_of_a_suspended_purpose() {
    suspended_on("duckdb");
}

#[test]
fn postgres_is_empty_of_a_suspended_purpose() {
    suspended_on("postgres");
}

/// A project of its own with people whom nothing that is written may name.
fn marked(folder: &Path) {
    let text = PROGRAM.replace("report figures", "/// Figures.\nreport figures");
    let tables = [
        ("crm.people", "id,tier\nmarker-1,gold\nmarker-2,gold\nmarker-3,silver\n".to_owned()),
        (
            "shop.orders",
            "person_id,ordered_at,total\nmarker-1,2026-10-30T00:00:00Z,5\nmarker-2,2026-10-30T00:00:00Z,7\n".to_owned(),
        ),
        (
            "privacy.consent_events",
            "person_id,purpose_code,status,decided_at,record_id\nmarker-1,mail,yes,2026-10-01T00:00:00Z,marker-r1\n\
             marker-2,mail,yes,2026-10-01T00:00:00Z,marker-r2\nmarker-2,web,yes,2026-10-01T00:00:00Z,marker-r3\n"
                .to_owned(),
        ),
    ];
    let mut settings = "name = \"marked\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\nschema = \"audiences\"\n\
                        dialects = [\"duckdb\", \"postgres\", \"snowflake\", \"bigquery\"]\n\n[data]\n"
        .to_owned();
    for (name, rows) in tables {
        std::fs::write(folder.join(format!("{name}.csv")), rows).unwrap();
        settings += &format!("\"{name}\" = \"{name}.csv\"\n");
    }
    std::fs::write(folder.join("segma.toml"), settings).unwrap();
    std::fs::write(folder.join("all.seg"), text).unwrap();
}

fn every_file(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => every_file(&entry.path(), found),
            false => found.push((entry.path().display().to_string(), std::fs::read(entry.path()).unwrap())),
        }
    }
}

/// What a command says, on both streams, where it ends as expected.
fn heard(folder: &Path, arguments: &[&str], expected: i32) -> (String, Vec<u8>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segma"));
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(expected), "{arguments:?}: {said}");
    assert!(!output.stdout.is_empty() || expected == 1, "{arguments:?} says nothing: {said}");
    (format!("{arguments:?}"), [output.stdout, output.stderr].concat())
}

#[test]
fn nothing_that_is_written_or_said_names_a_real_person() {
    let folder = tempfile::tempdir().unwrap();
    marked(folder.path());
    common::git::committed(folder.path());
    let clean: [&[&str]; 10] = [
        &["build", "--snapshots", "--preview"],
        &["check", "--witness", "--sql"],
        &["preview", "--as-of", "2026-11-01T12:00:00Z"],
        &["preview", "--as-of", "2026-11-01T12:00:00Z", "--format", "json"],
        &["explain", "buyers"],
        &["explain", "figures"],
        &["rules", "--format", "json"],
        &["where", "--person", "somebody-else"],
        &["where", "--person", "somebody-else", "--erase"],
        &["diff", "--witness"],
    ];
    let mut said: Vec<_> = clean.iter().map(|arguments| heard(folder.path(), arguments, 0)).collect();
    let built = folder.path().join("out");
    assert!(built.join("manifest.json").is_file(), "{}", String::from_utf8_lossy(&said[0].1));
    every_file(&built, &mut said);
    // Wider, so that a change has somebody who enters; then too wide, so that a finding has a witness.
    let file = folder.path().join("all.seg");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("tier = \"gold\" and", "tier in (\"gold\", \"silver\") and")).unwrap();
    let (what, heard_of) = heard(folder.path(), &["diff", "--witness"], 0);
    assert!(String::from_utf8_lossy(&heard_of).contains("silver"), "nobody enters: {heard_of:?}");
    said.push((what, heard_of));
    std::fs::write(&file, text.replace("over last 20 days", "over last 30 months")).unwrap();
    let broken: [(&[&str], i32); 7] = [
        (&["check", "--witness"], 1),
        (&["check", "--witness", "--format", "json"], 1),
        (&["check", "--format", "sarif"], 1),
        (&["check", "--format", "github"], 1),
        (&["check", "--format", "junit"], 1),
        (&["diff", "--witness"], 1),
        (&["baseline", "known.json", "--until", "2026-12-31"], 0),
    ];
    said.extend(broken.iter().map(|(arguments, expected)| heard(folder.path(), arguments, *expected)));
    let witness = said.iter().find(|(what, _)| what == "[\"check\", \"--witness\"]").unwrap();
    assert!(String::from_utf8_lossy(&witness.1).contains("shop.orders"), "no witness is shown");
    said.push(("the baseline".to_owned(), std::fs::read(folder.path().join("known.json")).unwrap()));
    assert!(said.len() > 50, "only {} texts", said.len());
    for (what, bytes) in said {
        assert!(!String::from_utf8_lossy(&bytes).contains("marker-"), "{what} names somebody");
    }
}
