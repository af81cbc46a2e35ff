//! Every mutant that `tests/mutants` built, one after the other in one process: the hand-written worlds whose answer its functions have a part
//! in are asked again, on the embedded engine and, where the SQL is another, on DuckDB and PostgreSQL, until an answer is not the one that
//! the world says. Who is noticed by rows, by the reader of the SQL, or by nobody is written down, a line for each, as soon as it is known.

#[expect(dead_code, reason = "other test files use the rest")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant as Clock};

use common::engines::Engines;
use common::tables;
use common::worlds::{self, World};
use segma::emit::sql::{DIALECTS, fit};
use segma::model::{Date, Model};
use segma::plan::Plan;
use segma::{mutants, plan, rules, run};
use serde_json::{Value, json};

/// A mutant that takes longer over all its worlds does not end.
const LONGEST: Duration = Duration::from_secs(300);

/// What each audience, report and placement answers.
type Answers = BTreeMap<String, String>;

/// A world, what it answers without any mutant, and the functions with mutants that take part.
struct Asked {
    world: World,
    model: Model,
    checked: rules::Checked,
    sources: segma::source::SourceMap,
    rows: Answers,
    texts: BTreeMap<&'static str, Option<Answers>>,
    answers: BTreeMap<&'static str, Answers>,
    takes: BTreeSet<usize>,
}

fn asked(world: &World, sql: bool) -> Option<Asked> {
    let loaded = world.load();
    let model = loaded.model.clone();
    let today: Date = segma::model::calendar::Zone::named("Europe/Berlin").unwrap().date_of(world.now);
    let (found, checked) = rules::check(loaded.model, today);
    let Some(checked) = checked else {
        let errors = loaded.findings.iter().chain(&found).filter(|finding| finding.is_fatal());
        let errors: Vec<String> = errors.map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
        println!("{} is refused: {errors:?}", world.name);
        return None;
    };
    let mut world = world.clone();
    world.complete(&model);
    mutants::taken();
    let plan = plan::build(&checked, &loaded.sources);
    let rows = by_run(&world, &plan);
    for (name, members) in &world.members {
        let said: Vec<&String> = members.iter().collect();
        assert_eq!(rows[name], format!("{said:?}"), "{name} in {}", world.name);
    }
    // What the other dialects say is asked when it is needed.
    let texts: BTreeMap<_, _> = sql.then(|| ("duckdb", texts(&world, &plan, "duckdb"))).into_iter().collect();
    let (sources, answers) = (loaded.sources, BTreeMap::new());
    Some(Asked { world, model, checked, sources, rows, texts, answers, takes: mutants::taken() })
}

/// On the embedded engine. What fails selects nobody.
fn by_run(world: &World, plan: &Plan) -> Answers {
    let mut world = world.clone();
    world.define(plan);
    let file = |name: &String| {
        let bytes = world.csv(name).unwrap();
        (name.clone(), run::File { name: name.clone(), format: run::Format::Csv, bytes })
    };
    let files: BTreeMap<String, run::File> = world.tables.keys().map(file).collect();
    let mut found = Answers::new();
    for plan in &plan.segments {
        let members: BTreeSet<String> = run::members(plan, &files, world.now).unwrap_or_default().into_iter().collect();
        found.insert(plan.about.name.clone(), format!("{:?}", members.iter().collect::<Vec<_>>()));
    }
    for plan in &plan.reports {
        let table = run::report(plan, &files, world.now).ok().map(|table| (table.columns, table.rows));
        found.insert(plan.about.name.clone(), format!("{table:?}"));
    }
    for plan in &plan.placements {
        found.insert(plan.name.clone(), format!("{:?}", run::shown(plan, &files, world.now).ok()));
    }
    found
}

/// Every question to a database; `None` where the reader of the SQL refuses one.
fn texts(world: &World, plan: &Plan, dialect: &str) -> Option<Answers> {
    let fitted = fit(plan, dialect).ok()?;
    let mut found = Answers::new();
    for name in plan.segments.iter().chain(&plan.reports).map(|plan| &plan.about.name) {
        found.insert(name.clone(), fitted.query(name, Some(world.now))?.ok()?);
    }
    for plan in &plan.placements {
        found.insert(plan.name.clone(), fitted.shown(&plan.name, Some(world.now))?.ok()?);
    }
    Some(found)
}

