//! What must follow from a change, whatever the program and the data: how a relation is asked, counted and judged. The changes themselves
//! stand in `changes.rs` (databases) and `rewrites.rs` (programs).
//!
//! A case could have failed only where the segment reads what was changed. That is tried: each change comes with twins, in which something
//! else stands in its place (a row that may be read instead of one that may not, a negation that is lost), and whoever answers otherwise
//! for one of them reads it. Both that evaluate in process are asked, each by itself, and of the first case DuckDB.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use segma::model::Model;
use segma::plan::Plan;

use super::cases::{self, Case, Members, Program};
use super::catalog::Whom;
use super::figures::Figure;
use super::programs::Segment;
use super::{databases, engines, seed};
use crate::common::chance::Chance;
use crate::common::engines::Engines;
use crate::common::worlds::World;

/// How membership before and after a change relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Same,
    NobodyMore,
    NobodyLess,
    Nobody,
    /// The same people, or nobody.
    SameOrNobody,
    /// Nobody is there both before and after.
    Others,
}

impl Holds {
    pub fn holds(self, before: &BTreeSet<String>, after: &BTreeSet<String>) -> bool {
        match self {
            Holds::Same => before == after,
            Holds::NobodyMore => after.is_subset(before),
            Holds::NobodyLess => before.is_subset(after),
            Holds::Nobody => after.is_empty(),
            Holds::SameOrNobody => after.is_empty() || before == after,
            Holds::Others => before.is_disjoint(after),
        }
    }
}

/// A case with a database and whom it gives, for changes.
pub struct Now<'c> {
    pub case: &'c Case,
    pub world: &'c World,
    pub members: &'c Members,
    pub chance: Chance,
}

/// A changed database.
pub struct Changed {
    /// What it was before, where that is not the database of the case.
    pub before: Option<World>,
    pub after: World,
    /// Databases with something else in the place of what was changed.
    pub twins: Vec<World>,
    /// Segments of these purposes may gain people.
    pub grows: Vec<&'static str>,
    /// Nobody else may be there who was not before.
    pub only: Option<BTreeSet<String>>,
}

impl Changed {
    pub fn to(after: World) -> Self {
        Self { before: None, after, twins: Vec::new(), grows: Vec::new(), only: None }
    }

    /// With one more twin.
    pub fn beside(mut self, twin: World) -> Self {
        self.twins.push(twin);
        self
    }
}

/// A program that was written otherwise.
pub struct Rewritten {
    /// What it was before, where that is not the program of the case.
    pub before: Option<Program>,
    pub after: Program,
    /// Programs that something else became of.
    pub twins: Vec<Program>,
    /// A twin that is refused was read: the compiler itself noticed.
    pub refusal_tells: bool,
}

impl Rewritten {
    pub fn to(after: Program) -> Self {
        Self { before: None, after, twins: Vec::new(), refusal_tells: false }
    }

    /// With one more twin.
    pub fn beside(mut self, twin: Program) -> Self {
        self.twins.push(twin);
        self
    }
}

/// A database of a case, with its answers.
struct Scene {
    world: World,
    members: Members,
    /// The reference's, of every fourth segment: it is the slower one.
    by_reference: Members,
}

/// The cases that all relations are tried on, each with two databases of pivots and a messy one.
fn stages() -> &'static [(Case, Vec<Scene>)] {
    static STAGES: OnceLock<Vec<(Case, Vec<Scene>)>> = OnceLock::new();
    STAGES.get_or_init(|| {
        let scenes = |case: Case| {
            let mut chance = Chance::new(case.seed);
            let scene = |pivots| {
                let world = databases::invent(&case, if pivots { 24 } else { 8 }, pivots, &mut chance);
                Scene { members: case.by_run(&world), by_reference: by_reference(&case, &case.model, &world), world }
            };
            let scenes = [true, true, false].map(scene).into_iter().collect();
            (case, scenes)
        };
        cases::stream(6, 4, 12).map(scenes).collect()
    })
}

/// Every fourth segment by the reference.
fn by_reference(case: &Case, model: &Model, world: &World) -> Members {
    let asked = case.segments.iter().step_by(4).filter(|segment| model.segment_named(&segment.name).is_some());
    asked.map(|segment| (segment.name.clone(), cases::by_reference(model, &segment.name, world))).collect()
}

