//! Reports: groups of those who are counted, and figures about each.

use crate::model::{ArithmeticOp, FigureKind, Instant, Model, ReportId, Value};

use super::condition::{Env, Run};
use super::expression::Val;
use super::number::Number;
use super::{Truth, World, cells, deliver};

/// What a report shows: columns, and a row for each group, as texts; nothing where a value is missing or a figure is withheld.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The groups, in the order of what they are told apart by.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Somebody who is counted, with what they are grouped by.
struct Counted<'a> {
    group: Vec<Option<String>>,
    key: String,
    env: Env<'a>,
}

/// What a report shows at `now`.
pub fn report(model: &Model, report: ReportId, world: &World, now: Instant) -> Figures {
    let Some(people) = model.reports[report].people else { return Figures::default() };
    let Some(figures) = &model.segments[people].figures else { return Figures::default() };
    let run = Run::new(model, people, world, now);
    let outcome = deliver::deliver(&run);
    let least = outcome.minimum;
    let person = |member: &Value| {
        let key = cells::text_of(member);
        let env = run.root(&key)?;
        let group = figures.by.iter().map(|group| text(run.eval(&group.value, &env))).collect();
        Some(Counted { group, key, env })
    };
    let counted: Vec<Counted<'_>> = outcome.members.iter().filter_map(person).collect();
    let mut groups: Vec<Vec<Option<String>>> = counted.iter().map(|one| one.group.clone()).collect();
    groups.sort();
    groups.dedup();
    let inside = |group: &Vec<Option<String>>| counted.iter().filter(|one| one.group == *group).collect::<Vec<_>>();
    let sizes: Vec<u64> = groups.iter().map(|group| inside(group).len() as u64).collect();
    let is_shown = |size: u64| {
        let smaller: u64 = sizes.iter().filter(|other| **other < size).sum();
        size >= least && (sizes.iter().all(|other| *other >= least) || smaller >= least)
    };
    let mut rows = Vec::new();
    for (group, size) in groups.iter().zip(&sizes).filter(|(_, size)| is_shown(**size)) {
        let people = inside(group);
        let mut row = group.clone();
        for figure in &figures.show {
            row.push(match &figure.kind {
                FigureKind::People => Some(size.to_string()),
                FigureKind::Sum(value) => total(&run, value, &people).and_then(|sum| sum.micros_of_part(1)).map(plain),
                FigureKind::Average(value) => {
                    total(&run, value, &people).and_then(|sum| sum.micros_of_part(*size)).map(plain)
                }
                FigureKind::Share(cond) => {
                    let so = people.iter().filter(|one| run.truth(cond, &one.env) == Truth::True).count() as u64;
                    share(so, *size, least)
                }
            });
        }
        if let Some(compare) = &figures.compare {
            let is_held =
                |one: &&&Counted<'_>| deliver::bucket(&compare.holdout.name, &one.key) < compare.holdout.basis_points;
            let is_so = |one: &&Counted<'_>| run.truth(&compare.on, &one.env) == Truth::True;
            let held: Vec<_> = people.iter().filter(is_held).copied().collect();
            let rest: Vec<_> = people.iter().filter(|one| !is_held(one)).copied().collect();
            let arm = |arm: &[&Counted<'_>]| {
                let so = arm.iter().filter(|one| is_so(one)).count() as u64;
                share(so, arm.len() as u64, least).map(|share| (arm.len().to_string(), share))
            };
            match (arm(&held), arm(&rest)) {
                (Some(held), Some(rest)) => row.extend([held.0, rest.0, held.1, rest.1].map(Some)),
                (_, _) => row.extend([None, None, None, None]),
            }
        }
        rows.push(row);
    }
    let by = figures.by.iter().map(|group| group.name.clone());
    let show = figures.show.iter().map(|figure| figure.name.clone());
    let compared = ["holdout_people", "rest_people", "holdout_share", "rest_share"].map(str::to_owned);
    let compared = figures.compare.iter().flat_map(|_| compared.clone());
    Figures { columns: by.chain(show).chain(compared).collect(), rows }
}

/// The sum of a value that is known of everybody.
fn total(run: &Run<'_>, value: &crate::model::Expr, people: &[&Counted<'_>]) -> Option<Number> {
    people.iter().try_fold(Number::whole(0), |sum, one| {
        let Val::Number(number) = number_of(run.eval(value, &one.env)) else { return None };
        let size = number.micros_of_part(1)?.unsigned_abs();
        if size >= 1_000_000_000_000_000_000 {
            return None;
        }
        Number::apply(ArithmeticOp::Add, sum, number).ok()
    })
}

/// A count that is certain is a number.
fn number_of(value: Val) -> Val {
    match value.settled() {
        Val::Count(sure, _) => Val::Number(Number::whole(i128::from(sure))),
        other @ (Val::Known(_) | Val::Number(_) | Val::Missing | Val::Unknown) => other,
    }
}

/// A share, where neither those of whom it is certain nor the others are few.
fn share(so: u64, all: u64, least: u64) -> Option<String> {
    if so < least || all - so < least {
        return None;
    }
    Number::whole(i128::from(so)).micros_of_part(all).map(plain)
}

/// Millionths in plain notation.
fn plain(micros: i128) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, rest) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let rest = if rest == 0 { String::new() } else { format!(".{rest:06}") };
    format!("{sign}{whole}{}", rest.trim_end_matches('0'))
}

fn text(value: Val) -> Option<String> {
    match number_of(value) {
        Val::Known(Value::Text(text)) => Some(text),
        Val::Known(Value::Boolean(truth)) => Some(truth.to_string()),
        Val::Known(Value::Date(date)) => Some(date.to_string()),
        Val::Known(Value::Integer(n)) => Some(n.to_string()),
        Val::Known(Value::Decimal(decimal)) => Some(decimal.to_string()),
        Val::Number(number) => number.micros_of_part(1).map(plain),
        Val::Known(Value::Instant(_)) | Val::Count(..) | Val::Missing | Val::Unknown => None,
    }
}
