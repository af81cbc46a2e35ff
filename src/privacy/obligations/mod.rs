//! What a segment owes to the people in it, and by what each obligation is discharged.
//!
//! Obligations are derived from the declarations alone: each says what is owed, where that comes from (a policy, a purpose, a
//! jurisdiction, a destination, what is read, the segment itself, the language) and which clause, question of the guard, step of
//! delivery, permission or sum discharges it. [`Obligations::settle`] then holds them against what the checker found: a finding that
//! stands leaves its obligation open, and what was found beyond them becomes an obligation of its own, so that nothing the checker
//! enforces is missing from the account. Nothing here decides anything; it tells what was decided.

mod found;
mod kept;
mod leave;
mod linked;
mod promised;
mod told;
mod used;
mod words;

pub use found::Finding;

pub use words::demands;

use crate::model::{
    DestinationId, FieldId, IdentityId, JurisdictionId, LedgerId, Model, PolicyId, PurposeId, Segment, SegmentId,
    TableId,
};
use crate::source::Span;

use super::algebra::Sum;
use super::{Facts, SegmentFacts};

/// What one segment owes.
#[derive(Debug, Clone)]
pub struct Obligations {
    /// Whose.
    pub segment: SegmentId,
    /// Every obligation, in the order in which people ask: for what, on whose leave, of whom, what is used, how long, who receives it.
    pub all: Vec<Obligation>,
    /// Whether everything that was written could be read; else the account may lack what the unread part would owe.
    pub complete: bool,
}

/// One obligation.
#[derive(Debug, Clone)]
pub struct Obligation {
    /// Which.
    pub duty: Duty,
    /// What is owed, in a sentence without its final stop.
    pub owed: String,
    /// Where it comes from.
    pub origins: Vec<Origin>,
    /// What discharges it; nothing where nothing does.
    pub discharged: Vec<Discharge>,
    /// The sums behind it.
    pub sums: Vec<Sum>,
    /// Steps of other reckonings, in words.
    pub steps: Vec<String>,
    /// What the checker says about it.
    pub findings: Vec<Finding>,
}

/// How an obligation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Something discharges it, and nothing was found against that.
    Discharged,
    /// Something was found, and a reviewed exception lets it be.
    Excepted,
    /// The checker warns of it.
    Doubtful,
    /// It is owed and not discharged.
    Open,
}

/// What is owed, by kind and by what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// To say what it is for.
    Purpose,
    /// To say on whose leave.
    Leave,
    /// A yes.
    Consent(PurposeId),
    /// That no later no stands against it.
    Withdrawal(PurposeId),
    /// That nobody objects.
    Objection(PurposeId),
    /// That somebody has weighed an interest.
    Assessment(PurposeId),
    /// That a contract or a law needs it.
    Need(PurposeId),
    /// That nobody is reached while a purpose is suspended.
    Suspension(PurposeId),
    /// That nobody restricted or erased is reached.
    Frozen,
    /// That members, or those behind an id, are heard.
    Members,
    /// That a ledger speaks.
    Ledger(LedgerId),
    /// That the addresses of a ledger are plain.
    Address(FieldId),
    /// That links of ids are whole.
    Links(IdentityId),
    /// That the rules of people's own places hold.
    Residence,
    /// An age.
    Age(JurisdictionId),
    /// That whoever refuses the sale of data is left out.
    Sale(LedgerId),
    /// That a notice tells of what is looked at.
    Told(PurposeId),
    /// That a yes was given to whoever acts.
    Controller(PurposeId),
    /// That a notice names who receives data.
    Shared(DestinationId),
    /// That people were told of data that came from somebody else.
    Informed(TableId),
    /// That whoever is judged by what was collected on a yes still agrees.
    Collected(TableId),
    /// That a person looks at what is decided.
    Decision,
    /// That whoever is written to without a yes has bought.
    Existing(PurposeId),
    /// That nothing is advertised.
    Unadvertised(PurposeId),
    /// That a yes was given for it by itself.
    Alone(PurposeId),
    /// That a campaign looks at nothing that it must not.
    Campaign,
    /// That somebody answers for what fairness protects.
    Fairness,
    /// That data of somebody else is used as its licence says.
    Licence(TableId),
    /// That a model forgets as its rows do.
    Retrained(TableId),
    /// That data is covered on its way.
    Transfer(DestinationId),
    /// That lists are never held against each other.
    Apart(DestinationId),
    /// That a destination looks for nobody by what must not spread.
    Seed(DestinationId),
    /// That data may train models of a destination.
    Training(DestinationId),
    /// That a destination gets what it needs alone.
    Needed(DestinationId),
    /// That data may serve the purpose.
    Allowed(TableId),
    /// That it is known where data came from.
    Origin(TableId),
    /// That a special category is decided on.
    Special(&'static str),
    /// That somebody reviewed what a field no longer counts as.
    Release(FieldId),
    /// That the rules of another segment come along.
    Reference(SegmentId),
    /// That nothing identifying is handed out without need.
    Exposed,
    /// A policy of the house.
    Policy(PolicyId),
    /// That what is read is kept long enough and not too long.
    Kept(TableId),
    /// The same of links.
    KeptLinks(IdentityId),
    /// To say how long a membership lives.
    Membership,
    /// That a membership is renewed before it ends.
    Refresh,
    /// That a stay ends with the membership.
    Stay,
    /// That a destination's channel is one of the purpose.
    Channel(DestinationId),
    /// That a destination lets people go.
    Removal(DestinationId),
    /// That nobody leaves with too few.
    Minimum,
    /// That nobody is contacted too often.
    Cap,
    /// That a control group is drawn from the permitted.
    Holdout,
    /// Something that was found beyond all these.
    Found,
}

