#![expect(dead_code, reason = "each test file uses its own part")]
//! What the evidence is made of: invented catalogs, programs that fit them, databases at which they may change their mind, a second
//! specification of the guard, a shrinker, and the figures that each test leaves behind.
//!
//! `SEGMA_TEST_SEED` moves every seed, so that a long run sees what an ordinary one does not; `SEGMA_TEST_CASES` asks for more cases.

pub mod cases;
pub mod catalog;
pub mod cells;
pub mod changes;
pub mod conditions;
pub mod databases;
pub mod engines;
pub mod figures;
pub mod inside;
pub mod instants;
pub mod judge;
pub mod parts;
pub mod permit;
pub mod pipeline;
pub mod placements;
pub mod programs;
pub mod queries;
pub mod quotients;
pub mod refused;
pub mod relations;
pub mod rewrites;
pub mod sessions;
pub mod shrink;
pub mod tree;

/// The first seed of a stream.
pub fn seed(stream: u64) -> u64 {
    let moved: u64 = std::env::var("SEGMA_TEST_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    moved.wrapping_mul(1_000_003) + stream * 100_000
}

/// How many cases: so many in an ordinary run, times `SEGMA_TEST_CASES`.
pub fn cases(usually: u64) -> u64 {
    let times: u64 = std::env::var("SEGMA_TEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    usually * times
}
