//! Our own small SQL tree: exactly what views need, typed where engines differ, without any node that holds raw SQL text.
//!
//! Whatever differs between engines is a [`Func`] or a [`Type`], which each dialect spells; the printer knows the rest. Every
//! column is qualified by the alias of its row, so no output name can ever capture it.

use crate::model::{Date, Decimal, Instant};

/// A type that something is cast to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A civil date.
    Day,
    /// Wall time without zone.
    Wall,
}

/// Operators between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `IS NOT DISTINCT FROM`: equality under which nothing equals nothing.
    Same,
    /// `IS DISTINCT FROM`.
    Distinct,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `||`
    Concat,
}

/// Tests of one expression; they never answer NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// `IS NULL`
    Null,
    /// `IS NOT NULL`
    NotNull,
    /// `IS TRUE`
    True,
    /// `IS NOT TRUE`
    NotTrue,
    /// `IS NOT FALSE`
    NotFalse,
}

/// Functions, each spelled by every dialect. The comment names the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Func {
    /// The statement's instant: ().
    Now,
    /// The instant at which clocks of a zone show a wall time, the later of two: (wall, zone).
    InstantOfWall,
    /// What clocks of a zone show at an instant: (instant, zone).
    WallOfInstant,
    /// An instant less exact hours: (instant, whole number).
    MinusHours,
    /// An instant less exact seconds: (instant, whole number).
    MinusSeconds,
    /// The microsecond before an instant: (instant).
    MinusMicrosecond,
    /// An instant and exact seconds: (instant, whole number).
    PlusSeconds,
    /// An instant moved by the time between two others, as in a + (b − c): (a, b, c).
    PlusBetween,
    /// A wall time at midnight less calendar months, clamped to the month's end: (wall, whole number).
    MinusMonths,
    /// A wall time and calendar months, clamped: (wall, whole number).
    PlusMonths,
    /// A civil day less days: (day, whole number).
    MinusDays,
    /// A civil day and days: (day, whole number).
    PlusDays,
    /// How many days from one civil day to another: (day, day).
    DaysBetween,
    /// How many whole days of 24 hours from one instant to another, rounded down: (instant, instant).
    WholeDaysBetween,
    /// The first wall time of an ISO week: (wall).
    WeekStart,
    /// The first wall time of a month: (wall).
    MonthStart,
    /// The first wall time of a quarter: (wall).
    QuarterStart,
    /// The first wall time of a year: (wall).
    YearStart,
    /// The year of a day: (day).
    YearOf,
    /// The quarter of a day, 1 to 4: (day).
    QuarterOf,
    /// The month of a day: (day).
    MonthOf,
    /// The ISO week of a day: (day).
    WeekOf,
    /// The day of the month: (day).
    DayOfMonth,
    /// 1 for Monday to 7 for Sunday: (day).
    DayOfWeek,
    /// The day of the year: (day).
    DayOfYear,
    /// The hour that clocks show: (wall).
    HourOf,
    /// The minute that clocks show: (wall).
    MinuteOf,
    /// A civil day so many years on, clamped to the month's end; a day or a wall time: (day, whole number).
    PlusYears,
    /// Month and day as one number, 229 for 29 February: (day).
    MonthAndDay,
    /// The greatest of values none of which is NULL: (a, b, …).
    Greatest,
    /// The least of values none of which is NULL: (a, b, …).
    Least,
    /// The first that is not NULL: (a, b).
    Coalesce,
    /// ASCII capital letters made small: (text).
    FoldAscii,
    /// Text without blanks, tabs and line ends at both ends: (text).
    Trim,
    /// Text without white space of any kind (Unicode's) at both ends: (text).
    TrimAny,
    /// Whether text holds text: (text, pattern).
    Contains,
    /// Whether text begins with text: (text, pattern).
    StartsWith,
    /// Whether a pattern of RE2 describes text: (text, pattern).
    Matches,
    /// The last characters: (text, whole number).
    Right,
    /// Characters from a place on, the first being 1: (text, from, length).
    Substring,
    /// How many characters: (text).
    Length,
    /// Every ASCII digit made a 0: (text).
    DigitsToZero,
    /// Text whose order is that of its code points: (text).
    ByCodePoint,
    /// A number of a version, empty where it has fewer: (text, place from 1, a pattern that finds it).
    NumberOf,
    /// A list as an array of texts: (list).
    TextsOf,
    /// A list as an array of whole numbers: (list).
    WholesOf,
    /// An array of some values: (a, b, …).
    ListOf,
    /// An array of texts with ASCII capital letters made small: (array).
    ListFold,
    /// Whether a value is in an array; NULL where it is not found and the array or an element is: (array, value).
    ListHas,
    /// Whether every element that is not NULL is in another array: (array, array, any value of the second).
    ListWithin,
    /// A UUID's canonical text: (uuid).
    UuidText,
    /// A civil day as YYYY-MM-DD: (day).
    DayText,
    /// Lower-case hex SHA-256 of the UTF-8 bytes: (text).
    Sha256,
    /// The first seven hex digits as a number: (hex text).
    Hex7,
    /// The rest of a division of whole numbers: (a, b).
    Modulo,
    /// How often one number goes into another, cut off towards 0: (number, whole number that is not 0).
    Quotient,
    /// How often one whole number of up to 38 digits goes into another, cut off towards 0: (a, b), b not 0.
    Goes,
    /// A number that is whole, as one of up to 38 digits: (number).
    Digits38,
    /// The sign of a number: -1, 0 or 1: (number).
    Sign,
    /// A number without its sign: (number).
    Abs,
    /// NULL where both are equal, else the first: (a, b).
    NullIf,
    /// A key of whole numbers; NULL where unreadable: (any).
    WholeKey,
    /// A whole number ready for exact arithmetic: (whole number).
    Exact,
    /// A decimal of 18 + 6 digits: (number). Only meaningful where [`Func::DecimalFits`].
    DecimalOf,
    /// Whether a number is one of 18 + 6 digits; not true of NaN, infinities and NULL: (number).
    DecimalFits,
    /// A number of six places, the nearest; NULL where it has none: (number of any kind).
    SixPlaces,
    /// Metres between two places on the globe: (degrees north, east, north, east).
    Metres,
    /// The value, or NULL where computing it would be an error: (any).
    Try,
    /// Whether a column physically holds instants, whatever is in its cells: (column). Asked only where [`super::dialect::Dialect::tells_types`].
    HoldsInstants,
    /// Whether it holds wall times: (column).
    HoldsWallTimes,
    /// Whether it holds civil days: (column).
    HoldsDays,
    /// Whether it holds whole numbers: (column).
    HoldsWholes,
    /// Whether it holds truth values: (column).
    HoldsTruths,
}

