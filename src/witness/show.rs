//! A witness in words: a table for people, and the rows as the fences of a test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::diagnostic::text;
use crate::model::{FieldRole, Instant, LedgerRows, Model, SegmentId, Type, Value, Watermark};
use crate::reference::{self, Cell, Row, World};

use super::control;
use super::draft::{Draft, together};
use super::{Person, Table, Witness};

/// How many people alike are written down for the smallest audience.
const MOST_ALIKE: u64 = 12;

/// What a witness is about.
pub struct Scene<'m> {
    /// The program by which members are told.
    pub model: &'m Model,
    /// The segment.
    pub segment: SegmentId,
    /// When.
    pub now: Instant,
    /// What is shown.
    pub claim: String,
    /// Whom, and what becomes of them.
    pub people: Vec<(Value, String)>,
}

/// A witness of one person, or of two of whom the other is a copy.
pub fn witness(scene: &Scene<'_>, draft: &Draft, other: Option<&Draft>) -> Witness {
    let base = match other {
        Some(other) => together(draft.world.clone(), other.copied(1).0),
        None => draft.world.clone(),
    };
    let held = tables(scene.model, &base);
    let least = reference::members(scene.model, scene.segment, &base, scene.now).minimum;
    let crowd = (2..=least.min(MOST_ALIKE)).filter_map(|n| i64::try_from(n).ok());
    let all = crowd.fold(base, |world, number| together(world, draft.copied(number).0));
    let members = reference::members(scene.model, scene.segment, &all, scene.now).members;
    Witness {
        claim: scene.claim.clone(),
        segment: scene.model.segments[scene.segment].name.value.clone(),
        now: scene.now,
        people: scene.people.iter().map(|(key, fate)| Person { key: value(key), fate: fate.clone() }).collect(),
        held,
        rows: tables(scene.model, &all),
        members: members.iter().map(value).collect(),
        set_aside: (least > MOST_ALIKE).then_some(least),
    }
}

/// The canonical text of a value.
pub fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Decimal(decimal) => decimal.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant.to_string(),
    }
}

fn tables(model: &Model, world: &World) -> BTreeMap<String, Table> {
    let (order, walls) = (order(model), walls(model));
    let filled = world.tables.iter().filter(|(_, rows)| !rows.is_empty());
    filled.map(|(name, rows)| (name.clone(), table(name, rows, order.get(name), &walls))).collect()
}

/// The columns of each table as they are declared.
fn order(model: &Model) -> BTreeMap<String, Vec<String>> {
    let mut order: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for table in model.tables.values() {
        let Some(name) = &table.physical else { continue };
        let columns = order.entry(name.value.join(".")).or_default();
        let mut fields: Vec<_> = table.fields.iter().map(|field| &model.fields[*field]).collect();
        fields.sort_by_key(|field| match field.role {
            FieldRole::Key | FieldRole::Subject => 0,
            FieldRole::At => 1,
            FieldRole::Plain | FieldRole::Bare => 2,
        });
        columns.extend(fields.into_iter().map(|field| field.column.clone()));
    }
    order
}

/// Columns that hold what clocks show.
fn walls(model: &Model) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let is_wall = |ty: &Type| matches!(ty, Type::Instant(Some(_)));
    for field in model.fields.values().filter(|field| is_wall(&field.ty)) {
        let name = model.tables[field.table].physical.iter().map(|name| name.value.join("."));
        found.extend(name.map(|name| (name, field.column.clone())));
    }
    for ledger in model.ledgers.values() {
        let mut clocks = Vec::new();
        match &ledger.rows {
            LedgerRows::Events(events) => clocks.extend(std::iter::once(&events.at).chain(&events.until)),
            LedgerRows::States(columns) => clocks.extend(columns.iter().filter_map(|column| column.since.as_ref())),
        }
        if let Some(Watermark::Column(clock)) = ledger.fresh.as_ref().map(|fresh| &fresh.value.by) {
            clocks.push(clock);
        }
        let name = ledger.physical.as_ref().map(|name| name.value.join(".")).unwrap_or_default();
        let walls = clocks.into_iter().filter(|clock| is_wall(&clock.ty));
        found.extend(walls.map(|clock| (name.clone(), clock.column.value.clone())));
    }
    found
}

