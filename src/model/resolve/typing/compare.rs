//! Comparisons: both sides of one type, dates and instants by civil day, closed values checked.

use crate::syntax::ast;

use super::literals::is_count;
use super::*;

impl Typer<'_, '_> {
    pub(super) fn compare(
        &mut self,
        left: &ast::Expr,
        op: CompareOp,
        right: &ast::Expr,
        ignoring_case: Option<Span>,
        span: Span,
    ) -> CondKind {
        let Some((left, right)) = self.sides(left, op, right) else { return CondKind::Error };
        if left.ty == Type::Error || right.ty == Type::Error {
            return CondKind::Error;
        }
        if is_literal(&left) && is_literal(&right) {
            return self.constant(span);
        }
        let Some((left, right)) = self.align(left, right) else { return CondKind::Error };
        if let Type::List(_) = left.ty {
            self.whole_lists(&left, span);
            return CondKind::Error;
        }
        self.check_closed(&right, &left, ignoring_case.is_some());
        self.check_closed(&left, &right, ignoring_case.is_some());
        if let Some(place) = ignoring_case {
            return self.without_case(left, op, right, place, span);
        }
        if left.ty == Type::Boolean {
            return self.boolean(left, op, right, span);
        }
        let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        if ordered && !self.has_order(&left, span) {
            return CondKind::Error;
        }
        self.check_count(&left, op, &right);
        self.check_scale(&left, op, &right);
        self.check_scale(&right, flipped(op), &left);
        self.check_part(&left, &right);
        self.check_part(&right, &left);
        CondKind::Compare { op, left, right }
    }

    pub(super) fn constant(&mut self, span: Span) -> CondKind {
        let finding =
            Diagnostic::error(codes::CONSTANT, "two constants are compared").at(span, "always the same answer");
        self.report(finding.help("name a field, or an aggregate over rows"));
        CondKind::Error
    }

    /// Both sides with one type; reports where they have none in common.
    fn align(&mut self, left: Expr, right: Expr) -> Option<(Expr, Expr)> {
        let (left, right) = match (is_literal(&left), is_literal(&right)) {
            (true, false) => (self.coerce(left, &right)?, right),
            (false, true) => {
                let right = self.coerce(right, &left)?;
                (left, right)
            }
            (true, true) | (false, false) => (left, right),
        };
        match (&left.ty, &right.ty) {
            (Type::Instant(_), Type::Date) => Some((date_of(left), right)),
            (Type::Date, Type::Instant(_)) => Some((left, date_of(right))),
            (Type::Instant(_), Type::Instant(_)) => Some((left, right)),
            (a, b) if a == b || is_number(a) && is_number(b) => Some((left, right)),
            (Type::Money(a), Type::Money(b)) => {
                let (a, b) = (a.clone(), b.clone());
                self.two_currencies(&left, &a, &right, &b);
                None
            }
            (a, b) => {
                let (a, b) = (a.clone(), b.clone());
                self.unlike(&left, &a, &right, &b);
                None
            }
        }
    }

    fn two_currencies(&mut self, left: &Expr, a: &str, right: &Expr, b: &str) {
        let finding = Diagnostic::error(codes::CURRENCY, format!("an amount in {a} is set against one in {b}"))
            .at(left.span, format!("an amount in {a}"))
            .and(right.span, format!("an amount in {b}"))
            .because("amounts of different currencies have no order; a hidden rate would decide who is let in");
        self.report(finding);
    }

    /// Whether values of this type are ordered; reports where not.
    pub(super) fn has_order(&mut self, value: &Expr, span: Span) -> bool {
        let ordered = is_number(&value.ty)
            || matches!(value.ty, Type::Money(_) | Type::Date | Type::Instant(_) | Type::Version | Type::Error);
        if !ordered {
            let written = self.r.written(value.span);
            let finding = Diagnostic::error(
                codes::OPERATION,
                format!("`{written}` is {}, which has no order here", type_name(&value.ty)),
            )
            .at(span, "no order")
            .because(
                "every warehouse orders texts in its own way, so the audience would depend on where it is computed",
            )
            .help("use `=`, `in (…)`, `starts with`, `contains` or `ends with`");
            self.report(finding);
        }
        ordered
    }

