//! Words that tell: what any text of a kind of data reveals by mentioning them.

use crate::source::Spanned;

/// `infer belief.religion from category commercial mentioning ("halal", "kosher")`.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The category that is revealed.
    pub category: Spanned<String>,
    /// The category of the fields in whose values the words are looked for.
    pub from: Spanned<String>,
    /// The words, in lower case.
    pub words: Vec<String>,
}

impl Telling {
    /// Whether a text mentions one of the words, as a word of its own, in any case.
    pub fn is_mentioned(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.words.iter().any(|word| has_word(&text, word))
    }
}

/// Whether a word stands in a text with no letter or digit on either side.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        apart(before) && apart(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, SourceMap, Span};

    #[test]
    fn words_are_words_of_their_own_in_any_case() {
        let file: FileId = SourceMap::new().add("a", "");
        let place = |text: &str| Spanned::new(text.to_owned(), Span::new(file, 0, 0));
        let telling = Telling {
            category: place("health"),
            from: place("commercial"),
            words: vec!["hiv".into(), "blood test".into()],
        };
        for yes in ["HIV", "hiv self-test", "a Blood Test kit", "anti-hiv"] {
            assert!(telling.is_mentioned(yes), "{yes}");
        }
        for no in ["archive", "hive", "blood", "bloody test", ""] {
            assert!(!telling.is_mentioned(no), "{no}");
        }
    }
}
