//! Over-segmentation: one crowd cut into more lists, at one destination, than a policy allows.
//!
//! Lists are pieces of one crowd where they go to one destination, are of one entity, for the same purposes on the same leave, and their
//! conditions read the same personal data: then they differ only by values, windows and figures. A destination that `isolates lists`
//! cannot lay them side by side and is passed over. Without a policy that writes the number nothing is said: what is too many is the
//! house's to decide.

use std::collections::{BTreeMap, BTreeSet};

use super::super::portfolio::{leave, together};
use super::super::tools::listed;
use super::{Case, Context};
use crate::diagnostic::Diagnostic;
use crate::model::{Demand, DestinationId, FieldId, Model, Policy, PurposeId, SegmentId, TableId};
use crate::privacy::policy::applies;
use crate::privacy::said;
use crate::privacy::{Context as Standing, Facts, Read};
use crate::source::Span;

/// How many of the other lists are shown.
const SHOWN: usize = 8;

/// What conditions read: rows, or one field of theirs.
type Asked = BTreeSet<(TableId, Option<FieldId>)>;

/// What lists that are pieces of one crowd have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Crowd {
    to: DestinationId,
    of: TableId,
    leave: (BTreeSet<PurposeId>, BTreeSet<PurposeId>),
    asked: Asked,
}

/// Holds every policy that limits lists: each crowd is told once, at the first list beyond what is allowed.
pub(super) fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for policy in cx.model.policies.values() {
        let mut told = BTreeSet::new();
        for demand in &policy.demands {
            let Demand::LimitLists(most) = demand.value else { continue };
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            for (crowd, pieces) in crowds(cx, policy) {
                let Some(id) = pieces.get(most).filter(|id| told.insert(**id)) else { continue };
                let (segment, facts) = (&cx.model.segments[*id], cx.facts.segment(*id));
                findings.push(Case { cx, segment, facts, policy }.too_many(&crowd, &pieces, *id, most));
            }
        }
    }
}

/// The crowds that a policy binds, each with its lists in the order of declaration.
fn crowds(cx: &Context<'_>, policy: &Policy) -> BTreeMap<Crowd, Vec<SegmentId>> {
    let model = cx.model;
    let mut crowds: BTreeMap<Crowd, Vec<SegmentId>> = BTreeMap::new();
    for ((to, of), segments) in together(model) {
        for id in segments.into_iter().filter(|id| applies(model, policy, &model.segments[*id])) {
            let asked = asked(model, cx.facts, id);
            if !asked.is_empty() {
                let leave = leave(&model.segments[id]);
                crowds.entry(Crowd { to, of, leave, asked }).or_default().push(id);
            }
        }
    }
    crowds
}

impl Case<'_> {
    fn too_many(&self, crowd: &Crowd, pieces: &[SegmentId], own: SegmentId, most: usize) -> Diagnostic {
        let model = self.cx.model;
        let names: Vec<String> = crowd.asked.iter().map(|(table, field)| name(model, *table, *field)).collect();
        let what = listed(names.iter().map(String::as_str));
        let (to, policy) = (&model.destinations[crowd.to].name.value, &self.policy.name.value);
        let many = pieces.len();
        let message =
            format!("{many} lists at `{to}` ask for the same data ({what}), and policy `{policy}` allows {most}");
        let finding = self.finding(message).at(self.segment.name.span, "one more than it allows");
        let others = pieces.iter().filter(|other| **other != own).take(SHOWN);
        let finding = others.fold(finding, |finding, other| {
            finding.and(model.segments[*other].name.span, "another piece of the same crowd")
        });
        let help = "make one list of several, and let what is said differ instead; a destination that cannot hold its lists against each other `isolates lists`";
        self.cited(finding).help(self.help(help))
    }
}

/// The personal data that the conditions of a segment read, by whatever way, scores by their own name. What holds for everybody asks for
/// nothing, and tells no list from another.
fn asked(model: &Model, facts: &Facts, id: SegmentId) -> Asked {
    let said = said::segment(model, &model.segments[id]);
    let tests = said.tests();
    let referenced = facts.segment(id).references.iter().map(|reference| reference.segment);
    let idle: BTreeSet<Span> = referenced.chain([id]).flat_map(|id| said::idle(model, &model.segments[id])).collect();
    let idles = |read: &Read| {
        idle.iter().any(|place| place.holds(read.span) || read.via.iter().any(|step| place.holds(step.span)))
    };
    let live = |read: &&Read| tests.iter().any(|test| test.reads(read)) && !idles(read);
    let reads = facts.segment(id).reads.iter().filter(live).filter(|read| match read.context {
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
