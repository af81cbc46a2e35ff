//! placeholder
use crate::plan::{Guard, SegmentPlan};
pub fn verify(_: &[String], _: &str, _: &str, _: &str, _: &SegmentPlan) -> Result<(), Vec<String>> {
    Ok(())
}
pub fn guards_of(plan: &SegmentPlan) -> Vec<&Guard> {
    vec![&plan.guard]
}
pub fn texts_of(_: &SegmentPlan) -> Vec<String> {
    Vec::new()
}
