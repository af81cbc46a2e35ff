//! Worlds: small invented databases in Markdown, each with who must be a member.
//!
//! A suite is a file of `tests/worlds`. Fences before its first `##` heading hold for every world in it; each `##` heading is a
//! world. The fences: `seg` (declarations), `now` (an instant), `rows TABLE` (CSV with a header; an empty cell is missing; rows
//! are added to those of the suite), `only TABLE` (the same, in place of the suite's), `missing` (tables that are not there), and
//! `members` (lines `segment: 1 2 3`, or `segment:` for nobody). A column `note` is for the reader. A cell that is no value of
//! its column's type is unreadable; databases with typed columns cannot hold it, and `World::typed` says so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use segma::diagnostic::Diagnostic;
use segma::model::config::Config;
use segma::model::{
    ClockColumn, Decimal, Instant, KeyedBy, LedgerOf, LedgerRows, Model, StateWhen, TableKind, Type, Value, Watermark,
};
use segma::reference::{Cell, Row};
use segma::source::SourceMap;

/// The settings of every world.
const CONFIG: &str = "name = \"world\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\nschema = \"audiences\"\n\
                      dialects = [\"duckdb\", \"postgres\"]\n";

/// Rows as they are written: column names, then cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Written {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

/// A database, a program and what it must give.
#[derive(Debug, Clone)]
pub struct World {
    /// The suite's file name and the heading.
    pub name: String,
    /// Declarations, the suite's first.
    pub text: String,
    pub now: Instant,
    pub tables: BTreeMap<String, Written>,
    /// Segments and the keys that must leave, as text.
    pub members: BTreeMap<String, BTreeSet<String>>,
}

/// A resolved world.
pub struct Loaded {
    pub sources: SourceMap,
    pub config: Config,
    pub model: Model,
    pub findings: Vec<Diagnostic>,
}

/// Every world of every suite, in order.
pub fn all() -> Vec<World> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/worlds");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    files.sort();
    files.iter().flat_map(|path| suite(path)).collect()
}

#[derive(Debug, Clone, Default)]
struct Part {
    heading: String,
    fences: Vec<(String, String)>,
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            parts.push(Part { heading: heading.to_owned(), fences: Vec::new() });
        } else if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            parts.last_mut().unwrap().fences.push((info.to_owned(), body.join("\n")));
        }
    }
    parts
}

fn suite(path: &std::path::Path) -> Vec<World> {
    let file = path.file_stem().unwrap().to_str().unwrap();
    let parts = parts(&std::fs::read_to_string(path).unwrap());
    let shared = &parts[0];
    parts[1..].iter().map(|part| world(file, shared, part)).collect()
}

fn world(file: &str, shared: &Part, part: &Part) -> World {
    let name = format!("{file}: {}", part.heading);
    let mut world = World {
        name: name.clone(),
        text: String::new(),
        now: "2026-11-01T12:00:00Z".parse().unwrap(),
        tables: BTreeMap::new(),
        members: BTreeMap::new(),
    };
    for (info, body) in shared.fences.iter().chain(&part.fences) {
        let (word, table) = info.split_once(' ').unwrap_or((info, ""));
        match word {
            "seg" => world.text += &format!("{body}\n"),
            "now" => world.now = body.trim().parse().unwrap_or_else(|()| panic!("{name}: now is {body}")),
            "rows" => add(world.tables.entry(table.to_owned()).or_default(), csv(body)),
            "only" => drop(world.tables.insert(table.to_owned(), csv(body))),
            "missing" => body.split_whitespace().for_each(|table| drop(world.tables.remove(table))),
            "members" => world.members.extend(body.lines().map(|line| expected(&name, line))),
            other => panic!("{name}: no fence is called `{other}`"),
        }
    }
    assert!(!world.members.is_empty(), "{name}: nothing is expected");
    world
}

fn expected(world: &str, line: &str) -> (String, BTreeSet<String>) {
    let (segment, keys) = line.split_once(':').unwrap_or_else(|| panic!("{world}: `{line}` names no segment"));
    (segment.to_owned(), keys.split_whitespace().map(str::to_owned).collect())
}

fn csv(text: &str) -> Written {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let cell = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let row = |record: csv::StringRecord| {
        assert!(record.len() <= columns.len(), "{record:?} has more cells than {columns:?}");
        let mut cells: Vec<Option<String>> = record.iter().map(cell).collect();
        cells.resize(columns.len(), None);
        cells
    };
    let rows = reader.records().map(|record| row(record.unwrap())).collect();
    Written { columns, rows }
}

/// Adds rows whose columns may be others, in another order.
fn add(to: &mut Written, more: Written) {
    for column in &more.columns {
        if !to.columns.contains(column) {
            to.columns.push(column.clone());
            to.rows.iter_mut().for_each(|row| row.push(None));
        }
    }
    for row in more.rows {
        let at = |column: &String| more.columns.iter().position(|other| other == column).and_then(|at| row[at].clone());
        to.rows.push(to.columns.iter().map(at).collect());
    }
}

impl World {
    /// Reads the declarations.
    pub fn load(&self) -> Loaded {
        let mut sources = SourceMap::new();
        let file = sources.add("segma.toml", CONFIG);
        sources.add("world.seg", self.text.clone());
        let (config, mut findings) = Config::parse(&sources, file);
        let (model, found) = segma::load(&config, &sources);
        findings.extend(found);
        Loaded { sources, config, model, findings }
    }

