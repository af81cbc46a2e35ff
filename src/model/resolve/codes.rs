//! The codes of what the resolver finds: stable, each with one line of meaning. Classes of the catalogue keep their own names.

use crate::diagnostic::Code;

macro_rules! codes {
    ($($name:ident = $code:literal, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $name: Code = Code($code);)*

        /// Every code of this room with its meaning, in order.
        pub const ALL: &[(Code, &str)] = &[$(($name, $meaning)),*];
    };
}

codes! {
    UNKNOWN_NAME = "NAM-01", "nothing of this name is declared, or not here";
    DECLARED_TWICE = "NAM-02", "a name, or an entry of a list, is declared twice";
    WRONG_KIND = "NAM-03", "the name is one of something else than what is asked for";
    CIRCLE = "NAM-04", "definitions run in a circle";
    TOO_LARGE = "NAM-05", "definitions or references grow or nest beyond bounds";
    MISSING_CLAUSE = "DCL-01", "a declaration lacks a clause that it cannot do without";
    UNFIT_CLAUSE = "DCL-02", "a clause does not fit its declaration";
    MAPPING = "DCL-03", "a mapping of codes, states or countries is not total, or maps something twice";
    BLANK = "DCL-04", "a text that somebody answers for says nothing";
    MISMATCH = "TYP-01", "two sides cannot be compared with each other";
    UNKNOWN_VALUE = "TYP-02", "a closed field, or a key, never holds this value";
    CURRENCY = "TYP-03", "amounts of different currencies, or of none";
    NOT_A_CONDITION = "TYP-04", "a value where a condition is asked for, or the other way round";
    OPERATION = "TYP-05", "the type has no such operation";
    CONSTANT = "TYP-06", "a condition that always has the same answer";
    WINDOW = "TYP-07", "a window that cannot be, or where none belongs";
    ROWS = "TYP-08", "rows where a value is asked for, or the other way round";
    RANK = "TYP-09", "a rank where none can be: of rows, in another rank, in a segment that is referred to";
    IDLE = "TYP-10", "a condition that nobody can meet, or everybody does, beside what else is asked";
}

/// Events without a window: a class of the catalogue.
pub const UNBOUNDED: Code = Code("RET-04");
/// A purpose that says nothing: a class of the catalogue.
pub const VACUOUS: Code = Code("PUR-04");
/// A zone that does not exist: a class of the catalogue.
pub const UNPLACED: Code = Code("RET-10");
/// A recipient that nobody declared: a class of the catalogue.
pub const UNDECLARED_RECIPIENT: Code = Code("CHN-03");
/// Consent that is asked for in a condition: a class of the catalogue.
pub const CONSENT_WEAKENED: Code = Code("CON-19");
/// Noise that nothing accounts for: a class of the catalogue.
pub const NOISE: Code = Code("IDN-14");
/// A construct that the language has and this compiler does not support yet: the parser's code for the same.
pub const NOT_YET: Code = Code("SYN-40");
