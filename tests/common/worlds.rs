//! Worlds: small invented databases in Markdown, each with who must be a member.
//!
//! A suite is a file of `tests/worlds`, or of `tests/regressions`, where what chance once found stays. Fences before its first `##` heading hold for every world in it; each `##` heading is a
//! world. The fences: `seg` (declarations), `now` (an instant), `rows TABLE` (CSV with a header; an empty cell is missing; rows
//! are added to those of the suite), `only TABLE` (the same, in place of the suite's), `missing` (tables that are not there), and
//! `members` (lines `segment: 1 2 3`, or `segment:` for nobody), and `shown` (lines `placement what: 1 2 3`; whoever stands in no
//! line is shown nothing), `figures REPORT` (CSV with every column). A column `note` is for the reader. A cell that is no value of
//! its column's type is unreadable; databases with typed columns cannot hold it, and `World::typed` says so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use segma::diagnostic::Diagnostic;
use segma::model::config::Config;
use segma::model::{
    Decimal, Instant, KeyedBy, Ledger, LedgerOf, LedgerRows, Model, StateWhen, TableId, TableKind, Type, Value,
    Watermark,
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
    /// Reports, and what each shows: columns, then rows.
    pub figures: BTreeMap<String, Written>,
    /// Placements, and what each shows to which keys.
    pub shown: BTreeMap<String, BTreeMap<String, String>>,
    /// The definitions under which memberships are stored, by segment; before they are known the rows say `current`.
    pub definitions: BTreeMap<String, String>,
}

/// A resolved world.
pub struct Loaded {
    pub sources: SourceMap,
    pub config: Config,
    pub model: Model,
    pub findings: Vec<Diagnostic>,
}

