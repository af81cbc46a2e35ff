//! What must stand in a row for anybody to be able to read it, where a condition does not care.

use crate::model::{FieldRole, Type, Value};

use super::control;
use super::draft::Place;
use super::make::Maker;

impl Maker<'_, '_> {
    /// Fills what must be there and is not, in every row of every table that the model declares.
    pub fn complete(&mut self) {
        control::settle(self.model, self.draft);
        for table in self.model.tables.ids() {
            let physical = self.physical(table);
            let rows = self.draft.world.tables.get(&physical).map_or(0, Vec::len);
            for at in 0..rows {
                let place = Place { table, physical: physical.clone(), at };
                self.fill(&place);
            }
        }
    }

    fn fill(&mut self, row: &Place) {
        let table = &self.model.tables[row.table];
        for id in &table.fields {
            let field = &self.model.fields[*id];
            let bare = field.role == FieldRole::Bare;
            let named = table.unique.as_ref().is_some_and(|unique| unique.key == *id || unique.latest_by == Some(*id))
                || table.arrived == Some(*id);
            if self.draft.is_set(row, &field.column) {
                continue;
            }
            if let Some(value) = self.critical(row, &field.column) {
                self.set_field(row, *id, &value);
                continue;
            }
            if (field.optional || bare) && !named {
                continue;
            }
            let contact = field.labels.categories.iter().any(|category| category.value.starts_with("contact"));
            let key = table.unique.as_ref().is_some_and(|unique| unique.key == *id);
            let value = match &field.one_of {
                Some(listed) => listed.first().map(|one| Value::Text(one.value.clone())),
                None if key => Some(self.draft.fresh(&field.ty)),
                None if contact && field.ty == Type::Text => Some(self.draft.address()),
                None => Some(self.usual(&field.ty)),
            };
            if let Some(value) = value.filter(|_| field.place.is_none_or(|place| place.limit().is_some())) {
                self.set_field(row, *id, &value);
            }
        }
    }

    /// One of the values that matter in a column, or none of them.
    fn critical(&mut self, row: &Place, column: &str) -> Option<Value> {
        let values = self.draft.critical.get(&(row.physical.clone(), column.to_owned()))?.clone();
        let turn = self.draft.choose(values.len() + 1);
        values.get(turn).cloned()
    }

    /// What stands in a column of a type where it matters to nobody.
    fn usual(&self, ty: &Type) -> Value {
        match ty {
            Type::Text | Type::Error | Type::Place => Value::Text("other".to_owned()),
            Type::Version => Value::Text("1.0".to_owned()),
            Type::Uuid => Value::Text("00000000-0000-4000-8000-000000000000".to_owned()),
            Type::Boolean => Value::Boolean(false),
            Type::Integer | Type::Decimal | Type::Money(_) => Value::Integer(1),
            Type::Probability => Value::Integer(0),
            Type::Date | Type::Instant(_) => Value::Instant(self.draft.ago(crate::model::Length::days(1))),
            Type::List(_) => Value::Text("[]".to_owned()),
        }
    }
}
