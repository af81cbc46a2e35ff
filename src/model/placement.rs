//! Placements: what a page shows to whom.

use crate::source::{Span, Spanned};

use super::*;

/// A place that shows one thing to the members of one segment, another to those of the next.
///
/// What is shown to the n-th segment is shown to whoever is its member and *certainly* in none of the segments before it: `not in segment`
/// of each, as the language means it. So whoever withdraws from one offer does not turn up in the list of another, somebody held out of
/// one is shown nothing of another in its place, and what earlier segments read is read for the purposes of the later, too.
#[derive(Debug, Clone)]
pub struct Placement {
    /// Its name.
    pub name: Spanned<String>,
    /// The doc comment: what people call it.
    pub doc: Option<String>,
    /// Who answers for it.
    pub owner: Option<Spanned<String>>,
    /// Why it exists.
    pub because: Option<Spanned<String>>,
    /// How it reaches people; `None` where it is missing, reported.
    pub channel: Option<Spanned<Channel>>,
    /// What is shown to whom; the first that applies.
    pub shows: Vec<Show>,
    /// What everybody else is shown. They are in no list: nobody asked them.
    pub otherwise: Option<Spanned<String>>,
    /// The whole declaration.
    pub span: Span,
}

/// `show "loyalty-offer" to loyal_customers`.
#[derive(Debug, Clone)]
pub struct Show {
    /// What is shown.
    pub what: Spanned<String>,
    /// The segment that was named.
    pub to: Spanned<SegmentId>,
    /// Its members without those of the segments before it, as a segment of its own ([`Role::Shown`]).
    pub members: SegmentId,
}
