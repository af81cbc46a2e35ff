//! Conditions, by three-valued truth, for one subject at a time.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::model::{
    CompareOp, Cond, CondKind, Expr, ExprKind, FieldPath, Instant, LinkId, Model, Rows, RowsFrom, Sample, Segment,
    SegmentId, SubjectKind, TableId, TableKind, TextOp, Type, Value,
};

use super::along;
use super::dates;
use super::deliver::bucket;
use super::expression::{Val, as_read, compare};
use super::guard::{Control, Failure, Judge};
use super::number::Number;
use super::ranks::Places;
use super::reads::{self, Reads};
use super::rows::{Cut, CutRow, cut};
use super::stay;
use super::time::{Span, Time};
use super::{Cell, Row, Truth, World, cells, lists};
use crate::model::calendar::Zone;
use crate::model::pattern::Pattern;

/// A run of one segment: everything that is read, cut once.
pub struct Run<'a> {
    pub(super) model: &'a Model,
    pub(super) segment: SegmentId,
    pub(super) time: Time,
    pub(super) reads: Reads,
    pub(super) cuts: BTreeMap<TableId, Cut<'a>>,
    /// Why links that rows are read along empty the run.
    pub(super) loose: BTreeSet<String>,
    control: Control<'a>,
    /// Who remains by a stored membership.
    staying: BTreeSet<String>,
    /// Whether a stored membership is nobody's.
    pub(super) stored_of_nobody: bool,
    /// Where everybody stands, by standing: computed once for all.
    pub(super) places: RefCell<BTreeMap<usize, Rc<Places>>>,
    verdicts: RefCell<BTreeMap<(SegmentId, TableId), Rc<Verdicts>>>,
}

/// Why each subject does not pass a guard, by key.
type Verdicts = BTreeMap<String, Vec<Failure>>;

/// A row that a name in a condition is bound to.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'r> {
    pub(super) table: TableId,
    pub(super) row: &'r Row,
}

/// Which rows the names in a condition are bound to.
pub type Env<'r> = BTreeMap<u32, Bound<'r>>;

/// Where a path leads.
pub enum Reached<'r> {
    /// To a row.
    Row(Bound<'r>),
    /// To no row: every field there is missing.
    Nobody,
    /// To two rows, or to one that is broken.
    Broken,
}

/// A row that a condition speaks of.
pub struct FoundRow<'r> {
    /// The row.
    pub row: CutRow<'r>,
    /// Whether it is sure.
    pub sure: bool,
    /// What is bound where it is asked about: what is bound around, and the row itself.
    pub env: Env<'r>,
}

/// Rows that a condition speaks of.
pub struct Found<'r> {
    /// The rows.
    pub rows: Vec<FoundRow<'r>>,
    /// Whether nothing can be said about them: the window starts before the usable span.
    pub unknown: bool,
    /// Whether more may come: an anchored window is not over.
    pub more: bool,
}

impl<'a> Run<'a> {
    /// Cuts everything that a segment reads.
    pub fn new(model: &'a Model, segment: SegmentId, world: &'a World, now: Instant) -> Self {
        let zone = Zone::named(&model.project.timezone).unwrap_or_else(Zone::utc);
        let time = Time { now, zone };
        let reads = reads::of(model, segment);
        let kept = model.segments[segment].retain.map_or_else(Default::default, |retain| retain.value.length());
        let telling = reads::telling(model, &reads);
        let rows = |table: &TableId| {
            let name = model.tables[*table].physical.as_ref()?.value.join(".");
            let rows = cut(model, &telling, *table, world.tables.get(&name)?, &time, kept);
            Some((*table, along::spread(model, world, *table, &time, kept, rows)))
        };
        let cuts = reads.tables.iter().filter_map(rows).collect();
        let loose = reads.tables.iter().flat_map(|table| along::problems(model, world, *table)).collect();
        let control = Control::new(model, world, time.clone());
        let staying = stay::staying(model, segment, world, &time);
        let stored_of_nobody = stay::is_anybodys(model, segment, world);
        Self {
            model,
            segment,
            time,
            reads,
            cuts,
            loose,
            control,
            staying,
            stored_of_nobody,
            places: RefCell::default(),
            verdicts: RefCell::default(),
        }
    }

    /// The segment's own entity.
    pub fn entity(&self) -> Option<TableId> {
        self.model.segments[self.segment].entity
    }

