//! Fides's categories in the language's: through the map of the built-in ones, read backwards, and where that has nothing, as categories
//! of the project under the nearest broader key that has a counterpart.
//!
//! Keys and titles are those of Fideslang (<https://github.com/ethyca/fideslang>, by Ethyca, CC BY 4.0). What matches what is the judgement
//! of `privacy::taxonomy::vocabularies`. A key that stands for more than a built-in category is never read as that category.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::Category;
use super::names::Names;
use crate::privacy::taxonomy::vocabularies::{Counterpart, MEANINGS};
use crate::privacy::taxonomy::{BUILT_IN, special_root_built_in};

/// What a key says about a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// Data of the system, not of a person.
    NotPersonal,
    /// A category, built in or declared.
    Category(String),
    /// A category that also holds special ones: which, is not told.
    Coarse(String),
    /// That it is personal, and no more.
    Personal,
}

/// A category of the project.
#[derive(Debug)]
pub(super) struct Declared {
    pub name: String,
    pub title: Option<String>,
    pub description: Option<String>,
    /// The broader key, as the manifest says.
    pub parent: Option<String>,
    /// The broader category; `None` where nobody knows.
    pub under: Option<String>,
    /// Built-in categories that the key is said to hold, among others.
    pub hints: Vec<&'static str>,
    pub rest: Vec<String>,
}

/// The keys of the manifests, and what became of them.
pub(super) struct Taxonomy<'m> {
    own: BTreeMap<&'m str, &'m Category>,
    /// What has to be declared, by key.
    pub declared: BTreeMap<String, Declared>,
    /// Keys that neither Fideslang nor the manifests define.
    pub unknown: BTreeSet<String>,
    names: Names,
    /// How many broader keys are being declared just now.
    depth: usize,
}

/// How far up parents are followed: they may be written in a circle.
const DEEPEST: usize = 64;

impl<'m> Taxonomy<'m> {
    /// With the categories that the manifests define, each of which is declared.
    pub fn new(own: &'m [Category]) -> Self {
        let mut taxonomy = Self {
            own: own.iter().map(|category| (category.key.as_str(), category)).collect(),
            declared: BTreeMap::new(),
            unknown: BTreeSet::new(),
            names: Names::default(),
            depth: 0,
        };
        BUILT_IN.iter().for_each(|name| taxonomy.names.reserve(name));
        let new = own.iter().filter(|category| title(&category.key).is_none());
        new.for_each(|category| drop(taxonomy.told(&category.key)));
        taxonomy
    }

    /// What a key says.
    pub fn told(&mut self, key: &str) -> Told {
        if key == "user" {
            return Told::Personal;
        }
        if is_system(key) {
            return Told::NotPersonal;
        }
        if let Some(category) = close(key) {
            let coarse = special_root_built_in(category).is_none()
                && within(key).any(|inner| special_root_built_in(inner).is_some());
            return if coarse { Told::Coarse(category.to_owned()) } else { Told::Category(category.to_owned()) };
        }
        if let Some(known) = self.declared.get(key) {
            return Told::Category(known.name.clone());
        }
        let own = self.own.get(key).copied();
        if own.is_none() && title(key).is_none() {
            self.unknown.insert(key.to_owned());
        }
        let name = self.names.path(key);
        let declared = Declared {
            name: name.clone(),
            title: own.and_then(|own| own.title.clone()).or_else(|| title(key).map(str::to_owned)),
            description: own.and_then(|own| own.description.clone()),
            parent: own.and_then(|own| own.parent.clone()),
            under: None,
            hints: within(key).collect(),
            rest: own.map(|own| own.rest.clone()).unwrap_or_default(),
        };
        self.declared.insert(key.to_owned(), declared);
        let under = self.nearest(key);
        if let Some(declared) = self.declared.get_mut(key) {
            declared.under = under;
        }
        Told::Category(name)
    }

