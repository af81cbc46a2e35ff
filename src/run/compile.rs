//! A segment's condition made ready: columns, links and groups in hand, literals in the form of cells, constants of the run
//! worked out. What remains to be done per person is in [`super::evaluate`].

use std::sync::Arc;

use regex::Regex;
use rustc_hash::FxHashMap;

use super::cells::{Cells, Column, Raw};
use super::dates::ToldIn;
use super::guard::Verdicts;
use super::lists;
use super::number::Number;
use super::places::Around;
use super::ranks::Ranking;
use super::session::{Grouped, Keyed, Links, Nested, Scope};
use super::store::{internal, literal};
use super::time;
use crate::diagnostic::Diagnostic;
use crate::model::calendar::Zone;
use crate::model::{Date, Length};
use crate::plan::{
    Aggregate, AggregateFunc, Anchored, ArithmeticOp, CompareOp, Cond, DatePart, Expr, Guard, Latest, Path, Rows,
    RowsFrom, StandingForm, TextOp,
};

/// Three values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    False,
    Unknown,
    True,
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Truth::True } else { Truth::False }
    }
}

/// A value, missing, or unknown: there may be one, and nobody can tell which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Val<'r> {
    Missing,
    Unknown,
    Text(&'r str),
    Boolean(bool),
    Number(Number),
    Date(i32),
    Instant(i64),
}

/// Where a cell is found.
#[derive(Debug)]
pub(super) struct Cell<'r> {
    pub slot: usize,
    pub hops: Vec<Arc<Links>>,
    pub column: &'r Column,
}

