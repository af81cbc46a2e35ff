//! For how long, and who receives it: the sums of every table that is read, the life of a membership, and destinations.

use crate::model::{Demand, DestinationId, Ledger, Retain, SegmentRetain, TableId};
use crate::privacy::algebra::{self, Sum, compared, looks};
use crate::privacy::policy::applying;
use crate::privacy::removal::Removal;
use crate::privacy::retention::fits;
use crate::source::Spanned;

use super::used::channelled;
use super::{By, Conjunct, Derive, Draft, Duty, From};

impl Derive<'_> {
    pub(super) fn kept(&mut self) {
        self.membership();
        for table in self.tables() {
            self.table(table);
        }
        self.links_kept();
        self.refresh();
        self.stay();
        for to in self.segment.destinations.clone() {
            self.channel(to);
            self.removal(to);
        }
    }

    fn membership(&mut self) {
        let draft = Draft::new(Duty::Membership, "To say how long a stored membership may live").from(
            From::Language,
            "nothing is kept without an end",
            None,
        );
        let Some(retain) = self.segment.retain else { return self.owe(draft) };
        let says = match retain.value {
            SegmentRetain::Nothing => "retain nothing: it is never stored".to_owned(),
            SegmentRetain::For(length) => format!("retain {length}"),
        };
        let mut draft = draft.by(By::Clause, says, Some(retain.span));
        let mut seen = Vec::new();
        for reference in &self.facts.references {
            let other = &self.model.segments[reference.segment];
            let Some(theirs) = other.retain.filter(|_| !seen.contains(&reference.segment)) else { continue };
            seen.push(reference.segment);
            if let SegmentRetain::For(length) = theirs.value {
                let says = format!("`{}` is kept for {length}", other.name.value);
                let name = format!("S of `{}`", other.name.value);
                draft = draft
                    .from(From::Segment, says, Some(theirs.span))
                    .step(compared(("S", retain.value.length()), (&name, length)));
            }
        }
        self.owe(draft);
    }

    fn table(&mut self, id: TableId) {
        let table = &self.model.tables[id];
        let name = &table.name.value;
        let Some(kept) = &table.retain else {
            let owed = format!("That `{name}` says how long it is kept");
            return self.owe(Draft::new(Duty::Kept(id), owed).from(From::Source, "no `retain`", Some(table.name.span)));
        };
        let owed = format!("That no membership shows what `{name}` should have forgotten");
        let says = match &kept.value {
            Retain::For { length, .. } => format!("retain {length}"),
            Retain::WhileListed { because } => format!("retain while listed because \"{because}\""),
        };
        let sums = self.sums(id, name, kept);
        let trained = self.reads_of(id).all(|read| read.through_model().is_some());
        let bounded = matches!(kept.value, Retain::For { .. });
        let draft = Draft::new(Duty::Kept(id), owed).from(From::Source, says, Some(kept.span));
        let draft = match self.segment.retain {
            Some(retain) => draft.from(From::Itself, algebra::stored(retain.value.length()), Some(retain.span)),
            None => draft,
        };
        let draft = self.summed(draft, sums);
        self.owe(if bounded && !trained {
            draft.asked(
                By::Cut,
                Conjunct::Cut(name.clone()),
                "reads no row that is older than U, whatever the table still holds",
            )
        } else {
            draft
        });
    }

    /// A sum for each length and kind of look back, the ones that do not hold included.
    fn sums(&self, id: TableId, name: &str, kept: &Spanned<Retain>) -> Vec<Sum> {
        let mut sums: Vec<Sum> = Vec::new();
        for read in self.reads_of(id) {
            let (window, words) = looks(self.model, read);
            let sum = Sum::of(name, &kept.value, self.facts.stored, window, &words);
            if !sums.contains(&sum) {
                sums.push(sum);
            }
        }
        // What is there now is no more than the longest look back says.
        let now = |sum: &Sum| sum.window.is_none() && sum.looks.is_empty();
        if sums.iter().any(|sum| !now(sum)) {
            sums.retain(|sum| !now(sum));
        }
        sums
    }

    fn summed(&self, draft: Draft, sums: Vec<Sum>) -> Draft {
        let holds = sums.iter().all(|sum| sum.holds) && self.segment.retain.is_some();
        let draft = sums.into_iter().fold(draft, Draft::sum);
        if holds { draft.by(By::Arithmetic, "what is looked back at is within U = R − S", None) } else { draft }
    }

    fn links_kept(&mut self) {
        for id in self.tables() {
            let Some(along) = self.model.tables[id].along else { continue };
            let identity = &self.model.identities[along];
            let name = &identity.name.value;
            let draft =
                Draft::new(Duty::KeptLinks(along), format!("That no membership shows by whom `{name}` was once used"));
            let Some(kept) = &identity.retain else {
                self.owe(draft.from(From::Source, "no `retain`", Some(identity.name.span)));
                continue;
            };
            let sums = self.sums(id, name, kept);
            let draft = draft.from(From::Source, "how long links are kept", Some(kept.span));
            let draft = self.summed(draft, sums);
            self.owe(draft.asked(By::Cut, Conjunct::CutLinks(name.clone()), "reads no link that is older than U"));
        }
    }

    fn refresh(&mut self) {
        let (Some(refresh), Some(SegmentRetain::For(stored))) =
            (self.segment.refresh, self.segment.retain.map(|r| r.value))
        else {
            return;
        };
        let draft = Draft::new(Duty::Refresh, "That a membership is renewed before it ends")
            .from(From::Itself, format!("rebuilt {}", refresh.value.each()), Some(refresh.span))
            .step(compared(("refresh", refresh.value), ("S", stored)));
        self.owe(if fits(refresh.value, stored) {
            draft.by(By::Arithmetic, "refresh ≤ S", Some(refresh.span))
        } else {
            draft
        });
    }

    fn stay(&mut self) {
        let (Some(stay), Some(retain)) = (self.segment.stay, self.segment.retain) else { return };
        let stored = retain.value.length();
        let draft = Draft::new(Duty::Stay, "That whoever stays does so no longer than a membership may live")
            .from(From::Itself, format!("stay for {}", stay.value), Some(stay.span))
            .step(compared(("stay", stay.value), ("S", stored)));
        self.owe(if fits(stay.value, stored) {
            draft.by(By::Arithmetic, "stay ≤ S; permission is asked anew in each run", Some(stay.span)).asked(
                By::Cut,
                Conjunct::Stored,
                "reads a stored membership only as long as it lives",
            )
        } else {
            draft
        });
    }

    fn channel(&mut self, to: Spanned<DestinationId>) {
        let destination = &self.model.destinations[to.value];
        let Some(channel) = destination.channel else { return };
        let (name, word) = (&destination.name.value, channel.value.word());
        let draft = Draft::new(
            Duty::Channel(to.value),
            format!("That a purpose of the segment names channel {word}, by which `{name}` reaches people"),
        )
        .from(From::Destination, format!("`{name}`: channel {word}"), Some(channel.span))
        .from(From::Itself, format!("for {name}"), Some(to.span));
        self.owe(match channelled(self.model, self.segment, channel.value) {
            Some((purpose, span)) => {
                let says = format!("`{}` names channel {word}", self.model.purposes[purpose].name.value);
                draft.by(By::Permission, says, Some(span))
            }
            None => draft,
        });
    }

    /// How a destination lets people go, and the time that a withdrawal needs to get there.
    fn removal(&mut self, to: Spanned<DestinationId>) {
        let destination = &self.model.destinations[to.value];
        let name = &destination.name.value;
        let mut draft =
            Draft::new(Duty::Removal(to.value), format!("That `{name}` lets go of whoever leaves or says no"))
                .from(From::Destination, format!("`{name}` keeps what it is given"), Some(destination.name.span))
                .from(From::Itself, format!("for {name}"), Some(to.span));
        let removal = Removal::of(self.segment, destination);
        draft = removal.steps().into_iter().fold(draft, Draft::step);
        draft = self.uncounted(draft);
        draft = self.limits(draft, &removal);
        let stored = self.segment.retain.map(|retain| retain.value.length());
        self.owe(match (destination.removes_members, destination.expires, stored) {
            (Some(span), _, _) if destination.removes_by_hand => {
                draft.by(By::Clause, "removes members by hand, whenever somebody does it", Some(span))
            }
            (Some(span), _, _) => draft.by(By::Clause, "removes members, who are told to it as they leave", Some(span)),
            (None, Some(expires), Some(stored)) => {
                let draft = draft.step(compared(("expires", expires.value), ("S", stored)));
                let says = format!("expires after {}, which is no longer than S", expires.value);
                if fits(expires.value, stored) { draft.by(By::Arithmetic, says, Some(expires.span)) } else { draft }
            }
            (None, Some(_) | None, _) => draft,
        });
    }

    /// What those sums leave out: a ledger may be somewhat old when it is asked.
    fn uncounted(&self, draft: Draft) -> Draft {
        let aged = |ledger: &Ledger| format!("`{}` {}", ledger.name.value, ledger.how_old());
        let all: Vec<String> = self.ledgers().into_iter().map(|(_, ledger)| aged(ledger)).collect();
        match all.is_empty() {
            true => draft,
            false => draft
                .step(format!("not counted: how old a ledger may be when it is asked for a no ({})", all.join(", "))),
        }
    }

    /// What policies promise about that time.
    fn limits(&self, draft: Draft, removal: &Removal) -> Draft {
        applying(self.model, self.segment).fold(draft, |draft, (_, policy)| {
            policy.demands.iter().fold(draft, |draft, demand| {
                let Demand::LimitRemovalLag(most) = demand.value else { return draft };
                let says = format!("`{}`: limit removal lag {most}", policy.name.value);
                let draft = draft.from(From::Policy, says, Some(demand.span));
                match removal.takes() {
                    Some(takes) => draft.step(compared((removal.terms(), takes), ("the promise", most))),
                    None => draft.step(format!("the promise of {most} is not kept, as nothing bounds it")),
                }
            })
        })
    }
}
