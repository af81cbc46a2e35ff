//! What people were told and promised: who acts, what a notice speaks of, how data was gathered, who looks at what is decided.

use super::{Clause, Name, Path, Text};

/// What a purpose says to people beside its basis.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PurposePromises {
    /// `controller "Brand A", "Brand B"`: who acts.
    pub controllers: Clause<Vec<Text>>,
    /// `tells of commercial, contact.email`: the categories that its notice names.
    pub tells: Clause<Vec<Path>>,
    /// `shares with ad_network`: the destinations that its notice names.
    pub shares: Clause<Vec<Name>>,
    /// `soft opt in from orders because "…"`
    pub soft_opt_in: Clause<SoftOptIn>,
    /// `advertises nothing because "…"`
    pub advertises_nothing: Clause<Text>,
}

/// `from orders because "our own similar goods"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoftOptIn {
    /// The source of sales.
    pub source: Name,
    /// Why it holds.
    pub because: Text,
}

/// How rows were gathered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gathering {
    /// `collected under consent analytics.web`
    pub collected: Clause<Path>,
    /// `informed "first letter"`, `informed not needed because "…"`
    pub informed: Clause<Informed>,
}

/// Whether people were told of data that came from somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Informed {
    /// By which record.
    By(Text),
    /// Why not.
    NotNeeded {
        /// The reason.
        because: Text,
    },
}

/// `"who is offered credit" reviewed by "credit desk"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decides {
    /// What.
    pub what: Text,
    /// Who looks at each case.
    pub reviewed_by: Option<Text>,
}
