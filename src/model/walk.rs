//! Ways through a model that read like prose: tables and fields by name, what belongs to what, and every part of a condition.

use crate::source::Span;

use super::*;

impl Model {
    /// The table of a name, of whatever kind.
    pub fn table_named(&self, name: &str) -> Option<TableId> {
        self.tables.iter().find(|(_, table)| table.name.value == name).map(|(id, _)| id)
    }

    /// The field of a name in a table; bare columns included.
    pub fn field_named(&self, table: TableId, name: &str) -> Option<FieldId> {
        self.fields_of(table).find(|(_, field)| field.name.value == name).map(|(id, _)| id)
    }

    /// The fields of a table in order, bare columns included.
    pub fn fields_of(&self, table: TableId) -> impl Iterator<Item = (FieldId, &Field)> {
        self.tables[table].fields.iter().map(|id| (*id, &self.fields[*id]))
    }

    /// The purpose of a dotted name.
    pub fn purpose_named(&self, name: &str) -> Option<PurposeId> {
        self.purposes.iter().find(|(_, purpose)| purpose.name.value == name).map(|(id, _)| id)
    }

    /// The segments that were declared.
    pub fn audiences(&self) -> impl Iterator<Item = (SegmentId, &Segment)> {
        self.segments.iter().filter(|(_, segment)| segment.role == Role::Audience)
    }

    /// The placement of a name.
    pub fn placement_named(&self, name: &str) -> Option<PlacementId> {
        self.placements.iter().find(|(_, placement)| placement.name.value == name).map(|(id, _)| id)
    }

    /// The report of a name.
    pub fn report_named(&self, name: &str) -> Option<ReportId> {
        self.reports.iter().find(|(_, report)| report.name.value == name).map(|(id, _)| id)
    }

    /// The segment of a name.
    pub fn segment_named(&self, name: &str) -> Option<SegmentId> {
        self.audiences().find(|(_, segment)| segment.name.value == name).map(|(id, _)| id)
    }

    /// What only entities have, where the table is one.
    pub fn entity_facts(&self, table: TableId) -> Option<&EntityFacts> {
        match &self.tables[table].kind {
            TableKind::Entity(facts) => Some(facts),
            TableKind::Source { .. }
            | TableKind::Rows { .. }
            | TableKind::Lookup { .. }
            | TableKind::List { .. }
            | TableKind::Score(_)
            | TableKind::Visits(_)
            | TableKind::Error => None,
        }
    }

    /// The key of an entity or a lookup.
    pub fn key_of(&self, table: TableId) -> Option<FieldId> {
        match &self.tables[table].kind {
            TableKind::Entity(facts) => facts.key,
            TableKind::Lookup { key } => Some(*key),
            TableKind::Source { .. }
            | TableKind::Rows { .. }
            | TableKind::List { .. }
            | TableKind::Score(_)
            | TableKind::Visits(_)
            | TableKind::Error => None,
        }
    }

    /// The entity whose rows a table holds: itself for an entity, through the rows above for nested rows, none for a lookup.
    pub fn entity_of(&self, table: TableId) -> Option<TableId> {
        let mut at = table;
        for _ in 0..=self.tables.len() {
            match &self.tables[at].kind {
                TableKind::Entity(_) => return Some(at),
                TableKind::Source { of } | TableKind::List { of } => return Some(*of),
                TableKind::Score(facts) => return Some(facts.of),
                TableKind::Rows { of, .. } => at = *of,
                TableKind::Lookup { .. } | TableKind::Visits(_) | TableKind::Error => return None,
            }
        }
        None
    }

    /// The table whose retention and purposes hold for the rows of `table`: itself, or the source above nested rows.
    pub fn governing(&self, table: TableId) -> TableId {
        let mut at = table;
        for _ in 0..=self.tables.len() {
            let TableKind::Rows { of, .. } = &self.tables[at].kind else { return at };
            at = *of;
        }
        at
    }

    /// The ledgers that speak of an entity's own keys or addresses.
    pub fn ledgers_of(&self, entity: TableId) -> impl Iterator<Item = (LedgerId, &Ledger)> {
        self.ledgers.iter().filter(move |(_, ledger)| ledger.of == LedgerOf::Entity(entity))
    }

    /// The ledgers that speak of an identity's ids: their denials spread to whom the ids are linked to, their grants never do.
    pub fn ledgers_of_ids(&self, identity: IdentityId) -> impl Iterator<Item = (LedgerId, &Ledger)> {
        let name = &self.identities[identity].name.value;
        self.ledgers.iter().filter(move |(_, ledger)| match ledger.of {
            LedgerOf::Entity(entity) => self.identities[identity].entity == Some(entity),
            LedgerOf::Identity(other) => self.identities[other].name.value == *name,
        })
    }

    /// The identities whose ids are linked to an entity.
    pub fn identities_to(&self, entity: TableId) -> impl Iterator<Item = (IdentityId, &Identity)> {
        self.identities.iter().filter(move |(_, identity)| identity.to == entity)
    }

    /// The links of other tables that lead to `table` and have a name there (`members`).
    pub fn links_back_to(&self, table: TableId) -> impl Iterator<Item = (LinkId, &Link)> {
        self.links.iter().filter(move |(_, link)| link.to == table && link.reverse.is_some())
    }

    /// The table that rows are of; `None` where that could not be resolved.
    pub fn table_of_rows(&self, rows: &Rows) -> Option<TableId> {
        match rows.from {
            RowsFrom::Subject { table, .. } | RowsFrom::Nested { table, .. } | RowsFrom::RelatedRows { table, .. } => {
                Some(table)
            }
            RowsFrom::Related { link, .. } => Some(self.links[link].from),
            RowsFrom::Error => None,
        }
    }
}

