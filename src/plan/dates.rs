//! Parts of dates and instants, and the zone in which they are told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Path;

/// The zone in which a part is told, where it is not the plan's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PartZone {
    /// An IANA name.
    Named(String),
    /// The zone that a cell names. Missing where the cell is, and where it holds none of the listed ones, which breaks its row.
    Listed {
        /// The cell, a text.
        path: Path,
        /// Every zone that it may name, an IANA name each.
        zones: Vec<String>,
    },
}

impl PartZone {
    /// The cell that is read.
    pub fn path(&self) -> Option<&Path> {
        match self {
            PartZone::Named(_) => None,
            PartZone::Listed { path, .. } => Some(path),
        }
    }

    /// Every zone that may be meant.
    pub fn zones(&self) -> &[String] {
        match self {
            PartZone::Named(name) => std::slice::from_ref(name),
            PartZone::Listed { zones, .. } => zones,
        }
    }
}