/// On a database; `None` where typed columns cannot hold the rows.
fn by_sql(engines: &mut Engines, engine: &str, asked: &Asked, plan: &Plan, texts: &Answers) -> Option<Answers> {
    let mut world = asked.world.clone();
    world.define(plan);
    let mut setup = tables::statements(&world, &asked.model, engine)?;
    setup.push(match engine {
        "postgres" => "SET timezone = 'America/New_York'".to_owned(),
        _ => "SET TimeZone = 'America/New_York'".to_owned(),
    });
    let queries: Vec<String> = texts.values().cloned().collect();
    let answers = engines.run(engine, &setup, &queries).unwrap_or_else(|error| panic!("{}: {error}", world.name));
    let rows = |answer: Result<Vec<Value>, String>| match answer {
        Ok(rows) => {
            let mut rows: Vec<String> = rows.iter().map(Value::to_string).collect();
            rows.sort();
            format!("{rows:?}")
        }
        Err(_) => "fails".to_owned(),
    };
    Some(texts.keys().cloned().zip(answers.into_iter().map(rows)).collect())
}

/// The first name whose answer is another.
fn differs(found: &Answers, expected: &Answers) -> Option<String> {
    expected.iter().find(|(name, answer)| found.get(*name) != Some(*answer)).map(|(name, _)| name.clone())
}

/// Who notices the mutant in this world, on the embedded engine (`run`) or by a dialect's SQL.
fn noticed(engines: &mut Engines, asked: &mut Asked, by: &'static str) -> Option<(&'static str, String)> {
    let plan = plan::build(&asked.checked, &asked.sources);
    if by == "run" {
        return differs(&by_run(&asked.world, &plan), &asked.rows).map(|name| ("rows of the embedded engine", name));
    }
    let found = texts(&asked.world, &plan, by);
    let (Some(found), Some(expected)) = (&found, &asked.text(by)) else {
        return (found != asked.text(by)).then(|| ("the reader of the SQL", by.to_owned()));
    };
    let engine = match by {
        "duckdb" => "rows of DuckDB",
        "postgres" => "rows of PostgreSQL",
        _ => return None,
    };
    if found == expected {
        return None;
    }
    let rows = by_sql(engines, by, asked, &plan, found).unwrap_or_default();
    differs(&rows, &asked.answer(engines, by)).map(|name| (engine, name))
}

/// By whom a mutant of a file may be noticed, the cheapest first.
fn judges(file: &str) -> Vec<&'static str> {
    let dialects = DIALECTS.iter().map(|dialect| dialect.name);
    match file {
        _ if file.starts_with("src/run/") => vec!["run"],
        _ if file.starts_with("src/emit/") => dialects.collect(),
        _ => ["run"].into_iter().chain(dialects).collect(),
    }
}

impl Asked {
    /// What a dialect's queries are without any mutant.
    fn text(&mut self, dialect: &'static str) -> Option<Answers> {
        if !self.texts.contains_key(dialect) {
            let chosen = chosen();
            mutants::choose(NONE);
            let plan = plan::build(&self.checked, &self.sources);
            self.texts.insert(dialect, texts(&self.world, &plan, dialect));
            mutants::choose(chosen);
        }
        self.texts[dialect].clone()
    }

    /// What a database answers without any mutant.
    fn answer(&mut self, engines: &mut Engines, engine: &'static str) -> Answers {
        let text = self.text(engine).unwrap_or_default();
        if !self.answers.contains_key(engine) {
            let chosen = chosen();
            mutants::choose(NONE);
            let plan = plan::build(&self.checked, &self.sources);
            let answers = by_sql(engines, engine, self, &plan, &text).unwrap_or_default();
            self.answers.insert(engine, answers);
            mutants::choose(chosen);
        }
        self.answers[engine].clone()
    }
}

const NONE: usize = 0;

/// The mutant that runs now.
fn chosen() -> usize {
    mutants::entered(usize::MAX)
}