    /// The category of the nearest broader key that has a counterpart, or is itself declared.
    fn nearest(&mut self, key: &str) -> Option<String> {
        let mut at = key.to_owned();
        for _ in 0..DEEPEST {
            let parent = self.own.get(at.as_str()).and_then(|own| own.parent.clone());
            at = parent.or_else(|| at.rsplit_once('.').map(|(broader, _)| broader.to_owned()))?;
            if let Some(category) = close(&at) {
                return Some(category.to_owned());
            }
            let defined = self.own.contains_key(at.as_str()) || title(&at).is_some();
            if defined
                && !["user", "system"].contains(&at.as_str())
                && !self.declared.contains_key(&at)
                && self.depth < DEEPEST
            {
                self.depth += 1;
                self.told(&at);
                self.depth -= 1;
            }
            if let Some(declared) = self.declared.get(&at).filter(|_| at != key) {
                return Some(declared.name.clone()).filter(|_| !self.circles(key, &at));
            }
        }
        None
    }

    /// Whether a broader key leads back to this one by its parents.
    fn circles(&self, key: &str, from: &str) -> bool {
        let parent = |at: &String| {
            let own = self.own.get(at.as_str()).and_then(|own| own.parent.clone());
            own.or_else(|| at.rsplit_once('.').map(|(broader, _)| broader.to_owned()))
        };
        std::iter::successors(Some(from.to_owned()), parent).take(DEEPEST).any(|at| at == key)
    }

    /// Every category that a key covers, the project's own included: what a policy about the key has to speak of.
    pub fn covered(&mut self, key: &str) -> BTreeSet<String> {
        let mut all: BTreeSet<String> = match key {
            "user" => {
                MEANINGS.iter().map(|row| row.category).filter(|name| !name.contains('.')).map(str::to_owned).collect()
            }
            key => within(key).map(str::to_owned).collect(),
        };
        all.extend(match self.told(key) {
            Told::Category(name) | Told::Coarse(name) => Some(name),
            Told::NotPersonal | Told::Personal => None,
        });
        let inner = self.declared.iter().filter(|(other, _)| key == "user" || is_under(other, key));
        all.extend(inner.map(|(_, declared)| declared.name.clone()));
        let broad = all.clone();
        all.retain(|name| !broad.iter().any(|other| other != name && is_under(name, other)));
        all
    }
}

/// Data of the system; what lets somebody in is theirs all the same.
fn is_system(key: &str) -> bool {
    (key == "system" || key.starts_with("system.")) && !is_under(key, "system.authentication")
}

/// The built-in category that a key is close to.
fn close(key: &str) -> Option<&'static str> {
    MEANINGS.iter().find(|row| row.fides == Counterpart::Close(known(key))).map(|row| row.category)
}

/// The built-in categories whose key is this one or a narrower one.
fn within(key: &str) -> impl Iterator<Item = &'static str> {
    MEANINGS.iter().filter(move |row| row.fides.term().is_some_and(|term| is_under(term, key))).map(|row| row.category)
}

fn is_under(key: &str, broader: &str) -> bool {
    key.strip_prefix(broader).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The key as the list has it; empty where it has none.
fn known(key: &str) -> &'static str {
    KEYS.iter().find(|(known, _)| *known == key).map_or("", |(known, _)| known)
}

/// The title of a key of Fideslang.
fn title(key: &str) -> Option<&'static str> {
    KEYS.iter().find(|(known, _)| *known == key).map(|(_, title)| *title)
}

