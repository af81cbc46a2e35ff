//! Purpose creep by edit (PUR-05): data that was read for one purpose is read for another, or goes to another recipient, though nobody
//! was asked anew what it is read for.
//!
//! A narrower purpose is no other one, and neither is one whose rename is recorded (`formerly`), provided that it is only called otherwise
//! by us: on another basis, or under another title for people, it is another purpose, and so is one that was there beside the old one. A
//! segment that reads nothing of what it read is another segment under an old name.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::plan::{ConsentAbout, Plan, PurposeAbout, SegmentPlan};

/// Data that an edit gives another purpose or recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Creep {
    /// The class: `PUR-05`.
    pub code: &'static str,
    /// The segment or report.
    pub segment: String,
    /// What it is for now and was not.
    pub purposes: Vec<String>,
    /// Where it goes now and did not.
    pub destinations: Vec<String>,
    /// What it read before and still reads; empty where it is everybody.
    pub reads: Vec<String>,
}

/// What an edit of a segment gives another purpose.
pub fn between(old: &SegmentPlan, new: &SegmentPlan) -> Option<Creep> {
    let before: Vec<&str> = old.about.purposes.iter().map(|purpose| purpose.name.as_str()).collect();
    let covered = |name: &str| before.iter().any(|broad| name == *broad || name.starts_with(&format!("{broad}.")));
    let purposes: Vec<String> =
        new.about.purposes.iter().map(|purpose| purpose.name.clone()).filter(|name| !covered(name)).collect();
    let known = |name: &str| old.about.destinations.iter().any(|to| to.name == name);
    let destinations: Vec<String> =
        new.about.destinations.iter().map(|to| to.name.clone()).filter(|name| !known(name)).collect();
    let (was, is) = (reads(old), reads(new));
    let reads: Vec<String> = was.intersection(&is).cloned().collect();
    let same_data = !reads.is_empty() || was.is_empty();
    let crept = same_data && (!purposes.is_empty() || !destinations.is_empty());
    crept.then(|| Creep { code: "PUR-05", segment: new.about.name.clone(), purposes, destinations, reads })
}

/// The data that a segment asks about; the row of each member, and what a destination matches on, are read whatever it is for.
fn reads(plan: &SegmentPlan) -> BTreeSet<String> {
    let own = plan.tables.first().map(|entity| entity.name.as_str());
    let asked = plan.reads.iter().filter(|read| !read.field.is_empty() || own != Some(read.table.as_str()));
    let name = |table: &str, field: &str| if field.is_empty() { table.to_owned() } else { format!("{table}.{field}") };
    asked.map(|read| name(&read.table, &read.field)).collect()
}

/// The older plan as if its purposes had been called what they are called now, where the rename is recorded.
pub fn under_new_names(old: &Plan, new: &Plan) -> Plan {
    let all = |plan: &'_ Plan| -> Vec<SegmentPlan> {
        let shown = plan.placements.iter().flat_map(|placement| &placement.shows).map(|show| show.to.clone());
        plan.segments.iter().chain(&plan.reports).cloned().chain(shown).collect()
    };
    let (old_plans, new_plans) = (all(old), all(new));
    let known: Vec<&PurposeAbout> = old_plans.iter().flat_map(|segment| &segment.about.purposes).collect();
    let same = |was: &str, is: &PurposeAbout| {
        let before = known.iter().filter(|purpose| purpose.name == was);
        let alike = before.into_iter().all(|old| old.title == is.title && old.basis == is.basis);
        alike && !known.iter().any(|purpose| purpose.name == is.name)
    };
    let purposes = new_plans.iter().flat_map(|segment| &segment.about.purposes);
    let recorded = purposes.flat_map(|purpose| purpose.formerly.iter().map(move |was| (was, purpose)));
    let renamed: Vec<(String, String)> =
        recorded.filter(|(was, is)| same(was, is)).map(|(was, is)| (was.clone(), is.name.clone())).collect();
    let mut old = old.clone();
    if renamed.is_empty() {
        return old;
    }
    let name = |name: &mut String| {
        if let Some((_, is)) = renamed.iter().find(|(was, _)| was == name) {
            *name = is.clone();
        }
    };
    for segment in old.segments.iter_mut().chain(&mut old.reports) {
        segment.about.purposes.iter_mut().for_each(|purpose| name(&mut purpose.name));
        segment.guard.purposes.iter_mut().for_each(|purpose| name(&mut purpose.purpose));
        if let ConsentAbout::Required(names) = &mut segment.about.consent {
            names.iter_mut().for_each(name);
        }
    }
    old
}
