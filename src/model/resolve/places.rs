//! Fields of type place: two columns, each a field that only the place knows.

use crate::source::Spanned;
use crate::syntax::ast;

use super::names::unfit;
use super::*;

impl<'a> Resolver<'a> {
    /// `field location place (lat, lon) is location.precise`
    pub(super) fn place(&mut self, table: TableId, it: &'a ast::Field, columns: Option<&'a (ast::Name, ast::Name)>) {
        let Some((latitude, longitude)) = columns else { return self.nowhere(table, it) };
        if let Some(column) = &it.column {
            let finding = unfit("a place is held by two columns", column.span, "one column");
            self.report(finding.help("leave it out: the columns stand after `place`"));
        }
        if latitude.value == longitude.value {
            let finding = unfit(
                format!("`{}` is to hold degrees north and degrees east", latitude.value),
                longitude.span,
                "the same column",
            );
            self.report(finding.help("name the column of the latitude, then that of the longitude"));
        }
        let whole = self.add_field(table, it, Type::Place);
        let latitude = self.half(whole, latitude, InPlace::Latitude);
        let longitude = self.half(whole, longitude, InPlace::Longitude);
        let column = self.model.fields[latitude].column.clone();
        let field = &mut self.model.fields[whole];
        field.place = Some(InPlace::Whole { latitude, longitude });
        field.column = column;
    }

    /// A column of a place; it is called as nothing can be called.
    fn half(&mut self, whole: FieldId, column: &ast::Name, place: InPlace) -> FieldId {
        let field = self.model.fields[whole].clone();
        let half = if place == InPlace::Latitude { "latitude" } else { "longitude" };
        let name = Spanned::new(format!("{} {half}", field.name.value), column.span);
        let table = field.table;
        let field = Field { name, column: column.value.clone(), role: FieldRole::Bare, place: Some(place), ..field };
        let id = self.model.fields.push(field);
        self.model.tables[table].fields.push(id);
        id
    }

    fn nowhere(&mut self, table: TableId, it: &'a ast::Field) {
        let finding = unfit("a place does not say which columns hold it", it.ty.span, "in which columns?")
            .help("write `place (lat, lon)`: the column of the degrees north, then that of the degrees east");
        self.report(finding);
        self.add_field(table, it, Type::Error);
    }

    /// Whether a field that a clause names is a place, which is no column; reports it.
    pub(super) fn is_place(&mut self, field: FieldId, name: &ast::Name) -> bool {
        let place = self.model.fields[field].ty == Type::Place;
        if place {
            let declared = self.model.fields[field].span;
            let finding =
                unfit(format!("`{}` is a place, and a column is asked for", name.value), name.span, "a place");
            self.report(finding.and(declared, "held by two columns"));
        }
        place
    }
}
