//! What may be done with the data: purposes, destinations, jurisdictions, policies, exceptions.

use crate::source::{Span, Spanned};

use super::countries::is_part;
use super::*;

/// A purpose. Purposes form a hierarchy by their dots.
#[derive(Debug, Clone)]
pub struct Purpose {
    /// Its dotted name.
    pub name: Spanned<String>,
    /// The nearest broader purpose that is declared.
    pub parent: Option<PurposeId>,
    /// What people call it.
    pub title: Option<String>,
    /// The doc comment.
    pub doc: Option<String>,
    /// As written here; [`Model::basis`] inherits.
    pub basis: Option<Spanned<Basis>>,
    /// The balancing test behind a legitimate interest.
    pub assessment: Option<String>,
    /// As written here; [`Model::channel`] inherits.
    pub channel: Option<Spanned<Channel>>,
    /// The oldest notice that still covers it, as written here; [`Model::notice`] inherits.
    pub notice: Option<Spanned<String>>,
    /// How long a grant lasts, as written here; [`Model::valid`] inherits.
    pub valid: Option<Spanned<Valid>>,
    /// The reason behind a contract or a legal duty, or whatever else was worth saying.
    pub because: Option<String>,
    /// What the campaign is about, as written here; [`Model::campaign`] inherits.
    pub campaign: Option<Spanned<Campaign>>,
    /// Why nobody may be reached for it at present. Narrower purposes are suspended with it.
    pub suspended: Option<Spanned<String>>,
    /// Names that it had before: a rename that is recorded here gives nobody's data another purpose.
    pub formerly: Vec<Spanned<String>>,
    /// What it says to people.
    pub promises: PurposePromises,
    /// The whole declaration.
    pub span: Span,
    /// The inside of its braces.
    pub body: Span,
}

/// Why data may be used at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The person said yes.
    Consent,
    /// Our interest outweighs theirs, by an assessment.
    LegitimateInterest,
    /// A contract needs it.
    Contract,
    /// The law demands it.
    LegalDuty,
}

impl Basis {
    /// The words for it, as after "the basis is".
    pub fn words(self) -> &'static str {
        match self {
            Basis::Consent => "consent",
            Basis::LegitimateInterest => "legitimate interest",
            Basis::Contract => "contract",
            Basis::LegalDuty => "legal duty",
        }
    }

    /// Whether it is people's own choice: then they may refuse, and the adult age and the opt-out of sale bind.
    pub fn leaves_a_choice(self) -> bool {
        matches!(self, Basis::Consent | Basis::LegitimateInterest)
    }
}

/// Ways of reaching somebody.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the word itself")]
pub enum Channel {
    Email,
    Sms,
    Push,
    Phone,
    Post,
    Web,
    App,
    Ads,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 8] = [
        Channel::Email,
        Channel::Sms,
        Channel::Push,
        Channel::Phone,
        Channel::Post,
        Channel::Web,
        Channel::App,
        Channel::Ads,
    ];

    /// The word for it in the language.
    pub fn word(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Sms => "sms",
            Channel::Push => "push",
            Channel::Phone => "phone",
            Channel::Post => "post",
            Channel::Web => "web",
            Channel::App => "app",
            Channel::Ads => "ads",
        }
    }
}

/// How long a grant lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Valid {
    /// So long after it was given.
    For(Length),
    /// Without end, and why.
    WithoutEnd {
        /// The reason.
        because: String,
    },
}

