//! What the data is: entities, sources, nested rows, lookups, lists, models, identities, and the clauses they share.

use super::{Clause, Duration, Field, Gathering, Label, Labels, Lost, Name, Path, SubjectKind, Table, Text};
use crate::source::{Span, Spanned};

/// `entity customer is person { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Its name.
    pub name: Name,
    /// What kind of subject it is.
    pub kind: Spanned<SubjectKind>,
    /// `table crm.customers`
    pub table: Clause<Table>,
    /// `key customer_id integer`
    pub key: Clause<Key>,
    /// `retain 36 months after last_seen_at`, `retain while listed because "…"`
    pub retain: Clause<Retain>,
    /// `allowed service, marketing`
    pub allowed: Clause<Vec<Path>>,
    /// `residence country`, `residence always eu`
    pub residence: Clause<Residence>,
    /// `birth birth_date`
    pub birth: Clause<Name>,
    /// `link account to account by account_id as members`, in order.
    pub links: Vec<Link>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `source orders of customer { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: Name,
    /// The entity whose rows these are.
    pub of: Name,
    /// `table shop.orders`
    pub table: Clause<Table>,
    /// `subject customer_id`
    pub subject: Clause<Subject>,
    /// `at ordered_at`
    pub at: Clause<Moment>,
    /// `arrived loaded_at`
    pub arrived: Clause<Moment>,
    /// `unique order_id keep latest by loaded_at`
    pub unique: Clause<Unique>,
    /// `retain 26 months`
    pub retain: Clause<Retain>,
    /// `allowed service, marketing`
    pub allowed: Clause<Vec<Path>>,
    /// `protects marketing, analytics`: purposes for which it may only keep somebody out.
    pub protects: Clause<Vec<Path>>,
    /// `origin first party`
    pub origin: Clause<Origin>,
    /// How its rows were gathered.
    pub gathering: Gathering,
    /// `tolerate 20 rows`: rows without subject or time.
    pub tolerate: Clause<u64>,
    /// Its links, in order.
    pub links: Vec<Link>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `rows items of orders { table shop.order_items by order_id … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NestedRows {
    /// Its name.
    pub name: Name,
    /// The source, or the nested rows, whose rows hold these.
    pub of: Name,
    /// `table shop.order_items by order_id`
    pub table: Clause<Table>,
    /// `unique item_id keep latest by loaded_at`
    pub unique: Clause<Unique>,
    /// `allowed service`
    pub allowed: Clause<Vec<Path>>,
    /// Its links, in order.
    pub links: Vec<Link>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `lookup products { … }`: no subject, no consent duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Its name.
    pub name: Name,
    /// `table shop.products`
    pub table: Clause<Table>,
    /// `key product_id`
    pub key: Clause<Key>,
    /// Its links, in order.
    pub links: Vec<Link>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `sessions visits { from page_views, signups by session_id }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sessions {
    /// Its name.
    pub name: Name,
    /// The sources whose rows a session gathers.
    pub from: Vec<Name>,
    /// The column that rows of one session share.
    pub by: Option<Name>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `list blocked of customer { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its name.
    pub name: Name,
    /// The entity whose members it lists.
    pub of: Name,
    /// `table crm.blocked`
    pub table: Clause<Table>,
    /// `subject customer_id`
    pub subject: Clause<Subject>,
    /// `at blocked_at`
    pub at: Clause<Moment>,
    /// `arrived loaded_at`
    pub arrived: Clause<Moment>,
    /// `retain 36 months`
    pub retain: Clause<Retain>,
    /// `allowed marketing`
    pub allowed: Clause<Vec<Path>>,
    /// `protects marketing`
    pub protects: Clause<Vec<Path>>,
    /// `origin first party`
    pub origin: Clause<Origin>,
    /// How its rows were gathered.
    pub gathering: Gathering,
    /// `tolerate 20 rows`
    pub tolerate: Clause<u64>,
    /// `is health`: what being in it says.
    pub labels: Clause<Labels>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `model churn_risk of customer { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name.
    pub name: Name,
    /// The entity it scores.
    pub of: Name,
    /// `table ml.churn_scores`
    pub table: Clause<Table>,
    /// `subject customer_id`
    pub subject: Clause<Subject>,
    /// `at scored_at`
    pub at: Clause<Moment>,
    /// `arrived loaded_at`
    pub arrived: Clause<Moment>,
    /// `unique score_id keep latest by loaded_at`
    pub unique: Clause<Unique>,
    /// `retain 90 days`
    pub retain: Clause<Retain>,
    /// `allowed analytics, marketing`
    pub allowed: Clause<Vec<Path>>,
    /// `trained on orders, page_views looking back 12 months`
    pub trained: Clause<Trained>,
    /// `tolerate 20 rows`
    pub tolerate: Clause<u64>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `identity cookie to customer { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The entity, or the name of a kind of id, that is linked.
    pub name: Name,
    /// The entity it is linked to.
    pub to: Name,
    /// `table id.links`
    pub table: Clause<Table>,
    /// `from cookie_id`: the column of the linked id.
    pub from_column: Clause<Name>,
    /// `to customer_id`: the column of the entity's key.
    pub to_column: Clause<Name>,
    /// `at linked_at`
    pub at: Clause<Moment>,
    /// `retain 13 months`
    pub retain: Clause<Retain>,
    /// `fresh within 1 day by loaded_at`
    pub fresh: Clause<super::Fresh>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `customer_id integer`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The column.
    pub column: Name,
    /// Its type; may be left out in a lookup.
    pub ty: Option<Spanned<KeyType>>,
}

/// The types of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyType {
    /// `integer`
    Integer,
    /// `text`
    Text,
    /// `uuid`
    Uuid,
}

/// `customer_id`, `email -> customer.email`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The column that says whose row it is.
    pub column: Name,
    /// The contact field it holds; `None` means the entity's key.
    pub to: Option<Path>,
}

/// `ordered_at`, `sold_on date`, `t in zone "UTC"`: a column of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The field or bare column.
    pub column: Name,
    /// What it holds.
    pub kind: MomentKind,
}

