//! Writing a definition out where it is used: its bindings get new numbers, its subject becomes the one at hand.

use std::collections::BTreeMap;

use super::*;

/// Gives the bindings of a copied body new numbers. Binding 0 becomes `subject`, and paths from it go over `hops` first.
pub(super) struct Rebind<'t> {
    next: &'t mut u32,
    subject: u32,
    hops: Vec<LinkId>,
    known: BTreeMap<u32, u32>,
}

impl Typer<'_, '_> {
    pub(super) fn rebind(&mut self, subject: u32, hops: &[LinkId]) -> Rebind<'_> {
        Rebind { next: &mut self.next, subject, hops: hops.to_vec(), known: BTreeMap::new() }
    }

    /// A second copy of a value, whose own rows have bindings of their own; everything outside it keeps its binding.
    pub(super) fn another(&mut self, value: &Expr) -> Expr {
        let mut copy = value.clone();
        let mut bindings = Bindings(Vec::new());
        walk::expr(&copy, &mut bindings);
        let known: BTreeMap<u32, u32> = bindings.0.into_iter().map(|old| (old, self.fresh())).collect();
        Rebind { next: &mut self.next, subject: 0, hops: Vec::new(), known }.expr(&mut copy);
        copy
    }

    /// A second copy of rows, with bindings of its own.
    pub(super) fn other_rows(&mut self, rows: &Rows) -> Rows {
        let mut copy = rows.clone();
        let mut bindings = Bindings(Vec::new());
        walk::rows(&copy, &mut bindings);
        let known: BTreeMap<u32, u32> = bindings.0.into_iter().map(|old| (old, self.fresh())).collect();
        Rebind { next: &mut self.next, subject: 0, hops: Vec::new(), known }.rows(&mut copy);
        copy
    }
}

struct Bindings(Vec<u32>);

impl walk::Visitor for Bindings {
    fn rows(&mut self, rows: &Rows) {
        self.0.push(rows.binding);
    }
}

