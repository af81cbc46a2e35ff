//! Stored memberships: rows of runs of the emitted upkeep on real engines, held against a plain simulation.

mod common;

use std::collections::BTreeMap;

use common::engines::Engines;
use common::tables;
use common::worlds::{self, Loaded, World, Written};
use segma::emit::sql::{Fitted, fit};
use segma::model::{Date, Instant, Model, SegmentId, Value};
use segma::plan::Plan;
use segma::reference::{self, Kept};
use serde_json::Value as Json;

const DAY: i64 = 86_400_000_000;
/// When runs are done, in days from the world's own instant; each is done twice.
const RUNS: [i64; 6] = [-12, -3, 0, 1, 16, 40];

/// What is stored of a person, as texts: microseconds, a definition, a reason.
type Row = [Option<String>; 6];
/// By key.
type State = BTreeMap<String, Row>;

fn planned(world: &World) -> Option<(Loaded, Plan)> {
    let loaded = world.load();
    let (_, checked) = segma::rules::check(loaded.model.clone(), "2026-11-01".parse::<Date>().unwrap());
    let plan = segma::plan::build(&checked?, &loaded.sources);
    Some((loaded, plan))
}

/// The world before anything is stored.
fn unstored(world: &World, model: &Model, plan: &Plan) -> World {
    let mut world = world.clone();
    world.tables.retain(|name, _| !name.ends_with("__stored"));
    world.complete(model);
    world.tables.retain(|name, _| !name.ends_with("__stored"));
    world.define(plan);
    world
}

fn micros(instant: Instant) -> Option<String> {
    Some(instant.micros().to_string())
}

fn state(kept: &BTreeMap<Value, Kept>) -> State {
    let row = |kept: &Kept| -> Row {
        let member = kept.member.as_ref();
        [
            member.and_then(|member| micros(member.first_in)),
            member.and_then(|member| micros(member.last_true)),
            member.map(|member| member.definition.clone()),
            micros(kept.expires_at),
            kept.removed.and_then(|(at, _)| micros(at)),
            kept.removed.map(|(_, why)| why.word().to_owned()),
        ]
    };
    kept.iter().map(|(key, kept)| (worlds::key_text(key), row(kept))).collect()
}

/// Stored rows as the reference reads them.
fn written(key: &str, kept: &BTreeMap<Value, Kept>) -> Written {
    let columns = [key, "last_true", "definition"].map(str::to_owned).to_vec();
    let row = |(key, kept): (&Value, &Kept)| {
        let member = kept.member.as_ref();
        let last = member.map(|member| member.last_true.to_string());
        vec![Some(worlds::key_text(key)), last, member.map(|member| member.definition.clone())]
    };
    Written { columns, rows: kept.iter().map(row).collect() }
}

fn instants(world: &World) -> Vec<Instant> {
    RUNS.map(|days| world.now.plus_micros(days * DAY)).to_vec()
}

/// What the simulation stores after each run.
fn simulated(model: &Model, id: SegmentId, plan: &Plan, world: &World) -> Vec<State> {
    let segment = plan.segments.iter().find(|plan| plan.about.name == model.segments[id].name.value).unwrap();
    let (key, _) = segment.subject_key().unwrap();
    let mut kept = BTreeMap::new();
    let mut states = Vec::new();
    for now in instants(world) {
        let mut world = world.clone();
        world.tables.insert(segment.stored(&plan.schema).join("."), written(&key, &kept));
        kept = reference::upkeep(model, id, &world.rows(model), &kept, now);
        states.push(state(&kept));
    }
    states
}

/// The query for what is stored.
fn shown(engine: &str, plan: &segma::plan::SegmentPlan, schema: &str) -> String {
    let micros = |column: &str| match engine {
        "postgres" => format!("CAST(EXTRACT(EPOCH FROM r.{column}) * 1000000 AS bigint)"),
        _ => format!("epoch_us(r.{column})"),
    };
    let (key, _) = plan.subject_key().unwrap();
    format!(
        "SELECT CAST(r.\"{key}\" AS varchar) AS k, {} AS a, {} AS b, r.definition AS c, {} AS d, {} AS e, r.removed_because AS f \
         FROM \"{schema}\".\"{}__stored\" AS r",
        micros("first_in"),
        micros("last_true"),
        micros("expires_at"),
        micros("removed_at"),
        plan.about.name
    )
}

fn read(rows: &[Json]) -> State {
    let text = |value: &Json| match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let row = |row: &Json| {
        let cells = ["a", "b", "c", "d", "e", "f"].map(|name| text(&row[name]));
        (text(&row["k"]).unwrap(), cells)
    };
    let all: State = rows.iter().map(row).collect();
    assert_eq!(all.len(), rows.len(), "a key is stored twice");
    all
}

fn upkeep(fitted: &Fitted<'_>, name: &str, now: Instant) -> String {
    fitted.upkeep(name, Some(now)).unwrap().unwrap_or_else(|fault| panic!("{name}: {fault:?}"))
}

