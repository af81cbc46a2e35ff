//! Edits of a small project and what they do to people.

use super::*;
use crate::model::config::Config;
use crate::source::SourceMap;

const CATALOG: &str = r#"
entity person is person {
  table crm.people   key id integer   retain while listed because "people of a test"   allowed marketing   residence country
  birth born
  field born date? is demographic.birth_date
  field country text? is location.country
  field tier text? is commercial.loyalty one of "bronze", "silver", "gold"
  field score integer? is commercial.loyalty
  field joined timestamp in zone "UTC"? is technical.activity
}
source orders of person {
  table shop.orders   subject person_id   at ordered_at   retain 26 months   allowed marketing   origin first party
  field total money(EUR) is commercial.purchases
  field status text? is commercial.purchases one of "paid", "cancelled"
}
ledger consent of person {
  table privacy.consent   subject person_id
  purposes purpose { "e" = marketing.email   "a" = marketing.ads   "*" = every }
  states state { granted "yes"   withdrawn "no" }
  at decided   fresh within 1 day by loaded   retain 72 months
}
purpose marketing       { basis consent   valid 24 months }
purpose marketing.email { channel email }
purpose marketing.ads   { channel ads }
jurisdiction eu { countries "DE", "FR"   absent means no   adult at 16 }
jurisdiction us { countries "US"   absent means no   adult at 18 }
"#;

fn segment(body: &str) -> String {
    let clauses = "purpose marketing.email   consent marketing.email   retain 30 days   refresh daily";
    format!("segment s of person {{ {clauses} {body} }}\n")
}

fn plan_of(text: &str) -> Plan {
    let (checked, sources) = checked_of(text);
    crate::plan::build(&checked, &sources)
}

fn checked_of(text: &str) -> (crate::rules::Checked, SourceMap) {
    let mut sources = SourceMap::new();
    let settings = sources.add(
        "segma.toml",
        "name = \"t\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\nschema = \"audiences\"\ndialects = [\"duckdb\"]\n",
    );
    sources.add("all.seg", text);
    let (config, mut findings) = Config::parse(&sources, settings);
    let (model, found) = crate::load(&config, &sources);
    findings.extend(found);
    let (found, checked) = crate::rules::check(model, "2026-11-01".parse().unwrap());
    findings.extend(found);
    let errors: Vec<_> = findings.iter().filter(|f| f.severity == crate::diagnostic::Severity::Error).collect();
    let checked = checked.unwrap_or_else(|| panic!("{:?}", errors.iter().map(|e| &e.message).collect::<Vec<_>>()));
    (checked, sources)
}

fn between(old: &str, new: &str) -> Changes {
    compare(&plan_of(old), &plan_of(new))
}

/// What becomes of the audience of one segment when its body changes.
fn effect(old: &str, new: &str) -> Effect {
    let changes = between(&format!("{CATALOG}{}", segment(old)), &format!("{CATALOG}{}", segment(new)));
    changes.segments.first().map_or(Effect::Same, |change| change.audience)
}

