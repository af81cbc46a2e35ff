//! Cells of the files that keep people out because they do not hold what the catalog says: where the first ones stand, and what is
//! wrong with them.
//!
//! A cell may be personal, so none is ever told: what is shown of it is its shape, `9` for a digit and `a` for a letter. Words of
//! a ledger that its map does not name are told where they look like codes.

use super::Data;
use super::cells::{Column, State};
use super::lists;
use super::store::{Frame, Wanted};
use crate::plan::{ColumnKind, Ledger, LedgerRows, SegmentPlan};

/// At most so many places are told of each column.
pub(super) const TOLD: usize = 3;

/// What is wrong with the cells of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What people call the file.
    pub file: String,
    /// The column.
    pub column: String,
    /// How many of its cells.
    pub cells: u64,
    /// What they are, as in "3 cells …".
    pub why: String,
    /// The first of them.
    pub first: Vec<Spot>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The line of a text file; else the row, both from 1.
    pub line: u64,
    /// Whether `line` is a row of a file without lines.
    pub is_row: bool,
    /// The place of its column in the file, from 1.
    pub column: u64,
    /// What is wrong with it, where more is known than of all.
    pub why: Option<String>,
}

impl Data {
    /// Cells of the loaded tables that do not hold what the plans' catalog says, in the order of tables and columns.
    pub fn unread(&self, plans: &[&SegmentPlan]) -> Vec<Unread> {
        let mut found: Vec<Unread> = self.store.frames().flat_map(unreadable).collect();
        for plan in plans {
            for scan in &plan.scans {
                let Some(table) = plan.tables.get(scan.table) else { continue };
                let Ok(Some(frame)) = self.store.get(&table.physical) else { continue };
                for declared in scan.columns.iter().filter_map(|column| table.columns.get(*column)) {
                    if let Ok(column) = frame.column(&Wanted::new(&declared.name, declared.kind.clone())) {
                        let empty = |row: &u32| !declared.optional && column.state(*row) == State::Missing;
                        add(&mut found, of(frame, column, &declared.name, "empty, though no `?` allows that", empty));
                        let listed = declared.one_of.as_deref();
                        let why = "not among what `one of` lists";
                        add(
                            &mut found,
                            listed.and_then(|all| unlisted(frame, column, &declared.kind, all, &declared.name, why)),
                        );
                    }
                }
            }
            for ledger in plan.guards().into_iter().flat_map(|guard| &guard.ledgers) {
                if let Ok(Some(frame)) = self.store.get(&ledger.physical) {
                    unmapped(frame, ledger).into_iter().for_each(|one| add(&mut found, Some(one)));
                }
            }
        }
        found
    }
}

fn add(found: &mut Vec<Unread>, one: Option<Unread>) {
    if let Some(one) = one.filter(|one| !found.contains(one)) {
        found.push(one);
    }
}

/// Columns of a table with cells that do not read. A column that is read as several kinds counts as the one that it fits best.
fn unreadable(frame: &Frame) -> Vec<Unread> {
    let mut best: Vec<(&Wanted, &Column)> = Vec::new();
    for (wanted, column) in frame.columns() {
        match best.iter_mut().find(|(known, _)| known.name == wanted.name) {
            None => best.push((wanted, column)),
            Some(known) if known.0.kind == ColumnKind::Text || column.faults.count < known.1.faults.count => {
                *known = (wanted, column);
            }
            Some(_) => {}
        }
    }
    let bad = best.into_iter().filter(|(_, column)| column.faults.count > 0);
    bad.map(|(wanted, column)| Unread {
        file: frame.file.clone(),
        column: wanted.name.clone(),
        cells: column.faults.count,
        why: format!("not {}", expected(&wanted.kind)),
        first: first(frame, column),
    })
    .collect()
}

/// The first cells that do not read; of those that are not written as text only the places are known.
fn first(frame: &Frame, column: &Column) -> Vec<Spot> {
    if column.faults.first.is_empty() {
        let bad = (0..frame.rows).filter(|row| column.state(*row) == State::Unreadable);
        return bad.take(TOLD).map(|row| spot(frame, column, row, None)).collect();
    }
    column.faults.first.iter().map(|(row, why)| spot(frame, column, *row, Some(why.clone()))).collect()
}