    /// `flag = true` is `flag`; `flag = false` is `not flag`.
    fn boolean(&mut self, left: Expr, op: CompareOp, right: Expr, span: Span) -> CondKind {
        if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            self.has_order(&left, span);
            return CondKind::Error;
        }
        let (value, truth) = match (&left.kind, &right.kind) {
            (_, ExprKind::Literal(Value::Boolean(truth))) => (left, *truth),
            (ExprKind::Literal(Value::Boolean(truth)), _) => {
                let truth = *truth;
                (right, truth)
            }
            _ => return CondKind::Compare { op, left, right },
        };
        let kind = CondKind::Truth(value);
        match truth == (op == CompareOp::Equal) {
            true => kind,
            false => CondKind::Not(Box::new(Cond { kind, span })),
        }
    }

    /// `= … ignoring case`.
    fn without_case(&mut self, left: Expr, op: CompareOp, right: Expr, place: Span, span: Span) -> CondKind {
        let (value, pattern) = match (&left.kind, &right.kind) {
            (_, ExprKind::Literal(Value::Text(text))) => (&left, Spanned::new(text.clone(), right.span)),
            (ExprKind::Literal(Value::Text(text)), _) => (&right, Spanned::new(text.clone(), left.span)),
            _ => {
                let finding = Diagnostic::error(codes::OPERATION, "`ignoring case` needs a text and a literal")
                    .at(place, "nothing to fold here")
                    .help("compare a text field with a text in quotes");
                self.report(finding);
                return CondKind::Error;
            }
        };
        if !self.is_text(value) {
            return CondKind::Error;
        }
        let kind = CondKind::Text { op: TextOp::Equals, value: value.clone(), pattern, ignoring_case: true };
        match op {
            CompareOp::Equal => kind,
            CompareOp::NotEqual => CondKind::Not(Box::new(Cond { kind, span })),
            CompareOp::Less | CompareOp::LessOrEqual | CompareOp::Greater | CompareOp::GreaterOrEqual => {
                self.has_order(&left, span);
                CondKind::Error
            }
        }
    }

    fn is_text(&mut self, value: &Expr) -> bool {
        let fits = matches!(value.ty, Type::Text);
        if !fits && value.ty != Type::Error {
            let written = self.r.written(value.span);
            let finding = Diagnostic::error(
                codes::OPERATION,
                format!("`{written}` is {}, and only texts are searched", type_name(&value.ty)),
            );
            self.report(finding.at(value.span, "not a text"));
        }
        fits
    }

    /// A count against a number that no count reaches, or that every count does.
    fn check_count(&mut self, left: &Expr, op: CompareOp, right: &Expr) {
        let (n, op, span) = match (&left.kind, &right.kind) {
            (_, ExprKind::Literal(Value::Integer(n))) if is_count(left) => (*n, op, right.span),
            (ExprKind::Literal(Value::Integer(n)), _) if is_count(right) => (*n, flipped(op), left.span),
            _ => return,
        };
        let always = match op {
            CompareOp::GreaterOrEqual => n <= 0,
            CompareOp::Less => n <= 0,
            CompareOp::Equal | CompareOp::NotEqual | CompareOp::Greater | CompareOp::LessOrEqual => n < 0,
        };
        if always {
            let finding =
                Diagnostic::error(codes::CONSTANT, "no count is below zero, so this always has the same answer");
            self.report(finding.at(span, "never negative").help("compare with a number that a count can pass"));
        }
    }

    pub(super) fn between(&mut self, value: &ast::Expr, low: &ast::Expr, high: &ast::Expr, span: Span) -> CondKind {
        let (value, low, high) = (self.value(value), self.value(low), self.value(high));
        if [&value, &low, &high].iter().any(|part| part.ty == Type::Error) {
            return CondKind::Error;
        }
        if is_literal(&value) {
            return self.constant(span);
        }
        if !self.counts_from_one(&value) {
            return CondKind::Error;
        }
        self.check_part(&low, &value);
        self.check_part(&high, &value);
        if !self.has_order(&value, value.span) {
            return CondKind::Error;
        }
        let lower = self.align(value.clone(), low);
        let upper = self.align(value, high);
        let (Some((at_low, low)), Some((at_high, high))) = (lower, upper) else { return CondKind::Error };
        self.check_ends(&low, &high);
        self.check_scale_between(&at_low, &low, &high);
        if at_low.ty == at_high.ty
            && matches!(at_low.kind, ExprKind::DateOf(_)) == matches!(at_high.kind, ExprKind::DateOf(_))
        {
            return CondKind::Between { value: at_low, low, high };
        }
        // One end is a day, the other an instant: each is compared in its own way.
        let at_high = self.another(&at_high);
        let part = |op, left, right| Cond { kind: CondKind::Compare { op, left, right }, span };
        CondKind::And(vec![part(CompareOp::GreaterOrEqual, at_low, low), part(CompareOp::LessOrEqual, at_high, high)])
    }

    fn check_ends(&mut self, low: &Expr, high: &Expr) {
        let (ExprKind::Literal(a), ExprKind::Literal(b)) = (&low.kind, &high.kind) else { return };
        let in_order = match (a, b) {
            (Value::Text(a), Value::Text(b)) => version::key(a) <= version::key(b),
            (a, b) => a <= b,
        };
        if low.ty != high.ty || in_order {
            return;
        }
        let (from, to) = (self.r.written(low.span), self.r.written(high.span));
        let mut finding = Diagnostic::error(codes::CONSTANT, format!("nothing lies between `{from}` and `{to}`"))
            .at(low.span.to(high.span), "the lower end comes first")
            .fix(format!("write `{to} and {from}`"), low.span, to);
        if let Some(fix) = &mut finding.fix {
            fix.edits.push((high.span, from));
        }
        self.report(finding);
    }

    pub(super) fn one_of(
        &mut self,
        value: &ast::Expr,
        values: &[ast::Literal],
        ignoring_case: Option<Span>,
    ) -> CondKind {
        let value = self.value(value);
        let mut out = Vec::new();
        let mut days = false;
        for literal in values {
            let literal = self.literal(literal);
            if let Some(literal) = self.coerce(literal, &value) {
                days |= literal.ty == Type::Date;
                self.check_closed(&literal, &value, ignoring_case.is_some());
                self.check_part(&literal, &value);
                self.check_scale_one(&value, &literal);
                if let ExprKind::Literal(found) = literal.kind {
                    out.push(Spanned::new(found, literal.span));
                }
            }
        }
        if value.ty == Type::Error || out.is_empty() || !self.counts_from_one(&value) {
            return CondKind::Error;
        }
        if value.ty == Type::Boolean {
            let finding = Diagnostic::error(codes::OPERATION, "`in` does not ask about true or false")
                .at(value.span, "true or false");
            self.report(finding.help("name the field by itself, or with `not` before it"));
            return CondKind::Error;
        }
        if ignoring_case.is_some() && !self.is_text(&value) {
            return CondKind::Error;
        }
        let value = if days && matches!(value.ty, Type::Instant(_)) { date_of(value) } else { value };
        CondKind::OneOf { value, values: out, ignoring_case: ignoring_case.is_some() }
    }

    pub(super) fn text_test(
        &mut self,
        value: &ast::Expr,
        op: ast::TextOp,
        part: &ast::Literal,
        ignoring_case: Option<Span>,
    ) -> CondKind {
        let (value, part) = (self.value(value), self.literal(part));
        if value.ty == Type::Error || part.ty == Type::Error || !self.is_text(&value) {
            return CondKind::Error;
        }
        let ExprKind::Literal(Value::Text(text)) = part.kind else {
            self.unlike(&part, &part.ty, &value, &value.ty);
            return CondKind::Error;
        };
        if op == ast::TextOp::Matches {
            if let Err(fault) = pattern::Pattern::read(&text) {
                self.faulty_pattern(&fault, part.span);
                return CondKind::Error;
            }
        } else if text.is_empty() {
            let finding =
                Diagnostic::error(codes::CONSTANT, "every text holds the empty text").at(part.span, "always true");
            self.report(finding.help("ask `is known` if that is meant"));
        }
        let pattern = Spanned::new(text, part.span);
        CondKind::Text { op: text_op(op), value, pattern, ignoring_case: ignoring_case.is_some() }
    }
}

