//! Expressions: conditions and values in one tree, since only types tell them apart.
//!
//! Precedence has been applied: `or` < `and` < `not` < comparison < `+ -` < `* /` < `50% of`. Chains are flat.

use super::{Around, Counting, Duration, Literal, Name, Near, Number, Part, Path, Text, Unsupported, Window};
use crate::source::{Span, Spanned};

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands, with its parentheses.
    pub span: Span,
    /// Whether it was written in parentheses.
    pub parenthesised: bool,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// `everyone`
    Everyone,
    /// `country`, `customer.country`, `orders.total`, `age`: a name, unresolved. `age` is not a keyword: it is a built-in where no field
    /// has that name.
    Path(Path),
    /// `"DE"`, `500 EUR`, `2026-03-31`
    Literal(Literal),
    /// `30 days ago`: an instant.
    Ago(Duration),
    /// `month of birth_date`, `hour of visited_at in zone "America/New_York"`
    Part(Part),
    /// `not p`
    Not(Box<Expr>),
    /// `p and q and r`: at least two.
    And(Vec<Expr>),
    /// `p or q or r`: at least two.
    Or(Vec<Expr>),
    /// `a = b`
    Compare {
        /// Left of the operator.
        left: Box<Expr>,
        /// The operator.
        op: Spanned<CompareOp>,
        /// Right of the operator.
        right: Box<Expr>,
        /// Where `ignoring case` stands.
        ignoring_case: Option<Span>,
    },
    /// `age between 25 and 40`, both ends included.
    Between {
        /// What is compared.
        value: Box<Expr>,
        /// The lower end.
        low: Box<Expr>,
        /// The upper end.
        high: Box<Expr>,
    },
    /// `day of week of d in (sat, sun)`: numbers from 1 for Monday. At least one.
    InWeekdays {
        /// What is looked up.
        value: Box<Expr>,
        /// Whether `not` stands before `in`.
        negated: bool,
        /// The days.
        days: Vec<Spanned<u8>>,
    },
    /// `due_on within next 5 days`, `sold_on is today`
    Within {
        /// What is asked about.
        value: Box<Expr>,
        /// Which days.
        near: Near,
    },
    /// `location within 10 km of (52.52, 13.40)`
    Around(Around),
    /// `country in ("DE", "FR")`, `country not in ("US")`. At least one value.
    In {
        /// What is looked up.
        value: Box<Expr>,
        /// Whether `not` stands before `in`.
        negated: bool,
        /// The values.
        values: Vec<Literal>,
        /// Where `ignoring case` stands.
        ignoring_case: Option<Span>,
    },
    /// `tags has "vip"`, `tags has any ("a", "b")`. At least one value.
    Has {
        /// The list.
        value: Box<Expr>,
        /// Any, all or none of them.
        how: HasHow,
        /// The values.
        values: Vec<Literal>,
        /// Where `ignoring case` stands.
        ignoring_case: Option<Span>,
    },
    /// `email ends with "@x.org"`
    TextTest {
        /// The text that is searched.
        value: Box<Expr>,
        /// How.
        op: Spanned<TextOp>,
        /// What is sought.
        part: Literal,
        /// Where `ignoring case` stands.
        ignoring_case: Option<Span>,
    },
    /// `days since last(orders over …)`. The value is a path, an aggregate, `greatest(…)` or `least(…)`.
    DaysSince(Box<Expr>),
    /// `greatest(a, b)`, `least(a, b ignoring missing)`
    Extreme(Extreme),
    /// `x is missing`, `x is known`
    Presence {
        /// What is asked about.
        value: Box<Expr>,
        /// `true` for `is known`, `false` for `is missing`.
        known: bool,
    },
    /// `a + b - c`: the first operand and what follows, from left to right; at least one follows. Only `+` and `-`.
    Sum {
        /// The first operand.
        first: Box<Expr>,
        /// Each operator with its right operand.
        rest: Vec<(Spanned<ArithOp>, Expr)>,
    },
    /// `a * b / c`: the first operand and what follows, from left to right; at least one follows. Only `*` and `/`. `50% of a` is one
    /// by itself: the percentage times the value.
    Product {
        /// The first operand.
        first: Box<Expr>,
        /// Each operator with its right operand.
        rest: Vec<(Spanned<ArithOp>, Expr)>,
    },
    /// `any orders where … over …`
    Events(Events),
    /// `at least 2 of (p, q, r)`, `all orders over … have (p)`, `each of last 4 full weeks have orders`
    Counting(Box<Counting>),
    /// `sum(orders.total where … over …)`
    Aggregate(Aggregate),
    /// `in segment x`, `not in segment x`, `account in segment x`
    InSegment {
        /// What stands before `in`: a to-one link.
        via: Option<Path>,
        /// Whether `not` stands directly before `in` after a link (`account not in segment x`). Without a link, `not in segment x` is
        /// [`ExprKind::Not`] of `in segment x`.
        negated: bool,
        /// The segment.
        segment: Name,
    },
    /// `in list blocked`, `account in list blocked`
    InList {
        /// What stands before `in`: a to-one link.
        via: Option<Path>,
        /// As in [`ExprKind::InSegment`].
        negated: bool,
        /// The list.
        list: Name,
    },
    /// `sample 10% to 30% named "spring"`
    Sample(Sample),
    /// `top 10% by ltv`, `percentile(ltv)`, `rfm(orders.total over …).r`: where somebody stands among everybody.
    Rank(Box<Rank>),
    /// A construct that is not supported yet. Reported; its type is unknown.
    Unsupported(Unsupported),
    /// A mistake. Reported; its type is unknown.
    Error,
}

