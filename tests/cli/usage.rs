//! Arguments, exit codes, formats of findings, colours, listings of rules, packs, categories and dialects.

use std::fs;
use std::path::Path;

use crate::harness::{Home, code, err, manifest, out};

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
        "only for the leave: the rules of which place hold |",
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
fn packs_that_a_project_takes_are_told() {
    let home = Home::with_shop();
    let said = |home: &Home| out(&home.command(&["packs"]).current_dir(home.path("shop")).output().unwrap());
    assert!(said(&home).contains("This project takes none of them. To take packs, write"), "{}", said(&home));
    home.edit("shop/segma.toml", "edition = \"2026\"", "edition = \"2026\"\npacks = [\"gdpr\", \"eprivacy\"]");
    assert!(said(&home).contains("This project takes gdpr, eprivacy. To take packs"), "{}", said(&home));
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
