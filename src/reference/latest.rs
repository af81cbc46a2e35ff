//! `latest 5 sends`: the rows that the cut keeps, or that nobody can tell them.

use super::Truth;
use super::condition::{Found, FoundRow, Run};
use crate::model::Latest;

impl<'a> Run<'a> {
    /// Keeps the latest of the rows for which the condition of the cut is true. A row that may or may not count, a tie between the last
    /// one kept and the first one cut off, and a window that is not over leave everything unknown.
    pub(super) fn cut_to_latest(&self, latest: &Latest, found: &mut Found<'a>) {
        let mut counted = Vec::new();
        for row in std::mem::take(&mut found.rows) {
            let truth = latest.of.as_ref().map_or(Truth::True, |of| self.truth(of, &row.env));
            found.unknown |= truth == Truth::Unknown || (truth == Truth::True && !row.sure);
            if let (Truth::True, Some(at)) = (truth, row.row.at) {
                counted.push((at.first, row));
            }
        }
        let times: Vec<_> = counted.iter().map(|(at, _)| *at).collect();
        let newer = |at| times.iter().filter(|other| **other > at).count() as u64;
        let kept: Vec<_> = counted.into_iter().filter(|(at, _)| newer(*at) < latest.n).collect();
        found.unknown |= kept.len() as u64 > latest.n || found.more;
        found.rows = kept.into_iter().map(|(_, row)| FoundRow { sure: true, ..row }).collect();
    }
}
