//! Who may be reached: consent, objection, restriction, age and opt-out as data.
//!
//! # Who passes (all evaluators do exactly this)
//!
//! Every ledger is first read into *statements* of its subject keys (see [`LedgerRows`]). A subject passes iff none of
//! [`Guard::suspended`] and the control checks empties the run and, for every [`PurposeGuard`] and its own jurisdiction:
//!
//! - **frozen** (always): neither the subject nor anyone linked has an `erased`, or a `restricted` without a `released` of the
//!   same key and ledger at a known time strictly after it. A `released` at or after now + skew does not count; a `restricted` or
//!   `erased` counts up to now + skew, and for ever where its time is unknown.
//! - **denials** (bases consent and legitimate interest): the statements of denial that cover the purpose or a channel, of
//!   the subject or anyone linked, whose time is unknown or ≤ now + skew. Unknown purpose or state on a row denies everything.
//! - **grants** (of the subject's own key or address, never of anyone linked): statements that cover the purpose, with a
//!   known time ≤ now, time ≥ now − valid, time ≥ now − the ledger's retention, a notice version that is recent enough.
//! - *consent*: (a grant counts, or the jurisdiction lets absence mean yes) and the latest grant that counts is strictly after
//!   every denial; with no grant, there is no denial at all. A denial of unknown time is never before a grant.
//! - *legitimate interest*: every denial is strictly before a later grant of the same key in the same ledger (the key that denied: the
//!   subject's own key or address, or the linked id's own, under the same `valid`, notice and retention rules).
//! - *contract*, *legal duty*: nothing but frozen.
//! - **adult**: the subject is at least as old as its jurisdiction asks; unknown age is a minor's.
//! - **opt-outs**: where asked, the ledgers named hold no denial (of whatever purpose) of the subject or anyone linked.
//!
//! *Linked* are: the ids linked to the subject by an identity (statements of ledgers of that identity); other subjects that share
//! such an id; other subjects that share the address that a destination matches on; for accounts and households: their
//! members; for ids: their person. No further hops. A link counts whatever its time, unknown or future included: links are read for denials only, and
//! more links only keep people out.
//!
//! *Spellings*: keys that are texts, of subjects and of linked ids, are one for denials, restrictions, erasures and links whatever their
//! outer blanks (space, tab, line ends) and capital ASCII letters: what was said under `A ` reaches `a`, and both where both are there. A
//! grant, a release, and what lifts an objection need the very key. (Addresses that key a ledger must be plain: see `control`.)
//!
//! Clocks known by day: a grant's time is its day's first instant; a denial's is compared with now by that first instant and with a
//! grant by the day's last microsecond.
//!
//! An `until` of a granted row is a withdrawal at that instant (its day's first where known by day) by the same key: it denies what its
//! code denies, narrower and broader purposes too, though a grant that reaches them may not have been one; an `until` that is there but unreadable or out of range is a denial of unknown time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ColumnKind, Path};
use crate::model::{Basis, Channel, ConsentState, Date, Length, SubjectKind, Value};

/// Who passes. Channels and purposes have been resolved into coverage per ledger code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// Index of the entity's table in the plan.
    pub entity: usize,
    /// What its subjects are.
    pub kind: SubjectKind,
    /// Why nobody passes at all: a purpose is suspended.
    pub suspended: Option<String>,
    /// One for every purpose that must hold; all must.
    pub purposes: Vec<PurposeGuard>,
    /// Every ledger of the entity, of ids linked to it, and of its members: each is read for denials and restrictions.
    pub ledgers: Vec<Ledger>,
    /// Every identity whose ids are linked to the entity and of whose ids a ledger speaks.
    pub identities: Vec<Identity>,
    /// Contact columns (paths from the subject) that this segment's destinations match on, or that key a ledger: subjects that
    /// share such an address, by destination, are linked. Two spellings of one address are one: outer blanks (space, tab, line
    /// ends) and capital ASCII letters make no difference, as what somebody said under one reaches the other.
    pub shared: Vec<Path>,
    /// For accounts and households: where their members are.
    pub members: Vec<Members>,
    /// Contact columns that key a ledger: control cells. A cell that is not normalised (an upper-case ASCII letter, or white space of any kind,
    /// Unicode's, at an end) empties the run; a subject whose cell is missing does not pass. (A missing entity key empties the run always.)
    pub control: Vec<Path>,
    /// How jurisdictions are told.
    pub residence: Residence,
    /// The birth date's path, for people of whom an age is asked.
    pub birth: Option<Path>,
}

