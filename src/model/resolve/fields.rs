//! Fields and bare columns: types, labels, closed values.

use crate::diagnostic::suggest;
use crate::source::Spanned;
use crate::syntax::ast;

use super::currencies::CURRENCIES;
use super::names::{not_yet, twice, unfit};
use super::parts::Parts;
use super::*;

impl<'a> Resolver<'a> {
    /// Declares the fields of a table.
    pub(super) fn fields(&mut self, table: TableId, parts: &Parts<'a>) {
        parts.fields.iter().for_each(|field| self.field(table, field));
    }

    fn field(&mut self, table: TableId, it: &'a ast::Field) {
        if let ast::Type::Place(columns) = &it.ty.ty {
            return self.place(table, it, columns.as_ref());
        }
        let ty = self.field_type(&it.ty.ty, it.ty.span);
        self.add_field(table, it, ty);
    }

    /// A field of its own name and column.
    pub(super) fn add_field(&mut self, table: TableId, it: &'a ast::Field, ty: Type) -> FieldId {
        let one_of = it.one_of.as_ref().map(|values| self.closed(&ty, values)).filter(|_| !self.is_torn(table));
        let allowed =
            it.allowed.as_ref().filter(|_| !self.is_torn(table)).and_then(|allowed| self.narrower(table, allowed));
        let labels = it.labels.as_ref().map(|labels| self.labels(labels)).unwrap_or_default();
        let id = self.model.fields.push(Field {
            name: it.name.clone(),
            column: it.column.as_ref().map_or_else(|| it.name.value.clone(), |column| column.value.clone()),
            table,
            role: FieldRole::Plain,
            ty,
            place: None,
            optional: it.ty.optional.is_some(),
            labels,
            one_of,
            allowed,
            doc: None,
            span: it.span,
        });
        if let Some(ast::Labels::NotPersonal(span)) = &it.labels {
            self.harmless.push((id, *span));
        }
        self.model.tables[table].fields.push(id);
        self.add_member(table, &it.name, Some(Member::Field(id)));
        id
    }

    fn field_type(&mut self, ty: &ast::Type, span: Span) -> Type {
        match ty {
            ast::Type::Text => Type::Text,
            ast::Type::Boolean => Type::Boolean,
            ast::Type::Integer => Type::Integer,
            ast::Type::Decimal => Type::Decimal,
            ast::Type::Money(code) => self.money(code),
            ast::Type::Date => Type::Date,
            ast::Type::Timestamp { zone } => Type::Instant(zone.as_ref().and_then(|zone| self.zone(zone))),
            ast::Type::Probability => Type::Probability,
            ast::Type::Uuid => Type::Uuid,
            ast::Type::Version => Type::Version,
            ast::Type::Place(_) => Type::Place,
            ast::Type::List(of) => {
                let of = self.field_type(of, span);
                if matches!(of, Type::Text | Type::Integer) {
                    return Type::List(Box::new(of));
                } else if of == Type::Error {
                    return of;
                }
                let what = format!("a list of anything but text and integer (of {})", typing::type_name(&of));
                self.type_not_yet(&what, span)
            }
        }
    }

    fn type_not_yet(&mut self, what: &str, span: Span) -> Type {
        self.report(not_yet(what, span));
        Type::Error
    }

    fn money(&mut self, code: &ast::Name) -> Type {
        if self.is_currency(code) { Type::Money(code.value.clone()) } else { Type::Error }
    }