/// The data categories of Fideslang 3, with their titles.
const KEYS: &[(&str, &str)] = &[
    ("system", "System Data"),
    ("system.authentication", "Authentication Data"),
    ("system.operations", "Operations Data"),
    ("user", "User Data"),
    ("user.account", "Account Information"),
    ("user.account.settings", "Account Settings"),
    ("user.account.username", "Account Username"),
    ("user.authorization", "Authorization Information"),
    ("user.authorization.biometric", "Biometric Credentials"),
    ("user.authorization.credentials", "Account password"),
    ("user.authorization.password", "Password"),
    ("user.behavior", "Observed Behavior"),
    ("user.behavior.browsing_history", "Browsing History"),
    ("user.behavior.media_consumption", "Media Consumption"),
    ("user.behavior.purchase_history", "Purchase History"),
    ("user.behavior.search_history", "Search History"),
    ("user.biometric", "Biometric Data"),
    ("user.biometric.fingerprint", "Fingerprint"),
    ("user.biometric.health", "Biometric Health Data"),
    ("user.biometric.retinal", "Retina Scan"),
    ("user.biometric.voice", "Voice Recording"),
    ("user.childrens", "Children's Data"),
    ("user.contact", "Contact Data"),
    ("user.contact.address", "User Contact Address"),
    ("user.contact.address.city", "User Contact City"),
    ("user.contact.address.country", "User Contact Country"),
    ("user.contact.address.postal_code", "User Contact Postal Code"),
    ("user.contact.address.state", "User Contact State"),
    ("user.contact.address.street", "User Contact Street"),
    ("user.contact.email", "User Contact Email"),
    ("user.contact.fax_number", "Fax Number"),
    ("user.contact.organization", "Organization"),
    ("user.contact.phone_number", "User Contact Phone Number"),
    ("user.contact.url", "User Website"),
    ("user.content", "User Content"),
    ("user.content.private", "Private Content"),
    ("user.content.public", "Public Content"),
    ("user.content.self_image", "User Image"),
    ("user.criminal_history", "Criminal History"),
    ("user.demographic", "Demographic Data"),
    ("user.demographic.age_range", "Age Range"),
    ("user.demographic.date_of_birth", "Birth Date"),
    ("user.demographic.gender", "Gender"),
    ("user.demographic.language", "Language"),
    ("user.demographic.marital_status", "Marital Status"),
    ("user.demographic.political_opinion", "Political Opinion"),
    ("user.demographic.profile", "User Profile Data"),
    ("user.demographic.race_ethnicity", "Race"),
    ("user.demographic.religious_belief", "Religion"),
    ("user.demographic.sexual_orientation", "Sexual Orientation"),
    ("user.device", "Device Data"),
    ("user.device.cookie", "Device Cookie"),
    ("user.device.cookie_id", "Cookie ID"),
    ("user.device.device_id", "Device ID"),
    ("user.device.ip_address", "IP Address"),
    ("user.financial", "Financial Data"),
    ("user.financial.bank_account", "Bank Account Information"),
    ("user.financial.credit_card", "Credit Card Information"),
    ("user.government_id", "Government ID"),
    ("user.government_id.birth_certificate", "Birth Certificate"),
    ("user.government_id.drivers_license_number", "Driver's License Number"),
    ("user.government_id.immigration", "Immigration ID"),
    ("user.government_id.national_identification_number", "National Identification Number"),
    ("user.government_id.passport_number", "Passport Number"),
    ("user.government_id.vehicle_registration", "Vehicle Registration"),
    ("user.health_and_medical", "Health and Medical Data"),
    ("user.health_and_medical.genetic", "User's Genetic Data"),
    ("user.health_and_medical.insurance_beneficiary_id", "Medical Insurance ID"),
    ("user.health_and_medical.record_id", "Medical Record ID"),
    ("user.job_title", "Job Title"),
    ("user.location", "Location Data"),
    ("user.location.imprecise", "Imprecise Subject Location"),
    ("user.location.precise", "Precise Subject Location"),
    ("user.name", "Name"),
    ("user.name.first", "First Name"),
    ("user.name.last", "Last Name"),
    ("user.payment", "Payment Data"),
    ("user.privacy_preferences", "Privacy Preferences"),
    ("user.sensor", "Sensor Data"),
    ("user.social", "Social Data"),
    ("user.telemetry", "Telemetry Data"),
    ("user.unique_id", "Unique ID"),
    ("user.unique_id.pseudonymous", "Pseudonymous User ID"),
    ("user.user_sensor", "User Sensor Data"),
    ("user.workplace", "Workplace"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_what_it_says_and_never_as_less() {
        let mut taxonomy = Taxonomy::new(&[]);
        let category = |name: &str| Told::Category(name.to_owned());
        assert_eq!(taxonomy.told("user.contact.email"), category("contact.email"));
        assert_eq!(taxonomy.told("user.health_and_medical"), category("health"));
        assert_eq!(taxonomy.told("user.demographic"), Told::Coarse("demographic".to_owned()));
        assert_eq!(taxonomy.told("user"), Told::Personal);
        assert_eq!(taxonomy.told("system.operations"), Told::NotPersonal);
        // Broader than any built-in category: a category of its own, and nobody knows under what.
        assert_eq!(taxonomy.told("user.behavior"), category("user.behavior"));
        assert_eq!(taxonomy.declared["user.behavior"].under, None);
        assert!(taxonomy.declared["user.behavior"].hints.contains(&"technical.activity"));
        taxonomy.told("user.behavior.browsing_history");
        assert_eq!(taxonomy.declared["user.behavior.browsing_history"].under.as_deref(), Some("user.behavior"));
        // Narrower: under the nearest broader one.
        assert_eq!(taxonomy.told("user.device.device_id"), category("user.device.device_id"));
        assert_eq!(taxonomy.declared["user.device.device_id"].under.as_deref(), Some("technical.device"));
        assert!(taxonomy.unknown.is_empty());
        assert_eq!(taxonomy.told("user.contact.carrier-pigeon"), category("user.contact.carrier_pigeon"));
        assert_eq!(taxonomy.declared["user.contact.carrier-pigeon"].under.as_deref(), Some("contact"));
        assert_eq!(taxonomy.unknown.iter().collect::<Vec<_>>(), ["user.contact.carrier-pigeon"]);
    }

    #[test]
    fn parents_in_a_circle_end_in_a_question() {
        let own = |key: &str, parent: &str| Category {
            key: key.to_owned(),
            title: None,
            description: None,
            parent: Some(parent.to_owned()),
            rest: Vec::new(),
        };
        let all = [own("a", "b"), own("b", "c"), own("c", "a"), own("d", "d"), own("e", "user.contact.email")];
        let taxonomy = Taxonomy::new(&all);
        assert!(["a", "b", "c", "d"].iter().any(|key| taxonomy.declared[*key].under.is_none()));
        assert_eq!(taxonomy.declared["d"].under, None);
        assert_eq!(taxonomy.declared["e"].under.as_deref(), Some("contact.email"));
    }

    #[test]
    fn a_policy_about_a_key_speaks_of_all_that_it_covers() {
        let mut taxonomy = Taxonomy::new(&[]);
        let contact = taxonomy.covered("user.contact");
        let wanted = ["contact", "location.city", "location.country", "location.postcode", "location.region"];
        assert_eq!(contact.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
        let demographic = taxonomy.covered("user.demographic");
        for name in ["belief", "demographic", "ethnicity", "orientation", "politics"] {
            assert!(demographic.contains(name), "{name}");
        }
    }

    #[test]
    fn every_key_stands_in_the_vocabulary_that_is_named() {
        let Some(shared) = std::env::var_os("SEGMA_SHARED_DATA").map(std::path::PathBuf::from) else {
            eprintln!("NOT RUN: keys against the vocabulary, as SEGMA_SHARED_DATA is not set");
            return;
        };
        let text = std::fs::read_to_string(shared.join("fides/taxonomy/data_categories.csv")).unwrap();
        let mut theirs: Vec<&str> = text.lines().skip(2).filter_map(|line| line.split(',').next()).collect();
        theirs.sort_unstable();
        assert_eq!(KEYS.iter().map(|(key, _)| *key).collect::<Vec<_>>(), theirs);
    }
}
