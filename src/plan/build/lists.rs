//! What is in a list, and literals of versions, as plans hold them.

use crate::model::{self, ExprKind};
use crate::plan::Cond;
use crate::source::Spanned;

use super::Builder;

impl<'m> Builder<'m> {
    /// Whether values are in a list.
    pub(super) fn has(&mut self, list: &'m model::Expr, values: &[Spanned<model::Value>], ignoring_case: bool) -> Cond {
        if let ExprKind::Defined { body, .. } = &list.kind {
            return self.has(body, values, ignoring_case);
        }
        // Unreachable once checked; `or` of nothing is false, and lets nobody in.
        let ExprKind::Field(path) = &list.kind else { return Cond::Or(Vec::new()) };
        let values = values.iter().map(|value| value.value.clone()).collect();
        Cond::Has { list: self.path(path), values, ignoring_case }
    }
}

/// A literal as plans hold it: versions as texts in whose order they stand.
pub(super) fn planned(value: &model::Value, ty: &model::Type) -> model::Value {
    match (ty, value) {
        (model::Type::Version, model::Value::Text(text)) => {
            model::Value::Text(model::version::key(text).unwrap_or_default())
        }
        (_, value) => value.clone(),
    }
}