/// Where members go.
#[derive(Debug, Clone)]
pub struct Destination {
    /// Its name.
    pub name: Spanned<String>,
    /// What people call it.
    pub title: Option<String>,
    /// The doc comment.
    pub doc: Option<String>,
    /// By which channel people are reached there. `None` where missing, reported.
    pub channel: Option<Spanned<Channel>>,
    /// Where it stands (`EU`, `US`).
    pub region: Option<Spanned<String>>,
    /// What covers the data on its way there (`transfer under "SCC-12"`).
    pub transfer: Option<Spanned<String>>,
    /// Whether it is an outside party that uses the data for itself.
    pub outside_party: Option<Span>,
    /// The contract of a service provider, which is no outside party.
    pub service_provider: Option<Spanned<String>>,
    /// The contact field that it matches on.
    pub matched: Option<Match>,
    /// The smallest audience it takes.
    pub minimum: Option<Spanned<u64>>,
    /// How long a change needs to reach it.
    pub lag: Option<Spanned<Length>>,
    /// Whether it removes people who left.
    pub removes_members: Option<Span>,
    /// Whether somebody does that by hand.
    pub removes_by_hand: bool,
    /// Why its lists can never be held against each other there.
    pub isolates: Option<Spanned<String>>,
    /// After how long it forgets by itself.
    pub expires: Option<Spanned<Length>>,
    /// For whom it works; empty where nobody says.
    pub controllers: Vec<Spanned<String>>,
    /// What happens to people there without a person looking.
    pub decides: Option<Spanned<String>>,
    /// Whether it looks for people who resemble those that it was given.
    pub expands: Option<Span>,
    /// The purposes for which it trains models on whom it was given.
    pub trains: Option<Spanned<Vec<Spanned<PurposeId>>>>,
    /// The columns that it needs beside the key, where it says so.
    pub takes: Option<Spanned<Vec<Spanned<String>>>>,
    /// The whole declaration.
    pub span: Span,
    /// The inside of its braces.
    pub body: Span,
}

/// `match email hashed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The name of the field on the segment's entity.
    pub field: Spanned<String>,
    /// Whether it leaves only as its SHA-256.
    pub hashed: bool,
}

/// Rules of a place.
#[derive(Debug, Clone)]
pub struct Jurisdiction {
    /// Its name.
    pub name: Spanned<String>,
    /// What people call it.
    pub title: Option<String>,
    /// Countries as the residence field holds them.
    pub countries: Vec<Spanned<String>>,
    /// Whether somebody who was never asked may be reached.
    pub absent_means_yes: bool,
    /// The age from which one is an adult; `None`: it does not ask.
    pub adult_at: Option<Spanned<u32>>,
    /// The ledger that holds opt-outs of sale.
    pub sale_opt_out: Option<Spanned<LedgerId>>,
    /// The whole declaration.
    pub span: Span,
}

/// A rule of the project's own.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name.
    pub name: Spanned<String>,
    /// What people call it.
    pub title: Option<String>,
    /// The doc comment.
    pub doc: Option<String>,
    /// Where it holds: any of these.
    pub applies: Vec<Spanned<Applies>>,
    /// Purposes (with narrower ones) for which it does not.
    pub except_purposes: Vec<Spanned<PurposeId>>,
    /// What it demands: all of these.
    pub demands: Vec<Spanned<Demand>>,
    /// Why.
    pub because: Option<String>,
    /// How its findings weigh; `error` unless written. A minimum is always enforced.
    pub level: crate::diagnostic::Severity,
    /// Whether an exception may suppress it.
    pub excepts: bool,
    /// The class of the catalogue that its findings are filed under; `POL-01` without.
    pub class: Option<Spanned<String>>,
    /// The pack that it comes with; `None`: the project's own.
    pub pack: Option<&'static str>,
    /// Whether nobody has checked the day of `since`.
    pub unverified: bool,
    /// In force since. Before that day its findings are warnings that say so; a minimum is enforced all the same.
    pub since: Option<Spanned<Date>>,
    /// The whole declaration.
    pub span: Span,
}

impl Policy {
    /// Whether it refuses on a day: in force by then, and an error.
    pub fn refuses_on(&self, day: Date) -> bool {
        self.level == crate::diagnostic::Severity::Error && self.since.as_ref().is_none_or(|since| since.value <= day)
    }
}

/// What a policy applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applies {
    /// Every segment.
    Any,
    /// Segments that reach a destination of this channel, or whose purpose has it.
    Channel(Channel),
    /// Segments of this purpose or a narrower one.
    Purpose(PurposeId),
    /// Segments that go there.
    Destination(DestinationId),
    /// Segments of an entity whose residence may lie there.
    Jurisdiction(JurisdictionId),
    /// Segments of an entity whose people may live in one of these countries: what a pack's jurisdiction means, whatever jurisdictions
    /// the project declares.
    Countries(Vec<String>),
    /// Segments that go to a destination of this region.
    Region(String),
    /// Segments of a purpose that rests on this basis.
    Basis(Basis),
    /// Segments of a purpose that serves such a campaign.
    Campaign(Campaign),
    /// Segments that go to an outside party.
    OutsideParty,
    /// Segments to which all of these apply.
    All(Vec<Applies>),
}

