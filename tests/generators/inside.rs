//! What is asked of the rows inside all of some rows: `sum(orders.items.price …)`, `no orders.items …`.

use super::catalog::{Field, Ty};
use super::conditions::{Maker, Scope, sided};
use super::tree::{Node, Side, both, text};

impl Maker<'_, '_> {
    /// How many rows there are inside some rows, or what an aggregate says of them.
    pub fn inside(&mut self, depth: usize) -> Option<Node> {
        let table = self.plain_table()?;
        let (name, fields) = table.nested.as_ref()?;
        let rows = format!("{}.{name}", table.name);
        let filter = self.filter(Scope::Nested(table), depth.min(1));
        let window = self.window(table);
        if self.chance.percent(50) {
            let (word, side) = self.quantity();
            let parts = vec![text(format!("{word} {rows}")), sided(filter, side), text(" "), both(window)];
            return Some(Node::condition("inside", parts));
        }
        let numbers = |field: &&Field| matches!(field.ty, Ty::Integer | Ty::Decimal | Ty::Money);
        let numbers: Vec<&Field> = fields.iter().filter(numbers).filter(|field| self.readable(field)).collect();
        let field = if numbers.is_empty() { return None } else { self.chance.pick(&numbers) };
        let word = ["sum", "avg", "min", "max", "median"][self.chance.below(5)];
        let (sign, n) = (self.sign(), self.chance.below(60));
        let value = if field.ty == Ty::Money { format!("{n} EUR") } else { n.to_string() };
        let parts = vec![
            text(format!("{word}({rows}.{}", field.name)),
            sided(filter, Side::Both),
            text(" "),
            both(window),
            text(format!(") {sign} {value}")),
        ];
        Some(Node::condition("inside aggregate", parts))
    }
}
