//! One person: what is stored of them and why they are in, asked of real engines; and what suspension and emitted files hold of anybody.

mod common;

use common::engines::Engines;
use common::tables;
use common::worlds::{self, Loaded, World};
use segma::emit::sql::person::{self, Key};
use segma::emit::sql::{Fitted, fit};
use segma::plan::Plan;

/// A key that could end a literal, and one that is like it.
const NASTY: &str = "o'k\\1";

const PROGRAM: &str = r#"
entity person is person {
  table   crm.people
  key     id text
  retain  while listed because "people of a test"
  allowed marketing, service
  residence always eu
  field tier text? is commercial.loyalty one of "gold", "silver"
}
source orders of person {
  table   shop.orders
  subject person_id
  at      ordered_at
  retain  24 months
  allowed marketing, service
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
  purpose marketing.email   consent marketing.email   retain 13 months   by tier   show people   minimum 2 people
}
"#;

fn world(text: &str) -> World {
    let file = tempfile::Builder::new().suffix(".md").tempfile().unwrap();
    let rows = format!(
        "```seg\n{text}\n```\n\n## w\n\n```rows crm.people\nid,tier\n{NASTY},gold\no'k,gold\nk3,silver\n```\n\n\
         ```rows shop.orders\nperson_id,ordered_at,total\n{NASTY},2026-10-30T00:00:00Z,5\nk3,2026-10-30T00:00:00Z,5\n```\n\n\
         ```rows privacy.consent_events\nperson_id,purpose_code,status,decided_at,record_id\n\
         {NASTY},mail,yes,2026-10-01T00:00:00Z,r1\n{NASTY},web,yes,2026-10-01T00:00:00Z,r2\n\
         k3,mail,yes,2026-10-01T00:00:00Z,r3\nk3,web,no,2026-10-02T00:00:00Z,r4\n```\n\n```members\nbuyers:\n```\n"
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
        statements.extend(person::now(&plan, "person", engine, &key, Some(world.now)).unwrap());
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
        "buyers passes the guard yes",
        "buyers condition, part 1 of 2 yes",
        "buyers condition, part 2 of 2 yes",
        "buyers condition yes",
        "buyers not held out yes",
        "buyers leaves yes",
        "seen passes the guard yes",
        "seen condition yes",
        "seen leaves yes",
        "banner shown thanks",
    ];
    assert_eq!(said(&mut engines, NASTY), nasty);
    let other = [
        "buyers passes the guard yes",
        "buyers condition, part 1 of 2 no",
        "buyers condition, part 2 of 2 yes",
        "buyers condition no",
        "buyers not held out no",
        "buyers leaves no",
        "seen passes the guard no",
        "seen condition no",
        "seen leaves no",
    ];
    assert_eq!(said(&mut engines, "k3"), other);
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
}
