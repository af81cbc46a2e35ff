//! What a build writes, and what it leaves alone.

use std::fs;
use std::path::Path;

use crate::harness::{Home, code, err, manifest, out};

/// Whether every file that the manifest of a tree lists is there with its hash, and nothing else.
fn is_whole(folder: &Path) -> bool {
    use sha2::{Digest, Sha256};
    let manifest = manifest(folder);
    let listed = manifest["artefacts"].as_array().unwrap();
    let right = listed.iter().all(|entry| {
        let bytes = fs::read(folder.join(entry["path"].as_str().unwrap())).unwrap();
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        entry["sha256"] == hash.as_str() && entry["bytes"] == bytes.len()
    });
    right && count_files(folder) == listed.len() + 1
}

fn count_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count_files(&path) } else { 1 }).sum()
}

#[test]
fn a_build_writes_a_whole_tree_and_the_same_sources_give_the_same_bytes() {
    let home = Home::with_shop();
    let build = home.segma(&["build", "shop"]);
    assert_eq!(code(&build), 0, "{}", out(&build));
    assert!(out(&build).contains("files to shop/out\n"), "{}", out(&build));
    assert!(is_whole(&home.path("shop/out")));
    for path in ["sql/duckdb", "sql/postgres", "rules", "catalogue/segments"] {
        assert!(count_files(&home.path("shop/out").join(path)) >= 9, "{path}");
    }
    let mut elsewhere = home.command(&["build", ".", "--out", "../other", "--today", "2027-01-01"]);
    let elsewhere =
        elsewhere.current_dir(home.path("shop")).env("TZ", "Asia/Tokyo").env("LANG", "tr_TR").output().unwrap();
    assert_eq!(code(&elsewhere), 0, "{}", err(&elsewhere));
    assert_eq!(manifest(&home.path("shop/out")), manifest(&home.path("other")));
    assert!(is_whole(&home.path("other")));
    assert!(
        !fs::read_to_string(home.path("shop/out/manifest.json"))
            .unwrap()
            .contains(home.folder.path().to_str().unwrap())
    );
}

#[test]
fn a_build_with_errors_leaves_the_old_tree_alone() {
    let home = Home::with_shop();
    home.segma(&["build", "shop"]);
    let before = manifest(&home.path("shop/out"));
    home.edit("shop/segments/win_back.seg", "over last 12 months", "over last 30 months");
    let build = home.segma(&["build", "shop"]);
    assert_eq!(code(&build), 1);
    assert!(out(&build).contains("error[RET-01]"), "{}", out(&build));
    assert_eq!(manifest(&home.path("shop/out")), before);
    assert!(is_whole(&home.path("shop/out")));
}

#[test]
fn what_somebody_else_wrote_is_left_alone() {
    let home = Home::with_shop();
    fs::create_dir(home.path("thesis")).unwrap();
    fs::write(home.path("thesis/chapter.md"), "years").unwrap();
    for place in ["thesis", "shop", "."] {
        let build = home.segma(&["build", "shop", "--out", place]);
        assert_eq!(code(&build), 2, "{place}");
        assert!(err(&build).contains("not written by segma"), "{}", err(&build));
    }
    assert_eq!(fs::read_to_string(home.path("thesis/chapter.md")).unwrap(), "years");
}

