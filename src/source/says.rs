//! Whether a text says anything: what is left when everything is taken away that nobody could read, look up or be told.
//!
//! One definition for every text that somebody relies on later. Letters of any script count, and Braille; marks without a letter, signs,
//! pictures and characters that nobody sees do not. Words that only hold a place say nothing either, whoever wrote them.

/// What stands where something is still to be written, without capitals and with nothing but letters and digits.
const PLACEHOLDERS: &[&str] = &[
    "asdf",
    "because",
    "changeme",
    "dummy",
    "fixme",
    "foo",
    "foobar",
    "idk",
    "loremipsum",
    "na",
    "nil",
    "nn",
    "none",
    "noreason",
    "notapplicable",
    "null",
    "placeholder",
    "qwerty",
    "reason",
    "tba",
    "tbc",
    "tbd",
    "tobeannounced",
    "tobedecided",
    "tobedefined",
    "todo",
    "undefined",
    "whatever",
    "wip",
];

/// How a text begins that somebody meant to come back to.
const UNFINISHED: &[&str] = &["FIXME", "TBD", "TODO"];

/// Whether there is nothing to read in a text: no letter and no digit of any script.
pub fn is_blank(text: &str) -> bool {
    legible(text).next().is_none()
}

/// Whether a text is no name under which anything could be looked up: blank, or a word that only holds a place.
pub fn names_nothing(text: &str) -> bool {
    let said: String = legible(text).flat_map(char::to_lowercase).collect();
    said.is_empty() || PLACEHOLDERS.contains(&said.as_str()) || is_unfinished(text)
}

/// Whether a text is no reason, nobody's name and no description: it names nothing, has no letter, or one letter over and over.
pub fn says_nothing(text: &str) -> bool {
    names_nothing(text) || legible(text).all(char::is_numeric) || is_one_letter(text)
}

/// What can be read of a text: letters and digits, and Braille, whose cells Unicode counts among the signs.
fn legible(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| matches!(c, '\u{2801}'..='\u{28FF}') || c.is_alphanumeric() && !is_unseen(*c))
}

/// Letters, as Unicode has it, that nobody sees.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}' | '\u{FFA0}')
}

/// A letter is a word by itself only where letters stand for syllables or words: those have no capitals, and come late in Unicode.
fn is_one_letter(text: &str) -> bool {
    let mut letters = legible(text).flat_map(char::to_lowercase);
    let Some(first) = letters.next() else { return false };
    (first < '\u{3041}' || first.is_lowercase()) && letters.all(|letter| letter == first)
}

/// `TODO: ask them`: what follows is work, not an answer.
fn is_unfinished(text: &str) -> bool {
    let rest = UNFINISHED.iter().find_map(|word| text.trim_start().strip_prefix(word));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '(', ',', '.', '!', '?', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_script_say_something() {
        let words = [
            "one letter to win them back",
            "理由",
            "無",
            "причина",
            "سبب",
            "कारण",
            "λόγος",
            "이유",
            "わけ",
            "⠓⠑⠇⠇⠕",
            "été",
        ];
        for text in words.into_iter().chain([
            "LIA-7",
            "DPIA 12",
            "todo cliente lo pidió",
            "e\u{301}tudie\u{301}",
            "Xiaomi",
            "crm@shop.example",
        ]) {
            assert!(!says_nothing(text), "{text:?}");
        }
    }

    #[test]
    fn what_nobody_can_read_or_be_told_says_nothing() {
        let unseen =
            ["", " ", "\u{A0}", "\u{2800}", "\u{FE0F}", "\u{301}", "\u{3164}", "\u{200B}", "\u{1D159}", "\u{E0041}"];
        let signs = [".", "-", "...", "???", "—", "_", "👍", "§"];
        let held = [
            "TODO",
            "todo",
            "T.B.D.",
            "n/a",
            "N.N.",
            "None",
            "<placeholder>",
            "Lorem ipsum",
            "TODO: ask legal",
            "FIXME(dpo)",
            "(reason)",
        ];
        for text in unseen.into_iter().chain(signs).chain(held) {
            assert!(names_nothing(text), "{text:?}");
        }
        for text in ["x", "XX", "aaaa", "ß", "Ａ", "1234", "٣", "⠓"] {
            assert!(says_nothing(text), "{text:?}");
        }
    }

    #[test]
    fn numbers_and_single_letters_are_names_and_keys() {
        for text in ["X", "C", "4711", "2025-01"] {
            assert!(!names_nothing(text), "{text:?}");
        }
        assert!(!is_blank("none") && !is_blank("D") && is_blank("\u{2800}-"));
    }
}
