//! Spellings of one thing, and what holds for everybody or for nobody.

use super::*;
use crate::model::config::Config;
use crate::source::SourceMap;

const CATALOG: &str = r#"
entity person is person {
  table crm.people   key id integer   retain while listed because "people of a test"   allowed marketing
  birth born
  field born date is demographic.birth_date
  field country text is location.country one of "DE", "FR"
  field tier text? is commercial.loyalty one of "bronze", "silver", "gold"
  field score integer is commercial.loyalty
}
source orders of person {
  table shop.orders   subject person_id   at ordered_at   retain 26 months   allowed marketing   origin first party
  field total money(EUR) is commercial.purchases
  field status text is commercial.purchases one of "paid", "cancelled"
}
list blocked of person { table crm.blocked   subject person_id   at blocked_at   retain 36 months   origin first party   allowed marketing }
purpose marketing { basis consent   valid 24 months }
define few of person = count(orders over last 3 months)
"#;

/// What a condition says, in the one form.
fn said(clauses: &str) -> (Said, String) {
    let mut sources = SourceMap::new();
    let settings = sources.add(
        "segma.toml",
        "name = \"t\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\nschema = \"audiences\"\ndialects = [\"duckdb\"]\n",
    );
    let segment =
        format!("segment s of person {{ purpose marketing   consent marketing   retain 30 days   {clauses} }}\n");
    sources.add("all.seg", format!("{CATALOG}{segment}"));
    let (config, mut findings) = Config::parse(&sources, settings);
    let (model, found) = crate::load(&config, &sources);
    findings.extend(found);
    let unread =
        findings.iter().filter(|finding| finding.code.0.starts_with("SYN") || finding.code.0.starts_with("NAM"));
    assert_eq!(unread.map(|finding| finding.message.clone()).collect::<Vec<_>>(), Vec::<String>::new(), "{clauses}");
    let segment = model.segments.values().next().unwrap();
    let said = super::segment(&model, segment);
    let text = text(&model, &said);
    (said, text)
}

#[test]
fn spellings_of_one_thing_are_one_text() {
    let same: &[&[&str]] = &[
        &[
            "where no orders over last 3 months",
            "where count(orders over last 3 months) = 0",
            "where count(orders over last 3 months) < 1",
            "where 1 > few",
            "where 5 - count(orders over last 3 months) > 4",
            "where 2 * count(orders over last 3 months) < 1",
            "where at most 0 of (any orders over last 3 months)",
            "where at least 1 of (no orders over last 3 months)",
            "where last(orders over last 3 months) is missing",
            "where count(distinct orders.status over last 3 months) <= 0",
            "where least(few, 7) < 1",
            "where everyone except any orders over last 3 months",
            "where not (not (no orders over last 3 months))",
            "where no orders where (status = \"paid\" or status != \"paid\") over last 3 months",
        ],
        &["where age >= 18", "where 18 <= age", "where not (age < 18)", "where age > 17", "where born <= 18 years ago"],
        &[
            "where age between 18 and 30",
            "where age >= 18 except age > 30",
            "where not (age < 18 or 30 < age)",
            "where at least 2 of (age >= 18, age <= 30)",
        ],
        &[
            "where at least 2 of (age >= 18, country = \"DE\", score > 3)",
            "where at most 1 of (age < 18, country != \"DE\", score <= 3)",
            "where not (at most 1 of (age >= 18, country = \"DE\", score > 3))",
        ],
        &[
            "where no orders where status != \"paid\" over last 3 months",
            "where count(orders where status = \"paid\" over last 3 months) = count(orders over last 3 months)",
            "where count(orders where status = \"paid\" over last 3 months) >= count(orders over last 3 months)",
            "where not (count(orders over last 3 months) > count(orders where status = \"paid\" over last 3 months))",
        ],
        &["where tier in (\"gold\", \"silver\")", "where tier = \"silver\" or tier = \"gold\""],
        &["where not (tier in (\"gold\", \"silver\"))", "where tier != \"silver\" and tier != \"gold\""],
        &["where in list blocked", "where not (not in list blocked)", "where everyone except not in list blocked"],
        &[
            "where any orders where status = \"paid\" over last 3 months",
            "where share(orders where status = \"paid\" over last 3 months) > 0%",
        ],
        &[
            "where score > 3 and (country = \"DE\" or tier = \"gold\")",
            "where (score > 3 and country = \"DE\") or (tier = \"gold\" and score >= 4)",
        ],
    ];
    for spellings in same {
        let (_, wanted) = said(spellings[0]);
        for other in &spellings[1..] {
            assert_eq!(said(other).1, wanted, "{other}");
        }
    }
}

#[test]
fn what_holds_for_everybody_is_gone() {
    let everybody = [
        "where score < 5 or score >= 5",
        "where score <= 5 or score >= 6",
        "where country = \"DE\" or country != \"DE\"",
        "where country in (\"DE\", \"FR\")",
        "where no orders over last 3 months or any orders over last 3 months",
        "where not (score < 5 and score > 7)",
        "where age >= 0",
        "where everyone except score > 5 and score < 3",
    ];
    for clauses in everybody {
        assert!(said(clauses).0.is_everybody(), "{clauses}: {}", said(clauses).1);
    }
    let somebody =
        ["where tier = \"gold\" or tier != \"gold\"", "where score < 5 or score > 5", "where sample 99% named \"x\""];
    for clauses in somebody {
        assert!(!said(clauses).0.is_everybody(), "{clauses}");
    }
}

#[test]
fn what_holds_for_nobody_is_known() {
    let nobody = [
        "where score < 5 and score > 7",
        "where country = \"DE\" and country = \"FR\"",
        "where any orders over last 3 months except any orders over last 3 months",
        "where score > 7 and score <= 7",
        "where tier = \"gold\" and tier != \"gold\"",
    ];
    for clauses in nobody {
        assert!(said(clauses).0.is_nobody(), "{clauses}: {}", said(clauses).1);
    }
    assert!(!said("where score < 5 and score > 3").0.is_nobody());
}
