//! Changes of databases from which something must follow, each with twins that tell who reads what was changed: the same rows, but such
//! as may be read; the same cells with another content.

use std::collections::{BTreeMap, BTreeSet};

use segma::model::Instant;
use segma::model::calendar::Zone;

use super::cases::Case;
use super::catalog::{Clock, Field};
use super::databases;
use super::relations::{Changed, Now};
use crate::common::chance::Chance;
use crate::common::worlds::{World, Written};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const CONSENT: &str = "privacy.consent";
/// What tells whose a row is, or leads from one row to another.
const KEYS: [&str; 8] = ["id", "who", "account_id", "email", "address", "cookie_id", "row_id", "session_id"];

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn place(written: &Written, column: &str) -> Option<usize> {
    written.columns.iter().position(|known| known == column)
}

/// Writes a cell, where the table has the column.
fn put(written: &mut Written, row: usize, column: &str, cell: Option<String>) {
    if let Some(at) = place(written, column) {
        written.rows[row][at] = cell;
    }
}

/// The control rows of somebody say nothing any longer; they stay, as their times tell how fresh a ledger is.
fn silence(written: &mut Written, row: usize) {
    put(written, row, "state", some("yes"));
    put(written, row, "purpose", some("none"));
    put(written, row, "ends", None);
}

// ── Rows by the names of columns ─────────────────────────────────────────────────────────────────────────────────────────────────

impl Now<'_> {
    fn at(&self, table: &str, column: &str) -> Option<usize> {
        place(self.world.tables.get(table)?, column)
    }

    /// The column that says whose decision a row of the consent ledger is.
    fn whose(&self) -> &'static str {
        if self.case.catalog.by_address { "address" } else { "who" }
    }

    fn time(&self, micros: i64) -> Option<String> {
        Some(self.world.now.plus_micros(micros).to_string())
    }

    /// A row of a table by chance.
    fn row(&mut self, table: &str, keep: impl Fn(&[Option<String>]) -> bool) -> Option<usize> {
        let rows = &self.world.tables.get(table)?.rows;
        let rows: Vec<usize> = (0..rows.len()).filter(|row| keep(&rows[*row])).collect();
        if rows.is_empty() { None } else { Some(self.chance.pick(&rows)) }
    }

    /// Somebody: mostly one who is in some segment, or one who is in none.
    fn somebody(&mut self, member: bool) -> String {
        let everybody = databases::people(self.world);
        let within: BTreeSet<&String> = self.members.values().flatten().collect();
        let some: Vec<String> = everybody.iter().filter(|key| within.contains(key) == member).cloned().collect();
        if some.is_empty() || self.chance.percent(20) { self.chance.pick(&everybody) } else { self.chance.pick(&some) }
    }

    /// By what the consent ledger knows somebody.
    fn subject(&self, key: &str) -> Option<String> {
        if !self.case.catalog.by_address {
            return Some(key.to_owned());
        }
        let people = &self.world.tables["crm.people"];
        let (id, email) = (place(people, "id")?, place(people, "email")?);
        people.rows.iter().find(|row| row[id].as_deref() == Some(key))?[email].clone()
    }

    /// The subjects of a few people.
    fn subjects(&mut self, count: usize, members: bool) -> BTreeSet<String> {
        let people: Vec<String> = (0..count).map(|_| self.somebody(members)).collect();
        people.iter().filter_map(|key| self.subject(key)).collect()
    }

    /// Rows of the consent ledger of some subjects.
    fn said_by(&self, subjects: &BTreeSet<String>, keep: impl Fn(&BTreeMap<&str, Option<&str>>) -> bool) -> Vec<usize> {
        let Some(written) = self.world.tables.get(CONSENT) else { return Vec::new() };
        let of = |row: &&usize| {
            let cells =
                written.columns.iter().map(String::as_str).zip(written.rows[**row].iter().map(Option::as_deref));
            let cells: BTreeMap<&str, Option<&str>> = cells.collect();
            cells[self.whose()].is_some_and(|subject| subjects.contains(subject)) && keep(&cells)
        };
        (0..written.rows.len()).collect::<Vec<_>>().iter().filter(of).copied().collect()
    }

    /// Somebody says something, on a new row that became known with some other.
    fn say(&mut self, world: &mut World, subject: &str, cells: &[(&str, Option<String>)]) -> Option<()> {
        let like = self.row(CONSENT, |_| true)?;
        let written = world.tables.get_mut(CONSENT)?;
        let row = self.world.tables[CONSENT].rows[like].clone();
        written.rows.push(row);
        let row = written.rows.len() - 1;
        for (column, cell) in
            [(self.whose(), some(subject)), ("ends", None), ("notice", some("2026-01"))].iter().chain(cells)
        {
            put(written, row, column, cell.clone());
        }
        Some(())
    }

    /// Somebody denies everything now.
    fn deny(&mut self, world: &mut World, subject: &str) -> Option<()> {
        let at = self.time(0);
        self.say(world, subject, &[("state", some("no")), ("purpose", some("*")), ("decided", at)])
    }
}

