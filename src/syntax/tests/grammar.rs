//! The grammar file itself: every rule has an example that parses with that very rule, and what is accepted is what `file` accepts.

use pest::Parser as _;
use std::collections::BTreeMap;

use super::support::{mistakes, read};
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::shapes::{SHAPES, shape_of};

const GRAMMAR: &str = include_str!("../../../grammar/segma.pest");

/// Each rule of the file with the lines before it that begin with `///`.
fn examples() -> BTreeMap<String, Vec<String>> {
    let mut out = BTreeMap::new();
    let mut docs = Vec::new();
    for line in GRAMMAR.lines() {
        if let Some(doc) = line.strip_prefix("/// ") {
            docs.push(doc.to_owned());
        } else if let Some((name, _)) =
            line.split_once('=').filter(|_| line.starts_with(|c: char| c.is_ascii_alphabetic()))
        {
            out.insert(name.trim().to_owned(), std::mem::take(&mut docs));
        }
    }
    out
}

fn rules() -> BTreeMap<String, Rule> {
    Rule::all_rules().iter().map(|rule| (format!("{rule:?}"), *rule)).collect()
}

#[test]
fn every_rule_has_one_example_that_it_parses_whole() {
    let examples = examples();
    for (name, rule) in rules() {
        if matches!(name.as_str(), "EOI" | "WHITESPACE" | "COMMENT") {
            continue;
        }
        let docs = examples.get(&name).unwrap_or_else(|| panic!("{name} is not in the file"));
        let [example] = docs.as_slice() else { panic!("{name} has {} examples", docs.len()) };
        let whole = Grammar::parse(rule, example).unwrap_or_else(|error| panic!("{name}: {error}"));
        let end = whole.clone().map(|pair| pair.as_span().end()).max().unwrap_or(0);
        let silent_or_probe =
            whole.clone().next().is_none() || matches!(name.as_str(), "aggregate_name" | "extreme_name");
        assert!(silent_or_probe || end == example.len(), "{name} stops at {end} of `{example}`");
    }
}

#[test]
fn every_declaration_has_its_shape_and_every_clause_its_keyword() {
    let examples = examples();
    for shape in SHAPES {
        assert_eq!(shape_of(shape.keyword).unwrap().keyword, shape.keyword);
        for keyword in shape.clauses {
            let found = Rule::all_rules().iter().any(|rule| {
                let name = format!("{rule:?}");
                let mine = name.starts_with("cl_") || name.starts_with("un_");
                let example = examples.get(&name).and_then(|docs| docs.first()).filter(|_| mine);
                example.is_some_and(|example| {
                    example.split(' ').next() == Some(keyword) && Grammar::parse(shape.clause, example).is_ok()
                })
            });
            assert!(found, "{} {keyword}", shape.keyword);
        }
    }
    for (name, docs) in examples.iter().filter(|(name, _)| name.starts_with("clause_")) {
        let shape = SHAPES.iter().find(|shape| format!("{:?}", shape.clause) == *name).unwrap();
        let word = docs[0].split(' ').next().unwrap();
        assert!(shape.clauses.contains(&word), "{name} {word}");
    }
}

#[test]
fn every_clause_example_is_lowered_without_a_contradiction() {
    let examples = examples();
    let heads = |keyword: &str| match keyword {
        "entity" => "entity x is person {",
        "lookup" | "destination" | "jurisdiction" | "policy" | "purpose" | "sessions" | "placement" => "KEY x {",
        "identity" => "identity a to b {",
        "exception" => "exception to a for b {",
        "release" => "release a.b from c {",
        _ => "KEY x of y {",
    };
    for shape in SHAPES.iter().filter(|shape| !shape.clauses.is_empty()) {
        for (name, docs) in &examples {
            let Some(example) = docs.first().filter(|_| name.starts_with("cl_") || name.starts_with("un_")) else {
                continue;
            };
            let Ok(pairs) = Grammar::parse(shape.clause, example) else { continue };
            if pairs.map(|pair| pair.as_span().end()).max() != Some(example.len()) {
                continue;
            }
            let text = format!("{}\n  {example}\n}}\n", heads(shape.keyword).replace("KEY", shape.keyword));
            let parsed = read(&text);
            let mistakes: Vec<_> = mistakes(&parsed).into_iter().map(|finding| finding.message.clone()).collect();
            let only_segments = name == "cl_segment_retain" && shape.keyword != "segment";
            assert!(only_segments || mistakes.is_empty(), "{name} in {}: {mistakes:?}\n{text}", shape.keyword);
            assert_eq!(parsed.items.len(), 1, "{text}");
        }
    }
}

#[test]
fn what_is_accepted_is_what_the_file_rule_accepts() {
    for text in [include_str!("data/catalog.seg"), include_str!("data/policy.seg"), include_str!("data/segment.seg")] {
        let parsed = read(text);
        assert!(mistakes(&parsed).is_empty());
        assert!(Grammar::parse(Rule::file, text).is_ok());
    }
}
