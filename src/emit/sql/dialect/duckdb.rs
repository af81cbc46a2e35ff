//! DuckDB: run in every test, in two versions.

use super::{Case, Comments, Dialect, Lists, Replace, Storing, Strings, Tier, Types};
use crate::emit::sql::tree::Func;

/// DuckDB.
pub static DUCKDB: Dialect = Dialect {
    name: "duckdb",
    title: "DuckDB",
    tier: Tier::Supported,
    notes: &[
        "`now()` is the start of the transaction: read views outside one, where it is the statement's",
        "a database file must not be called like a schema that is read: DuckDB could not tell `shop.orders` in `shop.db`",
    ],
    strings: Strings::Plain,
    name_quote: '"',
    names_backslash: false,
    names_lack: "",
    name_bytes: 255,
    case: Case::Folds,
    system_schemas: &["information_schema", "pg_catalog", "pg_", "duckdb_", "temp", "system"],
    decimal: ("", ""),
    instant: ("TIMESTAMPTZ ", ""),
    wall: "TIMESTAMP ",
    types: Types { text: "VARCHAR", day: "DATE", wall: "TIMESTAMP" },
    digits: Some(38),
    union_distinct: "UNION",
    replace: Replace::InPlace,
    cte_kind: "",
    guesses_common_tables: false,
    view_kind: "",
    view_options: "",
    comments: Comments::Statements,
    transactions: true,
    storing: Storing { instant: "TIMESTAMPTZ", whole: "BIGINT", key: " PRIMARY KEY", parameter: "$1" },
    tells_types: true,
    collation_by_session: true,
    lists: Lists::Any,
    spell,
};

