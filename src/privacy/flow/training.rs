//! What a model saw: the part of the walk that follows a score to the rows it was trained on, and those to the scores among them.
//!
//! Whoever reads a score reads what it was trained on: whole rows with all that their values imply, or the fields that the model names, and
//! what a query asked where a query stands instead of the table. A reviewed release takes categories away again.

use std::collections::BTreeSet;

use crate::model::{FieldId, FieldPath, FieldRole, Model, Rows, RowsFrom, ScoreFacts, TableId, TableKind};
use crate::source::Span;

use super::{
    At, Context, MOST_READS, Revealed, RowEffect, StepKind, Walk, declared, field_labels, inferred, table_labels,
};

impl<'m> Walk<'_, 'm> {
    pub(super) fn score(&mut self, rows: &'m Rows, field: &FieldPath, span: Span, at: At) {
        let at = At { window: rows.window, ..at };
        self.path(field, span, at);
        let RowsFrom::Subject { table, .. } = rows.from else { return };
        let TableKind::Score(facts) = &self.model.tables[table].kind else { return };
        let before = self.out.reads.len();
        self.through(StepKind::Model(table), span, |walk| walk.training(facts, at));
        self.release(before, |model, category| model.is_released(field.field, category));
    }

    /// Takes from the readings since `from` what was released.
    fn release(&mut self, from: usize, is_released: impl Fn(&Model, &str) -> bool) {
        if self.model.releases.is_empty() {
            return;
        }
        for read in self.out.reads.iter_mut().skip(from) {
            read.reveals.retain(|revealed| !is_released(self.model, &revealed.category));
        }
    }

    /// Whole rows were looked at, those nested in them and what their values imply included, unless single fields are named; and where
    /// they are scores, what these were trained on.
    fn training(&mut self, facts: &'m ScoreFacts, at: At) {
        if self.out.reads.len() > MOST_READS {
            self.out.unfollowed = true;
            return;
        }
        let at = At { context: Context::Training, effect: RowEffect::Either, ..at };
        for trained in &facts.trained_on {
            let model = self.model;
            let before = self.out.reads.len();
            let named = |field: &FieldId| facts.inputs.iter().any(|input| input.value == *field);
            let whole = !facts.inputs.iter().any(|input| model.fields[input.value].table == trained.value);
            let tables = model.tables.ids().filter(|table| match whole {
                true => model.governing(*table) == trained.value,
                false => *table == trained.value,
            });
            for table in tables {
                if whole {
                    self.push(table, None, trained.span, at, trained_labels(model, table));
                    for lookup in looked_up(model, table) {
                        self.push(lookup, None, trained.span, at, trained_labels(model, lookup));
                    }
                } else {
                    let seen = presence_of(model, table, facts);
                    if !seen.is_empty() || is_computed(model, table) {
                        self.push(table, None, trained.span, at, seen);
                    }
                }
                let fields = model.tables[table].fields.iter();
                let read = fields.filter(|field| named(field) || whole && model.fields[**field].allowed.is_some());
                for field in read {
                    self.push(table, Some(*field), trained.span, at, trained_labels_of(model, *field, !whole));
                }
            }
            let TableKind::Score(deeper) = &model.tables[trained.value].kind else { continue };
            let step = StepKind::Model(trained.value);
            if self.via.iter().all(|known| known.kind != step) {
                self.through(step, trained.span, |walk| walk.training(deeper, at));
                let scores = model.tables[trained.value].fields.iter().filter(|field| declared(model, **field));
                let looked_at: Vec<FieldId> = scores.filter(|field| whole || named(field)).copied().collect();
                self.release(before, |model, category| {
                    !looked_at.is_empty() && looked_at.iter().all(|field| model.is_released(*field, category))
                });
            }
        }
    }
}

