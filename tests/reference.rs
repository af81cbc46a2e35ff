//! The reference evaluator against worlds written by hand: what the language's description says of who may be contacted, sentence
//! by sentence.

mod common;

use std::collections::BTreeSet;

use common::worlds;
use segma::model::{Model, SegmentId};
use segma::reference;

fn segment(model: &Model, name: &str) -> Option<SegmentId> {
    model.segments.iter().find(|(_, segment)| segment.name.value == name).map(|(id, _)| id)
}

/// What is wrong with a world, in words.
fn differences(world: &worlds::World) -> Vec<String> {
    let loaded = world.load();
    let errors = loaded.findings.iter().filter(|finding| finding.severity == segma::diagnostic::Severity::Error);
    let mut wrong: Vec<String> = errors.map(|finding| describe(&loaded, finding)).collect();
    let rows = world.rows(&loaded.model);
    for (name, expected) in &world.members {
        let Some(id) = segment(&loaded.model, name) else {
            wrong.push(format!("no segment is called {name}"));
            continue;
        };
        let outcome = reference::members(&loaded.model, id, &rows, world.now);
        let members: BTreeSet<String> = outcome.members.iter().map(common::worlds::key_text).collect();
        if members != *expected {
            wrong.push(format!("{name}: {members:?}, expected {expected:?}; {:?}", outcome.empty_because));
        }
    }
    for (name, expected) in &world.shown {
        let Some(id) = loaded.model.placement_named(name) else {
            wrong.push(format!("no placement is called {name}"));
            continue;
        };
        let shown = reference::shown(&loaded.model, id, &rows, world.now);
        let shown = shown.into_iter().map(|(key, what)| (common::worlds::key_text(&key), what)).collect();
        if *expected != shown {
            wrong.push(format!("{name}: {shown:?}, expected {expected:?}"));
        }
    }
    for (name, expected) in &world.figures {
        let Some(id) = loaded.model.report_named(name) else {
            wrong.push(format!("no report is called {name}"));
            continue;
        };
        let found = reference::report(&loaded.model, id, &rows, world.now);
        let found = worlds::Written { columns: found.columns, rows: found.rows }.sorted();
        if expected.clone().sorted() != found {
            wrong.push(format!("{name}: {found:?}"));
        }
    }
    wrong
}

fn describe(loaded: &worlds::Loaded, finding: &segma::diagnostic::Diagnostic) -> String {
    let place = finding.primary.as_ref().map(|label| loaded.sources.slice(label.span)).unwrap_or_default();
    format!("{}: {} at `{place}`", finding.code, finding.message)
}

#[test]
fn every_world_has_the_members_that_it_says() {
    let worlds = worlds::all();
    assert!(worlds.len() > 100 || std::env::var("SEGMA_TEST_WORLD").is_ok(), "only {} worlds were found", worlds.len());
    let wrong: Vec<String> = worlds
        .iter()
        .map(|world| (world, differences(world)))
        .filter(|(_, wrong)| !wrong.is_empty())
        .map(|(world, wrong)| format!("{}\n    {}", world.name, wrong.join("\n    ")))
        .collect();
    assert!(wrong.is_empty(), "{} of {} worlds differ:\n{}", wrong.len(), worlds.len(), wrong.join("\n"));
}
