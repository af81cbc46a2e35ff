//! Physical tables as a segment reads them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Length, SubjectKind};

/// A table that is read as data. The same physical table may stand twice in a plan with different cuts (say, as data of the
/// segment and of nothing else); evaluators may share what is equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name in the language; unique within the plan.
    pub name: String,
    /// Its name in the warehouse, one part per dot.
    pub physical: Vec<String>,
    /// The columns that are read or cut by, each once; indices into this list are what other parts call a column.
    pub columns: Vec<Column>,
    /// What it is.
    pub role: Role,
    /// The clock and how far back rows are readable; `None`: no clock, all rows are (lookups, nested rows, `while listed`).
    pub clock: Option<Clock>,
    /// When rows became known.
    pub arrived: Option<usize>,
    /// Versions of one row.
    pub unique: Option<Unique>,
    /// Every declared column of the table by index into `columns`, for telling equal rows: fields, and columns that a clause names (all are present in
    /// `columns` where `unique` is, or where the role is an entity or lookup).
    pub declared: Vec<usize>,
    /// Rows without subject or time that are tolerated.
    pub tolerate: u64,
    /// Of role events only: the subject column holds ids, and the rows are of whom these are linked to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub along: Option<Along>,
}

/// Links from ids to subjects, along which rows of ids are read as rows of these.
///
/// A row, once it is cut, is a row of every subject to whom its id has a *readable* link: one with an id and a key, whose time is known
/// and lies in `[now − span, now)`. It counts once however many links say so, and a row of an id without readable link is nobody's,
/// absent and not counted. It is *sure* only where its id is linked to exactly one: where every link of the table whose id is alike
/// (outer blanks and capital ASCII letters make no difference), whatever its time, has that one key. Any other only possibly
/// matches, as do rows of related people who do not pass: a row set's rows of such a table are at most possible, whatever the filter. A
/// broken row leaves out everybody whose row it is. A link that lacks its id or its key (or whose key cannot be read), and a table of
/// links that is missing, empties the run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Along {
    /// The name of the ids.
    pub name: String,
    /// The table of the links in the warehouse.
    pub physical: Vec<String>,
    /// Its column that holds the id, of the kind that the rows' subject column has.
    pub from: String,
    /// Its column that holds the subject's key.
    pub to: String,
    /// What that column holds.
    pub to_kind: ColumnKind,
    /// When the two were linked.
    pub at: super::ClockColumn,
    /// How far back links are readable: U = R − S of the identity, always positive.
    pub span: Length,
}

/// What a table is to its readers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Role {
    /// Subjects, one row per key.
    Entity {
        /// The key's column.
        key: usize,
        /// What they are.
        kind: SubjectKind,
    },
    /// Rows of subjects.
    Events {
        /// The column that says whose row it is.
        subject: usize,
    },
    /// Rows nested in rows of another table, found by equal text of two columns.
    Nested {
        /// Index of the parent table.
        parent: usize,
        /// The column here.
        by: usize,
        /// The column there.
        parent_by: usize,
    },
    /// Rows reached by links.
    Lookup {
        /// The key's column.
        key: usize,
    },
}

/// A physical column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name in the warehouse.
    pub name: String,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// Whether a cell may be missing without breaking the row.
    pub optional: bool,
    /// The values that a text cell may hold; any other breaks the row.
    pub one_of: Option<Vec<String>>,
}

/// What cells hold. In CSV an empty cell is missing, in SQL only NULL is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Truth: `true`/`false` in CSV.
    Boolean,
    /// Whole numbers of 64 bits.
    Integer,
    /// Decimals, money, probabilities: 18 + 6 digits.
    Decimal,
    /// A civil date.
    Date,
    /// An instant: in CSV RFC 3339 (or with a space for the T) with an offset, in SQL a timestamp with time zone.
    Instant,
    /// Wall time of a zone: in CSV the same without offset, in SQL a timestamp without time zone.
    Wall {
        /// The IANA name.
        zone: String,
    },
    /// A UUID, compared in canonical lower-case text.
    Uuid,
    /// Degrees north or east, in a column of any numbers. They count rounded to six places (eleven centimetres), halves away from zero, and
    /// cannot be read beyond the limit, or where they are no number.
    Degrees {
        /// The greatest number of degrees either way: 90 or 180.
        limit: u16,
    },
    /// A version, in cells one to six whole numbers of one to nine digits with dots between them, and nothing else. Its value, and every
    /// literal that it is compared with, is a text: six numbers of nine digits each, with leading zeros, 0 where a number is not written.
    Version,
    /// A list of texts or whole numbers: in CSV a JSON array, in SQL an array. Its `one_of` holds of every element that is there.
    List {
        /// What its elements are: text or integer.
        of: Box<ColumnKind>,
    },
}

/// A table's clock.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Its column, of kind date, instant or wall. A date is the first instant of that civil day in the plan's zone.
    pub column: usize,
    /// U = R − S, always positive. Rows before now − U are absent.
    pub span: Length,
    /// Whether the clock says when the row happened (`at`); false for the field after `after` of an entity, where a missing clock
    /// hides the row without counting it among nobody's.
    pub happened: bool,
}

/// Versions of one row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unique {
    /// The key's column.
    pub key: usize,
    /// The column whose greatest value wins.
    pub latest_by: Option<usize>,
}

/// A to-one link between two tables of the plan: the row of `to` whose key equals the column. No row: every field across it is
/// missing. Two different rows: the row that links is broken. A missing column: no row. The row reached is read within its own
/// table's cut (an account past its retention is not there), and if it is itself broken in a column that is read, so is the row
/// that links.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its name in the language.
    pub name: String,
    /// The table that has the column.
    pub from: usize,
    /// The column.
    pub by: usize,
    /// The table it leads to, an entity or a lookup.
    pub to: usize,
}
