//! Comparisons in the one form: literals on the right and alone there, whole numbers by `<=` and `>=`, and rows for what is a number of rows.

use crate::model::{
    Aggregate, AggregateFunc, ArithmeticOp, CompareOp, Cond, CondKind, Counts, Expr, ExprKind, FieldPath, Length,
    Model, Rows, StandingForm, Type, Value,
};
use crate::privacy::ages::OLDEST;
use crate::privacy::flow::is_plain_count;
use crate::source::Span;

use super::fraction::Fraction;
use super::{Fact, Reader, Said, Way, everybody, known, plain};

/// A comparison with a literal by what is compared alone: `5 - 2 * x > 1` is `x < 2`. Sides are exchanged if need be. Nothing where no side is
/// a number that is written out.
pub fn isolated<'e>(op: CompareOp, left: &'e Expr, right: &'e Expr) -> Option<(CompareOp, &'e Expr, Value)> {
    let (op, what, to) = bound(op, left, right)?;
    let value = if to.is_whole() { Value::Integer(to.floor()?) } else { Value::Decimal(to.decimal()?) };
    Some((op, what, value))
}

fn bound<'e>(op: CompareOp, left: &'e Expr, right: &'e Expr) -> Option<(CompareOp, &'e Expr, Fraction)> {
    let mut at = match (number(left), number(right)) {
        (None, Some(to)) => (op, left, to),
        (Some(to), None) => (op.flipped(), right, to),
        (None, None) | (Some(_), Some(_)) => return None,
    };
    while let Some(next) = moved(at) {
        at = next;
    }
    Some(at)
}

