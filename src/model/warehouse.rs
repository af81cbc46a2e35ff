//! Which declarations have which tables and columns of the warehouse.
//!
//! Names are compared whatever their case, as most engines compare them: two that differ by case alone are taken for one. Of names of
//! different lengths the shorter is the end of the longer: `privacy.consent` is `crm.privacy.consent` where the database is called so.

use super::statement::trace::Cell;
use super::{Field, FieldId, Model, Table, TableId, TableKind};

/// The path of a table in words, as it is compared with others.
pub fn path_key(path: &[String]) -> String {
    path.join(".").to_ascii_lowercase()
}

/// Whether one path is the other, or its end; a quoted name may hold the dots itself.
fn end_alike(a: &[String], b: &[String]) -> bool {
    let (a, b) = (path_key(a), path_key(b));
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    !short.is_empty() && long.strip_suffix(short.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

impl Table {
    /// Whether its rows are of things, and nobody's.
    pub fn is_lookup(&self) -> bool {
        matches!(self.kind, TableKind::Lookup { .. })
    }
}

impl Field {
    /// Whether it stands in a column of this name.
    pub fn is_in(&self, column: &str) -> bool {
        self.column.eq_ignore_ascii_case(column)
    }
}

impl Model {
    /// Whether two paths name one table of the warehouse. The rows of a query stand in no schema: their name is only itself.
    pub fn is_one_table(&self, a: &[String], b: &[String]) -> bool {
        let is_query = |path| self.statement(path).is_some();
        if is_query(a) || is_query(b) { path_key(a) == path_key(b) } else { end_alike(a, b) }
    }

    /// Whether the rows of a declaration are those of a table of the warehouse, which is named by its path.
    pub fn is_at(&self, table: TableId, path: &[String]) -> bool {
        self.tables[table].physical.as_ref().is_some_and(|own| self.is_one_table(&own.value, path))
    }

    /// The fields that are declared for a column of the warehouse: several where several declarations have its table.
    pub fn fields_at<'m>(&'m self, cell: &'m Cell) -> impl Iterator<Item = (FieldId, &'m Field)> {
        self.fields.iter().filter(|(_, field)| field.is_in(&cell.column) && self.is_at(field.table, &cell.table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_name_is_the_end_of_the_longer() {
        let path = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
        let alike = |a, b| end_alike(&path(a), &path(b));
        assert!(alike("w.privacy.consent", "Privacy.CONSENT") && alike("consent", "privacy.consent"));
        assert!(!alike("a.orders", "b.orders") && !alike("w.a.orders", "v.a.orders") && !alike("a.orders", "orders.a"));
        assert!(!alike("shop.orders", "op.orders") && end_alike(&["w.shop.orders".to_owned()], &path("shop.orders")));
    }
}