#[test]
fn conditions_are_compared_by_what_they_imply() {
    let cases = [
        ("where score >= 5", "where score >= 7", Effect::Shrinks),
        ("where score >= 5", "where not (score < 5)", Effect::Same),
        ("where score > 5", "where score >= 6", Effect::Shrinks),
        ("where tier in (\"gold\", \"silver\")", "where tier = \"gold\"", Effect::Shrinks),
        ("where tier = \"gold\"", "where tier = \"gold\" and score > 1", Effect::Shrinks),
        ("where tier = \"gold\"", "where tier = \"gold\" or score > 1", Effect::Grows),
        ("where everyone", "where tier = \"gold\"", Effect::Shrinks),
        ("where tier = \"gold\" and score > 1", "where score > 1 and tier = \"gold\"", Effect::Same),
        ("where tier = \"gold\"", "where tier = \"silver\"", Effect::Either),
        ("where not (tier = \"gold\")", "where not (tier in (\"gold\", \"silver\"))", Effect::Shrinks),
        ("where any orders over last 90 days", "where any orders over last 30 days", Effect::Shrinks),
        ("where no orders over last 90 days", "where no orders over last 30 days", Effect::Grows),
        ("where at least 3 orders over last 90 days", "where at least 2 orders over last 90 days", Effect::Grows),
        ("where at most 3 orders over last 90 days", "where at most 2 orders over last 90 days", Effect::Shrinks),
        (
            "where any orders where status = \"paid\" over last 90 days",
            "where any orders over last 90 days",
            Effect::Grows,
        ),
        (
            "where no orders where status = \"paid\" over last 90 days",
            "where no orders over last 90 days",
            Effect::Shrinks,
        ),
        ("where exactly 2 orders over last 90 days", "where at least 2 orders over last 90 days", Effect::Grows),
        ("where joined >= 30 days ago", "where joined >= 20 days ago", Effect::Shrinks),
        ("where joined < 30 days ago", "where joined < 20 days ago", Effect::Grows),
        ("where tier is known", "where tier = \"gold\"", Effect::Shrinks),
        ("where no orders over last 90 days", "where count(orders over last 90 days) < 1", Effect::Same),
        ("where any orders over last 90 days", "where at most 0 of (no orders over last 90 days)", Effect::Same),
        ("where tier = \"gold\" and score > 1", "where exactly 2 of (tier = \"gold\", score > 1)", Effect::Same),
        (
            "where exactly 1 of (tier = \"gold\", score > 1)",
            "where at least 1 of (tier = \"gold\", score > 1)",
            Effect::Grows,
        ),
        ("where not (tier = \"gold\" or score > 1)", "where at most 0 of (tier = \"gold\", score > 1)", Effect::Same),
        ("where at most 1 of (tier = \"gold\", score > 1)", "where not (tier = \"gold\" and score > 1)", Effect::Same),
        ("where tier in (\"gold\", \"silver\")", "where tier = \"silver\" or tier = \"gold\"", Effect::Same),
        ("where not (tier in (\"gold\", \"silver\"))", "where tier != \"silver\" and tier != \"gold\"", Effect::Same),
        ("where count(orders over last 90 days) != 2", "where at least 3 orders over last 90 days", Effect::Shrinks),
        ("where sample 10% to 30% named \"x\"", "where sample 10% to 20% named \"x\"", Effect::Shrinks),
    ];
    for (old, new, wanted) in &cases {
        assert_eq!(effect(old, new), *wanted, "{old} -> {new}");
        let back = match wanted {
            Effect::Shrinks => Effect::Grows,
            Effect::Grows => Effect::Shrinks,
            Effect::Same | Effect::Either => *wanted,
        };
        assert_eq!(effect(new, old), back, "{new} -> {old}");
    }
}

#[test]
fn what_is_excluded_counts_the_other_way_round() {
    assert_eq!(effect("where everyone except score > 5", "where everyone except score > 3"), Effect::Shrinks);
    assert_eq!(effect("where everyone except score > 5", "where everyone"), Effect::Grows);
}

#[test]
fn ranks_are_the_same_only_among_the_same_people() {
    let top = "where top 10% by sum(orders.total over last 90 days)";
    assert_eq!(effect(top, "where top 5% by sum(orders.total over last 90 days)"), Effect::Shrinks);
    let (old, new) = (format!("{CATALOG}{}", segment(top)), CATALOG.replace("valid 24 months", "valid 12 months"));
    let changes = between(&old, &format!("{new}{}", segment(top)));
    assert_eq!(changes.segments[0].audience, Effect::Either);
}

#[test]
fn guards_are_compared_aspect_by_aspect() {
    let body = segment("where everyone");
    let old = format!("{CATALOG}{body}");
    let cases = [
        ("valid 24 months", "valid 12 months", Effect::Shrinks),
        ("valid 24 months", "valid 36 months", Effect::Grows),
        ("adult at 16", "adult at 18", Effect::Shrinks),
        ("fresh within 1 day", "fresh within 2 days", Effect::Grows),
        ("\"e\" = marketing.email", "\"e\" = marketing.email   \"m\" = marketing and narrower", Effect::Grows),
        ("granted \"yes\"", "granted \"yes\", \"oui\"", Effect::Grows),
        ("countries \"DE\", \"FR\"   absent means no", "countries \"DE\", \"FR\"   absent means yes", Effect::Grows),
        ("table privacy.consent", "table privacy.consent2", Effect::Either),
        (
            "marketing.email { channel email }",
            "marketing.email { channel email   suspended because \"a reason\" }",
            Effect::Shrinks,
        ),
    ];
    for (from, to, wanted) in cases {
        let new = old.replace(from, to);
        assert_ne!(old, new, "{from}");
        assert_eq!(between(&old, &new).segments[0].audience, wanted, "{from} -> {to}");
    }
}

