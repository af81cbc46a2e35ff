//! Where rows come from. The library opens nothing itself: whoever runs it hands over bytes.

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma, header, double quotes, UTF-8; an empty cell is missing.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// The rows of one table.
#[derive(Debug, Clone)]
pub struct File {
    /// What people call it, for messages.
    pub name: String,
    /// How it is written.
    pub format: Format,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Whoever has files.
pub trait Source: Sync {
    /// The file of a physical table, its name's parts joined by dots; `None` where the project names none for it.
    ///
    /// # Errors
    /// Why the file that it names cannot be read, as people read it.
    fn open(&self, physical: &str) -> Result<Option<File>, String>;
}

/// Who wants to know how far a long run is.
pub trait Progress: Sync {
    /// `done` of `of` pieces of `what` are done.
    fn step(&self, what: &str, done: usize, of: usize);
}

/// Nobody wants to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _: &str, _: usize, _: usize) {}
}

/// Files in memory, by physical table.
impl Source for std::collections::BTreeMap<String, File> {
    fn open(&self, physical: &str) -> Result<Option<File>, String> {
        Ok(self.get(physical).cloned())
    }
}