/// Every world of every suite, in order; with `SEGMA_TEST_WORLD=rows` those whose name contains it.
pub fn all() -> Vec<World> {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folders = ["worlds", "regressions"].map(|folder| tests.join(folder));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    files.sort();
    let only = std::env::var("SEGMA_TEST_WORLD").unwrap_or_default();
    files.iter().flat_map(|path| suite(path)).filter(|world| world.name.contains(&only)).collect()
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

/// The worlds of one file.
pub fn of(path: &std::path::Path) -> Vec<World> {
    suite(path)
}

fn suite(path: &std::path::Path) -> Vec<World> {
    let file = path.file_stem().unwrap().to_str().unwrap();
    let parts = parts(&std::fs::read_to_string(path).unwrap());
    let shared = &parts[0];
    parts[1..].iter().map(|part| world(file, shared, part)).collect()
}

fn world(file: &str, shared: &Part, part: &Part) -> World {
    let name = format!("{file}: {}", part.heading);
    let mut world = World::bare(name.clone(), String::new());
    for (info, body) in shared.fences.iter().chain(&part.fences) {
        let (word, table) = info.split_once(' ').unwrap_or((info, ""));
        match word {
            "seg" => world.text += &format!("{body}\n"),
            "now" => world.now = body.trim().parse().unwrap_or_else(|()| panic!("{name}: now is {body}")),
            "rows" => add(world.tables.entry(table.to_owned()).or_default(), csv(body)),
            "only" => drop(world.tables.insert(table.to_owned(), csv(body))),
            "missing" => body.split_whitespace().for_each(|table| drop(world.tables.remove(table))),
            "members" => world.members.extend(body.lines().map(|line| expected(&name, line))),
            "shown" => body.lines().for_each(|line| show(&mut world, line)),
            "figures" => drop(world.figures.insert(table.to_owned(), csv(body))),
            other => panic!("{name}: no fence is called `{other}`"),
        }
    }
    assert!(
        !world.members.is_empty() || !world.shown.is_empty() || !world.figures.is_empty(),
        "{name}: nothing is expected"
    );
    world
}

fn expected(world: &str, line: &str) -> (String, BTreeSet<String>) {
    let (segment, keys) = line.split_once(':').unwrap_or_else(|| panic!("{world}: `{line}` names no segment"));
    (segment.to_owned(), keys.split_whitespace().map(str::to_owned).collect())
}

/// `home_banner loyalty-offer: 1 2 3`
fn show(world: &mut World, line: &str) {
    let (what, keys) = expected(&world.name, line);
    let (placement, what) = what.split_once(' ').unwrap_or_else(|| panic!("{}: `{line}` shows nothing", world.name));
    let shown = world.shown.entry(placement.to_owned()).or_default();
    for key in keys {
        let before = shown.insert(key, what.to_owned());
        assert!(before.is_none(), "{}: `{line}` shows somebody two things", world.name);
    }
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
    /// A program without any table.
    pub fn bare(name: String, text: String) -> Self {
        Self {
            name,
            text,
            now: "2026-11-01T12:00:00Z".parse().unwrap(),
            tables: BTreeMap::new(),
            members: BTreeMap::new(),
            shown: BTreeMap::new(),
            definitions: BTreeMap::new(),
            figures: BTreeMap::new(),
        }
    }

    /// Adds every column that the catalog speaks of and the world does not, empty.
    pub fn complete(&mut self, model: &Model) {
        for segment in model.segments.values().filter(|segment| segment.stay.is_some()) {
            self.tables.entry(stored(model, &segment.name.value)).or_default();
        }
        let declared = declared(model);
        for (name, written) in &mut self.tables {
            let columns = declared.get(name).into_iter().flat_map(|columns| columns.keys()).cloned().collect();
            add(written, Written { columns, rows: Vec::new() });
        }
    }

    /// Gives stored memberships the definitions that a plan knows, where they say `current`.
    pub fn define(&mut self, plan: &segma::plan::Plan) {
        for segment in &plan.segments {
            let definition = segment.definition();
            let table = self.tables.get_mut(&segment.stored(&plan.schema).join("."));
            for cell in table.into_iter().flat_map(|written| &mut written.rows).flatten() {
                if cell.as_deref() == Some("current") {
                    *cell = Some(definition.clone());
                }
            }
            self.definitions.insert(segment.about.name.clone(), definition);
        }
    }

    /// A table as CSV.
    pub fn csv(&self, table: &str) -> Option<Vec<u8>> {
        let written = self.tables.get(table)?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&written.columns).unwrap();
        for row in &written.rows {
            writer.write_record(row.iter().map(|cell| cell.as_deref().unwrap_or(""))).unwrap();
        }
        Some(writer.into_inner().unwrap())
    }

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
        let declared = declared(model);
        let states = whole_states(model);
        let tables = self.tables.iter().map(|(name, written)| {
            let known = |column: &String| declared.get(name)?.get(column).cloned();
            let types: Vec<Type> = written.columns.iter().map(|column| known(column).unwrap_or(Type::Text)).collect();
            let row = |cells: &Vec<Option<String>>| -> Row {
                let cells = written.columns.iter().zip(&types).zip(cells);
                let cell = |column: &String, ty: &Type, text: Option<&str>| match read(ty, text) {
                    Cell::Unreadable if states.contains(&(name.clone(), column.clone())) => read(&Type::Decimal, text),
                    cell => cell,
                };
                cells.map(|((column, ty), text)| (column.clone(), cell(column, ty, text.as_deref()))).collect()
            };
            (name.clone(), written.rows.iter().map(row).collect())
        });
        let names = model.segments.values().map(|segment| segment.name.value.clone());
        let definition = |name: &String| self.definitions.get(name).map_or("current", String::as_str).to_owned();
        let definitions = names.map(|name| (name.clone(), definition(&name))).collect();
        segma::reference::World { tables: tables.collect(), definitions }
    }

    /// Whether a database with typed columns can hold every cell.
    pub fn typed(&self, model: &Model) -> bool {
        let rows = self.rows(model);
        let states = whole_states(model);
        let holds = |table: &String, column: &String, cell: &Cell| match cell {
            Cell::Unreadable => false,
            Cell::Value(Value::Decimal(_)) => !states.contains(&(table.clone(), column.clone())),
            Cell::Missing | Cell::Value(_) => true,
        };
        rows.tables.iter().all(|(table, rows)| rows.iter().flatten().all(|(column, cell)| holds(table, column, cell)))
    }
}

/// Columns of present states that are whole numbers, by table: in files they may be written as decimals.
fn whole_states(model: &Model) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for ledger in model.ledgers.values() {
        let (Some(name), LedgerRows::States(columns)) = (&ledger.physical, &ledger.rows) else { continue };
        let whole = |arm: &segma::model::StateArm| matches!(arm.when, StateWhen::Is(Value::Integer(_)));
        let whole = columns.iter().filter(|column| column.arms.iter().any(whole));
        found.extend(whole.map(|column| (name.value.join("."), column.column.value.clone())));
    }
    found
}

/// Every column that the catalog speaks of, by physical table, with its type: text where nothing says more. A field's own
/// type comes before what a ledger says of the same column.
pub fn declared(model: &Model) -> BTreeMap<String, BTreeMap<String, Type>> {
    let mut columns = Columns(BTreeMap::new());
    for field in model.fields.values() {
        if let Some(name) = &model.tables[field.table].physical {
            columns.say(&name.value, &field.column, field.ty.clone());
        }
    }
    model.ledgers.values().for_each(|ledger| columns.ledger(model, ledger));
    for (id, identity) in model.identities.iter() {
        let Some(name) = &identity.physical else { continue };
        let along = model.tables.values().find(|table| table.along == Some(id));
        let kind = along.and_then(|table| table.subject).map_or(Type::Text, |field| model.fields[field].ty.clone());
        columns.say(&name.value, &identity.from_column.value, kind);
        columns.say(&name.value, &identity.to_column.value, key_type(model, identity.to));
        identity.at.iter().for_each(|clock| columns.say(&name.value, &clock.column.value, clock.ty.clone()));
    }
    for segment in model.segments.values().filter(|segment| segment.stay.is_some()) {
        columns.stored(model, segment);
    }
    columns.0
}

