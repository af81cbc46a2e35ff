//! Purposes from data uses: each with its title, what declares it and on which basis, and without any allowance, as that is what opens data.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::{Declaration, Manifests, Matched};
use super::names::{Names, written};
use super::page::{Page, Question, quoted};

/// A purpose to be declared.
#[derive(Debug, Default)]
struct Purpose {
    title: Option<String>,
    description: Option<String>,
    /// The data use behind it, if it is called otherwise.
    data_use: Option<String>,
    bases: BTreeSet<String>,
    assessments: BTreeSet<String>,
    /// Who declares it, and what for.
    told: Vec<String>,
    rest: Vec<String>,
}

/// The purposes of the manifests, by the keys of Fides, and what they are called here.
pub(super) struct Purposes {
    all: BTreeMap<String, Purpose>,
    names: BTreeMap<String, String>,
}

/// Everything that the manifests say is done with data.
pub(super) fn of(manifests: &Manifests) -> Purposes {
    let mut all: BTreeMap<String, Purpose> = BTreeMap::new();
    for each in &manifests.uses {
        let purpose = all.entry(each.key.clone()).or_default();
        purpose.title = purpose.title.take().or_else(|| each.title.clone());
        purpose.description = purpose.description.take().or_else(|| each.description.clone());
        purpose.data_use =
            purpose.data_use.take().or_else(|| each.data_use.clone().filter(|data_use| *data_use != each.key));
        purpose.rest.extend(each.rest.iter().cloned());
    }
    for system in &manifests.systems {
        for declaration in &system.declarations {
            all.entry(declaration.data_use.clone()).or_default().declared(&system.key, declaration);
        }
    }
    for rule in manifests.policies.iter().flat_map(|policy| &policy.rules) {
        for key in positive(&rule.uses) {
            all.entry(key.clone()).or_default();
        }
    }
    let mut names = Names::default();
    let names = all.keys().map(|key| (key.clone(), names.path(key))).collect();
    Purposes { all, names }
}

/// The data uses that a rule speaks of by name.
fn positive(uses: &Matched) -> &[String] {
    match uses.how.as_deref() {
        None | Some("ANY") => &uses.values,
        Some(_) => &[],
    }
}

impl Purpose {
    fn declared(&mut self, system: &str, declaration: &Declaration) {
        self.bases.extend(declaration.basis.clone());
        self.assessments.extend(declaration.assessment.clone());
        self.told.extend(declaration.told.iter().map(|line| format!("system {system}, {line}")));
    }
}

impl Purposes {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// What a data use is called here.
    pub fn named(&self, key: &str) -> Option<String> {
        self.names.get(key).map(|name| written(name))
    }

    /// Writes them all.
    pub fn write(&self, page: &mut Page) {
        page.note("", "Purposes, as data uses name them. None is allowed anything: what data may serve is said where the data is declared.");
        page.note("", "`dpv:` marks terms of the W3C Data Privacy Vocabulary 2.3 (W3C Software and Document licence; names of terms only) that are \
             about the same or broader, in our judgement.");
        for (key, purpose) in &self.all {
            page.line("");
            page.doc("", purpose.description.as_deref());
            page.line(&format!("purpose {} {{", self.named(key).unwrap_or_default()));
            if let Some(title) = &purpose.title {
                page.line(&format!("  title  {}", quoted(title)));
            }
            let data_use = purpose.data_use.as_deref().unwrap_or(key);
            let term = dpv(data_use).map(|term| format!("dpv:{term}"));
            let data_use = purpose.data_use.as_ref().map(|data_use| format!("data use {data_use}"));
            basis(purpose, page, data_use.into_iter().chain(term).collect::<Vec<_>>().join("; "));
            page.keep("  ", &purpose.told);
            page.keep("  ", &purpose.rest);
            page.line("}");
        }
    }
}

fn basis(purpose: &Purpose, page: &mut Page, mut hint: String) {
    let bases: Vec<&str> = purpose.bases.iter().map(String::as_str).collect();
    let line = match bases.as_slice() {
        ["Consent"] => "consent".to_owned(),
        ["Contract"] => "contract".to_owned(),
        ["Legal obligations" | "Legal obligation"] => "legal duty".to_owned(),
        ["Legitimate interests" | "Legitimate interest"] => {
            let known: Vec<String> = purpose.assessments.iter().map(|known| quoted(known)).collect();
            let assessment = match known.as_slice() {
                [known] => known.clone(),
                [] | [_, ..] => page.ask(Question::Basis).to_owned(),
            };
            format!("legitimate interest   assessment {assessment}")
        }
        _ => page.ask(Question::Basis).to_owned(),
    };
    if !bases.is_empty() {
        hint = [format!("Fides: {}", bases.join(", ")), hint]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("; ");
    }
    page.with(&format!("  basis  {line}"), &hint);
}

/// The term of the Data Privacy Vocabulary for a data use, or for the nearest broader one that has any.
fn dpv(data_use: &str) -> Option<&'static str> {
    let broader = std::iter::successors(Some(data_use), |key| key.rsplit_once('.').map(|(broader, _)| broader));
    broader.into_iter().find_map(|key| TERMS.iter().find(|(known, _)| *known == key).map(|(_, term)| *term))
}

/// Data uses of Fideslang (keys, by Ethyca, CC BY 4.0) and terms of the Data Privacy Vocabulary.
const TERMS: &[(&str, &str)] = &[
    ("analytics", "ServiceUsageAnalytics"),
    ("employment", "HumanResourceManagement"),
    ("employment.recruitment", "RecruitmentManagement"),
    ("essential.fraud_detection", "FraudPreventionAndDetection"),
    ("essential.legal_obligation", "LegalCompliance"),
    ("essential.service", "ServiceProvision"),
    ("essential.service.authentication", "IdentityAuthentication"),
    ("essential.service.payment_processing", "PaymentManagement"),
    ("essential.service.security", "EnforceSecurity"),
    ("functional.service", "ServiceProvision"),
    ("functional.service.improve", "ImproveExistingProductsAndServices"),
    ("marketing", "Marketing"),
    ("marketing.advertising", "Advertising"),
    ("marketing.advertising.first_party.targeted", "TargetedAdvertising"),
    ("marketing.advertising.third_party.targeted", "TargetedAdvertising"),
    ("marketing.communications", "DirectMarketing"),
    ("personalize", "Personalisation"),
    ("sales", "SellProducts"),
    ("third_party_sharing.legal_obligation", "LegalCompliance"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_stands_in_the_vocabulary_that_is_named() {
        let Some(shared) = std::env::var_os("SEGMA_SHARED_DATA").map(std::path::PathBuf::from) else {
            eprintln!("NOT RUN: terms against the vocabularies, as SEGMA_SHARED_DATA is not set");
            return;
        };
        let read = |path: &str| std::fs::read_to_string(shared.join(path)).unwrap();
        let (dpv, fides) = (read("dpv/dpv-purposes.csv"), read("fides/taxonomy/data_uses.csv"));
        for (key, term) in TERMS {
            assert!(dpv.lines().any(|line| line.starts_with(&format!("\"{term}\","))), "{term}");
            assert!(fides.lines().any(|line| line.starts_with(&format!("{key},"))), "{key}");
        }
    }
}