/// Aggregate functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agg {
    /// How many rows, or how many that are not NULL.
    Count,
    /// How many different ones that are not NULL.
    CountDistinct,
    /// The sum; NULL of nothing.
    Sum,
    /// The least; NULL of nothing.
    Min,
    /// The greatest; NULL of nothing.
    Max,
}

/// Functions over a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// `row_number()`
    RowNumber,
    /// `rank()`
    Rank,
    /// `lead(x)`
    Lead,
    /// `count(*)`, or `count(x)`
    Count,
    /// `min(x)`
    Min,
    /// `max(x)`
    Max,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A column of a row.
    Column {
        /// The row's alias.
        of: String,
        /// The column.
        name: String,
    },
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i128),
    /// A decimal.
    Decimal(Decimal),
    /// Truth.
    Truth(bool),
    /// A civil day.
    Day(Date),
    /// An instant.
    Instant(Instant),
    /// A wall time, as microseconds since 1970-01-01T00:00:00.
    Wall(Instant),
    /// Nothing.
    Null,
    /// All.
    And(Vec<Expr>),
    /// Any.
    Or(Vec<Expr>),
    /// Not; only over what never answers NULL.
    Not(Box<Expr>),
    /// Two and an operator.
    Binary(Op, Box<Expr>, Box<Expr>),
    /// A test.
    Is(Box<Expr>, Test),
    /// Equal to one of some literals.
    In {
        /// What.
        of: Box<Expr>,
        /// The literals, at least one.
        values: Vec<Expr>,
        /// Whether to none of them.
        negated: bool,
    },
    /// The first arm whose condition is true.
    Case(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// A cast that cannot fail.
    Cast(Box<Expr>, Type),
    /// A function.
    Call(Func, Vec<Expr>),
    /// An aggregate; `None` counts rows.
    Aggregate(Agg, Option<Box<Expr>>),
    /// A function over a partition.
    Over {
        /// Which.
        func: Over,
        /// Of what.
        of: Option<Box<Expr>>,
        /// The partition.
        partition: Vec<Expr>,
        /// The order, each with whether it descends; missing values come last.
        order: Vec<(Expr, bool)>,
    },
    /// Whether there is such a row.
    Exists(Box<Select>),
    /// Whether there is no such row.
    NotExists(Box<Select>),
    /// The only value of a query of one row.
    Scalar(Box<Select>),
}

