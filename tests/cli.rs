//! The command as people and other programs meet it: arguments, streams, exit codes, and what lies on disk afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that goes away, and the command run in it.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        Home { folder: tempfile::tempdir().unwrap() }
    }

    /// A home with the small shop in `shop`.
    fn with_shop() -> Self {
        let home = Home::new();
        assert_eq!(code(&home.segma(&["init", "shop"])), 0);
        home
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segma"));
        command.current_dir(self.folder.path()).args(arguments).env_remove("NO_COLOR");
        command
    }

    fn segma(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(from), "{path} does not hold {from}");
        fs::write(self.path(path), text.replacen(from, to, 1)).unwrap();
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn help_has_examples_for_every_command() {
    let home = Home::new();
    let help = out(&home.segma(&["--help"]));
    assert!(help.contains("Exit codes:"));
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let names: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        names,
        [
            "init",
            "import",
            "check",
            "baseline",
            "build",
            "diff",
            "explain",
            "fairness",
            "preview",
            "rules",
            "packs",
            "categories",
            "dialects",
            "where",
            "completions",
            "help"
        ]
    );
    for name in names.iter().filter(|name| **name != "help") {
        let help = home.segma(&[name, "--help"]);
        assert_eq!(code(&help), 0);
        assert!(out(&help).contains("Examples:") && out(&help).contains(&format!("segma {name}")), "{name}");
    }
}

