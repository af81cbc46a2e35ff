//! Three-valued evaluation, person by person, without allocation per row.

use super::cells::{Cells, Raw};
use super::compile::{
    Cell, Cut, Hung, Measure, Origin, RowSet, Subject, Test, Truth, Val, Value, constant, matches_text, matches_whole,
};
use super::dates;
use super::keys::{NONE, TWO};
use super::number::Number;
use super::time;
use crate::faults::{Fault, on};
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
    pub(super) fn value(&self, bound: &Binding) -> Val<'r> {
        self.raw(bound).map_or(Val::Missing, constant)
    }

    /// What the cell holds; `None` where there is none.
    pub(super) fn raw(&self, bound: &Binding) -> Option<Raw<'r>> {
        let row = self.row(bound);
        if row == NONE { None } else { self.column.value(row) }
    }
}

impl Cell<'_> {
    /// The canonical text of a key; `None` where there is none.
    fn text(&self, bound: &Binding) -> Option<String> {
        let row = self.row(bound);
        (row != NONE).then(|| super::keys::text(self.column, row)).flatten()
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
    fn each(&self, bound: &mut Binding, see: impl FnMut(&mut Binding, i64, bool)) -> Option<()> {
        let more = self.each_so_far(bound, see)?;
        (!more).then_some(())
    }

    /// The same, and whether more may come: an anchored window is not over.
    fn each_so_far(&self, bound: &mut Binding, mut see: impl FnMut(&mut Binding, i64, bool)) -> Option<bool> {
        match &self.each {
            None => self.each_here(bound, see),
            Some(_) => self.each_inside(bound, &mut see),
        }
    }

    /// The rows inside all of some rows: nobody can tell them where that is so of those that hold them, or of what one of them holds.
    fn each_inside(&self, bound: &mut Binding, see: &mut dyn FnMut(&mut Binding, i64, bool)) -> Option<bool> {
        let Some(each) = &self.each else { return self.each_here(bound, see) };
        let mut told = Some(false);
        let more = each.each_inside(bound, &mut |bound, _, around| {
            let here = self.each_here(bound, |bound, clock, sure| see(bound, clock, sure && around));
            told = told.zip(here).map(|(before, more)| before || more);
        })?;
        told.map(|inside| inside || more)
    }

    /// The same where what holds the rows is bound.
    fn each_here(&self, bound: &mut Binding, mut see: impl FnMut(&mut Binding, i64, bool)) -> Option<bool> {
        if self.unknown {
            return if on(Fault::F53) { self.nothing_left(bound) } else { None };
        }
        let (window, more) = match &self.anchored {
            Some(hung) => {
                let ((from, to), more) = hung.window(bound)?;
                (Some(self.window.map_or((from, to), |(first, last)| (from.max(first), to.min(last)))), more)
            }
            None => (self.window, false),
        };
        let window = window.map(|(from, to)| (from, to.max(from)));
        if let Some(cut) = &self.latest {
            if more {
                return None;
            }
            for (clock, row) in self.kept(cut, window, bound)? {
                bound.bind(self.slot, row);
                match self.filter.as_ref().map_or(Truth::True, |filter| filter.test(bound)) {
                    Truth::True => see(bound, clock, true),
                    Truth::Unknown => see(bound, clock, false),
                    Truth::False => {}
                }
            }
            return Some(false);
        }
        self.from.each(bound, window, |bound, row, clock, sure| {
            bound.bind(self.slot, row);
            match self.filter.as_ref().map_or(Truth::True, |filter| filter.test(bound)) {
                Truth::True => see(bound, clock, sure),
                Truth::Unknown => see(bound, clock, false),
                Truth::False => {}
            }
        })?;
        Some(more)
    }

    /// What a faulty engine makes of rows that nobody can tell.
    fn nothing_left(&self, bound: &mut Binding) -> Option<bool> {
        let mut left = false;
        self.from.each(bound, self.window, |_, _, _, _| left = true)?;
        (!left).then_some(false)
    }

    /// The rows that a cut keeps, with their clocks; `None` where one is only possible, and where those at the cut are tied.
    fn kept(&self, cut: &Cut<'_>, window: Option<(i64, i64)>, bound: &mut Binding) -> Option<Vec<(i64, u32)>> {
        let (mut rows, mut doubt) = (Vec::new(), false);
        self.from.each(bound, window, |bound, row, clock, sure| {
            bound.bind(self.slot, row);
            let truth = cut.of.as_ref().map_or(Truth::True, |of| of.test(bound));
            if truth != Truth::False {
                doubt |= !sure || truth == Truth::Unknown;
                rows.push((clock, row));
            }
        })?;
        rows.sort_unstable_by(|a, b| b.cmp(a));
        let (last, next) = (cut.n.checked_sub(1).and_then(|last| rows.get(last)), rows.get(cut.n));
        let tied = last.zip(next).is_some_and(|(last, next)| last.0 == next.0);
        rows.truncate(cut.n);
        (!doubt && !tied).then_some(rows)
    }

    /// How many rows are sure, and how many possible; `None` where nobody can tell.
    pub fn count(&self, bound: &mut Binding) -> Option<(u64, u64)> {
        if self.filter.is_none()
            && !self.unknown
            && self.anchored.is_none()
            && self.latest.is_none()
            && self.each.is_none()
            && let Origin::Subject { subject, rows } = &self.from
            && rows.all_sure()
        {
            let n = rows.rows(subject.id(bound)?, self.window).0.len() as u64;
            return Some((n, n));
        }
        let (mut sure, mut possible) = (0, 0);
        let more = self.each_so_far(bound, |_, _, is_sure| {
            sure += u64::from(is_sure);
            possible += 1;
        })?;
        Some((sure, if more { u64::MAX } else { possible }))
    }
}

