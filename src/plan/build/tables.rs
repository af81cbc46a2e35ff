//! The tables, columns and links that a plan reads, gathered as they are met.

use indexmap::{IndexMap, IndexSet};

use crate::model::{
    EntityFacts, FieldId, InPlace, Length, LinkId, Model, Retain, SubjectKind, TableId, TableKind, Type,
};
use crate::plan::{Along, Clock, ClockColumn, Column, ColumnKind, Link, Role, Table, Unique};
use crate::privacy::retention;

/// Long enough to hold every instant in which clocks are believed.
const ALL_TIME: Length = Length::months(12 * 140);

/// What has been met so far. Indices are given out at once and never change.
pub(super) struct Tables<'m> {
    model: &'m Model,
    stored: Length,
    tables: IndexMap<TableId, IndexSet<FieldId>>,
    links: IndexSet<LinkId>,
}

impl<'m> Tables<'m> {
    pub(super) fn new(model: &'m Model, stored: Length) -> Self {
        Self { model, stored, tables: IndexMap::new(), links: IndexSet::new() }
    }

    /// The index of a table; its key or subject, clock and version columns come with it.
    pub(super) fn table(&mut self, id: TableId) -> usize {
        if let Some(known) = self.tables.get_index_of(&id) {
            return known;
        }
        let (index, _) = self.tables.insert_full(id, IndexSet::new());
        for field in self.structure(id) {
            self.column(field);
        }
        if let TableKind::Rows { of, parent_by, .. } = &self.model.tables[id].kind {
            self.table(*of);
            self.column(*parent_by);
        }
        index
    }

    /// The index of a field's column within its table.
    pub(super) fn column(&mut self, field: FieldId) -> usize {
        let table = self.model.fields[field].table;
        self.table(table);
        self.tables.get_mut(&table).map_or(0, |columns| columns.insert_full(field).0)
    }

    /// The index of a link; both its tables and columns come with it.
    pub(super) fn link(&mut self, id: LinkId) -> usize {
        let link = &self.model.links[id];
        self.table(link.from);
        self.column(link.by);
        self.table(link.to);
        self.column(link.to_key);
        self.links.insert_full(id).0
    }

    /// The table that a link starts from.
    pub(super) fn link_from(&self, index: usize) -> usize {
        let link = self.links.get_index(index).map(|id| &self.model.links[*id]);
        link.and_then(|link| self.tables.get_index_of(&link.from)).unwrap_or(0)
    }

    /// The column that a link starts from.
    pub(super) fn link_by(&self, index: usize) -> usize {
        let link = self.links.get_index(index).map(|id| &self.model.links[*id]);
        link.and_then(|link| self.tables.get(&link.from)?.get_index_of(&link.by)).unwrap_or(0)
    }

    /// Everything met, as the plan has it.
    pub(super) fn finish(mut self) -> (Vec<Table>, Vec<Link>) {
        let tables: Vec<_> = self.tables.keys().copied().collect();
        let tables = tables.into_iter().map(|id| self.describe(id)).collect();
        let links: Vec<_> = self.links.iter().copied().collect();
        let links = links.into_iter().map(|id| self.describe_link(id)).collect();
        (tables, links)
    }

    /// The columns that a table cannot be cut without.
    fn structure(&self, id: TableId) -> Vec<FieldId> {
        let table = &self.model.tables[id];
        let mut fields: Vec<_> =
            self.key(id).into_iter().chain(table.subject).chain(table.at).chain(table.arrived).collect();
        if let Some(Retain::For { after: Some(after), .. }) = table.retain.as_ref().map(|retain| &retain.value) {
            fields.push(*after);
        }
        if let TableKind::Rows { by, .. } = &table.kind {
            fields.push(*by);
        }
        if let Some(unique) = &table.unique {
            fields.push(unique.key);
            fields.extend(unique.latest_by);
            fields.extend(table.fields.iter().filter(|field| self.is_declared(**field)));
        }
        fields
    }

    /// Whether rows are told apart by a field: by all, but for a place, whose two degrees are fields of their own.
    fn is_declared(&self, field: FieldId) -> bool {
        self.model.fields[field].place.is_none_or(|place| place.limit().is_some())
    }

    fn key(&self, id: TableId) -> Option<FieldId> {
        match &self.model.tables[id].kind {
            TableKind::Entity(facts) => facts.key,
            TableKind::Lookup { key } => Some(*key),
            TableKind::Source { .. } | TableKind::Rows { .. } | TableKind::List { .. } => None,
            TableKind::Score(_) | TableKind::Visits(_) | TableKind::Error => None,
        }
    }

