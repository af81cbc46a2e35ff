//! What a segment owes, who stands for it, and what waits in a baseline.

use std::fs;
use std::path::Path;

use crate::harness::{Home, code, err, out};

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
fn a_segment_that_a_placement_shows_goes_somewhere() {
    let home = Home::with_shop();
    home.edit(
        "shop/catalog/consent.seg",
        "\"mkt_post\" = marketing.post",
        "\"mkt_post\" = marketing.post \"web\" = marketing.web",
    );
    let text = "purpose marketing.web { title \"Our pages\"   channel web   notice from \"2025-01\"   valid 24 months }\n\
                segment readers of customer {\n  purpose marketing.web   consent marketing.web   retain nothing\n  \
                where any orders over last 12 months\n}\n\
                placement banner {\n  channel web\n  show \"offer\" to readers   otherwise \"default\"\n}\n";
    fs::write(home.path("shop/segments/web.seg"), text).unwrap();
    let built = home.segma(&["build", "shop", "--today", "2026-11-01"]);
    assert_eq!(code(&built), 0, "{}", out(&built));
    let page = |path: &str| fs::read_to_string(home.path("shop/out/catalogue").join(path)).unwrap();
    let readers = page("segments/readers.md");
    assert!(readers.contains("[banner](../placements/banner.md) shows them offer (`web`)"), "{readers}");
    assert!(readers.contains("Who is shown what.") && !readers.contains("stays in the warehouse"), "{readers}");
    assert!(page("index.md").contains("[banner](placements/banner.md) shows them offer"), "{}", page("index.md"));
    let banner = page("placements/banner.md");
    assert!(banner.contains("## To be signed") && banner.contains("only for the leave: who is of age"), "{banner}");
    let access = out(&home.segma(&["where", "--person", "7", "shop"]));
    assert!(access.contains("goes to banner (which shows them offer)"), "{access}");
    assert!(access.contains("crm.customers: customer_id; kept for 36 months"), "{access}");
}

#[test]
fn a_build_marks_what_a_baseline_lists_of_warnings_and_the_catalogue_says_so() {
    let home = Home::with_shop();
    let policy = home.path("shop/policy/zz.seg");
    fs::write(&policy, "policy slim { applies to channel post   limit conditions 1   level warning }\n").unwrap();
    let at = ["--today", "2026-11-01"];
    let build = |more: &[&str]| home.segma(&[&["build", "shop"][..], &at, more].concat());
    let index = || fs::read_to_string(home.path("shop/out/catalogue/index.md")).unwrap();
    assert_eq!(code(&build(&[])), 0);
    let open = index();
    assert!(
        open.contains("## Findings that stand") && open.contains("| open |") && open.contains("1 open, 1 excepted"),
        "{open}"
    );
    assert_eq!(code(&build(&["--deny", "warnings"])), 1);
    assert_eq!(code(&home.segma(&[&["baseline", "b.json", "shop", "--until", "2027-03-31"][..], &at].concat())), 0);
    let marked = build(&["--deny", "warnings", "--baseline", "b.json"]);
    assert_eq!(code(&marked), 0, "{}", out(&marked));
    let waits = index();
    assert!(waits.contains("| in the baseline until 2027-03-31 |") && !waits.contains("| open |"), "{waits}");
    assert!(
        waits.contains("1 excepted, 1 baselined") && waits.contains("under an exception: approved by dpo@shop.example"),
        "{waits}"
    );
    let page = fs::read_to_string(home.path("shop/out/catalogue/segments/store_opening_invites.md")).unwrap();
    assert!(page.contains("(in the baseline until 2027-03-31)"), "{page}");

    // What is an error stops the build, though the baseline lists it.
    fs::write(&policy, "policy slim { applies to channel post   limit conditions 1 }\n").unwrap();
    fs::remove_file(home.path("b.json")).unwrap();
    assert_eq!(code(&home.segma(&[&["baseline", "b.json", "shop", "--until", "2027-03-31"][..], &at].concat())), 0);
    let stopped = build(&["--baseline", "b.json"]);
    assert_eq!(code(&stopped), 1, "{}", out(&stopped));
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
        "| At the next run; it is rebuilt every 7 days. `print_house` holds none of them any more within 23 days.",
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
