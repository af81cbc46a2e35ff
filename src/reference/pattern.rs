//! Patterns, by the set of places at which each part can end: plain, and never slower than pattern times text.

use std::collections::BTreeSet;

use crate::model::pattern::{Node, Pattern};

/// Whether a pattern describes a whole text.
pub fn matches(pattern: &Pattern, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    ends(pattern.node(), &text, &BTreeSet::from([0])).contains(&text.len())
}

/// Where a part can end if it begins at one of some places.
fn ends(node: &Node, text: &[char], starts: &BTreeSet<usize>) -> BTreeSet<usize> {
    let one = |fits: &dyn Fn(char) -> bool| {
        let fitting = starts.iter().filter(|at| text.get(**at).is_some_and(|c| fits(*c)));
        fitting.map(|at| at + 1).collect()
    };
    match node {
        Node::Char(wanted) => one(&|c| c == *wanted),
        Node::Any => one(&|_| true),
        Node::Class { chars, negated } => one(&|c| chars.contains(&c) != *negated),
        Node::Sequence(parts) => parts.iter().fold(starts.clone(), |starts, part| ends(part, text, &starts)),
        Node::Either(parts) => parts.iter().flat_map(|part| ends(part, text, starts)).collect(),
        Node::Repeat { of, least, most } => {
            let mut last = starts.clone();
            for _ in 0..*least {
                last = ends(of, text, &last);
            }
            let mut all = last.clone();
            for _ in *least..most.unwrap_or(u32::MAX) {
                last = ends(of, text, &last).difference(&all).copied().collect();
                if last.is_empty() {
                    break;
                }
                all.extend(&last);
            }
            all
        }
    }
}
