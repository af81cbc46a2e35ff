//! Releases: the field and the categories that each names.

use crate::source::Spanned;
use crate::syntax::ast;

use super::*;

impl<'a> Resolver<'a> {
    /// Every release, after the fields and the categories that it may name.
    pub(super) fn releases(&mut self) {
        for (it, item) in self.declared.releases.clone() {
            if let Some(release) = self.release(it, item) {
                self.model.releases.push(release);
            }
        }
    }

    /// `None` where the field is unknown, which has been reported.
    fn release(&mut self, it: &'a ast::Release, item: &'a ast::Item) -> Option<Release> {
        let from = it.from.iter().map(|path| self.category(path)).collect();
        let field = self.field_of(&it.field)?;
        Some(Release {
            field: Spanned::new(field, it.field.span),
            from,
            approved_by: it.approved.as_ref().map(|approved| approved.value.by.clone()),
            approved_on: it.approved.as_ref().map(|approved| approved.value.on.map(Date::from)),
            until: it.until.map(|until| Spanned::new(until.value.value.into(), until.span)),
            because: it.because.as_ref().map(|because| Spanned::new(because.value.value.clone(), because.span)),
            span: item.span,
            body: self.body(item.span),
        })
    }
}
