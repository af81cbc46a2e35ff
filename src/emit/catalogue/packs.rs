//! The policy packs in force, and every policy with its source, for the index.

use super::markdown::{code, prose, table, text};
use crate::diagnostic::Severity;
use crate::model::{Applies, Basis, Model, PackInForce, Policy};
use crate::privacy::obligations::demands;

/// Packs with their versions, and every policy; nothing where there is neither.
pub(super) fn section(model: &Model) -> String {
    let packs = &model.project.packs;
    let mut out = String::new();
    if !packs.is_empty() {
        let row = |pack: &PackInForce| vec![code(&pack.name), pack.version.clone(), format!("`{}`", pack.sha256)];
        let rows: Vec<_> = packs.iter().map(row).collect();
        out += &format!("\n## Policy packs\n\n{}", table(&["pack", "version", "sha256"], &rows));
    }
    let rows: Vec<_> = model.policies.values().map(|one| policy(model, one)).collect();
    if !rows.is_empty() {
        out += &format!(
            "\n## Policies\n\n{}",
            table(&["policy", "of", "asks", "where", "weighs", "because", "since"], &rows)
        );
    }
    out
}

fn policy(model: &Model, policy: &Policy) -> Vec<String> {
    let unverified = if policy.unverified { ", unverified" } else { "" };
    let title = policy.title.as_deref().map(|title| format!("{}: ", text(title))).unwrap_or_default();
    let except: Vec<&str> =
        policy.except_purposes.iter().map(|id| model.purposes[id.value].name.value.as_str()).collect();
    let except = if except.is_empty() { String::new() } else { format!(", but not for `{}`", except.join("`, `")) };
    let places: Vec<String> = policy.applies.iter().map(|to| applies(model, &to.value)).collect();
    let excepts = if policy.excepts { "" } else { ", and admits no exception" };
    vec![
        code(&policy.name.value),
        policy.pack.map_or("the project".to_owned(), |pack| format!("pack {}", code(pack))),
        format!("{title}{}", prose(&demands(model, policy))),
        prose(&format!("{}{except}", places.join("; "))),
        format!("{}{excepts}", weighs(policy.level)),
        policy.because.as_deref().map(text).unwrap_or_default(),
        policy.since.map_or(String::new(), |since| format!("{}{unverified}", since.value)),
    ]
}

fn weighs(level: Severity) -> &'static str {
    match level {
        Severity::Error => "stops the build",
        Severity::Warning => "warns",
        Severity::Note => "is noted",
    }
}

/// Where a policy holds, with names in backquotes.
fn applies(model: &Model, to: &Applies) -> String {
    match to {
        Applies::Any => "everywhere".to_owned(),
        Applies::Channel(channel) => format!("people reached by {}", channel.word()),
        Applies::Purpose(id) => format!("purpose `{}`", model.purposes[*id].name.value),
        Applies::Destination(id) => format!("what goes to `{}`", model.destinations[*id].name.value),
        Applies::Jurisdiction(id) => format!("people who may live in `{}`", model.jurisdictions[*id].name.value),
        Applies::Countries(countries) => match countries.as_slice() {
            [first, .., last] if countries.len() > 6 => {
                format!("people who may live in one of {} countries, {first} to {last}", countries.len())
            }
            all => format!("people who may live in {}", all.join(", ")),
        },
        Applies::Region(region) => format!("what goes to region \"{region}\""),
        Applies::Basis(basis) => match basis {
            Basis::Consent => "what rests on consent".to_owned(),
            Basis::LegitimateInterest => "what rests on a legitimate interest".to_owned(),
            Basis::Contract => "what rests on a contract".to_owned(),
            Basis::LegalDuty => "what rests on a legal duty".to_owned(),
        },
        Applies::Campaign(campaign) => format!("campaigns about {}", campaign.word()),
        Applies::OutsideParty => "what goes to an outside party".to_owned(),
        Applies::All(parts) => parts.iter().map(|part| applies(model, part)).collect::<Vec<_>>().join(", and "),
    }
}
