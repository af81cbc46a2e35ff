//! The counts of one segment on their way from everybody in scope to those who would leave, drawn as a table.
//!
//! A count under the segment's own minimum N is shown as "fewer than N", zero included, and without a bar; a count from which
//! one could be subtracted that is hidden is shown as a range (see [`hidden`](super::hidden)).

use std::fmt::Write;

use segma::diagnostic::terminal::Look;
use segma::diagnostic::text;
use segma::model::Instant;
use serde_json::{Value, json as value};

use super::hidden::{self, Shown};

/// Everything that a preview shows of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waterfall {
    /// The segment's name.
    pub segment: String,
    /// What stands beside it: purposes and destinations.
    pub remark: String,
    /// The smallest number of people that may leave; 0 where nobody asks.
    pub minimum: u64,
    /// From the first count to the last.
    pub lines: Vec<Line>,
    /// Who would leave, were it not for the minimum and for what empties the run.
    pub selected: u64,
    /// Why the run is empty, where something emptied it.
    pub emptied: Vec<String>,
    /// Rows that are nobody's, by table.
    pub nobodys: Vec<(String, u64)>,
}

/// One count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is counted.
    pub name: &'static str,
    /// How many people.
    pub people: u64,
    /// Whether they are still there after a step, or were removed on the way to the next one; each person is removed once.
    pub kind: Kind,
}

/// What a line counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// People who are still there.
    Left,
    /// People who were removed.
    Removed,
    /// People who were removed and are in no other count; this one is never shown.
    Untold,
}

impl Line {
    /// A count of those who are still there.
    pub fn left(name: &'static str, people: u64) -> Self {
        Self { name, people, kind: Kind::Left }
    }

    /// A count of those who were removed.
    pub fn removed(name: &'static str, people: u64) -> Self {
        Self { name, people, kind: Kind::Removed }
    }

    /// Those who were removed and are in no other count.
    pub fn untold(people: u64) -> Self {
        Self { name: "", people, kind: Kind::Untold }
    }
}

impl Waterfall {
    /// The lines that people see, each with its count as it may be shown.
    fn seen(&self) -> impl Iterator<Item = (&Line, Shown)> {
        let shown = hidden::shown(&self.lines, self.minimum);
        self.lines.iter().zip(shown).filter(|(line, _)| line.kind != Kind::Untold)
    }

    /// Whether an audience would leave.
    fn leaves(&self) -> bool {
        self.emptied.is_empty() && self.selected >= self.minimum.max(1)
    }

    /// What the widest bar stands for.
    fn whole(&self) -> u64 {
        self.lines.iter().map(|line| line.people).max().unwrap_or(0)
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Shown::Exactly(n) => f.write_str(&grouped(*n)),
            Shown::FewerThan(n) => write!(f, "fewer than {}", grouped(*n)),
            Shown::Between(start, end) => {
                write!(f, "{} and fewer than {} more", grouped(*start), grouped(end.saturating_sub(*start)))
            }
        }
    }
}

/// `1234567` as `1,234,567`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let first = digits.len() % 3;
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const BLUE: &str = "\u{1b}[34m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
/// The widest bar, in columns.
const WIDEST_BAR: usize = 40;

/// Every segment's table, and one line that sums up.
pub fn render_all(all: &[Waterfall], now: Instant, look: &Look) -> String {
    let columns = Columns::of(all, look);
    let mut out: String = all.iter().map(|waterfall| render(waterfall, &columns, look) + "\n").collect();
    let leaving = all.iter().filter(|waterfall| waterfall.leaves()).count();
    let _ = writeln!(out, "{leaving} of {} segments would leave, as of {now}", all.len());
    out
}

fn render(waterfall: &Waterfall, columns: &Columns, look: &Look) -> String {
    let name = paint(look, BOLD, &text::line(&waterfall.segment));
    let mut out = format!("{name}  {}\n", paint(look, DIM, &text::line(&waterfall.remark)));
    let mut hidden: Vec<&str> = Vec::new();
    for (line, shown) in waterfall.seen() {
        match (line.kind, shown) {
            (Kind::Untold, _) | (Kind::Removed, Shown::Exactly(0)) => {}
            (Kind::Removed, Shown::FewerThan(_)) => hidden.push(line.name),
            (Kind::Removed, Shown::Exactly(_) | Shown::Between(..)) => {
                draw(&mut out, waterfall, line, shown, columns, look);
            }
            (Kind::Left, _) => {
                few(&mut out, waterfall, &std::mem::take(&mut hidden), look);
                draw(&mut out, waterfall, line, shown, columns, look);
            }
        }
    }
    few(&mut out, waterfall, &hidden, look);
    verdict(&mut out, waterfall, look);
    out
}

