//! What may be done with data: purposes, destinations, jurisdictions, policies and exceptions.

use super::{Clause, Date, Duration, Lost, Name, Origin, Path, PurposePromises, Text};
use crate::source::{Span, Spanned};

/// `purpose marketing.email { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// Its dotted name; the dots make the hierarchy.
    pub name: Path,
    /// `title "Marketing"`
    pub title: Clause<Text>,
    /// `basis consent`
    pub basis: Clause<Basis>,
    /// `valid 24 months`, `valid without end because "…"`
    pub valid: Clause<Valid>,
    /// `channel email`
    pub channel: Clause<Name>,
    /// `notice from "2025-01"`
    pub notice_from: Clause<Text>,
    /// `assessment "LIA-7"`
    pub assessment: Clause<Text>,
    /// `because "…"`
    pub because: Clause<Text>,
    /// `campaign political`: what people are to be moved to.
    pub campaign: Clause<Campaign>,
    /// `suspended because "incident 12"`
    pub suspended: Clause<Text>,
    /// `formerly service_notice`
    pub formerly: Clause<Vec<Path>>,
    /// What it says to people.
    pub promises: PurposePromises,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// What a campaign is about, where rules of its own hold for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Campaign {
    /// `political`
    Political,
    /// `housing`
    Housing,
    /// `jobs`
    Jobs,
    /// `credit`
    Credit,
    /// `insurance`
    Insurance,
}

/// On whose leave a purpose uses data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// `consent`
    Consent,
    /// `legitimate interest`
    LegitimateInterest,
    /// `contract`
    Contract,
    /// `legal duty`
    LegalDuty,
}

/// How long a grant is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Valid {
    /// `24 months`
    For(Duration),
    /// `without end because "…"`
    WithoutEnd {
        /// The reason.
        because: Text,
    },
}

/// `destination mailer { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Its name.
    pub name: Name,
    /// `title "Mail house"`
    pub title: Clause<Text>,
    /// `channel email`
    pub channel: Clause<Name>,
    /// `region EU`
    pub region: Clause<Name>,
    /// `transfer under "SCC-12"`: what covers the data on its way to another region.
    pub transfer: Clause<Text>,
    /// `match email hashed`
    pub matches: Clause<Match>,
    /// `lag 1 hour`: how long a removal takes there.
    pub lag: Clause<Duration>,
    /// `removes members`; whether `by hand`.
    pub removes_members: Clause<bool>,
    /// `isolates lists because "…"`
    pub isolates: Clause<Text>,
    /// `expires after 30 days`
    pub expires_after: Clause<Duration>,
    /// `outside party`, `service provider under contract "…"`
    pub provider: Clause<Provider>,
    /// `minimum 1000 people`
    pub minimum: Clause<u64>,
    /// `controller "Brand B"`: for whom it works.
    pub controllers: Clause<Vec<Text>>,
    /// `decides "who is offered credit"`: what happens to people there without a person looking.
    pub decides: Clause<Text>,
    /// `expands audiences`: it looks for people who resemble those that it was given.
    pub expands: Clause<()>,
    /// `trains models for analytics`
    pub trains: Clause<Vec<Path>>,
    /// `takes loyalty_tier`, `takes nothing`
    pub takes: Clause<Vec<Name>>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `email hashed`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The field by which the destination knows people.
    pub field: Path,
    /// Whether it leaves hashed.
    pub hashed: bool,
}

/// Who receives the members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// `outside party`
    OutsideParty,
    /// `service provider under contract "C-12"`
    ServiceProvider {
        /// The contract.
        contract: Text,
    },
}

