//! Invented placements: a few segments of one kind of people and one channel, each with something to show, the ranking one last.

use std::collections::BTreeMap;

use segma::plan::{PlacementPlan, Plan};
use segma::reference;

use super::cases::{self, Case};
use super::catalog::{TEXTS, Whom, quoted};
use super::programs::Segment;
use crate::common::chance::Chance;
use crate::common::worlds::{self, World};

/// A placement.
#[derive(Debug, Clone)]
pub struct Placement {
    pub name: String,
    channel: &'static str,
    /// What is shown, and to which segment.
    shows: Vec<(String, String)>,
}

/// Whom a placement shows what.
pub type Shown = BTreeMap<String, String>;

impl Placement {
    pub fn print(&self) -> String {
        let show = |(what, to): &(String, String)| format!("  show {} to {to}\n", quoted(what));
        let shows: String = self.shows.iter().map(show).collect();
        format!("placement {} {{\n  channel {}\n{shows}  otherwise \"nothing\"\n}}\n", self.name, self.channel)
    }

    /// The segment to which something is shown.
    pub fn of(&self, what: &str) -> &str {
        &self.shows.iter().find(|(known, _)| known == what).unwrap().1
    }
}

/// Some placements over segments, called `p0`, `p1`, …
pub fn over(segments: &[Segment], chance: &mut Chance) -> Vec<Placement> {
    // What is shown first must be read for the purposes of what comes after: one purpose for each.
    let kinds = [
        ("marketing.email", Whom::Person, "email"),
        ("service.email", Whom::Person, "email"),
        ("marketing.ads", Whom::Person, "ads"),
        ("service.email", Whom::Account, "email"),
    ];
    let mut made = Vec::new();
    for (purpose, of, channel) in kinds {
        let fits = |segment: &&Segment| segment.of == of && segment.purpose == purpose;
        let mut left: Vec<&Segment> = segments.iter().filter(fits).collect();
        if left.len() > 1 {
            let mut some: Vec<&Segment> = (0..2 + chance.below(2)).filter_map(|_| taken(&mut left, chance)).collect();
            some.sort_by_key(|segment| segment.ranks());
            let ranked = some.iter().filter(|segment| segment.ranks()).count();
            some.truncate(some.len() - ranked.saturating_sub(1));
            let word = chance.pick(TEXTS);
            let shows =
                some.iter().map(|segment| (format!("{word} for {}", segment.name), segment.name.clone())).collect();
            made.push(Placement { name: format!("p{}", made.len()), channel, shows });
        }
    }
    made
}

fn taken<'s>(left: &mut Vec<&'s Segment>, chance: &mut Chance) -> Option<&'s Segment> {
    if left.is_empty() { None } else { Some(left.remove(chance.below(left.len()))) }
}

/// Whom a placement shows what by the reference.
pub fn by_reference(case: &Case, name: &str, world: &World) -> Shown {
    let id = case.model.placement_named(name).unwrap();
    let shown = reference::shown(&case.model, id, &world.rows(&case.model), world.now);
    shown.into_iter().map(|(key, what)| (worlds::key_text(&key), what)).collect()
}

/// The same by the embedded engine; a run that cannot be made shows nobody anything.
pub fn by_run(plan: &PlacementPlan, world: &World) -> Shown {
    segma::run::shown(plan, &cases::files(world), world.now).unwrap_or_default()
}

/// A plan of nothing but a placement.
pub fn alone(plan: &Plan, placement: &PlacementPlan) -> Plan {
    Plan { segments: Vec::new(), reports: Vec::new(), placements: vec![placement.clone()], ..plan.clone() }
}
