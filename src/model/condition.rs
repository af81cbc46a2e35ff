//! Typed conditions and expressions. Three truth values; whatever is missing makes a comparison unknown.
//!
//! Rows are bound by number: binding 0 is the subject of the segment (or of the definition), and every [`Rows`] brings a new
//! one that is unique within its segment. A name in a condition is a [`FieldPath`] from a binding over to-one links to a field.

use crate::source::{Span, Spanned};

use super::calendar::CalendarUnit;
use super::*;

/// A condition with its place.
#[derive(Debug, Clone)]
pub struct Cond {
    /// What it says.
    pub kind: CondKind,
    /// Where it stands. Inlined definitions keep the place where they were written.
    pub span: Span,
}

/// Conditions. `except p` is `Not(p)` in [`Segment::except`]; `x is known` is `Not(Missing(x))`; `no` is `Count = 0`.
#[derive(Debug, Clone)]
pub enum CondKind {
    /// Membership by leave alone.
    Everyone,
    /// `sample 10% to 30% named "spring"`: a stable part of the subjects, drawn by a hash of name and key.
    Sample(Sample),
    /// Kleene's and; empty is true.
    And(Vec<Cond>),
    /// Kleene's or; empty is false.
    Or(Vec<Cond>),
    /// Kleene's not.
    Not(Box<Cond>),
    /// Unknown where either side is missing. Both sides have one type, after conversions that the resolver made explicit.
    Compare {
        /// How.
        op: CompareOp,
        /// What.
        left: Expr,
        /// With what.
        right: Expr,
    },
    /// Equal to one of the values; unknown where the value is missing. Literals only. Text honours `ignoring_case` (ASCII).
    OneOf {
        /// What.
        value: Expr,
        /// The values, of its type.
        values: Vec<Spanned<Value>>,
        /// ASCII letters fold.
        ignoring_case: bool,
    },
    /// `between`, both ends included.
    Between {
        /// What.
        value: Expr,
        /// The least value.
        low: Expr,
        /// The greatest value.
        high: Expr,
    },
    /// `due_on within next 5 days`, `sold_on is today`; unknown where the value is missing.
    Within {
        /// What: a date or an instant; a date where `yearly`.
        value: Expr,
        /// Which days.
        near: Near,
        /// Whether an anniversary of the value falls there, which comes in every later year on its month and day, and of 29 February on
        /// the 28th in common years.
        yearly: bool,
    },
    /// `location within 10 km of (52.52, 13.40)`; unknown where a place is missing, or half of one.
    Around {
        /// Which place; a field.
        place: Expr,
        /// From where.
        of: Centre,
        /// How many metres.
        metres: Decimal,
    },
    /// `tags has any ("a", "b")`: true where one of the values is in the list, else unknown where the list or an element of it is missing.
    /// `has all` is one for each value, `has none` the negation.
    Has {
        /// A field that is a list.
        list: Expr,
        /// The values, of its type.
        values: Vec<Spanned<Value>>,
        /// ASCII letters fold.
        ignoring_case: bool,
    },
    /// `contains`, `starts with`, `ends with`, and `=` `ignoring case`; unknown where the value is missing.
    Text {
        /// How.
        op: TextOp,
        /// What.
        value: Expr,
        /// With which literal.
        pattern: Spanned<String>,
        /// ASCII letters fold.
        ignoring_case: bool,
    },
    /// A boolean field by itself.
    Truth(Expr),
    /// `x is missing`: true only of an empty cell in a readable row, else false; never unknown. Across a link that finds no
    /// row the field is missing too. `x` is a field or an aggregate.
    Missing(Expr),
    /// `any` (>= 1), `no` (= 0), `at least`, `at most`, `exactly` (= n): compares the interval [sure, possible].
    Count {
        /// Which rows.
        rows: Box<Rows>,
        /// How.
        op: CompareOp,
        /// With how many.
        n: u64,
        /// The word that was written.
        word: CountWord,
    },
    /// So many of the conditions: how many are true lies in [the true ones, those and the unknown ones], and that interval is
    /// compared. `each of last 4 full weeks have …` is all of its weeks.
    AtLeastOf {
        /// The conditions; those of periods are [`CondKind::Count`], the latest period first.
        of: Vec<Cond>,
        /// How.
        op: CompareOp,
        /// With how many.
        n: u64,
        /// What was written.
        word: OfWord,
    },
    /// `in list blocked`: any row of the list.
    InList {
        /// The list's rows, `over retained history`.
        rows: Box<Rows>,
    },
    /// `in segment x`: x's condition and, where x's guard does not pass, unknown instead of true.
    InSegment {
        /// Which; its condition is read from the model.
        segment: Spanned<SegmentId>,
        /// To whom, over to-one links (`account in segment x`); empty for the subject itself.
        via: Vec<LinkId>,
    },
    /// A definition's condition, inlined.
    Defined {
        /// Which.
        define: DefineId,
        /// Its condition.
        body: Box<Cond>,
    },
    /// Reported already.
    Error,
}