/// `jurisdiction eu { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jurisdiction {
    /// Its name.
    pub name: Name,
    /// `title "European Union"`
    pub title: Clause<Text>,
    /// `countries "DE", "FR"`
    pub countries: Clause<Vec<Text>>,
    /// `absent means yes` is `true`, `absent means no` is `false`.
    pub absent_means_yes: Clause<bool>,
    /// `adult at 16`: years.
    pub adult_at: Clause<u64>,
    /// `sale opt out from ledger gpc`
    pub sale_opt_out: Clause<Name>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `policy no_health_in_ads { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: Name,
    /// `title "Health never reaches advertising"`
    pub title: Clause<Text>,
    /// `class SEN-01`
    pub class: Clause<String>,
    /// `applies to channel ads, except purpose service`
    pub applies: Clause<AppliesTo>,
    /// `forbid category health`
    pub forbid: Clause<Vec<Forbid>>,
    /// `require consent p for category c`
    pub require: Clause<Vec<Require>>,
    /// `minimum 50 people`
    pub minimum: Clause<u64>,
    /// `limit conditions 12`
    pub limit: Clause<Vec<Limit>>,
    /// `because "DSA Art. 26(3)"`
    pub because: Clause<Text>,
    /// `level error, no exceptions`
    pub level: Clause<Level>,
    /// `since 2024-02-17`, `since 2024-02-17 unverified`
    pub since: Clause<Since>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `2024-02-17 unverified`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The first day.
    pub day: Date,
    /// Whether nobody has checked the day.
    pub unverified: bool,
}

/// `channel ads, except purpose service`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliesTo {
    /// To any of these, each of which may be several things that `and` joins; at least one.
    pub to: Vec<Vec<Scope>>,
    /// But not to segments of these purposes.
    pub except_purposes: Vec<Path>,
}

/// What a policy applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// `any`
    Any(Span),
    /// `channel ads`
    Channel(Name),
    /// `purpose marketing`: narrower ones too.
    Purpose(Path),
    /// `destination mailer`
    Destination(Name),
    /// `jurisdiction eu`
    Jurisdiction(Name),
    /// `region US`: where a destination stands.
    Region(Name),
    /// `basis consent`
    Basis {
        /// Which.
        basis: Basis,
        /// Where.
        span: Span,
    },
    /// `campaign political`
    Campaign {
        /// Which.
        campaign: Campaign,
        /// Where.
        span: Span,
    },
    /// `outside party`
    OutsideParty(Span),
}

/// What a policy forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forbid {
    /// `category health`
    Category(Path),
    /// `targeting financial.vulnerability`: nobody is picked by it; leaving people out by it is fine.
    Targeting(Path),
    /// `combining location.postcode, demographic.birth_date`: all of these read or exposed by one segment.
    Combining {
        /// The categories; as many as are written.
        categories: Vec<Path>,
        /// From `combining` to the last.
        span: Span,
    },
    /// `origin third party`; the names of a third party are absent here: the kind alone is forbidden.
    Origin {
        /// Which kind.
        origin: OriginKind,
        /// Where.
        span: Span,
    },
    /// `field customer.income`
    Field(Path),
}

/// A kind of [`Origin`], as policies name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OriginKind {
    /// `first party`
    FirstParty,
    /// `volunteered`
    Volunteered,
    /// `third party`
    ThirdParty,
}

impl Origin {
    /// Its kind, as policies name it.
    pub fn kind(&self) -> OriginKind {
        match self {
            Origin::FirstParty => OriginKind::FirstParty,
            Origin::Volunteered => OriginKind::Volunteered,
            Origin::ThirdParty { .. } => OriginKind::ThirdParty,
        }
    }
}

/// What a policy requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Require {
    /// `consent profiling for category health`
    Consent {
        /// The purpose whose grant is required.
        purpose: Path,
        /// Where data of this category is read; `None` where nothing follows: always.
        category: Option<Path>,
    },
    /// `adult`
    Adult(Span),
    /// `assessment`, `assessment for category health`
    Assessment {
        /// Where.
        span: Span,
        /// Where data of this category is read; `None` where nothing follows: always.
        category: Option<Path>,
    },
    /// `review`
    Review(Span),
    /// `basis consent`
    Basis {
        /// Which.
        basis: Basis,
        /// Where.
        span: Span,
    },
    /// `register`
    Register(Span),
    /// `cap`
    Cap(Span),
    /// `transfer cover outside EU, EEA`
    Cover {
        /// Regions that need none.
        outside: Vec<Name>,
        /// Where.
        span: Span,
    },
}

/// What a policy limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// `conditions 12`
    Conditions(Spanned<u64>),
    /// `retain 30 days`
    Retain(Duration),
    /// `window 24 months`
    Window(Duration),
    /// `removal lag 1 day`
    RemovalLag(Duration),
    /// `lists 6`: audiences of one destination that ask the same of people.
    Lists(Spanned<u64>),
}

/// `error, no exceptions`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// How much a breach weighs.
    pub word: LevelWord,
    /// Whether exceptions are refused.
    pub no_exceptions: bool,
}

/// How much a breach of a policy weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LevelWord {
    /// `note`
    Note,
    /// `warning`
    Warning,
    /// `error`
    Error,
}

/// `exception to no_reid for store_opening_invites { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionTo {
    /// The policy.
    pub policy: Name,
    /// The segment.
    pub segment: Name,
    /// `approved by "dpo@shop.example" on 2026-05-02`
    pub approved: Clause<Approval>,
    /// `until 2026-12-31`
    pub until: Clause<Date>,
    /// `because "…"`
    pub because: Clause<Text>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `by "dpo@shop.example" on 2026-05-02`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub by: Text,
    /// When.
    pub on: Date,
}
