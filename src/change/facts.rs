//! What a reviewer asks besides who is in: data read, purposes, destinations, retention.

use std::collections::{BTreeMap, BTreeSet};

use super::{About, Effect, Point};
use crate::model::Length;
use crate::plan::{ConsentAbout, DestinationAbout, SegmentPlan};
use crate::privacy::retention::fits;

fn point(about: About, reaches_further: bool, said: String) -> Point {
    Point { about, effect: Effect::Same, reaches_further, said }
}

/// What a new segment brings.
pub fn of_new(new: &SegmentPlan) -> Vec<Point> {
    let list = |names: Vec<String>| names.join(", ");
    let mut found = vec![point(About::Purpose, true, format!("for {}", list(purposes(new).into_iter().collect())))];
    found.extend(new.about.destinations.iter().map(|to| point(About::Destination, true, destination(to))));
    let reads: Vec<String> = reads(new).into_keys().collect();
    if !reads.is_empty() {
        found.push(point(About::Data, true, format!("reads {}", list(reads))));
    }
    found
}

/// Every difference that is not about who is in.
pub fn points(old: &SegmentPlan, new: &SegmentPlan) -> Vec<Point> {
    let mut found = of_sets(About::Purpose, "the purpose", &purposes(old), &purposes(new));
    found.extend(consent(old, new));
    found.extend(destinations(old, new));
    found.extend(data(old, new));
    found.extend(releases(old, new));
    found.extend(retention(old, new));
    found
}

fn of_sets(about: About, what: &str, old: &BTreeSet<String>, new: &BTreeSet<String>) -> Vec<Point> {
    let more = new.difference(old).map(|name| point(about, true, format!("{what} `{name}` is new")));
    let less = old.difference(new).map(|name| point(about, false, format!("{what} `{name}` is gone")));
    more.chain(less).collect()
}

fn purposes(plan: &SegmentPlan) -> BTreeSet<String> {
    plan.about.purposes.iter().map(|purpose| purpose.name.clone()).collect()
}

fn consent(old: &SegmentPlan, new: &SegmentPlan) -> Option<Point> {
    match (&old.about.consent, &new.about.consent) {
        (ConsentAbout::Required(_), ConsentAbout::NotNeeded(why)) => {
            Some(point(About::Purpose, true, format!("consent is no longer asked for: {why}")))
        }
        (ConsentAbout::NotNeeded(_), ConsentAbout::Required(names)) => {
            Some(point(About::Purpose, false, format!("consent is asked for: {}", names.join(", "))))
        }
        (ConsentAbout::Required(_), ConsentAbout::Required(_))
        | (ConsentAbout::NotNeeded(_), ConsentAbout::NotNeeded(_)) => None,
    }
}

fn destination(to: &DestinationAbout) -> String {
    let region = to.region.as_ref().map(|region| format!(", {region}")).unwrap_or_default();
    let outside = if to.outside_party { ", an outside party" } else { "" };
    format!("members go to `{}` by {}{region}{outside}", to.name, to.channel)
}

fn destinations(old: &SegmentPlan, new: &SegmentPlan) -> Vec<Point> {
    let find = |plan: &'_ SegmentPlan, name: &str| plan.about.destinations.iter().position(|to| to.name == name);
    let mut found = Vec::new();
    for to in &new.about.destinations {
        let before = find(old, &to.name).and_then(|at| old.about.destinations.get(at));
        match before {
            Some(before) if before == to => {}
            Some(before) => {
                let faster = before.lag.zip(to.lag).is_some_and(|(was, is)| fits(is, was));
                let only_lag = DestinationAbout { lag: before.lag, ..to.clone() } == *before;
                let said = format!("`{}` is declared otherwise: {}", to.name, destination(to));
                found.push(point(About::Destination, !(only_lag && faster), said));
            }
            None => found.push(point(About::Destination, true, destination(to))),
        }
    }
    let gone = old.about.destinations.iter().filter(|to| find(new, &to.name).is_none());
    found.extend(gone.map(|to| point(About::Destination, false, format!("members no longer go to `{}`", to.name))));
    found
}

/// What is read, with its categories.
fn reads(plan: &SegmentPlan) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for read in &plan.reads {
        let name = if read.field.is_empty() { read.table.clone() } else { format!("{}.{}", read.table, read.field) };
        found.entry(name).or_default().extend(read.categories.iter().cloned());
    }
    found
}

fn data(old: &SegmentPlan, new: &SegmentPlan) -> Vec<Point> {
    let (was, is) = (reads(old), reads(new));
    let labels = |categories: &BTreeSet<String>| match categories.is_empty() {
        true => String::new(),
        false => format!(" ({})", categories.iter().cloned().collect::<Vec<_>>().join(", ")),
    };
    let mut found = Vec::new();
    for (name, categories) in &is {
        match was.get(name) {
            None => found.push(point(About::Data, true, format!("`{name}` is now read{}", labels(categories)))),
            Some(before) if before == categories => {}
            Some(before) => {
                let said = format!("`{name}` is labelled{}, was{}", labels(categories), labels(before));
                found.push(point(About::Data, !categories.is_subset(before), said));
            }
        }
    }
    let gone = was.keys().filter(|name| !is.contains_key(*name));
    found.extend(gone.map(|name| point(About::Data, false, format!("`{name}` is no longer read"))));
    found
}

/// What releases take away from what is read: more of it lets data go where it could not.
fn releases(old: &SegmentPlan, new: &SegmentPlan) -> Vec<Point> {
    let released = |plan: &SegmentPlan| -> BTreeSet<String> {
        let reads = plan.reads.iter();
        reads
            .flat_map(|read| read.released.iter().map(|it| format!("`{}.{}` from {it}", read.table, read.field)))
            .collect()
    };
    let (was, is) = (released(old), released(new));
    let new = is.difference(&was).map(|said| point(About::Data, true, format!("a release of {said}")));
    let gone = was.difference(&is).map(|said| point(About::Data, false, format!("no longer a release of {said}")));
    new.chain(gone).collect()
}

fn retention(old: &SegmentPlan, new: &SegmentPlan) -> Vec<Point> {
    let (was, is) = (old.about.retain, new.about.retain);
    let shown =
        |length: Length| if length == Length::seconds(0) { "not at all".to_owned() } else { length.to_string() };
    let mut found = Vec::new();
    if was != is {
        let said = format!("memberships are kept {}, were kept {}", shown(is), shown(was));
        found.push(point(About::Retention, !fits(is, was), said));
    }
    let every = |length: Option<Length>| length.map_or("unsaid".to_owned(), |length| format!("every {length}"));
    let (was, is) = (old.about.refresh, new.about.refresh);
    if was != is {
        let slower = was.zip(is).is_none_or(|(was, is)| !fits(is, was));
        found.push(point(About::Retention, slower, format!("rebuilt {}, was {}", every(is), every(was))));
    }
    found
}
