//! Ledgers of both kinds: tables of consent events, and tables of present states.

use super::{Clause, Date, Duration, Literal, Lost, Moment, Name, Path, Retain, Subject, Table, Text};
use crate::source::{Span, Spanned};

/// `ledger consent of customer { … }`. A ledger with `columns` is one of present states, one with `purposes` or `states` one of events;
/// whether it is both or neither has not been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Its name.
    pub name: Name,
    /// The entity it speaks of.
    pub of: Name,
    /// `table privacy.consent_events`
    pub table: Clause<Table>,
    /// `subject customer_id`, `subject email -> customer.email`
    pub subject: Clause<Subject>,
    /// `purposes purpose_code { … }`
    pub purposes: Clause<PurposeCodes>,
    /// `states status { … }`
    pub states: Clause<StateCodes>,
    /// `at decided_at`
    pub at: Clause<Moment>,
    /// `until valid_until`
    pub until: Clause<Moment>,
    /// `version notice_version`, `version notice_version in order "v1", "v2"`
    pub version: Clause<VersionColumn>,
    /// `evidence record_id`
    pub evidence: Clause<Name>,
    /// `fresh within 6 hours by loaded_at`
    pub fresh: Clause<Fresh>,
    /// `skew 5 minutes`
    pub skew: Clause<Duration>,
    /// `retain 72 months`
    pub retain: Clause<Retain>,
    /// `current fresh within 1 day by exported_at`, `current taken 2017-07-01`
    pub current: Clause<Current>,
    /// `column email_promotion … { … }`, in order.
    pub columns: Vec<StateColumn>,
    /// `controller "Brand A"`: to whom the yes was given.
    pub controllers: Clause<Vec<Text>>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}

/// `purpose_code { "mkt_email" = marketing.email and narrower   "*" = every }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeCodes {
    /// The column of codes.
    pub column: Name,
    /// What each code means, in order.
    pub codes: Vec<PurposeCode>,
}

/// `"mkt_email" = marketing.email and narrower`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeCode {
    /// The code in the column.
    pub code: Literal,
    /// What it means.
    pub target: PurposeTarget,
    /// The whole entry.
    pub span: Span,
}

/// What a purpose code means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PurposeTarget {
    /// These purposes; at least one.
    Purposes(Vec<PurposeGrant>),
    /// `none`: rows of this code say nothing.
    None(Span),
    /// `every`: all purposes, for denials.
    Every(Span),
}

/// `marketing.email and narrower`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeGrant {
    /// The purpose.
    pub purpose: Path,
    /// Whether a grant reaches narrower ones too.
    pub narrower: bool,
    /// `bundled`: the yes was given together with others, in one.
    pub bundled: bool,
}

/// `status { granted "opt_in"   withdrawn "opt_out", "revoked" }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCodes {
    /// The column of states.
    pub column: Name,
    /// Which values mean what, in order; empty where a table of signals says it.
    pub codes: Vec<Codes>,
    /// `as gpp_opt_out`: the built-in table of signals.
    pub signals: Option<Name>,
}

/// `granted "opt_in", "double_opt_in"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// The state.
    pub state: Spanned<LedgerState>,
    /// The values that mean it; at least one.
    pub values: Vec<Literal>,
    /// The whole entry.
    pub span: Span,
}

/// What a ledger's row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LedgerState {
    /// `granted`
    Granted,
    /// `withdrawn`
    Withdrawn,
    /// `objected`
    Objected,
    /// `restricted`
    Restricted,
    /// `released`
    Released,
    /// `erased`
    Erased,
    /// `nothing`: known, and says nothing.
    Silent,
}

/// `notice_version`, `notice_version in order "v1", "v2"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionColumn {
    /// The column.
    pub column: Name,
    /// The versions from oldest to newest, where they are no days or months. Empty where none are written.
    pub order: Vec<Text>,
}

/// `within 6 hours by loaded_at`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// The age from which a feed counts as stale.
    pub within: Duration,
    /// The column whose latest known time is the watermark.
    pub by: Option<Moment>,
}

/// When the present states were true. At least one of the two is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// `taken 2017-07-01`: the day of the export.
    pub taken: Option<Date>,
    /// `fresh within 1 day by exported_at`
    pub fresh: Option<Fresh>,
}

/// `column email_promotion since promoted_at version promotion_notice { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateColumn {
    /// The column.
    pub column: Name,
    /// `since promoted_at`: when the state began.
    pub since: Option<Moment>,
    /// `version promotion_notice`: the notice it was given under.
    pub version: Option<VersionColumn>,
    /// What its values mean, in order. Whether they are total has not been checked.
    pub cases: Vec<ColumnCase>,
    /// `as consent_mode for marketing.ads`: the built-in table of signals, and what it speaks of.
    pub signals: Option<(Name, Vec<PurposeGrant>)>,
    /// The whole clause.
    pub span: Span,
}

/// `1 grants marketing.email`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnCase {
    /// Which values.
    pub when: CaseWhen,
    /// What they mean.
    pub then: CaseThen,
    /// The whole entry.
    pub span: Span,
}

/// Which values of a state column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseWhen {
    /// `1`, `true`, `"yes"`, `1, 2`; at least one.
    Values(Vec<Literal>),
    /// `missing`
    Missing(Span),
    /// `else`
    Else(Span),
}

/// What a value of a state column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseThen {
    /// `grants marketing.email, marketing.ads`; at least one.
    Grants(Vec<PurposeGrant>),
    /// `refuses every`, `refuses marketing.email`, `refuses channel post`; at least one.
    Refuses(Vec<Refusal>),
    /// `nothing`
    Nothing(Span),
}

/// What is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// `every`
    Every(Span),
    /// `marketing.email`
    Purpose(Path),
    /// `channel post`
    Channel(Name),
}