/// A condition.
#[derive(Debug)]
pub(super) enum Test<'r> {
    Always(Truth),
    And(Vec<Test<'r>>),
    Or(Vec<Test<'r>>),
    Not(Box<Test<'r>>),
    /// What each text of a column's dictionary answers.
    Words {
        cell: Cell<'r>,
        answers: Vec<bool>,
    },
    /// A number, date or instant of a column with a constant, both in the column's unit.
    Plain {
        cell: Cell<'r>,
        op: CompareOp,
        with: i128,
    },
    /// What each list of a column's dictionary answers.
    Has {
        cell: Cell<'r>,
        answers: Vec<Truth>,
    },
    Compare {
        op: CompareOp,
        left: Value<'r>,
        right: Value<'r>,
    },
    OneOf {
        value: Value<'r>,
        values: Vec<Val<'r>>,
        fold: bool,
    },
    Text {
        op: TextOp,
        value: Value<'r>,
        pattern: String,
        fold: bool,
    },
    /// A whole text by a pattern, read once.
    Matches {
        value: Value<'r>,
        pattern: Regex,
        fold: bool,
    },
    Truth(Value<'r>),
    Sample {
        key: Cell<'r>,
        from: u32,
        to: u32,
        salt: &'r str,
    },
    Missing(Value<'r>),
    Around(Box<Around<'r>>),
    Count {
        rows: RowSet<'r>,
        op: CompareOp,
        n: u64,
    },
    AtLeastOf {
        of: Vec<Test<'r>>,
        op: CompareOp,
        n: u64,
    },
    Guarded {
        subject: Subject,
        passes: Arc<Verdicts>,
        condition: Box<Test<'r>>,
    },
}

/// An expression.
#[derive(Debug)]
pub(super) enum Value<'r> {
    Constant(Val<'r>),
    Cell(Cell<'r>),
    Latest { rows: RowSet<'r>, cell: Cell<'r> },
    Aggregate(Box<Measure<'r>>),
    Standing { form: StandingForm, ranking: Arc<Ranking<'r>> },
    Arithmetic { op: ArithmeticOp, left: Box<Value<'r>>, right: Box<Value<'r>> },
    Age { cell: Cell<'r>, today: Date },
    Part { part: DatePart, of: Box<Value<'r>>, zone: ToldIn<'r> },
    Anniversary { of: Box<Value<'r>>, from: Date },
    DateOf { of: Box<Value<'r>>, zone: &'r Zone },
    StartOfDay { of: Box<Value<'r>>, zone: &'r Zone },
    DaysSince { of: Box<Value<'r>>, today: i32, now: i64 },
    Extreme { greatest: bool, of: Vec<Value<'r>>, ignoring_missing: bool },
    Back { from: Box<Value<'r>>, length: Length, zone: &'r Zone },
}

/// An aggregate.
#[derive(Debug)]
pub(super) struct Measure<'r> {
    pub func: AggregateFunc,
    pub rows: RowSet<'r>,
    pub value: Option<Value<'r>>,
    pub ignoring_missing: bool,
    /// Whether what is added up is computed of each row.
    pub adds_computed: bool,
    pub share: Option<Test<'r>>,
}

/// Whose rows: what a binding's row and links lead to, as a key of its table.
#[derive(Debug)]
pub(super) struct Subject {
    pub of: usize,
    pub via: Vec<Arc<Links>>,
    pub keyed: Arc<Keyed>,
}

/// Rows.
#[derive(Debug)]
pub(super) struct RowSet<'r> {
    pub slot: usize,
    pub from: Origin,
    pub filter: Option<Box<Test<'r>>>,
    pub window: Option<(i64, i64)>,
    /// An absolute window that starts before the usable span: whatever is computed over it is unknown.
    pub unknown: bool,
    pub anchored: Option<Box<Hung<'r>>>,
    pub latest: Option<Box<Cut<'r>>>,
    /// The rows of which all nested ones are taken.
    pub each: Option<Box<RowSet<'r>>>,
}

/// Only so many of the rows, by their clocks.
#[derive(Debug)]
pub(super) struct Cut<'r> {
    pub n: usize,
    pub of: Option<Test<'r>>,
}

/// A window that hangs on an instant of a row around.
#[derive(Debug)]
pub(super) struct Hung<'r> {
    pub start: Value<'r>,
    pub ends: Vec<Value<'r>>,
    pub open: bool,
    pub so_far: bool,
    /// Where the usable span begins.
    pub usable: i64,
    pub now: i64,
}

/// Where rows come from.
#[derive(Debug)]
pub(super) enum Origin {
    Subject {
        subject: Subject,
        rows: Arc<Grouped>,
    },
    Nested {
        of: usize,
        nested: Arc<Nested>,
    },
    Related {
        subject: Subject,
        related: Arc<Grouped>,
        keyed: Arc<Keyed>,
        passes: Option<Arc<Verdicts>>,
    },
    RelatedRows {
        subject: Subject,
        related: Arc<Grouped>,
        keyed: Arc<Keyed>,
        rows: Arc<Grouped>,
        passes: Option<Arc<Verdicts>>,
    },
}

/// Makes a segment's parts ready.
pub(super) struct Compiler<'s, 'r> {
    pub scope: Scope<'r>,
    /// Computes (or remembers) who passes a guard.
    pub passes: &'s mut dyn FnMut(&'r Guard) -> Result<Arc<Verdicts>, Diagnostic>,
    slots: FxHashMap<u32, (usize, usize)>,
    /// Everything that people are ranked by.
    pub rankings: Vec<Arc<Ranking<'r>>>,
}

impl<'s, 'r> Compiler<'s, 'r> {
    pub fn new(scope: Scope<'r>, passes: &'s mut dyn FnMut(&'r Guard) -> Result<Arc<Verdicts>, Diagnostic>) -> Self {
        let slots = std::iter::once((0, (0, 0))).collect();
        Self { scope, passes, slots, rankings: Vec::new() }
    }

    /// How many rows may be bound at once.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    pub fn cond(&mut self, cond: &'r Cond) -> Result<Test<'r>, Diagnostic> {
        Ok(match cond {
            Cond::Everyone => Test::Always(Truth::True),
            Cond::Sample { key, from, to, salt } => Test::Sample { key: self.cell(key)?, from: *from, to: *to, salt },
            Cond::And(parts) => Test::And(self.conds(parts)?),
            Cond::Or(parts) => Test::Or(self.conds(parts)?),
            Cond::Not(inner) => Test::Not(Box::new(self.cond(inner)?)),
            Cond::Compare { op, left, right } => self.compare(*op, left, right)?,
            Cond::OneOf { value, values, ignoring_case } => self.one_of(value, values, *ignoring_case)?,
            Cond::Has { list, values, ignoring_case } => self.has(list, values, *ignoring_case)?,
            Cond::Text { op, value, pattern, ignoring_case } => self.text(*op, value, pattern, *ignoring_case)?,
            Cond::Around(around) => Test::Around(Box::new(self.around(around)?)),
            Cond::Truth(value) => Test::Truth(self.value(value)?),
            Cond::Missing(value) => Test::Missing(self.value(value)?),
            Cond::Count { rows, op, n } => Test::Count { rows: self.rows(rows)?, op: *op, n: *n },
            Cond::AtLeastOf { of, op, n } => Test::AtLeastOf { of: self.conds(of)?, op: *op, n: *n },
            Cond::Guarded { via, guard, condition, .. } => {
                let passes = (self.passes)(guard)?;
                let subject = self.subject(0, via)?;
                Test::Guarded { subject, passes, condition: Box::new(self.cond(condition)?) }
            }
        })
    }

    fn conds(&mut self, parts: &'r [Cond]) -> Result<Vec<Test<'r>>, Diagnostic> {
        parts.iter().map(|part| self.cond(part)).collect()
    }

    fn compare(&mut self, op: CompareOp, left: &'r Expr, right: &'r Expr) -> Result<Test<'r>, Diagnostic> {
        let (left, right) = (self.value(left)?, self.value(right)?);
        Ok(match (left, right) {
            (Value::Cell(cell), Value::Constant(with)) => plain(cell, op, with),
            (Value::Constant(with), Value::Cell(cell)) => plain(cell, turned(op), with),
            (left, right) => Test::Compare { op, left, right },
        })
    }

    fn one_of(
        &mut self,
        value: &'r Expr,
        values: &'r [crate::model::Value],
        fold: bool,
    ) -> Result<Test<'r>, Diagnostic> {
        let values: Vec<Val<'r>> = values.iter().map(|value| written(literal(value))).collect();
        Ok(match text_cell(self.value(value)?) {
            Ok(cell) => words(cell, |word| values.iter().any(|value| is_text(*value, word, fold))),
            Err(value) => Test::OneOf { value, values, fold },
        })
    }

    fn has(&mut self, list: &Path, values: &[crate::model::Value], fold: bool) -> Result<Test<'r>, Diagnostic> {
        let cell = self.cell(list)?;
        let values: Vec<String> = values.iter().filter_map(element).collect();
        let answer = |list: &str| lists::has(list, &values, fold);
        let answers =
            cell.column.words().map(|words| words.iter().map(|list| answer(list)).collect()).unwrap_or_default();
        Ok(Test::Has { cell, answers })
    }

    fn text(&mut self, op: TextOp, value: &'r Expr, pattern: &str, fold: bool) -> Result<Test<'r>, Diagnostic> {
        if op == TextOp::Matches {
            return self.matches(value, pattern, fold);
        }
        let pattern = if fold { pattern.to_ascii_lowercase() } else { pattern.to_owned() };
        Ok(match text_cell(self.value(value)?) {
            Ok(cell) => words(cell, |word| matches_text(op, word, &pattern, fold)),
            Err(value) => Test::Text { op, value, pattern, fold },
        })
    }

    fn matches(&mut self, value: &'r Expr, pattern: &str, fold: bool) -> Result<Test<'r>, Diagnostic> {
        let pattern = Regex::new(pattern).map_err(|_| internal("a pattern cannot be read"))?;
        Ok(match text_cell(self.value(value)?) {
            Ok(cell) => words(cell, |word| matches_whole(&pattern, word, fold)),
            Err(value) => Test::Matches { value, pattern, fold },
        })
    }

    pub fn value(&mut self, expr: &'r Expr) -> Result<Value<'r>, Diagnostic> {
        let zone = self.scope.zone;
        Ok(match expr {
            Expr::Literal(value) => Value::Constant(written(literal(value))),
            Expr::Field(path) => Value::Cell(self.cell(path)?),
            Expr::Latest { rows, path } => {
                let rows = self.rows(rows)?;
                Value::Latest { rows, cell: self.cell(path)? }
            }
            Expr::Aggregate(aggregate) => Value::Aggregate(Box::new(self.measure(aggregate)?)),
            Expr::Arithmetic { op, left, right } => {
                Value::Arithmetic { op: *op, left: Box::new(self.value(left)?), right: Box::new(self.value(right)?) }
            }
            Expr::Age(path) => Value::Age { cell: self.cell(path)?, today: zone.date_of(self.scope.session.now) },
            Expr::Part { part, of, zone } => self.part(*part, of, zone.as_ref())?,
            Expr::Anniversary { of, from } => self.anniversary(of, *from)?,
            Expr::Instant(bound) => Value::Constant(Val::Instant(bound.at(self.scope.session.now, zone).micros())),
            Expr::Standing(standing) => self.standing(standing)?,
            Expr::Today => Value::Constant(Val::Date(time::day_of(self.scope.now(), zone))),
            Expr::DateOf(of) => Value::DateOf { of: Box::new(self.value(of)?), zone },
            Expr::StartOfDay(of) => Value::StartOfDay { of: Box::new(self.value(of)?), zone },
            Expr::DaysSince(of) => {
                let now = self.scope.now();
                Value::DaysSince { of: Box::new(self.value(of)?), today: time::day_of(now, zone), now }
            }
            Expr::Extreme { greatest, of, ignoring_missing } => {
                let of = of.iter().map(|value| self.value(value)).collect::<Result<_, _>>()?;
                Value::Extreme { greatest: *greatest, of, ignoring_missing: *ignoring_missing }
            }
            Expr::Back { from, length } => Value::Back { from: Box::new(self.value(from)?), length: *length, zone },
        })
    }

    fn measure(&mut self, aggregate: &'r Aggregate) -> Result<Measure<'r>, Diagnostic> {
        Ok(Measure {
            func: aggregate.func,
            rows: self.rows(&aggregate.rows)?,
            value: aggregate.value.as_ref().map(|value| self.value(value)).transpose()?,
            ignoring_missing: aggregate.ignoring_missing,
            adds_computed: aggregate.adds_computed(),
            share: aggregate.share.as_ref().map(|share| self.cond(share)).transpose()?,
        })
    }

    fn slot(&self, binding: u32) -> Result<(usize, usize), Diagnostic> {
        self.slots.get(&binding).copied().ok_or_else(|| internal(&format!("nothing is bound at {binding}")))
    }

    /// The slot of a binding.
    pub fn slot_of(&self, binding: u32) -> Result<usize, Diagnostic> {
        self.slot(binding).map(|(slot, _)| slot)
    }

    pub fn cell(&self, path: &Path) -> Result<Cell<'r>, Diagnostic> {
        let (slot, _) = self.slot(path.binding)?;
        let hops = path.hops.iter().map(|hop| self.scope.links(*hop)).collect::<Result<_, _>>()?;
        Ok(Cell { slot, hops, column: self.scope.view(path.table)?.column(path.column)? })
    }

    /// Whom a binding and links lead to.
    fn subject(&self, of: u32, via: &[usize]) -> Result<Subject, Diagnostic> {
        let (slot, table) = self.slot(of)?;
        let table = self.table_after(table, via)?;
        let via = via.iter().map(|link| self.scope.links(*link)).collect::<Result<_, _>>()?;
        Ok(Subject { of: slot, via, keyed: self.scope.keyed(table)? })
    }

    fn table_after(&self, table: usize, via: &[usize]) -> Result<usize, Diagnostic> {
        let Some(last) = via.last() else { return Ok(table) };
        let link = self.scope.plan.links.get(*last);
        link.map(|link| link.to).ok_or_else(|| internal(&format!("the plan has no link {last}")))
    }

    pub fn rows(&mut self, rows: &'r Rows) -> Result<RowSet<'r>, Diagnostic> {
        let each = rows.each.as_deref().map(|each| self.rows(each)).transpose()?.map(Box::new);
        let (from, table) = self.source(&rows.from)?;
        let (window, unknown) = self.scope.window(rows.window.as_ref(), self.scope.view(table)?.table);
        let anchored = rows.anchored.as_deref().map(|anchored| self.hung(anchored, table)).transpose()?.map(Box::new);
        let slot = self.slots.len();
        self.slots.insert(rows.binding, (slot, table));
        let filter = rows.filter.as_ref().map(|filter| self.cond(filter)).transpose()?.map(Box::new);
        let latest = rows.latest.as_deref().map(|latest| self.latest(latest)).transpose()?.map(Box::new);
        Ok(RowSet { slot, from, filter, window, unknown, anchored, latest, each })
    }

    fn latest(&mut self, latest: &'r Latest) -> Result<Cut<'r>, Diagnostic> {
        let of = latest.of.as_ref().map(|of| self.cond(of)).transpose()?;
        Ok(Cut { n: usize::try_from(latest.n).unwrap_or(usize::MAX), of })
    }

    fn hung(&mut self, anchored: &'r Anchored, table: usize) -> Result<Hung<'r>, Diagnostic> {
        let start = self.value(&anchored.start)?;
        let ends = anchored.ends.iter().map(|end| self.value(end)).collect::<Result<_, _>>()?;
        let usable = self.scope.window(None, self.scope.view(table)?.table).0.map_or(i64::MIN, |(from, _)| from);
        let Anchored { open, so_far, .. } = *anchored;
        Ok(Hung { start, ends, open, so_far, usable, now: self.scope.now() })
    }

    /// Where rows come from, and of which table they are.
    pub fn source(&mut self, from: &'r RowsFrom) -> Result<(Origin, usize), Diagnostic> {
        Ok(match from {
            RowsFrom::Subject { table, of, via } => {
                let whose = self.table_after(self.slot(*of)?.1, via)?;
                let rows = self.scope.grouped(*table, whose)?;
                (Origin::Subject { subject: self.subject(*of, via)?, rows }, *table)
            }
            RowsFrom::Nested { table, of } => {
                (Origin::Nested { of: self.slot(*of)?.0, nested: self.scope.nested(*table)? }, *table)
            }
            RowsFrom::Related { link, of, via, guard } => {
                let (related, keyed, table) = self.related(*link)?;
                let passes = self.related_guard(guard.as_deref())?;
                (Origin::Related { subject: self.subject(*of, via)?, related, keyed, passes }, table)
            }
            RowsFrom::RelatedRows { link, of, via, table, guard } => {
                let (related, keyed, whose) = self.related(*link)?;
                let passes = self.related_guard(guard.as_deref())?;
                let rows = self.scope.grouped(*table, whose)?;
                (Origin::RelatedRows { subject: self.subject(*of, via)?, related, keyed, rows, passes }, *table)
            }
        })
    }

    fn related_guard(&mut self, guard: Option<&'r Guard>) -> Result<Option<Arc<Verdicts>>, Diagnostic> {
        guard.map(|guard| (self.passes)(guard)).transpose()
    }

    fn related(&self, link: usize) -> Result<(Arc<Grouped>, Arc<Keyed>, usize), Diagnostic> {
        let from = self.scope.plan.links.get(link).map(|link| link.from);
        let from = from.ok_or_else(|| internal(&format!("the plan has no link {link}")))?;
        Ok((self.scope.related(link)?, self.scope.keyed(from)?, from))
    }
}

/// A cell's value.
pub(super) fn constant(raw: Raw<'_>) -> Val<'_> {
    match raw {
        Raw::Text(text) => Val::Text(text),
        Raw::Boolean(truth) => Val::Boolean(truth),
        Raw::Integer(n) => Val::Number(Number::whole(n)),
        Raw::Decimal(micros) => Val::Number(Number::micros(micros)),
        Raw::Date(days) => Val::Date(days),
        Raw::Instant(micros) => Val::Instant(micros),
    }
}

/// A value that a condition writes.
fn written(raw: Raw<'_>) -> Val<'_> {
    let known = constant(raw);
    if let Val::Number(number) = known { Val::Number(number.written()) } else { known }
}

/// A value as an element of a list.
fn element(value: &crate::model::Value) -> Option<String> {
    use crate::model::Value;
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(n) => Some(n.to_string()),
        Value::Boolean(_) | Value::Decimal(_) | Value::Date(_) | Value::Instant(_) => None,
    }
}

fn is_text(value: Val<'_>, word: &str, fold: bool) -> bool {
    match value {
        Val::Text(text) => text == word || (fold && text.eq_ignore_ascii_case(word)),
        Val::Missing | Val::Unknown | Val::Boolean(_) | Val::Number(_) | Val::Date(_) | Val::Instant(_) => false,
    }
}

/// A text test; where ASCII case folds, the pattern has been folded already.
pub(super) fn matches_text(op: TextOp, text: &str, pattern: &str, fold: bool) -> bool {
    let folded;
    let text = if fold {
        folded = text.to_ascii_lowercase();
        folded.as_str()
    } else {
        text
    };
    match op {
        TextOp::Equals => text == pattern,
        TextOp::Contains => text.contains(pattern),
        TextOp::StartsWith => text.starts_with(pattern),
        TextOp::EndsWith => text.ends_with(pattern),
        TextOp::Matches => false,
    }
}

/// Whether an anchored pattern describes a text; where ASCII case folds, the pattern is for small letters.
pub(super) fn matches_whole(pattern: &Regex, text: &str, fold: bool) -> bool {
    if fold { pattern.is_match(&text.to_ascii_lowercase()) } else { pattern.is_match(text) }
}

/// A text column's cell, or the value that is none.
fn text_cell(value: Value<'_>) -> Result<Cell<'_>, Value<'_>> {
    match value {
        Value::Cell(cell) if cell.column.words().is_some() => Ok(cell),
        Value::Cell(_)
        | Value::Constant(_)
        | Value::Latest { .. }
        | Value::Aggregate(_)
        | Value::Standing { .. }
        | Value::Arithmetic { .. }
        | Value::Age { .. }
        | Value::Part { .. }
        | Value::Anniversary { .. }
        | Value::DateOf { .. }
        | Value::StartOfDay { .. }
        | Value::DaysSince { .. }
        | Value::Extreme { .. }
        | Value::Back { .. } => Err(value),
    }
}

fn words<'r>(cell: Cell<'r>, answer: impl Fn(&str) -> bool) -> Test<'r> {
    let answers = cell.column.words().map(|words| words.iter().map(|word| answer(word)).collect()).unwrap_or_default();
    Test::Words { cell, answers }
}

/// A comparison of a cell with a constant, as plain as its column allows.
fn plain<'r>(cell: Cell<'r>, op: CompareOp, with: Val<'r>) -> Test<'r> {
    let general = |cell, with| Test::Compare { op, left: Value::Cell(cell), right: Value::Constant(with) };
    let number = |n: Number, unit: i128| n.in_units(unit);
    match (&cell.column.cells, with) {
        (_, Val::Missing | Val::Unknown) => Test::Always(Truth::Unknown),
        (Cells::Text { .. }, Val::Text(text)) => words(cell, |word| op.holds(word.cmp(text))),
        (Cells::Date(_), Val::Date(days)) => Test::Plain { cell, op, with: i128::from(days) },
        (Cells::Instant(_), Val::Instant(micros)) => Test::Plain { cell, op, with: i128::from(micros) },
        (Cells::Integer(_), Val::Number(n)) => match number(n, 1) {
            Some(with) => Test::Plain { cell, op, with },
            None => general(cell, Val::Number(n)),
        },
        (Cells::Decimal(_), Val::Number(n)) => match number(n, 1_000_000) {
            Some(with) => Test::Plain { cell, op, with },
            None => general(cell, Val::Number(n)),
        },
        (
            Cells::Text { .. }
            | Cells::Boolean(_)
            | Cells::Integer(_)
            | Cells::Decimal(_)
            | Cells::Date(_)
            | Cells::Instant(_),
            with,
        ) => general(cell, with),
    }
}

/// The comparison with its sides exchanged.
fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::Equal,
        CompareOp::NotEqual => CompareOp::NotEqual,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

impl Origin {
    /// Whose rows they are, where they are somebody's.
    pub fn subject(&self) -> Option<&Subject> {
        match self {
            Origin::Subject { subject, .. } | Origin::Related { subject, .. } | Origin::RelatedRows { subject, .. } => {
                Some(subject)
            }
            Origin::Nested { .. } => None,
        }
    }
}
