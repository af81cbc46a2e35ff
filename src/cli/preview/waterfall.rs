//! The counts of one segment on their way from everybody in scope to those who would leave, drawn as a table.
//!
//! A count under the segment's own minimum is never shown, nor anything from which it could be read off: neither its bar nor a
//! change next to it. Zero is such a count.

use std::fmt::Write;

use segma::diagnostic::terminal::Look;
use segma::diagnostic::text;

/// Everything that a preview shows of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waterfall {
    /// The segment's name.
    pub segment: String,
    /// What stands beside it: purposes and destinations.
    pub remark: String,
    /// The smallest number of people that may leave; also the smallest that is shown.
    pub minimum: u64,
    /// From the first count to the last.
    pub steps: Vec<Step>,
    /// Why the run is empty, where something emptied it.
    pub emptied: Vec<String>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is counted.
    pub name: String,
    /// How many people.
    pub people: u64,
    /// Whether these are left, or removed by something named; the removed do not add up, as one person may be both too young
    /// and opposed.
    pub kind: Kind,
}

/// What a line counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// People who are still there.
    Left,
    /// People whom one part removed.
    Removed,
}

impl Waterfall {
    /// How many would leave: the last count of those left, or nobody where it is under the minimum.
    fn last(&self) -> u64 {
        self.steps.iter().rev().find(|step| step.kind == Kind::Left).map_or(0, |step| step.people)
    }

    /// Whether an audience would leave at all.
    pub fn leaves(&self) -> bool {
        self.emptied.is_empty() && self.last() >= self.minimum
    }