/// What a relation has seen so far.
struct Tally<'r> {
    name: &'r str,
    holds: Holds,
    figure: Figure,
    wrong: Vec<String>,
    /// Segments whose rewrite was refused.
    refused: usize,
    on_duckdb: usize,
}

/// One segment before and after, and what the change allows.
struct Asked<'a> {
    segment: &'a Segment,
    seed: u64,
    grows: &'a [&'static str],
    only: Option<&'a BTreeSet<String>>,
}

impl Asked<'_> {
    /// Whether a segment of the purpose may gain people; where it ranks, others may lose their place.
    fn grows(&self) -> bool {
        self.grows
            .iter()
            .any(|root| self.segment.purpose == *root || self.segment.purpose.starts_with(&format!("{root}.")))
    }
}

impl<'r> Tally<'r> {
    fn new(name: &'r str, holds: Holds) -> Self {
        Self { name, holds, figure: Figure::default(), wrong: Vec::new(), refused: 0, on_duckdb: 0 }
    }

    /// Whether what one evaluator says before and after keeps the relation; if not, it is told.
    fn keeps(&mut self, asked: &Asked<'_>, by: &str, before: &BTreeSet<String>, after: &BTreeSet<String>) -> bool {
        let holds = match (asked.grows(), self.holds) {
            (true, Holds::Same) if asked.segment.ranks() => return true,
            (true, Holds::Same) => Holds::NobodyLess,
            (_, holds) => holds,
        };
        // A minimum that is reached lets everybody in who was kept back by it.
        let limited = asked.segment.print().contains("minimum") || asked.segment.of == Whom::Account;
        let strange =
            asked.only.filter(|_| !limited).is_some_and(|only| after.difference(before).any(|key| !only.contains(key)));
        let kept = (super::judge::HONEST.holds)(holds, before, after) && !strange;
        if !kept && self.wrong.len() < 3 {
            let text = asked.segment.print();
            self.wrong.push(format!(
                "seed {}, by {by}: {before:?}, then {after:?}, only {:?}\n{text}",
                asked.seed, asked.only
            ));
        }
        kept
    }

    fn finish(&self) {
        let (name, figure) = (self.name, &self.figure);
        let detail =
            serde_json::json!({ "segments_asked_of_duckdb": self.on_duckdb, "rewrites_refused": self.refused });
        figure.write(name, &format!("{}..+{}", seed(6), super::cases(4)), detail);
        assert!(
            figure.n > 10 && figure.nonvacuous > 2,
            "{} cases, {} of which read what was changed, are too few",
            figure.n,
            figure.nonvacuous
        );
        assert!(figure.failures == 0, "{} of {}:\n{}", figure.failures, figure.n, self.wrong.join("\n"));
    }
}

/// How often each database is changed.
const ROUNDS: u64 = 2;

/// A relation over databases: the same programs before and after.
pub fn databases(name: &str, holds: Holds, excused: fn(&Segment) -> bool, change: fn(&mut Now<'_>) -> Option<Changed>) {
    let mut tally = Tally::new(name, holds);
    let mut engines = Engines::start();
    for (case, scenes) in stages() {
        for (at, scene) in scenes.iter().enumerate() {
            for round in 0..ROUNDS {
                let chance = Chance::new(case.seed + 7 + 1000 * round + 100 * at as u64);
                let mut now = Now { case, world: &scene.world, members: &scene.members, chance };
                let Some(changed) = change(&mut now) else { continue };
                let read = of_database(&mut tally, case, scene, &changed, excused);
                if let Some(engines) = engines.take_if(|_| read.len() > 1) {
                    on_duckdb(&mut tally, engines, case, (scene, &changed), &read);
                }
            }
        }
    }
    tally.finish();
}

/// One changed database: asks everybody, and gives the segments that read what was changed.
fn of_database<'c>(
    tally: &mut Tally<'_>,
    case: &'c Case,
    scene: &Scene,
    changed: &Changed,
    excused: fn(&Segment) -> bool,
) -> Vec<&'c Segment> {
    let own = changed.before.as_ref().map(|world| (case.by_run(world), by_reference(case, &case.model, world)));
    let (before, known) =
        own.as_ref().map_or((&scene.members, &scene.by_reference), |(run, reference)| (run, reference));
    let after = case.by_run(&changed.after);
    let twins: Vec<Members> = changed.twins.iter().map(|twin| case.by_run(twin)).collect();
    let mut found = Vec::new();
    for segment in case.segments.iter().filter(|segment| !excused(segment)) {
        let name = &segment.name;
        let asked = Asked { segment, seed: case.seed, grows: &changed.grows, only: changed.only.as_ref() };
        let mut kept = tally.keeps(&asked, "run", &before[name], &after[name]);
        if let Some(known) = known.get(name) {
            kept &= tally.keeps(&asked, "reference", known, &case.by_reference(&changed.after, name));
        }
        let read = after[name] != before[name] || twins.iter().any(|twin| twin[name] != before[name]);
        tally.figure.case(!kept, read);
        found.extend(read.then_some(segment));
    }
    found
}

