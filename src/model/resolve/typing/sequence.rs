//! Sequences become nested counts: so many first steps for which there is a second one later, for which there is a third.
//!
//! `any (A then B within 2 days then no C) over W` counts rows A in W for which any B of the same subject lies in (a, a + 2 days) for which no
//! C lies in (b, now). What must not lie between two steps is counted in the filter of the later one.

use crate::diagnostic::Code;
use crate::syntax::ast;

use super::super::calendar::CalendarUnit;
use super::rows::Source;
use super::*;
use crate::privacy::retention::times;

/// A step whose rows are bound.
struct Bound {
    rows: Rows,
    table: TableId,
    /// Its instant.
    at: Expr,
}

impl Typer<'_, '_> {
    pub(super) fn sequence(&mut self, it: &ast::Sequence, span: Span) -> Option<CondKind> {
        let (op, n, word) = self.quantity(it.quantity);
        let first = self.first(it, span);
        // Where the first step is unknown, so is what its window means for the others.
        let unknown = Some(Spanned::new(Window::Error, it.span));
        let window = first.as_ref().map_or(unknown, |first| first.rows.window.map(to_now));
        let mut steps = Vec::new();
        for later in &it.later {
            steps.push(self.bound(&later.step, first.as_ref(), window));
        }
        self.no_comes_last(it)?;
        let mut first = first?;
        let bounds: Vec<Expr> =
            std::iter::once(&first).chain(steps.iter().flatten()).map(|step| step.at.clone()).collect();
        let mut tail: Option<Cond> = None;
        for ((later, step), before) in it.later.iter().zip(steps).zip(&bounds).rev() {
            let step = step?;
            tail = Some(self.later(it, later, step, (&first, before), tail)?);
        }
        let rest = tail.into_iter().collect();
        first.rows.filter = joined(first.rows.filter.take(), rest, it.span);
        let (size, height) = inline::of_rows(&first.rows);
        if !self.grow(size, height, span) {
            return None;
        }
        Some(CondKind::Count { rows: Box::new(first.rows), op, n, word })
    }

    /// The first step lies in the window.
    fn first(&mut self, it: &ast::Sequence, span: Span) -> Option<Bound> {
        let source = self.step_source(&it.first)?;
        let table = source.table;
        let window = it.window.as_ref();
        let end = window.map_or(span, |window| window.span);
        let typed = |typer: &mut Self| window.map(|window| typer.window(window));
        let mut rows = self.filtered_by(source, it.first.filter.as_ref(), typed, end, span)?;
        if let Some(window) = window {
            rows.anchored = self.anchored(window)?.map(Box::new);
        }
        let at = self.instant_of(rows.binding, table, it.first.span)?;
        Some(Bound { rows, table, at })
    }

    /// A later step, before it is known what it follows.
    fn bound(&mut self, it: &ast::Step, first: Option<&Bound>, window: Option<Spanned<Window>>) -> Option<Bound> {
        let source = self.step_source(it)?;
        let table = source.table;
        let mut rows = self.filtered_over(source, it.filter.as_ref(), window, it.span, it.span)?;
        rows.span = it.span;
        let at = self.instant_of(rows.binding, table, it.span)?;
        if let Some(first) = first {
            self.alike(first, table, &rows, it)?;
        }
        Some(Bound { rows, table, at })
    }

    fn step_source(&mut self, it: &ast::Step) -> Option<Source> {
        let source = self.source(&it.what, it.span)?;
        if let Some(extra) = it.what.segments.get(source.used) {
            self.not_rows(extra, it.what.span);
            return None;
        }
        if matches!(source.rows.from, RowsFrom::Subject { .. }) && self.model().tables[source.table].at.is_some() {
            return Some(source);
        }
        let name = self.table_name(source.table).to_owned();
        let finding = Diagnostic::error(codes::ROWS, format!("`{name}` are no step of a sequence"))
            .at(it.what.span, "not one subject's own rows in time")
            .help("steps are rows of sources, all of the same subject");
        self.report(finding);
        None
    }

