//! Names in conditions: fields, links, scores, `age` and definitions, from the innermost binding outwards.

use crate::syntax::ast;

use super::super::names::{Found, not_yet, unknown};
use super::*;

/// Where a path starts.
pub(super) struct Start {
    binding: u32,
    table: TableId,
    /// Whether the binding is the innermost one.
    innermost: bool,
}

impl Typer<'_, '_> {
    /// What a path names, as a value or a condition.
    pub(super) fn named(&mut self, path: &ast::Path) -> Named {
        let scope = self.scope();
        if !scope.prefix.is_empty() {
            return self.named_after_prefix(path, &scope);
        }
        let Some(first) = path.first() else { return Named::Nothing };
        match self.r.member(scope.table).find(&first.value) {
            Found::Known(_) => self.walk(Start::innermost(&scope), &path.segments, path.span),
            Found::Unknowable => Named::Nothing,
            Found::Unknown if first.value == "age" && path.segments.len() == 1 && self.is_subject(scope.table) => {
                self.age(&Start::innermost(&scope), Vec::new(), path.span)
            }
            Found::Unknown => self.named_outside(path, first),
        }
    }

    /// A path that begins with the name of the table of a binding: `customer.country`.
    fn named_outside(&mut self, path: &ast::Path, first: &ast::Name) -> Named {
        let found = self.binding_named(&first.value);
        match (found, path.segments.get(1..)) {
            (Some((start, _)), Some(rest @ [_, ..])) => self.walk(start, rest, path.span),
            (Some(_), _) => {
                let finding = Diagnostic::error(codes::ROWS, format!("`{}` is no value by itself", first.value))
                    .at(path.span, "name one of its fields")
                    .help(format!("write `{}.…`", first.value));
                self.report(finding);
                Named::Nothing
            }
            (None, _) => {
                self.unknown_name(first, path);
                Named::Nothing
            }
        }
    }

    /// The innermost binding whose table has this name, and how many scopes lie inside it.
    pub(super) fn binding_named(&self, name: &str) -> Option<(Start, usize)> {
        let mut outwards = self.scopes.iter().rev().enumerate();
        outwards.find(|(_, scope)| self.table_name(scope.table) == name).map(|(inside, scope)| {
            (Start { binding: scope.binding, table: scope.table, innermost: inside == 0 }, inside)
        })
    }

    fn named_after_prefix(&mut self, path: &ast::Path, scope: &Scope) -> Named {
        let names: Vec<&str> = path.segments.iter().map(|name| name.value.as_str()).collect();
        let starts = |scope: &&Scope| {
            names.len() > scope.prefix.len() && names.iter().zip(&scope.prefix).all(|(name, prefix)| *name == prefix)
        };
        // The rows themselves come first, then the rows that hold them: what such a value reads of them is the same for each.
        let around = self.scopes.iter().rev().take_while(|scope| !scope.prefix.is_empty()).enumerate();
        let found = around.map(|(inside, scope)| (inside == 0, scope)).find(|(_, scope)| starts(scope));
        if let Some((innermost, scope)) = found.map(|(innermost, scope)| (innermost, scope.clone())) {
            let start = Start { binding: scope.binding, table: scope.table, innermost };
            let rest = path.segments.get(scope.prefix.len()..).unwrap_or_default();
            return self.walk(start, rest, path.span);
        }
        let prefix = scope.prefix.join(".");
        let finding = Diagnostic::error(
            codes::ROWS,
            format!("every name in an aggregate starts with the one source, and `{}` does not", path.text()),
        )
        .at(path.span, format!("not of `{prefix}`"));
        let is_field =
            path.single().is_some_and(|name| matches!(self.r.member(scope.table).find(&name.value), Found::Known(_)));
        self.report(match is_field {
            true => {
                let whole = format!("{prefix}.{}", path.text());
                finding.help(format!("write `{whole}`")).fix(
                    format!("write `{whole}`"),
                    path.span.before(),
                    format!("{prefix}."),
                )
            }
            false => finding.help("compute with fields of the person outside the aggregate"),
        });
        Named::Nothing
    }

