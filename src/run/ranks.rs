//! Ranks: everybody who is permitted and whole is measured first; then each has a place.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::Ready;
use super::compile::{Compiler, Test, Truth, Val, Value};
use super::evaluate::{Binding, is_known};
use super::number::Number;
use crate::diagnostic::Diagnostic;
use crate::plan::{Standing, StandingForm};

/// What people are ranked by, and, once everybody has been measured, where they stand.
#[derive(Debug)]
pub(super) struct Ranking<'r> {
    /// What it is of, without the numbers that a plan gives its rows.
    spelled: Option<String>,
    measure: Value<'r>,
    among: Option<Test<'r>>,
    bottom: bool,
    places: OnceLock<Places>,
}

/// Places by the row of the subject; of so many people.
#[derive(Debug, Default)]
struct Places {
    of_row: FxHashMap<u32, u64>,
    ranked: u64,
}

impl<'r> Compiler<'_, 'r> {
    /// A standing; its places are given once everybody has been measured.
    pub fn standing(&mut self, standing: &'r Standing) -> Result<Value<'r>, Diagnostic> {
        // What is not measured again is compiled all the same: broken rows are told by the rows that are bound here.
        let measure = self.value(&standing.measure)?;
        let among = standing.among.as_ref().map(|among| self.cond(among)).transpose()?;
        let spelled = spelled(standing);
        let known = self.rankings.iter().find(|known| spelled.is_some() && known.spelled == spelled);
        if let Some(ranking) = known.map(Arc::clone) {
            return Ok(Value::Standing { form: standing.form, ranking });
        }
        let ranking = Arc::new(Ranking { spelled, measure, among, bottom: standing.bottom, places: OnceLock::new() });
        self.rankings.push(Arc::clone(&ranking));
        Ok(Value::Standing { form: standing.form, ranking })
    }
}

/// What a standing ranks whom by, the same for two that differ only in the numbers of their rows: both ends of `between` are of one ranking.
fn spelled(standing: &Standing) -> Option<String> {
    let mut json = serde_json::to_value((&standing.measure, &standing.among, standing.bottom)).ok()?;
    renumber(&mut json, &mut Vec::new());
    Some(json.to_string())
}

/// Numbers bindings in the order in which they are met, and forgets who reads them for telling broken rows.
fn renumber(json: &mut Json, seen: &mut Vec<u64>) {
    match json {
        Json::Object(fields) => {
            fields.remove("scan");
            for (name, value) in fields {
                match value.as_u64().filter(|binding| *binding > 0 && (name == "binding" || name == "of")) {
                    Some(binding) => {
                        let at = seen.iter().position(|known| *known == binding).unwrap_or(seen.len());
                        if at == seen.len() {
                            seen.push(binding);
                        }
                        *value = Json::from(at + 1);
                    }
                    None => renumber(value, seen),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| renumber(item, seen)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Gives everybody their places in every ranking. `people` are ids with their rows.
pub(super) fn rank(ready: &Ready<'_>, people: &[(u32, u32)]) {
    for ranking in &ready.rankings {
        let measured = people.par_chunks(1024).flat_map_iter(|chunk| {
            let mut bound = Binding::new(ready.slots);
            let measured = |(id, row): &(u32, u32)| ranking.measured(ready, *id, *row, &mut bound);
            chunk.iter().filter_map(measured).collect::<Vec<_>>()
        });
        let places = places(measured.collect(), ranking.bottom);
        // Each is filled here and nowhere else, before anybody asks.
        let _ = ranking.places.set(places);
    }
}

/// Those who tie share the best place.
fn places(mut measured: Vec<(Val<'_>, u32)>, bottom: bool) -> Places {
    measured.par_sort_by(|(a, _), (b, _)| if bottom { a.cmp(b) } else { b.cmp(a) });
    let mut places = Places { of_row: FxHashMap::default(), ranked: measured.len() as u64 };
    let mut last: Option<(Val<'_>, u64)> = None;
    for ((value, row), at) in measured.into_iter().zip(1_u64..) {
        let place = last.filter(|(same, _)| *same == value).map_or(at, |(_, place)| place);
        last = Some((value, place));
        places.of_row.insert(row, place);
    }
    places
}

impl<'r> Ranking<'r> {
    /// The measure of somebody who is ranked.
    fn measured(&self, ready: &Ready<'_>, id: u32, row: u32, bound: &mut Binding) -> Option<(Val<'r>, u32)> {
        if ready.passes.reason(id).is_some() {
            return None;
        }
        bound.bind(0, row);
        if ready.is_broken(id, row, bound) {
            return None;
        }
        if self.among.as_ref().is_some_and(|among| among.test(bound) != Truth::True) {
            return None;
        }
        Some((self.measure.value(bound), row)).filter(|(value, _)| is_known(*value))
    }

    /// What is asked of the place of the subject in a row; unknown of whoever is not ranked.
    pub fn value(&self, form: StandingForm, row: u32) -> Val<'static> {
        let place = self.places.get().and_then(|places| Some((*places.of_row.get(&row)?, places.ranked)));
        place.and_then(|(place, ranked)| asked(form, place, ranked)).map_or(Val::Unknown, Val::Number)
    }
}

/// What is asked of place r of N; quotients stay exact.
fn asked(form: StandingForm, place: u64, ranked: u64) -> Option<Number> {
    let whole = |n: u64| i64::try_from(n).ok().map(Number::whole);
    match form {
        StandingForm::Position => whole(place),
        StandingForm::Ahead => Number::part(100 * (place - 1), ranked),
        StandingForm::Percentile => Number::part(100 * (ranked - (place - 1)), ranked),
        StandingForm::Quintile => whole(5_u64.checked_sub((5 * (place - 1)).checked_div(ranked)?)?),
    }
}
