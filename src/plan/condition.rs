//! Three-valued conditions over rows, closed and without sugar.
//!
//! Binding 0 is the subject; every [`Rows`] brings a new binding. Evaluators that have only two values (SQL) print *must* and
//! *may* by polarity: must(not a) = not may(a), must(a and b) = must a and must b, and so on; the root is must.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dates::PartZone;
use super::places::Around;
use super::{Bound, Guard, Window};
pub use crate::model::{AggregateFunc, ArithmeticOp, CompareOp, DatePart, StandingForm, TextOp};
use crate::model::{Length, Value};

/// A condition: true, false or unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Cond {
    /// True.
    Everyone,
    /// True of whoever's bucket is in [`from`, `to`), false of anybody else; unknown where the key is missing (nobody across a link).
    /// A bucket is the first seven hex digits of the lower-case hex SHA-256 over UTF-8 of `salt:key` modulo 10 000, the key in
    /// canonical text: exactly how [`super::Holdout`] draws.
    Sample {
        /// The key of the subject of the segment (or of whom a reference is about).
        key: Path,
        /// The first bucket.
        from: u32,
        /// The first bucket after it; at most 10 000.
        to: u32,
        /// The name; holds no `:`.
        salt: String,
    },
    /// Kleene's and.
    And(Vec<Cond>),
    /// Kleene's or.
    Or(Vec<Cond>),
    /// Kleene's not.
    Not(Box<Cond>),
    /// Unknown where either side is missing. Numbers compare exactly, whatever mixture of integer and decimal; quotients by
    /// multiplication.
    Compare {
        /// How.
        op: CompareOp,
        /// What.
        left: Expr,
        /// With what.
        right: Expr,
    },
    /// Equal to one of the values; unknown where missing.
    OneOf {
        /// What.
        value: Expr,
        /// The values.
        values: Vec<Value>,
        /// ASCII letters fold.
        ignoring_case: bool,
    },
    /// Whether one of the values is an element of a list: true where one is, else unknown where the list or one of its elements is missing,
    /// else false. An empty list has none.
    Has {
        /// The list, a cell of kind list.
        list: Path,
        /// The values, at least one.
        values: Vec<Value>,
        /// ASCII letters fold.
        ignoring_case: bool,
    },
    /// A text test with a literal; unknown where missing.
    Text {
        /// How.
        op: TextOp,
        /// What.
        value: Expr,
        /// The literal.
        pattern: String,
        /// ASCII letters fold.
        ignoring_case: bool,
    },
    /// Whether two places are at most so many metres apart: see [`Around`].
    Around(Box<Around>),
    /// A boolean; unknown where missing.
    Truth(Expr),
    /// True where there is nothing: an empty cell, nothing across a link, an aggregate of nothing. What nobody can tell is unknown
    /// and not missing: an aggregate over a merely possible row, a tie that differs, an absolute window before the usable span.
    Missing(Expr),
    /// Compares the interval [sure, possible] with n: true if it holds for all of it, false if for none, else unknown.
    Count {
        /// Which rows.
        rows: Box<Rows>,
        /// How.
        op: CompareOp,
        /// With how many.
        n: u64,
    },
    /// Compares with n how many of the conditions are true: the interval from those that are true to those that are not false; true
    /// if it holds for all of it, false if for none, else unknown.
    AtLeastOf {
        /// The conditions.
        of: Vec<Cond>,
        /// How.
        op: CompareOp,
        /// With how many.
        n: u64,
    },
    /// The condition of a referenced segment, and unknown instead of true for whoever its guard does not pass.
    Guarded {
        /// Its name, for people.
        segment: String,
        /// The to-one links from the subject to whom it is about; empty for the subject.
        via: Vec<usize>,
        /// Its guard, for the subject (or whom the links lead to; nobody there is unknown).
        guard: Box<Guard>,
        /// Its condition; binding 0 is still the root subject, the paths have been prefixed with `via` and its row sets start at `via`.
        condition: Box<Cond>,
    },
}

