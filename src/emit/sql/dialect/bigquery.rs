//! BigQuery: read by two parsers, never run here.

use super::{Case, Comments, Dialect, Lists, Replace, Storing, Strings, Tier, Types};
use crate::emit::sql::tree::Func;

/// BigQuery.
pub static BIGQUERY: Dialect = Dialect {
    name: "bigquery",
    title: "BigQuery",
    tier: Tier::Parsed,
    notes: &[
        "columns of names that differ only by case are one",
        "a reader's own question may be run before a view's conditions: authorise views, or hand out stored memberships instead",
    ],
    strings: Strings::Backslash,
    name_quote: '`',
    names_backslash: true,
    names_lack: "!\"$()*,./;?@[\\]^`{}~",
    name_bytes: 300,
    case: Case::Folds,
    system_schemas: &["information_schema", "_"],
    decimal: ("BIGNUMERIC '", "'"),
    instant: ("TIMESTAMP ", ""),
    wall: "DATETIME ",
    types: Types { text: "STRING", day: "DATE", wall: "DATETIME" },
    digits: None,
    union_distinct: "UNION DISTINCT",
    replace: Replace::InPlace,
    cte_kind: "",
    guesses_common_tables: false,
    view_kind: "",
    view_options: "",
    comments: Comments::Options,
    transactions: false,
    storing: Storing { instant: "TIMESTAMP", whole: "INT64", key: "", parameter: "@person" },
    tells_types: false,
    collation_by_session: false,
    lists: Lists::Unsaid("BigQuery tells a list that is missing from no empty one, and equal lists from no others"),
    spell,
};

