//! The clauses that tables share: clocks, subjects, versions, retention, residence, birth.

use crate::source::Spanned;
use crate::syntax::ast::{self, ItemKind};

use super::names::wrote;
use super::names::{missing, not_yet, unfit};
use super::parts::Parts;
use super::*;

impl<'a> Resolver<'a> {
    /// Subject, `at` and `arrived`.
    pub(super) fn clocks(&mut self, id: TableId, parts: &Parts<'a>) {
        let owned = match &self.model.tables[id].kind {
            TableKind::Source { of } | TableKind::List { of } => Some(*of),
            TableKind::Score(facts) => Some(facts.of),
            TableKind::Entity(_)
            | TableKind::Rows { .. }
            | TableKind::Lookup { .. }
            | TableKind::Visits(_)
            | TableKind::Error => None,
        };
        if let Some(of) = owned {
            self.subject(id, of, parts);
        }
        if let Some(at) = parts.at {
            let field = self.moment(id, &at.value, FieldRole::At);
            self.model.tables[id].at = Some(field);
            if self.member(id).place(&at.value.column.value).is_none() {
                self.add_member(id, &at.value.column, Some(Member::Field(field)));
            }
        } else if owned.is_some() {
            self.no_clock(parts);
        }
        if let Some(arrived) = parts.arrived {
            self.model.tables[id].arrived = Some(self.moment(id, &arrived.value, FieldRole::Bare));
        }
    }

    fn no_clock(&mut self, parts: &Parts<'a>) {
        let listed =
            parts.word == "list" && matches!(parts.retain.map(|it| &it.value), Some(ast::Retain::WhileListed { .. }));
        if listed || wrote(parts.lost, "at") {
            return;
        }
        let why = "windows and retention are counted from the time at which something happened";
        self.report(missing(parts.word, parts.name, "at", why, "at  happened_at"));
    }

    fn subject(&mut self, id: TableId, of: TableId, parts: &Parts<'a>) {
        let Some(subject) = parts.subject else {
            // A source without subject may be declared; reading it is what is refused, where it is read.
            if parts.word != "source" && !wrote(parts.lost, "subject") {
                let why = "without it nobody knows whose row it is";
                self.report(missing(parts.word, parts.name, "subject", why, "subject  customer_id"));
            }
            return;
        };
        if let Some(to) = &subject.value.to {
            self.along(id, of, parts, &subject.value.column, to);
            return;
        }
        let key = self.model.key_of(of);
        let ty = key.map_or(Type::Error, |key| self.model.fields[key].ty.clone());
        let field = self.column(id, &subject.value.column, ty.clone(), FieldRole::Subject);
        self.model.tables[id].subject = Some(field);
        let known = self.model.fields[field].ty.clone();
        if known != ty && known != Type::Error && ty != Type::Error {
            let place = key.map_or(subject.span, |key| self.model.fields[key].span);
            self.report(
                unfit(
                    format!(
                        "`{}` cannot hold the key of `{}`",
                        subject.value.column.value, self.model.tables[of].name.value
                    ),
                    subject.value.column.span,
                    typing::type_name(&known),
                )
                .and(place, format!("the key is {}", typing::type_name(&ty))),
            );
        }
    }

    /// A column of time.
    pub(super) fn moment(&mut self, id: TableId, it: &ast::Moment, role: FieldRole) -> FieldId {
        let written = self.moment_type(it);
        let before = self.model.field_named(id, &it.column.value);
        let field = self.column(id, &it.column, written.clone().unwrap_or(Type::Instant(None)), role);
        let known = self.model.fields[field].ty.clone();
        self.time_typed(field, &it.column);
        let declared = before.is_some() && written.as_ref().is_some_and(|written| *written != known);
        if declared && matches!(known, Type::Date | Type::Instant(_)) {
            let place = self.model.fields[field].span;
            let finding =
                unfit(format!("`{}` is declared with two types", it.column.value), it.column.span, "one type");
            self.report(finding.and(place, "another type").help("write the type at one of the two places only"));
        }
        field
    }

    /// What a clause says that a column of time holds.
    pub(super) fn moment_type(&mut self, it: &ast::Moment) -> Option<Type> {
        match &it.kind {
            ast::MomentKind::Plain => None,
            ast::MomentKind::Date => Some(Type::Date),
            ast::MomentKind::Zone(zone) => Some(Type::Instant(self.zone(zone))),
        }
    }

    /// Whether a field holds times; reports where not.
    fn time_typed(&mut self, field: FieldId, name: &ast::Name) -> bool {
        let field = &self.model.fields[field];
        let fits = matches!(field.ty, Type::Date | Type::Instant(_) | Type::Error);
        if !fits {
            let finding = unfit(format!("`{}` holds no time", name.value), name.span, typing::type_name(&field.ty))
                .and(field.span, "declared here");
            self.report(finding);
        }
        fits
    }

    pub(super) fn unique(&mut self, id: TableId, parts: &Parts<'a>) {
        let Some(unique) = parts.unique else { return };
        let key = match unique.value.columns.as_slice() {
            [] => return,
            [key] => self.column(id, key, Type::Text, FieldRole::Bare),
            [_, second, ..] => {
                self.report(not_yet("`unique` over several columns", second.span));
                return;
            }
        };
        let latest_by =
            unique.value.latest_by.as_ref().map(|by| self.column(id, by, Type::Instant(None), FieldRole::Bare));
        if let (Some(by), Some(name)) = (latest_by, &unique.value.latest_by) {
            self.ordered(by, name);
        }
        self.model.tables[id].unique = Some(Unique { key, latest_by });
    }

