//! What is read without a complaint, or refused by name.

use super::support::{lines, mistakes, read, segment};
use crate::syntax::ast::{ExprKind, ItemKind};

const CATALOG: &str = include_str!("data/catalog.seg");
const POLICY: &str = include_str!("data/policy.seg");
const SEGMENT: &str = include_str!("data/segment.seg");
const LATER: &str = include_str!("data/later.seg");
const SPELLINGS: &str = include_str!("data/spellings.txt");

#[test]
fn a_catalog_is_read_whole() {
    assert_eq!(lines(CATALOG), Vec::<String>::new());
    let items = read(CATALOG).items;
    assert_eq!(items.len(), 12);
}

#[test]
fn policies_are_read_whole() {
    assert_eq!(lines(POLICY), Vec::<String>::new());
    assert_eq!(read(POLICY).items.len(), 15);
}

#[test]
fn a_segment_is_read_whole() {
    assert_eq!(lines(SEGMENT), Vec::<String>::new());
    let items = read(SEGMENT).items;
    let ItemKind::Segment(segment) = &items[0].kind else { panic!("{items:#?}") };
    let condition = segment.condition.as_ref().unwrap();
    assert!(matches!(&condition.value.kind, ExprKind::And(terms) if terms.len() == 3), "{condition:#?}");
    assert!(matches!(segment.except.as_ref().unwrap().value.kind, ExprKind::InSegment { .. }));
    assert_eq!(items[0].doc.as_ref().unwrap().text, "Good customers who went quiet.");
}

#[test]
fn reports_and_placements_are_read() {
    assert!(lines(LATER).is_empty(), "{:?}", lines(LATER));
    let ItemKind::Report(report) = &read(LATER).items[0].kind else { panic!("no report") };
    assert_eq!(report.by.as_ref().unwrap().value.len(), 3);
    assert_eq!(report.show.as_ref().unwrap().value.len(), 3);
    assert!(report.compare.is_some() && report.minimum.is_some() && report.retain.is_some());
    let ItemKind::Placement(placement) = &read(LATER).items[1].kind else { panic!("no placement") };
    assert_eq!(placement.shows.len(), 2);
    assert!(placement.otherwise.is_some() && placement.channel.is_some());
}

#[test]
fn every_spelling_is_read_or_refused_by_name() {
    let mut wrong = Vec::new();
    for condition in SPELLINGS.lines().skip(1) {
        let parsed = read(&segment(condition));
        if !mistakes(&parsed).is_empty() {
            wrong.push(format!("{condition}\n    {:?}", lines(&segment(condition))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