/// What a model saw by seeing single fields of a table: that there are rows. What a query asked decided which rows these are; and rows that are
/// there for nothing else tell of it. So tell a table that says what it is about, its key, and fields that every row has and that are all of
/// one kind but for those that the model names.
fn presence_of(model: &Model, table: TableId, facts: &ScoreFacts) -> Vec<Revealed> {
    let all = table_labels(model, table);
    if is_computed(model, table) {
        return all;
    }
    let root = |category: &str| category.split('.').next().unwrap_or_default().to_owned();
    let carries = |field: FieldId, kind: &str| {
        model.fields[field].labels.categories.iter().any(|label| root(&label.value) == root(kind))
    };
    let named = |field: FieldId| facts.inputs.iter().any(|input| input.value == field);
    let (mut keys, mut others) = (Vec::new(), Vec::new());
    for (id, field) in model.fields_of(table).filter(|(id, _)| !named(*id)) {
        match field.role {
            FieldRole::Plain if field.labels.not_personal => {}
            FieldRole::Plain => others.push(id),
            // A bare column has the labels of its table, and none of its own.
            FieldRole::Key | FieldRole::Subject if field.span != field.name.span => keys.push(id),
            FieldRole::Key | FieldRole::Subject | FieldRole::At | FieldRole::Bare => {}
        }
    }
    let says = |kind: &str| model.tables[table].says.iter().any(|said| said.value == kind);
    let about = |kind: &str| {
        let whole = || others.iter().all(|id| carries(*id, kind) && !model.fields[*id].optional);
        says(kind) || keys.iter().any(|id| carries(*id, kind)) || !others.is_empty() && whole()
    };
    all.into_iter().filter(|revealed| about(&revealed.category)).collect()
}

/// The lookups to which links of a table lead, directly or through others: which thing it is stands in its rows.
fn looked_up(model: &Model, table: TableId) -> Vec<TableId> {
    let (mut found, mut open) = (Vec::new(), vec![table]);
    while let Some(from) = open.pop() {
        for link in model.links.values().filter(|link| link.from == from) {
            let lookup = model.tables[link.to].is_lookup();
            if lookup && !found.contains(&link.to) {
                found.push(link.to);
                open.push(link.to);
            }
        }
    }
    found.retain(|lookup| !trained_labels(model, *lookup).is_empty());
    found
}

/// What a model saw of whole rows: their labels, and what any of their values implies.
fn trained_labels(model: &Model, table: TableId) -> Vec<Revealed> {
    let own = |field: FieldId| model.fields[field].table == table;
    let implied = model.infers.iter().enumerate().filter(|(_, rule)| own(rule.field));
    table_labels(model, table).into_iter().chain(implied.map(|(i, rule)| inferred(&rule.category, i))).collect()
}

/// What a model saw of a field; what its values imply is told of the rows already where these are seen whole.
fn trained_labels_of(model: &Model, field: FieldId, implied: bool) -> Vec<Revealed> {
    let rules = model.infers.iter().enumerate().filter(|(_, rule)| implied && rule.field == field);
    let own = field_labels(model, field).into_iter().filter(|it| !model.is_released(field, &it.category));
    own.chain(rules.map(|(i, rule)| inferred(&rule.category, i))).collect()
}

/// Whether what a model saw, or what the scores among it were trained on, reveals a category.
pub fn was_trained_on(model: &Model, facts: &ScoreFacts, category: &str) -> bool {
    let mut seen: BTreeSet<TableId> = BTreeSet::new();
    let mut open = vec![facts];
    while let Some(facts) = open.pop() {
        let named = |field: &&FieldId| facts.inputs.iter().any(|input| input.value == **field);
        for trained in &facts.trained_on {
            let whole = !facts.inputs.iter().any(|input| model.fields[input.value].table == trained.value);
            let tables = model.tables.ids().filter(|table| model.governing(*table) == trained.value && whole);
            let fields = model.tables[trained.value].fields.iter().filter(named);
            let rows = if whole { Vec::new() } else { presence_of(model, trained.value, facts) };
            let mut reveals = tables
                .flat_map(|table| [vec![table], looked_up(model, table)].concat())
                .flat_map(|table| trained_labels(model, table))
                .chain(rows)
                .chain(fields.flat_map(|field| trained_labels_of(model, *field, true)));
            if reveals.any(|revealed| revealed.category == category) {
                return true;
            }
            let TableKind::Score(deeper) = &model.tables[trained.value].kind else { continue };
            open.extend(seen.insert(trained.value).then_some(deeper));
        }
    }
    false
}

/// Whether a query stands instead of the table.
fn is_computed(model: &Model, table: TableId) -> bool {
    model.query_of(model.tables[table].physical.as_ref()).is_some()
}
