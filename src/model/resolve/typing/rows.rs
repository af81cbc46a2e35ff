//! Sets of rows: where they come from, which of them, and over which time.

use crate::syntax::ast;

use super::super::names::{Found, not_yet};
use super::*;

/// Rows before their filter and window.
pub(super) struct Source {
    pub rows: Rows,
    /// The table that they are of.
    pub table: TableId,
    /// How many names of the path they took.
    pub used: usize,
}

impl Typer<'_, '_> {
    /// Rows that are counted: nothing may follow their name.
    pub(super) fn counted_rows(&mut self, it: &ast::Rows, span: Span) -> Option<Rows> {
        let source = self.source(&it.what, it.span)?;
        self.nothing_after(it, source.used)?;
        let (own, table) = (source.rows.binding, source.table);
        let same = self.same_around(&it.same, own, table)?;
        let mut rows = self.filtered(source, it.filter.as_ref(), it.window.as_ref(), it.span, span)?;
        rows.filter = sequence::joined(rows.filter.take(), same, it.span);
        self.cut_to_latest(&mut rows, table, it.latest)?;
        Some(rows)
    }

    /// `with same campaign_id` compares with the row whose filter this is.
    fn same_around(&mut self, names: &[ast::Name], own: u32, table: TableId) -> Option<Vec<Cond>> {
        let around = self.scope();
        let Some(first) = names.first().filter(|_| self.is_subject(around.table)) else {
            return self.same(names, (own, table), (around.binding, around.table));
        };
        let finding = Diagnostic::error(codes::ROWS, "`with same` compares with a row, and there is none around")
            .at(first.span, "the same as of what?")
            .help("use it in a later step of a sequence, or in the filter of other rows");
        self.report(finding);
        None
    }

    /// Rows that are counted are named alone.
    pub(super) fn nothing_after(&mut self, it: &ast::Rows, used: usize) -> Option<()> {
        let Some(extra) = it.what.segments.get(used) else { return Some(()) };
        let whole = it.what.text();
        let finding = Diagnostic::error(codes::ROWS, format!("rows are counted, and `{whole}` is a value in them"))
            .at(extra.span, "not rows")
            .help("name the rows alone, and put what is asked of them after `where`");
        self.report(finding);
        None
    }

    /// Adds filter and window. `end` is where a missing window would be written after.
    pub(super) fn filtered(
        &mut self,
        source: Source,
        filter: Option<&ast::Filter>,
        window: Option<&ast::Window>,
        end: Span,
        span: Span,
    ) -> Option<Rows> {
        let typed = |typer: &mut Self| window.map(|window| typer.window(window));
        let mut rows = self.filtered_by(source, filter, typed, end, span)?;
        if let Some(window) = window {
            self.so_far_fits(window);
            rows.timed_mut().anchored = self.anchored(window)?.map(Box::new);
        }
        Some(rows)
    }

    /// The same over a window at hand.
    pub(super) fn filtered_over(
        &mut self,
        source: Source,
        filter: Option<&ast::Filter>,
        window: Option<Spanned<Window>>,
        end: Span,
        span: Span,
    ) -> Option<Rows> {
        self.filtered_by(source, filter, |_| window, end, span)
    }

    /// The same over a window that is typed after the filter.
    pub(super) fn filtered_by(
        &mut self,
        source: Source,
        filter: Option<&ast::Filter>,
        window: impl FnOnce(&mut Self) -> Option<Spanned<Window>>,
        end: Span,
        span: Span,
    ) -> Option<Rows> {
        let Source { mut rows, table, .. } = source;
        if let Some(filter) = filter {
            let own = self.filter(filter, &rows, table);
            rows.filter = Some(match rows.filter.take() {
                Some(first) => Box::new(Cond { span: own.span, kind: CondKind::And(vec![*first, own]) }),
                None => Box::new(own),
            });
        }
        let window = window(self);
        let timed = self.model().table_of_rows(rows.timed()).unwrap_or(table);
        self.set_window(rows.timed_mut(), timed, window, end);
        rows.span = span;
        Some(rows)
    }