// ── Control rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Any denials, or what nobody can read. Twin: the same people deny everything.
pub fn add_denial(now: &mut Now<'_>) -> Option<Changed> {
    let (mut after, mut twin) = (now.world.clone(), now.world.clone());
    for subject in now.subjects(3, true) {
        let at = [now.time(-DAY), now.time(0), now.time(300_000_000), None][now.chance.below(4)].clone();
        let state = some(["no", "obj", "frozen", "gone", "unheard of"][now.chance.below(5)]);
        let purpose = some(["e", "a", "m", "i", "s", "*", "new"][now.chance.below(7)]);
        now.say(&mut after, &subject, &[("decided", at), ("state", state), ("purpose", purpose)])?;
        now.deny(&mut twin, &subject)?;
    }
    Some(Changed::to(after).beside(twin))
}

/// Some grants less. Twin: the same people never granted anything.
pub fn remove_grant(now: &mut Now<'_>) -> Option<Changed> {
    let subjects = now.subjects(4, true);
    let mut grants =
        now.said_by(&subjects, |row| row["state"] == Some("yes") && row.get("ends").is_none_or(Option::is_none));
    let (mut after, mut twin) = (now.world.clone(), now.world.clone());
    grants.iter().for_each(|row| silence(twin.tables.get_mut(CONSENT).unwrap(), *row));
    grants.retain(|_| now.chance.percent(50));
    for row in grants.iter().rev() {
        after.tables.get_mut(CONSENT)?.rows.remove(*row);
    }
    if grants.is_empty() { None } else { Some(Changed::to(after).beside(twin)) }
}

/// Grants that count, of one purpose: whoever is asked for it may come, and nothing else changes. Twin: grants of every purpose.
pub fn grant_another(now: &mut Now<'_>) -> Option<Changed> {
    let (code, grows) =
        [("e", "marketing.email"), ("a", "marketing.ads"), ("i", "analytics"), ("s", "service")][now.chance.below(4)];
    let (mut after, mut twin) = (now.world.clone(), now.world.clone());
    for subject in now.subjects(5, false) {
        let at = now.time(-1);
        let grant = |code: &str| [("state", some("yes")), ("purpose", some(code)), ("decided", at.clone())];
        now.say(&mut after, &subject, &grant(code))?;
        ["e", "a", "i", "s"].into_iter().try_for_each(|code| now.say(&mut twin, &subject, &grant(code)))?;
    }
    Some(Changed { grows: vec![grows], ..Changed::to(after).beside(twin) })
}

/// Past denials come later, and so count more. Twin: they were never made.
pub fn later_denial(now: &mut Now<'_>) -> Option<Changed> {
    let instant = now.world.now;
    let mut subjects = now.subjects(10, false);
    subjects.extend(now.subjects(10, true));
    let past = |text: &str| text.parse::<Instant>().is_ok_and(|at| at < instant);
    let denials =
        now.said_by(&subjects, |row| matches!(row["state"], Some("no" | "obj")) && row["decided"].is_some_and(past));
    let (mut after, mut twin) = (now.world.clone(), now.world.clone());
    for row in &denials {
        put(after.tables.get_mut(CONSENT)?, *row, "decided", now.time(0));
        silence(twin.tables.get_mut(CONSENT)?, *row);
    }
    if denials.is_empty() { None } else { Some(Changed::to(after).beside(twin)) }
}

