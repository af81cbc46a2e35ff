//! What policies say of how people are reached: on which basis, over whose refusals, how often, and to which part of the world.

use super::super::tools::{can_deny_channel, denials_reach, ledgers, listed, purpose_name};
use super::Case;
use crate::diagnostic::Diagnostic;
use crate::model::countries::{is_inside, is_region};
use crate::model::{Basis, Channel, Destination};

impl Case<'_> {
    pub(super) fn require_basis(&self, basis: Basis) -> Option<Diagnostic> {
        let model = self.cx.model;
        let other = self.segment.purposes.iter().find(|purpose| {
            let own = model.basis(purpose.value);
            own.is_some_and(|own| own.value != basis)
        })?;
        let own = model.basis(other.value)?;
        let (name, asked) = (purpose_name(model, other.value), basis.words());
        let message = format!(
            "`{name}` rests on {}, and policy `{}` requires {asked} here",
            own.value.words(),
            self.policy.name.value
        );
        let finding = self.finding(message).at(other.span, format!("not on {asked}")).and(own.span, "its basis");
        Some(self.cited(finding).help(self.help(&format!("take a purpose whose basis is {asked}"))))
    }

    /// The channels by which people are reached: of the destinations and of the purposes.
    fn channels(&self) -> Vec<Channel> {
        let model = self.cx.model;
        let to = self.segment.destinations.iter().filter_map(|to| model.destinations[to.value].channel);
        let by = self.segment.purposes.iter().filter_map(|purpose| model.channel(purpose.value));
        let mut all: Vec<Channel> = to.chain(by).map(|channel| channel.value).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(super) fn require_register(&self) -> Option<Diagnostic> {
        let model = self.cx.model;
        let entity = self.segment.entity?;
        let heard = |channel: Channel| {
            ledgers(model).any(|(_, ledger)| denials_reach(model, ledger, entity) && can_deny_channel(ledger, channel))
        };
        let deaf: Vec<&str> =
            self.channels().into_iter().filter(|channel| !heard(*channel)).map(Channel::word).collect();
        let first = *deaf.first()?;
        let place = self.segment.destinations.first().map_or(self.segment.name.span, |to| to.span);
        let message = format!(
            "people are reached by {}, and no ledger holds refusals of that channel, which policy `{}` requires",
            listed(deaf.iter().copied()),
            self.policy.name.value
        );
        let finding = self.finding(message).at(place, "nobody in a register would be left out");
        let help = format!(
            "map the register in a ledger: `column do_not_call {{ true refuses channel {first}   else nothing }}`"
        );
        Some(self.cited(finding).help(self.help(&help)))
    }

    pub(super) fn require_cap(&self) -> Option<Diagnostic> {
        if self.segment.cap.is_some() {
            return None;
        }
        let message =
            format!("policy `{}` requires a cap on contacts, and the segment has none", self.policy.name.value);
        let finding = self.cited(self.finding(message).at(self.segment.name.span, "no `cap`"));
        Some(
            finding.help(self.help("write how often somebody may be reached: `cap 2 contacts per 30 days from …`, with the source of what was sent")),
        )
    }

    pub(super) fn require_cover(&self, free: &[String]) -> Vec<Diagnostic> {
        let uncovered = self.segment.destinations.iter().filter_map(|to| {
            let destination = &self.cx.model.destinations[to.value];
            let (lack, help) = lack_of_cover(destination, free)?;
            let message =
                format!("`{}` {lack}, and policy `{}` requires cover", destination.name.value, self.policy.name.value);
            let place = destination.region.as_ref().map_or(destination.name.span, |region| region.span);
            let finding = self.finding(message).at(to.span, "handed over here").and(place, "the destination");
            Some(self.cited(finding).help(self.help(&help)))
        });
        uncovered.collect()
    }
}

/// What is missing for the data's way to a destination, and what to write.
fn lack_of_cover(to: &Destination, free: &[String]) -> Option<(String, String)> {
    let cover = "`transfer under \"…\"`: the adequacy decision, clauses or rules that cover it";
    match &to.region {
        None => Some((
            "does not say where it stands".to_owned(),
            format!("add `region EU`, or wherever it stands, and where needed {cover}"),
        )),
        // One that is no region has been reported.
        Some(region) if !is_region(&region.value) => None,
        Some(region) if free.iter().any(|free| is_inside(&region.value, free)) => None,
        Some(_) if to.transfer.is_some() => None,
        Some(region) => Some((
            format!("stands in {}, and nothing covers the data on its way there", region.value),
            format!("name in the destination {cover}"),
        )),
    }
}
