//! The scripts that keep stored memberships: tables, upkeep, erasure.
//!
//! Upkeep is one statement, so whoever looks sees the state before it or after it, also where it is killed, and a second run at the
//! same instant changes nothing. It decides by one instant. Nothing is merged as a membership but what the view's query gives.

use super::dialect::Dialect;
use super::lower::upkeep::{IS_OVER, KEY, SETS};
use super::tree::Query;
use super::{print, quote};
use crate::plan::stay::{COLUMNS, FIRST_IN, REMOVED_AT, REMOVED_BECAUSE};
use crate::plan::{ColumnKind, SegmentPlan};

/// What the name of the view of those who are gone ends in.
pub const REMOVED: &str = "__removed";

/// The one statement of upkeep, without its semicolon.
pub fn merge(dialect: &Dialect, schema: &str, plan: &SegmentPlan, query: &Query) -> String {
    let name = |name: &str| quote::name(dialect, name);
    let of = |alias: &str, column: &str| format!("{}.{}", name(alias), name(column));
    let key = plan.subject_key().map(|(key, _)| key).unwrap_or_default();
    let (removed, set_removed) = (of("t", REMOVED_AT), of("s", SETS[5]));
    let set = |(column, from): (&str, &str)| {
        let new = of("s", from);
        if column == FIRST_IN {
            let old = of("t", column);
            let still = format!("{removed} IS NULL AND {set_removed} IS NULL");
            format!("  {} = CASE WHEN {still} THEN {old} ELSE {new} END", name(column))
        } else {
            format!("  {} = {new}", name(column))
        }
    };
    let sets: Vec<String> = COLUMNS.into_iter().zip(SETS).map(set).collect();
    let columns: Vec<String> = std::iter::once(key.as_str()).chain(COLUMNS).map(name).collect();
    let values: Vec<String> = std::iter::once(KEY).chain(SETS).map(|column| of("s", column)).collect();
    format!(
        "MERGE INTO {} AS {}\nUSING (\n{}\n) AS {}\nON {} = {}\nWHEN MATCHED AND {} THEN DELETE\nWHEN MATCHED THEN UPDATE \
         SET\n{}\nWHEN NOT MATCHED AND {set_removed} IS NULL THEN INSERT ({})\nVALUES ({})",
        quote::path(dialect, &plan.stored(schema)),
        name("t"),
        print::query(dialect, query),
        name("s"),
        of("t", &key),
        of("s", KEY),
        of("s", IS_OVER),
        sets.join(",\n"),
        columns.join(", "),
        values.join(", ")
    )
}

/// What makes the table, where it is not there yet, and the view of those who are gone.
pub fn tables(dialect: &Dialect, schema: &str, plan: &SegmentPlan) -> Vec<String> {
    let stored = quote::path(dialect, &plan.stored(schema));
    let name = |name: &str| quote::name(dialect, name);
    let (key, kind) = plan.subject_key().unwrap_or_else(|| (String::new(), ColumnKind::Text));
    let types = dialect.storing;
    let of_key = if kind == ColumnKind::Integer { types.whole } else { dialect.types.text };
    let (instant, text) = (types.instant, dialect.types.text);
    let all = [instant, instant, text, text, instant, instant, text];
    let columns = COLUMNS.into_iter().zip(all).map(|(column, ty)| format!("  {} {ty}", name(column)));
    let columns: Vec<String> =
        std::iter::once(format!("  {} {of_key} NOT NULL{}", name(&key), types.key)).chain(columns).collect();
    let shown: Vec<String> = [key.as_str(), REMOVED_AT, REMOVED_BECAUSE].into_iter().map(name).collect();
    let view = quote::path(dialect, &[schema.to_owned(), format!("{}{REMOVED}", plan.about.name)]);
    let of: Vec<String> = shown.iter().map(|column| format!("{}.{column}", name("r"))).collect();
    vec![
        format!("CREATE TABLE IF NOT EXISTS {stored} (\n{}\n)", columns.join(",\n")),
        format!(
            "CREATE OR REPLACE {}VIEW {view} ({}){} AS\nSELECT {}\nFROM {stored} AS {}\nWHERE {}.{} IS NOT NULL",
            dialect.view_kind,
            shown.join(", "),
            dialect.view_options,
            of.join(", "),
            name("r"),
            name("r"),
            name(REMOVED_AT)
        ),
    ]
}

/// What forgets one person, whose key is the statement's parameter.
pub fn erase(dialect: &Dialect, schema: &str, plan: &SegmentPlan) -> String {
    let key = plan.subject_key().map(|(key, _)| key).unwrap_or_default();
    let stored = quote::path(dialect, &plan.stored(schema));
    format!("DELETE FROM {stored} WHERE {} = {}", quote::name(dialect, &key), dialect.storing.parameter)
}
