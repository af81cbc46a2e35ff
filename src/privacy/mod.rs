//! What the compiler knows about privacy, apart from any single rule: how labels flow from fields through conditions,
//! definitions, models and references to a segment; how retention and look-back are compared; which policies apply; what the
//! effective minimum is; what a segment owes and by what that is discharged. Rules ask here and decide; the plan asks here and builds.
//!
//! Labels form a lattice by union: whatever a condition reads adds to what membership reveals, in either polarity. Permissions
//! intersect, obligations unite, retention takes the minimum and minimum size the maximum.

pub mod ages;
pub mod algebra;
pub mod fairness;
pub mod flow;
pub mod infer;
pub mod obligations;
mod order;
pub mod parts;
pub mod policy;
pub mod queries;
pub mod removal;
pub mod retention;
pub mod said;
pub mod taxonomy;
mod telling;

pub use flow::{Context, Facts, Polarity, Read, Reference, Revealed, RowEffect, SegmentFacts, Step, StepKind};
