//! Whether a guard became stricter or weaker, aspect by aspect.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::names::Names;
use super::{About, Effect, Point};
use crate::model::{ConsentState, Length};
use crate::plan::{Asks, Code, Fresh, Guard, Ledger, LedgerRows, PurposeGuard};
use crate::privacy::retention::fits;

/// Whether whoever passes `a` passes `b`.
pub fn implies(a_names: &Names<'_>, a: &Guard, b_names: &Names<'_>, b: &Guard) -> bool {
    points(b_names, b, a_names, a).iter().all(|point| !point.effect.lets_in())
}

/// Every difference of two guards.
pub fn points(was: &Names<'_>, old: &Guard, is: &Names<'_>, new: &Guard) -> Vec<Point> {
    let mut found = Vec::new();
    let mut say = |effect, said: String| found.push(point(effect, said));
    match (&old.suspended, &new.suspended) {
        (None, Some(why)) => say(Effect::Shrinks, format!("nobody passes any more: {why}")),
        (Some(why), None) => say(Effect::Grows, format!("no longer suspended ({why})")),
        (None, None) | (Some(_), Some(_)) => {}
    }
    found.extend(purposes(old, new));
    found.extend(ledgers(was, old, is, new));
    let sets = [
        ("ids whose denials reach a person", set(was, &old.identities), set(is, &new.identities)),
        ("addresses by which people are told to be linked", set(was, &old.shared), set(is, &new.shared)),
        ("members whose denials count", set(was, &old.members), set(is, &new.members)),
        ("addresses that must be there and well written", set(was, &old.control), set(is, &new.control)),
    ];
    found.extend(sets.into_iter().filter_map(|(what, old, new)| of_set(what, &old, &new)));
    found.extend(residence(was, old, is, new));
    found
}

fn point(effect: Effect, said: String) -> Point {
    Point { about: About::Guard, effect, reaches_further: false, said }
}

/// More of what can only leave people out shrinks an audience.
fn stricter(nobody_enters: bool, nobody_leaves: bool, said: String) -> Option<Point> {
    let effect = Effect::proved(nobody_enters, nobody_leaves);
    (effect != Effect::Same).then(|| point(effect, said))
}

fn set<T: serde::Serialize>(names: &Names<'_>, things: &[T]) -> BTreeSet<String> {
    things.iter().map(|thing| names.of(thing).to_string()).collect()
}

fn of_set(what: &str, old: &BTreeSet<String>, new: &BTreeSet<String>) -> Option<Point> {
    stricter(new.is_superset(old), old.is_superset(new), format!("other {what}"))
}

fn purposes(old: &Guard, new: &Guard) -> Vec<Point> {
    let find = |guard: &'_ Guard, name: &str| guard.purposes.iter().position(|purpose| purpose.purpose == name);
    let asked = |purpose: &PurposeGuard, more: &str| format!("`{}` is {more} asked for", purpose.purpose);
    let mut found = Vec::new();
    for purpose in &new.purposes {
        match find(old, &purpose.purpose).and_then(|at| old.purposes.get(at)) {
            Some(before) => found.extend(purpose_changes(before, purpose)),
            None => found.push(point(Effect::Shrinks, asked(purpose, "now"))),
        }
    }
    let gone = old.purposes.iter().filter(|purpose| find(new, &purpose.purpose).is_none());
    found.extend(gone.map(|purpose| point(Effect::Grows, asked(purpose, "no longer"))));
    found
}

