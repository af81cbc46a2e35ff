//! What a run found, as data: a waterfall per segment, the members, and for each person which part decided.

use std::collections::BTreeMap;

use super::guard::Reason;

/// One segment at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The segment's name.
    pub segment: String,
    /// How many people are left after each step.
    pub waterfall: Waterfall,
    /// Person by person, by key in canonical text: what decided.
    fates: Vec<(String, Fate)>,
}

impl Outcome {
    pub(super) fn new(segment: String, waterfall: Waterfall, mut fates: Vec<(String, Fate)>) -> Self {
        fates.sort_unstable();
        Self { segment, waterfall, fates }
    }

    /// The keys that would leave, sorted; nobody where the run is empty or below its minimum.
    pub fn members(&self) -> Vec<&str> {
        self.fates.iter().filter(|(_, fate)| *fate == Fate::Leaves).map(|(key, _)| key.as_str()).collect()
    }

    /// The keys of the control group, sorted.
    pub fn held_out(&self) -> Vec<&str> {
        self.fates.iter().filter(|(_, fate)| *fate == Fate::HeldOut).map(|(key, _)| key.as_str()).collect()
    }

    /// Which part decided about a person; `None` where the key is not in scope.
    pub fn why(&self, key: &str) -> Option<Fate> {
        let at = self.fates.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
        self.fates.get(at).map(|(_, fate)| *fate)
    }

    /// Everybody in scope.
    pub fn people(&self) -> &[(String, Fate)] {
        &self.fates
    }
}

/// What became of a person, the first that applies in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// The guard.
    Guard(Reason),
    /// A broken row in a window that the segment reads.
    Broken,
    /// The condition is false; which of its conjuncts was the first, counted from 0.
    NotWanted(usize),
    /// The condition is unknown; which of its conjuncts was the first unknown one.
    Unknown(usize),
    /// The cap.
    Capped,
    /// The control group.
    HeldOut,
    /// Everything holds, but the run is empty or below its minimum.
    Withheld,
    /// Would leave.
    Leaves,
}

/// How many people each step leaves. Each person is counted once, at the first step that removes them, in the order of
/// [`Fate`] and, within the guard, of [`Reason::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waterfall {
    /// People of the entity within its retention.
    pub in_scope: u64,
    /// How many the guard removed, reason by reason.
    pub removed: BTreeMap<Reason, u64>,
    /// How many pass the guard.
    pub permitted: u64,
    /// Of those, how many have a broken row.
    pub broken: u64,
    /// Of the rest, for how many the condition is unknown.
    pub unknown: u64,
    /// Of the rest, how many are wanted.
    pub wanted: u64,
    /// Of the wanted, how many the cap leaves out.
    pub capped: u64,
    /// Of the rest, how many are held out.
    pub held_out: u64,
    /// Of the rest, all who would leave were the run neither empty nor below its minimum.
    pub selected: u64,
    /// Who would leave.
    pub would_leave: u64,
    /// The effective minimum.
    pub minimum: u64,
    /// Whether the minimum keeps everybody.
    pub withheld: bool,
    /// Why the run is empty whoever is in it; each is a control check that failed.
    pub empty_because: Vec<String>,
    /// The last instant of which every ledger spoke that is stale by now: a run as of then is not empty for that.
    pub spoke: Option<crate::model::Instant>,
    /// Rows that are nobody's, table by table, where there are any.
    pub nobodys: BTreeMap<String, u64>,
}