/// A stable part of the subjects: whoever's bucket, of 10 000 that the hash of `name:key` deals into, is in [from, to).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The first bucket.
    pub from: u32,
    /// The first bucket after it; at most 10 000.
    pub to: u32,
    /// The salt of its hash; holds no `:`.
    pub name: String,
}

/// Comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the sign itself")]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl CompareOp {
    /// The sign in the language.
    pub fn sign(self) -> &'static str {
        match self {
            CompareOp::Equal => "=",
            CompareOp::NotEqual => "!=",
            CompareOp::Less => "<",
            CompareOp::LessOrEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterOrEqual => ">=",
        }
    }

    /// Whether two values in this order satisfy it.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Equal => ordering.is_eq(),
            CompareOp::NotEqual => ordering.is_ne(),
            CompareOp::Less => ordering.is_lt(),
            CompareOp::LessOrEqual => ordering.is_le(),
            CompareOp::Greater => ordering.is_gt(),
            CompareOp::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The same comparison with its sides exchanged.
    pub fn flipped(self) -> Self {
        match self {
            CompareOp::Less => CompareOp::Greater,
            CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
            CompareOp::Greater => CompareOp::Less,
            CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
            CompareOp::Equal | CompareOp::NotEqual => self,
        }
    }
}

/// Text tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextOp {
    /// The whole value (used where case is ignored).
    Equals,
    /// Holds the pattern.
    Contains,
    /// Begins with it.
    StartsWith,
    /// Ends with it.
    EndsWith,
    /// Is described by it as a whole: a pattern, as written in the model (see [`super::pattern`]) and as every engine reads it in a
    /// plan, where letters are small if case is ignored.
    Matches,
}

/// The word that a count was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the word itself")]
pub enum CountWord {
    Any,
    No,
    AtLeast,
    AtMost,
    Exactly,
    /// `all orders have (p)`: no row for which `p` is not true; the filter's last part is `not p`.
    AllHave,
    /// `no`, of the rows before one with which a visit begins: nobody wrote it.
    Begins,
}

/// What a count of conditions was written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfWord {
    /// `at least 2 of (p, q, r)`
    Listed,
    /// `at least 3 of last 6 full months have …`
    FullUnits(CalendarUnit),
    /// `at least 2 of last 3 periods of 3 days have …`
    Periods(Length),
}

/// An expression with its type and place.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
}

impl Expr {
    /// What it is, seen through the names of definitions.
    pub fn unnamed(&self) -> &Expr {
        let mut seen = self;
        while let ExprKind::Defined { body, .. } = &seen.kind {
            seen = body;
        }
        seen
    }

    /// The field that this is, by itself or by the name of a definition.
    pub fn plain_field(&self) -> Option<&Expr> {
        Some(self.unnamed()).filter(|it| matches!(it.kind, ExprKind::Field(_)))
    }
}

