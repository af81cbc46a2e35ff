//! Tables whose control columns have other physical types than the catalog declares: nobody leaves on any engine, whatever an
//! engine would make of them by a cast of its own.

mod common;

use std::collections::BTreeMap;

use common::engines::{Answer, Engines};
use common::tables;
use common::worlds::{World, Written};
use segma::emit::sql::fit;

const CATALOG: &str = r#"
entity person is person {
  table   crm.people
  key     id integer
  retain  12 months after seen
  allowed marketing
  residence always eu
  birth   born
  field seen timestamp is technical.activity
  field born date is demographic.age
}
source orders of person {
  table   shop.orders   subject person   at ordered   arrived loaded
  retain  12 months
  allowed marketing
  origin  first party
}
identity cookie to person { table web.links   from cookie   to person   at linked   retain 13 months }
ledger consent of person {
  table    privacy.consent
  subject  person
  purposes purpose { "e" = marketing.email   "*" = every }
  states   state { granted "yes"   withdrawn "no" }
  at       decided
  until    ends
  fresh    within 1 day by loaded
  retain   72 months
}
ledger flags of person {
  table    crm.flags
  subject  person
  retain   while listed because "present state only"
  current  fresh within 1 day by exported
  column promo since promoted { 0 refuses every   else nothing }
  column stop { true refuses every   else nothing }
}
ledger days of person {
  table    privacy.days
  subject  person
  purposes purpose { "e" = marketing.email   "*" = every }
  states   state { granted "yes"   withdrawn "no" }
  at       said date
  fresh    within 3 days by said date
  retain   72 months
}
ledger walls of cookie {
  table    privacy.walls
  subject  cookie
  purposes purpose { "e" = marketing.email   "*" = every }
  states   state { granted "yes"   withdrawn "no" }
  at       said in zone "America/New_York"
  fresh    within 1 day by said in zone "America/New_York"
  retain   72 months
}
purpose marketing       { basis consent   valid 24 months }
purpose marketing.email { channel email }
jurisdiction eu { countries "DE"   absent means no   adult at 18 }
segment mail of person {
  purpose marketing.email   consent marketing.email   retain 30 days   refresh daily
  where any orders over last 90 days
}
"#;

fn rows(text: &str) -> Written {
    let mut lines = text.split('\n').map(|line| line.split(',').map(str::to_owned).collect::<Vec<String>>());
    let columns = lines.next().unwrap();
    let cell = |cell: String| (!cell.is_empty()).then_some(cell);
    Written { columns, rows: lines.map(|cells| cells.into_iter().map(cell).collect()).collect() }
}

fn world() -> World {
    let tables = [
        ("crm.people", "id,seen,born\n1,2026-10-01T00:00:00Z,1990-01-01"),
        ("shop.orders", "person,ordered,loaded\n1,2026-10-02T00:00:00Z,2026-10-03T00:00:00Z"),
        ("web.links", "cookie,person,linked\nc1,1,2026-01-01T00:00:00Z"),
        (
            "privacy.consent",
            "person,purpose,state,decided,ends,loaded\n1,e,yes,2026-06-01T00:00:00Z,2027-01-01T00:00:00Z,2026-11-01T11:00:00Z",
        ),
        ("crm.flags", "person,promo,promoted,stop,exported\n1,1,2026-01-01T00:00:00Z,false,2026-11-01T11:00:00Z"),
        ("privacy.days", "person,purpose,state,said\n1,e,yes,2026-10-31"),
        ("privacy.walls", "cookie,purpose,state,said\nc1,e,yes,2026-11-01 05:00:00"),
    ];
    World {
        name: "types".to_owned(),
        text: CATALOG.to_owned(),
        now: "2026-11-01T12:00:00Z".parse().unwrap(),
        tables: tables.into_iter().map(|(name, text)| (name.to_owned(), rows(text))).collect(),
        members: BTreeMap::new(),
        shown: BTreeMap::new(),
        definitions: BTreeMap::new(),
        figures: BTreeMap::new(),
    }
}

/// Tables, columns and the types that they have instead.
const OTHERS: &[(&str, &str, &[&str])] = &[
    ("crm\".\"people", "id", &["VARCHAR(9)", "DOUBLE PRECISION", "DECIMAL(18, 0)"]),
    ("crm\".\"people", "seen", &["TIMESTAMP", "DATE"]),
    ("crm\".\"people", "born", &["TIMESTAMP", "TIMESTAMP WITH TIME ZONE"]),
    ("shop\".\"orders", "ordered", &["TIMESTAMP", "DATE"]),
    ("shop\".\"orders", "loaded", &["TIMESTAMP", "DATE"]),
    ("web\".\"links", "person", &["VARCHAR(9)", "DOUBLE PRECISION"]),
    ("privacy\".\"consent", "person", &["VARCHAR(9)", "DOUBLE PRECISION", "DECIMAL(18, 0)"]),
    ("privacy\".\"consent", "decided", &["TIMESTAMP", "DATE"]),
    ("privacy\".\"consent", "ends", &["TIMESTAMP", "DATE"]),
    ("privacy\".\"consent", "loaded", &["TIMESTAMP", "DATE"]),
    ("crm\".\"flags", "promo", &["VARCHAR(9)", "DOUBLE PRECISION"]),
    ("crm\".\"flags", "promoted", &["TIMESTAMP"]),
    ("crm\".\"flags", "stop", &["VARCHAR(9)"]),
    ("crm\".\"flags", "exported", &["TIMESTAMP"]),
    ("privacy\".\"days", "said", &["TIMESTAMP", "TIMESTAMP WITH TIME ZONE"]),
    ("privacy\".\"walls", "said", &["TIMESTAMP WITH TIME ZONE", "DATE"]),
];

