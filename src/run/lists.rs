//! Lists in cells: JSON arrays of texts or whole numbers, kept as one canonical text, and what such a text holds.

use serde_json::Value as Json;

use super::compile::Truth;
use crate::plan::ColumnKind;

/// The canonical text of a list that is written as a JSON array; `None` where it is none, or holds something of another kind.
pub(super) fn canonical(text: &str, of: &ColumnKind) -> Option<String> {
    let elements: Vec<Json> = serde_json::from_str(text).ok()?;
    let fits = |element: &Json| match element {
        Json::Null => true,
        Json::String(_) => *of == ColumnKind::Text,
        Json::Number(n) => *of == ColumnKind::Integer && n.is_i64(),
        Json::Bool(_) | Json::Array(_) | Json::Object(_) => false,
    };
    if elements.iter().all(fits) { serde_json::to_string(&elements).ok() } else { None }
}

/// The elements of a canonical list as text; `None` for one that is missing.
pub(super) fn elements(list: &str) -> Vec<Option<String>> {
    let elements: Vec<Json> = serde_json::from_str(list).unwrap_or_default();
    elements
        .into_iter()
        .map(|element| match element {
            Json::Null => None,
            Json::String(text) => Some(text),
            other @ (Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_)) => Some(other.to_string()),
        })
        .collect()
}

/// Whether a list holds one of some values; unknown where it does not and an element is missing.
pub(super) fn has(list: &str, values: &[String], fold: bool) -> Truth {
    let elements = elements(list);
    let same = |a: &str, b: &str| a == b || (fold && a.eq_ignore_ascii_case(b));
    let found = elements.iter().flatten().any(|element| values.iter().any(|value| same(element, value)));
    match found {
        true => Truth::True,
        false if elements.contains(&None) => Truth::Unknown,
        false => Truth::False,
    }
}
