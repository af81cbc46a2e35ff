//! Days around now, parts of dates and instants, days of the week, zones.

use crate::syntax::ast::{self, ExprKind as Ast, NearKind, Unit, WEEKDAYS};

use super::names::Found;
use super::*;

/// The farthest that days around now reach, in days and in months: a hundred years.
const FARTHEST: (u32, u32) = (36_600, 1_200);

impl Typer<'_, '_> {
    /// `due_on within next 5 days`, `anniversary of birth_date is today`.
    pub(super) fn within(&mut self, value: &ast::Expr, near: ast::Near) -> CondKind {
        let (value, yearly) = match anniversary(value) {
            Some(part) => (self.day_of(part, value.span), true),
            None => (self.value(value), false),
        };
        if value.ty == Type::Error {
            return CondKind::Error;
        }
        if is_literal(&value) || matches!(value.kind, ExprKind::Today) {
            return self.constant(value.span);
        }
        if !matches!(value.ty, Type::Date | Type::Instant(_)) {
            return self.no_time(&value, near.span);
        }
        let is_day = value.ty == Type::Date;
        let reach = self.near(near, is_day).filter(|reach| !yearly || self.less_than_a_year(*reach, near.span));
        reach.map_or(CondKind::Error, |near| CondKind::Within { value, near, yearly })
    }

    fn no_time(&mut self, value: &Expr, span: Span) -> CondKind {
        let written = self.r.written(value.span);
        let finding = Diagnostic::error(
            codes::OPERATION,
            format!("`{written}` is {}, which lies on no day", type_name(&value.ty)),
        );
        self.report(finding.at(value.span, type_name(&value.ty)).and(span, "asked of a date or an instant"));
        CondKind::Error
    }

    /// The civil day whose anniversaries are asked about.
    fn day_of(&mut self, part: &ast::Part, span: Span) -> Expr {
        let of = self.part_of(&part.of);
        let plain = of.ty == Type::Date && part.zone.is_none();
        if plain { of } else { self.told(DatePart::Date, of, part, span) }
    }

    fn near(&mut self, near: ast::Near, is_day: bool) -> Option<Near> {
        match near.kind {
            NearKind::Today => Some(Near::Today),
            NearKind::Yesterday => Some(Near::Yesterday),
            NearKind::Next(length) => self.reach(length, is_day).map(Near::Next),
            NearKind::Last(length) => self.reach(length, is_day).map(Near::Last),
            NearKind::NextFull(length) => {
                let unit = self.near_unit(length)?;
                Some(Near::NextFull { n: length.count, unit })
            }
            NearKind::LastFull(length) => {
                let unit = self.near_unit(length)?;
                Some(Near::LastFull { n: length.count, unit })
            }
        }
    }

    fn near_unit(&mut self, length: ast::Duration) -> Option<super::super::calendar::CalendarUnit> {
        self.not_too_far(length)?;
        self.unit(length.unit, length.span)
    }

    fn reach(&mut self, length: ast::Duration, is_day: bool) -> Option<Reach> {
        self.not_too_far(length)?;
        let seconds = |each: u32| Some(Reach::Seconds(length.count.saturating_mul(each)));
        match length.unit {
            Unit::Day => Some(Reach::Days(length.count)),
            Unit::Week => Some(Reach::Days(length.count.saturating_mul(7))),
            Unit::Month => Some(Reach::Months(length.count)),
            Unit::Year => Some(Reach::Months(length.count.saturating_mul(12))),
            Unit::Minute | Unit::Hour if is_day => {
                let finding = Diagnostic::error(codes::OPERATION, "a day has no hours, so none is some hours from now")
                    .at(length.span, "asked of a day")
                    .help("write days, weeks, months or years");
                self.report(finding);
                None
            }
            Unit::Minute => seconds(60),
            Unit::Hour => seconds(3_600),
        }
    }

    fn not_too_far(&mut self, length: ast::Duration) -> Option<()> {
        let days = |each: u32| length.count.saturating_mul(each) <= FARTHEST.0;
        let near = match length.unit {
            Unit::Minute | Unit::Hour => true,
            Unit::Day => days(1),
            Unit::Week => days(7),
            Unit::Month => length.count <= FARTHEST.1,
            Unit::Year => length.count.saturating_mul(12) <= FARTHEST.1,
        };
        if !near {
            let written = self.r.written(length.span);
            let finding = Diagnostic::error(codes::WINDOW, format!("`{written}` reaches beyond a hundred years"));
            self.report(finding.at(length.span, "farther than any clock is believed"));
        }
        near.then_some(())
    }

