//! References: segments, lists and definitions, of the subject itself or over to-one links.

use crate::syntax::ast;

use super::super::names::{Found, not_yet};
use super::rows::Source;
use super::*;

impl Typer<'_, '_> {
    pub(super) fn in_segment(&mut self, via: Option<&ast::Path>, name: &ast::Name) -> CondKind {
        let found = self.r.names.segments.resolve(&name.value, name.span, &mut self.r.findings);
        if !self.at_subject(via.map_or(name.span, |via| via.span), "a segment that is asked of related rows") {
            return CondKind::Error;
        }
        let Some((via, entity)) = self.whom(via) else { return CondKind::Error };
        let Some(segment) = found else { return CondKind::Error };
        let Some(of) = self.model().segments[segment].entity else { return CondKind::Error };
        if of != entity {
            let place = self.model().segments[segment].name.span;
            self.of_another("segment", name, of, entity, place);
            return CondKind::Error;
        }
        CondKind::InSegment { segment: Spanned::new(segment, name.span), via }
    }

    /// Segments are of subjects, and here only of the one that the whole condition is about.
    fn at_subject(&mut self, span: Span, what: &str) -> bool {
        let fits = self.scopes.len() == 1;
        if !fits {
            self.report(not_yet(what, span));
        }
        fits
    }

    /// Whom a reference is about: the subject, or somebody over to-one links.
    fn whom(&mut self, via: Option<&ast::Path>) -> Option<(Vec<LinkId>, TableId)> {
        let mut table = self.scope().table;
        let mut hops = Vec::new();
        for name in via.iter().flat_map(|via| &via.segments) {
            match self.r.member(table).find(&name.value) {
                Found::Known(Member::Link(link)) => {
                    hops.push(link);
                    table = self.model().links[link].to;
                }
                Found::Known(_) => {
                    let finding =
                        Diagnostic::error(codes::ROWS, format!("`{}` does not lead to one other row", name.value))
                            .at(name.span, "a to-one link is asked for here")
                            .help("name a link, such as `account in segment …`");
                    self.report(finding);
                    return None;
                }
                Found::Unknowable => return None,
                Found::Unknown => {
                    self.unknown_part(table, name);
                    return None;
                }
            }
        }
        Some((hops, table))
    }

    fn of_another(&mut self, what: &str, name: &ast::Name, of: TableId, here: TableId, place: Span) {
        let (of_name, here_name) = (self.table_name(of).to_owned(), self.table_name(here).to_owned());
        let n = &name.value;
        let link =
            self.model().tables[here].links.iter().map(|link| &self.model().links[*link]).find(|link| link.to == of);
        let link = link.map(|link| link.name.value.clone());
        let finding = Diagnostic::error(
            codes::WRONG_KIND,
            format!("the {what} `{n}` is of `{of_name}`, and this is asked of a `{here_name}`"),
        )
        .at(name.span, format!("a {what} of `{of_name}`"))
        .and(place, "declared here");
        self.report(match link {
            Some(link) => finding.help(format!("write `{link} in {what} {n}`")),
            None => finding.help(format!("only a to-one link can join them: `link … to {of_name} by …`")),
        });
    }

    pub(super) fn in_list(&mut self, via: Option<&ast::Path>, name: &ast::Name, span: Span) -> CondKind {
        let Some(list) = self.list(name) else { return CondKind::Error };
        let Some((hops, entity)) = self.whom(via) else { return CondKind::Error };
        let TableKind::List { of } = self.model().tables[list].kind else { return CondKind::Error };
        if !self.is_subject(entity) {
            let finding =
                Diagnostic::error(codes::WRONG_KIND, "rows are in no list: people are").at(span, "asked of rows");
            self.report(finding.help("ask it of the person, outside the filter"));
            return CondKind::Error;
        }
        if of != entity {
            let place = self.model().tables[list].name.span;
            self.of_another("list", name, of, entity, place);
            return CondKind::Error;
        }
        if self.through_person(&hops, span) {
            return CondKind::Error;
        }
        let window = Some(Spanned::new(Window::Retained, span));
        let from = RowsFrom::Subject { table: list, of: self.scope().binding, via: hops };
        let rows =
            Rows { binding: self.fresh(), from, filter: None, window, anchored: None, latest: None, each: None, span };
        CondKind::InList { rows: Box::new(rows) }
    }

