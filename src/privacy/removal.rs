//! How long a no takes at a destination: until no copy that is sent there holds the person, and until nobody who said no is held there.
//!
//! A stored membership is as old as its last `refresh`, and what a destination was told is its `lag` older. One that `removes members` has
//! let them go then. One that only `expires` holds whoever it was last given that much longer, and nothing bounds one that is cleaned by
//! hand, or never.

use crate::model::{Destination, Length, Segment};

use super::retention::plus;

/// The time that a no needs, from a segment to a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal {
    /// `refresh` and `lag`, where both are written.
    told: Option<(Length, Length)>,
    /// What becomes then of whoever is there.
    held: Held,
}

/// How a destination lets people go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// It is told who left.
    Removed,
    /// It forgets whom it was given, so long after.
    Expires(Length),
    /// Somebody takes them off.
    ByHand,
    /// Nothing is written.
    Never,
}

impl Removal {
    /// From a segment to a destination of its own.
    pub fn of(segment: &Segment, destination: &Destination) -> Self {
        let told = segment.refresh.zip(destination.lag).map(|(refresh, lag)| (refresh.value, lag.value));
        let by_itself = destination.removes_members.is_some() && !destination.removes_by_hand;
        let held = match destination.expires {
            _ if by_itself => Held::Removed,
            Some(expires) => Held::Expires(expires.value),
            None if destination.removes_by_hand => Held::ByHand,
            None => Held::Never,
        };
        Self { told, held }
    }

    /// Until nobody who said no is held there; `None` where nothing bounds it.
    pub fn takes(&self) -> Option<Length> {
        let (refresh, lag) = self.told?;
        match self.held {
            Held::Removed => Some(plus(refresh, lag)),
            Held::Expires(expires) => Some(plus(plus(refresh, lag), expires)),
            Held::ByHand | Held::Never => None,
        }
    }

    /// Whether it lets go of whoever left as soon as it is told.
    pub fn removes(&self) -> bool {
        self.held == Held::Removed
    }

    /// The clauses that are added up.
    pub fn terms(&self) -> &'static str {
        match self.held {
            Held::Expires(_) => "refresh + lag + expires",
            Held::Removed | Held::ByHand | Held::Never => "refresh + lag",
        }
    }

    /// Why nothing bounds it; `None` where something does.
    pub fn unbounded(&self) -> Option<&'static str> {
        match (self.held, self.told) {
            (Held::ByHand, _) => Some("people are taken off by hand, and nothing says within which time"),
            (Held::Never, _) => Some("it neither removes members nor forgets them by itself"),
            (Held::Removed | Held::Expires(_), None) => {
                Some("that takes the `refresh` of the segment and the `lag` of the destination")
            }
            (Held::Removed | Held::Expires(_), Some(_)) => None,
        }
    }

    /// Each sum in words.
    pub fn steps(&self) -> Vec<String> {
        let Some((refresh, lag)) = self.told else {
            let says = self.unbounded().unwrap_or_default();
            return vec![format!("nothing says within which time a no takes effect there: {says}")];
        };
        let told = plus(refresh, lag);
        let reaches = format!("refresh + lag = {refresh} + {lag} = {told}");
        match (self.held, self.takes(), self.unbounded()) {
            (Held::Removed, _, _) => vec![format!("a no reaches it, and removes them, within {reaches}")],
            (Held::Expires(expires), Some(takes), _) => vec![
                format!("it is given nobody who said no after {reaches}"),
                format!(
                    "it removes nobody: whoever it was given stays until it forgets them, so a no takes effect within \
                     refresh + lag + expires = {told} + {expires} = {takes}"
                ),
            ],
            (Held::Expires(_) | Held::ByHand | Held::Never, _, says) => vec![
                format!("it is given nobody who said no after {reaches}"),
                format!("nothing bounds how long whoever it was given before stays: {}", says.unwrap_or_default()),
            ],
        }
    }
}