#[test]
fn wrong_usage_ends_with_two_and_says_why() {
    let home = Home::with_shop();
    for arguments in [
        &["frobnicate"][..],
        &["check", "--format", "yaml"],
        &["check", "nowhere"],
        &["check"],
        &["check", "shop", "--today", "2026-02-30"],
        &["preview", "shop", "--as-of", "2026-03-29T02:30"],
        &["explain", "PUR-99"],
        &["init", "shop"],
    ] {
        let output = home.segma(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", out(&output));
        assert!(err(&output).contains("error"), "{arguments:?}: {}", err(&output));
        assert_eq!(out(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_new_project_is_clean_and_is_never_overwritten() {
    let home = Home::with_shop();
    let check = home.segma(&["check", "shop", "--today", "2026-11-01", "--deny", "warnings"]);
    assert_eq!(code(&check), 0, "{}", out(&check));
    home.edit("shop/segma.toml", "shop", "mine");
    assert_eq!(code(&home.segma(&["init", "shop"])), 2);
    assert!(fs::read_to_string(home.path("shop/segma.toml")).unwrap().contains("mine"));
    fs::write(home.path("file"), "").unwrap();
    assert_eq!(code(&home.segma(&["init", "file"])), 2);
}

#[test]
fn the_nearest_project_upwards_is_found_and_paths_lead_there() {
    let home = Home::with_shop();
    home.edit("shop/segma.toml", "Europe/Berlin", "Europe/Berln");
    let mut command = home.command(&["check"]);
    let inside = command.current_dir(home.path("shop/segments")).output().unwrap();
    assert_eq!(code(&inside), 1);
    assert!(out(&inside).contains("[../segma.toml:"), "{}", out(&inside));
    assert!(out(&home.segma(&["check", "shop"])).contains("[shop/segma.toml:"));
    assert!(out(&home.segma(&["check", "shop/segma.toml"])).contains("[shop/segma.toml:"));
}

#[test]
fn every_format_reports_the_same_error() {
    let home = Home::with_shop();
    home.edit("shop/segma.toml", "\"postgres\"", "\"mysql\"");
    let run = |format: &str| {
        let output = home.segma(&["check", "shop", "--format", format]);
        assert_eq!(code(&output), 1, "{format}");
        out(&output)
    };
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(json["format"], "segma-findings/1");
    assert_eq!(json["findings"][0]["code"], "CFG-08");
    assert_eq!(json["findings"][0]["primary"]["file"], "segma.toml");
    let sarif: serde_json::Value = serde_json::from_str(&run("sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "shop/segma.toml");
    assert!(run("github").starts_with("::error file=shop/segma.toml,line="));
    assert!(run("junit").contains("<failure type=\"CFG-08\""));
    assert!(run("text").contains("error[CFG-08]: the dialect `mysql` is not supported yet"));
}

#[test]
fn colours_are_for_terminals_and_for_those_who_insist() {
    let home = Home::with_shop();
    home.edit("shop/segma.toml", "\"postgres\"", "\"mysql\"");
    let coloured = |arguments: &[&str]| out(&home.segma(arguments)).contains('\u{1b}');
    assert!(!coloured(&["check", "shop"]));
    assert!(!coloured(&["check", "shop", "--color", "never"]));
    assert!(coloured(&["check", "shop", "--color", "always"]));
    assert!(coloured(&["--color", "always", "check", "shop"]));
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let home = Home::new();
    let mut child = home.command(&["completions", "zsh"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn completions_exist_for_the_usual_shells() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = out(&Home::new().segma(&["completions", shell]));
        assert!(script.contains("segma") && script.contains("preview"), "{shell}");
    }
}

#[test]
fn files_that_are_no_text_are_findings_at_their_place() {
    let home = Home::with_shop();
    fs::write(home.path("shop/segments/utf16.seg"), b"\xff\xfes\0e\0g\0").unwrap();
    fs::write(home.path("shop/segments/broken.seg"), b"segment x\nof \xc0\xaf").unwrap();
    let output = home.segma(&["check", "shop"]);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("the file is UTF-16 text, not UTF-8"), "{}", out(&output));
    assert!(out(&output).contains("byte 13, in line 2, begins no character"), "{}", out(&output));
}

#[cfg(unix)]
#[test]
fn what_leads_out_of_the_project_is_never_read() {
    let home = Home::with_shop();
    fs::write(home.path("secret.seg"), "purpose stolen { title \"secret\" }").unwrap();
    std::os::unix::fs::symlink(home.path("secret.seg"), home.path("shop/policy/extra.seg")).unwrap();
    let output = home.segma(&["check", "shop"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("`policy/extra.seg` is a link that leads out of the project"), "{}", err(&output));
    assert!(!out(&output).contains("stolen") && !err(&output).contains("stolen"));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_stops_the_run() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::with_shop();
    let file = home.path("shop/policy/rules.seg");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&file).is_ok() {
        // Whoever may read everything cannot be refused; a folder in the place of a file can.
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("/nonexistent", &file).unwrap();
    }
    let output = home.segma(&["check", "shop"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("`policy/rules.seg` cannot be read"), "{}", err(&output));
}

#[test]
fn rules_are_listed_for_people_and_programs() {
    let home = Home::new();
    let list: serde_json::Value = serde_json::from_str(&out(&home.segma(&["rules", "--format", "json"]))).unwrap();
    let list = list.as_array().unwrap();
    assert!(list.len() > 100);
    let verdicts = ["error", "warning", "note", "guard", "undecidable"];
    for class in list {
        let keys: Vec<&String> = class.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 7, "{class}");
        assert!(class["reason"].as_str().unwrap().len() > 60, "{class}");
        assert!(!class["summary"].as_str().unwrap().is_empty(), "{class}");
        assert!(verdicts.contains(&class["verdict"].as_str().unwrap()), "{class}");
        assert!(class["page"].as_str().unwrap().starts_with("docs/rules/"), "{class}");
        assert!(class["name"].is_string() && class["family"].is_string());
    }
    assert_eq!(out(&home.segma(&["rules"])).lines().count(), list.len());
}

#[test]
fn packs_are_listed_and_printed_for_people_and_programs() {
    let home = Home::new();
    let list: serde_json::Value = serde_json::from_str(&out(&home.segma(&["packs", "--format", "json"]))).unwrap();
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|pack| pack["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"gdpr") && names.contains(&"dsa"), "{names:?}");
    let said = out(&home.segma(&["packs"]));
    assert!(names.iter().all(|name| said.contains(name)) && said.contains("not legal advice"), "{said}");
    assert!(said.contains("\nTo take packs, write in segma.toml") && !said.contains("This project"), "{said}");
    for pack in list.as_array().unwrap() {
        let text = out(&home.segma(&["packs", pack["name"].as_str().unwrap()]));
        assert!(text.contains("not legal advice") && text.lines().all(|line| line.len() <= 140));
        let policies = pack["policies"].as_array().unwrap();
        assert_eq!(policies.len(), text.lines().filter(|line| line.starts_with("policy ")).count());
        for policy in policies {
            assert!(text.contains(&format!("policy {} {{", policy["name"].as_str().unwrap())), "{policy}");
            assert!(text.contains(policy["source"].as_str().unwrap()) && policy["may_be_excepted"].is_boolean());
            assert_eq!(policy["verified"], policy["since"].as_str().map_or(serde_json::Value::Null, |_| false.into()));
        }
    }
    assert!(err(&home.segma(&["packs", "dsaa"])).contains("did you mean `dsa`?"));
    assert!(list.as_array().unwrap().iter().all(|pack| pack["taken"].is_null()));
    let home = Home::with_shop();
    home.edit("shop/segma.toml", "edition = \"2026\"", "edition = \"2026\"\npacks = [\"gdpr\"]");
    let list = out(&home.command(&["packs", "--format", "json"]).current_dir(home.path("shop")).output().unwrap());
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let taken = list.as_array().unwrap().iter().filter(|pack| pack["taken"] == true);
    assert_eq!(taken.map(|pack| pack["name"].as_str().unwrap()).collect::<Vec<_>>(), ["gdpr"]);
}

#[test]
fn the_catalogue_answers_what_whoever_signs_asks() {
    let home = Home::with_shop();
    assert_eq!(code(&home.segma(&["build", "shop"])), 0);
    let read = |path: &str| fs::read_to_string(home.path("shop/out/catalogue").join(path)).unwrap();
    let page = read("segments/store_opening_invites.md");
    for answer in [
        "| **Who is contacted?** | The people in `customer`",
        "| **Why may we?** | A member has said yes to `marketing.post`",
        "| **Who gets it?** | [print_house](../destinations/print_house.md) (by post, in EU). What leaves: the key alone. |",
        "whoever may be under 16 in `eu`, 18 in `us`, 18 elsewhere",
        "| At the next run; it is rebuilt every 7 days. `print_house` holds none of them any more within 23 days. |",
        "| **What is excepted?** | `no_reid`, approved by dpo@shop.example on 2026-05-02, until 2029-12-31:",
        "[consent](../ledgers/consent.md)",
        "[duckdb](../../sql/duckdb/store_opening_invites.sql)",
    ] {
        assert!(page.contains(answer), "{answer}: {page}");
    }
    assert!(page.lines().count() < 320 && !page.contains("```sql"), "{page}");
    home.edit(
        "shop/policy/destinations.seg",
        "removes members }\ndestination print",
        "removes members by hand }\ndestination print",
    );
    assert_eq!(code(&home.segma(&["build", "shop"])), 0);
    let vouched = read("segments/lapsed_big_spenders.md");
    assert!(
        vouched.contains("**Nothing bounds how long `mailer` holds them:** people are taken off by hand"),
        "{vouched}"
    );
    assert!(vouched.contains("| origin | `orders`, `complaints`, `sends` | first party |"), "{vouched}");
    let ledger = read("ledgers/consent.md");
    assert!(ledger.contains("| \"mkt\\_email\" | `marketing.email`, and what is narrower |"), "{ledger}");
    assert!(ledger.contains("at most 6 hours old, by `loaded_at`; an older one empties every audience"), "{ledger}");
    assert!(read("ledgers/flags.md").contains("| `do_not_mail` | true | no to everything by post |"));
    assert!(read("ledgers/gpc.md").contains("nothing: it can only keep out"));
    let place = read("jurisdictions/us.md");
    assert!(place.contains("may be reached until they say no") && place.contains("segments/book_lovers.md"), "{place}");
    let exceptions = read("exceptions.md");
    assert!(exceptions.contains("- IDN-03: `location.postcode`, `demographic.birth_date`"), "{exceptions}");
    let score = read("sources/churn_risk.md");
    assert!(score.contains("[orders](../sources/orders.md) | `total`, `status`"), "{score}");
    let index = read("index.md");
    assert!(index.contains("not all of `location.postcode`, `demographic.birth_date`"), "{index}");
    assert!(index.contains("| [eu](jurisdictions/eu.md) | DE, FR | is left out | 16 |"), "{index}");
}

#[test]
fn categories_are_listed_with_help_for_people_and_programs() {
    let home = Home::new();
    let list: serde_json::Value = serde_json::from_str(&out(&home.segma(&["categories", "--format", "json"]))).unwrap();
    let list = list.as_array().unwrap();
    for row in list {
        for vocabulary in ["dpv", "fides"] {
            let found = &row[vocabulary];
            assert_eq!(found["term"].is_null(), found["because"].is_string(), "{row}");
            assert_eq!(found["term"].is_null(), found["match"] == "none", "{row}");
        }
        assert_eq!(row["dpv"]["iri"].is_null(), row["dpv"]["term"].is_null(), "{row}");
    }
    let medication = list.iter().find(|row| row["category"] == "health.medication").unwrap();
    assert_eq!(medication["special"], "health");
    assert_eq!(medication["dpv"]["iri"], "https://w3id.org/dpv/pd#MedicalHealth");
    let said = out(&home.segma(&["categories"]));
    assert_eq!(said.lines().count(), list.len());
    let email = said.lines().find(|line| line.starts_with("contact.email ")).unwrap();
    assert!(email.contains("pd:EmailAddress") && email.contains("user.contact.email") && !email.contains("special"));
}

#[test]
fn packs_in_force_show_in_every_output() {
    let home = Home::with_shop();
    home.edit("shop/segma.toml", "edition = \"2026\"", "edition = \"2026\"\npacks = [\"gdpr\", \"eprivacy\"]");
    let build = home.segma(&["build", "shop"]);
    assert_eq!(code(&build), 0, "{}", out(&build));
    let read = |path: &str| fs::read_to_string(home.path("shop/out").join(path)).unwrap();
    let packs = &manifest(&home.path("shop/out"))["packs"];
    assert_eq!((packs[0]["name"].as_str(), packs[0]["version"].as_str()), (Some("gdpr"), Some("1")));
    assert!(read("sql/duckdb/lapsed_big_spenders.sql").contains("gdpr version 1, eprivacy version 1"));
    let rule: serde_json::Value = serde_json::from_str(&read("rules/lapsed_big_spenders.json")).unwrap();
    assert_eq!(rule["about"]["packs"][0]["sha256"], packs[0]["sha256"]);
    assert!(
        read("catalogue/index.md").contains("## Policy packs")
            && read("catalogue/index.md").contains("2018-05-25, unverified")
    );
    assert!(read("catalogue/segments/lapsed_big_spenders.md").contains("gdpr version 1"));
    let ads = read("catalogue/segments/book_lovers.md");
    assert!(ads.contains("What leaves: the key, `email` as a hash (`ad_network` matches on it)."), "{ads}");
    for row in [
        "only for the leave: which place's rules hold |",
        "only for the leave: who is of age |",
        "only for the leave: a destination matches on it, and a no of whoever shares it counts |",
    ] {
        assert!(ads.contains(row), "{row}: {ads}");
    }
    assert!(ads.contains("whoever shares their `email`"), "{ads}");
    assert!(read("catalogue/destinations/ad_network.md").contains("- matches on `email`, as a hash"));
    let customer = read("catalogue/sources/customer.md");
    assert!(customer.contains("Kept for 36 months after `last_seen_at`."), "{customer}");
    assert!(customer.contains("segments/kettle_recall.md"), "{customer}");
    assert!(out(&home.segma(&["explain", "lapsed_big_spenders", "shop"])).contains("gdpr version 1"));
    for format in ["text", "json", "sarif", "github", "junit"] {
        let check = out(&home.segma(&["check", "shop", "--format", format]));
        assert!(check.contains("gdpr version 1"), "{format}: {check}");
    }
    for format in ["text", "json"] {
        let preview = home.segma(&["preview", "shop", "--format", format]);
        assert!(out(&preview).contains("eprivacy version 1"), "{format}: {}{}", out(&preview), err(&preview));
    }
}

#[test]
fn a_finding_of_a_pack_names_the_pack_its_policy_and_its_text() {
    let home = Home::with_shop();
    home.edit("shop/segma.toml", "edition = \"2026\"", "edition = \"2026\"\npacks = [\"gdpr\"]");
    home.edit("shop/policy/destinations.seg", "transfer under \"SCC-2021, TIA-3\"", "");
    let check = home.segma(&["check", "shop"]);
    let said = out(&check);
    assert_eq!(code(&check), 1);
    for words in ["JUR-03", "gdpr_transfers", "of pack `gdpr` since 2018-05-25", "segma:packs/gdpr.seg:"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("shop/segma:packs"), "{said}");
    let sarif = out(&home.segma(&["check", "shop", "--format", "sarif"]));
    assert!(sarif.contains("\"segma:packs/gdpr.seg\""), "{sarif}");
}

#[test]
fn a_code_is_explained_by_its_page() {
    let home = Home::new();
    for code in ["PUR-01", "pur-01"] {
        let page = out(&home.segma(&["explain", code]));
        assert!(page.starts_with("# PUR-01") && page.contains("## Example"), "{page}");
    }
    assert!(out(&home.segma(&["explain", "CFG-08"])).contains("segma.toml"));
    assert!(err(&home.segma(&["explain", "PUR-011"])).contains("did you mean `PUR-01`?"));
}

fn manifest(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

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
fn a_preview_counts_each_segment_and_hides_the_few() {
    let home = Home::with_shop();
    let run = |extra: &[&str]| home.segma(&[&["preview", "shop", "--as-of", "2026-11-01"], extra].concat());
    let text = run(&[]);
    assert_eq!(code(&text), 0, "{}", err(&text));
    assert!(!out(&text).contains('\u{1b}') && !err(&text).contains('\r'), "no colours, no progress in a pipe");
    assert!(out(&text).contains("9 segments would leave, as of 2026-10-31T23:00:00Z"), "{}", out(&text));
    let json: serde_json::Value =
        serde_json::from_str(&out(&run(&["--format", "json", "--only", "garden_regulars"]))).unwrap();
    assert_eq!(json["segments"].as_array().unwrap().len(), 1);
    let steps = json["segments"][0]["steps"].as_array().unwrap();
    assert_eq!(steps[0]["name"], "in scope");
    for step in steps {
        let people = &step["people"];
        let number = |value: &serde_json::Value, least: u64| value.as_u64().is_some_and(|n| n >= least);
        assert!(number(people, 5) || number(&people["fewer_than"], 5), "{step}");
    }
    let unknown = run(&["--only", "garden_regular"]);
    assert_eq!(code(&unknown), 2);
    assert!(err(&unknown).contains("did you mean `garden_regulars`?"));
}

#[test]
fn what_a_preview_hides_cannot_be_had_by_subtraction() {
    let home = Home::with_shop();
    let preview = &["preview", "shop", "--as-of", "2026-11-01", "--only", "lapsed_big_spenders"];
    let text = out(&home.segma(preview)).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("after the condition 8 and fewer than 5 more"), "{text}");
    assert!(text.contains("after the cap 8 and fewer than 5 more"), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&out(&home.segma(&[&preview[..], &["--format", "json"]].concat()))).unwrap();
    let steps = json["segments"][0]["steps"].as_array().unwrap();
    let cap = steps.iter().find(|step| step["name"] == "after the cap").unwrap();
    assert_eq!(cap["people"], serde_json::json!({ "at_least": 8, "fewer_than": 13 }));
}

#[test]
fn a_preview_names_only_the_parts_that_a_guard_has() {
    let home = Home::with_shop();
    home.edit("shop/catalog/consent.seg", "   erased \"erased\"", "");
    let preview = home.segma(&["preview", "shop", "--as-of", "2026-11-01", "--only", "kettle_recall"]);
    let text = out(&preview);
    assert_eq!(code(&preview), 0, "{text}");
    assert!(!text.contains("minor") && !text.contains("forgotten"), "nobody is asked for their age: {text}");
    assert!(text.contains("processing is restricted"), "{text}");
}

#[test]
fn a_preview_without_its_rows_says_which_are_missing() {
    let home = Home::with_shop();
    fs::remove_file(home.path("shop/data/sends.csv")).unwrap();
    let preview = home.segma(&["preview", "shop", "--as-of", "2026-11-01"]);
    assert_eq!(code(&preview), 2, "{}", out(&preview));
    assert!(err(&preview).contains("sends"), "{}", err(&preview));
}

#[test]
fn what_is_wrong_with_rows_is_said_once_and_with_its_place() {
    let failed = |edit: &dyn Fn(&Home)| {
        let home = Home::with_shop();
        edit(&home);
        let preview = home.segma(&["preview", "shop", "--as-of", "2026-11-01"]);
        assert_eq!((code(&preview), out(&preview)), (2, String::new()), "nothing that looks like a result");
        err(&preview)
    };
    let gone = failed(&|home| fs::remove_file(home.path("shop/data/sends.csv")).unwrap());
    assert!(gone.contains("`data/sends.csv` cannot be read") && gone.matches("cannot be read").count() == 1, "{gone}");
    let header =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop/data/sends.csv")).unwrap();
    let header = header.lines().next().unwrap().to_owned();
    let misspelt = failed(&|home| home.edit("shop/data/sends.csv", "customer_id", "custmer_id"));
    assert!(misspelt.contains("is not there, but `custmer_id` is"), "{misspelt}");
    let semicolons =
        failed(&|home| fs::write(home.path("shop/data/sends.csv"), header.replace(',', ";") + "\n").unwrap());
    assert!(semicolons.contains("cells seem to be separated by `;`"), "{semicolons}");
    let bad = format!("{header}\r\n{}\r\nonly\r\n", header.replace(|c: char| c != ',', ""));
    let crlf = failed(&|home| fs::write(home.path("shop/data/sends.csv"), &bad).unwrap());
    assert!(crlf.contains("line 3 has 1 cells"), "{crlf}");
    let lf = failed(&|home| fs::write(home.path("shop/data/sends.csv"), bad.replace('\r', "")).unwrap());
    assert!(lf.contains("line 3 has 1 cells"), "{lf}");
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
fn a_project_without_a_segment_is_remarked_on() {
    let home = Home::with_shop();
    fs::remove_dir_all(home.path("shop/segments")).unwrap();
    home.edit("shop/policy/rules.seg", "exception to no_reid", "// exception to no_reid");
    let check = out(&home.segma(&["check", "shop"]));
    fs::write(home.path("shop/policy/rules.seg"), "").unwrap();
    let check_again = home.segma(&["check", "shop"]);
    assert!(out(&check_again).contains("warning[CFG-12]: this project has no segment"), "{check}{}", out(&check_again));
    assert_eq!(code(&check_again), 0);
}

#[test]
fn examples_of_the_help_work() {
    let home = Home::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = |arguments: &[&str]| home.command(arguments).current_dir(root).output().unwrap();
    for command in ["explain", "preview"] {
        let help = out(&here(&[command, "--help"]));
        let examples = help.split("Examples:").nth(1).unwrap();
        let whole = |line: &&str| line.trim_start().starts_with("segma") && line.contains("examples/");
        let lines: Vec<&str> = examples.lines().filter(whole).collect();
        assert!(!lines.is_empty(), "{help}");
        for line in lines {
            let arguments: Vec<&str> = line.split_whitespace().skip(1).collect();
            assert_eq!(code(&here(&arguments)), 0, "{line}");
        }
    }
    let stranger = here(&["explain", "nobody_knows_this", "examples/shop"]);
    assert!(err(&stranger).contains("the segments are `") && err(&stranger).contains("`kettle_recall`"));
    let next = out(&home.segma(&["init", "mine"]));
    for line in next.lines().filter_map(|line| line.trim_start_matches("next:").trim().strip_prefix("segma ")) {
        let run = home.segma(&line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(code(&run), 0, "{line}");
        assert!(!out(&run).contains("0 of 9"), "{}", out(&run));
    }
}

#[test]
fn a_misspelt_key_and_a_foreign_byte_are_one_finding_each_at_their_place() {
    let home = Home::with_shop();
    home.edit("shop/segma.toml", "timezone", "timezon");
    let check = out(&home.segma(&["check", "shop"]));
    assert!(check.contains("`timezon` is not a key") && !check.contains("does not say its"), "{check}");
    let home = Home::with_shop();
    let mut bytes = fs::read(home.path("shop/catalog/orders.seg")).unwrap();
    let line_3: usize = bytes.split_inclusive(|byte| *byte == b'\n').take(2).map(<[u8]>::len).sum();
    bytes.splice(line_3..line_3, *b"// f\xfcr\n");
    fs::write(home.path("shop/catalog/orders.seg"), bytes).unwrap();
    let check = out(&home.segma(&["check", "shop"]));
    assert!(check.contains("[shop/catalog/orders.seg:3:5]") && check.contains("// f\u{fffd}r"), "{check}");
}

#[test]
fn tried_dialects_are_named() {
    let home = Home::with_shop();
    let check = out(&home.segma(&["check", "shop", "--sql"]));
    assert!(check.ends_with("SQL of 9 segments tried for duckdb, postgres: all can say it\n"), "{check}");
}

#[test]
fn a_segment_is_explained_by_its_page() {
    let home = Home::with_shop();
    let explain = |name: &str| home.segma(&["explain", "--format", "markdown", name, "shop"]);
    let page = out(&explain("garden_regulars"));
    assert!(page.starts_with('#') && page.contains("garden_regulars"), "{page}");
    assert!(!page.contains("## SQL") && page.contains("rebuilt every 7 days"), "{page}");
    assert!(page.contains("| `products` | as what leads to it |"), "{page}");
    let trained = out(&explain("churn_risk_loyal"));
    let row = |start: &str| trained.lines().filter(|line| line.starts_with(start)).collect::<Vec<_>>().join("\n");
    assert!(row("| `items`").contains("in training, the last 12 months"), "{trained}");
    assert!(row("| `items`").contains("`price` |"), "{trained}");
    assert!(!row("| `items`").contains("while listed"), "{trained}");
    let near = home.segma(&["explain", "garden_regular", "shop"]);
    assert_eq!(code(&near), 2);
    assert!(err(&near).contains("did you mean `garden_regulars`?"));
}

#[test]
fn what_is_owed_is_told_and_what_is_open_stands_out() {
    let home = Home::with_shop();
    let screen = home.segma(&["explain", "lapsed_big_spenders", "shop"]);
    assert_eq!(code(&screen), 0);
    let said = out(&screen);
    assert!(said.lines().count() <= 40, "{said}");
    assert!(said.contains("[x] retention") && said.contains("the guard, each run"), "{said}");
    assert!(!said.contains("asked by"), "{said}");
    let clean = home.segma(&["explain", "--long", "lapsed_big_spenders", "shop"]);
    let said = out(&clean);
    assert!(said.contains("obligations are discharged.") && !said.contains("[ ]"), "{said}");
    assert!(said.contains("asked by the purpose: valid 24 months (policy/purposes.seg:1)"), "{said}");
    assert!(said.contains("U = R − S = 26 months − 30 days"), "{said}");
    assert!(said.contains("refresh + lag = 1 day + 1 hour = 25 hours"), "{said}");
    let letters = home.segma(&["explain", "--duty", "removal", "store_opening_invites", "shop"]);
    let said = out(&letters).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("refresh + lag + expires = 9 days + 14 days = 23 days"), "{said}");
    assert!(said.contains("not counted: how old a ledger may be"), "{said}");

    home.edit("shop/segments/win_back.seg", "over last 12 months) >= 500 EUR", "over last 36 months) >= 500 EUR");
    let broken = home.segma(&["explain", "lapsed_big_spenders", "shop"]);
    assert_eq!(code(&broken), 1);
    let said = out(&broken);
    assert!(said.contains("1 is NOT discharged"), "{said}");
    let open = said.split("\nDischarged").next().unwrap();
    assert_eq!(open.matches("[ ]").count(), 1, "{open}");
    assert!(open.contains("should have forgotten") && open.contains("error[RET-01]"), "{open}");
    assert!(open.contains("asked instead:") && !open.contains("discharged by"), "{open}");
    for duty in ["retention", "RET-01", "orders"] {
        let derived = out(&home.segma(&["explain", "--duty", duty, "lapsed_big_spenders", "shop"]));
        assert!(derived.contains("W ≤ U does not hold") && !derived.contains("That `mailer`"), "{derived}");
    }
    let near = home.segma(&["explain", "--duty", "retentoin", "lapsed_big_spenders", "shop"]);
    assert!(code(&near) == 2 && err(&near).contains("did you mean `retention`?"), "{}", err(&near));
    // Another segment of the project is told of as it stands.
    assert_eq!(code(&home.segma(&["explain", "kettle_recall", "shop"])), 0);

    let json = out(&home.segma(&["explain", "--format", "json", "lapsed_big_spenders", "shop"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["format"], &json["summary"]["open"]), (&"segma-obligations/1".into(), &1.into()));
    let open = json["obligations"].as_array().unwrap().iter().find(|one| one["standing"] == "open").unwrap();
    assert_eq!((&open["duty"], &open["about"]), (&"retention".into(), &"orders".into()));
    assert_eq!(open["findings"][0]["code"], "RET-01");
    let page = home.segma(&["explain", "--format", "markdown", "lapsed_big_spenders", "shop"]);
    assert!(
        out(&page).starts_with("# What `lapsed_big_spenders` owes") && out(&page).contains("Read and approved by:")
    );
    assert_eq!(code(&home.segma(&["explain", "--format", "json", "PUR-01"])), 2);
}

#[test]
fn removing_consent_is_refused_with_what_and_why() {
    let home = Home::with_shop();
    home.edit("shop/segments/win_back.seg", "  consent  marketing.email\n", "");
    let check = home.segma(&["check", "shop"]);
    assert_eq!(code(&check), 1);
    let text = out(&check);
    assert!(text.contains("error[CON-01]") && text.contains("  why: ") && text.contains("+   consent"), "{text}");
}

/// The fenced blocks of the README in a language.
fn readme_blocks(language: &str) -> Vec<String> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let fence = format!("```{language}\n");
    readme.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_readme_shows_what_is_true() {
    let home = Home::with_shop();
    let segments = fs::read_to_string(home.path("shop/segments/win_back.seg")).unwrap();
    readme_blocks("seg").iter().for_each(|block| assert!(segments.contains(block.as_str()), "{block}"));
    home.segma(&["build", "shop"]);
    let view = fs::read_to_string(home.path("shop/out/sql/duckdb/lapsed_big_spenders.sql")).unwrap();
    let [sql] = readme_blocks("sql").try_into().unwrap();
    sql.split("-- …\n").for_each(|part| assert!(view.contains(part), "{part}"));
    home.edit("shop/segments/win_back.seg", "over last 12 months) >= 500", "over last 30 months) >= 500");
    let mut check = home.command(&["check", "--today", "2026-11-01"]);
    let check = check.current_dir(home.path("shop")).output().unwrap();
    let [error, owed] = readme_blocks("text").try_into().unwrap();
    assert!(out(&check).contains(&error), "the README shows\n{error}\nbut the compiler says\n{}", out(&check));
    let account = out(&home.segma(&["explain", "book_lovers", "shop"]));
    let shown = owed.trim_end_matches("  …\n").replace("examples/shop", "shop");
    assert!(account.starts_with(&shown), "the README shows\n{shown}\nbut the account is\n{account}");
    assert_eq!(readme_blocks("sh").len(), 2, "exactly two commands");
}

#[test]
fn dialects_are_listed_with_their_evidence() {
    let list: serde_json::Value =
        serde_json::from_str(&out(&Home::new().segma(&["dialects", "--format", "json"]))).unwrap();
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|dialect| dialect["name"].as_str().unwrap()).collect();
    assert_eq!(names, segma::model::config::DIALECTS);
    assert!(out(&Home::new().segma(&["dialects"])).contains("postgres    supported"));
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
    let page = out(&home.segma(&["explain", "--format", "markdown", "kettle_recall", "shop"]));
    assert!(!page.contains("never answered") && !page.contains("need have been asked"), "{page}");
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
fn a_baseline_quiets_what_is_old_and_only_shrinks() {
    let home = Home::with_shop();
    let old = |months: u32| {
        format!(
            "segment old_list of customer {{\n  purpose marketing.email\n  consent marketing.email\n  retain 30 days\n  \
             where any orders over last {months} months\n}}\n"
        )
    };
    fs::write(home.path("shop/segments/old.seg"), old(40)).unwrap();
    let at = ["--today", "2026-11-01"];
    let baseline = |more: &[&str]| home.segma(&[&["baseline", "b.json", "shop"][..], &at, more].concat());
    let check = || home.segma(&[&["check", "shop", "--baseline", "b.json"][..], &at].concat());
    assert_eq!(code(&baseline(&[])), 2, "a baseline needs an end");
    assert_eq!(code(&baseline(&["--until", "2027-03-31"])), 0);
    assert_eq!(code(&baseline(&["--until", "2028-03-31"])), 2, "its end does not move");
    assert_eq!(code(&check()), 0, "{}", out(&check()));
    let sarif = out(&home.segma(&[&["check", "shop", "--baseline", "b.json", "--format", "sarif"][..], &at].concat()));
    assert!(sarif.contains("in the baseline until 2027-03-31") && sarif.contains("\"by\": \"baseline\""));
    assert!(out(&check()).contains(" in the baseline"), "what waits is counted apart from what is excepted");
    let late = home.segma(&["check", "shop", "--baseline", "b.json", "--today", "2027-04-01"]);
    assert!(code(&late) == 1 && out(&late).contains("this baseline ended on 2027-03-31"));

    assert_eq!(code(&home.segma(&[&["build", "shop"][..], &at].concat())), 1, "nothing is built while an error stands");
    assert!(!home.path("shop/out").exists());

    // The finding keeps its name while the text around it moves, and another one fails.
    fs::write(home.path("shop/segments/old.seg"), format!("// moved\n\n{}", old(40))).unwrap();
    assert_eq!(code(&check()), 0);
    fs::write(home.path("shop/segments/new.seg"), old(50).replace("old_list", "new_list")).unwrap();
    assert!(code(&check()) == 1 && out(&check()).contains("new_list") || out(&check()).contains("50 months"));
    assert_eq!(code(&baseline(&[])), 0);
    assert_eq!(code(&check()), 1, "nothing enters a baseline");
    fs::remove_file(home.path("shop/segments/new.seg")).unwrap();

    fs::write(home.path("shop/segments/old.seg"), old(4)).unwrap();
    assert!(code(&check()) == 1 && out(&check()).contains("occurs no more"), "{}", out(&check()));
    assert_eq!(code(&baseline(&[])), 0);
    assert_eq!(code(&check()), 0);
    fs::write(home.path("shop/segments/old.seg"), old(40)).unwrap();
    assert_eq!(code(&check()), 1, "what is mended does not come back");
}

#[test]
fn what_could_reach_somebody_who_said_no_waits_in_no_baseline() {
    let home = Home::with_shop();
    let text = "segment unasked of customer {\n  purpose marketing.email\n  retain 30 days\n  where everyone\n}\n\
                segment ill of customer {\n  purpose marketing.ads\n  consent marketing.ads\n  retain 30 days\n  for ad_network\n  \
                where any orders where category = \"diabetes care\" over last 3 months\n}\n";
    fs::write(home.path("shop/segments/bad.seg"), text).unwrap();
    let written = home.segma(&["baseline", "b.json", "shop", "--today", "2026-11-01", "--until", "2027-03-31"]);
    assert_eq!(code(&written), 1);
    let said = out(&written);
    assert!(said.contains("wrote 0 findings") && said.contains("cannot wait: CON-01"), "{said}");
    assert!(said.contains("admits no exceptions"), "{said}");
    assert_eq!(code(&home.segma(&["check", "shop", "--baseline", "b.json", "--today", "2026-11-01"])), 1);
    fs::write(home.path("c.json"), "{}").unwrap();
    assert_eq!(code(&home.segma(&["check", "shop", "--baseline", "c.json"])), 2);
}

#[test]
fn reports_of_who_is_represented_compile_where_they_are_added() {
    let home = Home::with_shop();
    for segment in ["lapsed_big_spenders", "book_lovers", "kettle_recall"] {
        let reports = home.segma(&["fairness", segment, "shop"]);
        assert_eq!(code(&reports), 0, "{}", err(&reports));
        assert!(out(&reports).contains(&format!("report {segment}_by_gender of {segment} {{")), "{}", out(&reports));
        fs::write(home.path("shop/segments/fairness.seg"), out(&reports)).unwrap();
        let check = home.segma(&["check", "shop", "--today", "2026-11-01", "--deny", "warnings"]);
        assert_eq!(code(&check), 0, "{}", out(&check));
        let again = home.segma(&["fairness", segment, "shop"]);
        assert_eq!((out(&again), err(&again)), (out(&reports), String::new()));
    }
    assert_eq!(code(&home.segma(&["fairness", "nobody", "shop"])), 2);
}

#[test]
fn reports_of_a_segment_under_an_exception_ask_for_their_own() {
    let home = Home::with_shop();
    let reports = home.segma(&["fairness", "store_opening_invites", "shop"]);
    let (text, remark) = (out(&reports), err(&reports));
    let asked = "exception to no_reid for store_opening_invites_by_gender {\n  approved by ??? on ???\n";
    assert!(text.contains(asked) && remark.contains("whoever may approve"), "{text}\n{remark}");
    assert_eq!(text.matches("exception to").count(), 1, "{text}");
    let file = home.path("shop/segments/fairness.seg");
    fs::write(&file, &text).unwrap();
    let check = out(&home.segma(&["check", "shop", "--today", "2026-11-01"]));
    assert!(check.contains("SYN-41") && !check.contains("NAM-01"), "{check}");
    let answered = text
        .replace("by ??? on ???", "by \"dpo@shop.example\" on 2026-05-02")
        .replace("until       ???", "until       2029-12-31")
        .replace("because     ???", "because     \"letters are checked, DPIA-12\"");
    fs::write(&file, answered).unwrap();
    let check = home.segma(&["check", "shop", "--today", "2026-11-01", "--deny", "warnings"]);
    assert_eq!(code(&check), 0, "{}", out(&check));
}

#[test]
fn packs_that_a_project_takes_are_told() {
    let home = Home::with_shop();
    let said = |home: &Home| out(&home.command(&["packs"]).current_dir(home.path("shop")).output().unwrap());
    assert!(said(&home).contains("This project takes none of them. To take packs, write"), "{}", said(&home));
    home.edit("shop/segma.toml", "edition = \"2026\"", "edition = \"2026\"\npacks = [\"gdpr\", \"eprivacy\"]");
    assert!(said(&home).contains("This project takes gdpr, eprivacy. To take packs"), "{}", said(&home));
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

#[test]
fn a_project_further_down_is_a_project_of_its_own() {
    let home = Home::with_shop();
    let copy = home.path("shop/segments/pilot");
    fs::create_dir_all(copy.join("catalog")).unwrap();
    for file in ["segma.toml", "catalog/customers.seg"] {
        let from = home.path("shop").join(file);
        if from.exists() {
            fs::copy(from, copy.join(file)).unwrap();
        }
    }
    fs::write(copy.join("catalog/more.seg"), "purpose marketing { }\n").unwrap();
    let check = home.segma(&["check", "shop", "--today", "2026-11-01"]);
    assert_eq!(code(&check), 0, "{}", out(&check));
    assert!(
        out(&check).contains("CFG-14") && out(&check).contains("`segments/pilot` is a project of its own"),
        "{}",
        out(&check)
    );
}

#[test]
fn the_witness_of_the_documentation_is_the_one_that_is_shown() {
    let home = Home::with_shop();
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/command-line.md")).unwrap();
    let block =
        |mark: &str| page.split(&format!("```{mark}\n")).nth(1).unwrap().split("\n```\n").next().unwrap().to_owned();
    fs::write(home.path("shop/segments/old.seg"), block("seg witness") + "\n").unwrap();
    let shown = out(&home.segma(&["check", "--witness", "--today", "2026-11-01", "shop"]));
    let shown = shown.replace("shop/segments", "segments");
    let mut rest = shown.lines();
    for line in block("text witness").lines().filter(|line| *line != "…") {
        assert!(rest.any(|found| found == line), "{line}\n{shown}");
    }
}

#[test]
fn protected_fields_without_groups_are_named() {
    let home = Home::with_shop();
    let said = out(&home.segma(&["fairness", "book_lovers", "shop"]));
    assert!(said.contains("// `birth_date` is protected too, and has no few groups"), "{said}");
}

#[test]
fn rows_of_the_past_name_a_day_that_works() {
    let home = Home::with_shop();
    let late = home.segma(&["preview", "--only", "book_lovers", "shop", "--as-of", "2027-01-01"]);
    let said = err(&late);
    assert!(said.contains("`--as-of 2026-11-01` is when they were not"), "{said}");
    let then = home.segma(&["preview", "--only", "book_lovers", "shop", "--as-of", "2026-11-01"]);
    assert!(!out(&then).contains("stale") && !err(&then).contains("--as-of"), "{}", err(&then));
}
