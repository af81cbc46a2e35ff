//! Names of the language made of names of databases: the same ones wherever they can stand, made ones elsewhere, numbered where two would
//! be one. The same names in the same order give the same ones.

use std::collections::{BTreeMap, BTreeSet};

/// What the strictest database keeps of a name, less room for a number.
const LONGEST: usize = 56;

/// The words that stand in backquotes where they are names.
const RESERVED: &[&str] = &[
    "and", "or", "not", "is", "in", "has", "between", "where", "over", "then", "within", "with", "have", "any", "all",
    "no", "except", "ignoring",
];

/// Names of one kind, each once. Names that differ in upper and lower case only are one: files are called by them.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The last number that was given to a name.
    numbers: BTreeMap<String, usize>,
}

impl Names {
    /// Keeps a name from being given.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_lowercase());
    }

    /// The name for something that is called `raw` elsewhere.
    pub fn give(&mut self, raw: &str) -> String {
        let name = plain(raw);
        self.number(name)
    }

    /// The dotted name for a dotted one.
    pub fn path(&mut self, raw: &str) -> String {
        let name: Vec<String> = raw.split('.').map(plain).collect();
        self.number(name.join("."))
    }

    fn number(&mut self, name: String) -> String {
        let mut given = name.clone();
        let number = self.numbers.entry(name.to_lowercase()).or_insert(1);
        while !self.taken.insert(given.to_lowercase()) {
            *number += 1;
            given = format!("{name}_{number}");
        }
        given
    }
}

/// A name as it is written: reserved ones in backquotes.
pub(super) fn written(name: &str) -> String {
    let first = name.split('.').next().unwrap_or(name);
    if RESERVED.contains(&first) { name.replacen(first, &format!("`{first}`"), 1) } else { name.to_owned() }
}

/// Whether a name can stand as it is.
pub(super) fn is_plain(raw: &str) -> bool {
    raw == plain(raw)
}

fn plain(raw: &str) -> String {
    let kept = raw.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
    let mut name: String = kept.take(LONGEST).collect();
    if name.trim_matches('_').is_empty() {
        name = "unnamed".to_owned();
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_what_they_are_where_they_can() {
        let mut names = Names::default();
        let given: Vec<String> = ["customer_id", "Customer_ID", "Straße 1", "1st", "?!", "customer.id", "where"]
            .map(|raw| names.give(raw))
            .into();
        assert_eq!(given, ["customer_id", "Customer_ID_2", "Stra_e_1", "_1st", "unnamed", "customer_id_3", "where"]);
        assert_eq!(written("where"), "`where`");
        assert_eq!(names.path("user.no-such thing.in"), "user.no_such_thing.in");
        assert!(is_plain("order_id") && !is_plain("order id"));
        assert!(names.give(&"x".repeat(300)).len() <= 63);
    }
}
