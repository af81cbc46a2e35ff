//! Databases at which a program may change its mind: times at its own cut-offs and a microsecond beside them, values from its constants,
//! versions, orphans, shared addresses; and people who would be members but for one fact of the guard (pivots).

use std::collections::BTreeSet;

use segma::model::Instant;
use segma::model::calendar::Zone;

use super::cases::Case;
use super::catalog::TEXTS;
use super::cells::{self, Wish};
use crate::common::chance::Chance;
use crate::common::worlds::{World, Written};

const DAY: i64 = 86_400_000_000;
const SKEW: i64 = 300_000_000;

/// A database for a case: as messy as chance has it, or with people who are excluded by one fact alone.
pub fn invent(case: &Case, people: usize, pivots: bool, chance: &mut Chance) -> World {
    let now = moment(chance);
    invent_at(case, people, pivots, now, chance)
}

/// The same at an instant.
pub fn invent_at(case: &Case, people: usize, pivots: bool, now: Instant, chance: &mut Chance) -> World {
    let text = case.segments.iter().map(|segment| segment.print()).collect::<String>();
    let zone = Zone::named("Europe/Berlin").unwrap();
    let mut base = case.world.clone();
    base.now = now;
    let wish = Wish {
        people,
        rows: people * 5,
        instants: instants(&text, base.now, &zone),
        numbers: numbers(&text),
        texts: TEXTS.iter().map(|text| (*text).to_owned()).collect(),
        dirty: !pivots && chance.percent(25),
    };
    let mut world = cells::wished(&base, &case.model, &wish, chance);
    world.complete(&case.model);
    versions(&mut world, chance);
    if pivots {
        guard(case, &mut world, &zone, chance);
    } else {
        moved(&mut world, chance);
    }
    stored(case, &mut world, chance);
    world
}

/// Who was stored as a member, where members stay: at the border, just past it, yet to come, under another definition.
fn stored(case: &Case, world: &mut World, chance: &mut Chance) {
    let keys = people(world);
    for segment in &case.segments {
        let Some(written) = world.tables.get_mut(&format!("audiences.{}__stored", segment.name)) else { continue };
        written.rows.clear();
        for _ in 0..keys.len() / 2 {
            let days = segment.stays_for().unwrap_or(1);
            let ago = [DAY, DAY * days, DAY * days + 1, DAY * days - 1, 0, -1][chance.below(6)];
            let last = world.now.plus_micros(-ago).to_string();
            let key = Some(chance.pick(&keys));
            let definition = ["current", "current", "current", "another"][chance.below(4)].to_owned();
            Rows(written).add(&[("id", key.clone()), ("last_true", Some(last)), ("definition", Some(definition))]);
        }
    }
}

/// When the run is: an ordinary noon, or a change of clocks, a leap day, the end of a month.
fn moment(chance: &mut Chance) -> Instant {
    let all = [
        "2026-11-01T12:00:00Z",
        "2026-11-01T12:00:00Z",
        "2026-10-31T23:00:00Z",
        "2026-10-25T00:59:59.999999Z",
        "2026-10-25T01:00:00Z",
        "2026-03-29T01:00:00Z",
        "2026-03-31T08:30:00.000001Z",
        "2028-02-29T10:00:00Z",
        "2027-01-01T00:00:00Z",
    ];
    all[chance.below(all.len())].parse().unwrap()
}

/// The ends of every length and day that a text speaks of, seen from now.
fn instants(text: &str, now: Instant, zone: &Zone) -> Vec<Instant> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',')).collect();
    let mut found = BTreeSet::from([now.micros()]);
    for pair in words.windows(3) {
        if let Ok(date) = pair[0].parse::<segma::model::Date>() {
            let start = zone.start_of(date);
            found.extend([start.micros(), start.plus_micros(DAY).micros()]);
        }
        let Ok(n) = pair[0].parse::<i64>() else { continue };
        let full = pair[1] == "full";
        match if full { pair[2] } else { pair[1] } {
            "hours" => drop(found.insert(now.plus_micros(-n * DAY / 24).micros())),
            "days" => found.extend([
                now.plus_micros(-n * DAY).micros(),
                zone.start_of(zone.date_of(now)).plus_micros(-n * DAY).micros(),
            ]),
            "weeks" => found.extend([now.plus_micros(-n * 7 * DAY).micros()]),
            "months" => {
                let n = i32::try_from(n).unwrap_or(1);
                found.insert(zone.add_months(now, -n).micros());
                found.insert(zone.unit_start(now, segma::model::calendar::CalendarUnit::Month, -n).micros());
            }
            _ => {}
        }
    }
    found.insert(zone.unit_start(now, segma::model::calendar::CalendarUnit::Month, 0).micros());
    found.insert(zone.unit_start(now, segma::model::calendar::CalendarUnit::Week, 0).micros());
    found.insert(zone.start_of(zone.date_of(now)).micros());
    found.into_iter().map(Instant::from_micros).collect()
}