    /// Why a subject does not pass the guard of a segment, recast for an entity where that is not the segment's own.
    pub fn failures(&self, segment: SegmentId, entity: Option<TableId>, key: &str) -> Vec<Failure> {
        let Some(entity) = entity else { return vec![Failure::NotThere] };
        let known = self.verdicts.borrow().get(&(segment, entity)).cloned();
        let verdicts = known.unwrap_or_else(|| {
            let verdicts = Rc::new(self.judge(segment, entity));
            self.verdicts.borrow_mut().insert((segment, entity), Rc::clone(&verdicts));
            verdicts
        });
        verdicts.get(key).cloned().unwrap_or_else(|| vec![Failure::NotThere])
    }

    fn judge(&self, segment: SegmentId, entity: TableId) -> Verdicts {
        let judge = Judge::new(&self.control, segment, entity);
        let Some((judge, there)) = judge.zip(self.cuts.get(&entity)) else { return BTreeMap::new() };
        there.rows.keys().map(|key| (key.clone(), judge.failures(key, there))).collect()
    }

    /// Why nobody passes the guard of the segment.
    pub fn guard_problems(&self) -> Vec<String> {
        let judge = self.entity().and_then(|entity| Judge::new(&self.control, self.segment, entity));
        judge.map_or_else(|| vec!["the segment has no entity".to_owned()], |judge| judge.problems)
    }

    fn passes(&self, segment: SegmentId, entity: TableId, key: &str) -> bool {
        self.failures(segment, Some(entity), key).is_empty()
    }

