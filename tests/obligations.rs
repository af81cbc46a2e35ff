//! What a segment owes, held against what is emitted: each question of the guard, each cut and each step of delivery in the plan of
//! an audience discharges an obligation, and each obligation that says it is asked has its question in the plan. The two are derived
//! apart: obligations from the declarations, the plan by the planner.

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::worlds::{self, World};
use segma::model::config::Config;
use segma::model::{Basis, Date, Length, Model, SubjectKind};
use segma::plan::{Cond, SegmentPlan, walk};
use segma::privacy::Facts;
use segma::privacy::obligations::{Conjunct, Obligations, Standing};
use segma::source::SourceMap;

/// Spans that are longer than any retention stand for none.
const ENDLESS: i64 = 12 * 100;

/// What a plan asks.
fn asked(plan: &SegmentPlan) -> BTreeSet<Conjunct> {
    let guard = &plan.guard;
    let mut asked = BTreeSet::new();
    if guard.suspended.is_some() {
        asked.insert(Conjunct::Suspended);
    }
    if !guard.ledgers.is_empty() {
        asked.insert(Conjunct::Frozen);
    }
    if !guard.members.is_empty() {
        asked.insert(Conjunct::Members);
    }
    for purpose in &guard.purposes {
        let name = purpose.purpose.clone();
        match purpose.basis {
            Basis::Consent => asked.extend([Conjunct::Grant(name.clone()), Conjunct::Denial(name)]),
            Basis::LegitimateInterest => drop(asked.insert(Conjunct::Denial(name))),
            Basis::Contract | Basis::LegalDuty => {}
        }
    }
    for ledger in &guard.ledgers {
        asked.insert(Conjunct::Speaks(ledger.name.clone()));
        if ledger.fresh.is_some() {
            asked.insert(Conjunct::Fresh(ledger.name.clone()));
        }
    }
    for path in &guard.control {
        asked.insert(Conjunct::Plain(plan.tables[path.table].columns[path.column].name.clone()));
    }
    asked.extend(guard.identities.iter().map(|identity| Conjunct::Whole(identity.name.clone())));
    places(plan, &mut asked);
    for table in &plan.tables {
        if plan.stay.as_ref().is_some_and(|stay| plan.tables[stay.table].name == table.name) {
            asked.insert(Conjunct::Stored);
        } else if table.clock.as_ref().is_some_and(|clock| ends(clock.span)) {
            asked.insert(Conjunct::Cut(table.name.clone()));
        }
        asked.extend(table.along.as_ref().map(|along| Conjunct::CutLinks(along.name.clone())));
    }
    plan.condition_walk(&mut asked);
    let delivery = &plan.delivery;
    if delivery.minimum > 0 {
        asked.insert(Conjunct::Minimum(delivery.minimum));
    }
    asked.extend(delivery.cap.as_ref().map(|cap| Conjunct::Cap(cap.contacts)));
    asked.extend(delivery.holdout.as_ref().map(|holdout| Conjunct::Holdout(holdout.salt.clone())));
    asked
}

fn ends(span: Length) -> bool {
    span.months < ENDLESS
}

/// What the places where people live ask, where people have a choice.
fn places(plan: &SegmentPlan, asked: &mut BTreeSet<Conjunct>) {
    let guard = &plan.guard;
    if !guard.purposes.iter().any(|purpose| purpose.basis.leaves_a_choice()) {
        return;
    }
    if guard.residence.path.is_some() {
        asked.insert(Conjunct::Residence);
    }
    let named = guard.residence.rules.iter().map(|rule| (rule.name.clone(), &rule.asks));
    let none = guard.residence.rules.is_empty();
    let all: Vec<_> = named.chain(none.then(|| (String::new(), &guard.residence.strictest))).collect();
    for (name, asks) in all {
        if let Some(age) = asks.adult_at.filter(|_| guard.kind == SubjectKind::Person && guard.birth.is_some()) {
            asked.insert(Conjunct::Adult(name, age));
        }
        asked.extend(asks.opt_outs.iter().map(|ledger| Conjunct::OptOut(guard.ledgers[*ledger].name.clone())));
    }
}

trait Conditions {
    fn condition_walk(&self, asked: &mut BTreeSet<Conjunct>);
}

impl Conditions for SegmentPlan {
    fn condition_walk(&self, asked: &mut BTreeSet<Conjunct>) {
        self.walk(&mut |node| {
            if let walk::Node::Cond(Cond::Guarded { segment, .. }) = node {
                asked.insert(Conjunct::Referenced(segment.clone()));
            }
        });
    }
}

/// Every difference in a checked project, and how many audiences were held.
fn differences(name: &str, model: Model, sources: &SourceMap, today: &str, wrong: &mut Vec<String>) -> usize {
    let (findings, checked) = segma::rules::check(model, today.parse::<Date>().unwrap());
    let Some(checked) = checked else { return 0 };
    let plan = segma::plan::build(&checked, sources);
    let (model, facts) = (checked.model(), Facts::of(checked.model()));
    for segment in &plan.segments {
        let id = model.segment_named(&segment.about.name).unwrap();
        let owed = Obligations::of(model, &facts, id).settle(model, &findings);
        let (asked, discharging) = (asked(segment), owed.conjuncts());
        let about = &segment.about.name;
        wrong.extend(asked.difference(&discharging).map(|one| format!("{name}, {about}: asked and not owed: {one:?}")));
        wrong.extend(discharging.difference(&asked).map(|one| format!("{name}, {about}: owed and not asked: {one:?}")));
        let open = owed.standing(Standing::Open);
        wrong.extend(open.map(|one| format!("{name}, {about}: nothing was found, and this is open: {}", one.owed)));
    }
    plan.segments.len()
}

fn seg_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            seg_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "seg") {
            found.push(path);
        }
    }
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

#[test]
fn what_is_asked_is_owed_in_every_example() {
    let mut wrong = Vec::new();
    let mut held = 0;
    for project in ["examples/shop", "examples/grocery"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(project);
        let mut sources = SourceMap::new();
        let toml = sources.add("segma.toml", std::fs::read_to_string(root.join("segma.toml")).unwrap());
        let mut files = Vec::new();
        seg_files(&root, &mut files);
        for file in files {
            sources.add(file.to_str().unwrap().to_owned(), std::fs::read_to_string(&file).unwrap());
        }
        let (config, _) = Config::parse(&sources, toml);
        let (model, _) = segma::load(&config, &sources);
        held += differences(project, model, &sources, "2026-11-01", &mut wrong);
    }
    none(&wrong);
    assert!(held > 9, "{held}");
}

#[test]
fn what_is_asked_is_owed_in_every_wanted_audience() {
    let mut wrong = Vec::new();
    let mut held = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wanted");
    let mut files = Vec::new();
    seg_files(&folder, &mut files);
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let world = World::bare(name.clone(), std::fs::read_to_string(&file).unwrap());
        let loaded = world.load();
        held += differences(&name, loaded.model.clone(), &loaded.sources, "2026-11-01", &mut wrong);
    }
    none(&wrong);
    assert!(held > 100, "{held}");
}

#[test]
fn what_is_asked_is_owed_in_every_world() {
    let mut wrong = Vec::new();
    let mut held = 0;
    for world in worlds::all() {
        let loaded = world.load();
        held += differences(&world.name, loaded.model.clone(), &loaded.sources, "2026-11-01", &mut wrong);
    }
    none(&wrong);
    assert!(held > 200, "{held}");
}