fn purpose_changes(old: &PurposeGuard, new: &PurposeGuard) -> Vec<Point> {
    let name = &new.purpose;
    let mut found = Vec::new();
    if old.basis != new.basis {
        found.push(point(
            Effect::Either,
            format!("the basis of `{name}` was {}, is {}", old.basis.words(), new.basis.words()),
        ));
    }
    let said = format!("grants of `{name}` were valid {}, are valid {}", valid(old.valid), valid(new.valid));
    found.extend(stricter(no_longer(new.valid, old.valid), no_longer(old.valid, new.valid), said));
    let shown = |notice: &Option<String>| {
        notice.as_ref().map_or("any notice".to_owned(), |notice| format!("notice `{notice}`"))
    };
    let said = format!("consents to `{name}` counted from {}, count from {}", shown(&old.notice), shown(&new.notice));
    found.extend(stricter(no_older(&new.notice, &old.notice), no_older(&old.notice, &new.notice), said));
    let channels = |purpose: &PurposeGuard| purpose.channels.iter().copied().collect::<BTreeSet<_>>();
    let (was, is) = (channels(old), channels(new));
    let said = format!("`{name}` is asked for other channels");
    found.extend(stricter(is.is_superset(&was), was.is_superset(&is), said));
    found
}

/// Whether a length is at most another, whatever the day; `None` has no end.
fn no_longer(a: Option<Length>, b: Option<Length>) -> bool {
    match (a, b) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => fits(a, b),
    }
}

fn valid(length: Option<Length>) -> String {
    length.map_or("without end".to_owned(), |length| format!("for {length}"))
}

/// Whether a notice is at least as recent as another: days and months are told from their texts, names in an order are not.
fn no_older(a: &Option<String>, b: &Option<String>) -> bool {
    let dated = |notice: &str| notice.len() >= 7 && notice.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    match (a, b) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => a == b || dated(a) && dated(b) && a.len() == b.len() && a > b,
    }
}

fn ledgers(was: &Names<'_>, old: &Guard, is: &Names<'_>, new: &Guard) -> Vec<Point> {
    let find = |guard: &'_ Guard, name: &str| guard.ledgers.iter().position(|ledger| ledger.name == name);
    let mut found = Vec::new();
    for ledger in &new.ledgers {
        match find(old, &ledger.name).and_then(|at| old.ledgers.get(at)) {
            Some(before) => found.extend(ledger_changes((was, old, before), (is, new, ledger))),
            None if grants(ledger) => {
                found.push(point(
                    Effect::Either,
                    format!("the ledger `{}` is read, and can let people in", ledger.name),
                ));
            }
            None => found.push(point(Effect::Shrinks, format!("the ledger `{}` is read for refusals", ledger.name))),
        }
    }
    for ledger in old.ledgers.iter().filter(|ledger| find(new, &ledger.name).is_none()) {
        let effect = if grants(ledger) { Effect::Either } else { Effect::Grows };
        found.push(point(effect, format!("the ledger `{}` is no longer read", ledger.name)));
    }
    found
}

/// Whether a ledger can let anybody in.
fn grants(ledger: &Ledger) -> bool {
    match &ledger.rows {
        LedgerRows::Events { codes, .. } => !ledger.only_opt_out && codes.iter().any(|code| !code.grants.is_empty()),
        LedgerRows::States { columns } => columns.iter().any(|column| {
            column
                .values
                .iter()
                .map(|(_, says)| says)
                .chain([&column.missing, &column.otherwise])
                .any(|says| !says.grants.is_empty())
        }),
    }
}

/// Whether a row of a ledger can end a restriction.
fn releases(ledger: &Ledger) -> bool {
    match &ledger.rows {
        LedgerRows::Events { states, .. } => states.iter().any(|(_, state)| *state == ConsentState::Released),
        LedgerRows::States { .. } => false,
    }
}

type Side<'s, 'p> = (&'s Names<'p>, &'s Guard, &'s Ledger);

fn ledger_changes(old: Side<'_, '_>, new: Side<'_, '_>) -> Vec<Point> {
    let name = &new.2.name;
    let mut found = Vec::new();
    let (was, is) = (old.2, new.2);
    let said = format!("grants in `{name}` are believed for another time");
    found.extend(stricter(no_longer(is.retention, was.retention), no_longer(was.retention, is.retention), said));
    let said = format!("the clock of `{name}` may run ahead for {}, was {}", is.skew, was.skew);
    // Noes of the near future count in it, and so do releases and the marks by which a feed is recent.
    let only_denies = |ledger: &Ledger| !matches!(ledger.fresh, Some(Fresh::Within { .. })) && !releases(ledger);
    match only_denies(was) && only_denies(is) {
        true => found.extend(stricter(fits(was.skew, is.skew), fits(is.skew, was.skew), said)),
        false if was.skew != is.skew => found.push(point(Effect::Either, said)),
        false => {}
    }
    let said = format!("the feed of `{name}` may be of another age");
    found.extend(stricter(as_fresh(&is.fresh, &was.fresh), as_fresh(&was.fresh, &is.fresh), said));
    if frame(old) != frame(new) {
        found.push(point(Effect::Either, format!("the ledger `{name}` is read from elsewhere, or otherwise")));
    }
    found.extend(rows_changes(old, new));
    found
}

