//! Three-valued evaluation, person by person, without allocation per row.

use super::cells::Cells;
use super::compile::{Cell, Measure, Origin, RowSet, Subject, Test, Truth, Val, Value, constant, matches_text};
use super::keys::{NONE, TWO};
use super::number::Number;
use super::time;
use crate::model::Instant;
use crate::model::calendar::age;
use crate::plan::{AggregateFunc, ArithmeticOp, Bound, CompareOp};

/// The rows that are bound, by slot.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    rows: Vec<u32>,
}

impl Binding {
    /// With room for so many.
    pub fn new(slots: usize) -> Self {
        Self { rows: vec![NONE; slots] }
    }

    pub fn bind(&mut self, slot: usize, row: u32) {
        if let Some(place) = self.rows.get_mut(slot) {
            *place = row;
        }
    }

    fn row(&self, slot: usize) -> u32 {
        self.rows.get(slot).copied().unwrap_or(NONE)
    }
}

impl Cell<'_> {
    /// The row that holds the cell; [`NONE`] where links lead nowhere, or to two.
    fn row(&self, bound: &Binding) -> u32 {
        let mut row = bound.row(self.slot);
        for hop in &self.hops {
            row = hop.from(row);
            if row >= TWO {
                return NONE;
            }
        }
        row
    }
}

impl<'r> Cell<'r> {
    fn value(&self, bound: &Binding) -> Val<'r> {
        let row = self.row(bound);
        if row == NONE { Val::Missing } else { self.column.value(row).map_or(Val::Missing, constant) }
    }
}

impl Subject {
    /// The key of whom it is about; `None` where links lead nowhere.
    pub fn id(&self, bound: &Binding) -> Option<u32> {
        let mut row = bound.row(self.of);
        for hop in &self.via {
            row = hop.from(row);
        }
        let id = self.keyed.keys.of_row.get(row as usize).copied()?;
        (row < TWO && id != NONE).then_some(id)
    }
}

impl Subject {
    /// Whether some link on the way finds two rows for somebody.
    pub fn may_be_two(&self) -> bool {
        self.via.iter().any(|links| links.any_two)
    }

    /// Whether a link on the way finds two rows here.
    pub fn is_two(&self, bound: &Binding) -> bool {
        let mut row = bound.row(self.of);
        self.via.iter().any(|hop| {
            row = hop.from(row);
            row == TWO
        })
    }
}

impl RowSet<'_> {
    /// Shows every row that is not ruled out, with its clock and whether it is sure. `None`: nobody can tell which rows there are.
    fn each(&self, bound: &mut Binding, mut see: impl FnMut(&mut Binding, i64, bool)) -> Option<()> {
        if self.unknown {
            return None;
        }
        self.from.each(bound, self.window, |bound, row, clock, sure| {
            bound.bind(self.slot, row);
            match self.filter.as_ref().map_or(Truth::True, |filter| filter.test(bound)) {
                Truth::True => see(bound, clock, sure),
                Truth::Unknown => see(bound, clock, false),
                Truth::False => {}
            }
        })
    }

    /// How many rows are sure, and how many possible; `None` where nobody can tell.
    pub fn count(&self, bound: &mut Binding) -> Option<(u64, u64)> {
        if self.filter.is_none()
            && !self.unknown
            && let Origin::Subject { subject, rows } = &self.from
        {
            let n = rows.rows(subject.id(bound)?, self.window).0.len() as u64;
            return Some((n, n));
        }
        let (mut sure, mut possible) = (0, 0);
        self.each(bound, |_, _, is_sure| {
            sure += u64::from(is_sure);
            possible += 1;
        })?;
        Some((sure, possible))
    }
}

