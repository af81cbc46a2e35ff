//! COM-03: what a policy forbids is never shown, and yet it decides, inside a filter or a figure. Names findings of policies.

use crate::diagnostic::Code;
use crate::privacy::{Context as Standing, Read};

const CODE: Code = Code("COM-03");

/// The class, where a reading that a policy forbids stands in a filter or under an aggregate.
pub(super) fn named_by(read: &Read) -> Option<Code> {
    match read.context {
        Standing::Filter | Standing::Aggregate => Some(CODE),
        Standing::Condition
        | Standing::Rows
        | Standing::Link
        | Standing::Expose
        | Standing::Training
        | Standing::Cap
        | Standing::Delivery => None,
    }
}
