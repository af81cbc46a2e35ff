//! The closed language that views are written in, as this reader understands it. It shares nothing with the emitter's tree.

/// A view's query.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Named queries in order.
    pub ctes: Vec<Cte>,
    /// The rows.
    pub root: Select,
}

/// A named query.
#[derive(Debug, Clone, PartialEq)]
pub struct Cte {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub body: Body,
}

/// Selects whose rows are put together.
#[derive(Debug, Clone, PartialEq)]
pub struct Body(pub Vec<Select>);

/// One SELECT.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// Whether equal rows are one.
    pub distinct: bool,
    /// What is selected.
    pub items: Vec<Item>,
    /// From what.
    pub sources: Vec<Source>,
    /// Conjuncts of WHERE.
    pub filter: Vec<Expr>,
    /// Grouped by.
    pub group: Vec<Expr>,
}

/// Something selected.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What.
    pub expr: Expr,
    /// Its name; empty where it has none.
    pub name: String,
    /// Whether it was named with AS.
    pub renamed: bool,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The alias; the name itself where there is none.
    pub alias: String,
    /// What.
    pub of: Of,
    /// How it is joined.
    pub join: Join,
}

/// What rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Of {
    /// A table or a named query.
    Named(Vec<String>),
    /// A query in parentheses.
    Derived(Body),
}

/// How a source is joined.
#[derive(Debug, Clone, PartialEq)]
pub enum Join {
    /// It stands first.
    First,
    /// Inner, with its conjuncts.
    Inner(Vec<Expr>),
    /// Left outer, with its conjuncts.
    Left(Vec<Expr>),
    /// Every pair.
    Cross,
}

/// A test that never answers NULL.
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

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A column.
    Column(String, String),
    /// Text.
    Text(String),
    /// A number.
    Number(String),
    /// A literal with its type before it.
    Typed(String, String),
    /// Truth.
    Truth(bool),
    /// Nothing.
    Null,
    /// All.
    And(Vec<Expr>),
    /// Any.
    Or(Vec<Expr>),
    /// Not.
    Not(Box<Expr>),
    /// Two and an operator, as written in lower case.
    Binary(String, Box<Expr>, Box<Expr>),
    /// A negative number.
    Minus(Box<Expr>),
    /// A test.
    Is(Box<Expr>, Test),
    /// One of a list, or none of it.
    In(Box<Expr>, Vec<Expr>, bool),
    /// The first arm that holds.
    Case(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// A cast, to a type in lower case.
    Cast(Box<Expr>, String),
    /// A function.
    Call(String, Vec<Expr>),
    /// A function over a partition (over everybody, where it has no keys), in an order.
    Over(String, Vec<Expr>, Vec<Expr>, Vec<Expr>),
    /// `AT TIME ZONE`.
    Zone(Box<Expr>, Box<Expr>),
    /// `EXTRACT`.
    Extract(Box<Expr>),
    /// `INTERVAL` of so many units.
    Interval(Box<Expr>, String),
    /// `COLLATE`.
    Collate(Box<Expr>),
    /// `EXISTS`, or `NOT EXISTS`.
    Exists(Body, bool),
    /// The only value of a query.
    Scalar(Body),
    /// A unit, as a function's argument.
    Unit(String),
    /// The star of `count(*)`.
    Star,
}

impl Expr {
    /// Shows this expression and everything in it that is not in a query of its own.
    pub fn walk<'a>(&'a self, see: &mut dyn FnMut(&'a Expr)) {
        see(self);
        self.each(&mut |inner| inner.walk(see));
    }

    /// Shows the expressions directly inside.
    pub fn each<'a>(&'a self, see: &mut dyn FnMut(&'a Expr)) {
        match self {
            Expr::Column(..) | Expr::Text(_) | Expr::Number(_) | Expr::Typed(..) | Expr::Truth(_) | Expr::Null => {}
            Expr::Exists(..) | Expr::Scalar(_) | Expr::Unit(_) | Expr::Star => {}
            Expr::And(list) | Expr::Or(list) | Expr::Call(_, list) => list.iter().for_each(see),
            Expr::Not(of) | Expr::Minus(of) | Expr::Is(of, _) | Expr::Cast(of, _) => see(of),
            Expr::Extract(of) | Expr::Interval(of, _) | Expr::Collate(of) => see(of),
            Expr::Binary(_, left, right) | Expr::Zone(left, right) => {
                see(left);
                see(right);
            }
            Expr::In(of, list, _) => {
                see(of);
                list.iter().for_each(see);
            }
            Expr::Case(arms, otherwise) => {
                for (when, then) in arms {
                    see(when);
                    see(then);
                }
                otherwise.iter().for_each(|expr| see(expr));
            }
            Expr::Over(_, args, partition, order) => args.iter().chain(partition).chain(order).for_each(see),
        }
    }

    /// The queries in it, at whatever depth, but not those inside them.
    pub fn queries(&self) -> Vec<&Body> {
        let mut found = Vec::new();
        self.walk(&mut |expr| {
            if let Expr::Exists(body, _) | Expr::Scalar(body) = expr {
                found.push(body);
            }
        });
        found
    }

    /// Whether it reads a column of this alias (not in a query of its own).
    pub fn reads(&self, alias: &str) -> bool {
        let mut found = false;
        self.walk(&mut |expr| found |= matches!(expr, Expr::Column(of, _) if of == alias));
        found
    }
}

impl Select {
    /// Every expression of this SELECT itself.
    pub fn exprs(&self) -> Vec<&Expr> {
        let mut all: Vec<&Expr> = self.items.iter().map(|item| &item.expr).collect();
        for source in &self.sources {
            if let Join::Inner(on) | Join::Left(on) = &source.join {
                all.extend(on);
            }
        }
        all.extend(self.filter.iter().chain(&self.group));
        all
    }
}

impl Body {
    /// The only SELECT, if it is one.
    pub fn only(&self) -> Option<&Select> {
        if let [only] = self.0.as_slice() { Some(only) } else { None }
    }
}

impl Source {
    /// The named query, or table of one part, that it reads.
    pub fn name(&self) -> Option<&str> {
        match &self.of {
            Of::Named(parts) => {
                if let [only] = parts.as_slice() {
                    Some(only)
                } else {
                    None
                }
            }
            Of::Derived(_) => None,
        }
    }
}
