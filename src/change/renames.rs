//! Purposes that are called otherwise, and say so (`formerly`): declarations are compared under the new names.
//!
//! Only names are carried over. What the purpose itself says is compared clause by clause, as if it had never been called anything else, so
//! nothing is moved to another basis, channel or title under cover of a rename.

use super::promises::Declared;
use crate::syntax::{Written, WrittenClause};

/// Clauses that name purposes, where every word may be part of one.
const NAMING: &[&str] = &[
    "allowed",
    "applies",
    "collected",
    "column",
    "consent",
    "except",
    "protects",
    "purpose",
    "purposes",
    "require",
    "trains",
];

/// The older declarations under the new names.
pub(super) fn carried_out(old: &Declared, new: &Declared) -> Declared {
    let names = names(old, new);
    let mut out = old.clone();
    if names.is_empty() {
        return out;
    }
    out.all = std::mem::take(&mut out.all).into_values().map(|one| renamed(one, &names)).map(keyed).collect();
    out
}

/// The newer declarations without the records of renames that happen here: those that stand there anew take nobody's leave for anything.
pub(super) fn recorded(old: &Declared, new: &Declared) -> Declared {
    let names = names(old, new);
    let mut out = new.clone();
    for one in out.all.values_mut().filter(|one| one.keyword == "purpose") {
        let is = words_of(&one.head);
        let own = |words: &[String]| names.iter().any(|(was, new)| *new == is && was.as_slice() == words);
        for clause in one.clauses.iter_mut().filter(|clause| clause.key == "formerly") {
            let rest = clause.words.get(1..).unwrap_or_default();
            let kept: Vec<Vec<String>> =
                rest.split(|word| word == ",").map(<[String]>::to_vec).filter(|words| !own(words)).collect();
            clause.words = clause.words.first().cloned().into_iter().chain(kept.join(&",".to_owned())).collect();
        }
        one.clauses.retain(|clause| clause.key != "formerly" || clause.words.len() > 1);
    }
    out
}

/// Old and new names, as words: purposes that are gone, and are recorded by one that was not there before.
fn names(old: &Declared, new: &Declared) -> Vec<(Vec<String>, Vec<String>)> {
    let mut names = Vec::new();
    for is in new.all.values().filter(|one| one.keyword == "purpose" && !is_there(old, &one.head)) {
        for clause in is.clauses.iter().filter(|clause| clause.key == "formerly") {
            let recorded = clause.words.get(1..).unwrap_or_default().split(|word| word == ",");
            let gone = |was: &&[String]| is_there(old, &was.concat()) && !is_there(new, &was.concat());
            names.extend(recorded.filter(gone).map(|was| (was.to_vec(), words_of(&is.head))));
        }
    }
    names
}

fn is_there(declared: &Declared, purpose: &str) -> bool {
    declared.all.contains_key(&format!("purpose {purpose}"))
}

/// A dotted name as the words and signs that it is written with.
fn words_of(name: &str) -> Vec<String> {
    let parts = name.split('.').map(|part| vec![part.trim().to_owned()]).collect::<Vec<_>>();
    parts.join(&".".to_owned())
}

fn keyed(one: Written) -> (String, Written) {
    (format!("{} {}", one.keyword, one.head), one)
}

fn renamed(mut one: Written, names: &[(Vec<String>, Vec<String>)]) -> Written {
    if one.keyword == "purpose" {
        let head = words_of(&one.head);
        if let Some((_, is)) = names.iter().find(|(was, _)| *was == head) {
            one.head = is.concat();
        }
    }
    for clause in &mut one.clauses {
        rename_in(clause, names);
    }
    one
}

fn rename_in(clause: &mut WrittenClause, names: &[(Vec<String>, Vec<String>)]) {
    let first = clause.key.split(' ').next().unwrap_or_default();
    // What a field may serve stands behind what it is.
    let from = if first == "field" {
        clause.words.iter().position(|word| word == "allowed").unwrap_or(clause.words.len())
    } else if NAMING.contains(&first) {
        1
    } else {
        return;
    };
    let mut out: Vec<String> = clause.words.get(..from).unwrap_or_default().to_vec();
    let mut rest = clause.words.get(from..).unwrap_or_default();
    while let Some((word, after)) = rest.split_first() {
        let whole = |was: &[String]| {
            let beyond = rest.get(was.len()).map(String::as_str);
            rest.starts_with(was) && beyond != Some(".") && out.last().is_none_or(|before| before != ".")
        };
        match names.iter().find(|(was, _)| whole(was)) {
            Some((was, is)) => {
                out.extend(is.iter().cloned());
                rest = rest.get(was.len()..).unwrap_or_default();
            }
            None => {
                out.push(word.clone());
                rest = after;
            }
        }
    }
    clause.words = out;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(purpose: &str, clauses: &[&str], allowed: &str) -> Declared {
        let clause = |said: &str| {
            let words: Vec<String> = said.split(' ').map(str::to_owned).collect();
            WrittenClause { key: words[0].clone(), words }
        };
        let of = |keyword: &str, head: &str, clauses: &[&str]| Written {
            keyword: keyword.to_owned(),
            head: head.to_owned(),
            clauses: clauses.iter().map(|said| clause(said)).collect(),
        };
        let all = [of("purpose", purpose, clauses), of("source", "orders of customer", &[allowed])];
        Declared { all: all.into_iter().map(keyed).collect(), ..Declared::default() }
    }

    #[test]
    fn a_rename_alone_leaves_nothing_to_compare_and_what_goes_with_it_stays() {
        let old = declared("service.notice", &["basis contract"], "allowed service . notice , service . notice . late");
        let new = declared(
            "service.news",
            &["basis consent", "formerly service . notice"],
            "allowed service . news , service . notice . late",
        );
        let (was, is) = (carried_out(&old, &new), recorded(&old, &new));
        assert_eq!(was.all.keys().collect::<Vec<_>>(), is.all.keys().collect::<Vec<_>>());
        assert_eq!(was.all["source orders of customer"].clauses, is.all["source orders of customer"].clauses);
        assert_eq!(is.all["purpose service.news"].clauses.len(), 1);
        assert_ne!(was.all["purpose service.news"].clauses, is.all["purpose service.news"].clauses);
    }
}
