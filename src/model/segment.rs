//! Segments and definitions.

use crate::source::{Span, Spanned};

use super::*;

/// An audience.
#[derive(Debug, Clone)]
pub struct Segment {
    /// What it is made for.
    pub role: Role,
    /// Its name.
    pub name: Spanned<String>,
    /// The doc comment: what people call it.
    pub doc: Option<String>,
    /// What its members are. `None` where it could not be resolved, reported.
    pub entity: Option<TableId>,
    /// Who answers for it.
    pub owner: Option<Spanned<String>>,
    /// What it is for: all of these.
    pub purposes: Vec<Spanned<PurposeId>>,
    /// Where the `purpose` clause stands; `None` where it is missing (PUR-04 reports).
    pub purpose_span: Option<Span>,
    /// On whose leave; `None` where it is missing (CON-01 reports).
    pub consent: Option<Spanned<ConsentClause>>,
    /// How long a stored membership may live; `None` where it is missing (RET-03 reports).
    pub retain: Option<Spanned<SegmentRetain>>,
    /// How often it is rebuilt.
    pub refresh: Option<Spanned<Length>>,
    /// When it is looked at again.
    pub review: Option<Spanned<Review>>,
    /// Why it exists.
    pub because: Option<Spanned<String>>,
    /// Where members go.
    pub destinations: Vec<Spanned<DestinationId>>,
    /// Columns beside the key.
    pub expose: Vec<Spanned<FieldPath>>,
    /// The smallest audience, in people, as written.
    pub minimum: Option<Spanned<u64>>,
    /// Why what fairness protects may decide.
    pub fairness: Option<Spanned<String>>,
    /// What the campaign is about, as written here; [`Model::campaign`] inherits.
    pub campaign: Option<Spanned<Campaign>>,
    /// The control group.
    pub holdout: Option<Spanned<Holdout>>,
    /// How often somebody may be contacted.
    pub cap: Option<Spanned<Cap>>,
    /// How long a member remains, once in, whether or not `where` still holds.
    pub stay: Option<Spanned<Length>>,
    /// The condition; `None` where `where` is missing, which the resolver has reported.
    pub condition: Option<Cond>,
    /// What `except` leaves out, each read as `and not (…)`.
    pub except: Vec<Cond>,
    /// What being a member decides about a person.
    pub decides: Option<Spanned<Decides>>,
    /// What a report says of its people.
    pub figures: Option<Box<Figures>>,
    /// The whole declaration.
    pub span: Span,
    /// The inside of its braces, for fixes that insert.
    pub body: Span,
}

/// What a segment is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A segment that was declared: it becomes a view, a rule and a page.
    Audience,
    /// Whom a placement shows something: the segment that it names, without the members of those before it. It goes nowhere by itself.
    Shown,
    /// Whom a report counts. It goes nowhere by itself.
    Counted,
}

impl Role {
    /// What people call it.
    pub fn word(self) -> &'static str {
        match self {
            Role::Audience | Role::Shown => "segment",
            Role::Counted => "report",
        }
    }
}

/// The `consent` clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentClause {
    /// A person must have granted all of these.
    Required(Vec<Spanned<PurposeId>>),
    /// Consent is not the basis, and why.
    NotNeeded {
        /// The reason.
        because: String,
    },
}

/// The `retain` clause of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentRetain {
    /// It is never stored: S = 0.
    Nothing,
    /// So long.
    For(Length),
}

impl SegmentRetain {
    /// S, the length that the time algebra subtracts.
    pub fn length(self) -> Length {
        match self {
            SegmentRetain::Nothing => Length::default(),
            SegmentRetain::For(length) => length,
        }
    }
}

/// `review every 6 months, last 2026-09-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    /// How often.
    pub every: Length,
    /// When last.
    pub last: Option<Date>,
}

/// `holdout 10% named "winback"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdout {
    /// Hundredths of a percent, 1 to 9 999.
    pub basis_points: u32,
    /// The salt of its hash; holds no `:`.
    pub name: String,
}

/// `cap 2 contacts per 30 days from sends`.
#[derive(Debug, Clone)]
pub struct Cap {
    /// Somebody with this many rows or more in the window is left out.
    pub contacts: u64,
    /// The window, backwards from now.
    pub per: Length,
    /// The source that logs contacts, without window.
    pub from: Rows,
}

/// A named measure, condition or set of rows of an entity.
#[derive(Debug, Clone)]
pub struct Define {
    /// Its name.
    pub name: Spanned<String>,
    /// The entity.
    pub of: Option<TableId>,
    /// The doc comment.
    pub doc: Option<String>,
    /// What it stands for.
    pub body: DefineBody,
    /// The whole declaration.
    pub span: Span,
}

/// What a definition stands for. Uses are inlined where they stand ([`ExprKind::Defined`], [`CondKind::Defined`]).
#[derive(Debug, Clone)]
pub enum DefineBody {
    /// A value per subject.
    Value(Expr),
    /// A condition.
    Condition(Cond),
    /// Rows without a window, `tx where (store = "Funan")`; a use adds its own filter and window.
    Rows(Rows),
    /// Reported already.
    Error,
}
