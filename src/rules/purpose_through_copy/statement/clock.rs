//! The clock of a query's rows is the clock of whatever it reads: not one that it makes up, nor one that a join lends.
//!
//! Windows and retention follow the clock that the copy names. What a second table with a clock of its own puts into the rows would live for as
//! long as the first one lets it. The table of the people themselves is no such second: its own clock hides whoever is past it. Selections
//! that UNION puts together are looked at one by one.

use super::{Code, Diagnostic, Field, Model, Retain, Statement, TableId};
use crate::model::statement::Body;
use crate::model::statement::made::place;
use crate::model::statement::trace::{Carried, Cell, Trace, trace};
use crate::model::{Table, TableKind};
use crate::source::Span;

/// A table of which rows are read, and the column from which its retention is counted.
type Clock<'m> = (TableId, &'m Field);

/// The first selection whose rows have another clock than what it reads.
pub(super) fn borrowed(
    model: &Model,
    code: Code,
    statement: &Statement,
    copy: TableId,
    all: &[TableId],
) -> Option<Diagnostic> {
    let own = clock_of(model, copy)?;
    let rows = Rows { model, code, statement, copy, own };
    statement.body.of.iter().find_map(|selection| {
        let alone = Body { of: vec![selection.clone()], distinct: false };
        rows.selected(&trace(&alone), all)
    })
}

/// The column from which the retention of a table is counted.
fn clock_of(model: &Model, id: TableId) -> Option<&Field> {
    let table = &model.tables[id];
    let clock = match &table.retain.as_ref()?.value {
        Retain::For { after, .. } => after.or(table.at)?,
        Retain::WhileListed { .. } => return None,
    };
    Some(&model.fields[clock])
}

/// Rows that a query computes, and the clock that is declared for them.
struct Rows<'m> {
    model: &'m Model,
    code: Code,
    statement: &'m Statement,
    copy: TableId,
    own: &'m Field,
}

impl<'m> Rows<'m> {
    fn table(&self) -> &'m Table {
        &self.model.tables[self.copy]
    }

    fn selected(&self, read: &Trace, all: &[TableId]) -> Option<Diagnostic> {
        let here = |id: &&TableId| read.tables.iter().any(|path| self.is_called(**id, path));
        let clocks: Vec<Clock<'m>> =
            all.iter().filter(here).filter_map(|id| Some((*id, clock_of(self.model, *id)?))).collect();
        let carried = self.carried(read, &self.own.column)?;
        let Some(lent) = clocks.iter().find(|clock| self.is(carried, clock)) else {
            return self.made_up(carried, &clocks);
        };
        let other = clocks.iter().find(|(id, _)| !self.is_of_the_people(*id) && !self.is_same(*id, lent.0));
        other.map(|other| self.lent(*lent, *other))
    }

    /// What stands in a column of the copy.
    fn carried<'t>(&self, read: &'t Trace, column: &str) -> Option<&'t Carried> {
        read.columns.get(place(&self.statement.body, column)?)
    }

    fn is_called(&self, id: TableId, path: &[String]) -> bool {
        self.model.is_at(id, path)
    }

    fn is(&self, carried: &Carried, (id, field): &Clock<'_>) -> bool {
        let cell = carried.same.as_ref();
        cell.is_some_and(|cell| self.is_called(*id, &cell.table) && field.is_in(&cell.column))
    }

    fn is_same(&self, id: TableId, other: TableId) -> bool {
        self.model.tables[other].physical.as_ref().is_some_and(|physical| self.is_called(id, &physical.value))
    }

    /// Whether a table holds the people whose rows these are: past its clock, they are in no audience.
    fn is_of_the_people(&self, id: TableId) -> bool {
        let people = match &self.table().kind {
            TableKind::Source { of } | TableKind::List { of } => *of,
            TableKind::Score(facts) => facts.of,
            TableKind::Entity(_)
            | TableKind::Rows { .. }
            | TableKind::Lookup { .. }
            | TableKind::Visits(_)
            | TableKind::Error => return false,
        };
        self.is_same(id, people)
    }

    /// No clock of what is read, where something is read that has one.
    fn made_up(&self, carried: &Carried, clocks: &[Clock<'m>]) -> Option<Diagnostic> {
        let at_home = |cell: &Cell| clocks.iter().all(|(id, _)| !self.is_called(*id, &cell.table));
        let only_people = clocks.iter().all(|(id, _)| self.is_of_the_people(*id));
        if only_people && carried.same.as_ref().is_some_and(at_home) {
            return None;
        }
        let first = clocks.first()?;
        let (name, column) = (&self.table().name.value, &self.own.column);
        let message = format!("the retention of `{name}` is counted from `{column}`, which the query makes up");
        let help = format!("select `{}` unchanged, and name it", first.1.column);
        Some(self.finding(message, "no clock of what is read", first.1.name.span, help))
    }

    /// The clock of one table over what is another's.
    fn lent(&self, lent: Clock<'m>, other: Clock<'m>) -> Diagnostic {
        let name = |id: TableId| &self.model.tables[id].name.value;
        let (from, kept) = (name(lent.0), name(other.0));
        let message = format!(
            "the retention of `{}` is counted from the clock of `{from}`, and it reads rows of `{kept}`, which has its own",
            self.table().name.value
        );
        let help = format!(
            "read `{kept}` with its own clock, `{}`, and put the two together in a segment, where each keeps its end",
            other.1.column
        );
        self.finding(message, "a clock that a join lends", other.1.name.span, help)
    }

    fn finding(&self, message: String, label: &str, place: Span, help: String) -> Diagnostic {
        Diagnostic::error(self.code, message)
            .at(self.own.name.span, label.to_owned())
            .and(self.statement.span, "computed here")
            .and(place, "a clock of what is read")
            .because("data that should be gone would begin a new life at whatever time the query gives it")
            .help(help)
            .about(&self.table().name.value)
    }
}
