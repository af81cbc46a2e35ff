//! CON-20: what the guard reads is declared as data, so that a condition could pick people by what they answered.
//!
//! (Consent that is negated inside a condition is refused where it is read.) An entity may live in the table of its own present states, and
//! whoever else reads that table may read its other columns; the table of an event ledger, or of an identity's links, is nobody's data.
//! Names in the warehouse are compared without regard to ASCII case and quotes, from the end (see [`crate::model::warehouse`]).

use super::tools::kind_word;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{FieldRole, Identity, Ledger, LedgerOf, LedgerRows, Model, StateColumn, Statement, Table, TableId};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("CON-20"), check };

/// What the guard alone reads.
struct Kept<'m> {
    kind: &'static str,
    name: &'m Spanned<String>,
    /// Its place in the warehouse.
    table: &'m [String],
    /// Whether it stands in a table of people, of which it keeps its own columns only.
    shared: bool,
    columns: Vec<&'m Spanned<String>>,
}

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let model = cx.model;
    let ledgers = model.ledgers.values().filter_map(|ledger| of_ledger(model, ledger));
    let identities = model.identities.values().filter_map(|identity| of_identity(model, identity));
    let mut kept: Vec<Kept<'_>> = ledgers.chain(identities).collect();
    kept.extend(computed_from(model));
    for table in model.tables.values() {
        let statement = model.query_of(table.physical.as_ref());
        findings.extend(
            statement
                .into_iter()
                .flat_map(|statement| kept.iter().filter_map(|of| read_by(model, table, statement, of))),
        );
    }
    for (id, table) in model.tables.iter() {
        for kept in kept.iter().filter(|kept| model.is_at(id, kept.table)) {
            if kept.shared {
                findings.extend(kept.columns.iter().flat_map(|column| read_as_field(model, id, kept, column)));
            } else {
                findings.push(read_as_rows(table, kept));
            }
        }
    }
}

/// What the queries of ledgers and identities read, but for tables of people.
fn computed_from(model: &Model) -> Vec<Kept<'_>> {
    let ledgers = model.ledgers.values().map(|ledger| ("ledger", &ledger.name, ledger.physical.as_ref()));
    let identities = model.identities.values().map(|it| ("identity", &it.name, it.physical.as_ref()));
    let mut out = Vec::new();
    for (kind, name, physical) in ledgers.chain(identities) {
        let statement = model.query_of(physical);
        for path in statement.iter().flat_map(|statement| &statement.trace.tables) {
            if !model.tables.ids().any(|id| model.entity_facts(id).is_some() && model.is_at(id, path)) {
                out.push(Kept { kind, name, table: path, shared: false, columns: Vec::new() });
            }
        }
    }
    out
}

fn of_ledger<'m>(model: &'m Model, ledger: &'m Ledger) -> Option<Kept<'m>> {
    let table = ledger.physical.as_ref()?.value.as_slice();
    let (shared, columns) = match (&ledger.rows, ledger.of) {
        (LedgerRows::Events(_), _) | (LedgerRows::States(_), LedgerOf::Identity(_)) => (false, Vec::new()),
        (LedgerRows::States(columns), LedgerOf::Entity(entity)) => {
            (model.is_at(entity, table), columns.iter().flat_map(columns_of).collect())
        }
    };
    Some(Kept { kind: "ledger", name: &ledger.name, table, shared, columns })
}

fn columns_of(column: &StateColumn) -> impl Iterator<Item = &Spanned<String>> {
    let since = column.since.as_ref().map(|since| &since.column);
    let version = column.version.as_ref().map(|version| &version.column);
    [Some(&column.column), since, version].into_iter().flatten()
}

fn of_identity<'m>(model: &'m Model, identity: &'m Identity) -> Option<Kept<'m>> {
    let table = identity.physical.as_ref()?.value.as_slice();
    let home = |entity| model.is_at(entity, table);
    let shared = home(identity.to) || identity.entity.is_some_and(home);
    let keys = [Some(identity.to), identity.entity].into_iter().flatten().filter_map(|entity| model.key_of(entity));
    let keys: Vec<&str> = keys.map(|key| model.fields[key].column.as_str()).collect();
    let columns = [&identity.from_column, &identity.to_column].into_iter();
    let columns = columns.filter(|column| !keys.iter().any(|key| key.eq_ignore_ascii_case(&column.value))).collect();
    Some(Kept { kind: "identity", name: &identity.name, table, shared, columns })
}

fn read_as_rows(table: &Table, kept: &Kept<'_>) -> Diagnostic {
    let (kind, name) = (kind_word(table), &table.name);
    let place = table.physical.as_ref().map_or(name.span, |physical| physical.span);
    let message = format!("{kind} `{}` reads the table of {} `{}`", name.value, kept.kind, kept.name.value);
    because(Diagnostic::error(RULE.code, message).at(place, "what the guard reads is no data"), kept).about(&name.value)
}

/// A query that stands instead of a table reads what only the guard may.
fn read_by(model: &Model, table: &Table, statement: &Statement, kept: &Kept<'_>) -> Option<Diagnostic> {
    let trace = &statement.trace;
    let here = |path: &[String]| model.is_one_table(path, kept.table);
    let cells = trace.columns.iter().flat_map(|column| &column.data).chain(&trace.control);
    let own = |column: &str| kept.columns.iter().any(|own| own.value.eq_ignore_ascii_case(column));
    let reads = match kept.shared {
        true => cells.into_iter().any(|cell| here(&cell.table) && own(&cell.column)),
        false => trace.tables.iter().any(|path| here(path)),
    };
    let (kind, name) = (kind_word(table), &table.name.value);
    let message = format!("the query of {kind} `{name}` reads what {} `{}` reads", kept.kind, kept.name.value);
    let finding = || Diagnostic::error(RULE.code, message).at(statement.span, "what the guard reads is no data");
    reads.then(|| because(finding(), kept).about(name))
}

fn read_as_field(model: &Model, table: TableId, kept: &Kept<'_>, column: &Spanned<String>) -> Option<Diagnostic> {
    let is_lookup = model.tables[table].is_lookup();
    let nameable = |role: FieldRole| match role {
        FieldRole::Plain | FieldRole::At | FieldRole::Bare => true,
        FieldRole::Key | FieldRole::Subject => is_lookup,
    };
    let mut fields = model.fields_of(table).filter(|(_, field)| nameable(field.role));
    let (_, field) = fields.find(|(_, field)| field.is_in(&column.value))?;
    let name = format!("{}.{}", model.tables[table].name.value, field.name.value);
    let message = format!("`{name}` is column `{}`, which {} `{}` reads", column.value, kept.kind, kept.name.value);
    let finding = Diagnostic::error(RULE.code, message)
        .at(field.name.span, "what the guard reads is no data")
        .and(column.span, "read here");
    Some(because(finding, kept).about(&model.tables[table].name.value))
}

fn because(finding: Diagnostic, kept: &Kept<'_>) -> Diagnostic {
    finding
        .and(kept.name.span, format!("the {} is declared here", kept.kind))
        .because("a condition could pick those who refused, because they refused")
        .help("take it away: the guard of every segment reads it already, and nothing else may")
}
