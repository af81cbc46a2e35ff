//! What several test files share.

pub mod cells;
pub mod chance;
pub mod engines;
pub mod evidence;
pub mod folders;
pub mod git;
pub mod hints;
pub mod tables;
pub mod worlds;
