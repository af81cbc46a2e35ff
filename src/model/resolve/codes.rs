//! The codes of what the resolver finds. Classes of the catalogue of violations keep their own names.

use crate::diagnostic::Code;

/// A name that nothing declares.
pub const UNKNOWN_NAME: Code = Code("NAM-01");
/// Two declarations of one name.
pub const DECLARED_TWICE: Code = Code("NAM-02");
/// A name of something else than what is asked for here.
pub const WRONG_KIND: Code = Code("NAM-03");
/// Definitions, or rows, in a circle.
pub const CIRCLE: Code = Code("NAM-04");
/// Definitions that grow or nest beyond bounds.
pub const TOO_LARGE: Code = Code("NAM-05");
/// A declaration lacks a clause that it cannot do without.
pub const MISSING_CLAUSE: Code = Code("DCL-01");
/// A clause that does not fit its declaration.
pub const UNFIT_CLAUSE: Code = Code("DCL-02");
/// A mapping of codes or countries that is not total or not unique.
pub const MAPPING: Code = Code("DCL-03");
/// Two sides that cannot be compared or computed with each other.
pub const MISMATCH: Code = Code("TYP-01");
/// A value that a closed field never holds.
pub const UNKNOWN_VALUE: Code = Code("TYP-02");
/// Amounts of different currencies, or of none.
pub const CURRENCY: Code = Code("TYP-03");
/// A value where a condition is asked for, or the other way round.
pub const NOT_A_CONDITION: Code = Code("TYP-04");
/// An operation that the type does not have.
pub const OPERATION: Code = Code("TYP-05");
/// A condition that is always true or always false.
pub const CONSTANT: Code = Code("TYP-06");
/// A window that cannot be, or where none belongs.
pub const WINDOW: Code = Code("TYP-07");
/// Rows where a value is asked for, or the other way round.
pub const ROWS: Code = Code("TYP-08");
/// Events without a window.
pub const UNBOUNDED: Code = Code("RET-04");
/// A construct of the language that this compiler does not have yet.
pub const NOT_YET: Code = Code("NYS-01");
