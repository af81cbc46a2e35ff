//! The ground under a project's segments: what the data is and what may be done with it, apart from the segments themselves.
//!
//! Its digest moves when a catalog, a policy or a pack says something else, and stays where only comments, layout, the names of files,
//! definitions or segments change. Beside the digest of a segment it tells whether the segment moved or the ground under it.

use sha2::{Digest, Sha256};

use super::config::Config;
use crate::source::SourceMap;
use crate::syntax::{Parsed, ast, plain};

/// Lower-case hex SHA-256 of every declaration of the ground, in whatever order and files they stand, and of the settings that
/// decide what they mean.
pub(super) fn digest(config: &Config, sources: &SourceMap, files: &[Parsed]) -> String {
    let items = files.iter().flat_map(|file| &file.items).filter(|item| is_ground(&item.kind));
    let mut said: Vec<String> = items.map(|item| plain(item.span.file, sources.slice(item.span))).collect();
    said.sort_unstable();
    said.push(format!("timezone {}, one person {}", config.timezone, config.one_person));
    let mut digest = Sha256::new();
    for one in &said {
        // With its length before it, no text can pass for two.
        digest.update(format!("{} ", one.len()));
        digest.update(one);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a declaration says what is, or what may be done: no audience, and no shorthand that one may use.
fn is_ground(kind: &ast::ItemKind) -> bool {
    match kind {
        ast::ItemKind::Entity(_)
        | ast::ItemKind::Source(_)
        | ast::ItemKind::Rows(_)
        | ast::ItemKind::Lookup(_)
        | ast::ItemKind::Sessions(_)
        | ast::ItemKind::List(_)
        | ast::ItemKind::Ledger(_)
        | ast::ItemKind::Model(_)
        | ast::ItemKind::Identity(_)
        | ast::ItemKind::Infer(_)
        | ast::ItemKind::Category(_)
        | ast::ItemKind::Purpose(_)
        | ast::ItemKind::Destination(_)
        | ast::ItemKind::Jurisdiction(_)
        | ast::ItemKind::Policy(_)
        | ast::ItemKind::Exception(_)
        | ast::ItemKind::Release(_)
        | ast::ItemKind::Error { .. } => true,
        ast::ItemKind::Define(_)
        | ast::ItemKind::Segment(_)
        | ast::ItemKind::Placement(_)
        | ast::ItemKind::Report(_) => false,
    }
}
