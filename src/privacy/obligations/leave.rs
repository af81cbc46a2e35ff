//! For what, and on whose leave: purpose, consent, withdrawal, objection, restriction, suspension.

use crate::model::{Basis, ConsentClause, Model, PurposeId, Valid};
use crate::source::{Span, Spanned};

use super::words::{consent, listed, place, purposes};
use super::{By, Conjunct, Derive, Draft, Duty, From};

impl Derive<'_> {
    pub(super) fn leave(&mut self) {
        self.purpose();
        self.clause();
        for (id, basis, span) in self.needed() {
            match basis {
                Basis::Consent => {
                    self.consent(id, span);
                    self.withdrawal(id);
                }
                Basis::LegitimateInterest => {
                    self.objection(id);
                    self.assessment(id);
                }
                Basis::Contract | Basis::LegalDuty => self.need(id, basis),
            }
            self.suspension(id);
        }
        self.frozen();
    }

    /// What must hold: every purpose of the segment on its own basis, and what the consent clause names on consent.
    pub(super) fn needed(&self) -> Vec<(PurposeId, Basis, Span)> {
        let required = self.required();
        let rest = self.segment.purposes.iter().filter(|p| !required.iter().any(|known| known.value == p.value));
        let own = |id: PurposeId| self.model.basis(id).map_or(Basis::Consent, |basis| basis.value);
        let mut needed: Vec<(PurposeId, Basis, Span)> = Vec::new();
        let consented = required.iter().map(|purpose| (purpose.value, Basis::Consent, purpose.span));
        for one in consented.chain(rest.map(|purpose| (purpose.value, own(purpose.value), purpose.span))) {
            if !needed.iter().any(|known| known.0 == one.0) {
                needed.push(one);
            }
        }
        needed
    }

    /// Whether people have a choice: then an age and a refusal of sale bind.
    pub(super) fn leaves_a_choice(&self) -> bool {
        self.needed().iter().any(|(_, basis, _)| basis.leaves_a_choice())
    }

    fn required(&self) -> &[Spanned<PurposeId>] {
        match self.segment.consent.as_ref().map(|clause| &clause.value) {
            Some(ConsentClause::Required(purposes)) => purposes,
            Some(ConsentClause::NotNeeded { .. }) | None => &[],
        }
    }

    fn purpose(&mut self) {
        let draft = Draft::new(Duty::Purpose, "To say what it is for").from(
            From::Language,
            "nobody's data is used without a purpose",
            None,
        );
        let names = purposes(self.model, self.segment.purposes.iter().map(|purpose| purpose.value));
        self.owe(match self.segment.purpose_span {
            Some(span) if !self.segment.purposes.is_empty() => {
                draft.by(By::Clause, format!("purpose {names}"), Some(span))
            }
            Some(_) | None => draft,
        });
    }

    fn clause(&mut self) {
        let draft =
            Draft::new(Duty::Leave, "To say on whose leave").from(From::Language, "nobody's leave is a default", None);
        let written = self.segment.consent.as_ref().zip(consent(self.model, self.segment));
        self.owe(match written {
            Some((clause, says)) => draft.by(By::Clause, says, Some(clause.span)),
            None => draft,
        });
    }

    fn consent(&mut self, id: PurposeId, span: Span) {
        let model = self.model;
        let name = &model.purposes[id].name.value;
        let (age, notice) = (model.valid(id), model.notice(id));
        let old = match age.map(|valid| &valid.value) {
            Some(Valid::For(length)) => format!(", at most {length} old"),
            Some(Valid::WithoutEnd { .. }) | None => ", however old".to_owned(),
        };
        let seen = notice.map_or_else(String::new, |notice| format!(", under notice {} or later", notice.value));
        let places = self.places();
        let silent = || places.iter().map(|(_, it)| *it).filter(|jurisdiction| jurisdiction.absent_means_yes);
        let unasked: Vec<String> = silent().map(place).collect();
        let unasked = match unasked.is_empty() {
            true => String::new(),
            false => format!("; in {} nobody need have been asked, and only a no counts", unasked.join(" and ")),
        };
        let owed = format!("A yes to `{name}` from the very person, for this use and channel{old}{seen}{unasked}");
        let mut draft = Draft::new(Duty::Consent(id), owed).from(From::Itself, format!("names `{name}`"), Some(span));
        draft = self.purpose_origins(draft, id);
        if let Some(valid) = age {
            let says = match &valid.value {
                Valid::For(length) => format!("valid {length}"),
                Valid::WithoutEnd { because } => format!("valid without end because \"{because}\""),
            };
            draft = draft.from(From::Purpose, says, Some(valid.span));
        }
        if let Some(notice) = notice {
            draft = draft.from(From::Purpose, format!("notice from \"{}\"", notice.value), Some(notice.span));
        }
        for jurisdiction in silent() {
            let says = format!(
                "absent means yes in {}: who lives there and never answered may be reached",
                place(jurisdiction)
            );
            draft = draft.from(From::Jurisdiction, says, Some(jurisdiction.name.span));
        }
        let own: Vec<&str> = self.own_ledgers().map(|(_, ledger)| ledger.name.value.as_str()).collect();
        self.owe(if own.is_empty() {
            draft
        } else {
            let says = format!("asks for one in {}; a missing, older or unreadable one is none", listed(own));
            draft.asked(By::Guard, Conjunct::Grant(name.clone()), says)
        });
    }

    fn withdrawal(&mut self, id: PurposeId) {
        let name = &self.model.purposes[id].name.value;
        let owed = format!(
            "That no refusal of `{name}`, of what is broader or narrower, or of its channel, is as late as that yes"
        );
        let draft = self.purpose_origins(Draft::new(Duty::Withdrawal(id), owed), id);
        let says =
            format!("asks {}; of equal times the refusal counts, and so does one at an unknown time", self.heard());
        self.owe(draft.asked(By::Guard, Conjunct::Denial(name.clone()), says));
    }

    fn objection(&mut self, id: PurposeId) {
        let name = &self.model.purposes[id].name.value;
        let owed = format!("That nobody objects to `{name}`, to what is broader or narrower, or to its channel");
        let draft = self.purpose_origins(Draft::new(Duty::Objection(id), owed), id);
        let says = format!("asks {}; only a later yes of the same key in the same ledger lifts one", self.heard());
        self.owe(draft.asked(By::Guard, Conjunct::Denial(name.clone()), says));
    }

    fn assessment(&mut self, id: PurposeId) {
        let name = &self.model.purposes[id].name.value;
        let draft = Draft::new(Duty::Assessment(id), format!("That somebody has weighed the interest behind `{name}`"));
        let draft = self.purpose_origins(draft, id);
        self.owe(match self.model.assessment(id) {
            Some(text) => {
                let places = self.model.broader(id).find(|id| self.model.purposes[*id].assessment.is_some());
                let span = places.map(|id| self.model.purposes[id].name.span);
                draft.by(
                    By::Clause,
                    format!("assessment \"{text}\", which people wrote and these files cannot read"),
                    span,
                )
            }
            None => draft,
        });
    }

    fn need(&mut self, id: PurposeId, basis: Basis) {
        let name = &self.model.purposes[id].name.value;
        let need = if basis == Basis::Contract { "a contract with the person" } else { "the law" };
        let draft = Draft::new(Duty::Need(id), format!("That {need} needs `{name}`, by a reason that somebody gives"));
        let draft = self.purpose_origins(draft, id);
        let clause = self.segment.consent.as_ref().zip(consent(self.model, self.segment));
        self.owe(match clause {
            Some((clause, says)) => draft.by(By::Clause, says, Some(clause.span)),
            None => draft,
        });
    }

    fn suspension(&mut self, id: PurposeId) {
        let Some(why) = self.model.suspended(id) else { return };
        let name = &self.model.purposes[id].name.value;
        let draft = Draft::new(Duty::Suspension(id), format!("That nobody is reached for `{name}` at present")).from(
            From::Purpose,
            format!("suspended because \"{}\"", why.value),
            Some(why.span),
        );
        self.owe(draft.asked(By::Guard, Conjunct::Suspended, "lets nobody pass"));
    }

    fn frozen(&mut self) {
        let draft = Draft::new(Duty::Frozen, "That nobody is reached whose data is restricted, or who is erased").from(
            From::Language,
            "holds under every basis, and no grant lifts it",
            None,
        );
        self.owe(if self.ledgers().is_empty() {
            draft.by(By::Clause, "no ledger speaks of these people: whoever is restricted or erased must be taken out of the data itself", None)
        } else {
            draft.asked(By::Guard, Conjunct::Frozen, format!("asks {}, of the person and of anyone linked", self.heard()))
        });
    }

    /// Which ledgers a denial is looked for in.
    fn heard(&self) -> String {
        let opt_out = |id| self.is_opt_out(id);
        let ledgers = self.ledgers();
        let names = ledgers.iter().filter(|(id, _)| !opt_out(*id)).map(|(_, ledger)| ledger.name.value.as_str());
        listed(names.collect::<Vec<_>>())
    }

    fn purpose_origins(&self, draft: Draft, id: PurposeId) -> Draft {
        let name = &self.model.purposes[id].name.value;
        match self.model.basis(id) {
            Some(basis) => {
                draft.from(From::Purpose, format!("`{name}` rests on {}", basis.value.words()), Some(basis.span))
            }
            None => draft.from(From::Purpose, format!("`{name}` names no basis"), Some(declared(self.model, id))),
        }
    }
}

fn declared(model: &Model, id: PurposeId) -> Span {
    model.purposes[id].name.span
}
