//! The limits of one text, all checked before anything recurses.

/// Bytes of a file: 1 MiB.
pub const FILE_BYTES: usize = 1 << 20;
/// Tokens of one declaration.
pub const ITEM_TOKENS: usize = 1 << 16;
/// Bytes of one text literal: 64 KiB.
pub const TEXT_BYTES: usize = 1 << 16;
/// Bytes of a name: what the strictest database keeps.
pub const NAME_BYTES: usize = 63;
/// Characters of a number.
pub const NUMBER_BYTES: usize = 40;
/// Brackets and `not`s around one place inside a declaration.
pub const NESTING: usize = 64;
/// Steps of a sequence: each is looked for after every row of the one before.
pub const STEPS: usize = 16;
/// Errors shown for one file.
pub const ERRORS: usize = 50;
/// The largest count of a duration.
pub const DURATION: u32 = 100_000;
/// The largest whole number that counts people, rows or contacts.
pub const COUNT: u64 = 1_000_000_000_000;
