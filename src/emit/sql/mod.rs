//! SQL views: one file per segment and dialect, readable, commented, and proved by an independent reader before it is written.
//!
//! `fit` is the only door: it lowers every segment for a dialect, prints it, has `verify` re-read every statement, and gives the
//! proof token [`Fitted`] only where nothing is in doubt. `emit` cannot be called without it.

mod asked;
pub mod dialect;
mod fit;
mod header;
mod lower;
pub mod person;
mod placement;
mod print;
mod quote;
mod shadow;
pub mod tree;
mod upkeep;
mod verify;
mod view;

pub use dialect::{DIALECTS, Dialect, Tier};
pub use fit::{Fitted, fit, fit_segment};
pub use lower::ledger_columns;

/// How texts, names and comments are spelled in a dialect, and what the independent lexer reads there: for whoever tries the printers.
pub mod spelling {
    pub use super::quote::{comment, name, text};
    pub use super::verify::decoded;
}

use super::Artefact;
use crate::diagnostic::Diagnostic;
use crate::model::Instant;

/// The views of a project: `sql/<dialect>/<segment>.sql`, in the order of the segments. With `as_of` the instant of evaluation is bound
/// to that one; else it is the statement's. Every file is read again and proved; what is not proved is not given.
pub fn emit(fitted: &Fitted<'_>, as_of: Option<Instant>) -> Result<Vec<Artefact>, Vec<Diagnostic>> {
    fitted.artefacts(as_of)
}

/// The same at another instant, for counts and tests: one SELECT in each file and no view, as nobody is reached by a run over the past.
pub fn questions(fitted: &Fitted<'_>, as_of: Instant) -> Result<Vec<Artefact>, Vec<Diagnostic>> {
    fitted.questions(as_of)
}

/// The scripts that keep stored memberships, for every segment that stores any: `snapshots/<dialect>/<segment>/tables.sql` (once, and
/// before the view of a segment with `stay`), `upkeep.sql` (each run) and `erase.sql` (for one person). Upkeep is read again and
/// proved; what is not proved is not given.
pub fn snapshots(fitted: &Fitted<'_>) -> Result<Vec<Artefact>, Vec<Diagnostic>> {
    fitted.snapshots()
}
