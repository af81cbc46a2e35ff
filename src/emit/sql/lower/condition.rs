//! Conditions by polarity: *must* (definitely true) and *may* (not definitely false), each printed only where it is in use.

use super::Lower;
use super::clock::{DayOf, Moment};
use super::feature::Counted;
use super::number::{Number, compare_op};
use super::scope::{Cell, Scope, Ty, safe_day};
use super::tables::plain_instant;
use crate::emit::sql::tree::{
    Expr as Sql, Func, Op, Test, Type, and, any_row, binary, call, col, cte, eq, is, not, or,
};
use crate::faults::{Fault, on};
use crate::model::{CompareOp, TextOp, Value};
use crate::plan::{Cond, Expr, Guard, PartZone, Path, Rows};

/// Which side of the truth is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Definitely true.
    Must,
    /// Not definitely false.
    May,
}

/// A value.
#[derive(Debug, Clone)]
pub enum Amount {
    /// A number.
    Number(Number),
    /// Anything else.
    Cell(Cell),
}

impl Amount {
    /// Whether it may be missing.
    pub fn nullable(&self) -> bool {
        match self {
            Amount::Number(number) => number.nullable,
            Amount::Cell(cell) => cell.nullable,
        }
    }

    /// Whether it is missing.
    pub fn missing(&self) -> Sql {
        match self {
            Amount::Number(Number { top, bottom: Some(bottom), .. }) => {
                or(vec![is(top.clone(), Test::Null), is(bottom.clone(), Test::Null)])
            }
            Amount::Number(Number { top, .. }) => is(top.clone(), Test::Null),
            Amount::Cell(cell) => is(cell.sql.clone(), Test::Null),
        }
    }
}

impl<'p> Lower<'p> {
    /// What must be definitely true.
    pub fn must(&mut self, scope: &mut Scope, cond: &'p Cond) -> Sql {
        self.side(scope, cond, false, Side::Must)
    }

    /// One side of a condition or of its negation. `Must` may answer NULL for no; `May` never answers NULL.
    pub fn side(&mut self, scope: &mut Scope, cond: &'p Cond, negated: bool, side: Side) -> Sql {
        match cond {
            Cond::Everyone => Sql::Truth(!negated),
            Cond::Sample { key, from, to, salt } => self.sample(scope, key, (*from, *to), salt, (negated, side)),
            Cond::And(list) => {
                let parts = list.iter().map(|inner| self.side(scope, inner, negated, side)).collect();
                if negated { or(parts) } else { and(parts) }
            }
            Cond::Or(list) => {
                let parts = list.iter().map(|inner| self.side(scope, inner, negated, side)).collect();
                if negated { and(parts) } else { or(parts) }
            }
            Cond::Not(inner) if on(Fault::F17) && !negated => is(self.side(scope, inner, false, side), Test::NotTrue),
            Cond::Not(inner) => self.side(scope, inner, !negated, side),
            Cond::Missing(value) => self.missing(scope, value, negated, side),
            Cond::Count { rows, op, n } => {
                let op = if negated { op.contrary() } else { *op };
                self.count(scope, rows, op, *n, side)
            }
            Cond::AtLeastOf { of, op, n } => {
                let op = if negated { op.contrary() } else { *op };
                self.so_many(scope, of, op, *n, side)
            }
            Cond::Guarded { via, guard, condition, .. } => self.guarded(scope, via, guard, condition, negated, side),
            Cond::Around(of) => self.around(scope, of, negated, side),
            Cond::Compare { .. } | Cond::OneOf { .. } | Cond::Has { .. } | Cond::Text { .. } | Cond::Truth(_) => {
                let (leaf, nullable) = self.leaf(scope, cond, negated);
                if side == Side::May && nullable { is(leaf, Test::NotFalse) } else { leaf }
            }
        }
    }