fn spell(func: Func) -> &'static str {
    match func {
        Func::Now => "now()",
        Func::InstantOfWall | Func::WallOfInstant => "{0!} AT TIME ZONE {1}",
        Func::MinusHours => "{0!} - INTERVAL '{1} hours'",
        Func::MinusSeconds => "{0!} - INTERVAL '{1} seconds'",
        Func::MinusMicrosecond => "{0!} - INTERVAL '1 microseconds'",
        Func::PlusSeconds => "{0!} + INTERVAL '{1} seconds'",
        Func::PlusBetween => "{0!} + to_microseconds(epoch_us({1}) - epoch_us({2}))",
        Func::MinusMonths => "{0!} - INTERVAL '{1} months'",
        Func::PlusMonths => "{0!} + INTERVAL '{1} months'",
        Func::MinusDays => "{0!} - {1}",
        Func::PlusDays => "{0!} + {1}",
        Func::DaysBetween => "{1!} - {0!}",
        // Integer division cuts towards zero, so it is done far above it.
        Func::WholeDaysBetween => "divide(epoch_us({1}) - epoch_us({0}) + 864000000000000000, 86400000000) - 10000000",
        Func::WeekStart => "date_trunc('week', {0})",
        Func::MonthStart => "date_trunc('month', {0})",
        Func::QuarterStart => "date_trunc('quarter', {0})",
        Func::YearStart => "date_trunc('year', {0})",
        Func::YearOf => "EXTRACT(YEAR FROM {0})",
        Func::QuarterOf => "EXTRACT(QUARTER FROM {0})",
        Func::MonthOf => "EXTRACT(MONTH FROM {0})",
        Func::WeekOf => "EXTRACT(WEEK FROM {0})",
        Func::DayOfMonth => "EXTRACT(DAY FROM {0})",
        Func::DayOfWeek => "EXTRACT(ISODOW FROM {0})",
        Func::DayOfYear => "EXTRACT(DOY FROM {0})",
        Func::HourOf => "EXTRACT(HOUR FROM {0})",
        Func::MinuteOf => "EXTRACT(MINUTE FROM {0})",
        Func::PlusYears => "{0!} + INTERVAL '12 months' * ({1})",
        Func::MonthAndDay => "EXTRACT(MONTH FROM {0}) * 100 + EXTRACT(DAY FROM {0!})",
        Func::Greatest => "greatest({*})",
        Func::Least => "least({*})",
        Func::Coalesce => "coalesce({*})",
        Func::FoldAscii => "translate({0}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')",
        Func::Trim => "trim({0}, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13))",
        Func::TrimAny => {
            "trim({0}, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(133) || chr(160) || chr(5760) \
             || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197) || chr(8198) \
             || chr(8199) || chr(8200) || chr(8201) || chr(8202) || chr(8232) || chr(8233) || chr(8239) \
             || chr(8287) || chr(12288))"
        }
        Func::Contains => "contains({0}, {1})",
        Func::StartsWith => "starts_with({0}, {1})",
        Func::Matches => "regexp_full_match({0}, {1})",
        Func::Right => "right({0}, {1})",
        Func::Substring => "substr({0}, {1}, {2})",
        Func::Length => "length({0})",
        Func::DigitsToZero => "translate({0}, '123456789', '000000000')",
        Func::ByCodePoint => "{0!} COLLATE \"C\"",
        Func::NumberOf => "split_part({0}, '.', {1})",
        Func::TextsOf => "TRY_CAST({0} AS VARCHAR[])",
        Func::WholesOf => "TRY_CAST({0} AS BIGINT[])",
        Func::ListOf => "list_value({*})",
        // What a list is written as is read back as the same list, whatever its texts hold.
        Func::ListFold => {
            "CAST(translate(CAST({0} AS VARCHAR), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') AS VARCHAR[])"
        }
        Func::ListHas => "CASE WHEN list_contains({0}, {1}) THEN TRUE WHEN len({0}) = list_count({0}) THEN FALSE END",
        Func::ListWithin => "list_has_all({1}, {0})",
        Func::UuidText => "lower(CAST({0} AS VARCHAR))",
        Func::DayText => "strftime({0}, '%Y-%m-%d')",
        Func::Sha256 => "sha256({0})",
        Func::Hex7 => "CAST('0x' || substr({0}, 1, 7) AS BIGINT)",
        Func::Modulo => "{0!} % {1!}",
        Func::Quotient => "CAST(divide(CAST({0} AS HUGEINT), {1}) AS DECIMAL(32, 0))",
        Func::Goes => "divide({0}, {1})",
        Func::Digits38 => "CAST({0} AS HUGEINT)",
        Func::Sign => "sign({0})",
        Func::Abs => "abs({0})",
        Func::NullIf => "nullif({0}, {1})",
        Func::WholeKey => "TRY_CAST({0} AS BIGINT)",
        Func::Exact => "CAST({0} AS DECIMAL(19, 0))",
        Func::DecimalOf => "TRY_CAST({0} AS DECIMAL(24, 6))",
        Func::DecimalFits => "try(TRY_CAST({0} AS DECIMAL(24, 6)) = {0!})",
        Func::SixPlaces => "TRY_CAST({0} AS DECIMAL(24, 6))",
        // The haversine formula on a sphere of 6371.0088 km; a factor just below 1 keeps rounding within what the arc sine takes.
        Func::Metres => {
            "12742017.6 * asin(sqrt(0.99999999999999 * (power(sin(radians(CAST({0} AS DOUBLE) - CAST({2} AS DOUBLE)) * 0.5), 2) \
             + cos(radians(CAST({0} AS DOUBLE))) * cos(radians(CAST({2} AS DOUBLE))) \
             * power(sin(radians(CAST({1} AS DOUBLE) - CAST({3} AS DOUBLE)) * 0.5), 2))))"
        }
        Func::Try => "try({0})",
        Func::HoldsInstants => "typeof({0}) = 'TIMESTAMP WITH TIME ZONE'",
        Func::HoldsWallTimes => "typeof({0}) IN ('TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS')",
        Func::HoldsDays => "typeof({0}) = 'DATE'",
        Func::HoldsWholes => {
            "typeof({0}) IN ('BIGINT', 'INTEGER', 'SMALLINT', 'TINYINT', 'HUGEINT', \
             'UBIGINT', 'UINTEGER', 'USMALLINT', 'UTINYINT', 'UHUGEINT')"
        }
        Func::HoldsTruths => "typeof({0}) = 'BOOLEAN'",
    }
}
