//! Visits: `sessions visits { from page_views, signups by session_id }`.
//!
//! A visit is the set of rows of its sources that one subject has under one session id. So every source is of the same entity, keeps
//! time in the same way, and has the session id as a required field: a row without it would be of no visit, or of any.

use crate::syntax::ast::{self, ItemKind};

use super::names::{missing, unfit, wrote};
use super::*;

impl<'a> Resolver<'a> {
    /// Reads every declaration of visits; fields, kinds and clocks of all tables are known by now.
    pub(super) fn visits(&mut self) {
        for (id, item) in self.declared.tables.clone() {
            if let ItemKind::Sessions(it) = &item.kind {
                self.visits_of(id, it);
            }
        }
    }

    fn visits_of(&mut self, id: TableId, it: &'a ast::Sessions) {
        let Some(by) = it.by.as_ref().filter(|_| !it.from.is_empty()) else {
            if !wrote(&it.lost, "from") {
                let why = "without it nobody can say which rows are one visit";
                self.report(missing("sessions", &it.name, "from", why, "from page_views by session_id"));
            }
            return;
        };
        let parts: Vec<Option<(TableId, FieldId)>> = it.from.iter().map(|name| self.visit_part(name, by)).collect();
        let Some(parts) = parts.into_iter().collect::<Option<Vec<_>>>() else { return };
        let mut of = None;
        for ((table, field), name) in parts.iter().zip(&it.from) {
            let TableKind::Source { of: whose } = self.model.tables[*table].kind else { return };
            of = of.or(Some(whose));
            if of != Some(whose) || !self.agrees(parts.first(), *table, *field) {
                self.no_part(name, "one visit is of one entity, with one kind of session id and of time");
                return;
            }
            self.add_member(id, name, Some(Member::Source(*table)));
        }
        if let Some(of) = of {
            self.model.tables[id].kind = TableKind::Visits(VisitFacts { of, parts });
        }
    }

    fn agrees(&self, first: Option<&(TableId, FieldId)>, table: TableId, field: FieldId) -> bool {
        let Some((known, by)) = first else { return true };
        let is_day = |table: TableId| {
            let at = self.model.tables[table].at.map(|at| &self.model.fields[at].ty);
            at.map(|ty| *ty == Type::Date)
        };
        is_day(*known) == is_day(table) && self.model.fields[*by].ty == self.model.fields[field].ty
    }

    /// One source and its session id.
    fn visit_part(&mut self, name: &'a ast::Name, by: &'a ast::Name) -> Option<(TableId, FieldId)> {
        let table = self.names.tables.resolve(&name.value, name.span, &mut self.findings)?;
        let declared = self.declared.tables.iter().find(|(id, _)| *id == table).map(|(_, item)| &item.kind);
        if !matches!(declared, Some(ItemKind::Source(_))) {
            let finding = self.wrong_kind(table, name, "source");
            self.report(finding);
            return None;
        }
        if matches!(self.model.tables[table].kind, TableKind::Error) {
            return None;
        }
        let declared = &self.model.tables[table];
        if declared.subject.is_none() || declared.at.is_none() {
            self.no_part(name, "its rows have no subject or no time");
            return None;
        }
        let field = self.model.field_named(table, &by.value).map(|field| (field, &self.model.fields[field]));
        match field {
            Some((_, field)) if field.ty == Type::Error => None,
            Some((id, field)) if field.role == FieldRole::Plain && !field.optional && is_key(&field.ty) => {
                Some((table, id))
            }
            Some(_) | None if self.is_torn(table) => None,
            Some(_) | None => {
                let why = "a row without session would be of no visit, or of any";
                let finding = unfit(
                    format!(
                        "`{}` has no required field `{}` that says to which session a row belongs",
                        name.value, by.value
                    ),
                    by.span,
                    "the session id of every source",
                )
                .and(name.span, "one of the sources")
                .because(why)
                .help(format!("declare `field {} text is technical.activity` there, without `?`", by.value));
                self.report(finding);
                None
            }
        }
    }

    fn no_part(&mut self, name: &ast::Name, why: &str) {
        let finding = unfit(format!("`{}` cannot be part of these visits", name.value), name.span, why);
        self.report(finding);
    }
}

/// Whether a type can tell sessions apart.
fn is_key(ty: &Type) -> bool {
    match ty {
        Type::Text | Type::Integer | Type::Uuid => true,
        Type::Boolean
        | Type::Decimal
        | Type::Money(_)
        | Type::Probability
        | Type::Date
        | Type::Instant(_)
        | Type::Version
        | Type::Place
        | Type::List(_)
        | Type::Error => false,
    }
}