impl Typer<'_, '_> {
    /// Reports what is wrong with a pattern, at its very character.
    fn faulty_pattern(&mut self, fault: &pattern::Fault, literal: Span) {
        let written = self.r.sources.slice(literal);
        let place = character(written, fault.at);
        let at =
            |offset: usize| u32::try_from(offset).map_or(literal.end, |offset| literal.start.saturating_add(offset));
        let span = Span::new(literal.file, at(place.start), at(place.end));
        let finding = Diagnostic::error(codes::OPERATION, "this is no pattern that every engine reads alike");
        let finding = finding.at(span, fault.message.clone()).help(
            "a pattern describes the whole text by characters, `.`, `[a-z0-9]`, `[^,]`, `\\\\d`, `( | )` and `? * + {2,5}`",
        );
        self.report(finding);
    }
}

/// Where in a written text its character of this number stands; at the end where it has fewer.
fn character(written: &str, number: usize) -> std::ops::Range<usize> {
    let mut at = 1;
    let inside = written.len().saturating_sub(1);
    let mut length = 0;
    for left in (0..=number).rev() {
        let rest = written.get(at..inside).unwrap_or("");
        length = match (rest.strip_prefix("\\u{"), rest.strip_prefix('\\')) {
            (Some(code), _) => code.find('}').map_or(rest.len(), |end| end + 4),
            (None, Some(escaped)) => 1 + escaped.chars().next().map_or(0, char::len_utf8),
            (None, None) => rest.chars().next().map_or(0, char::len_utf8),
        };
        at += if left > 0 { length } else { 0 };
    }
    at..at + length
}

fn text_op(op: ast::TextOp) -> TextOp {
    match op {
        ast::TextOp::Contains => TextOp::Contains,
        ast::TextOp::StartsWith => TextOp::StartsWith,
        ast::TextOp::EndsWith => TextOp::EndsWith,
        ast::TextOp::Matches => TextOp::Matches,
    }
}

/// The civil day of an instant.
fn date_of(instant: Expr) -> Expr {
    let span = instant.span;
    Expr { kind: ExprKind::DateOf(Box::new(instant)), ty: Type::Date, span }
}

fn flipped(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::Equal,
        CompareOp::NotEqual => CompareOp::NotEqual,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}
