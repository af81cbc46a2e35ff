//! What each built-in category means, and what two public vocabularies call it: data, total over the built-in categories.
//!
//! Sources: W3C Data Privacy Vocabulary 2.3, personal data (<https://w3id.org/dpv/pd>, W3C Software and Document licence; names of terms
//! only), and Fideslang, data categories (<https://github.com/ethyca/fideslang>, by Ethyca, CC BY 4.0; keys only). The words are our own,
//! and so is the judgement of what matches what: nobody of either vocabulary has seen it. A match is never claimed to be exact.

use Counterpart::{Absent, Broader, Close};

/// What a vocabulary has for a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counterpart {
    /// A term for about the same.
    Close(&'static str),
    /// A term for more than this.
    Broader(&'static str),
    /// No term, because.
    Absent(&'static str),
}

impl Counterpart {
    /// The term, if there is one.
    pub fn term(self) -> Option<&'static str> {
        match self {
            Close(term) | Broader(term) => Some(term),
            Absent(_) => None,
        }
    }

    /// How near the term comes.
    pub fn word(self) -> &'static str {
        match self {
            Close(_) => "close",
            Broader(_) => "broader",
            Absent(_) => "none",
        }
    }

    /// Why there is no term.
    pub fn because(self) -> Option<&'static str> {
        match self {
            Close(_) | Broader(_) => None,
            Absent(because) => Some(because),
        }
    }
}

/// One built-in category.
#[derive(Debug)]
pub struct Meaning {
    /// Its name in the language.
    pub category: &'static str,
    /// What it means, in plain words.
    pub meaning: &'static str,
    /// The term of the Data Privacy Vocabulary, without its prefix `pd:`.
    pub dpv: Counterpart,
    /// The key of Fideslang.
    pub fides: Counterpart,
}

const fn row(category: &'static str, meaning: &'static str, dpv: Counterpart, fides: Counterpart) -> Meaning {
    Meaning { category, meaning, dpv, fides }
}

