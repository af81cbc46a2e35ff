//! Invented programs on real engines: one database for many segments, everybody's membership in one round trip.

use std::collections::BTreeSet;

use segma::model::Model;
use segma::plan::Plan;

use super::cases::Members;
use crate::common::engines::Engines;
use crate::common::tables;
use crate::common::worlds::World;

/// Who leaves by an engine, segment by segment; `None` where typed columns cannot hold the rows. What the dialect cannot say is left out.
pub fn members(
    engines: &mut Engines,
    engine: &str,
    model: &Model,
    plan: &Plan,
    world: &World,
    settings: &[&str],
) -> Option<Result<Members, String>> {
    let mut setup = tables::statements(&super::cases::defined(plan, world), model, engine)?;
    setup.extend(settings.iter().map(|setting| (*setting).to_owned()));
    let mut names = Vec::new();
    let mut queries = Vec::new();
    for segment in &plan.segments {
        let alone = Plan { segments: vec![segment.clone()], ..plan.clone() };
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
    let answers = match engines.run(engine, &setup, &queries) {
        Ok(answers) => answers,
        Err(error) => return Some(Err(format!("the tables: {error}"))),
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
    Some(Ok(found))
}
