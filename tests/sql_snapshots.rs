//! The shop's views: whole for DuckDB, and for each other dialect what differs from them.

mod common;

use std::collections::BTreeMap;

use segma::emit::sql::{DIALECTS, emit, fit};
use segma::model::config::Config;
use segma::plan::Plan;
use segma::source::SourceMap;

fn shop() -> Plan {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop");
    let mut sources = SourceMap::new();
    let toml = sources.add("segma.toml", std::fs::read_to_string(root.join("segma.toml")).unwrap());
    for room in ["catalog", "policy", "segments"] {
        let mut files: Vec<_> =
            std::fs::read_dir(root.join(room)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let name = format!("{room}/{}", file.file_name().unwrap().to_str().unwrap());
            sources.add(name, std::fs::read_to_string(&file).unwrap());
        }
    }
    let (config, _) = Config::parse(&sources, toml);
    let (model, _) = segma::load(&config, &sources);
    let (_, checked) = segma::rules::check(model, "2026-11-01".parse().unwrap());
    segma::plan::build(&checked.unwrap(), &sources)
}

fn views(plan: &Plan, dialect: &str) -> BTreeMap<String, String> {
    let fitted = fit(plan, dialect).unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let name = |path: &str| path.rsplit('/').next().unwrap().trim_end_matches(".sql").to_owned();
    emit(&fitted, None).unwrap().into_iter().map(|file| (name(&file.path), text(file.bytes))).collect()
}

#[test]
fn the_views_of_the_shop() {
    let plan = shop();
    let base = views(&plan, "duckdb");
    let shown = ["lapsed_big_spenders", "book_lovers", "kettle_recall", "quiet_team_buyers", "valued_customers"];
    for name in shown {
        insta::assert_snapshot!(format!("duckdb_{name}"), base[name]);
    }
    for dialect in DIALECTS.iter().skip(1) {
        let other = views(&plan, dialect.name);
        let name = "lapsed_big_spenders";
        let diff = similar::TextDiff::from_lines(&base[name], &other[name]);
        let shown = diff.unified_diff().context_radius(0).header("duckdb", dialect.name).to_string();
        insta::assert_snapshot!(format!("{}_{name}", dialect.name), shown);
    }
}