/// Something selected.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What.
    pub expr: Expr,
    /// Its name; `None` where it is a column that keeps its own.
    pub alias: Option<String>,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A table of the warehouse.
    Table(Vec<String>),
    /// A named query above.
    Cte(String),
    /// A query in parentheses.
    Derived(Box<Body>),
}

/// A source with its alias.
#[derive(Debug, Clone, PartialEq)]
pub struct From {
    /// What.
    pub source: Source,
    /// Called.
    pub alias: String,
}

/// How another source is joined.
#[derive(Debug, Clone, PartialEq)]
pub enum JoinKind {
    /// Rows that match.
    Inner,
    /// Every row, with or without a match. Never used for the guard or a ledger.
    Left,
    /// Every pair; only with the one row of the clock.
    Cross,
}

/// A join.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// How.
    pub kind: JoinKind,
    /// With what.
    pub from: From,
    /// On which conditions, all of which must hold.
    pub on: Vec<Expr>,
}

/// One SELECT.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Select {
    /// Whether equal rows are one.
    pub distinct: bool,
    /// What is selected.
    pub items: Vec<Item>,
    /// From what; `None` for one row of constants.
    pub from: Option<From>,
    /// With what.
    pub joins: Vec<Join>,
    /// All of which must hold.
    pub filter: Vec<Expr>,
    /// Grouped by.
    pub group: Vec<Expr>,
}

/// One SELECT, or several whose rows are put together.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// One.
    One(Select),
    /// `UNION ALL`.
    All(Vec<Select>),
    /// `UNION`: equal rows are one.
    Union(Vec<Select>),
}

/// A named query.
#[derive(Debug, Clone, PartialEq)]
pub struct Cte {
    /// Its name.
    pub name: String,
    /// What it is, for the reader; one line each.
    pub comment: Vec<String>,
    /// The query.
    pub body: Body,
}

/// A whole query.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Named queries, each of which knows those before it.
    pub ctes: Vec<Cte>,
    /// What the rows are, for the reader.
    pub comment: Vec<String>,
    /// The rows.
    pub root: Select,
}

// Short words for building.

/// A column.
pub fn col(of: &str, name: &str) -> Expr {
    Expr::Column { of: of.to_owned(), name: name.to_owned() }
}

/// Two and an operator.
pub fn binary(op: Op, left: Expr, right: Expr) -> Expr {
    Expr::Binary(op, Box::new(left), Box::new(right))
}

/// `left = right`
pub fn eq(left: Expr, right: Expr) -> Expr {
    binary(Op::Equal, left, right)
}

/// A test.
pub fn is(of: Expr, test: Test) -> Expr {
    Expr::Is(Box::new(of), test)
}

/// A function.
pub fn call(func: Func, args: Vec<Expr>) -> Expr {
    Expr::Call(func, args)
}

/// Everything that must hold, flattened; TRUE where nothing must.
pub fn and(list: Vec<Expr>) -> Expr {
    let mut flat = Vec::new();
    for expr in list {
        if let Expr::And(inner) = expr {
            flat.extend(inner);
        } else if expr != Expr::Truth(true) {
            flat.push(expr);
        }
    }
    if flat.contains(&Expr::Truth(false)) {
        return Expr::Truth(false);
    }
    match flat.len() {
        0 => Expr::Truth(true),
        1 => flat.pop().unwrap_or(Expr::Truth(true)),
        _ => Expr::And(flat),
    }
}

/// Anything that may hold, flattened; FALSE where nothing may.
pub fn or(list: Vec<Expr>) -> Expr {
    let mut flat = Vec::new();
    for expr in list {
        if let Expr::Or(inner) = expr {
            flat.extend(inner);
        } else if expr != Expr::Truth(false) {
            flat.push(expr);
        }
    }
    if flat.contains(&Expr::Truth(true)) {
        return Expr::Truth(true);
    }
    match flat.len() {
        0 => Expr::Truth(false),
        1 => flat.pop().unwrap_or(Expr::Truth(false)),
        _ => Expr::Or(flat),
    }
}

