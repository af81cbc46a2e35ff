//! Which declarations have which tables and columns of the warehouse.
//!
//! Names are compared whatever their case, as most engines compare them: two that differ by case alone are taken for one.

use super::statement::trace::Cell;
use super::{Field, FieldId, Model, Table, TableKind};

/// The path of a table as it is compared with others.
pub fn path_key(path: &[String]) -> String {
    path.join(".").to_ascii_lowercase()
}

impl Table {
    /// Whether its rows are those of a table of the warehouse, which is named by its path.
    pub fn is_at(&self, path: &[String]) -> bool {
        self.physical.as_ref().is_some_and(|own| path_key(&own.value) == path_key(path))
    }

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
    /// The fields that are declared for a column of the warehouse: several where several declarations have its table.
    pub fn fields_at<'m>(&'m self, cell: &'m Cell) -> impl Iterator<Item = (FieldId, &'m Field)> {
        self.fields.iter().filter(|(_, field)| field.is_in(&cell.column) && self.tables[field.table].is_at(&cell.table))
    }
}
