//! By which ways a label came to where it is reported: the classes that stand beside a finding's own, so that one mistake gives one message.

use super::{
    complement_laundering, flow_through_filter, inferred_sensitivity, inferring_score, priority_flow, telling_absence,
};
use crate::diagnostic::Diagnostic;
use crate::model::{Model, Segment};
use crate::privacy::{Read, Revealed};

/// The finding with every class by which the data came.
pub(super) fn named(
    model: &Model,
    segment: &Segment,
    finding: Diagnostic,
    (read, revealed): (&Read, &Revealed),
) -> Diagnostic {
    let classes = [
        inferred_sensitivity::named_by(revealed),
        complement_laundering::named_by(read),
        flow_through_filter::named_by(read),
        inferring_score::named_by(read, revealed),
        priority_flow::named_by(segment, read),
        telling_absence::named_by(model, read),
    ];
    classes.into_iter().flatten().fold(finding, Diagnostic::also)
}
