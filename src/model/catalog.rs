//! What the data is: tables of every kind, their fields and links, ledgers, identities.

use crate::source::{Span, Spanned};

use super::*;

/// A table that conditions may read. Ledgers and identities are not among them.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name in the language.
    pub name: Spanned<String>,
    /// What kind of table it is.
    pub kind: TableKind,
    /// The doc comment, without its slashes.
    pub doc: Option<String>,
    /// The name in the warehouse, one part per dot (`crm.customers` is two). `None` where it was missing, which has been
    /// reported; nested rows have their own.
    pub physical: Option<Spanned<Vec<String>>>,
    /// How long its rows are kept. `None` for lookups, for nested rows (their parent's holds), and where it was missing.
    pub retain: Option<Spanned<Retain>>,
    /// Purposes it may serve, narrower ones included; empty where nothing was written (then nothing is allowed, except for
    /// lookups and nested rows, which follow what leads to them).
    pub allowed: Vec<Spanned<PurposeId>>,
    /// Whether `allowed` was written.
    pub allowed_span: Option<Span>,
    /// Purposes that it may serve only where one more row can only leave somebody out.
    pub protects: Vec<Spanned<PurposeId>>,
    /// Where the rows came from.
    pub origin: Option<Spanned<Origin>>,
    /// How its rows were gathered.
    pub gathering: Gathering,
    /// The column that says whose row this is: a field with [`FieldRole::Subject`]. `None` for entities (whose key it is),
    /// lookups, nested rows, and sources that name none (then no segment can read them: they have no path to a person).
    pub subject: Option<FieldId>,
    /// The identity whose ids the subject column holds (`subject cookie_id -> cookie`): a row is of whoever its id is linked to, for
    /// sure only where it is linked to one alone. `None`: the column holds the entity's key.
    pub along: Option<IdentityId>,
    /// When it happened: a field with [`FieldRole::At`].
    pub at: Option<FieldId>,
    /// When it became known.
    pub arrived: Option<FieldId>,
    /// The key under which versions of one row are resolved.
    pub unique: Option<Unique>,
    /// How many rows without subject or time are tolerated before the run is empty; 0 if unwritten.
    pub tolerate: u64,
    /// Its fields in order, clocks and keys included.
    pub fields: Vec<FieldId>,
    /// Categories that being in it reveals beside its fields': what a list says of itself.
    pub says: Vec<Spanned<String>>,
    /// Its to-one links in order.
    pub links: Vec<LinkId>,
    /// The whole declaration.
    pub span: Span,
    /// The inside of its braces, for fixes that insert.
    pub body: Span,
}

/// The kinds of table.
#[derive(Debug, Clone)]
pub enum TableKind {
    /// Somebody or something that segments are made of.
    Entity(EntityFacts),
    /// Events of an entity.
    Source {
        /// Whose events; an entity.
        of: TableId,
    },
    /// Rows nested in rows of another table, found by an equal column in both.
    Rows {
        /// The table they are nested in.
        of: TableId,
        /// The column here.
        by: FieldId,
        /// The column of the same name there.
        parent_by: FieldId,
    },
    /// A table without subjects, reached by links.
    Lookup {
        /// Its key.
        key: FieldId,
    },
    /// A list of people.
    List {
        /// The entity.
        of: TableId,
    },
    /// Scores of a model.
    Score(ScoreFacts),
    /// Rows of several sources of one subject that share a session id: each such set is one visit. Its time is that of its first
    /// readable row. Nothing is stored of it: conditions about visits are typed as conditions about the rows of their sources.
    Visits(VisitFacts),
    /// Its kind could not be resolved (say, its entity does not exist); reported, and silent from then on.
    Error,
}

/// What only entities have.
#[derive(Debug, Clone)]
pub struct EntityFacts {
    /// What a subject is.
    pub subject_kind: SubjectKind,
    /// The key. `None` where it was missing, which has been reported.
    pub key: Option<FieldId>,
    /// Which jurisdiction's rules hold.
    pub residence: Option<Spanned<Residence>>,
    /// Who is a minor: a field of type date.
    pub birth: Option<Spanned<FieldId>>,
}

