//! Whether placements show the same to the same segments. What becomes of those segments is said of them.

use super::{About, Effect, Fate, Point, SegmentChange};
use crate::plan::PlacementPlan;

/// Every placement that differs, by name.
pub fn changes(old: &[PlacementPlan], new: &[PlacementPlan]) -> Vec<SegmentChange> {
    let of = |placement: &PlacementPlan, fate, audience, points| SegmentChange {
        segment: placement.name.clone(),
        placement: true,
        report: false,
        fate,
        audience,
        points,
    };
    let mut found = Vec::new();
    for is in new {
        match old.iter().find(|was| was.name == is.name) {
            None => found.push(of(is, Fate::Added, Effect::Grows, shown(is))),
            Some(was) if said(was) == said(is) => {}
            Some(_) => found.push(of(is, Fate::Kept, Effect::Either, shown(is))),
        }
    }
    let gone = old.iter().filter(|was| !new.iter().any(|is| is.name == was.name));
    found.extend(gone.map(|was| of(was, Fate::Removed, Effect::Shrinks, Vec::new())));
    found.sort_by(|a, b| a.segment.cmp(&b.segment));
    found
}

fn said(placement: &PlacementPlan) -> (&str, Vec<(&str, &str)>, Option<&str>) {
    let shows = placement.shows.iter().map(|show| (show.what.as_str(), show.to.about.name.as_str()));
    (&placement.channel, shows.collect(), placement.otherwise.as_deref())
}

fn shown(placement: &PlacementPlan) -> Vec<Point> {
    let point = |said| Point { about: About::Destination, effect: Effect::Same, reaches_further: true, said };
    let shows = placement
        .shows
        .iter()
        .map(|show| point(format!("shows `{}` to `{}` on {}", show.what, show.to.about.name, placement.channel)));
    let otherwise = placement.otherwise.iter().map(|what| point(format!("shows `{what}` to everybody else")));
    shows.chain(otherwise).collect()
}
