//! Conditions: what is true, false or unknown of a subject or a row.

use crate::diagnostic::Fix;
use crate::syntax::ast::{self, ExprKind as Ast, LiteralKind, Quantity};

use super::*;

impl Typer<'_, '_> {
    /// Types a condition.
    pub fn cond(&mut self, it: &ast::Expr) -> Cond {
        let span = it.span;
        self.level += 1;
        let kind = if self.grow(1, 0, span) { self.cond_kind(it) } else { CondKind::Error };
        self.level -= 1;
        Cond { kind, span }
    }

    fn cond_kind(&mut self, it: &ast::Expr) -> CondKind {
        match &it.kind {
            Ast::Everyone => CondKind::Everyone,
            Ast::Rank(rank) => self.ranked(rank, it),
            Ast::Sample(sample) => self.sample(sample, it.span),
            Ast::Path(path) => self.named_condition(path),
            Ast::Not(inner) => CondKind::Not(Box::new(self.cond(inner))),
            Ast::And(parts) => CondKind::And(parts.iter().map(|part| self.cond(part)).collect()),
            Ast::Or(parts) => CondKind::Or(parts.iter().map(|part| self.cond(part)).collect()),
            Ast::Compare { left, op, right, ignoring_case } => {
                self.compare(left, compare_op(op.value), right, *ignoring_case, it.span)
            }
            Ast::Between { value, low, high } => self.between(value, low, high, it.span),
            Ast::In { value, negated, values, ignoring_case } => {
                let kind = self.one_of(value, values, *ignoring_case);
                negate(kind, *negated, it.span)
            }
            Ast::InWeekdays { value, negated, days } => {
                let kind = self.on_weekdays(value, days);
                negate(kind, *negated, it.span)
            }
            Ast::Within { value, near } => self.within(value, *near),
            Ast::Around(around) => self.around(around),
            Ast::TextTest { value, op, part, ignoring_case } => self.text_test(value, op.value, part, *ignoring_case),
            Ast::Has { value, how, values, ignoring_case } => self.has(value, *how, values, *ignoring_case, it.span),
            Ast::Presence { value, known } => {
                let kind = self.missing(value, it.span);
                negate(kind, *known, it.span)
            }
            Ast::Events(events) => self.events(events, it.span),
            Ast::Counting(counting) => self.counting(counting, it.span),
            Ast::InSegment { via, negated, segment } => {
                let kind = self.in_segment(via.as_ref(), segment);
                negate(kind, *negated, it.span)
            }
            Ast::InList { via, negated, list } => {
                let kind = self.in_list(via.as_ref(), list, it.span);
                negate(kind, *negated, it.span)
            }
            Ast::Literal(literal) => self.literal_condition(literal),
            Ast::Ago(_)
            | Ast::Part(_)
            | Ast::Sum { .. }
            | Ast::Product { .. }
            | Ast::Aggregate(_)
            | Ast::DaysSince(_)
            | Ast::Extreme(_) => self.value_condition(it),
            Ast::Unsupported(_) | Ast::Error => CondKind::Error,
        }
    }

    fn named_condition(&mut self, path: &ast::Path) -> CondKind {
        let before = self.r.findings.len();
        match self.named(path) {
            Named::Cond(cond) => cond.kind,
            Named::Value(value) => self.truth(value),
            Named::Nothing => {
                self.mend_membership(path, before);
                CondKind::Error
            }
        }
    }

    /// A segment or a list that stands where a condition may is one with two words before it.
    fn mend_membership(&mut self, path: &ast::Path, before: usize) {
        let Some(finding) = self.r.findings.get_mut(before) else { return };
        let words = ["in segment ", "in list "];
        let meant = words.iter().find(|word| finding.help == Some(format!("write `{word}{}`", path.text())));
        if let (Some(word), None) = (meant, &finding.fix) {
            let edits = vec![(path.span.before(), (*word).to_owned())];
            finding.fix = Some(Fix { title: format!("write `{word}{}`", path.text()), edits });
        }
    }

    /// A boolean by itself.
    fn truth(&mut self, value: Expr) -> CondKind {
        match value.ty {
            Type::Boolean => CondKind::Truth(value),
            Type::Error => CondKind::Error,
            Type::Text
            | Type::Integer
            | Type::Decimal
            | Type::Money(_)
            | Type::Probability
            | Type::Date
            | Type::Instant(_)
            | Type::Uuid
            | Type::Version
            | Type::Place
            | Type::List(_) => {
                self.not_a_condition(&value);
                CondKind::Error
            }
        }
    }

    pub(super) fn value_condition(&mut self, it: &ast::Expr) -> CondKind {
        let value = self.value(it);
        if value.ty != Type::Error {
            self.not_a_condition(&value);
        }
        CondKind::Error
    }

