//! The machine-readable forms, on the same findings.

use super::*;
use crate::source::{SourceMap, Span};

fn findings() -> (Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::new();
    let catalog = sources.add("catalog/a b.seg", "allowed service\n");
    let segment = sources.add("segments/x.seg", "segment x\n  where tópic = 1\n");
    let error = Diagnostic::error(Code("PUR-01"), "`topic` may not serve `ads`, 100%\nsecond line")
        .at(Span::new(segment, 18, 24), "read here")
        .and(Span::new(catalog, 0, 15), "allowed only for this")
        .because("<b>people</b> & \"trust\"")
        .help("leave it out")
        .fix("leave it out", Span::new(segment, 12, 28), "where everyone")
        .about("x");
    let mut excepted = Diagnostic::warning(Code("POL-01"), "narrow").at(Span::new(catalog, 0, 16), "");
    excepted.suppressed = Some(Suppression::exception("`small` for `x`"));
    let loose = Diagnostic::note(Code("CFG-03"), "whole \u{1b}project");
    (vec![loose, excepted, error], sources)
}

fn packs() -> Vec<String> {
    vec!["gdpr version 1".to_owned(), "dsa version 1".to_owned()]
}

fn describe(code: &str) -> Option<sarif::Description> {
    (code == "PUR-01").then(|| sarif::Description { name: "outside".to_owned(), summary: "Read outside.".to_owned() })
}

#[test]
fn json_is_stable() {
    let (findings, sources) = findings();
    insta::assert_snapshot!(json::render(&findings[1..], &sources, &[], &|_| None), @r#"
{
  "format": "segma-findings/1",
  "compiler": "0.1.0",
  "packs": [],
  "summary": {
    "errors": 1,
    "warnings": 0,
    "notes": 0,
    "suppressed": 1,
    "excepted": 1,
    "released": 0,
    "baselined": 0
  },
  "findings": [
    {
      "code": "POL-01",
      "also": [],
      "severity": "warning",
      "message": "narrow",
      "subject": null,
      "steps": [],
      "policy": null,
      "suppressed": "`small` for `x`",
      "suppressed_by": "exception",
      "why": null,
      "help": null,
      "primary": {
        "file": "catalog/a b.seg",
        "start": {
          "line": 1,
          "column": 1,
          "byte": 0
        },
        "end": {
          "line": 2,
          "column": 1,
          "byte": 16
        },
        "text": ""
      },
      "related": [],
      "fix": null
    },
    {
      "code": "PUR-01",
      "also": [],
      "severity": "error",
      "message": "`topic` may not serve `ads`, 100%\nsecond line",
      "subject": "x",
      "steps": [],
      "policy": null,
      "suppressed": null,
      "suppressed_by": null,
      "why": "<b>people</b> & \"trust\"",
      "help": "leave it out",
      "primary": {
        "file": "segments/x.seg",
        "start": {
          "line": 2,
          "column": 9,
          "byte": 18
        },
        "end": {
          "line": 2,
          "column": 14,
          "byte": 24
        },
        "text": "read here"
      },
      "related": [
        {
          "file": "catalog/a b.seg",
          "start": {
            "line": 1,
            "column": 1,
            "byte": 0
          },
          "end": {
            "line": 1,
            "column": 16,
            "byte": 15
          },
          "text": "allowed only for this"
        }
      ],
      "fix": {
        "title": "leave it out",
        "edits": [
          {
            "file": "segments/x.seg",
            "start": {
              "line": 2,
              "column": 3,
              "byte": 12
            },
            "end": {
              "line": 2,
              "column": 18,
              "byte": 28
            },
            "text": "where everyone"
          }
        ]
      }
    }
  ]
}
"#);
}

#[test]
fn sarif_holds_places_suppressions_and_fixes() {
    let (findings, sources) = findings();
    let log: serde_json::Value =
        serde_json::from_str(&sarif::render(&findings, &sources, "shop/", &packs(), &describe)).unwrap();
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(run["properties"]["packs"][1], "dsa version 1");
    let ids: Vec<_> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
    assert_eq!(ids, ["CFG-03", "POL-01", "PUR-01"]);
    assert_eq!(run["tool"]["driver"]["rules"][2]["shortDescription"]["text"], "Read outside.");
    let results = run["results"].as_array().unwrap();
    for result in results {
        assert_eq!(
            run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize]["id"],
            result["ruleId"]
        );
    }
    assert_eq!(results[0]["locations"], serde_json::json!([]));
    assert_eq!(results[1]["suppressions"][0]["justification"], "`small` for `x`");
    assert_eq!(results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "shop/catalog/a%20b.seg");
    let region = serde_json::json!({ "startLine": 2, "startColumn": 9, "endLine": 2, "endColumn": 14 });
    assert_eq!(results[2]["locations"][0]["physicalLocation"]["region"], region);
    assert_eq!(results[2]["relatedLocations"][0]["message"]["text"], "allowed only for this");
    assert_eq!(
        results[2]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
        "where everyone"
    );
}

