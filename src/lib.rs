//! Segma: a compiler for audience segments.
//!
//! A `.seg` file walks through the rooms in one direction; no room looks back at a later one:
//!
//! ```text
//! text ─ syntax ─▶ AST ─ model ─▶ Model ─ check ─▶ Checked ─ plan ─▶ Plan ─ emit ─▶ artefacts ─ cli ─▶ disk
//! ```

pub mod diagnostic;
pub mod model;
pub mod plan;
pub mod privacy;
pub mod source;
pub mod syntax;
