//! IDN-10: a condition names one person by what identifies only that person.
//!
//! A number or a text by which people, or single rows of theirs, are told apart says nothing else of them: whoever compares it with a value
//! picks persons, and whoever asks for less or more of it picks by the order in which they were numbered. A rank that holds fewer people than
//! may ever be reached at once picks persons, too; so does a day of birth beside other traits.

mod born;
mod few;
mod pieces;
mod ways;

use std::collections::BTreeSet;

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    CompareOp, Cond, CondKind, Expr, ExprKind, Field, FieldId, FieldRole, Model, Rows, SegmentId, SubjectKind, TableId,
    TableKind, TextOp, Value,
};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("IDN-10"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let mut finder =
            Finder { model: cx.model, entity: segment.entity, found: Vec::new(), referenced: BTreeSet::new() };
        segment.condition.iter().for_each(|condition| finder.cond(condition, true));
        segment.except.iter().for_each(|except| finder.cond(except, false));
        segment.cap.iter().for_each(|cap| finder.rows(&cap.value.from, false));
        let orders = finder.orders();
        let born = born::beside_others(cx, id);
        let found = finder.found.iter().filter(|found| found.by == By::Value).map(|found| found.finding(cx.model));
        findings
            .extend(found.chain(orders).chain(few::ranks(cx, id)).chain(born).map(|it| it.about(&segment.name.value)));
    }
}

/// Something by which single people are picked.
struct Found<'m> {
    span: Span,
    id: FieldId,
    field: &'m Field,
    by: By,
}

/// How they are picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Value,
    Order,
}

impl Found<'_> {
    fn finding(&self, model: &Model) -> Diagnostic {
        let name = &self.field.name.value;
        let finding = Diagnostic::error(RULE.code, format!("`{name}` names single people, not an audience"))
            .at(self.span, "picks whom it names");
        let finding = match numbers_rows(model, self.id) {
            true => finding.and(self.field.name.span, "tells each row from every other, and each is one person's"),
            false => finding.and(self.field.name.span, "identifies a person alone"),
        };
        finding
            .because("an audience of one is a letter to somebody, written past every rule for letters")
            .help("describe what the members have in common; for test accounts declare a `list`")
    }

    fn in_order(&self) -> Diagnostic {
        let name = &self.field.name.value;
        Diagnostic::error(RULE.code, format!("`{name}` tells people apart, and its order says nothing of them"))
            .at(self.span, "picks whoever was numbered so")
            .and(self.field.name.span, "identifies a person alone")
            .because("between two bounds stands as little as one person, and why they are written to nobody can say")
            .help("describe what the members have in common; a part of everybody is drawn by `sample 10% named \"spring\"`")
    }
}

struct Finder<'m> {
    model: &'m Model,
    entity: Option<TableId>,
    found: Vec<Found<'m>>,
    /// Segments whose absence has been looked at.
    referenced: BTreeSet<SegmentId>,
}