/// Expressions. Any may be missing.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A literal. Amounts are [`Value::Decimal`] with [`Type::Money`], `20%` is 0.2 with [`Type::Probability`].
    Literal(Value),
    /// A field.
    Field(FieldPath),
    /// The latest score of a model for the subject: of the rows within the usable span, the one with the greatest `at`; missing
    /// where there is none; unknown (missing) where rows tied at that instant differ.
    Score {
        /// The model's rows, `over retained history`.
        rows: Box<Rows>,
        /// The field of the score row (a path from the rows' binding).
        field: FieldPath,
    },
    /// An aggregate over rows.
    Aggregate(Box<Aggregate>),
    /// Where the subject stands among everybody; a number, unknown of whoever is not ranked. The subject is that of the segment.
    Standing(Box<Standing>),
    /// Exact arithmetic; missing where either side is, on division by zero, and where the result does not fit.
    Arithmetic {
        /// How.
        op: ArithmeticOp,
        /// What.
        left: Box<Expr>,
        /// With what.
        right: Box<Expr>,
    },
    /// Completed years of the subject, from its entity's `birth` (a path to that field), on the civil day of now.
    Age(FieldPath),
    /// A part of a date or an instant: a date for [`DatePart::Date`], else a whole number.
    Part {
        /// Which.
        part: DatePart,
        /// Of what; an instant for hours and minutes and wherever a zone is written.
        of: Box<Expr>,
        /// The zone that was written.
        zone: Option<Box<PartZone>>,
    },
    /// `30 days ago`: now less a length.
    Ago(Length),
    /// Now.
    Now,
    /// The civil day of now in the project's zone.
    Today,
    /// The civil day of an instant in the project's zone (an instant compared with a date).
    DateOf(Box<Expr>),
    /// The first instant of a civil day in the project's zone (a date used as an instant).
    StartOfDay(Box<Expr>),
    /// `days since x`: civil days from a date to today, or whole 24 hours from an instant to now; below zero for what is to come.
    DaysSince(Box<Expr>),
    /// `greatest(…)`, `least(…)` of values of one type; missing where any is, or, ignoring missing, where all are.
    Extreme {
        /// The greatest, or else the least.
        greatest: bool,
        /// Of what.
        of: Vec<Expr>,
        /// What is missing is left out.
        ignoring_missing: bool,
    },
    /// A definition's value, inlined.
    Defined {
        /// Which.
        define: DefineId,
        /// Its value.
        body: Box<Expr>,
    },
    /// Reported already.
    Error,
}

/// A place among those who pass the segment's own guard, are not left out by broken rows, for whom `among` is definitely true, and whose
/// measure is known. The place r of the best is 1, those who tie share the best place, and N people are ranked.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What is asked of the place.
    pub form: StandingForm,
    /// Whether the least is the best.
    pub bottom: bool,
    /// By what they are ordered: numbers, amounts, days or instants.
    pub measure: Expr,
    /// Who is ranked, where fewer than all.
    pub among: Option<Cond>,
}

/// What is asked of a place r of N.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandingForm {
    /// 100·(r − 1)/N: how many percent stand ahead. The top p % are those of whom it is less than p, for r ≤ ⌈p·N/100⌉ means just that.
    Ahead,
    /// r.
    Position,
    /// 100 − 100·(r − 1)/N.
    Percentile,
    /// 5 − ⌊5·(r − 1)/N⌋.
    Quintile,
}

/// Arithmetic signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the sign itself")]
pub enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// A path from a binding to a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldPath {
    /// Where it starts; 0 is the subject.
    pub binding: u32,
    /// To-one links in order.
    pub hops: Vec<LinkId>,
    /// The field at the end.
    pub field: FieldId,
}

/// An aggregate.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// Which.
    pub func: AggregateFunc,
    /// Over which rows.
    pub rows: Rows,
    /// Of what, per row (paths start at the rows' binding); `None` for `count(orders …)`, `share(…)`, and
    /// `first/last(orders …)`, which are their `at`.
    pub value: Option<Expr>,
    /// Rows whose value is missing are left out: sum, avg, min, max and median only.
    pub ignoring_missing: bool,
    /// The condition of `share(orders where p over w)`: the rows above are then those without `p`.
    pub share: Option<Cond>,
}

/// Aggregates. `count` and `sum` of nothing are 0, `count distinct` too; every other aggregate of nothing is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AggregateFunc {
    /// How many rows; an interval.
    Count,
    /// How many different values.
    CountDistinct,
    /// The sum.
    Sum,
    /// Sum divided by count, compared by multiplication.
    Avg,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The middle one, or half the sum of the middle two.
    Median,
    /// The most frequent value; a tie is missing.
    Mode,
    /// The value of the earliest row, or its `at`.
    First,
    /// The value of the latest row, or its `at`.
    Last,
    /// The part of the rows for which a condition is true, compared by multiplication.
    Share,
}

impl AggregateFunc {
    /// Whether its value is one of the rows' own values, unchanged.
    pub fn picks(self) -> bool {
        match self {
            AggregateFunc::Min
            | AggregateFunc::Max
            | AggregateFunc::Mode
            | AggregateFunc::First
            | AggregateFunc::Last => true,
            AggregateFunc::Count
            | AggregateFunc::CountDistinct
            | AggregateFunc::Sum
            | AggregateFunc::Avg
            | AggregateFunc::Median
            | AggregateFunc::Share => false,
        }
    }
}

