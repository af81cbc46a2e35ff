//! The resolved program: every declaration with its names looked up and its conditions typed.
//!
//! A `Model` may be partial: where something could not be resolved, the resolver has reported it and left `None`, an empty
//! list, [`Type::Error`], [`ExprKind::Error`] or [`CondKind::Error`]. Whatever is typed `Error` stays silent later, so that
//! one mistake gives one message. Nothing here knows how a segment is checked, planned or run.

pub mod calendar;
pub mod campaign;
pub mod catalog;
pub mod condition;
pub mod config;
pub mod countries;
pub mod counts;
pub mod dates;
pub mod describe;
mod doubt;
pub mod governance;
mod ground;
mod hierarchy;
pub mod mention;
pub mod pattern;
pub mod placement;
pub mod places;
mod promises;
mod release;
pub mod report;
mod resolve;
pub mod segment;
pub mod signal_tables;
pub mod statement;
pub mod taxonomy;
mod telling;
pub mod value;
pub mod version;
pub mod walk;
pub mod warehouse;

pub use campaign::Campaign;
pub use catalog::*;
pub use condition::*;
pub use counts::{Counts, Quota, quotas};
pub use dates::{DatePart, Near, PartZone, Reach};
pub use doubt::{Doubts, Mistake};
pub use governance::*;
pub use placement::{Placement, Show};
pub use places::{Centre, InPlace};
pub use promises::{Bundled, Decides, Gathering, Informed, PurposePromises, SoftOptIn};
pub use release::Release;
pub use report::{Compare, Figure, FigureKind, Figures, Group, Report};
pub use resolve::{codes, resolve};
pub use segment::*;
pub use telling::Telling;
pub use value::{Date, Decimal, Instant, Value};

use crate::source::{Arena, Id, Span, Spanned};

/// The place of a table of any kind (entity, source, rows, lookup, list, model).
pub type TableId = Id<Table>;
/// The place of a field.
pub type FieldId = Id<Field>;
/// The place of a link.
pub type LinkId = Id<Link>;
/// The place of a consent ledger.
pub type LedgerId = Id<Ledger>;
/// The place of an identity.
pub type IdentityId = Id<Identity>;
/// The place of a definition.
pub type DefineId = Id<Define>;
/// The place of a purpose.
pub type PurposeId = Id<Purpose>;
/// The place of a destination.
pub type DestinationId = Id<Destination>;
/// The place of a jurisdiction.
pub type JurisdictionId = Id<Jurisdiction>;
/// The place of a policy.
pub type PolicyId = Id<Policy>;
/// The place of a segment.
pub type SegmentId = Id<Segment>;
/// The place of a placement.
pub type PlacementId = Id<Placement>;
/// The place of a report.
pub type ReportId = Id<Report>;

/// Facts of `segma.toml` that the meaning depends on.
#[derive(Debug, Clone)]
pub struct Project {
    /// The project's name.
    pub name: String,
    /// IANA name of the zone in which civil days, months and anniversaries are reckoned; always a known one.
    pub timezone: String,
    /// The schema where emitted views live.
    pub schema: String,
    /// Whether one person is the whole organisation, so that nobody else could approve anything.
    pub one_person: bool,
    /// The policy packs in force, in the order in which they are named.
    pub packs: Vec<PackInForce>,
}

/// A policy pack that a project takes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackInForce {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Lower-case hex SHA-256 of its text.
    pub sha256: String,
}

impl PackInForce {
    /// What is known of a pack.
    pub fn of(pack: &crate::source::shipped::Pack) -> Self {
        use sha2::{Digest, Sha256};
        let sha256 = Sha256::digest(pack.text).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { name: pack.name.to_owned(), version: pack.version.to_owned(), sha256 }
    }

    /// Its name and version, in words.
    pub fn words(&self) -> String {
        format!("{} version {}", self.name, self.version)
    }
}

/// What is declared and nowhere named.
#[derive(Debug, Clone, Default)]
pub struct Unused {
    /// The outermost purposes of trees of which nothing is named.
    pub purposes: Vec<PurposeId>,
    /// Definitions.
    pub defines: Vec<DefineId>,
}

