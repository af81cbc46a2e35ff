//! Queries that stand instead of tables carry what they read: its purposes, its end, its origin, and the labels of every column.
//!
//! What stands in a column must be among its own labels. What only conditions, joins and groups read decided about every column, so its
//! categories must be among those of the rows. Keys by which rows are joined carry nothing but who they are.

use std::collections::BTreeSet;

mod clock;
mod decided;

use super::{Pair, covers};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::statement::trace::Cell;
use crate::model::{Field, FieldId, FieldRole, Labels, Model, Retain, Statement, Table, TableId, TableKind};
use crate::privacy::flow::table_labels;
use crate::privacy::retention::fits;
use crate::privacy::taxonomy::special_root;
use crate::source::{Span, Spanned};

/// A declaration whose rows a query computes, and one of those whose tables it reads.
struct Copy<'m> {
    model: &'m Model,
    code: Code,
    statement: &'m Statement,
    copy: TableId,
    of: TableId,
}

/// Everything that a copy by query does not say.
pub(super) fn check(model: &Model, code: Code, findings: &mut Vec<Diagnostic>) {
    for (copy, table) in model.tables.iter() {
        let Some(statement) = model.query_of(table.physical.as_ref()) else { continue };
        let torn = model.doubts.is_torn(table.name.span) || matches!(table.kind, TableKind::Error);
        let read = |of: &TableId| statement.trace.tables.iter().any(|path| model.is_at(*of, path));
        let all: Vec<TableId> = model.tables.ids().filter(|of| !torn && read(of)).collect();
        for of in &all {
            let one = Copy { model, code, statement, copy, of: *of };
            match one.rows().into_iter().next() {
                Some(finding) => findings.push(finding),
                None => findings.extend(one.columns()),
            }
        }
        findings.extend(clock::borrowed(model, code, statement, copy, &all));
    }
}

