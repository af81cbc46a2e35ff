//! MLS-02: a score says in a number what the values of its training data imply. Names findings of policies; see [`crate::privacy::flow`].

use crate::diagnostic::Code;
use crate::privacy::{Read, Revealed};

const CODE: Code = Code("MLS-02");

/// The class, where what is forbidden or unspoken of is implied by what a model was trained on.
pub(super) fn named_by(read: &Read, revealed: &Revealed) -> Option<Code> {
    read.through_model().and(revealed.inferred).map(|_| CODE)
}
