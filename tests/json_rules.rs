//! The JSON rules of whole projects: they follow the published schema as an independent validator reads it, read back equal, and
//! select the members that their plans select.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::folders::{Project, folder, load};
use segma::emit::rules;
use segma::model::{Date, Instant};
use segma::plan::Plan;
use segma::run;

const TODAY: &str = "2026-11-01";
const NOW: &str = "2026-10-31T23:00:00Z";

fn shop() -> (Project, Plan) {
    let project = load(&folder("examples/shop"));
    let (findings, checked) = segma::rules::check(project.model.clone(), TODAY.parse::<Date>().unwrap());
    let checked = checked.unwrap_or_else(|| panic!("{findings:?}"));
    let plan = segma::plan::build(&checked, &project.sources);
    assert!(plan.segments.len() > 5);
    (project, plan)
}

#[test]
fn a_rule_that_was_read_selects_whom_its_plan_selects() {
    let (project, plan) = shop();
    let now: Instant = NOW.parse().unwrap();
    let mut selected = 0;
    for segment in &plan.segments {
        let rule = rules::read(&rules::write(segment).bytes).unwrap();
        assert_eq!(rule, *segment);
        let members = run::members(&rule, &project.files, now).unwrap();
        assert_eq!(members, run::members(segment, &project.files, now).unwrap(), "{}", segment.about.name);
        selected += members.len();
    }
    assert!(selected > 50, "{selected} people in all");
}

#[test]
fn rules_have_stable_names_and_bytes() {
    let (_, plan) = shop();
    let artefacts = rules::emit(&plan).unwrap();
    assert_eq!(artefacts, rules::emit(&shop().1).unwrap());
    assert_eq!(artefacts.len(), plan.segments.len() + 1);
    let names: Vec<&str> = artefacts.iter().map(|artefact| artefact.path.as_str()).collect();
    assert!(
        names.contains(&"rules/lapsed_big_spenders.json") || names.contains(&"rules/book_lovers.json"),
        "{names:?}"
    );
    assert_eq!(names.last(), Some(&"rules/segma-rule.schema.json"));
}

/// Reads `[schema, [valid…], [invalid…]]` and says what is wrong.
const VALIDATE: &str = "
import json, sys, jsonschema
schema, valid, invalid = json.load(sys.stdin)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for document in valid:
    for error in validator.iter_errors(document):
        print(document['about']['name'], error.json_path, error.message[:200])
for name, document in invalid:
    if validator.is_valid(document):
        print('accepted:', name)
";

#[test]
fn rules_follow_the_published_schema() {
    let Some(python) = std::env::var_os("SEGMA_TEST_PYTHON") else {
        assert!(std::env::var_os("SEGMA_TEST_REQUIRE").is_none(), "SEGMA_TEST_PYTHON is not set");
        return eprintln!("NOT RUN: the schema's validator, as SEGMA_TEST_PYTHON is not set; tests/run sets it");
    };
    let (_, plan) = shop();
    let schema = serde_json::to_value(rules::schema()).unwrap();
    let valid: Vec<serde_json::Value> =
        plan.segments.iter().map(|segment| serde_json::to_value(segment).unwrap()).collect();
    let changed = |name: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let mut document = valid[0].clone();
        change(&mut document);
        (name.to_owned(), document)
    };
    let invalid = vec![
        changed("an unknown key", &|rule| rule["note"] = true.into()),
        changed("an unknown key inside", &|rule| rule["guard"]["weaker"] = true.into()),
        changed("another version", &|rule| rule["format"] = 2.into()),
        changed("an unknown condition", &|rule| rule["condition"] = "anyone".into()),
        changed("no guard", &|rule| drop(rule.as_object_mut().unwrap().remove("guard"))),
    ];
    let input = serde_json::to_vec(&(schema, &valid, invalid)).unwrap();
    let mut child =
        Command::new(python).args(["-c", VALIDATE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the validator failed");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
}

#[test]
fn a_rule_too_deep_to_be_read_back_is_refused() {
    let (_, mut plan) = shop();
    let segment = plan.segments.first_mut().unwrap();
    for _ in 0..200 {
        let inner = std::mem::replace(&mut segment.condition, segma::plan::Cond::Everyone);
        segment.condition = segma::plan::Cond::Not(Box::new(inner));
    }
    segment.hash = segment.computed_hash();
    let Err(found) = rules::emit(&plan) else { panic!("a rule that nobody can read was given out") };
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.0, "RUN-09");
}
