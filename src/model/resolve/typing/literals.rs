//! Literals: their own type, and the type of what they are compared with.

use crate::diagnostic::suggest;
use crate::syntax::ast::{self, LiteralKind};

use super::*;

const MICROS: i128 = 1_000_000;

impl Typer<'_, '_> {
    /// A literal with the type that it has by itself.
    pub(super) fn literal(&mut self, it: &ast::Literal) -> Expr {
        let span = it.span;
        let (value, ty) = match &it.kind {
            LiteralKind::Text(text) => (Some(Value::Text(text.clone())), Type::Text),
            LiteralKind::Boolean(truth) => (Some(Value::Boolean(*truth)), Type::Boolean),
            LiteralKind::Date(date) => (Some(Value::Date((*date).into())), Type::Date),
            LiteralKind::Number(number) if number.whole => {
                (i64::try_from(number.micros / MICROS).ok().map(Value::Integer), Type::Integer)
            }
            LiteralKind::Number(number) => (decimal(number.micros), Type::Decimal),
            LiteralKind::Money { amount, currency } => match self.r.is_currency(currency) {
                true => (decimal(amount.micros), Type::Money(currency.value.clone())),
                false => (None, Type::Error),
            },
            LiteralKind::Percent(number) => (self.percent(number.micros, span), Type::Probability),
            LiteralKind::Version(text) => (self.version(text, span), Type::Version),
            LiteralKind::Error => (None, Type::Error),
        };
        value.map_or_else(|| error_expr(span), |value| Expr { kind: ExprKind::Literal(value), ty, span })
    }

    fn version(&mut self, text: &str, span: Span) -> Option<Value> {
        if version::key(text).is_some() {
            return Some(Value::Text(text.to_owned()));
        }
        let finding = Diagnostic::error(codes::UNKNOWN_VALUE, format!("`{text}` is no version"));
        self.report(
            finding
                .at(span, "no such version can exist")
                .help("a version is one to six whole numbers with dots between them, such as `version \"4.10\"`"),
        );
        None
    }

    fn percent(&mut self, micros: i128, span: Span) -> Option<Value> {
        if micros % 100 == 0 {
            return decimal(micros / 100);
        }
        let finding = Diagnostic::error(codes::OPERATION, "a percentage has at most four places after the point");
        self.report(finding.at(span, "too exact"));
        None
    }

    /// A literal as a value of the type that it is compared with; reports where it cannot be one.
    pub(super) fn coerce(&mut self, literal: Expr, with: &Expr) -> Option<Expr> {
        let ExprKind::Literal(value) = &literal.kind else { return Some(literal) };
        let span = literal.span;
        let become_ = |value: Value, ty: &Type| Some(Expr { kind: ExprKind::Literal(value), ty: ty.clone(), span });
        match (&literal.ty, &with.ty) {
            (Type::Text, Type::Text) | (Type::Boolean, Type::Boolean) | (Type::Date, Type::Date | Type::Instant(_)) => {
                Some(literal)
            }
            (Type::Text, Type::Uuid) => self.uuid(value, span).and_then(|value| become_(value, &Type::Uuid)),
            (Type::Integer, Type::Integer) | (Type::Decimal, Type::Decimal) | (Type::Version, Type::Version) => {
                Some(literal)
            }
            (Type::Integer, Type::Decimal) => widened(value).and_then(|value| become_(value, &Type::Decimal)),
            (Type::Decimal, Type::Integer) => self.whole(literal, with),
            (Type::Probability, Type::Decimal) if scales::is_percentile(with) => {
                self.percentage_of_percentile(&literal, with);
                None
            }
            (Type::Probability, Type::Probability | Type::Decimal) => {
                self.in_range(literal.clone(), with).then_some(literal)
            }
            (Type::Integer | Type::Decimal, Type::Probability) => {
                let literal = Expr { kind: ExprKind::Literal(widened(value)?), ty: Type::Probability, span };
                self.in_range(literal.clone(), with).then_some(literal)
            }
            (Type::Money(have), Type::Money(want)) if have == want => Some(literal),
            (Type::Money(have), Type::Money(want)) => {
                let (have, want) = (have.clone(), want.clone());
                self.other_currency(&have, &want, span, with);
                None
            }
            (Type::Integer | Type::Decimal, Type::Money(currency)) => {
                let currency = currency.clone();
                self.bare_number(&currency, span, with);
                None
            }
            (_, Type::Error) | (Type::Error, _) => None,
            (have, want) => {
                let (have, want) = (have.clone(), want.clone());
                self.unlike(&literal, &have, with, &want);
                None
            }
        }
    }

