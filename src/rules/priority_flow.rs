//! COM-04: who is shown the next thing tells who was not shown the first. Names findings of policies about placements.

use crate::diagnostic::Code;
use crate::model::{Role, Segment};
use crate::privacy::{Polarity, Read};

const CODE: Code = Code("COM-04");

/// The class, where what is read decides only who comes before in a placement.
pub(super) fn named_by(segment: &Segment, read: &Read) -> Option<Code> {
    let before = segment.role == Role::Shown && read.through_segment().is_some();
    (before && read.polarity == Polarity::Negative).then_some(CODE)
}