/// Control rows in another order, some of them twice. Twins: of everybody the first row alone speaks, or the last.
pub fn shuffle_control(now: &mut Now<'_>) -> Option<Changed> {
    let mut after = now.world.clone();
    for table in [CONSENT, "privacy.flags", "privacy.choices", "privacy.gpc", "id.links"] {
        let Some(written) = after.tables.get_mut(table) else { continue };
        written.rows.reverse();
        let more: Vec<_> = written.rows.iter().filter(|_| now.chance.percent(30)).cloned().collect();
        written.rows.extend(more);
    }
    let whose = now.at(CONSENT, now.whose())?;
    let speaks = |last: bool| {
        let mut twin = now.world.clone();
        let written = twin.tables.get_mut(CONSENT).unwrap();
        let mut rows: Vec<usize> = (0..written.rows.len()).collect();
        if last {
            rows.reverse();
        }
        let mut heard = BTreeSet::new();
        for row in rows {
            if !heard.insert(written.rows[row][whose].clone()) {
                silence(written, row);
            }
        }
        twin
    };
    Some(Changed::to(after).beside(speaks(false)).beside(speaks(true)))
}

/// Some control cell is emptied. Not an end, which is a denial, nor a present state, whose absence the catalog maps to nothing; and when a
/// link is from is a row's time, where rows are read along it. Twins: the cell says what some other row says.
pub fn blank_control(now: &mut Now<'_>) -> Option<Changed> {
    let table = [CONSENT, CONSENT, CONSENT, "privacy.choices", "privacy.gpc", "id.links"][now.chance.below(6)];
    let key = now.somebody(true);
    let subject = now.subject(&key);
    let of = |row: &[Option<String>]| {
        row.iter().any(|cell| cell.is_some() && (*cell == subject || cell.as_ref() == Some(&key)))
    };
    let row = now.row(table, of).or_else(|| now.row(table, |_| true))?;
    let written = &now.world.tables[table];
    let kept = |column: &String| column == "ends" || column == "linked";
    let columns =
        (0..written.columns.len()).filter(|at| !kept(&written.columns[*at]) && written.rows[row][*at].is_some());
    let columns: Vec<usize> = columns.collect();
    let column = if columns.is_empty() { return None } else { now.chance.pick(&columns) };
    let with = |cell: Option<String>| {
        let mut world = now.world.clone();
        world.tables.get_mut(table).unwrap().rows[row][column] = cell;
        world
    };
    let own = &written.rows[row][column];
    let others: BTreeSet<&String> =
        written.rows.iter().filter_map(|row| row[column].as_ref()).filter(|cell| Some(*cell) != own.as_ref()).collect();
    let others: Vec<&String> = others.into_iter().collect();
    let mut changed = Changed::to(with(None));
    for _ in 0..others.len().min(4) {
        changed = changed.beside(with(Some(now.chance.pick(&others).clone())));
    }
    Some(changed)
}

/// Grants just now, of a few contact points: nobody but whose they are may come. Twin: denials instead.
pub fn grant_again(now: &mut Now<'_>) -> Option<Changed> {
    let subjects = now.subjects(6, false);
    let at = now.time(0);
    let (mut after, mut twin) = (now.world.clone(), now.world.clone());
    for subject in &subjects {
        for code in ["e", "a", "m", "i", "s"] {
            if now.chance.percent(75) {
                let grant = [("state", some("yes")), ("purpose", some(code)), ("decided", at.clone())];
                now.say(&mut after, subject, &grant)?;
            }
        }
        now.deny(&mut twin, subject)?;
    }
    let people = &now.world.tables["crm.people"];
    let (id, email) = (place(people, "id")?, place(people, "email")?);
    let like = |text: &str| subjects.iter().any(|subject| text.trim().eq_ignore_ascii_case(subject.trim()));
    let whose = if now.case.catalog.by_address { email } else { id };
    let theirs = |row: &&Vec<Option<String>>| row[whose].as_deref().is_some_and(like);
    let only = people.rows.iter().filter(theirs).filter_map(|row| row[id].clone()).collect();
    Some(Changed { only: Some(only), ..Changed::to(after).beside(twin) })
}

pub fn empty_ledger(now: &mut Now<'_>) -> Option<Changed> {
    let mut after = now.world.clone();
    after.tables.get_mut(CONSENT)?.rows.clear();
    Some(Changed::to(after))
}

