//! What several test files share.

pub mod chance;
pub mod worlds;
