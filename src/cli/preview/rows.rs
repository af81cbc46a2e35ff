//! The rows of a project: the files that `[data]` names, opened with the same distrust as its texts.

use segma::model::config::DataFormat;
use segma::run::{File, Format, Progress, Source};

use crate::cli::console::Console;
use crate::cli::files;
use crate::cli::project::Project;

/// The files of a project.
pub struct ProjectRows<'p> {
    /// The project.
    pub project: &'p Project,
}

impl Source for ProjectRows<'_> {
    fn open(&self, physical: &str) -> Result<Option<File>, String> {
        let Some(data) = self.project.config.data.get(physical) else { return Ok(None) };
        let read = files::read(&self.project.root, &self.project.root.join(&data.path), u64::MAX - 1);
        let bytes = read.map_err(|cause| format!("`{}` {cause}", data.path))?;
        let format = match data.format {
            DataFormat::Csv => Format::Csv,
            DataFormat::Parquet => Format::Parquet,
        };
        Ok(Some(File { name: data.path.clone(), format, bytes }))
    }
}

impl Progress for Console {
    fn step(&self, what: &str, done: usize, of: usize) {
        self.progress(&format!("{what} {done}/{of}"));
    }
}
