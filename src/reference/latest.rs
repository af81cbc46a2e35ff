//! `latest 5 sends`: the rows that the cut keeps, or that nobody can tell them.

use super::Truth;
use super::condition::{Bound, Env, Found, Run};
use crate::model::{Latest, Rows};

impl<'a> Run<'a> {
    /// Keeps the latest of the rows for which the condition of the cut is true. A row that may or may not count, a tie between the last
    /// one kept and the first one cut off, and a window that is not over leave everything unknown.
    pub(super) fn cut_to_latest(&self, rows: &Rows, latest: &Latest, found: &mut Found<'a>, env: &Env<'a>) {
        let Some(table) = self.table_of(rows) else { return };
        let mut counted = Vec::new();
        for (row, sure) in std::mem::take(&mut found.rows) {
            let mut env = env.clone();
            env.insert(rows.binding, Bound { table, row: row.row });
            let truth = latest.of.as_ref().map_or(Truth::True, |of| self.truth(of, &env));
            found.unknown |= truth == Truth::Unknown || (truth == Truth::True && !sure);
            if let (Truth::True, Some(at)) = (truth, row.at) {
                counted.push((at.first, row));
            }
        }
        let newer = |at| counted.iter().filter(|(other, _)| *other > at).count() as u64;
        let kept: Vec<_> = counted.iter().filter(|(at, _)| newer(*at) < latest.n).cloned().collect();
        found.unknown |= kept.len() as u64 > latest.n || found.more;
        found.rows = kept.into_iter().map(|(_, row)| (row, true)).collect();
    }
}