#[test]
fn a_killed_build_leaves_one_whole_tree_and_the_next_one_works() {
    let home = Home::with_shop();
    home.segma(&["build", "shop"]);
    for round in 0..12 {
        let name = format!("name = \"shop{round}\"");
        let config = fs::read_to_string(home.path("shop/segma.toml")).unwrap();
        let config: Vec<&str> =
            config.lines().map(|line| if line.starts_with("name") { name.as_str() } else { line }).collect();
        fs::write(home.path("shop/segma.toml"), config.join("\n")).unwrap();
        let mut child = home.command(&["build", "shop"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(round * 7));
        let _ = child.kill();
        child.wait().unwrap();
        assert!(is_whole(&home.path("shop/out")), "round {round}");
    }
    assert_eq!(code(&home.segma(&["build", "shop"])), 0);
    assert!(is_whole(&home.path("shop/out")));
    assert_eq!(manifest(&home.path("shop/out"))["project"], "shop11");
}

#[test]
fn two_builds_at_once_leave_one_whole_tree() {
    let home = Home::with_shop();
    for _ in 0..3 {
        let children: Vec<_> = (0..3)
            .map(|_| home.command(&["build", "shop"]).stdout(std::process::Stdio::null()).spawn().unwrap())
            .collect();
        children.into_iter().for_each(|mut child| assert_eq!(child.wait().unwrap().code(), Some(0)));
        assert!(is_whole(&home.path("shop/out")));
    }
}

#[test]
fn a_folder_of_sources_is_no_place_for_outputs() {
    let home = Home::with_shop();
    for arguments in [["check", "shop"], ["build", "shop"]] {
        let refused = home.segma(&[&arguments[..], &["--out", "shop/segments"]].concat());
        assert_eq!(code(&refused), 2, "{}", out(&refused));
        assert!(err(&refused).contains("`segments` cannot be the folder of outputs"), "{}", err(&refused));
    }
    fs::create_dir_all(home.path("shop/out")).unwrap();
    fs::rename(home.path("shop/segments/offers.seg"), home.path("shop/out/offers.seg")).unwrap();
    assert_eq!(code(&home.segma(&["check", "shop"])), 2);
}

#[test]
fn an_instant_is_bound_in_what_is_built_only_where_one_is_named() {
    let home = Home::with_shop();
    let view = |arguments: &[&str]| {
        assert_eq!(code(&home.segma(arguments)), 0);
        fs::read_to_string(home.path("shop/out/sql/duckdb/garden_regulars.sql")).unwrap()
    };
    assert!(view(&["build", "shop"]).contains("now()"));
    let past = view(&["build", "shop", "--as-of", "2026-11-01"]);
    assert!(!past.contains("now()") && past.contains("2026-10-31 23:00:00"), "{past}");
    // It can be asked, and never takes the place of the audience's own view.
    let statement = past.lines().find(|line| !line.starts_with("--") && !line.is_empty()).unwrap();
    assert_eq!(statement, "WITH");
    assert_eq!(
        (past.matches(";\n").count(), past.contains("CREATE"), past.contains("DROP")),
        (1, false, false),
        "{past}"
    );
}

#[test]
fn what_a_dialect_cannot_hold_is_a_finding_and_nothing_is_written() {
    let home = Home::with_shop();
    home.edit("shop/segma.toml", "schema = \"audiences\"", "schema = \"temp\"");
    let build = home.segma(&["build", "shop"]);
    assert_eq!(code(&build), 1, "{}", out(&build));
    assert!(out(&build).contains("error[DIA-02]") && out(&build).contains("[shop/segma.toml:"), "{}", out(&build));
    assert!(!home.path("shop/out").exists());
    assert_eq!(code(&home.segma(&["check", "shop"])), 0);
    assert_eq!(code(&home.segma(&["check", "shop", "--sql"])), 1);
}

#[test]
fn a_page_says_where_silence_counts_as_a_yes() {
    let home = Home::with_shop();
    let page = out(&home.segma(&["explain", "--format", "markdown", "book_lovers", "shop"]));
    assert!(page.contains("In US nobody need have been asked: there a member may have said nothing"), "{page}");
    assert!(
        page.contains(
            "in [eu](../jurisdictions/eu.md) (DE, FR): who never answered is left out (absent means no); at least 16"
        ),
        "{page}"
    );
    // Nobody from there is chosen, so nobody is in on silence.
    let page = out(&home.segma(&["explain", "--format", "markdown", "lapsed_big_spenders", "shop"]));
    assert!(
        page.contains("A member has said yes to") && !page.contains("there a member may have said nothing"),
        "{page}"
    );
    let page = out(&home.segma(&["explain", "--format", "markdown", "kettle_recall", "shop"]));
    assert!(!page.contains("never answered") && !page.contains("need have been asked"), "{page}");
}

#[test]
fn a_page_names_what_was_taken_as_it_is_written() {
    let home = Home::with_shop();
    let vouched = |name: &str| {
        let page = out(&home.segma(&["explain", "--format", "markdown", name, "shop"]));
        let (_, after) = page.split_once("## What whoever signs vouches for").unwrap_or_else(|| panic!("{page}"));
        after.split("\n## ").next().unwrap_or_default().to_owned()
    };
    let invites = vouched("store_opening_invites");
    assert!(invites.contains("| exception to | `no_reid` | approved by ") && invites.contains("DPIA-12"), "{invites}");
    assert!(invites.contains("| removal | `print_house` | expires after 14 days"), "{invites}");
    let loyal = vouched("churn_risk_loyal");
    assert!(loyal.contains("| training | `churn_risk` | trained on ") && loyal.contains(", looking back "), "{loyal}");
}

#[test]
fn a_long_chain_of_conditions_is_built_whole() {
    let home = Home::with_shop();
    let chain: Vec<String> = (0..1_000).map(|n| format!("postcode = \"{n}\"")).collect();
    let text = format!(
        "segment long of customer {{\n  purpose marketing.email  consent marketing.email  retain 30 days\n  where ({})\n}}\n",
        chain.join(" or ")
    );
    fs::write(home.path("shop/segments/long.seg"), text).unwrap();
    let build = home.segma(&["build", "shop", "--today", "2026-11-01"]);
    assert_eq!(code(&build), 0, "{}{}", out(&build), err(&build));
    let view = fs::read_to_string(home.path("shop/out/sql/duckdb/long.sql")).unwrap();
    assert!(view.contains("'0'") && view.contains("'999'"));
}

#[test]
fn members_stay_by_snapshots_and_no_run_in_the_past_stores_any() {
    let home = Home::with_shop();
    let build = home.segma(&["build", "shop"]);
    assert_eq!(code(&build), 0, "{}", out(&build));
    assert!(!home.path("shop/out/snapshots").exists());
    home.edit(
        "shop/segments/win_back.seg",
        "  consent  marketing.email\n",
        "  consent  marketing.email\n  stay for 7 days\n",
    );
    let build = home.segma(&["build", "shop"]);
    assert_eq!(code(&build), 1);
    assert!(out(&build).contains("error[CFG-13]") && out(&build).contains("`--snapshots`"), "{}", out(&build));
    let build = home.segma(&["build", "shop", "--snapshots"]);
    assert_eq!(code(&build), 0, "{}", out(&build));
    let text = |path: &str| fs::read_to_string(home.path(&format!("shop/out/{path}"))).unwrap();
    let view = text("sql/postgres/lapsed_big_spenders.sql");
    assert!(
        view.contains("lapsed_big_spenders__stored") && view.contains("once in, a member remains for 7 days"),
        "{view}"
    );
    for dialect in ["duckdb", "postgres"] {
        let of = |file: &str| text(&format!("snapshots/{dialect}/lapsed_big_spenders/{file}.sql"));
        assert!(of("tables").contains("CREATE TABLE IF NOT EXISTS"));
        assert_eq!(of("upkeep").matches(";\n").count(), 1);
        assert!(of("erase").contains("DELETE FROM"));
    }
    let past = home.segma(&["build", "shop", "--snapshots", "--as-of", "2026-01-01"]);
    assert_eq!(code(&past), 2);
    assert!(err(&past).contains("a run in the past never writes a membership"), "{}", err(&past));
}

#[test]
fn the_ground_moves_apart_from_the_segment() {
    let home = Home::with_shop();
    let built = || {
        let build = home.segma(&["build", "shop", "--today", "2026-11-01"]);
        assert_eq!(code(&build), 0, "{}", out(&build));
        let view = fs::read_to_string(home.path("shop/out/sql/duckdb/valued_customers.sql")).unwrap();
        let line = |label: &str| view.lines().find(|line| line.starts_with(label)).unwrap_or_default().to_owned();
        let manifest = fs::read_to_string(home.path("shop/out/manifest.json")).unwrap();
        let ground = line("-- Ground:").rsplit(' ').next().unwrap().to_owned();
        assert!(ground.len() == 64 && manifest.contains(&format!("\"ground\": \"{ground}\"")), "{ground}");
        (line("-- Definition:"), ground)
    };
    let rules = home.path("shop/policy/rules.seg");
    let policies = fs::read_to_string(&rules).unwrap();
    let first = built();
    fs::write(&rules, format!("// As decided.\n{}", policies.replace("limit conditions 12", "limit   conditions 12")))
        .unwrap();
    assert_eq!(built(), first, "comments and layout say nothing");
    fs::write(&rules, policies.replace("limit conditions 12", "limit conditions 14")).unwrap();
    let moved = built();
    assert!(moved.0 == first.0 && moved.1 != first.1, "the policy moved, and the segment did not");
}

#[test]
fn headers_and_rules_tell_campaign_and_fairness() {
    let home = Home::with_shop();
    let segment = "segment helpers of customer {\n  purpose marketing.email\n  consent marketing.email\n  retain 30 days\n  \
                   campaign jobs\n  fairness because \"whoever bought may be asked\"\n  where any orders over last 3 months\n}\n";
    fs::write(home.path("shop/segments/helpers.seg"), segment).unwrap();
    assert_eq!(code(&home.segma(&["build", "shop", "--today", "2026-11-01"])), 0);
    let view = fs::read_to_string(home.path("shop/out/sql/duckdb/helpers.sql")).unwrap();
    assert!(view.contains("-- Campaign:    jobs\n") && view.contains("-- Fairness:    whoever bought may be asked\n"));
    let rule = fs::read_to_string(home.path("shop/out/rules/helpers.json")).unwrap();
    assert!(rule.contains("\"fairness\": \"whoever bought may be asked\"") && rule.contains("\"jobs\""));
    let other = fs::read_to_string(home.path("shop/out/rules/valued_customers.json")).unwrap();
    assert!(!other.contains("fairness"), "what is not written is not there");
}
