//! Lists in cells, as JSON arrays.

use serde_json::Value as Json;

use super::Truth;
use crate::model::{Type, Value};

/// The elements of a list, and nothing for each that is missing; `None` where a text is no list of that type.
pub(super) fn elements(text: &str, of: &Type) -> Option<Vec<Option<Value>>> {
    let Json::Array(elements) = serde_json::from_str(text).ok()? else { return None };
    let element = |element: Json| match (of, element) {
        (_, Json::Null) => Some(None),
        (Type::Text, Json::String(text)) => Some(Some(Value::Text(text))),
        (Type::Integer, Json::Number(n)) => n.as_i64().map(|n| Some(Value::Integer(n))),
        (_, _) => None,
    };
    elements.into_iter().map(element).collect()
}

/// Whether one of the values is among the elements; a missing element may be any value.
pub(super) fn has(elements: &[Option<Value>], values: &[&Value], ignoring_case: bool) -> Truth {
    let equal = |element: &Value, value: &Value| match (element, value) {
        (Value::Text(a), Value::Text(b)) if ignoring_case => a.eq_ignore_ascii_case(b),
        (a, b) => a == b,
    };
    let mut truth = Truth::False;
    for element in elements {
        truth = truth.or(match element {
            Some(element) => Truth::of(values.iter().any(|value| equal(element, value))),
            None => Truth::Unknown,
        });
    }
    truth
}

/// A version as a text in whose order versions stand; `None` where it is none.
pub(super) fn version(text: &str) -> Option<String> {
    let mut out = String::new();
    let numbers: Vec<&str> = text.split('.').collect();
    for place in 0..6 {
        let number = match numbers.get(place) {
            Some(written) if (1..=9).contains(&written.len()) && written.chars().all(|c| c.is_ascii_digit()) => {
                written.parse::<u32>().ok()?
            }
            Some(_) => return None,
            None => 0,
        };
        out += &format!("{number:09}");
    }
    (numbers.len() <= 6).then_some(out)
}