/// One constant taken to the other side.
fn moved((op, what, to): (CompareOp, &Expr, Fraction)) -> Option<(CompareOp, &Expr, Fraction)> {
    let ExprKind::Arithmetic { op: how, left, right } = &what.kind else { return None };
    let turned = |by: Fraction| if by.is_below_nought() { op.flipped() } else { op };
    match (number(left), how, number(right)) {
        (None, ArithmeticOp::Add, Some(by)) => Some((op, left, to.minus(by)?)),
        (Some(by), ArithmeticOp::Add, None) => Some((op, right, to.minus(by)?)),
        (None, ArithmeticOp::Subtract, Some(by)) => Some((op, left, to.plus(by)?)),
        (Some(by), ArithmeticOp::Subtract, None) => Some((op.flipped(), right, by.minus(to)?)),
        (None, ArithmeticOp::Multiply, Some(by)) => Some((turned(by), left, to.over(by)?)),
        (Some(by), ArithmeticOp::Multiply, None) => Some((turned(by), right, to.over(by)?)),
        (None, ArithmeticOp::Divide, Some(by)) if !by.is_nought() => Some((turned(by), left, to.times(by)?)),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<Fraction> {
    if let ExprKind::Literal(value) = &expr.kind { Fraction::of(value) } else { None }
}

/// Whether a comparison of what is 0 where there are no rows holds where there are none; nothing of any other comparison.
pub fn holds_of_nothing(op: CompareOp, left: &Expr, right: &Expr) -> Option<bool> {
    let (op, what, to) = bound(op, left, right)?;
    let ExprKind::Aggregate(aggregate) = &what.unnamed().kind else { return None };
    let nought = Fraction::of(&Value::Integer(0))?;
    starts_at_nought(aggregate.func).then(|| nought.stands_to(to)).flatten().map(|order| op.holds(order))
}

/// Whether an aggregate of nothing is 0.
fn starts_at_nought(func: AggregateFunc) -> bool {
    match func {
        AggregateFunc::Count | AggregateFunc::CountDistinct | AggregateFunc::Sum => true,
        AggregateFunc::Avg
        | AggregateFunc::Min
        | AggregateFunc::Max
        | AggregateFunc::Median
        | AggregateFunc::Mode
        | AggregateFunc::First
        | AggregateFunc::Last
        | AggregateFunc::Share => false,
    }
}

type Place = (Way, Span);

impl Reader<'_> {
    pub(super) fn compare(&mut self, op: CompareOp, left: &Expr, right: &Expr, at: Place) -> Said {
        let (left, right) = (self.expr(left), self.expr(right));
        if let (Some(a), Some(b)) = (number(&left), number(&right)) {
            return everybody(a.stands_to(b).is_some_and(|order| op.holds(order)));
        }
        if let Some(said) = self.of_birth(op, &left, &right, at) {
            return said;
        }
        // What six places do not hold stays as it is written: there may be values on both sides of it, and at it.
        let held = |(_, what, to): &(CompareOp, &Expr, Fraction)| what.ty == Type::Integer || to.decimal().is_some();
        if let Some((op, what, to)) = bound(op, &left, &right).filter(held) {
            return self.bounded(op, what, to, at);
        }
        if let Some(said) = self.of_two_counts(op, &left, &right, at) {
            return said;
        }
        let literal = |expr: &Expr| matches!(expr.kind, ExprKind::Literal(_));
        let fact = match literal(&left) && !literal(&right) {
            true => Fact::Compare { op: op.flipped(), left: right, right: left },
            false => Fact::Compare { op, left, right },
        };
        at.0.test(fact, at.1)
    }

    /// Rows of which something is so, held against all of them: none of the others are there, or some.
    fn of_two_counts(&mut self, op: CompareOp, left: &Expr, right: &Expr, at: Place) -> Option<Said> {
        let (ExprKind::Aggregate(a), ExprKind::Aggregate(b)) = (&left.kind, &right.kind) else { return None };
        if self.proves || !is_plain_count(a) || !is_plain_count(b) {
            return None;
        }
        let (op, others) = match (self.others(&a.rows, &b.rows), self.others(&b.rows, &a.rows)) {
            (Some(others), _) => (op, others),
            (None, Some(others)) => (op.flipped(), others),
            (None, None) => return None,
        };
        Some(match op {
            CompareOp::Less | CompareOp::NotEqual => {
                self.counted(&others, Counts::of(CompareOp::GreaterOrEqual, 1), at)
            }
            CompareOp::GreaterOrEqual | CompareOp::Equal => self.counted(&others, Counts::of(CompareOp::Equal, 0), at),
            CompareOp::LessOrEqual => everybody(true),
            CompareOp::Greater => everybody(false),
        })
    }

    /// What is left of all rows without a part of them.
    fn others(&self, part: &Rows, all: &Rows) -> Option<Rows> {
        let filter = part.filter.as_deref().filter(|_| all.filter.is_none())?;
        let not = Cond { kind: CondKind::Not(Box::new(filter.clone())), span: filter.span };
        // The names in a filter are those of its own rows.
        let bare = Rows { filter: None, ..part.clone() };
        (plain::rows_text(self.model, &bare) == plain::rows_text(self.model, all)).then(|| filtered(&bare, &not))
    }

    /// Something held against a number.
    fn bounded(&mut self, op: CompareOp, what: &Expr, to: Fraction, at: Place) -> Said {
        if what.ty == Type::Integer {
            return self.whole(op, what, to, at);
        }
        if let ExprKind::Aggregate(aggregate) = &what.kind
            && let Some(said) = self.share(op, aggregate, to, at).filter(|_| !self.proves)
        {
            return said;
        }
        if let Some(said) = self.extreme(op, what, to, at) {
            return said;
        }
        // The top 100 % are all who are ranked.
        if let ExprKind::Standing(standing) = &what.kind
            && !self.proves
            && standing.form == StandingForm::Ahead
            && matches!(op, CompareOp::Less | CompareOp::LessOrEqual)
            && to.floor().is_some_and(|to| to >= 100)
        {
            return everybody(true);
        }
        let Some(value) = to.decimal().map(Value::Decimal) else { return everybody(op == CompareOp::NotEqual) };
        at.0.test(compared(op, what, value), at.1)
    }

    /// A whole number held against a number.
    fn whole(&mut self, op: CompareOp, what: &Expr, to: Fraction, at: Place) -> Said {
        let Some(floor) = to.floor() else { return at.0.test(compared(op, what, Value::Integer(i64::MAX)), at.1) };
        let (below, above) = match to.is_whole() {
            true => (floor.saturating_sub(1), floor.saturating_add(1)),
            false => (floor, floor.saturating_add(1)),
        };
        let (op, n) = match op {
            CompareOp::Less => (CompareOp::LessOrEqual, below),
            CompareOp::LessOrEqual => (CompareOp::LessOrEqual, floor),
            CompareOp::Greater => (CompareOp::GreaterOrEqual, above),
            CompareOp::GreaterOrEqual if !to.is_whole() => (CompareOp::GreaterOrEqual, above),
            CompareOp::GreaterOrEqual => (CompareOp::GreaterOrEqual, floor),
            CompareOp::Equal if !to.is_whole() => return everybody(false),
            CompareOp::NotEqual if !to.is_whole() && (!self.proves || known::is_known(self.model, what)) => {
                return everybody(true);
            }
            CompareOp::NotEqual if !to.is_whole() => {
                return at.0.test(compared(op, what, Value::Integer(i64::MAX)), at.1);
            }
            CompareOp::Equal | CompareOp::NotEqual => (op, floor),
        };
        if let ExprKind::Aggregate(aggregate) = &what.kind {
            return self.aggregated(op, what, aggregate, n, at);
        }
        if !self.proves && matches!(&what.kind, ExprKind::Age(path) if is_every_age(op, n) && self.is_required(path)) {
            return everybody(true);
        }
        let end = Fraction::of(&Value::Integer(n)).and_then(|end| self.extreme(op, what, end, at));
        end.unwrap_or_else(|| at.0.test(compared(op, what, Value::Integer(n)), at.1))
    }

    /// A whole number that comes of rows.
    fn aggregated(&mut self, op: CompareOp, what: &Expr, aggregate: &Aggregate, n: i64, at: Place) -> Said {
        let whole = aggregate.rows.latest.is_none();
        let counts = match u64::try_from(n) {
            Ok(n) => Counts::of(op, n),
            Err(_) if op.holds(std::cmp::Ordering::Greater) => Counts::of(CompareOp::GreaterOrEqual, 0),
            Err(_) => Counts::of(CompareOp::Less, 0),
        };
        let (none, some) = (Counts::of(CompareOp::Equal, 0), Counts::of(CompareOp::GreaterOrEqual, 1));
        let distinct = aggregate.func == AggregateFunc::CountDistinct;
        // How many different values there are is nought where there are no rows, and only there.
        let told = counts.is_all() || counts.is_none() || counts == none || counts == some;
        let distinct = distinct && (!self.proves || known::is_known(self.model, what));
        if is_plain_count(aggregate) || distinct && whole && told {
            return self.of_rows(aggregate.rows.clone(), counts, at);
        }
        at.0.test(compared(op, what, Value::Integer(n)), at.1)
    }

    /// A part of rows that is none of them or all, or something or not all.
    fn share(&mut self, op: CompareOp, aggregate: &Aggregate, to: Fraction, at: Place) -> Option<Said> {
        let share = aggregate.share.as_ref().filter(|_| aggregate.rows.latest.is_none())?;
        let (none, all) = (to.is_nought(), to.floor() == Some(1) && to.is_whole());
        let lacking = Cond { kind: CondKind::Not(Box::new(share.clone())), span: share.span };
        let (some, counts) = (Counts::of(CompareOp::GreaterOrEqual, 1), Counts::of(CompareOp::Equal, 0));
        let with = |cond: &Cond| filtered(&aggregate.rows, cond);
        match op {
            CompareOp::Greater | CompareOp::NotEqual if none => Some(self.counted(&with(share), some, at)),
            CompareOp::Less | CompareOp::NotEqual if all => Some(self.counted(&with(&lacking), some, at)),
            CompareOp::LessOrEqual | CompareOp::Equal if none => {
                let parts =
                    vec![self.of_rows(aggregate.rows.clone(), some, at), self.counted(&with(share), counts, at)];
                Some(self.all(parts))
            }
            CompareOp::GreaterOrEqual | CompareOp::Equal if all => {
                let parts =
                    vec![self.of_rows(aggregate.rows.clone(), some, at), self.counted(&with(&lacking), counts, at)];
                Some(self.all(parts))
            }
            CompareOp::GreaterOrEqual if none => Some(self.of_rows(aggregate.rows.clone(), some, at)),
            CompareOp::LessOrEqual if all => Some(self.of_rows(aggregate.rows.clone(), some, at)),
            CompareOp::Less
            | CompareOp::LessOrEqual
            | CompareOp::Greater
            | CompareOp::GreaterOrEqual
            | CompareOp::Equal
            | CompareOp::NotEqual => None,
        }
    }

    /// The least of several is at least so much if each is, the greatest if one is.
    fn extreme(&mut self, op: CompareOp, what: &Expr, to: Fraction, at: Place) -> Option<Said> {
        let ExprKind::Extreme { greatest, of, ignoring_missing: false } = &what.kind else { return None };
        if self.proves {
            return None;
        }
        let mut both =
            |a: CompareOp, b: CompareOp| Some(vec![self.extreme(a, what, to, at)?, self.extreme(b, what, to, at)?]);
        let upward = match op {
            CompareOp::Greater | CompareOp::GreaterOrEqual => true,
            CompareOp::Less | CompareOp::LessOrEqual => false,
            CompareOp::Equal => {
                let parts = both(CompareOp::LessOrEqual, CompareOp::GreaterOrEqual)?;
                return Some(self.all(parts));
            }
            CompareOp::NotEqual => {
                let parts = both(CompareOp::Less, CompareOp::Greater)?;
                return Some(self.any(parts));
            }
        };
        let value = to.decimal().map(Value::Decimal)?;
        let end = Expr { kind: ExprKind::Literal(value), ty: what.ty.clone(), span: what.span };
        let parts = of.iter().map(|part| self.compare(op, part, &end, at)).collect();
        Some(if *greatest == upward { self.any(parts) } else { self.all(parts) })
    }

    /// `birth_date <= 18 years ago`, which is an age.
    fn of_birth(&mut self, op: CompareOp, left: &Expr, right: &Expr, at: Place) -> Option<Said> {
        // On the birthday itself `<` and `>=` do not tell ages.
        let told = if birth(self.model, left).is_some() { op } else { op.flipped() };
        if self.proves && !matches!(told, CompareOp::LessOrEqual | CompareOp::Greater) {
            return None;
        }
        let (op, n) = age_at_birth(self.model, op, left, right)?;
        let path = birth(self.model, left).or_else(|| birth(self.model, right))?;
        let age = Expr { kind: ExprKind::Age(path.clone()), ty: Type::Integer, span: left.span };
        Some(self.whole(op, &age, Fraction::of(&Value::Integer(n))?, at))
    }

    /// `last(orders over …) is missing`: there are none. What nobody can tell is unknown and not missing.
    pub(super) fn missing(&mut self, cond: &Cond, value: &Expr, way: Way) -> Said {
        let bare = self.expr(value);
        if let ExprKind::Aggregate(aggregate) = &bare.kind
            && is_missing_of_nothing(self.model, aggregate)
        {
            let op = if way.holds { CompareOp::Equal } else { CompareOp::NotEqual };
            return self.of_rows(aggregate.rows.clone(), Counts::of(op, 0), (way, cond.span));
        }
        if matches!(&bare.kind, ExprKind::Field(path) | ExprKind::Age(path) if self.is_required(path)) {
            return everybody(!way.holds);
        }
        self.other(cond, way)
    }

    pub(super) fn is_required(&self, path: &FieldPath) -> bool {
        path.hops.is_empty() && !self.model.fields[path.field].optional
    }
}

/// Whether an age is whatever somebody's is.
fn is_every_age(op: CompareOp, n: i64) -> bool {
    match op {
        CompareOp::GreaterOrEqual | CompareOp::Greater => n <= 0,
        CompareOp::LessOrEqual | CompareOp::Less => n >= i64::from(OLDEST),
        CompareOp::Equal | CompareOp::NotEqual => false,
    }
}

/// Whether an aggregate is missing where there are no rows, and nowhere else: what nobody can tell is unknown.
pub fn is_missing_of_nothing(model: &Model, aggregate: &Aggregate) -> bool {
    let required = |value: &Expr| match value.plain_field().map(|field| &field.kind) {
        Some(ExprKind::Field(path)) => path.hops.is_empty() && !model.fields[path.field].optional,
        _ => false,
    };
    let missing = match aggregate.func {
        AggregateFunc::Avg
        | AggregateFunc::Min
        | AggregateFunc::Max
        | AggregateFunc::Median
        | AggregateFunc::First
        | AggregateFunc::Last => true,
        AggregateFunc::Count
        | AggregateFunc::CountDistinct
        | AggregateFunc::Sum
        | AggregateFunc::Mode
        | AggregateFunc::Share => false,
    };
    missing && aggregate.rows.latest.is_none() && aggregate.value.as_ref().is_none_or(required)
}

/// The age that a comparison of a date of birth with so many years ago asks for.
pub fn age_at_birth(model: &Model, op: CompareOp, left: &Expr, right: &Expr) -> Option<(CompareOp, i64)> {
    let (op, years) = match (birth(model, left), years_ago(right), birth(model, right), years_ago(left)) {
        (Some(_), Some(years), ..) => (op, years),
        (_, _, Some(_), Some(years)) => (op.flipped(), years),
        _ => return None,
    };
    match op {
        CompareOp::Less | CompareOp::LessOrEqual => Some((CompareOp::GreaterOrEqual, years)),
        CompareOp::Greater | CompareOp::GreaterOrEqual => Some((CompareOp::LessOrEqual, years.saturating_sub(1))),
        CompareOp::Equal | CompareOp::NotEqual => None,
    }
}

/// The date of birth by which an entity tells ages.
pub(super) fn birth<'e>(model: &Model, expr: &'e Expr) -> Option<&'e FieldPath> {
    let expr = expr.unnamed();
    if let ExprKind::StartOfDay(inner) = &expr.kind {
        return birth(model, inner);
    }
    let ExprKind::Field(path) = &expr.kind else { return None };
    let facts = model.entity_facts(model.fields[path.field].table);
    facts.and_then(|facts| facts.birth).is_some_and(|birth| birth.value == path.field).then_some(path)
}

/// A length of whole years that is subtracted from now.
fn years_ago(expr: &Expr) -> Option<i64> {
    if let ExprKind::DateOf(inner) = &expr.kind {
        return years_ago(inner);
    }
    let ExprKind::Ago(Length { months, seconds: 0 }) = &expr.kind else { return None };
    (months % 12 == 0).then_some(months / 12)
}

pub(super) fn compared(op: CompareOp, what: &Expr, value: Value) -> Fact {
    let right = Expr { kind: ExprKind::Literal(value), ty: what.ty.clone(), span: what.span };
    Fact::Compare { op, left: what.clone(), right }
}

/// Rows for which a condition holds, too.
fn filtered(rows: &Rows, cond: &Cond) -> Rows {
    let parts = rows.filter.iter().map(|filter| (**filter).clone()).chain([cond.clone()]).collect();
    Rows { filter: Some(Box::new(Cond { kind: CondKind::And(parts), span: cond.span })), ..rows.clone() }
}
