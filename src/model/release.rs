//! Releases: what of a field no longer counts, because somebody reviewed it.

use crate::source::{Span, Spanned};

use super::*;

/// A reviewed release: whoever reads the field no longer reads the categories that it names.
///
/// They are taken away from what the field itself is labelled, from what its query carries into it, and from what its model was trained
/// on. Nothing else is: purposes, retention and the fact that there is a row stay as they are. A release that is incomplete or past its
/// end stops the compiler, so what is compiled only ever rests on whole ones.
#[derive(Debug, Clone)]
pub struct Release {
    /// The field.
    pub field: Spanned<FieldId>,
    /// The categories that are taken away, each by its exact name.
    pub from: Vec<Spanned<String>>,
    /// Who approved it.
    pub approved_by: Option<Spanned<String>>,
    /// On which day.
    pub approved_on: Option<Spanned<Date>>,
    /// The last day on which it holds.
    pub until: Option<Spanned<Date>>,
    /// Why.
    pub because: Option<Spanned<String>>,
    /// The whole declaration.
    pub span: Span,
    /// The inside of its braces.
    pub body: Span,
}

impl Release {
    /// Whether it names a category.
    pub fn names(&self, category: &str) -> bool {
        self.from.iter().any(|from| from.value == category)
    }

    /// Who approved it, until when and why, in words.
    pub fn words(&self) -> String {
        let text = |text: &Option<Spanned<String>>| text.as_ref().map_or("", |text| text.value.as_str()).to_owned();
        let day = |day: Option<Spanned<Date>>| day.map_or(String::new(), |day| day.value.to_string());
        let (on, until) = (day(self.approved_on), day(self.until));
        format!("approved by {} on {on}, until {until}: {}", text(&self.approved_by), text(&self.because))
    }
}

impl Model {
    /// Every release of a field.
    pub fn releases_of(&self, field: FieldId) -> impl Iterator<Item = &Release> {
        self.releases.iter().filter(move |release| release.field.value == field)
    }

    /// Whether a release takes a category away from a field.
    pub fn is_released(&self, field: FieldId, category: &str) -> bool {
        self.releases_of(field).any(|release| release.names(category))
    }
}
