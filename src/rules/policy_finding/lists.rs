//! Over-segmentation: one crowd cut into more lists, at one destination, than a policy allows.
//!
//! Lists are pieces of one crowd where they go to one destination, are of one entity, for the same purposes on the same leave, and their
//! conditions read the same personal data: then they differ only by values, windows and figures. A destination that `isolates lists`
//! cannot lay them side by side and is passed over. Without a policy that writes the number nothing is said: what is too many is the
//! house's to decide.

use std::collections::BTreeSet;

use super::super::portfolio::{on_same_leave, together};
use super::super::tools::listed;
use super::Case;
use crate::diagnostic::Diagnostic;
use crate::model::{FieldId, Model, SegmentId, TableId};
use crate::privacy::policy::applies;
use crate::privacy::{Context as Standing, Facts};

/// How many of the other lists are shown.
const SHOWN: usize = 8;

impl Case<'_> {
    /// Told once for a crowd, at the first list beyond what is allowed.
    pub(super) fn limit_lists(&self, most: u64) -> Option<Diagnostic> {
        let model = self.cx.model;
        let own = asked(model, self.cx.facts, self.id);
        if own.is_empty() {
            return None;
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        together(model).into_iter().find_map(|((to, _), segments)| {
            let same = |other: &SegmentId| {
                let bound = applies(model, self.policy, &model.segments[*other]);
                bound && on_same_leave(model, self.id, *other) && asked(model, self.cx.facts, *other) == own
            };
            let pieces: Vec<SegmentId> = segments.into_iter().filter(same).collect();
            if pieces.get(most) != Some(&self.id) {
                return None;
            }
            let names = own.iter().map(|(table, field)| name(model, *table, *field)).collect::<Vec<_>>();
            let (to, policy) = (&model.destinations[to].name.value, &self.policy.name.value);
            let what = listed(names.iter().map(String::as_str));
            let message =
                format!("{} lists at `{to}` ask for the same data ({what}), and policy `{policy}` allows {most}", pieces.len());
            let finding = self.finding(message).at(self.segment.name.span, "one more than it allows");
            let others = pieces.iter().filter(|other| **other != self.id).take(SHOWN);
            let finding = others.fold(finding, |finding, other| {
                finding.and(model.segments[*other].name.span, "another piece of the same crowd")
            });
            let help = "make one list of several, and let what is said differ instead; a destination that cannot hold its lists against each other `isolates lists`";
            Some(self.cited(finding).help(self.help(help)))
        })
    }
}

/// The personal data that the conditions of a segment read, by whatever way, scores by their own name.
fn asked(model: &Model, facts: &Facts, id: SegmentId) -> BTreeSet<(TableId, Option<FieldId>)> {
    let reads = facts.segment(id).reads.iter().filter(|read| match read.context {
        Standing::Condition | Standing::Filter | Standing::Aggregate | Standing::Rows => read.through_model().is_none(),
        Standing::Link | Standing::Expose | Standing::Training | Standing::Cap | Standing::Delivery => false,
    });
    let personal = reads.filter(|read| read.field.is_none_or(|field| !model.fields[field].labels.not_personal));
    personal.map(|read| (read.table, read.field)).collect()
}

fn name(model: &Model, table: TableId, field: Option<FieldId>) -> String {
    let table = &model.tables[table].name.value;
    field.map_or_else(|| table.clone(), |field| format!("{table}.{}", model.fields[field].name.value))
}
