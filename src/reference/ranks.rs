//! Ranks: where somebody stands among those who are permitted, whole, narrowed to and known.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::model::{ArithmeticOp, Standing, StandingForm};

use super::Truth;
use super::condition::{Env, Run};
use super::expression::Val;
use super::number::Number;

/// The place of everybody who is ranked, by key: 1 and how many are strictly better.
pub type Places = BTreeMap<String, u64>;

impl<'a> Run<'a> {
    /// What is asked of the place of the subject.
    pub(super) fn standing(&self, standing: &Standing, env: &Env<'a>) -> Val {
        // Every standing of the model stays where it is while it is evaluated.
        let id = std::ptr::from_ref(standing).addr();
        let known = self.places.borrow().get(&id).cloned();
        let places = known.unwrap_or_else(|| {
            let places = Rc::new(self.places_of(standing));
            self.places.borrow_mut().insert(id, Rc::clone(&places));
            places
        });
        let key = env.get(&0).and_then(|root| self.key_of(*root));
        let place = key.and_then(|key| places.get(&key).copied());
        place.and_then(|place| asked(standing.form, place, places.len() as u64)).map_or(Val::Unknown, Val::Number)
    }

    fn places_of(&self, standing: &Standing) -> Places {
        let Some(cut) = self.entity().and_then(|entity| self.cuts.get(&entity)) else { return Places::new() };
        let values: Vec<(&String, Val)> =
            cut.rows.keys().filter_map(|key| Some((key, self.ranked_value(standing, key)?))).collect();
        let is_better = |other: &Val, than: &Val| {
            let order = other.order(than);
            order.is_some_and(|order| if standing.bottom { order.is_lt() } else { order.is_gt() })
        };
        let place = |value: &Val| 1 + values.iter().filter(|(_, other)| is_better(other, value)).count() as u64;
        values.iter().map(|(key, value)| ((*key).clone(), place(value))).collect()
    }

    /// The measure of somebody who is ranked.
    fn ranked_value(&self, standing: &Standing, key: &str) -> Option<Val> {
        if !self.failures(self.segment, self.entity(), key).is_empty() {
            return None;
        }
        let env = self.root(key).filter(|env| !self.is_broken(env))?;
        if standing.among.as_ref().is_some_and(|among| self.truth(among, &env) != Truth::True) {
            return None;
        }
        let value = self.eval(&standing.measure, &env);
        value.order(&value).is_some().then_some(value)
    }
}

/// What is asked of place r of N.
fn asked(form: StandingForm, place: u64, ranked: u64) -> Option<Number> {
    let whole = |n: u64| Number::whole(i128::from(n));
    let ahead = || Number::apply(ArithmeticOp::Divide, whole(100 * (place - 1)), whole(ranked)).ok();
    match form {
        StandingForm::Position => Some(whole(place)),
        StandingForm::Ahead => ahead(),
        StandingForm::Percentile => Number::apply(ArithmeticOp::Subtract, whole(100), ahead()?).ok(),
        StandingForm::Quintile => Some(whole(5 - 5 * (place - 1) / ranked)),
    }
}
