//! From trees to the resolved program: names, keys, types, windows. Never fails; what cannot be resolved is reported and left out.

use crate::diagnostic::Diagnostic;
use crate::source::SourceMap;
use crate::syntax::Parsed;

use super::config::Config;
use super::{Model, Project};

/// Resolves and types a whole project. The order of files and declarations means nothing.
pub fn resolve(config: &Config, _sources: &SourceMap, _files: &[Parsed]) -> (Model, Vec<Diagnostic>) {
    let project =
        Project { name: config.name.clone(), timezone: config.timezone.clone(), schema: config.schema.value.clone() };
    (Model::new(project), Vec::new())
}
