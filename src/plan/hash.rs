//! The name that a definition gives itself: a hash of everything that it means and says.

use sha2::{Digest, Sha256};

use super::SegmentPlan;

impl SegmentPlan {
    /// This plan with its `hash` filled in.
    #[must_use]
    pub fn seal(mut self) -> Self {
        self.hash = self.computed_hash();
        self
    }

    /// Lower-case hex SHA-256 of the plan in compact JSON with `hash` empty.
    pub fn computed_hash(&self) -> String {
        let open = SegmentPlan { hash: String::new(), ..self.clone() };
        // A plan holds no maps with keys other than text and no floats, so it always has a JSON form.
        let json = serde_json::to_vec(&open).unwrap_or_default();
        Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
