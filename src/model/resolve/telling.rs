//! Words that tell of a special category wherever a kind of data mentions them.

use crate::model::mention::Phrase;
use crate::source::Spanned;
use crate::syntax::ast::{self, Literal, LiteralKind};

use super::names::unfit;
use super::*;

impl<'a> Resolver<'a> {
    /// `infer c from category d mentioning ("…") except ("…")`.
    pub(super) fn telling(&mut self, it: &'a ast::Infer, category: Spanned<String>) {
        let from = self.category(&it.from);
        let (words, except) = (self.phrases(&it.values), self.phrases(&it.except));
        self.model.telling.push(Telling { category, from, words, except });
    }

    fn phrases(&mut self, values: &[Literal]) -> Vec<Phrase> {
        values.iter().filter_map(|value| self.phrase(value)).collect()
    }

    fn phrase(&mut self, value: &Literal) -> Option<Phrase> {
        let read = match &value.kind {
            LiteralKind::Text(text) => Phrase::read(text),
            LiteralKind::Error => return None,
            LiteralKind::Number(_)
            | LiteralKind::Money { .. }
            | LiteralKind::Percent(_)
            | LiteralKind::Date(_)
            | LiteralKind::Version(_)
            | LiteralKind::Boolean(_) => None,
        };
        if read.is_none() {
            let finding = unfit("`mentioning` takes words", value.span, "not a word");
            self.report(finding.help("write each word in double quotes; a `*` at its end stands for any other ending"));
        }
        read
    }
}
