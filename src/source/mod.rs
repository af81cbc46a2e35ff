//! Texts, places in them, and arenas.
//!
//! A [`SourceMap`] owns every text of a project; everything later speaks of places by [`Span`] (twelve bytes, `Copy`).
//! The only line index lives here; rooms that report give byte offsets and never count lines.

mod arena;
mod says;
pub mod shipped;
mod span;

pub use arena::{Arena, Id};
pub use says::{is_blank, names_nothing, says_nothing};
pub use span::{Span, Spanned};

/// A file of the project, by its place in the [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// One text with the name that people know it by: its path relative to the project's folder, with `/`.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path relative to the project's folder, always with `/`.
    pub path: String,
    /// The text, as UTF-8, byte for byte as it was read.
    pub text: String,
    /// Whether the text is only shown: the file is no text, so nothing in it counts.
    pub unread: bool,
    line_starts: Vec<u32>,
}

/// A place as people count it: line and column from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineCol {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Every text of a project. Files are added in the order of their paths, so ids are deterministic.
#[derive(Debug, Default, Clone)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and returns its id. Texts over 4 GiB must have been refused by the caller.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let text = text.into();
        let line_starts = line_starts(&text);
        self.files.push(SourceFile { path: path.into(), text, line_starts, unread: false });
        id
    }

    /// Adds a text that is only shown, never read: what is left of a file that is no text.
    pub fn add_unread(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = self.add(path, text);
        if let Some(file) = self.files.last_mut() {
            file.unread = true;
        }
        id
    }

    /// Every file with its id, in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, file)| (FileId(u32::try_from(i).unwrap_or(u32::MAX)), file))
    }

    /// The file of an id that this map minted, or of a text that ships; `None` for an id of another map.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize).or_else(|| shipped::file(id))
    }

    /// The text under a span; empty where the span does not fit its file.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).and_then(|file| file.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// The path of a span's file, for messages.
    pub fn path(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |file| file.path.as_str())
    }

    /// The path of a span's file as people reach it; see [`SourceFile::shown`].
    pub fn shown(&self, span: Span, base: &str) -> String {
        self.get(span.file).map_or(String::new(), |file| file.shown(base))
    }

    /// Where a span begins, as people count it.
    pub fn line_col(&self, span: Span) -> LineCol {
        self.get(span.file).map_or(LineCol { line: 1, column: 1 }, |file| file.line_col(span.start))
    }

    /// Where a span ends (exclusive), as people count it.
    pub fn end_line_col(&self, span: Span) -> LineCol {
        self.get(span.file).map_or(LineCol { line: 1, column: 1 }, |file| file.line_col(span.end))
    }
}

impl SourceFile {
    /// Its path as people reach it; `base` leads to the project's folder and is empty or ends in `/`.
    pub fn shown(&self, base: &str) -> String {
        let base = if shipped::PACKS.iter().any(|pack| pack.path == self.path) { "" } else { base };
        format!("{base}{}", self.path)
    }

    /// The line and column of a byte offset.
    pub fn line_col(&self, offset: u32) -> LineCol {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start as usize..offset as usize).unwrap_or("");
        LineCol { line: line.max(1), column: before.chars().count() + 1 }
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(i, _)| i + 1);
    std::iter::once(0).chain(after_breaks).map(|i| u32::try_from(i).unwrap_or(u32::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_from_one_in_characters() {
        let mut map = SourceMap::new();
        let file = map.add("a.seg", "ä=1\nbc\n");
        let at = |start, end| map.line_col(Span::new(file, start, end));
        assert_eq!(at(0, 1), LineCol { line: 1, column: 1 });
        assert_eq!(at(2, 3), LineCol { line: 1, column: 2 });
        assert_eq!(at(5, 6), LineCol { line: 2, column: 1 });
        assert_eq!(map.slice(Span::new(file, 5, 7)), "bc");
    }
}
