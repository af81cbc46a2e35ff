//! What is said of somebody among everybody: samples and ranks, of whom the segment is about.

use super::Builder;
use crate::model::{self, FieldPath};
use crate::plan::{Cond, Standing};

impl<'m> Builder<'m> {
    /// A sample, drawn by the key of the subject (in a referenced segment, of its own).
    pub(super) fn sample(&mut self, sample: &model::Sample) -> Cond {
        let subject = self.frame.via.last().map(|link| self.model.links[*link].to);
        let entity = subject.or_else(|| self.root.and_then(|segment| segment.entity));
        // Every subject has a key; `or` of nothing is false and lets nobody in.
        let Some(field) = entity.and_then(|entity| self.model.key_of(entity)) else { return Cond::Or(Vec::new()) };
        let key = self.path(&FieldPath { binding: 0, hops: Vec::new(), field });
        Cond::Sample { key, from: sample.from, to: sample.to, salt: sample.name.clone() }
    }

    /// A rank. A segment that holds one is referred to by none, so the subject is the plan's own.
    pub(super) fn standing(&mut self, standing: &'m model::Standing) -> Standing {
        let measure = self.expr(&standing.measure);
        let among = standing.among.as_ref().map(|among| self.cond(among));
        Standing { form: standing.form, bottom: standing.bottom, measure, among }
    }
}