/// Ends the process where a mutant does not end; the command goes on with the next.
fn watch(out: std::path::PathBuf) -> &'static (AtomicU64, AtomicU64) {
    static NOW: (AtomicU64, AtomicU64) = (AtomicU64::new(0), AtomicU64::new(0));
    let began = Clock::now();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            NOW.1.fetch_add(1, SeqCst);
            if NOW.1.load(SeqCst) > LONGEST.as_secs() && NOW.0.load(SeqCst) > 0 {
                let took = began.elapsed();
                note(
                    &out,
                    usize::try_from(NOW.0.load(SeqCst)).unwrap(),
                    "it does not end",
                    &format!("{took:.0?}"),
                    0.0,
                );
                std::process::exit(3);
            }
        }
    });
    &NOW
}

fn note(out: &std::path::Path, mutant: usize, by: &str, at: &str, seconds: f64) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(out).unwrap();
    writeln!(file, "{}", json!({ "number": mutant, "by": by, "at": at, "seconds": seconds })).unwrap();
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

#[test]
fn every_mutant_is_noticed() {
    let tree = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let all: Vec<Value> = serde_json::from_slice(&std::fs::read(tree.join("mutants.json")).unwrap()).unwrap();
    let out = tree.join(variable("SEGMA_MUTANTS_OUT"));
    let wanted: BTreeSet<u64> = variable("SEGMA_MUTANTS").split_whitespace().map(|n| n.parse().unwrap()).collect();
    // For how long each is hunted; no world after that is asked of it.
    let patience = Duration::from_secs(variable("SEGMA_MUTANT_SECONDS").parse().unwrap_or(3_600));
    let mut engines = Engines::start().expect("engines");
    mutants::choose(NONE);
    let began = Clock::now();
    let files = all.iter().filter(|mutant| wanted.contains(&mutant["number"].as_u64().unwrap()));
    let sql = files.into_iter().any(|mutant| !mutant["file"].as_str().unwrap().starts_with("src/run/"));
    // The suites that are asked, by how their names begin; all, where none is named.
    let suites = variable("SEGMA_MUTANT_SUITES");
    let here =
        |world: &&World| suites.is_empty() || suites.split_whitespace().any(|suite| world.name.starts_with(suite));
    let mut worlds: Vec<Asked> = worlds::all().iter().filter(here).filter_map(|world| asked(world, sql)).collect();
    worlds.sort_by_key(|asked| !asked.world.name.starts_with("guard"));
    println!("{} worlds asked without mutants in {:.1?}", worlds.len(), began.elapsed());
    let now = watch(out.clone());
    for mutant in all.iter().filter(|mutant| wanted.contains(&mutant["number"].as_u64().unwrap())) {
        let number = usize::try_from(mutant["number"].as_u64().unwrap()).unwrap();
        let (file, first) =
            (mutant["file"].as_str().unwrap(), usize::try_from(mutant["first"].as_u64().unwrap()).unwrap());
        now.0.store(number as u64, SeqCst);
        now.1.store(0, SeqCst);
        // Who is in progress if the process ends here.
        std::fs::write(out.with_extension("now"), number.to_string()).unwrap();
        let began = Clock::now();
        let taking = worlds.iter().filter(|asked| asked.takes.contains(&first)).count();
        let (mut tried, mut found) = (0, None);
        let judges = judges(file);
        for by in &judges {
            for asked in worlds.iter_mut().filter(|asked| asked.takes.contains(&first)) {
                if found.is_some() || began.elapsed() > patience {
                    break;
                }
                tried += 1;
                let name = asked.world.name.clone();
                mutants::choose(number);
                found = match catch_unwind(AssertUnwindSafe(|| noticed(&mut engines, asked, by))) {
                    Ok(found) => found.map(|(by, what)| (by, format!("{name} / {what}"))),
                    Err(_) => Some(("it panics", name)),
                };
            }
        }
        mutants::choose(NONE);
        let (by, at) = found.unwrap_or(("", format!("{tried} of {} questions were asked", taking * judges.len())));
        note(&out, number, by, &at, began.elapsed().as_secs_f64());
    }
    std::fs::write(out.with_extension("now"), "").unwrap();
}
