//! What people were told and promised: who acts, what a notice speaks of, how data was gathered, who looks at what is decided.

use crate::source::{Span, Spanned};

use super::*;

/// What a purpose says to people beside its basis, as written there; see [`Model::controllers`] and its like for what is inherited.
#[derive(Debug, Clone, Default)]
pub struct PurposePromises {
    /// Who acts; several act jointly.
    pub controllers: Option<Spanned<Vec<Spanned<String>>>>,
    /// The categories that its notice names.
    pub tells: Option<Spanned<Vec<Spanned<String>>>>,
    /// The destinations that its notice names.
    pub shares: Option<Spanned<Vec<Spanned<DestinationId>>>>,
    /// The sale from which addresses came, under the exception for existing customers.
    pub soft_opt_in: Option<Spanned<SoftOptIn>>,
    /// Why its messages are no advertising.
    pub advertises_nothing: Option<Spanned<String>>,
}

/// `soft opt in from orders because "…"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoftOptIn {
    /// The source of sales; `None` where it could not be resolved, reported.
    pub source: Option<TableId>,
    /// Why it holds.
    pub because: String,
}

/// How rows were gathered.
#[derive(Debug, Clone, Default)]
pub struct Gathering {
    /// The purpose to which people had agreed when a row was recorded; each reader asks whether they still do.
    pub collected_under: Option<Spanned<PurposeId>>,
    /// Whether people were told of data that came from somebody else.
    pub informed: Option<Spanned<Informed>>,
}

/// Whether people were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Informed {
    /// By which record.
    By(String),
    /// Why not.
    NotNeeded {
        /// The reason.
        because: String,
    },
}

/// What being in an audience decides about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decides {
    /// What.
    pub what: String,
    /// Who looks at each case before it takes effect.
    pub reviewed_by: Option<String>,
}

/// A grant that was given together with others, in one yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundled {
    /// What it grants.
    pub covers: Covers,
    /// Where the ledger says so.
    pub span: Span,
}

impl Covers {
    /// Whether a grant of this coverage grants a purpose.
    pub fn grants(self, model: &Model, purpose: PurposeId) -> bool {
        match self {
            Covers::Purpose { purpose: granted, and_narrower } => {
                granted == purpose || (and_narrower && model.is_within(purpose, granted))
            }
            Covers::Nothing | Covers::Every | Covers::Channel(_) => false,
        }
    }
}

impl Model {
    /// Who acts for a purpose, its own or the nearest broader one's; empty where nobody says.
    pub fn controllers(&self, purpose: PurposeId) -> &[Spanned<String>] {
        let written = self.broader(purpose).find_map(|id| self.purposes[id].promises.controllers.as_ref());
        written.map_or(&[], |written| written.value.as_slice())
    }

    /// The categories that the notice of a purpose names, its own or the nearest broader one's.
    pub fn tells(&self, purpose: PurposeId) -> Option<&Spanned<Vec<Spanned<String>>>> {
        self.broader(purpose).find_map(|id| self.purposes[id].promises.tells.as_ref())
    }

    /// The destinations that the notice of a purpose names, its own or the nearest broader one's.
    pub fn shares(&self, purpose: PurposeId) -> Option<&Spanned<Vec<Spanned<DestinationId>>>> {
        self.broader(purpose).find_map(|id| self.purposes[id].promises.shares.as_ref())
    }

    /// The exception for existing customers that a purpose rests on, its own or the nearest broader one's.
    pub fn soft_opt_in(&self, purpose: PurposeId) -> Option<&Spanned<SoftOptIn>> {
        self.broader(purpose).find_map(|id| self.purposes[id].promises.soft_opt_in.as_ref())
    }

    /// Why messages of a purpose are no advertising, its own reason or the nearest broader one's.
    pub fn advertises_nothing(&self, purpose: PurposeId) -> Option<&Spanned<String>> {
        self.broader(purpose).find_map(|id| self.purposes[id].promises.advertises_nothing.as_ref())
    }
}