/// Runs every segment of a world that stores memberships; gives how many rows were compared and what differs.
fn compare(engines: &mut Engines, engine: &str, world: &World) -> (usize, Vec<String>) {
    let Some((loaded, plan)) = planned(world) else { return (0, Vec::new()) };
    let model = &loaded.model;
    let world = unstored(world, model, &plan);
    let fitted = fit(&plan, engine).unwrap_or_else(|findings| panic!("{}: {findings:?}", world.name));
    let Some(mut setup) = tables::statements(&world, model, engine) else { return (0, Vec::new()) };
    setup.push(format!("CREATE SCHEMA IF NOT EXISTS \"{}\"", plan.schema));
    let stored: Vec<_> = plan.segments.iter().filter(|plan| plan.about.retain != Default::default()).collect();
    let mut queries = Vec::new();
    for segment in &stored {
        let name = &segment.about.name;
        let tables = fitted.stored_tables(name).unwrap();
        setup.extend(tables.iter().chain(&tables).cloned());
        for now in instants(&world) {
            let upkeep = upkeep(&fitted, name, now);
            queries.extend([upkeep.clone(), upkeep, shown(engine, segment, &plan.schema)]);
        }
    }
    let answers = match engines.run(engine, &setup, &queries) {
        Ok(answers) => answers,
        Err(error) => return (0, vec![format!("{}: the tables cannot be made: {error}", world.name)]),
    };
    let mut wrong = Vec::new();
    let mut rows = 0;
    for (segment, answers) in stored.iter().zip(answers.chunks(3 * RUNS.len())) {
        let name = &segment.about.name;
        let id = model.segment_named(name).unwrap();
        for ((state, answers), day) in simulated(model, id, &plan, &world).iter().zip(answers.chunks(3)).zip(RUNS) {
            let failed = answers.iter().find_map(|answer| answer.as_ref().err());
            match failed {
                Some(error) if error.contains("does not exist") => {}
                Some(error) => wrong.push(format!("{} {name} day {day}: {error}", world.name)),
                None => {
                    let found = read(answers[2].as_ref().unwrap());
                    rows += found.len();
                    if found != *state {
                        wrong.push(format!("{} {name} day {day}: {found:#?}\n  and not {state:#?}", world.name));
                    }
                }
            }
        }
    }
    (rows, wrong)
}

fn all_on(engine: &str, worlds: &[World]) {
    let Some(mut engines) = Engines::start() else { return };
    let (mut rows, mut wrong) = (0, Vec::new());
    for world in worlds {
        let (more, differences) = compare(&mut engines, engine, world);
        rows += more;
        wrong.extend(differences);
    }
    eprintln!("{engine}: {rows} stored rows compared");
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n")
    );
    assert!(rows > 100 || std::env::var("SEGMA_TEST_WORLD").is_ok(), "only {rows} rows were compared");
}

/// Worlds of these suites, or those that are asked for.
fn some(suites: &[&str]) -> Vec<World> {
    let asked = std::env::var("SEGMA_TEST_WORLD").is_ok();
    let named = |world: &World| suites.iter().any(|suite| world.name.starts_with(suite));
    worlds::all().into_iter().filter(|world| asked || named(world)).collect()
}

#[test]
fn duckdb_stores_what_the_simulation_says() {
    all_on("duckdb", &some(&["stay", "delivery", "guard_contact"]));
}

#[test]
fn postgres_stores_what_the_simulation_says() {
    all_on("postgres", &some(&["stay", "delivery", "guard_contact"]));
}

/// A story of nine days, told by hand.
const STORY: &str = r#"
entity person is person {
  table   crm.people
  key     id integer
  retain  while listed because "people of a test"
  allowed marketing
  residence always eu
  field email text is contact.email
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
  purposes   purpose_code { "mail" = marketing.email }
  states     status { granted "yes"   withdrawn "no" }
  at         decided_at
  evidence   record_id
  retain     72 months
}
purpose marketing       { basis consent   valid 24 months }
purpose marketing.email { channel email }
jurisdiction eu { countries "DE"   absent means no }
destination mailer { channel email   region EU   match email   lag 1 days   removes members }
segment buyers of person {
  purpose marketing.email consent marketing.email retain 10 days refresh daily
  for mailer
  stay for 3 days
  where any orders over last 2 days
}
"#;

/// Who is stored at noon of a day of November: the key; in first, last and until, or gone, why and until; by which record.
const STATES: [(&str, &[&str]); 7] = [
    ("01", &["1 in 01 last 01 until 11 by r1b", "2 in 01 last 01 until 11 by r2"]),
    ("02", &["1 in 01 last 01 until 11 by r1b", "2 in 01 last 01 until 11 by r2", "3 in 02 last 02 until 12 by r3"]),
    ("03", &["1 in 01 last 01 until 11 by r1b", "2 denied 03 until 05", "3 in 02 last 03 until 13 by r3"]),
    ("05", &["1 left 05 until 07", "2 denied 03 until 05", "3 in 02 last 03 until 13 by r3"]),
    ("08", &["3 left 08 until 10"]),
    ("09", &["3 in 09 last 09 until 19 by r3x"]),
    ("25", &["3 expired 25 until 27"]),
];