/// `greatest(a, b)`, `least(a, b ignoring missing)`: at least one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extreme {
    /// `true` for `greatest`, `false` for `least`.
    pub greatest: bool,
    /// The values.
    pub of: Vec<Expr>,
    /// Where `ignoring missing` stands.
    pub ignoring_missing: Option<Span>,
}

/// `= != < <= > >=`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompareOp {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// How many of the values a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HasHow {
    /// `has "a"`, `has any ("a", "b")`
    Any,
    /// `has all ("a", "b")`
    All,
    /// `has none ("a", "b")`
    None,
}

/// How a text is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextOp {
    /// `contains`
    Contains,
    /// `starts with`
    StartsWith,
    /// `ends with`
    EndsWith,
    /// `matches`
    Matches,
}

/// `+ - * /`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ArithOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// `any orders where status = "paid" over last 30 days`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// How many.
    pub quantity: Spanned<Quantity>,
    /// Of what.
    pub rows: Rows,
}

/// `sample 10% to 30% named "spring"`: a stable part of the people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// From which percent on; 0 where unwritten.
    pub from: Option<Spanned<Number>>,
    /// Up to which percent, exclusive.
    pub to: Spanned<Number>,
    /// The salt of its hash.
    pub named: Text,
}

/// Where somebody stands among everybody whom the segment's guard lets pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rank {
    /// What is asked of it. `top` and `bottom` are conditions, the others values.
    pub form: RankForm,
    /// By what people are ordered; for `rfm` an [`ExprKind::Aggregate`] that sums its argument.
    pub by: Expr,
    /// `among (…)`: only these are ranked.
    pub among: Option<Expr>,
}

/// What is asked of a rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RankForm {
    /// `top 10%`, `top 500`
    Top(RankSize),
    /// `bottom 20%`
    Bottom(RankSize),
    /// `percentile(…)`
    Percentile,
    /// `quintile(…)`
    Quintile,
    /// `rfm(…).r`: which of the three.
    Rfm(Name),
}

/// How many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RankSize {
    /// `10%`
    Percent(Spanned<Number>),
    /// `500`
    People(Spanned<u64>),
}

/// How many rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// `any`: at least one.
    Any,
    /// `no`
    No,
    /// `at least n`
    AtLeast(u64),
    /// `at most n`: zero included.
    AtMost(u64),
    /// `exactly n`
    Exactly(u64),
}

/// `orders where status = "paid" over last 30 days`: a source, a link's rows, nested rows or a definition of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// What names them, unresolved: `orders`, `members.logins`, `funan`.
    pub what: Path,
    /// `latest 5`: only so many of them, which the filter keeps and the window holds.
    pub latest: Option<Spanned<u64>>,
    /// `with same campaign_id`: fields that equal those of the row around. Often none.
    pub same: Vec<Name>,
    /// Which of them.
    pub filter: Option<Filter>,
    /// From when.
    pub window: Option<Window>,
    /// From the name to the end.
    pub span: Span,
}

/// `where …` after rows: one comparison, or any condition in parentheses (then `condition.parenthesised`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The condition; a bare name in it is a field of the rows.
    pub condition: Box<Expr>,
    /// From `where` to its end.
    pub span: Span,
}

/// `count(orders where … over …)`, `sum(orders.total where … over …)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Which.
    pub function: Spanned<AggregateFn>,
    /// What is aggregated. For `count`, `share` and `last(orders over …)` a bare [`ExprKind::Path`] that names rows; for the others a
    /// value whose every name starts with the one source.
    pub value: Box<Expr>,
    /// Where `ignoring missing` stands.
    pub ignoring_missing: Option<Span>,
    /// `latest 5`: only so many of the rows.
    pub latest: Option<Spanned<u64>>,
    /// Which rows.
    pub filter: Option<Filter>,
    /// From when.
    pub window: Option<Window>,
    /// Where the argument stands, without the parentheses.
    pub argument: Span,
}

/// The aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AggregateFn {
    /// `count(orders over …)`: rows.
    Count,
    /// `count(distinct orders.category over …)`: different values.
    CountDistinct,
    /// `sum(orders.total over …)`
    Sum,
    /// `avg(orders.total over …)`
    Avg,
    /// `min(orders.total over …)`
    Min,
    /// `max(orders.total over …)`
    Max,
    /// `median(orders.total over …)`
    Median,
    /// `mode(orders.channel over …)`: the most frequent.
    Mode,
    /// `first(orders.channel over …)`, `first(orders over …)`
    First,
    /// `last(orders.channel over …)`, `last(orders over …)`
    Last,
    /// `share(orders where p over …)`: the part of the rows for which `p` holds.
    Share,
}
