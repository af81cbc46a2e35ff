//! Whether counts of rows follow from others: rows of one set that are all in the other, whatever now is.
//!
//! *Surely* asks of rows that are there for certain, and that whoever can tell the first set can tell the second; *possibly* asks of rows
//! that may be there, and that whoever cannot tell the first set cannot tell the second either. A window that reaches back beyond what is
//! kept, and one that is not over, are told by nobody: which way round they may be compared hangs on the question.

use super::imply::{Around, Ask};
use super::order;
use crate::model::{CompareOp, Counts, Length};
use crate::plan::{Anchored, Expr, Rows, Window};
use crate::privacy::retention::fits;

impl Around<'_> {
    pub(super) fn counts(&self, ask: Ask, a: (&Rows, CompareOp, u64), b: (&Rows, CompareOp, u64)) -> bool {
        let (from, to) = (Counts::of(a.1, a.2), Counts::of(b.1, b.2));
        let same_rows = || self.same(a.0, b.0);
        let floor = |n| from.least.is_some_and(|least| least >= n) && (same_rows() || self.rows(ask, a.0, b.0));
        let ceiling =
            |n| from.most.is_some_and(|most| most <= n) && (same_rows() || self.turned().rows(ask.other(), b.0, a.0));
        match (to.least, to.most) {
            (None, None) => to.is_all() || from.within(to) && same_rows(),
            (least, most) => least.is_none_or(floor) && most.is_none_or(ceiling),
        }
    }

    /// Whether every row of `a` (surely or possibly there) is one of `b`. Which rows are the latest depends on all the others, so
    /// only equal ones are compared, and so it is with the rows inside all of some rows.
    pub(super) fn rows(&self, ask: Ask, a: &Rows, b: &Rows) -> bool {
        let Rows { binding, from, filter, window, anchored, latest, each, scan: _ } = a;
        let inside = self.inside(*binding, b.binding);
        let filter = match (filter, &b.filter) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(a), Some(b)) => inside.implies(ask, a, b),
        };
        let whole = |rows: &Rows| rows.latest.is_none() && rows.each.is_none();
        let all = latest.is_none() && each.is_none() && whole(b);
        let window = match (anchored, &b.anchored) {
            (None, None) => within(ask, *window, b.window),
            // A later step lies behind a row of the window already.
            (Some(a), Some(b)) if a.within_span && b.within_span => self.hangs(ask, a, b),
            (Some(a), Some(hung)) => self.hangs(ask, a, hung) && within(ask, *window, b.window),
            (Some(_), None) | (None, Some(_)) => false,
        };
        all && filter && window && self.same(from, &b.from)
    }

    /// Whether a window that hangs on an instant lies in another that hangs on the same one.
    fn hangs(&self, ask: Ask, a: &Anchored, b: &Anchored) -> bool {
        // Nobody is sure that nothing comes before a window is over; `so far` does not wait.
        let waits = a.so_far || !b.so_far || ask == Ask::Surely;
        let starts = self.same(&a.start, &b.start) && a.within_span == b.within_span && (a.open || !b.open);
        let before = |end: &Expr, other: &Expr| {
            let ((a, length), (b, other)) = (end_of(end), end_of(other));
            self.same(a, b) && fits(length, other)
        };
        let ends = b.ends.iter().all(|other| a.ends.iter().any(|end| before(end, other)));
        let told = |end: &Expr| b.ends.iter().any(|other| self.same(end_of(end).0, end_of(other).0));
        starts && waits && ends && (ask == Ask::Surely || a.ends.iter().all(told))
    }
}

/// An end as an instant and how much later it is.
fn end_of(end: &Expr) -> (&Expr, Length) {
    let Expr::Back { from, length } = end else { return (end, Length::default()) };
    (from, Length { months: -length.months, seconds: -length.seconds })
}

/// Whether a window lies in another, whenever it is, and can be told where that one can (or the other way round).
fn within(ask: Ask, a: Option<Window>, b: Option<Window>) -> bool {
    let told = match (a, b) {
        (Some(a), Some(b)) if a.absolute || b.absolute => {
            a.absolute == b.absolute && (a.from == b.from || ask == Ask::Possibly)
        }
        (Some(a), None) => !a.absolute || ask == Ask::Surely,
        (Some(_) | None, Some(_)) | (None, None) => true,
    };
    told && lies_in(a, b)
}

/// Whether a window lies in another, whenever it is.
pub fn lies_in(a: Option<Window>, b: Option<Window>) -> bool {
    match (a, b) {
        // Without a window every readable row counts.
        (_, None) => true,
        (Some(a), Some(b)) => a == b || order::not_after(b.from, a.from) && order::not_after(a.to, b.to),
        (None, Some(_)) => false,
    }
}
