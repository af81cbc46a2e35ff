//! Somebody by whom a change can be seen. Where nothing is proved, somebody who is found decides; nobody found decides nothing.

use serde::Serialize;

use super::{Changes, Effect, Fate};
use crate::model::{Instant, Model};
use crate::witness::{Revision, Witness, enters};

/// Who was found beside a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Somebody who is in and was not.
    pub enters: Option<Witness>,
    /// Somebody who was in and is not.
    pub leaves: Option<Witness>,
}

impl Seen {
    /// What becomes of an audience, once somebody has been found or not.
    pub fn words(&self, proved: Effect) -> &'static str {
        match (proved, self.enters.is_some(), self.leaves.is_some()) {
            (Effect::Same, _, _) => "same people",
            (Effect::Shrinks, _, true) => "shrinks, and never grows",
            (Effect::Shrinks, _, false) => "can only shrink; nobody was found who leaves",
            (Effect::Grows, true, _) => "grows, and never shrinks",
            (Effect::Grows, false, _) => "can only grow; nobody was found who enters",
            (Effect::Either, true, true) => "grows and shrinks",
            (Effect::Either, true, false) => "grows, and may shrink; nobody was found who leaves",
            (Effect::Either, false, true) => "shrinks, and may grow; nobody was found who enters",
            (Effect::Either, false, false) => "may grow and may shrink; nobody was found who does either",
        }
    }
}

/// Looks for somebody beside every segment that is in both revisions and may let people in or out, at an instant.
pub fn look(changes: &mut Changes, was: &Model, is: &Model, now: Instant) {
    let kept = changes.segments.iter().filter(|change| !change.placement && change.fate == Fate::Kept);
    for change in kept.filter(|change| change.audience != Effect::Same) {
        let named = |model: &Model| {
            let found = model.segments.iter().find(|(_, segment)| segment.name.value == change.segment);
            found.map(|(id, _)| id)
        };
        let (Some(old), Some(new)) = (named(was), named(is)) else { continue };
        let (old, new) = (Revision { model: was, segment: old }, Revision { model: is, segment: new });
        let entering = change.audience.lets_in().then(|| enters(old, new, now)).flatten();
        let leaving = change.audience.lets_out().then(|| enters(new, old, now)).flatten();
        let say = |witness: Witness, claim: &str, fate: &str| witness.saying(claim, fate);
        let seen = Seen {
            enters: entering.map(|one| say(one, "somebody who is in now and was not", "in now, and was not")),
            leaves: leaving.map(|one| say(one, "somebody who was in and is not now", "was in, and is not now")),
        };
        changes.seen.insert(change.segment.clone(), seen);
    }
}