fn frame((names, guard, ledger): Side<'_, '_>) -> Value {
    let keyed = match &ledger.keyed_by {
        crate::plan::KeyedBy::Identity(at) => json!(guard.identities.get(*at).map(|identity| &identity.name)),
        crate::plan::KeyedBy::Entity
        | crate::plan::KeyedBy::Contact(_)
        | crate::plan::KeyedBy::Member(_)
        | crate::plan::KeyedBy::MemberContact { .. } => names.of(&ledger.keyed_by),
    };
    json!([ledger.physical, ledger.subject, keyed, ledger.only_opt_out])
}

fn as_fresh(a: &Option<Fresh>, b: &Option<Fresh>) -> bool {
    match (a, b) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(Fresh::Within { within, by }), Some(Fresh::Within { within: other, by: other_by })) => {
            by == other_by && fits(*within, *other)
        }
        (Some(a), Some(b)) => a == b,
    }
}

fn rows_changes(old: Side<'_, '_>, new: Side<'_, '_>) -> Option<Point> {
    let name = &new.2.name;
    let said = format!("what the rows of `{name}` say has changed");
    let (
        LedgerRows::Events { codes: was, states: old_states, .. },
        LedgerRows::Events { codes: is, states: new_states, .. },
    ) = (&old.2.rows, &new.2.rows)
    else {
        return (common_rows(old, new.1) != common_rows(new, old.1)).then(|| point(Effect::Either, said));
    };
    let columns = |ledger: &Ledger| {
        let mut rows = serde_json::to_value(&ledger.rows).unwrap_or_default();
        if let Some(fields) = rows.get_mut("events").and_then(Value::as_object_mut) {
            fields.retain(|key, _| key != "codes" && key != "states" && key != "evidence");
        }
        rows
    };
    if columns(old.2) != columns(new.2) {
        return Some(point(Effect::Either, said));
    }
    let (was, is) = (coverage(was, old.1, new.1), coverage(is, new.1, old.1));
    let all: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let covers = |a: &Coverage<'_>, b: &Coverage<'_>| all.iter().all(|code| says_less(a.get(code), b.get(code)));
    let (was_states, is_states) = (granting(old_states), granting(new_states));
    let others = |states: &[(String, ConsentState)]| -> Vec<(String, ConsentState)> {
        let mut others: Vec<_> = states.iter().filter(|(_, state)| *state != ConsentState::Granted).cloned().collect();
        others.sort_by(|a, b| a.0.cmp(&b.0));
        others
    };
    if others(old_states) != others(new_states) {
        return Some(point(Effect::Either, said));
    }
    stricter(
        covers(&is, &was) && was_states.is_superset(&is_states),
        covers(&was, &is) && is_states.is_superset(&was_states),
        said,
    )
}

fn granting(states: &[(String, ConsentState)]) -> BTreeSet<&str> {
    states.iter().filter(|(_, state)| *state == ConsentState::Granted).map(|(code, _)| code.as_str()).collect()
}

/// By code: the purposes that it grants and those that it denies, of those that both guards ask for.
type Coverage<'g> = BTreeMap<&'g str, (BTreeSet<&'g str>, BTreeSet<&'g str>)>;