#[test]
fn a_fingerprint_survives_a_move() {
    let (findings, sources) = findings();
    let mut moved = SourceMap::new();
    for (_, file) in sources.files() {
        moved.add(
            file.path.clone(),
            format!(
                "// new first line
{}",
                file.text
            ),
        );
    }
    let prints = |sources: &SourceMap| {
        let log: serde_json::Value =
            serde_json::from_str(&sarif::render(&findings, sources, "", &[], &|_| None)).unwrap();
        log["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["partialFingerprints"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(prints(&sources), prints(&moved));
    assert_ne!(prints(&sources)[0], prints(&sources)[1]);
}

#[test]
fn github_commands_are_one_line_each() {
    let (findings, sources) = findings();
    insta::assert_snapshot!(github::render(&findings, &sources, "shop/", &packs()), @r#"
packs in force: gdpr version 1, dsa version 1
::notice title=CFG-03::whole \u{1b}project
::notice file=shop/catalog/a b.seg,line=1,endLine=2,title=POL-01 (excepted)::narrow%0Aexcepted: `small` for `x`
::error file=shop/segments/x.seg,line=2,endLine=2,col=9,endColumn=13,title=PUR-01::`topic` may not serve `ads`, 100%25%0Asecond line%0Awhy: <b>people</b> & "trust"%0Ahelp: leave it out
"#);
}

#[test]
fn junit_has_a_suite_for_each_file() {
    let (findings, sources) = findings();
    insta::assert_snapshot!(junit::render(&findings, &sources, false, &packs()), @r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="segma check">
  <testsuite name="project" tests="1" failures="0" skipped="0" errors="0">
    <properties>
      <property name="packs" value="gdpr version 1, dsa version 1"/>
    </properties>
    <testcase classname="project" name="CFG-03"><system-out>whole \u{1b}project
</system-out></testcase>
  </testsuite>
  <testsuite name="catalog/a b.seg" tests="1" failures="0" skipped="1" errors="0">
    <properties>
      <property name="packs" value="gdpr version 1, dsa version 1"/>
    </properties>
    <testcase classname="catalog/a b.seg" name="POL-01 line 1"><skipped message="excepted: `small` for `x`"/></testcase>
  </testsuite>
  <testsuite name="segments/x.seg" tests="1" failures="1" skipped="0" errors="0">
    <properties>
      <property name="packs" value="gdpr version 1, dsa version 1"/>
    </properties>
    <testcase classname="segments/x.seg" name="PUR-01 x line 2"><failure type="PUR-01" message="`topic` may not serve `ads`, 100%&#10;second line">why: &lt;b&gt;people&lt;/b&gt; &amp; &quot;trust&quot;&#10;help: leave it out</failure></testcase>
  </testsuite>
</testsuites>
"#);
}

#[test]
fn junit_of_a_clean_project_passes() {
    let (findings, sources) = findings();
    let clean = junit::render(&[], &sources, true, &[]);
    assert_eq!(clean.matches("name=\"clean\"").count(), 2);
    assert!(!clean.contains("<failure"));
    let warned = [Diagnostic::warning(Code("POL-01"), "narrow").at(findings[1].span().unwrap(), "")];
    assert!(junit::render(&warned, &sources, true, &[]).contains("<failure"));
    assert!(!junit::render(&warned, &sources, false, &[]).contains("<failure"));
}
