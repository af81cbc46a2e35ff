//! What the columns of the clock mean: each is followed to the instant of evaluation and to the lengths added to it.

use super::listed::Reader;
use super::tree::{Cte, Expr, Of, Select};
use crate::model::Length;

/// The named query of the clock.
#[derive(Debug)]
pub struct Clock<'q> {
    /// Its name.
    pub name: &'q str,
    select: &'q Select,
    now: &'static str,
}

/// Calendar months and exact seconds added to now.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Moved {
    months: i64,
    seconds: i64,
}

impl<'q> Clock<'q> {
    /// The first named query, if it reads nothing but itself.
    pub fn of(ctes: &'q [Cte], reader: &Reader) -> Result<Self, String> {
        let first = ctes.first().ok_or("there is no clock")?;
        let select = first.body.only().ok_or("the clock is several queries")?;
        let clock = Self { name: &first.name, select, now: reader.now };
        let mut layer = Some(select);
        while let Some(one) = layer {
            layer = match one.sources.as_slice() {
                [] => None,
                [source] => match &source.of {
                    Of::Derived(body) => Some(body.only().ok_or("the clock is several queries")?),
                    Of::Named(_) => return Err("the clock reads a table".to_owned()),
                },
                _ => return Err("the clock joins something".to_owned()),
            };
            if !one.filter.is_empty() || !one.group.is_empty() {
                return Err("the clock may have no row".to_owned());
            }
        }
        Ok(clock)
    }

    /// An expression over the clock's columns, in terms of now alone.
    pub fn meaning(&self, expr: &Expr) -> Expr {
        self.follow(expr, self.name, self.select)
    }

    /// Replaces columns of `alias`, which is `select`, by what they are.
    fn follow(&self, expr: &Expr, alias: &str, select: &Select) -> Expr {
        if let Expr::Column(of, name) = expr
            && of == alias
            && let Some(item) = select.items.iter().find(|item| item.name == *name)
        {
            return match select.sources.first().map(|source| (&source.alias, &source.of)) {
                Some((inner, Of::Derived(body))) => {
                    body.only().map_or(Expr::Null, |next| self.follow(&item.expr, inner, next))
                }
                Some((_, Of::Named(_))) | None => item.expr.clone(),
            };
        }
        let one = |expr: &Expr| Box::new(self.follow(expr, alias, select));
        let list = |all: &[Expr]| all.iter().map(|expr| self.follow(expr, alias, select)).collect::<Vec<Expr>>();
        match expr {
            Expr::And(all) => Expr::And(list(all)),
            Expr::Or(all) => Expr::Or(list(all)),
            Expr::Not(of) => Expr::Not(one(of)),
            Expr::Minus(of) => Expr::Minus(one(of)),
            Expr::Is(of, test) => Expr::Is(one(of), *test),
            Expr::Cast(of, ty) => Expr::Cast(one(of), ty.clone()),
            Expr::Extract(of) => Expr::Extract(one(of)),
            Expr::Collate(of) => Expr::Collate(one(of)),
            Expr::Interval(of, unit) => Expr::Interval(one(of), unit.clone()),
            Expr::Binary(op, left, right) => Expr::Binary(op.clone(), one(left), one(right)),
            Expr::Zone(left, right) => Expr::Zone(one(left), one(right)),
            Expr::In(of, values, negated) => Expr::In(one(of), list(values), *negated),
            Expr::Call(name, args) => Expr::Call(name.clone(), list(args)),
            Expr::Over(name, args, partition, order) => {
                Expr::Over(name.clone(), list(args), list(partition), list(order))
            }
            Expr::Case(arms, otherwise) => {
                let arms = arms.iter().map(|(when, then)| (*one(when), *one(then))).collect();
                Expr::Case(arms, otherwise.as_ref().map(|expr| one(expr)))
            }
            Expr::Column(..)
            | Expr::Text(_)
            | Expr::Number(_)
            | Expr::Typed(..)
            | Expr::Truth(_)
            | Expr::Null
            | Expr::Exists(..)
            | Expr::Scalar(_)
            | Expr::Unit(_)
            | Expr::Star => expr.clone(),
        }
    }

    /// Whether an expression is no earlier than now less the span, and no earlier than the first known instant.
    pub fn is_kept_since(&self, expr: &Expr, span: Option<Length>) -> bool {
        let meaning = self.meaning(expr);
        let border = bare(&meaning);
        let first = |expr: &Expr| is_day(expr, "1970-01-02");
        let Some(span) = span else { return first(border) };
        let wanted = Moved { months: -span.months, seconds: -span.seconds };
        let Expr::Call(name, args) = border else { return false };
        name == "greatest" && args.iter().any(first) && args.iter().any(|arg| moved(arg) == Some(wanted.clone()))
    }