    /// Walks names from a binding over to-one links to what the last one names.
    fn walk(&mut self, start: Start, names: &[ast::Name], span: Span) -> Named {
        let (mut hops, mut table) = (Vec::new(), start.table);
        let mut rest = names;
        while let [name, after @ ..] = rest {
            match self.r.member(table).find(&name.value) {
                Found::Known(Member::Link(link)) if !after.is_empty() => {
                    hops.push(link);
                    table = self.model().links[link].to;
                }
                Found::Known(member) => return self.arrive(&start, table, hops, member, name, after, span),
                Found::Unknowable => return Named::Nothing,
                Found::Unknown if name.value == "age" && after.is_empty() && self.is_subject(table) => {
                    return self.age(&Start { table, ..start }, hops, span);
                }
                Found::Unknown => {
                    self.unknown_part(table, name);
                    return Named::Nothing;
                }
            }
            rest = after;
        }
        Named::Nothing
    }

    /// At the name that is no link on the way.
    #[expect(clippy::too_many_arguments, reason = "the state of one walk, which a struct would only rename")]
    fn arrive(
        &mut self,
        start: &Start,
        table: TableId,
        hops: Vec<LinkId>,
        member: Member,
        name: &ast::Name,
        after: &[ast::Name],
        span: Span,
    ) -> Named {
        match member {
            Member::Field(field) => self.field(start.binding, hops, field, after, span),
            Member::Score(model) => self.score(start, &hops, model, after, span),
            Member::Define(define) if after.is_empty() => {
                self.defined(define, start.binding, start.innermost, hops, span)
            }
            Member::Define(_) => {
                self.has_no_parts(name, after);
                Named::Nothing
            }
            Member::Link(link) => {
                let to = self.model().links[link].to;
                self.link_alone(name, to, span);
                Named::Nothing
            }
            Member::Source(rows) | Member::Nested(rows) | Member::Visits(rows) => {
                self.rows_as_value(name, rows, table, span);
                Named::Nothing
            }
            Member::Back(link) => {
                let rows = self.model().links[link].from;
                self.rows_as_value(name, rows, table, span);
                Named::Nothing
            }
        }
    }

    fn field(&mut self, binding: u32, hops: Vec<LinkId>, field: FieldId, after: &[ast::Name], span: Span) -> Named {
        if !after.is_empty() {
            let name = self.model().fields[field].name.clone();
            self.has_no_parts(&name, after);
            return Named::Nothing;
        }
        let ty = self.model().fields[field].ty.clone();
        if ty == Type::Error {
            return Named::Nothing;
        }
        Named::Value(Expr { kind: ExprKind::Field(FieldPath { binding, hops, field }), ty, span })
    }

    fn has_no_parts(&mut self, name: &ast::Name, after: &[ast::Name]) {
        let Some(part) = after.first() else { return };
        let finding = Diagnostic::error(
            codes::UNKNOWN_NAME,
            format!("`{}` has no parts, so there is no `{}` in it", name.value, part.value),
        );
        self.report(finding.at(part.span, "nothing of that name"));
    }

    fn link_alone(&mut self, name: &ast::Name, to: TableId, span: Span) {
        let owner = self.table_name(to).to_owned();
        let field =
            self.r.member(to).names_of(|member| matches!(member, Member::Field(_))).next().unwrap_or("…").to_owned();
        let finding = Diagnostic::error(
            codes::ROWS,
            format!("`{}` leads to a row of `{owner}` and is no value by itself", name.value),
        )
        .at(span, "name one of its fields")
        .help(format!("write `{}.{field}`", name.value));
        self.report(finding);
    }

    fn rows_as_value(&mut self, name: &ast::Name, rows: TableId, _of: TableId, span: Span) {
        let field =
            self.r.member(rows).names_of(|member| matches!(member, Member::Field(_))).next().unwrap_or("…").to_owned();
        let n = &name.value;
        let finding = Diagnostic::error(codes::ROWS, format!("`{n}` is many rows, and one value is asked for"))
            .at(span, "rows, not a value")
            .help(format!("ask `any {n} …`, or take `count({n} …)` or `last({n}.{field} …)`"));
        self.report(finding);
    }

    /// Completed years of a subject.
    fn age(&mut self, start: &Start, hops: Vec<LinkId>, span: Span) -> Named {
        let birth = self.model().entity_facts(start.table).and_then(|facts| facts.birth);
        let Some(birth) = birth else {
            if self.r.is_torn(start.table) {
                return Named::Nothing;
            }
            let (name, declared) =
                (self.table_name(start.table).to_owned(), self.model().tables[start.table].name.span);
            let finding =
                Diagnostic::error(codes::UNKNOWN_NAME, format!("`age` needs to know when a `{name}` was born"))
                    .at(span, "no `birth` is declared")
                    .and(declared, "declared here")
                    .help("add `birth birth_date` to the entity, naming a field of type `date`");
            self.report(finding);
            return Named::Nothing;
        };
        let path = FieldPath { binding: start.binding, hops, field: birth.value };
        Named::Value(Expr { kind: ExprKind::Age(path), ty: Type::Integer, span })
    }

