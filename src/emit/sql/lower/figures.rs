//! Reports: from the people who are counted to groups that may be shown.
//!
//! ```text
//! permitted ─ matched ─ counted ─ cells ─ sizes ─ below ─▶ root
//! ```
//!
//! `counted` is what the root of a segment is: joined to the guard, under every control check and the minimum. Everything behind it
//! sees nothing else.

use super::condition::Amount;
use super::guard::GuardCte;
use super::population::bucket;
use super::scope::Scope;
use super::{Check, Lower};
use crate::emit::sql::tree::{
    Agg, Body, Expr, Func, Item, Join, JoinKind, Op, Select, and, any_row, binary, call, col, cte, eq, join, named, or,
    when,
};
use crate::model::Decimal;
use crate::plan::figures::{Compare, TOO_LARGE};
use crate::plan::{self, Figured, Figures};

/// What a column of the report is made of.
enum Made {
    Group(String),
    People,
    Sum { sum: String, known: String },
    Average { sum: String, known: String },
    Share { so: String },
    Compare { held: String, so: String, both: String },
}

/// A stage in the making: its items, and the columns that they become.
#[derive(Default)]
struct Stage {
    items: Vec<Item>,
    group: Vec<Expr>,
    made: Vec<Made>,
}

impl<'p> Lower<'p> {
    /// The groups that may be shown.
    pub(super) fn figures(&mut self, figures: &'p Figures, guard: &GuardCte, checks: &[Check]) -> Select {
        let (carried, key) = self.carried(figures);
        self.counted_people(&key, &carried, guard, checks);
        let people = self.fresh("people");
        let cells = self.cells(figures, &carried, &people);
        self.below(&people);
        self.shown(figures, &cells, &people)
    }

    /// Whom the condition selects, with their groups and what is said of each. The columns, in the order of what the report says.
    fn carried(&mut self, figures: &'p Figures) -> (Vec<String>, String) {
        let (mut scope, key) = self.subject_scope("p");
        let holds = self.must(&mut scope, &self.plan.condition);
        let mut values = Vec::new();
        for group in &figures.by {
            values.push(("group", self.plain(&mut scope, &group.value)));
        }
        for figure in &figures.show {
            match &figure.says {
                Figured::People => {}
                Figured::Sum(value) | Figured::Average(value) => {
                    let value = self.plain(&mut scope, value);
                    let small = binary(Op::Less, call(Func::Abs, vec![value.clone()]), whole(i128::from(TOO_LARGE)));
                    values.push(("value", when(small, value)));
                }
                Figured::Share(cond) => values.push(("so", self.flag(&mut scope, cond))),
            }
        }
        if let Some(Compare { holdout, on }) = &figures.compare {
            let bucket = bucket(&holdout.salt, col("p", &key), &self.key_kind(self.plan.guard.entity));
            let held = binary(Op::Less, bucket, whole(i128::from(holdout.basis_points)));
            values.push(("held", Expr::Case(vec![(held, whole(1))], Some(Box::new(whole(0))))));
            values.push(("so", self.flag(&mut scope, on)));
        }
        scope.filter.extend(self.whole(&key));
        let mut select = scope.select();
        if let Expr::And(list) = holds {
            select.filter.extend(list);
        } else if holds != Expr::Truth(true) {
            select.filter.push(holds);
        }
        let names: Vec<String> = values.iter().map(|(what, _)| self.fresh(what)).collect();
        select.items = vec![named(col("p", &key), &key)];
        select.items.extend(values.into_iter().zip(&names).map(|((_, value), name)| named(value, name)));
        let written = format!("Wanted: {}", self.plan.about.written);
        self.push("matched", &[&written], Body::One(select));
        (names, key)
    }

