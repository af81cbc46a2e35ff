//! Values, and exact arithmetic with units: amounts add to amounts of their currency, and are scaled by numbers.

use crate::syntax::ast::{self, ExprKind as Ast};

use super::*;

impl Typer<'_, '_> {
    /// Types a value; a place is none.
    pub fn value(&mut self, it: &ast::Expr) -> Expr {
        let value = self.value_or_place(it);
        if value.ty == Type::Place { self.place_as_value(&value) } else { value }
    }

    /// Types a value or a place.
    pub(super) fn value_or_place(&mut self, it: &ast::Expr) -> Expr {
        self.level += 1;
        let fits = self.grow(1, 0, it.span);
        let value = if fits { self.value_kind(it) } else { error_expr(it.span) };
        self.level -= 1;
        value
    }

    fn value_kind(&mut self, it: &ast::Expr) -> Expr {
        match &it.kind {
            Ast::Path(path) => self.named_value(path),
            Ast::Literal(literal) => self.literal(literal),
            Ast::Ago(back) => Expr { kind: ExprKind::Ago(length(*back)), ty: Type::Instant(None), span: it.span },
            Ast::Part(part) => self.part(part, it.span),
            Ast::Sum { first, rest } | Ast::Product { first, rest } => self.chain(first, rest),
            Ast::Aggregate(aggregate) => self.aggregate(aggregate, it.span),
            Ast::Rank(rank) => self.rank(rank, it.span),
            Ast::DaysSince(of) => self.days_since(of, it.span),
            Ast::Extreme(extreme) => self.extreme(extreme, it.span),
            Ast::Everyone
            | Ast::Sample(_)
            | Ast::Not(_)
            | Ast::And(_)
            | Ast::Or(_)
            | Ast::Compare { .. }
            | Ast::Between { .. }
            | Ast::In { .. }
            | Ast::InWeekdays { .. }
            | Ast::Within { .. }
            | Ast::Around(_)
            | Ast::TextTest { .. }
            | Ast::Has { .. }
            | Ast::Presence { .. }
            | Ast::Events(_)
            | Ast::Counting(_)
            | Ast::InSegment { .. }
            | Ast::InList { .. } => self.not_a_value(it.span),
            Ast::Unsupported(_) | Ast::Error => error_expr(it.span),
        }
    }

    fn named_value(&mut self, path: &ast::Path) -> Expr {
        match self.named(path) {
            Named::Value(value) => value,
            Named::Cond(cond) => self.not_a_value(cond.span),
            Named::Nothing => error_expr(path.span),
        }
    }

    pub(super) fn not_a_value(&mut self, span: Span) -> Expr {
        let written = self.r.written(span);
        let finding =
            Diagnostic::error(codes::NOT_A_CONDITION, format!("`{written}` is a condition, and a value is asked for"));
        self.report(finding.at(span, "true, false or unknown").help("join conditions with `and`, `or`, `not`"));
        error_expr(span)
    }

    fn chain(&mut self, first: &ast::Expr, rest: &[(Spanned<ast::ArithOp>, ast::Expr)]) -> Expr {
        let first = self.value(first);
        // A flat chain becomes a tree that leans left: every operand is one level more.
        rest.iter().enumerate().fold(first, |left, (index, (op, right))| {
            let right = self.value(right);
            match self.grow(1, index + 1, op.span) {
                true => self.arithmetic(left, arithmetic_op(op.value), op.span, right),
                false => error_expr(op.span),
            }
        })
    }

    fn arithmetic(&mut self, left: Expr, op: ArithmeticOp, at: Span, right: Expr) -> Expr {
        let span = left.span.to(right.span);
        if left.ty == Type::Error || right.ty == Type::Error {
            return error_expr(span);
        }
        let Some(ty) = self.result(&left, op, at, &right) else { return error_expr(span) };
        if op == ArithmeticOp::Divide && is_zero(&right) {
            let finding = Diagnostic::error(codes::OPERATION, "nothing can be divided by zero").at(right.span, "zero");
            self.report(finding);
            return error_expr(span);
        }
        Expr { kind: ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }, ty, span }
    }

    fn result(&mut self, left: &Expr, op: ArithmeticOp, at: Span, right: &Expr) -> Option<Type> {
        use ArithmeticOp::{Add, Divide, Multiply, Subtract};
        match (&left.ty, op, &right.ty) {
            (Type::Integer, Add | Subtract | Multiply, Type::Integer) => Some(Type::Integer),
            (a, _, b) if is_number(a) && is_number(b) => Some(Type::Decimal),
            (Type::Money(a), Add | Subtract, Type::Money(b)) if a == b => Some(Type::Money(a.clone())),
            (Type::Money(a), Divide, Type::Money(b)) if a == b => Some(Type::Decimal),
            (Type::Money(a), Multiply | Divide, b) if is_number(b) => Some(Type::Money(a.clone())),
            (a, Multiply, Type::Money(b)) if is_number(a) => Some(Type::Money(b.clone())),
            (Type::Money(currency), Add | Subtract, b) if is_number(b) => {
                let currency = currency.clone();
                self.number_with_money(right, left, &currency);
                None
            }
            (a, Add | Subtract, Type::Money(currency)) if is_number(a) => {
                let currency = currency.clone();
                self.number_with_money(left, right, &currency);
                None
            }
            (a, _, b) => {
                let finding = Diagnostic::error(
                    codes::OPERATION,
                    format!("{} and {} cannot be computed with each other", type_name(a), type_name(b)),
                )
                .at(at, "no such operation")
                .and(left.span, type_name(a))
                .and(right.span, type_name(b));
                self.report(finding);
                None
            }
        }
    }

    fn number_with_money(&mut self, number: &Expr, money: &Expr, currency: &str) {
        let written = self.r.written(number.span);
        let finding = Diagnostic::error(
            codes::CURRENCY,
            format!("`{written}` says no currency, and is added to an amount in {currency}"),
        )
        .at(number.span, "in which currency?")
        .and(money.span, format!("an amount in {currency}"));
        self.report(match is_literal(number) {
            true => finding.fix(format!("write `{written} {currency}`"), number.span.after(), format!(" {currency}")),
            false => finding,
        });
    }
}

fn arithmetic_op(op: ast::ArithOp) -> ArithmeticOp {
    match op {
        ast::ArithOp::Add => ArithmeticOp::Add,
        ast::ArithOp::Subtract => ArithmeticOp::Subtract,
        ast::ArithOp::Multiply => ArithmeticOp::Multiply,
        ast::ArithOp::Divide => ArithmeticOp::Divide,
    }
}

fn is_zero(value: &Expr) -> bool {
    let ExprKind::Literal(literal) = &value.kind else { return false };
    matches!(literal, Value::Integer(0)) || matches!(literal, Value::Decimal(n) if n.micros() == 0)
}
