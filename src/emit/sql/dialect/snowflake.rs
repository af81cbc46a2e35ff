//! Snowflake: read by two parsers, never run here.

use super::{Case, Comments, Dialect, Lists, Replace, Storing, Strings, Tier, Types};
use crate::emit::sql::tree::Func;

/// Snowflake.
pub static SNOWFLAKE: Dialect = Dialect {
    name: "snowflake",
    title: "Snowflake",
    tier: Tier::Parsed,
    notes: &[
        "views are SECURE, so that no optimisation lets a reader see rows that the view leaves out, and keep their grants",
        "numbers of more than 38 digits are an error there, and an error yields no rows",
    ],
    strings: Strings::Backslash,
    name_quote: '"',
    names_backslash: false,
    names_lack: "",
    name_bytes: 255,
    case: Case::Folds,
    system_schemas: &["information_schema"],
    decimal: ("", ""),
    instant: ("CAST(", " AS TIMESTAMP_TZ)"),
    wall: "TIMESTAMP_NTZ ",
    types: Types { text: "VARCHAR", day: "DATE", wall: "TIMESTAMP_NTZ" },
    digits: Some(38),
    union_distinct: "UNION",
    replace: Replace::InPlace,
    cte_kind: "",
    guesses_common_tables: false,
    view_kind: "SECURE ",
    view_options: " COPY GRANTS",
    comments: Comments::Inline,
    transactions: false,
    storing: Storing { instant: "TIMESTAMP_TZ", whole: "NUMBER(38, 0)", key: " PRIMARY KEY", parameter: "?" },
    tells_types: false,
    collation_by_session: false,
    lists: Lists::Exact,
    spell,
};