    /// `is missing`: unknown where the value is unknown, which is not the same.
    fn missing(&mut self, scope: &mut Scope, value: &'p Expr, negated: bool, side: Side) -> Sql {
        let before = std::mem::replace(&mut self.asking, true);
        self.doubt = None;
        let missing = self.expr(scope, value).missing();
        let doubt = self.doubt.take().unwrap_or(Sql::Truth(false));
        self.asking = before;
        match (side, negated) {
            (Side::Must, false) => and(vec![missing, not(doubt)]),
            (Side::May, false) => missing,
            (Side::Must, true) => not_missing(missing),
            (Side::May, true) => or(vec![not_missing(missing), doubt]),
        }
    }

    /// What is computed from something missing is missing; from something unknown and nothing missing it is unknown.
    fn doubt_of(&mut self, left: (&Amount, Option<Sql>), right: (&Amount, Option<Sql>)) {
        let plain = |doubt: &Option<Sql>| doubt.clone().unwrap_or(Sql::Truth(false));
        let (l, r) = (plain(&left.1), plain(&right.1));
        let definitely = |amount: &Amount, doubt: &Sql| {
            if amount.nullable() { and(vec![amount.missing(), not(doubt.clone())]) } else { Sql::Truth(false) }
        };
        let (left, right) = (definitely(left.0, &l), definitely(right.0, &r));
        let doubt = and(vec![or(vec![l, r]), not(left), not(right)]);
        self.doubt = (doubt != Sql::Truth(false)).then_some(doubt);
    }

    /// A condition that answers NULL where it is unknown, and whether it may be.
    fn leaf(&mut self, scope: &mut Scope, cond: &'p Cond, negated: bool) -> (Sql, bool) {
        match cond {
            Cond::Compare { op, left, right } => {
                let op = if negated { op.contrary() } else { *op };
                let (left, right) = (self.expr(scope, left), self.expr(scope, right));
                self.compare(op, left, right)
            }
            Cond::OneOf { value, values, ignoring_case } => self.listed(scope, value, values, *ignoring_case, negated),
            Cond::Has { list, values, ignoring_case } => (self.has(scope, list, values, *ignoring_case, negated), true),
            Cond::Text { op, value, pattern, ignoring_case } => {
                let (sql, nullable) = self.text(scope, *op, value, pattern, *ignoring_case);
                (if negated { not(sql) } else { sql }, nullable)
            }
            Cond::Truth(value) => match self.expr(scope, value) {
                Amount::Cell(cell) => (if negated { not(cell.sql) } else { cell.sql }, cell.nullable),
                Amount::Number(_) => (self.bug("a number where truth was meant"), false),
            },
            Cond::Everyone
            | Cond::Sample { .. }
            | Cond::And(_)
            | Cond::Or(_)
            | Cond::Not(_)
            | Cond::Missing(_)
            | Cond::Around(_)
            | Cond::Count { .. }
            | Cond::AtLeastOf { .. }
            | Cond::Guarded { .. } => (self.bug("a condition that is no leaf"), false),
        }
    }