    /// A filter: bare names in it are fields of the rows.
    pub(super) fn filter(&mut self, filter: &ast::Filter, rows: &Rows, table: TableId) -> Cond {
        let before = self.enter(rows, table, Vec::new());
        let cond = self.cond(&filter.condition);
        self.scopes.truncate(before);
        cond
    }

    fn set_window(&mut self, rows: &mut Rows, table: TableId, window: Option<Spanned<Window>>, end: Span) {
        let timed = is_timed(rows);
        match (timed, window, rows.window) {
            (true, Some(window), None) => rows.window = Some(window),
            (_, None, Some(_)) | (false, None, None) => {}
            (true, None, None) => {
                self.unbounded(table, end);
                rows.window = Some(Spanned::new(Window::Error, end));
            }
            (_, Some(window), Some(first)) => {
                let finding = Diagnostic::error(codes::WINDOW, "these rows have two windows")
                    .at(window.span, "a second window")
                    .and(first.span, "the definition has one already")
                    .help("write the window in one of the two places");
                self.report(finding);
            }
            (false, Some(window), None) => {
                let name = self.table_name(table).to_owned();
                let finding = Diagnostic::error(
                    codes::WINDOW,
                    format!("`{name}` have no time of their own, so no window fits them"),
                )
                .at(window.span, "no window here")
                .help("the window belongs to the rows that hold them");
                self.report(finding);
            }
        }
    }

    /// Who reads events says over which window.
    pub(super) fn unbounded(&mut self, table: TableId, end: Span) {
        if self.r.cut_short(end) {
            return;
        }
        let name = self.table_name(table).to_owned();
        let window = self.offered_window(table);
        let kept = match self.model().tables[table].retain.as_ref().map(|retain| &retain.value) {
            Some(Retain::For { length, .. }) => Some(format!("R = {length}, for which `{name}` is kept")),
            Some(Retain::WhileListed { .. }) | None => None,
        };
        let finding = Diagnostic::error(codes::UNBOUNDED, format!("`{name}` are read without a window"))
            .reckoned(kept)
            .reckoned(["W is without end, and W ≤ U = R − S asks for one"])
            .at(end, "over which time?")
            .because(
                "an audience that looks back without end uses what people did years ago, long after anybody expects it",
            )
            .help(self.window_help(table, window))
            .fix(format!("write `{window}`"), end.after(), format!(" {window}"));
        self.report(finding);
    }

    fn window_help(&self, table: TableId, offered: &str) -> String {
        let everything = "`over retained history` for everything that may still be read";
        match self.model().tables[table].retain.as_ref().map(|retain| &retain.value) {
            Some(Retain::For { length, .. }) if offered == "over retained history" => {
                format!("write a window shorter than the {length} of `retain`, or {everything}")
            }
            Some(Retain::For { .. } | Retain::WhileListed { .. }) | None => {
                format!("write `over last 12 months`, or {everything}")
            }
        }
    }

