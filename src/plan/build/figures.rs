//! Reports: who is counted is planned as a segment, and what is said of them beside it.

use crate::model::{self, FigureKind, Model, Report, SegmentId};
use crate::plan::figures::{Compare, Figure, Group};
use crate::plan::{Figured, Figures, Holdout, SegmentPlan};
use crate::privacy::Facts;
use crate::source::SourceMap;

use super::Builder;

/// The plan of every report, in the order of their names.
pub(super) fn reports(model: &Model, facts: &Facts, sources: &SourceMap) -> Vec<SegmentPlan> {
    let mut reports: Vec<&Report> = model.reports.values().collect();
    reports.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    reports.into_iter().filter_map(|report| super::segment(model, facts, sources, report.people?)).collect()
}

impl<'m> Builder<'m> {
    pub(super) fn figures(&mut self, id: SegmentId, figures: &'m model::Figures) -> Figures {
        let report = self.model.reports.values().find(|report| report.people == Some(id));
        let of = report.and_then(|report| report.of).map(|of| self.model.segments[of.value].name.value.clone());
        let retain = report.and_then(|report| report.retain).map(|retain| retain.value);
        let by = figures.by.iter().map(|group| Group { name: group.name.clone(), value: self.expr(&group.value) });
        let by = by.collect();
        let show = figures.show.iter().map(|figure| {
            let says = match &figure.kind {
                FigureKind::People => Figured::People,
                FigureKind::Sum(value) => Figured::Sum(self.expr(value)),
                FigureKind::Average(value) => Figured::Average(self.expr(value)),
                FigureKind::Share(cond) => Figured::Share(self.cond(cond)),
            };
            Figure { name: figure.name.clone(), says }
        });
        let show = show.collect();
        let compare = figures.compare.as_ref().map(|compare| Compare {
            holdout: Holdout { basis_points: compare.holdout.basis_points, salt: compare.holdout.name.clone() },
            on: self.cond(&compare.on),
        });
        Figures { of: of.unwrap_or_default(), retain: retain.unwrap_or_default(), by, show, compare }
    }
}
