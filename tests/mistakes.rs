//! One mistake gives one message: a stray parenthesis in place of any word of the shop is found, and what follows from it stays silent.

#[path = "common/projects.rs"]
mod projects;

use projects::{Files, complaints, outcome, shop};
use rayon::prelude::*;

/// Every how manieth word is spoilt.
const STEP: usize = 5;

#[test]
fn the_shop_itself_has_none() {
    let shop = shop();
    assert_eq!(complaints(&shop, &outcome(&shop)), Vec::<String>::new());
}

#[test]
fn a_stray_parenthesis_is_found_and_seldom_says_more_than_itself() {
    let shop = shop();
    let spoilt: Vec<Files> = words(&shop).into_iter().step_by(STEP).map(|word| spoil(&shop, word)).collect();
    assert!(spoilt.len() > 150, "only {} words", spoilt.len());
    let counts: Vec<usize> = spoilt
        .par_iter()
        .map(|files| outcome(files).findings.iter().filter(|finding| finding.is_fatal()).count())
        .collect();
    assert!(counts.iter().all(|count| *count > 0), "a mistake was not found");
    let more = counts.iter().filter(|count| **count > 1).count();
    assert!(more * 6 < counts.len(), "{more} of {} mistakes give more than one message", counts.len());
    assert!(counts.iter().all(|count| *count <= 20), "one mistake gives {:?} messages", counts.iter().max());
}

/// Where words stand: path, first byte, one past the last.
fn words(files: &Files) -> Vec<(String, usize, usize)> {
    let mut out = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".seg")) {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !line.trim_start().starts_with("//") {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
                let mut rest = 0;
                while let Some(start) = line[rest..].find(plain).map(|start| start + rest) {
                    let end = line[start..].find(|c| !plain(c)).map_or(line.len(), |end| end + start);
                    // Inside a text a parenthesis is no mistake.
                    if line[..start].matches('"').count() % 2 == 0 {
                        out.push((path.clone(), at + start, at + end));
                    }
                    rest = end;
                }
            }
            at += line.len();
        }
    }
    out
}

fn spoil(files: &Files, (path, start, end): (String, usize, usize)) -> Files {
    let mut spoilt = files.clone();
    let text = spoilt.get_mut(&path).unwrap();
    text.replace_range(start..end, ")");
    spoilt
}