/// One id of a browser leads to two more people. Twin: another one does so, and refused.
pub fn merge(now: &mut Now<'_>) -> Option<Changed> {
    now.world.tables.get("id.links")?;
    let people = [now.somebody(true), now.somebody(false)];
    let known = now
        .row("id.links", |_| true)
        .and_then(|row| now.world.tables["id.links"].rows[row][now.at("id.links", "cookie_id")?].clone());
    let linked = |world: &World, cookie: Option<String>| {
        let mut world = world.clone();
        let written = world.tables.get_mut("id.links").unwrap();
        for key in &people {
            written.rows.push(vec![None; written.columns.len()]);
            let row = written.rows.len() - 1;
            put(written, row, "who", Some(key.clone()));
            put(written, row, "cookie_id", cookie.clone());
            put(written, row, "linked", now.time(-DAY));
        }
        world
    };
    let after = linked(now.world, known.or(some("c1")));
    let mut twin = linked(&after, some("merged"));
    let choices = twin.tables.get_mut("privacy.choices")?;
    choices.rows.push(vec![None; choices.columns.len()]);
    let row = choices.rows.len() - 1;
    for (column, cell) in
        [("cookie_id", some("merged")), ("purpose", some("m")), ("choice", some("no")), ("chosen", now.time(-1))]
    {
        put(choices, row, column, cell);
    }
    Some(Changed::to(after).beside(twin))
}

// ── Rows of data ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// An instant as a table's clock holds it.
fn clocked(at: Instant, clock: Clock) -> String {
    let text = at.to_string();
    match clock {
        Clock::Instant => text,
        Clock::Date => text[..10].to_owned(),
        Clock::Wall => text[..19].replace('T', " "),
    }
}

/// New rows of events, each made of one that is there, of somebody else, at an instant of its own, known since another.
fn more_rows(now: &Now<'_>, seed: u64, at: impl Fn(&mut Chance, u32) -> Instant, known: Option<Instant>) -> World {
    let mut chance = Chance::new(seed);
    let mut after = now.world.clone();
    let people = databases::people(now.world);
    for table in &now.case.catalog.tables {
        let Some(written) = after.tables.get_mut(table.physical).filter(|written| !written.rows.is_empty()) else {
            continue;
        };
        if known.is_some() && place(written, "loaded").is_none() {
            continue;
        }
        let many = if known.is_some() { 24 } else { 10 };
        for number in 0..many {
            let (mut row, other) = (chance.pick(&written.rows), chance.pick(&written.rows));
            let instant = at(&mut chance, table.months);
            for (column, cell) in
                written.columns.iter().zip(&mut row).enumerate().map(|(place, (column, cell))| ((place, column), cell))
            {
                match column.1.as_str() {
                    "who" => *cell = Some(chance.pick(&people)),
                    "account_id" | "cookie_id" => cell.clone_from(&other[column.0]),
                    "row_id" | "session_id" => *cell = Some(format!("unheard-of-{number}")),
                    "loaded" => *cell = Some(known.unwrap_or(now.world.now.plus_micros(-HOUR)).to_string()),
                    name if name == table.at => *cell = Some(clocked(instant, table.clock)),
                    _ => {}
                }
            }
            written.rows.push(row);
        }
    }
    after
}

/// A time that every table may be read of.
fn recent(now: &Now<'_>) -> Instant {
    now.world.now.plus_micros(-26 * HOUR)
}

/// A time so long ago that nothing is kept since then, or one that is yet to come.
fn unreadable_time(now: Instant, chance: &mut Chance) -> Instant {
    match chance.below(4) {
        0 => "1985-06-01T00:00:00Z".parse().unwrap(),
        1 => "2001-02-03T04:05:06Z".parse().unwrap(),
        _ => now.plus_micros(DAY * (2 + chance.below(90) as i64)),
    }
}

/// Rows that are too old, or not yet. Twin: the same rows of yesterday.
pub fn unreadable_rows(now: &mut Now<'_>) -> Option<Changed> {
    let (seed, instant) = (now.chance.below(1_000_000) as u64, now.world.now);
    let after = more_rows(now, seed, |chance, _| unreadable_time(instant, chance), None);
    let twin = more_rows(now, seed, |chance, _| later(chance, recent(now), instant), None);
    Some(Changed::to(after).beside(twin))
}

/// The same draws as for a time that may not be read, so that all else is the same.
fn later(chance: &mut Chance, instant: Instant, now: Instant) -> Instant {
    unreadable_time(now, chance);
    instant
}

