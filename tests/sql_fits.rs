//! Every world and every example fits every dialect: its SQL passes its own proof, and a second parser reads each statement.

mod common;

use std::collections::BTreeSet;

use common::engines::Engines;
use common::worlds;
use segma::emit::sql::{DIALECTS, emit, fit, snapshots};
use segma::plan::Plan;

/// Every plan of every world, each segment once.
fn plans() -> Vec<(String, Plan)> {
    let planned = |world: &worlds::World| {
        let loaded = world.load();
        let (_, checked) = segma::rules::check(loaded.model.clone(), "2026-11-01".parse().unwrap());
        Some((world.name.clone(), segma::plan::build(&checked?, &loaded.sources)))
    };
    let mut seen = BTreeSet::new();
    let mut plans: Vec<(String, Plan)> = worlds::all().iter().filter_map(planned).collect();
    plans.iter_mut().for_each(|(_, plan)| plan.segments.retain(|segment| seen.insert(segment.hash.clone())));
    plans.retain(|(_, plan)| !plan.segments.is_empty());
    plans
}

#[test]
fn every_world_fits_every_dialect_and_a_second_parser_reads_it() {
    let mut engines = Engines::start();
    let mut wrong = Vec::new();
    let (mut fits, mut read) = (0, 0);
    for (name, plan) in plans() {
        for dialect in DIALECTS {
            let fitted = match fit(&plan, dialect.name) {
                Ok(fitted) => fitted,
                Err(findings) => {
                    let all: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
                    // What a dialect cannot tell of lists is refused, and its page says so.
                    let lists = ["tells a list that is missing", "what is in a list cannot be folded"];
                    if all.iter().all(|message| lists.iter().any(|known| message.contains(known))) {
                        continue;
                    }
                    wrong.push(format!("{} {name}: {}", dialect.name, all.join("; ")));
                    continue;
                }
            };
            fits += 1;
            let Some(engines) = &mut engines else { continue };
            let files = emit(&fitted, None).unwrap();
            let views: Vec<String> = files.iter().map(|file| view(std::str::from_utf8(&file.bytes).unwrap())).collect();
            read += views.len();
            let scripts = snapshots(&fitted).unwrap_or_else(|findings| panic!("{} {name}: {findings:?}", dialect.name));
            // Beside the view's query they differ in little.
            let few = ["stay", "delivery", "guard_contact"].iter().any(|suite| name.starts_with(suite));
            let stored = scripts.iter().filter(|_| few).flat_map(|file| statements(&file.bytes));
            let views: Vec<String> = views.into_iter().chain(stored).collect();
            let answers = engines.sqlglot(dialect.name, &views);
            wrong.extend(answers.into_iter().flatten().map(|error| format!("{} {name}: {error}", dialect.name)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), fits + wrong.len(), wrong.join("\n"));
    assert!(fits > 100, "only {fits} were tried");
    assert!(engines.is_none() || read > 500, "only {read} were read");
}

/// The statements of a script, parameters and all.
fn statements(script: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(script).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with("--")).flat_map(|line| [line, "\n"]).collect();
    body.split(";\n").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The statement that makes the view.
fn view(text: &str) -> String {
    let start = text.find("CREATE ").unwrap();
    let end = text[start..].find(";\n").unwrap();
    text[start..start + end].to_owned()
}
