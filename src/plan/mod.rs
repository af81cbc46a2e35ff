//! The algebra that everything emitted and run is made of: closed, total, self-contained.
//!
//! One [`SegmentPlan`] says everything about one segment: the tables it reads and how their rows are cut, who passes the
//! guard, the three-valued condition, delivery. Names are physical, references are inlined, windows are bounds over `now`,
//! every length is resolved, so an engine needs nothing else, and the JSON rule of a segment is this value, written down.
//! Indices (`usize`) point into the plan's own lists; [`SegmentPlan::validate`] proves that they do, that bindings are in
//! scope and that numbers fit, so that a plan read from JSON is as trustworthy as one that was built.
//!
//! # How rows are cut (all evaluators do exactly this, in this order)
//!
//! 1. A row whose subject (key) or clock is missing, unreadable or outside [1970-01-02, 2100-01-01) is nobody's: absent for
//!    every reader, and counted. More such rows than [`Table::tolerate`] empty the run. (Only subject tables count; a row whose
//!    subject the entity does not hold is absent without being counted. A row in the future is no such row. A row of a subject
//!    table that arrived at an unknown time is one: nobody can say whether it was known.)
//! 2. Rows with clock outside `[now − span, now)` are absent, as are rows that arrived after `now` or at an unknown time.
//! 3. Where `unique` is written: rows equal in every declared column are one; then of the rows of one key the one with the
//!    greatest `latest_by` stays. A missing or tied `latest_by` (or, without `latest_by`, two different rows of one key), or a
//!    missing key, breaks the row. All versions of one key share subject and time; where they do not, the key is broken for
//!    every subject concerned.
//! 4. Windows and filters.
//!
//! A *broken* row (3., or a required column that the segment reads is missing, unreadable, outside its `one_of`, or does not fit
//! 18 + 6 digits; an optional column that is unreadable, outside its `one_of` or does not fit breaks it too) in a window that the
//! segment reads leaves its subject out of the segment: see [`SegmentPlan::scans`]. For the entity's own row the window is
//! always. Two different rows of one entity key break that subject; equal rows are one.

mod build;
pub mod condition;
mod dates;
pub mod figures;
pub mod guard;
mod hash;
pub mod placement;
mod places;
#[cfg(test)]
pub(crate) mod samples;
pub mod silence;
pub mod stay;
pub mod table;
pub mod time;
mod validate;
pub mod walk;

pub use condition::*;
pub use dates::*;
pub use figures::{Figures, Says as Figured};
pub use guard::*;
pub use placement::{PlacementPlan, ShowPlan};
pub use places::{Around, Centre, Stored};
pub use stay::Stay;
pub use table::*;
pub use time::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Basis, Length};
use crate::rules::Checked;
use crate::source::SourceMap;

/// The version of the plan's shape, which the JSON rules carry.
pub const FORMAT: u32 = 1;

/// The plan of a checked project. `sources` are the texts that it was read from, for quoting conditions as written.
pub fn build(checked: &Checked, sources: &SourceMap) -> Plan {
    build::project(checked.model(), checked.facts(), sources)
}

/// Every segment of a project that passed the checker, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The project's name.
    pub project: String,
    /// The schema where emitted views live.
    pub schema: String,
    /// The digest of catalog, policies and packs, which stands beside each segment's own: see [`crate::model::Model::ground`].
    pub ground: String,
    /// The plans.
    pub segments: Vec<SegmentPlan>,
    /// The plans of reports, in the order of their names; each has its figures.
    pub reports: Vec<SegmentPlan>,
    /// The plans of placements, in the order of their names.
    pub placements: Vec<PlacementPlan>,
}

/// One segment, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentPlan {
    /// [`FORMAT`].
    pub format: u32,
    /// What people read about it.
    pub about: About,
    /// Lower-case hex SHA-256 of the plan in JSON with this field empty: changes exactly when the meaning or its description does.
    pub hash: String,
    /// IANA name of the zone in which civil days are reckoned.
    pub timezone: String,
    /// Every table read as data. The first is the entity: the people in scope.
    pub tables: Vec<Table>,
    /// Queries that stand instead of tables. A table, ledger or identity whose name in the warehouse is of one part and that of a statement
    /// reads its rows. SQL computes them; any other engine reads them from a file of that name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// To-one links between them.
    pub links: Vec<Link>,
    /// Who passes. Guards of referenced segments stand in [`Cond::Guarded`].
    pub guard: Guard,
    /// Who is wanted; only *true* selects.
    pub condition: Cond,
    /// Every reading of rows, nested ones and the cap's included: which columns a row must have readable, in which window, so
    /// as not to be broken. A subject with a broken row in any of these is left out. Scans through related people (whose
    /// `of` binds others) leave out the root subject.
    pub scans: Vec<Scan>,
    /// How members remain by stored memberships; `None` where they do not. The condition holds it, written out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay: Option<Stay>,
    /// What happens to those who are wanted.
    pub delivery: Delivery,
    /// What was read, with its labels: for people and for auditors, never for evaluation.
    pub reads: Vec<Read>,
    /// What a report says of these people; only reports have it, and nobody leaves them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
}

