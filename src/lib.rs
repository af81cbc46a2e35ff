//! Segma: a compiler for audience segments.
//!
//! The library has no input or output and no clock: texts, rows, days and instants are passed in, findings and artefacts are
//! returned. The command `segma` around it reads, asks the clock and writes.
#![doc = include_str!("../docs/architecture.md")]

pub mod change;
#[cfg(feature = "adbc")]
pub mod connect;
pub mod diagnostic;
pub mod emit;
pub mod faults;
pub mod import;
pub mod model;
pub mod plan;
pub mod privacy;
pub mod reference;
pub mod rules;
pub mod run;
pub mod source;
pub mod syntax;
pub mod witness;

use diagnostic::Diagnostic;
use model::Model;
use model::config::Config;
use rayon::prelude::*;
use source::SourceMap;

/// Reads and resolves every `.seg` file of `sources`, and the policy packs that the configuration names, which ship with the compiler;
/// other files (`segma.toml`) are passed over. Never fails: what is wrong is
/// reported, and a [`Model`] with anything wrong in it is not [`Model::complete`].
pub fn load(config: &Config, sources: &SourceMap) -> (Model, Vec<Diagnostic>) {
    let own = sources.files().filter(|(_, file)| file.path.ends_with(".seg") && !file.unread);
    let packs = config.packs.iter().filter_map(|pack| source::shipped::source(&pack.value));
    let texts: Vec<_> = own.chain(packs).collect();
    // Files are read side by side; the order of their findings is that of the files all the same.
    let files: Vec<syntax::Parsed> = texts.into_par_iter().map(|(id, file)| syntax::parse(id, &file.text)).collect();
    let (mut model, found) = model::resolve(config, sources, &files);
    let mut findings: Vec<Diagnostic> = files.into_iter().flat_map(|file| file.diagnostics).chain(found).collect();
    model.doubt(&findings);
    diagnostic::sort(&mut findings);
    diagnostic::forget_fixes_of_shipped(&mut findings);
    (model, findings)
}
