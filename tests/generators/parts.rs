//! Relations between a program and its parts: what is left after an exception, and a part that is as good as a constant.

use std::collections::BTreeSet;

use segma::plan::Plan;
use segma::reference::{self, Truth};

use super::cases::{self, Case};
use super::catalog::Whom;
use super::figures::Figure;
use super::programs::Segment;
use super::tree::{Node, Part};
use crate::common::worlds::{self, World};

/// A segment like another, of another condition, which stores nothing and limits nothing.
pub fn bare(like: &Segment, name: &str, condition: &str) -> String {
    let entity = if like.of == Whom::Account { "account" } else { "customer" };
    let consent = match like.purpose {
        "marketing.email" | "marketing.ads" => format!("consent {}", like.purpose),
        _ => "consent not needed because \"a test\"".to_owned(),
    };
    format!(
        "segment {name} of {entity} {{\n  purpose {}\n  {consent}\n  retain nothing\n  where {condition}\n}}\n",
        like.purpose
    )
}

/// Members of a few bare segments over a world; nothing where one is refused.
fn members(case: &Case, segments: &[String], world: &World) -> Option<(segma::model::Model, Plan, cases::Members)> {
    let (empty, model, plan) = cases::compiled(&(case.catalog.declared() + &segments.concat())).ok()?;
    let after = World { text: empty.text, ..world.clone() };
    let found = cases::by_run(&plan, &after);
    Some((model, plan, found))
}

/// MR27: `A except B` is disjoint from B, and with `A and B` it is within A.
pub fn exceptions(case: &Case, world: &World, figure: &mut Figure, wrong: &mut Vec<String>) {
    for pair in case.segments.windows(2) {
        let [a, b] = [&pair[0], &pair[1]];
        let (wanted, other) = (a.wanted(), b.wanted());
        let lone = ![&wanted, &other].iter().any(|text| text.contains("in segment"));
        if a.of != b.of || a.purpose.split('.').next() != b.purpose.split('.').next() || !lone {
            continue;
        }
        let conditions = [
            ("xa", wanted.clone()),
            ("xb", other.clone()),
            ("xd", format!("{wanted}\n  except ({other})")),
            ("xi", format!("(({wanted}) and ({other}))")),
        ];
        let texts: Vec<String> = conditions.iter().map(|(name, condition)| bare(a, name, condition)).collect();
        let Some((_, _, found)) = members(case, &texts, world) else { continue };
        let all: BTreeSet<String> = found["xd"].union(&found["xi"]).cloned().collect();
        let failed = !found["xd"].is_disjoint(&found["xb"]) || !all.is_subset(&found["xa"]);
        figure.case(failed, !found["xa"].is_empty() && !found["xb"].is_empty());
        if failed {
            wrong.push(format!("seed {}: {found:?}\n{}", case.seed, texts.concat()));
        }
    }
}

/// MR28: a part that is true of everybody, or false of everybody, is as good as that constant; of whoever is broken nothing is said.
pub fn constants(case: &Case, world: &World, figure: &mut Figure, wrong: &mut Vec<String>) {
    for segment in &case.segments {
        let whole = segment.wanted();
        let mut parts = Vec::new();
        segment.tree.parts.iter().for_each(|part| within(part, &mut parts));
        for part in parts.into_iter().filter(|part| !whole.contains("in segment") && *part != whole).take(6) {
            let texts = [bare(segment, "xx", &part), bare(segment, "xw", &whole)];
            let Some((model, _, before)) = members(case, &texts, world) else { continue };
            let (x, w) = (model.segment_named("xx").unwrap(), model.segment_named("xw").unwrap());
            let rows = world.rows(&model);
            let people = reference::members(&model, x, &rows, world.now).in_scope;
            let truths: BTreeSet<u8> =
                people.iter().map(|key| reference::truth(&model, x, &rows, world.now, key) as u8).collect();
            let constant = match truths.iter().collect::<Vec<_>>()[..] {
                [truth] if *truth == Truth::True as u8 => "everyone",
                [truth] if *truth == Truth::False as u8 => "not (everyone)",
                _ => continue,
            };
            let short = bare(segment, "xw", &whole.replacen(&part, constant, 1));
            let Some((_, _, after)) = members(case, &[short], world) else { continue };
            let known =
                people.iter().filter(|key| reference::truth(&model, w, &rows, world.now, key) != Truth::Unknown);
            let known: BTreeSet<String> = known.map(worlds::key_text).collect();
            let differ = known.iter().any(|key| before["xw"].contains(key) != after["xw"].contains(key));
            figure.case(differ, !before["xw"].is_empty());
            if differ {
                wrong.push(format!(
                    "seed {}: {part} is {constant}: {before:?}, then {after:?}\n{}",
                    case.seed, texts[1]
                ));
            }
        }
    }
}

/// Conditions directly under `and`, `or` and `not`, at any depth.
fn within(part: &Part, found: &mut Vec<String>) {
    let Part::Child(node, _) = part else { return };
    if node.condition && logical(node) {
        for part in &node.parts {
            if let Part::Child(inner, _) = part {
                found.push(inner.print());
            }
            within(part, found);
        }
    }
}

fn logical(node: &Node) -> bool {
    ["and", "or", "not", "count of"].contains(&node.kind)
}