/// What is older than its retention goes for good. Twin: what goes was of yesterday.
pub fn expire(now: &mut Now<'_>) -> Option<Changed> {
    let seed = now.chance.below(1_000_000) as u64;
    let zone = Zone::named("Europe/Berlin").unwrap();
    let instant = now.world.now;
    let old = |chance: &mut Chance, months: u32| {
        zone.add_months(instant, -(months as i32)).plus_micros(-DAY * (2 + chance.below(400) as i64))
    };
    let before = more_rows(now, seed, old, None);
    let twin = more_rows(
        now,
        seed,
        |chance, months| {
            old(chance, months);
            recent(now)
        },
        None,
    );
    let after = without_expired(now.case, &before);
    Some(Changed { before: Some(before), ..Changed::to(after).beside(twin) })
}

fn without_expired(case: &Case, world: &World) -> World {
    let zone = Zone::named("Europe/Berlin").unwrap();
    let mut after = world.clone();
    for table in &case.catalog.tables {
        let Some(written) = after.tables.get_mut(table.physical) else { continue };
        let Some(column) = place(written, table.at) else { continue };
        // A day more, for wall times and dates are compared as texts here.
        let oldest = clocked(zone.add_months(world.now, -(table.months as i32)).plus_micros(-DAY), table.clock);
        // What is nobody's, or of a time that is none, is counted however old it is.
        let whose = ["who", "account_id", "cookie_id"].map(|name| place(written, name));
        let nobodys = |row: &[Option<String>]| whose.iter().flatten().any(|at| row[*at].is_none());
        let stays = |at: &String| *at >= oldest || at.as_str() < "1970-01-03";
        written.rows.retain(|row| nobodys(row) || row[column].as_ref().is_none_or(stays));
    }
    after
}

/// Rows that were not known yet. Twin: the same rows, known since an hour.
pub fn late_rows(now: &mut Now<'_>) -> Option<Changed> {
    let seed = now.chance.below(1_000_000) as u64;
    let (later, sooner) = (now.world.now.plus_micros(1), now.world.now.plus_micros(-HOUR));
    let rows = |known| more_rows(now, seed, |_, _| recent(now), Some(known));
    let (after, twin) = (rows(later), rows(sooner));
    (after.tables != now.world.tables).then(|| Changed::to(after).beside(twin))
}

/// The columns of a table that hold fields and nothing by which rows are found.
fn plain(written: &Written) -> Vec<usize> {
    let clocks =
        ["ordered", "sent", "viewed", "signed", "filed", "opened", "last_seen", "changed", "loaded", "product_id"];
    let kept = |column: &str| KEYS.contains(&column) || clocks.contains(&column);
    (0..written.columns.len()).filter(|at| !kept(&written.columns[*at])).collect()
}

/// Data cells are emptied: no keys, no times, no addresses, nothing that rows are found by. Twin: they say what the next row says.
pub fn blank_data(now: &mut Now<'_>) -> Option<Changed> {
    let physical = now.case.catalog.tables.iter().map(|table| table.physical).chain(["crm.people"]);
    let mut cells = Vec::new();
    for table in physical {
        let Some(written) = now.world.tables.get(table) else { continue };
        let there = |(row, at): &(usize, usize)| written.rows[*row][*at].is_some();
        let all = (0..written.rows.len()).flat_map(|row| plain(written).into_iter().map(move |at| (row, at)));
        cells.extend(all.filter(there).map(|(row, at)| (table, row, at)));
    }
    if cells.is_empty() {
        return None;
    }
    let (mut after, mut twin) = (now.world.clone(), now.world.clone());
    for _ in 0..40 {
        let (table, row, at) = now.chance.pick(&cells);
        let rows = &mut after.tables.get_mut(table)?.rows;
        let was = rows[row][at].take();
        // Two versions that contradicted each other would be one now: that mends a row.
        if (0..rows.len()).any(|other| other != row && rows[other] == rows[row]) {
            rows[row][at] = was;
            continue;
        }
        let rows = &mut twin.tables.get_mut(table)?.rows;
        rows[row][at] = rows[(row + 1) % rows.len()][at].clone();
    }
    Some(Changed::to(after).beside(twin))
}

/// Each cell of some columns, from one row to the next.
fn turn(written: &mut Written, columns: &[usize], rows: std::ops::Range<usize>) {
    for at in columns {
        let cells: Vec<Option<String>> = written.rows[rows.clone()].iter().map(|row| row[*at].clone()).collect();
        let next = cells.iter().cycle().skip(1).cloned();
        written.rows[rows.clone()].iter_mut().zip(next).for_each(|(row, cell)| row[*at] = cell);
    }
}

