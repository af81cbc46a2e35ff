//! Values of expressions and aggregates, and how they compare.

use std::cmp::Ordering;

use crate::model::{
    Aggregate, AggregateFunc, ArithmeticOp, CompareOp, Date, Expr, ExprKind, FieldPath, Rows, Type, Value,
};

use super::condition::{Env, FoundRow, Run};
use super::number::{Number, Trouble};
use super::{Cell, Truth, lists, time};

/// What an expression gives.
#[derive(Debug, Clone)]
pub enum Val {
    /// A text, truth value, day or instant.
    Known(Value),
    /// A number.
    Number(Number),
    /// A count of rows: at least so many for sure, at most so many possibly.
    Count(u64, u64),
    /// Nothing.
    Missing,
    /// Nobody can know.
    Unknown,
}

impl Val {
    /// What a value is here.
    pub fn of(value: Value) -> Self {
        match value {
            Value::Integer(n) => Val::Number(Number::whole(i128::from(n))),
            Value::Decimal(decimal) => Val::Number(Number::decimal(decimal)),
            Value::Text(_) | Value::Boolean(_) | Value::Date(_) | Value::Instant(_) => Val::Known(value),
        }
    }

    fn of_cell(cell: Cell) -> Self {
        match cell {
            Cell::Value(value) => Val::of(value),
            Cell::Missing => Val::Missing,
            Cell::Unreadable => Val::Unknown,
        }
    }

    /// A value that is written in a condition.
    pub fn of_literal(value: Value) -> Self {
        if let Value::Decimal(decimal) = value { Val::Number(Number::literal(decimal)) } else { Self::of(value) }
    }

    fn of_number(number: Result<Number, Trouble>) -> Self {
        match number {
            Ok(number) => Val::Number(number),
            Err(Trouble::Zero) => Val::Missing,
            Err(Trouble::TooLarge) => Val::Unknown,
        }
    }

    /// The one number that it is, if it is one.
    fn number(&self) -> Option<Number> {
        match self {
            Val::Number(number) => Some(*number),
            Val::Count(sure, possible) if sure == possible => Some(Number::whole(i128::from(*sure))),
            Val::Count(..) | Val::Known(_) | Val::Missing | Val::Unknown => None,
        }
    }

    /// Itself, or unknown where it is a count that is not certain.
    pub fn settled(self) -> Self {
        match self {
            Val::Count(sure, possible) if sure != possible => Val::Unknown,
            Val::Count(..) | Val::Known(_) | Val::Number(_) | Val::Missing | Val::Unknown => self,
        }
    }

    /// The numbers that it may be: least and greatest.
    fn range(&self) -> Option<(Number, Number)> {
        match self {
            Val::Number(number) => Some((*number, *number)),
            Val::Count(sure, possible) => {
                Some((Number::whole(i128::from(*sure)), Number::whole(i128::from(*possible))))
            }
            Val::Known(_) | Val::Missing | Val::Unknown => None,
        }
    }

    /// The order of two values of one kind that are known for sure.
    pub(super) fn order(&self, other: &Val) -> Option<Ordering> {
        match (self, other) {
            (Val::Known(a), Val::Known(b)) if std::mem::discriminant(a) == std::mem::discriminant(b) => Some(a.cmp(b)),
            _ => Some(self.number()?.compare(other.number()?)),
        }
    }

