//! Whether anything that a segment reads of a subject is broken. Somebody with a broken row in a window that is read is left
//! out, whatever the filter, the branch or the word `not` around it.

use crate::model::{Cond, CondKind, Expr, ExprKind, FieldPath, LinkId, Rows, RowsFrom};

use super::condition::{Bound, Env, Reached, Run};
use super::rows::CutRow;

impl<'a> Run<'a> {
    /// Whether anything that the segment reads of the subject bound at 0 is broken.
    pub(super) fn is_broken(&self, env: &Env<'a>) -> bool {
        let segment = &self.model.segments[self.segment];
        let cap = segment.cap.as_ref().map(|cap| &cap.value);
        let capped = |row: &CutRow<'a>| {
            let from = cap.map(|cap| self.time.ago(cap.per));
            row.at.zip(from).is_some_and(|(at, from)| from <= at.first)
        };
        env.get(&0).is_none_or(|root| self.bound_breaks(*root))
            || segment.condition.iter().chain(&segment.except).any(|cond| self.cond_breaks(cond, env))
            || segment.expose.iter().any(|path| self.path_breaks(&path.value, env))
            || segment.figures.as_ref().is_some_and(|figures| {
                figures.values().any(|value| self.expr_breaks(value, env))
                    || figures.conditions().any(|cond| self.cond_breaks(cond, env))
            })
            || cap.is_some_and(|cap| self.rows_break(&cap.from, env, &capped))
    }

    fn cond_breaks(&self, cond: &Cond, env: &Env<'a>) -> bool {
        match &cond.kind {
            CondKind::Everyone | CondKind::Sample(_) | CondKind::Error => false,
            CondKind::And(parts) | CondKind::Or(parts) | CondKind::AtLeastOf { of: parts, .. } => {
                parts.iter().any(|part| self.cond_breaks(part, env))
            }
            CondKind::Not(inner) => self.cond_breaks(inner, env),
            CondKind::Defined { body, .. } => self.cond_breaks(body, env),
            CondKind::Compare { left, right, .. } => [left, right].into_iter().any(|side| self.expr_breaks(side, env)),
            CondKind::Between { value, low, high } => {
                [value, low, high].into_iter().any(|side| self.expr_breaks(side, env))
            }
            CondKind::Around { place, of, .. } => {
                [place].into_iter().chain(of.place()).any(|place| self.expr_breaks(place, env))
            }
            CondKind::Within { value, .. }
            | CondKind::OneOf { value, .. }
            | CondKind::Has { list: value, .. }
            | CondKind::Text { value, .. } => self.expr_breaks(value, env),
            CondKind::Truth(value) | CondKind::Missing(value) => self.expr_breaks(value, env),
            CondKind::Count { rows, .. } | CondKind::InList { rows } => self.rows_break(rows, env, &|_| true),
            CondKind::InSegment { segment, via } => self.segment_breaks(segment.value, via, env),
        }
    }

    fn segment_breaks(&self, segment: crate::model::SegmentId, via: &[LinkId], env: &Env<'a>) -> bool {
        match env.get(&0).map(|root| self.follow(*root, via)) {
            Some(Reached::Row(bound)) => {
                let env = Env::from([(0, bound)]);
                let segment = &self.model.segments[segment];
                segment.condition.iter().chain(&segment.except).any(|cond| self.cond_breaks(cond, &env))
            }
            Some(Reached::Nobody) => false,
            Some(Reached::Broken) | None => true,
        }
    }

    fn expr_breaks(&self, expr: &Expr, env: &Env<'a>) -> bool {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Ago(_) | ExprKind::Now | ExprKind::Today | ExprKind::Error => false,
            ExprKind::Field(path) | ExprKind::Age(path) => self.path_breaks(path, env),
            ExprKind::Part { of, zone, .. } => {
                self.expr_breaks(of, env)
                    || zone.as_ref().and_then(|zone| zone.path()).is_some_and(|path| self.path_breaks(path, env))
            }
            ExprKind::Score { rows, field } => {
                self.each_row_breaks(rows, env, &|_| true, &|env| self.path_breaks(field, env))
            }
            ExprKind::Aggregate(aggregate) => self.each_row_breaks(&aggregate.rows, env, &|_| true, &|env| {
                aggregate.value.as_ref().is_some_and(|value| self.expr_breaks(value, env))
                    || aggregate.share.as_ref().is_some_and(|share| self.cond_breaks(share, env))
            }),
            ExprKind::Standing(standing) => {
                self.expr_breaks(&standing.measure, env)
                    || standing.among.as_ref().is_some_and(|among| self.cond_breaks(among, env))
            }
            ExprKind::Arithmetic { left, right, .. } => {
                [left, right].into_iter().any(|side| self.expr_breaks(side, env))
            }
            ExprKind::DateOf(inner) | ExprKind::StartOfDay(inner) | ExprKind::DaysSince(inner) => {
                self.expr_breaks(inner, env)
            }
            ExprKind::Extreme { of, .. } => of.iter().any(|value| self.expr_breaks(value, env)),
            ExprKind::Defined { body, .. } => self.expr_breaks(body, env),
        }
    }

    fn path_breaks(&self, path: &FieldPath, env: &Env<'a>) -> bool {
        match env.get(&path.binding).map(|bound| self.follow(*bound, &path.hops)) {
            Some(Reached::Row(_) | Reached::Nobody) => false,
            Some(Reached::Broken) | None => true,
        }
    }

    fn rows_break(&self, rows: &Rows, env: &Env<'a>, within: &dyn Fn(&CutRow<'a>) -> bool) -> bool {
        self.each_row_breaks(rows, env, within, &|_| false)
    }

    /// Whether a row is broken in what the segment reads of rows of its table anywhere: a field, or what stands across links.
    fn bound_breaks(&self, bound: Bound<'a>) -> bool {
        let from_here =
            |way: &&Vec<LinkId>| way.first().is_some_and(|link| self.model.links[*link].from == bound.table);
        let mut ways = self.reads.ways.iter().filter(from_here);
        self.breaks(bound.table, bound.row) || ways.any(|way| matches!(self.follow(bound, way), Reached::Broken))
    }

    /// Whether a row of the set, before its filter, is broken: its versions, what the segment reads of such rows, or what
    /// `inside` finds with the row bound.
    fn each_row_breaks(
        &self,
        rows: &Rows,
        env: &Env<'a>,
        within: &dyn Fn(&CutRow<'a>) -> bool,
        inside: &dyn Fn(&Env<'a>) -> bool,
    ) -> bool {
        if let Some(each) = &rows.each {
            return asked(rows).any(|filter| self.elsewhere_breaks(filter, env))
                || self.each_row_breaks(each, env, within, &|env| self.each_here_breaks(rows, env, &|_| true, inside));
        }
        self.each_here_breaks(rows, env, within, inside)
    }

    /// The same where what holds the rows is bound.
    fn each_here_breaks(
        &self,
        rows: &Rows,
        env: &Env<'a>,
        within: &dyn Fn(&CutRow<'a>) -> bool,
        inside: &dyn Fn(&Env<'a>) -> bool,
    ) -> bool {
        let Some(table) = self.table_of(rows) else { return false };
        let read = self.in_window(rows, env).rows.into_iter().filter(|found| within(&found.row));
        self.related_break(rows, env)
            || asked(rows).any(|filter| self.elsewhere_breaks(filter, env))
            || read.into_iter().any(|found| {
                found.row.broken
                    || self.bound_breaks(Bound { table, row: found.row.row })
                    || asked(rows).any(|filter| self.cond_breaks(filter, &found.env))
                    || inside(&found.env)
            })
    }

    /// Whether rows that a filter asks about, of somebody who is bound outside it, are broken: they are read whether or not there is a
    /// row to filter.
    fn elsewhere_breaks(&self, filter: &Cond, env: &Env<'a>) -> bool {
        let mut asked = Asked::default();
        crate::model::walk::cond(filter, &mut asked);
        asked.rows.iter().filter(|rows| is_of(rows).is_some_and(|of| env.contains_key(&of))).any(|rows| {
            let Some(table) = self.table_of(rows) else { return false };
            let mut read = self.in_window(rows, env).rows.into_iter();
            read.any(|found| found.row.broken || self.bound_breaks(Bound { table, row: found.row.row }))
        })
    }

    /// Whether somebody through whom rows are reached, over links or as a related subject, is broken.
    fn related_break(&self, rows: &Rows, env: &Env<'a>) -> bool {
        let astray = |of: &u32, via: &[LinkId]| {
            let reached = env.get(of).map(|bound| self.follow(*bound, via));
            !via.is_empty() && matches!(reached, Some(Reached::Broken) | None)
        };
        match &rows.from {
            RowsFrom::RelatedRows { link, of, via, .. } => {
                let related = self.related(*link, self.whose(*of, via, env));
                astray(of, via) || related.iter().any(|(row, _)| row.broken)
            }
            RowsFrom::Subject { of, via, .. } | RowsFrom::Related { of, via, .. } => astray(of, via),
            RowsFrom::Nested { .. } | RowsFrom::Error => false,
        }
    }
}

/// The rows that a condition asks about.
#[derive(Default)]
struct Asked {
    rows: Vec<Rows>,
}

impl crate::model::walk::Visitor for Asked {
    fn rows(&mut self, rows: &Rows) {
        self.rows.push(rows.clone());
    }
}

/// Whose rows they are, where they are somebody's own.
fn is_of(rows: &Rows) -> Option<u32> {
    match &rows.from {
        RowsFrom::Subject { of, .. } => Some(*of),
        RowsFrom::Nested { .. } | RowsFrom::Related { .. } | RowsFrom::RelatedRows { .. } | RowsFrom::Error => None,
    }
}

/// What is asked of the rows of a set, before a cut and after it.
fn asked(rows: &Rows) -> impl Iterator<Item = &Cond> {
    let cut = rows.latest.iter().filter_map(|latest| latest.of.as_ref());
    rows.filter.as_deref().into_iter().chain(cut)
}