/// Every built-in category, in the order of the list.
pub const MEANINGS: &[Meaning] = &[
    row("belief", "what somebody holds to be true or right", Broader("KnowledgeBelief"), Broader("user.demographic")),
    row(
        "belief.philosophy",
        "convictions that are not religious",
        Close("PhilosophicalBelief"),
        Broader("user.demographic"),
    ),
    row(
        "belief.religion",
        "religion and religious belief",
        Close("ReligiousBelief"),
        Close("user.demographic.religious_belief"),
    ),
    row(
        "biometric",
        "features of the body by which somebody is recognised",
        Close("Biometric"),
        Close("user.biometric"),
    ),
    row(
        "commercial",
        "what somebody buys, pays for and is likely to buy",
        Absent("purchases, preferences and habits have no term in common"),
        Absent("purchases and payment have no key in common"),
    ),
    row(
        "commercial.loyalty",
        "points and standing in a loyalty programme",
        Absent("memberships are told of in social networks only"),
        Absent("no key tells of loyalty programmes"),
    ),
    row(
        "commercial.membership",
        "membership of a club or an association of customers",
        Absent("memberships are told of in social networks only"),
        Absent("no key tells of memberships"),
    ),
    row("commercial.payment", "how and when somebody pays", Broader("Financial"), Close("user.payment")),
    row(
        "commercial.preferences",
        "what somebody likes to buy",
        Broader("Preference"),
        Broader("user.demographic.profile"),
    ),
    row(
        "commercial.propensity",
        "how likely somebody is to buy, to leave or to answer",
        Broader("Behavioural"),
        Broader("user.behavior"),
    ),
    row("commercial.purchases", "what somebody has bought", Close("Purchase"), Close("user.behavior.purchase_history")),
    row(
        "commercial.redemptions",
        "vouchers and offers that somebody has used",
        Broader("Transactional"),
        Broader("user.behavior.purchase_history"),
    ),
    row(
        "commercial.subscriptions",
        "what somebody has subscribed to",
        Absent("the use of a service has a term, a contract about one has none"),
        Absent("no key tells of contracts"),
    ),
    row(
        "communication",
        "what is exchanged with somebody, and how",
        Close("Communication"),
        Absent("content has a key, the exchange itself has none"),
    ),
    row(
        "communication.campaigns",
        "which campaigns were sent to somebody",
        Broader("Communication"),
        Absent("no key tells of what was sent to somebody"),
    ),
    row("communication.content", "what messages say", Broader("Communication"), Broader("user.content.private")),
    row(
        "communication.engagement",
        "how somebody reacts to messages",
        Broader("Behavioural"),
        Broader("user.behavior"),
    ),
    row(
        "communication.engagement.opens",
        "whether somebody has opened a message",
        Broader("Behavioural"),
        Broader("user.behavior"),
    ),
    row(
        "communication.preferences",
        "how and how often somebody wants to hear from us",
        Broader("Preference"),
        Broader("user.privacy_preferences"),
    ),
    row("contact", "by what somebody can be reached", Close("Contact"), Close("user.contact")),
    row("contact.address", "a postal address", Close("PhysicalAddress"), Close("user.contact.address")),
    row("contact.email", "an e-mail address", Close("EmailAddress"), Close("user.contact.email")),
    row("contact.name", "the name of a person", Close("Name"), Close("user.name")),
    row("contact.phone", "a telephone number", Close("TelephoneNumber"), Close("user.contact.phone_number")),
    row("criminal", "offences, charges and convictions", Close("Criminal"), Close("user.criminal_history")),
    row("demographic", "what a census asks about somebody", Close("Demographic"), Close("user.demographic")),
    row("demographic.age", "an age, or a band of ages", Close("Age"), Close("user.demographic.age_range")),
    row("demographic.birth_date", "a date of birth", Close("BirthDate"), Close("user.demographic.date_of_birth")),
    row("demographic.education", "schooling and degrees", Close("Education"), Broader("user.demographic")),
    row("demographic.family", "relatives and children", Close("Family"), Broader("user.demographic")),
    row("demographic.gender", "gender", Close("Gender"), Close("user.demographic.gender")),
    row(
        "demographic.household",
        "who lives together, and how many",
        Broader("Demographic"),
        Broader("user.demographic"),
    ),
    row(
        "demographic.housing",
        "whether a home is owned or rented, and what it is like",
        Absent("ownership has terms, a home has none"),
        Broader("user.demographic"),
    ),
    row("demographic.income", "income, or a band of incomes", Close("Income"), Broader("user.financial")),
    row(
        "demographic.language",
        "the language that somebody speaks",
        Close("Language"),
        Close("user.demographic.language"),
    ),
    row(
        "demographic.marital_status",
        "single, married, divorced, widowed",
        Close("MaritalStatus"),
        Close("user.demographic.marital_status"),
    ),
    row("demographic.nationality", "citizenship or nationality", Close("Nationality"), Broader("user.demographic")),
    row("demographic.occupation", "what somebody does for a living", Close("Job"), Broader("user.job_title")),
    row("ethnicity", "race or ethnic origin", Close("Ethnicity"), Close("user.demographic.race_ethnicity")),
    row("financial", "money, and what somebody does with it", Close("Financial"), Close("user.financial")),
    row("financial.account", "accounts at a bank", Close("FinancialAccount"), Close("user.financial.bank_account")),
    row("financial.credit", "credit, and how good it is", Close("Credit"), Broader("user.financial")),
    row(
        "financial.vulnerability",
        "that somebody is short of money or in debt",
        Broader("Vulnerability"),
        Broader("user.financial"),
    ),
    row("genetic", "what genes tell", Close("Genetic"), Close("user.health_and_medical.genetic")),
    row("health", "the state of body or mind, and care for it", Close("Health"), Close("user.health_and_medical")),
    row(
        "health.condition",
        "illnesses, disabilities and diagnoses",
        Broader("MedicalHealth"),
        Broader("user.health_and_medical"),
    ),
    row(
        "health.medication",
        "medicines that somebody takes",
        Broader("MedicalHealth"),
        Broader("user.health_and_medical"),
    ),
    row(
        "health.reproductive",
        "pregnancy, fertility and contraception",
        Broader("Health"),
        Broader("user.health_and_medical"),
    ),
    row(
        "identity",
        "by what somebody is told from all others",
        Close("Identifier"),
        Absent("ids of systems and ids of the state have no key in common"),
    ),
    row("identity.account", "the id of an account", Broader("UID"), Broader("user.account")),
    row("identity.customer", "the id of a customer", Broader("UID"), Close("user.unique_id")),
    row(
        "identity.government",
        "passports, identity cards and numbers that a state gives",
        Close("OfficialID"),
        Close("user.government_id"),
    ),
    row("location", "where somebody is or lives", Close("Location"), Close("user.location")),
    row("location.city", "a town", Close("City"), Close("user.contact.address.city")),
    row("location.country", "a country", Close("Country"), Close("user.contact.address.country")),
    row("location.postcode", "a postal code", Close("PostalCode"), Close("user.contact.address.postal_code")),
    row("location.precise", "a place to within some metres", Broader("Location"), Close("user.location.precise")),
    row("location.region", "a state, a province or a district", Close("Region"), Close("user.contact.address.state")),
    row(
        "minor",
        "that somebody is a child",
        Absent("no term tells that somebody is a child"),
        Broader("user.childrens"),
    ),
    row(
        "orientation",
        "sexual orientation and sex life",
        Close("Sexual"),
        Close("user.demographic.sexual_orientation"),
    ),
    row(
        "politics",
        "political opinions and parties",
        Close("PoliticalOpinion"),
        Close("user.demographic.political_opinion"),
    ),
    row(
        "professional",
        "work, and where it is done",
        Close("Professional"),
        Absent("employer and job title have no key in common"),
    ),
    row("professional.employer", "for whom somebody works", Broader("CurrentEmployment"), Close("user.workplace")),
    row(
        "professional.industry",
        "the line of business of an employer",
        Broader("Professional"),
        Absent("employer and job title have keys, the line of business has none"),
    ),
    row("professional.role", "what somebody does at work", Close("Job"), Close("user.job_title")),
    row(
        "restricted",
        "goods and services that the law restricts",
        Absent("terms tell of purchases, not of what was bought"),
        Absent("keys tell of purchases, not of what was bought"),
    ),
    row(
        "restricted.alcohol",
        "alcohol",
        Absent("terms tell of purchases, not of what was bought"),
        Absent("keys tell of purchases, not of what was bought"),
    ),
    row(
        "restricted.gambling",
        "games of chance",
        Absent("terms tell of purchases, not of what was bought"),
        Absent("keys tell of purchases, not of what was bought"),
    ),
    row(
        "restricted.tobacco",
        "tobacco and nicotine",
        Absent("terms tell of purchases, not of what was bought"),
        Absent("keys tell of purchases, not of what was bought"),
    ),
    row(
        "service",
        "what somebody has asked a service desk for",
        Broader("Communication"),
        Absent("no key tells of a service desk"),
    ),
    row(
        "service.complaints",
        "what somebody complains of",
        Broader("Communication"),
        Absent("no key tells of a service desk"),
    ),
    row("service.support", "requests for help", Broader("Communication"), Absent("no key tells of a service desk")),
    row(
        "technical",
        "what devices and networks tell of somebody",
        Absent("devices and behaviour have no term in common"),
        Absent("devices and behaviour have no key in common"),
    ),
    row(
        "technical.activity",
        "visits, clicks and use of a site or an app",
        Broader("Behavioural"),
        Broader("user.behavior"),
    ),
    row("technical.cookie", "cookies and their ids", Absent("no term tells of cookies"), Close("user.device.cookie")),
    row("technical.device", "devices and their settings", Close("DeviceBased"), Close("user.device")),
    row("technical.ip", "an address in the network", Close("IPAddress"), Close("user.device.ip_address")),
    row(
        "technical.security",
        "signs of misuse and of attempts to log in",
        Absent("authentication has terms, signs of misuse have none"),
        Absent("permissions have a key, signs of misuse have none"),
    ),
    row("union", "membership of a trade union", Close("TradeUnionMembership"), Absent("no key tells of trade unions")),
];

