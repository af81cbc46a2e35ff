//! Words that tell: what any text of a kind of data reveals by mentioning them.

use crate::source::Spanned;

use super::mention::{Phrase, is_mentioned, nearly};

/// `infer belief.religion from category commercial mentioning ("halal", "kosher") except ("kosher salt")`.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The category that is revealed.
    pub category: Spanned<String>,
    /// The category of the fields in whose values the words are looked for.
    pub from: Spanned<String>,
    /// The words.
    pub words: Vec<Phrase>,
    /// What holds one of the words and tells nothing.
    pub except: Vec<Phrase>,
}

impl Telling {
    /// Whether a text mentions one of the words; see [`super::mention`].
    pub fn is_mentioned(&self, text: &str) -> bool {
        is_mentioned(text, &self.words, &self.except)
    }

    /// Whether a part of a text, as `contains` asks for it, mentions one of the words or spells it but for a letter.
    pub fn is_hinted(&self, part: &str) -> bool {
        self.is_mentioned(part) || self.words.iter().any(|word| nearly(part, word))
    }
}
