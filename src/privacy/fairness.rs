//! What fairness protects: by its label, by standing for it, and in campaigns about what people cannot do without.

use crate::model::{FieldId, Model};
use crate::source::Span;

use super::Read;
use super::taxonomy::is_under;

/// Kinds of data that laws against discrimination protect in housing, jobs, credit and insurance, and the closest proxy of all.
pub const PROTECTED: &[&str] = &[
    "belief",
    "demographic.age",
    "demographic.birth_date",
    "demographic.family",
    "demographic.gender",
    "demographic.marital_status",
    "demographic.nationality",
    "ethnicity",
    "genetic",
    "health",
    "location.postcode",
    "location.precise",
    "orientation",
];

/// Why a field is protected, and the place that says so.
pub fn of_field(model: &Model, field: FieldId) -> Option<(String, Span)> {
    let field = &model.fields[field];
    if field.labels.protected {
        return Some(("is protected".to_owned(), field.name.span));
    }
    let proxy = field.labels.proxies.first()?;
    Some((format!("stands for `{}`", proxy.value), proxy.span))
}

/// Why what is read is protected; with `always`, also where only its category says so.
pub fn protection(model: &Model, read: &Read, always: bool) -> Option<(String, Span)> {
    let declared = read.field.and_then(|field| of_field(model, field));
    let by_kind = || {
        let kinds = |category: &str| PROTECTED.iter().any(|kind| is_under(model, category, kind));
        let revealed = read.reveals.iter().find(|revealed| kinds(&revealed.category))?;
        Some((format!("is `{}`", revealed.category), revealed.span))
    };
    declared.or_else(|| if always { by_kind() } else { None })
}