/// A query that stands instead of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The name of its rows.
    pub name: String,
    /// The query.
    pub body: crate::model::statement::Body,
}

/// What people read about a segment. No evaluator looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its name.
    pub name: String,
    /// The doc comment.
    pub title: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why it exists.
    pub because: Option<String>,
    /// The purposes, with their bases.
    pub purposes: Vec<PurposeAbout>,
    /// The consents required, or why none.
    pub consent: ConsentAbout,
    /// S; zero where nothing is stored.
    pub retain: Length,
    /// How often it is rebuilt.
    pub refresh: Option<Length>,
    /// Destinations, in order.
    pub destinations: Vec<DestinationAbout>,
    /// What its campaigns are about, where rules of their own hold for that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub campaigns: Vec<String>,
    /// Why what fairness protects may decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fairness: Option<String>,
    /// The policy packs that were in force when it was compiled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<crate::model::PackInForce>,
    /// Source files and a plain-English reading of the condition may be derived from the model; this is the condition as written,
    /// white space folded.
    pub written: String,
}

/// A purpose, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PurposeAbout {
    /// Its dotted name.
    pub name: String,
    /// What people call it.
    pub title: Option<String>,
    /// Why data may be used.
    pub basis: Basis,
    /// Names that it had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formerly: Vec<String>,
}

/// The consent clause, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ConsentAbout {
    /// These purposes.
    Required(Vec<String>),
    /// None, and why.
    NotNeeded(String),
}

/// A destination, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DestinationAbout {
    /// Its name.
    pub name: String,
    /// Its channel's word.
    pub channel: String,
    /// Where it stands.
    pub region: Option<String>,
    /// Whether it uses the data for itself.
    pub outside_party: bool,
    /// The contact field that it matches on, and whether hashed.
    pub matched: Option<(String, bool)>,
    /// How long a change needs to reach it.
    pub lag: Option<Length>,
}

/// What happens to those who are wanted, in this order: cap, holdout, minimum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Columns of the entity beside the key.
    pub expose: Vec<Exposed>,
    /// Leaves out whoever has this many contacts or more, *possible* ones counted.
    pub cap: Option<Cap>,
    /// The control group.
    pub holdout: Option<Holdout>,
    /// The effective minimum, in distinct keys that would leave (after cap and holdout): the largest of segment, policies,
    /// destinations and referenced segments; 0 where nobody asks. Fewer than this and nobody leaves.
    pub minimum: u64,
}

/// An exposed column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exposed {
    /// The name of the output column, unique among the exposed and unlike the key's.
    pub name: String,
    /// The value: a path from binding 0.
    pub path: Path,
    /// Whether it leaves as lower-case hex SHA-256 of its text.
    pub hashed: bool,
}

/// How often somebody may be contacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The contacts.
    pub rows: Rows,
    /// From this many on, one is left out.
    pub contacts: u64,
}

/// Held out if the first seven hex digits of SHA-256 of `salt:key`, modulo 10 000, are below `basis_points`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Holdout {
    /// Hundredths of a percent, 1 to 9 999.
    pub basis_points: u32,
    /// The salt; holds no `:`.
    pub salt: String,
}

/// Something that was read, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The table's name in the language.
    pub table: String,
    /// The field's name, or empty for the rows themselves.
    pub field: String,
    /// Its categories, those inferred included.
    pub categories: Vec<String>,
    /// What was taken away from it, by whose leave, until when and why; in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub released: Vec<String>,
    /// How it got here: declarations in order, from the segment to the field (`segment a`, `define ltv`, `orders.total`).
    pub via: Vec<String>,
    /// Kept for so long; `None` while listed.
    pub retention: Option<Length>,
    /// The usable span; `None` where unbounded.
    pub usable: Option<Length>,
    /// The longest window over it, as text; empty for attributes.
    pub window: String,
}
