//! What a page shows to whom: a list of segments, of which nobody is in two.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{FORMAT, SegmentPlan};

/// A placement, whole.
///
/// # Who is shown what (all evaluators do exactly this)
///
/// Somebody is shown [`ShowPlan::what`] iff they leave [`ShowPlan::to`] as they would leave any segment: guard, condition, cap, holdout,
/// minimum. Each `to` asks in its condition that one is certainly in none of the segments before it, so at most one thing is shown to
/// anybody, in whatever order they are asked. Everybody else is shown [`PlacementPlan::otherwise`] and stands in no list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementPlan {
    /// [`FORMAT`].
    pub format: u32,
    /// Its name.
    pub name: String,
    /// The doc comment.
    pub title: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why it exists.
    pub because: Option<String>,
    /// The word of its channel.
    pub channel: String,
    /// Lower-case hex SHA-256 of the plan in JSON with this field empty.
    pub hash: String,
    /// What is shown to whom, in order.
    pub shows: Vec<ShowPlan>,
    /// What everybody else is shown.
    pub otherwise: Option<String>,
}

/// One thing that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowPlan {
    /// What.
    pub what: String,
    /// To whom; its name is that of the segment that the placement names.
    pub to: SegmentPlan,
}

impl PlacementPlan {
    /// This plan with its `hash` filled in.
    #[must_use]
    pub fn seal(mut self) -> Self {
        self.hash = self.computed_hash();
        self
    }

    /// Lower-case hex SHA-256 of the plan in compact JSON with `hash` empty.
    pub fn computed_hash(&self) -> String {
        let open = PlacementPlan { hash: String::new(), ..self.clone() };
        let json = serde_json::to_vec(&open).unwrap_or_default();
        Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Proves that the plan can be evaluated: each of its segments holds together, and all are of people of one table.
    ///
    /// # Errors
    /// The first thing that does not hold, as people read it.
    pub fn validate(&self) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!("it is of version {} and not {FORMAT}", self.format));
        }
        let people = |show: &ShowPlan| show.to.tables.first().map(|table| table.physical.clone());
        for show in &self.shows {
            show.to.validate()?;
            if self.shows.first().map(people) != Some(people(show)) {
                return Err(format!("`{}` is of other people than what stands before it", show.to.about.name));
            }
        }
        Ok(())
    }
}