impl<'m> Finder<'m> {
    /// Whom a condition names: whoever satisfies it where it is `chosen`, else whoever does not. Leaving one person out names nobody; leaving
    /// everybody out but one does.
    fn cond(&mut self, cond: &Cond, chosen: bool) {
        match &cond.kind {
            CondKind::And(parts) | CondKind::Or(parts) => {
                let all_but_one = matches!(cond.kind, CondKind::And(_)) != chosen;
                let pinched = if all_but_one { self.pinched(parts, !chosen) } else { Vec::new() };
                if chosen && !all_but_one {
                    self.pieced(parts);
                }
                let others = parts.iter().filter(|part| !pinched.contains(&part.span));
                others.for_each(|part| self.cond(part, chosen));
            }
            CondKind::AtLeastOf { of, op, n, .. } => {
                let chosen = is_chosen(*op, *n, chosen);
                of.iter().for_each(|part| self.cond(part, chosen));
            }
            CondKind::Not(inner) => self.cond(inner, !chosen),
            CondKind::Defined { body, .. } => self.cond(body, chosen),
            CondKind::Compare { op, left, right } => {
                match op {
                    CompareOp::Equal if chosen => self.compared(left, right, cond.span, By::Value),
                    CompareOp::NotEqual if !chosen => self.compared(left, right, cond.span, By::Value),
                    CompareOp::Equal | CompareOp::NotEqual => {}
                    CompareOp::Less | CompareOp::LessOrEqual | CompareOp::Greater | CompareOp::GreaterOrEqual => {
                        self.compared(left, right, cond.span, By::Order);
                    }
                }
                [left, right].into_iter().for_each(|side| self.inside(side));
            }
            CondKind::OneOf { value, .. } | CondKind::Has { list: value, .. } => {
                self.naming(value, chosen, cond.span);
            }
            CondKind::Text { op, value, pattern, .. } => {
                let part = |(_, field)| pieces::names_one(self.model, field, *op, &pattern.value);
                self.naming(value, chosen && self.identifier(value).is_some_and(part), cond.span);
            }
            CondKind::Between { value, low, high } => {
                match (is_one_value(low, high), chosen) {
                    (true, true) => self.named(value, cond.span, By::Value),
                    (true, false) => {}
                    (false, _) => self.named(value, cond.span, By::Order),
                }
                self.inside(value);
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
        self.found.iter_mut().skip(before).for_each(|found| found.span = span);
    }

    fn naming(&mut self, value: &Expr, names: bool, span: Span) {
        if names {
            self.named(value, span, By::Value);
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

    /// Where two bounds stand that leave one value: `id >= 5 and id <= 5`, or `id < 5 or id > 5` where neither is so.
    fn pinched(&self, parts: &[Cond], holds: bool) -> Vec<Span> {
        let bounds: Vec<_> = parts.iter().filter_map(|part| bound(part, holds)).collect();
        let pairs = bounds.iter().flat_map(|low| bounds.iter().map(move |high| (low, high)));
        let closed = pairs.filter(|((value, from, low, _), (other, to, high, _))| {
            let same = self.identifier(value).zip(self.identifier(other)).is_some_and(|((a, _), (b, _))| a == b);
            (*from, *to) == (CompareOp::GreaterOrEqual, CompareOp::LessOrEqual) && low == high && same
        });
        closed.flat_map(|((.., low), (.., high))| [*low, *high]).collect()
    }

    /// Parts of one identifier that say nothing alone and nearly all together: `starts with "102"` and `ends with "93"`.
    fn pieced(&mut self, parts: &[Cond]) {
        let mut pieces: Vec<(FieldId, &Field, String, Span)> = Vec::new();
        for part in parts {
            let CondKind::Text { op, value, pattern, .. } = &part.kind else { continue };
            let Some((id, field)) = self.identifier(value) else { continue };
            let text = &pattern.value;
            if pattern.value.contains('@') || pieces::names_one(self.model, field, *op, text) {
                continue;
            }
            match pieces.iter_mut().find(|(known, ..)| *known == id) {
                Some((_, _, joined, _)) => *joined = format!("{joined} {text}"),
                None => pieces.push((id, field, text.clone(), part.span)),
            }
        }
        for (id, field, joined, span) in pieces {
            if pieces::names_one(self.model, field, TextOp::Contains, &joined) {
                self.found.push(Found { span, id, field, by: By::Value });
            }
        }
    }

    /// One finding for each field whose order picks people, however many bounds are set to it.
    fn orders(&self) -> Vec<Diagnostic> {
        let mut all: Vec<(FieldId, Diagnostic)> = Vec::new();
        for found in self.found.iter().filter(|found| found.by == By::Order) {
            match all.iter_mut().find(|(known, _)| *known == found.id) {
                Some((_, finding)) => *finding = finding.clone().and(found.span, "and here"),
                None => all.push((found.id, found.in_order())),
            }
        }
        all.into_iter().map(|(_, finding)| finding).collect()
    }

    fn compared(&mut self, left: &Expr, right: &Expr, span: Span, by: By) {
        match (&left.kind, &right.kind) {
            (_, ExprKind::Literal(_)) => self.named(left, span, by),
            (ExprKind::Literal(_), _) => self.named(right, span, by),
            (_, _) => {}
        }
    }

    fn named(&mut self, value: &Expr, span: Span, by: By) {
        if let Some((id, field)) = self.identifier(value) {
            self.found.push(Found { span, id, field, by });
        }
    }

    /// The field behind a value, where it identifies a person alone: also when it is reckoned with, or picked from rows.
    fn identifier(&self, value: &Expr) -> Option<(FieldId, &'m Field)> {
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
            FieldRole::Plain | FieldRole::At | FieldRole::Bare => numbers_rows(self.model, path.field),
        };
        (field.labels.direct || key).then_some((path.field, field)).filter(|(_, field)| !self.names_a_group(field))
    }

    /// Whether what it identifies is a group to which the members of the segment belong: an account is many people.
    fn names_a_group(&self, field: &Field) -> bool {
        let owner = self.model.entity_of(field.table).filter(|owner| Some(*owner) != self.entity);
        let kind = owner.and_then(|owner| self.model.entity_facts(owner)).map(|facts| facts.subject_kind);
        matches!(kind, Some(SubjectKind::Account | SubjectKind::Household))
    }
}

/// The bound that a condition, or its contrary, sets to a value.
fn bound(cond: &Cond, holds: bool) -> Option<(&Expr, CompareOp, &Value, Span)> {
    let CondKind::Compare { op, left, right } = &cond.kind else { return None };
    let op = if holds { *op } else { op.contrary() };
    match (&left.kind, &right.kind) {
        (_, ExprKind::Literal(value)) => Some((left, op, value, cond.span)),
        (ExprKind::Literal(value), _) => Some((right, op.flipped(), value, cond.span)),
        (_, _) => None,
    }
}

/// Whether each value of a field stands for one row of somebody's, or for one visit.
fn numbers_rows(model: &Model, id: FieldId) -> bool {
    let key_of = |table: TableId| model.tables[table].unique.as_ref().map(|unique| unique.key);
    let table = model.fields[id].table;
    let of_parent = match model.tables[table].kind {
        TableKind::Rows { of, by, parent_by } => by == id && key_of(of) == Some(parent_by),
        TableKind::Entity(_)
        | TableKind::Source { .. }
        | TableKind::Lookup { .. }
        | TableKind::List { .. }
        | TableKind::Score(_)
        | TableKind::Visits(_)
        | TableKind::Error => false,
    };
    let mut visits = model.tables.values().filter_map(|it| match &it.kind {
        TableKind::Visits(facts) => Some(facts),
        TableKind::Entity(_)
        | TableKind::Source { .. }
        | TableKind::Rows { .. }
        | TableKind::Lookup { .. }
        | TableKind::List { .. }
        | TableKind::Score(_)
        | TableKind::Error => None,
    });
    key_of(table) == Some(id) || of_parent || visits.any(|facts| facts.parts.contains(&(table, id)))
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