    fn is_same(&self, other: &Val) -> bool {
        match (self, other) {
            (Val::Missing, Val::Missing) => true,
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }
}

/// Whether a comparison holds: for all that the sides may be, for none of it, or nobody knows.
pub fn compare(op: CompareOp, left: &Val, right: &Val) -> Truth {
    if let Some(((a, b), (c, d))) = left.range().zip(right.range()) {
        return compare_ranges(op, (a, b), (c, d));
    }
    left.order(right).map_or(Truth::Unknown, |order| Truth::of(op.holds(order)))
}

fn compare_ranges(op: CompareOp, (a, b): (Number, Number), (c, d): (Number, Number)) -> Truth {
    if [(a, c), (a, d), (b, c), (b, d)].into_iter().any(|(left, right)| left.against(right).is_none()) {
        return Truth::Unknown;
    }
    let less = |x: Number, y: Number| x.compare(y).is_lt();
    let when = |all: bool, none: bool| match (all, none) {
        (true, _) => Truth::True,
        (false, true) => Truth::False,
        (false, false) => Truth::Unknown,
    };
    match op {
        CompareOp::Less => when(less(b, c), !less(a, d)),
        CompareOp::GreaterOrEqual => !when(less(b, c), !less(a, d)),
        CompareOp::Greater => when(less(d, a), !less(c, b)),
        CompareOp::LessOrEqual => !when(less(d, a), !less(c, b)),
        CompareOp::Equal => when(!less(a, d) && !less(c, b), less(b, c) || less(d, a)),
        CompareOp::NotEqual => !when(!less(a, d) && !less(c, b), less(b, c) || less(d, a)),
    }
}

impl<'a> Run<'a> {
    /// What an expression gives.
    pub(super) fn eval(&self, expr: &Expr, env: &Env<'a>) -> Val {
        match &expr.kind {
            ExprKind::Literal(value) => Val::of_literal(as_read(value, &expr.ty)),
            ExprKind::Field(path) => Val::of_cell(self.at_path(path, env)),
            ExprKind::Score { rows, field } => self.score(rows, field, env),
            ExprKind::Aggregate(aggregate) => self.as_typed(&expr.ty, self.aggregate(aggregate, env)),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right, env),
            ExprKind::Standing(standing) => self.standing(standing, env),
            ExprKind::Age(path) => self.age(path, env),
            ExprKind::Part { part, of, zone } => self.part(*part, of, zone.as_deref(), env),
            ExprKind::Ago(length) => Val::Known(Value::Instant(self.time.ago(*length))),
            ExprKind::Now => Val::Known(Value::Instant(self.time.now)),
            ExprKind::Today => Val::Known(Value::Date(self.time.today())),
            ExprKind::DateOf(inner) => self.date_of(self.eval(inner, env)),
            ExprKind::StartOfDay(inner) => self.start_of_day(self.eval(inner, env)),
            ExprKind::DaysSince(inner) => self.days_since(self.eval(inner, env)),
            ExprKind::Extreme { greatest, of, ignoring_missing } => {
                let values = of.iter().map(|value| self.eval(value, env)).collect();
                extreme(*greatest, values, *ignoring_missing)
            }
            ExprKind::Defined { body, .. } => self.eval(body, env),
            ExprKind::Error => Val::Unknown,
        }
    }

    /// When a row known by day happened is the first instant of that day, where an instant is asked for.
    fn as_typed(&self, ty: &Type, val: Val) -> Val {
        match (ty, &val) {
            (Type::Instant(_), Val::Known(Value::Date(_))) => self.start_of_day(val),
            _ => val,
        }
    }

    fn age(&self, path: &FieldPath, env: &Env<'a>) -> Val {
        let years = |birth: Date| Number::whole(i128::from(time::age(birth, self.time.today())));
        match self.at_path(path, env) {
            Cell::Value(Value::Date(birth)) => Val::Number(years(birth)),
            Cell::Missing => Val::Missing,
            Cell::Value(_) | Cell::Unreadable => Val::Unknown,
        }
    }

    fn date_of(&self, val: Val) -> Val {
        match val {
            Val::Known(Value::Instant(instant)) => Val::Known(Value::Date(self.time.zone.date_of(instant))),
            Val::Missing => Val::Missing,
            Val::Known(_) | Val::Number(_) | Val::Count(..) | Val::Unknown => Val::Unknown,
        }
    }

    fn start_of_day(&self, val: Val) -> Val {
        match val {
            Val::Known(Value::Date(day)) => Val::Known(Value::Instant(self.time.zone.start_of(day))),
            Val::Missing => Val::Missing,
            Val::Known(_) | Val::Number(_) | Val::Count(..) | Val::Unknown => Val::Unknown,
        }
    }

    /// Civil days from a day to today, whole 24 hours from an instant to now.
    fn days_since(&self, val: Val) -> Val {
        let days = match val {
            Val::Known(Value::Date(day)) => time::days_between(day, self.time.today()),
            Val::Known(Value::Instant(instant)) => {
                (self.time.now.micros() - instant.micros()).div_euclid(86_400_000_000)
            }
            Val::Missing => return Val::Missing,
            Val::Known(_) | Val::Number(_) | Val::Count(..) | Val::Unknown => return Val::Unknown,
        };
        Val::Number(Number::whole(i128::from(days)))
    }