/// Cells that may not be read, from one row to the next: of fields that serve nothing but a service, and of rows that are too old or not
/// yet. Twin: the cells of rows that may be read. Versions are told apart by every column, so not of tables that have some.
pub fn scramble(now: &mut Now<'_>) -> Option<Changed> {
    let catalog = &now.case.catalog;
    let mut found: Vec<(&str, &Vec<Field>)> = vec![("crm.people", &catalog.person)];
    for table in &catalog.tables {
        found.extend((!table.has_versions()).then_some((table.physical, &table.fields)));
        found.extend(table.nested.iter().map(|(_, fields)| ("shop.items", fields)));
    }
    let (seed, instant) = (now.chance.below(1_000_000) as u64, now.world.now);
    let before = more_rows(now, seed, |chance, _| unreadable_time(instant, chance), None);
    let (mut after, mut twin) = (before.clone(), before.clone());
    for (table, fields) in found {
        let Some(own) = now.world.tables.get(table) else { continue };
        let served: Vec<String> =
            fields.iter().filter(|field| field.only_service).flat_map(|field| field.columns()).collect();
        let columns: Vec<usize> = served.iter().filter_map(|column| place(own, column)).collect();
        let written = after.tables.get_mut(table)?;
        turn(written, &columns, 0..own.rows.len());
        turn(written, &plain(own), own.rows.len()..written.rows.len());
        let read: Vec<usize> = plain(own).into_iter().filter(|at| !columns.contains(at)).collect();
        turn(twin.tables.get_mut(table)?, &read, 0..own.rows.len());
    }
    Some(Changed { before: Some(before), ..Changed::to(after).beside(twin) })
}

/// Rows that have versions, twice. Twin: each of them under a key of its own, so that they count.
pub fn twice(now: &mut Now<'_>) -> Option<Changed> {
    let (mut after, mut twin) = (now.world.clone(), now.world.clone());
    for table in now.case.catalog.tables.iter().filter(|table| table.has_versions()) {
        let Some(written) = after.tables.get_mut(table.physical) else { continue };
        let mut again = written.rows.clone();
        written.rows.extend(again.clone());
        let key = place(written, "row_id");
        again.iter_mut().for_each(|row| {
            if let Some(cell) = key.and_then(|at| row[at].as_mut()) {
                cell.push_str("-again");
            }
        });
        twin.tables.get_mut(table.physical)?.rows.extend(again);
    }
    (after.tables != now.world.tables).then(|| Changed::to(after).beside(twin))
}

// ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Strangers who are like some people in everything, under keys of their own, and who may be reached like them: they come, nobody goes.
pub fn strangers(now: &mut Now<'_>) -> Option<Changed> {
    let (after, keys) = likenesses(now);
    Some(Changed { only: Some(keys), ..Changed::to(after) })
}

/// The same strangers, of whom nobody may be reached: nothing changes, and no minimum is filled. Twin: they may be reached.
pub fn unreachable(now: &mut Now<'_>) -> Option<Changed> {
    let (twin, keys) = likenesses(now);
    let mut after = twin.clone();
    let people = &twin.tables["crm.people"];
    let (id, email) = (place(people, "id")?, place(people, "email")?);
    let strange = people.rows.iter().filter(|row| row[id].as_ref().is_some_and(|key| keys.contains(key)));
    let subjects: BTreeSet<Option<String>> =
        strange.map(|row| row[if now.case.catalog.by_address { email } else { id }].clone()).collect();
    let instant = now.time(0);
    // Whoever has no address cannot say anything by it.
    if subjects.contains(&None) {
        return None;
    }
    for subject in subjects.into_iter().flatten() {
        let state = ["gone", "frozen"][now.chance.below(2)];
        now.say(&mut after, &subject, &[("state", some(state)), ("purpose", some("*")), ("decided", instant.clone())])?;
        now.deny(&mut after, &subject)?;
    }
    Some(Changed::to(after).beside(twin))
}