impl Origin {
    /// Shows the rows in a window, unfiltered, with their clocks and whether they are sure to count.
    pub fn each(
        &self,
        bound: &mut Binding,
        window: Option<(i64, i64)>,
        mut see: impl FnMut(&mut Binding, u32, i64, bool),
    ) -> Option<()> {
        match self {
            Origin::Subject { subject, rows } => {
                let (rows, clocks) = rows.rows(subject.id(bound)?, window);
                for (at, row) in rows.iter().enumerate() {
                    see(bound, *row, clocks.get(at).copied().unwrap_or(0), true);
                }
            }
            Origin::Nested { of, nested } => {
                let parent = nested.of_parent.get(bound.row(*of) as usize).copied().unwrap_or(NONE);
                let (rows, clocks) = nested.rows.rows(parent, window);
                for (at, row) in rows.iter().enumerate() {
                    see(bound, *row, clocks.get(at).copied().unwrap_or(0), true);
                }
            }
            Origin::Related { subject, related, keyed, passes } => {
                for row in related.rows(subject.id(bound)?, None).0 {
                    let id = keyed.keys.of_row.get(*row as usize).copied().unwrap_or(NONE);
                    see(bound, *row, 0, passes.as_ref().is_none_or(|passes| passes.passes(id)));
                }
            }
            Origin::RelatedRows { subject, related, keyed, rows, passes } => {
                for whose in related.rows(subject.id(bound)?, None).0 {
                    let id = keyed.keys.of_row.get(*whose as usize).copied().unwrap_or(NONE);
                    let sure = passes.as_ref().is_none_or(|passes| passes.passes(id));
                    let (rows, clocks) = rows.rows(id, window);
                    for (at, row) in rows.iter().enumerate() {
                        see(bound, *row, clocks.get(at).copied().unwrap_or(0), sure);
                    }
                }
            }
        }
        Some(())
    }
}

/// A comparison of an interval with a number.
fn interval(op: CompareOp, sure: u64, possible: u64, n: u64) -> Truth {
    let (low, high) = (sure.cmp(&n), possible.cmp(&n));
    let (all, none) = match op {
        CompareOp::Less | CompareOp::LessOrEqual => (op.holds(high), !op.holds(low)),
        CompareOp::Greater | CompareOp::GreaterOrEqual => (op.holds(low), !op.holds(high)),
        CompareOp::Equal => (low.is_eq() && high.is_eq(), low.is_gt() || high.is_lt()),
        CompareOp::NotEqual => (low.is_gt() || high.is_lt(), low.is_eq() && high.is_eq()),
    };
    if all {
        Truth::True
    } else if none {
        Truth::False
    } else {
        Truth::Unknown
    }
}

impl Test<'_> {
    /// What it answers for the rows that are bound.
    pub fn test(&self, bound: &mut Binding) -> Truth {
        match self {
            Test::Always(truth) => *truth,
            Test::And(parts) => {
                let mut all = Truth::True;
                for part in parts {
                    match part.test(bound) {
                        Truth::False => return Truth::False,
                        Truth::Unknown => all = Truth::Unknown,
                        Truth::True => {}
                    }
                }
                all
            }
            Test::Or(parts) => {
                let mut any = Truth::False;
                for part in parts {
                    match part.test(bound) {
                        Truth::True => return Truth::True,
                        Truth::Unknown => any = Truth::Unknown,
                        Truth::False => {}
                    }
                }
                any
            }
            Test::Not(inner) => match inner.test(bound) {
                Truth::True => Truth::False,
                Truth::Unknown => Truth::Unknown,
                Truth::False => Truth::True,
            },
            Test::Words { cell, answers } => {
                let code = match cell.row(bound) {
                    NONE => None,
                    row => cell.column.code(row),
                };
                code.and_then(|code| answers.get(code as usize)).map_or(Truth::Unknown, |answer| Truth::from(*answer))
            }
            Test::Plain { cell, op, with } => {
                plain(cell, bound).map_or(Truth::Unknown, |n| op.holds(n.cmp(with)).into())
            }
            Test::Compare { op, left, right } => compare(*op, left.value(bound), right.value(bound)),
            Test::OneOf { value, values, fold } => one_of(value.value(bound), values, *fold),
            Test::Text { op, value, pattern, fold } => match value.value(bound) {
                Val::Text(text) => matches_text(*op, text, pattern, *fold).into(),
                Val::Missing | Val::Boolean(_) | Val::Number(_) | Val::Date(_) | Val::Instant(_) => Truth::Unknown,
            },
            Test::Truth(value) => match value.value(bound) {
                Val::Boolean(truth) => truth.into(),
                Val::Missing | Val::Text(_) | Val::Number(_) | Val::Date(_) | Val::Instant(_) => Truth::Unknown,
            },
            Test::Missing(value) => (value.value(bound) == Val::Missing).into(),
            Test::Count { rows, op, n } => {
                rows.count(bound).map_or(Truth::Unknown, |(sure, possible)| interval(*op, sure, possible, *n))
            }
            Test::Guarded { subject, passes, condition } => {
                let Some(id) = subject.id(bound).filter(|id| subject.keyed.row(*id) != NONE) else {
                    return Truth::Unknown;
                };
                match condition.test(bound) {
                    Truth::True if passes.passes(id) => Truth::True,
                    Truth::True | Truth::Unknown => Truth::Unknown,
                    Truth::False => Truth::False,
                }
            }
        }
    }
}

