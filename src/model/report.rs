//! Reports: figures about the people of a segment.

use crate::source::{Span, Spanned};

use super::*;

/// Figures about the people of a segment, group by group.
///
/// Who is counted is a segment of its own ([`Role::Counted`]): `in segment` of the one that is named, under the report's own purpose and
/// leave, of which nothing is stored (S = 0). So what the segment reads is checked for the report's purpose, too, whoever objects to
/// being counted is not, and the segment's cap and holdout leave nobody out.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its name.
    pub name: Spanned<String>,
    /// The segment that was named; `None` where there is none, reported.
    pub of: Option<Spanned<SegmentId>>,
    /// Who is counted, with the figures; `None` where there is no segment.
    pub people: Option<SegmentId>,
    /// How long figures are kept; `None` where it is missing, reported.
    pub retain: Option<Spanned<Length>>,
    /// The whole declaration.
    pub span: Span,
}

/// What a report says.
#[derive(Debug, Clone)]
pub struct Figures {
    /// What groups are told apart by; without any, everybody is one group.
    pub by: Vec<Group>,
    /// What is shown of each group.
    pub show: Vec<Figure>,
    /// The control group beside the others.
    pub compare: Option<Compare>,
}

/// `year of last_seen_at`.
#[derive(Debug, Clone)]
pub struct Group {
    /// The column's name.
    pub name: String,
    /// A field, or a part of a date.
    pub value: Expr,
}

/// `avg(ltv)`.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The column's name.
    pub name: String,
    /// What it says.
    pub kind: FigureKind,
    /// Where it stands.
    pub span: Span,
}

/// What a figure says of a group.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a report has a handful of figures")]
pub enum FigureKind {
    /// How many people.
    People,
    /// The sum of everybody's value.
    Sum(Expr),
    /// The sum, divided by how many people.
    Average(Expr),
    /// Of how many it is certain, divided by how many people.
    Share(Cond),
}

/// `compare holdout with rest on any orders over last 14 days`.
#[derive(Debug, Clone)]
pub struct Compare {
    /// The segment's control group.
    pub holdout: Holdout,
    /// What is compared.
    pub on: Cond,
    /// The whole clause.
    pub span: Span,
}

impl Figures {
    /// Every value that is read.
    pub fn values(&self) -> impl Iterator<Item = &Expr> {
        let groups = self.by.iter().map(|group| &group.value);
        let figures = self.show.iter().filter_map(|figure| match &figure.kind {
            FigureKind::Sum(value) | FigureKind::Average(value) => Some(value),
            FigureKind::People | FigureKind::Share(_) => None,
        });
        groups.chain(figures)
    }

    /// Every condition that is asked.
    pub fn conditions(&self) -> impl Iterator<Item = &Cond> {
        let shares = self.show.iter().filter_map(|figure| match &figure.kind {
            FigureKind::Share(cond) => Some(cond),
            FigureKind::People | FigureKind::Sum(_) | FigureKind::Average(_) => None,
        });
        shares.chain(self.compare.iter().map(|compare| &compare.on))
    }
}
