//! What a query that stands instead of a table tells by which rows it chooses.
//!
//! What its conditions, joins and groups read decides about every row, and so is read by whoever reads the rows. What the values of a column
//! imply is told where the query separates one of them, by the same measure as in a condition of a segment; to look whether there is a value,
//! to group by it, or to find the row of a lookup by it separates none.

use crate::model::statement::trace::{Asked, Cell, How};
use crate::model::{FieldId, Model, Statement, TableId};
use crate::source::Spanned;

use super::{infer, telling};

/// The fields that decide which rows a query that stands instead of a table has.
pub fn deciding(model: &Model, table: TableId) -> Vec<FieldId> {
    let statement = model.query_of(model.tables[table].physical.as_ref());
    let mut found: Vec<FieldId> = Vec::new();
    for (field, _) in statement.into_iter().flat_map(|it| &it.trace.control).flat_map(|cell| model.fields_at(cell)) {
        if !found.contains(&field) {
            found.push(field);
        }
    }
    found
}

/// What the values of a field imply by which a query chooses its rows.
pub fn implied<'m>(model: &'m Model, statement: &Statement, field: FieldId) -> Vec<&'m Spanned<String>> {
    let asked: Vec<&Asked> = statement.trace.asked.iter().filter(|asked| is_telling(model, asked, field)).collect();
    let inferred =
        model.infers.iter().filter(|rule| rule.field == field && infer::separates_asked(model, rule, &asked));
    let read: Vec<TableId> = model.tables.ids().filter(|table| is_read(model, statement, *table)).collect();
    let told = model.telling.iter().filter(|it| telling::is_asked(model, &read, &asked, field, it));
    inferred.map(|rule| &rule.category).chain(told.map(|it| &it.category)).collect()
}

/// Whether a question is one about the field, and more than by which key the row of a lookup is found.
fn is_telling(model: &Model, asked: &Asked, field: FieldId) -> bool {
    let lookup = |cell: &Cell| model.tables.iter().any(|(id, table)| table.is_lookup() && model.is_at(id, &cell.table));
    let key = matches!(&asked.how, How::Column(other) if lookup(other));
    !key && model.fields_at(&asked.cell).any(|(id, _)| id == field)
}

fn is_read(model: &Model, statement: &Statement, table: TableId) -> bool {
    statement.trace.tables.iter().any(|path| model.is_at(table, path))
}