/// What a column of a kind holds, with an example.
fn expected(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text in UTF-8",
        ColumnKind::Uuid => "a UUID",
        ColumnKind::Version => "a version such as `2.10.1`",
        ColumnKind::List { .. } => "a list such as `[\"a\",\"b\"]`",
        ColumnKind::Boolean => "`true` or `false`",
        ColumnKind::Integer => "a whole number such as `150`",
        ColumnKind::Decimal => "a number such as `150.00`",
        ColumnKind::Degrees { .. } => "degrees such as `52.52`",
        ColumnKind::Date => "a date such as `2026-05-01`",
        ColumnKind::Instant => "an instant with its zone such as `2026-05-01T08:00:00Z`",
        ColumnKind::Wall { .. } => "a date and time without a zone such as `2026-05-01T08:00:00`",
    }
}

fn spot(frame: &Frame, column: &Column, row: u32, why: Option<String>) -> Spot {
    let line = frame.lines.get(row as usize).map(|line| u64::from(*line));
    Spot { line: line.unwrap_or(u64::from(row) + 1), is_row: line.is_none(), column: column.place as u64 + 1, why }
}

/// The cells of a column of which something holds.
fn of(frame: &Frame, column: &Column, name: &str, why: &str, holds: impl Fn(&u32) -> bool) -> Option<Unread> {
    let mut rows = (0..frame.rows).filter(holds);
    let first: Vec<Spot> = rows.by_ref().take(TOLD).map(|row| spot(frame, column, row, None)).collect();
    let cells = first.len() as u64 + rows.count() as u64;
    (cells > 0).then(|| Unread { file: frame.file.clone(), column: name.to_owned(), cells, why: why.to_owned(), first })
}

/// Cells that hold other words than those that are listed.
fn unlisted(
    frame: &Frame,
    column: &Column,
    kind: &ColumnKind,
    listed: &[String],
    name: &str,
    why: &str,
) -> Option<Unread> {
    let words = column.words()?;
    let known = |word: &str| listed.iter().any(|one| one == word);
    let is_list = matches!(kind, ColumnKind::List { .. });
    let fits = |word: &str| {
        if is_list { lists::elements(word).iter().flatten().all(|element| known(element)) } else { known(word) }
    };
    let fits: Vec<bool> = words.iter().map(|word| fits(word)).collect();
    if fits.iter().all(|fits| *fits) {
        return None;
    }
    of(frame, column, name, why, |row| {
        column.code(*row).is_some_and(|code| fits.get(code as usize).is_some_and(|fits| !fits))
    })
}

/// What a ledger holds that its map does not name.
fn unmapped(frame: &Frame, ledger: &Ledger) -> Vec<Unread> {
    let LedgerRows::Events { purpose_column, codes, state_column, states, .. } = &ledger.rows else {
        return Vec::new();
    };
    let codes: Vec<String> = codes.iter().map(|code| code.code.clone()).collect();
    let states: Vec<String> = states.iter().map(|(state, _)| state.clone()).collect();
    let doubtful = "never a yes, and a no to everything unless the state beside it is a yes";
    let both = [(purpose_column, codes, "purposes", doubtful), (state_column, states, "states", "a no to everything")];
    both.into_iter()
        .flat_map(|(name, known, what, counts)| {
            let Ok(column) = frame.column(&Wanted::new(name, ColumnKind::Text)) else { return Vec::new() };
            let counts = format!("in ledger `{}`, which counts as {counts}", ledger.name);
            let empty = |row: &u32| column.state(*row) == State::Missing;
            let odd = strange(column, &known);
            let why = format!("not among the {what} that are mapped{odd} {counts}");
            let words = unlisted(frame, column, &ColumnKind::Text, &known, name, &why);
            of(frame, column, name, &format!("empty {counts}"), empty).into_iter().chain(words).collect()
        })
        .collect()
}

/// The first words of a column that are not listed, where they look like codes: few, short and plain. A column of many is one of
/// something else, as of names, and only shapes are told.
fn strange(column: &Column, known: &[String]) -> String {
    const CODES: usize = 5;
    let odd: Vec<&str> = column.words().into_iter().flatten().map(|word| &**word).collect();
    let odd: Vec<&str> = odd.into_iter().filter(|word| !known.iter().any(|one| one == word)).collect();
    let told = |word: &&str| if odd.len() <= CODES && is_code(word) { (*word).to_owned() } else { shape(word) };
    let told: Vec<String> = odd.iter().take(TOLD).map(|word| format!("`{}`", told(word))).collect();
    if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) }
}

/// Whether a word looks like a code of a system rather than like something of a person.
fn is_code(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    word.len() <= 24 && digits <= 2 && word.chars().all(plain)
}

