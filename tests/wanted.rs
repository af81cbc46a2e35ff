//! Audiences of real products, as their makers want them: `tests/wanted/wanted.jsonl` says each in English, `tests/wanted/*.seg` is a
//! project for each family of products in which every one of them is a segment, its id in the doc comment.
//!
//! Each must compile, fit every dialect or say why not, be restated rightly in plain English (`tests/wanted/english.md`), and name
//! the same members in the reference, the embedded engine, DuckDB and PostgreSQL, over invented databases that tell who is in and who,
//! with every leave given, is not.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use common::chance::{self, Chance};
use common::engines::Engines;
use common::worlds::{self, World, Written};
use common::{evidence, tables};
use segma::diagnostic::Severity;
use segma::emit::sql::{DIALECTS, fit_segment};
use segma::model::{Date, Model, SegmentId, describe};
use segma::plan::{Plan, SegmentPlan};
use segma::{plan, reference, rules, run};

const TODAY: &str = "2026-11-01";

/// Audiences that no program says yet, with the construct that is missing.
const WAITING: &[(&str, &str)] = &[];

/// Audiences that a dialect refuses, and a part of its reason.
const REFUSED: &[(&str, &str, &str)] = &[
    ("adobe_pql-014", "bigquery", "a list that is missing"),
    ("adobe_pql-016", "bigquery", "a list that is missing"),
    ("braze-007", "bigquery", "a list that is missing"),
    ("shopify-001", "bigquery", "a list that is missing"),
    ("shopify-002", "bigquery", "a list that is missing"),
    ("shopify-008", "bigquery", "a list that is missing"),
    ("shopify-013", "bigquery", "a list that is missing"),
    ("shopify-022", "bigquery", "a list that is missing"),
    ("shopify-027", "bigquery", "a list that is missing"),
    ("shopify-013", "snowflake", "cannot be folded"),
];

/// Databases that are invented for each family, in all of which every audience is asked.
const DATABASES: u64 = 10;

/// Databases that are tried for an audience of which those did not show both a member and a stranger.
const TRIES: u64 = 150;

/// A project, ready to run.
struct Family {
    name: String,
    world: World,
    model: Model,
    plan: Plan,
}

impl Family {
    /// The segments that are wanted audiences, with their ids.
    fn audiences(&self) -> impl Iterator<Item = (&str, SegmentId, &SegmentPlan)> {
        self.plan.segments.iter().filter_map(|plan| {
            let title = plan.about.title.as_deref()?;
            let id = title.split([' ', '.', '\n']).next()?;
            Some((id, self.model.segment_named(&plan.about.name)?, plan))
        })
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/wanted")
}

/// Every project; what one of them finds stops the test.
fn families() -> Vec<Family> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "seg"));
    paths.sort();
    let only = std::env::var("SEGMA_TEST_WORLD").unwrap_or_default();
    paths.retain(|path| path.to_str().unwrap().contains(&only));
    let families: Vec<Result<Family, Vec<String>>> = paths.iter().map(|path| family(path)).collect();
    let complaints: Vec<&String> = families.iter().filter_map(|family| family.as_ref().err()).flatten().collect();
    assert!(complaints.is_empty(), "{} findings:\n{complaints:#?}", complaints.len());
    families.into_iter().flatten().collect()
}

fn family(path: &std::path::Path) -> Result<Family, Vec<String>> {
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut world = World::bare(name.clone(), std::fs::read_to_string(path).unwrap());
    let loaded = world.load();
    let (found, checked) = rules::check(loaded.model.clone(), TODAY.parse::<Date>().unwrap());
    let findings = loaded.findings.iter().chain(&found).filter(|finding| finding.severity != Severity::Note);
    let told: Vec<String> = findings
        .map(|finding| {
            let place =
                finding.primary.as_ref().map(|label| loaded.sources.line_col(label.span).line).unwrap_or_default();
            format!("{name}:{place}: {}: {}", finding.code, finding.message)
        })
        .collect();
    let Some(checked) = checked.filter(|_| told.is_empty()) else { return Err(told) };
    let plan = plan::build(&checked, &loaded.sources);
    let model = loaded.model.clone();
    world.tables = worlds::declared(&model).into_keys().map(|name| (name, Written::default())).collect();
    Ok(Family { name, world, model, plan })
}