    fn ordered(&mut self, field: FieldId, name: &ast::Name) {
        let ty = &self.model.fields[field].ty;
        if !matches!(ty, Type::Integer | Type::Decimal | Type::Date | Type::Instant(_) | Type::Error) {
            let finding = unfit(
                format!("`{}` has no order by which a row is the latest", name.value),
                name.span,
                typing::type_name(ty),
            );
            self.report(finding.help("name a time or a number"));
        }
    }

    pub(super) fn retention(&mut self, id: TableId, item: &'a ast::Item, parts: &Parts<'a>) {
        let Some(retain) = parts.retain else {
            if wrote(parts.lost, "retain") {
                self.model.tables[id].retain = Some(Spanned::new(unreadable_retain(), parts.name.span));
            }
            return;
        };
        let clock = self.model.tables[id].at.is_some() || wrote(parts.lost, "at");
        let value = match &retain.value {
            ast::Retain::For(period) => {
                if !clock && !matches!(item.kind, ItemKind::Rows(_)) && self.has_own_clock(parts) {
                    self.report(after_what(parts, retain.span));
                }
                match clock {
                    true => Retain::For { length: length(*period), after: None },
                    false => unreadable_retain(),
                }
            }
            ast::Retain::After { period, column } => {
                let field = self.column(id, column, Type::Instant(None), FieldRole::Bare);
                self.time_typed(field, column);
                if self.model.tables[id].at.is_some_and(|at| at != field) {
                    // Windows would run on one clock and retention on another; a plan has one.
                    let finding = not_yet("a retention that is counted after another time than `at`", retain.span);
                    self.report(finding.help("write `retain …` without `after`, so that it is counted from `at`"));
                }
                Retain::For { length: length(*period), after: Some(field) }
            }
            ast::Retain::WhileListed { because } => Retain::WhileListed { because: because.value.clone() },
            ast::Retain::Nothing => {
                self.report(unfit(
                    "a table that is read is kept for some time",
                    retain.span,
                    "`nothing` is for segments",
                ));
                return;
            }
        };
        self.model.tables[id].retain = Some(Spanned::new(value, retain.span));
    }

    /// Whether a missing `at` is the retention's to report: only an entity has none by nature; others have reported it.
    fn has_own_clock(&self, parts: &Parts<'a>) -> bool {
        parts.word == "entity"
    }

    /// Residence and birth.
    pub(super) fn person(&mut self, id: TableId, it: &'a ast::Entity) {
        let residence = it.residence.as_ref().and_then(|residence| {
            let value = self.residence(id, &residence.value)?;
            Some(Spanned::new(value, residence.span))
        });
        let birth = it.birth.as_ref().and_then(|birth| {
            let field = self.column(id, &birth.value, Type::Date, FieldRole::Bare);
            self.birth_typed(field, &birth.value).then_some(Spanned::new(field, birth.span))
        });
        if let TableKind::Entity(facts) = &mut self.model.tables[id].kind {
            facts.residence = residence;
            facts.birth = birth;
        }
    }

    fn birth_typed(&mut self, field: FieldId, name: &ast::Name) -> bool {
        let field = &self.model.fields[field];
        let fits = field.ty == Type::Date;
        if !fits && field.ty != Type::Error {
            let finding =
                unfit(format!("`{}` is no day of birth", name.value), name.span, typing::type_name(&field.ty))
                    .and(field.span, "declared here")
                    .because("completed years are counted from a civil day; anything else miscounts somebody's age")
                    .help("declare it as `date`");
            self.report(finding);
        }
        fits
    }

    fn residence(&mut self, id: TableId, it: &'a ast::Residence) -> Option<Residence> {
        match it {
            ast::Residence::Field(path) => {
                let Some(name) = path.single() else {
                    self.report(not_yet("a residence that is read over a link", path.span));
                    return None;
                };
                let field = self.column(id, name, Type::Text, FieldRole::Bare);
                if !matches!(self.model.fields[field].ty, Type::Text | Type::Error) {
                    let ty = typing::type_name(&self.model.fields[field].ty);
                    self.report(
                        unfit(format!("`{}` holds no country", name.value), name.span, ty).help("a country is a text"),
                    );
                    return None;
                }
                Some(Residence::Field(field))
            }
            ast::Residence::Always(name) => {
                let found = self.names.jurisdictions.resolve(&name.value, name.span, &mut self.findings);
                found.map(Residence::Always)
            }
        }
    }
}

fn after_what(parts: &Parts<'_>, span: Span) -> Diagnostic {
    unfit(format!("the {} `{}` is kept for a while, but after what", parts.word, parts.name.value), span, "after which field?")
        .because("a length of time without a beginning never ends")
        .help("write `retain 36 months after last_seen_at`, or `retain while listed because \"…\"` for a table without a clock")
}

/// Stands in for a `retain` clause that could not be read: nothing more is said about it.
pub(super) fn unreadable_retain() -> Retain {
    Retain::WhileListed { because: "could not be read".to_owned() }
}
