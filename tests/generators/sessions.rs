//! What must make no difference on an engine although no program says it: settings of a session (MR31), and how rows are stored and found
//! (MR35). Each is turned by itself.

use crate::common::worlds::World;

/// Settings that change what texts, times, divisions and orders are where a query leaves that open.
pub fn settings(engine: &str) -> &'static [&'static str] {
    match engine {
        "postgres" => &[
            "SET timezone = 'Pacific/Apia'",
            "SET datestyle = 'SQL, DMY'",
            "SET intervalstyle = 'iso_8601'",
            "SET standard_conforming_strings = off",
            "SET backslash_quote = on",
            "SET transform_null_equals = on",
            "SET array_nulls = off",
            "SET extra_float_digits = -15",
            "SET search_path = ''",
            "SET default_transaction_isolation = 'serializable'",
        ],
        _ => &[
            "SET TimeZone = 'Pacific/Apia'",
            "SET default_null_order = 'nulls_first'",
            "SET default_order = 'DESC'",
            "SET integer_division = true",
            "SET ieee_floating_point_ops = false",
            "SET old_implicit_casting = true",
            "SET scalar_subquery_error_on_multiple_rows = false",
            "SET order_by_non_integer_literal = true",
        ],
    }
}

/// Other ways to the same rows.
pub fn ways(engine: &str) -> &'static [&'static str] {
    match engine {
        "postgres" => &[
            "SET enable_hashjoin = off",
            "SET enable_mergejoin = off",
            "SET enable_nestloop = off",
            "SET enable_hashagg = off",
            "SET enable_material = off",
            "SET jit = off",
            "SET random_page_cost = 100",
            "SET enable_seqscan = off",
            "ANALYZE",
        ],
        _ => &[
            "PRAGMA disable_optimizer",
            "SET threads = 1",
            "SET preserve_insertion_order = false",
            "SET prefer_range_joins = true",
            "SET merge_join_threshold = 0",
            "SET nested_loop_join_threshold = 0",
            "SET perfect_ht_threshold = 0",
        ],
    }
}

/// An index on every column by which rows of people are found.
pub fn indexes(world: &World) -> Vec<String> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut found = Vec::new();
    // Tables that queries compute are found under names of one part, and are none.
    for (table, written) in world.tables.iter().filter(|(table, _)| table.contains('.')) {
        let path: Vec<String> = table.split('.').map(quoted).collect();
        for column in
            written.columns.iter().filter(|column| ["id", "who", "address", "cookie_id"].contains(&column.as_str()))
        {
            found.push(format!("CREATE INDEX by_{} ON {} ({})", found.len(), path.join("."), quoted(column)));
        }
    }
    found
}

/// The same rows, the last of them first.
pub fn reversed(world: &World) -> World {
    let mut after = world.clone();
    after.tables.values_mut().for_each(|written| written.rows.reverse());
    after
}
