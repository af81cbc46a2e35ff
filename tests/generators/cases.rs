//! A catalog with the segments over it that the front end accepts, and who is a member by the reference and by the embedded engine.

use std::collections::{BTreeMap, BTreeSet};

use segma::diagnostic::Severity;
use segma::model::{Date, Model, SegmentId};
use segma::plan::{Plan, SegmentPlan};
use segma::{plan, reference, rules, run};

use super::catalog::{self, Catalog};
use super::placements::{self, Placement};
use super::programs::{self, Segment};
use super::seed;
use crate::common::chance::Chance;
use crate::common::worlds::{self, World};

/// The day on which everything is checked.
pub const TODAY: &str = "2026-11-01";

/// A program that is accepted: its rows, what it means and how it is run.
pub type Accepted = (World, Model, Plan);

/// A catalog and segments over it, compiled.
pub struct Case {
    pub seed: u64,
    pub catalog: Catalog,
    pub segments: Vec<Segment>,
    pub placements: Vec<Placement>,
    /// Segments that the front end refused, with what it said.
    pub refused: Vec<(Segment, String)>,
    pub world: World,
    pub model: Model,
    pub plan: Plan,
}

/// Who is a member, segment by segment.
pub type Members = BTreeMap<String, BTreeSet<String>>;

/// Errors of a text, each with the offset where it stands.
pub fn errors(text: &str) -> Vec<(Option<usize>, String)> {
    let world = empty(text);
    let loaded = world.load();
    let (findings, _) = rules::check(loaded.model.clone(), TODAY.parse::<Date>().unwrap());
    let errors = loaded.findings.iter().chain(&findings).filter(|finding| finding.severity == Severity::Error);
    errors
        .map(|finding| {
            let at = finding.span().map(|span| loaded.sources.line_col(span).line);
            (at, format!("{} {}", finding.code, finding.message))
        })
        .collect()
}

/// A text without rows, at noon.
pub fn empty(text: &str) -> World {
    World::bare("invented".to_owned(), text.to_owned())
}

/// Everything that a text becomes, or why not.
pub fn compiled(text: &str) -> Result<(World, Model, Plan), String> {
    let mut world = empty(text);
    let loaded = world.load();
    let model = loaded.model.clone();
    let (findings, checked) = rules::check(loaded.model, TODAY.parse::<Date>().unwrap());
    let errors = loaded.findings.iter().chain(&findings).filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
    let Some(checked) = checked.filter(|_| errors.is_empty()) else { return Err(errors.join("\n")) };
    let plan = plan::build(&checked, &loaded.sources);
    for table in worlds::declared(&model).into_keys() {
        world.tables.insert(table, worlds::Written::default());
    }
    Ok((world, model, plan))
}

/// The whole text: the catalog, then the segments.
pub fn program(catalog: &Catalog, segments: &[Segment]) -> String {
    catalog.declared() + &segments.iter().map(Segment::print).collect::<String>()
}

/// The same with placements.
pub fn whole(catalog: &Catalog, segments: &[Segment], placements: &[Placement]) -> String {
    program(catalog, segments) + &placements.iter().map(Placement::print).collect::<String>()
}

impl Case {
    /// The case of a seed: so many segments are made, and those that are accepted are kept.
    pub fn invent(seed: u64, count: usize) -> Case {
        let mut chance = Chance::new(seed);
        let catalog = catalog::invent(&mut chance);
        let mut segments = programs::segments(&catalog, count, &mut chance);
        let mut refused = Vec::new();
        loop {
            let text = program(&catalog, &segments);
            match compiled(&text) {
                Ok(_) => break,
                Err(_) => {
                    let texts: Vec<String> = segments.iter().map(Segment::print).collect();
                    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    let all = errors(&text);
                    let bad = blamed(&catalog.declared(), &texts, &all);
                    assert!(!bad.is_empty(), "seed {seed}: the catalog itself is refused: {all:?}\n{text}");
                    for (at, message) in bad.into_iter().rev() {
                        refused.push((segments.remove(at), message));
                    }
                }
            }
        }
        let mut placements = placements::over(&segments, &mut Chance::new(seed).beside(2));
        // Sixty days are neither longer nor shorter than two months: some lists may not stand before each other.
        if compiled(&whole(&catalog, &segments, &placements)).is_err() {
            let fits = |one: &Placement| compiled(&whole(&catalog, &segments, std::slice::from_ref(one))).is_ok();
            placements.retain(fits);
        }
        let (world, model, plan) = compiled(&whole(&catalog, &segments, &placements)).unwrap();
        Case { seed, catalog, segments, placements, refused, world, model, plan }
    }

    pub fn text(&self) -> String {
        whole(&self.catalog, &self.segments, &self.placements)
    }

    pub fn id(&self, name: &str) -> SegmentId {
        self.model.segment_named(name).unwrap()
    }

    pub fn segment(&self, name: &str) -> &Segment {
        self.segments.iter().find(|segment| segment.name == name).unwrap()
    }

    pub fn by_reference(&self, world: &World, name: &str) -> BTreeSet<String> {
        by_reference(&self.model, name, world)
    }

    /// How many people the condition is true of, and how many of them the guard alone keeps out.
    pub fn pivots(&self, world: &World, name: &str) -> (usize, usize) {
        let (id, rows) = (self.id(name), world.rows(&self.model));
        let alone = self.kept_out(world, name).len();
        (reference::members(&self.model, id, &rows, world.now).matched.len() + alone, alone)
    }

