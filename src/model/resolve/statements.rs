//! Queries instead of tables: their texts are read for every dialect of the project, their columns are followed, and what cannot be is
//! refused.

use crate::source::{Span, Spanned};
use crate::syntax::ast;

use super::names::unfit;
use super::*;
use crate::model::statement::{read, trace};

impl<'a> Resolver<'a> {
    /// The name in the warehouse: the parts of a table's, or, for a query, the declaration's, under which its rows are known.
    pub(super) fn physical(&mut self, table: &ast::Table, name: &ast::Name) -> Option<Spanned<Vec<String>>> {
        let Some(sql) = &table.sql else {
            return Some(Spanned::new(table.parts.iter().map(|part| part.value.clone()).collect(), table.span));
        };
        match read::statement(&sql.value, self.dialects.iter().map(String::as_str)) {
            Ok(body) => {
                let trace = trace::trace(&body);
                self.model.statements.push(Statement { name: name.clone(), span: sql.span, body, trace });
            }
            Err(why) => {
                let finding = unfit(format!("the query of `{}` is refused: {why}", name.value), sql.span, "cannot be followed")
                    .because("where nobody can follow which columns are read, nobody can say what they may be used for")
                    .help("write it with SELECT, joins, WHERE, GROUP BY, UNION, WITH and qualified columns, or make it a view and name that");
                self.report(finding);
            }
        }
        Some(Spanned::new(vec![name.value.clone()], table.span))
    }

    /// What is said of queries in terms of all declarations: their names, and that they have the columns which are declared.
    pub(super) fn statements(&mut self) {
        for statement in self.model.statements.clone() {
            let wanted = self.columns_of(&statement.name);
            let has = |column: &Spanned<String>| statement.trace.columns.iter().any(|own| own.name == column.value);
            for column in wanted.into_iter().filter(|column| !has(column)) {
                let name = &statement.name.value;
                let finding = unfit(
                    format!("the query of `{name}` has no column `{}`", column.value),
                    column.span,
                    "not selected",
                )
                .and(statement.span, "the query")
                .help(format!("select it, as in `select … as {}`", column.value));
                self.report(finding);
            }
            self.alone(&statement);
        }
    }

    /// Its rows have a name of one part, which nothing else may have.
    fn alone(&mut self, statement: &Statement) {
        let name = &statement.name;
        let same = |parts: &[String]| matches!(parts, [only] if only.eq_ignore_ascii_case(&name.value));
        let others = self.model.statements.iter().filter(|other| other.span != statement.span);
        let twice =
            others.clone().find(|other| other.name.value.eq_ignore_ascii_case(&name.value)).map(|other| other.span);
        let read = self.model.statements.iter().find(|other| other.trace.tables.iter().any(|table| same(table)));
        let tables = self.model.tables.values().map(|table| &table.physical);
        let ledgers = self.model.ledgers.values().map(|ledger| &ledger.physical);
        let identities = self.model.identities.values().map(|identity| &identity.physical);
        let named = tables.chain(ledgers).chain(identities).flatten();
        let mut named = named.filter(|physical| physical.span != statement.span && same(&physical.value));
        let place: Option<Span> =
            twice.or(read.map(|other| other.span)).or_else(|| named.next().map(|other| other.span));
        if let Some(place) = place {
            let message = format!("the rows of the query `{}` are called as another table is", name.value);
            let finding = unfit(message, name.span, "which of the two is read?").and(place, "the other");
            self.report(finding.help("give the declaration another name, or write the table with its schema"));
        }
    }

    /// Every column that the declarations of a name read.
    fn columns_of(&self, name: &Spanned<String>) -> Vec<Spanned<String>> {
        let here = |physical: &Option<Spanned<Vec<String>>>| matches!(physical.as_ref().map(|it| it.value.as_slice()), Some([only]) if *only == name.value);
        let mut all: Vec<Spanned<String>> = Vec::new();
        for (id, _) in self.model.tables.iter().filter(|(_, table)| here(&table.physical)) {
            all.extend(self.model.fields_of(id).map(|(_, field)| Spanned::new(field.column.clone(), field.name.span)));
        }
        for ledger in self.model.ledgers.values().filter(|ledger| here(&ledger.physical)) {
            all.extend(of_ledger(ledger));
        }
        for identity in self.model.identities.values().filter(|identity| here(&identity.physical)) {
            all.extend([identity.from_column.clone(), identity.to_column.clone()]);
            all.extend(identity.at.iter().map(|at| at.column.clone()));
        }
        all
    }
}

fn of_ledger(ledger: &Ledger) -> Vec<Spanned<String>> {
    let mut all = vec![ledger.subject.clone()];
    if let Some(Watermark::Column(by)) = ledger.fresh.as_ref().map(|fresh| &fresh.value.by) {
        all.push(by.column.clone());
    }
    match &ledger.rows {
        LedgerRows::Events(it) => {
            all.extend([&it.purpose_column, &it.state_column, &it.at.column].map(Clone::clone));
            all.extend(it.until.iter().map(|until| until.column.clone()));
            all.extend(it.version.iter().map(|version| version.column.clone()));
            all.extend(it.evidence.clone());
        }
        LedgerRows::States(columns) => {
            for column in columns {
                all.push(column.column.clone());
                all.extend(column.since.iter().map(|since| since.column.clone()));
                all.extend(column.version.iter().map(|version| version.column.clone()));
            }
        }
    }
    all
}
