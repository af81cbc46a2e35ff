//! Words that several obligations share.

use crate::model::{ConsentClause, Jurisdiction, Model, Origin as Came, OriginKind, PurposeId, Segment};
use crate::model::{Demand, Policy};

use super::{By, Duty, From, Standing};

impl From {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            From::Language => "language",
            From::Purpose => "purpose",
            From::Policy => "policy",
            From::Jurisdiction => "jurisdiction",
            From::Destination => "destination",
            From::Source => "source",
            From::Ledger => "ledger",
            From::Segment => "segment",
            From::Itself => "itself",
        }
    }
}

impl By {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            By::Clause => "clause",
            By::Permission => "permission",
            By::Arithmetic => "arithmetic",
            By::Guard => "guard",
            By::Cut => "cut",
            By::Delivery => "delivery",
        }
    }

    /// When it does its work, for people.
    pub fn when(self) -> &'static str {
        match self {
            By::Clause => "written down",
            By::Permission | By::Arithmetic => "checked in the files",
            By::Guard => "asked of each person in each run",
            By::Cut => "cut in each run",
            By::Delivery => "held in each run",
        }
    }
}

impl Duty {
    /// The word for its kind, and what it is about; empty where it is about the segment as a whole.
    pub fn about(self, model: &Model) -> (&'static str, String) {
        let purpose = |id: PurposeId| model.purposes[id].name.value.clone();
        let table = |id: crate::model::TableId| model.tables[id].name.value.clone();
        let destination = |id: crate::model::DestinationId| model.destinations[id].name.value.clone();
        match self {
            Duty::Purpose => ("purpose", String::new()),
            Duty::Leave => ("leave", String::new()),
            Duty::Consent(id) => ("consent", purpose(id)),
            Duty::Withdrawal(id) => ("withdrawal", purpose(id)),
            Duty::Objection(id) => ("objection", purpose(id)),
            Duty::Assessment(id) => ("assessment", purpose(id)),
            Duty::Need(id) => ("need", purpose(id)),
            Duty::Suspension(id) => ("suspension", purpose(id)),
            Duty::Frozen => ("restriction", String::new()),
            Duty::Members => ("members", String::new()),
            Duty::Ledger(id) => ("ledger", model.ledgers[id].name.value.clone()),
            Duty::Address(id) => ("address", model.fields[id].name.value.clone()),
            Duty::Links(id) => ("links", model.identities[id].name.value.clone()),
            Duty::Residence => ("residence", String::new()),
            Duty::Age(id) => ("age", model.jurisdictions[id].name.value.clone()),
            Duty::Sale(id) => ("sale", model.ledgers[id].name.value.clone()),
            Duty::Told(id) => ("notice", purpose(id)),
            Duty::Controller(id) => ("controller", purpose(id)),
            Duty::Shared(id) => ("recipient", destination(id)),
            Duty::Informed(id) => ("information", table(id)),
            Duty::Collected(id) => ("collection", table(id)),
            Duty::Decision => ("decision", String::new()),
            Duty::Existing(id) => ("existing customers", purpose(id)),
            Duty::Unadvertised(id) => ("no advertising", purpose(id)),
            Duty::Alone(id) => ("separate consent", purpose(id)),
            Duty::Campaign => ("campaign", String::new()),
            Duty::Fairness => ("fairness", String::new()),
            Duty::Licence(id) => ("licence", table(id)),
            Duty::Retrained(id) => ("training", table(id)),
            Duty::Transfer(id) => ("transfer", destination(id)),
            Duty::Apart(id) => ("separate lists", destination(id)),
            Duty::Seed(id) => ("resemblance", destination(id)),
            Duty::Training(id) => ("training there", destination(id)),
            Duty::Needed(id) => ("necessity", destination(id)),
            Duty::Allowed(id) => ("permission", table(id)),
            Duty::Origin(id) => ("origin", table(id)),
            Duty::Special(root) => ("special category", root.to_owned()),
            Duty::Release(id) => ("release", model.fields[id].name.value.clone()),
            Duty::Reference(id) => ("reference", model.segments[id].name.value.clone()),
            Duty::Exposed => ("exposure", String::new()),
            Duty::Policy(id) => ("policy", model.policies[id].name.value.clone()),
            Duty::Kept(id) => ("retention", table(id)),
            Duty::KeptLinks(id) => ("retention of links", model.identities[id].name.value.clone()),
            Duty::Membership => ("membership", String::new()),
            Duty::Refresh => ("refresh", String::new()),
            Duty::Stay => ("stay", String::new()),
            Duty::Channel(id) => ("channel", destination(id)),
            Duty::Removal(id) => ("removal", destination(id)),
            Duty::Minimum => ("minimum", String::new()),
            Duty::Cap => ("cap", String::new()),
            Duty::Holdout => ("control group", String::new()),
            Duty::Found => ("finding", String::new()),
        }
    }
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Discharged => "discharged",
            Standing::Excepted => "excepted",
            Standing::Doubtful => "doubtful",
            Standing::Open => "open",
        }
    }
}