/// A cell's shape: `9` for a digit, `a` for a letter, `…` where it is long or holds what no terminal should see.
pub(super) fn shape(cell: &str) -> String {
    const LONGEST: usize = 24;
    let of = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_alphabetic() => 'a',
        c if c.is_ascii_graphic() || c == ' ' => c,
        _ => '…',
    };
    let shape: String = cell.chars().take(LONGEST).map(of).collect();
    if cell.chars().count() > LONGEST { shape + "…" } else { shape }
}

/// What is wrong with a cell, as far as its shape tells, and that shape.
pub(super) fn fault(kind: &ColumnKind, cell: &str) -> String {
    let shape = shape(cell);
    let said = if shape == cell || cell.trim() != cell {
        None
    } else {
        match kind {
            ColumnKind::Decimal | ColumnKind::Integer | ColumnKind::Degrees { .. } => number(cell),
            ColumnKind::Instant => time(cell, true),
            ColumnKind::Wall { .. } => time(cell, false),
            ColumnKind::Date => day(cell),
            ColumnKind::Boolean
            | ColumnKind::Text
            | ColumnKind::Uuid
            | ColumnKind::Version
            | ColumnKind::List { .. } => None,
        }
    };
    let said = if cell.trim() == cell { said } else { Some("a blank before or after") };
    said.map_or_else(|| format!("`{shape}`"), |said| format!("{said}, `{shape}`"))
}

fn number(cell: &str) -> Option<&'static str> {
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'));
    if cell.contains(',') && digits(&cell.replace(',', "")) {
        Some(if cell.contains('.') { "signs between thousands" } else { "a comma where a point is expected" })
    } else if cell.chars().any(|c| !c.is_ascii() || c.is_ascii_alphabetic()) {
        Some("letters or signs in a number")
    } else {
        None
    }
}

fn time(cell: &str, zoned: bool) -> Option<&'static str> {
    if day(cell).is_some() {
        return day(cell);
    }
    let (date, rest) = cell.split_at_checked(10)?;
    super::parse::date(date)?;
    match (zoned, rest) {
        (_, "") => Some("a day without a time"),
        (true, _) if super::parse::wall(cell).is_some() => Some("no zone"),
        (false, _) if super::parse::instant(cell).is_some() => Some("a zone, where none is expected"),
        (true | false, _) => None,
    }
}

fn day(cell: &str) -> Option<&'static str> {
    let first: String = cell.chars().take(10).collect();
    if first.split(['.', '/']).count() == 3 {
        Some("another order of day, month and year")
    } else {
        (first.len() == 10 && super::parse::date(&first).is_none()).then_some("no such day")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_where_they_are_few() {
        let column = |words: &[&str]| {
            let mut builder = crate::run::cells::Builder::new(&ColumnKind::Text);
            words.iter().for_each(|word| builder.written(word));
            builder.finish(0)
        };
        assert_eq!(strange(&column(&["opt_in", "Yes", "0171 2345"]), &["opt_in".to_owned()]), " (`Yes`, `9999 9999`)");
        let names = ["Ada", "Grace", "Edith", "Emmy", "Lise", "Rosa"];
        assert_eq!(strange(&column(&names), &[]), " (`aaa`, `aaaaa`, `aaaaa`)");
    }

    #[test]
    fn a_fault_tells_the_shape_and_never_the_cell() {
        let instant = ColumnKind::Instant;
        for (kind, cell, said) in [
            (&ColumnKind::Decimal, "150,00", "a comma where a point is expected, `999,99`"),
            (&ColumnKind::Decimal, "1,150.00", "signs between thousands, `9,999.99`"),
            (&ColumnKind::Integer, " 7", "a blank before or after, ` 9`"),
            (&ColumnKind::Integer, "seven", "letters or signs in a number, `aaaaa`"),
            (&ColumnKind::Date, "01.05.2026", "another order of day, month and year, `99.99.9999`"),
            (&ColumnKind::Date, "2026-02-30", "no such day, `9999-99-99`"),
            (&instant, "2026-05-01T08:00:00", "no zone, `9999-99-99a99:99:99`"),
            (&instant, "2026-05-01", "a day without a time, `9999-99-99`"),
            (&ColumnKind::Boolean, "Ja", "`aa`"),
        ] {
            assert_eq!(fault(kind, cell), said, "{cell}");
        }
        assert_eq!(shape("ada@example.org\u{1b}[0m"), "aaa@aaaaaaa.aaa…[9a");
        assert!(is_code("Yes") && is_code("opt_in2") && !is_code("ada@example.org") && !is_code("0171 2345"));
    }
}