impl Hung<'_> {
    /// The instants `[from, to)` for the rows that are bound, and whether it is not over; `None` where nobody can tell them.
    fn window(&self, bound: &mut Binding) -> Option<((i64, i64), bool)> {
        let start = instant(self.start.value(bound))?;
        let mut end = i64::MAX;
        for at in &self.ends {
            end = end.min(instant(at.value(bound))?);
        }
        if start < self.usable || (self.so_far && start >= self.now) {
            return None;
        }
        let more = !self.so_far && !self.ends.is_empty() && end > self.now;
        Some(((start.saturating_add(i64::from(self.open)), end.min(self.now)), more))
    }
}

fn instant(value: Val<'_>) -> Option<i64> {
    match value {
        Val::Instant(micros) => Some(micros),
        Val::Missing | Val::Unknown | Val::Text(_) | Val::Boolean(_) | Val::Number(_) | Val::Date(_) => None,
    }
}

impl Origin {
    /// Whether somebody may be reached through a related subject that has two different rows.
    pub fn may_be_ambiguous(&self) -> bool {
        match self {
            Origin::RelatedRows { keyed, .. } => keyed.twice.contains(&true),
            Origin::Subject { .. } | Origin::Nested { .. } | Origin::Related { .. } => false,
        }
    }

    /// Whether a related subject through whom rows are reached has two different rows here.
    pub fn is_ambiguous(&self, bound: &Binding) -> bool {
        match self {
            Origin::RelatedRows { subject, related, keyed, .. } => subject.id(bound).is_some_and(|id| {
                let twice = |row: &u32| keyed.keys.of_row.get(*row as usize).is_some_and(|id| keyed.is_twice(*id));
                related.rows(id, None).0.iter().any(twice)
            }),
            Origin::Subject { .. } | Origin::Nested { .. } | Origin::Related { .. } => false,
        }
    }