    /// The row of a subject as the root of a condition; `None` where there is none or it is broken.
    pub(super) fn root(&self, key: &str) -> Option<Env<'a>> {
        let entity = self.entity()?;
        match self.cuts.get(&entity)?.of(key) {
            [CutRow { row, broken: false, .. }] => Some(BTreeMap::from([(0, Bound { table: entity, row })])),
            _ => None,
        }
    }

    /// Whether the condition of the segment holds for a subject; unknown where anything that is read of it is broken.
    pub fn truth_of(&self, key: &str) -> Truth {
        match self.root(key) {
            Some(env) if !self.is_broken(&env) => self.whole(self.segment, &env, self.staying.contains(key)),
            Some(_) | None => Truth::Unknown,
        }
    }

    /// Whether `where` holds for a subject by itself, whatever is stored of the subject.
    pub(super) fn anew(&self, key: &str) -> Truth {
        let condition = self.model.segments[self.segment].condition.as_ref();
        condition.zip(self.root(key)).map_or(Truth::Unknown, |(condition, env)| self.truth(condition, &env))
    }

    /// `where`, or that the subject stays, and every `except` of a segment.
    fn whole(&self, segment: SegmentId, env: &Env<'a>, stays: bool) -> Truth {
        let segment: &Segment = &self.model.segments[segment];
        let Some(condition) = &segment.condition else { return Truth::Unknown };
        let excepted = segment.except.iter().map(|cond| !self.truth(cond, env));
        excepted.fold(self.truth(condition, env).or(Truth::of(stays)), Truth::and)
    }

    /// Whether a condition holds.
    pub(super) fn truth(&self, cond: &Cond, env: &Env<'a>) -> Truth {
        match &cond.kind {
            CondKind::Everyone => Truth::True,
            CondKind::Sample(sample) => self.sampled(sample, env),
            CondKind::Error => Truth::Unknown,
            CondKind::And(parts) => parts.iter().map(|part| self.truth(part, env)).fold(Truth::True, Truth::and),
            CondKind::Or(parts) => parts.iter().map(|part| self.truth(part, env)).fold(Truth::False, Truth::or),
            CondKind::Not(inner) => !self.truth(inner, env),
            CondKind::Defined { body, .. } => self.truth(body, env),
            CondKind::Compare { op, left, right } => self.compares(*op, left, right, env),
            CondKind::Between { value, low, high } => {
                let above = self.compares(CompareOp::GreaterOrEqual, value, low, env);
                above.and(self.compares(CompareOp::LessOrEqual, value, high, env))
            }
            CondKind::Around { place, of, metres } => self.around(place, of, *metres, env),
            CondKind::Within { value, near, yearly } => {
                let is_day = value.ty == crate::model::Type::Date;
                dates::within(&self.time, &self.eval(value, env), is_day, *near, *yearly)
            }
            CondKind::OneOf { value, values, ignoring_case } => {
                let listed: Vec<Value> = values.iter().map(|one| as_read(&one.value, &value.ty)).collect();
                one_of(&self.eval(value, env).settled(), &listed.iter().collect::<Vec<_>>(), *ignoring_case)
            }
            CondKind::Has { list, values, ignoring_case } => {
                let (Type::List(of), Val::Known(Value::Text(text))) = (&list.ty, self.eval(list, env)) else {
                    return Truth::Unknown;
                };
                let values: Vec<&Value> = values.iter().map(|value| &value.value).collect();
                lists::elements(&text, of)
                    .map_or(Truth::Unknown, |elements| lists::has(&elements, &values, *ignoring_case))
            }
            CondKind::Text { op, value, pattern, ignoring_case } => {
                text_test(*op, &self.eval(value, env), &pattern.value, *ignoring_case)
            }
            CondKind::Truth(value) => match self.eval(value, env) {
                Val::Known(Value::Boolean(truth)) => Truth::of(truth),
                Val::Known(_) | Val::Number(_) | Val::Count(..) | Val::Missing | Val::Unknown => Truth::Unknown,
            },
            CondKind::Missing(value) => self.missing(value, env),
            CondKind::Count { rows, op, n, .. } => self.counts(rows, *op, *n, env),
            CondKind::AtLeastOf { of, op, n, .. } => self.so_many(of, *op, *n, env),
            CondKind::InList { rows } => self.counts(rows, CompareOp::GreaterOrEqual, 1, env),
            CondKind::InSegment { segment, via } => self.in_segment(segment.value, via, env),
        }
    }

    /// A comparison. A count that is not certain is an interval where it is compared with a number; compared with anything else, which
    /// may be as uncertain, nobody knows it.
    fn compares(&self, op: CompareOp, left: &Expr, right: &Expr, env: &Env<'a>) -> Truth {
        let literal = |side: &Expr| matches!(side.kind, ExprKind::Literal(_));
        let (a, b) = (self.eval(left, env), self.eval(right, env));
        if literal(left) || literal(right) { compare(op, &a, &b) } else { compare(op, &a.settled(), &b.settled()) }
    }

    /// An empty cell is missing, and so is everything across a link that finds no row. What nobody can know is neither.
    fn missing(&self, value: &Expr, env: &Env<'a>) -> Truth {
        if let Some(place) = self.place_missing(value, env) {
            return place;
        }
        match self.eval(value, env) {
            Val::Missing => Truth::True,
            Val::Unknown => Truth::Unknown,
            Val::Known(_) | Val::Number(_) | Val::Count(..) => Truth::False,
        }
    }

    fn counts(&self, rows: &Rows, op: CompareOp, n: u64, env: &Env<'a>) -> Truth {
        compare(op, &self.count(rows, env), &Val::Number(Number::whole(i128::from(n))))
    }

    /// How many of several conditions are true is known up to those of which nobody knows.
    fn so_many(&self, of: &[Cond], op: CompareOp, n: u64, env: &Env<'a>) -> Truth {
        let truths: Vec<Truth> = of.iter().map(|part| self.truth(part, env)).collect();
        let many = |wanted: Truth| truths.iter().filter(|truth| **truth == wanted).count() as u64;
        let (sure, open) = (many(Truth::True), many(Truth::Unknown));
        compare(op, &Val::Count(sure, sure + open), &Val::Number(Number::whole(i128::from(n))))
    }

    /// The interval [sure, possible] of a set of rows.
    pub(super) fn count(&self, rows: &Rows, env: &Env<'a>) -> Val {
        let found = self.found(rows, env);
        if found.unknown {
            return Val::Unknown;
        }
        let sure = found.rows.iter().filter(|found| found.sure).count();
        Val::Count(sure as u64, if found.more { u64::MAX } else { found.rows.len() as u64 })
    }

    /// A sample is drawn by the key of the subject.
    fn sampled(&self, sample: &Sample, env: &Env<'a>) -> Truth {
        let key = env.get(&0).and_then(|root| self.key_of(*root));
        key.map_or(Truth::Unknown, |key| {
            let bucket = bucket(&sample.name, &key);
            Truth::of(sample.from <= bucket && bucket < sample.to)
        })
    }

    fn in_segment(&self, segment: SegmentId, via: &[LinkId], env: &Env<'a>) -> Truth {
        let Some(Reached::Row(bound)) = env.get(&0).map(|root| self.follow(*root, via)) else { return Truth::Unknown };
        let holds = self.whole(segment, &BTreeMap::from([(0, bound)]), false);
        let entity = self.model.segments[segment].entity;
        let passes = || entity.zip(self.key_of(bound)).is_some_and(|(entity, key)| self.passes(segment, entity, &key));
        if holds == Truth::True && !passes() { Truth::Unknown } else { holds }
    }

    /// The key of an entity's row.
    pub(super) fn key_of(&self, bound: Bound<'_>) -> Option<String> {
        let TableKind::Entity(facts) = &self.model.tables[bound.table].kind else { return None };
        cells::key(&self.model.fields[facts.key?], bound.row)
    }

    /// Follows to-one links from a row.
    pub(super) fn follow(&self, from: Bound<'a>, hops: &[LinkId]) -> Reached<'a> {
        let mut bound = from;
        for hop in hops {
            let link = &self.model.links[*hop];
            let by = &self.model.fields[link.by];
            if cells::breaks(by, bound.row) {
                return Reached::Broken;
            }
            let Some(key) = cells::key(by, bound.row) else { return Reached::Nobody };
            match self.cuts.get(&link.to).map_or(&[][..], |cut| cut.of(&key)) {
                [] => return Reached::Nobody,
                [CutRow { row, broken: false, .. }] if !self.breaks(link.to, row) => {
                    bound = Bound { table: link.to, row };
                }
                [..] => return Reached::Broken,
            }
        }
        Reached::Row(bound)
    }

    /// What stands where a path leads.
    pub(super) fn at_path(&self, path: &FieldPath, env: &Env<'a>) -> Cell {
        match env.get(&path.binding).map(|bound| self.follow(*bound, &path.hops)) {
            Some(Reached::Row(bound)) => cells::read(&self.model.fields[path.field], bound.row),
            Some(Reached::Nobody) => Cell::Missing,
            Some(Reached::Broken) | None => Cell::Unreadable,
        }
    }

    /// Whether a row is broken in a field of its table that the segment reads.
    pub(super) fn breaks(&self, table: TableId, row: &Row) -> bool {
        let fields = self.reads.fields.iter().map(|field| &self.model.fields[*field]);
        fields.filter(|field| field.table == table).any(|field| cells::breaks(field, row))
    }

    /// The rows of a set that its filter does not rule out, and whether each is sure.
    pub(super) fn found(&self, rows: &Rows, env: &Env<'a>) -> Found<'a> {
        let Some(each) = &rows.each else { return self.found_here(rows, env) };
        let around = self.found(each, env);
        let mut all = Found { rows: Vec::new(), unknown: around.unknown, more: around.more };
        for holder in around.rows {
            let inside = self.found_here(rows, &holder.env);
            all.unknown |= inside.unknown;
            all.more |= inside.more;
            all.rows.extend(inside.rows.into_iter().map(|found| FoundRow { sure: found.sure && holder.sure, ..found }));
        }
        all
    }

    /// The same where what holds the rows is bound.
    fn found_here(&self, rows: &Rows, env: &Env<'a>) -> Found<'a> {
        let mut found = self.unfiltered(rows, env);
        if let Some(latest) = &rows.latest {
            self.cut_to_latest(latest, &mut found);
        }
        let Some(filter) = rows.filter.as_ref() else { return found };
        let kept = |found: FoundRow<'a>| match self.truth(filter, &found.env) {
            Truth::True => Some(found),
            Truth::Unknown => Some(FoundRow { sure: false, ..found }),
            Truth::False => None,
        };
        found.rows = found.rows.into_iter().filter_map(kept).collect();
        found
    }

    /// The rows of a set within its windows, before its filter.
    pub(super) fn unfiltered(&self, rows: &Rows, env: &Env<'a>) -> Found<'a> {
        let mut found = self.in_window(rows, env);
        if let Some(anchored) = &rows.anchored {
            let usable = self.table_of(rows).and_then(|table| self.cuts.get(&table)).map(|cut| cut.usable);
            let hung = usable.and_then(|usable| self.hung(anchored, usable, env));
            found.unknown |= hung.is_none();
            found.more = hung.is_some_and(|hung| hung.more);
            let within = |row: &CutRow<'_>| hung.zip(row.at).is_some_and(|(hung, at)| hung.span.holds(at.first));
            found.rows.retain(|found| within(&found.row));
        }
        found
    }

    /// The rows of a set within its ordinary window.
    pub(super) fn in_window(&self, rows: &Rows, env: &Env<'a>) -> Found<'a> {
        let Some(table) = self.table_of(rows) else { return Found { rows: Vec::new(), unknown: true, more: false } };
        let usable = self.cuts.get(&table).map_or(self.time.now, |cut| cut.usable);
        let window = rows.window.map(|window| self.time.window(window.value, usable));
        let unknown = match window {
            None => false,
            Some(None) => true,
            Some(Some(window)) => window.from < usable || usable >= self.time.now,
        };
        let within = |row: &CutRow<'_>| match window {
            None => true,
            Some(None) => false,
            Some(Some(window)) => row.at.is_none_or(|at| window.holds(at.first)),
        };
        let unknown = unknown || self.has_no_parts_key(rows, env) || self.is_nobodys(rows, env);
        let bound = |(row, sure): (CutRow<'a>, bool)| {
            let mut env = env.clone();
            env.insert(rows.binding, Bound { table, row: row.row });
            FoundRow { row, sure, env }
        };
        let rows = self.candidates(rows, env).into_iter().filter(|(row, _)| within(row)).map(bound).collect();
        Found { rows, unknown, more: false }
    }

    /// Whether the row whose nested rows are asked for lacks the column by which they are found: nobody can say which they are.
    fn has_no_parts_key(&self, rows: &Rows, env: &Env<'a>) -> bool {
        let RowsFrom::Nested { table, of } = &rows.from else { return false };
        let TableKind::Rows { parent_by, .. } = &self.model.tables[*table].kind else { return true };
        env.get(of).and_then(|parent| cells::key(&self.model.fields[*parent_by], parent.row)).is_none()
    }

    /// Whether the rows would be those of whom links lead to, and they lead to nobody.
    fn is_nobodys(&self, rows: &Rows, env: &Env<'a>) -> bool {
        match &rows.from {
            RowsFrom::Subject { of, via, .. }
            | RowsFrom::Related { of, via, .. }
            | RowsFrom::RelatedRows { of, via, .. } => !via.is_empty() && self.whose(*of, via, env).is_none(),
            RowsFrom::Nested { .. } | RowsFrom::Error => false,
        }
    }

    /// The key of whom a binding and links lead to.
    pub(super) fn whose(&self, of: u32, via: &[LinkId], env: &Env<'a>) -> Option<String> {
        match self.follow(*env.get(&of)?, via) {
            Reached::Row(bound) => self.key_of(bound),
            Reached::Nobody | Reached::Broken => None,
        }
    }

    /// The table whose rows a set holds.
    pub(super) fn table_of(&self, rows: &Rows) -> Option<TableId> {
        match &rows.from {
            RowsFrom::Subject { table, .. } | RowsFrom::Nested { table, .. } | RowsFrom::RelatedRows { table, .. } => {
                Some(*table)
            }
            RowsFrom::Related { link, .. } => Some(self.model.links[*link].from),
            RowsFrom::Error => None,
        }
    }

    fn candidates(&self, rows: &Rows, env: &Env<'a>) -> Vec<(CutRow<'a>, bool)> {
        let of = |table: &TableId, key: Option<String>| {
            let found = key.and_then(|key| Some(self.cuts.get(table)?.of(&key).to_vec()));
            found.unwrap_or_default()
        };
        let key = |of: &u32, via: &[LinkId]| self.whose(*of, via, env);
        match &rows.from {
            RowsFrom::Subject { table, of: subject, via } => {
                let own = of(table, key(subject, via)).into_iter();
                own.map(with_sure).collect()
            }
            RowsFrom::Nested { table, of: parent } => {
                let TableKind::Rows { parent_by, .. } = &self.model.tables[*table].kind else { return Vec::new() };
                let by = env.get(parent).and_then(|parent| cells::key(&self.model.fields[*parent_by], parent.row));
                of(table, by).into_iter().map(|row| (row, true)).collect()
            }
            RowsFrom::Related { link, of: subject, via } => self.related(*link, key(subject, via)),
            RowsFrom::RelatedRows { link, of: subject, via, table } => {
                let related = self.related(*link, key(subject, via)).into_iter();
                let rows =
                    related.flat_map(|(row, sure)| of(table, Some(row.key)).into_iter().map(move |row| (row, sure)));
                rows.map(|(row, sure)| (with_sure(row), sure)).map(|((row, own), sure)| (row, own && sure)).collect()
            }
            RowsFrom::Error => Vec::new(),
        }
    }

    /// The entities whose link leads to a subject. Of people among them, those who do not pass the guard are only possible.
    pub(super) fn related(&self, link: LinkId, key: Option<String>) -> Vec<(CutRow<'a>, bool)> {
        let link = &self.model.links[link];
        let Some((key, cut)) = key.zip(self.cuts.get(&link.from)) else { return Vec::new() };
        let by = &self.model.fields[link.by];
        let rows = cut.rows.values().flatten().filter(|row| cells::key(by, row.row).as_ref() == Some(&key));
        rows.map(|row| (row.clone(), self.is_sure(link.from, &row.key))).collect()
    }

    /// Whether rows of a related subject match for sure: it is no person, or it passes this segment's guard and that of every
    /// segment that the condition was referred from.
    fn is_sure(&self, entity: TableId, key: &str) -> bool {
        let person = match &self.model.tables[entity].kind {
            TableKind::Entity(facts) => facts.subject_kind == SubjectKind::Person,
            TableKind::Source { .. }
            | TableKind::Rows { .. }
            | TableKind::Lookup { .. }
            | TableKind::List { .. }
            | TableKind::Score(_)
            | TableKind::Visits(_)
            | TableKind::Error => true,
        };
        !person || self.passes(self.segment, entity, key)
    }

    /// The window of a cap, and the rows in it that may count.
    pub(super) fn contacts(&self, env: &Env<'a>) -> Option<u64> {
        let cap = &self.model.segments[self.segment].cap.as_ref()?.value;
        let usable = self.table_of(&cap.from).and_then(|table| self.cuts.get(&table)).map(|cut| cut.usable);
        let window = Span { from: self.time.ago(cap.per), to: self.time.now };
        if usable.is_none_or(|usable| window.from < usable) {
            return Some(u64::MAX);
        }
        let found = self.found(&cap.from, env);
        let within = |row: &CutRow<'_>| row.at.is_some_and(|at| window.holds(at.first));
        let count = found.rows.iter().filter(|found| within(&found.row)).count() as u64;
        Some(if found.unknown { u64::MAX } else { count })
    }
}

/// A row, and whether it is certainly of whom it is found by.
fn with_sure(row: CutRow<'_>) -> (CutRow<'_>, bool) {
    let sure = row.sure;
    (row, sure)
}

fn fold(text: &str, ignoring_case: bool) -> String {
    if ignoring_case { text.to_ascii_lowercase() } else { text.to_owned() }
}

fn one_of(value: &Val, listed: &[&Value], ignoring_case: bool) -> Truth {
    let equal = |other: &&Value| match (value, other) {
        (Val::Known(Value::Text(a)), Value::Text(b)) => Truth::of(fold(a, ignoring_case) == fold(b, ignoring_case)),
        _ => compare(CompareOp::Equal, value, &Val::of_literal((*other).clone())),
    };
    match value {
        Val::Missing | Val::Unknown => Truth::Unknown,
        Val::Known(_) | Val::Number(_) => listed.iter().map(equal).fold(Truth::False, Truth::or),
        Val::Count(sure, possible) => {
            let whole = |n| Val::Number(Number::whole(i128::from(n)));
            let among = |n: u64| {
                listed.iter().any(|one| compare(CompareOp::Equal, &whole(n), &Val::of((*one).clone())) == Truth::True)
            };
            let hits = (*sure..=*possible).filter(|n| among(*n)).count() as u64;
            match hits {
                0 => Truth::False,
                all if all == possible - sure + 1 => Truth::True,
                _ => Truth::Unknown,
            }
        }
    }
}

fn text_test(op: TextOp, value: &Val, pattern: &str, ignoring_case: bool) -> Truth {
    let Val::Known(Value::Text(text)) = value else { return Truth::Unknown };
    if op == TextOp::Matches {
        let Ok(read) = Pattern::read(pattern) else { return Truth::Unknown };
        let read = if ignoring_case { read.folded() } else { read };
        return Truth::of(super::pattern::matches(&read, &fold(text, ignoring_case)));
    }
    let (text, pattern) = (fold(text, ignoring_case), fold(pattern, ignoring_case));
    Truth::of(match op {
        TextOp::Equals => text == pattern,
        TextOp::Contains => text.contains(&pattern),
        TextOp::StartsWith => text.starts_with(&pattern),
        TextOp::EndsWith => text.ends_with(&pattern),
        TextOp::Matches => return Truth::Unknown,
    })
}