/// A whole project, resolved.
#[derive(Debug, Clone)]
pub struct Model {
    /// What `segma.toml` says.
    pub project: Project,
    /// The digest of what the segments stand on: catalog, policies and packs, without comments and layout.
    pub ground: String,
    /// Whether everything that was written is in here: no text was unreadable, no name unknown, no type wrong. No proof that a program
    /// keeps the rules may be given for a model that is not.
    pub complete: bool,
    /// What is declared and nowhere named.
    pub unused: Unused,
    /// Of what it is unsure; nothing where it is complete.
    pub doubts: Doubts,
    /// Entities, sources, rows, lookups, lists and models.
    pub tables: Arena<Table>,
    /// Every field of every table, clocks and keys included.
    pub fields: Arena<Field>,
    /// To-one links between tables, and their names the other way round.
    pub links: Arena<Link>,
    /// Consent ledgers.
    pub ledgers: Arena<Ledger>,
    /// Identity links.
    pub identities: Arena<Identity>,
    /// Queries that stand instead of tables (`from sql`).
    pub statements: Vec<Statement>,
    /// Values that reveal more than they say.
    pub infers: Vec<Infer>,
    /// Words that tell, in values of whole kinds of data.
    pub telling: Vec<Telling>,
    /// Categories added to the taxonomy: the new one and what it stands under.
    pub categories: Vec<CategoryDecl>,
    /// Named measures, conditions and row sets.
    pub defines: Arena<Define>,
    /// Purposes.
    pub purposes: Arena<Purpose>,
    /// Destinations.
    pub destinations: Arena<Destination>,
    /// Jurisdictions.
    pub jurisdictions: Arena<Jurisdiction>,
    /// Policies.
    pub policies: Arena<Policy>,
    /// Exceptions.
    pub exceptions: Vec<Exception>,
    /// Releases.
    pub releases: Vec<Release>,
    /// Segments, those included that placements and reports are made of (see [`Role`]).
    pub segments: Arena<Segment>,
    /// Placements.
    pub placements: Arena<Placement>,
    /// Reports.
    pub reports: Arena<Report>,
}

/// A query that stands instead of a table. Whoever reads it finds it under the name of its declaration, a name of one part.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The declaration's name: the name of its rows.
    pub name: Spanned<String>,
    /// The text.
    pub span: Span,
    /// The query.
    pub body: statement::Body,
    /// What its columns carry.
    pub trace: statement::trace::Trace,
}

impl Model {
    /// The query whose rows have this name in the warehouse, where there is one.
    pub fn statement(&self, physical: &[String]) -> Option<&Statement> {
        let [name] = physical else { return None };
        self.statements.iter().find(|statement| statement.name.value == *name)
    }

    /// The query that stands instead of a declaration's table, where one does.
    pub fn query_of(&self, physical: Option<&Spanned<Vec<String>>>) -> Option<&Statement> {
        self.statement(&physical?.value)
    }

    /// A project without declarations.
    pub fn new(project: Project) -> Self {
        Self {
            project,
            ground: String::new(),
            complete: true,
            unused: Unused::default(),
            doubts: Doubts::default(),
            tables: Arena::default(),
            fields: Arena::default(),
            links: Arena::default(),
            ledgers: Arena::default(),
            identities: Arena::default(),
            statements: Vec::new(),
            infers: Vec::new(),
            telling: Vec::new(),
            categories: Vec::new(),
            defines: Arena::default(),
            purposes: Arena::default(),
            destinations: Arena::default(),
            jurisdictions: Arena::default(),
            policies: Arena::default(),
            exceptions: Vec::new(),
            releases: Vec::new(),
            segments: Arena::default(),
            placements: Arena::default(),
            reports: Arena::default(),
        }
    }
}

/// A length of time: calendar months and exact seconds, kept apart. A day is 86 400 seconds, a week seven days, a year twelve
/// months.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Length {
    /// Calendar months; negative only in a difference.
    pub months: i64,
    /// Exact seconds; negative only in a difference.
    pub seconds: i64,
}

impl Length {
    /// So many seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self { months: 0, seconds }
    }

    /// So many days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self { months: 0, seconds: days * 86_400 }
    }

    /// So many calendar months.
    pub const fn months(months: i64) -> Self {
        Self { months, seconds: 0 }
    }
}

impl Length {
    /// `every day`, `every 6 hours`.
    pub fn each(self) -> String {
        let length = self.to_string();
        format!("every {}", length.strip_prefix("1 ").filter(|unit| !unit.contains(' ')).unwrap_or(&length))
    }
}

impl std::fmt::Display for Length {
    /// `26 months`, `30 days`, `26 months less 30 days`, `36 hours`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = |s: i64| {
            let (n, unit) = match s {
                s if s % 86_400 == 0 => (s / 86_400, "day"),
                s if s % 3_600 == 0 => (s / 3_600, "hour"),
                s if s % 60 == 0 => (s / 60, "minute"),
                s => (s, "second"),
            };
            format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
        };
        let months = |m: i64| format!("{m} month{}", if m == 1 { "" } else { "s" });
        match (self.months, self.seconds) {
            (0, s) => f.write_str(&seconds(s)),
            (m, 0) => f.write_str(&months(m)),
            (m, s) if s < 0 => write!(f, "{} less {}", months(m), seconds(-s)),
            (m, s) => write!(f, "{} and {}", months(m), seconds(s)),
        }
    }
}