/// `NOT`, of something that never answers NULL.
pub fn not(of: Expr) -> Expr {
    if let Expr::Truth(value) = of { Expr::Truth(!value) } else { Expr::Not(Box::new(of)) }
}

/// Equal to one of some texts; FALSE for none.
pub fn one_of(of: Expr, values: &[String]) -> Expr {
    if values.is_empty() {
        return Expr::Truth(false);
    }
    let values = values.iter().map(|value| Expr::Text(value.clone())).collect();
    Expr::In { of: Box::new(of), values, negated: false }
}

/// `CASE WHEN when THEN then END`.
pub fn when(when: Expr, then: Expr) -> Expr {
    Expr::Case(vec![(when, then)], None)
}

/// An item with a name of its own.
pub fn named(expr: Expr, alias: &str) -> Item {
    let same = matches!(&expr, Expr::Column { name, .. } if name == alias);
    Item { expr, alias: (!same).then(|| alias.to_owned()) }
}

/// A source that is a named query.
pub fn cte(name: &str, alias: &str) -> From {
    From { source: Source::Cte(name.to_owned()), alias: alias.to_owned() }
}

/// A source that is a table of the warehouse.
pub fn table(physical: &[String], alias: &str) -> From {
    From { source: Source::Table(physical.to_vec()), alias: alias.to_owned() }
}

/// A source that is a query in parentheses.
pub fn derived(body: Body, alias: &str) -> From {
    From { source: Source::Derived(Box::new(body)), alias: alias.to_owned() }
}

/// Rows that match.
pub fn join(from: From, on: Vec<Expr>) -> Join {
    Join { kind: JoinKind::Inner, from, on }
}

/// `SELECT 1 FROM … WHERE …`, for EXISTS.
pub fn any_row(from: From, filter: Vec<Expr>) -> Box<Select> {
    let items = vec![Item { expr: Expr::Whole(1), alias: None }];
    Box::new(Select { items, from: Some(from), filter, ..Select::default() })
}

impl Select {
    /// Whether an expression of this very SELECT (not of one inside it) reads a column of `alias`, or one inside it does without
    /// having such an alias of its own.
    pub fn reads(&self, alias: &str) -> bool {
        let items = self.items.iter().map(|item| &item.expr);
        let on = self.joins.iter().flat_map(|join| &join.on);
        items.chain(on).chain(&self.filter).chain(&self.group).any(|expr| expr.reads(alias))
    }

    fn has_alias(&self, alias: &str) -> bool {
        self.from.iter().chain(self.joins.iter().map(|join| &join.from)).any(|from| from.alias == alias)
    }
}

impl Expr {
    /// Whether a column of `alias` is read.
    pub fn reads(&self, alias: &str) -> bool {
        match self {
            Expr::Column { of, .. } => of == alias,
            Expr::Text(_)
            | Expr::Whole(_)
            | Expr::Decimal(_)
            | Expr::Truth(_)
            | Expr::Day(_)
            | Expr::Instant(_)
            | Expr::Wall(_)
            | Expr::Null => false,
            Expr::And(list) | Expr::Or(list) | Expr::Call(_, list) => list.iter().any(|expr| expr.reads(alias)),
            Expr::Not(of) | Expr::Is(of, _) | Expr::Cast(of, _) | Expr::In { of, .. } => of.reads(alias),
            Expr::Binary(_, left, right) => left.reads(alias) || right.reads(alias),
            Expr::Case(arms, otherwise) => {
                let arms = arms.iter().any(|(when, then)| when.reads(alias) || then.reads(alias));
                arms || otherwise.as_ref().is_some_and(|expr| expr.reads(alias))
            }
            Expr::Aggregate(_, of) => of.as_ref().is_some_and(|expr| expr.reads(alias)),
            Expr::Over { of, partition, order, .. } => {
                let order = order.iter().any(|(expr, _)| expr.reads(alias));
                order || of.as_ref().is_some_and(|expr| expr.reads(alias)) || partition.iter().any(|e| e.reads(alias))
            }
            Expr::Exists(inner) | Expr::NotExists(inner) | Expr::Scalar(inner) => {
                !inner.has_alias(alias) && inner.reads(alias)
            }
        }
    }
}