impl Copy<'_> {
    fn table(&self) -> &Table {
        &self.model.tables[self.copy]
    }

    fn read(&self) -> &Table {
        &self.model.tables[self.of]
    }

    fn finding(&self, message: String, at: Span, label: &str, place: Span) -> Diagnostic {
        Diagnostic::error(self.code, message)
            .at(at, label.to_owned())
            .and(self.statement.span, "computed here")
            .and(place, format!("what `{}` says", self.read().name.value))
            .because("what may not be done with somebody's data under one name would be done under the other")
            .about(&self.table().name.value)
    }

    /// What holds for rows as a whole.
    fn rows(&self) -> Vec<Diagnostic> {
        let (model, name, read) = (self.model, &self.table().name, &self.read().name);
        if self.table().is_lookup() && !self.read().is_lookup() {
            let message = format!(
                "the lookup `{}` computes its rows from those of `{}`, which are somebody's",
                name.value, read.value
            );
            return vec![
                self.finding(message, name.span, "asks for no purpose", read.span).help("declare it as a source"),
            ];
        }
        if self.read().is_lookup() {
            return Vec::new();
        }
        let mut out = Vec::new();
        let permits = |table: TableId, purpose| {
            Pair { model, first: table, second: table }
                .permissions(table)
                .iter()
                .all(|list| covers(model, list, purpose))
        };
        if let Some(purpose) =
            model.purposes.ids().find(|purpose| permits(self.copy, *purpose) && !permits(self.of, *purpose))
        {
            let purpose = &model.purposes[purpose].name.value;
            let message = format!(
                "`{}` may serve `{purpose}`, and `{}`, from which it is computed, may not",
                name.value, read.value
            );
            let at = self.table().allowed_span.unwrap_or(name.span);
            let place = self.read().allowed_span.unwrap_or(read.span);
            out.push(
                self.finding(message, at, "allowed here", place)
                    .help(format!("allow only what `{}` allows, too", read.value)),
            );
        }
        out.extend(self.retention());
        out.extend(self.collected());
        let origins = self.table().origin.as_ref().zip(self.read().origin.as_ref());
        if let Some((own, theirs)) = origins.filter(|(own, theirs)| own.value != theirs.value) {
            let message = format!(
                "`{}` and `{}`, from which it is computed, say that they came from different places",
                name.value, read.value
            );
            out.push(
                self.finding(message, own.span, "one origin", theirs.span)
                    .help("say the origin of the rows that it is computed from"),
            );
        }
        out
    }

    /// The leave under which rows were recorded goes with them.
    fn collected(&self) -> Option<Diagnostic> {
        let under = |table: &Table| table.gathering.collected_under;
        let theirs = under(self.read())?;
        let (name, read) = (&self.table().name, &self.read().name.value);
        (under(self.table()).map(|own| own.value) != Some(theirs.value)).then(|| {
            let purpose = &self.model.purposes[theirs.value].name.value;
            let message =
                format!("`{}` is computed from `{read}`, which was collected under consent to `{purpose}`", name.value);
            self.finding(message, name.span, "says nothing of it", theirs.span)
                .also(Code("CON-24"))
                .help(format!("write `collected under consent {purpose}` here, too"))
        })
    }

    fn retention(&self) -> Option<Diagnostic> {
        let kept = |table| self.model.tables[self.model.governing(table)].retain.as_ref();
        let (own, theirs) = (kept(self.copy)?, kept(self.of)?);
        let longer = match (&own.value, &theirs.value) {
            (_, Retain::WhileListed { .. }) => false,
            (Retain::WhileListed { .. }, Retain::For { .. }) => true,
            (Retain::For { length, .. }, Retain::For { length: most, .. }) => !fits(*length, *most),
        };
        let (name, read) = (&self.table().name.value, &self.read().name.value);
        let message = format!("`{name}` is kept longer than `{read}`, from which it is computed");
        longer.then(|| {
            self.finding(message, own.span, "kept longer", theirs.span)
                .help(format!("retain it no longer than `{read}`"))
        })
    }

    /// What holds for its columns.
    fn columns(&self) -> Vec<Diagnostic> {
        let model = self.model;
        let mut out = Vec::new();
        let fields: Vec<(FieldId, &Field)> = model.fields_of(self.copy).collect();
        for (id, field) in &fields {
            let carried = self.statement.trace.columns.iter().find(|column| column.name == field.column);
            let cells = carried.iter().flat_map(|column| &column.data);
            out.extend(cells.flat_map(|cell| self.fields_at(cell)).find_map(|source| self.column(*id, source)));
        }
        out.extend(self.decided());
        let special = |table| -> BTreeSet<String> {
            let labels = table_labels(model, table);
            labels.iter().filter_map(|it| special_root(model, &it.category)).map(str::to_owned).collect()
        };
        let missing: Vec<String> = special(self.of).difference(&special(self.copy)).cloned().collect();
        if let (Some(category), true) = (missing.first(), out.is_empty() && self.is_counted()) {
            let (name, read) = (&self.table().name, &self.read().name);
            let message = format!(
                "that there are rows of `{}` tells of `{}`, whose rows reveal {category}",
                name.value, read.value
            );
            out.push(
                self.finding(message, name.span, "says nothing of it", read.span)
                    .help(format!("label a field `is {category}`, too")),
            );
        }
        out
    }

    fn is_counted(&self) -> bool {
        !matches!(
            self.read().kind,
            TableKind::Entity(_) | TableKind::Lookup { .. } | TableKind::Visits(_) | TableKind::Error
        )
    }

    fn fields_at(&self, cell: &Cell) -> Vec<FieldId> {
        self.model.fields_at(cell).filter(|(_, field)| field.table == self.of).map(|(id, _)| id).collect()
    }

    /// A column that carries another must say what that says.
    fn column(&self, own: FieldId, source: FieldId) -> Option<Diagnostic> {
        let model = self.model;
        let (field, carried) = (&model.fields[own], &model.fields[source]);
        let plain = field.role == FieldRole::Plain || field.span != field.name.span;
        // A field without any label is told of by GOV-07.
        let unlabelled = field.role == FieldRole::Plain && field.labels.is_empty();
        if !plain || unlabelled {
            return None;
        }
        let what = format!("{}.{}", self.read().name.value, carried.name.value);
        let says = |label: String| {
            let message = format!("`{}` carries `{what}`, which is {label}, and does not say so", field.name.value);
            let help = format!("write `{label}` among its labels, too");
            Some(self.finding(message, field.span, "labelled here", carried.span).help(help))
        };
        let released = |category: &str| model.is_released(own, category);
        if let Some(label) = lacking(&field.labels, &carried.labels, released) {
            let finding = says(label.clone());
            return finding.map(|finding| self.claimed(finding, field, &label));
        }
        let narrow = carried.allowed.as_ref();
        let wider = |list: &Vec<Spanned<crate::model::PurposeId>>| {
            let permits = Pair { model, first: self.copy, second: self.of };
            let serves = |purpose| {
                let rows = permits.permissions(self.copy).iter().all(|list| covers(model, list, purpose));
                rows && field.allowed.as_ref().is_none_or(|own| covers(model, own, purpose))
            };
            model.purposes.ids().any(|purpose| serves(purpose) && !covers(model, list, purpose))
        };
        if narrow.is_some_and(wider) {
            let message = format!("`{}` carries `{what}`, which is allowed for fewer purposes", field.name.value);
            let help = "write the same `allowed` after its labels";
            return Some(self.finding(message, field.span, "allowed for more", carried.span).help(help));
        }
        let implied = |of: FieldId| -> BTreeSet<(&str, &str)> {
            let rules = model.infers.iter().filter(|rule| rule.field == of);
            rules
                .flat_map(|rule| rule.values.iter().map(|v| (rule.category.value.as_str(), v.value.as_str())))
                .collect()
        };
        let (here, there) = (implied(own), implied(source));
        let message = format!("`{}` carries `{what}`, whose values imply more than they say", field.name.value);
        let help = "write the same `infer` from it";
        (!there.is_subset(&here)).then(|| self.finding(message, field.span, "implies nothing", carried.span).help(help))
    }

    /// A column that was computed, and not only renamed, claims that computing took a label away (COM-14). Only a release does.
    fn claimed(&self, finding: Diagnostic, field: &Field, label: &str) -> Diagnostic {
        let computed = self.statement.trace.columns.iter().any(|it| it.name == field.column && it.same.is_none());
        if !computed || matches!(label, "direct" | "quasi" | "free text" | "protected" | "proxy for") {
            return finding;
        }
        let name = format!("{}.{}", self.table().name.value, field.name.value);
        finding.also(Code("COM-14")).help(format!(
            "write `{label}` among its labels, too; that it no longer counts as that, only a reviewed `release {name} from {label}` says"
        ))
    }
}

/// A label that one field has and another lacks.
fn lacking(own: &Labels, carried: &Labels, released: impl Fn(&str) -> bool) -> Option<String> {
    let known = |category: &&Spanned<String>| {
        !own.categories.iter().any(|known| known.value == category.value) && !released(&category.value)
    };
    let category = carried.categories.iter().find(known).map(|category| category.value.clone());
    let flags = [
        (carried.direct && !own.direct, "direct"),
        (carried.quasi && !own.quasi && !own.direct, "quasi"),
        (carried.free_text && !own.free_text, "free text"),
        (carried.protected && !own.protected, "protected"),
        (carried.proxies.iter().any(|it| own.proxies.iter().all(|known| known.value != it.value)), "proxy for"),
    ];
    category.or_else(|| flags.iter().find(|(lacks, _)| *lacks).map(|(_, word)| (*word).to_owned()))
}
