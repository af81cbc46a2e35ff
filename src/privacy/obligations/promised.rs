//! What declarations promise about a use: why nobody need say yes, what becomes of data at a destination, how data of others may be used,
//! what a campaign may look at. Each is held by a rule; a finding of that rule leaves it open or in doubt.

use crate::model::{DestinationId, Origin as Came, PurposeId, TableId, TableKind};

use super::words::listed;
use super::{By, Derive, Draft, Duty, From};

impl Derive<'_> {
    pub(super) fn promised(&mut self) {
        for purpose in self.segment.purposes.clone() {
            self.without_a_yes(purpose.value);
            self.alone(purpose.value);
        }
        self.fair();
        for table in self.tables() {
            self.licensed(table);
            self.retrained(table);
        }
        for to in self.segment.destinations.clone() {
            self.there(to.value);
        }
    }

    /// Why a purpose writes to people who never said yes.
    fn without_a_yes(&mut self, id: PurposeId) {
        let model = self.model;
        let name = &model.purposes[id].name.value;
        if let Some(soft) = model.soft_opt_in(id) {
            let bought = soft.value.source.map_or("what they bought", |table| model.tables[table].name.value.as_str());
            let owed = format!("That whoever is written to for `{name}` without a yes has bought");
            let says = format!("soft opt in from {bought} because \"{}\"", soft.value.because);
            let draft = Draft::new(Duty::Existing(id), owed).from(From::Purpose, says, Some(soft.span));
            self.owe(draft.by(By::Permission, format!("the condition holds for those in `{bought}` only"), None));
        }
        if let Some(why) = model.advertises_nothing(id) {
            let draft = Draft::new(Duty::Unadvertised(id), format!("That `{name}` advertises nothing"));
            let says = "nobody need say yes to a message that is no advertising";
            let draft = draft.from(From::Purpose, says, Some(why.span));
            self.owe(draft.by(By::Clause, format!("advertises nothing because \"{}\"", why.value), Some(why.span)));
        }
    }

    /// A yes that was given together with others.
    fn alone(&mut self, id: PurposeId) {
        let model = self.model;
        let name = &model.purposes[id].name.value;
        let together = |(_, ledger): &(_, &crate::model::Ledger)| {
            let bundled = ledger.bundled.iter().find(|bundled| bundled.covers.grants(model, id));
            bundled.map(|bundled| (ledger.name.value.clone(), bundled.span))
        };
        let found: Vec<_> = self.own_ledgers().filter_map(|one| together(&one)).collect();
        for (ledger, span) in found {
            let draft = Draft::new(Duty::Alone(id), format!("That a yes to `{name}` was given for it by itself"));
            let draft = draft.from(From::Ledger, format!("`{ledger}` holds it bundled with others"), Some(span));
            self.owe(draft.by(By::Permission, "whoever relies on such a yes is warned", None));
        }
    }

    /// What decides in a campaign, and why what fairness protects may.
    fn fair(&mut self) {
        let campaign = self.model.campaigns(self.segment).next();
        let place = self.segment.campaign.map(|campaign| campaign.span);
        let of_purpose = self.segment.purposes.iter().find_map(|purpose| self.model.campaign(purpose.value));
        if let Some(campaign) = campaign {
            let owed = format!("That a campaign about {} looks at nothing that it must not", campaign.word());
            let place = place.or(of_purpose.map(|campaign| campaign.span));
            let draft =
                Draft::new(Duty::Campaign, owed).from(From::Purpose, format!("campaign {}", campaign.word()), place);
            self.owe(draft.by(By::Permission, "held against everything that decides who is in", None));
        }
        if let Some(why) = &self.segment.fairness {
            let owed = "That somebody answers for it that what fairness protects decides who is in";
            let draft = Draft::new(Duty::Fairness, owed).from(From::Itself, "reads what is protected", Some(why.span));
            self.owe(draft.by(By::Clause, format!("fairness because \"{}\"", why.value), Some(why.span)));
        }
    }

    /// Data of somebody else that may not be used for everything.
    fn licensed(&mut self, id: TableId) {
        let table = &self.model.tables[id];
        let Some(origin) = &table.origin else { return };
        let Came::ThirdParty { apart, inside, .. } = &origin.value else { return };
        if apart.is_empty() && !inside {
            return;
        }
        let name = &table.name.value;
        let apart =
            (!apart.is_empty()).then(|| format!("not combined with {}", listed(apart.iter().map(String::as_str))));
        let inside = inside.then(|| "not delivered".to_owned());
        let says = apart.into_iter().chain(inside).collect::<Vec<_>>().join(", ");
        let draft = Draft::new(Duty::Licence(id), format!("That `{name}` is used as its licence says: {says}"));
        let draft = draft.from(From::Source, says, Some(origin.span));
        self.owe(draft.by(By::Permission, "held against everything that is read and delivered with it", None));
    }

    /// A model that forgets as its rows do.
    fn retrained(&mut self, id: TableId) {
        let table = &self.model.tables[id];
        let TableKind::Score(score) = &table.kind else { return };
        let Some(every) = &score.retrained else { return };
        let name = &table.name.value;
        let draft = Draft::new(Duty::Retrained(id), format!("That `{name}` forgets whom its rows forget"));
        let draft = draft.from(From::Source, "it was trained on rows that are deleted in time", Some(table.name.span));
        self.owe(draft.by(By::Clause, format!("retrained every {}", every.value), Some(every.span)));
    }

    /// What becomes of data at a destination.
    fn there(&mut self, id: DestinationId) {
        let model = self.model;
        let there = &model.destinations[id];
        let name = &there.name.value;
        let promise = |duty, owed: String, says: String, by, span| {
            Draft::new(duty, owed).from(From::Destination, format!("`{name}`: {says}"), Some(span)).by(
                by,
                says,
                Some(span),
            )
        };
        if let Some(under) = &there.transfer {
            let region = there.region.as_ref().map(|region| format!(" in {}", region.value)).unwrap_or_default();
            let owed = format!("That data is covered on its way to `{name}`{region}");
            let says = format!("transfer under \"{}\"", under.value);
            self.owe(promise(Duty::Transfer(id), owed, says, By::Clause, under.span));
        }
        if let Some(why) = &there.isolates {
            let owed = format!("That lists are never held against each other at `{name}`");
            let says = format!("isolates lists because \"{}\"", why.value);
            self.owe(promise(Duty::Apart(id), owed, says, By::Clause, why.span));
        }
        if let Some(span) = there.expands {
            let owed = format!("That `{name}` looks for nobody who resembles people picked by what must not spread");
            self.owe(promise(Duty::Seed(id), owed, "expands audiences".to_owned(), By::Permission, span));
        }
        if let Some(trains) = &there.trains {
            let names = trains.value.iter().map(|purpose| model.purposes[purpose.value].name.value.as_str());
            let says = format!("trains models for {}", listed(names));
            let owed = format!("That what is handed to `{name}` may train its models");
            self.owe(promise(Duty::Training(id), owed, says, By::Permission, trains.span));
        }
        if let Some(takes) = &there.takes {
            let owed = format!("That `{name}` gets no column that it does not need");
            let says = match takes.value.as_slice() {
                [] => "takes nothing beside the key".to_owned(),
                some => format!("takes {}", listed(some.iter().map(|column| column.value.as_str()))),
            };
            self.owe(promise(Duty::Needed(id), owed, says, By::Permission, takes.span));
        }
    }
}