/// What one purpose demands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PurposeGuard {
    /// Its dotted name.
    pub purpose: String,
    /// Its basis.
    pub basis: Basis,
    /// How old a grant may be; `None` without end.
    pub valid: Option<Length>,
    /// The oldest notice that still covers it, as written.
    pub notice: Option<String>,
    /// The channels by which its people are reached here: the purpose's own and every destination's.
    pub channels: Vec<Channel>,
}

/// How jurisdictions are told, and what they ask. An absent, unlisted or unknown country takes [`Residence::strictest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Residence {
    /// The column that holds the country; `None`: `always` one jurisdiction (then `rules` holds exactly that one, and `strictest`
    /// equals it), or undeclared, or asked by no basis (then `rules` is empty).
    pub path: Option<Path>,
    /// Countries and what holds there.
    pub rules: Vec<Jurisdiction>,
    /// The strictest aspect by aspect over every declared jurisdiction: absence means no, highest adult age, every opt-out. With
    /// no jurisdiction declared: absence means no, no age, no opt-out.
    pub strictest: Asks,
}

/// A jurisdiction's countries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    /// Its name.
    pub name: String,
    /// Countries as the column holds them.
    pub countries: Vec<String>,
    /// What it asks.
    pub asks: Asks,
}

/// What a jurisdiction asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asks {
    /// Whether somebody who was never asked may be reached (consent purposes only).
    pub absent_means_yes: bool,
    /// The age from which one is an adult, for people and for bases consent and legitimate interest; `None`: not asked.
    pub adult_at: Option<u32>,
    /// Indices of ledgers that must hold no denial; empty unless a destination is an outside party.
    pub opt_outs: Vec<usize>,
}

/// A ledger, physically.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// Its name.
    pub name: String,
    /// Its table in the warehouse.
    pub physical: Vec<String>,
    /// The column that says whose row it is.
    pub subject: String,
    /// What that column is compared with.
    pub keyed_by: KeyedBy,
    /// Read for `sale opt out` only: its statements neither grant nor deny any purpose.
    pub only_opt_out: bool,
    /// How long its grants stay believable; `None` while listed.
    pub retention: Option<Length>,
    /// How far a denial's clock may run ahead.
    pub skew: Length,
    /// When the run is empty because the feed is old. Besides, a ledger that is missing or has no row empties the run.
    pub fresh: Option<Fresh>,
    /// Its statements. A denial (or a row of doubt, restriction or erasure) without subject empties the run; a grant (or anything
    /// else) without subject is ignored.
    pub rows: LedgerRows,
}

/// Whose key a ledger's subject is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum KeyedBy {
    /// The guard's entity.
    Entity,
    /// A contact column of the guard's entity, as a path from the subject. Ledger subjects are control cells too: an unnormalised one empties the run.
    Contact(Path),
    /// Ids of `Guard::identities[i]`: denials spread to whom they are linked to, grants to nobody.
    Identity(usize),
    /// The key of `Guard::members[i]`: denials reach the account or household, grants nobody.
    Member(usize),
    /// A contact column of members: as above, by address.
    MemberContact {
        /// Index into `Guard::members`.
        members: usize,
        /// The column in the member table.
        column: usize,
    },
}

/// When a ledger's feed is too old.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fresh {
    /// The watermark is the latest known time ≤ now + skew in the column; older than `within` (watermark < now − within), or none, empties the run.
    Within {
        /// How old it may be.
        within: Length,
        /// The column.
        by: ClockColumn,
    },
    /// Taken on this civil day: before its first instant the run is empty; with `within`, from that long after it on, too.
    Taken {
        /// The day.
        on: Date,
        /// How old it may be.
        within: Option<Length>,
    },
}

/// A column of times in a control table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockColumn {
    /// Its name in the warehouse.
    pub column: String,
    /// Date, instant or wall.
    pub kind: ColumnKind,
}

