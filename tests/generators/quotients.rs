//! Measures that are quotients: averages, medians and shares by which people are ranked.

use super::catalog::{Field, Ty};
use super::conditions::Maker;
use super::tree::{Node, both, text};

impl Maker<'_, '_> {
    /// An average or a median of a field of a table.
    pub fn quotient(&mut self) -> Option<Node> {
        let table = self.plain_table()?;
        let numbers = |field: &&Field| matches!(field.ty, Ty::Integer | Ty::Decimal | Ty::Money);
        let fields: Vec<&Field> = table.fields.iter().filter(numbers).filter(|field| self.readable(field)).collect();
        let field = if fields.is_empty() { return None } else { self.chance.pick(&fields) };
        let window = self.window(table);
        let word = if self.chance.percent(50) { "avg" } else { "median" };
        Some(Node::other(word, vec![text(format!("{word}({}.{} ", table.name, field.name)), both(window), text(")")]))
    }
}
