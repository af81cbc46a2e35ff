//! Reports: who is counted is put into groups; small groups, and what tells of them, are withheld.

use std::collections::BTreeMap;

use super::compile::{Compiler, Test, Truth, Val, Value};
use super::evaluate::Binding;
use super::number::Number;
use super::session::Scope;
use super::{Fate, Ready, everybody, is_held_out, ready, time};
use crate::diagnostic::Diagnostic;
use crate::plan::figures::TOO_LARGE;
use crate::plan::{self, Figured, Holdout};

/// What a report shows: columns, and a row for each group, as texts; nothing where a value is missing or a figure is withheld.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The groups, in the order of what they are told apart by.
    pub rows: Vec<Vec<Option<String>>>,
}

/// What is said, ready to be asked about each person.
pub(super) struct Figures<'r> {
    by: Vec<Value<'r>>,
    show: Vec<Says<'r>>,
    compare: Option<(&'r Holdout, Test<'r>)>,
}

#[expect(clippy::large_enum_variant, reason = "a report has a handful of figures")]
enum Says<'r> {
    People,
    Sum(Value<'r>),
    Average(Value<'r>),
    Share(Test<'r>),
}

/// A group in the making.
#[derive(Default)]
struct Cell {
    people: u64,
    /// For each figure: the sum of what is known, and of how many.
    sums: Vec<(Option<Number>, u64)>,
    /// For each figure: of how many it is certain.
    so: Vec<u64>,
    held: u64,
    held_so: u64,
    rest_so: u64,
}

impl<'r> Figures<'r> {
    pub fn of(compiler: &mut Compiler<'_, 'r>, figures: &'r plan::Figures) -> Result<Self, Diagnostic> {
        let by = figures.by.iter().map(|group| compiler.value(&group.value)).collect::<Result<_, _>>()?;
        let mut show = Vec::new();
        for figure in &figures.show {
            show.push(match &figure.says {
                Figured::People => Says::People,
                Figured::Sum(value) => Says::Sum(compiler.value(value)?),
                Figured::Average(value) => Says::Average(compiler.value(value)?),
                Figured::Share(cond) => Says::Share(compiler.cond(cond)?),
            });
        }
        let compare = figures.compare.as_ref();
        let compare = compare.map(|it| Ok((&it.holdout, compiler.cond(&it.on)?))).transpose()?;
        Ok(Self { by, show, compare })
    }

    fn group(&self, bound: &mut Binding) -> Vec<Option<String>> {
        self.by.iter().map(|value| text(value.value(bound))).collect()
    }

    fn add(&self, cell: &mut Cell, key: &str, bound: &mut Binding) {
        cell.people += 1;
        cell.sums.resize(self.show.len(), (Some(Number::whole(0)), 0));
        cell.so.resize(self.show.len(), 0);
        for ((says, sum), so) in self.show.iter().zip(&mut cell.sums).zip(&mut cell.so) {
            match says {
                Says::People => {}
                Says::Sum(value) | Says::Average(value) => {
                    if let Val::Number(number) = value.value(bound)
                        && number.is_below(TOO_LARGE)
                    {
                        *sum = (sum.0.and_then(|sum| sum.plus(number)), sum.1 + 1);
                    }
                }
                Says::Share(test) => *so += u64::from(test.test(bound) == Truth::True),
            }
        }
        if let Some((holdout, test)) = &self.compare {
            let so = u64::from(test.test(bound) == Truth::True);
            if is_held_out(holdout, key) {
                cell.held += 1;
                cell.held_so += so;
            } else {
                cell.rest_so += so;
            }
        }
    }

    /// What is said of a group that may be shown.
    fn said(&self, cell: &Cell, least: u64) -> Vec<Option<String>> {
        let mut out = Vec::new();
        for ((says, (sum, known)), so) in self.show.iter().zip(&cell.sums).zip(&cell.so) {
            let whole = sum.filter(|_| *known == cell.people);
            out.push(match says {
                Says::People => Some(cell.people.to_string()),
                Says::Sum(_) => whole.and_then(|sum| sum.part_in_micros(1)).map(plainly),
                Says::Average(_) => whole.and_then(|sum| sum.part_in_micros(cell.people)).map(plainly),
                Says::Share(_) => share(*so, cell.people).filter(|_| is_safe(*so, cell.people, least)),
            });
        }
        if self.compare.is_some() {
            let (held, rest) = (cell.held, cell.people - cell.held);
            let safe = is_safe(cell.held_so, held, least) && is_safe(cell.rest_so, rest, least);
            let shown =
                [Some(held.to_string()), Some(rest.to_string()), share(cell.held_so, held), share(cell.rest_so, rest)];
            out.extend(shown.map(|figure| figure.filter(|_| safe)));
        }
        out
    }
}

/// Whether neither those of whom it is certain nor the others are few.
fn is_safe(so: u64, all: u64, least: u64) -> bool {
    so >= least && all - so >= least
}

fn share(so: u64, all: u64) -> Option<String> {
    Number::part(so, all)?.part_in_micros(1).map(plainly)
}

/// Millionths in plain notation.
fn plainly(micros: i128) -> String {
    let (sign, micros) = (if micros < 0 { "-" } else { "" }, micros.unsigned_abs());
    let (whole, rest) = (micros / 1_000_000, micros % 1_000_000);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{}", format!("{rest:06}").trim_end_matches('0'))
}

fn text(value: Val<'_>) -> Option<String> {
    match value {
        Val::Text(text) => Some(text.to_owned()),
        Val::Boolean(truth) => Some(truth.to_string()),
        Val::Number(number) => number.part_in_micros(1).map(plainly),
        Val::Date(days) => time::civil(days).map(|date| date.to_string()),
        Val::Missing | Val::Unknown | Val::Instant(_) => None,
    }
}

/// What a report shows.
pub(super) fn table(scope: Scope<'_>) -> Result<Table, Diagnostic> {
    let ready: Ready<'_> = ready(scope)?;
    let (people, waterfall, fates) = everybody(&scope, &ready)?;
    let columns = scope.plan.figures.as_ref().map(plan::Figures::columns).unwrap_or_default();
    let Some(figures) = &ready.figures else { return Ok(Table::default()) };
    let mut cells: BTreeMap<Vec<Option<String>>, Cell> = BTreeMap::new();
    let mut bound = Binding::new(ready.slots);
    for ((_, row), (key, fate)) in people.iter().zip(&fates) {
        if *fate == Fate::Leaves {
            bound.bind(0, *row);
            let group = figures.group(&mut bound);
            figures.add(cells.entry(group).or_default(), key, &mut bound);
        }
    }
    let least = waterfall.minimum;
    let shown = cells.iter().filter(|(_, cell)| is_shown(cell.people, &cells, least));
    let rows = shown.map(|(group, cell)| group.iter().cloned().chain(figures.said(cell, least)).collect());
    Ok(Table { columns, rows: rows.collect() })
}

/// Whether a group is large enough, and no remainder tells of one that is not.
fn is_shown(people: u64, cells: &BTreeMap<Vec<Option<String>>, Cell>, least: u64) -> bool {
    let sizes = || cells.values().map(|cell| cell.people);
    let below: u64 = sizes().filter(|size| *size < people).sum();
    people >= least && (sizes().all(|size| size >= least) || below >= least)
}
