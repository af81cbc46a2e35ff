//! Text of users on its way to a terminal: nothing in it may move the cursor, change colours or reorder what is read.

/// Whether a character steers a terminal, reorders text, or cannot be seen at all.
pub fn is_hazard(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// Whether a character reorders text or takes no visible place: bidirectional controls, zero-width characters, separators
/// that end lines in some tools only, tag characters and the byte order mark.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// One line of text that a terminal shows as it is: hazards stand as `\u{…}`, line breaks and tabs as `\n`, `\r`, `\t`.
pub fn line(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if is_hazard(c) {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
        out
    })
}

/// Text of several lines, escaped line by line; line breaks stay.
pub fn lines(text: &str) -> String {
    text.split('\n').map(|part| line(part.strip_suffix('\r').unwrap_or(part))).collect::<Vec<_>>().join("\n")
}

/// `1 row`, `2 rows`.
pub fn counted(n: u64, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// `1 person`, `2 people`.
pub fn people(n: u64) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{n} people") }
}

/// The line that names the policy packs in force, where there are any.
pub fn packs_in_force(packs: &[String]) -> Option<String> {
    (!packs.is_empty()).then(|| format!("packs in force: {}\n", packs.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{counted, line, lines, people};

    #[test]
    fn one_is_singular() {
        assert_eq!([counted(0, "row"), counted(1, "row"), counted(2, "row")], ["0 rows", "1 row", "2 rows"]);
        assert_eq!([people(1), people(5)], ["1 person", "5 people"]);
    }

    #[test]
    fn escapes_show_what_would_act() {
        assert_eq!(line("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(line("x\u{202e}y\tz\n"), "x\\u{202e}y\\tz\\n");
        assert_eq!(line("größer"), "größer");
        assert_eq!(lines("a\r\nb\u{7}"), "a\nb\\u{7}");
    }
}