/// A few segments of one case on DuckDB, before and after.
fn on_duckdb(
    tally: &mut Tally<'_>,
    mut engines: Engines,
    case: &Case,
    (scene, changed): (&Scene, &Changed),
    read: &[&Segment],
) {
    let few: BTreeSet<&String> = read.iter().take(4).map(|segment| &segment.name).collect();
    let segments = case.plan.segments.iter().filter(|plan| few.contains(&plan.about.name)).cloned().collect();
    let plan = Plan { segments, placements: Vec::new(), ..case.plan.clone() };
    let mut ask =
        |world: &World| engines::members(&mut engines, "duckdb", (&case.catalog, &case.model), &plan, world, &[]);
    let before = changed.before.as_ref().unwrap_or(&scene.world);
    let (Some(before), Some(after)) = (ask(before), ask(&changed.after)) else { return };
    for segment in read {
        let asked = Asked { segment, seed: case.seed, grows: &changed.grows, only: changed.only.as_ref() };
        compared(tally, &asked, (&before, &after));
    }
}

/// What an engine said of a segment before and after; an error is a failure.
fn compared(tally: &mut Tally<'_>, asked: &Asked<'_>, answers: (&Result<Members, String>, &Result<Members, String>)) {
    match answers {
        (Ok(before), Ok(after)) => {
            let (Some(one), Some(other)) = (before.get(&asked.segment.name), after.get(&asked.segment.name)) else {
                return;
            };
            let kept = tally.keeps(asked, "duckdb", one, other);
            tally.figure.failures += usize::from(!kept);
            tally.on_duckdb += 1;
        }
        (Err(error), _) | (_, Err(error)) => {
            tally.figure.failures += 1;
            tally.wrong.push(format!("seed {}: duckdb fails: {error}", asked.seed));
        }
    }
}

/// What came of a program that was rewritten.
struct Compiled {
    model: Model,
    plan: Plan,
    empty: World,
    refused: BTreeMap<String, String>,
}

fn compiled(program: &Program) -> Option<Compiled> {
    let (found, refused) = program.clone().accepted();
    found.map(|(empty, model, plan)| Compiled { model, plan, empty, refused })
}

impl Compiled {
    /// A database for it: the tables that are there, and empty ones for others that it declares.
    fn over(&self, world: &World) -> World {
        let mut after = World { text: self.empty.text.clone(), ..world.clone() };
        for (table, written) in &self.empty.tables {
            after.tables.entry(table.clone()).or_insert_with(|| written.clone());
        }
        after
    }

    fn by_run(&self, world: &World) -> Members {
        cases::by_run(&self.plan, &self.over(world))
    }

    fn by_reference(&self, name: &str, world: &World) -> BTreeSet<String> {
        cases::by_reference(&self.model, name, &self.over(world))
    }
}

/// What a program was, where that is not the case's, what it became, and what else it might have become.
struct Programs {
    before: Option<Compiled>,
    after: Compiled,
    twins: Vec<Option<Compiled>>,
    refusal_tells: bool,
}

