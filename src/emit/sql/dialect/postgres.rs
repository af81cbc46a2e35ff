//! PostgreSQL, from 15 on: run in every test.

use super::{Case, Comments, Dialect, Lists, Replace, Storing, Strings, Tier, Types};
use crate::emit::sql::tree::Func;

/// PostgreSQL.
pub static POSTGRES: Dialect = Dialect {
    name: "postgres",
    title: "PostgreSQL",
    tier: Tier::Supported,
    notes: &[
        "a view is dropped and made anew in one transaction, as its columns may have changed: grants on it must be given again",
        "views are security barriers, so that no function of a reader sees rows that the view leaves out",
    ],
    strings: Strings::PlainOrE,
    name_quote: '"',
    names_backslash: false,
    names_lack: "",
    name_bytes: 63,
    case: Case::Tells,
    system_schemas: &["information_schema", "pg_"],
    decimal: ("", ""),
    instant: ("TIMESTAMPTZ ", ""),
    wall: "TIMESTAMP ",
    types: Types { text: "text", day: "date", wall: "timestamp" },
    digits: None,
    union_distinct: "UNION",
    replace: Replace::DropFirst,
    cte_kind: "MATERIALIZED ",
    guesses_common_tables: true,
    view_kind: "",
    view_options: " WITH (security_barrier = true)",
    comments: Comments::Statements,
    transactions: true,
    storing: Storing { instant: "timestamptz", whole: "bigint", key: " PRIMARY KEY", parameter: "$1" },
    tells_types: true,
    collation_by_session: false,
    lists: Lists::Any,
    spell,
};

fn spell(func: Func) -> &'static str {
    match func {
        Func::Now => "statement_timestamp()",
        Func::InstantOfWall | Func::WallOfInstant => "{0!} AT TIME ZONE {1}",
        Func::MinusHours => "{0!} - INTERVAL '{1} hours'",
        Func::MinusSeconds => "{0!} - INTERVAL '{1} seconds'",
        Func::MinusMicrosecond => "{0!} - INTERVAL '1 microseconds'",
        Func::PlusSeconds => "{0!} + INTERVAL '{1} seconds'",
        // The difference of two instants in PostgreSQL counts days of 24 hours; hours alone keep it exact across a change of clocks.
        Func::PlusBetween => "{0!} + make_interval(secs => EXTRACT(EPOCH FROM {1}) - EXTRACT(EPOCH FROM {2}))",
        Func::MinusMonths => "{0!} - INTERVAL '{1} months'",
        Func::PlusMonths => "{0!} + INTERVAL '{1} months'",
        Func::MinusDays => "{0!} - {1}",
        Func::PlusDays => "{0!} + {1}",
        Func::DaysBetween => "{1!} - {0!}",
        // Integer division cuts towards zero, so it is done far above it.
        Func::WholeDaysBetween => {
            "div(EXTRACT(EPOCH FROM {1}) - EXTRACT(EPOCH FROM {0}) + 864000000000, 86400) - 10000000"
        }
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
        Func::Trim => "btrim({0}, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13))",
        Func::TrimAny => {
            "btrim({0}, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(133) || chr(160) || chr(5760) \
             || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197) || chr(8198) \
             || chr(8199) || chr(8200) || chr(8201) || chr(8202) || chr(8232) || chr(8233) || chr(8239) \
             || chr(8287) || chr(12288))"
        }
        Func::Contains => "strpos({0}, {1}) > 0",
        Func::StartsWith => "starts_with({0}, {1})",
        Func::Matches => "regexp_like({0}, {1})",
        Func::Right => "right({0}, {1})",
        Func::Substring => "substr({0}, {1}, {2})",
        Func::Length => "length({0})",
        Func::DigitsToZero => "translate({0}, '123456789', '000000000')",
        Func::ByCodePoint => "{0!} COLLATE \"C\"",
        Func::NumberOf => "split_part({0}, '.', {1})",
        // Of what is no array there is no such function, so that nothing is cast that might not be one.
        Func::TextsOf => "CAST(array_replace({0}, NULL, NULL) AS text[])",
        Func::WholesOf => "CAST(array_replace({0}, NULL, NULL) AS bigint[])",
        Func::ListOf => "ARRAY[{*}]",
        // What an array is written as is read back as the same array, whatever its texts hold.
        Func::ListFold => {
            "CAST(translate(CAST({0} AS text), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') AS text[])"
        }
        Func::ListHas => "{1!} = ANY({0})",
        Func::ListWithin => "array_replace({0}, NULL, {2}) <@ {1!}",
        Func::UuidText => "lower(CAST({0} AS text))",
        Func::DayText => "to_char({0}, 'YYYY-MM-DD')",
        Func::Sha256 => "encode(sha256(convert_to({0}, 'UTF8')), 'hex')",
        Func::Hex7 => "CAST(CAST('x' || substr({0}, 1, 7) AS bit(28)) AS integer)",
        Func::Modulo => "{0!} % {1!}",
        Func::Quotient | Func::Goes => "div({0}, {1})",
        Func::Sign => "sign({0})",
        Func::Abs => "abs({0})",
        Func::NullIf => "nullif({0}, {1})",
        Func::WholeKey => "{0}",
        Func::Exact | Func::Digits38 | Func::DecimalOf => "CAST({0} AS numeric)",
        Func::DecimalFits if crate::faults::on(crate::faults::Fault::F37) => "{0!} = {0!}",
        Func::DecimalFits => {
            "abs(CAST({0} AS numeric)) < 1000000000000000000 AND CAST({0} AS numeric) = round(CAST({0} AS numeric), 6)"
        }
        Func::SixPlaces => "round(CAST({0} AS numeric), 6)",
        // The haversine formula on a sphere of 6371.0088 km; a factor just below 1 keeps rounding within what the arc sine takes.
        Func::Metres => {
            "12742017.6 * asin(sqrt(0.99999999999999 * (power(sin(radians(CAST({0} AS float8) - CAST({2} AS float8)) * 0.5), 2) \
             + cos(radians(CAST({0} AS float8))) * cos(radians(CAST({2} AS float8))) \
             * power(sin(radians(CAST({1} AS float8) - CAST({3} AS float8)) * 0.5), 2))))"
        }
        Func::Try => "{0}",
        Func::HoldsInstants => "pg_typeof({0}) = CAST('timestamp with time zone' AS regtype)",
        Func::HoldsWallTimes => "pg_typeof({0}) = CAST('timestamp without time zone' AS regtype)",
        Func::HoldsDays => "pg_typeof({0}) = CAST('date' AS regtype)",
        Func::HoldsWholes => {
            "pg_typeof({0}) IN (CAST('bigint' AS regtype), CAST('integer' AS regtype), CAST('smallint' AS regtype))"
        }
        Func::HoldsTruths => "pg_typeof({0}) = CAST('boolean' AS regtype)",
    }
}
