//! Keys of entities and lookups, and the column by which rows are nested in rows.

use crate::source::Spanned;
use crate::syntax::ast::{self, ItemKind};

use super::names::wrote;
use super::names::{Found, missing, not_yet, unfit};
use super::parts::Parts;
use super::*;

impl<'a> Resolver<'a> {
    /// The key of an entity or a lookup.
    pub(super) fn key(&mut self, id: TableId, item: &'a ast::Item, parts: &Parts<'a>) {
        let Some(key) = parts.key else {
            let needs = matches!(item.kind, ItemKind::Entity(_) | ItemKind::Lookup(_));
            if needs && !wrote(parts.lost, "key") {
                let why = "the key says which row is whose; without it nobody can be recognised, or removed, again";
                self.report(missing(parts.word, parts.name, "key", why, "key  id integer"));
            }
            return;
        };
        let written = key.value.ty.map(|ty| key_type(ty.value));
        let is_entity = matches!(item.kind, ItemKind::Entity(_));
        if is_entity && written.is_none() && self.model.field_named(id, &key.value.column.value).is_none() {
            let finding =
                unfit(format!("the key `{}` has no type", key.value.column.value), key.span, "of which type?");
            self.report(finding.help("write `integer`, `text` or `uuid` after it"));
        }
        let declared = self.model.field_named(id, &key.value.column.value).is_some();
        let field = self.column(id, &key.value.column, written.clone().unwrap_or(Type::Text), FieldRole::Key);
        if written.is_none() && !declared {
            self.untyped_keys.insert(field);
        }
        self.key_type_fits(field, written, key);
        let name = &key.value.column;
        if self.member(id).find(&name.value) == Found::Unknown {
            self.add_member(id, name, Some(Member::Field(field)));
        }
        self.set_key(id, is_entity, field);
    }

    fn key_type_fits(&mut self, field: FieldId, written: Option<Type>, key: &Spanned<ast::Key>) {
        let known = self.model.fields[field].ty.clone();
        let is_key = matches!(known, Type::Integer | Type::Text | Type::Uuid | Type::Error);
        if !is_key {
            self.report(unfit(
                format!("a key is integer, text or uuid, and `{}` is not", key.value.column.value),
                key.span,
                format!("declared as {}", typing::type_name(&known)),
            ));
        } else if written.is_some_and(|written| written != known && known != Type::Error) {
            let declared = self.model.fields[field].span;
            let finding =
                unfit(format!("`{}` is declared with two types", key.value.column.value), key.span, "one type");
            self.report(finding.and(declared, "another type"));
        }
        let optional = self.model.fields[field].optional && self.model.fields[field].role == FieldRole::Key;
        if optional && is_key {
            let declared = self.model.fields[field].span;
            let finding = unfit(format!("the key `{}` may not be missing", key.value.column.value), declared, "`?`");
            self.report(finding.help("remove the `?`"));
        }
    }

    fn set_key(&mut self, id: TableId, is_entity: bool, field: FieldId) {
        self.model.tables[id].kind = match is_entity {
            true => TableKind::Entity(EntityFacts {
                subject_kind: SubjectKind::Person,
                key: Some(field),
                residence: None,
                birth: None,
            }),
            false => TableKind::Lookup { key: field },
        };
    }

    /// Rows nested in rows: the column that both share.
    pub(super) fn nested(&mut self, id: TableId, item: &'a ast::Item) {
        let ItemKind::Rows(it) = &item.kind else { return };
        let Some(of) = self.names.tables.resolve(&it.of.value, it.of.span, &mut self.findings) else { return };
        if !self.may_hold_rows(of, &it.of) {
            return;
        }
        let Some(table) = &it.table else { return };
        match table.value.by.as_slice() {
            [] => self.report(
                missing(
                    "rows",
                    &it.name,
                    "by",
                    "the column says which row these are part of",
                    "table a_table by parent_id",
                )
                .at(table.span, "by which column?"),
            ),
            [by] => self.nest(id, of, by),
            [_, second, ..] => self.report(not_yet("rows that are found by several columns", second.span)),
        }
    }

    fn may_hold_rows(&mut self, of: TableId, name: &ast::Name) -> bool {
        let declared = self.declared.tables.iter().find(|(id, _)| *id == of).map(|(_, item)| &item.kind);
        let holds = matches!(declared, Some(ItemKind::Source(_) | ItemKind::Rows(_)));
        if !holds {
            let found = self.wrong_kind(of, name, "source");
            self.report(found.help("rows are nested in a source or in other nested rows"));
        }
        holds
    }

    fn nest(&mut self, id: TableId, of: TableId, by: &ast::Name) {
        let known =
            |r: &Self, table| r.model.field_named(table, &by.value).map(|field| r.model.fields[field].ty.clone());
        let ty = known(self, id).or_else(|| known(self, of)).unwrap_or(Type::Text);
        let here = self.column(id, by, ty.clone(), FieldRole::Bare);
        let there = self.column(of, by, ty, FieldRole::Bare);
        self.model.tables[id].kind = TableKind::Rows { of, by: here, parent_by: there };
    }
}

fn key_type(ty: ast::KeyType) -> Type {
    match ty {
        ast::KeyType::Integer => Type::Integer,
        ast::KeyType::Text => Type::Text,
        ast::KeyType::Uuid => Type::Uuid,
    }
}
