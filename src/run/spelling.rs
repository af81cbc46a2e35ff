//! Spellings: keys that are texts are alike whatever their outer blanks and capital ASCII letters, for whatever keeps people out.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::cells::Dictionary;

/// The one spelling of all texts that are alike.
pub(super) fn spelt(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a text is not in that spelling.
pub(super) fn is_odd(text: &str) -> bool {
    *spelt(text) != *text
}

/// Words by their one spelling.
pub(super) struct Spellings<'w> {
    words: &'w Dictionary,
    odd: FxHashMap<String, Vec<u32>>,
}

impl<'w> Spellings<'w> {
    pub fn of(words: &'w Dictionary) -> Self {
        let mut odd: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        for (code, word) in (0..).zip(words.iter()).filter(|(_, word)| is_odd(word)) {
            odd.entry(spelt(word).into_owned()).or_default().push(code);
        }
        Self { words, odd }
    }

    /// The codes of every word that is alike.
    pub fn alike<'s>(&'s self, text: &str) -> impl Iterator<Item = u32> + use<'s, 'w> {
        let spelt = spelt(text);
        let plain = self.words.get_index_of(&*spelt).and_then(|code| u32::try_from(code).ok());
        plain.into_iter().chain(self.odd.get(&*spelt).into_iter().flatten().copied())
    }
}

/// For every key the first that is alike; empty where no two are.
pub(super) fn classes<'k>(keys: impl Iterator<Item = (&'k str, u32)> + Clone, count: usize) -> Vec<u32> {
    if !keys.clone().any(|(key, _)| is_odd(key)) {
        return Vec::new();
    }
    let mut firsts: FxHashMap<Cow<'k, str>, u32> = FxHashMap::default();
    let mut class: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
    for (key, id) in keys {
        let first = *firsts.entry(spelt(key)).or_insert(id);
        if let Some(place) = class.get_mut(id as usize) {
            *place = first;
        }
    }
    class
}

/// The spellings of keys that are not in their one spelling.
pub(super) fn odd<'k>(keys: impl Iterator<Item = &'k str>) -> FxHashSet<String> {
    keys.filter(|key| is_odd(key)).map(|key| spelt(key).into_owned()).collect()
}
