//! COM-04: who is shown the next thing tells who was not shown the first. Names findings of policies about placements.

use crate::diagnostic::Code;
use crate::model::{Cond, CondKind, Role, Segment, SegmentId};
use crate::privacy::Read;

const CODE: Code = Code("COM-04");

/// The class, where what is read decides only who comes before in a placement.
pub(super) fn named_by(segment: &Segment, read: &Read) -> Option<Code> {
    let through = read.through_segment()?;
    (segment.role == Role::Shown && segment.except.iter().any(|it| is_in(it, through))).then_some(CODE)
}

/// Whether somebody is left out for being in a segment: those who come before are left out of what is shown next.
fn is_in(cond: &Cond, other: SegmentId) -> bool {
    matches!(&cond.kind, CondKind::InSegment { segment, .. } if segment.value == other)
}
