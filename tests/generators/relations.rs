//! What must follow from a change, whatever the program and the data: changes of databases, and changes of programs.

use std::collections::BTreeSet;

use segma::model::Instant;

use super::cases::{self, Case, Members};
use super::figures::Figure;
use super::programs::Segment;
use super::{databases, seed};
use crate::common::chance::Chance;
use crate::common::worlds::World;

/// How membership before and after a change relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Same,
    NobodyMore,
    NobodyLess,
    Nobody,
    /// The same people, or nobody.
    SameOrNobody,
    /// Nobody is there both before and after.
    Others,
}

impl Holds {
    fn holds(self, before: &BTreeSet<String>, after: &BTreeSet<String>) -> bool {
        match self {
            Holds::Same => before == after,
            Holds::NobodyMore => after.is_subset(before),
            Holds::NobodyLess => before.is_subset(after),
            Holds::Nobody => after.is_empty(),
            Holds::SameOrNobody => after.is_empty() || before == after,
            Holds::Others => before.is_disjoint(after),
        }
    }
}

/// A case with a database, for changes.
pub struct Now<'c> {
    pub case: &'c Case,
    pub world: &'c World,
    pub chance: Chance,
}

/// A relation over databases: the same programs before and after.
pub fn databases(name: &str, holds: Holds, excused: fn(&Segment) -> bool, change: fn(&mut Now<'_>) -> Option<World>) {
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    each(name, |case, world| {
        let chance = Chance::new(case.seed + 7);
        let Some(after) = change(&mut Now { case, world, chance }) else { return };
        let (old, new) = (case.by_run(world), case.by_run(&after));
        for (at, segment) in case.segments.iter().enumerate().filter(|(_, segment)| !excused(segment)) {
            let (before, mut found) = (&old[&segment.name], new[&segment.name].clone());
            // Both that evaluate in process are asked, the slower of them now and then.
            if at % 4 == 0 {
                found.extend(case.by_reference(&after, &segment.name));
            }
            let failed = !holds.holds(before, &found);
            figure.case(failed, !before.is_empty() || !found.is_empty());
            if failed && wrong.len() < 3 {
                wrong.push(format!("seed {} {}: {before:?}, then {found:?}", case.seed, segment.print()));
            }
        }
    });
    finish(name, &figure, &wrong);
}

/// A relation over programs: each segment and what it becomes, over one database. `change` gives the new text of everything, in which
/// segments keep their names, or nothing where there is nothing to change.
pub fn programs(name: &str, holds: Holds, excused: fn(&Segment) -> bool, change: fn(&Case) -> Option<String>) {
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    each(name, |case, world| {
        let Some(text) = change(case) else { return };
        let Ok((empty, model, plan)) = cases::compiled(&text) else { return };
        let mut after = World { text: empty.text, ..world.clone() };
        empty.tables.into_iter().for_each(|(table, written)| {
            after.tables.entry(table).or_insert(written);
        });
        let (old, new): (Members, Members) = (case.by_run(world), cases::by_run(&plan, &after));
        for (at, segment) in case.segments.iter().enumerate().filter(|(_, segment)| !excused(segment)) {
            let Some(found) = new.get(&segment.name) else { continue };
            let (before, mut found) = (&old[&segment.name], found.clone());
            if at % 4 == 0 {
                found.extend(cases::by_reference(&model, &segment.name, &after));
            }
            let failed = !holds.holds(before, &found);
            figure.case(failed, !before.is_empty() || !found.is_empty());
            if failed && wrong.len() < 3 {
                wrong.push(format!("seed {} {}: {before:?}, then {found:?}", case.seed, segment.print()));
            }
        }
    });
    finish(name, &figure, &wrong);
}

/// Some cases, each with a messy database and one with pivots. The stream is one for all relations.
fn each(_: &str, mut see: impl FnMut(&Case, &World)) {
    for case in cases::stream(6, 4, 12) {
        let mut chance = Chance::new(case.seed);
        for pivots in [true, true, false] {
            let world = databases::invent(&case, if pivots { 24 } else { 8 }, pivots, &mut chance);
            see(&case, &world);
        }
    }
}

fn finish(name: &str, figure: &Figure, wrong: &[String]) {
    let seeds = format!("{}..+{}", seed(6), super::cases(4));
    let share = 100 * figure.nonvacuous / figure.n.max(1);
    figure.write(name, &seeds, serde_json::json!({ "nonvacuous_percent": share }));
    assert!(
        figure.n > 10 && figure.nonvacuous > 2,
        "{} cases, {} of them not vacuous, are too few",
        figure.n,
        figure.nonvacuous
    );
    assert!(figure.failures == 0, "{} of {}:\n{}", figure.failures, figure.n, wrong.join("\n"));
}

// ── Changes of programs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The program with another condition in each segment, and something before it.
fn rewritten(case: &Case, clauses: &str, condition: impl Fn(&str) -> String) -> Option<String> {
    let one = |segment: &Segment| {
        let (wanted, text) = (segment.wanted(), segment.print());
        text.replacen(&format!("where {wanted}"), &format!("{clauses}where {}", condition(&wanted)), 1)
    };
    Some(case.catalog.declared() + &case.segments.iter().map(one).collect::<String>())
}

pub fn twice_not(case: &Case) -> Option<String> {
    rewritten(case, "", |wanted| format!("not (not ({wanted}))"))
}

pub fn de_morgan(case: &Case) -> Option<String> {
    rewritten(case, "", |wanted| format!("not (not ({wanted}) or not (everyone))"))
}

pub fn and_everyone(case: &Case) -> Option<String> {
    rewritten(case, "", |wanted| format!("(everyone and ({wanted}))"))
}

pub fn counted(case: &Case) -> Option<String> {
    rewritten(case, "", |wanted| format!("at least 2 of (everyone, {wanted})"))
}

pub fn negated(case: &Case) -> Option<String> {
    rewritten(case, "", |wanted| format!("not ({wanted})"))
}

pub fn and_more(case: &Case) -> Option<String> {
    rewritten(case, "", |wanted| format!("(({wanted}) and sample 0% to 50% named \"half\")"))
}

pub fn or_more(case: &Case) -> Option<String> {
    rewritten(case, "", |wanted| format!("(({wanted}) or sample 0% to 50% named \"half\")"))
}

pub fn except_more(case: &Case) -> Option<String> {
    rewritten(case, "", |wanted| {
        format!("{wanted}\n  and not (sample 0% to 50% named \"half\")").replacen(wanted, &format!("({wanted})"), 1)
    })
}

pub fn large_minimum(case: &Case) -> Option<String> {
    with_minimum(case, 5000)
}

pub fn larger_minimum(case: &Case) -> Option<String> {
    with_minimum(case, 7)
}

fn with_minimum(case: &Case, people: u32) -> Option<String> {
    // A clause stands once.
    let unwritten = |segment: &Segment| {
        segment
            .print()
            .lines()
            .filter(|line| !line.starts_with("  minimum"))
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    let more = |text: String| text.replacen("  where ", &format!("  minimum {people} people\n  where "), 1);
    let segments = case.segments.iter().map(unwritten).map(more).collect::<String>();
    // A rank of fewer people than that is refused.
    (!segments.contains("top 5 by ")).then(|| case.catalog.declared() + &segments)
}

/// Grants age sooner, clocks differ more, notices must be newer.
pub fn stricter(case: &Case) -> Option<String> {
    let declared = case
        .catalog
        .declared()
        .replace("valid 24 months", "valid 6 months")
        .replace("valid 13 months", "valid 3 months");
    let declared = declared.replace("notice from \"2025-01\"", "notice from \"2026-01\"");
    let declared = declared
        .replace("fresh within 1 day by loaded   retain 72", "fresh within 1 day by loaded   skew 2 days   retain 72");
    Some(declared + &case.segments.iter().map(Segment::print).collect::<String>())
}

/// Sources are kept a month less; what looks too far back then is refused, and so tells nothing.
pub fn kept_shorter(case: &Case) -> Option<String> {
    let mut declared = case.catalog.declared();
    for months in [6, 13, 26] {
        declared = declared.replace(
            &format!("retain {months} months\n  allowed"),
            &format!("retain {} months\n  allowed", months - 1),
        );
    }
    Some(declared + &case.segments.iter().map(Segment::print).collect::<String>())
}

/// No data may serve analysis any longer, and no segment of it is left.
pub fn no_analytics(case: &Case) -> Option<String> {
    let others = case.segments.iter().filter(|segment| segment.purpose != "analytics");
    let declared = case
        .catalog
        .declared()
        .replace("service, analytics, marketing", "service, marketing")
        .replace("analytics, marketing", "marketing");
    Some(declared + &others.map(Segment::print).collect::<String>())
}

/// Comments, blanks, line ends of elsewhere.
pub fn other_layout(case: &Case) -> Option<String> {
    let lines = case.text().lines().map(|line| format!("{line}   // it's \"quoted\" {{\r\n\r\n")).collect::<String>();
    Some(lines)
}

// ── Rows by the names of columns ─────────────────────────────────────────────────────────────────────────────────────────────────

impl Now<'_> {
    /// The column of a table.
    fn at(&self, table: &str, column: &str) -> Option<usize> {
        self.world.tables.get(table)?.columns.iter().position(|known| known == column)
    }

    /// The column that says whose decision a row of the consent ledger is.
    fn whose(&self) -> &'static str {
        if self.case.catalog.by_address { "address" } else { "who" }
    }

    /// A row of a table by chance, and the world in which it may be changed.
    fn row(&mut self, table: &str, keep: impl Fn(&[Option<String>]) -> bool) -> Option<usize> {
        let rows = &self.world.tables.get(table)?.rows;
        let rows: Vec<usize> = (0..rows.len()).filter(|row| keep(&rows[*row])).collect();
        if rows.is_empty() { None } else { Some(self.chance.pick(&rows)) }
    }

    /// The world with a new row in the consent ledger, made of one that is there.
    fn said(&mut self, cells: &[(&str, Option<String>)]) -> Option<World> {
        let whose = self.at("privacy.consent", self.whose())?;
        let row = self.row("privacy.consent", |row| row[whose].is_some())?;
        let mut after = self.world.clone();
        let written = after.tables.get_mut("privacy.consent")?;
        let mut new = written.rows[row].clone();
        for (column, cell) in cells {
            let Some(at) = self.at("privacy.consent", column) else { continue };
            new[at] = cell.clone();
        }
        written.rows.push(new);
        Some(after)
    }

    fn time(&self, micros: i64) -> Option<String> {
        Some(self.world.now.plus_micros(micros).to_string())
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Tables of events with their clocks and how they are kept.
fn events(case: &Case) -> Vec<(String, &'static str, super::catalog::Clock, u32)> {
    let physical = |table: &super::catalog::Table| (table.physical.to_owned(), table.at, table.clock, table.months);
    case.catalog.tables.iter().map(physical).collect()
}

/// An instant as a table's clock holds it.
fn clocked(at: Instant, clock: super::catalog::Clock) -> String {
    let text = at.to_string();
    match clock {
        super::catalog::Clock::Instant => text,
        super::catalog::Clock::Date => text[..10].to_owned(),
        super::catalog::Clock::Wall => text[..19].replace('T', " "),
    }
}

/// Adds a copy of a row to each table of events, at an instant, changed by hand where `change` does.
fn more_rows(now: &mut Now<'_>, at: Instant) -> Option<World> {
    let mut after = now.world.clone();
    for (table, clock, kind, _) in events(now.case) {
        let (Some(row), Some(column)) = (now.row(&table, |_| true), now.at(&table, clock)) else { continue };
        let keys = ["row_id", "session_id"].map(|column| now.at(&table, column));
        let written = after.tables.get_mut(&table)?;
        let mut new = written.rows[row].clone();
        new[column] = Some(clocked(at, kind));
        keys.into_iter().flatten().for_each(|key| new[key] = some("unheard-of"));
        written.rows.push(new);
    }
    Some(after)
}

// ── Changes of databases ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Any denial of anybody, or one that nobody can read.
pub fn add_denial(now: &mut Now<'_>) -> Option<World> {
    let at = [now.time(-86_400_000_000), now.time(0), now.time(300_000_000), None][now.chance.below(4)].clone();
    let state = some(["no", "obj", "frozen", "gone", "unheard of"][now.chance.below(5)]);
    let purpose = some(["e", "a", "m", "i", "s", "*", "new"][now.chance.below(7)]);
    now.said(&[("decided", at), ("state", state), ("purpose", purpose), ("ends", None)])
}

pub fn remove_grant(now: &mut Now<'_>) -> Option<World> {
    let (state, ends) = (now.at("privacy.consent", "state")?, now.at("privacy.consent", "ends"));
    let row = now.row("privacy.consent", |row| {
        row[state].as_deref() == Some("yes") && ends.is_none_or(|at| row[at].is_none())
    })?;
    let mut after = now.world.clone();
    after.tables.get_mut("privacy.consent")?.rows.remove(row);
    Some(after)
}

/// A grant of a purpose that nobody's segment is for.
pub fn grant_another(now: &mut Now<'_>) -> Option<World> {
    now.said(&[("state", some("yes")), ("purpose", some("none")), ("decided", now.time(-1)), ("ends", None)])
}

pub fn later_denial(now: &mut Now<'_>) -> Option<World> {
    let (state, at) = (now.at("privacy.consent", "state")?, now.at("privacy.consent", "decided")?);
    let instant = now.world.now;
    let past =
        |cell: &Option<String>| cell.as_ref().is_some_and(|text| text.parse::<Instant>().is_ok_and(|at| at < instant));
    let row =
        now.row("privacy.consent", |row| matches!(row[state].as_deref(), Some("no" | "obj")) && past(&row[at]))?;
    let later = now.time(0);
    let mut after = now.world.clone();
    after.tables.get_mut("privacy.consent")?.rows[row][at] = later;
    Some(after)
}

pub fn shuffle_control(now: &mut Now<'_>) -> Option<World> {
    let mut after = now.world.clone();
    for table in ["privacy.consent", "privacy.flags", "privacy.choices", "privacy.gpc", "id.links"] {
        let Some(written) = after.tables.get_mut(table) else { continue };
        written.rows.reverse();
        let more: Vec<_> = written.rows.iter().filter(|_| now.chance.percent(30)).cloned().collect();
        written.rows.extend(more);
    }
    Some(after)
}

/// Some control cell is emptied. Not an end, which is a denial, nor a present state, whose absence the catalog maps to nothing.
pub fn blank_control(now: &mut Now<'_>) -> Option<World> {
    let table = ["privacy.consent", "privacy.choices", "privacy.gpc", "id.links"][now.chance.below(4)];
    let row = now.row(table, |_| true)?;
    let mut after = now.world.clone();
    let written = after.tables.get_mut(table)?;
    // When a link is from is a row's time, where rows are read along it.
    let kept = |column: &str| column == "ends" || column == "linked";
    let columns: Vec<usize> = (0..written.columns.len()).filter(|at| !kept(&written.columns[*at])).collect();
    written.rows[row][now.chance.pick(&columns)] = None;
    Some(after)
}

/// A grant of everything just now, of somebody.
pub fn grant_again(now: &mut Now<'_>) -> Option<World> {
    let purpose = some(["e", "a", "m", "i", "s"][now.chance.below(5)]);
    now.said(&[
        ("state", some("yes")),
        ("purpose", purpose),
        ("decided", now.time(0)),
        ("ends", None),
        ("notice", some("2026-01")),
    ])
}

pub fn empty_ledger(now: &mut Now<'_>) -> Option<World> {
    let mut after = now.world.clone();
    after.tables.get_mut("privacy.consent")?.rows.clear();
    Some(after)
}

/// One id of a browser leads to two more people.
pub fn merge(now: &mut Now<'_>) -> Option<World> {
    let keys = databases::people(now.world);
    let (who, cookie) = (now.at("id.links", "who")?, now.at("id.links", "cookie_id")?);
    let mut after = now.world.clone();
    let written = after.tables.get_mut("id.links")?;
    for key in [now.chance.pick(&keys), now.chance.pick(&keys)] {
        let mut row = vec![None; written.columns.len()];
        row[who] = Some(key);
        row[cookie] = written.rows.first().and_then(|row| row[cookie].clone()).or(some("c1"));
        written.rows.push(row);
    }
    Some(after)
}

/// Rows that are too old, not yet, or nobody's.
pub fn unreadable_rows(now: &mut Now<'_>) -> Option<World> {
    let ahead = now.world.now.plus_micros(86_400_000_000 * (2 + now.chance.below(90) as i64));
    let old: Instant = ["1985-06-01T00:00:00Z", "2001-02-03T04:05:06Z"][now.chance.below(2)].parse().unwrap();
    let at = if now.chance.percent(50) { ahead } else { old };
    more_rows(now, at)
}

/// What is older than its retention goes for good.
pub fn expire(now: &mut Now<'_>) -> Option<World> {
    let zone = segma::model::calendar::Zone::named("Europe/Berlin").unwrap();
    let mut after = now.world.clone();
    for (table, clock, kind, months) in events(now.case) {
        let (Some(column), Some(written)) = (now.at(&table, clock), after.tables.get_mut(&table)) else { continue };
        // A day more, for wall times and dates are compared as texts here.
        let oldest = clocked(zone.add_months(now.world.now, -(months as i32)).plus_micros(-86_400_000_000), kind);
        // What is nobody's, or of a time that is none, is counted however old it is.
        let whose = ["who", "account_id", "cookie_id"].map(|name| now.at(&table, name));
        let nobodys = |row: &[Option<String>]| whose.iter().flatten().any(|at| row[*at].is_none());
        let stays = |at: &String| *at >= oldest || at.as_str() < "1970-01-03";
        written.rows.retain(|row| nobodys(row) || row[column].as_ref().is_none_or(stays));
    }
    Some(after)
}

/// Rows that were not known yet.
pub fn late_rows(now: &mut Now<'_>) -> Option<World> {
    let later = now.time(1);
    let mut after = now.world.clone();
    let mut any = false;
    for (table, _, _, _) in events(now.case) {
        let (Some(row), Some(loaded)) = (now.row(&table, |_| true), now.at(&table, "loaded")) else { continue };
        let written = after.tables.get_mut(&table)?;
        let mut new = written.rows[row].clone();
        new[loaded] = later.clone();
        written.rows.push(new);
        any = true;
    }
    any.then_some(after)
}

/// A data cell is emptied: no key, no time, no address, nothing that rows are found by.
pub fn blank_data(now: &mut Now<'_>) -> Option<World> {
    let mut after = now.world.clone();
    let tables: Vec<String> = now
        .case
        .catalog
        .tables
        .iter()
        .map(|table| table.physical.to_owned())
        .chain(["crm.people".to_owned()])
        .collect();
    let mut cells = Vec::new();
    for table in tables {
        let kept = [
            "id",
            "who",
            "account_id",
            "cookie_id",
            "email",
            "last_seen",
            "row_id",
            "session_id",
            "changed",
            "loaded",
            "product_id",
        ];
        let clocks = ["ordered", "sent", "viewed", "signed", "filed", "opened"];
        let Some(written) = now.world.tables.get(&table) else { continue };
        for row in 0..written.rows.len() {
            for (at, column) in written.columns.iter().enumerate() {
                if !kept.contains(&column.as_str())
                    && !clocks.contains(&column.as_str())
                    && written.rows[row][at].is_some()
                {
                    cells.push((table.clone(), row, at));
                }
            }
        }
    }
    if cells.is_empty() {
        return None;
    }
    for _ in 0..4 {
        let (table, row, at) = now.chance.pick(&cells);
        let rows = &mut after.tables.get_mut(&table)?.rows;
        rows[row][at] = None;
        // Two versions that contradicted each other are one now: that mends a row.
        if (0..rows.len()).any(|other| other != row && rows[other] == rows[row]) {
            return None;
        }
    }
    Some(after)
}

/// Cells that serve nothing but a service, from one row to the next. Versions are told apart by every column, so not of these.
pub fn scramble(now: &mut Now<'_>) -> Option<World> {
    let catalog = &now.case.catalog;
    let mut found = vec![("crm.people", &catalog.person)];
    for table in &catalog.tables {
        found.extend((!table.has_versions()).then_some((table.physical, &table.fields)));
        found.extend(table.nested.iter().map(|(_, fields)| ("shop.items", fields)));
    }
    let mut after = now.world.clone();
    let mut any = false;
    for (table, fields) in found {
        for column in fields.iter().filter(|field| field.only_service).flat_map(|field| field.columns()) {
            let (Some(at), Some(written)) = (now.at(table, &column), after.tables.get_mut(table)) else { continue };
            let cells: Vec<Option<String>> = written.rows.iter().map(|row| row[at].clone()).collect();
            let next = cells.iter().cycle().skip(1).cloned();
            written.rows.iter_mut().zip(next).for_each(|(row, cell)| row[at] = cell);
            any |= cells.iter().any(|cell| *cell != cells[0]);
        }
    }
    any.then_some(after)
}

/// Strangers of whom nobody knows anything.
pub fn strangers(now: &mut Now<'_>) -> Option<World> {
    let id = now.at("crm.people", "id")?;
    let key = now.case.catalog.key;
    let mut after = now.world.clone();
    let written = after.tables.get_mut("crm.people")?;
    for number in 900..905 {
        let mut row = vec![None; written.columns.len()];
        row[id] = Some(match key {
            "integer" => number.to_string(),
            "uuid" => format!("00000000-0000-0000-0000-{number:012}"),
            _ => format!("k{number}"),
        });
        written.rows.push(row);
    }
    Some(after)
}

/// Rows that have versions, twice.
pub fn twice(now: &mut Now<'_>) -> Option<World> {
    let mut after = now.world.clone();
    for table in &now.case.catalog.tables {
        if table.has_versions()
            && let Some(written) = after.tables.get_mut(table.physical)
        {
            let again = written.rows.clone();
            written.rows.extend(again);
        }
    }
    Some(after)
}

/// The same instants, written elsewhere on the earth.
pub fn other_offsets(now: &mut Now<'_>) -> Option<World> {
    let mut after = now.world.clone();
    for written in after.tables.values_mut() {
        for cell in written.rows.iter_mut().flatten().flatten() {
            let Some(at) = cell.strip_suffix('Z').and_then(|_| cell.parse::<Instant>().ok()) else { continue };
            let wall = at.plus_micros(9 * 3_600_000_000).to_string();
            *cell = format!("{}+09:00", wall.trim_end_matches('Z'));
        }
    }
    Some(after)
}

/// Columns that nobody declared, and another order of those that are.
pub fn other_columns(now: &mut Now<'_>) -> Option<World> {
    let mut after = now.world.clone();
    for written in after.tables.values_mut() {
        written.columns.reverse();
        written.columns.push("added".to_owned());
        for row in &mut written.rows {
            row.reverse();
            row.push(some("x"));
        }
        written.rows.reverse();
    }
    Some(after)
}

/// A second copy of everybody and everything, under other keys.
pub fn doubled(world: &World) -> World {
    let mut after = world.clone();
    for written in after.tables.values_mut() {
        let mut more = written.rows.clone();
        for row in &mut more {
            for (cell, column) in row.iter_mut().zip(&written.columns) {
                let keys = ["id", "who", "account_id", "email", "address", "cookie_id", "row_id", "session_id"];
                if let Some(text) = cell.as_mut().filter(|_| keys.contains(&column.as_str())) {
                    *text = renamed(text);
                }
            }
        }
        if written.columns.iter().any(|column| column == "product_id")
            && !written.columns.iter().any(|column| column == "who")
        {
            continue; // a lookup is nobody's
        }
        written.rows.extend(more);
    }
    after
}

/// Another key of the same type.
pub fn renamed(key: &str) -> String {
    match key.parse::<i64>() {
        Ok(n) => (n + 500_000).to_string(),
        Err(_) if key.starts_with("00000000-") => key.replacen("00000000-", "11111111-", 1),
        Err(_) => format!("z{key}"),
    }
}

/// The database with all that may not be read scrambled at once: rows before retention and after now, rows that arrived later, cells of
/// columns that nothing declares, the order of rows.
pub fn unreadable(case: &Case, world: &World, chance: &mut Chance) -> World {
    let mut after = world.clone();
    for change in [unreadable_rows, late_rows, expire, unreadable_rows, other_columns] {
        let before = after.clone();
        let seed = chance.below(1_000_000) as u64;
        if let Some(changed) = change(&mut Now { case, world: &before, chance: Chance::new(seed) }) {
            after = changed;
        }
    }
    after
}