impl Rows {
    /// The rows whose time is asked about: themselves, or those that hold them.
    pub fn timed(&self) -> &Rows {
        self.each.as_deref().map_or(self, Rows::timed)
    }

    /// The same, to be changed.
    pub fn timed_mut(&mut self) -> &mut Rows {
        match self.each {
            Some(ref mut each) => each.timed_mut(),
            None => self,
        }
    }

    /// Where these are the rows with which visits begin: what says so, and what is asked of the visit.
    pub fn begin_visits(&self) -> Option<(&[Cond], &[Cond])> {
        let CondKind::And(parts) = &self.filter.as_ref()?.kind else { return None };
        let begins = |part: &Cond| matches!(part.kind, CondKind::Count { word: CountWord::Begins, .. });
        let so = parts.iter().take_while(|part| begins(part)).count();
        (so > 0).then(|| parts.split_at(so))
    }
}

/// Sees every part of a condition or an expression, outer parts first, in the order of the text. Definitions are walked where they were
/// inlined; the conditions of referenced segments are not walked.
pub trait Visitor {
    /// A condition.
    fn cond(&mut self, _cond: &Cond) {}
    /// An expression.
    fn expr(&mut self, _expr: &Expr) {}
    /// A set of rows.
    fn rows(&mut self, _rows: &Rows) {}
    /// A field that is read: by an expression, an age or a score.
    fn path(&mut self, _path: &FieldPath, _span: Span) {}
}

/// Walks every condition of a segment: `where`, then `except`, then the cap's rows, then what a report says.
pub fn segment(segment: &Segment, visitor: &mut impl Visitor) {
    segment.condition.iter().chain(&segment.except).for_each(|part| cond(part, visitor));
    if let Some(cap) = &segment.cap {
        rows(&cap.value.from, visitor);
    }
    if let Some(figures) = &segment.figures {
        figures.values().for_each(|value| expr(value, visitor));
        figures.conditions().for_each(|part| cond(part, visitor));
    }
}

/// Walks a condition.
pub fn cond(it: &Cond, visitor: &mut impl Visitor) {
    visitor.cond(it);
    match &it.kind {
        CondKind::Everyone | CondKind::Sample(_) | CondKind::InSegment { .. } | CondKind::Error => {}
        CondKind::And(parts) | CondKind::Or(parts) | CondKind::AtLeastOf { of: parts, .. } => {
            parts.iter().for_each(|part| cond(part, visitor));
        }
        CondKind::Not(part) | CondKind::Defined { body: part, .. } => cond(part, visitor),
        CondKind::Compare { left, right, .. } => {
            expr(left, visitor);
            expr(right, visitor);
        }
        CondKind::Between { value, low, high } => [value, low, high].into_iter().for_each(|part| expr(part, visitor)),
        CondKind::Around { place, of, .. } => {
            expr(place, visitor);
            of.place().into_iter().for_each(|place| expr(place, visitor));
        }
        CondKind::Within { value, .. }
        | CondKind::OneOf { value, .. }
        | CondKind::Has { list: value, .. }
        | CondKind::Text { value, .. }
        | CondKind::Truth(value)
        | CondKind::Missing(value) => expr(value, visitor),
        CondKind::Count { rows: set, .. } | CondKind::InList { rows: set } => rows(set, visitor),
    }
}

/// Walks an expression.
pub fn expr(it: &Expr, visitor: &mut impl Visitor) {
    visitor.expr(it);
    match &it.kind {
        ExprKind::Literal(_) | ExprKind::Ago(_) | ExprKind::Now | ExprKind::Today | ExprKind::Error => {}
        ExprKind::Field(path) | ExprKind::Age(path) => visitor.path(path, it.span),
        ExprKind::Part { of, zone, .. } => {
            expr(of, visitor);
            zone.iter().filter_map(|zone| zone.path()).for_each(|path| visitor.path(path, it.span));
        }
        ExprKind::Score { rows: set, field } => {
            rows(set, visitor);
            visitor.path(field, it.span);
        }
        ExprKind::Standing(standing) => {
            expr(&standing.measure, visitor);
            standing.among.iter().for_each(|part| cond(part, visitor));
        }
        ExprKind::Aggregate(aggregate) => {
            rows(&aggregate.rows, visitor);
            aggregate.value.iter().for_each(|value| expr(value, visitor));
            aggregate.share.iter().for_each(|part| cond(part, visitor));
        }
        ExprKind::Arithmetic { left, right, .. } => {
            expr(left, visitor);
            expr(right, visitor);
        }
        ExprKind::DateOf(inner)
        | ExprKind::StartOfDay(inner)
        | ExprKind::DaysSince(inner)
        | ExprKind::Defined { body: inner, .. } => expr(inner, visitor),
        ExprKind::Extreme { of, .. } => of.iter().for_each(|value| expr(value, visitor)),
    }
}

/// Walks a set of rows and its filter.
pub fn rows(it: &Rows, visitor: &mut impl Visitor) {
    visitor.rows(it);
    if let Some(each) = &it.each {
        rows(each, visitor);
    }
    if let Some(anchored) = &it.anchored {
        expr(&anchored.start, visitor);
        anchored.ends.iter().for_each(|(from, _)| expr(from, visitor));
    }
    if let Some(of) = it.latest.as_ref().and_then(|latest| latest.of.as_ref()) {
        cond(of, visitor);
    }
    if let Some(filter) = &it.filter {
        cond(filter, visitor);
    }
}