    /// Steps are of one subject and keep time alike.
    fn alike(&mut self, first: &Bound, table: TableId, rows: &Rows, it: &ast::Step) -> Option<()> {
        let whose = |from: &RowsFrom| match from {
            RowsFrom::Subject { of, via, .. } => Some((*of, via.clone())),
            RowsFrom::Nested { .. } | RowsFrom::Related { .. } | RowsFrom::RelatedRows { .. } | RowsFrom::Error => None,
        };
        let (a, b) = (self.table_name(first.table).to_owned(), self.table_name(table).to_owned());
        if whose(&first.rows.from) != whose(&rows.from) {
            let finding = Diagnostic::error(codes::ROWS, format!("`{a}` and `{b}` are not rows of one subject"));
            self.report(finding.at(it.what.span, "of somebody else").help("a sequence follows one subject"));
            return None;
        }
        let by_day = |typer: &Self, table: TableId| {
            let at = typer.model().tables[table].at?;
            Some(typer.model().fields[at].ty == Type::Date)
        };
        if by_day(self, first.table) == by_day(self, table) {
            return Some(());
        }
        let (day, instant) = if by_day(self, table) == Some(true) { (&b, &a) } else { (&a, &b) };
        let message =
            format!("`{day}` are known by day and `{instant}` by the instant, so nobody can tell which came first");
        let finding = Diagnostic::error(codes::OPERATION, message)
            .at(it.what.span, "another resolution of time")
            .because("within one day a day has no before and after")
            .help("use sources that keep time alike, or ask for each by itself")
            .also(Code("RET-10"));
        self.report(finding);
        None
    }

    /// `no` says that something did not happen, so nothing can come after it.
    fn no_comes_last(&mut self, it: &ast::Sequence) -> Option<()> {
        let (last, before) = it.later.split_last()?;
        if let Some(place) = before.iter().find_map(|step| step.no) {
            let finding = Diagnostic::error(codes::ROWS, "nothing can follow what did not happen")
                .at(place, "only the last step may be `no`")
                .help("write `then B with no A between` for what must not lie between two steps");
            self.report(finding);
            return None;
        }
        if let (Some(_), Some(between)) = (last.no, last.without.first()) {
            let finding = Diagnostic::error(codes::ROWS, "nothing lies between a step and what did not happen");
            self.report(finding.at(between.span, "between what?"));
            return None;
        }
        Some(())
    }

    /// A later step as a condition on the step before.
    fn later(
        &mut self,
        it: &ast::Sequence,
        later: &ast::Later,
        step: Bound,
        (first, before): (&Bound, &Expr),
        tail: Option<Cond>,
    ) -> Option<Cond> {
        let Bound { mut rows, table, at } = step;
        let mut parts = self.same(&later.same, (rows.binding, table), (first.rows.binding, first.table))?;
        for without in &later.without {
            let Bound { mut rows, .. } = self.bound(without, Some(first), rows.window)?;
            let ends = vec![(at.clone(), Length::default())];
            rows.anchored = Some(Box::new(Anchored { start: before.clone(), open: true, ends, so_far: false }));
            let kind = CondKind::Count { rows: Box::new(rows), op: CompareOp::Equal, n: 0, word: CountWord::No };
            parts.push(Cond { kind, span: without.span });
        }
        parts.extend(tail);
        rows.filter = joined(rows.filter.take(), parts, later.span);
        let within = later.within.map(|within| (before.clone(), length(within)));
        let whole = it.all_within.map(|within| (first.at.clone(), length(within)));
        let ends = within.into_iter().chain(whole).collect();
        let so_far = it.window.as_ref().is_some_and(|window| window.so_far.is_some());
        rows.anchored = Some(Box::new(Anchored { start: before.clone(), open: true, ends, so_far }));
        let (op, n, word) = match later.no {
            Some(_) => (CompareOp::Equal, 0, CountWord::No),
            None => (CompareOp::GreaterOrEqual, 1, CountWord::Any),
        };
        Some(Cond { kind: CondKind::Count { rows: Box::new(rows), op, n, word }, span: later.span })
    }

    /// Fields of a row that equal those of another.
    pub(super) fn same(
        &mut self,
        names: &[ast::Name],
        (own, table): (u32, TableId),
        (other, other_table): (u32, TableId),
    ) -> Option<Vec<Cond>> {
        let mut parts = Vec::new();
        for name in names {
            let left = self.own_field(name, own, table);
            let right = self.own_field(name, other, other_table);
            let (left, right) = (left?, right?);
            if let Type::List(_) = left.ty {
                self.whole_lists(&left, name.span);
                return None;
            }
            if left.ty != right.ty {
                let message =
                    format!("`{}` is {} here and {} there", name.value, type_name(&left.ty), type_name(&right.ty));
                self.report(Diagnostic::error(codes::OPERATION, message).at(name.span, "never the same"));
                return None;
            }
            parts.push(Cond { kind: CondKind::Compare { op: CompareOp::Equal, left, right }, span: name.span });
        }
        Some(parts)
    }