    /// The rows as the reference reads them.
    pub fn rows(&self, model: &Model) -> segma::reference::World {
        let tables = self.tables.iter().map(|(name, written)| {
            let types: Vec<Type> = written.columns.iter().map(|column| type_of(model, name, column)).collect();
            let row = |cells: &Vec<Option<String>>| -> Row {
                let cells = written.columns.iter().zip(&types).zip(cells);
                cells.map(|((column, ty), text)| (column.clone(), read(ty, text.as_deref()))).collect()
            };
            (name.clone(), written.rows.iter().map(row).collect())
        });
        segma::reference::World { tables: tables.collect() }
    }

    /// Whether a database with typed columns can hold every cell.
    pub fn typed(&self, model: &Model) -> bool {
        let rows = self.rows(model);
        !rows.tables.values().flatten().flat_map(BTreeMap::values).any(|cell| *cell == Cell::Unreadable)
    }
}

/// The type of a column of a physical table, from everything that the catalog says of it; text where it says nothing.
pub fn type_of(model: &Model, physical: &str, column: &str) -> Type {
    let of_field = model.fields.values().find(|field| {
        let table = model.tables[field.table].physical.as_ref();
        field.column == column && table.is_some_and(|name| name.value.join(".") == physical)
    });
    // A bare column that only a clause names may be declared with a type by a ledger of the same table.
    let of_control = control_type(model, physical, column);
    of_field.map(|field| field.ty.clone()).or(of_control).unwrap_or(Type::Text)
}

fn control_type(model: &Model, physical: &str, column: &str) -> Option<Type> {
    let is = |name: &Option<segma::source::Spanned<Vec<String>>>| {
        name.as_ref().is_some_and(|name| name.value.join(".") == physical)
    };
    let key = |table| match &model.tables[table].kind {
        TableKind::Entity(facts) => facts.key.map(|key| model.fields[key].ty.clone()),
        _ => None,
    };
    for ledger in model.ledgers.values().filter(|ledger| is(&ledger.physical)) {
        if ledger.subject.value == column {
            return match (ledger.keyed_by, ledger.of) {
                (KeyedBy::Contact(field), _) => Some(model.fields[field].ty.clone()),
                (KeyedBy::Key, LedgerOf::Entity(table)) => key(table),
                (KeyedBy::Key, LedgerOf::Identity(_)) => Some(Type::Text),
            };
        }
        let mut clocks: Vec<&ClockColumn> = Vec::new();
        if let Some(fresh) = &ledger.fresh {
            clocks.extend(match &fresh.value.by {
                Watermark::Column(clock) => Some(clock),
                Watermark::Taken(_) => None,
            });
        }
        match &ledger.rows {
            LedgerRows::Events(events) => clocks.extend([&events.at].into_iter().chain(&events.until)),
            LedgerRows::States(columns) => {
                clocks.extend(columns.iter().filter_map(|column| column.since.as_ref()));
                let stated = columns.iter().find(|stated| stated.column.value == column);
                if let Some(ty) = stated.and_then(|stated| stated.arms.iter().find_map(|arm| state_type(&arm.when))) {
                    return Some(ty);
                }
            }
        }
        if let Some(clock) = clocks.into_iter().find(|clock| clock.column.value == column) {
            return Some(clock.ty.clone());
        }
    }
    for identity in model.identities.values().filter(|identity| is(&identity.physical)) {
        if identity.to_column.value == column {
            return key(identity.to);
        }
        if let Some(clock) = identity.at.as_ref().filter(|clock| clock.column.value == column) {
            return Some(clock.ty.clone());
        }
    }
    None
}

fn state_type(when: &StateWhen) -> Option<Type> {
    let StateWhen::Is(value) = when else { return None };
    Some(match value {
        Value::Text(_) => Type::Text,
        Value::Boolean(_) => Type::Boolean,
        Value::Integer(_) => Type::Integer,
        Value::Decimal(_) => Type::Decimal,
        Value::Date(_) => Type::Date,
        Value::Instant(_) => Type::Instant(None),
    })
}

/// What a column of a type makes of a text.
pub fn read(ty: &Type, text: Option<&str>) -> Cell {
    let Some(text) = text else { return Cell::Missing };
    let value = match ty {
        Type::Boolean => text.parse().ok().map(Value::Boolean),
        Type::Integer => text.parse().ok().map(Value::Integer),
        Type::Decimal | Type::Money(_) | Type::Probability => text.parse::<Decimal>().ok().map(Value::Decimal),
        Type::Date => text.parse().ok().map(Value::Date),
        Type::Instant(None) => text.parse().ok().map(Value::Instant),
        Type::Instant(Some(_)) => format!("{}Z", text.replace(' ', "T")).parse().ok().map(Value::Instant),
        Type::Uuid | Type::Text | Type::Version | Type::Place | Type::List(_) | Type::Error => {
            Some(Value::Text(text.to_owned()))
        }
    };
    value.map_or(Cell::Unreadable, Cell::Value)
}

/// The canonical text of a key.
pub fn key_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(n) => n.to_string(),
        other => format!("{other:?}"),
    }
}