    fn list(&mut self, name: &ast::Name) -> Option<TableId> {
        let found = match self.r.names.tables.find(&name.value) {
            Found::Known(found) => found,
            Found::Unknowable => return None,
            Found::Unknown => {
                let tables = &self.r.model.tables;
                let lists = self.r.names.tables.names_of(|id| matches!(tables[id].kind, TableKind::List { .. }));
                let finding = names::unknown("list", &name.value, name.span, lists);
                self.report(finding);
                return None;
            }
        };
        match self.model().tables[found].kind {
            TableKind::List { .. } => Some(found),
            TableKind::Error => None,
            TableKind::Visits(_)
            | TableKind::Entity(_)
            | TableKind::Source { .. }
            | TableKind::Rows { .. }
            | TableKind::Lookup { .. }
            | TableKind::Score(_) => {
                let finding = self.r.wrong_kind(found, name, "list");
                self.report(finding);
                None
            }
        }
    }

    /// A definition's value or condition, inlined for the subject at `binding`, over `hops`.
    pub(super) fn defined(
        &mut self,
        define: DefineId,
        binding: u32,
        innermost: bool,
        hops: Vec<LinkId>,
        span: Span,
    ) -> Named {
        self.r.asked.defines.insert(define);
        if !self.r.define_resolved(define, span) {
            return Named::Nothing;
        }
        if let Some(why) = self.unfit_here(define, innermost, &hops) {
            self.report(not_yet(why, span));
            return Named::Nothing;
        }
        if !self.room_for(define, span) {
            return Named::Nothing;
        }
        match self.model().defines[define].body.clone() {
            DefineBody::Value(mut body) => {
                self.rebind(binding, &hops).expr(&mut body);
                let ty = body.ty.clone();
                Named::Value(Expr { kind: ExprKind::Defined { define, body: Box::new(body) }, ty, span })
            }
            DefineBody::Condition(mut body) => {
                self.rebind(binding, &hops).cond(&mut body);
                Named::Cond(Cond { kind: CondKind::Defined { define, body: Box::new(body) }, span })
            }
            DefineBody::Rows(rows) => {
                let name = self.model().defines[define].name.value.clone();
                let at = rows.span;
                let finding =
                    Diagnostic::error(codes::ROWS, format!("`{name}` stands for rows, and a value is asked for"))
                        .at(span, "rows, not a value")
                        .and(at, "defined here")
                        .help(format!("ask `any {name} …`, or take `count({name} …)`"));
                self.report(finding);
                Named::Nothing
            }
            DefineBody::Error => Named::Nothing,
        }
    }

    fn room_for(&mut self, define: DefineId, span: Span) -> bool {
        match self.r.progress.get(define.index()) {
            Some(Progress::Done { size, height }) => {
                let (size, height) = (*size, *height);
                self.grow(size, height, span)
            }
            Some(Progress::Untouched | Progress::Underway) | None => false,
        }
    }