/// Removals that are too few to be told apart, and those of nobody, in one line.
fn few(out: &mut String, waterfall: &Waterfall, names: &[&str], look: &Look) {
    if names.is_empty() {
        return;
    }
    let said = format!("fewer than {} each: {}", grouped(waterfall.minimum), names.join("; "));
    for part in segma::diagnostic::terminal::wrap(&said, look.width, 4, 4) {
        let _ = writeln!(out, "    {}", paint(look, DIM, &part));
    }
}

/// Widths of the columns, the same for every segment.
struct Columns {
    name: usize,
    count: usize,
    bar: usize,
}

impl Columns {
    fn of(all: &[Waterfall], look: &Look) -> Self {
        let few = |(line, shown): &(&Line, Shown)| line.kind == Kind::Removed && matches!(shown, Shown::FewerThan(_));
        let drawn = || all.iter().flat_map(Waterfall::seen).filter(|line| !few(line));
        let name = drawn().map(|(line, _)| named(line).chars().count()).max().unwrap_or(0);
        let count = drawn().map(|(line, shown)| count(line, shown).chars().count()).max().unwrap_or(0);
        let room = look.width.saturating_sub(2 + name + 2 + count + 2);
        Self { name, count, bar: if room >= 12 { room.min(WIDEST_BAR) } else { 0 } }
    }
}

fn named(line: &Line) -> String {
    match line.kind {
        Kind::Left => line.name.to_owned(),
        Kind::Removed | Kind::Untold => format!("  {}", line.name),
    }
}

fn count(line: &Line, shown: Shown) -> String {
    match line.kind {
        Kind::Left => shown.to_string(),
        Kind::Removed | Kind::Untold => format!("-{shown}"),
    }
}

fn draw(out: &mut String, waterfall: &Waterfall, line: &Line, shown: Shown, columns: &Columns, look: &Look) {
    let (name, count) = (named(line), count(line, shown));
    let row = format!("  {name:<width$}  {count:>right$}", width = columns.name, right = columns.count);
    let bar = match (line.kind, shown) {
        (Kind::Left, Shown::Exactly(people) | Shown::Between(people, _)) => {
            bar(people, waterfall.whole(), columns, look)
        }
        (Kind::Left, Shown::FewerThan(_)) | (Kind::Removed | Kind::Untold, _) => String::new(),
    };
    let row = match line.kind {
        Kind::Left => row,
        Kind::Removed | Kind::Untold => paint(look, DIM, &row),
    };
    let gap = if bar.is_empty() { "" } else { "  " };
    let _ = writeln!(out, "{row}{gap}{}", paint(look, BLUE, &bar));
}

/// A bar of eighths of a column, or of whole ones where only ASCII may be drawn.
fn bar(people: u64, whole: u64, columns: &Columns, look: &Look) -> String {
    let eighths = u128::from(people) * columns.bar as u128 * 8 / u128::from(whole.max(1));
    let (whole, rest) = (usize::try_from(eighths / 8).unwrap_or(0), usize::try_from(eighths % 8).unwrap_or(0));
    if !look.unicode {
        return "#".repeat(whole);
    }
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(rest).copied().unwrap_or("");
    "█".repeat(whole) + part
}

fn verdict(out: &mut String, waterfall: &Waterfall, look: &Look) {
    for cause in &waterfall.emptied {
        let _ = writeln!(out, "  {} {}", paint(look, RED, "empty:"), text::line(cause));
    }
    for (table, rows) in &waterfall.nobodys {
        let (noun, verb) = if *rows == 1 { ("row", "is") } else { ("rows", "are") };
        let said = format!("{} {noun} of {table} {verb} nobody's: without subject or time", grouped(*rows));
        let _ = writeln!(out, "  {}", paint(look, DIM, &text::line(&said)));
    }
    if !waterfall.emptied.is_empty() {
        return;
    }
    let minimum = grouped(waterfall.minimum);
    let said = match (waterfall.leaves(), waterfall.minimum) {
        (true, 0) => paint(look, GREEN, &format!("would leave: {}", grouped(waterfall.selected))),
        (true, _) => {
            let count = grouped(waterfall.selected);
            paint(look, GREEN, &format!("would leave: {count}, at least the minimum of {minimum}"))
        }
        (false, 0) => paint(look, RED, "would leave: nobody"),
        (false, _) => {
            paint(look, RED, &format!("would leave: nobody, as they are fewer than the minimum of {minimum}"))
        }
    };
    let _ = writeln!(out, "  {said}");
}

fn paint(look: &Look, style: &str, text: &str) -> String {
    if look.colour && !text.is_empty() { format!("{style}{text}\u{1b}[0m") } else { text.to_owned() }
}

/// The same for programs: a count is a number, `{"fewer_than": N}`, or a range `{"at_least": A, "fewer_than": B}`.
pub fn json(
    all: &[Waterfall],
    now: Instant,
    packs: &[String],
    unread: Value,
    (reports, placements): (Value, Value),
) -> String {
    let segments: Vec<Value> = all.iter().map(segment_value).collect();
    let mut document = value!({
        "format": "segma-preview/1",
        "as_of": now.to_string(),
        "packs": packs,
        "segments": segments,
    });
    let beside = [("unread", unread), ("reports", reports), ("placements", placements)].into_iter();
    let beside = beside.filter(|(_, list)| list.as_array().is_some_and(|list| !list.is_empty()));
    if let Some(document) = document.as_object_mut() {
        document.extend(beside.map(|(name, list)| (name.to_owned(), list)));
    }
    crate::cli::rules::json(&document)
}

