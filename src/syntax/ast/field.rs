//! Fields: a column with a type, labels and the purposes it may serve.

use super::{Clause, Doc, Label, Name, Path, Text};
use crate::source::Span;

/// `field email text is contact.email, direct one of "…" allowed service`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The `///` lines before it.
    pub doc: Option<Doc>,
    /// Its name in the language, and its column where `column` is not written.
    pub name: Name,
    /// The physical column where it is not a plain word: `field order_id "Order ID" text`.
    pub column: Option<Text>,
    /// Its type.
    pub ty: FieldType,
    /// What follows `is`; `None` where nothing is written (an error of meaning, not of syntax).
    pub labels: Option<Labels>,
    /// `one of "a", "b"`: the values of a closed text.
    pub one_of: Clause<Vec<Text>>,
    /// `allowed analytics`: purposes, narrower than its table's.
    pub allowed: Clause<Vec<Path>>,
    /// The whole clause.
    pub span: Span,
}

/// A type and whether the field may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldType {
    /// The type.
    pub ty: Type,
    /// Where the `?` stands; `None` means required.
    pub optional: Option<Span>,
    /// From the type to its `?`.
    pub span: Span,
}

/// A field's type as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `text`
    Text,
    /// `boolean`
    Boolean,
    /// `integer`
    Integer,
    /// `decimal`
    Decimal,
    /// `money(EUR)`: the code as written, three upper-case letters, not yet checked against ISO 4217.
    Money(Name),
    /// `date`: a civil day.
    Date,
    /// `timestamp`, `timestamp in zone "UTC"`: an instant.
    Timestamp {
        /// The zone that is declared where the column has none.
        zone: Option<Text>,
    },
    /// `probability`
    Probability,
    /// `version`
    Version,
    /// `place (lat, lon)`: the columns of degrees north and degrees east, where they are written.
    Place(Option<(Name, Name)>),
    /// `uuid`
    Uuid,
    /// `list of text`; never a list of lists.
    List(Box<Type>),
}

/// What follows a field's `is`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// `is not personal`
    NotPersonal(Span),
    /// `is contact.email, direct`; at least one.
    Are(Vec<Label>),
}
