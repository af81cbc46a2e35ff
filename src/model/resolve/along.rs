//! Rows of ids: `subject cookie_id -> cookie` says that a row is of whoever the id is linked to.
//!
//! The column is made known with the tables, as it decides how rows are found; which identity it is turns out once identities are read.

use crate::source::Spanned;
use crate::syntax::ast;

use super::names::{not_yet, unfit, unknown};
use super::parts::Parts;
use super::*;

impl<'a> Resolver<'a> {
    /// The subject column of rows whose ids are linked to the entity.
    pub(super) fn along(
        &mut self,
        id: TableId,
        of: TableId,
        parts: &Parts<'a>,
        column: &'a ast::Name,
        to: &'a ast::Path,
    ) {
        let Some(name) = to.single() else {
            self.report(not_yet("a source, list or model whose rows are keyed by a contact field", to.span));
            return;
        };
        if parts.word == "model" {
            self.report(not_yet("a model that scores ids", to.span).help("score the people whom they are linked to"));
            return;
        }
        // A device that is an entity says of which type its keys are.
        let ids = self.names.tables.find(&name.value);
        let key = if let names::Found::Known(ids) = ids { self.model.key_of(ids) } else { None };
        let ty = key.map_or(Type::Text, |key| self.model.fields[key].ty.clone());
        let field = self.column(id, column, ty.clone(), FieldRole::Subject);
        self.model.tables[id].subject = Some(field);
        let known = self.model.fields[field].ty.clone();
        let fits = matches!(known, Type::Integer | Type::Text | Type::Uuid | Type::Error);
        if !fits || key.is_some() && known != ty && known != Type::Error && ty != Type::Error {
            let is = typing::type_name(&known);
            let finding = unfit(format!("`{}` cannot hold an id of `{}`", column.value, name.value), column.span, is);
            self.report(finding.help("an id is integer, text or uuid, as everywhere else"));
        }
        self.alongs.push((id, of, Spanned::new(name.value.clone(), name.span)));
    }

    /// Which identities they are, once these have been read.
    pub(super) fn alongs(&mut self) {
        for (table, of, name) in std::mem::take(&mut self.alongs) {
            let named: Vec<IdentityId> =
                self.model.identities.iter().filter(|(_, it)| it.name.value == name.value).map(|(id, _)| id).collect();
            let own = named.iter().copied().find(|id| self.model.identities[*id].to == of);
            match (own, named.first()) {
                (Some(identity), _) => self.read_along(table, identity, &name),
                (None, Some(other)) => {
                    let (to, entity) = (self.model.identities[*other].to, &self.model.tables[of].name.value);
                    let to = &self.model.tables[to].name.value;
                    let message = format!("`{}` links ids to `{to}`, and these rows are of `{entity}`", name.value);
                    let place = self.model.identities[*other].name.span;
                    let finding = unfit(message, name.span, "of somebody else").and(place, "declared here");
                    self.report(
                        finding.help(format!("declare the rows as `of {to}`, or an identity that leads to `{entity}`")),
                    );
                }
                (None, None) if self.names.identities.find(&name.value) == names::Found::Unknowable => {}
                (None, None) => {
                    let known: Vec<&str> = self.names.identities.names().collect();
                    let finding = unknown("identity", &name.value, name.span, known);
                    self.report(finding);
                }
            }
        }
    }

    /// A link of unknown time is read for denials only, so links without any time lead to no data.
    fn read_along(&mut self, table: TableId, identity: IdentityId, name: &Spanned<String>) {
        self.model.tables[table].along = Some(identity);
        let it = &self.model.identities[identity];
        if it.at.is_none() && !self.is_torn(table) && !self.model.doubts.is_torn(it.span) {
            let message = format!("links of `{}` have no time, so nobody's rows are read along them", name.value);
            let finding = unfit(message, name.span, "along links of unknown time")
                .and(it.name.span, "declared here without `at`")
                .because("a link that nobody can date may have been made by somebody else's use of a device")
                .help("add `at` with the column that says when the two were linked");
            self.report(finding);
        }
    }
}
