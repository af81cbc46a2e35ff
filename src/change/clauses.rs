//! What each clause of the language does to people when it comes, goes, or says more: the table behind [`super::promises()`].
//!
//! A clause that the table does not name may do anything, so that none is ever silent. Clauses that two plans compare are told with the
//! audiences and stand here as telling nothing by themselves.

use std::collections::{BTreeMap, BTreeSet};

/// What it does that a clause or a declaration comes; that it goes does the opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// It lets more happen.
    Loosens,
    /// It lets less happen.
    Tightens,
    /// It matters either way.
    Matters,
    /// It does nothing by itself.
    Neither,
}

/// Which other words let more happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// A longer list, or a larger number.
    More,
    /// A shorter list, or a smaller number.
    Less,
    /// A shorter list, or larger numbers in it.
    Bounds,
    /// Any other words.
    Any,
    /// None.
    Neither,
}

/// What a clause does.
#[derive(Debug, Clone, Copy)]
pub struct Bears {
    /// When it comes or goes.
    pub comes: Comes,
    /// When it says something else.
    pub says: Says,
    /// What it is about, for people; may be empty.
    pub about: &'static str,
}

use Comes::{Loosens, Matters, Neither as Nothing, Tightens};
use Says::{Any, Bounds, Less, More, Neither};