    fn uuid(&mut self, value: &Value, span: Span) -> Option<Value> {
        let Value::Text(text) = value else { return None };
        let lower = text.to_ascii_lowercase();
        let shape = lower.len() == 36
            && lower.bytes().enumerate().all(|(i, b)| match i {
                8 | 13 | 18 | 23 => b == b'-',
                _ => b.is_ascii_hexdigit(),
            });
        if !shape {
            let finding = Diagnostic::error(codes::UNKNOWN_VALUE, format!("`{text}` is no UUID"));
            self.report(finding.at(span, "no such key can exist").help("a UUID is 8-4-4-4-12 hexadecimal digits"));
        }
        shape.then_some(Value::Text(lower))
    }

    /// A number with a fraction against a whole number.
    fn whole(&mut self, literal: Expr, with: &Expr) -> Option<Expr> {
        if !is_count(with) {
            return Some(literal);
        }
        let finding =
            Diagnostic::error(codes::MISMATCH, "a count is a whole number").at(literal.span, "between two counts");
        self.report(finding.help("compare it with a whole number"));
        None
    }

    fn in_range(&mut self, literal: Expr, with: &Expr) -> bool {
        let ExprKind::Literal(Value::Decimal(share)) = &literal.kind else { return true };
        if with.ty != Type::Probability || (0..=MICROS).contains(&share.micros()) {
            return true;
        }
        let written = self.r.written(literal.span);
        let finding = Diagnostic::error(codes::MISMATCH, format!("`{written}` lies outside 0% to 100%"))
            .at(literal.span, "no share is that large or small");
        let percent = share.micros() > MICROS && share.micros() <= 100 * MICROS && !written.ends_with('%');
        self.report(match percent {
            true => {
                let help = format!("write the share as a percentage, `{written}%`");
                finding.help(help).fix(format!("write `{written}%`"), literal.span.after(), "%")
            }
            false => finding.help("write a percentage from 0% to 100%"),
        });
        false
    }

    fn other_currency(&mut self, have: &str, want: &str, span: Span, with: &Expr) {
        let written = self.r.written(with.span);
        let finding =
            Diagnostic::error(codes::CURRENCY, format!("`{written}` is in {want}, and this amount is in {have}"))
                .at(span, format!("an amount in {have}"))
                .and(with.span, format!("an amount in {want}"))
                .because("amounts of different currencies have no order; a hidden rate would decide who is let in")
                .help(format!("write the amount in {want}"));
        self.report(finding);
    }

    fn bare_number(&mut self, currency: &str, span: Span, with: &Expr) {
        let (written, number) = (self.r.written(with.span), self.r.written(span));
        let finding =
            Diagnostic::error(codes::CURRENCY, format!("`{written}` is money, and `{number}` says no currency"))
                .at(span, "in which currency?")
                .and(with.span, format!("an amount in {currency}"))
                .help(format!("write `{number} {currency}`"))
                .fix(format!("write `{number} {currency}`"), span.after(), format!(" {currency}"));
        self.report(finding);
    }

    /// Two sides that cannot be compared.
    pub(super) fn unlike(&mut self, left: &Expr, left_ty: &Type, right: &Expr, right_ty: &Type) {
        let (a, b) = (self.r.written(left.span), self.r.written(right.span));
        let (have, want) = (type_name(left_ty), type_name(right_ty));
        let finding = Diagnostic::error(codes::MISMATCH, format!("`{a}` is {have}, and `{b}` is {want}"))
            .at(left.span, have)
            .and(right.span, want);
        let closed = closed_field(right).is_some_and(|field| self.model().fields[field].one_of.is_some());
        self.report(if closed { finding } else { with_hint(finding, left, right_ty) });
    }

    /// Reports a literal that a closed field never holds.
    pub(super) fn check_closed(&mut self, literal: &Expr, with: &Expr, ignoring_case: bool) {
        let (ExprKind::Literal(Value::Text(text)), Some(field)) = (&literal.kind, closed_field(with)) else { return };
        if let Some(finding) = not_among(&self.model().fields[field], text, literal.span, ignoring_case) {
            self.report(finding);
        }
    }
}