/// What only models have.
#[derive(Debug, Clone)]
pub struct ScoreFacts {
    /// The entity that is scored.
    pub of: TableId,
    /// The tables it was trained on.
    pub trained_on: Vec<Spanned<TableId>>,
    /// Of those of which only single fields were named, these fields; of the others every one.
    pub inputs: Vec<Spanned<FieldId>>,
    /// How far back training looked.
    pub looking_back: Option<Spanned<Length>>,
    /// How often it is trained anew, where that is said.
    pub retrained: Option<Spanned<Length>>,
}

/// What only visits have.
#[derive(Debug, Clone)]
pub struct VisitFacts {
    /// The entity that visits.
    pub of: TableId,
    /// The sources whose rows a visit gathers, with the field that holds the session id.
    pub parts: Vec<(TableId, FieldId)>,
}

/// Kinds of subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// One human being.
    Person,
    /// An account of a business.
    Account,
    /// People who live together.
    Household,
    /// A device, browser or cookie.
    Device,
}

/// How residence is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residence {
    /// By a text field that holds a country.
    Field(FieldId),
    /// Always the same jurisdiction.
    Always(JurisdictionId),
}

/// How long rows are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retain {
    /// So long after the table's clock (`at`), or after the field that is named.
    For {
        /// How long.
        length: Length,
        /// The field after which it is counted (`retain 36 months after last_seen_at`); `None` means `at`.
        after: Option<FieldId>,
    },
    /// For as long as the row stands in the table; the text says why there is no clock. No cut applies (U is unbounded) and
    /// attributes have W = 0.
    WhileListed {
        /// The reason.
        because: String,
    },
}

/// Where data came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Observed by us.
    FirstParty,
    /// Told to us by the person.
    Volunteered,
    /// Bought or lent.
    ThirdParty {
        /// From whom.
        party: String,
        /// Under which contract; `None` is an error that a rule reports.
        contract: Option<String>,
        /// What the contract lets nobody combine it with: categories, and the words `direct`, `quasi`, `free text`, `protected`.
        apart: Vec<String>,
        /// Whether the contract lets it decide about nothing that leaves the house.
        inside: bool,
    },
}

/// `unique order_id keep latest by loaded_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unique {
    /// The key.
    pub key: FieldId,
    /// The field whose greatest value wins; `None` where only equal rows may share a key.
    pub latest_by: Option<FieldId>,
}

/// What part a field plays in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldRole {
    /// Declared with `field`.
    Plain,
    /// The key of an entity or lookup.
    Key,
    /// Whose row it is.
    Subject,
    /// When it happened (`at`).
    At,
    /// A bare column that only a clause names (a link's column, `arrived`, `unique`, `by`). No condition can name it.
    Bare,
}

/// A column that the language knows.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in the language.
    pub name: Spanned<String>,
    /// Its name in the warehouse.
    pub column: String,
    /// The table it belongs to.
    pub table: TableId,
    /// Its part.
    pub role: FieldRole,
    /// Its type.
    pub ty: Type,
    /// What it has to do with a place: a field of type [`Type::Place`] is one, or one of its two columns.
    pub place: Option<InPlace>,
    /// Whether it may be missing (`?`). A bare column always may.
    pub optional: bool,
    /// Its labels. For `at` and bare columns: the union of the table's own.
    pub labels: Labels,
    /// The values a closed text field may hold.
    pub one_of: Option<Vec<Spanned<String>>>,
    /// A narrower list of purposes than the table's.
    pub allowed: Option<Vec<Spanned<PurposeId>>>,
    /// The doc comment.
    pub doc: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

/// What `is …` says of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Dotted categories (`commercial.purchases`).
    pub categories: Vec<Spanned<String>>,
    /// Identifies a person alone.
    pub direct: bool,
    /// Identifies in combination.
    pub quasi: bool,
    /// Written by people, may hold anything.
    pub free_text: bool,
    /// Protected against discrimination.
    pub protected: bool,
    /// Protected categories that it stands for. They say nothing of what it is by itself.
    pub proxies: Vec<Spanned<String>>,
    /// Declared `is not personal`.
    pub not_personal: bool,
}

impl Labels {
    /// Whether nothing at all was said, which is an error of its own.
    pub fn is_empty(&self) -> bool {
        self.categories.is_empty()
            && !self.direct
            && !self.quasi
            && !self.free_text
            && !self.protected
            && !self.not_personal
    }
}

