//! Who is linked to whom: identities, members and shared addresses, over which denials reach people and grants do not.

use super::names::plain;
use super::{Around, ID, Lower, MEMBER, OTHER, WHAT, WHO, source_name};
use crate::emit::sql::lower::ledger::spelt;
use crate::emit::sql::lower::scope::Scope;
use crate::emit::sql::lower::tables::control_key;
use crate::emit::sql::tree::{Body, Expr, Select, Test, col, cte, eq, is, join, named, table};
use crate::plan::{ColumnKind, KeyedBy, Members, Path, Role};

impl<'p> Lower<'p> {
    /// Identity, member and address tables, each read once; and who is linked to whom by them.
    pub(super) fn link_tables(&mut self, around: &mut Around<'p>) {
        let guard = around.guard;
        let kind = self.key_kind(guard.entity);
        for identity in &guard.identities {
            let name = self.fresh(&format!("{}_ids{}", identity.name, around.suffix));
            let items = vec![
                named(alike(col("l", &identity.from), &ColumnKind::Text), ID),
                named(alike(col("l", &identity.to), &kind), WHO),
            ];
            let body =
                Select { distinct: true, items, from: Some(table(&identity.physical, "l")), ..Select::default() };
            self.push(
                &name,
                &[&format!("Which {} belongs to whom, whenever it was linked: read for denials only.", identity.name)],
                Body::One(body),
            );
            around.identities.push(name);
        }
        for members in &guard.members {
            let name = self.fresh(&format!("members{}", around.suffix));
            let body = self.member_items(members, &kind);
            self.push(&name, &["Members, whose denials reach whom they belong to."], Body::One(body));
            around.members.push(name);
        }
        let mut paths: Vec<Path> = guard.shared.clone();
        for ledger in &guard.ledgers {
            if let KeyedBy::Contact(path) = &ledger.keyed_by {
                paths.push(path.clone());
            }
        }
        for path in paths {
            if !around.addresses.iter().any(|(known, _)| *known == path) {
                let name = self.addresses(around, &path);
                around.addresses.push((path, name));
            }
        }
        self.linked(around);
    }

    fn member_items(&self, members: &Members, kind: &ColumnKind) -> Select {
        let mut items = vec![
            named(alike(col("l", &members.key), &ColumnKind::Text), MEMBER),
            named(alike(col("l", &members.belongs), kind), WHO),
        ];
        let contacts = members.contacts.iter().enumerate();
        items.extend(
            contacts.map(|(i, contact)| named(alike(col("l", contact), &ColumnKind::Text), &format!("contact_{i}"))),
        );
        Select { distinct: true, items, from: Some(table(&members.physical, "l")), ..Select::default() }
    }

    /// Everybody's address, whether or not their row is still within its retention.
    fn addresses(&mut self, around: &Around<'p>, path: &Path) -> String {
        let plan = self.plan;
        let column = plan.tables.get(path.table).and_then(|table| table.columns.get(path.column));
        let base = column.map_or("address", |column| column.name.as_str());
        let name = self.fresh(&format!("{}_of_everybody{}", plain(base), around.suffix));
        let own = plan.tables.get(around.guard.entity).filter(|_| path.hops.is_empty());
        let body = match (own, column, own.map(|own| &own.role)) {
            (Some(own), Some(column), Some(Role::Entity { key, .. })) => {
                let key_column = own.columns.get(*key).map_or("", |column| column.name.as_str());
                let address = col("r", &column.name);
                Select {
                    distinct: true,
                    items: vec![
                        named(alike(col("r", key_column), &around.kind), WHO),
                        named(alike(address.clone(), &column.kind), WHAT),
                    ],
                    from: Some(table(&own.physical, "r")),
                    filter: vec![is(address, Test::NotNull)],
                    ..Select::default()
                }
            }
            _ => {
                let mut scope = Scope::over(None, &source_name(&around.people), "p");
                let cell = self.cell(&mut scope, path).sql;
                let mut select = scope.select();
                select.distinct = true;
                select.items =
                    vec![named(around.spelt_key(), WHO), named(spelt(cell.clone(), &ColumnKind::Text), WHAT)];
                select.filter.push(is(cell, Test::NotNull));
                select
            }
        };
        self.push(
            &name,
            &["Who has which address: read for statements by address, and for denials of those who share it."],
            Body::One(body),
        );
        name
    }

    fn linked(&mut self, around: &mut Around<'p>) {
        let shared: Vec<String> = around
            .guard
            .shared
            .iter()
            .filter_map(|path| around.addresses.iter().find(|(known, _)| known == path).map(|(_, name)| name.clone()))
            .collect();
        let mut tables: Vec<(String, &str)> = around.identities.iter().map(|name| (name.clone(), ID)).collect();
        let mut names: Vec<String> = shared;
        names.sort();
        names.dedup();
        tables.extend(names.into_iter().map(|name| (name, WHAT)));
        if tables.is_empty() {
            return;
        }
        let own = Select {
            items: vec![named(around.spelt_key(), WHO), named(around.spelt_key(), OTHER)],
            from: Some(around.people.clone()),
            ..Select::default()
        };
        let mut parts = vec![own];
        parts.extend(tables.into_iter().map(|(name, by)| Select {
            items: vec![named(col("x", WHO), WHO), named(col("y", WHO), OTHER)],
            from: Some(cte(&name, "x")),
            joins: vec![join(cte(&name, "y"), vec![eq(col("y", by), col("x", by))])],
            filter: vec![is(col("x", WHO), Test::NotNull), is(col("y", WHO), Test::NotNull)],
            ..Select::default()
        }));
        let name = self.fresh(&format!("linked{}", around.suffix));
        self.push(
            &name,
            &["Whose denials reach whom: one's own, and those of whoever shares an id or an address."],
            Body::Union(parts),
        );
        around.linked = Some(name);
    }
}

/// What links people, or is found by it, in the one spelling of all that are alike.
pub fn alike(cell: Expr, kind: &ColumnKind) -> Expr {
    spelt(control_key(cell, kind), kind)
}
