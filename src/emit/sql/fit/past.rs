//! What a build at another instant writes: questions for counts and tests.
//!
//! A view that binds an instant of the past would show people who have said no, or were erased, since; put in the place of the
//! audience's own view it would bring them back. So none is made: the file holds a header and one proved SELECT, which changes nothing.

use super::{Fitted, header, placement};
use crate::diagnostic::Diagnostic;
use crate::emit::Artefact;
use crate::model::Instant;

impl Fitted<'_> {
    /// The questions, `sql/<dialect>/<name>.sql`, where the views of a build without an instant stand.
    pub(in crate::emit::sql) fn questions(&self, as_of: Instant) -> Result<Vec<Artefact>, Vec<Diagnostic>> {
        let file = |name: &str, head: String, query: String| Artefact {
            path: format!("sql/{}/{name}.sql", self.dialect.name),
            bytes: format!("{head}\n{query};\n").into_bytes(),
        };
        let segments = self.segments.iter().map(|(plan, _)| {
            let query = self.proved_query(plan, Some(as_of))?;
            Ok(file(&plan.about.name, header::header(plan, self.dialect, self.home.ground, Some(as_of)), query))
        });
        let placements = self.placements.iter().map(|(plan, _)| {
            let query = placement::proved_query(self.dialect, plan, Some(as_of))?;
            Ok(file(&plan.name, header::of_placement(plan, self.dialect, self.home.ground, Some(as_of)), query))
        });
        segments.chain(placements).collect()
    }
}