/// A cell in its column's own unit.
fn plain(cell: &Cell<'_>, bound: &Binding) -> Option<i128> {
    let row = cell.row(bound);
    if row == NONE || !cell.column.is_fine(row) {
        return None;
    }
    let at = row as usize;
    match &cell.column.cells {
        Cells::Integer(cells) | Cells::Instant(cells) => cells.get(at).map(|n| i128::from(*n)),
        Cells::Decimal(cells) => cells.get(at).copied(),
        Cells::Date(cells) => cells.get(at).map(|n| i128::from(*n)),
        Cells::Text { .. } | Cells::Boolean(_) => None,
    }
}

fn is_one_kind(left: Val<'_>, right: Val<'_>) -> bool {
    left != Val::Missing && std::mem::discriminant(&left) == std::mem::discriminant(&right)
}

fn compare(op: CompareOp, left: Val<'_>, right: Val<'_>) -> Truth {
    if is_one_kind(left, right) { op.holds(left.cmp(&right)).into() } else { Truth::Unknown }
}

fn one_of(value: Val<'_>, values: &[Val<'_>], fold: bool) -> Truth {
    let same = |other: &Val<'_>| match (value, *other) {
        (Val::Text(a), Val::Text(b)) if fold => a.eq_ignore_ascii_case(b),
        (a, b) => a == b,
    };
    if value == Val::Missing { Truth::Unknown } else { values.iter().any(same).into() }
}

impl<'r> Value<'r> {
    /// The value for the rows that are bound.
    pub fn value(&self, bound: &mut Binding) -> Val<'r> {
        match self {
            Value::Constant(value) => *value,
            Value::Cell(cell) => cell.value(bound),
            Value::Latest { rows, cell } => edge(rows, bound, true, |bound| cell.value(bound)),
            Value::Aggregate(measure) => measure.value(bound).unwrap_or(Val::Missing),
            Value::Arithmetic { op, left, right } => arithmetic(*op, left.value(bound), right.value(bound)),
            Value::Age { cell, today } => match cell.value(bound) {
                Val::Date(days) => time::civil(days)
                    .map_or(Val::Missing, |birth| Val::Number(Number::whole(i64::from(age(birth, *today))))),
                Val::Missing | Val::Text(_) | Val::Boolean(_) | Val::Number(_) | Val::Instant(_) => Val::Missing,
            },
            Value::DateOf { of, zone } => match of.value(bound) {
                Val::Instant(micros) => Val::Date(time::day_of(micros, zone)),
                Val::Missing | Val::Text(_) | Val::Boolean(_) | Val::Number(_) | Val::Date(_) => Val::Missing,
            },
            Value::StartOfDay { of, zone } => match of.value(bound) {
                Val::Date(days) => time::start_of(days, zone).map_or(Val::Missing, Val::Instant),
                Val::Missing | Val::Text(_) | Val::Boolean(_) | Val::Number(_) | Val::Instant(_) => Val::Missing,
            },
            Value::Back { from, length, zone } => match from.value(bound) {
                Val::Instant(micros) => {
                    Val::Instant(Bound::Back(*length).at(Instant::from_micros(micros), zone).micros())
                }
                Val::Missing | Val::Text(_) | Val::Boolean(_) | Val::Number(_) | Val::Date(_) => Val::Missing,
            },
        }
    }
}

fn arithmetic(op: ArithmeticOp, left: Val<'_>, right: Val<'_>) -> Val<'static> {
    let (Val::Number(a), Val::Number(b)) = (left, right) else { return Val::Missing };
    let result = match op {
        ArithmeticOp::Add => a.plus(b),
        ArithmeticOp::Subtract => a.minus(b),
        ArithmeticOp::Multiply => a.times(b),
        ArithmeticOp::Divide => a.over(b),
    };
    result.map_or(Val::Missing, Val::Number)
}