#[test]
fn delivery_and_facts_are_compared() {
    assert_eq!(effect("minimum 50 people where everyone", "minimum 20 people where everyone"), Effect::Grows);
    assert_eq!(
        effect("holdout 10% named \"h\" where everyone", "holdout 20% named \"h\" where everyone"),
        Effect::Shrinks
    );
    assert_eq!(
        effect(
            "cap 2 contacts per 30 days from orders where everyone",
            "cap 1 contacts per 30 days from orders where everyone"
        ),
        Effect::Shrinks
    );
    let (old, new) = (segment("where everyone"), segment("expose tier where everyone").replace("30 days", "60 days"));
    let changes = between(&format!("{CATALOG}{old}"), &format!("{CATALOG}{new}"));
    let change = &changes.segments[0];
    assert!(change.widens());
    assert_eq!(change.audience, Effect::Same);
    let abouts: Vec<About> =
        change.points.iter().filter(|point| point.reaches_further).map(|point| point.about).collect();
    assert_eq!(abouts, [About::Data, About::Exposure, About::Retention]);
}

#[test]
fn names_and_layout_are_no_change() {
    let old = format!("{CATALOG}{}", segment("where any orders over last 90 days and score > 3"));
    let new = old.replace("segment s ", "segment t ").replace("\n  field score", "\n\n  // a remark\n  field score");
    let changes = between(&old, &new);
    assert_eq!(changes.segments[0].fate, Fate::Renamed { was: "s".into() });
    assert!(!changes.widen());
    assert_eq!(between(&old, &old).segments, []);
}

#[test]
fn segments_that_come_and_go() {
    let (a, b) = (segment("where everyone"), segment("where score > 3").replace("segment s ", "segment t "));
    let changes = between(&format!("{CATALOG}{a}"), &format!("{CATALOG}{b}"));
    let fates: Vec<_> = changes.segments.iter().map(|change| (change.segment.as_str(), &change.fate)).collect();
    assert_eq!(fates, [("s", &Fate::Removed), ("t", &Fate::Added)]);
    assert!(changes.widen());
}

#[test]
fn what_is_only_called_otherwise_is_no_change() {
    let to = "destination mailer { channel email   region EU   match email   lag 1 hour   removes members }\n";
    let catalog = CATALOG.replace("  field score", "  field email text is contact.email, direct\n  field score");
    let clauses = "purpose marketing.email   consent marketing.email   retain 30 days   refresh daily   for mailer";
    let old = format!(
        "{catalog}{to}segment loyal of person {{ {clauses} where any orders over last 30 days }}\n\
         segment s of person {{ {clauses} where score > 3 except in segment loyal }}\n"
    );
    let rename = |text: &str, from: &str, to: &str| text.replace(from, to);
    let cases = [
        rename(&old, "source orders ", "source sales ").replace("any orders", "any sales"),
        rename(&old, "ledger consent ", "ledger choices "),
        rename(&old, "mailer", "post_room"),
        rename(&old, "loyal ", "faithful ").replace("segment loyal", "segment faithful"),
    ];
    for new in &cases {
        assert_ne!(*new, old);
        let changes = between(&old, new);
        assert!(!changes.widen(), "{}", plain(&changes));
        assert!(changes.segments.iter().all(|change| change.fate != Fate::Kept), "{}", plain(&changes));
    }
    // Another table under the old name is another table.
    let moved = old.replace("table shop.orders", "table shop.sales");
    assert_eq!(between(&old, &moved).segments[0].audience, Effect::Either);
}

#[test]
fn people_who_are_kept_for_longer_can_only_come_in() {
    let kept = |months: u32| {
        let retain = format!("retain {months} months after joined");
        let catalog = CATALOG.replace("retain while listed because \"people of a test\"", &retain);
        format!("{catalog}{}", segment("where any orders over last 30 days"))
    };
    assert_eq!(between(&kept(36), &kept(48)).segments[0].audience, Effect::Grows);
    assert_eq!(between(&kept(48), &kept(36)).segments[0].audience, Effect::Shrinks);
    let longer = kept(36).replace("retain 30 days", "retain 60 days");
    let changes = between(&kept(36), &longer);
    assert_eq!(changes.segments[0].audience, Effect::Shrinks, "{}", plain(&changes));
}

