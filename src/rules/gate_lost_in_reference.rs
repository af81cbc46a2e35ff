//! COM-05: a segment refers to another one whose consent opened what the referring segment has no consent for. Names findings of
//! policies; that the guard of a referenced segment is evaluated too is part of what is emitted.

use crate::diagnostic::Code;
use crate::model::{ConsentClause, Model, PurposeId, Segment};
use crate::privacy::Read;

const CODE: Code = Code("COM-05");

/// The class, where a reading came through a segment that asks for the consent which the referring one lacks.
pub(super) fn named_by(model: &Model, read: &Read, purpose: PurposeId) -> Option<Code> {
    read.through_segment().filter(|id| asks_for(&model.segments[*id], purpose)).map(|_| CODE)
}

/// Whether a segment's consent clause names a purpose.
pub(super) fn asks_for(segment: &Segment, purpose: PurposeId) -> bool {
    match segment.consent.as_ref().map(|clause| &clause.value) {
        Some(ConsentClause::Required(asked)) => asked.iter().any(|asked| asked.value == purpose),
        Some(ConsentClause::NotNeeded { .. }) | None => false,
    }
}