    fn arithmetic(&self, op: ArithmeticOp, left: &Expr, right: &Expr, env: &Env<'a>) -> Val {
        let (left, right) = (self.eval(left, env), self.eval(right, env));
        match (left.number(), right.number()) {
            (Some(left), Some(right)) => Val::of_number(Number::apply(op, left, right)),
            (None, _) | (_, None) => {
                let missing = matches!(left, Val::Missing) || matches!(right, Val::Missing);
                if missing { Val::Missing } else { Val::Unknown }
            }
        }
    }

    /// The latest score: its cell, where rows tied at the latest instant agree on it.
    fn score(&self, rows: &Rows, field: &FieldPath, env: &Env<'a>) -> Val {
        let found = self.found(rows, env);
        if found.unknown || found.more || found.rows.iter().any(|found| !found.sure) {
            return Val::Unknown;
        }
        let latest = found.rows.iter().filter_map(|found| found.row.at).map(|at| at.first).max();
        let chosen = found.rows.iter().filter(|found| found.row.at.map(|at| at.first) == latest);
        agreed(chosen.map(|found| Val::of_cell(self.at_path(field, &found.env))))
    }

    fn aggregate(&self, aggregate: &Aggregate, env: &Env<'a>) -> Val {
        if aggregate.func == AggregateFunc::Count {
            return self.count(&aggregate.rows, env);
        }
        let found = self.found(&aggregate.rows, env);
        if found.unknown || found.more || found.rows.iter().any(|found| !found.sure) {
            return Val::Unknown;
        }
        let rows = found.rows;
        match aggregate.func {
            AggregateFunc::First | AggregateFunc::Last => self.first_or_last(aggregate, &rows),
            AggregateFunc::Share => self.share(aggregate, &rows),
            AggregateFunc::Count
            | AggregateFunc::CountDistinct
            | AggregateFunc::Sum
            | AggregateFunc::Avg
            | AggregateFunc::Min
            | AggregateFunc::Max
            | AggregateFunc::Median
            | AggregateFunc::Mode => {
                let values = rows.iter().map(|row| self.value_of(aggregate, row));
                let ignored = |value: &Val| aggregate.ignoring_missing && matches!(value, Val::Missing);
                fold(aggregate.func, values.filter(|value| !ignored(value)).collect())
            }
        }
    }

    /// The value of an aggregate for one row; without one, when the row happened.
    fn value_of(&self, aggregate: &Aggregate, found: &FoundRow<'a>) -> Val {
        if let Some(value) = &aggregate.value {
            let adds = matches!(aggregate.func, AggregateFunc::Sum | AggregateFunc::Avg | AggregateFunc::Median);
            let known = self.eval(value, &found.env);
            let beyond = adds && is_computed(value) && matches!(known, Val::Number(number) if number.is_beyond_cells());
            return if beyond { Val::Unknown } else { known };
        }
        let at = self.table_of(&aggregate.rows).and_then(|table| self.model.tables[table].at);
        at.map_or(Val::Unknown, |at| Val::of_cell(super::cells::read(&self.model.fields[at], found.row.row)))
    }

