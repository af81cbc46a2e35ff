//! Relations over time: everything moved by the same days, and grants moved where that makes no difference.

use std::collections::BTreeSet;

use segma::model::calendar::Zone;
use segma::model::{Date, Instant};

use super::relations::{Changed, Now};
use crate::common::worlds::World;

const SECOND: i64 = 1_000_000;
/// After 28 years days of the week and leap years are the same again, and so are changes of clocks.
const DAYS: i64 = 10_227;

/// Instants at which clocks change, here and where some tables keep their time, and days that not every month or year has.
pub const EDGES: &[&str] = &[
    "2026-03-29T01:00:00Z",
    "2026-10-25T00:00:00Z",
    "2026-10-25T01:00:00Z",
    "2026-11-01T06:00:00Z",
    "2026-03-08T07:00:00Z",
    "2028-02-28T23:00:00Z",
    "2028-02-29T23:00:00Z",
    "2027-01-30T23:00:00Z",
    "2026-12-31T23:00:00Z",
];

/// Every instant and day of a database, and its now, 28 years later; nothing where one is or becomes unknown. Twins: now comes a moment or
/// some hours sooner or later than all else.
pub fn years_later(now: &mut Now<'_>) -> Option<Changed> {
    let mut after = now.world.clone();
    after.now = after.now.plus_micros(DAYS * 86_400 * SECOND);
    for written in after.tables.values_mut() {
        for row in &mut written.rows {
            for (cell, column) in row.iter_mut().zip(&written.columns) {
                let Some(text) = cell.as_mut().filter(|_| !column.ends_with("notice")) else { continue };
                match later(text) {
                    Later::NoTime => {}
                    Later::Known(moved) => *text = moved,
                    Later::Unknown => return None,
                }
            }
        }
    }
    let moved = [-2, 2, -20 * 3_600 * SECOND, 20 * 3_600 * SECOND];
    let twins = moved.map(|micros| World { now: after.now.plus_micros(micros), ..after.clone() });
    Some(Changed { twins: twins.into(), ..Changed::to(after) })
}

enum Later {
    NoTime,
    Unknown,
    Known(String),
}

fn later(text: &str) -> Later {
    let plain = text.len() == 10 && text.bytes().filter(|byte| *byte == b'-').count() == 2;
    let (day, rest) = match text.parse::<Instant>() {
        Ok(_) => text.split_at(10),
        Err(()) if plain => (text, ""),
        Err(()) if text.len() > 18 && text.as_bytes()[10] == b' ' && text.as_bytes()[13] == b':' => text.split_at(10),
        Err(()) => return Later::NoTime,
    };
    let Ok(date) = day.parse::<Date>() else { return Later::NoTime };
    if !("1970-01-03".."2071-12-31").contains(&day) {
        return Later::Unknown;
    }
    let zone = Zone::utc();
    let moved = zone.start_of(date).plus_micros(DAYS * 86_400 * SECOND);
    Later::Known(format!("{}{rest}", zone.date_of(moved)))
}

/// A grant is a second younger or older, which crosses nothing: no other decision, no end, not now, no age at which grants end.
/// Twin: it comes only after now.
pub fn moved_grant(now: &mut Now<'_>) -> Option<Changed> {
    let (state, at) = (column(now.world, "state")?, column(now.world, "decided")?);
    let zone = Zone::named("Europe/Berlin").unwrap();
    let ends = [13, 24, 72].map(|months| zone.add_months(now.world.now, -months));
    let mut fixed: BTreeSet<i64> = ends.iter().chain([&now.world.now]).map(|at| at.micros()).collect();
    for table in ["privacy.consent", "privacy.flags", "privacy.choices", "privacy.gpc"] {
        let rows = now.world.tables.get(table).into_iter().flat_map(|written| &written.rows);
        fixed.extend(rows.flatten().flatten().filter_map(|cell| cell.parse::<Instant>().ok()).map(|at| at.micros()));
    }
    let known = |row: &Vec<Option<String>>| {
        row[at].as_ref().and_then(|text| text.parse::<Instant>().ok()).map(|at| at.micros())
    };
    let rows = &now.world.tables["privacy.consent"].rows;
    let times: Vec<Option<i64>> = rows.iter().map(known).collect();
    let alone = |moment: i64| fixed.range(moment - 3 * SECOND..=moment + 3 * SECOND).count() == 1;
    let free = |row: &usize| rows[*row][state].as_deref() == Some("yes") && times[*row].is_some_and(alone);
    let free: Vec<usize> = (0..rows.len()).filter(free).collect();
    if free.is_empty() {
        return None;
    }
    // Rather of somebody who is in some segment.
    let people = &now.world.tables["crm.people"];
    let within: BTreeSet<&String> = now.members.values().flatten().collect();
    let of_members = people.rows.iter().filter(|row| row.iter().flatten().any(|cell| within.contains(cell)));
    let theirs: BTreeSet<&String> = of_members.flatten().flatten().collect();
    let members = free.iter().copied().filter(|row| rows[*row].iter().flatten().any(|cell| theirs.contains(cell)));
    let members: Vec<usize> = members.collect();
    let row = now.chance.pick(if members.is_empty() { &free } else { &members });
    let by = [-SECOND, SECOND][now.chance.below(2)];
    let moment = Instant::from_micros(times[row]? + by).to_string();
    // All that was said in the same breath moves together.
    let (mut after, mut twin) = (now.world.clone(), now.world.clone());
    let later = now.world.now.plus_micros(SECOND).to_string();
    let moved = times.iter().enumerate().filter(|(_, at)| **at == times[row]).map(|(at, _)| at);
    for row in moved.collect::<Vec<_>>() {
        after.tables.get_mut("privacy.consent")?.rows[row][at] = Some(moment.clone());
        twin.tables.get_mut("privacy.consent")?.rows[row][at] = Some(later.clone());
    }
    Some(Changed::to(after).beside(twin))
}

/// Every grant was given only a second after now.
pub fn grants_to_come(now: &mut Now<'_>) -> Option<World> {
    let (state, at) = (column(now.world, "state")?, column(now.world, "decided")?);
    let later = now.world.now.plus_micros(SECOND).to_string();
    let mut after = now.world.clone();
    for row in &mut after.tables.get_mut("privacy.consent")?.rows {
        if row[state].as_deref() == Some("yes") {
            row[at] = Some(later.clone());
        }
    }
    Some(after)
}

fn column(world: &World, name: &str) -> Option<usize> {
    world.tables.get("privacy.consent")?.columns.iter().position(|column| column == name)
}
