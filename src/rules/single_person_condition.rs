//! IDN-10: a condition names one person by what identifies only that person.

use std::collections::BTreeSet;

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    CompareOp, Cond, CondKind, Expr, ExprKind, Field, FieldRole, Model, Rows, SegmentId, SubjectKind, TableId, TextOp,
    Value,
};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("IDN-10"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        let mut finder =
            Finder { model: cx.model, entity: segment.entity, found: Vec::new(), referenced: BTreeSet::new() };
        segment.condition.iter().for_each(|condition| finder.cond(condition, true));
        segment.except.iter().for_each(|except| finder.cond(except, false));
        segment.cap.iter().for_each(|cap| finder.rows(&cap.value.from, false));
        findings.extend(finder.found.into_iter().map(|(span, field)| {
            Diagnostic::error(RULE.code, format!("`{}` names single people, not an audience", field.name.value))
                .at(span, "picks whom it names")
                .and(field.name.span, "identifies a person alone")
                .because("an audience of one is a letter to somebody, written past every rule for letters")
                .help("describe what the members have in common; for test accounts declare a `list`")
                .about(&segment.name.value)
        }));
    }
}

struct Finder<'m> {
    model: &'m Model,
    entity: Option<TableId>,
    found: Vec<(Span, &'m Field)>,
    /// Segments whose absence has been looked at.
    referenced: BTreeSet<SegmentId>,
}

impl<'m> Finder<'m> {
    /// Whom a condition names: whoever satisfies it where it is `chosen`, else whoever does not. Leaving one person out names nobody; leaving
    /// everybody out but one does.
    fn cond(&mut self, cond: &Cond, chosen: bool) {
        match &cond.kind {
            CondKind::And(parts) | CondKind::Or(parts) => {
                if matches!(cond.kind, CondKind::And(_)) == chosen {
                    self.pinched(parts, chosen);
                }
                parts.iter().for_each(|part| self.cond(part, chosen));
            }
            CondKind::AtLeastOf { of, op, n, .. } => {
                let chosen = is_chosen(*op, *n, chosen);
                self.pinched(of, chosen);
                of.iter().for_each(|part| self.cond(part, chosen));
            }
            CondKind::Not(inner) => self.cond(inner, !chosen),
            CondKind::Defined { body, .. } => self.cond(body, chosen),
            CondKind::Compare { op, left, right } => {
                if *op == if chosen { CompareOp::Equal } else { CompareOp::NotEqual } {
                    self.compared(left, right, cond.span);
                }
                [left, right].into_iter().for_each(|side| self.inside(side));
            }
            CondKind::OneOf { value, .. }
            | CondKind::Has { list: value, .. }
            | CondKind::Text { op: TextOp::Equals, value, .. } => {
                self.naming(value, chosen, cond.span);
            }
            CondKind::Text { op: TextOp::Matches, value, pattern, .. } => {
                self.naming(value, chosen && is_narrow(&pattern.value), cond.span);
            }
            CondKind::Text { value, pattern, .. } => {
                self.naming(value, chosen && is_address(&pattern.value), cond.span);
            }
            CondKind::Between { value, low, high } => {
                self.naming(value, chosen && is_one_value(low, high), cond.span);
                [low, high].into_iter().for_each(|side| self.inside(side));
            }
            CondKind::Around { place, .. } => self.inside(place),
            CondKind::Within { value, .. } | CondKind::Truth(value) | CondKind::Missing(value) => self.inside(value),
            CondKind::Count { rows, op, n, .. } => self.rows(rows, is_chosen(*op, *n, chosen)),
            CondKind::InList { rows } => self.rows(rows, chosen),
            CondKind::InSegment { segment, .. } if !chosen => self.absent(segment.value, cond.span),
            CondKind::InSegment { .. } | CondKind::Everyone | CondKind::Sample(_) | CondKind::Error => {}
        }
    }

    /// Who is not in a segment; whom it names by itself is found there.
    fn absent(&mut self, segment: SegmentId, span: Span) {
        if !self.referenced.insert(segment) {
            return;
        }
        let before = self.found.len();
        let referred = &self.model.segments[segment];
        referred.condition.iter().for_each(|condition| self.cond(condition, false));
        referred.except.iter().for_each(|except| self.cond(except, true));
        self.found.iter_mut().skip(before).for_each(|(place, _)| *place = span);
    }

    fn naming(&mut self, value: &Expr, names: bool, span: Span) {
        if names {
            self.named(value, span);
        }
        self.inside(value);
    }

    fn rows(&mut self, rows: &Rows, chosen: bool) {
        if let Some(each) = &rows.each {
            self.rows(each, chosen);
        }
        let cut = rows.latest.iter().filter_map(|latest| latest.of.as_ref());
        let chosen = chosen || rows.latest.is_some();
        rows.filter.as_deref().into_iter().chain(cut).for_each(|filter| self.cond(filter, chosen));
    }

    /// Filters inside a value, whose rows may count either way.
    fn inside(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Aggregate(aggregate) => {
                self.rows(&aggregate.rows, true);
                aggregate.value.iter().for_each(|value| self.inside(value));
                aggregate.share.iter().for_each(|share| self.cond(share, true));
            }
            ExprKind::Score { rows, .. } => self.rows(rows, true),
            ExprKind::Arithmetic { left, right, .. } => [left, right].into_iter().for_each(|side| self.inside(side)),
            ExprKind::Standing(standing) => {
                self.inside(&standing.measure);
                standing.among.iter().for_each(|among| self.cond(among, true));
            }
            ExprKind::Extreme { of, .. } => of.iter().for_each(|value| self.inside(value)),
            ExprKind::DateOf(inner)
            | ExprKind::StartOfDay(inner)
            | ExprKind::DaysSince(inner)
            | ExprKind::Part { of: inner, .. }
            | ExprKind::Defined { body: inner, .. } => self.inside(inner),
            ExprKind::Field(_)
            | ExprKind::Literal(_)
            | ExprKind::Age(_)
            | ExprKind::Ago(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::Error => {}
        }
    }

