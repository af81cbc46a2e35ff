//! Whether a text or a name mentions a word.
//!
//! Words are compared letter by letter without case and accents, in the singular or the plural, whatever stands between them and however
//! their parts are joined: `anti-depressants`, `antiDepressant` and `ANTI_DEPRESSANT` mention "antidepressant". A word never counts inside another
//! one ("hiv" in "archive"), unless it is written as a beginning, `"diabet*"`.
//!
//! Of a pattern what it spells out is read. Not seen: another language, a misspelling, an abbreviation, a word written letter by letter, and whatever a code stands for.

use super::pattern::{Node, Pattern};

/// How few letters a word may have that is found although its parts are joined in another way, and each of these parts.
const FEW: usize = 7;
const FEW_OF_PART: usize = 3;
/// How many parts of a text are read as one word.
const MOST_PARTS: usize = 6;

/// A word, several words, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    letters: String,
    parts: usize,
    begins: bool,
}

impl Phrase {
    /// Reads `hiv`, `folic acid` or `diabet*`; nothing where there is no letter, or a `*` before the end.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = text.strip_suffix('*').unwrap_or(text);
        let parts = parts(plain, false);
        let letters = parts.concat();
        (!letters.is_empty() && !plain.contains('*')).then_some(Self {
            letters,
            parts: parts.len(),
            begins: plain.len() < text.len(),
        })
    }

    /// How many of the first parts say it.
    fn at(&self, parts: &[Option<String>]) -> Option<usize> {
        let mut joined = String::new();
        for (i, part) in parts.iter().take(MOST_PARTS).enumerate() {
            let before = joined.len();
            joined.push_str(part.as_ref()?);
            let count = i + 1;
            let short = |part: &Option<String>| part.as_ref().is_some_and(|it| it.chars().count() < FEW_OF_PART);
            let joins =
                count == self.parts || self.letters.len() >= FEW && !(count > 1 && parts.iter().take(count).any(short));
            if joins && self.says(&joined, before) {
                return Some(count);
            }
        }
        None
    }

    /// Whether letters are this word, the last part of them beginning after `before`.
    fn says(&self, joined: &str, before: usize) -> bool {
        if self.begins {
            return before < self.letters.len() && joined.starts_with(&self.letters);
        }
        let ending = joined.strip_prefix(&self.letters);
        let plural = || joined.strip_suffix("ies").zip(self.letters.strip_suffix('y')).is_some_and(|(a, b)| a == b);
        let hisses = self.letters.ends_with(['s', 'x', 'z', 'h']);
        matches!(ending, Some("" | "s")) || hisses && ending == Some("es") || plural()
    }
}

/// Whether a text mentions one of the words anywhere but in what is excepted.
pub fn is_mentioned(text: &str, words: &[Phrase], except: &[Phrase]) -> bool {
    [false, true].into_iter().any(|humps| {
        let mut left: Vec<Option<String>> = parts(text, humps).into_iter().map(Some).collect();
        for phrase in except {
            for start in 0..left.len() {
                let found = left.get(start..).and_then(|rest| phrase.at(rest)).unwrap_or(0);
                left.iter_mut().skip(start).take(found).for_each(|part| *part = None);
            }
        }
        (0..left.len()).any(|start| left.get(start..).is_some_and(|rest| words.iter().any(|it| it.at(rest).is_some())))
    })
}

/// Whether a text is a word but for its first or last letter.
pub fn nearly(text: &str, word: &Phrase) -> bool {
    let text = parts(text, false).concat();
    let enough = text.len() + 1 >= FEW && text.len() + 1 == word.letters.len();
    enough && (word.letters.starts_with(&text) || word.letters.ends_with(&text))
}

/// What a pattern spells out, letter by letter; a letter in either case is that letter.
pub fn spelled(pattern: &Pattern) -> Vec<String> {
    let mut runs = vec![String::new()];
    spell(pattern.node(), &mut runs);
    runs
}

fn spell(node: &Node, runs: &mut Vec<String>) {
    let one = |c: &char, runs: &mut Vec<String>| runs.last_mut().into_iter().for_each(|run| run.push(*c));
    match node {
        Node::Char(c) => one(c, runs),
        Node::Class { chars, negated: false }
            if chars.first().is_some_and(|a| chars.iter().all(|b| a.eq_ignore_ascii_case(b))) =>
        {
            chars.first().into_iter().for_each(|c| one(&c.to_ascii_lowercase(), runs));
        }
        Node::Any | Node::Class { .. } | Node::Repeat { least: 0, most: None, .. } => runs.push(String::new()),
        Node::Sequence(nodes) => nodes.iter().for_each(|node| spell(node, runs)),
        Node::Either(nodes) => nodes.iter().for_each(|node| {
            runs.push(String::new());
            spell(node, runs);
        }),
        Node::Repeat { of, .. } => spell(of, runs),
    }
}

