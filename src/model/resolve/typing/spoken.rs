//! Names that are no names: a day in words (`today`), everybody, a value without its quotes.
//!
//! Only what nothing in scope is called comes here, so a field may bear any of these words.

use crate::syntax::ast;

use super::*;

impl Typer<'_, '_> {
    /// The finding about a word that stands for something else than a name.
    pub(super) fn meant_otherwise(&self, name: &ast::Name, path: &ast::Path) -> Option<Diagnostic> {
        let word = name.value.as_str();
        if path.segments.len() > 1 {
            return None;
        }
        let finding =
            |message: &str| Diagnostic::error(codes::UNKNOWN_NAME, message.to_owned()).at(name.span, "no name");
        match word.to_ascii_lowercase().as_str() {
            "today" | "yesterday" | "tomorrow" | "now" | "current_date" | "current_timestamp" => Some(
                finding(&format!("`{word}` is no value that something could be compared with")).help(
                    "write `is today` or `is yesterday`, `>= 30 days ago`, `within next 7 days`; rows are read `over 2026-01-01 to now`",
                ),
            ),
            "everybody" | "anybody" | "anyone" => {
                Some(finding("membership by leave alone is `everyone`").fix("write `everyone`", name.span, "everyone"))
            }
            _ => {
                let mut closed = self.model().fields.values().filter_map(|field| field.one_of.as_ref());
                let listed = closed.any(|values| values.iter().any(|value| value.value == word));
                listed.then(|| {
                    finding(&format!("nothing is called `{word}`, and a text stands in double quotes"))
                        .help(format!("write `= \"{word}\"`"))
                })
            }
        }
    }
}
