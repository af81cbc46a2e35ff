//! `date of t`: the civil day of an instant in the project's zone.

use crate::syntax::ast;

use super::*;

impl Typer<'_, '_> {
    /// Types `date of t`; reports where `t` is no instant.
    pub(super) fn date_of(&mut self, of: &ast::Expr, span: Span) -> Expr {
        let of = self.value(of);
        match of.ty {
            Type::Error => error_expr(span),
            Type::Instant(_) => Expr { kind: ExprKind::DateOf(Box::new(of)), ty: Type::Date, span },
            Type::Date => {
                let written = self.r.written(of.span);
                let finding = Diagnostic::error(codes::OPERATION, format!("`{written}` is a day already"))
                    .at(span, "`date of` is taken of an instant")
                    .fix(format!("write `{written}`"), span, written);
                self.report(finding);
                error_expr(span)
            }
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
                    format!("`{written}` is {}, and only an instant has a day", type_name(&of.ty)),
                );
                self.report(finding.at(of.span, "not an instant"));
                error_expr(span)
            }
        }
    }
}
