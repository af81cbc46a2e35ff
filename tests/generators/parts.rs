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
        // An exception that is ignored shows where both hold, one that is taken for more where the other does.
        figure.case(failed, !found["xi"].is_empty());
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
            let opposite = if constant == "everyone" { "not (everyone)" } else { "everyone" };
            let twin = members(case, &[bare(segment, "xw", &whole.replacen(&part, opposite, 1))], world);
            let known =
                people.iter().filter(|key| reference::truth(&model, w, &rows, world.now, key) != Truth::Unknown);
            let known: BTreeSet<String> = known.map(worlds::key_text).collect();
            let differ = known.iter().any(|key| before["xw"].contains(key) != after["xw"].contains(key));
            figure.case(differ, twin.is_some_and(|(_, _, twin)| twin["xw"] != before["xw"]));
            if differ {
                wrong.push(format!(
                    "seed {}: {part} is {constant}: {before:?}, then {after:?}\n{}",
                    case.seed, texts[1]
                ));
            }
        }
    }
}

/// MR24: what is asked in another segment is what is asked in place, and what is not in it is what does not hold.
pub fn referred(case: &Case, world: &World, figure: &mut Figure, wrong: &mut Vec<String>) {
    for segment in case.segments.iter().filter(|segment| !segment.ranks()) {
        let wanted = segment.wanted();
        if wanted.contains("in segment") {
            continue;
        }
        // Whoever is referred to is kept, so that whoever refers keeps no longer.
        let kept = bare(segment, "xb", &wanted).replace("retain nothing", "retain 14 days\n  refresh daily");
        let pairs = [
            ("xi", wanted.clone(), "xr", "in segment xb"),
            ("xn", format!("not ({wanted})"), "xm", "not (in segment xb)"),
        ];
        for (one, inlined, other, reference) in pairs {
            let texts = [kept.clone(), bare(segment, one, &inlined), bare(segment, other, reference)];
            let Some((model, _, found)) = members(case, &texts, world) else { continue };
            let by_reference = [one, other].map(|name| cases::by_reference(&model, name, world));
            let failed = found[one] != found[other] || by_reference[0] != by_reference[1];
            // Were the reference empty or everybody, it would show where some are in it and others are not.
            let everybody =
                reference::members(&model, model.segment_named(one).unwrap(), &world.rows(&model), world.now);
            figure.case(failed, !found[one].is_empty() && found[one].len() < everybody.passed_guard.len());
            if failed {
                wrong.push(format!(
                    "seed {}: {found:?}, by the reference {by_reference:?}\n{}",
                    case.seed,
                    texts.concat()
                ));
            }
        }
    }
}

/// MR24: two segments that change their names change nothing for whoever refers to one of them.
pub fn renamed(case: &Case, world: &World, figure: &mut Figure, wrong: &mut Vec<String>) {
    for segment in case.segments.iter().filter(|segment| !segment.ranks()) {
        let wanted = segment.wanted();
        if wanted.contains("in segment") {
            continue;
        }
        let kept = |name: &str, condition: &str| {
            bare(segment, name, condition).replace("retain nothing", "retain 14 days\n  refresh daily")
        };
        let texts = |one: &str, other: &str| {
            [kept(one, &wanted), kept(other, "everyone"), bare(segment, "xr", &format!("in segment {one}"))]
        };
        let Some((before_model, _, before)) = members(case, &texts("xb", "xc"), world) else { continue };
        let Some((after_model, _, after)) = members(case, &texts("xc", "xb"), world) else { continue };
        let known = cases::by_reference(&before_model, "xr", world);
        let failed = before["xr"] != after["xr"]
            || before["xb"] != after["xc"]
            || known != cases::by_reference(&after_model, "xr", world);
        // Whoever took one name for the other would find everybody.
        figure.case(failed, before["xr"] != before["xc"]);
        if failed {
            wrong.push(format!("seed {}: {before:?}, then {after:?}\n{}", case.seed, texts("xb", "xc").concat()));
        }
    }
}

/// MR25: whoever may be reached is in a condition, in its negation, or it is not known which of them; nobody is in two.
pub fn partition(case: &Case, world: &World, figure: &mut Figure, wrong: &mut Vec<String>) {
    for segment in case.segments.iter().filter(|segment| !segment.wanted().contains("in segment")) {
        let wanted = segment.wanted();
        let conditions = [("xt", wanted.clone()), ("xf", format!("not ({wanted})"))];
        let texts = conditions.map(|(name, condition)| bare(segment, name, &condition));
        let Some((model, plan, found)) = members(case, &texts, world) else { continue };
        let (id, rows) = (model.segment_named("xt").unwrap(), world.rows(&model));
        let outcome = reference::members(&model, id, &rows, world.now);
        if !outcome.empty_because.is_empty() {
            continue;
        }
        let unknown =
            |key: &&segma::model::Value| reference::truth(&model, id, &rows, world.now, key) == Truth::Unknown;
        let unknown: BTreeSet<String> = outcome.passed_guard.iter().filter(unknown).map(worlds::key_text).collect();
        let permitted: BTreeSet<String> = outcome.passed_guard.iter().map(worlds::key_text).collect();
        let by_reference = ["xt", "xf"].map(|name| cases::by_reference(&model, name, world));
        let parts = |yes: &BTreeSet<String>, no: &BTreeSet<String>| {
            let all: BTreeSet<String> = yes.iter().chain(no).chain(&unknown).cloned().collect();
            all == permitted && yes.len() + no.len() + unknown.len() == all.len()
        };
        let failed = !parts(&found["xt"], &found["xf"]) || !parts(&by_reference[0], &by_reference[1]);
        let sizes = [found["xt"].len(), found["xf"].len(), unknown.len()];
        figure.case(failed, sizes.iter().filter(|size| **size > 0).count() > 1);
        if failed {
            let told = cases::told(&model, &plan, "xt", world);
            wrong.push(format!(
                "seed {}: {found:?}, unknown {unknown:?}, of {permitted:?}\n{}{told}",
                case.seed,
                texts.concat()
            ));
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
