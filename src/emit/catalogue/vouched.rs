//! What a segment stands on because somebody wrote it and nothing here can check it: exceptions that somebody approved, how soon a
//! destination forgets, and on what a model that it reads was trained.

use super::markdown::{prose, text};
use crate::model::{Model, Segment, TableKind};
use crate::plan::SegmentPlan;

/// The kind of thing, what is said to be, and of which.
pub(super) type Row = (String, String, Vec<String>);

/// What else was taken as it is written.
pub(super) fn rows(model: &Model, segment: Option<&Segment>, plan: &SegmentPlan) -> Vec<Row> {
    let Some(segment) = segment else { return Vec::new() };
    let mut rows = exceptions(model, segment);
    rows.extend(forgetting(model, segment));
    rows.extend(training(model, plan));
    rows
}

fn exceptions(model: &Model, segment: &Segment) -> Vec<Row> {
    let own = model.exceptions.iter().filter(|exception| {
        exception.segments.iter().any(|named| model.segments[named.value].name.value == segment.name.value)
    });
    own.map(|exception| {
        let policy = exception.policy.map(|policy| model.policies[policy.value].name.value.clone());
        let by = exception.approved_by.as_ref().map(|by| format!("approved by {}", text(&by.value)));
        let on = exception.approved_on.map(|on| format!(" on {}", on.value)).unwrap_or_default();
        let why = exception.because.as_ref().map(|why| format!(": {}", text(&why.value))).unwrap_or_default();
        ("exception to".to_owned(), format!("{}{on}{why}", by.unwrap_or_default()), policy.into_iter().collect())
    })
    .collect()
}

fn forgetting(model: &Model, segment: &Segment) -> Vec<Row> {
    let destinations = segment.destinations.iter().map(|to| &model.destinations[to.value]);
    let expiring = destinations.filter(|to| to.removes_members.is_none());
    expiring
        .filter_map(|to| {
            let after = to.expires.as_ref()?;
            Some(("removal".to_owned(), format!("expires after {}", after.value), vec![to.name.value.clone()]))
        })
        .collect()
}

fn training(model: &Model, plan: &SegmentPlan) -> Vec<Row> {
    let read = |name: &str| plan.reads.iter().any(|read| read.table == name);
    let scores = model.tables.values().filter(|table| read(&table.name.value));
    scores
        .filter_map(|table| {
            let TableKind::Score(facts) = &table.kind else { return None };
            let on: Vec<_> = facts.trained_on.iter().map(|on| model.tables[on.value].name.value.as_str()).collect();
            let back = facts.looking_back.as_ref().map(|back| format!(", looking back {}", back.value));
            let says = format!("trained on {}{}", prose(&on.join(", ")), back.unwrap_or_default());
            Some(("training".to_owned(), says, vec![table.name.value.clone()]))
        })
        .collect()
}
