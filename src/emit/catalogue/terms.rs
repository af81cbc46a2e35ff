//! Categories as pages show them: the name of the language, and beside it the term of the W3C Data Privacy Vocabulary, where the mapping
//! of the built-in categories has one. A term for more than the category says so. Whose terms these are stands once on each page.

use super::markdown::code;
use crate::privacy::taxonomy::vocabularies::{Counterpart, MEANINGS};

/// Whose terms they are, once on a page that shows one.
const ATTRIBUTION: &str = "`pd:` marks terms of the W3C Data Privacy Vocabulary 2.3, <https://w3id.org/dpv/pd> (W3C Software and Document \
                           licence; names of terms only). What matches what is our judgement, not theirs.\n";

/// A category with its term, if it has one.
pub(super) fn label(category: &str) -> String {
    let name = code(category);
    match MEANINGS.iter().find(|row| row.category == category).map(|row| row.dpv) {
        Some(Counterpart::Close(term)) => format!("{name} (`pd:{term}`)"),
        Some(Counterpart::Broader(term)) => format!("{name} (broader: `pd:{term}`)"),
        Some(Counterpart::Absent(_)) | None => name,
    }
}

/// The attribution, with an empty line before it, where the text of a page shows a term.
pub(super) fn attribution(page: &str) -> String {
    if page.contains("`pd:") { format!("\n{ATTRIBUTION}") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_shows_its_term_and_how_near_it_comes() {
        assert_eq!(label("contact.email"), "`contact.email` (`pd:EmailAddress`)");
        assert_eq!(label("technical.activity"), "`technical.activity` (broader: `pd:Behavioural`)");
        assert_eq!(label("technical.cookie"), "`technical.cookie`");
        assert_eq!(label("shop.own"), "`shop.own`");
        assert_eq!(attribution("`shop.own`"), "");
        assert!(attribution(&label("contact")).contains("W3C"));
    }
}
