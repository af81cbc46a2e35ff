//! What each dialect may hold: how it quotes, the closed list of its functions and types, and the literals that views use on their own.
//!
//! Written down a second time on purpose: a function that an emitter learns is refused here until somebody lists it.

use crate::plan::ColumnKind;
use sqlparser::dialect::{BigQueryDialect, Dialect, DuckDbDialect, PostgreSqlDialect, SnowflakeDialect};

/// A dialect as this reader knows it.
#[derive(Debug)]
pub struct Reader {
    /// Its name.
    pub name: &'static str,
    /// Around names.
    pub name_quote: char,
    /// Whether a backslash means something in names; such names are refused.
    pub backslash_in_names: bool,
    /// Whether a backslash escapes in plain literals.
    pub backslash_in_text: bool,
    /// Whether `E'…'` is a literal.
    pub e_text: bool,
    /// The longest name that is kept, in bytes.
    pub name_bytes: usize,
    /// Functions of this dialect, besides those of all.
    functions: &'static [&'static str],
    /// Types that something is cast to.
    pub types: &'static [&'static str],
    /// Types before literals.
    pub typed: &'static [&'static str],
    /// The function that gives the instant of evaluation.
    pub now: &'static str,
    /// The function that tells the physical type of a column, where there is one.
    pub type_of: Option<&'static str>,
}

/// Functions of every dialect.
const FUNCTIONS: [&str; 27] = [
    "count",
    "sum",
    "min",
    "max",
    "row_number",
    "rank",
    "lead",
    "greatest",
    "least",
    "coalesce",
    "translate",
    "chr",
    "sign",
    "abs",
    "round",
    "nullif",
    "length",
    "right",
    "substr",
    "lower",
    "trim",
    "starts_with",
    "asin",
    "sqrt",
    "power",
    "sin",
    "cos",
];

static READERS: [Reader; 4] = [
    Reader {
        name: "duckdb",
        name_quote: '"',
        backslash_in_names: false,
        backslash_in_text: false,
        e_text: false,
        name_bytes: 255,
        functions: &[
            "typeof",
            "radians",
            "split_part",
            "list_value",
            "list_contains",
            "list_count",
            "list_has_all",
            "len",
            "now",
            "to_microseconds",
            "epoch_us",
            "divide",
            "regexp_full_match",
            "date_trunc",
            "contains",
            "strftime",
            "sha256",
            "try",
        ],
        types: &[
            "varchar",
            "varchar[]",
            "bigint[]",
            "date",
            "timestamp",
            "bigint",
            "hugeint",
            "decimal(19,0)",
            "decimal(24,6)",
            "decimal(32,0)",
            "double",
        ],
        typed: &["date", "timestamp", "timestamptz"],
        now: "now",
        type_of: Some("typeof"),
    },
    Reader {
        name: "postgres",
        name_quote: '"',
        backslash_in_names: false,
        backslash_in_text: false,
        e_text: true,
        name_bytes: 63,
        functions: &[
            "statement_timestamp",
            "pg_typeof",
            "radians",
            "split_part",
            "array_replace",
            "make_interval",
            "regexp_like",
            "div",
            "date_trunc",
            "btrim",
            "strpos",
            "to_char",
            "encode",
            "sha256",
            "convert_to",
        ],
        types: &[
            "text",
            "text[]",
            "bigint[]",
            "date",
            "timestamp",
            "numeric",
            "float8",
            "bit(28)",
            "integer",
            "regtype",
        ],
        typed: &["date", "timestamp", "timestamptz"],
        now: "statement_timestamp",
        type_of: Some("pg_typeof"),
    },
    Reader {
        name: "snowflake",
        name_quote: '"',
        backslash_in_names: false,
        backslash_in_text: true,
        e_text: false,
        name_bytes: 255,
        functions: &[
            "current_timestamp",
            "radians",
            "convert_timezone",
            "split_part",
            "array_construct",
            "array_contains",
            "array_size",
            "array_compact",
            "array_except",
            "to_variant",
            "dateadd",
            "timestampdiff",
            "datediff",
            "div0",
            "regexp_like",
            "dayofweekiso",
            "weekiso",
            "dayofyear",
            "date_trunc",
            "contains",
            "startswith",
            "to_char",
            "sha2",
            "to_number",
            "mod",
            "try_to_number",
            "collate",
        ],
        types: &[
            "varchar",
            "date",
            "timestamp_ntz",
            "timestamp_tz",
            "number(19,0)",
            "number(38,0)",
            "number(38,6)",
            "double",
        ],
        typed: &["date", "timestamp_ntz"],
        now: "current_timestamp",
        type_of: None,
    },
    Reader {
        name: "bigquery",
        name_quote: '`',
        backslash_in_names: true,
        backslash_in_text: true,
        e_text: false,
        name_bytes: 300,
        functions: &[
            "current_timestamp",
            "timestamp",
            "datetime",
            "timestamp_sub",
            "timestamp_add",
            "timestamp_diff",
            "date_diff",
            "regexp_contains",
            "regexp_extract",
            "div",
            "datetime_sub",
            "datetime_add",
            "datetime_trunc",
            "date_sub",
            "date_add",
            "strpos",
            "to_hex",
            "sha256",
            "format_date",
            "mod",
        ],
        types: &["string", "date", "datetime", "bignumeric", "int64", "float64"],
        typed: &["date", "timestamp", "datetime", "bignumeric"],
        now: "current_timestamp",
        type_of: None,
    },
];

