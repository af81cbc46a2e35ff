//! Relations over what is done with a program: built elsewhere, deployed halfway, taken back and deployed again.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use segma::plan::Plan;

use super::cases::{self, Case, Members};
use crate::common::engines::Engines;
use crate::common::worlds::World;

const SETTINGS: &str = "name = \"built\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\nschema = \"audiences\"\n\
                        dialects = [\"duckdb\", \"postgres\"]\n";

/// A build of a case in a folder of its own: every file with its bytes. `other` writes the sources in another order and runs elsewhere, in
/// other surroundings.
pub fn built(case: &Case, other: bool) -> Vec<(String, Vec<u8>)> {
    let home = tempfile::tempdir().unwrap();
    let project = home.path().join(if other { "quite elsewhere" } else { "here" });
    std::fs::create_dir_all(project.join("catalog")).unwrap();
    std::fs::create_dir_all(project.join("segments")).unwrap();
    let mut files =
        vec![("segma.toml".to_owned(), SETTINGS.to_owned()), ("catalog/all.seg".to_owned(), case.catalog.declared())];
    let both =
        fitting(&case.plan, "duckdb").intersection(&fitting(&case.plan, "postgres")).cloned().collect::<BTreeSet<_>>();
    let said =
        case.segments.iter().filter(|segment| both.contains(&segment.name) && !segment.print().contains("in segment"));
    files.extend(said.map(|segment| (format!("segments/{}.seg", segment.name), segment.print())));
    if other {
        files.reverse();
    }
    files.iter().for_each(|(path, text)| std::fs::write(project.join(path), text).unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_segma"));
    if other {
        command.current_dir(&project).args(["build", ".", "--out", "out", "--today", cases::TODAY]);
        command.env("TZ", "Asia/Tokyo").env("LC_ALL", "tr_TR.UTF-8").env("RAYON_NUM_THREADS", "1");
    } else {
        command.current_dir(home.path()).args(["build", "here", "--out", "here/out", "--today", cases::TODAY]);
        command.env("TZ", "America/New_York").env("LC_ALL", "C").env("RAYON_NUM_THREADS", "4");
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "seed {}: {said}", case.seed);
    let mut found = Vec::new();
    files_below(&project.join("out"), &project.join("out"), &mut found);
    found.sort();
    found
}

fn files_below(root: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.push((name, std::fs::read(&path).unwrap()));
        }
    }
}

/// The statements that deploy a plan, view after view, at the time of a world.
pub fn deployed(plan: &Plan, names: &BTreeSet<String>, engine: &str, world: &World) -> Vec<String> {
    let segments = plan.segments.iter().filter(|segment| names.contains(&segment.about.name)).cloned().collect();
    let some = Plan { segments, placements: Vec::new(), ..plan.clone() };
    let fitted = segma::emit::sql::fit(&some, engine).unwrap();
    let artefacts = segma::emit::sql::emit(&fitted, Some(world.now)).unwrap();
    let text = |artefact: segma::emit::Artefact| String::from_utf8(artefact.bytes).unwrap();
    let statements = artefacts.into_iter().map(text).flat_map(|text| {
        let all: Vec<String> = text.split(";\n").map(|one| one.trim().to_owned()).collect();
        all.into_iter().filter(|one| one.lines().any(|line| !line.trim().is_empty() && !line.starts_with("--")))
    });
    statements.collect()
}

/// The segments that a dialect can say and that store nothing that the views read.
pub fn fitting(plan: &Plan, engine: &str) -> BTreeSet<String> {
    let fits = |segment: &&segma::plan::SegmentPlan| {
        let alone = Plan { segments: vec![(*segment).clone()], placements: Vec::new(), ..plan.clone() };
        segment.stay.is_none() && segma::emit::sql::fit(&alone, engine).is_ok()
    };
    plan.segments.iter().filter(fits).map(|segment| segment.about.name.clone()).collect()
}

/// Whom each view shows after some statements; a transaction that they leave open is lost, as where the connection is.
pub fn shown(
    engines: &mut Engines,
    engine: &str,
    (catalog, model, world): (&super::catalog::Catalog, &segma::model::Model, &World),
    statements: &[&[String]],
    names: &BTreeSet<String>,
) -> Option<Result<Members, String>> {
    let mut setup = super::engines::tables_of(catalog, model, world, engine)?;
    setup.push("CREATE SCHEMA IF NOT EXISTS audiences".to_owned());
    let all: Vec<String> = statements.concat();
    let opened = all.iter().filter(|one| one.ends_with("BEGIN")).count();
    let closed = all.iter().filter(|one| one.ends_with("COMMIT")).count();
    setup.extend(all);
    setup.extend((opened > closed).then(|| "ROLLBACK".to_owned()));
    let queries: Vec<String> = names.iter().map(|name| format!("SELECT * FROM audiences.\"{name}\"")).collect();
    let answers = match engines.run(engine, &setup, &queries) {
        Ok(answers) => answers,
        Err(error) => return Some(Err(error)),
    };
    let key = |row: &serde_json::Value| match row.as_object().unwrap().values().next().unwrap() {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let members = names.iter().zip(answers).map(|(name, answer)| {
        let rows = answer.map_err(|error| format!("{name}: {error}"))?;
        Ok((name.clone(), rows.iter().map(key).collect()))
    });
    Some(members.collect())
}

/// Whom each view shows after every statement of a deployment: after none, one, two, … of them. What stands in a transaction that is not
/// committed yet is lost, as where the connection is.
pub fn cut_short(
    engines: &mut Engines,
    engine: &str,
    (catalog, model, world): (&super::catalog::Catalog, &segma::model::Model, &World),
    (old, new): (&[String], &[String]),
    names: &BTreeSet<String>,
) -> Option<Vec<Result<Members, String>>> {
    let mut setup = super::engines::tables_of(catalog, model, world, engine)?;
    setup.push("CREATE SCHEMA IF NOT EXISTS audiences".to_owned());
    setup.extend(old.iter().cloned());
    let views: Vec<String> = names.iter().map(|name| format!("SELECT * FROM audiences.\"{name}\"")).collect();
    let (mut asked, mut looks) = (Vec::new(), Vec::new());
    let mut look = |asked: &mut Vec<String>| {
        looks.push(asked.len());
        asked.extend(views.iter().cloned());
    };
    look(&mut asked);
    let mut open: Vec<String> = Vec::new();
    for statement in new {
        open.push(statement.clone());
        asked.extend(open.iter().cloned());
        let within = open[0].ends_with("BEGIN") && !statement.ends_with("COMMIT");
        asked.extend(within.then(|| "ROLLBACK".to_owned()));
        look(&mut asked);
        if !within {
            open.clear();
        }
    }
    let answers = match engines.run(engine, &setup, &asked) {
        Ok(answers) => answers,
        Err(error) => return Some(vec![Err(error)]),
    };
    let key = |row: &serde_json::Value| match row.as_object().unwrap().values().next().unwrap() {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let seen = |at: &usize| {
        let of_view = |(name, answer): (&String, &crate::common::engines::Answer)| {
            let rows = answer.as_ref().map_err(|error| format!("{name}: {error}"))?;
            Ok((name.clone(), rows.iter().map(key).collect()))
        };
        names.iter().zip(&answers[*at..]).map(of_view).collect()
    };
    Some(looks.iter().map(seen).collect())
}
