//! What a segment reads: the fields, tables and segments in its conditions, in inlined definitions, in referenced segments and in
//! its cap, and what it exposes.

use std::collections::BTreeSet;

use crate::model::{
    Aggregate, Cond, CondKind, Expr, ExprKind, FieldId, FieldPath, InPlace, KeyedBy, LinkId, Model, Residence, Rows,
    RowsFrom, SegmentId, SubjectKind, TableId, TableKind,
};

/// What a segment reads.
#[derive(Debug, Clone, Default)]
pub struct Reads {
    /// Every field whose cell is looked at, the columns of links included.
    pub fields: BTreeSet<FieldId>,
    /// Every table of which rows are looked at.
    pub tables: BTreeSet<TableId>,
    /// Every entity whose subjects are held against the guard of a segment.
    pub guarded: BTreeSet<(SegmentId, TableId)>,
    /// The segment and every one that it refers to, directly or through others.
    pub segments: BTreeSet<SegmentId>,
    /// Links that are followed from rows of a table, in order, wherever the segment does so.
    pub ways: BTreeSet<Vec<LinkId>>,
}

/// What a segment reads.
pub fn of(model: &Model, segment: SegmentId) -> Reads {
    let mut reader = Reader { model, root: segment, reads: Reads::default() };
    reader.segment(segment);
    reader.delivery(segment);
    reader.reads
}

struct Reader<'m> {
    model: &'m Model,
    root: SegmentId,
    reads: Reads,
}

