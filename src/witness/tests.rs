//! The examples of the rules' own pages, each with a person.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::*;
use crate::model::config::Config;
use crate::source::SourceMap;

type Files = BTreeMap<String, String>;

const TODAY: &str = "2026-11-01";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn now() -> Instant {
    "2026-11-01T11:00:00Z".parse().unwrap()
}

fn shop() -> Files {
    let folder = root().join("examples/shop");
    let mut files = Files::new();
    for room in ["catalog", "policy", "segments"] {
        for entry in std::fs::read_dir(folder.join(room)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{room}/{}", path.file_name().unwrap().to_str().unwrap());
            files.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    files
}

fn loaded(files: &Files) -> Model {
    let mut sources = SourceMap::new();
    let toml = std::fs::read_to_string(root().join("examples/shop/segma.toml")).unwrap();
    let file = sources.add("segma.toml", toml);
    for (path, text) in files {
        sources.add(path.clone(), text.clone());
    }
    let (config, _) = Config::parse(&sources, file);
    crate::load(&config, &sources).0
}

/// The projects of the examples of a page.
fn examples(path: &Path) -> Vec<Files> {
    let text = std::fs::read_to_string(path).unwrap();
    let example = text.split("## Example").nth(1).unwrap().split("## Fix").next().unwrap();
    let mut projects: Vec<Files> = Vec::new();
    for block in example.split("```seg ").skip(1) {
        let (path, body) = block.split_once('\n').unwrap();
        let body = body.split("```").next().unwrap();
        match projects.last_mut() {
            Some(files) if !files.contains_key(path) => drop(files.insert(path.to_owned(), body.to_owned())),
            _ => projects.push(Files::from([(path.to_owned(), body.to_owned())])),
        }
    }
    projects
}

/// What is found beside each finding of an example, by code.
fn sought(added: &Files) -> Vec<(String, Sought)> {
    let mut files = shop();
    files.extend(added.clone());
    let model = loaded(&files);
    let (findings, _) = crate::rules::check(model.clone(), TODAY.parse().unwrap());
    let seeker = Seeker::new(&model, now());
    let standing = findings.iter().filter(|finding| finding.suppressed.is_none());
    standing.map(|finding| (finding.code.to_string(), seeker.seek(finding))).collect()
}

/// Classes of which at least one example must be shown by somebody.
const SHOWN: &[&str] = &[
    "CHN-01", "CHN-02", "CHN-05", "CHN-06", "COM-01", "CON-01", "CON-03", "CON-04", "CON-05", "CON-06", "CON-07",
    "CON-08", "CON-18", "IDN-03", "IDN-11", "LEG-01", "LEG-02", "LEG-08", "MIN-01", "MIN-03", "MIN-06", "POL-01",
    "PUR-01", "PUR-02", "PUR-03", "PUR-06", "PUR-09", "RET-01", "RET-02", "RET-08", "SEN-01",
];

#[test]
fn pages_of_rules_about_who_is_in_have_their_witnesses() {
    let mut shown = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(root().join("docs/rules")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !SHOWN.iter().any(|code| name.starts_with(code)) {
            continue;
        }
        let found = examples(&path).iter().flat_map(sought).collect::<Vec<_>>();
        shown.extend(found.into_iter().filter(|(_, one)| matches!(one, Sought::Found(_))).map(|(code, _)| code));
    }
    let lacking: Vec<_> = SHOWN.iter().filter(|code| !shown.contains(**code)).collect();
    assert!(lacking.is_empty(), "nobody shows {lacking:?}");
}

#[test]
fn a_row_that_outlives_its_retention_is_shown_and_lets_nobody_in() {
    let text = "segment old of customer {\n  purpose marketing.email   consent marketing.email   retain 30 days\n  \
                where any orders over last 30 months\n}\n";
    let added = Files::from([("segments/example.seg".to_owned(), text.to_owned())]);
    let (code, found) = sought(&added).remove(0);
    let Sought::Found(witness) = found else { panic!("{code}: {found:?}") };
    assert!(witness.claim.contains("must be gone since 2026-07-02"), "{}", witness.claim);
    assert!(witness.members.is_empty(), "the program as it stands reads no such row");
    assert_eq!(sought(&added), sought(&added), "the same person every time");
}

#[test]
fn two_people_alike_are_told_apart_by_one_value() {
    let text = "segment far of customer {\n  purpose marketing.ads   consent marketing.ads   retain 30 days\n  for ad_network\n  \
                where any orders where category = \"diabetes care\" over last 3 months\n}\n";
    let added = Files::from([("segments/example.seg".to_owned(), text.to_owned())]);
    let (_, Sought::Found(witness)) = sought(&added).remove(0) else { panic!("nobody is found") };
    assert_eq!(witness.people.len(), 2);
    assert_eq!(witness.held["shop.orders"].rows.len(), 2);
    assert!(witness.members.contains(&witness.people[0].key) && !witness.members.contains(&witness.people[1].key));
    let test = markdown(&witness);
    assert!(test.contains("```rows shop.orders\n") && test.contains("```members\nfar: "), "{test}");
}

#[test]
fn findings_about_nobody_have_no_witness() {
    let text = "segment bare of customer {\n  purpose marketing.email   consent marketing.email\n  where everyone\n}\n";
    let added = Files::from([("segments/example.seg".to_owned(), text.to_owned())]);
    assert!(matches!(sought(&added).as_slice(), [(code, Sought::NotSought(_))] if code == "RET-03"));
}

#[test]
fn a_child_is_in_where_no_jurisdiction_is_declared() {
    let mut files = shop();
    for text in files.values_mut() {
        let kept = text.lines().filter(|line| !line.starts_with("jurisdiction "));
        *text = kept.map(|line| format!("{line}\n")).collect();
    }
    let model = loaded(&files);
    let (findings, _) = crate::rules::check(model.clone(), TODAY.parse().unwrap());
    let lawless = findings.iter().find(|finding| finding.code.0 == "JUR-01").unwrap();
    let Sought::Found(witness) = Seeker::new(&model, now()).seek(lawless) else { panic!("nobody is found") };
    assert_eq!(witness.claim, "a child of twelve is in");
    assert!(witness.people[0].fate.contains("born on 2014-07-24"), "{:?}", witness.people);
}

#[test]
fn where_nobody_can_show_it_the_reason_is_told() {
    let page = examples(&root().join("docs/rules/JUR-01-unresolved-jurisdiction.md")).remove(0);
    let found = sought(&page);
    assert!(
        found
            .iter()
            .any(|(code, one)| code == "JUR-01" && matches!(one, Sought::NotSought(why) if why.contains("strictest")))
    );
}

#[test]
fn a_mistake_in_another_audience_keeps_nobody_from_being_shown() {
    let ill = "where any orders where category = \"diabetes care\" over last 3 months";
    let head = "of customer {\n  purpose marketing.email   consent marketing.email   retain 30 days\n ";
    let shown = |text: String| {
        let found = sought(&Files::from([("segments/example.seg".to_owned(), text)]));
        found.into_iter().filter(|(code, _)| code == "SEN-01").map(|(_, it)| it).collect::<Vec<_>>()
    };
    let found = shown(format!("segment a {head} {ill}\n}}\nsegment b {head} where contry = \"DE\"\n}}\n"));
    assert!(matches!(found.as_slice(), [Sought::Found(_)]), "{found:?}");
    let found = shown(format!(
        "segment a {head} {ill}\n    and in segment b\n}}\nsegment b {head} where contry = \"DE\"\n}}\n"
    ));
    let [Sought::NotFound(why)] = found.as_slice() else { panic!("{found:?}") };
    assert!(why.contains("before NAM-01 is mended: no field"), "{why}");
}
