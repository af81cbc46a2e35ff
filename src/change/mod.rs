//! What a change of a project does to people: two plans compared, segment by segment.
//!
//! A verdict is about audiences, not about texts: whether everybody who is in the new audience was in the old one, whatever the data
//! (*can only shrink*), the other way round (*can only grow*), both, or neither for certain. It is proved from the guard, the
//! condition and the delivery; what cannot be proved counts as a change that may let somebody in. Beside the verdict stand the
//! facts that a reviewer asks for: data newly read, purposes, channels and destinations, retention, exposure. A segment that was only
//! renamed has not changed.

mod called;
mod clauses;
mod creep;
mod delivery;
mod facts;
mod guard;
mod imply;
mod names;
mod order;
mod placements;
mod promises;
mod renames;
mod reports;
mod rows;
mod tables;
#[cfg(test)]
mod tests;
mod values;
mod witnesses;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::{Plan, SegmentPlan};
pub use creep::Creep;
use imply::{Around, Ask};
use names::Names;
pub use promises::{Declared, Does, Promise, promises};
pub use witnesses::{Seen, look};
pub use words::{markdown, plain};

/// What a change does to an audience, whatever the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nobody enters, nobody leaves.
    Same,
    /// Nobody enters.
    Shrinks,
    /// Nobody leaves; somebody may enter.
    Grows,
    /// Somebody may enter and somebody may leave.
    Either,
}

impl Effect {
    /// From what is proved: that nobody enters, and that nobody leaves.
    fn proved(nobody_enters: bool, nobody_leaves: bool) -> Self {
        match (nobody_enters, nobody_leaves) {
            (true, true) => Effect::Same,
            (true, false) => Effect::Shrinks,
            (false, true) => Effect::Grows,
            (false, false) => Effect::Either,
        }
    }

    /// Both changes together.
    fn and(self, other: Self) -> Self {
        Effect::proved(!self.lets_in() && !other.lets_in(), !self.lets_out() && !other.lets_out())
    }

    /// Whether somebody may enter.
    pub fn lets_in(self) -> bool {
        matches!(self, Effect::Grows | Effect::Either)
    }

    fn lets_out(self) -> bool {
        matches!(self, Effect::Shrinks | Effect::Either)
    }
}

/// What a point is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Who passes the guard.
    Guard,
    /// Who is wanted.
    Condition,
    /// What becomes of those who are wanted: cap, holdout, minimum.
    Delivery,
    /// How rows are cut.
    Rows,
    /// Purposes and consents.
    Purpose,
    /// Where members go.
    Destination,
    /// What is read.
    Data,
    /// Columns that leave beside the key.
    Exposure,
    /// How long memberships are kept.
    Retention,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// What it is about.
    pub about: About,
    /// What it does to the audience.
    pub effect: Effect,
    /// Whether people's data goes further than before: more is read, kept longer, or reaches more places.
    pub reaches_further: bool,
    /// In words.
    pub said: String,
}

/// How a segment of one revision stands to the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It was called so, and nothing else has changed.
    Renamed {
        /// The old name.
        was: String,
    },
    /// It is in both.
    Kept,
}

/// A segment, report or placement that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentChange {
    /// Its name, the new one where it has been renamed.
    pub segment: String,
    /// Whether it is a placement.
    pub placement: bool,
    /// Whether it is a report.
    #[serde(skip_serializing_if = "is_false")]
    pub report: bool,
    /// Where it comes from.
    pub fate: Fate,
    /// What becomes of its audience.
    pub audience: Effect,
    /// Why.
    pub points: Vec<Point>,
}

impl SegmentChange {
    /// Whether a reviewer should look: somebody may enter, or data goes further.
    pub fn widens(&self) -> bool {
        self.audience.lets_in() || self.points.iter().any(|point| point.reaches_further)
    }
}

/// What differs between two revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Every segment that differs, by name, then every report, then every placement.
    pub segments: Vec<SegmentChange>,
    /// How many do not.
    pub unchanged: usize,
    /// Data that an edit gives another purpose, or another recipient (PUR-05).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub creep: Vec<Creep>,
    /// Clauses of declarations that differ: what is promised, demanded and told. Only where declarations were compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Promise>,
    /// Somebody invented who enters or leaves, by segment: only where they were looked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<String, Seen>,
}

/// Whether a mark is not set: such marks are left out.
fn is_false(mark: &bool) -> bool {
    !mark
}

impl Changes {
    /// Whether a reviewer should look at any of them.
    pub fn widen(&self) -> bool {
        self.segments.iter().any(SegmentChange::widens) || self.weakened() > 0
    }

    /// How many clauses promise less than before.
    fn weakened(&self) -> usize {
        self.promises.iter().filter(|promise| promise.does == Does::Weakens).count()
    }
}

