//! Which characters may stand where: code is ASCII, texts and comments hold whatever can be seen.

use unicode_security::confusable_detection::skeleton;

/// What is wrong with a character wherever it stands; `None` for characters that may stand in texts and comments.
pub(super) fn hidden(c: char) -> Option<&'static str> {
    match c {
        '\t' | '\n' | '\r' => None,
        '\0' => Some("a NUL"),
        '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some("a line break of another kind"),
        '\u{01}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Some("a control character"),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}' => {
            Some("a character that changes the direction in which text is shown")
        }
        '\u{FEFF}' => Some("a byte order mark in the middle"),
        '\u{AD}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200D}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206A}'..='\u{206F}'
        | '\u{34F}' => Some("a character of no width"),
        '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}' | '\u{FFA0}' => Some("an invisible letter"),
        '\u{E0000}'..='\u{E0FFF}' => Some("an invisible tag"),
        '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' => Some("a character without meaning"),
        '\u{0020}'..='\u{10FFFF}' => None,
    }
}

/// Whether a character, however it is written, would steer a terminal or reorder the lines of an emitted file that quotes it.
pub(super) fn moves_what_is_shown(c: char) -> bool {
    let steers = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    steers
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}')
}

/// The ASCII that a character outside ASCII stands for in code, where that is sure.
pub(super) fn meant(c: char) -> Option<&'static str> {
    const WIDE: &str =
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    match c {
        '\u{FF01}'..='\u{FF5E}' => {
            let place = (c as usize).saturating_sub(0xFF01);
            WIDE.get(place..place + 1)
        }
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Some(" "),
        '\u{201C}'..='\u{201F}' | '\u{AB}' | '\u{BB}' | '\u{2033}' | '\u{2036}' => Some("\""),
        '\u{2018}'..='\u{201B}' | '\u{B4}' | '\u{2032}' | '\u{2035}' => Some("'"),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some("-"),
        '\u{2260}' => Some("!="),
        '\u{2264}' => Some("<="),
        '\u{2265}' => Some(">="),
        '\u{D7}' => Some("*"),
        '\u{F7}' | '\u{2044}' | '\u{2215}' => Some("/"),
        '\u{2192}' => Some("->"),
        '\u{2026}' => Some("..."),
        '\u{0}'..='\u{10FFFF}' => None,
    }
}

/// The ASCII word that this word looks like, if it does.
pub(super) fn plain_word(word: &str) -> Option<String> {
    let wide: String = word.chars().map(|c| meant(c).map_or(c.to_string(), str::to_owned)).collect();
    let plain: String = wide.chars().map(plain_letter).collect::<Option<String>>()?;
    let ok = plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !plain.is_empty();
    ok.then_some(plain)
}

fn plain_letter(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c);
    }
    let text = c.to_string();
    let mut skeleton = skeleton(&text);
    match (skeleton.next(), skeleton.next()) {
        (Some(only), None) if only.is_ascii_alphanumeric() => Some(only),
        (Some(_) | None, Some(_) | None) => None,
    }
}

/// A character for a message: itself where it can be seen, always with its number.
pub(super) fn shown(c: char) -> String {
    let number = format!("U+{:04X}", u32::from(c));
    if hidden(c).is_some() || c.is_whitespace() || c.is_control() { number } else { format!("`{c}` ({number})") }
}