/// Ids and what is wanted.
fn wanted() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder().join("wanted.jsonl")).unwrap();
    let read = |line: &str| {
        let one: serde_json::Value = serde_json::from_str(line).unwrap();
        (one["id"].as_str().unwrap().to_owned(), one["english"].as_str().unwrap().to_owned())
    };
    text.lines().map(read).collect()
}

#[test]
fn every_wanted_audience_is_a_segment() {
    let families = families();
    let mut written: Vec<&str> = families.iter().flat_map(Family::audiences).map(|(id, _, _)| id).collect();
    written.extend(WAITING.iter().map(|(id, _)| id));
    written.sort_unstable();
    let all = wanted();
    let mut asked: Vec<&str> = all.iter().map(|(id, _)| id.as_str()).collect();
    asked.sort_unstable();
    assert_eq!(written, asked);
    assert!(WAITING.len() <= 3, "{} of {} wait", WAITING.len(), asked.len());
}

#[test]
fn every_wanted_audience_fits_every_dialect() {
    let mut engines = Engines::start();
    let mut wrong = Vec::new();
    let mut refused = BTreeSet::new();
    for family in families() {
        for dialect in DIALECTS {
            let mut views = Vec::new();
            for (id, _, plan) in family.audiences() {
                let known = REFUSED.iter().find(|(of, by, _)| *of == id && *by == dialect.name);
                match (fit_segment(plan, &family.plan.schema, dialect.name), known) {
                    (Ok(fitted), None) => {
                        let files = segma::emit::sql::emit(&fitted, None).unwrap();
                        views.extend(files.iter().map(|file| view(std::str::from_utf8(&file.bytes).unwrap())));
                    }
                    (Ok(_), Some(_)) => wrong.push(format!("{id}: {} says it after all", dialect.name)),
                    (Err(findings), known) => {
                        let why: Vec<String> = findings.into_iter().map(|finding| finding.message).collect();
                        match known.filter(|(_, _, reason)| why.iter().any(|why| why.contains(reason))) {
                            Some(known) => drop(refused.insert(known)),
                            None => wrong.push(format!("{id}: {}", why.join("; "))),
                        }
                    }
                }
            }
            let Some(engines) = &mut engines else { continue };
            let answers = engines.sqlglot(dialect.name, &views);
            wrong.extend(
                answers.into_iter().flatten().map(|error| format!("{} {}: {error}", dialect.name, family.name)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    println!("{} are refused", refused.len());
}

/// The statement that makes the view.
fn view(text: &str) -> String {
    let start = text.find("CREATE ").unwrap();
    let end = text[start..].find(";\n").unwrap();
    text[start..start + end].to_owned()
}

#[test]
fn the_english_of_every_audience_is_the_reviewed_one() {
    let families = families();
    let restated: BTreeMap<&str, String> = families
        .iter()
        .flat_map(|family| family.audiences().map(move |(id, segment, plan)| (id, restated(family, segment, plan))))
        .collect();
    let mut page = String::from(
        "# What is wanted, and what Segma says it does\n\nThe first line of each is what somebody wants; the others are the sentences of the \
         catalogue about the segment that says it.\n",
    );
    for (id, english) in wanted() {
        let said = restated.get(id.as_str()).map_or("waiting\n", String::as_str);
        page += &format!("\n## {id}\n\n> {english}\n\n{said}");
    }
    let path = folder().join("english.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &page).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    for (now, was) in page.lines().zip(reviewed.lines()) {
        assert_eq!(now, was, "INSTA_UPDATE=always writes the page; read what changed");
    }
    assert_eq!(page.len(), reviewed.len());
}

fn restated(family: &Family, segment: SegmentId, plan: &SegmentPlan) -> String {
    let segment = &family.model.segments[segment];
    let lines = describe::segment(&family.model, segment).into_iter().map(|line| format!("- {line}\n"));
    let condition: String = lines.collect();
    format!("`{}`\n\n{condition}", plan.about.written)
}

/// What one audience was seen to do.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Seen {
    member: bool,
    /// Somebody who passes the guard and for whom the condition does not hold.
    stranger: bool,
}

fn files(world: &World) -> BTreeMap<String, run::File> {
    let file = |name: &String| run::File {
        name: name.clone(),
        format: run::Format::Csv,
        bytes: world.csv(name).unwrap_or_default(),
    };
    world.tables.keys().map(|name| (name.clone(), file(name))).collect()
}

fn texts<'v>(values: impl IntoIterator<Item = &'v segma::model::Value>) -> BTreeSet<String> {
    values.into_iter().map(worlds::key_text).collect()
}

/// A database in which something was seen, of one audience or of any.
struct Telling {
    database: World,
    only: Option<String>,
}

/// Databases for a family that show each of its audiences in every light, and what was seen. In each the reference is held against
/// the embedded engine.
fn tell(family: &Family, wrong: &mut Vec<String>) -> (BTreeMap<String, Seen>, Vec<Telling>) {
    let mut telling = Vec::new();
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for seed in 0..chance::databases(DATABASES) {
        let database = chance::database(&family.world, &family.model, &mut Chance::new(7_001 + seed));
        keep(family, database, None, &mut seen, &mut telling, wrong);
    }
    for (number, (id, _, plan)) in family.audiences().enumerate() {
        let part = family.text_about(&plan.about.name);
        let everyone = plan.condition == plan::Cond::Everyone;
        for seed in 0..TRIES {
            if seen.get(id).is_some_and(|seen| seen.member && (seen.stranger || everyone)) {
                break;
            }
            let chance = &mut Chance::new(90_001 + 1_000 * number as u64 + seed);
            let database = chance::focused(&family.world, &family.model, &part, chance);
            keep(family, database, Some(id), &mut seen, &mut telling, wrong);
        }
    }
    (seen, telling)
}

/// Asks for one audience, or for all, in a database, and keeps it where it tells something new.
fn keep(
    family: &Family,
    mut database: World,
    only: Option<&str>,
    seen: &mut BTreeMap<String, Seen>,
    telling: &mut Vec<Telling>,
    wrong: &mut Vec<String>,
) {
    database.complete(&family.model);
    if !database.typed(&family.model) {
        return;
    }
    let rows = database.rows(&family.model);
    let files = files(&database);
    let mut new = false;
    for (id, segment, plan) in family.audiences().filter(|(id, _, _)| only.is_none_or(|only| only == *id)) {
        let outcome = reference::members(&family.model, segment, &rows, database.now);
        let expected = texts(&outcome.members);
        let found = match run::members(plan, &files, database.now) {
            Ok(members) => members.into_iter().collect(),
            Err(cause) if !expected.is_empty() => BTreeSet::from([cause.message]),
            Err(_) => BTreeSet::new(),
        };
        if found != expected && wrong.len() < 10 {
            let small = smallest(family, &database, segment, plan);
            wrong.push(format!("{id}: run has {found:?}, the reference {expected:?}\n{small}"));
        }
        let stranger = outcome.empty_because.is_empty() && outcome.passed_guard != outcome.matched;
        let before = seen.entry(id.to_owned()).or_default();
        let now = Seen { member: before.member || !expected.is_empty(), stranger: before.stranger || stranger };
        new |= now != *before;
        *before = now;
    }
    if new {
        telling.push(Telling { database, only: only.map(str::to_owned) });
    }
}

/// The smallest database in which the two still differ.
fn smallest(family: &Family, database: &World, segment: SegmentId, plan: &SegmentPlan) -> String {
    let small = chance::smallest(database.clone(), &mut |world| {
        let expected =
            texts(&reference::members(&family.model, segment, &world.rows(&family.model), world.now).members);
        let found: BTreeSet<String> =
            run::members(plan, &files(world), world.now).unwrap_or_default().into_iter().collect();
        found != expected
    });
    chance::markdown(&small)
}

#[test]
fn every_wanted_audience_means_the_same_everywhere() {
    let families = families();
    let half = |odd: usize| {
        let mut report = Report::default();
        let mut engines = Engines::start();
        families.iter().skip(odd).step_by(2).for_each(|family| report.add(family, &mut engines));
        report
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        (half(0), other.join().unwrap())
    });
    let wrong = [one.wrong, other.wrong].concat();
    let vacuous = [one.vacuous, other.vacuous].concat();
    let audiences = one.audiences + other.audiences;
    println!("{} answers of engines; vacuous: {vacuous:#?}", one.asked + other.asked);
    let note = format!(
        "each on the databases that tell it apart, both engines; {audiences} audiences, {} of them vacuous",
        vacuous.len()
    );
    evidence::figure(
        "wanted",
        "audiences of real products, answers of engines",
        one.asked + other.asked,
        wrong.len(),
        &note,
    );
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(vacuous.len() * 20 <= audiences, "{} of {audiences} are vacuous: {vacuous:#?}", vacuous.len());
}

/// What some families were found to do.
#[derive(Default)]
struct Report {
    audiences: usize,
    asked: usize,
    wrong: Vec<String>,
    vacuous: Vec<String>,
}

impl Report {
    fn add(&mut self, family: &Family, engines: &mut Option<Engines>) {
        let (seen, telling) = tell(family, &mut self.wrong);
        self.audiences += family.audiences().count();
        for (id, _, plan) in family.audiences() {
            match seen.get(id).copied().unwrap_or_default() {
                Seen { member: false, .. } => self.vacuous.push(format!("{id} has no member")),
                Seen { stranger: false, .. } if plan.condition != plan::Cond::Everyone => {
                    self.vacuous.push(format!("{id} has no stranger"));
                }
                Seen { .. } => {}
            }
        }
        println!("{}: {} databases tell something", family.name, telling.len());
        let Some(engines) = engines else { return };
        for telling in &telling {
            for engine in ["duckdb", "postgres"] {
                self.asked += ask(engines, engine, family, telling, &mut self.wrong);
            }
        }
    }
}

impl Family {
    /// A segment's text, with those of the definitions and segments that it names.
    fn text_about(&self, segment: &str) -> String {
        let blocks: Vec<&str> = self.world.text.split("\n\n").collect();
        let block =
            |head: String| blocks.iter().find(|block| block.lines().any(|line| line.starts_with(&head))).copied();
        let own = block(format!("segment {segment} of ")).unwrap_or_default();
        let words = own.split(|one: char| !(one.is_alphanumeric() || one == '_')).filter(|word| *word != segment);
        let named = words.flat_map(|word| [block(format!("segment {word} of ")), block(format!("define {word} of "))]);
        std::iter::once(own).chain(named.flatten()).collect::<Vec<_>>().join("\n")
    }
}

/// Asks an engine, in one session, for what a database tells of.
fn ask(engines: &mut Engines, engine: &str, family: &Family, telling: &Telling, wrong: &mut Vec<String>) -> usize {
    let Telling { database, only } = telling;
    let setup = tables::statements(database, &family.model, engine).unwrap();
    let rows = database.rows(&family.model);
    let mut expected = Vec::new();
    let mut queries = Vec::new();
    for (id, segment, plan) in family.audiences().filter(|(id, _, _)| only.as_ref().is_none_or(|only| only == id)) {
        let Ok(fitted) = fit_segment(plan, &family.plan.schema, engine) else { continue };
        queries.push(fitted.query(&plan.about.name, Some(database.now)).unwrap().unwrap());
        let outcome = reference::members(&family.model, segment, &rows, database.now);
        expected.push((id, texts(&outcome.members)));
    }
    let answers = engines.run(engine, &setup, &queries).unwrap_or_else(|error| panic!("{engine}: {error}"));
    for ((id, expected), answer) in expected.iter().zip(&answers) {
        let key = |row: &serde_json::Value| match row.as_object().unwrap().values().next().unwrap() {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let found = answer.as_ref().map(|rows| rows.iter().map(key).collect::<BTreeSet<String>>());
        if found.as_ref() != Ok(expected) && wrong.len() < 10 {
            wrong.push(format!(
                "{id}: {engine} has {found:?}, the reference {expected:?}\n{}",
                chance::markdown(database)
            ));
        }
    }
    answers.len()
}
