//! Types of conditions and values.
//!
//! A [`Typer`] walks one condition of a segment or definition. It knows the bindings in scope, innermost last: binding 0 is the subject;
//! the filter of a set of rows adds the rows. A bare name belongs to the innermost binding; others are reached by the name of their
//! table (`customer.country`). What cannot be typed has been reported and becomes an `Error` node that stays silent.

mod aggregates;
mod arithmetic;
mod compare;
mod conditions;
mod consent;
mod counting;
mod dates;
mod extremes;
mod inline;
mod latest;
mod lists;
mod literals;
mod paths;
mod places;
mod population;
mod references;
mod rows;
mod scales;
mod sequence;
mod spoken;
mod visits;
mod windows;
mod zones;

use crate::source::{Span, Spanned};
use crate::syntax::ast;

use super::*;
pub(super) use inline::{measure, of_cond};
pub(super) use literals::not_among;
use windows::fewest_seconds;

/// How many parts a condition may have with its definitions inlined.
pub(super) const MOST_PARTS: usize = 20_000;
/// How many levels.
pub(super) const MOST_LEVELS: usize = 128;

/// Types one condition or value.
pub(super) struct Typer<'r, 'a> {
    r: &'r mut Resolver<'a>,
    subject: Scope,
    /// The subject's and those of the rows around, innermost last.
    scopes: Vec<Scope>,
    next: u32,
    level: usize,
    size: usize,
    /// Inside the measure or the `among` of a rank.
    ranking: bool,
}

/// A binding in scope.
#[derive(Debug, Clone)]
struct Scope {
    binding: u32,
    table: TableId,
    /// Inside an aggregate's value: what every name starts with. Empty elsewhere.
    prefix: Vec<String>,
    /// Inside a condition about a visit: how its rows are found.
    visit: Option<visits::Visit>,
}

/// What a path names.
#[expect(clippy::large_enum_variant, reason = "it lives for one call")]
enum Named {
    Value(Expr),
    Cond(Cond),
    /// Reported, or silent because something else was.
    Nothing,
}

impl<'r, 'a> Typer<'r, 'a> {
    /// A typer for conditions about a subject of `entity`.
    pub fn new(r: &'r mut Resolver<'a>, entity: TableId) -> Self {
        let subject = Scope { binding: 0, table: entity, prefix: Vec::new(), visit: None };
        Typer { r, scopes: vec![subject.clone()], subject, next: 1, level: 0, size: 0, ranking: false }
    }

    fn report(&mut self, finding: Diagnostic) {
        self.r.report(finding);
    }

    fn model(&self) -> &Model {
        &self.r.model
    }

    /// A binding that no other rows of this condition have.
    fn fresh(&mut self) -> u32 {
        let binding = self.next;
        self.next = self.next.saturating_add(1);
        binding
    }

    /// The innermost scope.
    fn scope(&self) -> Scope {
        self.scopes.last().unwrap_or(&self.subject).clone()
    }

    /// Enters rows: the rows that hold them, where they are inside all of some rows, then they themselves. How many scopes there were.
    fn enter(&mut self, rows: &Rows, table: TableId, prefix: Vec<String>) -> usize {
        let before = self.scopes.len();
        let outer = prefix.split_last().map(|(_, outer)| outer.to_vec()).unwrap_or_default();
        if let Some((each, around)) =
            rows.each.as_deref().and_then(|each| Some((each, self.model().table_of_rows(each)?)))
        {
            self.enter(each, around, outer);
        }
        self.scopes.push(Scope { binding: rows.binding, table, prefix, visit: None });
        before
    }

    fn is_subject(&self, table: TableId) -> bool {
        self.model().entity_facts(table).is_some()
    }

    fn table_name(&self, table: TableId) -> &str {
        &self.model().tables[table].name.value
    }

    /// One part more; `false` where the condition has grown beyond bounds, which is reported once.
    fn grow(&mut self, parts: usize, levels: usize, span: Span) -> bool {
        let before = self.size;
        self.size = self.size.saturating_add(parts);
        let fits = self.size <= MOST_PARTS && self.level + levels <= MOST_LEVELS;
        if !fits && before <= MOST_PARTS {
            self.size = self.size.max(MOST_PARTS + 1);
            let finding = Diagnostic::error(codes::TOO_LARGE, "this condition grows beyond what anybody could review")
                .at(span, format!("more than {MOST_PARTS} parts or {MOST_LEVELS} levels, definitions written out"))
                .help("split it, or let its definitions build less on each other");
            self.report(finding);
        }
        fits
    }
}

/// A value that has been reported.
fn error_expr(span: Span) -> Expr {
    Expr { kind: ExprKind::Error, ty: Type::Error, span }
}

/// A type in a message: "a text", "an amount in EUR".
pub(super) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Text => "a text".to_owned(),
        Type::Boolean => "true or false".to_owned(),
        Type::Integer => "a whole number".to_owned(),
        Type::Decimal => "a number".to_owned(),
        Type::Money(currency) => format!("an amount in {currency}"),
        Type::Probability => "a share between 0% and 100%".to_owned(),
        Type::Date => "a day".to_owned(),
        Type::Instant(_) => "an instant".to_owned(),
        Type::Uuid => "a UUID".to_owned(),
        Type::Version => "a version".to_owned(),
        Type::Place => "a place".to_owned(),
        Type::List(_) => "a list".to_owned(),
        Type::Error => "of unknown type".to_owned(),
    }
}

fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Integer | Type::Decimal | Type::Probability)
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(_))
}

/// The words of an operator.
fn compare_op(op: ast::CompareOp) -> CompareOp {
    match op {
        ast::CompareOp::Eq => CompareOp::Equal,
        ast::CompareOp::Ne => CompareOp::NotEqual,
        ast::CompareOp::Lt => CompareOp::Less,
        ast::CompareOp::Le => CompareOp::LessOrEqual,
        ast::CompareOp::Gt => CompareOp::Greater,
        ast::CompareOp::Ge => CompareOp::GreaterOrEqual,
    }
}
