//! Dialects as data: what an engine can do, how it spells types and functions. One file per dialect, one line here.
//!
//! Emitters ask "can it?", never "is it?". A [`Func`] without a spelling does not compile, so a dialect is complete or absent.

mod bigquery;
mod duckdb;
mod postgres;
mod snowflake;

pub use bigquery::BIGQUERY;
pub use duckdb::DUCKDB;
pub use postgres::POSTGRES;
pub use snowflake::SNOWFLAKE;

use super::tree::Func;

/// Every dialect, in the order in which they are listed.
pub static DIALECTS: [&Dialect; 4] = [&DUCKDB, &POSTGRES, &SNOWFLAKE, &BIGQUERY];

/// The dialect of a name as `segma.toml` writes it.
pub fn named(name: &str) -> Option<&'static Dialect> {
    DIALECTS.into_iter().find(|dialect| dialect.name == name)
}

/// How well it is known that what is emitted does what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Run on the real engine in every test run, its rows compared with the reference's.
    Supported,
    /// Run on an engine that reads the same dialect.
    Compatible,
    /// Read by two independent parsers; never run.
    Parsed,
}

impl Tier {
    /// `supported`, `compatible` or `parsed`.
    pub fn word(self) -> &'static str {
        match self {
            Tier::Supported => "supported",
            Tier::Compatible => "compatible",
            Tier::Parsed => "parsed",
        }
    }
}

/// How string literals are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strings {
    /// A backslash is a backslash; quotes are doubled.
    Plain,
    /// The same, but `E'…'` where there is a backslash, as a setting may change what a plain one means.
    PlainOrE,
    /// A backslash escapes.
    Backslash,
}

/// How a view takes the place of an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// `CREATE OR REPLACE VIEW` may change columns.
    InPlace,
    /// Columns may only be appended: the old one is dropped in the same transaction.
    DropFirst,
}

/// How views and columns are commented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comments {
    /// `COMMENT ON VIEW` and `COMMENT ON COLUMN` after the view.
    Statements,
    /// `COMMENT = '…'` and `column COMMENT '…'` inside it.
    Inline,
    /// `OPTIONS(description = '…')` inside it.
    Options,
}

/// How unquoted or quoted names that differ only by case relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `"a"` and `"A"` are two names.
    Tells,
    /// They are, or may by a setting be, one.
    Folds,
}

/// What can be asked of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// Whatever the language asks.
    Any,
    /// Everything but `ignoring case`.
    Exact,
    /// Nothing, for a reason.
    Unsaid(&'static str),
}

/// Types by their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types {
    /// Text.
    pub text: &'static str,
    /// A civil date.
    pub day: &'static str,
    /// Wall time.
    pub wall: &'static str,
}

/// How the table of stored memberships is made and asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storing {
    /// The type of instants.
    pub instant: &'static str,
    /// The type of keys that are whole numbers.
    pub whole: &'static str,
    /// What stands behind the key's column where one row per key is promised, with a blank.
    pub key: &'static str,
    /// The first parameter of a prepared statement.
    pub parameter: &'static str,
}

/// A dialect.
#[derive(Debug)]
pub struct Dialect {
    /// Its name in `segma.toml` and in paths.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// How well it is known to be right.
    pub tier: Tier,
    /// What else its users must know; for the docs and `segma dialects`.
    pub notes: &'static [&'static str],
    /// String literals.
    pub strings: Strings,
    /// Around names.
    pub name_quote: char,
    /// Whether a backslash escapes inside names.
    pub names_backslash: bool,
    /// Characters that no name of a table or column can hold, quoted or not.
    pub names_lack: &'static str,
    /// The longest name, in bytes.
    pub name_bytes: usize,
    /// Whether names that differ only by case are two.
    pub case: Case,
    /// Schemas that belong to the engine, by exact lower-case name or prefix ending in `_`.
    pub system_schemas: &'static [&'static str],
    /// Around decimals.
    pub decimal: (&'static str, &'static str),
    /// Around instants, quotes excluded.
    pub instant: (&'static str, &'static str),
    /// Before wall times.
    pub wall: &'static str,
    /// Types.
    pub types: Types,
    /// Digits of the widest exact number; `None` without limit.
    pub digits: Option<u32>,
    /// `UNION` or `UNION DISTINCT`.
    pub union_distinct: &'static str,
    /// What a new view does to an old one.
    pub replace: Replace,
    /// What stands between the name of a common table and its parenthesis, with a blank: where an engine would compute it anew for
    /// every row that asks, it is told not to.
    pub cte_kind: &'static str,
    /// Whether nothing is known of the values in a common table when the engine chooses how to join it. It would think that hardly
    /// any row has a given code and that hardly two statements are of one person, and compare everybody with everybody.
    pub guesses_common_tables: bool,
    /// What stands between `CREATE OR REPLACE` and `VIEW`, with a blank.
    pub view_kind: &'static str,
    /// What stands after the view's columns, with a blank before: options that keep readers from seeing other people's rows.
    pub view_options: &'static str,
    /// Comments.
    pub comments: Comments,
    /// Whether schema changes can be rolled back, so that view and comments change together.
    pub transactions: bool,
    /// Stored memberships.
    pub storing: Storing,
    /// Whether a query can tell the physical type of a column, so that one of another type than the catalog declares empties the
    /// run instead of being cast by the settings of a session.
    pub tells_types: bool,
    /// Whether a setting of the session may make texts equal that differ: then the run is empty.
    pub collation_by_session: bool,
    /// What can be asked of lists.
    pub lists: Lists,
    /// The spelling of a function: `{0}` is an argument between commas or parentheses, `{0!}` one beside an operator, `{*}` all.
    pub spell: fn(Func) -> &'static str,
}