#[cfg(test)]
mod tests {
    use super::super::BUILT_IN;
    use super::*;

    #[test]
    fn every_built_in_category_has_its_meaning_and_says_why_a_term_is_missing() {
        let named: Vec<&str> = MEANINGS.iter().map(|row| row.category).collect();
        assert_eq!(named, BUILT_IN);
        for row in MEANINGS {
            for said in [row.dpv, row.fides].iter().filter_map(|found| found.because()).chain([row.meaning]) {
                assert!(!said.is_empty() && !said.ends_with('.') && said.chars().all(|c| !c.is_uppercase()), "{said}");
            }
        }
    }

    #[test]
    fn a_key_is_close_to_one_category_at_most() {
        let close = |row: &&Meaning| row.fides.word() == "close";
        for row in MEANINGS.iter().filter(close) {
            let same = MEANINGS.iter().filter(close).filter(|other| other.fides == row.fides).count();
            assert_eq!(same, 1, "{}", row.category);
        }
    }

    #[test]
    fn every_term_stands_in_the_vocabulary_that_is_named() {
        let Some(shared) = std::env::var_os("SEGMA_SHARED_DATA").map(std::path::PathBuf::from) else {
            eprintln!("NOT RUN: terms against the vocabularies, as SEGMA_SHARED_DATA is not set");
            return;
        };
        let first = |line: &str| line.split(',').next().unwrap_or_default().trim_matches('"').to_owned();
        let read = |path: &str| -> std::collections::BTreeSet<String> {
            std::fs::read_to_string(shared.join(path)).unwrap().lines().map(first).collect()
        };
        let mut dpv = read("dpv/pd-core.csv");
        dpv.extend(read("dpv/pd-extended.csv"));
        let fides = read("fides/taxonomy/data_categories.csv");
        for row in MEANINGS {
            assert!(row.dpv.term().is_none_or(|term| dpv.contains(term)), "{}", row.category);
            assert!(row.fides.term().is_none_or(|key| fides.contains(key)), "{}", row.category);
        }
    }
}