fn segment_value(waterfall: &Waterfall) -> Value {
    let count = |shown: Shown| match shown {
        Shown::Exactly(n) => value!(n),
        Shown::FewerThan(n) => value!({ "fewer_than": n }),
        Shown::Between(start, end) => value!({ "at_least": start, "fewer_than": end }),
    };
    let step = |(line, shown): (&Line, Shown)| {
        let kind = match line.kind {
            Kind::Left => "left",
            Kind::Removed | Kind::Untold => "removed",
        };
        value!({ "name": line.name, "kind": kind, "people": count(shown) })
    };
    let leaving = if waterfall.leaves() { waterfall.selected } else { 0 };
    let leaving =
        if leaving < waterfall.minimum { Shown::FewerThan(waterfall.minimum) } else { Shown::Exactly(leaving) };
    value!({
        "segment": waterfall.segment,
        "minimum": waterfall.minimum,
        "steps": waterfall.seen().map(step).collect::<Vec<_>>(),
        "would_leave": count(leaving),
        "leaves": waterfall.leaves(),
        "empty_because": waterfall.emptied,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waterfall(last: u64) -> Waterfall {
        Waterfall {
            segment: "lapsed".to_owned(),
            remark: "for marketing.email to mailer".to_owned(),
            minimum: 50,
            lines: vec![
                Line::left("in scope", 12_345),
                Line::removed("said no", 4_000),
                Line::removed("is or may be a minor", 7),
                Line::removed("asked to be forgotten", 0),
                Line::removed("opted out of sale", 49),
                Line::left("after the guard", 8_289),
                Line::untold(8_289 - last),
                Line::left("after the condition", last),
            ],
            selected: last,
            emptied: Vec::new(),
            nobodys: Vec::new(),
        }
    }

    fn drawn(waterfall: &Waterfall, look: &Look) -> String {
        render(waterfall, &Columns::of(std::slice::from_ref(waterfall), look), look)
    }

    fn plain(width: usize) -> Look {
        Look { width, ..Look::default() }
    }

    #[test]
    fn a_table_with_bars() {
        insta::assert_snapshot!(drawn(&waterfall(640), &plain(80)), @r#"
lapsed  for marketing.email to mailer
  in scope             12,345  ████████████████████████████████████████
    said no            -4,000
    fewer than 50 each: is or may be a minor; asked to be forgotten; opted out
    of sale
  after the guard       8,289  ██████████████████████████▊
  after the condition     640  ██
  would leave: 640, at least the minimum of 50
"#);
    }

    #[test]
    fn counts_under_the_minimum_look_all_the_same() {
        let (none, some) = (waterfall(0), waterfall(49));
        assert_eq!(drawn(&none, &plain(80)), drawn(&some, &plain(80)));
        assert_eq!(segment_value(&none), segment_value(&some));
        let table = drawn(&none, &plain(80));
        assert!(table.contains("after the condition  fewer than 50\n"), "{table}");
        assert!(table.contains("fewer than 50 each: is or may be a minor; asked to be forgotten"), "{table}");
        assert!(table.ends_with("would leave: nobody, as they are fewer than the minimum of 50\n"), "{table}");
    }

    #[test]
    fn without_a_minimum_counts_are_exact() {
        let open = Waterfall { minimum: 0, ..waterfall(3) };
        let table = drawn(&open, &plain(80));
        assert!(table.contains("-7\n") && table.ends_with("would leave: 3\n"), "{table}");
        assert!(!table.contains("forgotten"), "nobody was removed for it: {table}");
    }

    #[test]
    fn narrow_and_ascii_terminals_get_less() {
        assert!(!drawn(&waterfall(640), &plain(40)).contains('█'));
        let ascii = drawn(&waterfall(640), &Look { unicode: false, ..plain(80) });
        assert!(ascii.is_ascii() && ascii.contains("####"), "{ascii}");
    }

    #[test]
    fn an_emptied_run_says_why() {
        let emptied = Waterfall { emptied: vec!["ledger `consent` is stale".to_owned()], ..waterfall(640) };
        assert!(!emptied.leaves());
        assert!(drawn(&emptied, &plain(80)).ends_with("  empty: ledger `consent` is stale\n"));
    }

    #[test]
    fn thousands_are_grouped() {
        let shown: Vec<String> = [0, 12, 999, 1000, 12_345, 1_234_567].into_iter().map(grouped).collect();
        assert_eq!(shown, ["0", "12", "999", "1,000", "12,345", "1,234,567"]);
    }
}