/// A value or missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Expr {
    /// A literal.
    Literal(Value),
    /// A cell.
    Field(Path),
    /// Of the rows, the one with the greatest clock; its cell. Missing where there is none, where rows tied there differ in the cell,
    /// and where the chosen cell is.
    Latest {
        /// The rows.
        rows: Box<Rows>,
        /// The cell.
        path: Path,
    },
    /// An aggregate. See [`Aggregate`].
    Aggregate(Box<Aggregate>),
    /// Exact; missing where a side is, on division by zero, and where the result does not fit 38 digits. The type of the result
    /// is a number.
    Arithmetic {
        /// How.
        op: ArithmeticOp,
        /// What.
        left: Box<Expr>,
        /// With what.
        right: Box<Expr>,
    },
    /// A place among people. See [`Standing`].
    Standing(Box<Standing>),
    /// Completed years on the civil day of now from a birth date; those born on 29 February complete on 1 March. Missing where the
    /// date is. Negative ages are numbers like any other.
    Age(Path),
    /// A part of a civil date, or of what clocks of a zone (the plan's where none is given) show at an instant: a date for `date`, else
    /// a whole number. Weeks are ISO weeks, days of the week 1 for Monday to 7 for Sunday. Missing where the value or the zone is.
    /// Of a date there are no hours, no minutes, no date and no zone.
    Part {
        /// Which.
        part: DatePart,
        /// Of what, a date or an instant.
        of: Box<Expr>,
        /// In which zone.
        zone: Option<PartZone>,
    },
    /// The first anniversary of a civil date on or after the civil day of a bound. Anniversaries come in every year after the date's own,
    /// on its month and day; of 29 February on the 28th in common years. Missing where the date is.
    Anniversary {
        /// Of what, a date.
        of: Box<Expr>,
        /// From when on.
        from: Bound,
    },
    /// An instant that depends on now.
    Instant(Bound),
    /// The civil day of now.
    Today,
    /// The civil day of an instant, in the plan's zone.
    DateOf(Box<Expr>),
    /// The first instant of a civil day, in the plan's zone.
    StartOfDay(Box<Expr>),
    /// Of a date the civil days from it to today, of an instant the whole 24 hours from it to now (rounded down, so that what lies
    /// ahead is below zero). Missing where it is, unknown where it is.
    DaysSince(Box<Expr>),
    /// The greatest or the least of values of one sort. Missing where one of them is missing, else unknown where one is unknown.
    /// Ignoring missing: unknown where one is unknown, else the greatest or least of those that are not missing, and missing where all are.
    Extreme {
        /// The greatest, or else the least.
        greatest: bool,
        /// Of what; at least one.
        of: Vec<Expr>,
        /// What is missing is left out.
        ignoring_missing: bool,
    },
    /// An instant less a length (used nowhere but in literals that depend on a field; kept for completeness).
    Back {
        /// The instant.
        from: Box<Expr>,
        /// The length.
        length: Length,
    },
}

/// An aggregate over rows.
///
/// `Mode` is the most frequent value, missing where two are equally frequent. With `ignoring_missing` (`Sum`, `Avg`, `Min`, `Max` and
/// `Median` only) sure rows that lack the value are left out; a merely possible row makes it unknown, with or without a value.
///
/// *Unknown* (missing) if a row in its window is only possible (its filter is neither definitely true nor definitely false), or
/// a sure row lacks the value; `First` and `Last` look at the chosen row's value only (but a merely possible row makes them
/// missing too), and rows tied at the chosen instant that differ in the value make them missing. `Count` as a value is a number
/// only where sure = possible; but a comparison of a bare `Count` with a literal is planned as [`Cond::Count`], which knows
/// intervals. `Count`, `CountDistinct` and `Sum` of nothing are 0; every other aggregate of nothing is missing.
/// `Avg` is sum / count, `Share` is count(share true) / count(all), both exact quotients.
/// An absolute window that starts before the usable span makes it missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// Which.
    pub func: AggregateFunc,
    /// Over which rows.
    pub rows: Rows,
    /// Of what per row; `None` for `Count` and `Share`. For `first/last(orders …)` this is the clock's column.
    pub value: Option<Expr>,
    /// Rows that lack the value are left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignoring_missing: bool,
    /// The condition of `Share`; a row for which it is unknown makes the share missing.
    pub share: Option<Cond>,
}

impl Aggregate {
    /// Whether it adds up what is computed of each row. Such a value has at most 18 digits before its point, as a cell has; the aggregate
    /// of a row that has more is unknown.
    pub fn adds_computed(&self) -> bool {
        let adds = matches!(self.func, AggregateFunc::Sum | AggregateFunc::Avg | AggregateFunc::Median);
        adds && self.computes()
    }

    /// Whether what it looks at is computed of each row.
    pub fn computes(&self) -> bool {
        self.value.as_ref().is_some_and(Expr::is_computed)
    }
}

impl Expr {
    fn is_computed(&self) -> bool {
        if let Expr::Extreme { of, .. } = self {
            return of.iter().any(Expr::is_computed);
        }
        matches!(self, Expr::Arithmetic { .. })
    }
}

/// Where the subject stands among those who are ranked, as a number; unknown of whoever is not.
///
/// *Ranked* are the subjects who pass the plan's own guard, are not left out by a broken row in any scan, for whom `among` is definitely true,
/// and whose `measure` is known (neither missing nor unknown), all with binding 0 as that subject. N is how many they are. The place r of
/// somebody is 1 and the number of ranked people whose measure is strictly better: greater, or less where `bottom`. Measures compare
/// exactly. It stands nowhere but about binding 0: in no row set, no referenced segment and no other standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// What is asked of the place; quotients are exact.
    pub form: StandingForm,
    /// Whether the least is the best.
    pub bottom: bool,
    /// By what they are ordered: numbers, days or instants.
    pub measure: Expr,
    /// Who is ranked, where fewer than all.
    pub among: Option<Cond>,
}

