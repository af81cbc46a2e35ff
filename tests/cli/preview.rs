//! What a preview counts, hides and asks for.

use std::fs;
use std::path::Path;

use crate::harness::{Home, code, err, out};

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
fn rows_of_the_past_name_a_day_that_works() {
    let home = Home::with_shop();
    let late = home.segma(&["preview", "--only", "book_lovers", "shop", "--as-of", "2027-01-01"]);
    let said = err(&late);
    assert!(said.contains("`--as-of 2026-11-01` is when they were not"), "{said}");
    let then = home.segma(&["preview", "--only", "book_lovers", "shop", "--as-of", "2026-11-01"]);
    assert!(!out(&then).contains("stale") && !err(&then).contains("--as-of"), "{}", err(&then));
}

#[test]
fn cells_that_keep_people_out_are_named_by_file_line_and_fault_and_never_shown() {
    let home = Home::with_shop();
    home.edit("shop/data/consent_events.csv", "r0001,1,mkt_email,double_opt_in", "r0001,1,mkt_email,Yes");
    home.edit("shop/data/orders.csv", "2026-07-22T22:00:00Z,322.50", "2026-07-22T22:00:00Z,\"322,50\"");
    home.edit("shop/data/orders.csv", "2026-05-23T22:00:00Z,73.50", "2026-05-23T22:00:00,73.50");
    let run = |more: &[&str]| home.segma(&[&["preview", "shop", "--as-of", "2026-11-01"], more].concat());
    let text = out(&run(&[])).split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "2 cells of `status` are not among the states that are mapped (`Yes`, `maybe`) in ledger `consent`, which counts as a no to everything: \
         data/consent_events.csv:2 in its column 4",
        "1 cell of `total` is not a number such as `150.00`: data/orders.csv:2 in its column 4 (a comma where a point is expected, \
         `999,99`)",
        "1 cell of `ordered_at` is not an instant with its zone such as `2026-05-01T08:00:00Z`: data/orders.csv:3 in its column 3 (no zone,",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(text.contains("said something that the ledger does not map"), "{text}");
    assert!(!text.contains("322,50"), "no cell is shown");
    let json: serde_json::Value = serde_json::from_str(&out(&run(&["--format", "json"]))).unwrap();
    let unread = json["unread"].as_array().unwrap();
    let total = unread.iter().find(|one| one["column"] == "total").unwrap();
    assert_eq!((&total["cells"], &total["first"][0]["line"]), (&1.into(), &2.into()));
}