/// Copies of a few people with all that is known of them, and their keys.
fn likenesses(now: &mut Now<'_>) -> (World, BTreeSet<String>) {
    let people: BTreeSet<String> = (0..3).map(|_| now.somebody(true)).collect();
    let mut known = people.clone();
    // Whose accounts, addresses and browsers these are, and which rows are theirs.
    for _ in 0..3 {
        for written in now.world.tables.values() {
            let keys: Vec<usize> = KEYS.iter().filter_map(|key| place(written, key)).collect();
            let whose: Vec<usize> =
                ["id", "who", "email", "cookie_id"].iter().filter_map(|key| place(written, key)).collect();
            for row in &written.rows {
                if whose.iter().any(|at| row[*at].as_ref().is_some_and(|key| known.contains(key))) {
                    known.extend(keys.iter().filter_map(|at| row[*at].clone()));
                }
            }
        }
        // Nobody comes along who shares something with them.
        let others = databases::people(now.world);
        known.retain(|key| people.contains(key) || !others.contains(key));
    }
    let mut after = now.world.clone();
    for written in after.tables.values_mut() {
        let keys: Vec<usize> = KEYS.iter().filter_map(|key| place(written, key)).collect();
        let own = place(written, "id").or(place(written, "who"));
        let theirs = |row: &&Vec<Option<String>>| match own {
            Some(at) => row[at].as_ref().is_some_and(|key| people.contains(key)),
            None => keys.iter().any(|at| row[*at].as_ref().is_some_and(|key| known.contains(key))),
        };
        let mut more: Vec<Vec<Option<String>>> = written.rows.iter().filter(theirs).cloned().collect();
        more.iter_mut().for_each(|row| keys.iter().for_each(|at| row[*at] = row[*at].as_deref().map(renamed)));
        written.rows.extend(more);
    }
    (after, people.iter().map(|key| renamed(key)).collect())
}

/// A second copy of everybody and everything, under other keys.
pub fn doubled(world: &World) -> World {
    let mut after = world.clone();
    for written in after.tables.values_mut() {
        let mut more = written.rows.clone();
        for row in &mut more {
            for (cell, column) in row.iter_mut().zip(&written.columns) {
                if let Some(text) = cell.as_mut().filter(|_| KEYS.contains(&column.as_str())) {
                    *text = renamed(text);
                }
            }
        }
        if place(written, "product_id").is_some() && place(written, "who").is_none() {
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

// ── Everything ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The same instants, written elsewhere on the earth. Twin: there the clocks are read, and where they hang is forgotten.
pub fn other_offsets(now: &mut Now<'_>) -> Option<Changed> {
    let elsewhere = |offset: &str| {
        let mut after = now.world.clone();
        for written in after.tables.values_mut() {
            for cell in written.rows.iter_mut().flatten().flatten() {
                let Some(at) = cell.strip_suffix('Z').and_then(|_| cell.parse::<Instant>().ok()) else { continue };
                let wall = at.plus_micros(9 * HOUR).to_string();
                *cell = format!("{}{offset}", wall.trim_end_matches('Z'));
            }
        }
        after
    };
    Some(Changed::to(elsewhere("+09:00")).beside(elsewhere("Z")))
}

/// Columns that nobody declared, and another order of those that are, and of rows. Twin: the columns' names are moved, their cells are not.
pub fn other_columns(now: &mut Now<'_>) -> Option<Changed> {
    let (mut after, mut twin) = (now.world.clone(), now.world.clone());
    twin.tables.values_mut().for_each(|written| written.columns.reverse());
    for written in after.tables.values_mut() {
        written.columns.reverse();
        written.columns.push("added".to_owned());
        for row in &mut written.rows {
            row.reverse();
            row.push(some("x"));
        }
        written.rows.reverse();
    }
    Some(Changed::to(after).beside(twin))
}

/// The database with all that may not be read scrambled at once: rows before retention and after now, rows that arrived later, columns
/// that nothing declares, the order of rows. Twin: the rows of yesterday that were known then.
pub fn unreadable(case: &Case, world: &World, chance: &mut Chance) -> Changed {
    let (mut after, mut twin) = (world.clone(), world.clone());
    let members = BTreeMap::new();
    let steps: [fn(&mut Now<'_>) -> Option<Changed>; 5] =
        [unreadable_rows, late_rows, expired, unreadable_rows, other_columns];
    for (number, change) in steps.into_iter().enumerate() {
        let before = after.clone();
        let chance = Chance::new(chance.below(1_000_000) as u64);
        if let Some(changed) = change(&mut Now { case, world: &before, members: &members, chance }) {
            after = changed.after;
            if number == 0 {
                twin = changed.twins.into_iter().next().unwrap_or(twin);
            }
        }
    }
    Changed::to(after).beside(twin)
}

/// What is there and too old goes.
fn expired(now: &mut Now<'_>) -> Option<Changed> {
    Some(Changed::to(without_expired(now.case, now.world)))
}