    /// A value as it stands.
    fn plain(&mut self, scope: &mut Scope, value: &'p plan::Expr) -> Expr {
        let (asking, doubt) = (std::mem::replace(&mut self.asking, false), self.doubt.take());
        let amount = self.expr(scope, value);
        (self.asking, self.doubt) = (asking, doubt);
        match amount {
            Amount::Cell(cell) => cell.sql,
            Amount::Number(number) if number.bottom.is_none() => number.top,
            Amount::Number(_) => {
                self.refusals.push("a report sums an average, a median, a share or a quotient of each person, which engines do not add exactly".to_owned());
                Expr::Null
            }
        }
    }

    /// 1 of whom it is certain, else 0.
    fn flag(&mut self, scope: &mut Scope, cond: &'p plan::Cond) -> Expr {
        let must = self.must(scope, cond);
        Expr::Case(vec![(must, whole(1))], Some(Box::new(whole(0))))
    }

    /// What the root of a segment is, with the columns that are counted.
    fn counted_people(&mut self, key: &str, carried: &[String], guard: &GuardCte, checks: &[Check]) {
        let mut filter: Vec<Expr> = checks.iter().map(|check| col("control", &check.name)).collect();
        let items = vec![Item { expr: Expr::Aggregate(Agg::Count, None), alias: None }];
        let count = Select { items, from: Some(cte("matched", "n")), ..Select::default() };
        let minimum = whole(i128::from(self.plan.delivery.minimum));
        filter.push(binary(Op::GreaterOrEqual, Expr::Scalar(Box::new(count)), minimum));
        let columns = std::iter::once(key).chain(carried.iter().map(String::as_str));
        let items = columns.map(|name| Item { expr: col("d", name), alias: None }).collect();
        let mut joins = vec![join(cte(&guard.name, "g"), vec![eq(col("g", &guard.key), col("d", key))])];
        if !checks.is_empty() {
            joins.push(Join { kind: JoinKind::Cross, from: cte("control", "control"), on: Vec::new() });
        }
        let select = Select { items, from: Some(cte("matched", "d")), joins, filter, ..Select::default() };
        let comment = "Who is counted: permitted and wanted, on control data that can be trusted, and enough of them.";
        self.push("counted", &[comment], Body::One(select));
    }

    /// The groups, small ones included.
    fn cells(&mut self, figures: &Figures, carried: &[String], people: &str) -> Vec<Made> {
        let mut names = carried.iter();
        let mut next = || names.next().cloned().unwrap_or_default();
        let mut stage = Stage::default();
        for _ in &figures.by {
            let name = next();
            stage.items.push(Item { expr: col("c", &name), alias: None });
            stage.group.push(col("c", &name));
            stage.made.push(Made::Group(name));
        }
        stage.items.push(named(Expr::Aggregate(Agg::Count, None), people));
        for figure in &figures.show {
            let made = match &figure.says {
                Figured::People => Made::People,
                Figured::Sum(_) => {
                    let (sum, known) = self.sum_and_known(&mut stage, &next());
                    Made::Sum { sum, known }
                }
                Figured::Average(_) => {
                    let (sum, known) = self.sum_and_known(&mut stage, &next());
                    Made::Average { sum, known }
                }
                Figured::Share(_) => Made::Share { so: self.total(&mut stage, col("c", &next())) },
            };
            stage.made.push(made);
        }
        if figures.compare.is_some() {
            let (held, so) = (col("c", &next()), col("c", &next()));
            let both = self.total(&mut stage, binary(Op::Multiply, held.clone(), so.clone()));
            let (held, so) = (self.total(&mut stage, held), self.total(&mut stage, so));
            stage.made.push(Made::Compare { held, so, both });
        }
        let Stage { items, group, made } = stage;
        let select = Select { items, from: Some(cte("counted", "c")), group, ..Select::default() };
        self.push("cells", &["The groups, small ones included."], Body::One(select));
        made
    }

    fn total(&mut self, stage: &mut Stage, of: Expr) -> String {
        let name = self.fresh("total");
        stage.items.push(named(Expr::Aggregate(Agg::Sum, Some(Box::new(of))), &name));
        name
    }