/// Types of fields and expressions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// Text.
    Text,
    /// Truth.
    Boolean,
    /// Whole numbers of 64 bits.
    Integer,
    /// 18 + 6 digits.
    Decimal,
    /// An amount of one currency (ISO 4217).
    Money(String),
    /// 0 to 1.
    Probability,
    /// A civil date.
    Date,
    /// An instant. `Some(zone)`: the column holds wall time of that IANA zone. `None`: the column knows its offset, or the
    /// value is computed.
    Instant(Option<String>),
    /// A UUID in canonical lower-case text.
    Uuid,
    /// A dotted version.
    Version,
    /// Latitude and longitude.
    Place,
    /// A list.
    List(Box<Type>),
    /// Unknown: reported already.
    Error,
}

/// A to-one link: `link product to products by product_id`.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its name on the table that declares it.
    pub name: Spanned<String>,
    /// The table that declares it.
    pub from: TableId,
    /// The column there.
    pub by: FieldId,
    /// The table it leads to: a lookup or an entity.
    pub to: TableId,
    /// The key there.
    pub to_key: FieldId,
    /// Its name the other way round (`as members`), on `to`.
    pub reverse: Option<Spanned<String>>,
    /// The whole clause.
    pub span: Span,
}

/// A consent ledger.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// Its name.
    pub name: Spanned<String>,
    /// The doc comment.
    pub doc: Option<String>,
    /// Whose consent.
    pub of: LedgerOf,
    /// The name in the warehouse.
    pub physical: Option<Spanned<Vec<String>>>,
    /// The column that says whose row it is.
    pub subject: Spanned<String>,
    /// What that column is compared with.
    pub keyed_by: KeyedBy,
    /// How long its rows are kept; ends grants, never a denial that is still there.
    pub retain: Option<Spanned<Retain>>,
    /// How far a denial's clock may run ahead of ours; 5 minutes if unwritten.
    pub skew: Length,
    /// When the feed is too old to be believed.
    pub fresh: Option<Spanned<Fresh>>,
    /// Its rows.
    pub rows: LedgerRows,
    /// To whom the yes was given; empty where nobody says.
    pub controllers: Vec<Spanned<String>>,
    /// Grants that were given together with others.
    pub bundled: Vec<Bundled>,
    /// The whole declaration.
    pub span: Span,
    /// The inside of its braces.
    pub body: Span,
}

/// Whose consent a ledger holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerOf {
    /// An entity's. Where ids of an identity are this entity's keys ([`Identity::entity`]), denials spread to whom they are linked to as
    /// well: ask [`Model::ledgers_of_ids`].
    Entity(TableId),
    /// Of the ids of an identity (its denials spread to the people that the ids are linked to; its grants never do).
    Identity(IdentityId),
}

/// What a ledger's subject column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyedBy {
    /// The entity's key, or the identity's id.
    Key,
    /// A contact field of the entity (`email -> customer.email`).
    Contact(FieldId),
}

/// `fresh within 6 hours by loaded_at`, or `taken 2017-07-01`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// How old the watermark may be. `None` for a table taken once, which stays usable.
    pub within: Option<Length>,
    /// Where the watermark comes from.
    pub by: Watermark,
}

impl Ledger {
    /// How old it may be when it is asked, in words.
    pub fn how_old(&self) -> String {
        match self.fresh.as_ref().map(|fresh| (fresh.value.within, &fresh.value.by)) {
            Some((Some(within), _)) => format!("up to {within}"),
            Some((None, Watermark::Taken(day))) => format!("as of {day}"),
            Some((None, Watermark::Column(_))) | None => "however old it is".to_owned(),
        }
    }
}

/// How recent a ledger's table is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watermark {
    /// The latest known time in a column.
    Column(ClockColumn),
    /// The whole table was taken on this civil day (its first instant in the project's zone).
    Taken(Date),
}

/// A column that holds times but is neither field nor source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockColumn {
    /// Its name in the warehouse.
    pub column: Spanned<String>,
    /// [`Type::Date`] or [`Type::Instant`].
    pub ty: Type,
}

/// How a ledger's rows speak.
#[derive(Debug, Clone)]
pub enum LedgerRows {
    /// One row per decision.
    Events(Box<EventLedger>),
    /// One row per subject with present states in columns.
    States(Vec<StateColumn>),
}