/// A relation over programs: each segment and what it becomes, over one database. Where it `must` be accepted a refusal is a failure;
/// elsewhere it is counted.
pub fn programs(
    name: &str,
    holds: Holds,
    excused: fn(&Segment) -> bool,
    must: bool,
    change: fn(&Case) -> Option<Rewritten>,
) {
    let mut tally = Tally::new(name, holds);
    let mut engines = Engines::start();
    for (case, scenes) in stages() {
        let Some(rewritten) = change(case) else { continue };
        let programs = Programs {
            before: rewritten.before.as_ref().and_then(compiled),
            after: compiled(&rewritten.after).unwrap_or_else(|| panic!("seed {}: declarations are refused", case.seed)),
            twins: rewritten.twins.iter().map(compiled).collect(),
            refusal_tells: rewritten.refusal_tells,
        };
        assert_eq!(rewritten.before.is_some(), programs.before.is_some(), "seed {}", case.seed);
        for segment in case.segments.iter().filter(|segment| !excused(segment)) {
            let was = programs.before.as_ref().is_none_or(|before| !before.refused.contains_key(&segment.name));
            let Some(why) = programs.after.refused.get(&segment.name).filter(|_| was) else { continue };
            tally.refused += 1;
            if must {
                tally.figure.case(true, true);
                tally.wrong.push(format!("seed {}: refused: {why}\n{}", case.seed, segment.print()));
            }
        }
        for scene in scenes {
            let read = of_program(&mut tally, case, scene, &programs, excused);
            if let Some(engines) = engines.take_if(|_| read.len() > 1) {
                rewritten_on_duckdb(&mut tally, engines, case, (scene, &programs), &read);
            }
        }
    }
    tally.finish();
}

/// A few segments of one case on DuckDB, as they were and rewritten.
fn rewritten_on_duckdb(
    tally: &mut Tally<'_>,
    mut engines: Engines,
    case: &Case,
    (scene, programs): (&Scene, &Programs),
    read: &[&Segment],
) {
    let few: BTreeSet<&String> = read.iter().take(4).map(|segment| &segment.name).collect();
    let mut ask = |plan: &Plan, model: &Model, world: &World| {
        let segments = plan.segments.iter().filter(|plan| few.contains(&plan.about.name)).cloned().collect();
        let plan = Plan { segments, placements: Vec::new(), ..plan.clone() };
        engines::members(&mut engines, "duckdb", (&case.catalog, model), &plan, world, &[])
    };
    let old = match &programs.before {
        Some(before) => ask(&before.plan, &before.model, &before.over(&scene.world)),
        None => ask(&case.plan, &case.model, &scene.world),
    };
    let after = &programs.after;
    let (Some(old), Some(new)) = (old, ask(&after.plan, &after.model, &after.over(&scene.world))) else { return };
    for segment in read {
        compared(tally, &Asked { segment, seed: case.seed, grows: &[], only: None }, (&old, &new));
    }
}

/// One database under the program before and after: asks everybody, and gives the segments that read what was changed.
fn of_program<'c>(
    tally: &mut Tally<'_>,
    case: &'c Case,
    scene: &Scene,
    programs: &Programs,
    excused: fn(&Segment) -> bool,
) -> Vec<&'c Segment> {
    let own = programs.before.as_ref().map(|before| before.by_run(&scene.world));
    let old = own.as_ref().unwrap_or(&scene.members);
    let new = programs.after.by_run(&scene.world);
    let twins: Vec<Option<Members>> =
        programs.twins.iter().map(|twin| twin.as_ref().map(|twin| twin.by_run(&scene.world))).collect();
    let mut found = Vec::new();
    for (at, segment) in case.segments.iter().enumerate().filter(|(_, segment)| !excused(segment)) {
        let name = &segment.name;
        let (Some(before), Some(after)) = (old.get(name), new.get(name)) else { continue };
        let asked = Asked { segment, seed: case.seed, grows: &[], only: None };
        let mut kept = tally.keeps(&asked, "run", before, after);
        if at % 4 == 0 {
            let known = match &programs.before {
                Some(before) => before.by_reference(name, &scene.world),
                None => scene.by_reference[name].clone(),
            };
            kept &= tally.keeps(&asked, "reference", &known, &programs.after.by_reference(name, &scene.world));
        }
        let tells = |twin: &Option<Members>| match twin.as_ref().map(|twin| twin.get(name)) {
            Some(Some(members)) => members != before,
            Some(None) => programs.refusal_tells,
            None => false,
        };
        let read = after != before || twins.iter().any(tells);
        tally.figure.case(!kept, read);
        found.extend(read.then_some(segment));
    }
    found
}