/// Numbers in a plan that are places in its lists must be told by names; a key of another name would be compared as a number.
/// Each of these once let somebody in under a verdict that nobody can enter, or under none.
#[test]
fn what_bears_both_ways_is_proved_neither_way() {
    let audience = |old: &str, new: &str| between(old, new).segments.first().map(|change| change.audience);
    // A feed is fresh, and a release counts, by the same clock by which noes do.
    let looser = CATALOG.replace("by loaded ", "by loaded   skew 60 minutes ");
    let everyone = segment("where everyone");
    let (old, new) = (format!("{CATALOG}{everyone}"), format!("{looser}{everyone}"));
    assert_eq!(audience(&old, &new), Some(Effect::Either));
    assert_eq!(audience(&new, &old), Some(Effect::Either));
    // An earlier version that comes within reach may take the place of one that counted.
    let versions = CATALOG.replace("at ordered_at ", "at ordered_at   unique order_no keep latest by loaded_at ");
    let of = |catalog: &str, days: u32| {
        let kept =
            segment("where any orders over last 30 days").replace("retain 30 days", &format!("retain {days} days"));
        format!("{catalog}{kept}")
    };
    assert_eq!(audience(&of(&versions, 10), &of(&versions, 40)), Some(Effect::Either));
    assert_eq!(audience(&of(CATALOG, 10), &of(CATALOG, 40)), Some(Effect::Same));
    let longer = versions.replace("retain 26 months", "retain 27 months");
    assert_eq!(audience(&of(&versions, 10), &of(&longer, 10)), Some(Effect::Either));
    // Whose rows they are hangs on the links that are still kept.
    let linked = |months: u32| {
        let clicks = segment("where no clicks over last 30 days");
        let links = "identity cookie to person { table web.links   from cookie_id   to person_id   at linked_at";
        let source = "source clicks of person { table web.clicks   subject cookie_id -> cookie   at clicked_at   retain 13 months   \
            allowed marketing   origin first party   field target text? is technical.activity }";
        format!("{CATALOG}{links}   retain {months} months }}\n{source}\n{clicks}")
    };
    assert_eq!(audience(&linked(13), &linked(6)), Some(Effect::Either));
    // Days begin at other instants elsewhere.
    let here = plan_of(&old);
    let mut elsewhere = here.clone();
    elsewhere.segments.iter_mut().for_each(|segment| segment.timezone = "America/New_York".to_owned());
    assert_eq!(compare(&here, &elsewhere).segments.first().map(|change| change.audience), Some(Effect::Either));
}

#[test]
fn every_number_of_a_condition_is_known() {
    let schema = serde_json::to_value(schemars::schema_for!(crate::plan::Cond)).unwrap();
    let mut numbers = std::collections::BTreeSet::new();
    keys(&schema, &mut numbers);
    let known = [
        "adult_at",
        "back",
        "basis_points",
        "binding",
        "by",
        "column",
        "contact",
        "days",
        "day_in_months",
        "denies",
        "entity",
        "from",
        "grants",
        "hops",
        "limit",
        "identity",
        "link",
        "member",
        "members",
        "months",
        "n",
        "of",
        "opt_outs",
        "purpose",
        "scan",
        "seconds",
        "shift",
        "table",
        "to",
        "top_share",
        "via",
    ];
    let strangers: Vec<_> = numbers.iter().filter(|key| !known.contains(&key.as_str())).collect();
    assert!(strangers.is_empty(), "say in names.rs what these numbers are: {strangers:?}");
}

fn keys(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
    let integer = |value: &serde_json::Value| {
        let is = |value: &serde_json::Value| {
            let ty = value.get("type");
            ty.is_some_and(|ty| {
                ty == "integer" || ty.as_array().is_some_and(|all| all.iter().any(|one| one == "integer"))
            })
        };
        is(value) || value.get("items").is_some_and(is)
    };
    match value {
        serde_json::Value::Array(parts) => parts.iter().for_each(|part| keys(part, found)),
        serde_json::Value::Object(fields) => {
            if let Some(properties) = fields.get("properties").and_then(|properties| properties.as_object()) {
                found.extend(properties.iter().filter(|(_, value)| integer(value)).map(|(key, _)| key.clone()));
            }
            fields.values().for_each(|field| keys(field, found));
        }
        _ => {}
    }
}

#[test]
fn the_same_data_for_another_purpose_or_recipient_is_told_by_its_class() {
    let to = "destination mailer { channel email   region EU   match email   lag 1 hour   removes members }\n";
    let program = |clauses: &str| {
        let catalog = CATALOG.replace("  field score", "  field email text is contact.email, direct\n  field score");
        format!("{catalog}{to}segment s of person {{ {clauses} retain 30 days refresh daily where score > 5 }}\n")
    };
    let mail = program("purpose marketing.email consent marketing.email");
    let ads = program("purpose marketing.ads consent marketing.ads");
    let sent = program("purpose marketing.email consent marketing.email for mailer");
    assert!(between(&mail, &mail).creep.is_empty());
    let crept = between(&mail, &ads).creep;
    assert_eq!((crept[0].code, crept[0].purposes.concat()), ("PUR-05", "marketing.ads".to_owned()));
    assert_eq!(crept[0].reads, ["person.score"]);
    assert_eq!(between(&mail, &sent).creep[0].destinations, ["mailer"]);
    assert!(between(&sent, &mail).creep.is_empty());
    let other = ads.replace("score > 5", "any orders over last 30 days");
    assert!(between(&mail, &other).creep.is_empty(), "nothing that was read is read any more");
}