    /// `churn_risk.score`: the latest score of the subject.
    fn score(&mut self, start: &Start, hops: &[LinkId], model: TableId, after: &[ast::Name], span: Span) -> Named {
        let name = self.table_name(model).to_owned();
        let aggregated = self.scopes.last().is_some_and(|scope| !scope.prefix.is_empty());
        if aggregated {
            self.report(not_yet("a score inside an aggregate", span));
            return Named::Nothing;
        }
        if self.through_person(hops, span) {
            return Named::Nothing;
        }
        let field = match after {
            [field] => self.score_field(model, field),
            [] => {
                let known = self
                    .r
                    .member(model)
                    .names_of(|member| matches!(member, Member::Field(_)))
                    .next()
                    .unwrap_or("score");
                let finding =
                    Diagnostic::error(codes::ROWS, format!("`{name}` is a model, and one of its values is asked for"))
                        .at(span, "name one of its fields")
                        .help(format!("write `{name}.{known}`"))
                        .fix(format!("write `{name}.{known}`"), span.after(), format!(".{known}"));
                self.report(finding);
                None
            }
            [first, rest @ ..] => {
                self.has_no_parts(first, rest);
                None
            }
        };
        let Some(field) = field else { return Named::Nothing };
        let binding = self.fresh();
        let rows = Rows {
            binding,
            from: RowsFrom::Subject { table: model, of: start.binding, via: hops.to_vec() },
            filter: None,
            window: Some(Spanned::new(Window::Retained, span)),
            anchored: None,
            latest: None,
            each: None,
            span,
        };
        let ty = self.model().fields[field].ty.clone();
        let field = FieldPath { binding, hops: Vec::new(), field };
        Named::Value(Expr { kind: ExprKind::Score { rows: Box::new(rows), field }, ty, span })
    }

    fn score_field(&mut self, model: TableId, name: &ast::Name) -> Option<FieldId> {
        match self.r.member(model).find(&name.value) {
            Found::Known(Member::Field(field)) if self.model().fields[field].ty != Type::Error => Some(field),
            Found::Known(_) | Found::Unknowable => None,
            Found::Unknown => {
                self.unknown_part(model, name);
                None
            }
        }
    }

    /// A name that a table does not have.
    pub(super) fn unknown_part(&mut self, table: TableId, name: &ast::Name) {
        if self.may_have_been_rows(name) {
            return;
        }
        let owner = self.table_name(table).to_owned();
        let known: Vec<&str> = self.r.member(table).names().collect();
        let finding = unknown(&format!("field of `{owner}`"), &name.value, name.span, known);
        self.report(finding);
    }

    /// Whether a table of this name could not be read or resolved, so that it may belong here.
    pub(super) fn may_have_been_rows(&self, name: &ast::Name) -> bool {
        match self.r.names.tables.find(&name.value) {
            Found::Unknowable => true,
            Found::Known(table) => matches!(self.model().tables[table].kind, TableKind::Error),
            Found::Unknown => false,
        }
    }

    /// A first name that nothing in scope has; looks for what was probably meant.
    pub(super) fn unknown_name(&mut self, name: &ast::Name, path: &ast::Path) {
        let alone = path.segments.len() == 1;
        self.unknown_first(name, path, |member| match member {
            Member::Field(_) | Member::Define(_) => true,
            Member::Link(_) | Member::Score(_) => !alone,
            Member::Back(_) | Member::Source(_) | Member::Nested(_) | Member::Visits(_) => false,
        });
    }

    /// The same where rows are wanted.
    pub(super) fn unknown_rows(&mut self, name: &ast::Name, path: &ast::Path) {
        let alone = path.segments.len() == 1;
        self.unknown_first(name, path, |member| match member {
            Member::Source(_) | Member::Nested(_) | Member::Visits(_) | Member::Back(_) | Member::Define(_) => true,
            Member::Link(_) => !alone,
            Member::Field(_) | Member::Score(_) => false,
        });
    }

