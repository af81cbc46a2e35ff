//! The tree of a `.seg` file: plain data, one file per construct, a place on everything.
//!
//! The tree keeps what was written and decides nothing: names are unresolved [`Path`]s, an expression may turn out to be a
//! condition or a value, a column may or may not be a field. Three promises hold for every tree that leaves the parser:
//!
//! 1. What could not be read is an `Error` arm (or a [`BadClause`] in [`Lost`]) and **has been reported**; later rooms stay silent about it.
//! 2. What is read but not supported yet is an [`Unsupported`] and **has been reported** by its name.
//! 3. A clause written twice **has been reported**; the tree holds the first one. Lists of clauses that may repeat keep their order.
//!
//! Nesting is bounded (see `syntax::limits`), chains of `and`, `or`, `+` and `*` are flat lists, so a walk by recursion is safe.

mod common;
mod counting;
mod data;
mod dates;
mod expr;
mod field;
mod item;
mod ledger;
mod literal;
mod placement;
mod places;
mod promises;
mod release;
mod report;
mod rules;
mod segment;
mod sequence;
mod time;

pub use common::{BadClause, Clause, Label, Lost, Name, Path, SubjectKind, Table, Text, Unsupported};
pub use counting::{Counting, Period, Periods, Regular};
pub use data::{
    Entity, Identity, Key, KeyType, Link, List, Lookup, Model, Moment, MomentKind, NestedRows, Origin, Residence,
    Retain, Sessions, Source, Subject, Trained, Unique,
};
pub use dates::{DatePart, InZone, Part, WEEKDAYS, weekday};
pub use expr::{
    Aggregate, AggregateFn, ArithOp, CompareOp, Events, Expr, ExprKind, Extreme, Filter, HasHow, Quantity, Rank,
    RankForm, RankSize, Rows, Sample, TextOp,
};
pub use field::{Field, FieldType, Labels, Type};
pub use item::{Category, Define, DefineBody, Doc, Infer, Item, ItemKind};
pub use ledger::{
    CaseThen, CaseWhen, Codes, ColumnCase, Current, Fresh, Ledger, LedgerState, PurposeCode, PurposeCodes,
    PurposeGrant, PurposeTarget, Refusal, StateCodes, StateColumn, VersionColumn,
};
pub use literal::{Literal, LiteralKind, Number};
pub use placement::{Placement, Show};
pub use places::{Around, Centre};
pub use promises::{Decides, Gathering, Informed, PurposePromises, SoftOptIn};
pub use release::Release;
pub use report::{Figure, FigureKind, FigureOf, Report};
pub use rules::{
    AppliesTo, Approval, Basis, Campaign, Destination, ExceptionTo, Forbid, Jurisdiction, Level, LevelWord, Limit,
    Match, OriginKind, Policy, Provider, Purpose, Require, Scope, Since, Valid,
};
pub use segment::{Cap, Consent, Holdout, Refresh, Review, Segment};
pub use sequence::{Later, Sequence, Step};
pub use time::{Date, Duration, Near, NearKind, Unit, Window, WindowKind};