/// The statements that make the tables, one column of another type.
fn altered(setup: &[String], table: &str, column: &str, ty: &str) -> Vec<String> {
    let head = format!("CREATE TABLE \"{table}\" (");
    let change = |statement: &String| {
        let Some(columns) = statement.strip_prefix(&head) else { return statement.clone() };
        let columns = columns.trim_end_matches(')').split(", ").map(|one| {
            if one.starts_with(&format!("\"{column}\" ")) { format!("\"{column}\" {ty}") } else { one.to_owned() }
        });
        format!("{head}{})", columns.collect::<Vec<String>>().join(", "))
    };
    let changed: Vec<String> = setup.iter().map(change).collect();
    assert_ne!(changed, setup, "{table} {column}");
    changed
}

#[test]
fn columns_of_other_types_than_declared_empty_the_run() {
    let Some(mut engines) = Engines::start() else { return };
    let world = world();
    let loaded = world.load();
    let (findings, checked) = segma::rules::check(loaded.model.clone(), "2026-11-01".parse().unwrap());
    let plan =
        segma::plan::build(&checked.unwrap_or_else(|| panic!("{findings:?} {:?}", loaded.findings)), &loaded.sources);
    for engine in ["duckdb", "postgres"] {
        let query = fit(&plan, engine).unwrap().query("mail", Some(world.now)).unwrap().unwrap();
        let mut setup = tables::statements(&world, &loaded.model, engine).unwrap();
        setup.push("SET TIME ZONE 'America/New_York'".to_owned());
        let mut ask = |setup: &[String]| -> Answer {
            engines.run(engine, setup, std::slice::from_ref(&query)).unwrap().remove(0)
        };
        assert_eq!(ask(&setup).map(|rows| rows.len()), Ok(1), "{engine}: as declared");
        for (table, column, types) in OTHERS {
            for ty in *types {
                let answer = ask(&altered(&setup, table, column, ty));
                let nobody = answer.as_ref().is_ok_and(Vec::is_empty);
                // An engine that will not compare the two says so, and nobody leaves either.
                let error = answer.as_ref().is_err_and(|error| {
                    ["operator does not exist", "Cannot compare", "types"].iter().any(|word| error.contains(word))
                });
                assert!(nobody || error, "{engine}: {table}.{column} as {ty} gave {answer:?}");
            }
        }
    }
}

/// What makes `YES` equal to `yes`: of a column, or of the session.
#[test]
fn a_word_in_capitals_grants_nothing_whatever_the_collation() {
    let Some(mut engines) = Engines::start() else { return };
    let word = |word: &str| {
        let mut world = world();
        world.tables.insert(
            "privacy.consent".to_owned(),
            rows(&format!(
                "person,purpose,state,decided,ends,loaded\n1,e,{word},2026-06-01T00:00:00Z,,2026-11-01T11:00:00Z"
            )),
        );
        world.tables.insert("privacy.days".to_owned(), rows("person,purpose,state,said\n9,e,yes,2026-10-31"));
        world
    };
    let nocase = "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";
    let cases: [(&str, &str, &str, &str, usize); 3] = [
        ("duckdb", "SELECT 1", "VARCHAR COLLATE NOCASE", "SELECT 1", 1),
        ("duckdb", "SELECT 1", "VARCHAR(9)", "SET default_collation = 'NOCASE'", 0),
        ("postgres", nocase, "TEXT COLLATE nocase", "SELECT 1", 1),
    ];
    for (engine, before, ty, after, right) in cases {
        for (text, expected) in [("yes", right), ("YES", 0)] {
            let world = word(text);
            let loaded = world.load();
            let (_, checked) = segma::rules::check(loaded.model.clone(), "2026-11-01".parse().unwrap());
            let plan = segma::plan::build(&checked.unwrap(), &loaded.sources);
            let query = fit(&plan, engine).unwrap().query("mail", Some(world.now)).unwrap().unwrap();
            let setup = tables::statements(&world, &loaded.model, engine).unwrap();
            let mut setup = altered(&setup, "privacy\".\"consent", "state", ty);
            setup.insert(0, before.to_owned());
            setup.push(after.to_owned());
            let answer = engines.run(engine, &setup, &[query]).unwrap().remove(0);
            assert_eq!(answer.map(|rows| rows.len()), Ok(expected), "{engine} {ty} {after}: {text}");
        }
    }
}
