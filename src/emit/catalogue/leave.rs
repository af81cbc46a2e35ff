//! On whose leave a segment, or a report, uses people's data, and what is asked of each person in each run.

use super::brief;
use super::markdown::{self, code, text};
use super::segment::basis_words;
use crate::faults::{Fault, on};
use crate::model::{Basis, SubjectKind};
use crate::plan::{Asks, ConsentAbout, SegmentPlan, silence};

pub(super) fn section(plan: &SegmentPlan) -> String {
    let purposes: String = plan
        .about
        .purposes
        .iter()
        .map(|purpose| {
            let title = purpose.title.as_deref().map(|title| format!(" ({})", text(title))).unwrap_or_default();
            format!("- {}{title}, on the basis of {}\n", code(&purpose.name), basis_words(purpose.basis))
        })
        .collect();
    let guards: String = plan.guard.purposes.iter().filter(|_| !on(Fault::F44)).map(guard).collect();
    let ledgers: Vec<_> = plan.guard.ledgers.iter().map(|ledger| link("ledgers", &ledger.name)).collect();
    let asked = if ledgers.is_empty() {
        "No ledger speaks of these people.".to_owned()
    } else {
        format!("Ledgers asked: {}.", ledgers.join(", "))
    };
    let suspended =
        plan.guard.suspended.as_deref().map(|why| format!("\n**Suspended, so nobody is reached:** {}\n", text(why)));
    format!(
        "## What it is for, and on whose leave\n\n{purposes}\n{}\n\n### The guard: what is asked of each person, in each run\n\n{guards}{}\n{asked}{}\n",
        yes(plan),
        jurisdictions(plan),
        suspended.unwrap_or_default()
    )
}

fn guard(guard: &crate::plan::guard::PurposeGuard) -> String {
    let valid = guard.valid.map_or_else(|| "however old".to_owned(), |valid| format!("at most {valid} old"));
    let notice =
        guard.notice.as_deref().map(|n| format!(", given under notice {} or later", text(n))).unwrap_or_default();
    let name = code(&guard.purpose);
    match guard.basis {
        Basis::Consent => format!("- {name}: a yes {valid}{notice}, and no refusal at its time or since\n"),
        Basis::LegitimateInterest => format!("- {name}: no objection\n"),
        Basis::Contract | Basis::LegalDuty => format!("- {name}: that the data is neither frozen nor erased\n"),
    }
}

/// A link to another page of the catalogue, from a page in a folder.
pub(super) fn link(folder: &str, name: &str) -> String {
    format!("[{0}](../{folder}/{0}.md)", markdown::name(name))
}

/// Whose leave, in a sentence.
pub(super) fn yes(plan: &SegmentPlan) -> String {
    match &plan.about.consent {
        ConsentAbout::Required(purposes) => {
            let names: Vec<_> = purposes.iter().map(|purpose| code(purpose)).collect();
            let silence = match silence::places(plan) {
                countries if countries.is_empty() => String::new(),
                countries => format!(
                    " In {} nobody need have been asked: there a member may have said nothing at all, but never no.",
                    text(&countries.join(", "))
                ),
            };
            format!("A member has said yes to {}, and has not taken it back.{silence}", names.join(" and to "))
        }
        ConsentAbout::NotNeeded(because) => {
            format!("On the basis of {}. Consent is not needed: {}.", brief::bases(plan), text(because))
        }
    }
}

/// What the law of each place asks besides, as far as it touches this segment.
fn jurisdictions(plan: &SegmentPlan) -> String {
    let bases: Vec<Basis> = plan.guard.purposes.iter().map(|purpose| purpose.basis).collect();
    if !bases.iter().any(|basis| basis.leaves_a_choice()) {
        return String::new();
    }
    let residence = &plan.guard.residence;
    let places = residence.rules.iter().map(|rule| {
        let countries =
            if rule.countries.is_empty() { String::new() } else { format!(" ({})", text(&rule.countries.join(", "))) };
        (format!("in {}{countries}", link("jurisdictions", &rule.name)), &rule.asks)
    });
    let elsewhere = (!residence.rules.is_empty() && residence.path.is_some())
        .then(|| ("anywhere else, or where nobody knows".to_owned(), &residence.strictest));
    let line = |(place, asks): (String, &Asks)| {
        let asked = asked_of(plan, asks, bases.contains(&Basis::Consent));
        format!("- {place}: {}\n", if asked.is_empty() { "nothing more".to_owned() } else { asked.join("; ") })
    };
    places.chain(elsewhere).map(line).collect()
}

fn asked_of(plan: &SegmentPlan, asks: &Asks, by_consent: bool) -> Vec<String> {
    let mut asked = Vec::new();
    if by_consent {
        let silence = if asks.absent_means_yes {
            "who never answered may be reached (absent means yes)"
        } else {
            "who never answered is left out (absent means no)"
        };
        asked.push(silence.to_owned());
    }
    if let Some(age) = asks.adult_at.filter(|_| plan.guard.kind == SubjectKind::Person) {
        asked.push(format!("at least {age} years old, and whoever may be younger is left out"));
    }
    let ledgers = asks.opt_outs.iter().filter_map(|ledger| plan.guard.ledgers.get(*ledger));
    asked.extend(ledgers.map(|ledger| format!("no refusal of sale in {}", code(&ledger.name))));
    asked
}