impl Rebind<'_> {
    pub fn cond(&mut self, it: &mut Cond) {
        match &mut it.kind {
            CondKind::Everyone | CondKind::Sample(_) | CondKind::InSegment { .. } | CondKind::Error => {}
            CondKind::And(parts) | CondKind::Or(parts) | CondKind::AtLeastOf { of: parts, .. } => {
                parts.iter_mut().for_each(|part| self.cond(part));
            }
            CondKind::Not(part) | CondKind::Defined { body: part, .. } => self.cond(part),
            CondKind::Compare { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            CondKind::Between { value, low, high } => {
                self.expr(value);
                self.expr(low);
                self.expr(high);
            }
            CondKind::Around { place, of, .. } => {
                self.expr(place);
                if let Centre::Place(place) = of {
                    self.expr(place);
                }
            }
            CondKind::Within { value, .. }
            | CondKind::OneOf { value, .. }
            | CondKind::Has { list: value, .. }
            | CondKind::Text { value, .. }
            | CondKind::Truth(value)
            | CondKind::Missing(value) => self.expr(value),
            CondKind::Count { rows, .. } | CondKind::InList { rows } => self.rows(rows),
        }
    }

    pub fn expr(&mut self, it: &mut Expr) {
        match &mut it.kind {
            ExprKind::Literal(_) | ExprKind::Ago(_) | ExprKind::Now | ExprKind::Today | ExprKind::Error => {}
            ExprKind::Field(path) | ExprKind::Age(path) => self.path(path),
            ExprKind::Part { of, zone, .. } => {
                self.expr(of);
                if let Some(PartZone::Field { path, .. }) = zone.as_deref_mut() {
                    self.path(path);
                }
            }
            ExprKind::Score { rows, field } => {
                self.rows(rows);
                self.path(field);
            }
            ExprKind::Standing(standing) => {
                self.expr(&mut standing.measure);
                standing.among.iter_mut().for_each(|part| self.cond(part));
            }
            ExprKind::Aggregate(aggregate) => {
                self.rows(&mut aggregate.rows);
                aggregate.value.iter_mut().for_each(|value| self.expr(value));
                aggregate.share.iter_mut().for_each(|part| self.cond(part));
            }
            ExprKind::Arithmetic { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::DateOf(inner)
            | ExprKind::StartOfDay(inner)
            | ExprKind::DaysSince(inner)
            | ExprKind::Defined { body: inner, .. } => self.expr(inner),
            ExprKind::Extreme { of, .. } => of.iter_mut().for_each(|value| self.expr(value)),
        }
    }

    pub fn rows(&mut self, it: &mut Rows) {
        if let Some(each) = &mut it.each {
            self.rows(each);
        }
        match &mut it.from {
            RowsFrom::Subject { of, via, .. }
            | RowsFrom::Related { of, via, .. }
            | RowsFrom::RelatedRows { of, via, .. } => {
                if *of == 0 {
                    via.splice(0..0, self.hops.iter().copied());
                }
                *of = self.binding(*of);
            }
            RowsFrom::Nested { of, .. } => *of = self.binding(*of),
            RowsFrom::Error => {}
        }
        if let Some(anchored) = &mut it.anchored {
            self.expr(&mut anchored.start);
            anchored.ends.iter_mut().for_each(|(from, _)| self.expr(from));
        }
        it.binding = self.fresh(it.binding);
        if let Some(of) = it.latest.as_mut().and_then(|latest| latest.of.as_mut()) {
            self.cond(of);
        }
        if let Some(filter) = &mut it.filter {
            self.cond(filter);
        }
    }

    fn path(&mut self, path: &mut FieldPath) {
        if path.binding == 0 && !self.hops.is_empty() {
            path.hops.splice(0..0, self.hops.iter().copied());
        }
        path.binding = self.binding(path.binding);
    }

    fn binding(&self, old: u32) -> u32 {
        if old == 0 && !self.known.contains_key(&0) {
            return self.subject;
        }
        self.known.get(&old).copied().unwrap_or(old)
    }

    fn fresh(&mut self, old: u32) -> u32 {
        if let Some(known) = self.known.get(&old) {
            return *known;
        }
        let new = *self.next;
        *self.next = self.next.saturating_add(1);
        self.known.insert(old, new);
        new
    }
}

/// How many parts something has, and how many levels.
pub(in crate::model::resolve) fn measure(body: &DefineBody) -> (usize, usize) {
    match body {
        DefineBody::Value(value) => of_expr(value),
        DefineBody::Condition(part) => of_cond(part),
        DefineBody::Rows(set) => of_rows(set),
        DefineBody::Error => (1, 1),
    }
}

/// How many parts a condition has, and how many levels.
pub(in crate::model::resolve) fn of_cond(it: &Cond) -> (usize, usize) {
    match &it.kind {
        CondKind::Everyone | CondKind::Sample(_) | CondKind::InSegment { .. } | CondKind::Error => (1, 1),
        CondKind::And(parts) | CondKind::Or(parts) | CondKind::AtLeastOf { of: parts, .. } => {
            under(parts.iter().map(of_cond))
        }
        CondKind::Not(part) | CondKind::Defined { body: part, .. } => under([of_cond(part)]),
        CondKind::Compare { left, right, .. } => under([of_expr(left), of_expr(right)]),
        CondKind::Between { value, low, high } => under([of_expr(value), of_expr(low), of_expr(high)]),
        CondKind::Around { place, of, .. } => under([place].into_iter().chain(of.place()).map(of_expr)),
        CondKind::Within { value, .. }
        | CondKind::OneOf { value, .. }
        | CondKind::Has { list: value, .. }
        | CondKind::Text { value, .. }
        | CondKind::Truth(value)
        | CondKind::Missing(value) => under([of_expr(value)]),
        CondKind::Count { rows, .. } | CondKind::InList { rows } => under([of_rows(rows)]),
    }
}

fn of_expr(it: &Expr) -> (usize, usize) {
    match &it.kind {
        ExprKind::Literal(_)
        | ExprKind::Ago(_)
        | ExprKind::Now
        | ExprKind::Today
        | ExprKind::Error
        | ExprKind::Field(_)
        | ExprKind::Age(_) => (1, 1),
        ExprKind::Part { of, .. } => under([of_expr(of)]),
        ExprKind::Score { rows, .. } => under([of_rows(rows)]),
        ExprKind::Aggregate(aggregate) => {
            let value = aggregate.value.iter().map(of_expr);
            under([of_rows(&aggregate.rows)].into_iter().chain(value).chain(aggregate.share.iter().map(of_cond)))
        }
        ExprKind::Arithmetic { left, right, .. } => under([of_expr(left), of_expr(right)]),
        ExprKind::Standing(standing) => {
            under([of_expr(&standing.measure)].into_iter().chain(standing.among.iter().map(of_cond)))
        }
        ExprKind::DateOf(inner)
        | ExprKind::StartOfDay(inner)
        | ExprKind::DaysSince(inner)
        | ExprKind::Defined { body: inner, .. } => under([of_expr(inner)]),
        ExprKind::Extreme { of, .. } => under(of.iter().map(of_expr)),
    }
}

pub(super) fn of_rows(it: &Rows) -> (usize, usize) {
    let cut = it.latest.iter().filter_map(|latest| latest.of.as_ref());
    let each = it.each.iter().map(|each| of_rows(each));
    under(it.filter.iter().map(|filter| of_cond(filter)).chain(cut.map(of_cond)).chain(each))
}

fn under(parts: impl IntoIterator<Item = (usize, usize)>) -> (usize, usize) {
    let (size, height) =
        parts.into_iter().fold((0, 0), |(size, height), (more, level)| (size + more, height.max(level)));
    (size + 1, height + 1)
}
