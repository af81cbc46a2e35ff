//! Names, paths, texts, and what a declaration lost to mistakes.

use crate::source::{Span, Spanned};

/// One name as written, without its backquotes. ASCII, at most 63 bytes.
pub type Name = Spanned<String>;

/// A text literal, decoded: what stood between the double quotes with its escapes resolved.
pub type Text = Spanned<String>;

/// A clause that may be written once: its value, and the span of the whole clause including its keyword.
pub type Clause<T> = Option<Spanned<T>>;

/// A dotted name, unresolved: `country`, `orders.total`, `marketing.email`. Holds at least one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The names between the dots, in order.
    pub segments: Vec<Name>,
    /// From the first name to the last.
    pub span: Span,
}

impl Path {
    /// The names joined by dots: `orders.total`.
    pub fn text(&self) -> String {
        let names: Vec<&str> = self.segments.iter().map(|name| name.value.as_str()).collect();
        names.join(".")
    }

    /// The name, where there is exactly one.
    pub fn single(&self) -> Option<&Name> {
        match self.segments.as_slice() {
            [only] => Some(only),
            [] | [_, ..] => None,
        }
    }

    /// The first name.
    pub fn first(&self) -> Option<&Name> {
        self.segments.first()
    }

    /// The last name.
    pub fn last(&self) -> Option<&Name> {
        self.segments.last()
    }
}

/// `crm.customers`, `"CRM DB".customers`: a physical table, each part a plain word or a quoted string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Catalog, schema, table: one to three parts, as they are named in the database.
    pub parts: Vec<Name>,
    /// The columns after `by` that lead from nested rows to the row that holds them; only in `rows`.
    pub by: Vec<Name>,
    /// The query of `from sql """…"""`, which stands instead of a name: then there are no parts.
    pub sql: Option<Text>,
    /// From the first part to the last, or the text of the query.
    pub span: Span,
}

/// A construct that the language has and this compiler does not support yet. The parser has reported it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// Its name as in the message: "`top … by …`".
    pub construct: &'static str,
    /// The whole construct.
    pub span: Span,
}

/// A clause that was written and could not be read. The parser has reported it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadClause {
    /// The clause's keyword, mended where it was misspelt (`consnt` counts as `consent`); `None` where nothing is close.
    pub keyword: Option<&'static str>,
    /// What was skipped.
    pub span: Span,
}

/// What a declaration lost: clauses with mistakes, and clauses that are not supported yet.
///
/// A later room asks [`Lost::wrote`] before it reports a clause as missing, so that one mistake gives one message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lost {
    /// Clauses that could not be read, in order.
    pub bad: Vec<BadClause>,
    /// Clauses that are refused by name, in order.
    pub unsupported: Vec<Unsupported>,
}

impl Lost {
    /// Whether a clause of this keyword was written but could not be read. For `from sql` ask for `table`.
    pub fn wrote(&self, keyword: &str) -> bool {
        self.bad.iter().any(|clause| clause.keyword == Some(keyword))
    }

    /// Whether nothing was lost: the declaration says exactly what its author wrote.
    pub fn is_empty(&self) -> bool {
        self.bad.is_empty() && self.unsupported.is_empty()
    }
}

/// What kind of subject an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// A human being.
    Person,
    /// A customer account, a company.
    Account,
    /// People who live together.
    Household,
    /// A device or a cookie.
    Device,
}

/// One label after a field's `is`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// `contact.email`: a category of the taxonomy.
    Category(Path),
    /// `direct`: identifies a person alone.
    Direct(Span),
    /// `quasi`: identifies in combination.
    Quasi(Span),
    /// `free text`: may hold anything.
    FreeText(Span),
    /// `protected`: an attribute that fairness protects.
    Protected(Span),
    /// `proxy for ethnicity`: tells of something that fairness protects.
    Proxy(Path),
}

impl Label {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Label::Category(path) | Label::Proxy(path) => path.span,
            Label::Direct(span) | Label::Quasi(span) | Label::FreeText(span) | Label::Protected(span) => *span,
        }
    }
}
