//! Windows that hang on an instant of a row around.

use crate::model;
use crate::model::Length;
use crate::plan::{Anchored, Expr, Window};

use super::Builder;

impl<'m> Builder<'m> {
    /// An anchored window; `window` is the ordinary one beside it, over which the checker has held the retention.
    pub(super) fn anchored(&mut self, anchored: &'m model::Anchored, window: Option<Window>) -> Anchored {
        let start = self.expr(&anchored.start);
        let ends = anchored.ends.iter().map(|(from, length)| later(self.expr(from), *length)).collect();
        // The row before a step lies in the window of the first step, and that window fits into the span of this one's table.
        let within_span = anchored.open && window.is_some_and(|window| !window.absolute);
        Anchored { start, open: anchored.open, ends, so_far: anchored.so_far, within_span }
    }
}

/// An instant and a length on top.
fn later(from: Expr, length: Length) -> Expr {
    if length == Length::default() {
        return from;
    }
    let back = Length { months: -length.months, seconds: -length.seconds };
    Expr::Back { from: Box::new(from), length: back }
}
