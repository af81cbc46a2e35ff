//! Identities, inferences and categories.

use crate::source::Spanned;
use crate::syntax::ast::{self, LiteralKind};

use super::collect::doc;
use super::names::wrote;
use super::names::{Found, missing, not_yet, unfit};
use super::*;

impl<'a> Resolver<'a> {
    pub(super) fn identities(&mut self) {
        self.declared.identities.clone().into_iter().for_each(|(it, item)| self.identity(it, item));
        self.declared.infers.clone().into_iter().for_each(|(it, item)| self.infer(it, item));
    }

    fn identity(&mut self, it: &'a ast::Identity, item: &'a ast::Item) {
        let resolved = self.entity(&it.to).and_then(|to| self.read_identity(it, item, to));
        let same = self
            .model
            .identities
            .iter()
            .find(|(_, known)| known.name.value == it.name.value)
            .map(|(id, known)| (id, known.to));
        let Some(identity) = resolved else {
            drop(self.names.identities.declare(&it.name.value, it.name.span, None));
            return;
        };
        let to = identity.to;
        let id = self.model.identities.push(identity);
        // Ids of one kind may be linked to several entities, each in a table of its own.
        if same.is_none_or(|(_, other)| other == to) {
            let found = self.names.identities.declare(&it.name.value, it.name.span, Some(id));
            self.findings.extend(found);
        }
    }

    fn read_identity(&mut self, it: &'a ast::Identity, item: &'a ast::Item, to: TableId) -> Option<Identity> {
        if let Some(fresh) = &it.fresh {
            self.report(not_yet("`fresh` of an identity", fresh.span));
        }
        let table = self.mandatory(it, &it.table, "table", "table  id.links");
        let from_column = self.mandatory(it, &it.from_column, "from", "from  cookie_id");
        let to_column = self.mandatory(it, &it.to_column, "to", "to  customer_id");
        let at = it.at.as_ref().map(|at| self.clock_column(&at.value));
        let retain = it.retain.as_ref().and_then(|retain| self.plain_retain(retain, it.at.is_some()));
        let retain = retain
            .or_else(|| wrote(&it.lost, "retain").then(|| Spanned::new(clauses::unreadable_retain(), it.name.span)));
        let entity = match self.names.tables.find(&it.name.value) {
            Found::Known(table) => self.model.entity_facts(table).map(|_| table),
            Found::Unknowable | Found::Unknown => None,
        };
        Some(Identity {
            name: it.name.clone(),
            doc: doc(item),
            entity,
            to,
            physical: table.and_then(|table| self.physical(&table, &it.name)),
            from_column: from_column?,
            to_column: to_column?,
            at,
            retain,
            span: item.span,
        })
    }

    fn mandatory<T: Clone>(
        &mut self,
        it: &ast::Identity,
        clause: &ast::Clause<T>,
        word: &str,
        example: &str,
    ) -> Option<T> {
        if clause.is_none() && !wrote(&it.lost, word) {
            let why = "without it nobody knows whose refusal spreads to whom";
            self.report(missing("identity", &it.name, word, why, example));
        }
        clause.as_ref().map(|clause| clause.value.clone())
    }

    /// A column of times in a table that is neither field nor source.
    pub(super) fn clock_column(&mut self, it: &ast::Moment) -> ClockColumn {
        let ty = self.moment_type(it).unwrap_or(Type::Instant(None));
        ClockColumn { column: it.column.clone(), ty }
    }

    /// The retention of a ledger or an identity: counted from its `at`, or while listed.
    pub(super) fn plain_retain(&mut self, retain: &Spanned<ast::Retain>, has_at: bool) -> Option<Spanned<Retain>> {
        let value = match &retain.value {
            ast::Retain::For(period) => {
                if !has_at && !self.model.doubts.is_torn(retain.span) {
                    let finding =
                        unfit("kept for a while, but after what", retain.span, "counted from `at`, which is missing");
                    self.report(finding.help("write `retain while listed because \"…\"` for a table without a clock"));
                    return Some(Spanned::new(clauses::unreadable_retain(), retain.span));
                }
                Retain::For { length: length(*period), after: None }
            }
            ast::Retain::WhileListed { because } => Retain::WhileListed { because: because.value.clone() },
            ast::Retain::After { column, .. } => {
                let finding = unfit("this retention is counted from `at`", column.span, "no other column counts here");
                self.report(finding);
                return None;
            }
            ast::Retain::Nothing => {
                self.report(unfit(
                    "a table that is read is kept for some time",
                    retain.span,
                    "`nothing` is for segments",
                ));
                return None;
            }
        };
        Some(Spanned::new(value, retain.span))
    }

    fn infer(&mut self, it: &'a ast::Infer, item: &'a ast::Item) {
        let category = self.category(&it.category);
        if it.mentioning {
            self.telling(it, category);
            return;
        }
        let Some(field) = self.field_of(&it.from) else { return };
        let ty = &self.model.fields[field].ty;
        let of = if let Type::List(of) = ty { of } else { ty };
        if !matches!(of, Type::Text | Type::Error) {
            let ty = typing::type_name(&self.model.fields[field].ty);
            let finding = not_yet("an inference from a field that is no text", it.from.span)
                .and(self.model.fields[field].span, ty);
            self.report(finding);
            return;
        }
        let values: Vec<_> = it.values.iter().filter_map(|value| self.infer_value(field, value)).collect();
        self.model.infers.push(Infer { category, field, values, doc: doc(item), span: item.span });
    }

    fn infer_value(&mut self, field: FieldId, value: &ast::Literal) -> Option<Spanned<String>> {
        match &value.kind {
            LiteralKind::Text(text) => {
                let finding = typing::not_among(&self.model.fields[field], text, value.span, false);
                self.findings.extend(finding);
                Some(Spanned::new(text.clone(), value.span))
            }
            LiteralKind::Error => None,
            LiteralKind::Number(_)
            | LiteralKind::Money { .. }
            | LiteralKind::Percent(_)
            | LiteralKind::Date(_)
            | LiteralKind::Version(_)
            | LiteralKind::Boolean(_) => {
                let finding = Diagnostic::error(codes::MISMATCH, "a text is compared with something else");
                self.report(finding.at(value.span, "write it in double quotes"));
                None
            }
        }
    }
}