#[test]
fn a_rename_of_a_purpose_that_is_recorded_changes_nothing() {
    let old = format!("{CATALOG}{}", segment("where score > 5"));
    let new = old.replace("marketing.email", "marketing.mail");
    let recorded = new.replace("{ channel email }", "{ channel email   formerly marketing.email }");
    let changes = between(&old, &recorded);
    assert!(changes.segments.is_empty() && changes.creep.is_empty(), "{}", plain(&changes));
    let unrecorded = between(&old, &new);
    assert_eq!(unrecorded.creep.len(), 1, "{}", plain(&unrecorded));
    let retitled =
        recorded.replace("{ channel email   formerly", "{ channel email   title \"Offers of partners\"   formerly");
    assert_eq!(between(&old, &retitled).creep.len(), 1, "another title is another purpose");
}

#[test]
fn reports_are_compared_too() {
    let of = |by: &str| {
        let purpose = "purpose analytics { basis legitimate interest   assessment \"LIA\" }\n";
        let report = "report r of s { purpose analytics   consent not needed because \"LIA\"   retain 13 months";
        let catalog = CATALOG.replace("allowed marketing", "allowed marketing, analytics");
        format!(
            "{catalog}{purpose}{}{report}   by {by}   show people   minimum 5 people }}\n",
            segment("where score > 5")
        )
    };
    let changes = between(&of("tier"), &of("country"));
    let change = changes.segments.iter().find(|change| change.report).unwrap();
    assert!(change.widens() && change.segment == "r", "{}", plain(&changes));
}

#[test]
fn somebody_is_found_who_enters_or_leaves() {
    let now = "2026-11-01T11:00:00Z".parse().unwrap();
    let cases = [
        ("where score >= 5", "where score >= 3", "grows, and never shrinks"),
        ("where any orders over last 30 days", "where any orders over last 60 days", "grows, and never shrinks"),
        ("where no orders over last 60 days", "where no orders over last 30 days", "grows, and never shrinks"),
        (
            "where sum(orders.total over last 12 months) >= 500 EUR",
            "where sum(orders.total over last 12 months) >= 300 EUR",
            "grows, and never shrinks",
        ),
        ("where tier in (\"gold\", \"silver\")", "where tier = \"gold\"", "shrinks, and never grows"),
        ("where tier = \"gold\"", "where score > 3", "grows and shrinks"),
        ("where any orders over last 20 days", "where any orders over last 21 days", "grows, and never shrinks"),
        ("where country = \"DE\"", "where country = \"DE\" or score > 30", "grows, and never shrinks"),
        (
            "where any orders where (status = \"paid\" and total > 50 EUR) over last 90 days",
            "where any orders where status = \"paid\" over last 90 days",
            "grows, and never shrinks",
        ),
        (
            "where at least 2 of (tier = \"gold\", score > 3, country = \"DE\")",
            "where at least 1 of (tier = \"gold\", score > 3, country = \"DE\")",
            "grows, and never shrinks",
        ),
        (
            "where any (orders where status = \"paid\" then orders where status = \"cancelled\" within 2 days) over last 90 days",
            "where any (orders where status = \"paid\" then orders where status = \"cancelled\" within 3 days) over last 90 days",
            "grows, and never shrinks",
        ),
        ("where country starts with \"DEU\"", "where country starts with \"DE\"", "grows, and never shrinks"),
        (
            "where at least 3 orders over last 90 days",
            "where at least 2 orders over last 90 days",
            "grows, and never shrinks",
        ),
    ];
    for (old, new, said) in cases {
        let programs = [old, new].map(|body| checked_of(&format!("{CATALOG}{}", segment(body))));
        let [was, is] = programs.each_ref().map(|(checked, sources)| crate::plan::build(checked, sources));
        let mut changes = compare(&was, &is);
        look(&mut changes, programs[0].0.model(), programs[1].0.model(), now);
        let seen = &changes.seen["s"];
        assert_eq!(seen.words(changes.segments[0].audience), said, "{old} -> {new}");
        let again = {
            let mut changes = compare(&was, &is);
            look(&mut changes, programs[0].0.model(), programs[1].0.model(), now);
            changes.seen
        };
        assert_eq!(changes.seen, again, "the same person every time");
    }
}