/// Every number that a text compares with, and its neighbours.
fn numbers(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let mut found: BTreeSet<String> = BTreeSet::from(["0".to_owned(), "1".to_owned()]);
    for word in words.filter(|word| {
        word.len() < 8 && !word.starts_with('.') && !word.ends_with('.') && word.matches('.').count() < 2
    }) {
        if word.contains('.') {
            found.insert(word.to_owned());
        } else if let Ok(n) = word.parse::<i64>() {
            found.extend([n - 1, n, n + 1].map(|n| n.to_string()));
        }
    }
    found.into_iter().collect()
}

fn at(written: &Written, column: &str) -> Option<usize> {
    written.columns.iter().position(|known| known == column)
}

/// Now and then somebody's row stands once more, under another account or none, before or after: it breaks whoever reads the link.
fn moved(world: &mut World, chance: &mut Chance) {
    let Some(people) = world.tables.get_mut("crm.people") else { return };
    let Some(account) = at(people, "account_id").filter(|_| !people.rows.is_empty() && chance.percent(30)) else {
        return;
    };
    for _ in 0..=chance.below(2) {
        let mut again = chance.pick(&people.rows);
        let elsewhere = chance.pick(&people.rows);
        again[account] = elsewhere[account].clone();
        people.rows.insert(chance.below(people.rows.len() + 1), again);
    }
}

/// Gives rows that have versions a key of their own, and some of them a second version; parts lead to rows that are there.
fn versions(world: &mut World, chance: &mut Chance) {
    let mut number = 0;
    let mut keys: Vec<Option<String>> = Vec::new();
    for (name, written) in &mut world.tables {
        let (Some(key), Some(_)) =
            (at(written, "row_id"), at(written, "who").or(at(written, "account_id")).or(at(written, "cookie_id")))
        else {
            continue;
        };
        let changed = at(written, "changed");
        let mut more = Vec::new();
        for row in &mut written.rows {
            number += 1;
            row[key] = if chance.percent(1) { None } else { Some(format!("r{number}")) };
            keys.push(row[key].clone());
            if let Some(changed) = changed.filter(|_| chance.percent(12)) {
                let mut again = row.clone();
                for (column, cell) in again.iter_mut().enumerate() {
                    let fixed = ["row_id", "who", "account_id", "cookie_id", "loaded", "session_id"]
                        .contains(&written.columns[column].as_str());
                    let clock = ["ordered", "sent", "viewed", "signed", "filed", "opened"]
                        .contains(&written.columns[column].as_str());
                    if !fixed && !clock && chance.percent(30) {
                        *cell = None;
                    }
                }
                more.push(version(row, again, changed, chance));
            }
        }
        assert!(name != "shop.items");
        written.rows.extend(more);
    }
    if let Some(items) = world.tables.get_mut("shop.items")
        && let Some(key) = at(items, "row_id")
        && !keys.is_empty()
    {
        items.rows.iter_mut().for_each(|row| row[key] = chance.pick(&keys));
    }
}

/// Another version of a row: mostly a later one; one of the same time or of none, which nobody can place; the row once more; an older one.
fn version(
    row: &[Option<String>],
    mut again: Vec<Option<String>>,
    changed: usize,
    chance: &mut Chance,
) -> Vec<Option<String>> {
    let moved = |micros: i64| {
        move |text: &String| match text.parse::<Instant>() {
            Ok(at) => at.plus_micros(micros).to_string(),
            Err(()) => text.clone(),
        }
    };
    match chance.below(12) {
        0 => again[changed] = None,
        1 => again[changed] = row[changed].clone(),
        2 => return row.to_vec(),
        3 => again[changed] = row[changed].as_ref().map(moved(-1)),
        _ => again[changed] = row[changed].as_ref().map(moved(1 + chance.below(2) as i64)),
    }
    again
}

/// Rows of one ledger, by the names of its columns.
struct Rows<'w>(&'w mut Written);

