//! A fix, applied to a text or shown as the lines that it changes.

use std::collections::BTreeMap;

use super::Fix;
use crate::source::{FileId, SourceFile, SourceMap};

/// Neighbouring lines that a fix changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The file.
    pub file: FileId,
    /// The first line concerned, from 1.
    pub line: usize,
    /// The lines that go.
    pub old: Vec<String>,
    /// The lines that come.
    pub new: Vec<String>,
}

type Edits<'a> = Vec<(usize, usize, &'a str)>;

/// The text of a file after the fix; `None` where an edit does not fit it or two overlap.
pub fn apply(fix: &Fix, sources: &SourceMap, file: FileId) -> Option<String> {
    let edits = edits_by_file(fix).remove(&file).unwrap_or_default();
    replace(&sources.get(file)?.text, 0, &edits)
}

/// The lines that a fix changes, file by file from top to bottom. Edits that do not fit their file are left out.
pub fn hunks(fix: &Fix, sources: &SourceMap) -> Vec<Hunk> {
    let files = edits_by_file(fix);
    let known = files.into_iter().filter_map(|(id, edits)| sources.get(id).map(|file| (id, file, edits)));
    known.flat_map(|(id, file, edits)| file_hunks(id, file, edits)).collect()
}

fn edits_by_file(fix: &Fix) -> BTreeMap<FileId, Edits<'_>> {
    let mut files: BTreeMap<FileId, Edits<'_>> = BTreeMap::new();
    for (span, text) in &fix.edits {
        files.entry(span.file).or_default().push((span.start as usize, span.end as usize, text));
    }
    files.values_mut().for_each(|edits| edits.sort_by_key(|(start, end, _)| (*start, *end)));
    files
}

fn file_hunks(id: FileId, file: &SourceFile, edits: Edits<'_>) -> Vec<Hunk> {
    let mut groups: Vec<(usize, usize, Edits<'_>)> = Vec::new();
    for edit in edits {
        let (start, end) = whole_lines(&file.text, edit.0, edit.1);
        match groups.last_mut() {
            Some((_, last, group)) if start <= *last => {
                *last = end.max(*last);
                group.push(edit);
            }
            Some(_) | None => groups.push((start, end, vec![edit])),
        }
    }
    groups.into_iter().filter_map(|(start, end, edits)| hunk(id, file, start, end, &edits)).collect()
}

fn hunk(id: FileId, file: &SourceFile, start: usize, end: usize, edits: &[(usize, usize, &str)]) -> Option<Hunk> {
    let before = file.text.get(start..end)?;
    let after = replace(before, start, edits)?;
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (before.split('\n').collect(), after.split('\n').collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    old.drain(..same);
    new.drain(..same);
    let same_end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    old.truncate(old.len() - same_end);
    new.truncate(new.len() - same_end);
    let line = file.line_col(u32::try_from(start).ok()?).line + same;
    let owned = |lines: Vec<&str>| lines.into_iter().map(str::to_owned).collect();
    Some(Hunk { file: id, line, old: owned(old), new: owned(new) })
}

/// The bytes of the lines that a range touches, without the last line break.
fn whole_lines(text: &str, start: usize, end: usize) -> (usize, usize) {
    let first = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let last = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| end + at);
    (first, last)
}

/// `text`, which begins at byte `base` of its file, with the edits made; they are sorted.
fn replace(text: &str, base: usize, edits: &[(usize, usize, &str)]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end, new) in edits {
        let (start, end) = (start.checked_sub(base)?, end.checked_sub(base)?);
        out.push_str(text.get(at..start)?);
        out.push_str(new);
        text.get(start..end)?;
        at = end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn shop() -> (SourceMap, FileId) {
        let mut sources = SourceMap::new();
        let file = sources.add("a.seg", "one\ntwo\nthree\nfour\n");
        (sources, file)
    }

    #[test]
    fn edits_on_one_line_become_one_hunk_and_an_insertion_only_adds() {
        let (sources, file) = shop();
        let span = |start, end| Span::new(file, start, end);
        let edits =
            vec![(span(4, 5), "T".to_owned()), (span(6, 7), "O".to_owned()), (span(13, 13), "\nmore".to_owned())];
        let fix = Fix { title: String::new(), edits };
        assert_eq!(apply(&fix, &sources, file).unwrap(), "one\nTwO\nthree\nmore\nfour\n");
        let found = hunks(&fix, &sources);
        assert_eq!(
            (found[0].line, found[0].old.as_slice(), found[0].new.as_slice()),
            (2, &["two".into()][..], &["TwO".into()][..])
        );
        assert_eq!((found[1].line, found[1].old.len(), found[1].new.as_slice()), (4, 0, &["more".to_owned()][..]));
    }

    #[test]
    fn an_edit_that_does_not_fit_is_not_applied() {
        let (sources, file) = shop();
        let fix = Fix { title: String::new(), edits: vec![(Span::new(file, 90, 95), "x".to_owned())] };
        assert_eq!(apply(&fix, &sources, file), None);
        assert_eq!(hunks(&fix, &sources), []);
        let overlap = vec![(Span::new(file, 0, 3), "x".to_owned()), (Span::new(file, 2, 4), "y".to_owned())];
        assert_eq!(apply(&Fix { title: String::new(), edits: overlap }, &sources, file), None);
    }
}