    /// Whom the condition is true of and the guard alone keeps out.
    pub fn kept_out(&self, world: &World, name: &str) -> BTreeSet<String> {
        let (id, rows) = (self.id(name), world.rows(&self.model));
        let outcome = reference::members(&self.model, id, &rows, world.now);
        // A rank is unknown of whoever does not pass, so nobody is kept out by the guard alone.
        let kept_out = outcome.in_scope.difference(&outcome.passed_guard);
        let true_of = |key: &&segma::model::Value| {
            reference::truth(&self.model, id, &rows, world.now, key) == reference::Truth::True
        };
        kept_out.filter(true_of).map(worlds::key_text).collect()
    }

    /// Who leaves by the embedded engine, segment by segment.
    pub fn by_run(&self, world: &World) -> Members {
        by_run(&self.plan, world)
    }
}

/// Who leaves by the reference.
pub fn by_reference(model: &Model, name: &str, world: &World) -> BTreeSet<String> {
    let id = model.segment_named(name).unwrap();
    reference::members(model, id, &world.rows(model), world.now).members.iter().map(worlds::key_text).collect()
}

/// Who leaves by the embedded engine; a run that cannot be made lets nobody leave.
pub fn by_run(plan: &Plan, world: &World) -> Members {
    let files = files(&defined(plan, world));
    let plans: Vec<&SegmentPlan> = plan.segments.iter().collect();
    let previews = run::Data::load(&plans, &files, &run::Silent).preview(&plans, world.now, &run::Silent);
    let members = |preview: run::Preview| {
        let outcome = preview.outcome.map(|outcome| outcome.members().into_iter().map(str::to_owned).collect());
        (preview.segment, outcome.unwrap_or_default())
    };
    previews.into_iter().map(members).collect()
}

/// What each of the two says about everybody, for people who look for the cause.
pub fn told(model: &Model, plan: &Plan, name: &str, world: &World) -> String {
    let id = model.segment_named(name).unwrap();
    let rows = world.rows(model);
    let outcome = reference::members(model, id, &rows, world.now);
    let mut out = format!("reference: empty because {:?}, members {:?}\n", outcome.empty_because, outcome.members);
    for person in outcome.in_scope.iter().take(6) {
        let failures = reference::guard(model, id, &rows, world.now, person);
        let truth = reference::truth(model, id, &rows, world.now, person);
        out += &format!("  {person:?}: {truth:?} {failures:?}\n");
    }
    let alone = plan.segments.iter().find(|plan| plan.about.name == name).unwrap();
    match run::preview(std::slice::from_ref(alone), &files(&defined(plan, world)), world.now, &run::Silent)
        .remove(0)
        .outcome
    {
        Err(finding) => out + &format!("run: {}", finding.message),
        Ok(outcome) => {
            out + &format!("run: {:?} {:?}", outcome.waterfall, outcome.people().iter().take(6).collect::<Vec<_>>())
        }
    }
}

/// The database with the definitions under which memberships are stored.
pub fn defined(plan: &Plan, world: &World) -> World {
    let mut world = world.clone();
    world.define(plan);
    world
}

/// The tables of a world as files.
pub fn files(world: &World) -> BTreeMap<String, run::File> {
    let file = |name: &String| run::File {
        name: name.clone(),
        format: run::Format::Csv,
        bytes: world.csv(name).unwrap_or_default(),
    };
    world.tables.keys().map(|name| (name.clone(), file(name))).collect()
}

/// A program in parts: what it declares, and each segment's text under its name.
#[derive(Debug, Clone)]
pub struct Program {
    pub declared: String,
    pub segments: Vec<(String, String)>,
}

impl Program {
    /// A case's program, each segment's text changed.
    pub fn of(case: &Case, change: impl Fn(&Segment) -> String) -> Self {
        let one = |segment: &Segment| (segment.name.clone(), change(segment));
        Self { declared: case.catalog.declared(), segments: case.segments.iter().map(one).collect() }
    }

    /// The same over other declarations.
    pub fn declaring(self, declared: String) -> Self {
        Self { declared, ..self }
    }

    fn text(&self) -> String {
        self.declared.clone() + &self.segments.iter().map(|(_, text)| text.as_str()).collect::<String>()
    }

    /// What is accepted of it, and which segments are refused with what was said first; nothing where the declarations are refused.
    pub fn accepted(mut self) -> (Option<Accepted>, BTreeMap<String, String>) {
        let mut refused = BTreeMap::new();
        loop {
            let text = self.text();
            if let Ok(found) = compiled(&text) {
                return (Some(found), refused);
            }
            let texts: Vec<&str> = self.segments.iter().map(|(_, text)| text.as_str()).collect();
            let bad = blamed(&self.declared, &texts, &errors(&text));
            if bad.is_empty() {
                return (None, refused);
            }
            for (at, message) in bad.into_iter().rev() {
                refused.insert(self.segments.remove(at).0, message);
            }
        }
    }
}

/// Which segments errors stand in, with the first message of each.
fn blamed(declared: &str, segments: &[&str], errors: &[(Option<usize>, String)]) -> Vec<(usize, String)> {
    let mut line = declared.lines().count() + 1;
    let mut spans = Vec::new();
    for segment in segments {
        let lines = segment.lines().count();
        spans.push(line..line + lines);
        line += lines;
    }
    let mut found: BTreeMap<usize, String> = BTreeMap::new();
    for (at, message) in errors {
        let Some(segment) = at.and_then(|at| spans.iter().position(|span| span.contains(&at))) else { continue };
        found.entry(segment).or_insert_with(|| message.clone());
    }
    found.into_iter().collect()
}

/// So many cases of a stream.
pub fn stream(number: u64, usually: u64, segments: usize) -> impl Iterator<Item = Case> {
    let first = seed(number);
    (first..first + super::cases(usually)).map(move |seed| Case::invent(seed, segments))
}