    fn unknown_first(&mut self, name: &ast::Name, path: &ast::Path, fits: impl Fn(Member) -> bool) {
        if self.may_have_been_rows(name) {
            return;
        }
        let scope = self.scope();
        let finding = self.meant_outside(name).or_else(|| self.meant_elsewhere(name, path));
        let finding = finding.or_else(|| self.meant_segment(name, path));
        let finding = finding.or_else(|| self.meant_consent(name, path)).or_else(|| self.meant_otherwise(name, path));
        let finding = finding.unwrap_or_else(|| {
            let owner = self.table_name(scope.table);
            let outer = self.scopes.iter().rev().skip(1).map(|outer| self.table_name(outer.table));
            let outer = outer.filter(|_| path.segments.len() > 1);
            let known = self.r.member(scope.table).names_of(fits).chain(outer);
            let what = match self.is_subject(scope.table) {
                true => format!("field, source or definition of `{owner}`"),
                false => format!("field of `{owner}`"),
            };
            unknown(&what, &name.value, name.span, known)
        });
        self.report(finding);
    }

    /// Inside a filter, a name of an outer binding.
    fn meant_outside(&self, name: &ast::Name) -> Option<Diagnostic> {
        let inner = self.table_name(self.scope().table);
        let outer = self.scopes.iter().rev().skip(1).find(|scope| {
            matches!(self.r.member(scope.table).find(&name.value), Found::Known(Member::Field(_) | Member::Link(_)))
        })?;
        let (n, owner) = (&name.value, self.table_name(outer.table));
        Some(
            Diagnostic::error(codes::UNKNOWN_NAME, format!("`{n}` is a field of `{owner}`, not of `{inner}`"))
                .at(name.span, format!("here a bare name is a field of `{inner}`"))
                .help(format!("write `{owner}.{n}`"))
                .fix(format!("write `{owner}.{n}`"), name.span.before(), format!("{owner}.")),
        )
    }

    /// A segment is asked about as one, even after `except`.
    fn meant_segment(&self, name: &ast::Name, path: &ast::Path) -> Option<Diagnostic> {
        let [_] = path.segments.as_slice() else { return None };
        let Found::Known(_) = self.r.names.segments.find(&name.value) else { return None };
        let n = &name.value;
        Some(
            Diagnostic::error(
                codes::UNKNOWN_NAME,
                format!("`{n}` is a segment, and whether somebody is in one is asked with `in segment`"),
            )
            .at(path.span, "a segment, not a field")
            .help(format!("write `in segment {n}`")),
        )
    }

    /// A table that is read in another way.
    fn meant_elsewhere(&self, name: &ast::Name, path: &ast::Path) -> Option<Diagnostic> {
        let Found::Known(table) = self.r.names.tables.find(&name.value) else { return None };
        let (n, owner) = (&name.value, self.table_name(self.scope().table));
        let (message, help) = match &self.model().tables[table].kind {
            TableKind::List { .. } => {
                (format!("`{n}` is a list, and lists are asked with `in list`"), format!("write `in list {n}`"))
            }
            TableKind::Rows { of, .. } => {
                let of = self.table_name(*of);
                (format!("`{n}` are rows inside `{of}`"), format!("ask `any {of} where (any {n} …) over …`"))
            }
            TableKind::Source { of } => {
                let of = self.table_name(*of);
                (format!("`{n}` is a source of `{of}`, not of `{owner}`"), format!("ask it of a `{of}`"))
            }
            TableKind::Score(facts) => {
                let of = self.table_name(facts.of);
                (format!("`{n}` is a model of `{of}`, not of `{owner}`"), format!("ask it of a `{of}`"))
            }
            TableKind::Lookup { .. } | TableKind::Entity(_) => (
                format!("`{n}` is a table of its own, and no link of `{owner}` has that name"),
                format!("declare a link from `{owner}` to `{n}`"),
            ),
            TableKind::Visits(facts) => {
                let of = self.table_name(facts.of);
                (format!("`{n}` are visits of `{of}`, not of `{owner}`"), format!("ask it of a `{of}`"))
            }
            TableKind::Error => return None,
        };
        Some(
            Diagnostic::error(codes::UNKNOWN_NAME, message)
                .at(path.span, format!("nothing of that name in `{owner}`"))
                .help(help),
        )
    }
}

impl Start {
    fn innermost(scope: &Scope) -> Self {
        Start { binding: scope.binding, table: scope.table, innermost: true }
    }

    pub(super) fn binding(&self) -> u32 {
        self.binding
    }

    pub(super) fn table(&self) -> TableId {
        self.table
    }
}