    fn own_field(&mut self, name: &ast::Name, binding: u32, table: TableId) -> Option<Expr> {
        match self.r.member(table).find(&name.value) {
            names::Found::Known(Member::Field(field)) => {
                let ty = self.model().fields[field].ty.clone();
                let path = FieldPath { binding, hops: Vec::new(), field };
                Some(Expr { kind: ExprKind::Field(path), ty, span: name.span })
            }
            names::Found::Known(_) | names::Found::Unknown => {
                self.unknown_part(table, name);
                None
            }
            names::Found::Unknowable => None,
        }
    }

    /// When a row happened.
    fn instant_of(&mut self, binding: u32, table: TableId, span: Span) -> Option<Expr> {
        let field = self.model().tables[table].at?;
        let ty = self.model().fields[field].ty.clone();
        let path = FieldPath { binding, hops: Vec::new(), field };
        Some(as_instant(Expr { kind: ExprKind::Field(path), ty, span }))
    }

    /// What a window hangs on, if it is one that does.
    pub(super) fn anchored(&mut self, window: &ast::Window) -> Option<Option<Anchored>> {
        let ast::WindowKind::Anchored { length: long, after } = &window.kind else { return Some(None) };
        let Named::Value(anchor) = self.named(after) else { return None };
        let start = as_instant(anchor);
        let plain = if let ExprKind::StartOfDay(inner) = &start.kind { &inner.kind } else { &start.kind };
        let is_field = matches!(plain, ExprKind::Field(_));
        if !is_field || !matches!(start.ty, Type::Instant(_)) {
            if start.ty != Type::Error {
                let message =
                    format!("`{}` is {}, and a window begins at an instant", after.text(), type_name(&start.ty));
                let finding = Diagnostic::error(codes::WINDOW, message).at(after.span, "not a field that holds a time");
                self.report(finding.help("name a field of type `timestamp` or `date`"));
            }
            return None;
        }
        let ends = vec![(start.clone(), length(*long))];
        Some(Some(Anchored { start, open: false, ends, so_far: window.so_far.is_some() }))
    }

    /// `so far` is said of windows that may not be over.
    pub(super) fn so_far_fits(&mut self, window: &ast::Window) {
        let hangs = matches!(window.kind, ast::WindowKind::Anchored { .. });
        if let Some(place) = window.so_far.filter(|_| !hangs) {
            let finding = Diagnostic::error(codes::WINDOW, "this window is over, so `so far` says nothing of it");
            self.report(finding.at(place, "over already").fix("remove it", place, ""));
        }
    }
}

/// A civil day stands for its first instant.
fn as_instant(value: Expr) -> Expr {
    if value.ty != Type::Date {
        return value;
    }
    let span = value.span;
    Expr { kind: ExprKind::StartOfDay(Box::new(value)), ty: Type::Instant(None), span }
}

/// A filter and further parts.
pub(super) fn joined(filter: Option<Box<Cond>>, more: Vec<Cond>, span: Span) -> Option<Box<Cond>> {
    let mut parts: Vec<Cond> = filter.map(|filter| *filter).into_iter().chain(more).collect();
    match parts.len() {
        0 => None,
        1 => parts.pop().map(Box::new),
        _ => Some(Box::new(Cond { kind: CondKind::And(parts), span })),
    }
}

/// Later steps lie between the beginning of the window and now.
fn to_now(window: Spanned<Window>) -> Spanned<Window> {
    let open = match window.value {
        Window::Ago { from, .. } => Window::Last(from),
        Window::LastFull { n, unit } => Window::Units { from: n, to: None, unit },
        Window::Units { from, unit, .. } => Window::Units { from, to: None, unit },
        Window::Period { each, back } => Window::Last(times(each, back)),
        Window::Yesterday => Window::Units { from: 1, to: None, unit: CalendarUnit::Day },
        Window::Dates { from, .. } => Window::Since(from),
        Window::Last(_) | Window::This(_) | Window::Today | Window::Since(_) | Window::Retained | Window::Error => {
            window.value
        }
    };
    Spanned::new(open, window.span)
}
