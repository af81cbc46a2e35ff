//! Tables, ledgers, links of ids and destinations that are only called otherwise: the older plan under the new names.
//!
//! What lies in the same place of the warehouse under one old name that is gone and one new name that was not there is the same thing. What
//! else has changed of it is compared afterwards. A destination is known by everything but its name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::plan::{DestinationAbout, Plan, SegmentPlan};

/// New names by place and old name.
type Renamed = BTreeMap<(String, String), String>;

/// The older plan under the new names.
pub fn under_new_names(old: Plan, new: &Plan) -> Plan {
    let (was, is) = (places(&old), places(new));
    let mut renamed = Renamed::new();
    for (place, names) in &was {
        let Some(now) = is.get(place) else { continue };
        let (gone, fresh): (Vec<_>, Vec<_>) = (names.difference(now).collect(), now.difference(names).collect());
        if let ([gone], [fresh]) = (gone.as_slice(), fresh.as_slice()) {
            renamed.insert((place.clone(), (*gone).clone()), (*fresh).clone());
        }
    }
    let destinations = destinations(&old, new);
    if renamed.is_empty() && destinations.is_empty() {
        return old;
    }
    let mut old = old;
    for segment in old.segments.iter_mut().chain(&mut old.reports) {
        if let Some(plan) = called(segment, &renamed) {
            *segment = plan;
        }
        for to in &mut segment.about.destinations {
            if let Some(name) = destinations.get(&to.name) {
                to.name.clone_from(name);
            }
        }
    }
    old
}

fn plans(plan: &Plan) -> impl Iterator<Item = &SegmentPlan> {
    plan.segments.iter().chain(&plan.reports)
}

/// What lies where, by the names that it has.
fn places(plan: &Plan) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for segment in plans(plan) {
        collect(&serde_json::to_value(segment).unwrap_or_default(), &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Array(parts) => parts.iter().for_each(|part| collect(part, found)),
        Value::Object(fields) => {
            if let (Some(Value::String(name)), Some(place)) = (fields.get("name"), fields.get("physical")) {
                found.entry(place.to_string()).or_default().insert(name.clone());
            }
            fields.values().for_each(|field| collect(field, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A plan under other names; nothing where they leave it as it is.
fn called(segment: &SegmentPlan, renamed: &Renamed) -> Option<SegmentPlan> {
    if renamed.is_empty() {
        return None;
    }
    let new_name = |table: &String| {
        let place = segment.tables.iter().find(|own| own.name == *table)?;
        let place = serde_json::to_value(&place.physical).ok()?.to_string();
        renamed.get(&(place, table.clone())).cloned()
    };
    let mut plan = serde_json::to_value(segment).ok()?;
    rename(&mut plan, renamed);
    let mut plan: SegmentPlan = serde_json::from_value(plan).ok()?;
    for read in &mut plan.reads {
        if let Some(name) = new_name(&read.table) {
            read.table = name;
        }
    }
    Some(plan)
}

fn rename(value: &mut Value, renamed: &Renamed) {
    match value {
        Value::Array(parts) => parts.iter_mut().for_each(|part| rename(part, renamed)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| rename(field, renamed));
            let place = fields.get("physical").map(Value::to_string);
            let name = fields.get("name").and_then(Value::as_str).map(str::to_owned);
            if let Some(new) = place.zip(name).and_then(|key| renamed.get(&key)) {
                fields.insert("name".to_owned(), Value::String(new.clone()));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// New names of destinations, by the old ones.
fn destinations(old: &Plan, new: &Plan) -> BTreeMap<String, String> {
    let all = |plan: &'_ Plan| -> BTreeMap<String, DestinationAbout> {
        let every = plans(plan).flat_map(|segment| segment.about.destinations.clone());
        every.map(|to| (to.name.clone(), to)).collect()
    };
    let (was, is) = (all(old), all(new));
    let only = |own: &'_ BTreeMap<String, DestinationAbout>, other: &BTreeMap<String, DestinationAbout>| {
        own.values().filter(|to| !other.contains_key(&to.name)).cloned().collect::<Vec<_>>()
    };
    let (gone, fresh) = (only(&was, &is), only(&is, &was));
    let alike =
        |a: &DestinationAbout, b: &DestinationAbout| DestinationAbout { name: b.name.clone(), ..a.clone() } == *b;
    let one = |to: &DestinationAbout, among: &'_ [DestinationAbout]| -> Option<String> {
        let mut found = among.iter().filter(|other| alike(to, other));
        found.next().filter(|_| found.next().is_none()).map(|other| other.name.clone())
    };
    let pairs = gone.iter().filter_map(|to| Some((to.name.clone(), one(to, &fresh)?)));
    pairs.filter(|(_, new)| fresh.iter().any(|to| to.name == *new && one(to, &gone).is_some())).collect()
}