    /// A window that the rows are kept for.
    fn offered_window(&self, table: TableId) -> &'static str {
        let year_and_a_half = 548 * 86_400;
        let long = match self.model().tables[table].retain.as_ref().map(|retain| &retain.value) {
            Some(Retain::For { length, .. }) => fewest_seconds(*length) >= year_and_a_half,
            Some(Retain::WhileListed { .. }) => true,
            None => false,
        };
        if long { "over last 12 months" } else { "over retained history" }
    }

    /// The rows that a path begins with; reports where it names none.
    pub(super) fn source(&mut self, path: &ast::Path, span: Span) -> Option<Source> {
        let source = self.own_source(path, span)?;
        Some(self.inside_each(source, path, span))
    }

    /// `orders.items`: the rows inside all of some rows, which are bound around them.
    fn inside_each(&mut self, around: Source, path: &ast::Path, span: Span) -> Source {
        let next = path.segments.get(around.used).map(|next| self.r.member(around.table).find(&next.value));
        let Some(Found::Known(Member::Nested(table))) = next else { return around };
        let from = RowsFrom::Nested { table, of: around.rows.binding };
        let mut inside = self.unfiltered(from, table, around.used + 1, span);
        inside.rows.each = Some(Box::new(around.rows));
        self.inside_each(inside, path, span)
    }

    fn own_source(&mut self, path: &ast::Path, span: Span) -> Option<Source> {
        let scope = self.scope();
        let first = path.first()?;
        match self.r.member(scope.table).find(&first.value) {
            Found::Known(Member::Source(table)) if scope.visit.is_some() => {
                self.rows_of_visit(&scope, table, first, span)
            }
            Found::Known(member) => self.rows_of((scope.binding, Vec::new()), member, path, 0, span),
            Found::Unknowable => None,
            Found::Unknown => self.rows_outside(path, first, span),
        }
    }

    /// `orders.items` inside a filter of nested rows; `customer.orders` about the subject.
    fn rows_outside(&mut self, path: &ast::Path, first: &ast::Name, span: Span) -> Option<Source> {
        if let Some((binding, member)) = path.single().and_then(|name| self.of_person_around(&name.value)) {
            return self.rows_of((binding, Vec::new()), member, path, 0, span);
        }
        let Some((start, inside)) = self.binding_named(&first.value) else {
            self.unknown_rows(first, path);
            return None;
        };
        let Some(second) = path.segments.get(1) else {
            let finding = Diagnostic::error(codes::ROWS, format!("`{}` is not a set of rows here", first.value));
            self.report(finding.at(path.span, "what this is asked of"));
            return None;
        };
        match self.r.member(start.table()).find(&second.value) {
            Found::Known(member @ Member::Nested(_)) => {
                self.rows_of((start.binding(), Vec::new()), member, path, 1, span)
            }
            Found::Known(member) if inside == 0 => self.rows_of((start.binding(), Vec::new()), member, path, 1, span),
            Found::Known(member @ (Member::Source(_) | Member::Define(_))) => {
                self.rows_of((start.binding(), Vec::new()), member, path, 1, span)
            }
            Found::Known(Member::Back(_)) => {
                self.report(not_yet("rows of the person inside a filter of other rows", path.span));
                None
            }
            Found::Known(_) => {
                self.not_rows(second, path.span);
                None
            }
            Found::Unknowable => None,
            Found::Unknown => {
                self.unknown_part(start.table(), second);
                None
            }
        }
    }

    /// Rows of the person around, by their bare name inside a filter of other rows. Inside a visit a bare name is the visit's.
    fn of_person_around(&mut self, name: &str) -> Option<(u32, Member)> {
        if self.scopes.iter().any(|scope| scope.visit.is_some()) {
            return None;
        }
        let around: Vec<(u32, TableId)> =
            self.scopes.iter().rev().skip(1).map(|scope| (scope.binding, scope.table)).collect();
        around.into_iter().filter(|(_, table)| self.is_subject(*table)).find_map(|(binding, table)| {
            match self.r.member(table).find(name) {
                Found::Known(member @ Member::Source(_)) => Some((binding, member)),
                Found::Known(_) | Found::Unknowable | Found::Unknown => None,
            }
        })
    }

    /// The rows that a member is, of whom a binding and to-one links lead to; `skip` names into the path.
    fn rows_of(
        &mut self,
        (of, via): (u32, Vec<LinkId>),
        member: Member,
        path: &ast::Path,
        skip: usize,
        span: Span,
    ) -> Option<Source> {
        let name = path.segments.get(skip)?;
        let next = path.segments.get(skip + 1);
        match member {
            Member::Source(table) => self
                .has_subject(table, name)
                .then(|| self.unfiltered(RowsFrom::Subject { table, of, via }, table, skip + 1, span)),
            Member::Nested(_) if !via.is_empty() => {
                self.report(not_yet(&format!("rows nested in what a link leads to (`{}`)", path.text()), path.span));
                None
            }
            Member::Nested(table) => Some(self.unfiltered(RowsFrom::Nested { table, of }, table, skip + 1, span)),
            Member::Back(link) => self.related(link, (of, via), next, skip, span),
            Member::Define(define) => self.defined_rows(define, (of, &via), name, skip + 1, span),
            Member::Visits(_) => {
                self.report(not_yet(&format!("asking this of visits (`{}`)", path.text()), path.span));
                None
            }
            Member::Link(link) => self.rows_over_link(link, (of, via), path, skip, span),
            Member::Field(_) | Member::Score(_) => {
                self.not_rows(name, path.span);
                None
            }
        }
    }

    fn unfiltered(&mut self, from: RowsFrom, table: TableId, used: usize, span: Span) -> Source {
        let rows = Rows {
            binding: self.fresh(),
            from,
            filter: None,
            window: None,
            anchored: None,
            latest: None,
            each: None,
            span,
        };
        Source { rows, table, used }
    }

    /// `members`, and `members.logins` where what follows is a source.
    fn related(
        &mut self,
        link: LinkId,
        (of, via): (u32, Vec<LinkId>),
        next: Option<&ast::Name>,
        skip: usize,
        span: Span,
    ) -> Option<Source> {
        let entity = self.model().links[link].from;
        let source = next.and_then(|next| match self.r.member(entity).find(&next.value) {
            Found::Known(Member::Source(table)) => Some((table, next)),
            Found::Known(_) | Found::Unknowable | Found::Unknown => None,
        });
        match source {
            Some((table, name)) => self
                .has_subject(table, name)
                .then(|| self.unfiltered(RowsFrom::RelatedRows { link, of, via, table }, table, skip + 2, span)),
            None => Some(self.unfiltered(RowsFrom::Related { link, of, via }, entity, skip + 1, span)),
        }
    }

    /// A source without subject leads to no person.
    fn has_subject(&mut self, table: TableId, name: &ast::Name) -> bool {
        let declared = &self.model().tables[table];
        if declared.subject.is_some() {
            return true;
        }
        let place = declared.name.span;
        if !self.r.is_torn(table) {
            let finding =
                Diagnostic::error(codes::MISSING_CLAUSE, format!("the rows of `{}` lead to nobody", name.value))
                    .at(name.span, "no `subject` says whose rows these are")
                    .and(place, "declared here without `subject`")
                    .because("where nobody knows whose row it is, nobody's consent and nobody's refusal can be asked")
                    .help(
                        "declare `subject` with the column that holds the person's key, or do not read it in a segment",
                    );
            self.report(finding);
        }
        false
    }

    /// `account.members`, `account.tickets`: rows of whom a to-one link leads to.
    fn rows_over_link(
        &mut self,
        link: LinkId,
        (of, mut via): (u32, Vec<LinkId>),
        path: &ast::Path,
        skip: usize,
        span: Span,
    ) -> Option<Source> {
        let to = self.model().links[link].to;
        let Some(next) = path.segments.get(skip + 1) else {
            let name = path.segments.get(skip)?;
            self.not_rows(name, path.span);
            return None;
        };
        via.push(link);
        match self.r.member(to).find(&next.value) {
            Found::Known(Member::Field(_) | Member::Score(_)) => {
                self.not_rows(next, path.span);
                None
            }
            Found::Known(member) if !matches!(member, Member::Link(_)) && self.through_person(&via, path.span) => None,
            Found::Known(member) => self.rows_of((of, via), member, path, skip + 1, span),
            Found::Unknowable => None,
            Found::Unknown => {
                self.unknown_part(to, next);
                None
            }
        }
    }

    /// Whether a link on the way leads to a person.
    pub(super) fn leads_to_person(&self, via: &[LinkId]) -> bool {
        via.iter().any(|link| {
            let to = self.model().links[*link].to;
            self.model().entity_facts(to).is_some_and(|facts| facts.subject_kind == SubjectKind::Person)
        })
    }

    /// Rows of another person are read only where that person passes the guard, and over a to-one link nobody asks it yet.
    pub(super) fn through_person(&mut self, via: &[LinkId], span: Span) -> bool {
        let through = self.leads_to_person(via);
        if through {
            self.report(not_yet("rows of another person, reached over a link,", span));
        }
        through
    }

    /// A value where rows are asked for.
    pub(super) fn not_rows(&mut self, name: &ast::Name, span: Span) {
        let scope = self.scope();
        let rows: Vec<&str> = self
            .r
            .member(scope.table)
            .names_of(|member| matches!(member, Member::Source(_) | Member::Back(_) | Member::Nested(_)))
            .take(6)
            .collect();
        let help = match rows.is_empty() {
            true => "rows are sources, nested rows, and the names of links the other way round".to_owned(),
            false => format!("rows that can be asked about here: {}", names::quoted(&rows)),
        };
        let finding = Diagnostic::error(codes::ROWS, format!("`{}` is one value, and rows are asked for", name.value));
        self.report(finding.at(span, "not rows").help(help));
    }
}

