//! What people were told, and by whom: notices, recipients, controllers, data of others, decisions, and data that was collected on a yes.

use crate::model::{ConsentClause, DestinationId, Informed, Origin as Came, PurposeId, TableId};
use crate::privacy::taxonomy::is_under;
use crate::source::Spanned;

use super::words::listed;
use super::{By, Conjunct, Derive, Draft, Duty, From};

impl Derive<'_> {
    pub(super) fn told(&mut self) {
        for purpose in self.segment.purposes.clone() {
            self.notice(purpose);
            self.controllers(purpose.value);
        }
        for to in self.segment.destinations.clone() {
            self.recipient(to);
        }
        for table in self.tables() {
            self.informed(table);
            self.collected(table);
        }
        self.decision();
    }

    /// A notice that names categories names all that is looked at.
    fn notice(&mut self, purpose: Spanned<PurposeId>) {
        let model = self.model;
        let Some(tells) = model.tells(purpose.value) else { return };
        let name = &model.purposes[purpose.value].name.value;
        let named = listed(tells.value.iter().map(|category| category.value.as_str()));
        let draft = Draft::new(
            Duty::Told(purpose.value),
            format!("That the notice of `{name}` tells of whatever is looked at"),
        )
        .from(From::Purpose, format!("tells of {named}"), Some(tells.span));
        let reads = self.facts.reads.iter().filter(|read| !self.only_protects(read));
        let untold = reads
            .flat_map(|read| &read.reveals)
            .any(|revealed| !tells.value.iter().any(|broad| is_under(model, &revealed.category, &broad.value)));
        self.owe(if untold {
            draft
        } else {
            draft.by(By::Permission, "every category that is read stands under one of these", Some(tells.span))
        });
    }

    fn controllers(&mut self, purpose: PurposeId) {
        let model = self.model;
        let acting = model.controllers(purpose);
        let Some(first) = acting.first() else { return };
        let name = &model.purposes[purpose].name.value;
        let who = listed(acting.iter().map(|one| one.value.as_str()));
        let draft =
            Draft::new(Duty::Controller(purpose), format!("That a yes to `{name}` was given to whoever acts: {who}"))
                .from(From::Purpose, format!("controller {who}"), Some(first.span));
        self.owe(draft.by(By::Permission, "ledgers that grant it, and destinations, name no other controller", None));
    }

    /// A notice that names recipients names every outside party.
    fn recipient(&mut self, to: Spanned<DestinationId>) {
        let model = self.model;
        let destination = &model.destinations[to.value];
        let Some(outside) = destination.outside_party else { return };
        let lists = self.segment.purposes.iter().filter_map(|purpose| model.shares(purpose.value));
        let lists: Vec<_> = lists.collect();
        if lists.is_empty() {
            return;
        }
        let party = &destination.name.value;
        let draft =
            Draft::new(Duty::Shared(to.value), format!("That people were told that `{party}` receives their data"))
                .from(From::Destination, format!("`{party}` is an outside party"), Some(outside));
        let named = lists.iter().all(|list| list.value.iter().any(|one| one.value == to.value));
        let place = lists.first().map(|list| list.span);
        self.owe(if named { draft.by(By::Permission, format!("the notice names `{party}`"), place) } else { draft });
    }

    /// People are told of what somebody else gave.
    fn informed(&mut self, id: TableId) {
        let table = &self.model.tables[id];
        let Some(origin) = &table.origin else { return };
        let Came::ThirdParty { party, .. } = &origin.value else { return };
        let draft = Draft::new(
            Duty::Informed(id),
            format!("That the people in `{}` were told of it", table.name.value),
        )
        .from(From::Source, format!("came from \"{party}\""), Some(origin.span));
        self.owe(match &table.gathering.informed {
            Some(informed) => {
                let says = match &informed.value {
                    Informed::By(record) => format!("informed \"{record}\""),
                    Informed::NotNeeded { because } => format!("informed not needed because \"{because}\""),
                };
                draft.by(By::Clause, says, Some(informed.span))
            }
            None => draft,
        });
    }

    /// What was recorded on a yes is read on that yes only.
    fn collected(&mut self, id: TableId) {
        let table = &self.model.tables[id];
        let Some(under) = table.gathering.collected_under else { return };
        let purpose = &self.model.purposes[under.value].name.value;
        let owed = format!("That whoever is judged by `{}` still agrees to `{purpose}`", table.name.value);
        let draft = Draft::new(Duty::Collected(id), owed).from(
            From::Source,
            format!("collected under {purpose}"),
            Some(under.span),
        );
        let asked = match self.segment.consent.as_ref().map(|clause| &clause.value) {
            Some(ConsentClause::Required(asked)) => asked.iter().any(|asked| asked.value == under.value),
            Some(ConsentClause::NotNeeded { .. }) | None => false,
        };
        self.owe(if asked {
            draft.asked(By::Guard, Conjunct::Grant(purpose.clone()), "asks for that yes too")
        } else {
            draft
        });
    }

    /// Nobody is decided about without a person who looks.
    fn decision(&mut self) {
        let there = self.segment.destinations.iter().find_map(|to| {
            let destination = &self.model.destinations[to.value];
            destination.decides.as_ref().map(|decides| (&destination.name.value, decides))
        });
        if self.segment.decides.is_none() && there.is_none() {
            return;
        }
        let mut draft = Draft::new(Duty::Decision, "That a person looks at each case before anything is decided");
        if let Some((name, decides)) = there {
            draft = draft.from(From::Destination, format!("`{name}` decides {}", decides.value), Some(decides.span));
        }
        if let Some(decides) = &self.segment.decides {
            draft = draft.from(From::Itself, format!("decides {}", decides.value.what), Some(decides.span));
        }
        let reviewer = self.segment.decides.as_ref().and_then(|it| Some((it.value.reviewed_by.as_ref()?, it.span)));
        self.owe(match reviewer {
            Some((who, span)) => draft.by(By::Clause, format!("reviewed by \"{who}\""), Some(span)),
            None => draft,
        });
    }
}