type Row = (&'static str, &'static str, Comes, Says, &'static str);

/// Declarations, clauses, and what each clause does.
const CLAUSES: &[Row] = &[
    (
        "entity source rows lookup list ledger model identity sessions",
        "table from key subject at arrived unique link",
        Nothing,
        Neither,
        "what is read",
    ),
    ("ledger", "purposes states column version evidence until", Nothing, Neither, "what the ledger says"),
    ("identity", "to", Nothing, Neither, "what is read"),
    ("entity source list ledger model identity", "retain", Tightens, More, "how long rows are kept"),
    ("entity source rows list model", "allowed protects", Loosens, More, "what the data may serve"),
    ("entity", "residence birth", Tightens, Any, "whose rules hold"),
    ("entity source rows lookup model", "field", Nothing, Neither, "what the column is"),
    ("source list", "origin", Tightens, Any, "where the data came from"),
    ("source list", "collected", Tightens, Any, "on whose leave it was recorded"),
    ("source list", "informed", Tightens, Any, "how people were told of it"),
    ("source list model", "tolerate", Loosens, More, "rows of nobody"),
    ("list", "is", Tightens, Less, "what being on it says"),
    ("model", "trained", Tightens, Any, "what the model learnt from"),
    ("ledger identity", "fresh", Tightens, More, "how old the feed may be"),
    ("ledger", "skew", Tightens, Less, "how far clocks may differ"),
    ("ledger", "current", Tightens, More, "how old the feed may be"),
    ("ledger purpose destination", "controller", Tightens, Any, "who people said yes to"),
    ("purpose destination jurisdiction policy", "title", Nothing, Neither, ""),
    ("purpose policy segment report placement", "because", Nothing, Neither, "the reason given"),
    ("purpose", "basis channel", Tightens, Any, "on what it rests"),
    ("purpose", "valid", Tightens, More, "how long a yes lasts"),
    ("purpose", "notice", Tightens, Less, "what people were told"),
    ("purpose", "assessment", Tightens, Any, "who has weighed it"),
    ("purpose", "suspended", Tightens, Neither, "whether anybody is reached"),
    ("purpose", "tells", Tightens, More, "what people are told is looked at"),
    ("purpose", "shares", Tightens, More, "who people are told receives their data"),
    ("purpose", "soft advertises", Loosens, Any, "who is written to without a yes"),
    ("purpose", "formerly", Loosens, More, "whose leave is taken for this"),
    ("purpose segment", "campaign", Tightens, Any, "what the campaign is about"),
    ("destination", "channel region", Tightens, Any, "where people's data goes"),
    ("destination", "transfer", Tightens, Any, "what covers the data on its way"),
    ("destination", "match", Loosens, Any, "what is matched on"),
    ("destination", "lag", Tightens, More, "how long a no needs"),
    ("destination", "removes", Tightens, Any, "who lets people go"),
    ("destination", "expires", Tightens, More, "who lets people go"),
    ("destination", "outside service expands trains", Matters, Any, "what is done with the data there"),
    ("destination segment", "decides", Matters, Any, "what is decided about people"),
    ("destination", "isolates", Loosens, Any, "whether lists meet there"),
    ("destination policy", "minimum", Tightens, Less, "how few people may leave"),
    ("destination", "takes", Tightens, More, "what it needs"),
    ("jurisdiction", "countries", Matters, Any, "whose rules hold"),
    ("jurisdiction", "absent", Tightens, More, "whether nobody need be asked"),
    ("jurisdiction", "adult", Tightens, Less, "who is a minor"),
    ("jurisdiction", "sale", Tightens, Any, "how people opt out of sale"),
    ("policy", "class", Nothing, Neither, ""),
    ("policy", "applies", Tightens, Any, "where it holds"),
    ("policy", "forbid require", Tightens, Less, "what is demanded"),
    ("policy", "limit", Tightens, Bounds, "what is demanded"),
    ("policy", "level", Tightens, More, "how much it weighs"),
    ("policy", "since", Loosens, More, "from when on it holds"),
    ("exception release", "approved", Tightens, Any, "by whose leave"),
    ("exception release", "until", Tightens, More, "for how long"),
    ("exception release", "because", Tightens, Any, "the reason given"),
    ("segment report placement", "owner", Nothing, Neither, "who answers for it"),
    ("segment", "review", Tightens, More, "when somebody looks again"),
    ("segment", "fairness", Loosens, Any, "why what fairness protects may decide"),
    ("segment", "stay", Loosens, More, "who remains without being wanted"),
];

/// Clauses that are told with audiences, as two plans are compared by them.
const COMPARED: &[(&str, &str)] = &[
    ("segment", "purpose consent retain refresh for expose minimum holdout cap where except"),
    ("report", "purpose consent retain by show compare minimum noise"),
    ("placement", "channel show otherwise"),
];

/// Declarations that come and go.
const DECLARATIONS: &[(&str, Comes)] = &[
    ("policy infer", Tightens),
    ("exception release", Loosens),
    ("category ledger identity jurisdiction", Matters),
    ("entity source rows lookup sessions list model purpose destination", Nothing),
];

/// Words inside a clause that do something of their own.
const PHRASES: &[(&[&str], Comes, Says)] = &[
    (&["not", "combined", "with"], Tightens, Less),
    (&["not", "delivered"], Tightens, Neither),
    (&["retrained", "every"], Tightens, More),
    (&["looking", "back"], Nothing, More),
    (&["reviewed", "by"], Tightens, Any),
    (&["under", "contract"], Tightens, Any),
    (&["no", "exceptions"], Tightens, Neither),
    (&["hashed"], Tightens, Neither),
    (&["by", "hand"], Loosens, Neither),
    (&["bundled"], Tightens, Neither),
    (&["unverified"], Nothing, Neither),
    (&["except", "purpose"], Loosens, More),
    (&["because"], Nothing, Neither),
    (&["last"], Nothing, Neither),
    (&["one", "of"], Nothing, Neither),
    (&["allowed"], Tightens, More),
    (&["is"], Tightens, Less),
];

/// Words between a keyword and the list that it says.
const JOINTS: &[&str] = &["of", "with", "to", "on", "models", "for"];

fn among(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// What a declaration does that comes or goes; `None` where audiences tell.
pub fn declaration(keyword: &str) -> Option<Comes> {
    if COMPARED.iter().any(|(of, _)| *of == keyword) || keyword == "define" {
        return None;
    }
    Some(DECLARATIONS.iter().find(|(all, _)| among(all, keyword)).map_or(Matters, |(_, comes)| *comes))
}

/// What a clause does; `None` where audiences tell.
pub fn clause(of: &str, key: &str) -> Option<Bears> {
    let word = key.split(' ').next().unwrap_or(key);
    if COMPARED.iter().any(|(declaration, all)| *declaration == of && among(all, word)) {
        return None;
    }
    let row = CLAUSES.iter().find(|(all, words, ..)| among(all, of) && among(words, word));
    Some(row.map_or(Bears { comes: Matters, says: Any, about: "" }, |(_, _, comes, says, about)| Bears {
        comes: *comes,
        says: *says,
        about,
    }))
}

/// The phrase of an index.
pub fn phrase(at: usize) -> (Comes, Says) {
    PHRASES.get(at).map_or((Matters, Any), |(_, comes, says)| (*comes, *says))
}

/// A clause taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// What it says itself, between commas.
    pub saying: BTreeSet<String>,
    /// What its phrases say, by their index.
    pub phrases: BTreeMap<usize, BTreeSet<String>>,
}

/// Takes a clause apart, its keyword aside.
pub fn parts(words: &[String]) -> Parts {
    let mut parts = Parts::default();
    let mut rest = words.get(1..).unwrap_or_default();
    while let Some((_, after)) = rest.split_first().filter(|(word, _)| JOINTS.contains(&word.as_str())) {
        rest = after;
    }
    // What a list clause says is its labels themselves.
    let own_labels = words.first().is_some_and(|word| word == "is");
    let (mut within, mut piece): (Option<usize>, Vec<&str>) = (None, Vec::new());
    while let Some((word, after)) = rest.split_first() {
        let begins = |(phrase, ..): &&(&[&str], Comes, Says)| {
            rest.len() >= phrase.len() && phrase.iter().zip(rest).all(|(known, word)| known == word)
        };
        let found = PHRASES.iter().position(|row| begins(&row)).filter(|_| !own_labels);
        if let Some((at, (phrase, _, says))) = found.and_then(|at| Some((at, PHRASES.get(at)?))) {
            let before = piece.last().copied().unwrap_or_default().to_owned();
            close(&mut parts, within, &mut piece);
            // A flag says something of the word before it, and what follows belongs to the clause again.
            let flag = *says == Neither && !matches!(phrase, ["because" | "last"] | ["one", "of"]);
            parts.phrases.entry(at).or_default().extend(flag.then_some(before));
            within = (!flag).then_some(at);
            rest = rest.get(phrase.len()..).unwrap_or_default();
            continue;
        }
        if word == "," {
            close(&mut parts, within, &mut piece);
        } else {
            piece.push(word);
        }
        rest = after;
    }
    close(&mut parts, within, &mut piece);
    parts
}

fn close(parts: &mut Parts, within: Option<usize>, piece: &mut Vec<&str>) {
    if piece.is_empty() {
        return;
    }
    let said = std::mem::take(piece).join(" ");
    match within {
        // Not personal is no label.
        Some(at) if said != "not personal" => drop(parts.phrases.entry(at).or_default().insert(said)),
        Some(_) => {}
        None if said == "nothing" => {}
        None => drop(parts.saying.insert(said)),
    }
}

/// The number that a part is about (of minutes, of days, or plain), and its other words.
pub fn size(part: &str) -> Option<(i64, String)> {
    let (mut number, mut unit, mut rest) = (None, 1, Vec::new());
    for word in part.split(' ') {
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        let plain = word.trim_matches('"').chars().all(|c| c.is_ascii_digit() || c == '-' || c == '.');
        let ranked = ["no", "yes", "error", "warning", "note"].iter().position(|known| *known == word);
        match (ranked, minutes(word)) {
            (Some(at), _) if number.is_none() => number = i64::try_from(at).ok(),
            (_, Some(length)) if number.is_some() => unit = length,
            (_, _) if number.is_none() && plain && !digits.is_empty() => number = digits.parse().ok(),
            (_, _) => rest.push(word),
        }
    }
    if part.starts_with("without end") {
        return Some((i64::MAX, String::new()));
    }
    Some((number?.saturating_mul(unit), rest.join(" ")))
}

fn minutes(unit: &str) -> Option<i64> {
    Some(match unit.trim_end_matches('s') {
        "minute" => 1,
        "hour" => 60,
        "day" => 1_440,
        "week" => 10_080,
        "month" => 43_830,
        "year" => 525_960,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(said: &str) -> Vec<String> {
        said.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_clause_is_taken_apart_at_its_commas_and_phrases() {
        let origin =
            parts(&words("origin third party \"A\" under contract \"C\" , not combined with x , y , not delivered"));
        assert_eq!(origin.saying.len(), 1, "{origin:?}");
        assert_eq!(origin.phrases.len(), 3, "{origin:?}");
        assert_eq!(parts(&words("tells of b , a")), parts(&words("tells of a , b")));
    }

    #[test]
    fn a_number_is_told_from_the_words_around_it() {
        assert_eq!(size("26 months"), Some((26 * 43_830, String::new())));
        assert_eq!(size("within 6 hours by loaded_at"), Some((360, "within by loaded_at".to_owned())));
        assert!(size("from \"2025-01\"") < size("from \"2026-01\""));
        assert!(size("means no") < size("means yes"));
        assert_eq!(size("first party"), None);
    }
}