    fn compare(&mut self, op: CompareOp, left: Amount, right: Amount) -> (Sql, bool) {
        match (left, right) {
            (Amount::Number(left), Amount::Number(right)) => self.compare_numbers(op, &left, &right),
            (Amount::Cell(left), Amount::Cell(right)) => {
                let nullable = left.nullable || right.nullable;
                let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual) && left.ty == Ty::Text;
                let key = |sql: Sql| if ordered { call(Func::ByCodePoint, vec![sql]) } else { sql };
                (binary(compare_op(op), key(left.sql), key(right.sql)), nullable)
            }
            (Amount::Number(_), Amount::Cell(_)) | (Amount::Cell(_), Amount::Number(_)) => {
                (self.bug("a number compared with something else"), false)
            }
        }
    }

    fn listed(
        &mut self,
        scope: &mut Scope,
        value: &'p Expr,
        values: &'p [Value],
        fold: bool,
        negated: bool,
    ) -> (Sql, bool) {
        let amount = self.expr(scope, value);
        let nullable = amount.nullable();
        let of = match amount {
            Amount::Cell(cell) if fold => call(Func::FoldAscii, vec![cell.sql]),
            Amount::Cell(cell) => cell.sql,
            Amount::Number(number) if number.bottom.is_none() => number.top,
            Amount::Number(number) => return (self.quotient_listed(&number, values, negated), nullable),
        };
        if values.is_empty() {
            let known = is(of, Test::NotNull);
            return if negated { (call_known(known), nullable) } else { (Sql::Truth(false), false) };
        }
        let literal = |value: &Value| match (value, fold) {
            (Value::Text(text), true) => Sql::Text(text.to_ascii_lowercase()),
            (value, _) => Lower::literal(value).sql,
        };
        let values = values.iter().map(literal).collect();
        (Sql::In { of: Box::new(of), values, negated }, nullable)
    }

    fn text(&mut self, scope: &mut Scope, op: TextOp, value: &'p Expr, pattern: &str, fold: bool) -> (Sql, bool) {
        let cell = match self.expr(scope, value) {
            Amount::Cell(cell) => cell,
            Amount::Number(_) => return (self.bug("a number where text was meant"), false),
        };
        let (of, pattern) = if fold && op == TextOp::Matches {
            (call(Func::FoldAscii, vec![cell.sql]), pattern.to_owned())
        } else if fold {
            (call(Func::FoldAscii, vec![cell.sql]), pattern.to_ascii_lowercase())
        } else {
            (cell.sql, pattern.to_owned())
        };
        let length = i128::try_from(pattern.chars().count()).unwrap_or(0);
        let pattern = Sql::Text(pattern);
        let sql = match op {
            TextOp::Equals => eq(of, pattern),
            TextOp::Contains => call(Func::Contains, vec![of, pattern]),
            TextOp::StartsWith => call(Func::StartsWith, vec![of, pattern]),
            TextOp::Matches => call(Func::Matches, vec![of, pattern]),
            TextOp::EndsWith => eq(call(Func::Right, vec![of, Sql::Whole(length)]), pattern),
        };
        (sql, cell.nullable)
    }

    /// The interval [sure, possible] against n, by the side in use.
    fn count(&mut self, scope: &mut Scope, rows: &'p Rows, op: CompareOp, n: u64, side: Side) -> Sql {
        let n = Sql::Whole(i128::from(n));
        let plain = !self.uncertain_rows(rows);
        let need = |wanted: Side| if plain { (true, false) } else { (wanted == Side::Must, wanted == Side::May) };
        let (sure_is_sure, may) = (Side::Must, Side::May);
        let one = |lower: &mut Self, scope: &mut Scope, wanted: Side| {
            let (sure, possible) = need(wanted);
            lower.feature(scope, rows, (sure, possible))
        };
        let above = matches!(op, CompareOp::Greater | CompareOp::GreaterOrEqual);
        let must = side == Side::Must;
        let (holds, told, over) = match op {
            CompareOp::Greater | CompareOp::GreaterOrEqual | CompareOp::Less | CompareOp::LessOrEqual => {
                let Counted { count, told, over } = one(self, scope, if above == must { sure_is_sure } else { may });
                // What may still come changes only the side that looks at how many there are at most.
                let over = if above == must { Sql::Truth(true) } else { over };
                (binary(compare_op(op), count, n), told, over)
            }
            CompareOp::Equal | CompareOp::NotEqual => {
                let Counted { count: sure, told, over } = one(self, scope, sure_is_sure);
                let possible = if plain { sure.clone() } else { one(self, scope, may).count };
                let holds = interval(op, side, (sure.clone(), possible), n.clone());
                match (&over, op, must) {
                    (Sql::Truth(true), _, _) | (_, CompareOp::Equal, true) => (holds, told, over),
                    (_, CompareOp::Equal, false) => {
                        let more = and(vec![not(over), binary(Op::LessOrEqual, sure, n)]);
                        (or(vec![holds, more]), told, Sql::Truth(true))
                    }
                    (_, _, true) => {
                        let holds = or(vec![and(vec![over, holds]), binary(Op::Greater, sure, n)]);
                        (holds, told, Sql::Truth(true))
                    }
                    (_, _, false) => (holds, told, over),
                }
            }
        };
        let parts = [told, over].into_iter().filter(|part| *part != Sql::Truth(true));
        match side {
            Side::Must => and(parts.chain([holds]).collect()),
            Side::May => or(parts.map(not).chain([holds]).collect()),
        }
    }

    /// How many of several are true: each side counts as a whole number.
    fn so_many(&mut self, scope: &mut Scope, of: &'p [Cond], op: CompareOp, n: u64, side: Side) -> Sql {
        let n = Sql::Whole(i128::from(n));
        let mut sum = |lower: &mut Self, wanted: Side| {
            let ones = of.iter().map(|part| {
                let holds = lower.side(scope, part, false, wanted);
                Sql::Case(vec![(holds, Sql::Whole(1))], Some(Box::new(Sql::Whole(0))))
            });
            ones.reduce(|sum, one| binary(Op::Add, sum, one)).unwrap_or(Sql::Whole(0))
        };
        let at_least = matches!(op, CompareOp::Greater | CompareOp::GreaterOrEqual) == (side == Side::Must);
        match op {
            CompareOp::Greater | CompareOp::GreaterOrEqual | CompareOp::Less | CompareOp::LessOrEqual => {
                let counted = sum(self, if at_least { Side::Must } else { Side::May });
                binary(compare_op(op), counted, n)
            }
            CompareOp::Equal | CompareOp::NotEqual => {
                let (sure, possible) = (sum(self, Side::Must), sum(self, Side::May));
                interval(op, side, (sure, possible), n)
            }
        }
    }

    fn guarded(
        &mut self,
        scope: &mut Scope,
        via: &[usize],
        guard: &'p Guard,
        condition: &'p Cond,
        negated: bool,
        side: Side,
    ) -> Sql {
        let inner = self.side(scope, condition, negated, side);
        let own = via.is_empty() && *guard == self.plan.guard;
        let (key, there) = self.subject(scope, 0, via);
        let there = there.unwrap_or(Sql::Truth(true));
        let certain = there == Sql::Truth(true);
        let asks_guard = !own && ((side == Side::Must) != negated);
        let passes = if asks_guard {
            let made = self.other_guard(guard);
            Sql::Exists(any_row(cte(&made.name, "g"), vec![eq(col("g", &made.key), key)]))
        } else {
            Sql::Truth(true)
        };
        match (side, negated) {
            (Side::Must, false) => and(vec![inner, passes]),
            (Side::Must, true) => and(vec![inner, there]),
            (Side::May, false) if certain => inner,
            (Side::May, false) => or(vec![inner, not(there)]),
            // Not the segment's condition, or its guard does not pass: then it is unknown, and so is its negation.
            (Side::May, true) => or(vec![inner, not(passes)]),
        }
    }

    /// An expression.
    pub fn expr(&mut self, scope: &mut Scope, expr: &'p Expr) -> Amount {
        match expr {
            Expr::Literal(value) => amount(Lower::literal(value)),
            Expr::Field(path) => amount(self.cell(scope, path)),
            Expr::Latest { rows, path } => self.latest(scope, rows, path),
            Expr::Aggregate(aggregate) => self.aggregate(scope, aggregate),
            Expr::Arithmetic { op, left, right } => {
                let (left, left_doubt) = (self.expr(scope, left), self.doubt.take());
                let (right, right_doubt) = (self.expr(scope, right), self.doubt.take());
                self.doubt_of((&left, left_doubt), (&right, right_doubt));
                match (left, right) {
                    (Amount::Number(left), Amount::Number(right)) => {
                        Amount::Number(self.arithmetic(*op, &left, &right))
                    }
                    (Amount::Number(_) | Amount::Cell(_), Amount::Number(_) | Amount::Cell(_)) => {
                        Amount::Cell(self.wrong("arithmetic on what is no number"))
                    }
                }
            }
            Expr::Age(path) => {
                let birth = self.cell(scope, path);
                Amount::Number(self.age(&birth))
            }
            Expr::Part { part, of, zone } => self.part(scope, *part, of, zone.as_ref()),
            Expr::Anniversary { of, from } => self.anniversary(scope, of, *from),
            Expr::Instant(bound) => {
                let sql = self.clock.instant(&Moment::Bound(*bound));
                Amount::Cell(Cell { sql, ty: Ty::Instant, nullable: false, whole: false })
            }
            Expr::Standing(standing) => Amount::Number(self.standing(scope, standing)),
            Expr::Today => {
                let sql = self.clock.day(DayOf::Today);
                Amount::Cell(Cell { sql, ty: Ty::Day, nullable: false, whole: false })
            }
            Expr::DateOf(of) => self.convert(scope, of, Ty::Day),
            Expr::StartOfDay(of) => self.convert(scope, of, Ty::Instant),
            Expr::DaysSince(of) => self.days_since(scope, of),
            Expr::Extreme { greatest, of, ignoring_missing } => {
                self.extreme_of(scope, *greatest, of, *ignoring_missing)
            }
            Expr::Back { from, length } => match self.expr(scope, from) {
                Amount::Cell(cell) => {
                    let sql = self.back(&cell.sql, *length);
                    Amount::Cell(Cell { sql, nullable: true, ..cell })
                }
                Amount::Number(_) => Amount::Cell(self.wrong("a number less a length")),
            },
        }
    }

    fn convert(&mut self, scope: &mut Scope, of: &'p Expr, ty: Ty) -> Amount {
        let Amount::Cell(cell) = self.expr(scope, of) else { return Amount::Cell(self.wrong("a number as a time")) };
        let sql = match ty {
            Ty::Day => {
                self.clock.day_of(if reads_clock(&cell.sql) { cell.sql.clone() } else { plain_instant(&cell.sql) })
            }
            Ty::Instant | Ty::Text | Ty::Truth | Ty::Number => {
                self.clock.start_of(&Sql::Cast(Box::new(safe_day(&cell.sql)), Type::Wall))
            }
        };
        Amount::Cell(Cell { sql, ty, nullable: cell.nullable, whole: false })
    }

    /// Completed years from a birth date to today.
    fn age(&mut self, birth: &Cell) -> Number {
        let today = self.clock.day(DayOf::Today);
        let born = safe_day(&birth.sql);
        let year = |day: &Sql| call(Func::YearOf, vec![day.clone()]);
        let place = |day: &Sql| call(Func::MonthAndDay, vec![day.clone()]);
        let early = binary(Op::Less, place(&today), place(&born));
        let years = binary(Op::Subtract, year(&today), year(&born));
        let not_yet = Sql::Case(vec![(early, Sql::Whole(1))], Some(Box::new(Sql::Whole(0))));
        Number::wide(binary(Op::Subtract, years, not_yet), 5, 0, birth.nullable)
    }

    /// Something that no plan holds.
    pub fn wrong(&mut self, what: &str) -> Cell {
        Cell { sql: self.bug(what), ty: Ty::Truth, nullable: false, whole: false }
    }

    /// Whether a condition may be unknown for somebody who is not left out anyway.
    pub fn uncertain(&self, cond: &Cond) -> bool {
        match cond {
            Cond::Everyone => false,
            Cond::Sample { key, .. } => !key.hops.is_empty(),
            Cond::Missing(value) => computes(value) || matches!(value, Expr::Latest { .. }),
            Cond::And(list) | Cond::Or(list) | Cond::AtLeastOf { of: list, .. } => {
                list.iter().any(|inner| self.uncertain(inner))
            }
            Cond::Not(inner) => self.uncertain(inner),
            Cond::Compare { left, right, .. } => {
                self.may_miss(left) || self.may_miss(right) || computes(left) || computes(right)
            }
            Cond::OneOf { value, .. } | Cond::Text { value, .. } | Cond::Truth(value) => self.may_miss(value),
            // Nobody can tell about a place near the border.
            Cond::Around(_) => true,
            Cond::Count { rows, .. } => self.uncertain_rows(rows) || self.may_be_elsewhere(rows),
            Cond::Guarded { .. } | Cond::Has { .. } => true,
        }
    }

    /// Whether a row of the set may be merely possible.
    pub fn uncertain_rows(&self, rows: &Rows) -> bool {
        use crate::plan::RowsFrom;
        let filter = rows.filter.as_ref().is_some_and(|filter| self.uncertain(filter));
        let of_ids = self.plan.tables.get(self.rows_table(&rows.from)).is_some_and(|table| table.along.is_some());
        filter
            || rows.each.as_deref().is_some_and(|each| self.uncertain_rows(each))
            || of_ids && !matches!(&rows.from, RowsFrom::Related { .. })
            || matches!(
                &rows.from,
                RowsFrom::Related { guard: Some(_), .. } | RowsFrom::RelatedRows { guard: Some(_), .. }
            )
    }

    /// Whether an expression may be missing.
    pub fn may_miss(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Literal(_) | Expr::Instant(_) | Expr::Today => false,
            Expr::Field(path) | Expr::Age(path) => self.cell_may_miss(path),
            Expr::Arithmetic { .. }
            | Expr::Latest { .. }
            | Expr::Aggregate(_)
            | Expr::Standing(_)
            | Expr::Back { .. } => true,
            Expr::Part { of, zone, .. } => {
                let path = zone.as_ref().and_then(PartZone::path);
                self.may_miss(of) || path.is_some_and(|path| self.cell_may_miss(path))
            }
            Expr::Anniversary { of, .. } | Expr::DateOf(of) | Expr::StartOfDay(of) | Expr::DaysSince(of) => {
                self.may_miss(of)
            }
            Expr::Extreme { of, .. } => of.iter().any(|value| self.may_miss(value)),
        }
    }
}

