//! Words that tell of a special category wherever a kind of data mentions them.

use crate::source::Spanned;
use crate::syntax::ast::{self, LiteralKind};

use super::names::unfit;
use super::*;

impl<'a> Resolver<'a> {
    /// `infer c from category d mentioning ("…")`.
    pub(super) fn telling(&mut self, it: &'a ast::Infer, category: Spanned<String>) {
        let from = self.category(&it.from);
        let mut words = Vec::new();
        for value in &it.values {
            match &value.kind {
                LiteralKind::Text(text) if !text.trim().is_empty() => words.push(text.trim().to_lowercase()),
                LiteralKind::Error => {}
                LiteralKind::Text(_)
                | LiteralKind::Number(_)
                | LiteralKind::Money { .. }
                | LiteralKind::Percent(_)
                | LiteralKind::Date(_)
                | LiteralKind::Version(_)
                | LiteralKind::Boolean(_) => {
                    let finding = unfit("`mentioning` takes words", value.span, "not a word");
                    self.report(finding.help("write each word in double quotes"));
                }
            }
        }
        self.model.telling.push(Telling { category, from, words });
    }
}
