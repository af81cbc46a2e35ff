//! `manifest.json`: what a build read and wrote, with hashes. It also marks a folder as one that this tool may replace.
//!
//! A pure function of sources and artefacts: no time, no machine, no absolute path.

use std::collections::BTreeSet;
use std::path::Path;

use segma::emit::Artefact;
use segma::model::{PackInForce, Project};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Its name in an output tree.
pub const FILE_NAME: &str = "manifest.json";
/// The name and version of its form.
const FORMAT: &str = "segma-manifest/1";

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: String,
    compiler: String,
    project: String,
    dialects: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    packs: Vec<PackInForce>,
    /// The digest of catalog, policies and packs alone.
    #[serde(default)]
    ground: String,
    sources: Vec<Entry>,
    artefacts: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    path: String,
    sha256: String,
    bytes: usize,
}

/// The manifest of a build, as one more artefact. `ground` is the digest of catalog, policies and packs.
pub fn of(
    sources: &[(&str, &[u8])],
    artefacts: &[Artefact],
    (project, ground): (&Project, &str),
    dialects: &[&str],
) -> Artefact {
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        compiler: env!("CARGO_PKG_VERSION").to_owned(),
        project: project.name.clone(),
        dialects: dialects.iter().map(|name| (*name).to_owned()).collect(),
        packs: project.packs.clone(),
        ground: ground.to_owned(),
        sources: sources.iter().map(|(path, bytes)| entry(path, bytes)).collect(),
        artefacts: artefacts.iter().map(|artefact| entry(&artefact.path, &artefact.bytes)).collect(),
    };
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n";
    Artefact { path: FILE_NAME.to_owned(), bytes: text.into_bytes() }
}

fn entry(path: &str, bytes: &[u8]) -> Entry {
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Entry { path: path.to_owned(), sha256, bytes: bytes.len() }
}

/// The files that the manifest in a folder lists; `None` where there is no manifest of ours.
pub fn listed(folder: &Path) -> Option<BTreeSet<String>> {
    let text = std::fs::read(folder.join(FILE_NAME)).ok()?;
    let manifest: Manifest = serde_json::from_slice(&text).ok()?;
    (manifest.format == FORMAT).then(|| manifest.artefacts.into_iter().map(|entry| entry.path).collect())
}