fn spell(func: Func) -> &'static str {
    match func {
        Func::Now => "CURRENT_TIMESTAMP()",
        Func::InstantOfWall => "TIMESTAMP({0}, {1})",
        Func::WallOfInstant => "DATETIME({0}, {1})",
        Func::MinusHours => "TIMESTAMP_SUB({0}, INTERVAL {1} HOUR)",
        Func::MinusSeconds => "TIMESTAMP_SUB({0}, INTERVAL {1} SECOND)",
        Func::MinusMicrosecond => "TIMESTAMP_SUB({0}, INTERVAL 1 MICROSECOND)",
        Func::PlusSeconds => "TIMESTAMP_ADD({0}, INTERVAL {1} SECOND)",
        Func::PlusBetween => "TIMESTAMP_ADD({0}, INTERVAL TIMESTAMP_DIFF({1}, {2}, MICROSECOND) MICROSECOND)",
        Func::MinusMonths => "DATETIME_SUB({0}, INTERVAL {1} MONTH)",
        Func::PlusMonths => "DATETIME_ADD({0}, INTERVAL {1} MONTH)",
        Func::MinusDays => "DATE_SUB({0}, INTERVAL {1} DAY)",
        Func::PlusDays => "DATE_ADD({0}, INTERVAL {1} DAY)",
        Func::DaysBetween => "DATE_DIFF({1}, {0}, DAY)",
        // Integer division cuts towards zero, so it is done far above it.
        Func::WholeDaysBetween => {
            "DIV(TIMESTAMP_DIFF({1}, {0}, MICROSECOND) + 864000000000000000, 86400000000) - 10000000"
        }
        Func::WeekStart => "DATETIME_TRUNC({0}, ISOWEEK)",
        Func::MonthStart => "DATETIME_TRUNC({0}, MONTH)",
        Func::QuarterStart => "DATETIME_TRUNC({0}, QUARTER)",
        Func::YearStart => "DATETIME_TRUNC({0}, YEAR)",
        Func::YearOf => "EXTRACT(YEAR FROM {0})",
        Func::QuarterOf => "EXTRACT(QUARTER FROM {0})",
        Func::MonthOf => "EXTRACT(MONTH FROM {0})",
        Func::WeekOf => "EXTRACT(ISOWEEK FROM {0})",
        Func::DayOfMonth => "EXTRACT(DAY FROM {0})",
        Func::DayOfWeek => "MOD(EXTRACT(DAYOFWEEK FROM {0}) + 5, 7) + 1",
        Func::DayOfYear => "EXTRACT(DAYOFYEAR FROM {0})",
        Func::HourOf => "EXTRACT(HOUR FROM {0})",
        Func::MinuteOf => "EXTRACT(MINUTE FROM {0})",
        Func::PlusYears => "DATE_ADD({0}, INTERVAL {1} YEAR)",
        Func::MonthAndDay => "EXTRACT(MONTH FROM {0}) * 100 + EXTRACT(DAY FROM {0!})",
        Func::Greatest => "GREATEST({*})",
        Func::Least => "LEAST({*})",
        Func::Coalesce => "COALESCE({*})",
        Func::FoldAscii => "TRANSLATE({0}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')",
        Func::Trim => "TRIM({0}, ' ' || CHR(9) || CHR(10) || CHR(11) || CHR(12) || CHR(13))",
        Func::TrimAny => {
            "TRIM({0}, ' ' || CHR(9) || CHR(10) || CHR(11) || CHR(12) || CHR(13) || CHR(133) || CHR(160) || CHR(5760) \
             || CHR(8192) || CHR(8193) || CHR(8194) || CHR(8195) || CHR(8196) || CHR(8197) || CHR(8198) \
             || CHR(8199) || CHR(8200) || CHR(8201) || CHR(8202) || CHR(8232) || CHR(8233) || CHR(8239) \
             || CHR(8287) || CHR(12288))"
        }
        Func::Contains => "STRPOS({0}, {1}) > 0",
        Func::StartsWith => "STARTS_WITH({0}, {1})",
        Func::Matches => "REGEXP_CONTAINS({0}, {1})",
        Func::Right => "RIGHT({0}, {1})",
        Func::Substring => "SUBSTR({0}, {1}, {2})",
        Func::Length => "LENGTH({0})",
        Func::DigitsToZero => "TRANSLATE({0}, '123456789', '000000000')",
        Func::ByCodePoint => "{0}",
        Func::NumberOf => "COALESCE(REGEXP_EXTRACT({0}, {2}), '')",
        // Never asked: see `lists`.
        Func::TextsOf | Func::WholesOf | Func::ListOf | Func::ListFold | Func::ListHas | Func::ListWithin => "{0}",
        Func::UuidText => "LOWER(CAST({0} AS STRING))",
        Func::DayText => "FORMAT_DATE('%Y-%m-%d', {0})",
        Func::Sha256 => "TO_HEX(SHA256({0}))",
        Func::Hex7 => "CAST('0x' || SUBSTR({0}, 1, 7) AS INT64)",
        Func::Modulo => "MOD({0}, {1})",
        Func::Quotient => "div(CAST({0} AS BIGNUMERIC), CAST({1} AS BIGNUMERIC))",
        Func::Goes => "div({0}, {1})",
        Func::Sign => "SIGN({0})",
        Func::Abs => "ABS({0})",
        Func::NullIf => "NULLIF({0}, {1})",
        Func::WholeKey => "SAFE_CAST({0} AS INT64)",
        Func::Exact | Func::Digits38 => "CAST({0} AS BIGNUMERIC)",
        Func::DecimalOf => "SAFE_CAST({0} AS BIGNUMERIC)",
        Func::DecimalFits => {
            "ABS(SAFE_CAST({0} AS BIGNUMERIC)) < 1000000000000000000 \
             AND SAFE_CAST({0} AS BIGNUMERIC) = ROUND(SAFE_CAST({0} AS BIGNUMERIC), 6)"
        }
        Func::SixPlaces => "ROUND(SAFE_CAST({0} AS BIGNUMERIC), 6)",
        // The haversine formula on a sphere of 6371.0088 km; a factor just below 1 keeps rounding within what the arc sine takes.
        Func::Metres => {
            "12742017.6 * ASIN(SQRT(0.99999999999999 * (POWER(SIN((CAST({0} AS FLOAT64) - CAST({2} AS FLOAT64)) * 0.008726646259971648), 2) \
             + COS(CAST({0} AS FLOAT64) * 0.017453292519943295) * COS(CAST({2} AS FLOAT64) * 0.017453292519943295) \
             * POWER(SIN((CAST({1} AS FLOAT64) - CAST({3} AS FLOAT64)) * 0.008726646259971648), 2))))"
        }
        Func::Try => "{0}",
        // Never asked: see `tells_types`.
        Func::HoldsInstants | Func::HoldsWallTimes | Func::HoldsDays | Func::HoldsWholes | Func::HoldsTruths => "FALSE",
    }
}