fn coverage<'g>(codes: &'g [Code], guard: &'g Guard, other: &Guard) -> Coverage<'g> {
    let both = |at: &usize| -> Option<&'g str> {
        let name = guard.purposes.get(*at)?.purpose.as_str();
        other.purposes.iter().any(|purpose| purpose.purpose == name).then_some(name)
    };
    let of =
        |code: &'g Code| (code.grants.iter().filter_map(both).collect(), code.denies.iter().filter_map(both).collect());
    codes.iter().map(|code| (code.code.as_str(), of(code))).collect()
}

type Says<'a> = Option<&'a (BTreeSet<&'a str>, BTreeSet<&'a str>)>;

/// Whether one meaning of a code lets in nobody whom the other leaves out. A code that is not listed grants nothing and denies everything.
fn says_less(a: Says<'_>, b: Says<'_>) -> bool {
    match (a, b) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some((grants, denies)), Some((other_grants, other_denies))) => {
            grants.is_subset(other_grants) && denies.is_superset(other_denies)
        }
    }
}

/// The rows of a ledger of present states with purposes by name.
fn common_rows((_, guard, ledger): Side<'_, '_>, other: &Guard) -> Value {
    fn named(value: Value, guard: &Guard, other: &Guard) -> Value {
        match value {
            Value::Array(parts) => parts.into_iter().map(|part| named(part, guard, other)).collect(),
            Value::Object(fields) => {
                let field = |(key, value): (String, Value)| {
                    let indices = (key == "grants" || key == "denies").then(|| value.as_array().cloned()).flatten();
                    let value = match indices {
                        Some(indices) => indices.iter().filter_map(|at| shared(at, guard, other)).collect(),
                        None => named(value, guard, other),
                    };
                    (key, value)
                };
                Value::Object(fields.into_iter().map(field).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
        }
    }
    named(serde_json::to_value(&ledger.rows).unwrap_or_default(), guard, other)
}

fn shared(at: &Value, guard: &Guard, other: &Guard) -> Option<Value> {
    let purpose = guard.purposes.get(usize::try_from(at.as_u64()?).ok()?)?;
    other.purposes.iter().any(|own| own.purpose == purpose.purpose).then(|| json!(purpose.purpose))
}

fn residence(was: &Names<'_>, old: &Guard, is: &Names<'_>, new: &Guard) -> Option<Point> {
    let said = "other rules hold where people live".to_owned();
    let asks = |guard: &Guard| {
        guard
            .residence
            .rules
            .iter()
            .map(|rule| &rule.asks)
            .chain([&guard.residence.strictest])
            .any(|asks| asks.adult_at.is_some())
    };
    if was.of(&old.residence.path) != is.of(&new.residence.path)
        || (asks(old) || asks(new)) && was.of(&old.birth) != is.of(&new.birth)
    {
        return Some(point(Effect::Either, said));
    }
    let countries = |guard: &'_ Guard| -> Vec<String> {
        guard.residence.rules.iter().flat_map(|rule| rule.countries.clone()).collect()
    };
    let all: BTreeSet<String> = countries(old).into_iter().chain(countries(new)).collect();
    let holds = |a: &Guard, b: &Guard| {
        all.iter().map(Some).chain([None]).all(|country| asks_more(here(a, country), here(b, country)))
    };
    stricter(holds(new, old), holds(old, new), said)
}

type Asked<'g> = (&'g Asks, Vec<&'g str>);

/// What is asked of people of a country, or of whoever's is not known.
fn here<'g>(guard: &'g Guard, country: Option<&String>) -> Asked<'g> {
    let always = guard.residence.path.is_none();
    let rule = country.and_then(|country| guard.residence.rules.iter().find(|rule| rule.countries.contains(country)));
    let asks = rule.filter(|_| !always).map_or(&guard.residence.strictest, |rule| &rule.asks);
    (asks, asks.opt_outs.iter().filter_map(|at| guard.ledgers.get(*at)).map(|ledger| ledger.name.as_str()).collect())
}

fn asks_more((a, a_outs): Asked<'_>, (b, b_outs): Asked<'_>) -> bool {
    (!a.absent_means_yes || b.absent_means_yes)
        && a.adult_at.unwrap_or(0) >= b.adult_at.unwrap_or(0)
        && b_outs.iter().all(|ledger| a_outs.contains(ledger))
}
