//! Artefacts as values: what is written, and under which name. Nothing here touches a disk.

pub mod catalogue;
pub mod fairness;
pub mod owed;
pub mod rules;
pub mod sql;

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// Its path below the output folder, with `/`; letters, digits, `_`, `-` and `.` only, no part begins with a dot.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}
