//! The policy packs in force, and every policy with its source, for the index.

use super::markdown::{code, table, text};
use crate::model::{Model, PackInForce, Policy};

/// Packs with their versions, and every policy; nothing where there is neither.
pub(super) fn section(model: &Model) -> String {
    let packs = &model.project.packs;
    let mut out = String::new();
    if !packs.is_empty() {
        let row = |pack: &PackInForce| vec![code(&pack.name), pack.version.clone(), format!("`{}`", pack.sha256)];
        let rows: Vec<_> = packs.iter().map(row).collect();
        out += &format!("\n## Policy packs\n\n{}", table(&["pack", "version", "sha256"], &rows));
    }
    let rows: Vec<_> = model.policies.values().map(policy).collect();
    if !rows.is_empty() {
        out += &format!("\n## Policies\n\n{}", table(&["policy", "of", "says", "because", "since"], &rows));
    }
    out
}

fn policy(policy: &Policy) -> Vec<String> {
    let unverified = if policy.unverified { ", unverified" } else { "" };
    vec![
        code(&policy.name.value),
        policy.pack.map_or("the project".to_owned(), |pack| format!("pack {}", code(pack))),
        policy.title.as_deref().map(text).unwrap_or_default(),
        policy.because.as_deref().map(text).unwrap_or_default(),
        policy.since.map_or(String::new(), |since| format!("{}{unverified}", since.value)),
    ]
}