    fn first_or_last(&self, aggregate: &Aggregate, rows: &[FoundRow<'a>]) -> Val {
        let instants = rows.iter().filter_map(|found| found.row.at).map(|at| at.first);
        let chosen = if aggregate.func == AggregateFunc::First { instants.min() } else { instants.max() };
        let tied = rows.iter().filter(|found| found.row.at.map(|at| at.first) == chosen);
        agreed(tied.map(|found| self.value_of(aggregate, found)))
    }

    fn share(&self, aggregate: &Aggregate, rows: &[FoundRow<'a>]) -> Val {
        let Some(condition) = &aggregate.share else { return Val::Unknown };
        let truths: Vec<Truth> = rows.iter().map(|found| self.truth(condition, &found.env)).collect();
        if truths.contains(&Truth::Unknown) {
            return Val::Unknown;
        }
        let of = truths.iter().filter(|truth| **truth == Truth::True).count() as i128;
        let all = Number::whole(truths.len() as i128);
        Val::of_number(Number::apply(ArithmeticOp::Divide, Number::whole(of), all))
    }
}

/// Whether a value of each row is computed, and so may have more digits than a cell.
fn is_computed(value: &Expr) -> bool {
    if let ExprKind::Extreme { of, .. } = &value.kind {
        return of.iter().any(is_computed);
    }
    matches!(value.kind, ExprKind::Arithmetic { .. })
}

/// The value that all agree on; missing where there is none, unknown where they differ.
fn agreed(values: impl Iterator<Item = Val>) -> Val {
    let values: Vec<Val> = values.collect();
    let Some(first) = values.first() else { return Val::Missing };
    if values.iter().all(|value| value.is_same(first)) { first.clone() } else { Val::Unknown }
}

/// Aggregates of values: unknown where one is lacking.
fn fold(func: AggregateFunc, mut values: Vec<Val>) -> Val {
    if values.iter().any(|value| value.order(value).is_none()) {
        return Val::Unknown;
    }
    values.sort_by(|a, b| a.order(b).unwrap_or(Ordering::Equal));
    let divided = |sum: Result<Number, Trouble>, by: usize| {
        sum.and_then(|sum| Number::apply(ArithmeticOp::Divide, sum, Number::whole(by as i128)))
    };
    match func {
        AggregateFunc::Sum => Val::of_number(sum(&values)),
        AggregateFunc::Avg => Val::of_number(divided(sum(&values), values.len())),
        AggregateFunc::Min => values.into_iter().next().unwrap_or(Val::Missing),
        AggregateFunc::Max => values.into_iter().next_back().unwrap_or(Val::Missing),
        AggregateFunc::Median => {
            let middle = values.get((values.len().max(1) - 1) / 2..values.len() / 2 + 1).unwrap_or(&[]);
            Val::of_number(divided(sum(middle), middle.len()))
        }
        AggregateFunc::Mode => mode(&values),
        AggregateFunc::CountDistinct => {
            values.dedup_by(|a, b| a.is_same(b));
            Val::Number(Number::whole(values.len() as i128))
        }
        AggregateFunc::Count | AggregateFunc::First | AggregateFunc::Last | AggregateFunc::Share => Val::Unknown,
    }
}

/// The most frequent of sorted values; missing where two are equally frequent.
fn mode(values: &[Val]) -> Val {
    let times = |value: &Val| values.iter().filter(|other| other.is_same(value)).count();
    let most = values.iter().map(times).max().unwrap_or(0);
    let mut modes: Vec<&Val> = values.iter().filter(|value| times(value) == most).collect();
    modes.dedup_by(|a, b| a.is_same(b));
    if let [only] = modes.as_slice() { (*only).clone() } else { Val::Missing }
}

/// The greatest or least of values; missing where one is, but for what may be ignored.
fn extreme(greatest: bool, mut values: Vec<Val>, ignoring_missing: bool) -> Val {
    if ignoring_missing {
        values.retain(|value| !matches!(value, Val::Missing));
    }
    if values.is_empty() || values.iter().any(|value| matches!(value, Val::Missing)) {
        return Val::Missing;
    }
    if values.iter().any(|value| value.order(value).is_none()) {
        return Val::Unknown;
    }
    let numbers: Vec<Number> = values.iter().filter_map(Val::number).collect();
    if numbers.len() == values.len() {
        return extreme_number(greatest, &numbers);
    }
    values.sort_by(|a, b| a.order(b).unwrap_or(Ordering::Equal));
    let chosen = if greatest { values.pop() } else { values.into_iter().next() };
    chosen.unwrap_or(Val::Missing)
}

/// The first that can be told to beat every other, with as many places as any of them.
fn extreme_number(greatest: bool, numbers: &[Number]) -> Val {
    let beats = |own: &Number, other: &Number| {
        own.against(*other).is_some_and(|order| if greatest { order.is_ge() } else { order.is_le() })
    };
    let others = |place: usize| numbers.iter().enumerate().filter(move |(at, _)| *at != place).map(|(_, other)| other);
    let mut placed = numbers.iter().enumerate();
    let best = placed.find(|(place, own)| others(*place).all(|other| beats(own, other))).map(|(_, own)| own);
    let Some(best) = best else { return Val::Unknown };
    Val::of_number(numbers.iter().try_fold(*best, |best, other| best.like(*other)))
}

fn sum(values: &[Val]) -> Result<Number, Trouble> {
    let numbers = values.iter().filter_map(Val::number);
    numbers.into_iter().try_fold(Number::whole(0), |sum, number| Number::apply(ArithmeticOp::Add, sum, number))
}

/// A literal as cells of its type are read: versions as texts in whose order they stand.
pub(super) fn as_read(value: &Value, ty: &Type) -> Value {
    match (ty, value) {
        (Type::Version, Value::Text(text)) => lists::version(text).map_or_else(|| value.clone(), Value::Text),
        (_, value) => value.clone(),
    }
}