    /// Two bounds that leave one value: `id >= 5 and id <= 5`.
    fn pinched(&mut self, parts: &[Cond], chosen: bool) {
        let bounds: Vec<_> = parts.iter().filter_map(|part| bound(part, chosen)).collect();
        for (value, op, literal, span) in &bounds {
            let Some(field) = self.identifier(value).filter(|_| *op == CompareOp::GreaterOrEqual) else { continue };
            let closes = |(other, op, high, _): &(&Expr, CompareOp, &Value, Span)| {
                *op == CompareOp::LessOrEqual
                    && high == literal
                    && self.identifier(other).is_some_and(|it| std::ptr::eq(it, field))
            };
            if bounds.iter().any(closes) {
                self.found.push((*span, field));
            }
        }
    }

    fn compared(&mut self, left: &Expr, right: &Expr, span: Span) {
        match (&left.kind, &right.kind) {
            (_, ExprKind::Literal(_)) => self.named(left, span),
            (ExprKind::Literal(_), _) => self.named(right, span),
            (_, _) => {}
        }
    }

    fn named(&mut self, value: &Expr, span: Span) {
        if let Some(field) = self.identifier(value) {
            self.found.push((span, field));
        }
    }

    /// The field behind a value, where it identifies a person alone: also when it is reckoned with, or picked from rows.
    fn identifier(&self, value: &Expr) -> Option<&'m Field> {
        let path = match &value.kind {
            ExprKind::Field(path) => path,
            ExprKind::Defined { body, .. } | ExprKind::DaysSince(body) => return self.identifier(body),
            ExprKind::Extreme { of, .. } => return of.iter().find_map(|value| self.identifier(value)),
            ExprKind::Arithmetic { left, right, .. } => {
                return self.identifier(left).or_else(|| self.identifier(right));
            }
            ExprKind::Aggregate(aggregate) if aggregate.func.picks() => {
                return aggregate.value.as_ref().and_then(|value| self.identifier(value));
            }
            ExprKind::Aggregate(_)
            | ExprKind::Score { .. }
            | ExprKind::Literal(_)
            | ExprKind::Age(_)
            | ExprKind::Part { .. }
            | ExprKind::Ago(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::Standing(_)
            | ExprKind::DateOf(_)
            | ExprKind::StartOfDay(_)
            | ExprKind::Error => return None,
        };
        let field = &self.model.fields[path.field];
        let key = match field.role {
            FieldRole::Key => self.model.entity_facts(field.table).is_some(),
            FieldRole::Subject => true,
            FieldRole::Plain | FieldRole::At | FieldRole::Bare => false,
        };
        (field.labels.direct || key).then_some(field).filter(|field| !self.names_a_group(field))
    }

    /// Whether what it identifies is a group to which the members of the segment belong: an account is many people.
    fn names_a_group(&self, field: &Field) -> bool {
        let owner = self.model.entity_of(field.table).filter(|owner| Some(*owner) != self.entity);
        let kind = owner.and_then(|owner| self.model.entity_facts(owner)).map(|facts| facts.subject_kind);
        matches!(kind, Some(SubjectKind::Account | SubjectKind::Household))
    }
}

/// The bound that a condition, or its contrary, sets to a value.
fn bound(cond: &Cond, chosen: bool) -> Option<(&Expr, CompareOp, &Value, Span)> {
    if let CondKind::Not(inner) = &cond.kind {
        return bound(inner, !chosen);
    }
    let CondKind::Compare { op, left, right } = &cond.kind else { return None };
    let op = if chosen { *op } else { contrary(*op) };
    match (&left.kind, &right.kind) {
        (_, ExprKind::Literal(value)) => Some((left, op, value, cond.span)),
        (ExprKind::Literal(value), _) => Some((right, op.flipped(), value, cond.span)),
        (_, _) => None,
    }
}

fn contrary(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
        CompareOp::Less => CompareOp::GreaterOrEqual,
        CompareOp::LessOrEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::Less,
    }
}

/// Whether more of what is counted helps where the count stands `chosen`; an exact number takes what it counts as chosen.
fn is_chosen(op: CompareOp, n: u64, chosen: bool) -> bool {
    match (op, n) {
        (CompareOp::Greater | CompareOp::GreaterOrEqual, _) | (CompareOp::NotEqual, 0) => chosen,
        (CompareOp::Less | CompareOp::LessOrEqual, _) | (CompareOp::Equal, 0) => !chosen,
        (CompareOp::Equal | CompareOp::NotEqual, _) => true,
    }
}

fn is_one_value(low: &Expr, high: &Expr) -> bool {
    matches!((&low.kind, &high.kind), (ExprKind::Literal(low), ExprKind::Literal(high)) if low == high)
}

/// Whether a pattern is a whole e-mail address, and not only its domain or the word before it.
fn is_address(pattern: &str) -> bool {
    pattern.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

/// Whether a pattern describes no more than ten texts.
fn is_narrow(pattern: &str) -> bool {
    crate::model::pattern::Pattern::read(pattern).is_ok_and(|pattern| pattern.variety(11) <= 10)
}
