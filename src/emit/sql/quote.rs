//! Literals, names and comments: the only place that turns data into SQL text.
//!
//! Every function here has a counterpart in an independent lexer (`verify`), and decoding what was printed gives back what was meant.

use super::dialect::{Dialect, Strings};
use crate::faults::{Fault, on};
use crate::model::{Date, Decimal, Instant};

/// Text as a string literal. Text with NUL never gets here: `fit` refuses it.
pub fn text(dialect: &Dialect, text: &str) -> String {
    match dialect.strings {
        Strings::PlainOrE if on(Fault::F33) => format!("'{}'", text.replace('\'', "''")),
        Strings::Plain if on(Fault::F33) => format!("'{}'", backslashed(text)),
        Strings::Plain => format!("'{}'", text.replace('\'', "''")),
        // Means the same whatever `standard_conforming_strings` says.
        Strings::PlainOrE if text.contains('\\') => {
            format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
        }
        Strings::PlainOrE => format!("'{}'", text.replace('\'', "''")),
        Strings::Backslash => format!("'{}'", backslashed(text)),
    }
}

fn backslashed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out
}

/// A name, always quoted, in the case in which it is stored.
pub fn name(dialect: &Dialect, name: &str) -> String {
    let quote = dialect.name_quote;
    let kept: String = name.chars().take(if on(Fault::F34) { 40 } else { usize::MAX }).collect();
    let name = kept.as_str();
    if dialect.names_backslash {
        return format!("{quote}{}{quote}", name.replace('\\', "\\\\").replace(quote, &format!("\\{quote}")));
    }
    format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
}

/// The name of a table, part by part.
pub fn path(dialect: &Dialect, parts: &[String]) -> String {
    parts.iter().map(|part| name(dialect, part)).collect::<Vec<_>>().join(".")
}

/// A decimal, exactly.
pub fn decimal(dialect: &Dialect, value: Decimal) -> String {
    let plain = value.to_string();
    let plain = if plain.starts_with('-') && dialect.decimal.0.is_empty() { format!("({plain})") } else { plain };
    format!("{}{plain}{}", dialect.decimal.0, dialect.decimal.1)
}

/// A whole number; one of more than 18 digits as a decimal where only those may have so many.
pub fn whole(dialect: &Dialect, value: i128) -> String {
    if i64::try_from(value).is_ok() {
        return value.to_string();
    }
    format!("{}{value}{}", dialect.decimal.0, dialect.decimal.1)
}

/// A civil day.
pub fn day(_: &Dialect, day: Date) -> String {
    format!("DATE '{day}'")
}

/// An instant, in UTC.
pub fn instant(dialect: &Dialect, instant: Instant) -> String {
    format!("{}'{}+00:00'{}", dialect.instant.0, civil(instant), dialect.instant.1)
}

/// A wall time; the argument counts from 1970-01-01T00:00:00 on the wall.
pub fn wall(dialect: &Dialect, wall: Instant) -> String {
    format!("{}'{}'", dialect.wall, civil(wall))
}

fn civil(instant: Instant) -> String {
    instant.to_string().trim_end_matches('Z').replace('T', " ")
}

/// Text for one comment line: nothing in it can end the line, open or close a comment, or reorder what is seen.
pub fn comment(text: &str) -> String {
    let plain: String = text.chars().map(|c| if is_plain(c) { c } else { ' ' }).collect();
    plain.replace("*/", "* /").replace("/*", "/ *").trim_end().trim_end_matches('\\').to_owned()
}

fn is_plain(c: char) -> bool {
    let invisible = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !invisible
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::sql::dialect::{BIGQUERY, DUCKDB, POSTGRES, SNOWFLAKE};

    #[test]
    fn literals_cannot_end_early() {
        assert_eq!(text(&DUCKDB, r"\' OR 1=1 -- "), r"'\'' OR 1=1 -- '");
        assert_eq!(text(&POSTGRES, r"\' OR 1=1 -- "), r"E'\\'' OR 1=1 -- '");
        assert_eq!(text(&SNOWFLAKE, "\\' OR\n1=1"), r"'\\\' OR\n1=1'");
        assert_eq!(text(&BIGQUERY, "it's"), r"'it\'s'");
    }

    #[test]
    fn names_are_injective() {
        let all: Vec<String> = ["a\"b", "a\"\"b", "a", "A", "", "a`b"].iter().map(|n| name(&POSTGRES, n)).collect();
        assert_eq!(all, ["\"a\"\"b\"", "\"a\"\"\"\"b\"", "\"a\"", "\"A\"", "\"\"", "\"a`b\""]);
        assert_eq!(name(&BIGQUERY, "a`b"), "`a\\`b`");
    }

    #[test]
    fn comments_stay_on_their_line() {
        assert_eq!(comment("a\nDROP TABLE x; -- \u{202e}*/ b\u{2028}c\\"), "a DROP TABLE x; --  * / b c");
    }
}
