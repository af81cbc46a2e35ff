//! The parser that pest derives from the grammar file, alone here since it is slow to build.

/// Applies one rule of the grammar.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/segma.pest"]
pub(super) struct Grammar;

/// Whether the grammar alone accepts a text: what the parser generator needs by itself, against which reading is measured.
/// It reports nothing, limits nothing and builds no tree.
pub fn grammar_accepts(text: &str) -> bool {
    use pest::Parser as _;
    Grammar::parse(Rule::file, text).is_ok()
}
