//! Invented programs on real engines: one database for many segments, everybody's membership in one round trip.

use std::collections::{BTreeMap, BTreeSet};

use segma::model::Model;
use segma::plan::Plan;

use super::cases::Members;
use super::catalog::Catalog;
use super::placements::{self, Shown};
use super::queries;
use crate::common::engines::{Answer, Engines};
use crate::common::tables;
use crate::common::worlds::World;

/// Who leaves, and whom placements show what.
pub type Answers = (Members, BTreeMap<String, Shown>);

/// The tables of an engine, in which queries have to be computed; `None` where typed columns cannot hold the rows.
pub fn tables_of(catalog: &Catalog, model: &Model, world: &World, engine: &str) -> Option<Vec<String>> {
    let (based, types) = queries::computed(catalog, world, model);
    world.typed(model).then(|| tables::of_types(&based, &types, engine))
}

/// Who leaves by an engine, segment by segment; `None` where typed columns cannot hold the rows. What the dialect cannot say is left out.
pub fn members(
    engines: &mut Engines,
    engine: &str,
    (catalog, model): (&Catalog, &Model),
    plan: &Plan,
    world: &World,
    settings: &[&str],
) -> Option<Result<Members, String>> {
    let plan = Plan { placements: Vec::new(), ..plan.clone() };
    let answers = answers(engines, engine, (catalog, model), &plan, world, settings)?;
    Some(answers.map(|(members, _)| members))
}

/// The same with what placements show.
pub fn answers(
    engines: &mut Engines,
    engine: &str,
    (catalog, model): (&Catalog, &Model),
    plan: &Plan,
    world: &World,
    settings: &[&str],
) -> Option<Result<Answers, String>> {
    let mut setup = tables_of(catalog, model, &super::cases::defined(plan, world), engine)?;
    setup.extend(settings.iter().map(|setting| (*setting).to_owned()));
    let mut names = Vec::new();
    let mut queries = Vec::new();
    for segment in &plan.segments {
        let alone = Plan { segments: vec![segment.clone()], placements: Vec::new(), ..plan.clone() };
        match segma::emit::sql::fit(&alone, engine) {
            Ok(fitted) => {
                queries.push(fitted.query(&segment.about.name, Some(world.now)).unwrap().unwrap());
                names.push(segment.about.name.clone());
            }
            Err(findings) if findings.iter().all(|finding| finding.code.0 == "DIA-05") => {}
            Err(findings) => {
                let all: Vec<String> =
                    findings.iter().map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
                return Some(Err(format!("{}: {}", segment.about.name, all.join("; "))));
            }
        }
    }
    let mut placed = Vec::new();
    for placement in &plan.placements {
        match segma::emit::sql::fit(&placements::alone(plan, placement), engine) {
            Ok(fitted) => {
                queries.push(fitted.shown(&placement.name, Some(world.now)).unwrap().unwrap());
                placed.push(placement.name.clone());
            }
            Err(findings) if findings.iter().all(|finding| finding.code.0 == "DIA-05") => {}
            Err(findings) => return Some(Err(format!("{}: {}", placement.name, findings[0].message))),
        }
    }
    let mut answers = match engines.run(engine, &setup, &queries) {
        Ok(answers) => answers,
        Err(error) => return Some(Err(format!("the tables: {error}"))),
    };
    let shown = match placed.into_iter().zip(answers.split_off(names.len())).map(shown).collect() {
        Ok(shown) => shown,
        Err(error) => return Some(Err(error)),
    };
    let key = |row: &serde_json::Value| match row.as_object().unwrap().values().next().unwrap() {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut found = Members::new();
    for (name, answer) in names.into_iter().zip(answers) {
        match answer {
            Ok(rows) => drop(found.insert(name, rows.iter().map(key).collect::<BTreeSet<String>>())),
            Err(error) => return Some(Err(format!("{name}: {error}"))),
        }
    }
    Some(Ok((found, shown)))
}

/// What an engine shows to whom, each of them once.
fn shown((name, answer): (String, Answer)) -> Result<(String, Shown), String> {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut found = Shown::new();
    for row in answer.map_err(|error| format!("{name}: {error}"))? {
        let key = row.as_object().unwrap().iter().find(|(column, _)| *column != "shown").unwrap().1;
        if found.insert(text(key), text(&row["shown"])).is_some() {
            return Err(format!("{name}: {key} is shown two things"));
        }
    }
    Ok((name, found))
}
