//! From a checked project to its plan. Total: whatever the checker let through has a plan.
//!
//! References are inlined, windows become bounds, names become physical, ledgers' codes become coverage. Nothing is decided here
//! that the language does not fix; what may be read and kept was decided by the checker.

mod about;
mod anchored;
mod condition;
mod dates;
mod figures;
mod guard;
mod lists;
mod placements;
mod places;
mod population;
mod rows;
mod tables;

use std::collections::BTreeMap;

use crate::faults::{Fault, on};
use crate::model::{LinkId, Model, Segment, SegmentId, TableId};
use crate::plan::{
    Cap, Cond, Delivery, Exposed, FORMAT, Guard, Holdout, Path, Plan, Scan, SegmentPlan, Statement, Table,
};
use crate::privacy::Facts;
use crate::source::SourceMap;

use tables::Tables;

/// The plan of every segment, in the order of their names. The caller has checked the model.
pub(crate) fn project(model: &Model, facts: &Facts, sources: &SourceMap) -> Plan {
    let mut segments: Vec<_> = model.audiences().filter(|(_, segment)| segment.entity.is_some()).collect();
    segments.sort_by(|(_, a), (_, b)| a.name.value.cmp(&b.name.value));
    if on(Fault::F49) {
        let order = std::collections::hash_map::RandomState::new();
        segments.sort_by_key(|(_, segment)| std::hash::BuildHasher::hash_one(&order, &segment.name.value));
    }
    let segments = segments.into_iter().filter_map(|(id, _)| segment(model, facts, sources, id)).collect();
    let reports = figures::reports(model, facts, sources);
    let placements = placements::placements(model, facts, sources);
    let (project, schema) = (model.project.name.clone(), model.project.schema.clone());
    Plan { project, schema, ground: model.ground.clone(), segments, reports, placements }
}

/// The plan of one segment; `None` only for a segment whose entity could not be resolved.
fn segment(model: &Model, facts: &Facts, sources: &SourceMap, id: SegmentId) -> Option<SegmentPlan> {
    let segment = &model.segments[id];
    let entity = segment.entity?;
    let stored = facts.segment(id).stored;
    let mut builder = Builder::new(model, Tables::new(model, stored), entity);
    builder.root = Some(segment);
    let condition = builder.membership(segment);
    let figures = segment.figures.as_ref().map(|figures| builder.figures(id, figures));
    let guard = builder.guard(segment, entity);
    let delivery = builder.delivery(segment, facts.segment(id).minimum);
    let binding = builder.next_binding;
    let (tables, links) = builder.tables.finish();
    let plan = SegmentPlan {
        format: FORMAT,
        about: about::about(model, sources, segment),
        hash: String::new(),
        timezone: model.project.timezone.clone(),
        statements: statements(model, &tables, &guard, &condition),
        tables,
        links,
        guard,
        condition,
        scans: widened(builder.scans),
        stay: None,
        delivery,
        reads: about::reads(model, facts, id),
        figures,
    };
    let plan = match segment.stay {
        Some(stay) => plan.staying(&model.project.schema, stay.value, !segment.except.is_empty(), binding),
        None => plan,
    };
    Some(plan.seal())
}

/// The queries whose rows are read, by anything that the plan holds.
fn statements(model: &Model, tables: &[Table], guard: &Guard, condition: &Cond) -> Vec<Statement> {
    let mut names: Vec<&[String]> = Vec::new();
    for table in tables {
        names.push(&table.physical);
        names.extend(table.along.iter().map(|along| along.physical.as_slice()));
    }
    let mut guards = vec![guard];
    crate::plan::walk::walk_cond(condition, &mut |node| {
        if let crate::plan::walk::Node::Guard(guard) = node {
            guards.push(guard);
        }
    });
    for guard in guards {
        names.extend(guard.ledgers.iter().map(|ledger| ledger.physical.as_slice()));
        names.extend(guard.identities.iter().map(|identity| identity.physical.as_slice()));
        names.extend(guard.members.iter().map(|members| members.physical.as_slice()));
    }
    let read = model
        .statements
        .iter()
        .filter(|statement| names.iter().any(|name| matches!(name, [only] if *only == statement.name.value)));
    read.map(|statement| Statement { name: statement.name.value.clone(), body: statement.body.clone() }).collect()
}

/// What is read of a table anywhere breaks its rows in every window that is read.
fn widened(mut scans: Vec<Scan>) -> Vec<Scan> {
    let narrow = scans.clone();
    for scan in &mut scans {
        for other in narrow.iter().filter(|other| other.table == scan.table) {
            scan.columns.extend(&other.columns);
            let more = other.across.iter().filter(|path| !scan.across.iter().any(|known| reaches_same(known, path)));
            let more: Vec<_> = more.cloned().collect();
            scan.across.extend(more);
        }
        scan.columns.sort_unstable();
        scan.columns.dedup();
    }
    scans
}

/// Whether two paths from rows of one table end in one cell, whatever binding they start from.
fn reaches_same(a: &Path, b: &Path) -> bool {
    a.hops == b.hops && a.column == b.column
}

/// One segment in the making.
struct Builder<'m> {
    model: &'m Model,
    tables: Tables<'m>,
    scans: Vec<Scan>,
    frame: Frame,
    next_binding: u32,
    /// The segment itself, whose guard related people are held against.
    root: Option<&'m Segment>,
}

/// Where the names of the text at hand begin: the segment itself, or a segment that is referred to over links.
#[derive(Clone)]
struct Frame {
    /// Links from the root subject to that entity.
    via: Vec<LinkId>,
    /// Bindings of the text, as bindings of the plan.
    bindings: BTreeMap<u32, Bound>,
}

/// A binding of the plan and the scan that fills it.
#[derive(Clone, Copy)]
struct Bound {
    binding: u32,
    scan: usize,
}

impl<'m> Builder<'m> {
    fn new(model: &'m Model, mut tables: Tables<'m>, entity: TableId) -> Self {
        let root = tables.table(entity);
        let own_row = Scan { table: root, columns: Vec::new(), from: None, window: None, across: Vec::new() };
        let bindings = BTreeMap::from([(0, Bound { binding: 0, scan: 0 })]);
        let frame = Frame { via: Vec::new(), bindings };
        Self { model, tables, scans: vec![own_row], frame, next_binding: 1, root: None }
    }

    /// The condition and what `except` leaves out.
    fn membership(&mut self, segment: &'m Segment) -> Cond {
        let wanted = segment.condition.as_ref().map_or(Cond::Everyone, |cond| self.cond(cond));
        let unwanted = segment.except.iter().map(|cond| Cond::Not(Box::new(self.cond(cond))));
        let mut parts: Vec<_> = std::iter::once(wanted).chain(unwanted).collect();
        if parts.len() == 1 { parts.remove(0) } else { Cond::And(parts) }
    }

    fn delivery(&mut self, segment: &'m Segment, minimum: u64) -> Delivery {
        let expose = segment.expose.iter().map(|path| {
            let name = self.model.fields[path.value.field].name.value.clone();
            Exposed { name, path: self.path(&path.value), hashed: false }
        });
        let expose = expose.collect();
        let cap = segment.cap.as_ref().map(|cap| {
            let window = crate::model::Window::Last(cap.value.per);
            Cap { rows: self.rows_over(&cap.value.from, Some(window)), contacts: cap.value.contacts }
        });
        let holdout = segment.holdout.as_ref();
        let holdout = holdout.map(|h| Holdout { basis_points: h.value.basis_points, salt: h.value.name.clone() });
        Delivery { expose, cap, holdout, minimum }
    }
}