    /// Every year holds one anniversary of every day.
    fn less_than_a_year(&mut self, near: Near, span: Span) -> bool {
        use super::super::calendar::CalendarUnit::{Day, Month, Quarter, Week, Year};
        let short = match near {
            Near::Today | Near::Yesterday => true,
            Near::Next(Reach::Days(n)) | Near::Last(Reach::Days(n)) => n <= 365,
            Near::Next(Reach::Months(n)) | Near::Last(Reach::Months(n)) => n < 12,
            Near::Next(Reach::Seconds(_)) | Near::Last(Reach::Seconds(_)) => true,
            Near::NextFull { n, unit } | Near::LastFull { n, unit } => match unit {
                Day => n <= 365,
                Week => n <= 52,
                Month => n < 12,
                Quarter => n < 4,
                Year => false,
            },
        };
        if !short {
            let finding = Diagnostic::error(codes::CONSTANT, "every day has an anniversary within a year")
                .at(span, "always the same answer")
                .help("ask about less than a year");
            self.report(finding);
        }
        short
    }

    /// `month of birth_date`, `hour of visited_at in zone "America/New_York"`.
    pub(super) fn part(&mut self, part: &ast::Part, span: Span) -> Expr {
        let Some(which) = date_part(part.part.value) else {
            let finding = Diagnostic::error(codes::OPERATION, "an anniversary comes every year, so it is no value")
                .at(span, "a day of every year")
                .help("ask whether one falls on a day: `anniversary of birth_date is today`, `… within next 7 days`");
            self.report(finding);
            return error_expr(span);
        };
        let of = self.part_of(&part.of);
        self.told(which, of, part, span)
    }

    /// What a part is told of; `today` is the civil day of now where nothing else has that name.
    fn part_of(&mut self, of: &ast::Expr) -> Expr {
        if let Ast::Path(path) = &of.kind
            && path.single().is_some_and(|name| name.value == "today")
            && self.scope().prefix.is_empty()
            && self.r.member(self.scope().table).find("today") == Found::Unknown
        {
            return Expr { kind: ExprKind::Today, ty: Type::Date, span: of.span };
        }
        self.value(of)
    }

    fn told(&mut self, which: DatePart, of: Expr, part: &ast::Part, span: Span) -> Expr {
        let is_day = of.ty == Type::Date;
        if of.ty == Type::Error {
            return error_expr(span);
        }
        if !is_day && !matches!(of.ty, Type::Instant(_)) {
            return self.no_such_part(&of, which, span);
        }
        if is_day && which.needs_instant() {
            return self.no_hours(&of, which, span);
        }
        if is_day && which == DatePart::Date {
            return self.a_day_already(&of, span);
        }
        if is_day && part.zone.is_some() {
            return self.zone_of_day(&of, part, span);
        }
        let zone = match &part.zone {
            None => None,
            Some(zone) => match self.part_zone(zone) {
                Some(zone) => Some(zone),
                None => return error_expr(span),
            },
        };
        let ty = if which == DatePart::Date { Type::Date } else { Type::Integer };
        let kind = match (which, zone) {
            (DatePart::Date, None) => ExprKind::DateOf(Box::new(of)),
            (part, zone) => ExprKind::Part { part, of: Box::new(of), zone: zone.map(Box::new) },
        };
        Expr { kind, ty, span }
    }

    fn no_such_part(&mut self, of: &Expr, which: DatePart, span: Span) -> Expr {
        let (written, kind) = (self.r.written(of.span), type_name(&of.ty));
        let what = if which == DatePart::Date {
            "an instant has a day".to_owned()
        } else if which.needs_instant() {
            format!("an instant has {} {}", article(which), which.words())
        } else {
            format!("days and instants have a {}", which.words())
        };
        let finding = Diagnostic::error(codes::OPERATION, format!("`{written}` is {kind}, and only {what}"));
        self.report(finding.at(of.span, kind));
        error_expr(span)
    }

    fn a_day_already(&mut self, of: &Expr, span: Span) -> Expr {
        let written = self.r.written(of.span);
        let finding = Diagnostic::error(codes::OPERATION, format!("`{written}` is a day already"))
            .at(span, "`date of` is taken of an instant")
            .fix(format!("write `{written}`"), span, written);
        self.report(finding);
        error_expr(span)
    }

    fn no_hours(&mut self, of: &Expr, which: DatePart, span: Span) -> Expr {
        let written = self.r.written(of.span);
        let finding =
            Diagnostic::error(codes::OPERATION, format!("`{written}` is a day, and a day has no {}", which.words()))
                .at(of.span, "a day")
                .help("ask an instant, a field of type `timestamp`");
        self.report(finding);
        error_expr(span)
    }

    fn zone_of_day(&mut self, of: &Expr, part: &ast::Part, span: Span) -> Expr {
        let written = self.r.written(of.span);
        let place = part.zone.as_ref().map_or(span, |zone| zone.span);
        let finding = Diagnostic::error(codes::OPERATION, format!("`{written}` is a day, the same in every zone"))
            .at(place, "moves nothing")
            .and(of.span, "a day")
            .fix("leave the zone out", place, "");
        self.report(finding);
        error_expr(span)
    }

