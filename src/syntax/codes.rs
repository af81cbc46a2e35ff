//! The codes of the syntax room: stable, each with one line of meaning.

use crate::diagnostic::Code;

macro_rules! codes {
    ($($name:ident = $code:literal, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $name: Code = Code($code);)*

        /// Every code of this room with its meaning, in order.
        pub const ALL: &[(Code, &str)] = &[$(($name, $meaning)),*];
    };
}

codes! {
    UNEXPECTED = "SYN-01", "something else was expected here";
    UNKNOWN_DECLARATION = "SYN-02", "no declaration begins with this word";
    UNKNOWN_CLAUSE = "SYN-03", "this declaration has no such clause";
    STRAY = "SYN-04", "text outside any declaration, or a declaration that does not start in column 0";
    BRACKET = "SYN-05", "a bracket or brace is never closed, or closes nothing";
    UNCLOSED_TEXT = "SYN-06", "a text or a comment is never closed";
    ESCAPE = "SYN-07", "an escape in a text that the language does not have";
    HIDDEN_CHARACTER = "SYN-08", "a character that cannot be seen, or that changes how the text around it is shown";
    LOOKALIKE = "SYN-09", "a character that only looks like the one the language has";
    NESTING = "SYN-10", "nested too deeply";
    TOO_LARGE = "SYN-11", "a file, a declaration, a text, a number or a name is too long";
    ENCODING = "SYN-12", "the file is not UTF-8";
    TWICE = "SYN-13", "a clause is written twice";
    RESERVED = "SYN-14", "a reserved word is used as a name";
    NUMBER = "SYN-15", "a number is written in a way that the language does not have";
    DATE = "SYN-16", "this day does not exist, or is not written as year-month-day";
    RANGE = "SYN-17", "a number is out of range here";
    OPERATOR = "SYN-18", "an operator of another language";
    UPPER_CASE = "SYN-19", "keywords are lower case";
    SINGLE_QUOTES = "SYN-20", "a text in single quotes";
    SQL_IDIOM = "SYN-21", "an idiom of SQL that has another spelling here";
    MISSING_COMMA = "SYN-22", "a comma is missing";
    EXCEPTION_TO_RULE = "GOV-04", "an exception names a rule of the language";
    CONSENT_WEAKENED = "CON-19", "consent is written inside a condition, where `or` could weaken it";
    CONSENT_NEGATED = "CON-20", "consent is written under a negation, which would pick people because they lack it";
    OPEN_FILTER = "SYN-24", "a filter is still open before `and` or `or`, so that two readings are possible";
    CHAINED = "SYN-25", "comparisons do not chain";
    MIXED = "SYN-26", "`and` is mixed with `or` without parentheses";
    RAW_SQL = "SYN-27", "raw SQL inside a declaration";
    UNKNOWN_FUNCTION = "SYN-28", "there is no such function";
    FILTER_SHAPE = "SYN-29", "a filter is neither one comparison nor a condition in parentheses";
    MISPLACED_NOT = "SYN-30", "`not` stands in the middle of a comparison";
    STRAY_WINDOW = "SYN-31", "a window that bounds no rows";
    STRAY_DOC = "SYN-32", "documentation that documents nothing";
    EMPTY = "SYN-33", "something is empty that cannot be";
    AGO = "SYN-34", "a length of time where an instant or a window is needed";
    MINUS = "SYN-35", "a minus sign before something that is no number";
    SEPARATOR = "SYN-36", "a separator or a comment of another language";
    TOO_MANY = "SYN-39", "more mistakes than are shown";
    UNSUPPORTED = "SYN-40", "the language has this construct, and this compiler does not support it yet";
    LEFT_OPEN = "SYN-41", "a question that nobody has answered yet, written `???`";
    INTERNAL = "INT-01", "the parser contradicted itself; a mistake of the compiler";
}