    /// Why a definition cannot be written out here: references ask about the subject of the whole condition, and rows of another person over a
    /// link are read by nobody.
    fn unfit_here(&self, define: DefineId, innermost: bool, hops: &[LinkId]) -> Option<&'static str> {
        let reads = self.reads(define);
        if reads.rows && self.scopes.last().is_some_and(|scope| !scope.prefix.is_empty()) {
            return Some("a definition that reads rows, inside an aggregate");
        }
        let over_link = self.leads_to_person(hops);
        let asks_elsewhere = reads.segments && (!innermost || !hops.is_empty());
        if (reads.rows || reads.segments) && over_link || asks_elsewhere {
            return Some("a definition that reads rows, asked of somebody else than the subject at hand");
        }
        if reads.population && (!innermost || self.scopes.len() > 1) {
            return Some("a definition that holds a sample or a rank, asked of somebody else than the subject");
        }
        if reads.ranks && self.ranking {
            return Some("a rank within a rank");
        }
        (reads.segments && self.scopes.len() > 1).then_some("a segment that is asked of related rows")
    }

    fn reads(&self, define: DefineId) -> Reads {
        let mut seen = Reads::default();
        match &self.model().defines[define].body {
            DefineBody::Value(body) => walk::expr(body, &mut seen),
            DefineBody::Condition(body) => walk::cond(body, &mut seen),
            DefineBody::Rows(rows) => walk::rows(rows, &mut seen),
            DefineBody::Error => {}
        }
        seen
    }

    /// A definition's rows, with their own filter and, where it has one, their window.
    pub(super) fn defined_rows(
        &mut self,
        define: DefineId,
        (of, via): (u32, &[LinkId]),
        name: &ast::Name,
        used: usize,
        span: Span,
    ) -> Option<Source> {
        self.r.asked.defines.insert(define);
        if !self.r.define_resolved(define, span) {
            return None;
        }
        let mut rows = match &self.model().defines[define].body {
            DefineBody::Rows(rows) => rows.clone(),
            DefineBody::Error => return None,
            DefineBody::Value(_) | DefineBody::Condition(_) => {
                self.not_rows(name, name.span);
                return None;
            }
        };
        if !self.room_for(define, span) {
            return None;
        }
        self.rebind(of, via).rows(&mut rows);
        let table = self.model().table_of_rows(&rows)?;
        Some(Source { rows, table, used })
    }
}

impl Typer<'_, '_> {
    /// A column that leaves beside the key: a field of the subject, or over to-one links.
    pub(in crate::model::resolve) fn exposed(&mut self, path: &ast::Path) -> Option<FieldPath> {
        match self.named(path) {
            Named::Value(value) if value.ty == Type::Place => {
                self.place_as_value(&value);
                None
            }
            Named::Value(Expr { kind: ExprKind::Field(_), ty: Type::List(_) | Type::Version, .. }) => {
                self.report(not_yet("exposing a list or a version", path.span));
                None
            }
            Named::Value(Expr { kind: ExprKind::Field(path), .. }) => Some(path),
            Named::Value(Expr { ty: Type::Error, .. }) | Named::Nothing => None,
            Named::Value(_) | Named::Cond(_) => {
                self.report(not_yet("exposing something that is no field", path.span));
                None
            }
        }
    }

    /// The rows that a cap counts: of a source of the subject, without a window of their own.
    pub(in crate::model::resolve) fn cap_rows(&mut self, name: &ast::Name) -> Option<Rows> {
        let path = ast::Path { segments: vec![name.clone()], span: name.span };
        let table = self.scope().table;
        if matches!(self.r.member(table).find(&name.value), Found::Unknown) && !self.may_have_been_rows(name) {
            let sources = self.r.member(table).names_of(|member| matches!(member, Member::Source(_)));
            let what = format!("source of `{}`", self.table_name(table));
            let finding = names::unknown(&what, &name.value, name.span, sources);
            self.report(finding);
            return None;
        }
        let source = self.source(&path, name.span)?;
        let plain = matches!(source.rows.from, RowsFrom::Subject { .. }) && source.rows.window.is_none();
        if !plain {
            self.report(not_yet("a cap that counts anything but a source of the subject", name.span));
        }
        plain.then_some(source.rows)
    }
}

/// What a definition reads besides fields.
#[derive(Default)]
struct Reads {
    rows: bool,
    segments: bool,
    population: bool,
    ranks: bool,
}

impl walk::Visitor for Reads {
    fn rows(&mut self, _: &Rows) {
        self.rows = true;
    }

    fn cond(&mut self, cond: &Cond) {
        self.segments |= matches!(cond.kind, CondKind::InSegment { .. });
        self.population |= matches!(cond.kind, CondKind::Sample(_));
    }

    fn expr(&mut self, expr: &Expr) {
        self.ranks |= matches!(expr.kind, ExprKind::Standing(_));
        self.population |= self.ranks;
    }
}