impl Lower<'_> {
    fn cell_may_miss(&self, path: &Path) -> bool {
        let column = self.plan.tables.get(path.table).and_then(|table| table.columns.get(path.column));
        !path.hops.is_empty() || column.is_none_or(|column| column.optional)
    }
}

/// Whether something is computed that may pass an engine's digits.
fn computes(expr: &Expr) -> bool {
    matches!(expr, Expr::Arithmetic { .. } | Expr::Aggregate(_) | Expr::Extreme { .. })
}

fn reads_clock(expr: &Sql) -> bool {
    matches!(expr, Sql::Column { of, .. } if of == super::clock::CLOCK)
}

/// A cell as an amount.
pub fn amount(cell: Cell) -> Amount {
    if cell.ty == Ty::Number { Amount::Number(Number::of(&cell)) } else { Amount::Cell(cell) }
}

fn not_missing(missing: Sql) -> Sql {
    if let Sql::Or(list) = missing {
        return and(list.into_iter().map(not_missing).collect());
    }
    if let Sql::Is(of, Test::Null) = missing { Sql::Is(of, Test::NotNull) } else { not(missing) }
}

/// Equality (or its negation) of an interval with a number.
fn interval(op: CompareOp, side: Side, (sure, possible): (Sql, Sql), n: Sql) -> Sql {
    if sure == possible {
        return binary(compare_op(op), sure, n);
    }
    let pair = |a: Op, b: Op| vec![binary(a, sure, n.clone()), binary(b, possible, n)];
    match (op == CompareOp::Equal, side) {
        (true, Side::Must) => and(pair(Op::Equal, Op::Equal)),
        (true, Side::May) => and(pair(Op::LessOrEqual, Op::GreaterOrEqual)),
        (false, Side::Must) => or(pair(Op::Greater, Op::Less)),
        (false, Side::May) => or(pair(Op::NotEqual, Op::NotEqual)),
    }
}

/// TRUE where known, else NULL.
fn call_known(known: Sql) -> Sql {
    crate::emit::sql::tree::when(known, Sql::Truth(true))
}
