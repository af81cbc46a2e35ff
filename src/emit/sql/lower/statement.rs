//! Queries that stand instead of tables: their closed language is a part of ours, so they are printed as everything is.

use crate::emit::sql::tree::{
    self, Agg, Body as Sql, Cte, Expr, From, Item, JoinKind, Op, Source, Test, and, binary, call, not, or,
};
use crate::model::statement::{Body, Fold, Func, Join, Joined, Of, Selection, Term};
use crate::model::{ArithmeticOp, CompareOp, Value};
use crate::plan::Statement;

/// A query under the name of its rows.
pub fn cte(statement: &Statement) -> Cte {
    let comment = vec![format!("{}: as the catalog computes it.", statement.name)];
    Cte { name: statement.name.clone(), comment, body: body(&statement.body) }
}

fn body(of: &Body) -> Sql {
    let mut all: Vec<tree::Select> = of.of.iter().map(selection).collect();
    match (all.len(), of.distinct) {
        (1, _) => Sql::One(all.remove(0)),
        (_, true) => Sql::Union(all),
        (_, false) => Sql::All(all),
    }
}

fn selection(of: &Selection) -> tree::Select {
    let item = |column: &crate::model::statement::Output| {
        let own = matches!(&column.term, Term::Column { name, .. } if *name == column.name);
        Item { expr: term(&column.term), alias: (!own).then(|| column.name.clone()) }
    };
    let filter = match of.filter.as_ref().map(term) {
        Some(Expr::And(all)) => all,
        other => other.into_iter().collect(),
    };
    let mut from = of.from.iter();
    tree::Select {
        distinct: of.distinct,
        items: of.columns.iter().map(item).collect(),
        from: from.next().map(source),
        joins: from.map(join).collect(),
        filter,
        group: of.group.iter().map(term).collect(),
    }
}

fn source(of: &Joined) -> From {
    let source = match &of.of {
        Of::Table(path) => Source::Table(path.clone()),
        Of::Query(inner) => Source::Derived(Box::new(body(inner))),
    };
    From { source, alias: of.alias.clone() }
}

fn join(of: &Joined) -> tree::Join {
    let kind = match of.join {
        Join::Inner => JoinKind::Inner,
        Join::Left => JoinKind::Left,
        Join::Cross => JoinKind::Cross,
    };
    let on = match of.on.as_ref().map(term) {
        Some(Expr::And(all)) => all,
        other => other.into_iter().collect(),
    };
    tree::Join { kind, from: source(of), on }
}

fn term(of: &Term) -> Expr {
    let boxed = |inner: &Term| Box::new(term(inner));
    match of {
        Term::Column { of, name } => Expr::Column { of: of.clone(), name: name.clone() },
        Term::Literal(value) => literal(value),
        Term::Null => Expr::Null,
        Term::And(all) => and(all.iter().map(term).collect()),
        Term::Or(any) => or(any.iter().map(term).collect()),
        Term::Not(inner) => negated(inner),
        Term::Compare { op, left, right } => binary(compared(*op), term(left), term(right)),
        Term::Arithmetic { op, left, right } => binary(computed(*op), term(left), term(right)),
        Term::Missing(inner) => Expr::Is(boxed(inner), Test::Null),
        Term::OneOf { of, values } => {
            Expr::In { of: boxed(of), values: values.iter().map(literal).collect(), negated: false }
        }
        Term::Case { arms, otherwise } => {
            let arms = arms.iter().map(|(when, then)| (term(when), term(then))).collect();
            Expr::Case(arms, otherwise.as_ref().map(|inner| boxed(inner)))
        }
        Term::Cast { of, day } => Expr::Cast(boxed(of), if *day { tree::Type::Day } else { tree::Type::Text }),
        Term::Call { func, of } => called(*func, of.iter().map(term).collect()),
        Term::Fold { func, of } => Expr::Aggregate(folded(*func), of.as_ref().map(|inner| boxed(inner))),
        Term::Exists(inner) => Expr::Exists(Box::new(looked_for(inner))),
    }
}

/// A test that is negated where it stands, else `NOT`.
fn negated(of: &Term) -> Expr {
    if let Term::Missing(inner) = of {
        return Expr::Is(Box::new(term(inner)), Test::NotNull);
    }
    if let Term::OneOf { of, values } = of {
        return Expr::In { of: Box::new(term(of)), values: values.iter().map(literal).collect(), negated: true };
    }
    if let Term::Exists(inner) = of {
        return Expr::NotExists(Box::new(looked_for(inner)));
    }
    not(term(of))
}

fn looked_for(of: &Selection) -> tree::Select {
    let found = Item { expr: Expr::Whole(1), alias: None };
    tree::Select { items: vec![found], ..selection(of) }
}

/// Calls of two: further ones are nested.
fn called(func: Func, mut of: Vec<Expr>) -> Expr {
    match func {
        Func::Coalesce => {
            let last = of.pop().unwrap_or(Expr::Null);
            of.into_iter().rev().fold(last, |rest, first| call(tree::Func::Coalesce, vec![first, rest]))
        }
        Func::NullIf => call(tree::Func::NullIf, of),
        Func::Abs => call(tree::Func::Abs, of),
    }
}

fn folded(func: Fold) -> Agg {
    match func {
        Fold::Count => Agg::Count,
        Fold::CountDistinct => Agg::CountDistinct,
        Fold::Sum => Agg::Sum,
        Fold::Min => Agg::Min,
        Fold::Max => Agg::Max,
    }
}

fn literal(value: &Value) -> Expr {
    match value {
        Value::Text(text) => Expr::Text(text.clone()),
        Value::Boolean(truth) => Expr::Truth(*truth),
        Value::Integer(n) => Expr::Whole(i128::from(*n)),
        Value::Decimal(n) => Expr::Decimal(*n),
        Value::Date(day) => Expr::Day(*day),
        Value::Instant(instant) => Expr::Instant(*instant),
    }
}

fn compared(op: CompareOp) -> Op {
    match op {
        CompareOp::Equal => Op::Equal,
        CompareOp::NotEqual => Op::NotEqual,
        CompareOp::Less => Op::Less,
        CompareOp::LessOrEqual => Op::LessOrEqual,
        CompareOp::Greater => Op::Greater,
        CompareOp::GreaterOrEqual => Op::GreaterOrEqual,
    }
}

/// Nothing is divided: readers of texts let no division through.
fn computed(op: ArithmeticOp) -> Op {
    match op {
        ArithmeticOp::Add => Op::Add,
        ArithmeticOp::Subtract | ArithmeticOp::Divide => Op::Subtract,
        ArithmeticOp::Multiply => Op::Multiply,
    }
}