/// Literals that views hold on their own: formats, units, alphabets, and the shapes of notice versions.
pub const TEXTS: [&str; 41] = [
    ".",
    "^(?:[0-9]{1,9}(?:[.][0-9]{1,9}){0,5})$",
    "^(?:[0-9]+[.]){0}([0-9]+)",
    "^(?:[0-9]+[.]){1}([0-9]+)",
    "^(?:[0-9]+[.]){2}([0-9]+)",
    "^(?:[0-9]+[.]){3}([0-9]+)",
    "^(?:[0-9]+[.]){4}([0-9]+)",
    "^(?:[0-9]+[.]){5}([0-9]+)",
    "a",
    "A",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "abcdefghijklmnopqrstuvwxyz",
    "123456789",
    "000000000",
    "0000-00",
    "0000-00-00",
    "01",
    "12",
    "31",
    "-01",
    " ",
    "week",
    "month",
    "quarter",
    "year",
    "day",
    "hour",
    "second",
    "microsecond",
    "YYYY-MM-DD",
    "%Y-%m-%d",
    "UTF8",
    "hex",
    "x",
    "0x",
    "XXXXXXX",
    "UTC",
    " +00:00",
    "",
    "true",
    "false",
];

/// The physical types that a column may have by what it is declared to hold, in any dialect that tells; none where it may be any.
pub fn type_names(kind: &ColumnKind) -> &'static [&'static str] {
    match kind {
        ColumnKind::Instant => &["TIMESTAMP WITH TIME ZONE", "timestamp with time zone"],
        ColumnKind::Wall { .. } => {
            &["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "timestamp without time zone"]
        }
        ColumnKind::Date => &["DATE", "date"],
        ColumnKind::Integer => &[
            "TINYINT",
            "SMALLINT",
            "INTEGER",
            "BIGINT",
            "HUGEINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
            "UHUGEINT",
            "smallint",
            "integer",
            "bigint",
        ],
        ColumnKind::Boolean => &["BOOLEAN", "boolean"],
        ColumnKind::Text
        | ColumnKind::Decimal
        | ColumnKind::Degrees { .. }
        | ColumnKind::Uuid
        | ColumnKind::Version
        | ColumnKind::List { .. } => &[],
    }
}

/// Words without quotes that may stand as arguments of functions.
pub const UNITS: [&str; 7] = ["microsecond", "month", "isoweek", "quarter", "year", "day", "week"];

/// Instants and days that views hold on their own: the borders of what is known, of what engines can convert, and of days at them.
pub const TIMES: [&str; 11] = [
    "0001-01-01",
    "0001-01-02",
    "1970-01-01",
    "1970-01-02",
    "1970-01-03",
    "2099-12-31",
    "2100-01-01",
    "2100-01-02",
    "9000-01-01",
    "9999-12-30",
    "9999-12-31",
];

/// The reader of a dialect.
pub fn reader(name: &str) -> Option<&'static Reader> {
    READERS.iter().find(|reader| reader.name == name)
}

impl Reader {
    /// Whether a function is listed.
    pub fn knows_function(&self, name: &str) -> bool {
        FUNCTIONS.contains(&name) || self.functions.contains(&name)
    }

    /// Whether a doubled quote is one quote: where a backslash escapes, only the backslash does.
    pub fn doubled_in_text(&self, backslash: bool) -> bool {
        !backslash || self.e_text
    }

    /// The library's reader of this dialect.
    pub fn dialect(&self) -> Box<dyn Dialect> {
        match self.name {
            "duckdb" => Box::new(DuckDbDialect {}),
            "postgres" => Box::new(PostgreSqlDialect {}),
            "snowflake" => Box::new(SnowflakeDialect {}),
            _ => Box::new(BigQueryDialect {}),
        }
    }
}