/// How rows become statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "a plan holds a handful of ledgers")]
pub enum LedgerRows {
    /// One row, one decision. With a known purpose code: state `granted` is a grant of its coverage, `withdrawn` and `objected` a denial.
    /// Restricted, released and erased hold whatever the purpose. A granted row with an unknown purpose says nothing. Any other
    /// row with an unknown purpose, and any row with an unknown state, denies everything at its time.
    Events {
        /// The column of purpose codes.
        purpose_column: String,
        /// What each code covers for this segment; a code that is not listed is unknown.
        codes: Vec<Code>,
        /// The column of states.
        state_column: String,
        /// What each state means; one that is not listed is unknown.
        states: Vec<(String, ConsentState)>,
        /// When it was decided.
        at: ClockColumn,
        /// When a grant ends.
        until: Option<ClockColumn>,
        /// Which notice.
        version: Option<Version>,
        /// Which record it was.
        evidence: Option<String>,
    },
    /// One row per subject; each column speaks. A grant is older than every denial (its time is that of `since`, if any, for `valid`
    /// and now; compared with a denial it is the earliest time there is); a denial has unknown time. Several rows of one subject all speak.
    States {
        /// The columns.
        columns: Vec<StateColumn>,
    },
}

/// What a purpose code means for the purposes of this guard, by index into [`Guard::purposes`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code.
    pub code: String,
    /// A grant with it covers these purposes.
    pub grants: Vec<usize>,
    /// A denial with it covers these purposes.
    pub denies: Vec<usize>,
}

/// A column of present states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StateColumn {
    /// Its name in the warehouse.
    pub column: String,
    /// What its cells hold: text, boolean or integer. A cell that reads as something else is doubt and denies everything, as an
    /// unknown state of an event does; it never falls under `otherwise`. In CSV a whole number may be written as a decimal (`1.0` is
    /// 1), and any other number is a value that is not listed.
    pub kind: ColumnKind,
    /// Since when: the time of a grant for now, for `valid` and for the ledger's retention. Where it is declared and its cell is missing, out of
    /// range or after now, a grant grants nothing; where it is not, grants count only without `valid` and without retention.
    pub since: Option<ClockColumn>,
    /// Which notice.
    pub version: Option<Version>,
    /// What each value says; the first that fits.
    pub values: Vec<(Value, Says)>,
    /// What a missing cell says.
    pub missing: Says,
    /// What any other value says.
    pub otherwise: Says,
}

/// What a state says of the purposes of this guard.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Says {
    /// It grants these.
    pub grants: Vec<usize>,
    /// It denies these.
    pub denies: Vec<usize>,
    /// It denies something, be it of this guard's purposes or not (what `sale opt out` asks).
    pub refuses: bool,
}

/// A column of notice versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Its name in the warehouse.
    pub column: String,
    /// Oldest to newest; a version is recent enough if it stands at or after the purpose's notice. `None`: ISO days `YYYY-MM-DD` or months
    /// `YYYY-MM` that count as their first day, matching `^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$` and compared as text.
    pub order: Option<Vec<String>>,
}

/// Ids linked to the entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The name of the ids.
    pub name: String,
    /// Its table in the warehouse. Missing, it empties the run; empty, it links nobody. A row that lacks the id or the key, or
    /// whose key cannot be read, empties the run: nobody can say whose denials it carries.
    pub physical: Vec<String>,
    /// The column that holds the id, as text.
    pub from: String,
    /// The column that holds the entity's key.
    pub to: String,
}

/// Members of an account or household, or, for ids, the people whom they are linked to (then the table is the identity's).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// The member entity's table in the warehouse.
    pub physical: Vec<String>,
    /// Its key's column. A row without it empties the run.
    pub key: String,
    /// What that key is: a ledger's denial of what cannot be one is of nobody knows whom.
    pub kind: ColumnKind,
    /// The column that holds the account's or household's key. Where it is missing a person is nobody's member, but a link of an
    /// identity (the guard is of people or devices then) is of nobody knows which id and empties the run, as does a cell that
    /// cannot be read anywhere.
    pub belongs: String,
    /// Columns that ledgers of members are keyed by.
    pub contacts: Vec<String>,
}