/// A set of rows, bound anew.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The binding it brings.
    pub binding: u32,
    /// Where the rows come from.
    pub from: RowsFrom,
    /// Which of them, in order: the filter of a definition that was used, then the filter written here. Each must be definitely
    /// true for a row to be sure, and must not be definitely false for it to be possible.
    pub filter: Option<Box<Cond>>,
    /// Over which time; `None` for rows nested in a row, related people, and a [`Cap`]'s rows.
    pub window: Option<Spanned<Window>>,
    /// A window that hangs on an instant of another row; the rows lie in both.
    pub anchored: Option<Box<Anchored>>,
    /// Only so many of the rows; the filter above is then asked of those that remain.
    pub latest: Option<Box<Latest>>,
    /// `orders.items`: the rows of which all nested ones are taken; `from` hangs on their binding, and so may the filter above. `None` where
    /// that is bound around.
    pub each: Option<Box<Rows>>,
    /// Where it stands.
    pub span: Span,
}

/// `latest 5`: of the rows in their windows for which `of` is true, those with the greatest clocks.
#[derive(Debug, Clone)]
pub struct Latest {
    /// How many, from 1.
    pub n: u64,
    /// Which rows are cut; all where there is none.
    pub of: Option<Cond>,
}

/// `over first 14 days after customer.signup_at`, or where a later step of a sequence lies. What is not over yet is unknown, and so is
/// what hangs on something missing, or on an instant before the usable span.
#[derive(Debug, Clone)]
pub struct Anchored {
    /// Where it begins: an instant of a row around.
    pub start: Expr,
    /// Whether rows at that very instant are left out: steps of a sequence are strictly later.
    pub open: bool,
    /// It ends with the earliest of these, so much later than an instant of a row around; without any it runs to now.
    pub ends: Vec<(Expr, Length)>,
    /// What happened up to now is asked.
    pub so_far: bool,
}

/// Where rows come from.
#[derive(Debug, Clone)]
pub enum RowsFrom {
    /// Rows of a source, list or model whose subject is the subject bound at `of` (0, or a binding of related people).
    Subject {
        /// The table.
        table: TableId,
        /// Whose rows.
        of: u32,
        /// To-one links from there to whom they are of (`account.tickets`); empty for the subject itself.
        via: Vec<LinkId>,
    },
    /// Rows nested in the row bound at `of`.
    Nested {
        /// The nested table, of kind [`TableKind::Rows`].
        table: TableId,
        /// Whose parts.
        of: u32,
    },
    /// The entities whose to-one link leads to the subject bound at `of` (`any members where …`). People among them who do not
    /// pass this segment's guard only possibly match.
    Related {
        /// The link, declared on the related entity.
        link: LinkId,
        /// Whose members.
        of: u32,
        /// To-one links from there to whom they are members of (`account.members`).
        via: Vec<LinkId>,
    },
    /// `no members.logins over …`: rows of a source of every related entity. Rows of a related person who does not pass the
    /// guard only possibly match.
    RelatedRows {
        /// The link, declared on the related entity.
        link: LinkId,
        /// Whose members.
        of: u32,
        /// To-one links from there, likewise.
        via: Vec<LinkId>,
        /// The related entity's source.
        table: TableId,
    },
    /// Reported already.
    Error,
}

/// Windows, half-open on the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// `over last 90 days`: [now − length, now).
    Last(Length),
    /// `over 90 days ago to 30 days ago`: [now − from, now − to).
    Ago {
        /// Further back.
        from: Length,
        /// Nearer.
        to: Length,
    },
    /// `over last 3 full months`: [start of this unit − n units, start of this unit).
    LastFull {
        /// How many.
        n: u32,
        /// Of what.
        unit: CalendarUnit,
    },
    /// One of `last 3 periods of 3 days`: [now − back lengths, now − (back − 1) lengths).
    Period {
        /// How long.
        each: Length,
        /// Which, counted back from 1.
        back: u32,
    },
    /// One of the periods of `each of last 4 full weeks`, and where the later steps of a sequence lie: [start of this unit − from units,
    /// start of this unit − to units), or up to now.
    Units {
        /// The first unit, counted back.
        from: u32,
        /// The unit before which it ends, counted back; `None`: now.
        to: Option<u32>,
        /// Of what.
        unit: CalendarUnit,
    },
    /// `over this year`: [start of this unit, now).
    This(CalendarUnit),
    /// `over today`: [start of today, now).
    Today,
    /// `over yesterday`: [start of yesterday, start of today).
    Yesterday,
    /// `over 2026-01-01 to 2026-03-31`: [start of the first day, start of the day after the last), never past now.
    Dates {
        /// The first civil day.
        from: Date,
        /// The last civil day.
        to: Date,
    },
    /// `over 2026-01-01 to now`.
    Since(Date),
    /// `over retained history`: the usable span.
    Retained,
    /// Reported already.
    Error,
}
