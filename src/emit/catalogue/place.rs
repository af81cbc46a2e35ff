//! The page of a jurisdiction: which countries, what their law asks as it is declared here, and whom that bears on.

use super::Catalogue;
use super::leave::link;
use super::ledger::asked_by;
use super::markdown::{paragraph, text};
use crate::model::{Jurisdiction, Model};

/// A page for every jurisdiction, by name.
pub(super) fn pages(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    let places = catalogue.model.jurisdictions.values();
    let mut pages: Vec<_> = places.map(|place| (place.name.value.clone(), page(catalogue, place))).collect();
    pages.sort();
    pages
}

/// Its line in the index.
pub(super) fn summary(place: &Jurisdiction) -> Vec<String> {
    let name = &place.name.value;
    vec![
        format!("[{name}](jurisdictions/{name}.md)"),
        countries(place),
        silence(place).to_owned(),
        place.adult_at.as_ref().map_or_else(|| "not asked".to_owned(), |age| age.value.to_string()),
    ]
}

fn page(catalogue: &Catalogue<'_>, place: &Jurisdiction) -> String {
    let name = &place.name.value;
    let title = place.title.as_deref().map(|title| format!("{}\n\n", paragraph(title))).unwrap_or_default();
    let age = place.adult_at.as_ref().map_or_else(
        || "no age is asked".to_owned(),
        |age| {
            format!("from {} on; whoever may be younger is left out, and so is whoever's age nobody knows", age.value)
        },
    );
    format!(
        "# {name}\n\n{title}What is asked for people who live there. Where nobody knows where somebody lives, or their country stands in no \
         jurisdiction, the strictest of all holds, point by point.\n\n- countries: {}\n- who was never asked: {}\n- an adult: {age}\n\
         - refusing that data is sold: {}\n\n## Bears on\n\n{}",
        countries(place),
        silence(place),
        sale(catalogue.model, place),
        asked_by(catalogue, |plan| plan.guard.residence.rules.iter().any(|rule| rule.name == *name)),
    )
}

fn countries(place: &Jurisdiction) -> String {
    let all: Vec<_> = place.countries.iter().map(|country| text(&country.value)).collect();
    if all.is_empty() { "none is named".to_owned() } else { all.join(", ") }
}

fn silence(place: &Jurisdiction) -> &'static str {
    if place.absent_means_yes { "may be reached until they say no" } else { "is left out" }
}

fn sale(model: &Model, place: &Jurisdiction) -> String {
    match &place.sale_opt_out {
        Some(ledger) => {
            let ledger = link("ledgers", &model.ledgers[ledger.value].name.value);
            format!("whoever has a no in {ledger} goes to no outside party")
        }
        None => "no ledger is named".to_owned(),
    }
}