    fn not_a_condition(&mut self, value: &Expr) {
        let written = self.r.written(value.span);
        let finding =
            Diagnostic::error(codes::NOT_A_CONDITION, format!("`{written}` is a value, and a condition is asked for"))
                .at(value.span, type_name(&value.ty))
                .help(format!("compare it with something, or ask `{written} is known`"));
        self.report(finding);
    }

    fn literal_condition(&mut self, literal: &ast::Literal) -> CondKind {
        let finding =
            Diagnostic::error(codes::NOT_A_CONDITION, "a constant is no condition").at(literal.span, "always the same");
        match &literal.kind {
            LiteralKind::Error => {}
            LiteralKind::Boolean(true) => {
                self.report(finding.help("write `everyone` for membership by leave alone").fix(
                    "write `everyone`",
                    literal.span,
                    "everyone",
                ));
            }
            LiteralKind::Text(_)
            | LiteralKind::Number(_)
            | LiteralKind::Money { .. }
            | LiteralKind::Percent(_)
            | LiteralKind::Date(_)
            | LiteralKind::Version(_)
            | LiteralKind::Boolean(false) => self.report(finding),
        }
        CondKind::Error
    }

    /// `x is missing`.
    fn missing(&mut self, it: &ast::Expr, span: Span) -> CondKind {
        let value = self.value_or_place(it);
        if value.ty == Type::Error {
            return CondKind::Error;
        }
        if !may_be_asked(&value) {
            let written = self.r.written(value.span);
            let finding = Diagnostic::error(
                codes::OPERATION,
                format!("`{written}` is computed, and only fields and aggregates can be asked about"),
            )
            .at(value.span, "neither a field nor an aggregate")
            .help("ask about the fields that it is computed from");
            self.report(finding);
            return CondKind::Error;
        }
        self.warn_never_missing(&value, span);
        CondKind::Missing(value)
    }

    fn warn_never_missing(&mut self, value: &Expr, span: Span) {
        let ExprKind::Field(path) = &value.kind else { return };
        let field = &self.model().fields[path.field];
        if field.optional || !path.hops.is_empty() {
            return;
        }
        let (name, declared) = (field.name.value.clone(), field.span);
        let finding = Diagnostic::warning(codes::CONSTANT, format!("`{name}` is never missing in a readable row"))
            .at(span, "always the same answer")
            .and(declared, "required here")
            .because("a row that lacks a required field is broken, and leaves its person out of the segment")
            .help(format!("declare the field with `?` where it may be missing, or drop the question about `{name}`"));
        self.report(finding);
    }

    /// A number of rows as a comparison.
    pub(super) fn quantity(&mut self, it: Spanned<Quantity>) -> (CompareOp, u64, CountWord) {
        if it.value == Quantity::AtLeast(0) {
            let finding =
                Diagnostic::error(codes::CONSTANT, "`at least 0` is always true").at(it.span, "holds for everybody");
            self.report(finding.help("write how many are needed, or leave the condition out"));
        }
        match it.value {
            Quantity::Any => (CompareOp::GreaterOrEqual, 1, CountWord::Any),
            Quantity::No => (CompareOp::Equal, 0, CountWord::No),
            Quantity::AtLeast(n) => (CompareOp::GreaterOrEqual, n, CountWord::AtLeast),
            Quantity::AtMost(n) => (CompareOp::LessOrEqual, n, CountWord::AtMost),
            Quantity::Exactly(n) => (CompareOp::Equal, n, CountWord::Exactly),
        }
    }

    fn events(&mut self, it: &ast::Events, span: Span) -> CondKind {
        let (op, n, word) = self.quantity(it.quantity);
        if let Some(visits) = self.visits_named(&it.rows.what) {
            return self.visits(&it.rows, visits, (op, n), span).unwrap_or(CondKind::Error);
        }
        self.counted_after_cut(&it.rows);
        match self.counted_rows(&it.rows, span) {
            Some(rows) => CondKind::Count { rows: Box::new(rows), op, n, word },
            None => CondKind::Error,
        }
    }
}

/// `not`, where it was written inside.
fn negate(kind: CondKind, negated: bool, span: Span) -> CondKind {
    match (negated, kind) {
        (false, kind) | (true, kind @ CondKind::Error) => kind,
        (true, kind) => CondKind::Not(Box::new(Cond { kind, span })),
    }
}

/// Whether `is missing` can be asked of a value.
fn may_be_asked(value: &Expr) -> bool {
    matches!(value.unnamed().kind, ExprKind::Field(_) | ExprKind::Aggregate(_) | ExprKind::Score { .. })
}