/// The value of the row with the greatest (or least) clock; missing where rows tied there differ, where a row is only possible,
/// and where there is none.
fn edge<'r>(rows: &RowSet<'r>, bound: &mut Binding, last: bool, value: impl Fn(&mut Binding) -> Val<'r>) -> Val<'r> {
    let (mut best, mut doubt): (Option<(i64, Val<'r>)>, bool) = (None, false);
    let seen = rows.each(bound, |bound, clock, sure| {
        doubt |= !sure;
        match best {
            Some((at, _)) if (last && clock < at) || (!last && clock > at) => {}
            Some((at, known)) if clock == at => {
                if known != value(bound) {
                    best = Some((at, Val::Missing));
                }
            }
            Some(_) | None => best = Some((clock, value(bound))),
        }
    });
    match (seen, best) {
        (Some(()), Some((_, value))) if !doubt => value,
        (Some(()) | None, Some(_) | None) => Val::Missing,
    }
}

impl<'r> Measure<'r> {
    /// `None`: missing.
    fn value(&self, bound: &mut Binding) -> Option<Val<'r>> {
        match self.func {
            AggregateFunc::Count => {
                let (sure, possible) = self.rows.count(bound)?;
                (sure == possible).then(|| Number::part(sure, 1).map(Val::Number))?
            }
            AggregateFunc::Share => self.share(bound),
            AggregateFunc::Sum => self.sum(bound).map(|(sum, _)| Val::Number(sum)),
            AggregateFunc::Avg => self.sum(bound).and_then(|(sum, count)| sum.per(count)).map(Val::Number),
            AggregateFunc::Min => self.best(bound, std::cmp::Ordering::Less),
            AggregateFunc::Max => self.best(bound, std::cmp::Ordering::Greater),
            AggregateFunc::CountDistinct => {
                let mut values = self.values(bound)?;
                values.sort_unstable();
                values.dedup();
                Number::part(values.len() as u64, 1).map(Val::Number)
            }
            AggregateFunc::Median => median(self.values(bound)?),
            AggregateFunc::First | AggregateFunc::Last => {
                let value = self.value.as_ref()?;
                let last = self.func == AggregateFunc::Last;
                Some(edge(&self.rows, bound, last, |bound| value.value(bound)))
            }
        }
    }

    /// Shows every row's value; `None` where a row is only possible or lacks it.
    fn each(&self, bound: &mut Binding, mut see: impl FnMut(Val<'r>) -> bool) -> Option<()> {
        let value = self.value.as_ref()?;
        let mut known = true;
        self.rows.each(bound, |bound, _, sure| {
            known = known && sure && {
                let value = value.value(bound);
                value != Val::Missing && see(value)
            };
        })?;
        known.then_some(())
    }

    fn values(&self, bound: &mut Binding) -> Option<Vec<Val<'r>>> {
        let mut values = Vec::new();
        self.each(bound, |value| {
            values.push(value);
            true
        })?;
        Some(values)
    }

    fn sum(&self, bound: &mut Binding) -> Option<(Number, u64)> {
        let (mut sum, mut count) = (Number::whole(0), 0);
        self.each(bound, |value| {
            let Val::Number(n) = value else { return false };
            count += 1;
            match sum.plus(n) {
                Some(more) => {
                    sum = more;
                    true
                }
                None => false,
            }
        })?;
        Some((sum, count))
    }

    fn best(&self, bound: &mut Binding, better: std::cmp::Ordering) -> Option<Val<'r>> {
        let mut best: Option<Val<'r>> = None;
        self.each(bound, |value| {
            if best.is_none_or(|known| value.cmp(&known) == better) {
                best = Some(value);
            }
            true
        })?;
        best
    }

    fn share(&self, bound: &mut Binding) -> Option<Val<'r>> {
        let share = self.share.as_ref()?;
        let (mut some, mut all, mut known) = (0, 0, true);
        self.rows.each(bound, |bound, _, sure| {
            all += 1;
            match share.test(bound) {
                Truth::True => some += 1,
                Truth::False => {}
                Truth::Unknown => known = false,
            }
            known &= sure;
        })?;
        if known { Number::part(some, all).map(Val::Number) } else { None }
    }
}

/// The middle value, or half the sum of the middle two.
fn median(mut values: Vec<Val<'_>>) -> Option<Val<'_>> {
    values.sort_unstable();
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    match (values.get(middle.checked_sub(1)?)?, upper) {
        (Val::Number(a), Val::Number(b)) => a.plus(b)?.per(2).map(Val::Number),
        (low, high) => (*low == high).then_some(high),
    }
}