fn story() -> World {
    let rows = |columns: &str, rows: &[&str]| {
        let cells = |line: &str| line.split(' ').map(|cell| (cell != "-").then(|| cell.to_owned())).collect();
        Written {
            columns: columns.split(' ').map(str::to_owned).collect(),
            rows: rows.iter().map(|line| cells(line)).collect(),
        }
    };
    let people = rows("id email", &["1 a@x.example", "2 b@x.example", "3 c@x.example"]);
    let orders =
        ["1 2026-10-31T00:00:00Z", "2 2026-10-31T00:00:00Z", "3 2026-11-02T00:00:00Z", "3 2026-11-09T00:00:00Z"];
    let consent = [
        "1 mail yes 2026-01-01T00:00:00Z r9",
        "1 mail yes 2026-02-01T00:00:00Z r1a",
        "1 mail yes 2026-02-01T00:00:00Z r1b",
        "2 mail yes 2026-01-01T00:00:00Z r2",
        "2 mail no 2026-11-03T00:00:00Z r2no",
        "3 mail yes 2026-01-01T00:00:00Z r3",
        "3 mail yes 2026-11-04T00:00:00Z r3x",
    ];
    let tables = BTreeMap::from([
        ("crm.people".to_owned(), people),
        ("shop.orders".to_owned(), rows("person_id ordered_at", &orders)),
        ("privacy.consent_events".to_owned(), rows("person_id purpose_code status decided_at record_id", &consent)),
    ]);
    World {
        name: "story".to_owned(),
        text: STORY.to_owned(),
        now: "2026-11-01T12:00:00Z".parse().unwrap(),
        tables,
        members: BTreeMap::new(),
        shown: BTreeMap::new(),
        definitions: BTreeMap::new(),
        figures: BTreeMap::new(),
    }
}

/// A row of what is stored, as the story tells it.
fn told(row: &Json) -> String {
    let day = |name: &str| {
        let micros = row[name].as_i64()?;
        Some(Instant::from_micros(micros).to_string().get(8..10)?.to_owned())
    };
    let (key, until) = (row["k"].as_str().unwrap(), day("d").unwrap());
    match (day("e"), row["f"].as_str()) {
        (Some(at), Some(why)) => format!("{key} {why} {at} until {until}"),
        _ => {
            let by = row["by"].as_str().unwrap_or("nothing");
            format!("{key} in {} last {} until {until} by {by}", day("a").unwrap(), day("b").unwrap())
        }
    }
}

fn tell(engine: &str) {
    let Some(mut engines) = Engines::start() else { return };
    let world = story();
    let (loaded, plan) = planned(&world).unwrap();
    let world = unstored(&world, &loaded.model, &plan);
    let fitted = fit(&plan, engine).unwrap();
    let mut setup = tables::statements(&world, &loaded.model, engine).unwrap();
    setup.push("CREATE SCHEMA IF NOT EXISTS \"audiences\"".to_owned());
    setup.extend(fitted.stored_tables("buyers").unwrap());
    let query = shown(engine, &plan.segments[0], &plan.schema)
        .replace(" AS f FROM ", " AS f, r.admitted_by AS by FROM ")
        + " ORDER BY 1";
    let removed = "SELECT CAST(r.id AS varchar) AS k, r.removed_because AS why FROM \"audiences\".\"buyers__removed\" AS r ORDER BY 1";
    let mut queries = Vec::new();
    for (day, _) in STATES {
        let now = format!("2026-11-{day}T12:00:00Z").parse().unwrap();
        let upkeep = upkeep(&fitted, "buyers", now);
        queries.extend([upkeep.clone(), upkeep, query.clone(), removed.to_owned()]);
    }
    let scripts = segma::emit::sql::snapshots(&fitted).unwrap();
    let erase = scripts.iter().find(|file| file.path.ends_with("/buyers/erase.sql")).unwrap();
    let erase = std::str::from_utf8(&erase.bytes).unwrap().lines().find(|line| line.starts_with("DELETE")).unwrap();
    queries.extend([format!("PREPARE forget AS {erase}"), "EXECUTE forget(3)".to_owned(), query]);
    let answers = engines.run(engine, &setup, &queries).unwrap();
    for ((day, expected), answers) in STATES.iter().zip(answers.chunks(4)) {
        let found: Vec<String> = answers[2].as_ref().unwrap().iter().map(told).collect();
        assert_eq!(found, *expected, "{engine} on the {day}: {:?}", answers[0]);
        let gone = expected.iter().filter(|row| !row.contains(" in ")).count();
        assert_eq!(answers[3].as_ref().unwrap().len(), gone, "{engine} on the {day}");
    }
    assert_eq!(answers.last().unwrap().as_ref().unwrap().len(), 0, "somebody was not forgotten: {:?}", answers);
}

#[test]
fn a_story_is_stored_as_it_is_told() {
    tell("duckdb");
    tell("postgres");
}
