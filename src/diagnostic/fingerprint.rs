//! The name that a finding keeps while the text around it moves: a hash of what it says and is about, never of a line.

use sha2::{Digest, Sha256};

use super::Diagnostic;

/// The first half of a SHA-256 over the parts, as lower-case hex.
pub fn of(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\0"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

impl Diagnostic {
    /// What this finding is called wherever it stands: its code, what it is about, its policy and its message.
    pub fn fingerprint(&self) -> String {
        let (subject, policy) = (self.subject.as_deref(), self.policy.as_deref());
        of(&[self.code.0, subject.unwrap_or(""), policy.unwrap_or(""), &self.message])
    }
}
