//! How the queries of a guard are called, and what is said of them.

use crate::plan::Guard;

/// What is said of the query of those who granted a purpose.
pub fn grants_comment(purpose: &str) -> String {
    format!("Grants of {purpose} that count now.")
}

/// A purpose of a guard as part of the names of what is asked about it.
pub fn purpose_label(guard: &Guard, index: usize) -> String {
    label(guard.purposes.iter().map(|purpose| purpose.purpose.as_str()), index)
}

/// A ledger of a guard as part of the names of what is asked of it.
pub fn ledger_label(guard: &Guard, index: usize) -> String {
    label(guard.ledgers.iter().map(|ledger| ledger.name.as_str()), index)
}

/// One of several names as part of an identifier, unlike those of the others: two long names may begin alike.
fn label<'n>(names: impl Iterator<Item = &'n str>, index: usize) -> String {
    let mut before: Vec<String> = Vec::new();
    for name in names.take(index + 1) {
        let whole = plain(name);
        let numbered = (2..).map(|n| format!("{}_{n}", whole.chars().take(26).collect::<String>()));
        before.extend(std::iter::once(whole.clone()).chain(numbered).find(|label| !before.contains(label)));
    }
    before.pop().unwrap_or_default()
}

/// A dotted name as part of an identifier.
pub(super) fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(30).collect()
}
