//! What becomes of reports: whom they count, and what they show.

use super::{About, Creep, Effect, Fate, Point, SegmentChange, creep, points};
use crate::plan::SegmentPlan;

/// Every report that differs, by name, and data that one gives another purpose.
pub fn changes(old: &[SegmentPlan], new: &[SegmentPlan]) -> (Vec<SegmentChange>, Vec<Creep>) {
    let (mut found, mut crept) = (Vec::new(), Vec::new());
    for is in new {
        let Some(was) = old.iter().find(|was| was.about.name == is.about.name) else {
            found.push(of(is, Fate::Added, vec![figures("is new, and shows figures about people")]));
            continue;
        };
        crept.extend(creep::between(was, is));
        let mut points = points(was, is);
        if was.figures != is.figures {
            points.push(figures("other figures are shown, or other groups are told apart"));
        }
        if !points.is_empty() {
            found.push(of(is, Fate::Kept, points));
        }
    }
    let gone = old.iter().filter(|was| !new.iter().any(|is| is.about.name == was.about.name));
    found.extend(gone.map(|was| of(was, Fate::Removed, Vec::new())));
    found.sort_by(|a, b| a.segment.cmp(&b.segment));
    (found, crept)
}

fn of(report: &SegmentPlan, fate: Fate, points: Vec<Point>) -> SegmentChange {
    let audience = match fate {
        Fate::Added => Effect::Grows,
        Fate::Removed => Effect::Shrinks,
        Fate::Kept | Fate::Renamed { .. } => points.iter().fold(Effect::Same, |all, point| all.and(point.effect)),
    };
    SegmentChange { segment: report.about.name.clone(), placement: false, report: true, fate, audience, points }
}

fn figures(said: &str) -> Point {
    Point { about: About::Exposure, effect: Effect::Same, reaches_further: true, said: said.to_owned() }
}
