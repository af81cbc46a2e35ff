//! What a model saw: the part of the walk that follows a score to the rows it was trained on, and those to the scores among them.
//!
//! Whoever reads a score reads what it was trained on: whole rows with all that their values imply, or the fields that the model names, and
//! what a query asked where a query stands instead of the table. A reviewed release takes categories away again.

use std::collections::BTreeSet;

use crate::model::{FieldId, FieldPath, Model, Rows, RowsFrom, ScoreFacts, TableId, TableKind};
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
                } else if is_computed(model, table) {
                    // What a query asked decided which rows the model saw, whichever of their fields it looked at.
                    self.presence(table, trained.span, at);
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
            let mut reveals = tables
                .flat_map(|table| trained_labels(model, table))
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