fn table(name: &str, rows: &[Row], order: Option<&Vec<String>>, walls: &BTreeSet<(String, String)>) -> Table {
    let there: BTreeSet<&String> = rows.iter().flat_map(|row| row.keys()).collect();
    let mut columns: Vec<String> = Vec::new();
    let declared = order.into_iter().flatten().filter(|column| there.contains(column));
    for column in declared.chain(there.iter().copied()) {
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    let is_wall = |column: &String| walls.contains(&(name.to_owned(), column.clone()));
    let shown = |row: &Row, column: &String| match row.get(column)? {
        Cell::Value(Value::Instant(at)) if is_wall(column) => {
            Some(at.to_string().replace('T', " ").trim_end_matches('Z').to_owned())
        }
        Cell::Value(one) => Some(value(one)),
        Cell::Missing | Cell::Unreadable => None,
    };
    let rows = rows.iter().map(|row| columns.iter().map(|column| shown(row, column)).collect()).collect();
    Table { columns, rows }
}

/// For people at a terminal.
pub fn plain(witness: &Witness) -> String {
    let mut out = format!("  {}\n", text::line(&witness.claim));
    for person in &witness.people {
        let _ = writeln!(out, "    {}  {}", text::line(&person.key), text::line(&person.fate));
    }
    for (name, table) in &witness.held {
        let _ = writeln!(out, "  {}", text::line(name));
        out.push_str(&aligned(table));
        let cells = || table.rows.iter().flatten().flatten();
        if let Some(key) = cells().find(|cell| control::is_nobodys(cell)) {
            let _ = writeln!(
                out,
                "    ({} is nobody: that row only keeps the ledger from being empty or old)",
                text::line(key)
            );
        }
    }
    if witness.rows != witness.held {
        out.push_str(
            "  in the test the same rows stand under further keys, as fewer people than the minimum would not leave\n",
        );
    }
    out
}

/// Rows, one below the other.
fn aligned(table: &Table) -> String {
    let cell = |cell: &Option<String>| cell.as_ref().map_or("-".to_owned(), |cell| text::line(cell).clone());
    let mut lines: Vec<Vec<String>> = vec![table.columns.iter().map(|column| text::line(column).clone()).collect()];
    lines.extend(table.rows.iter().map(|row| row.iter().map(cell).collect()));
    let width = |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max();
    let mut out = String::new();
    for line in &lines {
        let padded = line.iter().enumerate().map(|(at, cell)| format!("{cell:<w$}", w = width(at).unwrap_or(0)));
        let _ = writeln!(out, "    {}", padded.collect::<Vec<_>>().join("  ").trim_end());
    }
    out
}

/// As a world of a test: rows, instant and who leaves, to be pasted below the declarations.
pub fn markdown(witness: &Witness) -> String {
    let mut out = format!("## {}\n\n", text::line(&witness.claim));
    let _ = write!(out, "```now\n{}\n```\n\n", witness.now);
    for (name, table) in &witness.rows {
        let line = |cells: &mut dyn Iterator<Item = String>| cells.collect::<Vec<_>>().join(",");
        let _ = writeln!(out, "```rows {}", text::line(name));
        let _ = writeln!(out, "{}", line(&mut table.columns.iter().map(|column| csv(column))));
        for row in &table.rows {
            let _ = writeln!(out, "{}", line(&mut row.iter().map(|cell| cell.as_deref().map_or(String::new(), csv))));
        }
        out.push_str("```\n\n");
    }
    let members: Vec<String> = witness.members.iter().map(|key| format!(" {key}")).collect();
    let _ = write!(out, "```members\n{}:{}\n```\n", witness.segment, members.concat());
    if let Some(least) = witness.set_aside {
        let _ = write!(out, "\nNobody leaves below {least} people: lower the minimum to see the person above leave.\n");
    }
    out
}

fn csv(cell: &str) -> String {
    let plain = !cell.chars().any(|c| matches!(c, ',' | '"' | '\n' | '\r'));
    if plain { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
}