    /// Shows the rows in a window, unfiltered, with their clocks and whether they are sure to count.
    pub fn each(
        &self,
        bound: &mut Binding,
        window: Option<(i64, i64)>,
        mut see: impl FnMut(&mut Binding, u32, i64, bool),
    ) -> Option<()> {
        match self {
            Origin::Subject { subject, rows } => {
                let (found, clocks) = rows.rows(subject.id(bound)?, window);
                for (at, row) in found.iter().enumerate() {
                    see(bound, *row, clocks.get(at).copied().unwrap_or(0), rows.is_sure(*row));
                }
            }
            Origin::Nested { of, nested } => {
                let parent = nested.of_parent.get(bound.row(*of) as usize).copied().unwrap_or(NONE);
                if parent == TWO {
                    return None;
                }
                let (rows, clocks) = nested.rows.rows(parent, window);
                for (at, row) in rows.iter().enumerate() {
                    see(bound, *row, clocks.get(at).copied().unwrap_or(0), true);
                }
            }
            Origin::Related { subject, related, keyed, passes } => {
                for row in related.rows(subject.id(bound)?, None).0 {
                    let id = keyed.keys.of_row.get(*row as usize).copied().unwrap_or(NONE);
                    let sure = passes.as_ref().is_none_or(|passes| passes.passes(id));
                    if !on(Fault::F52) || sure {
                        see(bound, *row, 0, sure);
                    }
                }
            }
            Origin::RelatedRows { subject, related, keyed, rows, passes } => {
                for whose in related.rows(subject.id(bound)?, None).0 {
                    let id = keyed.keys.of_row.get(*whose as usize).copied().unwrap_or(NONE);
                    let sure = passes.as_ref().is_none_or(|passes| passes.passes(id));
                    let (found, clocks) = rows.rows(id, window);
                    for (at, row) in found.iter().enumerate() {
                        see(bound, *row, clocks.get(at).copied().unwrap_or(0), sure && rows.is_sure(*row));
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
            Test::Has { cell, answers } => {
                let code = match cell.row(bound) {
                    NONE => None,
                    row => cell.column.code(row),
                };
                code.and_then(|code| answers.get(code as usize)).copied().unwrap_or(Truth::Unknown)
            }
            Test::Plain { cell, op, with } => {
                plain(cell, bound).map_or(Truth::Unknown, |n| op.holds(n.cmp(with)).into())
            }
            Test::Compare { op, left, right } => compare(*op, left.value(bound), right.value(bound)),
            Test::OneOf { value, values, fold } => one_of(value.value(bound), values, *fold),
            Test::Text { op, value, pattern, fold } => match value.value(bound) {
                Val::Text(text) => matches_text(*op, text, pattern, *fold).into(),
                Val::Missing | Val::Unknown | Val::Boolean(_) | Val::Number(_) | Val::Date(_) | Val::Instant(_) => {
                    Truth::Unknown
                }
            },
            Test::Sample { key, from, to, salt } => {
                let bucket = key.text(bound).map(|key| super::bucket(salt, &key));
                bucket.map_or(Truth::Unknown, |bucket| (*from <= bucket && bucket < *to).into())
            }
            Test::Matches { value, pattern, fold } => match value.value(bound) {
                Val::Text(text) => matches_whole(pattern, text, *fold).into(),
                Val::Missing | Val::Unknown | Val::Boolean(_) | Val::Number(_) | Val::Date(_) | Val::Instant(_) => {
                    Truth::Unknown
                }
            },
            Test::Around(around) => around.test(bound),
            Test::Truth(value) => match value.value(bound) {
                Val::Boolean(truth) => truth.into(),
                Val::Missing if on(Fault::F40) => Truth::False,
                Val::Missing | Val::Unknown | Val::Text(_) | Val::Number(_) | Val::Date(_) | Val::Instant(_) => {
                    Truth::Unknown
                }
            },
            Test::Missing(value) => match value.value(bound) {
                Val::Missing => Truth::True,
                Val::Unknown => Truth::Unknown,
                Val::Text(_) | Val::Boolean(_) | Val::Number(_) | Val::Date(_) | Val::Instant(_) => Truth::False,
            },
            Test::Count { rows, op, n } => {
                rows.count(bound).map_or(Truth::Unknown, |(sure, possible)| interval(*op, sure, possible, *n))
            }
            Test::AtLeastOf { of, op, n } => so_many(of, *op, *n, bound),
            Test::Guarded { subject, passes, condition } => {
                let Some(id) = subject.id(bound).filter(|id| subject.keyed.row(*id) != NONE) else {
                    return Truth::Unknown;
                };
                match condition.test(bound) {
                    Truth::True if passes.passes(id) => Truth::True,
                    Truth::True | Truth::Unknown if on(Fault::F51) => Truth::False,
                    Truth::True | Truth::Unknown => Truth::Unknown,
                    Truth::False => Truth::False,
                }
            }
        }
    }
}

/// How many of several are true, against a number.
fn so_many(of: &[Test<'_>], op: CompareOp, n: u64, bound: &mut Binding) -> Truth {
    let (mut sure, mut possible) = (0, 0);
    for part in of {
        let truth = part.test(bound);
        sure += u64::from(truth == Truth::True);
        possible += u64::from(truth != Truth::False);
    }
    interval(op, sure, possible, n)
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

/// Whether there is a value for sure.
pub(super) fn is_known(value: Val<'_>) -> bool {
    !matches!(value, Val::Missing | Val::Unknown)
}

fn is_one_kind(left: Val<'_>, right: Val<'_>) -> bool {
    is_known(left) && std::mem::discriminant(&left) == std::mem::discriminant(&right)
}

fn compare(op: CompareOp, left: Val<'_>, right: Val<'_>) -> Truth {
    if let (Val::Number(a), Val::Number(b)) = (left, right) {
        return a.held_against(b).map_or(Truth::Unknown, |order| op.holds(order).into());
    }
    if is_one_kind(left, right) { op.holds(left.cmp(&right)).into() } else { Truth::Unknown }
}

fn one_of(value: Val<'_>, values: &[Val<'_>], fold: bool) -> Truth {
    if !is_known(value) {
        return Truth::Unknown;
    }
    let mut doubt = false;
    for other in values {
        match (value, *other) {
            (Val::Text(a), Val::Text(b)) if fold && a.eq_ignore_ascii_case(b) => return Truth::True,
            (Val::Number(a), Val::Number(b)) => match a.held_against(b) {
                Some(order) if order.is_eq() => return Truth::True,
                Some(_) => {}
                None => doubt = true,
            },
            (a, b) if a == b => return Truth::True,
            _ => {}
        }
    }
    if doubt { Truth::Unknown } else { Truth::False }
}

impl<'r> Value<'r> {
    /// The value for the rows that are bound.
    pub fn value(&self, bound: &mut Binding) -> Val<'r> {
        match self {
            Value::Constant(value) => *value,
            Value::Cell(cell) => cell.value(bound),
            Value::Latest { rows, cell } => edge(rows, bound, true, |bound| cell.value(bound)),
            Value::Aggregate(measure) => measure.value(bound),
            Value::Standing { form, ranking } => ranking.value(*form, bound.row(0)),
            Value::Arithmetic { op, left, right } => arithmetic(*op, left.value(bound), right.value(bound)),
            Value::Age { cell, today } => {
                let birth = cell.value(bound);
                let years = |birth| Val::Number(Number::whole(i64::from(age(birth, *today))));
                if let Val::Date(days) = birth { time::civil(days).map_or(Val::Unknown, years) } else { gone(birth) }
            }
            Value::Part { part, of, zone } => {
                let value = of.value(bound);
                dates::part(*part, value, zone.zone(bound))
            }
            Value::Anniversary { of, from } => dates::anniversary(of.value(bound), *from),
            Value::DateOf { of, zone } => {
                let instant = of.value(bound);
                if let Val::Instant(micros) = instant { Val::Date(time::day_of(micros, zone)) } else { gone(instant) }
            }
            Value::StartOfDay { of, zone } => {
                let day = of.value(bound);
                let start = |days| time::start_of(days, zone).map_or(Val::Unknown, Val::Instant);
                if let Val::Date(days) = day { start(days) } else { gone(day) }
            }
            Value::DaysSince { of, today, now } => days_since(of.value(bound), *today, *now),
            Value::Extreme { greatest, of, ignoring_missing } => {
                extreme(*greatest, of.iter().map(|value| value.value(bound)), *ignoring_missing)
            }
            Value::Back { from, length, zone } => {
                let instant = from.value(bound);
                let back = |micros| Bound::Back(*length).at(Instant::from_micros(micros), zone).micros();
                if let Val::Instant(micros) = instant { Val::Instant(back(micros)) } else { gone(instant) }
            }
        }
    }
}

/// What comes of something that is not there: missing of missing, else unknown.
fn gone(value: Val<'_>) -> Val<'static> {
    if value == Val::Missing { Val::Missing } else { Val::Unknown }
}

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Civil days from a day to today, whole 24 hours from an instant to now.
fn days_since(value: Val<'_>, today: i32, now: i64) -> Val<'static> {
    let days = match value {
        Val::Date(day) => i64::from(today).checked_sub(i64::from(day)),
        Val::Instant(micros) => now.checked_sub(micros).map(|past| past.div_euclid(MICROS_PER_DAY)),
        Val::Missing => return Val::Missing,
        Val::Unknown | Val::Text(_) | Val::Boolean(_) | Val::Number(_) => None,
    };
    days.map_or(Val::Unknown, |days| Val::Number(Number::whole(days)))
}

/// The greatest or least; missing where one is missing (or, ignoring that, where all are), else unknown where one is unknown.
fn extreme<'r>(greatest: bool, values: impl Iterator<Item = Val<'r>>, ignoring_missing: bool) -> Val<'r> {
    let (mut best, mut missing, mut unknown): (Option<Val<'r>>, bool, bool) = (None, false, false);
    let mut numbers = Vec::new();
    for value in values {
        if let Val::Number(number) = value {
            numbers.push(number);
        }
        match value {
            Val::Missing => missing = true,
            Val::Unknown => unknown = true,
            Val::Text(_) | Val::Boolean(_) | Val::Number(_) | Val::Date(_) | Val::Instant(_) => {
                let better = best.is_none_or(|known| if greatest { value > known } else { value < known });
                best = if better { Some(value) } else { best };
            }
        }
    }
    match best {
        _ if missing && !ignoring_missing => Val::Missing,
        _ if unknown => Val::Unknown,
        Some(Val::Number(_)) => extreme_number(greatest, &numbers).map_or(Val::Unknown, Val::Number),
        best => best.unwrap_or(Val::Missing),
    }
}

/// The first that can be told to beat every other, with as many places as any of them.
fn extreme_number(greatest: bool, numbers: &[Number]) -> Option<Number> {
    let beats = |own: &Number, other: &Number| {
        own.held_against(*other).is_some_and(|order| if greatest { order.is_ge() } else { order.is_le() })
    };
    let others = |place: usize| numbers.iter().enumerate().filter(move |(at, _)| *at != place).map(|(_, other)| other);
    let mut placed = numbers.iter().enumerate();
    let best = placed.find(|(place, own)| others(*place).all(|other| beats(own, other))).map(|(_, own)| own)?;
    numbers.iter().try_fold(*best, |best, other| best.with_places_of(*other))
}

fn arithmetic(op: ArithmeticOp, left: Val<'_>, right: Val<'_>) -> Val<'static> {
    let (Val::Number(a), Val::Number(b)) = (left, right) else {
        return if left == Val::Missing || right == Val::Missing { Val::Missing } else { Val::Unknown };
    };
    let result = match op {
        ArithmeticOp::Add => a.plus(b),
        ArithmeticOp::Subtract => a.minus(b),
        ArithmeticOp::Multiply => a.times(b),
        ArithmeticOp::Divide if b.is_zero() => return Val::Missing,
        ArithmeticOp::Divide => a.over(b),
    };
    result.map_or(Val::Unknown, Val::Number)
}

/// The value of the row with the greatest (or least) clock: unknown where rows tied there differ and where a row is only
/// possible, missing where there is no row.
fn edge<'r>(rows: &RowSet<'r>, bound: &mut Binding, last: bool, value: impl Fn(&mut Binding) -> Val<'r>) -> Val<'r> {
    let (mut best, mut doubt): (Option<(i64, Val<'r>)>, bool) = (None, false);
    let seen = rows.each(bound, |bound, clock, sure| {
        doubt |= !sure;
        match best {
            Some((at, _)) if (last && clock < at) || (!last && clock > at) => {}
            Some((at, known)) if clock == at => {
                if known != value(bound) {
                    best = Some((at, Val::Unknown));
                }
            }
            Some(_) | None => best = Some((clock, value(bound))),
        }
    });
    match (seen, best) {
        (Some(()), Some((_, value))) if !doubt => value,
        (Some(()), None) => Val::Missing,
        (Some(()), Some(_)) | (None, Some(_) | None) => Val::Unknown,
    }
}

/// The least whole number of 19 digits.
const BEYOND_CELLS: i64 = 1_000_000_000_000_000_000;

impl<'r> Measure<'r> {
    /// The aggregate's value.
    fn value(&self, bound: &mut Binding) -> Val<'r> {
        match self.func {
            AggregateFunc::Count => match self.rows.count(bound) {
                Some((sure, possible)) if sure == possible => whole(sure),
                Some(_) | None => Val::Unknown,
            },
            AggregateFunc::Share => self.share(bound),
            AggregateFunc::Sum => {
                self.sum(bound).map_or(Val::Unknown, |(sum, _)| sum.map_or(Val::Unknown, Val::Number))
            }
            AggregateFunc::Avg => self.sum(bound).map_or(Val::Unknown, |(sum, count)| match sum {
                Some(sum) => sum.per(count).map_or(Val::Missing, Val::Number),
                None => Val::Unknown,
            }),
            AggregateFunc::Min => self.best(bound, std::cmp::Ordering::Less),
            AggregateFunc::Max => self.best(bound, std::cmp::Ordering::Greater),
            AggregateFunc::CountDistinct => self.values(bound).map_or(Val::Unknown, |mut values| {
                values.sort_unstable();
                values.dedup();
                whole(values.len() as u64)
            }),
            AggregateFunc::Median => {
                self.values(bound).map_or(Val::Unknown, |values| median(values).unwrap_or(Val::Missing))
            }
            AggregateFunc::Mode => self.values(bound).map_or(Val::Unknown, mode),
            AggregateFunc::First | AggregateFunc::Last => self.value.as_ref().map_or(Val::Unknown, |value| {
                let last = self.func == AggregateFunc::Last;
                edge(&self.rows, bound, last, |bound| value.value(bound))
            }),
        }
    }

    /// Shows every row's value (but what may be ignored); `None` where a row is only possible or lacks it.
    fn each(&self, bound: &mut Binding, mut see: impl FnMut(Val<'r>)) -> Option<()> {
        let value = self.value.as_ref()?;
        let mut known = true;
        self.rows.each(bound, |bound, _, sure| {
            if known {
                let value = self.as_added(value.value(bound));
                let ignored = self.ignoring_missing && value == Val::Missing;
                known = sure && (ignored || is_known(value));
                if !ignored {
                    see(value);
                }
            }
        })?;
        known.then_some(())
    }

    /// What is computed of a row and added up has no more digits before its point than a cell.
    fn as_added(&self, value: Val<'r>) -> Val<'r> {
        let beyond = matches!(value, Val::Number(number) if !number.is_below(BEYOND_CELLS));
        if self.adds_computed && beyond { Val::Unknown } else { value }
    }

    fn values(&self, bound: &mut Binding) -> Option<Vec<Val<'r>>> {
        let mut values = Vec::new();
        self.each(bound, |value| values.push(value))?;
        Some(values)
    }

    /// The sum, where it fits, and of how many.
    fn sum(&self, bound: &mut Binding) -> Option<(Option<Number>, u64)> {
        let (mut sum, mut count) = (Some(Number::whole(0)), 0);
        self.each(bound, |value| {
            if let Val::Number(n) = value {
                count += 1;
                sum = sum.and_then(|sum| sum.plus(n));
            }
        })?;
        Some((sum, count))
    }

    fn best(&self, bound: &mut Binding, better: std::cmp::Ordering) -> Val<'r> {
        let mut best: Option<Val<'r>> = None;
        let seen = self.each(bound, |value| {
            if best.is_none_or(|known| value.cmp(&known) == better) {
                best = Some(value);
            }
        });
        let nothing = if on(Fault::F36) { Val::Number(Number::whole(0)) } else { Val::Missing };
        if seen.is_none() { Val::Unknown } else { best.unwrap_or(nothing) }
    }

    fn share(&self, bound: &mut Binding) -> Val<'r> {
        let Some(share) = self.share.as_ref() else { return Val::Unknown };
        let (mut some, mut all, mut known) = (0, 0, true);
        let seen = self.rows.each(bound, |bound, _, sure| {
            all += 1;
            match share.test(bound) {
                Truth::True => some += 1,
                Truth::False => {}
                Truth::Unknown => known = false,
            }
            known &= sure;
        });
        if seen.is_none() || !known {
            return Val::Unknown;
        }
        Number::part(some, all).map_or(Val::Missing, Val::Number)
    }
}

fn whole(n: u64) -> Val<'static> {
    Number::part(n, 1).map_or(Val::Unknown, Val::Number)
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

/// The most frequent value; missing where two are equally frequent.
fn mode(mut values: Vec<Val<'_>>) -> Val<'_> {
    values.sort_unstable();
    let (mut most, mut chosen) = (0, Val::Missing);
    for same in values.chunk_by(|a, b| a == b) {
        let Some(value) = same.first().filter(|_| same.len() >= most) else { continue };
        chosen = if same.len() == most { Val::Missing } else { *value };
        most = same.len();
    }
    chosen
}