    /// Whether an expression is now: the instant, or its day or wall time.
    pub fn is_now(&self, expr: &Expr) -> bool {
        match bare(&self.meaning(expr)) {
            Expr::Call(name, args) => name == self.now && args.is_empty(),
            // Bound to an instant; the only such literal is checked where literals are.
            expr => is_instant(expr) && !is_day(expr, "1970-01-02"),
        }
    }

    /// Whether an expression is now less a length.
    pub fn is_back(&self, expr: &Expr, length: Length) -> bool {
        moved(&self.meaning(expr)) == Some(Moved { months: -length.months, seconds: -length.seconds })
    }

    /// Whether an expression is so many years before today.
    pub fn is_years_ago(&self, expr: &Expr, years: u32) -> bool {
        let meaning = self.meaning(expr);
        moved(&meaning) == Some(Moved { months: -12 * i64::from(years), seconds: 0 })
    }
}

/// An instant without what makes it comparable with a column as it is stored: a zone, a cast, the first day from it on.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Zone(of, _) | Expr::Cast(of, _) => bare(of),
        Expr::Call(name, args) if name == "datetime" => args.first().map_or(expr, bare),
        Expr::Call(name, args) if name == "convert_timezone" => args.last().map_or(expr, bare),
        // The first day that begins at or after an instant: when its day begins before it, the next.
        Expr::Case(arms, Some(_)) => match arms.as_slice() {
            [(Expr::Binary(op, _, of), _)] if op == "<" => bare(of),
            _ => expr,
        },
        other => other,
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    if let Expr::Typed(_, text) = expr { Some(text) } else { None }
}

fn is_instant(expr: &Expr) -> bool {
    literal(expr).is_some()
}

fn is_day(expr: &Expr, day: &str) -> bool {
    literal(expr).is_some_and(|text| text.trim_end_matches("+00:00").trim_end_matches(" 00:00:00") == day)
}

/// The lengths added to now, or nothing where that cannot be told.
fn moved(expr: &Expr) -> Option<Moved> {
    let mut total = Moved::default();
    add(expr, &mut total).then_some(total)
}

/// Adds what an expression adds to now; false where it is not understood.
fn add(expr: &Expr, total: &mut Moved) -> bool {
    match expr {
        Expr::Binary(op, left, right) if op == "+" || op == "-" => {
            let sign = if op == "+" { 1 } else { -1 };
            add(left, total) && shift(right, sign, total)
        }
        Expr::Zone(of, _) | Expr::Cast(of, _) => add(of, total),
        // Where a zone shows a midnight twice: the first that shows it, else this.
        Expr::Case(_, Some(otherwise)) => add(otherwise, total),
        Expr::Call(name, args) => match (name.as_str(), args.as_slice()) {
            ("now" | "statement_timestamp" | "current_timestamp", []) => true,
            ("timestamp_sub" | "datetime_sub" | "date_sub", [of, by]) => add(of, total) && shift(by, -1, total),
            ("timestamp_add" | "datetime_add" | "date_add", [of, by]) => add(of, total) && shift(by, 1, total),
            ("timestamp" | "datetime", [of, ..]) => add(of, total),
            ("convert_timezone", [.., of]) => add(of, total),
            ("dateadd", [Expr::Text(unit), by, of]) => {
                add(of, total) && (is_elapsed(by) || number(by).is_some_and(|n| count(n, unit, total)))
            }
            _ => false,
        },
        // What Snowflake needs to read wall time as an instant.
        Expr::Typed(..) => true,
        other => concat(other).is_some_and(|of| add(of, total)),
    }
}

fn concat(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Binary(op, left, right) if op == "||" && **right == Expr::Text(" +00:00".to_owned()) => Some(left),
        _ => None,
    }
}

fn shift(by: &Expr, sign: i64, total: &mut Moved) -> bool {
    match by {
        Expr::Interval(value, unit) => is_elapsed(value) || number(value).is_some_and(|n| count(sign * n, unit, total)),
        other => is_elapsed(other),
    }
}

/// The time that has passed since today began, which is moved along: it adds no length.
fn is_elapsed(expr: &Expr) -> bool {
    match expr {
        Expr::Call(name, args) => match (name.as_str(), args.as_slice()) {
            ("to_microseconds" | "make_interval", [of]) => is_elapsed(of),
            ("timestamp_diff" | "timestampdiff", [..]) => true,
            _ => false,
        },
        Expr::Binary(op, left, right) => op == "-" && is_epoch(left) && is_epoch(right),
        _ => false,
    }
}

fn is_epoch(expr: &Expr) -> bool {
    matches!(expr, Expr::Extract(_)) || matches!(expr, Expr::Call(name, _) if name == "epoch_us")
}

fn number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Number(text) => text.parse().ok(),
        Expr::Minus(of) => number(of).map(|n| -n),
        _ => None,
    }
}

fn count(n: i64, unit: &str, total: &mut Moved) -> bool {
    match unit {
        "month" => total.months += n,
        "hour" => total.seconds += n * 3600,
        "second" => total.seconds += n,
        _ => return false,
    }
    true
}