/// An append-only ledger.
#[derive(Debug, Clone)]
pub struct EventLedger {
    /// The column that names the purpose.
    pub purpose_column: Spanned<String>,
    /// What its codes mean; any other code, or none, is doubt.
    pub purposes: Vec<(Spanned<String>, Covers)>,
    /// The column that names the state.
    pub state_column: Spanned<String>,
    /// What its codes mean; any other code, or none, is doubt.
    pub states: Vec<(Spanned<String>, ConsentState)>,
    /// When it was decided.
    pub at: ClockColumn,
    /// When a grant ends: a withdrawal at that instant.
    pub until: Option<ClockColumn>,
    /// The notice that the person saw.
    pub version: Option<VersionColumn>,
    /// Which record it was.
    pub evidence: Option<Spanned<String>>,
}

/// What a purpose code, or a state, covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Covers {
    /// Nothing we know: such rows neither grant nor deny.
    Nothing,
    /// Every purpose: for denials; a grant of it grants nothing.
    Every,
    /// A channel, whatever the purpose: for denials.
    Channel(Channel),
    /// A purpose. A denial of it reaches narrower and broader ones; a grant reaches narrower ones only with `and narrower`.
    Purpose {
        /// Which.
        purpose: PurposeId,
        /// `and narrower`.
        and_narrower: bool,
    },
}

/// The states of an event ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    /// Said yes.
    Granted,
    /// Took it back.
    Withdrawn,
    /// Objected.
    Objected,
    /// Processing is frozen.
    Restricted,
    /// No longer frozen.
    Released,
    /// To be forgotten.
    Erased,
    /// Known, and says nothing: not applicable, not answered, asked and not yet decided.
    Silent,
}

impl ConsentState {
    /// Whether it says no, to something or to everything.
    pub fn denies(self) -> bool {
        match self {
            Self::Withdrawn | Self::Objected | Self::Restricted | Self::Erased => true,
            Self::Granted | Self::Released | Self::Silent => false,
        }
    }
}

/// The column of notice versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionColumn {
    /// Its name.
    pub column: Spanned<String>,
    /// Versions from oldest to newest; `None`: they are ISO days, or months that count as their first day.
    pub order: Option<Vec<String>>,
}

/// One column of present states.
#[derive(Debug, Clone)]
pub struct StateColumn {
    /// Its name in the warehouse.
    pub column: Spanned<String>,
    /// Since when the state holds.
    pub since: Option<ClockColumn>,
    /// The notice that the person saw.
    pub version: Option<VersionColumn>,
    /// What its values mean, in order; the first that fits holds. The resolver has made sure that the mapping is total.
    pub arms: Vec<StateArm>,
    /// The whole clause.
    pub span: Span,
}

/// One arm of a state column's mapping.
#[derive(Debug, Clone)]
pub struct StateArm {
    /// Which values.
    pub when: StateWhen,
    /// What they say.
    pub says: Vec<StateSays>,
    /// Where it stands.
    pub span: Span,
}

/// Values of a state column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateWhen {
    /// This value.
    Is(Value),
    /// No value.
    Missing,
    /// Anything that no other arm names, missing included where no arm says `missing`.
    Else,
}

/// What a present state says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateSays {
    /// A grant, older than every denial.
    Grants(Covers),
    /// A denial of unknown time.
    Refuses(Covers),
    /// Nothing.
    Nothing,
}

/// Which ids belong to which people.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The name of the ids (`cookie`).
    pub name: Spanned<String>,
    /// The doc comment.
    pub doc: Option<String>,
    /// The entity whose keys these ids are, where one of that name is declared.
    pub entity: Option<TableId>,
    /// The entity that they are linked to.
    pub to: TableId,
    /// The name in the warehouse.
    pub physical: Option<Spanned<Vec<String>>>,
    /// The column that holds the id.
    pub from_column: Spanned<String>,
    /// The column that holds the entity's key.
    pub to_column: Spanned<String>,
    /// When they were linked; a link of unknown time counts for denials.
    pub at: Option<ClockColumn>,
    /// How long links are kept.
    pub retain: Option<Spanned<Retain>>,
    /// The whole declaration.
    pub span: Span,
}

/// `infer health from orders.category in (…)`.
#[derive(Debug, Clone)]
pub struct Infer {
    /// The category that the values reveal.
    pub category: Spanned<String>,
    /// The field.
    pub field: FieldId,
    /// The values.
    pub values: Vec<Spanned<String>>,
    /// The doc comment.
    pub doc: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

/// `category x under y`.
#[derive(Debug, Clone)]
pub struct CategoryDecl {
    /// The new category.
    pub name: Spanned<String>,
    /// What it stands under.
    pub under: Spanned<String>,
}
