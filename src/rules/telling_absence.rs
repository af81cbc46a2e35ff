//! SEN-13: that there is an answer tells what was asked. Names findings of policies about `is missing` and `is known`.

use crate::diagnostic::Code;
use crate::model::walk::{self, Visitor};
use crate::model::{Cond, CondKind, Model};
use crate::privacy::Read;
use crate::source::Span;

const CODE: Code = Code("SEN-13");

/// The class, where a reading asks only whether there is a value.
pub(super) fn named_by(model: &Model, read: &Read) -> Option<Code> {
    struct Absences(Span, bool);
    impl Visitor for Absences {
        fn cond(&mut self, cond: &Cond) {
            if let CondKind::Missing(value) = &cond.kind {
                self.1 |= value.span.holds(self.0);
            }
        }
    }
    let mut found = Absences(read.span, false);
    model.segments.values().for_each(|segment| walk::segment(segment, &mut found));
    found.1.then_some(CODE)
}