/// Compares two plans of one project.
pub fn compare(old: &Plan, new: &Plan) -> Changes {
    let old = &called::under_new_names(creep::under_new_names(old, new), new);
    let by_name = |plan: &'_ Plan| -> BTreeMap<String, usize> {
        plan.segments.iter().enumerate().map(|(at, segment)| (segment.about.name.clone(), at)).collect()
    };
    let (old_names, new_names) = (by_name(old), by_name(new));
    let alone = |own: &Plan, names: &BTreeMap<String, usize>| -> Vec<usize> {
        let only = own.segments.iter().enumerate().filter(|(_, segment)| !names.contains_key(&segment.about.name));
        only.map(|(at, _)| at).collect()
    };
    let (mut gone, mut segments, mut unchanged) = (alone(old, &new_names), Vec::new(), 0);
    let mut creep = Vec::new();
    for segment in &new.segments {
        let before = old_names.get(&segment.about.name).and_then(|at| old.segments.get(*at));
        if let Some(before) = before {
            creep.extend(creep::between(before, segment));
            match kept(before, segment) {
                Some(change) => segments.push(change),
                None => unchanged += 1,
            }
            continue;
        }
        let twin = gone.iter().position(|at| old.segments.get(*at).is_some_and(|old| points(old, segment).is_empty()));
        match twin.map(|at| gone.remove(at)).and_then(|at| old.segments.get(at)) {
            Some(was) => segments.push(renamed(was, segment)),
            None => segments.push(added(segment)),
        }
    }
    segments.extend(gone.iter().filter_map(|at| old.segments.get(*at)).map(removed));
    segments.sort_by(|a, b| a.segment.cmp(&b.segment));
    let (reports, crept) = reports::changes(&old.reports, &new.reports);
    segments.extend(reports);
    creep.extend(crept);
    segments.extend(placements::changes(&old.placements, &new.placements));
    Changes { segments, unchanged, creep, promises: Vec::new(), seen: BTreeMap::new() }
}

fn kept(old: &SegmentPlan, new: &SegmentPlan) -> Option<SegmentChange> {
    let points = points(old, new);
    if points.is_empty() {
        return None;
    }
    let audience = points.iter().fold(Effect::Same, |all, point| all.and(point.effect));
    Some(SegmentChange {
        segment: new.about.name.clone(),
        placement: false,
        report: false,
        fate: Fate::Kept,
        audience,
        points,
    })
}

fn renamed(old: &SegmentPlan, new: &SegmentPlan) -> SegmentChange {
    let fate = Fate::Renamed { was: old.about.name.clone() };
    SegmentChange {
        segment: new.about.name.clone(),
        placement: false,
        report: false,
        fate,
        audience: Effect::Same,
        points: Vec::new(),
    }
}

fn added(new: &SegmentPlan) -> SegmentChange {
    SegmentChange {
        segment: new.about.name.clone(),
        placement: false,
        report: false,
        fate: Fate::Added,
        audience: Effect::Grows,
        points: facts::of_new(new),
    }
}

fn removed(old: &SegmentPlan) -> SegmentChange {
    SegmentChange {
        segment: old.about.name.clone(),
        placement: false,
        report: false,
        fate: Fate::Removed,
        audience: Effect::Shrinks,
        points: Vec::new(),
    }
}

/// Every difference of a segment, in the order in which a reviewer reads them.
fn points(old: &SegmentPlan, new: &SegmentPlan) -> Vec<Point> {
    let (was, is) = (Names::new(old), Names::new(new));
    let mut points = guard::points(&was, &old.guard, &is, &new.guard);
    points.extend(tables::points(old, new));
    points.extend(zone(old, new));
    let same_ranked = points.is_empty() && tables::same_scans(&was, old, &is, new);
    points.extend(condition(&was, old, &is, new, same_ranked));
    points.extend(delivery::points(&was, &old.delivery, &is, &new.delivery));
    points.extend(facts::points(old, new));
    points.extend(tables::scans(&was, old, &is, new));
    points.sort_by_key(|point| point.about);
    points
}

/// Windows, ages and lengths in months are reckoned in civil days, which begin at other instants elsewhere.
fn zone(old: &SegmentPlan, new: &SegmentPlan) -> Option<Point> {
    let said = format!("days are reckoned in `{}`, were reckoned in `{}`", new.timezone, old.timezone);
    let point = Point { about: About::Rows, effect: Effect::Either, reaches_further: false, said };
    (old.timezone != new.timezone).then_some(point)
}

fn condition(
    was: &Names<'_>,
    old: &SegmentPlan,
    is: &Names<'_>,
    new: &SegmentPlan,
    same_ranked: bool,
) -> Option<Point> {
    let forth = Around { from: is.clone(), to: was.clone(), same_ranked, guards: guard::implies };
    let back = Around { from: was.clone(), to: is.clone(), same_ranked, guards: guard::implies };
    if forth.same(&new.condition, &old.condition) {
        return None;
    }
    let nobody_enters = forth.implies(Ask::Surely, &new.condition, &old.condition);
    let nobody_leaves = back.implies(Ask::Surely, &old.condition, &new.condition);
    let effect = Effect::proved(nobody_enters, nobody_leaves);
    let said = match old.about.written == new.about.written {
        true => {
            "the condition is written as before, and depends on what has changed: who is ranked, or what it refers to"
                .to_owned()
        }
        false => format!("was `{}`, is `{}`", old.about.written, new.about.written),
    };
    Some(Point { about: About::Condition, effect, reaches_further: false, said })
}
