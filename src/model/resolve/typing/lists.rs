//! `tags has "vip"`, `has any (…)`, `has all (…)`, `has none (…)`: which values are in a list.
//!
//! `has all` is one `has` for each value, `has none` is not `has any`.

use crate::syntax::ast;

use super::*;

impl Typer<'_, '_> {
    pub(super) fn has(
        &mut self,
        value: &ast::Expr,
        how: ast::HasHow,
        values: &[ast::Literal],
        ignoring_case: Option<Span>,
        span: Span,
    ) -> CondKind {
        let list = self.value(value);
        let Some(of) = self.listed_type(&list) else { return CondKind::Error };
        let Some(values) = self.listed_values(&list, &of, values, ignoring_case.is_some()) else {
            return CondKind::Error;
        };
        if ignoring_case.is_some() && of != Type::Text {
            let finding = Diagnostic::error(codes::OPERATION, "only texts have letters to fold");
            self.report(finding.at(span, format!("a list of {}", type_name(&of))));
            return CondKind::Error;
        }
        let ignoring_case = ignoring_case.is_some();
        let any = |list: Expr, values| Cond { kind: CondKind::Has { list, values, ignoring_case }, span };
        match how {
            ast::HasHow::Any => any(list, values).kind,
            ast::HasHow::None => CondKind::Not(Box::new(any(list, values))),
            ast::HasHow::All => {
                let mut all: Vec<Cond> = values.into_iter().map(|value| any(list.clone(), vec![value])).collect();
                if all.len() == 1 { all.remove(0).kind } else { CondKind::And(all) }
            }
        }
    }

    /// What a list holds; reports what is no field that is one.
    fn listed_type(&mut self, list: &Expr) -> Option<Type> {
        if list.ty == Type::Error {
            return None;
        }
        match (&list.ty, list.plain_field().is_some()) {
            (Type::List(of), true) => Some((**of).clone()),
            (other, _) => {
                let (written, other) = (self.r.written(list.span), type_name(other));
                let finding = Diagnostic::error(
                    codes::OPERATION,
                    format!("`{written}` is {other}, and `has` asks a field that is a list"),
                )
                .at(list.span, other);
                self.report(finding.help("compare one value with `=` or `in (…)`"));
                None
            }
        }
    }

    /// Lists are asked what they hold, and not compared as a whole.
    pub(super) fn whole_lists(&mut self, list: &Expr, span: Span) {
        let written = self.r.written(list.span);
        let finding = Diagnostic::error(codes::OPERATION, format!("`{written}` is a list, and lists are not compared"));
        self.report(finding.at(span, "a list").help(format!("ask what is in it: `{written} has any (…)`")));
    }

    fn listed_values(
        &mut self,
        list: &Expr,
        of: &Type,
        values: &[ast::Literal],
        ignoring_case: bool,
    ) -> Option<Vec<Spanned<Value>>> {
        // An element has the field's values, and so its closed ones.
        let element = Expr { ty: of.clone(), ..list.clone() };
        let mut out = Vec::new();
        for literal in values {
            let literal = self.literal(literal);
            let literal = self.coerce(literal, &element)?;
            self.check_closed(&literal, &element, ignoring_case);
            let ExprKind::Literal(value @ (Value::Text(_) | Value::Integer(_))) = &literal.kind else {
                self.unlike(&literal, &literal.ty, &element, of);
                return None;
            };
            out.push(Spanned::new(value.clone(), literal.span));
        }
        (!out.is_empty()).then_some(out)
    }
}