/// The words of a text, in small letters without accents; with `humps`, what begins with a capital inside a word is a word of its own.
pub fn parts(text: &str, humps: bool) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut last: Option<char> = None;
    let seen = text.chars().filter(|c| !is_invisible(*c));
    let mut chars = seen.peekable();
    while let Some(c) = chars.next() {
        if !c.is_alphanumeric() {
            last = None;
            continue;
        }
        let begins = last.is_none_or(|before| {
            let hump =
                c.is_uppercase() && (!before.is_uppercase() || chars.peek().is_some_and(|next| next.is_lowercase()));
            c.is_numeric() != before.is_numeric() || humps && hump
        });
        if begins {
            out.push(String::new());
        }
        if let Some(word) = out.last_mut() {
            c.to_lowercase().for_each(|small| plain(small, word));
        }
        last = Some(c);
    }
    out.retain(|word| !word.is_empty());
    out
}

/// Characters that nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

/// Adds a small letter without its accents.
fn plain(small: char, to: &mut String) {
    match small {
        'à'..='å' | 'ā' | 'ă' | 'ą' => to.push('a'),
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => to.push('c'),
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => to.push('e'),
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => to.push('i'),
        'ñ' | 'ń' | 'ņ' | 'ň' => to.push('n'),
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => to.push('o'),
        'ś' | 'ŝ' | 'ş' | 'š' => to.push('s'),
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => to.push('u'),
        'ý' | 'ÿ' => to.push('y'),
        'ź' | 'ż' | 'ž' => to.push('z'),
        'æ' => to.push_str("ae"),
        'œ' => to.push_str("oe"),
        'ß' => to.push_str("ss"),
        // Wide forms of the letters and figures of ASCII.
        '\u{ff10}'..='\u{ff5a}' => to.extend(char::from_u32(u32::from(small) - 0xfee0)),
        other => to.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions(words: &[&str], except: &[&str], text: &str) -> bool {
        let read = |texts: &[&str]| texts.iter().map(|text| Phrase::read(text).unwrap()).collect::<Vec<_>>();
        is_mentioned(text, &read(words), &read(except))
    }

    #[test]
    fn words_are_found_however_they_are_written() {
        let words = [
            "hiv",
            "diabet*",
            "insulin*",
            "antidepressant",
            "blood test",
            "prenatal",
            "church",
            "rosary",
            "same-sex",
            "bible",
        ];
        let told = [
            "HIV",
            "hiv self-test",
            "anti-hiv",
            "HIVTest",
            "hivTest",
            "hiv_test",
            "hiv2",
            "diabetic socks",
            "Diabetes",
            "DIABETES care",
            "diabétique",
            "diabeticSocks",
            "pre-diabetic",
            "non_diabetic",
            "Insulin pens",
            "insulins",
            "insulinpen",
            "in\u{ad}sulin",
            "ｉｎｓｕｌｉｎ",
            "anti-depressants",
            "anti depressant",
            "AntiDepressant",
            "ANTI_DEPRESSANTS",
            "a Blood Test kit",
            "blood-tests",
            "bloodtest",
            "pre-natal yoga",
            "PreNatal",
            "churches",
            "Church's candles",
            "rosaries",
            "same sex wedding",
            "samesex",
            "Bibles",
        ];
        for yes in told {
            assert!(mentions(&words, &[], yes), "{yes}");
        }
        let silent = [
            "archive",
            "hive",
            "hives",
            "beehive",
            "blood",
            "bloody test",
            "Churchill biography",
            "Christchurch",
            "bibliography",
            "insulation",
            "peninsula",
            "anti",
            "depression glass",
            "tropical depression",
            "natal",
            "prenup",
            "",
        ];
        for no in silent {
            assert!(!mentions(&words, &[], no), "{no}");
        }
    }

    #[test]
    fn what_is_excepted_tells_nothing_and_hides_nothing_else() {
        let (words, except) = (["kosher", "bible"], ["kosher salt", "cocktail bible"]);
        for no in ["kosher salt", "Kosher-Salt 1kg", "The Cocktail Bible"] {
            assert!(!mentions(&words, &except, no), "{no}");
        }
        for yes in ["kosher salt and kosher beef", "salt, kosher", "bible"] {
            assert!(mentions(&words, &except, yes), "{yes}");
        }
    }

    #[test]
    fn a_pattern_spells_its_letters() {
        let runs = |text: &str| spelled(&Pattern::read(text).unwrap());
        assert_eq!(runs(".*[Ii]nsulin\\d?.*").iter().filter(|run| !run.is_empty()).collect::<Vec<_>>(), ["insulin"]);
        assert!(runs("(spade|hiv) x").iter().any(|run| run.starts_with("hiv")));
    }

    #[test]
    fn a_phrase_has_letters_and_its_star_at_the_end() {
        assert!(Phrase::read("diabet*").is_some());
        for no in ["", "*", " - ", "di*bet", "*betes"] {
            assert_eq!(Phrase::read(no), None, "{no}");
        }
        let word = Phrase::read("insulin").unwrap();
        assert!(
            nearly("insuli", &word) && nearly("nsulin", &word) && !nearly("insul", &word) && !nearly("insulin", &word)
        );
    }
}