/// A path from a binding over to-one links to a cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// Where it starts; 0 is the subject.
    pub binding: u32,
    /// Indices of links, in order.
    pub hops: Vec<usize>,
    /// Index of the table at the end.
    pub table: usize,
    /// Index of the column there.
    pub column: usize,
}

/// A set of rows, bound anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The binding it brings, unique within the plan.
    pub binding: u32,
    /// Where the rows come from.
    pub from: RowsFrom,
    /// Which; a row is sure where it is true and possible where it is not false. `None`: every row is sure.
    pub filter: Option<Box<Cond>>,
    /// Over which time; `None` where the rows have no clock of their own or all readable rows count.
    pub window: Option<Window>,
    /// A window that hangs on an instant of another row: the rows lie in both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchored: Option<Box<Anchored>>,
    /// Only so many of the rows; the filter is then asked of those that remain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Box<Latest>>,
    /// The rows of which all nested ones are taken: `from` is nested in their binding, which the filter may read, too. A row is sure where both
    /// it and the row that holds it are; where nobody can tell those rows, or of one of them what is nested in it, nobody can tell these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<Box<Rows>>,
    /// Index into [`super::SegmentPlan::scans`].
    pub scan: usize,
}

/// `latest 5 sends`: of the rows in their windows for which `of` is true, those with the n greatest clocks; all where there are fewer.
///
/// Nobody can tell the rows, and whatever is counted or computed over them is unknown, where a row of the windows is only possible (`of` is
/// unknown for it, or it is one of a related person who does not pass the guard), where the n-th and the one after it have the same clock, and
/// where an anchored window is not over. A broken row in the window leaves its subject out, cut or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Latest {
    /// How many, from 1.
    pub n: u64,
    /// Which rows are cut; all where there is none.
    pub of: Option<Cond>,
}

/// A window that begins at an instant of a row around: `over first 14 days after customer.signup_at`, a later step of a sequence.
///
/// Where the start or an end is missing, where the start lies before the usable span of the rows (unless that is proved
/// impossible), and, with `so_far`, where the start is not before now, nobody can tell the rows: whatever is counted or
/// computed over them is unknown, never 0. Where the earliest end lies after now and `so_far` is not written, the window is not
/// over: a count is the interval from its sure rows to without end, and every other aggregate is unknown. A scan knows no
/// anchor: a broken row in the ordinary window leaves its subject out, whether it lies in the anchored one or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Anchored {
    /// The instant where it begins, of a binding around.
    pub start: Expr,
    /// Whether rows at that very instant are left out: steps of a sequence are strictly later.
    pub open: bool,
    /// It ends before the earliest of these instants; without any it runs to now, and is over.
    pub ends: Vec<Expr>,
    /// What happened up to now is asked.
    pub so_far: bool,
    /// The checker has proved that no start lies before the usable span.
    pub within_span: bool,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RowsFrom {
    /// Rows of a table whose subject is whom `of` and the links `via` lead to.
    Subject {
        /// Index of the table, of role events.
        table: usize,
        /// The binding.
        of: u32,
        /// To-one links from it.
        via: Vec<usize>,
    },
    /// Rows nested in the row bound at `of`. Where that row lacks the column by which they are found, nobody can tell them: what
    /// is counted or computed over them is unknown.
    Nested {
        /// Index of the table, of role nested.
        table: usize,
        /// The binding.
        of: u32,
    },
    /// The subjects of table `links[link].from` whose link leads to the subject that `of` and `via` lead to. The rows of people (and any subject) among
    /// them who do not pass `guard` only possibly match.
    Related {
        /// Index of the link.
        link: usize,
        /// The binding.
        of: u32,
        /// To-one links from it.
        via: Vec<usize>,
        /// This segment's guard, recast for the related entity. `None` where they are not people.
        guard: Option<Box<Guard>>,
    },
    /// Rows of an events table of every related subject, likewise.
    RelatedRows {
        /// Index of the link.
        link: usize,
        /// The binding.
        of: u32,
        /// To-one links from it.
        via: Vec<usize>,
        /// Index of the events table.
        table: usize,
        /// As above.
        guard: Option<Box<Guard>>,
    },
}

impl RowsFrom {
    /// The binding that they hang on.
    pub fn of(&self) -> u32 {
        match self {
            RowsFrom::Subject { of, .. }
            | RowsFrom::Nested { of, .. }
            | RowsFrom::Related { of, .. }
            | RowsFrom::RelatedRows { of, .. } => *of,
        }
    }
}

/// A reading of rows, for telling broken ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// Index of the table.
    pub table: usize,
    /// Indices of the columns that are read here, filters, values and links included.
    pub columns: Vec<usize>,
    /// Where its rows come from. `None` for the entity's own row (scan 0).
    pub from: Option<RowsFrom>,
    /// The window: only rows in it can break. `None`: every readable row.
    pub window: Option<Window>,
    /// Cells read across links from these rows: the links in order and the column at the end. Such a row is broken in a required column
    /// that is missing, or where a link finds two rows.
    pub across: Vec<Path>,
}
