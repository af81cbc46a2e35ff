//! A reviewed release: a field that no longer counts as what it was made of.

use super::{Approval, Clause, Date, Lost, Path, Text};

/// `release churn_risk.score from health { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The field: `churn_risk.score`.
    pub field: Path,
    /// The categories that it is released from, each by its exact name.
    pub from: Vec<Path>,
    /// `approved by "dpo@shop.example" on 2026-05-02`
    pub approved: Clause<Approval>,
    /// `until 2026-12-31`
    pub until: Clause<Date>,
    /// `because "…"`
    pub because: Clause<Text>,
    /// What could not be read or is not supported.
    pub lost: Lost,
}