    fn describe(&mut self, id: TableId) -> Table {
        let table = &self.model.tables[id];
        let role = self.role(id);
        let clock = self.clock(id);
        let arrived = table.arrived.map(|field| self.column(field));
        let unique = table.unique.as_ref().map(|unique| Unique {
            key: self.column(unique.key),
            latest_by: unique.latest_by.map(|field| self.column(field)),
        });
        let fields: Vec<_> = self.tables.get(&id).into_iter().flatten().copied().collect();
        let declared = match &table.kind {
            _ if unique.is_none() => (0..fields.len()).collect(),
            TableKind::Entity(_)
            | TableKind::Lookup { .. }
            | TableKind::Source { .. }
            | TableKind::Rows { .. }
            | TableKind::List { .. }
            | TableKind::Score(_)
            | TableKind::Visits(_)
            | TableKind::Error => indices(&fields, |field| self.is_declared(field)),
        };
        Table {
            name: table.name.value.clone(),
            physical: table.physical.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
            columns: fields.iter().map(|field| self.describe_column(*field)).collect(),
            role,
            clock,
            arrived,
            unique,
            declared,
            tolerate: table.tolerate,
            along: self.along(table),
        }
    }

    /// The links along which rows of ids are read. An identity without `at` was refused where it is read along.
    fn along(&self, table: &crate::model::Table) -> Option<Along> {
        let identity = &self.model.identities[table.along?];
        let at = identity.at.as_ref()?;
        let key = self.key(identity.to);
        let kept = identity.retain.as_ref().and_then(|kept| retention::usable(&kept.value, self.stored));
        Some(Along {
            name: identity.name.value.clone(),
            physical: identity.physical.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
            from: identity.from_column.value.clone(),
            to: identity.to_column.value.clone(),
            to_kind: key.map_or(ColumnKind::Text, |key| kind(&self.model.fields[key].ty)),
            at: ClockColumn { column: at.column.value.clone(), kind: kind(&at.ty) },
            span: kept.unwrap_or(ALL_TIME),
        })
    }

    fn role(&mut self, id: TableId) -> Role {
        let table = &self.model.tables[id];
        match &table.kind {
            TableKind::Entity(EntityFacts { subject_kind, key, .. }) => {
                Role::Entity { key: key.map_or(0, |key| self.column(key)), kind: *subject_kind }
            }
            TableKind::Source { .. } | TableKind::List { .. } | TableKind::Score(_) => {
                Role::Events { subject: table.subject.map_or(0, |subject| self.column(subject)) }
            }
            TableKind::Rows { of, by, parent_by } => {
                Role::Nested { parent: self.table(*of), by: self.column(*by), parent_by: self.column(*parent_by) }
            }
            TableKind::Lookup { key } => Role::Lookup { key: self.column(*key) },
            // Unreachable once checked; an entity without people is the reading that lets nobody in.
            TableKind::Visits(_) | TableKind::Error => Role::Entity { key: 0, kind: SubjectKind::Person },
        }
    }

    fn clock(&mut self, id: TableId) -> Option<Clock> {
        let table = &self.model.tables[id];
        let kept = table.retain.as_ref().map(|retain| &retain.value);
        let (field, happened) = match (kept, table.at) {
            (Some(Retain::For { after: Some(after), .. }), _) => (*after, Some(*after) == table.at),
            (Some(Retain::For { after: None, .. } | Retain::WhileListed { .. }) | None, at) => (at?, true),
        };
        let span = kept.and_then(|kept| retention::usable(kept, self.stored)).unwrap_or(ALL_TIME);
        Some(Clock { column: self.column(field), span, happened })
    }

    fn describe_column(&self, id: FieldId) -> Column {
        let field = &self.model.fields[id];
        Column {
            name: field.column.clone(),
            kind: field
                .place
                .and_then(InPlace::limit)
                .map_or_else(|| kind(&field.ty), |limit| ColumnKind::Degrees { limit }),
            optional: field.optional,
            one_of: field.one_of.as_ref().map(|values| values.iter().map(|value| value.value.clone()).collect()),
        }
    }

    fn describe_link(&mut self, id: LinkId) -> Link {
        let link = &self.model.links[id];
        Link {
            name: link.name.value.clone(),
            from: self.table(link.from),
            by: self.column(link.by),
            to: self.table(link.to),
        }
    }
}

fn indices(fields: &[FieldId], keep: impl Fn(FieldId) -> bool) -> Vec<usize> {
    fields.iter().enumerate().filter(|(_, field)| keep(**field)).map(|(i, _)| i).collect()
}

/// What a column of this type holds.
pub(super) fn kind(ty: &Type) -> ColumnKind {
    match ty {
        Type::Boolean => ColumnKind::Boolean,
        Type::Integer => ColumnKind::Integer,
        Type::Decimal | Type::Money(_) | Type::Probability => ColumnKind::Decimal,
        Type::Date => ColumnKind::Date,
        Type::Instant(None) => ColumnKind::Instant,
        Type::Instant(Some(zone)) => ColumnKind::Wall { zone: zone.clone() },
        Type::Uuid => ColumnKind::Uuid,
        Type::Version => ColumnKind::Version,
        Type::List(of) => ColumnKind::List { of: Box::new(kind(of)) },
        // Places have no operators yet, so such a column is never read by a condition.
        Type::Text | Type::Place | Type::Error => ColumnKind::Text,
    }
}