    /// Whether a code is one of ISO 4217; reports where not.
    pub(super) fn is_currency(&mut self, code: &ast::Name) -> bool {
        let known = CURRENCIES.contains(&code.value.as_str());
        if !known {
            let finding = Diagnostic::error(codes::CURRENCY, format!("`{}` is no currency of ISO 4217", code.value))
                .at(code.span, "unknown currency");
            self.report(match suggest::closest(&code.value, CURRENCIES) {
                Some(near) => {
                    finding.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), code.span, near)
                }
                None => finding,
            });
        }
        known
    }

    /// The IANA name of a zone, where there is one of that name.
    pub(super) fn zone(&mut self, zone: &ast::Text) -> Option<String> {
        if calendar::Zone::named(&zone.value).is_some() {
            return Some(zone.value.clone());
        }
        let finding =
            unfit(format!("`{}` is no time zone of the IANA database", zone.value), zone.span, "unknown zone")
                .because("nobody could say which instant it is, nor whether a no came before a yes")
                .help("write a name such as `\"Europe/Berlin\"` or `\"UTC\"`");
        let finding =
            finding.reckoned(["without its zone a time may be any instant of 26 hours, so no sum over it is certain"]);
        self.report(Diagnostic { code: codes::UNPLACED, ..finding });
        None
    }

    /// The values of a closed text.
    fn closed(&mut self, ty: &Type, values: &Spanned<Vec<ast::Text>>) -> Vec<Spanned<String>> {
        let of = if let Type::List(of) = ty { of } else { ty };
        if !matches!(of, Type::Text | Type::Error) {
            self.report(unfit("only a text can be closed by `one of`", values.span, "not a text"));
        }
        let mut kept: Vec<Spanned<String>> = Vec::new();
        for value in &values.value {
            match kept.iter().find(|known| known.value == value.value) {
                Some(first) => {
                    let first = first.span;
                    self.report(twice("value", &value.value, first, value.span));
                }
                None => kept.push(value.clone()),
            }
        }
        kept
    }

    /// A field's own purposes, each of which its table allows too; `None` where one is unknown, which has been reported.
    fn narrower(&mut self, table: TableId, allowed: &Spanned<Vec<ast::Path>>) -> Option<Vec<Spanned<PurposeId>>> {
        let own = self.purpose_list(&allowed.value);
        let of_table = self.model.tables[table].allowed.clone();
        for purpose in &own {
            let within = of_table.iter().any(|broad| self.model.is_within(purpose.value, broad.value));
            if !within && !of_table.is_empty() {
                let name = self.model.purposes[purpose.value].name.value.clone();
                let span = self.model.tables[table].allowed_span.unwrap_or(allowed.span);
                let finding = unfit(
                    format!("a field can only narrow the purposes of its table, and `{name}` is not among them"),
                    purpose.span,
                    "not allowed by the table",
                );
                self.report(finding.and(span, "what the table allows"));
            }
        }
        (own.len() == allowed.value.len()).then_some(own)
    }

    /// The column that a clause names: a declared field, or a bare column that is made known here. A role given to it sticks unless it has one.
    pub(super) fn column(&mut self, table: TableId, name: &ast::Name, ty: Type, role: FieldRole) -> FieldId {
        if let Some(id) = self.model.field_named(table, &name.value).filter(|id| !self.is_place(*id, name)) {
            let field = &mut self.model.fields[id];
            if matches!(field.role, FieldRole::Plain | FieldRole::Bare) && role != FieldRole::Bare {
                field.optional &= field.role != FieldRole::Bare;
                field.role = role;
            }
            return id;
        }
        let id = self.model.fields.push(Field {
            name: name.clone(),
            column: name.value.clone(),
            table,
            role,
            ty,
            place: None,
            optional: role == FieldRole::Bare,
            labels: Labels::default(),
            one_of: None,
            allowed: None,
            doc: None,
            span: name.span,
        });
        self.model.tables[table].fields.push(id);
        id
    }

    /// A column that only a clause names carries what the table's declared fields carry: its categories. Keys and subjects identify
    /// somebody alone; nothing else about them is known.
    pub(super) fn label_bare_columns(&mut self) {
        for table in self.model.tables.ids() {
            let own = self.categories_of(table);
            let is_lookup = self.model.tables[table].is_lookup();
            for id in self.model.tables[table].fields.clone() {
                let field = &mut self.model.fields[id];
                if field.span != field.name.span {
                    continue;
                }
                field.labels = match field.role {
                    FieldRole::Key | FieldRole::Subject if !is_lookup => Labels { direct: true, ..Labels::default() },
                    FieldRole::Key | FieldRole::Subject | FieldRole::At | FieldRole::Bare | FieldRole::Plain => {
                        Labels { not_personal: own.is_empty(), categories: own.clone(), ..Labels::default() }
                    }
                };
            }
        }
    }

    fn categories_of(&self, table: TableId) -> Vec<Spanned<String>> {
        let mut all: Vec<Spanned<String>> = Vec::new();
        for (_, field) in self.model.fields_of(table).filter(|(_, field)| field.span != field.name.span) {
            for category in &field.labels.categories {
                if !all.iter().any(|known| known.value == category.value) {
                    all.push(category.clone());
                }
            }
        }
        all
    }

    /// What `is …` says.
    pub(super) fn labels(&mut self, labels: &ast::Labels) -> Labels {
        let mut out = Labels::default();
        match labels {
            ast::Labels::NotPersonal(_) => out.not_personal = true,
            ast::Labels::Are(labels) => labels.iter().for_each(|label| self.add_label(&mut out, label)),
        }
        out
    }

    fn add_label(&mut self, out: &mut Labels, label: &ast::Label) {
        match label {
            ast::Label::Category(path) => out.categories.push(self.category(path)),
            ast::Label::Direct(_) => out.direct = true,
            ast::Label::Quasi(_) => out.quasi = true,
            ast::Label::FreeText(_) => out.free_text = true,
            ast::Label::Protected(_) => out.protected = true,
            ast::Label::Proxy(path) => out.proxies.push(self.category(path)),
        }
    }
}