/// What a column of time holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MomentKind {
    /// Nothing was written: an instant, or what its field declares.
    Plain,
    /// `date`: a civil day.
    Date,
    /// `in zone "UTC"`: a local time of this zone.
    Zone(Text),
}

/// `order_id keep latest by loaded_at`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unique {
    /// The columns that identify a row.
    pub columns: Vec<Name>,
    /// The column after `keep latest by`.
    pub latest_by: Option<Name>,
}

/// How long something is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retain {
    /// `26 months`
    For(Duration),
    /// `36 months after last_seen_at`
    After {
        /// How long.
        period: Duration,
        /// From when.
        column: Name,
    },
    /// `while listed because "…"`: a table without a clock.
    WhileListed {
        /// The reason.
        because: Text,
    },
    /// `nothing`: never stored. Only in segments.
    Nothing,
}

/// Which jurisdiction's rules hold for a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Residence {
    /// `country`, `account.country`: a field that holds a country.
    Field(Path),
    /// `always eu`: a jurisdiction.
    Always(Name),
}

/// Where data comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `first party`
    FirstParty,
    /// `volunteered`
    Volunteered,
    /// `third party "Acme Data" under contract "C-12"`
    ThirdParty {
        /// Who.
        name: Text,
        /// Under which contract; its absence is an error of meaning.
        contract: Option<Text>,
        /// `not combined with contact, direct`
        apart: Vec<Label>,
        /// `not delivered`
        inside: bool,
    },
}

/// `link account to account by account_id as members`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its name here.
    pub name: Name,
    /// The entity or lookup it leads to.
    pub to: Name,
    /// The column that holds the other's key.
    pub by: Name,
    /// The name of the way back, there.
    pub back: Option<Name>,
    /// The whole clause.
    pub span: Span,
}

/// `trained on orders, page_views looking back 12 months`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trained {
    /// Sources, entities or models.
    pub on: Vec<Path>,
    /// How far back it looked; its absence is an error of meaning.
    pub looking_back: Option<Duration>,
    /// `retrained every 3 months`
    pub retrained: Option<Duration>,
}
