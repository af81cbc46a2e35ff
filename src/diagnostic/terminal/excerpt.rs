//! The lines around the places of a finding, made safe to show: hazards escaped, long lines cut, tabs widened.

use miette::{
    GraphicalReportHandler, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

use crate::diagnostic::{Diagnostic, Label, text};
use crate::source::{FileId, SourceFile, SourceMap};

/// Lines from one place to another in one picture; more, and two pieces with lines left out between would share one headline.
const NEAR: usize = 3;
/// Characters of a line that are shown where there is room.
const LONGEST: usize = 180;
/// From so many columns on there is.
const ROOM: usize = 100;
/// Columns beside the text of a line: its number, the bar, and what stands for what is cut off.
const BESIDE: usize = 14;

/// Places of one file that lie near each other.
struct Cluster<'a> {
    file: FileId,
    first: usize,
    last: usize,
    labels: Vec<&'a Label>,
}

/// A picture to draw: some lines of one file, and places in them.
#[derive(Debug)]
pub(super) struct Picture {
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

/// Lines of a file as they may be shown.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: String,
    lines_before: usize,
}

/// The pictures of a finding: the primary place first, then the chain; near places share one.
pub(super) fn pictures(finding: &Diagnostic, sources: &SourceMap, base: &str, width: usize) -> Vec<Picture> {
    let longest = if width < ROOM { width.saturating_sub(BESIDE).max(BESIDE) } else { LONGEST };
    let labels = finding.primary.iter().chain(&finding.related);
    let mut clusters: Vec<Cluster<'_>> = Vec::new();
    for label in labels {
        join(&mut clusters, label, sources);
    }
    clusters.iter().filter_map(|cluster| picture(cluster, sources.get(cluster.file)?, base, longest)).collect()
}

fn join<'a>(clusters: &mut Vec<Cluster<'a>>, label: &'a Label, sources: &SourceMap) {
    let line = sources.line_col(label.span).line;
    let near = |c: &&mut Cluster<'_>| c.file == label.span.file && line + NEAR >= c.first && line <= c.last + NEAR;
    match clusters.iter_mut().find(near) {
        Some(cluster) => {
            cluster.first = cluster.first.min(line);
            cluster.last = cluster.last.max(line);
            cluster.labels.push(label);
        }
        None => clusters.push(Cluster { file: label.span.file, first: line, last: line, labels: vec![label] }),
    }
}

fn picture(cluster: &Cluster<'_>, file: &SourceFile, base: &str, longest: usize) -> Option<Picture> {
    let place = file.line_col(cluster.labels.first()?.span.start);
    let name = format!("{}:{}:{}", text::line(&file.shown(base)), place.line, place.column);
    let first = cluster.first.saturating_sub(1).max(1);
    let mut copy = Copy::default();
    for (start, line) in lines_of(&file.text).skip(first - 1).take(cluster.last + 2 - first) {
        copy.line(start, line, (cluster, longest));
    }
    let labels = cluster.labels.iter().map(|label| copy.label(label)).collect();
    Some(Picture { excerpt: Excerpt { name, text: copy.text, lines_before: first - 1 }, labels })
}

/// Each line with the byte at which it begins, without its line break.
fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line.trim_end_matches('\n').trim_end_matches('\r')))
    });
    let last = text.is_empty() || text.ends_with('\n');
    starts.chain(last.then_some((text.len(), "")))
}

/// A text being copied, and where each byte of the original went.
#[derive(Default)]
struct Copy {
    text: String,
    /// (byte of the original, byte of the copy), ascending.
    moved: Vec<(usize, usize)>,
}

impl Copy {
    fn line(&mut self, start: usize, line: &str, (cluster, longest): (&Cluster<'_>, usize)) {
        let (from, to) = shown(start, line, cluster, longest);
        if from > 0 {
            self.text.push_str("(…)");
        }
        for (at, c) in line.char_indices().skip_while(|(at, _)| *at < from).take_while(|(at, _)| *at < to) {
            self.moved.push((start + at, self.text.len()));
            match c {
                '\t' => self.text.push_str("    "),
                c if text::is_hazard(c) => self.text.extend(c.escape_default()),
                c => self.text.push(c),
            }
        }
        self.moved.push((start + to, self.text.len()));
        if to < line.len() {
            self.text.push_str("(…)");
        }
        self.text.push('\n');
    }

    /// A place in the copy; one that spans lines is shown on its first line.
    fn label(&self, label: &Label) -> LabeledSpan {
        let start = self.find(label.span.start as usize);
        let line_end = self.text.get(start..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |at| start + at);
        let end = self.find(label.span.end as usize).clamp(start, line_end);
        let said = (!label.text.is_empty()).then(|| text::line(&label.text));
        LabeledSpan::new(said, start, end - start)
    }

    fn find(&self, original: usize) -> usize {
        let after = self.moved.partition_point(|(from, _)| *from <= original);
        self.moved.get(after.saturating_sub(1)).map_or(0, |(_, to)| *to)
    }
}

/// The bytes of a line to show: all, or where it is too long those around the first place in it.
fn shown(start: usize, line: &str, cluster: &Cluster<'_>, longest: usize) -> (usize, usize) {
    if line.len() <= longest {
        return (0, line.len());
    }
    let places = cluster.labels.iter().map(|label| label.span.start as usize);
    let first = places.filter(|at| (start..=start + line.len()).contains(at)).min().map_or(0, |at| at - start);
    let from = floor(line, first.saturating_sub(longest / 3));
    (if from < 20 { 0 } else { from }, floor(line, (from + longest).min(line.len())))
}

fn floor(line: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0)
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let found = self.text.as_str().read_span(span, before, after)?;
        let data = self.text.as_bytes().get(found.span().offset()..found.span().offset() + found.span().len());
        let (line, column, lines) = (found.line() + self.lines_before, found.column(), found.line_count());
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            data.ok_or(MietteError::OutOfBounds)?,
            *found.span(),
            line,
            column,
            lines,
        );
        Ok(Box::new(contents))
    }
}

impl Picture {
    /// The picture alone, without the headline that miette would put above it.
    pub(super) fn draw(&self, handler: &GraphicalReportHandler) -> String {
        let mut out = String::new();
        if handler.render_report(&mut out, self).is_err() {
            return format!("  {}\n", self.excerpt.name);
        }
        out.lines().skip(1).map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

impl std::fmt::Display for Picture {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Picture {}

impl miette::Diagnostic for Picture {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