impl Typer<'_, '_> {
    /// Whether a path names rows, without saying anything about it.
    pub(in crate::model::resolve) fn names_rows(&mut self, path: &ast::Path) -> bool {
        let Some(name) = path.first() else { return false };
        match self.r.member(self.scope().table).find(&name.value) {
            Found::Known(Member::Source(_)) => true,
            Found::Known(Member::Back(link)) => match path.segments.get(1) {
                None => true,
                Some(next) => {
                    let entity = self.model().links[link].from;
                    path.segments.len() == 2
                        && matches!(self.r.member(entity).find(&next.value), Found::Known(Member::Source(_)))
                }
            },
            Found::Known(Member::Define(define)) if path.single().is_some() => {
                self.r.define_resolved(define, name.span)
                    && matches!(self.model().defines[define].body, DefineBody::Rows(_))
            }
            Found::Known(_) | Found::Unknowable | Found::Unknown => false,
        }
    }

    /// A definition of rows; a window may be written in it or where it is used.
    pub(in crate::model::resolve) fn row_definition(
        &mut self,
        what: &ast::Path,
        filter: Option<&ast::Filter>,
        window: Option<&ast::Window>,
        span: Span,
    ) -> DefineBody {
        let Some(source) = self.source(what, span) else { return DefineBody::Error };
        if let Some(extra) = what.segments.get(source.used) {
            self.not_rows(extra, what.span);
            return DefineBody::Error;
        }
        let open = source.rows.timed().window.is_none() && window.is_none();
        let timed = is_timed(source.rows.timed());
        if !(open && timed) {
            return self.filtered(source, filter, window, span, span).map_or(DefineBody::Error, DefineBody::Rows);
        }
        let (table, mut rows) = (source.table, source.rows);
        if let Some(filter) = filter {
            let own = self.filter(filter, &rows, table);
            rows.filter = Some(match rows.filter.take() {
                Some(first) => Box::new(Cond { span: own.span, kind: CondKind::And(vec![*first, own]) }),
                None => Box::new(own),
            });
        }
        DefineBody::Rows(rows)
    }

    /// A definition that is one name.
    pub(in crate::model::resolve) fn named_definition(&mut self, path: &ast::Path) -> DefineBody {
        match self.named(path) {
            Named::Value(value) => DefineBody::Value(value),
            Named::Cond(cond) => DefineBody::Condition(cond),
            Named::Nothing => DefineBody::Error,
        }
    }
}

/// Whether rows have a time of their own, so that who reads them says over which window.
fn is_timed(rows: &Rows) -> bool {
    matches!(rows.from, RowsFrom::Subject { .. } | RowsFrom::RelatedRows { .. })
}
