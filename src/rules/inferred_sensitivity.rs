//! SEN-02: harmless data reveals a special category by its value; SEN-03: by a word that tells of one wherever it stands. Names findings of
//! policies; see [`crate::privacy::infer`].

use crate::diagnostic::Code;
use crate::privacy::Revealed;

const CODE: Code = Code("SEN-02");
const WORD: Code = Code("SEN-03");

/// The class, where what a policy forbids is not declared but implied.
pub(super) fn named_by(revealed: &Revealed) -> Option<Code> {
    revealed.inferred.map(|_| if revealed.mentioned { WORD } else { CODE })
}
