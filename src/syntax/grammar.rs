//! The parser that pest derives from the grammar file, alone here since it is slow to build.

/// Applies one rule of the grammar.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/segma.pest"]
pub(super) struct Grammar;
