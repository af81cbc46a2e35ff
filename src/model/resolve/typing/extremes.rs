//! `greatest(…)`, `least(…)`, `days since …` and where `ignoring missing` may stand.

use crate::syntax::ast;

use super::aggregates::func_word;
use super::*;

impl Typer<'_, '_> {
    /// Whether what is missing is left out of an aggregate; `None` where it cannot be, which is reported.
    pub(super) fn may_ignore(&mut self, it: &ast::Aggregate, func: AggregateFunc) -> Option<bool> {
        let Some(place) = it.ignoring_missing else { return Some(false) };
        let (why, help) = match func {
            AggregateFunc::Sum
            | AggregateFunc::Avg
            | AggregateFunc::Min
            | AggregateFunc::Max
            | AggregateFunc::Median => return Some(true),
            AggregateFunc::Count | AggregateFunc::Share => (
                "it looks at rows, and no value of them can be missing",
                "count what has a value: `count(… where … is known over …)`",
            ),
            AggregateFunc::CountDistinct | AggregateFunc::Mode | AggregateFunc::First | AggregateFunc::Last => (
                "which value is meant would depend on what is not there",
                "look at rows that have it: `where … is known`",
            ),
        };
        let word = func_word(func);
        let finding = Diagnostic::error(codes::OPERATION, format!("`{word}` cannot ignore what is missing"));
        self.report(finding.at(place, "only for `sum`, `avg`, `min`, `max`, `median`").because(why).help(help));
        None
    }

    /// `greatest(a, b)`, `least(a, b)`: values of one type.
    pub(super) fn extreme(&mut self, it: &ast::Extreme, span: Span) -> Expr {
        let values: Vec<Expr> = it.of.iter().map(|value| self.value(value)).collect();
        if values.iter().any(|value| value.ty == Type::Error) {
            return error_expr(span);
        }
        let Some(model) = values.iter().find(|value| !is_literal(value)).cloned().filter(|_| values.len() > 1) else {
            self.too_few(it.greatest, span);
            return error_expr(span);
        };
        if !self.has_order(&model, model.span) {
            return error_expr(span);
        }
        let count = values.len();
        let of: Vec<Expr> = values.into_iter().filter_map(|value| self.like(value, &model)).collect();
        if of.len() < count {
            return error_expr(span);
        }
        let whole = of.iter().all(|value| value.ty == Type::Integer);
        let ty = match model.ty {
            ref number if is_number(number) && !whole => Type::Decimal,
            ty => ty,
        };
        let ignoring_missing = it.ignoring_missing.is_some();
        Expr { kind: ExprKind::Extreme { greatest: it.greatest, of, ignoring_missing }, ty, span }
    }

    fn too_few(&mut self, greatest: bool, span: Span) {
        let word = if greatest { "greatest" } else { "least" };
        let finding = Diagnostic::error(codes::OPERATION, format!("`{word}` chooses among two values or more"))
            .at(span, "nothing to choose from")
            .help(format!("write `{word}(last(… over …), last(… over …))`"));
        self.report(finding);
    }

    /// A value of the type of another; reports where it is of another.
    fn like(&mut self, value: Expr, model: &Expr) -> Option<Expr> {
        let value = if is_literal(&value) { self.coerce(value, model)? } else { value };
        let same = match (&value.ty, &model.ty) {
            (Type::Instant(_), Type::Instant(_)) => true,
            (a, b) => a == b || is_number(a) && is_number(b),
        };
        if same {
            return Some(value);
        }
        match (&value.ty, &model.ty) {
            (Type::Date, Type::Instant(_)) | (Type::Instant(_), Type::Date) => {
                let instant = if value.ty == Type::Date { model } else { &value };
                let written = self.r.written(instant.span);
                let finding = Diagnostic::error(codes::MISMATCH, "a day and an instant have no greatest or least");
                let finding = finding.at(value.span, type_name(&value.ty)).and(model.span, type_name(&model.ty));
                self.report(finding.help(format!("take the day of the instant: `date of {written}`")));
            }
            (a, b) => {
                let (a, b) = (a.clone(), b.clone());
                self.unlike(&value, &a, model, &b);
            }
        }
        None
    }

    /// `days since x`.
    pub(super) fn days_since(&mut self, of: &ast::Expr, span: Span) -> Expr {
        let of = self.value(of);
        match of.ty {
            Type::Error => error_expr(span),
            Type::Date | Type::Instant(_) => Expr { kind: ExprKind::DaysSince(Box::new(of)), ty: Type::Integer, span },
            Type::Text
            | Type::Boolean
            | Type::Integer
            | Type::Decimal
            | Type::Money(_)
            | Type::Probability
            | Type::Uuid
            | Type::Version
            | Type::Place
            | Type::List(_) => {
                let written = self.r.written(of.span);
                let finding = Diagnostic::error(
                    codes::OPERATION,
                    format!("`{written}` is {}, and days are counted from a day or an instant", type_name(&of.ty)),
                );
                self.report(finding.at(of.span, "not a time"));
                error_expr(span)
            }
        }
    }
}
