//! What a field is labelled: by its categories, by what identifies, and by a question where neither tells enough, or where a manifest
//! says what the rules of the language would not let stand: that the hash of an identifier is nobody's data.

use super::manifest::Field;
use super::page::{Page, Question};
use super::taxonomy::{Taxonomy, Told};
use crate::rules::hashed_identifier;

/// What stands after `is`, and what a reader should know besides.
pub(super) fn of(field: &Field, taxonomy: &mut Taxonomy<'_>, page: &mut Page) -> (String, Vec<String>) {
    let (mut labels, mut notes, mut personal, mut coarse) = (Vec::new(), Vec::new(), false, false);
    for key in &field.categories {
        match taxonomy.told(key) {
            Told::NotPersonal => {}
            Told::Personal => personal = true,
            Told::Category(name) => labels.push(name),
            Told::Coarse(name) => {
                labels.push(name);
                coarse = true;
            }
        }
    }
    labels.extend(field.identity.as_deref().map(|identity| identified(identity).to_owned()));
    labels = each_once(labels);
    if labels.is_empty() && (personal || field.categories.is_empty()) {
        let why = if personal { "personal, and Fides does not say of what kind" } else { "Fides names no category" };
        return (page.ask(Question::Label).to_owned(), vec![why.to_owned()]);
    }
    if labels.is_empty() {
        let Some(hashed) = hashed_identifier(&field.name) else { return ("not personal".to_owned(), notes) };
        let why =
            format!("Fides says data of the system, and the hash of what identifies is personal: {hashed}, direct?");
        return (page.ask(Question::Label).to_owned(), vec![why]);
    }
    if labels.iter().any(|label| protected(label)) {
        notes.push("`protected`, if fairness is to guard it?".to_owned());
    }
    if field.identity.is_some() || labels.iter().any(|label| direct(label)) {
        labels.push("direct".to_owned());
    }
    if coarse {
        notes.push("Fides files special categories under this key, too: write which, or nothing".to_owned());
        labels.push(page.ask(Question::Label).to_owned());
    }
    (labels.join(", "), notes)
}

fn each_once(labels: Vec<String>) -> Vec<String> {
    labels.into_iter().fold(Vec::new(), |mut kept, label| {
        if !kept.contains(&label) {
            kept.push(label);
        }
        kept
    })
}

/// The category of what identifies people, as Fides calls it.
fn identified(identity: &str) -> &'static str {
    match identity {
        "email" => "contact.email",
        "phone" | "phone_number" => "contact.phone",
        _ => "identity",
    }
}

/// What identifies alone, whatever a manifest says.
fn direct(label: &str) -> bool {
    matches!(label, "contact.email" | "contact.phone" | "identity.government")
}

/// What fairness often guards.
pub(super) fn protected(label: &str) -> bool {
    matches!(
        label,
        "demographic.age"
            | "demographic.birth_date"
            | "demographic.family"
            | "demographic.gender"
            | "demographic.marital_status"
            | "demographic.nationality"
    )
}
