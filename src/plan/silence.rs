//! Where silence is taken for a yes, of the people whom a segment may choose.
//!
//! A jurisdiction may let people be reached who were never asked. A condition that asks for a country may leave nobody who lives there,
//! and then saying so would be untrue. What cannot be read off the condition is let in.

use super::{Cond, Expr, Path, SegmentPlan};
use crate::model::{Basis, CompareOp, Value};

/// Places where a purpose of consent takes silence for a yes, and whose people the condition does not keep out.
pub fn places(plan: &SegmentPlan) -> Vec<String> {
    if !plan.guard.purposes.iter().any(|purpose| purpose.basis == Basis::Consent) {
        return Vec::new();
    }
    let residence = &plan.guard.residence;
    let mut found = Vec::new();
    for rule in residence.rules.iter().filter(|rule| rule.asks.absent_means_yes) {
        match &residence.path {
            Some(path) if !rule.countries.is_empty() => {
                found.extend(rule.countries.iter().filter(|country| admits(&plan.condition, path, country)).cloned());
            }
            Some(_) | None => found.push(rule.name.clone()),
        }
    }
    found
}

/// Whether the condition may be true of somebody who lives there.
fn admits(cond: &Cond, path: &Path, country: &str) -> bool {
    if let Cond::And(parts) = cond {
        return parts.iter().all(|part| admits(part, path, country));
    }
    if let Cond::Or(parts) = cond {
        return parts.iter().any(|part| admits(part, path, country));
    }
    if let Cond::Guarded { condition, .. } = cond {
        return admits(condition, path, country);
    }
    let (cond, denied) = if let Cond::Not(inner) = cond { (inner.as_ref(), true) } else { (cond, false) };
    match asked(cond, path, country) {
        Some(holds) => holds != denied,
        None => true,
    }
}

/// What a test of the country alone says of whoever lives there; `None` where it asks anything else.
fn asked(cond: &Cond, path: &Path, country: &str) -> Option<bool> {
    if let Cond::OneOf { value: Expr::Field(of), values, ignoring_case } = cond {
        let same = |value: &Value| is(value, country, *ignoring_case);
        return (of == path).then(|| values.iter().any(same));
    }
    if let Cond::Compare { op, left: Expr::Field(of), right: Expr::Literal(value) } = cond {
        let same = is(value, country, false);
        return match op {
            CompareOp::Equal if of == path => Some(same),
            CompareOp::NotEqual if of == path => Some(!same),
            CompareOp::Equal
            | CompareOp::NotEqual
            | CompareOp::Less
            | CompareOp::LessOrEqual
            | CompareOp::Greater
            | CompareOp::GreaterOrEqual => None,
        };
    }
    None
}

fn is(value: &Value, country: &str, ignoring_case: bool) -> bool {
    let Value::Text(text) = value else { return false };
    text == country || ignoring_case && text.eq_ignore_ascii_case(country)
}