    /// A count as it may be shown.
    pub fn shown(&self, people: u64) -> String {
        if people < self.minimum { format!("fewer than {}", grouped(self.minimum)) } else { grouped(people) }
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

/// The segment's table.
pub fn render(waterfall: &Waterfall, look: &Look) -> String {
    let columns = Columns::of(waterfall, look);
    let mut out = format!("{}  {}\n", paint(look, BOLD, &text::line(&waterfall.segment)), paint(look, DIM, &text::line(&waterfall.remark)));
    for step in &waterfall.steps {
        line(&mut out, waterfall, step, &columns, look);
    }
    out + &verdict(waterfall, look)
}

/// Widths of the columns.
struct Columns {
    name: usize,
    count: usize,
    bar: usize,
    whole: u64,
}

impl Columns {
    fn of(waterfall: &Waterfall, look: &Look) -> Self {
        let name = waterfall.steps.iter().map(|step| indent(step).len() + step.name.chars().count()).max().unwrap_or(0);
        let count = waterfall.steps.iter().map(|step| count(waterfall, step).chars().count()).max().unwrap_or(0);
        let room = look.width.saturating_sub(2 + name + 2 + count + 2);
        let whole = waterfall.steps.iter().map(|step| step.people).max().unwrap_or(0);
        Self { name, count, bar: if room >= 12 { room.min(40) } else { 0 }, whole }
    }
}

fn indent(step: &Step) -> &'static str {
    match step.kind {
        Kind::Left => "",
        Kind::Removed => "  ",
    }
}

fn count(waterfall: &Waterfall, step: &Step) -> String {
    let shown = waterfall.shown(step.people);
    match step.kind {
        Kind::Left => shown,
        Kind::Removed if step.people < waterfall.minimum => shown,
        Kind::Removed => format!("-{shown}"),
    }
}

fn line(out: &mut String, waterfall: &Waterfall, step: &Step, columns: &Columns, look: &Look) {
    let name = format!("{}{}", indent(step), text::line(&step.name));
    let row = format!("  {name:<width$}  {:>right$}", count(waterfall, step), width = columns.name, right = columns.count);
    let bar = match step.kind {
        Kind::Left if step.people >= waterfall.minimum => bar(step.people, columns, look),
        Kind::Left | Kind::Removed => String::new(),
    };
    let row = match step.kind {
        Kind::Left => row,
        Kind::Removed => paint(look, DIM, &row),
    };
    let gap = if bar.is_empty() { "" } else { "  " };
    let _ = writeln!(out, "{row}{gap}{}", paint(look, BLUE, &bar));
}

/// A bar of eighths of a column, or of whole ones where only ASCII may be drawn.
fn bar(people: u64, columns: &Columns, look: &Look) -> String {
    let eighths = u128::from(people) * columns.bar as u128 * 8 / u128::from(columns.whole.max(1));
    let (whole, rest) = (usize::try_from(eighths / 8).unwrap_or(0), usize::try_from(eighths % 8).unwrap_or(0));
    if !look.unicode {
        return "#".repeat(whole);
    }
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(rest).copied().unwrap_or("");
    "█".repeat(whole) + part
}

fn verdict(waterfall: &Waterfall, look: &Look) -> String {
    let minimum = grouped(waterfall.minimum);
    let mut out = String::new();
    for cause in &waterfall.emptied {
        let _ = writeln!(out, "  {} {}", paint(look, RED, "empty:"), text::line(cause));
    }
    if waterfall.emptied.is_empty() {
        let said = if waterfall.minimum == 0 {
            paint(look, GREEN, "no minimum is asked")
        } else if waterfall.leaves() {
            paint(look, GREEN, &format!("at least the minimum of {minimum}"))
        } else {
            paint(look, RED, &format!("under the minimum of {minimum}, so nobody leaves"))
        };
        let _ = writeln!(out, "  {said}");
    }
    out
}

fn paint(look: &Look, style: &str, text: &str) -> String {
    if look.colour && !text.is_empty() { format!("{style}{text}\u{1b}[0m") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, people: u64, kind: Kind) -> Step {
        Step { name: name.to_owned(), people, kind }
    }

    fn waterfall(last: u64) -> Waterfall {
        Waterfall {
            segment: "lapsed".to_owned(),
            remark: "marketing.email to mailer".to_owned(),
            minimum: 50,
            steps: vec![
                step("in scope", 12_345, Kind::Left),
                step("no grant", 4_000, Kind::Removed),
                step("under age", 0, Kind::Removed),
                step("after the guard", 8_000, Kind::Left),
                step("after the condition", last, Kind::Left),
            ],
            emptied: Vec::new(),
        }
    }

    fn plain(width: usize) -> Look {
        Look { width, ..Look::default() }
    }

    #[test]
    fn a_table_with_bars() {
        insta::assert_snapshot!(render(&waterfall(640), &plain(80)), @"");
    }

    #[test]
    fn a_count_under_the_minimum_shows_neither_itself_nor_a_bar() {
        let (none, some) = (render(&waterfall(0), &plain(80)), render(&waterfall(49), &plain(80)));
        assert_eq!(none, some);
        assert!(none.contains("after the condition  fewer than 50\n"), "{none}");
        assert!(none.ends_with("  under the minimum of 50, so nobody leaves\n"), "{none}");
    }

    #[test]
    fn narrow_and_ascii_terminals_get_less() {
        assert!(!render(&waterfall(640), &plain(48)).contains('█'));
        let ascii = render(&waterfall(640), &Look { unicode: false, ..plain(80) });
        assert!(ascii.is_ascii() && ascii.contains("####"), "{ascii}");
    }

    #[test]
    fn an_emptied_run_says_why() {
        let mut emptied = waterfall(640);
        emptied.emptied.push("ledger `consent` is stale".to_owned());
        assert!(!emptied.leaves());
        assert!(render(&emptied, &plain(80)).ends_with("  empty: ledger `consent` is stale\n"));
    }

    #[test]
    fn thousands_are_grouped() {
        let shown: Vec<String> = [0, 12, 999, 1000, 12_345, 1_234_567].into_iter().map(grouped).collect();
        assert_eq!(shown, ["0", "12", "999", "1,000", "12,345", "1,234,567"]);
    }
}