impl Rows<'_> {
    fn add(&mut self, cells: &[(&str, Option<String>)]) {
        let cell = |column: &String| cells.iter().find(|(name, _)| name == column).and_then(|(_, cell)| cell.clone());
        let row = self.0.columns.iter().map(cell).collect();
        self.0.rows.push(row);
    }
}

/// One fact against somebody, by its number below, of those that the catalog has; often one that counts for every purpose.
fn fact(case: &Case, chance: &mut Chance) -> usize {
    let catalog = &case.catalog;
    let absent = [
        (1, catalog.valid.is_none()),
        (4, !catalog.notice),
        (13, !catalog.cookies),
        (14, !catalog.states),
        (15, !catalog.us),
    ];
    let there = |fact: &usize| !absent.iter().any(|(known, absent)| known == fact && *absent);
    let all: Vec<usize> = (0..16).chain([10, 10, 11, 11, 10, 11, 10, 11, 9, 12]).filter(there).collect();
    chance.pick(&all)
}

/// Everybody is an adult who agreed to everything, but about half have one fact against it, and some one that just is none.
fn guard(case: &Case, world: &mut World, zone: &Zone, chance: &mut Chance) {
    let now = world.now;
    let some = |text: &str| Some(text.to_owned());
    let time = |micros: i64| Some(now.plus_micros(micros).to_string());
    let fresh = time(-3_600_000_000);
    for ledger in ["privacy.consent", "privacy.flags", "privacy.choices", "privacy.gpc", "id.links"] {
        if let Some(written) = world.tables.get_mut(ledger) {
            written.rows.clear();
        }
    }
    let mut people = std::mem::take(&mut world.tables.get_mut("crm.people").unwrap().rows);
    let columns = world.tables["crm.people"].columns.clone();
    let place = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let (id, email, born, country) = (place("id"), place("email"), place("born"), place("country"));
    people.dedup_by(|a, b| a[id] == b[id]);
    let mut consent: Vec<Vec<(&str, Option<String>)>> = Vec::new();
    let mut flags = vec![vec![("who", some("none")), ("exported", fresh.clone())]];
    let (mut links, mut choices, mut gpc) = (Vec::new(), Vec::new(), Vec::new());
    let along = case.catalog.tables.iter().any(|table| table.along);
    for (number, person) in people.iter_mut().enumerate() {
        if along && chance.percent(70) {
            let at = [time(-DAY), time(-DAY * 300), time(-DAY * 420), None][chance.below(4)].clone();
            links.push(vec![
                ("cookie_id", Some(format!("k{}", number + 1))),
                ("who", person[id].clone()),
                ("linked", at),
            ]);
        }
        let address = format!("p{number}@x.example");
        let Some(key) = person[id].clone() else { continue };
        if person[email].is_some() || case.catalog.by_address {
            person[email] = Some(address.clone());
        }
        person[born] = some("1990-05-05");
        person[country] = some(["DE", "FR", "US", "CH"][chance.below(4)]);
        let subject = if case.catalog.by_address { address } else { key.clone() };
        let row = |purpose: &str, state: &str, at: Option<String>, notice: &str| {
            vec![
                ("who", Some(subject.clone())),
                ("address", Some(subject.clone())),
                ("purpose", some(purpose)),
                ("state", some(state)),
                ("decided", at),
                ("notice", some(notice)),
                ("loaded", fresh.clone()),
            ]
        };
        let said = -DAY * (1 + chance.below(300) as i64) - chance.below(1_000_000) as i64;
        let old = [24, 13].map(|months| zone.add_months(now, -months).micros() - now.micros());
        let code = ["e", "a", "i", "s"];
        let each = |at: Option<String>, notice: &str| code.map(|code| row(code, "yes", at.clone(), notice));
        let deny = ["*", "*", "m", "new"][chance.below(4)];
        let broken = chance.percent(64);
        let kind = if broken { fact(case, chance) } else { chance.below(16) };
        let usual = |consent: &mut Vec<_>| consent.extend(each(time(said), "2025-01"));
        if broken {
            match kind {
                0 => consent.push(row("none", "yes", time(said), "2025-01")),
                1 => consent.extend(each(time(old[0] - 1), "2025-01")),
                2 => consent.extend(each(time(1), "2025-01")),
                3 => consent.extend(each(None, "2025-01")),
                4 => consent.extend(code.map(|code| row(code, "yes", time(said), "2024-12"))),
                _ => usual(&mut consent),
            }
            match kind {
                5 => consent.push(row(deny, "no", time(said), "2025-01")),
                6 => consent.push(row(deny, "obj", time(0), "2025-01")),
                7 => consent.push(row(deny, "no", time(SKEW), "2025-01")),
                8 => consent.push(row(deny, "no", None, "2025-01")),
                9 => consent.push(row("e", "new", time(said + 1), "2025-01")),
                10 => consent.push(row("none", "frozen", time(said), "2025-01")),
                11 => consent.push(row("none", "gone", time(SKEW), "2025-01")),
                12 => person[born] = time(-15 * 365 * DAY).map(|text| text[..10].to_owned()),
                13 => {
                    links.push(vec![
                        ("cookie_id", Some(format!("c{number}"))),
                        ("who", Some(key.clone())),
                        ("linked", time(said)),
                    ]);
                    choices.push(vec![
                        ("cookie_id", Some(format!("c{number}"))),
                        ("purpose", some(["a", "m"][chance.below(2)])),
                        ("choice", some("no")),
                        ("chosen", time(-1)),
                        ("loaded", fresh.clone()),
                    ]);
                }
                14 => flags.push(vec![
                    ("who", Some(key.clone())),
                    ("exported", fresh.clone()),
                    ("mail", some("0")),
                    ("no_ads", some("true")),
                ]),
                15 => gpc.push(vec![
                    ("who", Some(key.clone())),
                    ("signal", some("gpc")),
                    ("status", some("on")),
                    ("seen", time(said)),
                ]),
                _ => {}
            }
        } else {
            match kind {
                0 => consent.extend(each(time(old[1]), "2025-01")),
                1 => consent.extend(each(time(0), "2026-01")),
                _ => usual(&mut consent),
            }
            match kind {
                2 => consent.push(row(deny, "no", time(said - 1), "2025-01")),
                3 => consent.push(row(deny, "no", time(SKEW + 1), "2025-01")),
                4 => consent.extend([row("none", "frozen", time(-DAY), ""), row("none", "thawed", time(-DAY + 1), "")]),
                5 => links.push(vec![
                    ("cookie_id", Some(format!("c{number}"))),
                    ("who", Some(key.clone())),
                    ("linked", time(said)),
                ]),
                _ => {}
            }
        }
    }
    choices.push(vec![
        ("cookie_id", some("c-none")),
        ("purpose", some("a")),
        ("choice", some("yes")),
        ("chosen", time(-DAY)),
        ("loaded", fresh.clone()),
    ]);
    gpc.push(vec![
        ("who", people[0][id].clone()),
        ("signal", some("gpc")),
        ("status", some("off")),
        ("seen", time(DAY)),
        ("loaded", fresh.clone()),
    ]);
    gpc.iter_mut().for_each(|row| row.push(("loaded", fresh.clone())));
    if let Some(Some(key)) = people.first().map(|row| row[id].clone()) {
        flags[0][0].1 = Some(key);
    }
    world.tables.get_mut("crm.people").unwrap().rows = people;
    for (name, rows) in [
        ("privacy.consent", consent),
        ("privacy.flags", flags),
        ("privacy.choices", choices),
        ("privacy.gpc", gpc),
        ("id.links", links),
    ] {
        if let Some(written) = world.tables.get_mut(name) {
            let mut written = Rows(written);
            rows.iter().for_each(|row| written.add(row));
        }
    }
}

/// The people of a database, by their keys.
pub fn people(world: &World) -> Vec<String> {
    let written = &world.tables["crm.people"];
    let id = at(written, "id").unwrap();
    let keys: BTreeSet<String> = written.rows.iter().filter_map(|row| row[id].clone()).collect();
    keys.into_iter().collect()
}

/// The database after somebody withdrew everything, just now.
pub fn denied(case: &Case, world: &World, key: &str) -> World {
    let mut after = world.clone();
    let people = &world.tables["crm.people"];
    let (id, email) = (at(people, "id").unwrap(), at(people, "email").unwrap());
    let person = people.rows.iter().find(|row| row[id].as_deref() == Some(key)).unwrap();
    let subject = if case.catalog.by_address { person[email].clone() } else { Some(key.to_owned()) };
    let row = [
        ("who", subject.clone()),
        ("address", subject),
        ("purpose", Some("*".to_owned())),
        ("state", Some("no".to_owned())),
        ("decided", Some(world.now.to_string())),
        ("loaded", Some(world.now.to_string())),
    ];
    Rows(after.tables.get_mut("privacy.consent").unwrap()).add(&row);
    after
}
