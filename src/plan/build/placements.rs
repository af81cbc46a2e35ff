//! Placements: each thing that is shown is the plan of a segment of its own.

use crate::model::{Model, Placement};
use crate::plan::{FORMAT, PlacementPlan, ShowPlan};
use crate::privacy::Facts;
use crate::source::SourceMap;

/// The plan of every placement, in the order of their names.
pub(super) fn placements(model: &Model, facts: &Facts, sources: &SourceMap) -> Vec<PlacementPlan> {
    let mut placements: Vec<&Placement> = model.placements.values().collect();
    placements.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    placements.into_iter().map(|placement| plan(model, facts, sources, placement)).collect()
}

fn plan(model: &Model, facts: &Facts, sources: &SourceMap, placement: &Placement) -> PlacementPlan {
    let shows = placement.shows.iter().filter_map(|show| {
        let to = super::segment(model, facts, sources, show.members)?;
        Some(ShowPlan { what: show.what.value.clone(), to })
    });
    let text = |text: &crate::source::Spanned<String>| text.value.clone();
    PlacementPlan {
        format: FORMAT,
        name: placement.name.value.clone(),
        title: placement.doc.clone(),
        owner: placement.owner.as_ref().map(text),
        because: placement.because.as_ref().map(text),
        channel: placement.channel.map(|channel| channel.value.word().to_owned()).unwrap_or_default(),
        hash: String::new(),
        shows: shows.collect(),
        otherwise: placement.otherwise.as_ref().map(text),
    }
    .seal()
}