impl Reader<'_> {
    fn segment(&mut self, id: SegmentId) {
        if !self.reads.segments.insert(id) {
            return;
        }
        let segment = &self.model.segments[id];
        self.reads.tables.extend(segment.entity);
        self.reads.guarded.extend(segment.entity.map(|entity| (id, entity)));
        segment.condition.iter().chain(&segment.except).for_each(|cond| self.cond(cond));
    }

    /// What is read beside the condition: the cap and what leaves with the key.
    fn delivery(&mut self, id: SegmentId) {
        let segment = &self.model.segments[id];
        segment.cap.iter().for_each(|cap| self.rows(&cap.value.from));
        segment.expose.iter().for_each(|path| self.path(&path.value));
        if let Some(figures) = &segment.figures {
            figures.values().for_each(|value| self.expr(value));
            figures.conditions().for_each(|cond| self.cond(cond));
        }
    }

    fn cond(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::Everyone | CondKind::Sample(_) | CondKind::Error => {}
            CondKind::And(parts) | CondKind::Or(parts) | CondKind::AtLeastOf { of: parts, .. } => {
                parts.iter().for_each(|part| self.cond(part));
            }
            CondKind::Not(inner) => self.cond(inner),
            CondKind::Defined { body, .. } => self.cond(body),
            CondKind::Compare { left, right, .. } => [left, right].into_iter().for_each(|side| self.expr(side)),
            CondKind::Between { value, low, high } => [value, low, high].into_iter().for_each(|side| self.expr(side)),
            CondKind::Around { place, of, .. } => {
                [place].into_iter().chain(of.place()).for_each(|place| self.expr(place));
            }
            CondKind::Within { value, .. }
            | CondKind::OneOf { value, .. }
            | CondKind::Has { list: value, .. }
            | CondKind::Text { value, .. } => self.expr(value),
            CondKind::Truth(value) | CondKind::Missing(value) => self.expr(value),
            CondKind::Count { rows, .. } | CondKind::InList { rows } => self.rows(rows),
            CondKind::InSegment { segment, via } => {
                self.hops(via);
                self.segment(segment.value);
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Ago(_) | ExprKind::Now | ExprKind::Today | ExprKind::Error => {}
            ExprKind::Field(path) | ExprKind::Age(path) => self.path(path),
            ExprKind::Part { of, zone, .. } => {
                self.expr(of);
                zone.iter().filter_map(|zone| zone.path()).for_each(|path| self.path(path));
            }
            ExprKind::Score { rows, field } => {
                self.rows(rows);
                self.path(field);
            }
            ExprKind::Standing(standing) => {
                self.expr(&standing.measure);
                standing.among.iter().for_each(|part| self.cond(part));
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Arithmetic { left, right, .. } => [left, right].into_iter().for_each(|side| self.expr(side)),
            ExprKind::DateOf(inner) | ExprKind::StartOfDay(inner) | ExprKind::DaysSince(inner) => self.expr(inner),
            ExprKind::Extreme { of, .. } => of.iter().for_each(|value| self.expr(value)),
            ExprKind::Defined { body, .. } => self.expr(body),
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        self.rows(&aggregate.rows);
        aggregate.value.iter().for_each(|value| self.expr(value));
        aggregate.share.iter().for_each(|share| self.cond(share));
    }

    fn path(&mut self, path: &FieldPath) {
        self.hops(&path.hops);
        match self.model.fields[path.field].place {
            Some(InPlace::Whole { latitude, longitude }) => self.reads.fields.extend([latitude, longitude]),
            Some(InPlace::Latitude | InPlace::Longitude) | None => {
                self.reads.fields.insert(path.field);
            }
        }
    }

    fn hops(&mut self, hops: &[LinkId]) {
        if !hops.is_empty() {
            self.reads.ways.insert(hops.to_vec());
        }
        for hop in hops {
            let link = &self.model.links[*hop];
            self.reads.fields.insert(link.by);
            self.reads.tables.insert(link.to);
        }
    }

    fn related(&mut self, link: LinkId) {
        let link = &self.model.links[link];
        self.reads.fields.insert(link.by);
        self.reads.tables.insert(link.from);
        self.reads.guarded.insert((self.root, link.from));
    }

    fn rows(&mut self, rows: &Rows) {
        if let Some(each) = &rows.each {
            self.rows(each);
        }
        match &rows.from {
            RowsFrom::Subject { table, via, .. } => {
                self.hops(via);
                self.reads.tables.insert(*table);
            }
            RowsFrom::Nested { table, .. } => {
                self.reads.tables.insert(*table);
                if let TableKind::Rows { parent_by, .. } = &self.model.tables[*table].kind {
                    self.reads.fields.insert(*parent_by);
                }
            }
            RowsFrom::Related { link, via, .. } => {
                self.hops(via);
                self.related(*link);
            }
            RowsFrom::RelatedRows { link, via, table, .. } => {
                self.hops(via);
                self.related(*link);
                self.reads.tables.insert(*table);
            }
            RowsFrom::Error => {}
        }
        if let Some(anchored) = &rows.anchored {
            self.expr(&anchored.start);
            anchored.ends.iter().for_each(|(from, _)| self.expr(from));
        }
        rows.latest.iter().filter_map(|latest| latest.of.as_ref()).for_each(|of| self.cond(of));
        rows.filter.iter().for_each(|filter| self.cond(filter));
    }
}

/// Every field by which two rows of one entity or lookup key are told apart: what the segment reads of them, and what its guard
/// does. Rows that differ only in what it may not even look at are one row to it.
pub fn telling(model: &Model, reads: &Reads) -> BTreeSet<FieldId> {
    let mut fields = reads.fields.clone();
    for (segment, entity) in &reads.guarded {
        let TableKind::Entity(facts) = &model.tables[*entity].kind else { continue };
        if *entity != model.segments[*segment].entity.unwrap_or(*entity) && facts.subject_kind != SubjectKind::Person {
            continue;
        }
        let bound = super::guard::leaves_a_choice(model, &model.segments[*segment]);
        let aged =
            facts.subject_kind == SubjectKind::Person && model.jurisdictions.values().any(|law| law.adult_at.is_some());
        fields.extend(facts.birth.map(|birth| birth.value).filter(|_| bound && aged));
        if let Some(Residence::Field(country)) = facts.residence.map(|residence| residence.value).filter(|_| bound) {
            fields.insert(country);
        }
        let to = model.segments[*segment].destinations.iter().map(|to| &model.destinations[to.value]);
        let matched: Vec<&str> =
            to.filter_map(|to| to.matched.as_ref()).map(|matched| matched.field.value.as_str()).collect();
        let own = model.tables[*entity].fields.iter();
        fields.extend(own.filter(|field| matched.contains(&model.fields[**field].name.value.as_str())));
        fields.extend(model.ledgers.values().filter_map(|ledger| match ledger.keyed_by {
            KeyedBy::Contact(field) => Some(field).filter(|field| model.fields[*field].table == *entity),
            KeyedBy::Key => None,
        }));
    }
    fields
}