    fn sum_and_known(&mut self, stage: &mut Stage, value: &str) -> (String, String) {
        let sum = self.total(stage, col("c", value));
        let known = self.fresh("known");
        stage.items.push(named(Expr::Aggregate(Agg::Count, Some(Box::new(col("c", value)))), &known));
        (sum, known)
    }

    /// How many people are in the groups smaller than each size there is.
    fn below(&mut self, people: &str) {
        let items = vec![Item { expr: col("k", people), alias: None }];
        let sizes = Select { distinct: true, items, from: Some(cte("cells", "k")), ..Select::default() };
        self.push("sizes", &["How large groups are."], Body::One(sizes));
        let smaller = Expr::Aggregate(Agg::Sum, Some(Box::new(col("o", people))));
        let on = binary(Op::Less, col("o", people), col("s", people));
        let below = Select {
            items: vec![Item { expr: col("s", people), alias: None }, named(smaller, "smaller")],
            from: Some(cte("sizes", "s")),
            joins: vec![join(cte("cells", "o"), vec![on])],
            group: vec![col("s", people)],
            ..Select::default()
        };
        self.push("below", &["How many people are in smaller groups, for each size."], Body::One(below));
    }

    /// Groups of enough people, of which no remainder tells a small one.
    fn shown(&mut self, figures: &Figures, made: &[Made], people: &str) -> Select {
        let minimum = || whole(i128::from(self.plan.delivery.minimum));
        let enough = |expr: Expr| binary(Op::GreaterOrEqual, expr, minimum());
        let n = || col("k", people);
        let small = binary(Op::Less, col("s", people), minimum());
        let none_small = Expr::NotExists(any_row(cte("cells", "s"), vec![small]));
        let hidden = vec![eq(col("b", people), n()), enough(col("b", "smaller"))];
        let well_hidden = Expr::Exists(any_row(cte("below", "b"), hidden));
        let mut items = Vec::new();
        let columns = figures.columns();
        let mut columns = columns.iter();
        let mut next = |expr: Expr| items.extend(columns.next().map(|name| named(expr, name)));
        let part = |of: Expr, all: Expr| millionths(binary(Op::Multiply, of, whole(1_000_000)), all);
        let minus = |all: Expr, some: Expr| binary(Op::Subtract, all, some);
        for one in made {
            match one {
                Made::Group(name) => next(col("k", name)),
                Made::People => next(n()),
                Made::Sum { sum, known } => next(when(eq(col("k", known), n()), part(col("k", sum), whole(1)))),
                Made::Average { sum, known } => next(when(eq(col("k", known), n()), part(col("k", sum), n()))),
                Made::Share { so } => {
                    let so = || col("k", so);
                    let safe = and(vec![enough(so()), enough(minus(n(), so()))]);
                    next(when(safe, part(so(), n())));
                }
                Made::Compare { held, so, both } => {
                    let (held, so, both) = (|| col("k", held), || col("k", so), || col("k", both));
                    let rest = || minus(n(), held());
                    let rest_so = || minus(so(), both());
                    let safe = || {
                        let others = [minus(held(), both()), minus(rest(), rest_so())];
                        and([both(), rest_so()].into_iter().chain(others).map(&enough).collect())
                    };
                    for shown in [held(), rest(), part(both(), held()), part(rest_so(), rest())] {
                        next(when(safe(), shown));
                    }
                }
            }
        }
        let filter = vec![enough(n()), or(vec![none_small, well_hidden])];
        Select { items, from: Some(cte("cells", "k")), filter, ..Select::default() }
    }
}

fn whole(n: i128) -> Expr {
    Expr::Whole(n)
}

/// So many millionths, cut off.
fn millionths(of: Expr, by: Expr) -> Expr {
    let one = Decimal::from_micros(1).map_or(Expr::Null, Expr::Decimal);
    binary(Op::Multiply, call(Func::Quotient, vec![of, by]), one)
}