/// Quotes that are missing, or too many.
fn with_hint(finding: Diagnostic, literal: &Expr, wanted: &Type) -> Diagnostic {
    let span = literal.span;
    match (&literal.kind, wanted) {
        (ExprKind::Literal(Value::Text(text)), Type::Date | Type::Instant(_)) if text.parse::<Date>().is_ok() => {
            finding.help("days are written without quotes").fix(format!("write `{text}`"), span, text.clone())
        }
        (ExprKind::Literal(Value::Integer(n)), Type::Text) => {
            finding.help("texts stand in double quotes").fix(format!("write `\"{n}\"`"), span, format!("\"{n}\""))
        }
        (ExprKind::Literal(Value::Text(text)), Type::Integer | Type::Decimal) if text.parse::<Decimal>().is_ok() => {
            finding.help("numbers are written without quotes").fix(format!("write `{text}`"), span, text.clone())
        }
        (ExprKind::Literal(Value::Text(text)), Type::Version) if version::key(text).is_some() => finding
            .help("versions are written with `version` before them")
            .fix(format!("write `version \"{text}\"`"), span, format!("version \"{text}\"")),
        (ExprKind::Literal(Value::Text(text)), Type::Boolean) if text == "true" || text == "false" => finding
            .help("`true` and `false` are written without quotes")
            .fix(format!("write `{text}`"), span, text.clone()),
        _ => finding,
    }
}

/// The closed field that a value is taken from unchanged.
fn closed_field(value: &Expr) -> Option<FieldId> {
    match &value.kind {
        ExprKind::Field(path) => Some(path.field),
        ExprKind::Score { field, .. } => Some(field.field),
        ExprKind::Defined { body, .. } => closed_field(body),
        ExprKind::Aggregate(aggregate) => match aggregate.func {
            AggregateFunc::First | AggregateFunc::Last | AggregateFunc::Mode => {
                aggregate.value.as_ref().and_then(closed_field)
            }
            AggregateFunc::Count
            | AggregateFunc::CountDistinct
            | AggregateFunc::Sum
            | AggregateFunc::Avg
            | AggregateFunc::Min
            | AggregateFunc::Max
            | AggregateFunc::Median
            | AggregateFunc::Share => None,
        },
        ExprKind::Literal(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::Age(_)
        | ExprKind::Part { .. }
        | ExprKind::Ago(_)
        | ExprKind::Now
        | ExprKind::Today
        | ExprKind::Standing(_)
        | ExprKind::DateOf(_)
        | ExprKind::StartOfDay(_)
        | ExprKind::DaysSince(_)
        | ExprKind::Extreme { .. }
        | ExprKind::Error => None,
    }
}

/// A finding where a closed field never holds a text.
pub(in crate::model::resolve) fn not_among(
    field: &Field,
    text: &str,
    span: Span,
    ignoring_case: bool,
) -> Option<Diagnostic> {
    let values: Vec<&str> = field.one_of.as_ref()?.iter().map(|value| value.value.as_str()).collect();
    let same = |value: &&str| if ignoring_case { value.eq_ignore_ascii_case(text) } else { *value == text };
    if values.iter().any(same) {
        return None;
    }
    let name = &field.name.value;
    let finding = Diagnostic::error(codes::UNKNOWN_VALUE, format!("`{name}` is never `\"{text}\"`"))
        .at(span, "not one of its values")
        .and(field.span, "closed here");
    Some(match suggest::closest(text, values.iter().copied()) {
        Some(near) => {
            finding.help(format!("did you mean `\"{near}\"`?")).fix(format!("write `\"{near}\"`"), span, quote(near))
        }
        None => finding.help(format!("its values are {}", names::quoted(&values))),
    })
}

/// A text literal that the parser reads as this text.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn decimal(micros: i128) -> Option<Value> {
    Decimal::from_micros(micros).map(Value::Decimal)
}

fn widened(value: &Value) -> Option<Value> {
    match value {
        Value::Integer(n) => Decimal::from_int(*n).map(Value::Decimal),
        Value::Decimal(n) => Some(Value::Decimal(*n)),
        Value::Text(_) | Value::Boolean(_) | Value::Date(_) | Value::Instant(_) => None,
    }
}

/// Whether a value counts rows or values.
pub(super) fn is_count(value: &Expr) -> bool {
    use AggregateFunc::{Count, CountDistinct};
    matches!(&value.unnamed().kind, ExprKind::Aggregate(rows) if matches!(rows.func, Count | CountDistinct))
}