/// `` `a` ``, `` `a` and `b` ``, `` `a`, `b` and `c` ``.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// `eu (DE, FR)`.
pub(super) fn place(jurisdiction: &Jurisdiction) -> String {
    let countries: Vec<&str> = jurisdiction.countries.iter().map(|country| country.value.as_str()).collect();
    let name = &jurisdiction.name.value;
    if countries.is_empty() { format!("`{name}`") } else { format!("`{name}` ({})", countries.join(", ")) }
}

/// Names of purposes.
pub(super) fn purposes(model: &Model, ids: impl Iterator<Item = PurposeId>) -> String {
    let names: Vec<&str> = ids.map(|id| model.purposes[id].name.value.as_str()).collect();
    listed(names)
}

/// The consent clause as it would be written.
pub(super) fn consent(model: &Model, segment: &Segment) -> Option<String> {
    Some(match &segment.consent.as_ref()?.value {
        ConsentClause::Required(ids) => {
            let names: Vec<&str> = ids.iter().map(|id| model.purposes[id.value].name.value.as_str()).collect();
            format!("consent {}", names.join(", "))
        }
        ConsentClause::NotNeeded { because } => format!("consent not needed because \"{because}\""),
    })
}

/// Where data came from.
pub(super) fn came(origin: &Came) -> String {
    match origin {
        Came::FirstParty => "first party".to_owned(),
        Came::Volunteered => "volunteered".to_owned(),
        Came::ThirdParty { party, contract, .. } => match contract {
            Some(contract) => format!("third party \"{party}\" under contract \"{contract}\""),
            None => format!("third party \"{party}\""),
        },
    }
}

/// What a policy demands, for people.
pub fn demands(model: &Model, policy: &Policy) -> String {
    let all: Vec<String> = policy.demands.iter().map(|demand| self::demand(model, &demand.value)).collect();
    all.join("; ")
}

fn demand(model: &Model, demand: &Demand) -> String {
    match demand {
        Demand::ForbidCategory(category) => format!("no data of category `{category}`"),
        Demand::ForbidTargeting(category) => format!("nobody is picked by data of category `{category}`"),
        Demand::ForbidCombining(all) => format!("not all of {} together", listed(all.iter().map(String::as_str))),
        Demand::ForbidOrigin(kind) => format!("no data that is {}", kind_word(*kind)),
        Demand::ForbidField(field) => {
            let field = &model.fields[*field];
            format!("not `{}.{}`", model.tables[field.table].name.value, field.name.value)
        }
        Demand::RequireConsent { purpose, category } => {
            let name = &model.purposes[*purpose].name.value;
            match category {
                Some(category) => format!("consent `{name}` wherever data of category `{category}` is read"),
                None => format!("consent `{name}`"),
            }
        }
        Demand::RequireAdult => "an age is asked for wherever somebody may live".to_owned(),
        Demand::RequireAssessment(None) => "the purpose names an assessment".to_owned(),
        Demand::RequireAssessment(Some(category)) => {
            format!("the purpose names an assessment wherever data of category `{category}` is read")
        }
        Demand::RequireBasis(basis) => format!("every purpose rests on {}", basis.words()),
        Demand::RequireRegister => "some ledger hears refusals of the channels by which people are reached".to_owned(),
        Demand::RequireCap => "a cap says how often somebody is contacted".to_owned(),
        Demand::RequireCover(regions) => {
            let regions = listed(regions.iter().map(String::as_str));
            format!("a destination outside {regions} says what covers the data on its way")
        }
        Demand::RequireReview => "somebody looks at the segment again, by a date".to_owned(),
        Demand::Minimum(people) => format!("at least {people} people"),
        Demand::LimitConditions(most) => format!("at most {most} conditions"),
        Demand::LimitRetain(most) => format!("a membership is kept for at most {most}"),
        Demand::LimitWindow(most) => format!("no look back is longer than {most}"),
        Demand::LimitLists(most) => format!("at most {most} lists of one destination ask for the same data"),
        Demand::LimitRemovalLag(most) => format!("a withdrawal reaches every destination within {most}"),
    }
}

fn kind_word(kind: OriginKind) -> &'static str {
    match kind {
        OriginKind::FirstParty => "first party",
        OriginKind::Volunteered => "volunteered",
        OriginKind::ThirdParty => "of a third party",
    }
}