fn spell(func: Func) -> &'static str {
    match func {
        Func::Now => "CURRENT_TIMESTAMP()",
        Func::InstantOfWall => "CAST(CONVERT_TIMEZONE({1}, 'UTC', {0}) || ' +00:00' AS TIMESTAMP_TZ)",
        Func::WallOfInstant => "CAST(CONVERT_TIMEZONE({1}, {0}) AS TIMESTAMP_NTZ)",
        Func::MinusHours => "DATEADD('hour', -{1}, {0})",
        Func::MinusSeconds => "DATEADD('second', -{1}, {0})",
        Func::MinusMicrosecond => "DATEADD('microsecond', -1, {0})",
        Func::PlusSeconds => "DATEADD('second', {1}, {0})",
        Func::PlusBetween => "DATEADD('microsecond', TIMESTAMPDIFF('microsecond', {2}, {1}), {0})",
        Func::MinusMonths => "DATEADD('month', -{1}, {0})",
        Func::PlusMonths => "DATEADD('month', {1}, {0})",
        Func::MinusDays => "DATEADD('day', -({1}), {0})",
        Func::PlusDays => "DATEADD('day', {1}, {0})",
        Func::DaysBetween => "DATEDIFF('day', {0}, {1})",
        // Division rounds, so only what divides evenly is divided, far above zero.
        Func::WholeDaysBetween => {
            "DIV0(TIMESTAMPDIFF('microsecond', {0}, {1}) + 864000000000000000 - MOD(TIMESTAMPDIFF('microsecond', {0}, {1}) + 864000000000000000, 86400000000), 86400000000) - 10000000"
        }
        // Independent of the parameter WEEK_START.
        Func::WeekStart => "DATEADD('day', 1 - DAYOFWEEKISO({0}), DATE_TRUNC('day', {0}))",
        Func::MonthStart => "DATE_TRUNC('month', {0})",
        Func::QuarterStart => "DATE_TRUNC('quarter', {0})",
        Func::YearStart => "DATE_TRUNC('year', {0})",
        Func::YearOf => "EXTRACT(YEAR FROM {0})",
        Func::QuarterOf => "EXTRACT(QUARTER FROM {0})",
        Func::MonthOf => "EXTRACT(MONTH FROM {0})",
        Func::WeekOf => "WEEKISO({0})",
        Func::DayOfMonth => "EXTRACT(DAY FROM {0})",
        Func::DayOfWeek => "DAYOFWEEKISO({0})",
        Func::DayOfYear => "DAYOFYEAR({0})",
        Func::HourOf => "EXTRACT(HOUR FROM {0})",
        Func::MinuteOf => "EXTRACT(MINUTE FROM {0})",
        Func::PlusYears => "DATEADD('year', {1}, {0})",
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
        Func::Contains => "CONTAINS({0}, {1})",
        Func::StartsWith => "STARTSWITH({0}, {1})",
        Func::Matches => "REGEXP_LIKE({0}, {1})",
        Func::Right => "RIGHT({0}, {1})",
        Func::Substring => "SUBSTR({0}, {1}, {2})",
        Func::Length => "LENGTH({0})",
        Func::DigitsToZero => "TRANSLATE({0}, '123456789', '000000000')",
        Func::ByCodePoint => "COLLATE({0}, '')",
        Func::NumberOf => "SPLIT_PART({0}, '.', {1})",
        Func::TextsOf | Func::WholesOf | Func::ListFold => "{0}",
        Func::ListOf => "ARRAY_CONSTRUCT({*})",
        Func::ListHas => {
            "CASE WHEN ARRAY_CONTAINS(TO_VARIANT({1}), {0}) THEN TRUE \
             WHEN ARRAY_SIZE({0}) = ARRAY_SIZE(ARRAY_COMPACT({0})) THEN FALSE END"
        }
        Func::ListWithin => "ARRAY_SIZE(ARRAY_EXCEPT(ARRAY_COMPACT({0}), {1})) = 0",
        Func::UuidText => "LOWER(CAST({0} AS VARCHAR))",
        Func::DayText => "TO_CHAR({0}, 'YYYY-MM-DD')",
        Func::Sha256 => "SHA2({0}, 256)",
        Func::Hex7 => "TO_NUMBER(SUBSTR({0}, 1, 7), 'XXXXXXX')",
        Func::Modulo => "MOD({0}, {1})",
        // A quotient keeps few digits, and is rounded: what is left over is taken away before, so that none are needed.
        Func::Quotient | Func::Goes => "div0({0!} - MOD({0}, {1}), {1})",
        Func::Digits38 => "CAST({0} AS NUMBER(38, 0))",
        Func::Sign => "SIGN({0})",
        Func::Abs => "ABS({0})",
        Func::NullIf => "NULLIF({0}, {1})",
        Func::WholeKey => "TRY_TO_NUMBER(CAST({0} AS VARCHAR), 38, 0)",
        Func::Exact => "CAST({0} AS NUMBER(19, 0))",
        Func::DecimalOf => "CAST({0} AS NUMBER(38, 6))",
        Func::DecimalFits => "ABS({0}) < 1000000000000000000 AND {0!} = ROUND({0}, 6)",
        Func::SixPlaces => "CAST(ROUND({0}, 6) AS NUMBER(38, 6))",
        // The haversine formula on a sphere of 6371.0088 km; a factor just below 1 keeps rounding within what the arc sine takes.
        Func::Metres => {
            "12742017.6 * ASIN(SQRT(0.99999999999999 * (POWER(SIN(RADIANS(CAST({0} AS DOUBLE) - CAST({2} AS DOUBLE)) * 0.5), 2) \
             + COS(RADIANS(CAST({0} AS DOUBLE))) * COS(RADIANS(CAST({2} AS DOUBLE))) \
             * POWER(SIN(RADIANS(CAST({1} AS DOUBLE) - CAST({3} AS DOUBLE)) * 0.5), 2))))"
        }
        Func::Try => "{0}",
        // Never asked: see `tells_types`.
        Func::HoldsInstants | Func::HoldsWallTimes | Func::HoldsDays | Func::HoldsWholes | Func::HoldsTruths => "FALSE",
    }
}
