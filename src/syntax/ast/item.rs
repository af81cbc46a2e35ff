//! A declaration, its documentation, and the declarations that fit on one line.

use super::{
    Destination, Entity, ExceptionTo, Expr, Identity, Jurisdiction, Ledger, List, Literal, Lookup, Model, Name,
    NestedRows, Path, Placement, Policy, Purpose, Release, Report, Rows, Segment, Sessions, Source,
};
use crate::source::Span;

/// One declaration of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The `///` lines before it.
    pub doc: Option<Doc>,
    /// What it declares.
    pub kind: ItemKind,
    /// From its keyword to its end, without the documentation.
    pub span: Span,
    /// The clauses that could be read, in the order of the text.
    pub clauses: Vec<Span>,
}

/// The `///` lines before a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doc {
    /// The lines without `///` and one blank after it, joined by `\n`.
    pub text: String,
    /// From the first line to the last.
    pub span: Span,
}

/// What a declaration declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// `entity customer is person { … }`
    Entity(Box<Entity>),
    /// `source orders of customer { … }`
    Source(Box<Source>),
    /// `rows items of orders { … }`
    Rows(Box<NestedRows>),
    /// `lookup products { … }`
    Lookup(Box<Lookup>),
    /// `sessions visits { … }`
    Sessions(Box<Sessions>),
    /// `list blocked of customer { … }`
    List(Box<List>),
    /// `ledger consent of customer { … }`
    Ledger(Box<Ledger>),
    /// `model churn_risk of customer { … }`
    Model(Box<Model>),
    /// `identity cookie to customer { … }`
    Identity(Box<Identity>),
    /// `infer health from orders.category in ("diabetes care")`
    Infer(Box<Infer>),
    /// `category commercial.loyalty under commercial`
    Category(Category),
    /// `define ltv of customer = sum(orders.total over last 24 months)`
    Define(Box<Define>),
    /// `purpose marketing.email { … }`
    Purpose(Box<Purpose>),
    /// `destination mailer { … }`
    Destination(Box<Destination>),
    /// `jurisdiction eu { … }`
    Jurisdiction(Box<Jurisdiction>),
    /// `policy no_health_in_ads { … }`
    Policy(Box<Policy>),
    /// `exception to no_reid for store_opening_invites { … }`
    Exception(Box<ExceptionTo>),
    /// `segment lapsed of customer { … }`
    Segment(Box<Segment>),
    /// `placement home_banner { … }`
    Placement(Box<Placement>),
    /// `report winback of lapsed { … }`
    Report(Box<Report>),
    /// `release churn_risk.score from health { … }`
    Release(Box<Release>),
    /// A declaration whose head could not be read. It has been reported.
    Error {
        /// The keyword it began with, mended where it was misspelt.
        keyword: Option<&'static str>,
        /// Its name, where one could be read: a reference to it is not "unknown", only unknowable.
        name: Option<Name>,
    },
}

/// `infer health from orders.category in ("diabetes care", "family planning")`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Infer {
    /// The category that the values reveal.
    pub category: Path,
    /// The field: `orders.category`; or a category, see `mentioning`.
    pub from: Path,
    /// Whether `from` is a category, of whose fields any text that mentions a word counts: `from category commercial mentioning ("halal")`.
    pub mentioning: bool,
    /// The revealing values.
    pub values: Vec<Literal>,
    /// What mentions a word and reveals nothing: `except ("kosher salt")`.
    pub except: Vec<Literal>,
}

/// `category x under y`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The new category.
    pub name: Path,
    /// The one it belongs to.
    pub under: Path,
}

/// `define ltv of customer = …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Define {
    /// Its name.
    pub name: Name,
    /// The entity it is about.
    pub of: Name,
    /// What the name stands for.
    pub body: DefineBody,
}

/// What a definition stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefineBody {
    /// A value or a condition. A bare name may also turn out to name rows.
    Expr(Expr),
    /// Rows: `tx where (store = "Funan")`. A window may be written here or where it is used.
    Rows(Rows),
}