/// What a policy demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// No data of this category, or a narrower one.
    ForbidCategory(String),
    /// Nobody is picked by data of this category; leaving people out by it is fine.
    ForbidTargeting(String),
    /// Not all of these categories together, read or exposed.
    ForbidCombining(Vec<String>),
    /// No data of this origin.
    ForbidOrigin(OriginKind),
    /// Not this field.
    ForbidField(FieldId),
    /// The consent clause names this purpose wherever data of the category is read.
    RequireConsent {
        /// The purpose.
        purpose: PurposeId,
        /// The category; `None`: always, whatever is read.
        category: Option<String>,
    },
    /// Every jurisdiction that may apply asks for an age, and the entity says who is a minor.
    RequireAdult,
    /// The purpose names an assessment, wherever data of the category is read; `None`: always.
    RequireAssessment(Option<String>),
    /// The segment has a `review` clause.
    RequireReview,
    /// Every purpose rests on this basis.
    RequireBasis(Basis),
    /// Some ledger hears refusals of the channels by which people are reached.
    RequireRegister,
    /// The segment has a `cap` clause.
    RequireCap,
    /// Destinations say where they stand, and one outside these regions says what covers the data on its way.
    RequireCover(Vec<String>),
    /// The smallest audience, in people.
    Minimum(u64),
    /// At most so many comparisons, row conditions and references.
    LimitConditions(u64),
    /// A segment's `retain` is at most this.
    LimitRetain(Length),
    /// No window is longer.
    LimitWindow(Length),
    /// `refresh` plus the destination's `lag` is at most this.
    LimitRemovalLag(Length),
    /// At most so many audiences of one destination that ask for the same data of the same people.
    LimitLists(u64),
}

impl Demand {
    /// The category about which it decides what may be done: it forbids it, or asks for a consent of its own.
    pub fn decides_category(&self) -> Option<&str> {
        match self {
            Demand::ForbidCategory(category) | Demand::RequireConsent { category: Some(category), .. } => {
                Some(category)
            }
            Demand::ForbidTargeting(_)
            | Demand::ForbidCombining(_)
            | Demand::ForbidOrigin(_)
            | Demand::ForbidField(_)
            | Demand::RequireConsent { category: None, .. }
            | Demand::RequireAdult
            | Demand::RequireAssessment(_)
            | Demand::RequireReview
            | Demand::RequireBasis(_)
            | Demand::RequireRegister
            | Demand::RequireCap
            | Demand::RequireCover(_)
            | Demand::Minimum(_)
            | Demand::LimitConditions(_)
            | Demand::LimitRetain(_)
            | Demand::LimitWindow(_)
            | Demand::LimitRemovalLag(_)
            | Demand::LimitLists(_) => None,
        }
    }
}

/// Origins, without their particulars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginKind {
    /// Observed by us.
    FirstParty,
    /// Told to us.
    Volunteered,
    /// Bought or lent.
    ThirdParty,
}

/// A reviewed exception to a policy.
#[derive(Debug, Clone)]
pub struct Exception {
    /// The policy.
    pub policy: Option<Spanned<PolicyId>>,
    /// The segments.
    pub segments: Vec<Spanned<SegmentId>>,
    /// Who approved it.
    pub approved_by: Option<Spanned<String>>,
    /// On which day.
    pub approved_on: Option<Spanned<Date>>,
    /// The last day on which it holds.
    pub until: Option<Spanned<Date>>,
    /// Why.
    pub because: Option<Spanned<String>>,
    /// The whole declaration.
    pub span: Span,
    /// The inside of its braces.
    pub body: Span,
}

impl Model {
    /// The jurisdictions of parts of a country: whoever lives in the country may live in one of these.
    pub fn laws_in_parts_of<'m>(&'m self, country: &'m str) -> impl DoubleEndedIterator<Item = &'m Jurisdiction> {
        let holds = move |law: &&Jurisdiction| law.countries.iter().any(|it| is_part(&it.value, country));
        self.jurisdictions.values().filter(holds)
    }
}