    /// Both sides of a comparison; the name of a weekday is one where the other side is a day of the week.
    pub(super) fn sides(&mut self, left: &ast::Expr, op: CompareOp, right: &ast::Expr) -> Option<(Expr, Expr)> {
        let (left, right, named) = match (weekday_word(left), weekday_word(right)) {
            (_, Some(day)) => {
                let value = self.value(left);
                match is_weekday(&value) {
                    true => (value, weekday_literal(day, right.span), true),
                    false => (value, self.value(right), false),
                }
            }
            (Some(day), None) => {
                let value = self.value(right);
                match is_weekday(&value) {
                    true => (weekday_literal(day, left.span), value, true),
                    false => (self.value(left), value, false),
                }
            }
            (None, None) => (self.value(left), self.value(right), false),
        };
        if left.ty == Type::Error || right.ty == Type::Error || !(is_weekday(&left) || is_weekday(&right)) {
            return Some((left, right));
        }
        let equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        let alike = named || is_weekday(&left) && is_weekday(&right);
        if equality && alike {
            return Some((left, right));
        }
        self.not_a_weekday(left.span.to(right.span));
        None
    }

    fn not_a_weekday(&mut self, span: Span) {
        let days = WEEKDAYS.join(", ");
        let finding = Diagnostic::error(codes::OPERATION, "days of the week are named, and have no order")
            .at(span, "not a day's name, or an order of days")
            .because("a week begins on Sunday for some and on Monday for others")
            .help(format!("write `= sat` or `in (sat, sun)`; the days are {days}"));
        self.report(finding);
    }

    /// `day of week of visited_at in (sat, sun)`.
    pub(super) fn on_weekdays(&mut self, value: &ast::Expr, days: &[Spanned<u8>]) -> CondKind {
        let value = self.value(value);
        if value.ty == Type::Error {
            return CondKind::Error;
        }
        if !is_weekday(&value) {
            let written = self.r.written(value.span);
            let finding = Diagnostic::error(codes::MISMATCH, format!("`{written}` is no day of the week"))
                .at(value.span, type_name(&value.ty))
                .help(format!("write `day of week of {written}`"));
            self.report(finding);
            return CondKind::Error;
        }
        let values = days.iter().map(|day| Spanned::new(Value::Integer(i64::from(day.value)), day.span)).collect();
        CondKind::OneOf { value, values, ignoring_case: false }
    }

    /// Whether numbers may be looked up in a value; reports where it is a day of the week.
    pub(super) fn counts_from_one(&mut self, value: &Expr) -> bool {
        let fits = !is_weekday(value);
        if !fits {
            self.not_a_weekday(value.span);
        }
        fits
    }

    /// A literal that a part never is.
    pub(super) fn check_part(&mut self, literal: &Expr, with: &Expr) {
        let (ExprKind::Literal(Value::Integer(n)), Some(part)) = (&literal.kind, part_of(with)) else { return };
        let Some((least, most)) = part.range().filter(|(least, most)| n < least || n > most) else { return };
        let finding = Diagnostic::error(codes::CONSTANT, format!("the {} is never {n}", part.words()))
            .at(literal.span, format!("it is {least} to {most}"));
        self.report(finding);
    }
}

fn anniversary(value: &ast::Expr) -> Option<&ast::Part> {
    let Ast::Part(part) = &value.kind else { return None };
    (part.part.value == ast::DatePart::Anniversary).then_some(part)
}

fn article(part: DatePart) -> &'static str {
    if part == DatePart::Hour { "an" } else { "a" }
}

fn part_of(value: &Expr) -> Option<DatePart> {
    if let ExprKind::Defined { body, .. } = &value.kind {
        return part_of(body);
    }
    if let ExprKind::Part { part, .. } = &value.kind { Some(*part) } else { None }
}

fn is_weekday(value: &Expr) -> bool {
    part_of(value) == Some(DatePart::DayOfWeek)
}

fn weekday_word(it: &ast::Expr) -> Option<u8> {
    if let Ast::Path(path) = &it.kind { path.single().and_then(|name| ast::weekday(&name.value)) } else { None }
}

fn weekday_literal(day: u8, span: Span) -> Expr {
    Expr { kind: ExprKind::Literal(Value::Integer(i64::from(day))), ty: Type::Integer, span }
}

fn date_part(part: ast::DatePart) -> Option<DatePart> {
    match part {
        ast::DatePart::Anniversary => None,
        ast::DatePart::Date => Some(DatePart::Date),
        ast::DatePart::Year => Some(DatePart::Year),
        ast::DatePart::Quarter => Some(DatePart::Quarter),
        ast::DatePart::Month => Some(DatePart::Month),
        ast::DatePart::Week => Some(DatePart::Week),
        ast::DatePart::DayOfMonth => Some(DatePart::DayOfMonth),
        ast::DatePart::DayOfWeek => Some(DatePart::DayOfWeek),
        ast::DatePart::DayOfYear => Some(DatePart::DayOfYear),
        ast::DatePart::Hour => Some(DatePart::Hour),
        ast::DatePart::Minute => Some(DatePart::Minute),
    }
}