/// Where an obligation comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What kind of declaration.
    pub from: From,
    /// What it says.
    pub says: String,
    /// Where; `None` for a rule of the language.
    pub place: Option<Span>,
}

/// What asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum From {
    /// The language itself.
    Language,
    /// A purpose.
    Purpose,
    /// A policy.
    Policy,
    /// A jurisdiction.
    Jurisdiction,
    /// A destination.
    Destination,
    /// What is read: an entity, a source, a list, a model.
    Source,
    /// A ledger, or an identity whose ids one speaks of.
    Ledger,
    /// Another segment.
    Segment,
    /// The segment itself.
    Itself,
}

/// What discharges an obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discharge {
    /// By what.
    pub by: By,
    /// How, in words.
    pub says: String,
    /// The clause that does, where one does.
    pub place: Option<Span>,
    /// The question that is asked in what is emitted, where one is.
    pub conjunct: Option<Conjunct>,
}

/// By what an obligation is discharged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// A clause: somebody has written it down.
    Clause,
    /// A permission that the files give.
    Permission,
    /// A sum.
    Arithmetic,
    /// The guard, asked of each person in each run.
    Guard,
    /// The cut of what is read, in each run.
    Cut,
    /// Delivery, in each run.
    Delivery,
}

/// A question that what is emitted asks, by name. The plan of a segment has the same ones, which a test holds together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conjunct {
    /// Nobody passes.
    Suspended,
    /// Restricted or erased.
    Frozen,
    /// A grant for a purpose.
    Grant(String),
    /// A denial of a purpose.
    Denial(String),
    /// Members, or the people behind ids, are heard.
    Members,
    /// A ledger has rows.
    Speaks(String),
    /// A ledger is recent.
    Fresh(String),
    /// A column of addresses is plain.
    Plain(String),
    /// Links of ids are whole.
    Whole(String),
    /// The place where somebody lives decides.
    Residence,
    /// An age, in a jurisdiction or (without name) in the strictest reading of all.
    Adult(String, u32),
    /// No refusal of sale in a ledger.
    OptOut(String),
    /// Rows of a table are cut to what may be read.
    Cut(String),
    /// Links of ids are.
    CutLinks(String),
    /// Stored memberships are read only as long as they live.
    Stored,
    /// The guard of another segment.
    Referenced(String),
    /// A minimum.
    Minimum(u64),
    /// A cap.
    Cap(u64),
    /// A control group.
    Holdout(String),
}

impl Obligations {
    /// What a segment owes.
    pub fn of(model: &Model, facts: &Facts, id: SegmentId) -> Self {
        let segment = &model.segments[id];
        let mut derive = Derive { model, facts: facts.segment(id), segment, all: Vec::new() };
        derive.leave();
        derive.linked();
        derive.told();
        derive.promised();
        derive.used();
        derive.kept();
        Self { segment: id, all: derive.all, complete: model.complete }
    }

    /// Obligations that stand so.
    pub fn standing(&self, standing: Standing) -> impl Iterator<Item = &Obligation> {
        self.all.iter().filter(move |one| one.standing() == standing)
    }

    /// Every question that discharges something.
    pub fn conjuncts(&self) -> std::collections::BTreeSet<Conjunct> {
        self.all.iter().flat_map(|one| &one.discharged).filter_map(|by| by.conjunct.clone()).collect()
    }
}

impl Obligation {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        let worst = self.findings.iter().map(Finding::standing).max().unwrap_or(Standing::Discharged);
        let bare = if self.discharged.is_empty() && self.findings.is_empty() { Standing::Open } else { worst };
        bare.max(worst)
    }
}

/// The derivation of one segment.
struct Derive<'m> {
    model: &'m Model,
    facts: &'m SegmentFacts,
    segment: &'m Segment,
    all: Vec<Obligation>,
}

/// An obligation while it is put together.
struct Draft(Obligation);

impl Derive<'_> {
    fn owe(&mut self, draft: Draft) {
        self.all.push(draft.0);
    }
}

impl Draft {
    fn new(duty: Duty, owed: impl Into<String>) -> Self {
        Self(Obligation {
            duty,
            owed: owed.into(),
            origins: Vec::new(),
            discharged: Vec::new(),
            sums: Vec::new(),
            steps: Vec::new(),
            findings: Vec::new(),
        })
    }

    fn from(mut self, from: From, says: impl Into<String>, place: Option<Span>) -> Self {
        self.0.origins.push(Origin { from, says: says.into(), place });
        self
    }

    fn asked(self, by: By, conjunct: Conjunct, says: impl Into<String>) -> Self {
        self.discharge(Discharge { by, says: says.into(), place: None, conjunct: Some(conjunct) })
    }

    fn by(self, by: By, says: impl Into<String>, place: Option<Span>) -> Self {
        self.discharge(Discharge { by, says: says.into(), place, conjunct: None })
    }

    fn discharge(mut self, by: Discharge) -> Self {
        self.0.discharged.push(by);
        self
    }

    /// A sum, which discharges where it holds.
    fn sum(mut self, sum: Sum) -> Self {
        self.0.sums.push(sum);
        self
    }

    fn step(mut self, step: impl Into<String>) -> Self {
        self.0.steps.push(step.into());
        self
    }
}
