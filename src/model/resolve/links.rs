//! To-one links and their names the other way round.

use crate::syntax::ast;

use super::names::{not_yet, unfit};
use super::parts::Parts;
use super::*;

impl<'a> Resolver<'a> {
    pub(super) fn links(&mut self, table: TableId, parts: &Parts<'a>) {
        for link in parts.links {
            if let Some(id) = self.link(table, link) {
                self.model.tables[table].links.push(id);
                self.add_member(table, &link.name, Some(Member::Link(id)));
                self.back(table, id, link);
            } else {
                self.add_member(table, &link.name, None);
            }
        }
    }

    fn link(&mut self, from: TableId, it: &'a ast::Link) -> Option<LinkId> {
        let to = self.names.tables.resolve(&it.to.value, it.to.span, &mut self.findings)?;
        let to_key = match &self.model.tables[to].kind {
            TableKind::Entity(facts) => facts.key?,
            TableKind::Lookup { key } => *key,
            TableKind::Error => return None,
            TableKind::Source { .. }
            | TableKind::Rows { .. }
            | TableKind::List { .. }
            | TableKind::Score(_)
            | TableKind::Visits(_) => {
                let finding = self.wrong_kind(to, &it.to, "lookup");
                self.report(finding.help("a link leads to one row: of an entity or of a lookup"));
                return None;
            }
        };
        let here = self.model.field_named(from, &it.by.value).map(|field| self.model.fields[field].ty.clone());
        if let (Some(here), true) = (here, self.untyped_keys.remove(&to_key)) {
            self.model.fields[to_key].ty = here;
        }
        let ty = self.model.fields[to_key].ty.clone();
        let by = self.column(from, &it.by, ty.clone(), FieldRole::Bare);
        self.link_types_fit(it, by, to_key);
        Some(self.model.links.push(Link { name: it.name.clone(), from, by, to, to_key, reverse: None, span: it.span }))
    }

    fn link_types_fit(&mut self, it: &ast::Link, by: FieldId, to_key: FieldId) {
        let (here, there) = (&self.model.fields[by], &self.model.fields[to_key]);
        if here.ty == there.ty || here.ty == Type::Error || there.ty == Type::Error {
            return;
        }
        let finding = unfit(
            format!("`{}` cannot hold the key of `{}`", it.by.value, it.to.value),
            it.by.span,
            typing::type_name(&here.ty),
        )
        .and(there.span, format!("the key is {}", typing::type_name(&there.ty)));
        self.report(finding);
    }

    /// `as members`: only between entities, since the rows of one entity belong to another person than those of a source.
    fn back(&mut self, from: TableId, id: LinkId, it: &'a ast::Link) {
        let Some(back) = &it.back else { return };
        let to = self.model.links[id].to;
        if self.model.entity_facts(from).is_none() || self.model.entity_facts(to).is_none() {
            self.report(not_yet("the way back of a link that does not join two entities", back.span));
            return;
        }
        self.model.links[id].reverse = Some(back.clone());
        self.add_member(to, back, Some(Member::Back(id)));
    }
}