/// The table of a segment's stored memberships.
pub fn stored(model: &Model, segment: &str) -> String {
    format!("{}.{segment}__stored", model.project.schema)
}

fn key_type(model: &Model, table: TableId) -> Type {
    match &model.tables[table].kind {
        TableKind::Entity(facts) => facts.key.map_or(Type::Text, |key| model.fields[key].ty.clone()),
        _ => Type::Text,
    }
}

struct Columns(BTreeMap<String, BTreeMap<String, Type>>);

impl Columns {
    fn say(&mut self, table: &[String], column: &str, ty: Type) {
        self.0.entry(table.join(".")).or_default().entry(column.to_owned()).or_insert(ty);
    }

    fn stored(&mut self, model: &Model, segment: &segma::model::Segment) {
        let Some(TableKind::Entity(facts)) = segment.entity.map(|entity| &model.tables[entity].kind) else { return };
        let Some(key) = facts.key.map(|key| &model.fields[key]) else { return };
        let table: Vec<String> = stored(model, &segment.name.value).split('.').map(str::to_owned).collect();
        let ty = if key.ty == Type::Integer { Type::Integer } else { Type::Text };
        self.say(&table, &key.column, ty);
        for column in ["first_in", "last_true", "expires_at", "removed_at"] {
            self.say(&table, column, Type::Instant(None));
        }
        ["admitted_by", "definition", "removed_because"].iter().for_each(|column| self.say(&table, column, Type::Text));
    }

    fn ledger(&mut self, model: &Model, ledger: &Ledger) {
        let Some(name) = ledger.physical.as_ref().map(|name| &name.value) else { return };
        let subject = match (ledger.keyed_by, ledger.of) {
            (KeyedBy::Contact(field), _) => model.fields[field].ty.clone(),
            (KeyedBy::Key, LedgerOf::Entity(table)) => key_type(model, table),
            (KeyedBy::Key, LedgerOf::Identity(_)) => Type::Text,
        };
        self.say(name, &ledger.subject.value, subject);
        if let Some(Watermark::Column(clock)) = ledger.fresh.as_ref().map(|fresh| &fresh.value.by) {
            self.say(name, &clock.column.value, clock.ty.clone());
        }
        match &ledger.rows {
            LedgerRows::Events(events) => {
                let texts = [&events.purpose_column, &events.state_column].into_iter().chain(&events.evidence);
                texts.for_each(|column| self.say(name, &column.value, Type::Text));
                let clocks = [&events.at].into_iter().chain(&events.until);
                clocks.for_each(|clock| self.say(name, &clock.column.value, clock.ty.clone()));
                events.version.iter().for_each(|version| self.say(name, &version.column.value, Type::Text));
            }
            LedgerRows::States(columns) => {
                for column in columns {
                    let ty = column.arms.iter().find_map(|arm| state_type(&arm.when));
                    self.say(name, &column.column.value, ty.unwrap_or(Type::Text));
                    column.since.iter().for_each(|clock| self.say(name, &clock.column.value, clock.ty.clone()));
                    column.version.iter().for_each(|version| self.say(name, &version.column.value, Type::Text));
                }
            }
        }
    }
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

impl Written {
    /// Rows in an order of their own, for comparing.
    pub fn sorted(mut self) -> Self {
        self.rows.sort();
        self
    }
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
        Type::Place => six_places(text),
        Type::List(of) => is_list(text, of).then(|| Value::Text(text.to_owned())),
        Type::Uuid => is_uuid(text).then(|| Value::Text(text.to_owned())),
        Type::Text | Type::Version | Type::Error => Some(Value::Text(text.to_owned())),
    };
    value.map_or(Cell::Unreadable, Cell::Value)
}

/// A number of any form to six places, halves away from zero.
fn six_places(text: &str) -> Option<Value> {
    let number: f64 = text.parse().ok().filter(|n: &f64| n.is_finite() && n.abs() < 1e16)?;
    format!("{:.6}", (number * 1e6).round() / 1e6).parse().ok().map(Value::Decimal)
}

/// Whether a text is a JSON array of texts, or of whole numbers.
fn is_list(text: &str, of: &Type) -> bool {
    let Ok(serde_json::Value::Array(elements)) = serde_json::from_str(text) else { return false };
    elements.iter().all(|element| match of {
        Type::Integer => element.is_null() || element.is_i64(),
        _ => element.is_null() || element.is_string(),
    })
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

/// The canonical text of a key.
pub fn key_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(n) => n.to_string(),
        other => format!("{other:?}"),
    }
}
