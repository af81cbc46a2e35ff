//! `from sql """…"""`: a query that stands instead of a table, in a closed language of its own.
//!
//! It holds no text of SQL: whatever is in the text is taken apart into these nodes or refused by name, and every dialect prints them
//! as it prints everything. So nothing that an author wrote can become anything else, and all of it can be followed: see [`trace`].

pub mod made;
pub mod read;
pub mod trace;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ArithmeticOp, CompareOp, Value};

/// Selections whose rows are put together: one, or several of one width.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The selections.
    pub of: Vec<Selection>,
    /// Whether equal rows are one (`UNION`), or every one stays (`UNION ALL`).
    pub distinct: bool,
}

/// One SELECT.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Whether equal rows are one.
    pub distinct: bool,
    /// Its columns.
    pub columns: Vec<Output>,
    /// Where its rows come from; the first is joined to nothing.
    pub from: Vec<Joined>,
    /// Which rows.
    pub filter: Option<Term>,
    /// Grouped by.
    pub group: Vec<Term>,
}

/// A column that is selected.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub term: Term,
}

/// Rows, and how they are joined to those before.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// Called.
    pub alias: String,
    /// What.
    pub of: Of,
    /// How.
    pub join: Join,
    /// On what.
    pub on: Option<Term>,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Of {
    /// A table of the warehouse, one part per dot.
    Table(Vec<String>),
    /// A query in parentheses, or one that was named with WITH.
    Query(Box<Body>),
}

/// How rows are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Those that match.
    Inner,
    /// Every one of those before, with or without a match.
    Left,
    /// Every pair.
    Cross,
}

/// An expression of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Term {
    /// A column of what is called so.
    Column {
        /// Of what.
        of: String,
        /// Its name.
        name: String,
    },
    /// A text, number, truth or day.
    Literal(Value),
    /// Nothing.
    Null,
    /// All.
    And(Vec<Term>),
    /// Any.
    Or(Vec<Term>),
    /// Not.
    Not(Box<Term>),
    /// A comparison.
    Compare {
        /// How.
        op: CompareOp,
        /// What.
        left: Box<Term>,
        /// With what.
        right: Box<Term>,
    },
    /// A sum, difference or product.
    Arithmetic {
        /// How; nothing is divided.
        op: ArithmeticOp,
        /// What.
        left: Box<Term>,
        /// With what.
        right: Box<Term>,
    },
    /// `IS NULL`
    Missing(Box<Term>),
    /// `IN` some literals.
    OneOf {
        /// What.
        of: Box<Term>,
        /// The literals.
        values: Vec<Value>,
    },
    /// The first arm whose condition is true.
    Case {
        /// Conditions and what they give.
        arms: Vec<(Term, Term)>,
        /// Else.
        otherwise: Option<Box<Term>>,
    },
    /// A function of one row.
    Call {
        /// Which.
        func: Func,
        /// Of what.
        of: Vec<Term>,
    },
    /// A function of a group of rows; `None` counts rows.
    Fold {
        /// Which.
        func: Fold,
        /// Of what.
        of: Option<Box<Term>>,
    },
    /// A text of a value, or the day that a text spells (one that spells none fails the whole query).
    Cast {
        /// Of what.
        of: Box<Term>,
        /// Whether to a day; else to a text.
        day: bool,
    },
    /// Whether there is such a row; columns of the rows around may be named in it.
    Exists(Box<Selection>),
}

/// Functions of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Func {
    /// The first that is not missing.
    Coalesce,
    /// Missing where both are equal, else the first.
    NullIf,
    /// A number without its sign.
    Abs,
}

/// Functions of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the word itself")]
pub enum Fold {
    Count,
    CountDistinct,
    Sum,
    Min,
    Max,
}

impl Term {
    /// Shows the terms that it is made of; what stands in [`Term::Exists`] is not among them.
    pub fn parts(&self) -> Vec<&Term> {
        match self {
            Term::Column { .. } | Term::Literal(_) | Term::Null | Term::Exists(_) => Vec::new(),
            Term::And(all) | Term::Or(all) | Term::Call { of: all, .. } => all.iter().collect(),
            Term::Not(of) | Term::Missing(of) | Term::OneOf { of, .. } | Term::Cast { of, .. } => vec![of],
            Term::Compare { left, right, .. } | Term::Arithmetic { left, right, .. } => vec![left, right],
            Term::Case { arms, otherwise } => {
                let arms = arms.iter().flat_map(|(when, then)| [when, then]);
                arms.chain(otherwise.iter().map(|term| &**term)).collect()
            }
            Term::Fold { of, .. } => of.iter().map(|term| &**term).collect(),
        }
    }
}
